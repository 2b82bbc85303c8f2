"""Papers that come in -> what is new of followed people -> the outbox.

Whoever stores papers says first what is there, stores them, and announces what was not, in one
transaction. Nothing is embedded in it: what filters ask for is read ahead.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import whose
from storage import announcements, announcing, attributions, follows, watches, works
from storage.database import Database
from storage.follows import Filter, Follow
from storage.listening import Heard
from storage.vectors import Matrix
from storage.windows import Window
from storage.works import Paper, Work

if TYPE_CHECKING:
    from retrieval.embedding import Embedder

BEFORE_FOLLOWING = timedelta(days=7)  # a paper this much older than a follow is still new


@dataclass(frozen=True, slots=True)
class Before:
    """What there was of papers before they were stored.

    Attributes:
        heard: who waits for works of their authors.
        bearers: source id -> the records, waited for, that the paper is to be placed with.
        known: source id -> version of what is stored.
        placed: (record, source id) of what is placed with a record that stands for a bearer.
    """

    heard: Heard
    bearers: Mapping[str, set[int]]
    known: Mapping[str, int]
    placed: set[tuple[int, str]]


@dataclass(slots=True)
class News:
    """What was new: works new to somebody, announcements to send, records of whom it was busy."""

    works: int = 0
    announced: int = 0
    busy: set[int] = field(default_factory=set)


async def before(
    session: AsyncSession, papers: Sequence[Paper], record_id: int | None = None
) -> Before:
    """What there is of these papers; to be asked in the transaction that stores them, first.

    `record_id` is the one record that they will be placed with; without it that is every record
    that somebody waits for.
    """
    heard = await whose.heard(session, papers)
    sources = [paper.source_id for paper in papers]
    bearers = {paper.source_id: whose.bearers(heard, paper) for paper in papers}
    if record_id is not None:
        bearers = {source: found & {record_id} for source, found in bearers.items()}
    return Before(
        heard,
        bearers,
        {w.source_id: w.version or 0 for w in await works.by_source_ids(session, sources)},
        await attributions.attributed(session, list(heard.listeners), sources),
    )


async def announce(
    session: AsyncSession,
    embedder: Remembered,
    papers: Sequence[Paper],
    there: Before,
    now: datetime,
) -> News:
    """Announce what is new of papers that are stored and placed with their bearers by now."""
    heard = there.heard
    listeners = [one.id for one in heard.everybody]
    first_looks = await watches.first_looks(session, listeners)
    following = _by_researcher(await follows.of_researchers(session, listeners))
    stored = {w.source_id: w for w in await works.by_source_ids(session, list(there.bearers))}
    found = News()
    for paper in papers:
        work = stored[paper.source_id]
        kept = {heard.kept[record] for record in there.bearers[paper.source_id]}
        fresh = {record for record in kept if (record, paper.source_id) not in there.placed}
        found.works += bool(fresh)
        waiting = whose.waiting(heard, paper, fresh)
        found.busy.update(one.id for one in waiting if not one.is_person)
        news = [one for one in waiting if _is_news(work, first_looks.get(one.id), now)]
        why = await whose.not_theirs(session, work, news)
        found.busy.update(one.id for one in news if one.id not in why)
        heard_by = [follow for one in news for follow in following.get(one.id, ())]
        told = [follow for follow in heard_by if _is_news(work, follow.since, now)]
        held = {f.id: why[f.researcher.id] for f in told if f.researcher.id in why}
        found.announced += await _announce(session, embedder, work, told, now, not_theirs=held)
        if _is_revision(paper, there):
            rest = whose.waiting(heard, paper, kept - fresh)
            why = await whose.not_theirs(session, work, rest)
            theirs = [f for one in rest if one.id not in why for f in following.get(one.id, ())]
            wanted = [follow for follow in theirs if follow.filter.revisions]
            version = paper.version or 0
            found.announced += await _announce(
                session, embedder, work, wanted, now, revision=version
            )
    return found


async def _announce(
    session: AsyncSession,
    embedder: Remembered,
    work: Work,
    told: Sequence[Follow],
    now: datetime,
    *,
    revision: int = 0,
    not_theirs: Mapping[int, str] | None = None,
) -> int:
    if not told:
        return 0
    filters = {follow.id: follow.filter for follow in told}
    near = await similarities(embedder, work, filters)
    return await announcing.announce(
        session,
        work,
        told,
        now,
        revision=revision,
        similarities=near,
        not_theirs=not_theirs,
    )


# Nearness in meaning ----------------------------------------------------------------------


class Remembered:
    """Vectors of texts that were read before a transaction, which they would make long.

    A text that it does not know, because something changed meanwhile, is read all the same.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._rows: dict[str, Matrix] = {}

    def encode(self, texts: Sequence[str]) -> Matrix:
        """The texts' vectors, a row each."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._rows]
        if missing:
            self._rows.update(zip(missing, self._embedder.encode(missing), strict=True))
        return np.stack([self._rows[text] for text in texts])


async def read_ahead(
    database: Database, embedder: Embedder, papers: Sequence[Paper], now: datetime
) -> Remembered:
    """An embedder that has read what announcing these papers will ask for."""
    remembered = Remembered(embedder)
    async with database.read() as session:
        there = await before(session, papers)
        listeners = [one.id for one in there.heard.everybody]
        told = await follows.of_researchers(session, listeners)
        asked = [f.filter.similar_to for f in told if f.filter.similar_to]
        if not asked:
            return remembered
        looks = await watches.first_looks(session, listeners)
    since = min(looks.values(), default=None)
    texts = [
        text_of(paper)
        for paper in papers
        if _is_revision(paper, there)
        or (
            _is_news(paper, since, now)
            and any(
                (there.heard.kept[record], paper.source_id) not in there.placed
                for record in there.bearers[paper.source_id]
            )
        )
    ]
    await asyncio.to_thread(remembered.encode, [*asked, *texts])
    return remembered


async def preview(
    database: Database, embedder: Embedder, researcher_id: int, wanted: Filter, since: datetime
) -> list[tuple[Work, str | None]]:
    """A researcher's works since a day, newest first, each with why a filter would keep it back."""
    async with database.read() as session:
        window = Window(since.date(), date.max, "")
        inside = await works.of_researchers(session, [researcher_id], window)
    found = [work for work in inside if work.published]
    remembered = Remembered(embedder)
    if wanted.similar_to and found:
        texts = [wanted.similar_to, *map(text_of, found)]
        await asyncio.to_thread(remembered.encode, texts)
    near = [(await similarities(remembered, work, {0: wanted})).get(0) for work in found]
    return [(work, wanted.refusal(work, one)) for work, one in zip(found, near, strict=True)]


async def similarities(
    embedder: Embedder | Remembered, work: Work, filters: Mapping[int, Filter]
) -> dict[int, float]:
    """Cosines between a work and the texts that filters ask for, under the filters' keys."""
    asked = {key: wanted.similar_to for key, wanted in filters.items() if wanted.similar_to}
    if not asked:
        return {}
    texts = [text_of(work), *(text for text in asked.values() if text)]
    rows: Matrix = await asyncio.to_thread(embedder.encode, texts)
    return {key: float(rows[0] @ row) for key, row in zip(asked, rows[1:], strict=True)}


def text_of(work: Paper) -> str:
    """What a work is compared by."""
    return f"{work.title}. {work.abstract}"


# When a work is new -----------------------------------------------------------------------


def _is_news(work: Paper, begun: datetime | None, now: datetime) -> bool:
    """Whether a work is new where listening began then, with the first look or with a follow:
    nothing is before the first look is done.
    """
    if begun is None:
        return False
    oldest = max(begun - BEFORE_FOLLOWING, now - announcements.NEWS_FOR)
    return work.published is None or work.published >= oldest.date()


def _is_revision(paper: Paper, there: Before) -> bool:
    """Whether a later version of it than the one that was stored."""
    version = paper.version or 0
    return version > there.known.get(paper.source_id, version)


def _by_researcher(found: Sequence[Follow]) -> dict[int, list[Follow]]:
    grouped: dict[int, list[Follow]] = defaultdict(list)
    for follow in found:
        grouped[follow.researcher.id].append(follow)
    return grouped
