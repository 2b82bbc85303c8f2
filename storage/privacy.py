"""Export and erase everything about one Discord user.

Both walk the tables by the mark that a person's column carries (see `storage.schema`), so a new
table is covered as soon as it is marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import Base


def personal_columns() -> Iterator[tuple[Table, Column[Any], str]]:
    """Every column that holds a Discord user's id, with what erasing does to its row."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if "person" in column.info:
                yield table, column, column.info["person"]


async def export(session: AsyncSession, user_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything held about a person: table -> rows, ready for JSON."""
    columns: dict[Table, list[Column[Any]]] = {}
    for table, column, _ in personal_columns():
        columns.setdefault(table, []).append(column)
    held: dict[str, list[dict[str, Any]]] = {}
    for table, theirs in columns.items():
        mine = or_(*(column == user_id for column in theirs))
        for row in (await session.execute(select(table).where(mine))).mappings():
            held.setdefault(table.name, []).append({k: _json(v) for k, v in row.items()})
    return held


async def erase(session: AsyncSession, user_id: int) -> int:
    """Remove a person: their own rows go, shared rows stay without them. Returns rows touched."""
    touched = 0
    for table, column, how in personal_columns():
        change = delete(table) if how == "erase" else update(table).values({column.name: None})
        result = await session.execute(change.where(column == user_id).returning(column))
        touched += len(result.all())
    return touched


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value
