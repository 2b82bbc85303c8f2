"""What members reported of whose works are, for whoever decides: a list, and each work to open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards, errors, namesakes, profiles
from bot.cards import Card
from bot.markdown import inline
from bot.views import Entry, Item, Layout, Picked, paged, send
from retrieval.text import readable
from storage import claims, own_words, reports
from storage.claim_rivals import circle
from storage.claim_states import Claim, State
from storage.errors import StaleButton
from storage.reports import Reported

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

LISTED = 10
NONE = "Nothing is reported that you could decide about."
MINE, HERE = "mine", "here"
OPEN = "Look at a reported work"


def card(found: Sequence[Reported]) -> Card:
    """What waits for a moderator's decision."""
    if not found:
        return Card((NONE,), cards.QUIET)
    return Card(("## Reported works", said(found)), cards.PERSON)


def said(found: Sequence[Reported]) -> str:
    """The works that were reported, and what of each."""
    entries = [
        f"**{inline(readable(one.work.title), 120)}**\n{cards.small(inline(_told(one), 300))}"
        for one in found
    ]
    hint = cards.small("*Theirs* or *Not theirs* under a work decides it.")
    return cards.lines(cards.column(entries, LISTED, "more in the menu"), hint)


def row(found: Sequence[Reported], whose: str) -> list[Item]:
    """The menu that opens one of them; nothing where there is none."""
    return [OpenReport(paged(OPEN, f"reported:1:{whose}", _entries(found)), whose)] if found else []


async def of_claim(session: AsyncSession, claim: Claim) -> list[Reported]:
    """What was reported of the works of a claimed researcher; nothing before the claim stands."""
    if claim.state is not State.VERIFIED:
        return []
    person = claim.researcher
    about = [person.id] if person.record_id else await circle(session, person.id)
    return await reports.waiting(session, about)


async def here(session: AsyncSession, interaction: Press) -> list[Reported]:
    """What was reported and this moderator may decide: of nobody who is hidden in this server."""
    hidden = await own_words.hidden_in(session, interaction.guild_id)
    return [
        one
        for one in await reports.waiting(session)
        if one.researcher.id not in hidden
        and await namesakes.may_decide(
            session, interaction, one.researcher, one.work.id, theirs=one.theirs > 0
        )
    ]


def _entries(found: Sequence[Reported]) -> list[Entry]:
    return [(_value(one), one.work.title, _told(one)) for one in found]


def _value(one: Reported) -> str:
    return f"{one.researcher.id}:{one.work.id}"


def _told(one: Reported) -> str:
    """As: Kai Han · text generation: 2 say not theirs."""
    counted = ((one.not_theirs, "not theirs"), (one.theirs, "theirs"))
    words = [f"{n} say{'s' if n == 1 else ''} {what}" for n, what in counted if n]
    return f"{one.researcher.distinct_name}: {', '.join(words)}"


class OpenReport(Picked, template=r"reported:1:(mine|here)"):
    """One of the reported works, with what can be said to it."""

    def __init__(self, select: discord.ui.Select[Any], whose: str) -> None:
        self.whose = whose
        super().__init__(select)

    async def entries(self, interaction: Press) -> list[Entry]:
        return _entries(await self._found(interaction))

    async def _found(self, interaction: Press) -> list[Reported]:
        async with interaction.client.database.read() as session:
            if self.whose == HERE:
                return await here(session, interaction)
            mine = await claims.of_user(session, interaction.user.id)
            return [one for claim in mine for one in await of_claim(session, claim)]

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        found = {_value(one): one for one in await self._found(interaction)}
        one = found.get(self.item.values[0])
        if one is None:
            raise StaleButton()
        async with interaction.client.database.read() as session:
            place, rows = await namesakes.place_of(
                session, one.researcher.id, one.work.id, interaction.guild_id
            )
        told = " · ".join(filter(None, (f"Reported of {_told(one)}", place)))
        await send(interaction, Layout(profiles.abstract(one.work, told), *rows), ephemeral=True)
