"""The persons behind a record: which works are whose, how sure that is, and what people decided.

A record keeps all the works that its source lists under the name. Splitting it gives persons, each
a researcher with works of its own; splitting again keeps the persons that are still there, and
every person that somebody follows, claims or decided about. What was decided always holds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import unlisted
from storage.answers import utcnow
from storage.attributions import LISTED, check_listed
from storage.circles import joins, records
from storage.database import batches, upsert
from storage.errors import DecidedSince
from storage.researchers import Researcher, by_ids, get
from storage.schema import (
    AttributionRow,
    Base,
    DecisionRow,
    ResearcherNameRow,
    ResearcherRow,
    TopicRow,
    WatchRow,
)
from storage.works import texts_of

RESEARCHER = "the researcher"
MODERATOR = "a moderator"
_WORD = ("theirs", "said_by", "user_id", "decided_at")

# What is worked out anew at any time; a row of any other table holds on to the person it names.
_DERIVED = {ResearcherRow, ResearcherNameRow, AttributionRow, TopicRow, WatchRow}


@dataclass(frozen=True, slots=True)
class Placed:
    """A work's place with a person: how sure it is, from 0 to 1, and why."""

    work_id: int
    certainty: float
    reason: str


@dataclass(frozen=True, slots=True)
class Person:
    """One of the people behind a record, with their works, the surest first."""

    researcher: Researcher
    works: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One person as a split found them; `person_id` where decisions say who that is."""

    label: str
    works: tuple[Placed, ...]
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a work's place with a person or a record; `said_by` is in words."""

    researcher_id: int
    work_id: int
    theirs: bool
    said_by: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What a split goes by: the works' texts, what was decided, and who was known before."""

    texts: dict[int, str]
    decided: list[Decision]
    known: dict[int, tuple[Placed, ...]]


async def record_of(session: AsyncSession, researcher_id: int) -> int:
    """The record that a person is behind, or that a record was joined to; else itself."""
    record = (await records(session, [researcher_id])).get(researcher_id, researcher_id)
    return (await joins(session)).get(record, record)


async def of_record(session: AsyncSession, record_id: int) -> list[Person]:
    """The persons behind a record, those with the most works first; none where it was not split."""
    ids = list(
        await session.scalars(
            select(ResearcherRow.id)
            .where(ResearcherRow.record_id == record_id)
            .order_by(ResearcherRow.part)
        )
    )
    places: dict[int, list[Placed]] = {i: [] for i in ids}
    rows = await session.execute(
        select(AttributionRow)
        .where(AttributionRow.researcher_id.in_(ids), AttributionRow.certainty > 0)
        .order_by(AttributionRow.certainty.desc(), AttributionRow.work_id)
    )
    left_out = await unlisted.of(session)
    for (row,) in rows:
        placed = Placed(row.work_id, row.certainty, left_out.reason(row.reason))
        places[row.researcher_id].append(placed)
    persons = [Person(found, tuple(places[found.id])) for found in await by_ids(session, ids)]
    return sorted(persons, key=lambda person: -len(person.works))


async def held(session: AsyncSession, record_id: int) -> list[Person]:
    """The persons behind a record whom somebody follows, claims or decided about."""
    people = await of_record(session, record_id)
    ids = await _held(session, [person.researcher.id for person in people])
    return [person for person in people if person.researcher.id in ids]


async def namesakes(session: AsyncSession, researcher_id: int) -> list[Researcher]:
    """Everybody who shares the name of a record or person, that person included, most works first;
    none where only one person is known.
    """
    record = await record_of(session, researcher_id)
    ids = list(
        await session.scalars(
            select(ResearcherRow.id)
            .where(ResearcherRow.record_id == record)
            .order_by(ResearcherRow.part)
        )
    )
    found = sorted(await by_ids(session, ids), key=lambda person: -person.works)
    return found if len(found) > 1 else []


async def whose(
    session: AsyncSession, record_id: int, work_id: int
) -> tuple[Researcher, Placed] | None:
    """The person that a work of a record is placed with, the surest one; None for nobody."""
    rows = await session.scalars(
        select(AttributionRow)
        .join(ResearcherRow, ResearcherRow.id == AttributionRow.researcher_id)
        .where(
            ResearcherRow.record_id == record_id,
            AttributionRow.work_id == work_id,
            AttributionRow.certainty > 0,
        )
        .order_by(AttributionRow.certainty.desc(), AttributionRow.researcher_id)
        .limit(1)
    )
    row = rows.first()
    if row is None:
        return None
    reason = (await unlisted.of(session)).reason(row.reason)
    placed = Placed(row.work_id, row.certainty, reason)
    return await get(session, row.researcher_id), placed


# Splitting --------------------------------------------------------------------------------


async def basis(session: AsyncSession, record_id: int) -> Basis:
    """What a split of the record goes by as things stand; to be compared before it is saved."""
    return Basis(
        await texts_of(session, record_id),
        await decisions(session, record_id),
        {person.researcher.id: person.works for person in await of_record(session, record_id)},
    )


async def lock(session: AsyncSession, record_id: int) -> None:
    """Let whoever adds a work to a record or its persons, decides about them, follows or claims
    one of them, or splits the record wait to the end of the transaction.
    """
    await session.execute(_of_name(record_id).order_by(ResearcherRow.id).with_for_update())


async def sorted_from(session: AsyncSession, record_id: int, basis: Basis) -> None:
    """Remember that a record was looked at for several persons, unless it got works since."""
    await lock(session, record_id)
    if await texts_of(session, record_id) == basis.texts:
        await session.execute(
            update(ResearcherRow).where(ResearcherRow.id == record_id).values(split_at=utcnow())
        )


async def save(session: AsyncSession, record_id: int, parts: Sequence[Part]) -> list[int]:
    """Make these the persons behind a record; returns the ids of all persons it has now.

    A part becomes the person of the works it has most in common with. A person who is left
    without a part goes, or, where somebody holds on to them, stays as they are. One part alone
    needs no person beside the record.
    """
    await lock(session, record_id)
    old = {
        person.researcher.id: {placed.work_id for placed in person.works}
        for person in await of_record(session, record_id)
    }
    kept = await _held(session, list(old))
    same = _same_persons(parts, old, prefer=kept)
    staying = kept - set(same.values())
    if len(parts) < 2 and not kept:
        same = dict.fromkeys(range(len(parts)))
        parts = []
    kept_works = {work for person in staying for work in old[person]}
    await session.execute(
        delete(ResearcherRow).where(
            ResearcherRow.record_id == record_id,
            ResearcherRow.id.not_in([i for i in same.values() if i] + list(staying)),
        )
    )
    decided = {d.work_id: d.researcher_id for d in await decisions(session, record_id) if d.theirs}
    writing: list[tuple[int | None, Part]] = []
    for n, part in enumerate(parts):
        person = same.get(n)
        works = tuple(
            placed
            for placed in part.works
            if placed.work_id not in kept_works
            and decided.get(placed.work_id, person) in (person, record_id)
        )
        if works or person:
            writing.append((person, replace(part, works=works)))
    written = await _write(session, record_id, writing)
    await _obey(session, record_id)
    return [*staying, *written]


async def to_split(session: AsyncSession, changed: Collection[int] = ()) -> list[int]:
    """The records that got works since they were last looked at for several persons, or that have
    one of these works, which changed.
    """
    query = (
        select(ResearcherRow.id)
        .join(AttributionRow, AttributionRow.researcher_id == ResearcherRow.id)
        .where(ResearcherRow.record_id.is_(None), AttributionRow.certainty > 0)
        .distinct()
    )
    found = set(await session.scalars(query.where(ResearcherRow.split_at.is_(None))))
    ids = list(changed)
    for part in batches(ids):
        found |= set(await session.scalars(query.where(AttributionRow.work_id.in_(part))))
    return sorted(found)


def _same_persons(
    parts: Sequence[Part], old: dict[int, set[int]], *, prefer: Collection[int]
) -> dict[int, int | None]:
    """Part -> the person it continues. Decided ones first, then by how many works they share, of
    equal ones a person that somebody holds on to.
    """
    same: dict[int, int | None] = {
        n: part.person_id for n, part in enumerate(parts) if part.person_id in old
    }
    taken = set(same.values())
    holders: dict[int, list[int]] = defaultdict(list)
    for person, theirs in old.items():
        for work_id in theirs:
            holders[work_id].append(person)
    pairs = [
        (works, person, n)
        for n, part in enumerate(parts)
        for person, works in Counter(p for w in part.works for p in holders[w.work_id]).items()
    ]
    for _, person, n in sorted(pairs, key=lambda p: (-p[0], p[1] not in prefer, p[1], p[2])):
        if n not in same and person not in taken:
            same[n] = person
            taken.add(person)
    return same


async def _write(
    session: AsyncSession, record_id: int, parts: Sequence[tuple[int | None, Part]]
) -> list[int]:
    """Write persons' labels and works, as new persons where none is given; returns their ids.

    A name may have a thousand persons, and others wait meanwhile: a few statements write them all.
    """
    labels = {person: part.label for person, part in parts if person is not None}
    known = select(ResearcherRow).where(ResearcherRow.id.in_(labels))
    for row in await session.scalars(known):
        row.label = labels[row.id]
    new = await _add(session, record_id, [part.label for person, part in parts if person is None])
    numbers = iter(new)
    ids = [next(numbers) if person is None else person for person, _ in parts]
    await session.execute(delete(AttributionRow).where(AttributionRow.researcher_id.in_(ids)))
    places = [
        {
            "researcher_id": person,
            "work_id": placed.work_id,
            "certainty": placed.certainty,
            "reason": placed.reason,
        }
        for person, (_, part) in zip(ids, parts, strict=True)
        for placed in part.works
    ]
    if places:
        await session.execute(insert(AttributionRow), places)
    return ids


async def _add(session: AsyncSession, record_id: int, labels: Sequence[str]) -> list[int]:
    """New persons behind a record, known by these labels."""
    record = await session.get_one(ResearcherRow, record_id)
    last = await session.scalar(
        select(func.max(ResearcherRow.part)).where(
            ResearcherRow.source == record.source, ResearcherRow.name_key == record.name_key
        )
    )
    rows = [
        ResearcherRow(
            record_id=record_id,
            part=part,
            label=label,
            name=record.name,
            name_key=record.name_key,
            source=record.source,
            role=record.role,
            description="",
            affiliation=None,
            open_to_collaborate=False,
            level=min(record.level, 1),
            claimed=False,
        )
        for part, label in enumerate(labels, (last or 0) + 1)
    ]
    session.add_all(rows)
    await session.flush()
    return [row.id for row in rows]


async def _held(session: AsyncSession, ids: Sequence[int]) -> set[int]:
    """Those of these persons whom a row of any table names that is not worked out anew."""
    found: set[int] = set()
    derived = {model.__tablename__ for model in _DERIVED}
    for table in Base.metadata.sorted_tables:
        for column in table.columns if table.name not in derived else ():
            if any(key.column.table.name == "researchers" for key in column.foreign_keys):
                found |= set(await session.scalars(select(column).where(column.in_(ids))))
    claimed = select(ResearcherRow.id).where(ResearcherRow.id.in_(ids), ResearcherRow.claimed)
    return found | set(await session.scalars(claimed))


# Deciding ---------------------------------------------------------------------------------


async def decide(
    session: AsyncSession,
    researcher_id: int,
    work_id: int,
    *,
    theirs: bool,
    user_id: int,
    said_by: str,
) -> list[int]:
    """Decide for ever whether a work is theirs; the newest word on a work counts.

    What is one person's is none of the others'. It holds at once; split the record again
    afterwards, so that what it teaches is learnt.

    Args:
        session: a writing session.
        researcher_id: a person, or a record that is one person's.
        work_id: one of the works of the record.
        theirs: what is decided.
        user_id: who says so.
        said_by: as what: `RESEARCHER` or `MODERATOR`.

    Returns:
        The record and the persons whose work it is not, by that word.

    Raises:
        UnknownResearcher: there is no such researcher (any more).
        WorkNotListed: the record has no such work.
    """
    researcher = await get(session, researcher_id)
    record = researcher.record
    await check_listed(session, researcher, work_id)
    word = {"said_by": said_by, "user_id": user_id, "decided_at": utcnow()}
    words: list[dict[str, Any]] = [
        {"researcher_id": researcher_id, "work_id": work_id, "theirs": theirs, **word}
    ]
    if theirs and researcher.record_id is not None:
        others = await session.scalars(
            select(AttributionRow.researcher_id)
            .join(ResearcherRow, ResearcherRow.id == AttributionRow.researcher_id)
            .where(
                AttributionRow.work_id == work_id,
                ResearcherRow.record_id == record,
                ResearcherRow.id != researcher_id,
            )
        )
        words += [
            {"researcher_id": other, "work_id": work_id, "theirs": False, **word}
            for other in others
        ]
    await _put(session, words)
    await _obey(session, record)
    return [one["researcher_id"] for one in words if not one["theirs"]]


async def _put(session: AsyncSession, words: Sequence[dict[str, Any]]) -> None:
    statement = upsert(session, DecisionRow)
    statement = statement.on_conflict_do_update(
        index_elements=["researcher_id", "work_id"],
        set_={name: statement.excluded[name] for name in _WORD},
    )
    await session.execute(statement, words)


async def undo(
    session: AsyncSession,
    researcher_id: int,
    work_id: int,
    *,
    user_id: int,
    before: Sequence[Decision],
) -> None:
    """Take back what somebody decided of a work, if nobody decided about it since; what was decided
    of it `before` holds again. Split the record again afterwards.

    Raises:
        UnknownResearcher: there is no such researcher (any more).
        DecidedSince: theirs is not the last word.
    """
    researcher = await get(session, researcher_id)
    record = researcher.record
    row = await session.get(DecisionRow, (researcher_id, work_id), populate_existing=True)
    of_work = DecisionRow.work_id == work_id, DecisionRow.researcher_id.in_(_of_name(record))
    last = await session.scalar(select(func.max(DecisionRow.decided_at)).where(*of_work))
    if row is None or row.user_id != user_id or row.decided_at != last:
        raise DecidedSince()
    gone = delete(DecisionRow).where(*of_work, DecisionRow.decided_at == last)
    about = set(await session.scalars(gone.returning(DecisionRow.researcher_id)))
    places = AttributionRow.work_id == work_id, AttributionRow.researcher_id.in_(about)
    await session.execute(delete(AttributionRow).where(*places, ~_is_record(record)))
    listed = update(AttributionRow).where(*places, _is_record(record))
    await session.execute(listed.values(certainty=1.0, reason=LISTED))
    known = set(await session.scalars(_of_name(record)))
    word = {"user_id": None, "decided_at": utcnow()}
    words = [{**asdict(one), **word} for one in before if one.researcher_id in known]
    if words:
        await _put(session, words)
    await _obey(session, record)


def _is_record(record_id: int) -> ColumnElement[bool]:
    return AttributionRow.researcher_id == record_id


async def decisions(session: AsyncSession, record_id: int) -> list[Decision]:
    """What was decided about a record and the persons behind it, the newest last."""
    rows = await session.scalars(
        select(DecisionRow)
        .where(DecisionRow.researcher_id.in_(_of_name(record_id)))
        .order_by(DecisionRow.decided_at, DecisionRow.researcher_id, DecisionRow.work_id)
    )
    return [Decision(row.researcher_id, row.work_id, row.theirs, row.said_by) for row in rows]


async def _obey(session: AsyncSession, record_id: int) -> None:
    """Make the places of works say what was decided about them."""
    persons = select(ResearcherRow.id).where(ResearcherRow.record_id == record_id)
    for decision in await decisions(session, record_id):
        whose = "Theirs" if decision.theirs else "Not theirs"
        key = {"researcher_id": decision.researcher_id, "work_id": decision.work_id}
        place = {
            "certainty": float(decision.theirs),
            "reason": f"{whose}, as {decision.said_by} decided",
        }
        statement = upsert(session, AttributionRow).values(**key, **place)
        await session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=place))
        if decision.researcher_id == record_id and not decision.theirs:
            await session.execute(
                delete(AttributionRow).where(
                    AttributionRow.work_id == decision.work_id,
                    AttributionRow.researcher_id.in_(persons),
                )
            )


def _of_name(record_id: int) -> Select[int]:
    ids = select(ResearcherRow.id)
    return ids.where(or_(ResearcherRow.id == record_id, ResearcherRow.record_id == record_id))
