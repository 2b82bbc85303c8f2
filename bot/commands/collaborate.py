"""/collaborate: inviting a researcher to work together, and what becomes of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Self

import discord
from discord import app_commands
from discord.app_commands import Choice
from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards, errors, filters, invited, inviting, namesakes
from bot.commands import options
from bot.markdown import unquoted
from bot.views import (
    Entry,
    Item,
    Layout,
    Picked,
    Pressed,
    paged,
    send,
    show_later,
    texts_of,
    turn_to,
)
from storage import (
    blocks,
    claims,
    contacts,
    invitations_received,
    invitations_sent,
    own_words,
    researchers,
    wishes,
    works,
    works_by_title,
)
from storage.contacts import Contact, Who
from storage.errors import NobodyToInvite, NoSuchInvitation, NotOpen, NotTheirWork, StaleButton
from storage.invitations import Invitation, State
from storage.invitations_sent import Limits
from storage.researchers import Researcher
from storage.wishes import Wish

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

Message = app_commands.Range[str, 1, invitations_sent.LONGEST_MESSAGE]
HINT = "What would you like to do together, and what do you bring along?"

group = app_commands.Group(name="collaborate", description="Invite researchers to work with you")


@group.command(name="invite")
@app_commands.describe(
    researcher="Whom you would like to work with",
    message="What you would like to do together; leave it out to write in a form",
    work="A work of theirs that it is about",
)
@app_commands.autocomplete(researcher=options.offer_researchers, work=options.offer_works)
async def invite(
    interaction: Press, researcher: str, message: Message | None = None, work: str | None = None
) -> None:
    """Invite a researcher who has claimed their record to work with you"""
    await interaction.client.gate.check_place(interaction)
    async with interaction.client.database.read() as session:
        person = await options.meant(session, interaction, researcher)
        about = await _work(session, person.id, work)
    if message is None:
        await _ask_for_words(interaction, person.id, about)
    else:
        await _send(interaction, person.id, message, about)


@group.command(name="inbox")
async def inbox(interaction: Press) -> None:
    """Invitations that wait for your answer"""
    async with interaction.client.database.read() as session:
        waiting = await invitations_received.inbox(session, interaction.user.id)
        who = (await contacts.get(session, interaction.user.id)).who
        wished = [
            (person, number)
            for person in await claims.held_by(session, interaction.user.id)
            if (number := await wishes.for_researcher(session, person.id))
        ]
    if len(waiting) == 1 and not wished:
        await interaction.response.defer(ephemeral=True)  # Discord may be asked who the sender is
        await show_later(interaction, await inviting.layout(interaction.client, waiting[0]))
        return
    row: list[Item] = []
    if waiting:
        row = [OpenInvitation(paged("Open an invitation", "invitations:1", _entries(waiting)))]
    await send(interaction, Layout(invited.inbox(waiting, wished, who), row), ephemeral=True)


@group.command(name="sent")
async def sent(interaction: Press) -> None:
    """Invitations that you have sent, what became of them, and whom you would invite"""
    await send(interaction, await _sent(interaction), ephemeral=True)


@group.command(name="withdraw")
@app_commands.describe(invitation="Which of your invitations")
async def withdraw(interaction: Press, invitation: str) -> None:
    """Take an invitation back that nobody has answered yet"""
    async with interaction.client.database.write() as session:
        waiting = await _waiting(session, interaction.user.id)
        found = options.one_of(waiting, invitation, option="invitation", missing=NoSuchInvitation)
        await invitations_sent.withdraw(session, found.id, interaction.user.id)
    name = cards.option(found.researcher.distinct_name)
    text = f"Your invitation to {discord.utils.escape_markdown(name)} is taken back."
    await send(interaction, Layout(cards.notice(text)), ephemeral=True)
    await inviting.take_back(interaction.client, found)


@withdraw.autocomplete("invitation")
async def offer_waiting(interaction: Press, typed: str) -> list[Choice[str]]:
    """The person's invitations that nobody has answered yet."""
    async with interaction.client.database.read() as session:
        waiting = await _waiting(session, interaction.user.id)
    names = [(found.id, invited.choice(found, of_sender=True)) for found in waiting]
    return options.offered(typed, names)


@group.command(name="settings")
@app_commands.describe(
    invitations_from="From whom you take invitations",
    thread="Meet in a private thread of a server that you both are in, where that can be",
    email="An e-mail address for people you work with; none to share none",
    links="Web addresses for them, separated by spaces; none to share none",
)
async def settings(
    interaction: Press,
    invitations_from: Literal["anyone", "researchers", "nobody"] | None = None,
    thread: bool | None = None,
    email: app_commands.Range[str, 1, 254] | None = None,
    links: app_commands.Range[str, 1, 500] | None = None,
) -> None:
    """Who may invite you, what you share with whom you accept, and whom you have blocked"""
    user_id = interaction.user.id
    if any(given is not None for given in (invitations_from, thread, email, links)):
        async with interaction.client.database.write() as session:
            kept = await contacts.get(session, user_id)
            changed = _changed(kept, invitations_from, thread, email, links)
            await contacts.save(session, user_id, changed)
    await send(interaction, await _settings(interaction), ephemeral=True)


# What they share ------------------------------------------------------------------------------


def limits(client: Colloquy) -> Limits:
    """How much one person may send."""
    given = client.settings.limits
    return Limits(
        per_day=given.invitations_per_day,
        pending=given.invitations_open,
        account_days=given.invitations_account_days,
    )


async def _ask_for_words(
    interaction: Press, researcher_id: int, about: int | None, message: str = ""
) -> None:
    """A form for the message, once it is clear that an invitation can be sent."""
    client = interaction.client
    try:
        async with client.database.write() as session:
            person = await own_words.shown(session, researcher_id, interaction.guild_id)
            await invitations_sent.check(
                session, interaction.user.id, researcher_id, limits(client)
            )
    except (NobodyToInvite, NotOpen) as error:
        await _offer_to_remember(interaction, researcher_id, error, about, message)
        return
    title = cards.option(f"Invite {person.name}", 45)
    await interaction.response.send_modal(Words(title, researcher_id, about, message))


async def _send(interaction: Press, researcher_id: int, message: str, about: int | None) -> None:
    client = interaction.client
    try:
        async with client.database.write() as session:
            found = await invitations_sent.send(
                session,
                interaction.user.id,
                interaction.user.display_name,
                researcher_id,
                message,
                limits=limits(client),
                work_id=about,
                guild_id=interaction.guild_id,
                channel_id=interaction.channel_id,
            )
    except (NobodyToInvite, NotOpen) as error:
        await _offer_to_remember(interaction, researcher_id, error, about, message)
        return
    await send(interaction, Layout(invited.on_its_way(found)), ephemeral=True)
    await inviting.deliver(client)


async def _offer_to_remember(
    interaction: Press,
    researcher_id: int,
    error: NobodyToInvite | NotOpen,
    about: int | None,
    message: str,
) -> None:
    """Why nobody can be invited yet; where people of the name can be, which of them is meant."""
    async with interaction.client.database.read() as session:
        person = await researchers.get(session, researcher_id)
        people = await namesakes.shown(session, researcher_id, interaction.guild_id)
        held = await claims.holders(session, [one.id for one in people])
    if isinstance(error, NobodyToInvite) and person.record_id is None and held:
        claimed = [one for one in people if one.id in held]
        custom_id = "inviteone:1" if about is None else f"inviteone:1:{about}"
        row: list[Item] = [InviteOne(namesakes.menu_of(claimed, custom_id), about)]
        await send(interaction, Layout(invited.which(person, message), row), ephemeral=True)
        return
    card = invited.cannot_yet(person, claimed=isinstance(error, NotOpen))
    await send(interaction, Layout(card, [RememberWish(researcher_id)]), ephemeral=True)


async def _work(session: AsyncSession, researcher_id: int, given: str | None) -> int | None:
    """The work that was picked, or typed as a title.

    Raises:
        NotTheirWork: the researcher has no such work.
    """
    if given is None:
        return None
    found = options.picked(given)
    if found is None:
        found = await works_by_title.meant(session, given, researcher_id)
    elif found not in await works.ids_of(session, [researcher_id]):
        found = None
    if found is None:
        raise NotTheirWork()
    return found


async def _sent(interaction: Press) -> Layout:
    async with interaction.client.database.read() as session:
        mine = await invitations_sent.sent(session, interaction.user.id)
        wished = await wishes.of(session, interaction.user.id)
    entries = list(map(invited.wished_choice, wished))
    row: list[Item] = [ForgetWish(paged("Take a wish back", "wished:1", entries))] if wished else []
    return Layout(invited.sent(mine, wished), row)


def _entries(waiting: list[Invitation]) -> list[Entry]:
    return [(str(i.id), invited.choice(i, of_sender=False), "") for i in waiting]


async def _waiting(session: AsyncSession, user_id: int) -> list[Invitation]:
    mine = await invitations_sent.sent(session, user_id)
    return [found for found in mine if found.state is State.PENDING]


def _changed(
    kept: Contact, who: str | None, thread: bool | None, email: str | None, links: str | None
) -> Contact:
    """The settings with what was given put in place of what was there."""
    if who is not None:
        kept = replace(kept, who=Who(who))
    if thread is not None:
        kept = replace(kept, thread=thread)
    if email is not None:
        kept = replace(kept, email=None if filters.is_none(email) else email.strip())
    if links is not None:
        given = [] if filters.is_none(links) else re.split(r"[\s,]+", links.strip())
        kept = replace(kept, links=tuple(dict.fromkeys(given)))
    return kept


async def _settings(interaction: Press) -> Layout:
    async with interaction.client.database.read() as session:
        kept = await contacts.get(session, interaction.user.id)
        records = await claims.held_by(session, interaction.user.id)
        theirs = await blocks.of(session, interaction.user.id)
    row: list[Item] = []
    if theirs:
        entries = list(map(invited.blocked_choice, theirs))
        row = [Unblock(paged("Unblock somebody", "unblock:1", entries))]
    return Layout(invited.settings(kept, records, theirs), row)


# What can be pressed ----------------------------------------------------------------------


class Words(errors.Modal):
    """The message of an invitation."""

    def __init__(
        self, title: str, researcher_id: int, about: int | None, message: str = ""
    ) -> None:
        super().__init__(title=title)
        self.researcher_id, self.about = researcher_id, about
        self.field: discord.ui.TextInput[Self] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph,
            placeholder=HINT,
            default=message or None,
            max_length=invitations_sent.LONGEST_MESSAGE,
            custom_id="message",
        )
        self.add_item(discord.ui.Label(text="Your message", component=self.field))

    async def on_submit(self, interaction: Press) -> None:  # type: ignore[override]  # our client
        await _send(interaction, self.researcher_id, self.field.value, self.about)


class InviteThem(Pressed, template=r"invite:1:(\d+)"):
    """On profiles: opens a form for an invitation, or says why there can be none yet."""

    def __init__(self, researcher_id: int) -> None:
        self.researcher_id = researcher_id
        super().__init__(discord.ui.Button(label="Invite", custom_id=f"invite:1:{researcher_id}"))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        await _ask_for_words(interaction, self.researcher_id, None)


class RememberWish(Pressed, template=r"wish:1:(\d+)"):
    """Remembers that whoever presses would invite a researcher."""

    def __init__(self, researcher_id: int) -> None:
        self.researcher_id = researcher_id
        super().__init__(
            discord.ui.Button(
                label="Remember this",
                style=discord.ButtonStyle.primary,
                custom_id=f"wish:1:{researcher_id}",
            )
        )

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.database.write() as session:
            person = await researchers.get(session, self.researcher_id)
            await wishes.remember(session, interaction.user.id, person.id)
        await turn_to(interaction, Layout(invited.remembered(person)))


class ForgetWish(Picked, template=r"wished:1"):
    """Whom a person would invite: lets go of the one chosen."""

    async def entries(self, interaction: Press) -> list[Entry]:
        async with interaction.client.database.read() as session:
            wished = await wishes.of(session, interaction.user.id)
        return list(map(invited.wished_choice, wished))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        user_id, chosen = interaction.user.id, int(self.item.values[0])
        async with interaction.client.database.write() as session:
            for person in await wishes.of(session, user_id):
                if person.id == chosen:
                    await wishes.forget(session, Wish(user_id, person))
        await turn_to(interaction, await _sent(interaction))


class InviteOne(namesakes.PickedPerson, template=r"inviteone:1(?::(\d+))?"):
    """Which of several people of a name is invited; opens the form with what was written."""

    def __init__(self, select: discord.ui.Select[Any], about: int | None = None) -> None:
        self.about = about
        super().__init__(select)

    async def people(self, interaction: Press) -> list[Researcher]:
        people = await super().people(interaction)
        async with interaction.client.database.read() as session:
            held = await claims.holders(session, [one.id for one in people])
        return [one for one in people if one.id in held]

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        message = unquoted("\n".join(texts_of(interaction)))
        message = message[: invitations_sent.LONGEST_MESSAGE]
        await _ask_for_words(interaction, int(self.item.values[0]), self.about, message)


class OpenInvitation(Picked, template=r"invitations:1"):
    """Shows one of several invitations with its buttons."""

    async def entries(self, interaction: Press) -> list[Entry]:
        async with interaction.client.database.read() as session:
            return _entries(await invitations_received.inbox(session, interaction.user.id))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.database.read() as session:
            waiting = await invitations_received.inbox(session, interaction.user.id)
        for found in waiting:
            if str(found.id) == self.item.values[0]:
                await interaction.response.defer()  # Discord may be asked who the sender is
                await show_later(interaction, await inviting.layout(interaction.client, found))
                return
        raise NoSuchInvitation()


class Unblock(Picked, template=r"unblock:1"):
    """Lets invitations of somebody who was blocked reach the person again."""

    async def entries(self, interaction: Press) -> list[Entry]:
        async with interaction.client.database.read() as session:
            theirs = await blocks.of(session, interaction.user.id)
        return list(map(invited.blocked_choice, theirs))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        pair = self.item.values[0]
        async with interaction.client.database.write() as session:
            if pair not in {block.pair for block in await blocks.of(session, interaction.user.id)}:
                raise StaleButton()
            await blocks.remove(session, interaction.user.id, pair)
        await turn_to(interaction, await _settings(interaction))
