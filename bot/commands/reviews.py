"""/admin reviews, claimed-role, claims and reports; and what moderators press under a claim."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands

from bot import cards, claimed, claiming, errors, reported, server_settings
from bot.commands.admin import group
from bot.permissions import named
from bot.views import Entry, Item, Layout, Picked, Pressed, paged, send, turn_to
from retrieval.phrases import joined
from storage import claim_reviews, claims, review_places
from storage.claim_states import Claim, Moderator, State, described
from storage.errors import ClaimMoved, NotAllowed, StaleButton
from storage.review_places import ReviewPlace

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

LABELS = {"a": "Approve", "r": "Refuse", "m": "Ask for more"}
STYLES = {"a": discord.ButtonStyle.success, "r": discord.ButtonStyle.danger}
QUESTIONS = {
    "a": ("Approve the claim", "The reason", "Why? Whoever is overruled reads this."),
    "r": ("Refuse the claim", "The reason", "Why? The claimant reads this."),
    "m": ("Ask for more", "What is missing", "What should the claimant show?"),
    "v": ("Revoke the claim", "The reason", "Why? The claimant reads this."),
}
LONGEST_REASON = 400
CANNOT_WRITE = "I cannot write in <#{channel}>: please let me see it and send messages there."
WHO_SEES_IT = (
    "Whoever may manage this server can decide them, so only moderators should see that channel."
)
CANNOT_GIVE = (
    "I cannot give that role yet: please allow me Manage Roles and put my own role above it."
)

MODERATING = discord.Permissions.elevated() | discord.Permissions(
    deafen_members=True,
    manage_events=True,
    manage_nicknames=True,
    mention_everyone=True,
    move_members=True,
    mute_members=True,
    view_audit_log=True,
)
NOT_YOURS_TO_GIVE = (
    "You can only choose a role that you could give somebody yourself: that takes the permission "
    "Manage Roles and a role of yours above <@&{role}>."
)
POWERS = (
    "Everybody who proves a claim here would get <@&{role}>, and with it: {powers}. A page of "
    "their own is proof enough for that."
)
NOBODYS = "Nobody can be given <@&{role}>: Discord hands it out itself. Please choose another role."


@group.command(name="reviews")
@app_commands.describe(channel="Where claims are reviewed", off="Review no claims any more")
async def reviews(
    interaction: Press, channel: discord.TextChannel | None = None, off: bool = False
) -> None:
    """The channel in which moderators review claims; shows it, or sets it"""
    judge = claiming.moderator(interaction)
    if channel is not None:
        mine = channel.permissions_for(channel.guild.me)
        if not (mine.view_channel and mine.send_messages):
            raise NotAllowed(what=CANNOT_WRITE.format(channel=channel.id))
    if server_settings.changes(channel, off):
        async with interaction.client.database.write() as session:
            number = channel.id if channel else None
            await review_places.set_channel(session, judge.guild_id, number)
    place = await _place(interaction)
    said = server_settings.reviewed(place)
    if place.channel_id is not None:
        said = f"{said} {WHO_SEES_IT}"
    how = server_settings.how("reviews", "channel", "nobody reviews them")
    card = cards.notice(cards.lines(said, how), cards.PERSON)
    await send(interaction, Layout(card), ephemeral=True)


@group.command(name="claimed-role")
@app_commands.describe(role="For researchers with a proved claim", off="Give them no role any more")
async def claimed_role(
    interaction: Press, role: discord.Role | None = None, off: bool = False
) -> None:
    """The role for researchers who have proved a claim; shows it, or sets it"""
    claiming.moderator(interaction)
    changed = server_settings.changes(role, off)
    if role is not None:
        _check_role(interaction, role)
        if powers := _powers(role):
            text = POWERS.format(role=role.id, powers=joined(powers))
            row = [UseRole(role.id)]
            await send(interaction, Layout(cards.notice(text, cards.AMBER), row), ephemeral=True)
            return
    if changed:
        await _set_role(interaction, role)
    await send(interaction, await _role(interaction), ephemeral=True)


def _check_role(interaction: Press, role: discord.Role) -> None:
    """That it is a role that people can be given, and that this moderator could give.

    Raises:
        NotAllowed: it is not.
    """
    if role.managed or role.is_default():
        raise NotAllowed(what=NOBODYS.format(role=role.id))
    member = interaction.user
    assert isinstance(member, discord.Member), "the command is for servers"
    if member.id == role.guild.owner_id:
        return
    if not interaction.permissions.manage_roles or role >= member.top_role:
        raise NotAllowed(what=NOT_YOURS_TO_GIVE.format(role=role.id))


def _powers(role: discord.Role) -> list[str]:
    """What a role brings that is for moderators only."""
    return [named(name) for name, held in role.permissions & MODERATING if held]


async def _set_role(interaction: Press, role: discord.Role | None) -> None:
    judge = claiming.moderator(interaction)
    async with interaction.client.database.write() as session:
        await review_places.set_role(session, judge.guild_id, role.id if role else None)


async def _role(interaction: Press) -> Layout:
    """Which role claimed researchers get here, and how to change that."""
    place = await _place(interaction)
    known = interaction.guild and place.role_id and interaction.guild.get_role(place.role_id)
    cannot = CANNOT_GIVE if known and not known.is_assignable() else ""
    how = server_settings.how("claimed-role", "role", "they get none")
    said = cards.lines(server_settings.given_role(place), cannot, how)
    return Layout(cards.notice(said, cards.PERSON))


async def _place(interaction: Press) -> ReviewPlace:
    judge = claiming.moderator(interaction)
    async with interaction.client.database.read() as session:
        return await review_places.get(session, judge.guild_id)


@group.command(name="claims")
async def claims_(interaction: Press) -> None:
    """The claims of this server: look at one, decide a dispute, revoke"""
    judge = claiming.moderator(interaction)
    async with interaction.client.database.read() as session:
        here = await claims.of_server(session, judge)
    await send(interaction, _listed(here), ephemeral=True)


@group.command(name="reports")
async def reports_(interaction: Press) -> None:
    """What members say of whose works are: look at one, decide"""
    claiming.moderator(interaction)
    async with interaction.client.database.read() as session:
        found = await reported.here(session, interaction)
    layout = Layout(reported.card(found), reported.row(found, reported.HERE))
    await send(interaction, layout, ephemeral=True)


def _listed(here: list[Claim]) -> Layout:
    row = [OpenClaim(paged("Look at a claim", "claims:1", _entries(here)))] if here else []
    return Layout(claimed.server(here), row)


def _entries(here: list[Claim]) -> list[Entry]:
    return [
        (str(c.id), c.researcher.distinct_name, f"L{c.level} · {described(c.state)}") for c in here
    ]


def decisions(claim: Claim) -> list[Item]:
    """The buttons under a claim while it waits for moderators."""
    if claim.state not in (State.REVIEW, State.DISPUTED):
        return []
    return [Decide(claim.id, what, claim.state) for what in LABELS]


async def decided(interaction: Press, claim: Claim) -> None:
    """Show what became of a claim in place of what was pressed, and let everybody know."""
    client = interaction.client
    layout = await claiming.card(client.database, claim, decisions)
    await turn_to(interaction, layout)
    pressed = interaction.message.id if interaction.message else None
    if claim.review_message_id != pressed:
        await claiming.refresh(client, claim, layout)
    await claiming.tell(client, claim.researcher.id, decisions)
    async with client.database.read() as session:
        around = await claims.around(session, claim.researcher.id)
    for one in around:
        if one.state is State.VERIFIED:
            await claiming.give_role(client, interaction.guild, one.user_id)
    await claiming.settle_roles(client, {one.user_id for one in around})


class UseRole(Pressed, template=r"claimedrole:1:(\d+)"):
    """Chooses a role with a moderator's permissions, once that was said."""

    def __init__(self, role_id: int) -> None:
        self.role_id = role_id
        label, style = "Use it all the same", discord.ButtonStyle.danger
        custom_id = f"claimedrole:1:{role_id}"
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=custom_id))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        claiming.moderator(interaction)
        role = interaction.guild.get_role(self.role_id) if interaction.guild else None
        if role is None:
            raise StaleButton()
        _check_role(interaction, role)
        await _set_role(interaction, role)
        await turn_to(interaction, await _role(interaction))


class Decide(Pressed, template=r"review:1:(\d+):([arm]):(\w+)"):
    """A moderator's decision; it carries the state that they see, which must still hold."""

    def __init__(self, claim_id: int, what: str, seen: State) -> None:
        self.claim_id, self.what, self.seen = claim_id, what, seen
        super().__init__(
            discord.ui.Button(
                label=LABELS[what],
                style=STYLES.get(what, discord.ButtonStyle.secondary),
                custom_id=f"review:1:{claim_id}:{what}:{seen.value}",
            )
        )

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        return int(match[1]), match[2], State(match[3])

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        judge = claiming.moderator(interaction)
        async with interaction.client.database.read() as session:
            claim = await claim_reviews.to_decide(session, self.claim_id, judge)
            standing = await claims.standing_against(session, self.claim_id)
        if claim.state is not self.seen:
            await _as_it_is(interaction, claim)
            return
        if self.what != "a" or standing:
            consequence = claimed.overruling(claim, standing) if self.what == "a" else ""
            reason = Reason(self.claim_id, self.what, self.seen, consequence)
            await interaction.response.send_modal(reason)
            return
        async with interaction.client.database.write() as session:
            claim = await claim_reviews.approve(session, self.claim_id, judge, self.seen)
        await decided(interaction, claim)


async def _as_it_is(interaction: Press, claim: Claim) -> None:
    """Show how a claim stands by now in place of a card that is out of date, and say so."""
    card = await claiming.card(interaction.client.database, claim, decisions)
    await turn_to(interaction, card)
    raise ClaimMoved(state=described(claim.state))


class Reason(errors.Modal):
    """Why a claim is decided so, or what else is wanted; above it, what follows for others."""

    def __init__(self, claim_id: int, what: str, seen: State, consequence: str = "") -> None:
        title, label, hint = QUESTIONS[what]
        super().__init__(title=title)
        if consequence:
            self.add_item(discord.ui.TextDisplay(consequence))
        self.claim_id, self.what, self.seen = claim_id, what, seen
        self.field: discord.ui.TextInput[Self] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph,
            placeholder=hint,
            max_length=LONGEST_REASON,
            custom_id="reason",
        )
        self.add_item(discord.ui.Label(text=label, component=self.field))

    async def on_submit(self, interaction: Press) -> None:  # type: ignore[override]  # our client
        judge = claiming.moderator(interaction)
        why = " ".join(self.field.value.split())
        try:
            claim = await self._decide(interaction, judge, why)
        except ClaimMoved:
            async with interaction.client.database.read() as session:
                claim = await claims.get(session, self.claim_id)
            await _as_it_is(interaction, claim)
            return
        await decided(interaction, claim)

    async def _decide(self, interaction: Press, judge: Moderator, why: str) -> Claim:
        async with interaction.client.database.write() as session:
            if self.what == "a":
                return await claim_reviews.approve(session, self.claim_id, judge, self.seen, why)
            if self.what == "r":
                return await claim_reviews.refuse(session, self.claim_id, judge, self.seen, why)
            if self.what == "m":
                return await claim_reviews.ask_more(session, self.claim_id, judge, self.seen, why)
            return await claim_reviews.revoke(session, self.claim_id, judge, why)


class Revoke(Pressed, template=r"revoke:1:(\d+)"):
    """Ends a claim that stood."""

    def __init__(self, claim_id: int) -> None:
        self.claim_id = claim_id
        super().__init__(
            discord.ui.Button(
                label="Revoke",
                style=discord.ButtonStyle.danger,
                custom_id=f"revoke:1:{claim_id}",
            )
        )

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        judge = claiming.moderator(interaction)
        async with interaction.client.database.read() as session:
            await claim_reviews.to_decide(session, self.claim_id, judge)
            again = await claim_reviews.overruled_by(session, self.claim_id)
        consequence = claimed.restoring(again)
        await interaction.response.send_modal(
            Reason(self.claim_id, "v", State.VERIFIED, consequence)
        )


class OpenClaim(Picked, template=r"claims:1"):
    """One of a server's claims, with what a moderator can do about it."""

    async def entries(self, interaction: Press) -> list[Entry]:
        judge = claiming.moderator(interaction)
        async with interaction.client.database.read() as session:
            return _entries(await claims.of_server(session, judge))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        judge = claiming.moderator(interaction)
        async with interaction.client.database.read() as session:
            here = await claims.of_server(session, judge)
        chosen = next((c for c in here if str(c.id) == self.item.values[0]), None)
        if chosen is None:
            await turn_to(interaction, _listed(here))
            return
        await turn_to(
            interaction, await claiming.card(interaction.client.database, chosen, _everything)
        )


def _everything(claim: Claim) -> list[Item]:
    return [Revoke(claim.id)] if claim.state is State.VERIFIED else decisions(claim)
