"""What couriers take out of the outbox, hold, and say of how sending went."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, case, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.announcements import WAITING, Announcement, State, due, read
from storage.database import bare
from storage.destinations import Destination, destination
from storage.follows import Every
from storage.schema import AnnouncementRow, DestinationRow

ATTEMPTS = 8  # of uncertain outcome, after which a place is paused; what fails then is given up


class Hold(NamedTuple):
    """A destination, and the name under which it was taken."""

    destination_id: int
    holder: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """A destination that a courier holds, with what is due there, oldest first."""

    hold: Hold
    destination: Destination
    announcements: tuple[Announcement, ...]


async def take(
    session: AsyncSession,
    holder: str,
    now: datetime,
    hold: timedelta,
    limit: int = 20,
    *,
    direct: bool | None = None,
) -> list[Parcel]:
    """Hold destinations that have something due; the longest waiting first.

    A destination is held under one name at a time, for `hold`; a courier that dies loses it then.
    The name has to be a new one each time: whoever finds it still there knows that nobody, not
    even the same courier, has been at that destination meanwhile.
    On PostgreSQL, rows that another courier is just taking are stepped over. `direct` takes only
    people's direct messages, or only channels.
    """
    rows = await _awake(session, now, limit, direct)
    for row in rows:
        row.leased_by = holder
        row.leased_until = now + hold
    await session.flush()
    found = await _due_at(session, [row.id for row in rows], now)
    return [
        Parcel(Hold(row.id, holder), destination(row), tuple(found.get(row.id, ()))) for row in rows
    ]


async def _awake(
    session: AsyncSession, now: datetime, limit: int, direct: bool | None
) -> list[DestinationRow]:
    """Destinations to take. Where it is quiet now, nobody looks again before it no longer is."""
    while rows := await _waited_at(session, now, limit, direct):
        wake = {row.id: destination(row).next_moment(now, Every.ONCE.value) for row in rows}
        for row in rows:
            if wake[row.id] > now:
                row.leased_by, row.leased_until = None, wake[row.id]
        await session.flush()
        if awake := [row for row in rows if wake[row.id] <= now]:
            return awake
    return []


async def _waited_at(
    session: AsyncSession, now: datetime, limit: int, direct: bool | None
) -> list[DestinationRow]:
    """Destinations that nobody holds and that have something due, locked."""
    waiting = (
        select(AnnouncementRow.destination_id, func.min(AnnouncementRow.due_at).label("oldest"))
        .where(due(now))
        .group_by(AnnouncementRow.destination_id)
        .subquery()
    )
    rows = await session.scalars(
        select(DestinationRow)
        .join(waiting, waiting.c.destination_id == DestinationRow.id)
        .where(
            DestinationRow.paused.is_(None),
            or_(DestinationRow.leased_until.is_(None), DestinationRow.leased_until <= now),
            *(() if direct is None else (DestinationRow.user_id.is_not(None) == direct,)),
        )
        .order_by(waiting.c.oldest, DestinationRow.id)
        .limit(limit)
        .with_for_update(of=DestinationRow, skip_locked=True)
    )
    return list(rows)


async def _due_at(
    session: AsyncSession, destination_ids: Sequence[int], now: datetime
) -> dict[int, list[Announcement]]:
    rows = await session.scalars(
        select(AnnouncementRow)
        .where(AnnouncementRow.destination_id.in_(destination_ids), due(now))
        .order_by(AnnouncementRow.id)
    )
    found: dict[int, list[Announcement]] = {}
    for announcement in await read(session, list(rows)):
        found.setdefault(announcement.destination_id, []).append(announcement)
    return found


async def keep_hold(
    session: AsyncSession, holds: Collection[Hold], now: datetime, length: timedelta
) -> frozenset[Hold]:
    """Hold destinations for longer; those still held under the same name.

    What was taken since, what was paused and what was removed is not among them.
    """
    if not holds:
        return frozenset()
    held = await session.execute(
        update(DestinationRow)
        .where(_held(holds), DestinationRow.paused.is_(None))
        .values(leased_until=now + length)
        .returning(DestinationRow.id, DestinationRow.leased_by)
    )
    return frozenset(Hold(id_, holder or "") for id_, holder in held)


async def let_go(session: AsyncSession, holds: Collection[Hold]) -> None:
    """Stop holding destinations; what was taken since is left alone."""
    await session.execute(
        update(DestinationRow).where(_held(holds)).values(leased_by=None, leased_until=None)
    )


def _held(holds: Collection[Hold]) -> ColumnElement[bool]:
    return tuple_(DestinationRow.id, DestinationRow.leased_by).in_([tuple(hold) for hold in holds])


async def sending(session: AsyncSession, ids: Sequence[int], now: datetime) -> frozenset[int]:
    """Record, before the request goes out, that these are being sent; those that still wait.

    What was withdrawn meanwhile is not among them. One whose last send was uncertain keeps the
    moment from which it is looked for.
    """
    still = AnnouncementRow.state == State.SENDING.value
    claimed = await session.scalars(
        update(AnnouncementRow)
        .where(AnnouncementRow.id.in_(ids), WAITING)
        .values(
            state=State.SENDING.value,
            tried_at=case((still, AnnouncementRow.tried_at), else_=now),
        )
        .returning(AnnouncementRow.id)
    )
    return frozenset(claimed)


async def sent(session: AsyncSession, shown: Mapping[int, int]) -> None:
    """Record what was shown: announcement id -> id of the message."""
    table = bare(AnnouncementRow)
    statement = (
        update(table)
        .where(table.c.id == bindparam("announcement"))
        .values(state=State.SENT.value, why="sent", message_id=bindparam("message"))
    )
    rows = [{"announcement": id_, "message": message} for id_, message in shown.items()]
    await (await session.connection()).execute(statement, rows)


async def again(
    session: AsyncSession,
    destination_id: int,
    ids: Sequence[int],
    why: str,
    at: datetime,
    *,
    certain: bool,
    counted: bool = False,
) -> None:
    """Try these again at a moment, before which nothing else is tried there, so that nothing
    overtakes; what was withdrawn meanwhile stays so.

    `certain` says that nothing of them was ever shown: they are pending again. Otherwise what was
    being sent is looked for first. A `counted` attempt after `ATTEMPTS` others was the last.
    """
    values: dict[str, Any] = {"why": why}
    if certain:
        values["state"] = State.PENDING.value
    if counted:
        last = AnnouncementRow.attempts >= ATTEMPTS
        values["attempts"] = AnnouncementRow.attempts + 1
        values["state"] = case((last, State.FAILED.value), else_=AnnouncementRow.state)
    await session.execute(
        update(AnnouncementRow).where(AnnouncementRow.id.in_(ids), WAITING).values(**values)
    )
    await session.execute(
        update(DestinationRow)
        .where(DestinationRow.id == destination_id)
        .values(leased_by=None, leased_until=at)
    )


async def fail(session: AsyncSession, ids: Sequence[int], why: str) -> None:
    """Give these up, with the reason; what was withdrawn meanwhile stays so."""
    await session.execute(
        update(AnnouncementRow)
        .where(AnnouncementRow.id.in_(ids), WAITING)
        .values(state=State.FAILED.value, why=why)
    )
