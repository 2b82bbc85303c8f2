"""What a work is, and the works of records and windows of time: read, told by number, paged.

They come in by `storage.storing`, are placed with records in `storage.attributions`, and are found
in `storage.works_by_title`, `storage.works_by_author` and `storage.works_by_category`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, Row, Select, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import batches
from storage.folding import holds
from storage.schema import AttributionRow, AuthorshipRow, WorkRow
from storage.windows import Window, in_window

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
    order = _OLDEST_FIRST if oldest_first else NEWEST_FIRST
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
    conditions += [
        or_(holds(WorkRow.title, word), holds(WorkRow.abstract, word))
        for word in (query or "").split()
    ]
    chosen = scoped(_WORKS, [researcher_id], None).where(*conditions)
    total = await session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    return await _works(session, chosen.order_by(*NEWEST_FIRST).offset(offset).limit(limit)), total


async def by_source_ids(session: AsyncSession, source_ids: Sequence[str]) -> list[Work]:
    """The stored works of these source ids."""
    return await _works(session, _WORKS.where(WorkRow.source_id.in_(source_ids)))


# Of many works only the month is known, in which arXiv numbers them as they come.
NEWEST_FIRST = (
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
