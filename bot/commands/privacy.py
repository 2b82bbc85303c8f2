"""/privacy: what is kept about a person, how it goes away, and not being profiled."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot import cards, claiming, errors
from bot.cards import AMBER, Card
from bot.commands import options
from bot.commands.reviews import decisions
from bot.markdown import inline, link
from bot.views import Layout, Pressed, send, show_later, turn_to, yes_or_no
from retrieval.phrases import joined
from retrieval.text import readable
from storage import claims, given_roles, optouts, privacy
from storage.errors import NoResearcherNamed, NotAllowed, NotClaimed, NotYourRecord, WorksMoved
from storage.given_roles import GivenRole
from storage.optouts import Leaving
from storage.phrases import plural
from storage.researchers import described
from storage.works import Work

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

WORKS_SHOWN = 12
EXPORT = "colloquy-about-me.json"
LONGEST_TEXT = 2**20  # bytes; of all that is attached, Discord takes ten times as many
NOTHING = "Nothing is kept about you."
EXPORTED = "Everything that is kept about you is in this file; only you can see it here."
ERASED = "Done. Everything that was kept about you is erased."
ROLE_LEFT = (
    "I could not take back the role that I gave you as a claimed researcher in {servers}; "
    "please ask a moderator there to."
)
ASK = (
    "## Erase everything about you?\n"
    "Your questions, the answers given to you, your ratings, follows, claims and invitations will "
    "be removed for good. Buttons under your answers stop working. This cannot be undone.\n"
    "Messages that I have posted stay where they are; you or a moderator can delete them in "
    "Discord.\n"
    "-# Whoever blocked you, and whom you blocked, stay blocked, and whom you may not claim yet "
    "you still may not; that is kept without your id."
)
ASK_OPT_OUT = (
    "## Do you not want to be profiled?\n"
    "**{name}** will be removed with topics, follows and your claim, and with them these works, as "
    "far as nobody else here has them. Importing will not bring them back; `/privacy opt-in` lets "
    "it. If a work is not yours, press *Not theirs* under it first.\n"
    "Papers that others here have still print your name among their authors; no list of people, "
    "graph or answer about you is made of it."
)
GUESSED = (
    "These are only guessed to be yours, so they stay under the name. If one is yours, press "
    "*Theirs* under it first."
)
OPTED_OUT = (
    "Done. **{name}** is not profiled here any more, and importing does not change that. "
    "`/privacy opt-in` takes it back."
)
OPTED_IN = "{names} may be profiled here again, once somebody imports their papers."
NO_OPT_OUT = "You have not opted out of being profiled. `/privacy opt-out` does it."

group = app_commands.Group(name="privacy", description="What is kept about you")


@group.command(name="export")
async def export(interaction: Press) -> None:
    """Everything kept about you, as a file that only you see"""
    await interaction.response.defer(thinking=True, ephemeral=True)
    async with interaction.client.database.read() as session:
        held = await privacy.export(session, interaction.user.id)
    if not held:
        await interaction.edit_original_response(view=Layout(cards.notice(NOTHING)))
        return
    name, content = await asyncio.to_thread(_written, held)
    file = discord.File(io.BytesIO(content), name)
    layout = Layout(cards.notice(EXPORTED), file=file)
    await interaction.edit_original_response(view=layout, attachments=layout.files)


def _written(held: dict[str, Any]) -> tuple[str, bytes]:
    """A file and its name: as text, or as an archive where Discord might not take the text."""
    text = json.dumps(held, ensure_ascii=False, indent=2).encode()
    if len(text) <= LONGEST_TEXT:
        return EXPORT, text
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(EXPORT, text)
    return f"{EXPORT}.zip", archive.getvalue()


@group.command(name="erase")
async def erase(interaction: Press) -> None:
    """Remove everything kept about you; asks again first"""
    row = [Erase(interaction.user.id, True), Erase(interaction.user.id, False)]
    await send(interaction, Layout(Card((ASK,), AMBER), row), ephemeral=True)


@group.command(name="opt-out")
@app_commands.describe(researcher="Which of the records that you have claimed")
async def opt_out(interaction: Press, researcher: str | None = None) -> None:
    """Do not be profiled: removes a record that you have claimed; asks again first"""
    async with interaction.client.database.read() as session:
        held = await claims.held_by(session, interaction.user.id)
        if researcher is None and len(held) == 1:
            person = held[0]
        elif researcher is None:
            raise NoResearcherNamed() if held else NotClaimed()
        else:
            person = await options.named(session, interaction, researcher)
        if person.id not in {record.id for record in held}:
            raise NotYourRecord(name=person.name)
        found = await optouts.leaving(session, person.id)
    await send(interaction, _asked(found), ephemeral=True)


@opt_out.autocomplete("researcher")
async def offer_own(interaction: Press, typed: str) -> list[Choice[str]]:
    """The records that the person has claimed."""
    async with interaction.client.database.read() as session:
        held = await claims.held_by(session, interaction.user.id)
    return options.offered(typed, [(record.id, described(record)) for record in held])


@group.command(name="opt-in")
async def opt_in(interaction: Press) -> None:
    """Take back that you do not want to be profiled"""
    async with interaction.client.database.write() as session:
        names = await optouts.lift(session, user_id=interaction.user.id)
    text = NO_OPT_OUT
    if names:
        shown = joined([f"**{inline(name, cards.NAME_SHOWN)}**" for name in names])
        text = OPTED_IN.format(names=shown)
    await send(interaction, Layout(cards.notice(text)), ephemeral=True)


def _asked(found: Leaving, before: str = "") -> Layout:
    """What goes and what stays, before anything does."""
    name = inline(found.researcher.distinct_name, cards.NAME_SHOWN)
    parts = [before, ASK_OPT_OUT.format(name=name), _listed(f"**{_n(found.works)}**", found.works)]
    if found.guessed:
        parts.append(_listed(f"**{_n(found.guessed)}** · {GUESSED}", found.guessed))
    row = [OptOut(found.researcher.id, yes, found.mark) for yes in (True, False)]
    return Layout(Card(tuple(filter(None, parts)), AMBER), row)


def _n(works: Sequence[Work]) -> str:
    return plural(len(works), "work")


def _listed(head: str, works: Sequence[Work]) -> str:
    entries = [f"- {link(readable(w.title), w.url, cards.TITLE_SHOWN)} · {w.year}" for w in works]
    return cards.lines(head, cards.column(entries, WORKS_SHOWN))


class OptOut(Pressed, template=r"optout:1:(\d+):([yn])(?::(\d+))?"):
    """The answer to “do you not want to be profiled?”; `mark` tells which works were listed."""

    def __init__(self, researcher_id: int, yes: bool, mark: int | None = 0) -> None:
        self.researcher_id, self.yes, self.mark = researcher_id, yes, mark or 0
        labels = "Remove my record", "Keep it"
        custom_id = f"optout:1:{researcher_id}"
        super().__init__(yes_or_no(yes, labels, custom_id, f":{self.mark}", danger=True))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        if not self.yes:
            await turn_to(interaction, Layout(cards.notice("Nothing was changed.")))
            return
        await interaction.response.defer()  # a long record takes a while
        try:
            async with interaction.client.database.write() as session:
                gone = await optouts.opt_out(
                    session, self.researcher_id, interaction.user.id, self.mark
                )
        except WorksMoved as error:
            async with interaction.client.database.read() as session:
                found = await optouts.leaving(session, self.researcher_id)
            await show_later(interaction, _asked(found, error.sentence))
            return
        text = OPTED_OUT.format(name=inline(gone.name, cards.NAME_SHOWN))
        await show_later(interaction, Layout(cards.notice(text)))
        for claim in gone.claims:
            await claiming.close(interaction.client, claim)
        if gone.record_id is not None:
            await claiming.tell(interaction.client, gone.record_id, decisions)
        await claiming.settle_roles(interaction.client, {claim.user_id for claim in gone.claims})


class Erase(Pressed, template=r"erase:1:(\d+):([yn])"):
    """The answer to “erase everything about you?”."""

    def __init__(self, user_id: int, yes: bool) -> None:
        self.user_id, self.yes = user_id, yes
        labels = "Erase everything", "Keep it"
        super().__init__(yes_or_no(yes, labels, f"erase:1:{user_id}", danger=True))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        if interaction.user.id != self.user_id:
            raise NotAllowed(what="Only the person who asked for this can decide it.")
        if not self.yes:
            await turn_to(interaction, Layout(cards.notice("Nothing was changed.")))
            return
        await interaction.response.defer()
        async with interaction.client.database.read() as session:
            given = await given_roles.of(session, [self.user_id])
        left = await claiming.take_roles(interaction.client, given)  # nobody can name them later
        async with interaction.client.database.write() as session:
            claimed = await claims.of_user(session, self.user_id)
            erased = await privacy.erase(session, self.user_id)
        text = ERASED if erased or given else NOTHING
        await show_later(interaction, Layout(cards.notice(text + _left(interaction.client, left))))
        for claim in claimed:
            await claiming.close(interaction.client, claim)
            await claiming.tell(interaction.client, claim.researcher.id, decisions)


def _left(client: Colloquy, roles: Sequence[GivenRole]) -> str:
    """What is said of roles that could not be taken back."""
    if not roles:
        return ""
    servers = [client.get_guild(role.guild_id) for role in roles]
    names = [inline(one.name, cards.NAME_SHOWN) if one else "another server" for one in servers]
    return "\n" + ROLE_LEFT.format(servers=joined(list(dict.fromkeys(names))))
