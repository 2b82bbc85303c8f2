"""The outbox: one row per destination, work and revision, with a state and a reason.

    pending -> sending -> sent
       |          |-> pending (again later) -> ... -> failed
       '-> paused, filtered (muted or no longer followed meanwhile)
    filtered    recorded so that "why was this not sent?" has an answer

A row is written in the transaction that records the work as seen, and acknowledged one by one; it
is let go of once its work is too old to be announced again. A courier holds a destination by a
lease, so that its announcements go out in order; what a dead courier left as `sending` is uncertain
and is looked for at the destination before it is sent again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Table,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage import follows
from storage.answers import utcnow
from storage.database import upsert
from storage.destinations import Destination, destination
from storage.follows import Follow, until
from storage.schema import AnnouncementRow, DestinationRow, WorkRow
from storage.works import Work, by_ids

ATTEMPTS = 8
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
    due_at: datetime
    attempts: int
    message_id: int | None
    tried_at: datetime | None


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


_WAITING = AnnouncementRow.state.in_([State.PENDING.value, State.SENDING.value])
_DONE = AnnouncementRow.state.not_in([State.PENDING.value, State.SENDING.value])


async def announce(
    session: AsyncSession,
    work: Work,
    follows: Sequence[Follow],
    now: datetime,
    *,
    revision: int = 0,
    similarities: Mapping[int, float] | None = None,
    not_theirs: Mapping[int, str] | None = None,
) -> int:
    """Write a new work (or a revision) into the outbox of every destination that follows it.

    Several follows of one destination become one announcement that names them all, due when the
    earliest of them wants it. What a filter or a pause keeps back is recorded with its reason.

    Args:
        session: the session in which the work was stored.
        work: the work.
        follows: the follows of its researchers.
        now: the moment, naive UTC.
        revision: 0 for a new work, else the version's number.
        similarities: follow id -> cosine, for filters that ask for nearness.
        not_theirs: follow id -> why the work is not by the person followed, who shares a name.

    Returns:
        How many announcements will be sent.
    """
    by_destination: dict[int, list[Follow]] = {}
    for follow in follows:
        by_destination.setdefault(follow.destination.id, []).append(follow)
    rows = [
        _row_for(work, group, now, revision, similarities or {}, not_theirs or {})
        for group in by_destination.values()
    ]
    if not rows:
        return 0
    statement = upsert(session, AnnouncementRow).on_conflict_do_nothing()
    states = await session.scalars(statement.returning(AnnouncementRow.state), rows)
    return sum(state == State.PENDING.value for state in states)


async def held_back(
    session: AsyncSession, follows: Sequence[Follow], since: datetime
) -> dict[int, list[Follow]]:
    """Work id -> those of these follows for which it was held back as a namesake's, of late."""
    by_id = {follow.id: follow for follow in follows}
    rows = await session.execute(
        select(AnnouncementRow.work_id, AnnouncementRow.reasons)
        .where(
            AnnouncementRow.destination_id.in_({f.destination.id for f in follows}),
            AnnouncementRow.state == State.FILTERED.value,
            AnnouncementRow.created_at >= since,
        )
        .order_by(AnnouncementRow.id)
    )
    held: dict[int, list[Follow]] = {}
    for work_id, reasons in rows:
        for reason in (Reason(**reason) for reason in reasons):
            if reason.not_theirs and reason.follow_id in by_id:
                held.setdefault(work_id, []).append(by_id[reason.follow_id])
    return held


async def release(
    session: AsyncSession,
    work: Work,
    follows: Sequence[Follow],
    now: datetime,
    similarities: Mapping[int, float] | None = None,
) -> int:
    """Announce a work after all that was held back for these follows as a namesake's; how many
    announcements will be sent. A filter or a pause keeps it back as it would have at first.
    """
    released = 0
    for follow in follows:
        made = _row_for(work, [follow], now, 0, similarities or {}, {})
        values = {name: made[name] for name in ("reasons", "state", "why", "due_at")}
        changed = await session.scalar(
            update(AnnouncementRow)
            .where(
                AnnouncementRow.destination_id == follow.destination.id,
                AnnouncementRow.work_id == work.id,
                AnnouncementRow.revision == 0,
                AnnouncementRow.state == State.FILTERED.value,
            )
            .values(**values)
            .returning(AnnouncementRow.state)
        )
        released += changed == State.PENDING.value
    return released


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
    due = (
        select(AnnouncementRow.destination_id, func.min(AnnouncementRow.due_at).label("oldest"))
        .where(
            AnnouncementRow.state.in_([State.PENDING.value, State.SENDING.value]),
            AnnouncementRow.due_at <= now,
        )
        .group_by(AnnouncementRow.destination_id)
        .subquery()
    )
    rows = list(
        await session.scalars(
            select(DestinationRow)
            .join(due, due.c.destination_id == DestinationRow.id)
            .where(
                DestinationRow.paused.is_(None),
                or_(DestinationRow.leased_until.is_(None), DestinationRow.leased_until <= now),
                *(() if direct is None else (DestinationRow.user_id.is_not(None) == direct,)),
            )
            .order_by(due.c.oldest, DestinationRow.id)
            .limit(limit)
            .with_for_update(of=DestinationRow, skip_locked=True)
        )
    )
    for row in rows:
        row.leased_by = holder
        row.leased_until = now + hold
    await session.flush()
    due_at = await _due_at(session, [row.id for row in rows], now)
    return [
        Parcel(Hold(row.id, holder), destination(row), tuple(due_at.get(row.id, ())))
        for row in rows
    ]


async def keep_hold(
    session: AsyncSession, holds: Collection[Hold], now: datetime, length: timedelta
) -> frozenset[Hold]:
    """Hold destinations for longer; those still held under the same name.

    What was taken since, what was paused and what was removed is not among them.
    """
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
        .where(
            AnnouncementRow.id.in_(ids),
            AnnouncementRow.state.in_([State.PENDING.value, State.SENDING.value]),
        )
        .values(
            state=State.SENDING.value,
            tried_at=case((still, AnnouncementRow.tried_at), else_=now),
        )
        .returning(AnnouncementRow.id)
    )
    return frozenset(claimed)


async def sent(session: AsyncSession, shown: Mapping[int, int]) -> None:
    """Record what was shown: announcement id -> id of the message."""
    table = AnnouncementRow.__table__
    assert isinstance(table, Table)
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
) -> None:
    """Try these again at a moment, or give up after `ATTEMPTS` that failed.

    The whole destination waits until then, so that nothing overtakes. `certain` says that nothing
    was shown; otherwise they stay `sending` and are looked for first. What was withdrawn meanwhile
    stays so.
    """
    state = State.PENDING if certain else State.SENDING
    failed = AnnouncementRow.attempts + 1 >= ATTEMPTS
    await session.execute(
        update(AnnouncementRow)
        .where(AnnouncementRow.id.in_(ids), _WAITING)
        .values(
            why=why,
            attempts=AnnouncementRow.attempts + 1,
            state=case((failed, State.FAILED.value), else_=state.value),
        )
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
        .where(AnnouncementRow.id.in_(ids), _WAITING)
        .values(state=State.FAILED.value, why=why)
    )


async def unfollow(session: AsyncSession, follow: Follow) -> None:
    """Stop following; what waits for this follow alone is no longer sent.

    Raises:
        NoSuchFollow: it is removed already.
    """
    await follows.remove(session, follow.id)
    await _withdraw(session, follow, State.FILTERED, "no longer followed")


async def mute(session: AsyncSession, follow: Follow, until: datetime) -> None:
    """Pause a follow, and keep back what waits for it alone."""
    await follows.pause(session, follow.id, until)
    await _withdraw(session, follow, State.PAUSED, f"{follow.researcher.name}: muted")


async def _withdraw(session: AsyncSession, follow: Follow, state: State, why: str) -> None:
    """Take a follow from the reasons of what waits; what has no other reason is not sent."""
    waiting = await session.scalars(
        select(AnnouncementRow).where(
            AnnouncementRow.destination_id == follow.destination.id,
            AnnouncementRow.state == State.PENDING.value,
        )
    )
    for row in list(waiting):
        rest = [reason for reason in row.reasons if reason["follow_id"] != follow.id]
        if len(rest) == len(row.reasons):
            continue
        if rest:
            row.reasons = rest
        else:
            row.state, row.why = state.value, why
    await session.flush()


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
    return await _announcements(session, list(rows))


async def get(session: AsyncSession, announcement_id: int) -> Announcement | None:
    """The announcement of this id."""
    row = await session.get(AnnouncementRow, announcement_id)
    return None if row is None else (await _announcements(session, [row]))[0]


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
    return await _announcements(session, list(rows))


async def forget_older(session: AsyncSession, now: datetime) -> int:
    """Let go of what became of new works long ago; how many announcements those were.

    A revision stays: it is news however old its work is. The newest row stays, too: buttons name
    announcements, and SQLite would give its number to the next one.
    """
    before = now - KEPT_FOR
    old = select(WorkRow.id).where(WorkRow.published < before.date())
    forgotten = await session.scalars(
        delete(AnnouncementRow)
        .where(
            _DONE,
            AnnouncementRow.revision == 0,
            AnnouncementRow.created_at < before,
            AnnouncementRow.work_id.in_(old),
            AnnouncementRow.id < select(func.max(AnnouncementRow.id)).scalar_subquery(),
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
            AnnouncementRow.state.in_([State.PENDING.value, State.SENDING.value]),
            AnnouncementRow.due_at <= utcnow(),
        )
    )
    return Queue({State(state): number for state, number in counts.all()}, oldest)


def _row_for(
    work: Work,
    group: Sequence[Follow],
    now: datetime,
    revision: int,
    similarities: Mapping[int, float],
    not_theirs: Mapping[int, str],
) -> dict[str, Any]:
    refusals = {
        f.id: not_theirs.get(f.id) or _refusal(f, work, now, revision, similarities.get(f.id))
        for f in group
    }
    wanted = [f for f in group if refusals[f.id] is None]
    reasons = [
        {
            "follow_id": f.id,
            "researcher_id": f.researcher.id,
            "name": f.researcher.name,
            "every": f.every.value,
            **({"not_theirs": True} if f.id in not_theirs else {}),
        }
        for f in wanted or group
    ]
    where = group[0].destination
    if wanted:
        state, why = State.PENDING, "waiting to be sent"
        due = min(where.next_moment(now, f.every.value) for f in wanted)
    else:
        paused = all(f.paused(now) and f.id not in not_theirs for f in group)
        state = State.PAUSED if paused else State.FILTERED
        why = "; ".join(f"{f.researcher.distinct_name}: {refusals[f.id]}" for f in group)
        due = now
    return {
        "destination_id": where.id,
        "work_id": work.id,
        "revision": revision,
        "reasons": reasons,
        "state": state.value,
        "why": why,
        "due_at": due,
        "attempts": 0,
        "created_at": now,
    }


def _refusal(
    follow: Follow, work: Work, now: datetime, revision: int, similarity: float | None
) -> str | None:
    if follow.paused(now):
        return f"paused {until(follow)}"
    if revision and not follow.filter.revisions:
        return "a revision, and revisions are off"
    return follow.filter.refusal(work, similarity)


async def _due_at(
    session: AsyncSession, destination_ids: Sequence[int], now: datetime
) -> dict[int, list[Announcement]]:
    rows = await session.scalars(
        select(AnnouncementRow)
        .where(
            AnnouncementRow.destination_id.in_(destination_ids),
            AnnouncementRow.state.in_([State.PENDING.value, State.SENDING.value]),
            AnnouncementRow.due_at <= now,
        )
        .order_by(AnnouncementRow.id)
    )
    due: dict[int, list[Announcement]] = {}
    for announcement in await _announcements(session, list(rows)):
        due.setdefault(announcement.destination_id, []).append(announcement)
    return due


async def _announcements(
    session: AsyncSession, rows: Sequence[AnnouncementRow]
) -> list[Announcement]:
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
            due_at=row.due_at,
            attempts=row.attempts,
            message_id=row.message_id,
            tried_at=row.tried_at,
        )
        for row in rows
    ]
