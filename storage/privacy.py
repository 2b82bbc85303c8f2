"""Export and erase everything about one Discord user, and forget a server that the bot has left.

All of it walks the tables by the marks that their columns carry (see `storage.schema`), so a new
table is covered as soon as it is marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, RowMapping, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import announcing, follows, invitations, own_claims, servers
from storage.schema import Base


def personal_columns() -> Iterator[tuple[Table, Column[Any], str]]:
    """Every column that holds a Discord user's id, with what erasing does to its row."""
    yield from _marked("person")


def server_columns() -> Iterator[tuple[Table, Column[Any], str]]:
    """Every column that holds a server's id, with what leaving the server does to its row."""
    yield from _marked("server")


async def export(session: AsyncSession, user_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything held about a person: table -> rows in order of their keys, ready for JSON.

    Who else a row is about stays out of it, and so does what it says of them alone.
    """
    columns: dict[Table, list[Column[Any]]] = {}
    for table, column, _ in personal_columns():
        columns.setdefault(table, []).append(column)
    held: dict[str, list[dict[str, Any]]] = {}
    for table, theirs in columns.items():
        mine = or_(*(column == user_id for column in theirs))
        for row in await _rows(session, table, mine):
            held.setdefault(table.name, []).append(_shown(table, theirs, row, user_id))
    for table, column, owner in _marked("through"):
        parent = next(iter(column.foreign_keys)).column
        mine = column.in_(select(parent).where(parent.table.columns[owner] == user_id))
        for row in await _rows(session, table, mine):
            held.setdefault(table.name, []).append(_shown(table, (), row, user_id))
    return held


async def _rows(
    session: AsyncSession, table: Table, mine: ColumnElement[bool]
) -> Sequence[RowMapping]:
    query = select(table).where(mine).order_by(*table.primary_key)
    return (await session.execute(query)).mappings().all()


def _shown(
    table: Table, people: Sequence[Column[Any]], row: Mapping[Any, Any], user_id: int
) -> dict[str, Any]:
    ids = {column.name for column in people}
    shown = {}
    for column in table.columns:
        value = row[column.name]
        about = column.info.get("about")
        if about is not None and row[about] != user_id:
            continue
        if column.name in ids and value != user_id:
            value = None
        shown[column.name] = _json(value)
    return shown


async def erase(session: AsyncSession, user_id: int) -> int:
    """Remove a person: their own rows go, shared rows stay without them. Returns rows touched.

    What they had claimed is unclaimed again.
    """
    await invitations.part_with(session, user_id)
    await own_claims.forget(session, user_id)
    for follow in await follows.of_user(session, user_id):
        await announcing.unfollow(session, follow)  # what waits for it in a thread goes, too
    touched = 0
    for table, column, how in personal_columns():
        touched += await _forget(session, table, column, how, user_id)
    return touched


async def leave_server(session: AsyncSession, application_id: int, guild_id: int) -> int:
    """Forget what was kept only for a server that a bot is no longer in, unless another bot on this
    database is. Returns rows touched.
    """
    if not await servers.leave(session, application_id, guild_id):
        return 0
    touched = 0
    for table, column, how in server_columns():
        touched += await _forget(session, table, column, how, guild_id)
    return touched


async def _forget(
    session: AsyncSession, table: Table, column: Column[Any], how: str, whose: int
) -> int:
    change = delete(table) if how == "erase" else update(table).values({column.name: None})
    result = await session.execute(change.where(column == whose).returning(column))
    return len(result.all())


def _marked(mark: str) -> Iterator[tuple[Table, Column[Any], str]]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if mark in column.info:
                yield table, column, column.info[mark]


def _json(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, date | datetime) else value
