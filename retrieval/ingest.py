"""Papers into storage, their texts into vectors and terms, and those into the index.

Every step finds what is left to do in SQL, so an import that was ended at any point, however
roughly, goes on where it stopped, and one that is repeated changes nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import as_file, files
from itertools import accumulate, pairwise

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import held, namesakes, news
from retrieval.embedding import Embedder
from retrieval.index import Index
from retrieval.sources import Papers
from retrieval.sources.snapshot import read_snapshot
from retrieval.text import pieces, whole, work_terms
from storage import optouts, persons, researchers, storing, terms, vectors, works
from storage.answers import utcnow
from storage.database import Database
from storage.errors import ColloquyError, OptedOut
from storage.vectors import WorkVectors
from storage.works import Paper, Work

EMBEDDED_AT_ONCE = 64
_PAGE = 8 * EMBEDDED_AT_ONCE
_SOURCE = "arXiv"

log = structlog.get_logger(__name__)


class Stage(StrEnum):
    """The parts of an import, as people read them."""

    STORING = "Storing papers"
    EMBEDDING = "Reading abstracts"
    INDEXING = "Filling the search index"


Progress = Callable[[Stage, int, int | None], None]
"""Called with how many works are done, and how many there are if that is known."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: works that were new, changed, or known already, works embedded, works
    left out because somebody who wrote them is not to be profiled, and announcements to send.
    """

    new: int
    changed: int
    same: int
    embedded: int
    unwanted: int = 0
    announced: int = 0


async def ingest(
    papers: Papers,
    database: Database,
    embedder: Embedder,
    index: Index,
    *,
    researcher: str | None = None,
    source: str = _SOURCE,
    progress: Progress | None = None,
) -> Imported:
    """Store papers and make them searchable, with whatever an earlier import left unfinished.

    What is new of a researcher whom somebody follows is announced, as `retrieval.watch` does.

    When the source fails, what it gave before is kept and made searchable all the same; then its
    error is raised.

    Args:
        papers: what to store.
        database: where to.
        embedder: what turns the texts into vectors.
        index: what finds the vectors.
        researcher: the name whose works they are; the record is made with its first work.
        source: who attributes them to that name.
        progress: told of every step.

    Raises:
        SourceError, InputError: the source could not be read to its end.
        OptedOut: the name is not to be profiled; nothing was stored.
        EmbeddingUnavailable, IndexUnavailable, StorageError: what was done so far is kept.
    """
    counts, record, failure = await _store(papers, database, embedder, researcher, source, progress)
    embedded = await embed_pending(database, embedder, progress)
    if record is not None:  # whose work is whose of several people is known by now
        counts["announced"] += await held.release(database, embedder, record)
    await index.catch_up(
        database, progress and (lambda done, total: progress(Stage.INDEXING, done, total))
    )
    if failure:
        raise failure
    return Imported(
        counts["new"],
        counts["changed"],
        counts["same"],
        embedded,
        counts["unwanted"],
        counts["announced"],
    )


async def embed_pending(
    database: Database, embedder: Embedder, progress: Progress | None = None
) -> int:
    """Vectors, terms, topics and persons of all works that lack them; returns how many works those
    were.

    A batch of works is saved while the next one is being embedded.

    Raises:
        EmbeddingUnavailable, StorageError: what was saved so far is kept.
    """
    async with database.read() as session:
        total = await vectors.count_pending(session, embedder.name)
    done: set[int] = set()
    while page := await _pending(database, embedder.name):
        saving: asyncio.Task[None] | None = None
        try:
            for start in range(0, len(page), EMBEDDED_AT_ONCE):
                batch = page[start : start + EMBEDDED_AT_ONCE]
                embedded = await asyncio.to_thread(_embedded, embedder, batch)
                if saving:
                    await saving
                saving = asyncio.create_task(_save(database, embedder.name, embedded))
                done.update(work.id for work in batch)
                if progress:
                    progress(Stage.EMBEDDING, len(done), max(total, len(done)))
        finally:
            if saving:
                await saving
    await _refresh_records(database, embedder.name, done)
    return len(done)


async def load_sample(database: Database) -> bool:
    """Store the bundled researcher and their works if no work is stored; whether that was done.

    It is not where they were to be forgotten.
    """
    async with database.read() as session:
        if await works.count(session, ()):
            return False
    sample = files("retrieval") / "sample"
    profile = json.loads((sample / "seed_profile.json").read_text(encoding="utf-8"))
    with as_file(sample / "seed_works.jsonl") as path:
        papers = [paper async for paper in read_snapshot(path)]
    try:
        async with database.write() as session:
            record = await researchers.ensure(
                session,
                profile["name"],
                _SOURCE,
                role=profile["role"],
                description=profile["description"],
                affiliation=profile["affiliation"],
                open_to_collaborate=profile["open_to_collaborate"],
            )
            await storing.store(session, papers, record)
    except OptedOut:
        return False
    return True


async def _store(
    papers: Papers,
    database: Database,
    embedder: Embedder,
    researcher: str | None,
    source: str,
    progress: Progress | None,
) -> tuple[Counter[str], int | None, ColloquyError | None]:
    """Store all papers there are; what became of them, the record that they were placed with, and
    what ended them if not the end.
    """
    counts: Counter[str] = Counter()
    record = None
    done = 0
    async with aclosing(papers):
        while True:
            batch, failure = await _take(papers, storing.AT_ONCE)
            if batch and researcher:
                record = await _store_theirs(database, embedder, batch, researcher, source, counts)
            elif batch:
                async with database.write() as session:
                    await _store_wanted(session, batch, None, counts)
            done += len(batch)
            if batch and progress:
                progress(Stage.STORING, done, papers.total)
            if failure or len(batch) < storing.AT_ONCE:
                return counts, record, failure


async def _store_theirs(
    database: Database,
    embedder: Embedder,
    batch: Sequence[Paper],
    researcher: str,
    source: str,
    counts: Counter[str],
) -> int:
    """Store papers as works of a researcher, and announce what is new; the id of the record."""
    now = utcnow()
    remembered = await news.read_ahead(database, embedder, batch, now)
    async with database.write() as session:
        record = await researchers.ensure(session, researcher, source)
        there = await news.before(session, batch, record)
        wanted = await _store_wanted(session, batch, record, counts)
        found = await news.announce(session, remembered, wanted, there, now)
    counts["announced"] += found.announced
    return record


async def _store_wanted(
    session: AsyncSession, batch: Sequence[Paper], record: int | None, counts: Counter[str]
) -> list[Paper]:
    """Store papers without those that nobody wants to be profiled by; those that were stored."""
    unwanted = await optouts.unwanted(session, batch, record)
    wanted = [paper for paper in batch if paper.source_id not in unwanted]
    stored = await storing.store(session, wanted, record)
    counts.update(new=len(stored.new), changed=len(stored.changed), same=stored.same)
    counts.update(unwanted=len(unwanted))
    return wanted


async def _take(papers: Papers, limit: int) -> tuple[list[Paper], ColloquyError | None]:
    """The next papers, fewer than `limit` only at the end, and what ended them if not the end."""
    batch: list[Paper] = []
    try:
        async for paper in papers:
            batch.append(paper)
            if len(batch) == limit:
                break
    except ColloquyError as error:
        return batch, error
    return batch, None


async def _pending(database: Database, model: str) -> list[Work]:
    async with database.read() as session:
        return await vectors.pending(session, model, _PAGE)


@dataclass(frozen=True, slots=True)
class _Embedded:
    """A work with what was made of its text."""

    work: Work
    vectors: WorkVectors
    terms: Counter[str]


def _embedded(embedder: Embedder, batch: Sequence[Work]) -> list[_Embedded]:
    """Each work as a whole and sentence by sentence, all texts embedded in one call."""
    cut = [pieces(work.title, work.abstract) for work in batch]
    texts = [
        text
        for work, sentences in zip(batch, cut, strict=True)
        for text in (whole(work.title, work.abstract), *sentences)
    ]
    rows = embedder.encode(texts)
    ends = list(accumulate((1 + len(sentences) for sentences in cut), initial=0))
    return [
        _Embedded(
            work,
            WorkVectors(work.id, rows[start], sentences, rows[start + 1 : end]),
            work_terms(work.title, work.abstract),
        )
        for work, sentences, (start, end) in zip(batch, cut, pairwise(ends), strict=True)
    ]


async def _save(database: Database, model: str, embedded: Sequence[_Embedded]) -> None:
    """Vectors and terms in one transaction; a work whose text changed meanwhile stays pending."""
    async with database.write() as session:
        stored = await works.by_ids(session, [row.work.id for row in embedded])
        current = [row for row in embedded if _same_text(row.work, stored.get(row.work.id))]
        await vectors.save(session, model, [row.vectors for row in current])
        await terms.save(session, {row.work.id: row.terms for row in current})


def _same_text(work: Work, stored: Work | None) -> bool:
    return stored is not None and (work.title, work.abstract) == (stored.title, stored.abstract)


async def _refresh_records(database: Database, model: str, changed: set[int]) -> None:
    """Topics and persons of the records that have one of these works, or works not yet sorted."""
    async with database.read() as session:
        records = await persons.to_split(session, changed)
    for record in records:
        await namesakes.sort_again(database, model, record)
