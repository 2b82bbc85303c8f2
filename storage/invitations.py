"""Invitations to work together: what state each is in, and how it ends.

                       send
                        |
                        v
        later  .---- pending ----+--------------+---------------+
        (hidden '------^   |     |              |               |
         a while)          |     |              |               |
             recipient accepts  declines   sender withdraws   14 days pass,
                           |     |         or is erased       or recipient is erased
                           v     v              v               v
                      accepted  declined     withdrawn        expired

Nothing leads out of the lower states. Every arrow is one conditional update of a row that is still
pending, so of two that race exactly one wins and the other learns what became of it. A sender who
is blocked goes through the same states as everybody; their invitations are shown to nobody.

What is shown to whom is kept beside the state: `tried_at` when a message to the recipient was last
begun, `shown_at` when it was seen to arrive; `telling_at` and `told_at` likewise of the acceptance
and the sender; `closed` when the direct messages of whoever it is were closed. `storage.deliveries`
moves those; what the two people do is in `storage.invitations_sent` and
`storage.invitations_received`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import blocks, claims, researchers, works
from storage.answers import utcnow
from storage.errors import InvitationClosed, NoSuchInvitation
from storage.researchers import Researcher
from storage.schema import InvitationRow
from storage.works import Work

QUIET_AFTER_DECLINE = timedelta(days=90)
KEPT_FOR = timedelta(days=180)  # once nothing can happen to it any more


class State(StrEnum):
    """What has become of an invitation."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


HOW = {
    State.ACCEPTED: "has been accepted already",
    State.DECLINED: "has been declined already",
    State.WITHDRAWN: "was taken back by whoever sent it",
    State.EXPIRED: "has expired",
}


@dataclass(frozen=True, slots=True)
class Invitation:
    """One invitation. A person's id is None once they have erased their data; times are UTC."""

    id: int
    sender_user_id: int | None
    sender_name: str
    recipient_user_id: int | None
    researcher: Researcher
    work: Work | None
    message: str
    state: State
    guild_id: int | None
    channel_id: int | None
    thread_id: int | None
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    snoozed_until: datetime | None


async def get(session: AsyncSession, invitation_id: int) -> Invitation:
    """The invitation of this id.

    Raises:
        NoSuchInvitation: there is none (any more).
    """
    return (await read(session, [await row_of(session, invitation_id)]))[0]


async def answerable(session: AsyncSession, rows: Sequence[InvitationRow]) -> list[InvitationRow]:
    """Those whose recipient still holds the claim and has not blocked the sender."""
    if not rows:
        return []
    held = await claims.holders(session, {row.researcher_id for row in rows})
    open_ = [
        (row, person)
        for row in rows
        if (person := row.recipient_user_id) is not None and held.get(row.researcher_id) == person
    ]
    blocked = await blocks.standing(session, [(person, row.sender_key) for row, person in open_])
    return [row for row, person in open_ if (person, row.sender_key) not in blocked]


async def read(session: AsyncSession, rows: Sequence[InvitationRow]) -> list[Invitation]:
    """The invitations of these rows, in their order, as they are in the database now."""
    if not rows:
        return []
    # A conditional update does not reach what the session has read before.
    fresh = select(InvitationRow).where(InvitationRow.id.in_([row.id for row in rows]))
    (await session.scalars(fresh.execution_options(populate_existing=True))).all()
    people = await researchers.by_ids(session, [row.researcher_id for row in rows])
    known = {person.id: person for person in people}
    about = await works.by_ids(session, [row.work_id for row in rows if row.work_id])
    return [
        Invitation(
            id=row.id,
            sender_user_id=row.sender_user_id,
            sender_name=row.sender_name,
            recipient_user_id=row.recipient_user_id,
            researcher=known[row.researcher_id],
            work=about.get(row.work_id or 0),
            message=row.message,
            state=State(row.state),
            guild_id=row.guild_id,
            channel_id=row.channel_id,
            thread_id=row.thread_id,
            created_at=row.created_at,
            expires_at=row.expires_at,
            decided_at=row.decided_at,
            snoozed_until=row.snoozed_until,
        )
        for row in rows
    ]


async def row_of(session: AsyncSession, invitation_id: int) -> InvitationRow:
    """The row of this id; raises as `get`."""
    row = await session.get(InvitationRow, invitation_id, populate_existing=True)
    if row is None:
        raise NoSuchInvitation()
    return row


async def end(
    session: AsyncSession, invitation_id: int, state: State, now: datetime | None
) -> Invitation:
    """Move a pending invitation to its last state; raises as `change`."""
    now = now or utcnow()
    ended = {"state": state.value, "decided_at": now, "snoozed_until": None, "closed": False}
    return await change(session, invitation_id, now, **ended)


async def change(
    session: AsyncSession, invitation_id: int, now: datetime, **values: object
) -> Invitation:
    """The one conditional update of an invitation that is pending.

    Raises:
        InvitationClosed: another was quicker, or its time has passed.
    """
    changed = await session.scalar(
        update(InvitationRow)
        .where(
            InvitationRow.id == invitation_id,
            InvitationRow.state == State.PENDING,
            InvitationRow.expires_at > now,
        )
        .values(**values)
        .returning(InvitationRow.id)
    )
    if changed is None:
        raise closed(await row_of(session, invitation_id))
    return await get(session, invitation_id)


def closed(row: InvitationRow) -> InvitationClosed:
    """What to say to whoever would answer an invitation that cannot be answered any more."""
    # What is pending and cannot be answered is past its time, and about to expire.
    return InvitationClosed(how=HOW.get(State(row.state), HOW[State.EXPIRED]))


async def expire(session: AsyncSession, now: datetime) -> int:
    """End what nobody has answered in time; how many those were."""
    ended = await session.scalars(
        update(InvitationRow)
        .where(InvitationRow.state == State.PENDING, InvitationRow.expires_at <= now)
        .values(state=State.EXPIRED.value, decided_at=now)
        .returning(InvitationRow.id)
    )
    return len(ended.all())


async def set_thread(session: AsyncSession, invitation_id: int, thread_id: int) -> None:
    """Remember where the two of an accepted invitation meet."""
    await session.execute(
        update(InvitationRow).where(InvitationRow.id == invitation_id).values(thread_id=thread_id)
    )


async def part_with(session: AsyncSession, user_id: int) -> None:
    """End what a person has open, before their id goes, and forget the words that they wrote."""
    now = utcnow()
    sender = InvitationRow.sender_user_id == user_id
    recipient = InvitationRow.recipient_user_id == user_id
    for theirs, state in ((sender, State.WITHDRAWN), (recipient, State.EXPIRED)):
        await session.execute(
            update(InvitationRow)
            .where(theirs, InvitationRow.state == State.PENDING)
            .values(state=state.value, decided_at=now)
        )
    await session.execute(update(InvitationRow).where(sender).values(message="", sender_name=""))


async def forget_older(session: AsyncSession, now: datetime) -> None:
    """Let go of what ended long ago, and of what has lost both its people and its limits."""
    ended = InvitationRow.decided_at.is_not(None)
    await session.execute(
        delete(InvitationRow).where(
            ended,
            or_(
                InvitationRow.decided_at < now - KEPT_FOR,
                InvitationRow.recipient_user_id.is_(None)
                & (InvitationRow.decided_at < now - QUIET_AFTER_DECLINE),
            ),
        )
    )
