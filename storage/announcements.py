"""The outbox: one row per destination, work and revision, with a state and a reason.

    pending -> sending -> sent
       |          |-> pending or sending (again later) -> ... -> failed
       '-> paused, filtered (paused or no longer followed meanwhile)
    filtered    recorded so that "why was this not sent?" has an answer

A row is written in the transaction that records the work as seen, and acknowledged one by one; it
is let go of once its work is too old to be announced again. A courier holds a destination by a
lease, so that one message goes out there after the other: of what is due together the oldest
first, a digest in the place of its oldest. What a dead courier left as `sending` is uncertain and
is looked for at the destination before it is sent again. What goes in is in `storage.announcing`,
what couriers do in `storage.couriers`; here is how each stands.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.answers import utcnow
from storage.schema import AnnouncementRow, DestinationRow, WorkRow
from storage.works import Work, by_ids

NEWS_FOR = timedelta(days=365)  # a work that was published before that is news to nobody
KEPT_FOR = timedelta(days=400)  # longer than that, so that what was let go of is not sent again


class State(StrEnum):
    """What has become of an announcement."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FILTERED = "filtered"
    PAUSED = "paused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reason:
    """A follow that an announcement comes from, as it was then; `not_theirs` where the work was
    held back as a namesake's.
    """

    follow_id: int
    researcher_id: int
    name: str
    every: str
    not_theirs: bool = False


@dataclass(frozen=True, slots=True)
class Announcement:
    """One work for one destination. `revision` is 0 for a new work, else the version's number."""

    id: int
    destination_id: int
    work: Work
    revision: int
    reasons: tuple[Reason, ...]
    state: State
    why: str
    attempts: int
    message_id: int | None
    tried_at: datetime | None


WAITING = AnnouncementRow.state.in_([State.PENDING.value, State.SENDING.value])
"""The condition that an announcement is neither sent nor kept back nor given up."""


def due(now: datetime) -> ColumnElement[bool]:
    """The condition that an announcement waits, and not for a later moment."""
    return WAITING & (AnnouncementRow.due_at <= now)


async def for_work(
    session: AsyncSession, work_id: int, destination_ids: Sequence[int]
) -> list[Announcement]:
    """What became of a work at these destinations, oldest first."""
    rows = await session.scalars(
        select(AnnouncementRow)
        .where(
            AnnouncementRow.work_id == work_id,
            AnnouncementRow.destination_id.in_(destination_ids),
        )
        .order_by(AnnouncementRow.id)
    )
    return await read(session, list(rows))


async def get(session: AsyncSession, announcement_id: int) -> Announcement | None:
    """The announcement of this id."""
    row = await session.get(AnnouncementRow, announcement_id)
    return None if row is None else (await read(session, [row]))[0]


async def by_message(
    session: AsyncSession, message_id: int, channel_ids: Collection[int], user_id: int
) -> list[Announcement]:
    """The announcements that were shown as this message, in one of these channels or in the direct
    messages of this person; oldest first.
    """
    there = select(DestinationRow.id).where(
        or_(DestinationRow.channel_id.in_(channel_ids), DestinationRow.user_id == user_id)
    )
    rows = await session.scalars(
        select(AnnouncementRow)
        .where(
            AnnouncementRow.destination_id.in_(there),
            AnnouncementRow.message_id == message_id,
        )
        .order_by(AnnouncementRow.id)
    )
    return await read(session, list(rows))


async def forget_older(session: AsyncSession, now: datetime) -> int:
    """Let go of what became of new works long ago; how many announcements those were.

    A revision stays: it is news however old its work is.
    """
    before = now - KEPT_FOR
    old = select(WorkRow.id).where(WorkRow.published < before.date())
    forgotten = await session.scalars(
        delete(AnnouncementRow)
        .where(
            ~WAITING,
            AnnouncementRow.revision == 0,
            AnnouncementRow.created_at < before,
            AnnouncementRow.work_id.in_(old),
        )
        .returning(AnnouncementRow.id)
    )
    return len(forgotten.all())


@dataclass(frozen=True, slots=True)
class Queue:
    """How the outbox stands: counts by state, and the oldest that is due and not yet sent."""

    counts: dict[State, int]
    oldest_due: datetime | None


async def queue(session: AsyncSession, guild_id: int | None = None) -> Queue:
    """How the outbox stands, of one server or of all."""
    here = select(DestinationRow.id)
    if guild_id is not None:
        here = here.where(DestinationRow.guild_id == guild_id)
    counts = await session.execute(
        select(AnnouncementRow.state, func.count())
        .where(AnnouncementRow.destination_id.in_(here))
        .group_by(AnnouncementRow.state)
    )
    oldest = await session.scalar(
        select(func.min(AnnouncementRow.due_at)).where(
            AnnouncementRow.destination_id.in_(here),
            due(utcnow()),
        )
    )
    return Queue({State(state): number for state, number in counts.all()}, oldest)


async def read(session: AsyncSession, rows: Sequence[AnnouncementRow]) -> list[Announcement]:
    """The announcements of these rows, in their order."""
    works = await by_ids(session, list({row.work_id for row in rows}))
    return [
        Announcement(
            id=row.id,
            destination_id=row.destination_id,
            work=works[row.work_id],
            revision=row.revision,
            reasons=tuple(Reason(**reason) for reason in row.reasons),
            state=State(row.state),
            why=row.why,
            attempts=row.attempts,
            message_id=row.message_id,
            tried_at=row.tried_at,
        )
        for row in rows
    ]
