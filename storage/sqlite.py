"""SQLite's driver with one step between threads for each statement.

`aiosqlite` runs a connection on a thread of its own, and takes four steps to that thread and back
for a statement: to make a cursor, execute, fetch and close. Each costs about as much as a small
query. SQLAlchemy fetches all rows of a statement at once in any case, so one step does for all.
Two more are saved in a transaction: a plain BEGIN does nothing before the first statement and goes
with it, and what is rolled back already is not rolled back again when a connection is given back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Self

import aiosqlite


async def connect(database: str, **options: Any) -> aiosqlite.Connection:
    """An open connection, whose thread does not keep the program from ending."""
    connection = _Connection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # as SQLAlchemy does with those it makes
    return await connection


class _Connection(aiosqlite.Connection):
    _begins = False  # with the next statement
    _used = False  # since the last commit or rollback

    def cursor(self) -> Any:
        """What SQLAlchemy enters and uses as a cursor."""
        return _Cursor(self)

    async def at_once(
        self, method: str, sql: str, parameters: Iterable[Any]
    ) -> tuple[sqlite3.Cursor, list[Any]]:
        """A statement's cursor, closed, and all its rows."""
        begins, self._begins, self._used = self._begins, False, True

        def run() -> tuple[sqlite3.Cursor, list[Any]]:
            cursor = self._conn.cursor()
            try:
                if begins:
                    cursor.execute("BEGIN")
                getattr(cursor, method)(sql, parameters)
                return cursor, cursor.fetchall() if cursor.description else []
            finally:
                cursor.close()

        found: tuple[sqlite3.Cursor, list[Any]] = await self._execute(run)  # type: ignore[no-untyped-call]
        return found

    def begin(self) -> None:
        """Begin a transaction with the next statement."""
        self._begins = True

    async def commit(self) -> None:
        await self._end(super().commit)

    async def rollback(self) -> None:
        await self._end(super().rollback)

    async def _end(self, how: Callable[[], Awaitable[None]]) -> None:
        self._begins = False
        if self._used:
            await how()
            self._used = False


class _Cursor:
    """The part of a cursor that SQLAlchemy uses; what a statement left behind stays readable."""

    arraysize = 1

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        if sql == "BEGIN":
            self._connection.begin()
            return self
        return await self._run("execute", sql, parameters)

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        return await self._run("executemany", sql, parameters)

    async def _run(self, method: str, sql: str, parameters: Iterable[Any]) -> Self:
        done, self._rows = await self._connection.at_once(method, sql, parameters)
        self.description, self.rowcount = done.description, done.rowcount
        self.lastrowid = done.lastrowid
        return self

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open."""

    async def __aenter__(self) -> Self:
        return self
