"""What several commands take: a researcher and a year, with what the picker offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import discord
from discord.app_commands import Choice
from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards
from bot.helping import default_researcher
from bot.memory import Where
from storage import finding, own_words, researchers, works, works_by_title
from storage.errors import NoResearcherNamed, NotAllowed, NotFound
from storage.finding import Author
from storage.names import name_key
from storage.own_words import shown
from storage.phrases import origin, plural
from storage.researchers import Researcher

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

MOST_CHOICES = 25
LONGEST_CHOICE = 100  # characters that a command is given of it
WHICH = "You have several of these; please pick one in the `{option}` option."
_BY_ID = "id:"


async def meant(session: AsyncSession, interaction: Press, given: str | None) -> Researcher:
    """The researcher of a command: as given, else the place's, else the only one there is.

    Raises:
        UnknownResearcher, AmbiguousResearcher: as given.
        NoResearcherNamed: none given, and none to be taken for granted.
    """
    if given is not None and given.strip():
        return await named(session, interaction, given)
    default = await default_researcher(session, Where.of(interaction))
    if default is None:
        raise NoResearcherNamed()
    return await shown(session, default, interaction.guild_id)


async def named(session: AsyncSession, interaction: Press, given: str) -> Researcher:
    """The researcher that was typed, or picked from what was offered.

    Raises:
        UnknownResearcher, AmbiguousResearcher
    """
    number = picked(given)
    if number is not None:
        return await shown(session, number, interaction.guild_id)
    hidden = await own_words.hidden_in(session, interaction.guild_id)
    return await finding.resolve(session, given, hidden)


async def found(session: AsyncSession, interaction: Press, text: str) -> list[Researcher]:
    """Researchers of a name, without those who do not want to be shown in this server."""
    hidden = await own_words.look_from(session, interaction.guild_id)
    people = await finding.find(session, text, MOST_CHOICES)
    return [person for person in people if person.id not in hidden]


async def author_named(session: AsyncSession, interaction: Press, text: str) -> Author | None:
    """An author of such a name, without those who do not want to be shown in this server."""
    hidden = await own_words.hidden_in(session, interaction.guild_id)
    return await finding.author_named(session, text, hidden)


class OfSomebody(Protocol):
    """Something about a researcher, with an id: a follow, a claim, an invitation."""

    @property
    def id(self) -> int: ...

    @property
    def researcher(self) -> Researcher: ...


E = TypeVar("E", bound=OfSomebody)


def one_of(
    entries: Sequence[E],
    given: str | None,
    *,
    option: str,
    missing: type[NotFound],
) -> E:
    """The one of these entries that was picked from what was offered, or typed by its researcher’s
    name; the only one there is, where nothing was given.

    Raises:
        NotFound: none of them, as `missing` says it.
        NotAllowed: several of them.
    """
    number, typed = picked(given), (given or "").strip().casefold()
    found = [
        entry
        for entry in entries
        if given is None
        or entry.id == number
        or typed in (entry.researcher.name.casefold(), entry.researcher.distinct_name.casefold())
    ]
    if not found:
        raise missing()
    if len(found) > 1:
        raise NotAllowed(what=WHICH.format(option=option))
    return found[0]


def picked(given: str | None) -> int | None:
    """The id of something that was picked from what was offered."""
    text = (given or "").strip()
    number = text.removeprefix(_BY_ID)
    by_id = text.startswith(_BY_ID) and number.isdecimal() and len(number) < 10
    return int(number) if by_id else None


def offered(typed: str, entries: Iterable[tuple[int, str]]) -> list[Choice[str]]:
    """What the picker offers of things with ids: those whose name holds what is typed so far."""
    fitting = [(number, name) for number, name in entries if typed.casefold() in name.casefold()]
    return [
        Choice(name=cards.option(name), value=f"{_BY_ID}{number}")
        for number, name in fitting[:MOST_CHOICES]
    ]


async def offer_researchers(interaction: Press, typed: str) -> list[Choice[str]]:
    """Researchers whose name fits what is typed so far; before anything is, the place's comes first
    and then those with the most works.
    """
    async with interaction.client.database.read() as session:
        people = await found(session, interaction, typed)
        default = await default_researcher(session, Where.of(interaction))
        if default is not None and not typed.strip():
            first = await researchers.by_ids(session, [default])
            people = [*first, *(p for p in people if p.id != default)][:MOST_CHOICES]
    return [
        Choice(
            name=cards.option(f"{p.distinct_name} · {counted(p)}"),
            value=f"{_BY_ID}{p.id}",
        )
        for p in people
    ]


def counted(person: Researcher) -> str:
    """How many works somebody has, and where they are imported from."""
    return f"{plural(person.works, 'work')} · {origin(person.source)}"


async def offer_people(interaction: Press, typed: str) -> list[Choice[str]]:
    """Researchers, and after them those who are only printed on papers."""
    offered = await offer_researchers(interaction, typed)
    async with interaction.client.database.read() as session:
        hidden = await own_words.hidden_in(session, interaction.guild_id)
        authors = await finding.authors_like(session, typed, MOST_CHOICES, hidden)
        on_record = {name_key(person.name) for person in await found(session, interaction, typed)}
    printed = [
        Choice(name=cards.option(f"{a.name} · on {plural(a.works, 'work')}"), value=a.name)
        for a in authors
        if name_key(a.name) not in on_record and len(a.name) <= LONGEST_CHOICE
    ]
    return [*offered, *printed][:MOST_CHOICES]


async def offer_years(interaction: Press, typed: str) -> list[Choice[int]]:
    """Years in which the researcher of the command published, newest first."""
    async with interaction.client.database.read() as session:
        person = await _so_far(session, interaction)
        counts = await works.per_year(session, [person.id] if person else [])
    return [
        Choice(name=f"{year} ({plural(number, 'work')})", value=year)
        for year, number in sorted(counts.items(), reverse=True)
        if str(year).startswith(str(typed))
    ][:MOST_CHOICES]


async def offer_works(interaction: Press, typed: str) -> list[Choice[str]]:
    """Titles that hold what is typed so far."""
    async with interaction.client.database.read() as session:
        person = await _so_far(session, interaction)
        titles = await works_by_title.like(
            session, typed, person.id if person else None, MOST_CHOICES
        )
    return [Choice(name=cards.option(title), value=f"{_BY_ID}{i}") for i, title in titles]


async def _so_far(session: AsyncSession, interaction: Press) -> Researcher | None:
    """The researcher chosen in a command that is still being typed, if that is clear already."""
    await own_words.look_from(session, interaction.guild_id)
    try:
        return await meant(session, interaction, _option(interaction, "researcher"))
    except NotFound:
        return None


def _option(interaction: discord.Interaction[Any], name: str) -> str | None:
    value = getattr(interaction.namespace, name, None)
    return value if isinstance(value, str) else None
