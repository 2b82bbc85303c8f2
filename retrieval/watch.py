"""Followed researchers that are due -> what is new of theirs -> the outbox.

A work is recorded as seen and announced in one transaction; many works take several, each short,
and nothing is embedded in them. Only then is the look itself recorded: one that ended half-way is
done again, and what it announced is not announced twice.

One watcher looks for the whole deployment; a lease says who. Researchers are looked at in groups,
many names in one request, the longest overdue first. A look reads newest first until it is well
past the day that was covered before: days overlap, so that what a source lists late is still seen,
and what is seen again is known by its id. A look that fails is late, never empty: the watermark
stays where it was. Who follows one of several people of a name hears of that person's works only.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import numpy as np
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import namesakes, whose
from storage import (
    announcements,
    announcing,
    attributions,
    follows,
    listening,
    storing,
    watches,
    works,
)
from storage.answers import utcnow
from storage.database import Database
from storage.errors import ColloquyError
from storage.follows import Filter, Follow
from storage.researchers import Researcher
from storage.vectors import Matrix
from storage.watches import Watch
from storage.works import Paper, Work

if TYPE_CHECKING:
    from retrieval.embedding import Embedder
    from retrieval.sources import Papers

GROUP = 20  # names in one request
OVERLAP = timedelta(days=10)  # how far behind the covered day a look reads on
BEFORE_FOLLOWING = timedelta(days=7)  # a paper this much older than a follow is still new
BREATH = 0.05  # seconds between two batches; who waits to write to SQLite asks about as often
LEASE = "watch"
LEASE_LENGTH = timedelta(minutes=10)
PAUSE = timedelta(minutes=1)  # between rounds, so that who falls due meanwhile shares a request

log = structlog.get_logger("colloquy.watch")


class Source(Protocol):
    """Where new papers are listed."""

    def by_authors(self, names: Sequence[str]) -> Papers:
        """Works with any of these names among the authors, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What looking brought: people looked at and missed, works new to somebody, announcements."""

    looked: int = 0
    missed: int = 0
    new: int = 0
    announced: int = 0

    def __add__(self, other: Seen) -> Seen:
        return Seen(
            self.looked + other.looked,
            self.missed + other.missed,
            self.new + other.new,
            self.announced + other.announced,
        )


class Watcher:
    """Looks at whoever is due: call `once` every `PAUSE` or so.

    Args:
        database: where follows are and announcements go.
        source: where new papers are listed.
        embedder: for filters that ask for nearness in meaning.
        stored: awaited after new works were stored, to embed and index them.
        holder: the name under which this process holds the lease.
        now: the moment, naive UTC.
    """

    def __init__(
        self,
        database: Database,
        source: Source,
        embedder: Embedder,
        *,
        stored: Callable[[], Awaitable[None]],
        holder: str,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self._database = database
        self._source = source
        self._embedder = embedder
        self._stored = stored
        self._holder = holder
        self._now = now

    async def once(self, limit: int = 1000) -> Seen:
        """Look at everybody who is due now; nothing where another process holds the lease."""
        seen = Seen()
        async with self._database.read() as session:
            due = await watches.due(session, self._now(), limit)
        for group in groups(due):
            if not await self._may_look():
                return seen
            seen += await self._tried(group)
        return seen

    async def close(self) -> None:
        """Let another process look at once."""
        async with self._database.write() as session:
            await watches.drop_lease(session, LEASE, self._holder, self._now())

    async def _may_look(self) -> bool:
        async with self._database.write() as session:
            return await watches.take_lease(session, LEASE, self._holder, self._now(), LEASE_LENGTH)

    async def _tried(self, group: Sequence[Watch]) -> Seen:
        """A look; one that a defect breaks off is late, and keeps nobody else waiting."""
        try:
            return await self._look(group)
        except ColloquyError:
            raise
        except Exception:
            log.exception("look_broken", people=len(group))
        async with self._database.write() as session:
            for watch in group:
                await watches.missed(session, watch.researcher_id, self._now())
        return Seen(missed=len(group))

    async def _look(self, group: Sequence[Watch]) -> Seen:
        async with self._database.read() as session:
            sought = await listening.sought(session, [watch.researcher_id for watch in group])
        papers, whole = await self._read(sought, _horizon(group))
        split = await whose.split(self._database, self._embedder, papers)
        now = self._now()
        papers = sorted(papers, key=lambda p: (p.published or now.date(), p.source_id))
        seen, busy = Seen(), set[int]()
        ids: dict[str, int] = {}
        for start in range(0, len(papers), storing.AT_ONCE):
            batch = papers[start : start + storing.AT_ONCE]
            embedder = await self._read_ahead(batch)
            async with self._database.write() as session:
                new, those = await self._record(session, embedder, batch, split, ids, now)
            seen += new
            busy |= those
            if start + storing.AT_ONCE < len(papers):
                await asyncio.sleep(BREATH)
        async with self._database.write() as session:
            for watch in group:
                person = watch.researcher_id
                if whole:
                    await watches.looked(
                        session, person, now, covered=now.date(), busy=person in busy
                    )
                else:
                    await watches.missed(session, person, now)
        if seen.new:
            await self._stored()
        return seen + (Seen(looked=len(group)) if whole else Seen(missed=len(group)))

    async def _read(
        self, sought: Sequence[Researcher], horizon: datetime | None
    ) -> tuple[list[Paper], bool]:
        """What the source lists down to the horizon, and whether that was all there is to list."""
        papers: list[Paper] = []
        # Whoever has papers here has some there: an empty list proves nothing.
        empty_is_whole = not any(record.works for record in sought)
        names = list(dict.fromkeys(record.name for record in sought))
        try:
            async for paper in self._source.by_authors(names):
                empty_is_whole = True
                if horizon and paper.published and paper.published < horizon.date():
                    break
                papers.append(paper)
        except ColloquyError as error:
            log.warning("look_missed", people=len(names), why=error.sentence)
            return papers, False
        return papers, empty_is_whole

    async def _read_ahead(self, papers: Sequence[Paper]) -> Remembered:
        """An embedder that has read what announcing these papers will ask for."""
        embedder = Remembered(self._embedder)
        async with self._database.read() as session:
            heard = await whose.heard(session, papers)
            listeners = [one.id for one in heard.everybody]
            told = await follows.of_researchers(session, listeners)
            asked = [f.filter.similar_to for f in told if f.filter.similar_to]
            if not asked:
                return embedder
            looks = await watches.first_looks(session, listeners)
            since = min(looks.values(), default=None)
            known = await _known(session, papers)
            sources = [paper.source_id for paper in papers]
            before = await attributions.attributed(session, list(heard.listeners), sources)
        texts = [
            text_of(paper)
            for paper in papers
            if (paper.version or 0) > known.get(paper.source_id, paper.version or 0)
            or (
                _is_news(paper, since, self._now())
                and any(
                    (heard.kept[record], paper.source_id) not in before
                    for record in whose.bearers(heard, paper)
                )
            )
        ]
        await asyncio.to_thread(embedder.encode, [*asked, *texts])
        return embedder

    async def _record(
        self,
        session: AsyncSession,
        embedder: Remembered,
        papers: Sequence[Paper],
        split: Mapping[int, whose.Split],
        ids: dict[str, int],
        now: datetime,
    ) -> tuple[Seen, set[int]]:
        """Store papers, attribute them, announce what is new; also says whose papers were new.

        `ids` are those of the works of this look, to which these are added.
        """
        heard = await whose.heard(session, papers)
        bearers = {paper.source_id: whose.bearers(heard, paper) for paper in papers}
        papers = [paper for paper in papers if bearers[paper.source_id]]
        known = await _known(session, papers)
        sources = [paper.source_id for paper in papers]
        before = await attributions.attributed(session, list(heard.listeners), sources)
        await storing.store(session, papers)
        stored = {work.source_id: work for work in await _known_works(session, papers)}
        for record in sorted(set().union(*bearers.values())):
            mine = [stored[p.source_id].id for p in papers if record in bearers[p.source_id]]
            await attributions.attribute(session, record, mine)
        ids.update({source: work.id for source, work in stored.items()})
        for record, (parts, arriving) in split.items():
            if stored.keys() & arriving.values():
                got = {i: ids[source] for i, source in arriving.items() if source in ids}
                await namesakes.keep(session, record, parts, got)
        listeners = [one.id for one in heard.everybody]
        first_looks = await watches.first_looks(session, listeners)
        following = _by_researcher(await follows.of_researchers(session, listeners))
        new = announced = 0
        busy: set[int] = set()
        for paper in papers:
            work = stored[paper.source_id]
            kept = {heard.kept[record] for record in bearers[paper.source_id]}
            fresh = {record for record in kept if (record, paper.source_id) not in before}
            new += bool(fresh)
            waiting = whose.waiting(heard, paper, fresh)
            busy.update(one.id for one in waiting if not one.is_person)
            news = [one for one in waiting if _is_news(work, first_looks.get(one.id), now)]
            why = await whose.not_theirs(session, work, news)
            busy.update(one.id for one in news if one.id not in why)
            heard_by = [follow for one in news for follow in following.get(one.id, ())]
            told = [follow for follow in heard_by if _is_news(work, follow.since, now)]
            held = {f.id: why[f.researcher.id] for f in told if f.researcher.id in why}
            announced += await _announce(session, embedder, work, told, now, not_theirs=held)
            if paper.source_id in known and (paper.version or 0) > known[paper.source_id]:
                rest = whose.waiting(heard, paper, kept - fresh)
                why = await whose.not_theirs(session, work, rest)
                theirs = [f for one in rest if one.id not in why for f in following.get(one.id, ())]
                wanted = [follow for follow in theirs if follow.filter.revisions]
                announced += await _announce(
                    session, embedder, work, wanted, now, revision=paper.version or 0
                )
        return Seen(new=new, announced=announced), busy


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


async def preview(
    session: AsyncSession,
    embedder: Embedder,
    researcher_id: int,
    wanted: Filter,
    since: datetime,
) -> list[tuple[Work, str | None]]:
    """A researcher's works since a day, newest first, each with why a filter would keep it back."""
    found = []
    for work in await works.of_researchers(session, [researcher_id]):
        if work.published is not None and work.published >= since.date():
            near = await similarities(embedder, work, {0: wanted})
            found.append((work, wanted.refusal(work, near.get(0))))
    return found


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


def groups(due: Sequence[Watch]) -> Iterable[Sequence[Watch]]:
    """People to ask for in one request each; a first look reads everything and stands alone."""
    known = [watch for watch in due if not watch.first]
    for start in range(0, len(known), GROUP):
        yield known[start : start + GROUP]
    for watch in due:
        if watch.first:
            yield [watch]


def _horizon(group: Sequence[Watch]) -> datetime | None:
    """How far back a look has to read; None for everything."""
    marks = [watch.watermark for watch in group]
    if any(mark is None for mark in marks):
        return None
    return datetime.combine(min(m for m in marks if m is not None), datetime.min.time()) - OVERLAP


def _is_news(work: Paper, begun: datetime | None, now: datetime) -> bool:
    """Whether a work is new where listening began then, with the first look or with a follow:
    nothing is before the first look is done.
    """
    if begun is None:
        return False
    oldest = max(begun - BEFORE_FOLLOWING, now - announcements.NEWS_FOR)
    return work.published is None or work.published >= oldest.date()


async def _known(session: AsyncSession, papers: Sequence[Paper]) -> dict[str, int]:
    """Source id -> version, of the papers that are stored already."""
    return {work.source_id: work.version or 0 for work in await _known_works(session, papers)}


async def _known_works(session: AsyncSession, papers: Sequence[Paper]) -> list[Work]:
    return await works.by_source_ids(session, [paper.source_id for paper in papers])


def _by_researcher(found: Sequence[Follow]) -> dict[int, list[Follow]]:
    grouped: dict[int, list[Follow]] = defaultdict(list)
    for follow in found:
        grouped[follow.researcher.id].append(follow)
    return grouped
