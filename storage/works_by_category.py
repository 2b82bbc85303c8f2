"""Works by the arXiv categories under which they are filed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import WorkRow
from storage.works import scoped

_FILED = func.lower(cast(WorkRow.categories, Text))


async def ids(
    session: AsyncSession, categories: Sequence[str], researcher_ids: Sequence[int], *, either: bool
) -> list[int]:
    """The works of the records, or of all, that are filed under all of the categories, or under
    `either`; "astro-ph" holds "astro-ph.GA".
    """
    under = [_under(category) for category in categories]
    query = select(WorkRow.id).where(or_(*under) if either else and_(*under))
    return list(await session.scalars(scoped(query, researcher_ids, None)))


async def count_unfiled(session: AsyncSession, researcher_ids: Sequence[int]) -> int:
    """How many works of the records, or of all, have no category stored."""
    query = select(func.count(WorkRow.id)).where(_FILED == "[]")
    return await session.scalar(scoped(query, researcher_ids, None)) or 0


def _under(category: str) -> ColumnElement[bool]:
    """The condition that a work is filed under a category, or under a part of it."""
    filed = (f'"{category.lower()}{end}' for end in ('"', "."))
    return or_(*(_FILED.contains(one, autoescape=True) for one in filed))
