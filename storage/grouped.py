"""Group commit: small changes that come at the same time share one transaction.

Each change is durable when its call returns, as with a transaction of its own. Many senders that
each record one row then cost a fraction of the commits, and SQLite sees one writer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database

T = TypeVar("T")
Change = Callable[[AsyncSession], Awaitable[T]]


class GroupedWrites:
    """Writes that join the next transaction while one is being committed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Change[Any], asyncio.Future[Any]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def do(self, change: Change[T]) -> T:
        """What the change returns, once it is committed.

        The change may run twice, the first time in a transaction that another change spoiled.
        A caller that is cancelled meanwhile leaves the change to be committed.

        Raises:
            DatabaseUnavailable: nothing was changed.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, future))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await future

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            if not await self._together(group) and len(group) > 1:
                for one in group:
                    await self._together([one])

    async def _together(self, group: list[tuple[Change[Any], asyncio.Future[Any]]]) -> bool:
        try:
            async with self._database.write() as session:
                results = [await change(session) for change, _ in group]
        except Exception as error:  # noqa: BLE001 - it is raised where the change came from
            if len(group) == 1:
                _settle(group[0][1], error=error)
            return False
        for (_, future), result in zip(group, results, strict=True):
            _settle(future, result)
        return True


def _settle(
    future: asyncio.Future[Any], result: object = None, error: Exception | None = None
) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
