"""Several people of one name: choosing one of them, and saying whose a work is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord
from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards, errors
from bot.cards import NAME_SHOWN
from bot.claiming import moderator
from bot.markdown import inline
from bot.pictures import split
from bot.views import Entry, Item, Layout, Picked, Pressed, paged, send, turn_to
from retrieval import held, namesakes
from retrieval.text import readable
from storage import announcing, claims, own_words, persons, reports, researchers, topics, works
from storage.errors import AmbiguousResearcher, NotAllowed
from storage.persons import MODERATOR, RESEARCHER, Decision, Person, Placed
from storage.phrases import plural
from storage.researchers import Researcher

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

Select = discord.ui.Select[Any]

_SEVERAL = "Several people may share this name; to {what} one of them only, choose below."
ASK_OF_ONE = _SEVERAL.format(what="ask about")
HEAR_OF_ONE = _SEVERAL.format(what="hear of")
TOPICS_DRAWN = 3
PEOPLE_DRAWN = 3
CHOOSE = "Choose one of the people of this name"
ALL_OF_THEM = "All of them together"
WHO_ELSE = "It is by another of them: …"
REPORTED = (
    "Thank you, I have noted that this work is {by}. Whoever has claimed them, or a moderator, "
    "decides."
)
UNDONE = "Taken back: what you decided of this work no longer holds. I sort the works again."
LONGEST_ID = 100  # of a custom id
_SAID_BY = {RESEARCHER: "r", MODERATOR: "m"}
DECIDED = "Thank you, that is settled: this work is {by}. I sort the works of this name again."


def menu_of(
    people: Sequence[Researcher], custom_id: str, placeholder: str = CHOOSE
) -> discord.ui.Select[Any]:
    """A menu of persons, each by what tells them from the others; its values are their ids."""
    return paged(placeholder, custom_id, entries_of(people) or [("0", "Nobody", "")])


def others_of(one: Researcher, people: Sequence[Researcher], custom_id: str) -> Select:
    """A menu of the people of a name for what shows one of them, or all: all the others, and the
    way back from one to all of them.
    """
    others = [person for person in people if person.id != one.id]
    entries = _all_of(people) if one.record_id is not None else []
    return paged(CHOOSE, custom_id, entries + entries_of(others))


def _all_of(people: Sequence[Researcher]) -> list[Entry]:
    return [(str(people[0].record_id), ALL_OF_THEM, f"everything under {people[0].name}")]


def entries_of(people: Sequence[Researcher]) -> list[Entry]:
    """Persons as the entries of a menu."""
    return [(str(p.id), p.label or p.name, plural(p.works, "work")) for p in people]


def entries_among(error: AmbiguousResearcher) -> list[Entry]:
    """Whom a name may mean as the entries of a menu."""
    return [(str(number), about, "") for number, about in error.choices]


class PickedPerson(Picked, template=r"(?!)"):
    """A menu of the people of a name, told by any one of them; with all of them together where it
    is about `one_or_all`.
    """

    one_or_all = False

    async def entries(self, interaction: Press) -> list[Entry]:
        people = await self.people(interaction)
        return (_all_of(people) if self.one_or_all and people else []) + entries_of(people)

    async def people(self, interaction: Press) -> list[Researcher]:
        """Those who may be chosen."""
        known = next(int(o.value) for o in self.item.options if o.value.isdecimal())
        async with interaction.client.database.read() as session:
            return await shown(session, known, interaction.guild_id)


async def shown(
    session: AsyncSession, researcher_id: int, guild_id: int | None
) -> list[Researcher]:
    """Everybody who shares the name of a record or person and may be shown in this server."""
    hidden = await own_words.hidden_in(session, guild_id)
    found = await persons.namesakes(session, researcher_id)
    return [person for person in found if person.id not in hidden]


async def drawn(session: AsyncSession, record_id: int, guild_id: int | None) -> split.Facts:
    """The persons behind a record who may be shown in this server, as a picture shows them."""
    hidden = await own_words.look_from(session, guild_id)
    record = await researchers.get(session, record_id)
    behind = await persons.of_record(session, record_id)
    found = [person for person in behind if person.works and person.researcher.id not in hidden]
    return split.Facts(
        record.name,
        tuple([await _drawn(session, person) for person in found[: split.TOLD]]),
        tuple(len(person.works) for person in found[split.TOLD :]),
    )


async def _drawn(session: AsyncSession, person: Person) -> split.Person:
    one = person.researcher
    years = await works.per_year(session, [one.id])
    label, _, _ = one.label.partition(" · with ")  # with whom stands beside it
    about = [readable(topic.name) for topic in await topics.of(session, one.id)]
    beside = await researchers.collaborators(session, one.id)
    return split.Person(
        label or one.name,
        len(person.works),
        min(years),
        max(years),
        tuple([topic for topic in about if topic != label][:TOPICS_DRAWN]),
        tuple(other.name for other in beside[:PEOPLE_DRAWN]),
        _mean([place.certainty for place in person.works]),
    )


def _mean(certainties: Sequence[float]) -> float | None:
    return sum(certainties) / len(certainties) if len(certainties) > 1 else None


async def place_of(
    session: AsyncSession, researcher_id: int, work_id: int, guild_id: int | None
) -> tuple[str, list[list[Item]]]:
    """Whose a work of somebody's list seems to be, in words, and the rows to say otherwise."""
    hidden = await own_words.hidden_in(session, guild_id)
    record = await persons.record_of(session, researcher_id)
    placed = await persons.whose(session, record, work_id)
    several = await shown(session, record, guild_id)
    if placed and placed[0].id in hidden:
        placed = None  # who is hidden here is not named by what tells them from namesakes
    if placed is None:
        about = researcher_id
        words = "I cannot tell which person of this name it is by" if several else ""
    else:
        person, place = placed
        about = person.id
        words = f"By {person.distinct_name}{_sure(person, place)}: {place.reason}"
    rows: list[list[Item]] = [[SayWhose(about, work_id, theirs) for theirs in (True, False)]]
    if others := [person for person in several if person.id != about]:
        rows.append([SayWhoElse(menu_of(others, f"whoelse:1:{work_id}", WHO_ELSE), work_id)])
    return words, rows


def _sure(person: Researcher, place: Placed) -> str:
    """How sure a place is; of somebody's only work nothing, as there is nobody to be sure of."""
    if person.works < 2 and place.certainty < 1:
        return ", the only work that I know of theirs"
    return f" ({place.certainty:.0%} sure)"


async def _say(interaction: Press, researcher_id: int, work_id: int, *, theirs: bool) -> None:
    """Keep somebody's word on whether a work is theirs, and say as what."""
    async with interaction.client.database.write() as session:
        person = await meant(session, interaction.user.id, researcher_id)
        kept = await keep_word(session, interaction, person, work_id, theirs=theirs)
    by = f"{'' if theirs else 'not '}by {inline(person.distinct_name, NAME_SHOWN)}"
    said = (REPORTED if kept is None else DECIDED).format(by=by)
    row = [] if kept is None else [kept.undo()]
    await send(interaction, Layout(cards.notice(said), row), ephemeral=True)
    if kept is not None:
        await sort_again(interaction.client, kept.record_id)


@dataclass(frozen=True, slots=True)
class Kept:
    """A decision just made, and what was decided of the work `before`."""

    researcher: Researcher
    work_id: int
    before: tuple[Decision, ...]

    @property
    def record_id(self) -> int:
        """The record to sort again."""
        return self.researcher.record

    def undo(self, label: str = "Undo") -> Undo:
        """The button that takes it back."""
        return Undo(self.researcher.id, self.work_id, self.before, label)


async def meant(session: AsyncSession, user_id: int, researcher_id: int) -> Researcher:
    """Whose a work is said to be: of a whole record the person whom the one who says so has
    claimed, if there is one.
    """
    person = await researchers.get(session, researcher_id)
    held = await claims.held_by(session, user_id) if person.record_id is None else []
    return next((own for own in held if own.record_id == person.id), person)


async def keep_word(
    session: AsyncSession, interaction: Press, person: Researcher, work_id: int, *, theirs: bool
) -> Kept | None:
    """Keep somebody's word on whether a work is theirs: a decision by the claimed researcher or a
    moderator, which also keeps back what waits to be announced as theirs; a report, and None, by
    anybody else.
    """
    user_id = interaction.user.id
    said_by = await may_decide(session, interaction, person, work_id, theirs=theirs)
    if said_by is None:
        await reports.report(session, user_id, person.id, work_id, theirs=theirs)
        return None
    before = await persons.decisions(session, person.record)
    losers = await persons.decide(
        session, person.id, work_id, theirs=theirs, user_id=user_id, said_by=said_by
    )
    await announcing.keep_back(session, work_id, losers)
    return Kept(person, work_id, tuple(one for one in before if one.work_id == work_id))


async def sort_again(client: Colloquy, record_id: int) -> None:
    """Let a decision teach the sorting of its record, and announce what was held back wrongly."""
    await namesakes.refresh(client.database, client.embedder.name, record_id)
    await held.release(client.database, client.embedder, record_id)


async def may_decide(
    session: AsyncSession, interaction: Press, person: Researcher, work_id: int, *, theirs: bool
) -> str | None:
    """As what the person who pressed decides; None where their word is a report.

    Whoever has claimed somebody decides about their works, and nobody else does: neither another
    claimed researcher nor a moderator takes a work from them or gives them one.
    """
    record = person.record
    placed = await persons.whose(session, record, work_id)
    loses = placed is not None and (theirs or person.id == record)
    about = {person.id, record} | ({placed[0].id} if placed and loses else set())
    holders = await claims.holders(session, about)
    if not holders:
        try:
            moderator(interaction)
        except (discord.app_commands.MissingPermissions, NotAllowed):
            return None
        return MODERATOR
    mine = interaction.user.id in (holders.get(person.id), holders.get(record))
    return RESEARCHER if mine and {*holders.values()} == {interaction.user.id} else None


class Undo(Pressed, template=r"unsay:1:(\d+):(\d+):((?:\d+[tn][rm])*)"):
    """Takes back a decision on whose a work is, for whoever made it."""

    def __init__(
        self, researcher_id: int, work_id: int, before: Sequence[Decision], label: str = "Undo"
    ) -> None:
        self.researcher_id, self.work_id, self.before = researcher_id, work_id, tuple(before)
        custom_id = f"unsay:1:{researcher_id}:{work_id}:"
        for one in before:
            word = f"{one.researcher_id}{'t' if one.theirs else 'n'}{_SAID_BY[one.said_by]}"
            custom_id += word if len(custom_id) + len(word) <= LONGEST_ID else ""
        super().__init__(discord.ui.Button(label=cards.option(label, 80), custom_id=custom_id))

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        said_by = {letter: who for who, letter in _SAID_BY.items()}
        before = [
            Decision(int(number), int(match[2]), theirs == "t", said_by[letter])
            for number, theirs, letter in re.findall(r"(\d+)([tn])([rm])", match[3])
        ]
        return int(match[1]), int(match[2]), before

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.database.write() as session:
            record = await persons.record_of(session, self.researcher_id)
            await persons.undo(
                session,
                self.researcher_id,
                self.work_id,
                user_id=interaction.user.id,
                before=self.before,
            )
        await turn_to(interaction, Layout(cards.notice(UNDONE)))
        await sort_again(interaction.client, record)


class SayWhose(Pressed, template=r"whose:1:(\d+):(\d+):([tn])"):
    """Somebody's word on whether a work is theirs whose it seems to be."""

    def __init__(self, researcher_id: int, work_id: int, theirs: bool) -> None:
        self.researcher_id, self.work_id, self.theirs = researcher_id, work_id, theirs
        super().__init__(
            discord.ui.Button(
                label="Theirs" if theirs else "Not theirs",
                custom_id=f"whose:1:{researcher_id}:{work_id}:{'t' if theirs else 'n'}",
            )
        )

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        return int(match[1]), int(match[2]), match[3] == "t"

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        await _say(interaction, self.researcher_id, self.work_id, theirs=self.theirs)


class SayWhoElse(PickedPerson, template=r"whoelse:1:(\d+)"):
    """Somebody's word that a work is by another of the people of a name."""

    def __init__(self, select: discord.ui.Select[Any], work_id: int) -> None:
        self.work_id = work_id
        super().__init__(select)

    async def people(self, interaction: Press) -> list[Researcher]:
        everybody = await super().people(interaction)
        async with interaction.client.database.read() as session:
            placed = await persons.whose(session, everybody[0].record_id or 0, self.work_id)
        return [one for one in everybody if placed is None or one.id != placed[0].id]

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        await _say(interaction, int(self.item.values[0]), self.work_id, theirs=True)
