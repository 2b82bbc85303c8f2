"""Storing what sources say of works, the newest version winning, and removing works."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.attributions import attribute
from storage.database import bare, batches
from storage.names import name_key
from storage.schema import AuthorshipRow, WorkRow
from storage.works import Paper

AT_ONCE = 100  # papers in one transaction
FORGOTTEN_AT_ONCE = 10  # in one statement: for each, all postings are looked through


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
    stored = await session.scalars(select(WorkRow).where(WorkRow.source_id.in_(unique.keys())))
    known = {row.source_id: row for row in stored}
    new = {i: WorkRow(**_columns(paper)) for i, paper in unique.items() if i not in known}
    newer = {i: p for i, p in unique.items() if i in known and _is_newer(p, known[i])}
    texts = [i for i, paper in newer.items() if known[i].text_hash != _text_hash(paper)]
    session.add_all(new.values())
    for source_id, paper in newer.items():
        for column, value in _columns(paper).items():
            setattr(known[source_id], column, value)
    await session.flush()
    rows = known | new
    await _write_authors(session, [(rows[i].id, unique[i]) for i in (*new, *newer)])
    if researcher_id is not None:
        await attribute(session, researcher_id, [row.id for row in rows.values()])
    ids, changed = tuple(row.id for row in new.values()), tuple(known[i].id for i in texts)
    return Stored(ids, changed, len(unique) - len(ids) - len(changed))


async def forget(session: AsyncSession, work_ids: Sequence[int]) -> None:
    """Remove these works with all that hangs on them; see `storage.optouts`."""
    for start in range(0, len(work_ids), FORGOTTEN_AT_ONCE):
        part = work_ids[start : start + FORGOTTEN_AT_ONCE]
        await session.execute(delete(WorkRow).where(WorkRow.id.in_(part)))


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


def _is_newer(paper: Paper, row: WorkRow) -> bool:
    """Whether a paper says something else than what is stored, and is no earlier version."""
    if (paper.version or 0) < (row.version or 0):
        return False
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
