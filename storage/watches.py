"""When followed researchers are due to be looked at; and the lease of the one who looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.answers import utcnow
from storage.database import upsert
from storage.schema import FollowRow, LeaseRow, WatchRow

SHORTEST = timedelta(hours=1)
LONGEST = timedelta(hours=8)
USUAL = timedelta(hours=3)
LONGEST_FAILURE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Watch:
    """A researcher to look at: `watermark` is the last day that is wholly covered."""

    researcher_id: int
    first: bool
    watermark: date | None
    interval: timedelta
    failures: int


async def begin(session: AsyncSession, researcher_id: int) -> None:
    """Look at a researcher from now on; the first look is due at once."""
    statement = upsert(session, WatchRow).values(
        researcher_id=researcher_id,
        due_at=utcnow(),
        interval_minutes=int(USUAL.total_seconds() // 60),
        failures=0,
    )
    await session.execute(statement.on_conflict_do_nothing())


async def due(session: AsyncSession, now: datetime, limit: int) -> list[Watch]:
    """Followed researchers that are due, the longest overdue first."""
    followed = select(FollowRow.researcher_id)
    rows = await session.scalars(
        select(WatchRow)
        .where(WatchRow.due_at <= now, WatchRow.researcher_id.in_(followed))
        .order_by(WatchRow.due_at, WatchRow.researcher_id)
        .limit(limit)
    )
    return [_watch(row) for row in rows]


async def first_looks(session: AsyncSession, researcher_ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these was first looked at; people not yet looked at are left out."""
    rows = await session.execute(
        select(WatchRow.researcher_id, WatchRow.first_look_at).where(
            WatchRow.researcher_id.in_(researcher_ids), WatchRow.first_look_at.is_not(None)
        )
    )
    return {researcher_id: at for researcher_id, at in rows if at is not None}


async def looked(
    session: AsyncSession,
    researcher_id: int,
    now: datetime,
    *,
    covered: date | None,
    busy: bool,
) -> None:
    """Record a look that succeeded, in the transaction that stored what it brought.

    `covered` moves the watermark, never back. A look that brought something new changes the
    interval (see `next_interval`).
    """
    row = await session.get(WatchRow, researcher_id)
    if row is None:
        return
    interval = next_interval(timedelta(minutes=row.interval_minutes), busy=busy)
    row.interval_minutes = int(interval.total_seconds() // 60)
    row.first_look_at = row.first_look_at or now
    row.due_at = now + interval
    row.failures = 0
    if covered is not None:
        row.watermark = max(row.watermark, covered) if row.watermark else covered
    await session.flush()


def next_interval(interval: timedelta, *, busy: bool) -> timedelta:
    """Half as long after something new, a quarter longer after nothing, within the bounds."""
    wanted = interval / 2 if busy else interval * 1.25
    return min(max(wanted, SHORTEST), LONGEST)


async def missed(session: AsyncSession, researcher_id: int, now: datetime) -> None:
    """Record a look that failed: it is late, not empty, and is tried again soon."""
    row = await session.get(WatchRow, researcher_id)
    if row is None:
        return
    row.failures += 1
    wait = min(timedelta(minutes=5) * 2 ** min(row.failures - 1, 10), LONGEST_FAILURE)
    row.due_at = now + wait
    await session.flush()


async def take_lease(
    session: AsyncSession, name: str, holder: str, now: datetime, length: timedelta
) -> bool:
    """Become, or stay, the one who does this; False while another holds it."""
    statement = upsert(session, LeaseRow).values(name=name, holder=holder, until=now + length)
    statement = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": holder, "until": now + length},
        where=or_(LeaseRow.holder == holder, LeaseRow.until <= now),
    ).returning(LeaseRow.holder)
    return (await session.execute(statement)).first() is not None


async def drop_lease(session: AsyncSession, name: str, holder: str, now: datetime) -> None:
    """Let another take it at once."""
    row = await session.get(LeaseRow, name)
    if row is not None and row.holder == holder:
        row.until = now
        await session.flush()


def _watch(row: WatchRow) -> Watch:
    return Watch(
        researcher_id=row.researcher_id,
        first=row.first_look_at is None,
        watermark=row.watermark,
        interval=timedelta(minutes=row.interval_minutes),
        failures=row.failures,
    )
