"""What one courier writes while it delivers, many destinations at a time.

Each write is durable when its call returns, as with a transaction of its own; those that come
while another is being committed share the next one. A courier that delivers fifty messages a
second so needs few commits, and SQLite sees one writer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from storage import couriers
from storage.answers import utcnow
from storage.couriers import Hold
from storage.database import Database

GATHER_S = 0.05  # how long a write waits for others to share its commit

T = TypeVar("T")
Waiting = asyncio.Future[T]


@dataclass(frozen=True, slots=True)
class Claim:
    """Announcements that may be sent now, by this courier alone, until a moment."""

    ids: frozenset[int]
    until: datetime


@dataclass(slots=True)
class _Page:
    """What is committed together."""

    claims: list[tuple[Hold, Sequence[int], Waiting[Claim | None]]] = field(default_factory=list)
    sent: list[tuple[Sequence[int], int, Waiting[None]]] = field(default_factory=list)
    let_go: list[tuple[Hold, Waiting[None]]] = field(default_factory=list)

    def waiting(self) -> list[asyncio.Future[Any]]:
        claims: list[asyncio.Future[Any]] = [line[-1] for line in self.claims]
        return claims + self.done()

    def done(self) -> list[asyncio.Future[Any]]:
        """Those to whom nothing is answered but that it is written."""
        sent: list[asyncio.Future[Any]] = [line[-1] for line in self.sent]
        return sent + [line[-1] for line in self.let_go]


class Ledger:
    """The writes of one courier.

    Raises (from every call):
        DatabaseUnavailable: nothing was written.
    """

    def __init__(self, database: Database, hold_for: timedelta) -> None:
        self._database = database
        self._hold_for = hold_for
        self._page = _Page()
        self._writing: asyncio.Task[None] | None = None

    async def claim(self, hold: Hold, ids: Sequence[int]) -> Claim | None:
        """Record that these are about to be sent, and hold their destination for longer.

        None where the destination was taken again since, or was paused or removed.
        """
        future: Waiting[Claim | None] = asyncio.get_running_loop().create_future()
        self._page.claims.append((hold, ids, future))
        return await self._written(future)

    async def sent(self, ids: Sequence[int], message_id: int) -> None:
        """Record that these were shown as this message."""
        future: Waiting[None] = asyncio.get_running_loop().create_future()
        self._page.sent.append((ids, message_id, future))
        await self._written(future)

    async def let_go(self, hold: Hold) -> None:
        """Stop holding a destination."""
        future: Waiting[None] = asyncio.get_running_loop().create_future()
        self._page.let_go.append((hold, future))
        await self._written(future)

    async def _written(self, future: Waiting[T]) -> T:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await future

    async def _write(self) -> None:
        while self._page.waiting():
            await asyncio.sleep(GATHER_S)
            page, self._page = self._page, _Page()
            try:
                await self._commit(page)
            except Exception as error:  # noqa: BLE001 - it is raised where each write came from
                for future in page.waiting():
                    if not future.done():
                        future.set_exception(error)

    async def _commit(self, page: _Page) -> None:
        now = utcnow()
        until = now + self._hold_for
        shown = {id_: message_id for ids, message_id, _ in page.sent for id_ in ids}
        async with self._database.write() as session:
            if shown:
                await couriers.sent(session, shown)
            holds = [hold for hold, _, _ in page.claims]
            held = await couriers.keep_hold(session, holds, now, self._hold_for)
            wanted = [id_ for hold, ids, _ in page.claims if hold in held for id_ in ids]
            claimed = await couriers.sending(session, wanted, now) if wanted else frozenset()
            if page.let_go:
                await couriers.let_go(session, [hold for hold, _ in page.let_go])
        for hold, ids, claim in page.claims:
            mine = Claim(claimed.intersection(ids), until) if hold in held else None
            _settle(claim, mine)
        for future in page.done():
            _settle(future, None)


def _settle(future: Waiting[T], result: T) -> None:
    if not future.done():  # whoever waited was cancelled; the write stands
        future.set_result(result)
