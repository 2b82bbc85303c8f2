"""What several commands take: a researcher and a year, with what the picker offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord.app_commands import Choice
from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards
from bot.asking import default_researcher
from bot.memory import Where
from storage import researchers, works
from storage.errors import NoResearcherNamed, NotFound
from storage.researchers import Researcher

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

MOST_CHOICES = 25
_BY_ID = "id:"


async def meant(session: AsyncSession, interaction: Press, given: str | None) -> Researcher:
    """The researcher of a command: as given, else the place's, else the only one there is.

    Raises:
        UnknownResearcher, AmbiguousResearcher: as given.
        NoResearcherNamed: none given, and none to be taken for granted.
    """
    if given is not None and given.strip():
        return await named(session, given)
    default = await default_researcher(session, Where.of(interaction))
    if default is None:
        raise NoResearcherNamed()
    return await researchers.get(session, default)


async def named(session: AsyncSession, given: str) -> Researcher:
    """The researcher that was typed, or picked from what was offered.

    Raises:
        UnknownResearcher, AmbiguousResearcher
    """
    picked = given.strip().removeprefix(_BY_ID)
    if given.strip().startswith(_BY_ID) and picked.isdecimal() and len(picked) < 10:
        return await researchers.get(session, int(picked))
    return await researchers.resolve(session, given)


async def offer_researchers(interaction: Press, typed: str) -> list[Choice[str]]:
    """Researchers whose name fits what is typed so far."""
    async with interaction.client.database.read() as session:
        people = await researchers.find(session, typed, MOST_CHOICES)
    return [
        Choice(
            name=cards.option(f"{p.name} · {cards.plural(p.works, 'work')} · {p.source}"),
            value=f"{_BY_ID}{p.id}",
        )
        for p in people
    ]


async def offer_years(interaction: Press, typed: str) -> list[Choice[int]]:
    """Years in which the researcher of the command published, newest first."""
    async with interaction.client.database.read() as session:
        person = await _so_far(session, interaction)
        counts = await works.per_year(session, [person.id] if person else [])
    return [
        Choice(name=f"{year} ({cards.plural(number, 'work')})", value=year)
        for year, number in sorted(counts.items(), reverse=True)
        if str(year).startswith(str(typed))
    ][:MOST_CHOICES]


async def offer_works(interaction: Press, typed: str) -> list[Choice[str]]:
    """Titles that hold what is typed so far."""
    async with interaction.client.database.read() as session:
        person = await _so_far(session, interaction)
        titles = await works.titles_like(
            session, typed, person.id if person else None, MOST_CHOICES
        )
    return [Choice(name=cards.option(title), value=f"{_BY_ID}{i}") for i, title in titles]


def picked_work(query: str | None) -> int | None:
    """The id of a work that was picked from what was offered."""
    number = (query or "").removeprefix(_BY_ID)
    return int(number) if query and query.startswith(_BY_ID) and number.isdecimal() else None


async def _so_far(session: AsyncSession, interaction: Press) -> Researcher | None:
    """The researcher chosen in a command that is still being typed, if that is clear already."""
    try:
        return await meant(session, interaction, _option(interaction, "researcher"))
    except NotFound:
        return None


def _option(interaction: discord.Interaction[Any], name: str) -> str | None:
    value = getattr(interaction.namespace, name, None)
    return value if isinstance(value, str) else None
