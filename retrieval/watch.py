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
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import namesakes, news, whose
from retrieval.news import News
from storage import attributions, listening, storing, watches, works
from storage.answers import utcnow
from storage.database import Database
from storage.errors import ColloquyError, SourceError, StorageError
from storage.researchers import Researcher
from storage.watches import Watch
from storage.works import Paper

if TYPE_CHECKING:
    from retrieval.embedding import Embedder
    from retrieval.sources import Papers

GROUP = 20  # names in one request
OVERLAP = timedelta(days=10)  # how far behind the covered day a look reads on
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
        self._held_since = now()

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
        self._held_since = self._now()
        async with self._database.write() as session:
            return await watches.take_lease(session, LEASE, self._holder, self._now(), LEASE_LENGTH)

    async def _stay(self) -> None:
        """Hold the lease on, in time; a look that another process took over is ended all the same:
        what is seen twice is known by its id.
        """
        if self._now() - self._held_since > LEASE_LENGTH / 3:
            await self._may_look()

    async def _tried(self, group: Sequence[Watch]) -> Seen:
        """A look; one that is broken off is late, and keeps nobody else waiting."""
        try:
            return await self._look(group)
        except StorageError:  # nothing could be written of the others either
            raise
        except ColloquyError as error:
            log.warning("look_missed", people=len(group), why=error.sentence)
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
            await self._stay()
            batch = papers[start : start + storing.AT_ONCE]
            embedder = await news.read_ahead(self._database, self._embedder, batch, now)
            async with self._database.write() as session:
                found = await _record(session, embedder, batch, split, ids, now)
            seen += Seen(new=found.works, announced=found.announced)
            busy |= found.busy
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
                await self._stay()
        except SourceError as error:
            log.warning("look_missed", people=len(names), why=error.sentence)
            return papers, False
        return papers, empty_is_whole


async def _record(
    session: AsyncSession,
    embedder: news.Remembered,
    papers: Sequence[Paper],
    split: Mapping[int, whose.Split],
    ids: dict[str, int],
    now: datetime,
) -> News:
    """Store papers of whom somebody waits for, place them with their records, announce what is new.

    `ids` are those of the works of this look, to which these are added.
    """
    await attributions.hold(session, (await whose.heard(session, papers)).circle)
    there = await news.before(session, papers)
    papers = [paper for paper in papers if there.bearers[paper.source_id]]
    sources = [paper.source_id for paper in papers]
    await storing.store(session, papers)
    stored = {work.source_id: work.id for work in await works.by_source_ids(session, sources)}
    for record in sorted(set().union(*there.bearers.values())):
        mine = [stored[source] for source in sources if record in there.bearers[source]]
        await attributions.attribute(session, record, mine)
    ids.update(stored)
    for record, (parts, arriving) in split.items():
        if stored.keys() & arriving.values():
            got = {i: ids[source] for i, source in arriving.items() if source in ids}
            await namesakes.keep(session, record, parts, got)
    return await news.announce(session, embedder, papers, there, now)


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
