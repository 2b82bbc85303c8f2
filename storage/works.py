"""Works by source id without version: storing what a source says, and the questions of record."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.database import bare, batches, upsert
from storage.names import name_key
from storage.schema import (
    AttributionRow,
    AuthorshipRow,
    JoinRow,
    OptOutRow,
    ResearcherRow,
    WorkRow,
)

MOST_TITLE_WORDS = 100  # more, and it is a text; databases bound how much is asked at once
LISTED = "listed under this name by the source"
PLACES = ("first", "second", "third")
AnySelect: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a source says of one work. `source_id` carries no version: "arxiv:1911.11907"."""

    source_id: str
    title: str
    abstract: str
    year: int
    authors: tuple[str, ...] = ()
    authors_complete: bool = True
    published: date | None = None
    updated: date | None = None
    version: int | None = None
    kind: str = "preprint"
    source: str = "arXiv"
    url: str | None = None
    doi: str | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Paper):
    """A paper as stored."""

    id: int


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days, both ends included; `label` is what is shown back ("in 2022")."""

    start: date
    end: date
    label: str

    @property
    def whole_years(self) -> bool:
        """Whether the window is made of calendar years and so selects on a work's year."""
        return (self.start.month, self.start.day, self.end.month, self.end.day) == (1, 1, 12, 31)

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year that lie in it whole; none where the first is the later."""
        first, last = self.start, self.end
        return (
            first.year + ((first.month, first.day) != (1, 1)),
            last.year - ((last.month, last.day) != (12, 31)),
        )

    def holds(self, work: Paper) -> bool:
        """Whether a work lies in it: by its day, or by its year where that is all that counts."""
        if self.whole_years or work.published is None:
            first, last = self.years
            return first <= work.year <= last
        return self.start <= work.published <= self.end


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of the papers: ids that are new, ids whose text changed, how many were known."""

    new: tuple[int, ...]
    changed: tuple[int, ...]
    same: int


async def store(
    session: AsyncSession,
    papers: Iterable[Paper],
    researcher_id: int | None = None,
) -> Stored:
    """Store papers, the newest version winning, and attribute them to a record if one is given."""
    unique = {paper.source_id: paper for paper in papers}
    known = {
        row.source_id: row
        for row in await session.scalars(
            select(WorkRow).where(WorkRow.source_id.in_(unique.keys()))
        )
    }
    new: list[WorkRow] = []
    changed: list[int] = []
    printed: list[tuple[WorkRow, Paper]] = []
    for source_id, paper in unique.items():
        row = known.get(source_id)
        if row is None:
            row = known[source_id] = WorkRow(**_columns(paper))
            session.add(row)
            new.append(row)
            printed.append((row, paper))
        elif (paper.version or 0) >= (row.version or 0) and _differs(row, paper):
            if row.text_hash != _text_hash(paper):
                changed.append(row.id)
            for column, value in _columns(paper).items():
                setattr(row, column, value)
            printed.append((row, paper))
    await session.flush()
    await _write_authors(session, [(row.id, paper) for row, paper in printed])
    if researcher_id is not None:
        await attribute(session, researcher_id, [r.id for r in known.values()])
    ids = tuple(row.id for row in new)
    return Stored(ids, tuple(changed), len(unique) - len(new) - len(changed))


async def attribute(session: AsyncSession, researcher_id: int, work_ids: Sequence[int]) -> None:
    """Place works with a record, and with the one it was joined to; what is placed there already
    keeps its certainty and reason, and what somebody took out of it stays out.
    """
    via: int | None = None
    while work_ids := await wanted(session, researcher_id, work_ids):
        rows = [
            {
                "researcher_id": researcher_id,
                "work_id": work_id,
                "certainty": 1.0,
                "reason": LISTED,
                "via_id": via,
            }
            for work_id in work_ids
        ]
        inserted = upsert(session, AttributionRow).on_conflict_do_nothing()
        if (await session.scalars(inserted.returning(AttributionRow.work_id), rows)).all():
            unsorted = update(ResearcherRow).where(ResearcherRow.id == researcher_id)
            await session.execute(unsorted.values(split_at=None))
        kept = await session.scalar(
            select(JoinRow.kept_id).where(JoinRow.record_id == researcher_id)
        )
        if kept is None:
            return
        researcher_id, via = kept, researcher_id


async def wanted(
    session: AsyncSession, researcher_id: int, work_ids: Sequence[int]
) -> Sequence[int]:
    """The works without those whose author does not want to be profiled with the record."""
    listed = await taken_out(session, researcher_id)
    unwanted: set[int] = set()
    for part in batches(listed):
        unwanted.update(
            await session.scalars(select(WorkRow.id).where(WorkRow.source_id.in_(part)))
        )
    return [work_id for work_id in work_ids if work_id not in unwanted]


async def taken_out(session: AsyncSession, researcher_id: int) -> list[str]:
    """Source ids of the works whose author does not want to be profiled with the record."""
    named = (OptOutRow.name_key == ResearcherRow.name_key) & (
        OptOutRow.source == ResearcherRow.source
    )
    return [
        source_id
        for listed in await session.scalars(
            select(OptOutRow.works)
            .join(ResearcherRow, named)
            .where(ResearcherRow.id == researcher_id, OptOutRow.works.is_not(null()))
        )
        for source_id in listed or ()
    ]


async def forget(session: AsyncSession, work_ids: Sequence[int]) -> None:
    """Remove these works with all that hangs on them; see `storage.optouts`."""
    for part in batches(work_ids):
        await session.execute(delete(WorkRow).where(WorkRow.id.in_(part)))


async def attributed(
    session: AsyncSession, researcher_ids: Sequence[int], source_ids: Sequence[str]
) -> set[tuple[int, str]]:
    """Which of these works are placed with which of these records: (record, source id)."""
    found: set[tuple[int, str]] = set()
    for part in batches(source_ids):
        rows = await session.execute(
            select(AttributionRow.researcher_id, WorkRow.source_id)
            .join(WorkRow, WorkRow.id == AttributionRow.work_id)
            .where(
                AttributionRow.researcher_id.in_(researcher_ids),
                WorkRow.source_id.in_(part),
            )
        )
        found |= {(researcher_id, source_id) for researcher_id, source_id in rows}
    return found


async def by_ids(session: AsyncSession, ids: Sequence[int]) -> dict[int, Work]:
    """The works of these ids; unknown ids are left out."""
    found: dict[int, Work] = {}
    for part in batches(ids):
        for work in await _works(session, _BY_IDS, part):
            found[work.id] = work
    return found


async def of_researchers(
    session: AsyncSession,
    researcher_ids: Sequence[int],
    window: Window | None = None,
    *,
    years: Sequence[int] = (),
    oldest_first: bool = False,
    limit: int | None = None,
) -> list[Work]:
    """Works attributed to any of the records (all works when none is named), newest first."""
    query = scoped(_WORKS, researcher_ids, window)
    if years:
        query = query.where(WorkRow.year.in_(years))
    order = _OLDEST_FIRST if oldest_first else _NEWEST_FIRST
    return await _works(session, query.order_by(*order).limit(limit))


async def ids_of(
    session: AsyncSession, researcher_ids: Sequence[int], window: Window | None = None
) -> list[int]:
    """The ids of `of_researchers`, without reading the texts."""
    if researcher_ids and window is None:
        return list(await session.scalars(_OF_RECORDS, {"ids": researcher_ids}))
    return list(await session.scalars(scoped(select(WorkRow.id), researcher_ids, window)))


async def posted(
    session: AsyncSession, researcher_ids: Sequence[int]
) -> list[tuple[int, date | None]]:
    """Id and day of posting of the works attributed to any of the records, or of all works."""
    query = scoped(select(WorkRow.id, WorkRow.published), researcher_ids, None)
    return [(row.id, row.published) for row in await session.execute(query)]


async def texts(session: AsyncSession, researcher_ids: Sequence[int]) -> list[tuple[int, str, str]]:
    """Id, title and abstract of the works attributed to any of the records, or of all works."""
    query = scoped(select(WorkRow.id, WorkRow.title, WorkRow.abstract), researcher_ids, None)
    return [(row.id, row.title, row.abstract) for row in await session.execute(query)]


async def ids_filed(
    session: AsyncSession, categories: Sequence[str], researcher_ids: Sequence[int], *, either: bool
) -> list[int]:
    """The works of the records, or of all, that are filed under all of the categories, or under
    `either`; "astro-ph" holds "astro-ph.GA".
    """
    each = [
        _FILED.contains(f'"{one.lower()}{end}', autoescape=True)
        for one in categories
        for end in ('"', ".")
    ]
    under = [or_(whole, part) for whole, part in zip(each[::2], each[1::2], strict=True)]
    query = select(WorkRow.id).where(or_(*under) if either else and_(*under))
    return list(await session.scalars(scoped(query, researcher_ids, None)))


async def count_unfiled(session: AsyncSession, researcher_ids: Sequence[int]) -> int:
    """How many works of the records, or of all, have no category stored."""
    query = select(func.count(WorkRow.id)).where(_FILED == "[]")
    return await session.scalar(scoped(query, researcher_ids, None)) or 0


_FILED = func.lower(cast(WorkRow.categories, Text))


async def texts_of(session: AsyncSession, researcher_id: int) -> dict[int, str]:
    """Work id -> what stands for its text, for the works of a record or a person."""
    query = scoped(select(WorkRow.id, WorkRow.text_hash), [researcher_id], None)
    return dict((await session.execute(query)).all())


async def count(
    session: AsyncSession, researcher_ids: Sequence[int], window: Window | None = None
) -> int:
    """How many works are in scope."""
    return await session.scalar(scoped(select(func.count(WorkRow.id)), researcher_ids, window)) or 0


async def count_undated(
    session: AsyncSession, researcher_ids: Sequence[int], window: Window
) -> int:
    """Works whose day is not known, of years that lie in the window in part: they are left out."""
    query = scoped(select(func.count(WorkRow.id)), researcher_ids, None)
    ends = {window.start.year, window.end.year} - set(range(window.years[0], window.years[1] + 1))
    return (
        await session.scalar(query.where(WorkRow.published.is_(None), WorkRow.year.in_(ends))) or 0
    )


async def by_authors(
    session: AsyncSession, researcher_ids: Sequence[int], *, fewest: bool = False
) -> list[tuple[int, int]]:
    """Work id and number of authors of the works whose authors are all stored, most first."""
    number = func.count(AuthorshipRow.position)
    theirs = scoped(select(WorkRow.id), researcher_ids, None).where(WorkRow.authors_complete)
    rows = await session.execute(
        select(AuthorshipRow.work_id, number)
        .where(AuthorshipRow.work_id.in_(theirs))
        .group_by(AuthorshipRow.work_id)
        .order_by(number if fewest else number.desc(), AuthorshipRow.work_id.desc())
    )
    return [(work_id, authors) for work_id, authors in rows]


async def first_authors(
    session: AsyncSession, researcher_ids: Sequence[int]
) -> list[tuple[int, str]]:
    """Work id and first author of the works in scope."""
    theirs = scoped(select(WorkRow.id), researcher_ids, None)
    rows = await session.execute(
        select(AuthorshipRow.work_id, AuthorshipRow.name)
        .where(AuthorshipRow.work_id.in_(theirs), AuthorshipRow.position == 0)
        .order_by(AuthorshipRow.work_id)
    )
    return [(work_id, name) for work_id, name in rows]


async def count_unsure_authors(
    session: AsyncSession, researcher_ids: Sequence[int], window: Window | None = None
) -> int:
    """Works in scope whose list of authors is not known to be whole."""
    query = scoped(select(func.count(WorkRow.id)), researcher_ids, window)
    return await session.scalar(query.where(WorkRow.authors_complete.is_(False))) or 0


async def per_year(
    session: AsyncSession, researcher_ids: Sequence[int], window: Window | None = None
) -> dict[int, int]:
    """Works a year, years in order."""
    query = scoped(select(WorkRow.year, func.count(WorkRow.id)), researcher_ids, window)
    rows = await session.execute(query.group_by(WorkRow.year).order_by(WorkRow.year))
    return dict(rows.all())


async def page(
    session: AsyncSession,
    researcher_id: int,
    year: int | None = None,
    query: str | None = None,
    offset: int = 0,
    limit: int = 5,
) -> tuple[list[Work], int]:
    """One page of a record's works, newest first, and how many there are in all.

    `query` filters on words of the title or the abstract, all of which must occur.
    """
    conditions: list[ColumnElement[bool]] = [WorkRow.year == year] if year is not None else []
    for word in (query or "").split():
        pattern = f"%{_like(word)}%"
        conditions.append(
            or_(
                WorkRow.title.ilike(pattern, escape="\\"),
                WorkRow.abstract.ilike(pattern, escape="\\"),
            )
        )
    chosen = scoped(_WORKS, [researcher_id], None).where(*conditions)
    total = await session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    return await _works(session, chosen.order_by(*_NEWEST_FIRST).offset(offset).limit(limit)), total


async def titles_like(
    session: AsyncSession, text: str, researcher_id: int | None = None, limit: int | None = None
) -> list[tuple[int, str]]:
    """Ids and titles in which every word of the text occurs, newest first; none of a text with more
    words than a title has.
    """
    words = dict.fromkeys(text.split())
    if len(words) > MOST_TITLE_WORDS:
        return []
    query = scoped(
        select(WorkRow.id, WorkRow.title), [researcher_id] if researcher_id else [], None
    )
    for word in words:
        query = query.where(WorkRow.title.ilike(f"%{_like(word)}%", escape="\\"))
    rows = await session.execute(query.order_by(*_NEWEST_FIRST).limit(limit))
    return [(work_id, title) for work_id, title in rows]


async def titled(session: AsyncSession, text: str, researcher_id: int | None = None) -> int | None:
    """The work that a typed title means: the one of just that title, else with just that before its
    colon, else that begins with these words, else that holds them; of several the newest.
    """
    found = await titles_like(session, text, researcher_id)
    typed = " ".join(text.casefold().split())
    best = min(found, key=lambda one: _farness(typed, one[1]), default=None)
    return best[0] if best else None


def _farness(typed: str, title: str) -> int:
    """How far a title is from what was typed, in small letters."""
    whole = " ".join(title.casefold().split())
    if typed == whole:
        return 0
    if typed == whole.partition(":")[0].rstrip():
        return 1
    # "GhostNet" begins "GhostNet-V2" as a word of its own, and "GhostNets" not.
    return 2 if re.match(rf"{re.escape(typed)}(?!\w)", whole) else 3


async def by_source_ids(session: AsyncSession, source_ids: Sequence[str]) -> list[Work]:
    """The stored works of these source ids."""
    return await _works(session, _WORKS.where(WorkRow.source_id.in_(source_ids)))


async def ids_by_author(
    session: AsyncSession, name: str, researcher_ids: Sequence[int] = (), place: str = ""
) -> list[int]:
    """Ids of works in scope that print this author: the same name, or its initial and surname.

    With a `place`, "first", "second", "third" or "last", only works that print them there.
    """
    words = name_key(name).split()
    if not words:
        return []
    given, surname = words[0], words[-1]
    keys = {" ".join(words), f"{given} {surname}", f"{given[0]} {surname}", f"{surname} {given}"}
    printed: ColumnElement[bool] = AuthorshipRow.name_key.in_(keys)
    # With a middle name; a given name that is an initial stands for any that begins so.
    more = "%" if len(given) == 1 else " %"
    printed |= AuthorshipRow.name_key.like(f"{given}{more} {surname}")
    if place in PLACES:
        printed &= AuthorshipRow.position == PLACES.index(place)
    if place == "last":
        other = aliased(AuthorshipRow)
        last = select(func.max(other.position)).where(other.work_id == AuthorshipRow.work_id)
        printed &= AuthorshipRow.position == last.scalar_subquery()
    query = scoped(select(WorkRow.id), researcher_ids, None)
    if place == "last":
        query = query.where(WorkRow.authors_complete)
    return list(
        await session.scalars(
            query.where(WorkRow.id.in_(select(AuthorshipRow.work_id).where(printed)))
        )
    )


async def ids_by_one(session: AsyncSession, researcher_ids: Sequence[int] = ()) -> list[int]:
    """Ids of works in scope that have a single author."""
    authors = select(func.count()).where(AuthorshipRow.work_id == WorkRow.id).scalar_subquery()
    query = scoped(select(WorkRow.id), researcher_ids, None)
    return list(await session.scalars(query.where(WorkRow.authors_complete, authors == 1)))


async def written_together(
    session: AsyncSession, names: Sequence[str], without: Sequence[int], limit: int = 20_000
) -> list[list[str]]:
    """Which of these authors wrote works together, other than the works `without`: the names on
    each such work, the newest works first.
    """
    keys = list({name_key(name) for name in names})
    printed: dict[int, list[str]] = {}
    for part in batches(keys):
        rows = await session.execute(
            select(AuthorshipRow.work_id, AuthorshipRow.name)
            .where(AuthorshipRow.name_key.in_(part))
            .order_by(AuthorshipRow.work_id.desc())
            .limit(limit)
        )
        for work_id, name in rows:
            printed.setdefault(work_id, []).append(name)
    for work_id in without:
        printed.pop(work_id, None)
    return [team for team in printed.values() if len(team) > 1]


# Of many works only the month is known, in which arXiv numbers them as they come.
_NEWEST_FIRST = (
    WorkRow.year.desc(),
    WorkRow.published.is_(None),
    WorkRow.published.desc(),
    WorkRow.source_id.desc(),
)
_OLDEST_FIRST = (
    WorkRow.year,
    WorkRow.published.is_not(None),
    WorkRow.published,
    WorkRow.source_id,
)


def in_window(window: Window) -> ColumnElement[bool]:
    """The condition that a work lies in the window, by year or by day (see `Window.holds`)."""
    in_years = WorkRow.year.between(*window.years)
    if window.whole_years:
        return in_years
    undated = WorkRow.published.is_(None) & in_years
    return WorkRow.published.between(window.start, window.end) | undated


def scoped(query: AnySelect, researcher_ids: Sequence[int], window: Window | None) -> AnySelect:
    """A query over works, restricted to those of the records (if any) and of the window."""
    if researcher_ids:
        query = query.where(_theirs(AttributionRow.researcher_id.in_(researcher_ids)))
    return query if window is None else query.where(in_window(window))


# Put together once: that takes longer than to execute them.
_WORKS: AnySelect = select(
    WorkRow.id,
    WorkRow.source_id,
    WorkRow.title,
    WorkRow.abstract,
    WorkRow.year,
    WorkRow.published,
    WorkRow.updated,
    WorkRow.version,
    WorkRow.kind,
    WorkRow.source,
    WorkRow.url,
    WorkRow.doi,
    WorkRow.categories,
    WorkRow.authors_complete,
)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_BY_IDS = _WORKS.where(WorkRow.id.in_(_IDS))
_PRINTED = (
    select(AuthorshipRow.work_id, AuthorshipRow.name)
    .where(AuthorshipRow.work_id.in_(_IDS))
    .order_by(AuthorshipRow.work_id, AuthorshipRow.position)
)


def _theirs(records: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that a work is placed with one of the records."""
    placed = select(AttributionRow.work_id).where(records, AttributionRow.certainty > 0)
    return WorkRow.id.in_(placed)


OF_RECORDS = _theirs(AttributionRow.researcher_id.in_(_IDS))
"""The condition that a work is placed with one of the records in the parameter `ids`."""
_OF_RECORDS = select(WorkRow.id).where(OF_RECORDS)


async def _works(
    session: AsyncSession, query: AnySelect, ids: Sequence[int] | None = None
) -> list[Work]:
    """The works of a query of `_WORKS`, which may have the parameter `ids`."""
    rows = (await session.execute(query, None if ids is None else {"ids": ids})).all()
    authors: dict[int, list[str]] = {row.id: [] for row in rows}
    found = list(authors)
    for part in batches(found):
        printed = await session.execute(_PRINTED, {"ids": part})
        for work_id, name in printed:
            authors[work_id].append(name)
    return [_work(row, tuple(authors[row.id])) for row in rows]


def _work(row: Row[*tuple[Any, ...]], authors: tuple[str, ...]) -> Work:
    return Work(
        id=row.id,
        source_id=row.source_id,
        title=row.title,
        abstract=row.abstract,
        year=row.year,
        authors=authors,
        authors_complete=row.authors_complete,
        published=row.published,
        updated=row.updated,
        version=row.version,
        kind=row.kind,
        source=row.source,
        url=row.url,
        doi=row.doi,
        categories=tuple(row.categories),
    )


def _columns(paper: Paper) -> dict[str, Any]:
    return {
        "source_id": paper.source_id,
        "title": paper.title,
        "abstract": paper.abstract,
        "year": paper.year,
        "published": paper.published,
        "updated": paper.updated,
        "version": paper.version,
        "kind": paper.kind,
        "source": paper.source,
        "url": paper.url,
        "doi": paper.doi,
        "categories": list(paper.categories),
        "authors_complete": paper.authors_complete,
        "text_hash": _text_hash(paper),
    }


def _differs(row: WorkRow, paper: Paper) -> bool:
    return any(getattr(row, column) != value for column, value in _columns(paper).items())


def _text_hash(paper: Paper) -> str:
    return hashlib.sha256(f"{paper.title}\0{paper.abstract}".encode()).hexdigest()[:32]


async def _write_authors(session: AsyncSession, papers: Sequence[tuple[int, Paper]]) -> None:
    """Replace the printed authors of works (by id) by those of the papers."""
    ids = [work_id for work_id, _ in papers]
    for part in batches(ids):
        await session.execute(delete(AuthorshipRow).where(AuthorshipRow.work_id.in_(part)))
    rows = [
        {"work_id": work_id, "position": n, "name": name, "name_key": name_key(name)}
        for work_id, paper in papers
        for n, name in enumerate(paper.authors)
    ]
    if rows:
        await session.execute(insert(bare(AuthorshipRow)), rows)


def _like(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
