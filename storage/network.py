"""Who is printed beside whom on which works: what the graph of people and works is made of.

A person is a record (or a person behind one) where a work is attributed to it, and otherwise the
name as printed. Records that were joined are one. Two people of one printed name cannot be told
apart here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from storage import circles
from storage.database import BATCH, batches
from storage.schema import (
    AffiliationRow,
    AttributionRow,
    AuthorshipRow,
    JoinRow,
    ResearcherNameRow,
    ResearcherRow,
    TopicRow,
    WorkRow,
)
from storage.topics import Topic

Years = tuple[int, int]
"""The first and the last year, both included."""


@dataclass(frozen=True, slots=True)
class Printed:
    """An author as printed on a work; `record` is the id and name of whose work it is known to be.

    Positions count from 0.
    """

    work_id: int
    position: int
    name: str
    key: str
    record: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A work without its abstract."""

    id: int
    title: str
    year: int
    url: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """Works with their authors in order.

    Attributes:
        headings: the latest first.
        authors: by work and position.
        own: the name keys that are their own, of those on the works.
        placed: whether an institution is known of any of the works.
    """

    headings: list[Heading]
    authors: list[Printed]
    own: frozenset[str]
    placed: bool


_HEADING = select(WorkRow.id, WorkRow.title, WorkRow.year, WorkRow.url)
_BY_NAME = _HEADING.join(AuthorshipRow, AuthorshipRow.work_id == WorkRow.id).where(
    AuthorshipRow.name_key == bindparam("of")
)
_OF_RECORD = _HEADING.join(AttributionRow, AttributionRow.work_id == WorkRow.id).where(
    AttributionRow.researcher_id == bindparam("of"), AttributionRow.certainty > 0
)
_EVER = (0, 9999)

_JOINED = select(JoinRow.record_id)
_HAS_NAME = (
    select(ResearcherNameRow.key)
    .where(
        ResearcherNameRow.researcher_id == AttributionRow.researcher_id,
        ResearcherNameRow.key == AuthorshipRow.name_key,
        ResearcherNameRow.form != "surname",
    )
    .correlate(AttributionRow, AuthorshipRow)
    .exists()
)
_AUTHOR = (
    AuthorshipRow.work_id,
    AuthorshipRow.position,
    AuthorshipRow.name,
    AuthorshipRow.name_key,
    ResearcherRow.id,
    ResearcherRow.name,
)
_ITS_RECORD = and_(
    AttributionRow.work_id == AuthorshipRow.work_id, AttributionRow.certainty > 0, _HAS_NAME
)
_PRINTED = (
    select(*_AUTHOR)
    .select_from(AuthorshipRow)
    .outerjoin(AttributionRow, _ITS_RECORD)
    .outerjoin(ResearcherRow, ResearcherRow.id == AttributionRow.researcher_id)
    .order_by(AuthorshipRow.work_id, AuthorshipRow.position)
)


def _latest(works: Select[int, str, int, str | None]) -> Select[int, str, int, str | None]:
    return (
        works.where(WorkRow.year.between(bindparam("first"), bindparam("last")))
        .distinct()
        .order_by(WorkRow.year.desc(), WorkRow.id.desc())
        .limit(bindparam("most"))
    )


def _with_authors(
    works: Select[int, str, int, str | None], own: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    """One statement for works and authors: each further one costs a small graph as much again."""
    found = _latest(works).subquery()
    placed = exists().where(AffiliationRow.work_id == found.c.id)
    return (
        select(found, placed, own, *_AUTHOR)
        .select_from(found)
        .outerjoin(AuthorshipRow, AuthorshipRow.work_id == found.c.id)
        .outerjoin(AttributionRow, _ITS_RECORD)
        .outerjoin(ResearcherRow, ResearcherRow.id == AttributionRow.researcher_id)
        .order_by(found.c.id, AuthorshipRow.position)
    )


_WORKS_BY_NAME, _WORKS_OF_RECORD = _latest(_BY_NAME), _latest(_OF_RECORD)
_WRITTEN_BY_NAME = _with_authors(_BY_NAME, AuthorshipRow.name_key == bindparam("of"))
_RECORD = select(func.coalesce(ResearcherRow.record_id, ResearcherRow.id)).where(
    ResearcherRow.id == bindparam("of")
)
_BEARERS = union_all(  # of the names: a person's are those of the record they are behind
    _RECORD, select(JoinRow.record_id).where(JoinRow.kept_id.in_(_RECORD))
)
_WRITTEN_OF_RECORD = _with_authors(
    _OF_RECORD,
    exists().where(
        ResearcherNameRow.researcher_id.in_(_BEARERS),
        ResearcherNameRow.key == AuthorshipRow.name_key,
        ResearcherNameRow.form != "surname",
    ),
)


async def works_of(session: AsyncSession, whose: str | int, limit: int = 2000) -> list[Heading]:
    """The works that print a name, by its key, or of a record, by its id; the latest first."""
    query = _WORKS_BY_NAME if isinstance(whose, str) else _WORKS_OF_RECORD
    rows = await session.execute(query, _given(whose, None, limit))
    return [Heading(*row) for row in rows]


async def written_by(
    session: AsyncSession, whose: str | int, years: Years | None, limit: int
) -> Written:
    """The same works with all of their authors, as `printed_on` gives them."""
    query = _WRITTEN_BY_NAME if isinstance(whose, str) else _WRITTEN_OF_RECORD
    found: dict[int, Heading] = {}
    authors: list[Printed] = []
    own: set[str] = set()
    placed = False
    for work_id, title, year, url, known, theirs, *author in await session.execute(
        query, _given(whose, years, limit)
    ):
        if work_id not in found:
            found[work_id] = Heading(work_id, title, year, url)
            placed = placed or known
        if author[0] is not None:
            authors.append(_printed(*author))
            if theirs:
                own.add(authors[-1].key)
    latest = sorted(found.values(), key=lambda work: (work.year, work.id), reverse=True)
    return Written(latest, await _each_once(session, authors), frozenset(own), placed)


async def headings(session: AsyncSession, work_ids: Sequence[int]) -> dict[int, Heading]:
    """Title, year and address of these works; unknown ids are left out."""
    found: dict[int, Heading] = {}
    for part in batches(work_ids):
        rows = await session.execute(_HEADING.where(WorkRow.id.in_(part)))
        found |= {row.id: Heading(*row) for row in rows}
    return found


async def printed_on(session: AsyncSession, work_ids: Sequence[int]) -> list[Printed]:
    """The authors of these works in order, each with the record that the work is attributed to.

    Where a work is with several records of that name, the one with fewer works has it.
    """
    found: list[Printed] = []
    for part in batches(work_ids):
        rows = await session.execute(_PRINTED.where(AuthorshipRow.work_id.in_(part)))
        found += [_printed(*row) for row in rows]
    return await _each_once(session, found)


async def _each_once(session: AsyncSession, found: list[Printed]) -> list[Printed]:
    """Of the records that an author on a work may be, the one with the fewest works."""
    found = await _kept(session, found)
    places = dict.fromkeys((author.work_id, author.position) for author in found)
    if len(places) == len(found):
        return found
    candidates = {author.record[0] for author in found if author.record is not None}
    sizes = await _sizes(session, candidates)
    best: dict[tuple[int, int], Printed] = {}
    for author in sorted(found, key=lambda a: (sizes[a.record[0]], a.record) if a.record else (0,)):
        best.setdefault((author.work_id, author.position), author)
    return [best[place] for place in places]


async def printed_at(session: AsyncSession, work_id: int, position: int) -> Printed | None:
    """The author at a place of a work."""
    rows = await printed_on(session, [work_id])
    return next((row for row in rows if row.position == position), None)


async def first_places(session: AsyncSession, keys: Sequence[str]) -> dict[str, Printed]:
    """Of each name, the first work that prints it; names on no work are left out."""
    found: dict[str, Printed] = {}
    for part in batches(keys):
        first = (
            select(AuthorshipRow.name_key, func.min(AuthorshipRow.work_id).label("work_id"))
            .where(AuthorshipRow.name_key.in_(part))
            .group_by(AuthorshipRow.name_key)
            .subquery()
        )
        rows = await session.execute(
            _PRINTED.join(
                first,
                and_(
                    first.c.work_id == AuthorshipRow.work_id,
                    first.c.name_key == AuthorshipRow.name_key,
                ),
            )
        )
        for author in await _kept(session, [_printed(*row) for row in rows]):
            found.setdefault(author.key, author)
    return found


async def beside(
    session: AsyncSession, keys: Iterable[str], most: int
) -> tuple[dict[str, list[int]], dict[int, list[str]]]:
    """The works of these printed names, and the names on those works.

    Works of more than `most` authors are left out: they tie nobody to anybody.
    """
    works = await works_by(session, list(keys))
    ids = sorted({work_id for found in works.values() for work_id in found})
    return works, await names_on(session, ids, most)


async def works_by(session: AsyncSession, keys: Sequence[str]) -> dict[str, list[int]]:
    """The works that print each of these names."""
    works: dict[str, list[int]] = {}
    for part in batches(keys):
        rows = await session.execute(
            select(AuthorshipRow.name_key, AuthorshipRow.work_id).where(
                AuthorshipRow.name_key.in_(part)
            )
        )
        for key, work_id in rows:
            works.setdefault(key, []).append(work_id)
    return works


async def names_on(
    session: AsyncSession, work_ids: Sequence[int], most: int
) -> dict[int, list[str]]:
    """The name keys on each of these works, but for works of more than `most` authors."""
    names: dict[int, list[str]] = {}
    for part in batches(work_ids):
        rows = await session.execute(
            select(AuthorshipRow.work_id, AuthorshipRow.name_key).where(
                AuthorshipRow.work_id.in_(part),
                AuthorshipRow.position <= most,
            )
        )
        for work_id, key in rows:
            names.setdefault(work_id, []).append(key)
    return {work_id: keys for work_id, keys in names.items() if len(keys) <= most}


async def persons_on(session: AsyncSession, work_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """Which of several persons behind a record is meant, by the work and the name key on it: the
    surest of those that the work is placed with.
    """
    found: dict[tuple[int, str], int] = {}
    for part in batches(work_ids):
        rows = await session.execute(
            select(AttributionRow.work_id, ResearcherNameRow.key, AttributionRow.researcher_id)
            .join(ResearcherRow, ResearcherRow.id == AttributionRow.researcher_id)
            .join(ResearcherNameRow, ResearcherNameRow.researcher_id == ResearcherRow.record_id)
            .where(
                AttributionRow.work_id.in_(part),
                AttributionRow.certainty > 0,
                ResearcherNameRow.form != "surname",
            )
            .order_by(AttributionRow.certainty, AttributionRow.researcher_id.desc())
        )
        found |= {(work_id, key): person for work_id, key, person in rows}
    return found


async def works_placed(
    session: AsyncSession, researcher_ids: Collection[int]
) -> dict[int, list[int]]:
    """The works that are placed with each of these records or persons."""
    works: dict[int, list[int]] = {}
    if researcher_ids:
        rows = await session.execute(
            select(AttributionRow.researcher_id, AttributionRow.work_id).where(
                AttributionRow.researcher_id.in_(researcher_ids), AttributionRow.certainty > 0
            )
        )
        for person, work_id in rows:
            works.setdefault(person, []).append(work_id)
    return works


async def number_of_works(session: AsyncSession, keys: Sequence[str]) -> dict[str, int]:
    """On how many works each of these names is printed."""
    found: dict[str, int] = {}
    for part in batches(keys):
        rows = await session.execute(
            select(AuthorshipRow.name_key, func.count())
            .where(AuthorshipRow.name_key.in_(part))
            .group_by(AuthorshipRow.name_key)
        )
        found |= dict(rows.all())
    return found


async def own_keys(session: AsyncSession, researcher_ids: Collection[int]) -> frozenset[str]:
    """The name keys under which these researchers' own names may be printed: those of a person's
    record, and those of the records that were joined with it.
    """
    if not researcher_ids:
        return frozenset()
    rows = await session.scalars(
        select(ResearcherNameRow.key).where(
            ResearcherNameRow.researcher_id.in_(await circles.of(session, researcher_ids)),
            ResearcherNameRow.form != "surname",
        )
    )
    return frozenset(rows)


async def topics_with(session: AsyncSession, name: str) -> list[tuple[int, str, Topic]]:
    """(record id, its name, the topic) of every record that has a topic of this name."""
    rows = await session.execute(
        select(TopicRow.researcher_id, ResearcherRow.name, TopicRow.name, TopicRow.work_ids)
        .join(ResearcherRow, ResearcherRow.id == TopicRow.researcher_id)
        .where(TopicRow.name == name, TopicRow.researcher_id.not_in(_JOINED))
        .order_by(TopicRow.researcher_id)
    )
    return [(i, person, Topic(topic, tuple(ids))) for i, person, topic, ids in rows]


async def topics_of_works(
    session: AsyncSession, work_ids: Sequence[int]
) -> list[tuple[int, Topic]]:
    """(record id, topic) of the records that have one of these works, weightiest first."""
    records = (
        select(AttributionRow.researcher_id)
        .where(AttributionRow.work_id.in_(work_ids[:BATCH]), AttributionRow.certainty > 0)
        .distinct()
    )
    rows = await session.execute(
        select(TopicRow.researcher_id, TopicRow.name, TopicRow.work_ids)
        .where(TopicRow.researcher_id.in_(records), TopicRow.researcher_id.not_in(_JOINED))
        .order_by(TopicRow.position, TopicRow.researcher_id)
    )
    wanted = set(work_ids)
    return [(i, Topic(name, tuple(ids))) for i, name, ids in rows if not wanted.isdisjoint(ids)]


def _printed(
    work_id: int, position: int, name: str, key: str, record: int | None, its_name: str | None
) -> Printed:
    whose = None if record is None else (record, its_name or name)
    return Printed(work_id, position, name, key, whose)


def _given(whose: str | int, years: Years | None, limit: int) -> dict[str, str | int]:
    first, last = years or _EVER
    return {"of": whose, "first": first, "last": last, "most": limit}


async def _kept(session: AsyncSession, authors: Sequence[Printed]) -> list[Printed]:
    """These authors, each with the record that stands for theirs where records were joined."""
    joined = await circles.joins(session)
    ids = {joined[a.record[0]] for a in authors if a.record and a.record[0] in joined}
    if not ids:
        return list(authors)
    rows = await session.execute(
        select(ResearcherRow.id, ResearcherRow.name).where(ResearcherRow.id.in_(ids))
    )
    names: dict[int, str] = dict(rows.all())

    def kept(author: Printed) -> Printed:
        one = joined.get(author.record[0]) if author.record else None
        return author if one is None else replace(author, record=(one, names[one]))

    return [kept(author) for author in authors]


async def _sizes(session: AsyncSession, records: Iterable[int]) -> dict[int, int]:
    rows = await session.execute(
        select(AttributionRow.researcher_id, func.count())
        .where(AttributionRow.researcher_id.in_(set(records)))
        .group_by(AttributionRow.researcher_id)
    )
    return dict(rows.all())
