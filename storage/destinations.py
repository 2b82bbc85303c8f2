"""Where announcements go: one person's direct messages, or one channel, thread or forum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from sqlalchemy import Select, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import upsert
from storage.errors import BadTimeZone, NoSuchFollow
from storage.schema import AnnouncementRow, DestinationRow, FollowRow

MINUTES_A_DAY = 24 * 60
DIGEST_AT = time(9)  # local time at which daily and weekly digests go out
DIGEST_WEEKDAY = 0  # Monday


@dataclass(frozen=True, slots=True)
class Destination:
    """A place that announcements go to; exactly one of `user_id` and `channel_id` is set.

    Attributes:
        quiet_from: local minute of the day from which nothing is sent, or None.
        quiet_to: local minute of the day up to which nothing is sent, or None.
        discuss: open a thread under each announcement.
        paused: why nothing can be sent, or None.
        told: whether its owner has been told of the pause.
    """

    id: int
    user_id: int | None
    channel_id: int | None
    guild_id: int | None
    time_zone: str = "UTC"
    quiet_from: int | None = None
    quiet_to: int | None = None
    discuss: bool = False
    paused: str | None = None
    told: bool = False

    def next_moment(self, now: datetime, every: str) -> datetime:
        """When something that appears at `now` (naive UTC) is to be sent: naive UTC.

        At once, or at the next digest, and in either case after quiet hours.
        """
        zone = _zone(self.time_zone)
        local = now.replace(tzinfo=UTC).astimezone(zone)
        if every != "at once":
            local = _next_digest(local, weekly=every == "weekly")
        local = self._after_quiet_hours(local)
        return local.astimezone(UTC).replace(tzinfo=None)

    def _after_quiet_hours(self, local: datetime) -> datetime:
        if self.quiet_from is None or self.quiet_to is None or self.quiet_from == self.quiet_to:
            return local
        minute = local.hour * 60 + local.minute
        length = (self.quiet_to - self.quiet_from) % MINUTES_A_DAY
        into = (minute - self.quiet_from) % MINUTES_A_DAY
        if into >= length:
            return local
        end = local.replace(
            hour=self.quiet_to // 60, minute=self.quiet_to % 60, second=0, microsecond=0
        )
        return end if end > local else _same_time_next_day(end)


@cache
def _zones() -> frozenset[str]:
    """The names by which time zones are known everywhere: one machine may have others beside them,
    and `localtime` is another zone on each.
    """
    return frozenset(available_timezones()) - {"localtime"}


def _zone(name: str) -> tzinfo:
    """The zone of a stored name; UTC where this machine does not know it (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


async def ensure_direct(session: AsyncSession, user_id: int) -> Destination:
    """The direct messages of a person."""
    return await _ensure(session, user_id=user_id, channel_id=None, guild_id=None)


async def ensure_channel(session: AsyncSession, channel_id: int, guild_id: int) -> Destination:
    """A channel, thread or forum of a server."""
    return await _ensure(session, user_id=None, channel_id=channel_id, guild_id=guild_id)


async def by_id(session: AsyncSession, destination_id: int) -> Destination:
    """The destination of this id.

    Raises:
        NoSuchFollow: there is none (any more).
    """
    row = await session.get(DestinationRow, destination_id)
    if row is None:
        raise NoSuchFollow()
    return destination(row)


async def find(
    session: AsyncSession, *, user_id: int | None = None, channel_id: int | None = None
) -> Destination | None:
    """The destination of this address, if anything goes there."""
    row = await session.scalar(_at(user_id, channel_id))
    return None if row is None else destination(row)


async def set_hours(
    session: AsyncSession,
    destination_id: int,
    *,
    time_zone: str | None = None,
    quiet: tuple[int, int] | None = None,
) -> Destination:
    """Set the time zone, and quiet hours as local minutes of the day (from, to).

    Equal ends mean no quiet hours.

    Raises:
        BadTimeZone: no such zone.
    """
    row = await session.get(DestinationRow, destination_id)
    if row is None:
        raise NoSuchFollow()
    if time_zone is not None:
        if time_zone not in _zones():
            raise BadTimeZone(zone=time_zone)
        row.time_zone = time_zone
    if quiet is not None:
        row.quiet_from, row.quiet_to = quiet
    if row.leased_by is None:  # it waited for the end of other hours
        row.leased_until = None
    await session.flush()
    return destination(row)


async def set_discuss(session: AsyncSession, destination_id: int, discuss: bool) -> None:
    """Open a discussion thread under each announcement there, or not."""
    await session.execute(
        update(DestinationRow).where(DestinationRow.id == destination_id).values(discuss=discuss)
    )


async def pause(session: AsyncSession, destination_id: int, reason: str) -> None:
    """Stop sending there, with the reason that its owner reads; everything else is kept."""
    await session.execute(
        update(DestinationRow).where(DestinationRow.id == destination_id).values(paused=reason)
    )


async def resume(session: AsyncSession, destination_id: int) -> None:
    """Send there again; what has been waiting goes out first."""
    await session.execute(
        update(DestinationRow)
        .where(DestinationRow.id == destination_id)
        .values(paused=None, told=False)
    )


async def mark_told(session: AsyncSession, destination_id: int) -> None:
    """Remember that the owner knows of the pause, so that they are told once."""
    await session.execute(
        update(DestinationRow).where(DestinationRow.id == destination_id).values(told=True)
    )


async def untold(session: AsyncSession, user_id: int | None = None) -> list[Destination]:
    """Paused destinations whose owner does not know: a person's own, or everybody's.

    A person owns their direct messages, and the channels to which they had announcements sent.
    """
    query = select(DestinationRow).where(
        DestinationRow.paused.is_not(None), DestinationRow.told.is_(False)
    )
    if user_id is not None:
        theirs = select(FollowRow.destination_id).where(FollowRow.set_by_user_id == user_id)
        query = query.where(or_(DestinationRow.user_id == user_id, DestinationRow.id.in_(theirs)))
    return [destination(row) for row in await session.scalars(query.order_by(DestinationRow.id))]


async def paused(session: AsyncSession, guild_id: int | None = None) -> Sequence[Destination]:
    """Paused destinations, of one server or of all."""
    query = select(DestinationRow).where(DestinationRow.paused.is_not(None))
    if guild_id is not None:
        query = query.where(DestinationRow.guild_id == guild_id)
    return [destination(row) for row in await session.scalars(query)]


async def forget_empty(session: AsyncSession) -> int:
    """Let go of channels where nothing is followed and of which nothing is told any more; how many
    those were. A person's direct messages keep their hours.
    """
    empty = (
        DestinationRow.user_id.is_(None),
        ~exists().where(FollowRow.destination_id == DestinationRow.id),
        ~exists().where(AnnouncementRow.destination_id == DestinationRow.id),
    )
    ids = await session.scalars(
        select(DestinationRow.id).where(*empty).with_for_update(skip_locked=True)
    )
    # Asked again now that they are held: somebody may just have begun to follow there.
    gone = delete(DestinationRow).where(DestinationRow.id.in_(ids.all()), *empty)
    return len((await session.scalars(gone.returning(DestinationRow.id))).all())


def destination(row: DestinationRow) -> Destination:
    """The destination of a row."""
    return Destination(
        id=row.id,
        user_id=row.user_id,
        channel_id=row.channel_id,
        guild_id=row.guild_id,
        time_zone=row.time_zone,
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        discuss=row.discuss,
        paused=row.paused,
        told=row.told,
    )


async def _ensure(
    session: AsyncSession, *, user_id: int | None, channel_id: int | None, guild_id: int | None
) -> Destination:
    known = await _held(session, user_id, channel_id)
    if known is not None:
        return destination(known)
    made = upsert(session, DestinationRow).values(
        user_id=user_id,
        channel_id=channel_id,
        guild_id=guild_id,
        time_zone="UTC",
        discuss=False,
        told=False,
    )
    await session.execute(made.on_conflict_do_nothing())  # another may be just making it
    found = await _held(session, user_id, channel_id)
    assert found is not None, "it was just put there"
    return destination(found)


async def _held(
    session: AsyncSession, user_id: int | None, channel_id: int | None
) -> DestinationRow | None:
    """The row of this address, which is not let go of before this transaction ends."""
    return await session.scalar(_at(user_id, channel_id).with_for_update())


def _at(user_id: int | None, channel_id: int | None) -> Select[DestinationRow]:
    if user_id is not None:
        return select(DestinationRow).where(DestinationRow.user_id == user_id)
    return select(DestinationRow).where(DestinationRow.channel_id == channel_id)


def _next_digest(local: datetime, *, weekly: bool) -> datetime:
    at = local.replace(hour=DIGEST_AT.hour, minute=DIGEST_AT.minute, second=0, microsecond=0)
    while at <= local or (weekly and at.weekday() != DIGEST_WEEKDAY):
        at = _same_time_next_day(at)
    return at


def _same_time_next_day(local: datetime) -> datetime:
    """The same wall-clock time on the next day, across changes of summer time."""
    return (local.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=local.tzinfo)
