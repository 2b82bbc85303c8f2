"""Which records are one person's: the record of a person behind it, the record that it was joined
to, which stands for both, and all others that were.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import JoinRow, ResearcherRow


async def links(session: AsyncSession) -> dict[int, int]:
    """Record -> the record that it was joined to, for every record that was.

    They lead round in no circle: of joins that do, the latest is left out.
    """
    rows = await session.execute(
        select(JoinRow.record_id, JoinRow.kept_id).order_by(JoinRow.joined_at, JoinRow.record_id)
    )
    found: dict[int, int] = {}
    for record, kept in rows:
        if _last(found, kept) != record:
            found[record] = kept
    return found


async def joins(session: AsyncSession) -> dict[int, int]:
    """Record -> the record that stands for it, for every record that was joined."""
    direct = await links(session)
    return {record: _last(direct, record) for record in direct}


def _last(direct: Mapping[int, int], record: int) -> int:
    while record in direct:
        record = direct[record]
    return record


async def records(session: AsyncSession, ids: Collection[int]) -> dict[int, int]:
    """Record or person -> the record, which a person is behind; unknown ids are left out."""
    if not ids:
        return {}
    record = func.coalesce(ResearcherRow.record_id, ResearcherRow.id)
    rows = await session.execute(select(ResearcherRow.id, record).where(ResearcherRow.id.in_(ids)))
    return dict(rows.all())


async def of(session: AsyncSession, ids: Collection[int]) -> set[int]:
    """These records, those that these persons are behind, and all that were joined with any."""
    own = (await records(session, ids)).values()
    return widened(own, await joins(session)) if own else set()


def widened(known: Iterable[int], joined: Mapping[int, int]) -> set[int]:
    """These records with all that were joined with any, by what `joins` gives."""
    whole = {joined.get(record, record) for record in known}
    return {*known, *whole, *(record for record, kept in joined.items() if kept in whole)}
