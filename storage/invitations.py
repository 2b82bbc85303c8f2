"""Invitations to work together: what state each is in, and who may move it.

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
begun, `shown_at` when it was seen to arrive, `closed` when their direct messages were closed, and
`told_at` when the sender was told of the acceptance. `storage.deliveries` moves those.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import blocks, claims, contacts, researchers, wishes, works
from storage.answers import utcnow
from storage.contacts import Who
from storage.database import in_turn
from storage.errors import (
    AccountTooNew,
    AlreadyInvited,
    ClaimGone,
    DeclinedLately,
    InvitationClosed,
    NobodyToInvite,
    NoSuchInvitation,
    NotOpen,
    NotYourInvitation,
    OwnRecord,
    ResearchersOnly,
    SenderBlocked,
    TooManyInvitations,
    TooManyPending,
)
from storage.researchers import Researcher
from storage.schema import InvitationRow
from storage.works import Work

OPEN_FOR = timedelta(days=14)
REMINDED_BEFORE = timedelta(days=3)  # the end
SNOOZED_FOR = timedelta(days=3)
QUIET_AFTER_DECLINE = timedelta(days=90)
KEPT_FOR = timedelta(days=180)  # once nothing can happen to it any more
LONGEST_MESSAGE = 1000
_DISCORD_EPOCH_MS = 1_420_070_400_000


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
class Limits:
    """How much one person may send.

    Attributes:
        per_day: invitations in 24 hours.
        pending: invitations that are open at once.
        account_days: how old their Discord account has to be.
    """

    per_day: int = 5
    pending: int = 10
    account_days: int = 7


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


def account_since(user_id: int) -> datetime:
    """When a Discord account was made, as its id says: naive UTC."""
    seconds = ((user_id >> 22) + _DISCORD_EPOCH_MS) / 1000
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


# Sending ----------------------------------------------------------------------------------


async def check(
    session: AsyncSession,
    sender_user_id: int,
    researcher_id: int,
    limits: Limits,
    now: datetime | None = None,
) -> int:
    """Whom an invitation to a researcher would reach, if this person may send it now.

    A block is not looked at: whoever is blocked is not to notice.

    Raises:
        UnknownResearcher, NobodyToInvite, NotOpen, ResearchersOnly, OwnRecord: the researcher.
        AccountTooNew, TooManyInvitations, TooManyPending: the sender.
        AlreadyInvited, DeclinedLately: the two of them.
    """
    now = now or utcnow()
    researcher = await researchers.get(session, researcher_id)
    recipient = await claims.holder(session, researcher_id)
    if recipient is None:
        raise NobodyToInvite(name=researcher.name)
    if recipient == sender_user_id:
        raise OwnRecord(name=researcher.name)
    who = (await contacts.get(session, recipient)).who
    if not researcher.open_to_collaborate or who is Who.NOBODY:
        raise NotOpen(name=researcher.name)
    if who is Who.RESEARCHERS and not await claims.held_by(session, sender_user_id):
        raise ResearchersOnly(name=researcher.name)
    age = now - account_since(sender_user_id)
    missing = timedelta(days=limits.account_days) - age
    if missing > timedelta(0):
        raise AccountTooNew(days=limits.account_days, seconds=math.ceil(missing.total_seconds()))
    sender_key = await blocks.key_of(session, sender_user_id)
    await _check_pair(session, sender_key, recipient, researcher.name, now)
    await _check_numbers(session, sender_key, limits, now)
    return recipient


async def send(
    session: AsyncSession,
    sender_user_id: int,
    sender_name: str,
    researcher_id: int,
    message: str,
    *,
    limits: Limits,
    work_id: int | None = None,
    guild_id: int | None = None,
    channel_id: int | None = None,
    now: datetime | None = None,
) -> Invitation:
    """Invite whoever has claimed a researcher.

    Args:
        session: a writing session.
        sender_user_id: who invites.
        sender_name: what they are called in Discord.
        researcher_id: whom.
        message: at most `LONGEST_MESSAGE` characters; what is beyond is cut off.
        limits: how much one person may send.
        work_id: the work that it is about, if any.
        guild_id: the server in which it was sent, where the two may meet.
        channel_id: the channel likewise.
        now: naive UTC; the present if not given.

    Raises:
        NotAllowed: as `check`.
    """
    now = now or utcnow()
    await in_turn(session, sender_user_id)
    recipient = await check(session, sender_user_id, researcher_id, limits, now)
    row = InvitationRow(
        sender_user_id=sender_user_id,
        sender_key=await blocks.key_of(session, sender_user_id),
        sender_name=sender_name[:100],
        researcher_id=researcher_id,
        recipient_user_id=recipient,
        work_id=work_id,
        message=message.strip()[:LONGEST_MESSAGE],
        state=State.PENDING.value,
        guild_id=guild_id,
        channel_id=channel_id,
        created_at=now,
        expires_at=now + OPEN_FOR,
        closed=False,
    )
    session.add(row)
    await session.flush()
    found = await get(session, row.id)
    await wishes.fulfil(session, sender_user_id, found.researcher)
    return found


async def _check_pair(
    session: AsyncSession, sender_key: str, recipient: int, name: str, now: datetime
) -> None:
    theirs = select(InvitationRow).where(
        InvitationRow.sender_key == sender_key, InvitationRow.recipient_user_id == recipient
    )
    if await session.scalar(theirs.where(InvitationRow.state == State.PENDING).limit(1)):
        raise AlreadyInvited(name=name)
    declined = await session.scalar(
        theirs.where(InvitationRow.state == State.DECLINED)
        .order_by(InvitationRow.decided_at.desc())
        .limit(1)
    )
    if declined is not None and declined.decided_at is not None:
        again = declined.decided_at + QUIET_AFTER_DECLINE
        if again > now:
            first = again + timedelta(days=1)
            raise DeclinedLately(name=name, day=f"{first.day} {first:%B %Y}")


async def _check_numbers(
    session: AsyncSession, sender_key: str, limits: Limits, now: datetime
) -> None:
    theirs = (
        select(func.count())
        .select_from(InvitationRow)
        .where(InvitationRow.sender_key == sender_key)
    )
    today = theirs.where(InvitationRow.created_at > now - timedelta(days=1))
    if (await session.scalar(today) or 0) >= limits.per_day:
        raise TooManyInvitations(limit=limits.per_day)
    pending = theirs.where(InvitationRow.state == State.PENDING)
    if (await session.scalar(pending) or 0) >= limits.pending:
        raise TooManyPending(limit=limits.pending)


# Answering --------------------------------------------------------------------------------


async def accept(
    session: AsyncSession, invitation_id: int, user_id: int, now: datetime | None = None
) -> Invitation:
    """The recipient accepts.

    Raises:
        NoSuchInvitation, NotYourInvitation, ClaimGone, SenderBlocked: they cannot answer it.
        InvitationClosed: it is not pending any more.
    """
    await _check_recipient(session, invitation_id, user_id)
    return await _decide(session, invitation_id, State.ACCEPTED, now)


async def decline(
    session: AsyncSession, invitation_id: int, user_id: int, now: datetime | None = None
) -> Invitation:
    """The recipient declines; raises as `accept`."""
    await _check_recipient(session, invitation_id, user_id)
    return await _decide(session, invitation_id, State.DECLINED, now)


async def withdraw(
    session: AsyncSession, invitation_id: int, user_id: int, now: datetime | None = None
) -> Invitation:
    """The sender takes it back.

    Raises:
        NoSuchInvitation: it is not theirs.
        InvitationClosed: it is not pending any more.
    """
    if (await get(session, invitation_id)).sender_user_id != user_id:
        raise NoSuchInvitation()
    return await _decide(session, invitation_id, State.WITHDRAWN, now)


async def later(
    session: AsyncSession, invitation_id: int, user_id: int, now: datetime | None = None
) -> Invitation:
    """The recipient wants to see it again in some days; it stays pending. Raises as `accept`."""
    now = now or utcnow()
    await _check_recipient(session, invitation_id, user_id)
    found = await get(session, invitation_id)
    until = min(now + SNOOZED_FOR, max(now, found.expires_at - timedelta(days=1)))
    changed = await session.scalar(
        update(InvitationRow)
        .where(*_pending(invitation_id, now))
        .values(snoozed_until=until, shown_at=now, closed=False)
        .returning(InvitationRow.id)
    )
    if changed is None:
        raise await _closed(session, invitation_id)
    return await get(session, invitation_id)


async def block_sender(session: AsyncSession, invitation_id: int, user_id: int) -> None:
    """The recipient wants nothing of this sender any more, who is not to notice.

    The invitation stays as it is, and is shown to nobody.

    Raises:
        NoSuchInvitation, NotYourInvitation: it is not theirs to block.
    """
    row = await _row(session, invitation_id)
    if row.recipient_user_id != user_id:
        raise NotYourInvitation()
    await blocks.add(session, user_id, row.sender_key, invitation_id)


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


async def _check_recipient(session: AsyncSession, invitation_id: int, user_id: int) -> None:
    row = await _row(session, invitation_id)
    if row.recipient_user_id != user_id:
        raise NotYourInvitation()
    if row.state != State.PENDING:
        raise await _closed(session, invitation_id)
    if await claims.holder(session, row.researcher_id) != user_id:
        raise ClaimGone(name=(await researchers.get(session, row.researcher_id)).name)
    if await blocks.stands(session, user_id, row.sender_key):
        raise SenderBlocked()


async def _decide(
    session: AsyncSession, invitation_id: int, state: State, now: datetime | None
) -> Invitation:
    """Move a pending invitation to its last state, or learn that another was quicker."""
    now = now or utcnow()
    changed = await session.scalar(
        update(InvitationRow)
        .where(*_pending(invitation_id, now))
        .values(state=state.value, decided_at=now, snoozed_until=None, closed=False)
        .returning(InvitationRow.id)
    )
    if changed is None:
        raise await _closed(session, invitation_id)
    return await get(session, invitation_id)


def _pending(invitation_id: int, now: datetime) -> tuple[Any, ...]:
    return (
        InvitationRow.id == invitation_id,
        InvitationRow.state == State.PENDING,
        InvitationRow.expires_at > now,
    )


async def _closed(session: AsyncSession, invitation_id: int) -> InvitationClosed:
    state = State((await _row(session, invitation_id)).state)
    # What is pending and cannot be answered is past its time, and about to expire.
    return InvitationClosed(how=HOW.get(state, HOW[State.EXPIRED]))


# Reading ----------------------------------------------------------------------------------


async def get(session: AsyncSession, invitation_id: int) -> Invitation:
    """The invitation of this id.

    Raises:
        NoSuchInvitation: there is none (any more).
    """
    return (await read(session, [await _row(session, invitation_id)]))[0]


async def inbox(
    session: AsyncSession, user_id: int, now: datetime | None = None
) -> list[Invitation]:
    """What waits for a person's answer, oldest first; nothing of senders whom they blocked."""
    rows = await session.scalars(
        select(InvitationRow)
        .where(
            InvitationRow.recipient_user_id == user_id,
            InvitationRow.state == State.PENDING,
            InvitationRow.expires_at > (now or utcnow()),
        )
        .order_by(InvitationRow.id)
    )
    return await read(session, await answerable(session, list(rows)))


async def sent(session: AsyncSession, user_id: int) -> list[Invitation]:
    """What a person has sent, the latest first."""
    rows = await session.scalars(
        select(InvitationRow)
        .where(InvitationRow.sender_user_id == user_id)
        .order_by(InvitationRow.id.desc())
    )
    return await read(session, list(rows))


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


async def _row(session: AsyncSession, invitation_id: int) -> InvitationRow:
    row = await session.get(InvitationRow, invitation_id, populate_existing=True)
    if row is None:
        raise NoSuchInvitation()
    return row


# Forgetting -------------------------------------------------------------------------------


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
