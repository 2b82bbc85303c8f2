"""What a person does with invitations that they send: to whom they may, how many, taking back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import blocks, claims, contacts, researchers, wishes
from storage.answers import utcnow
from storage.contacts import Who
from storage.database import in_turn
from storage.errors import (
    AccountTooNew,
    AlreadyInvited,
    DeclinedLately,
    EmptyMessage,
    NobodyToInvite,
    NoSuchInvitation,
    NotOpen,
    OwnRecord,
    ResearchersOnly,
    TooManyInvitations,
    TooManyPending,
)
from storage.invitations import (
    QUIET_AFTER_DECLINE,
    Invitation,
    State,
    end,
    get,
    read,
)
from storage.phrases import day
from storage.schema import InvitationRow

OPEN_FOR = timedelta(days=14)
LONGEST_MESSAGE = 1000
_DISCORD_EPOCH_MS = 1_420_070_400_000


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


def account_since(user_id: int) -> datetime:
    """When a Discord account was made, as its id says: naive UTC."""
    seconds = ((user_id >> 22) + _DISCORD_EPOCH_MS) / 1000
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


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
        raise NobodyToInvite(name=researcher.distinct_name)
    if recipient == sender_user_id:
        raise OwnRecord(name=researcher.distinct_name)
    who = (await contacts.get(session, recipient)).who
    if not researcher.open_to_collaborate or who is Who.NOBODY:
        raise NotOpen(name=researcher.distinct_name)
    if who is Who.RESEARCHERS and not await claims.held_by(session, sender_user_id):
        raise ResearchersOnly(name=researcher.distinct_name)
    age = now - account_since(sender_user_id)
    missing = timedelta(days=limits.account_days) - age
    if missing > timedelta(0):
        raise AccountTooNew(days=limits.account_days, seconds=math.ceil(missing.total_seconds()))
    sender_key = await blocks.key_of(session, sender_user_id)
    await _check_pair(session, sender_key, recipient, researcher.distinct_name, now)
    await _check_numbers(session, sender_key, limits, now)
    return recipient


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
            raise DeclinedLately(name=name, day=day(first))


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
        EmptyMessage: there is nothing to be seen in the message.
        NotAllowed: as `check`.
    """
    now = now or utcnow()
    message = message.strip()[:LONGEST_MESSAGE]
    if not any(letter.isprintable() and not letter.isspace() for letter in message):
        raise EmptyMessage()
    await in_turn(session, sender_user_id)
    recipient = await check(session, sender_user_id, researcher_id, limits, now)
    row = InvitationRow(
        sender_user_id=sender_user_id,
        sender_key=await blocks.key_of(session, sender_user_id),
        sender_name=sender_name[:100],
        researcher_id=researcher_id,
        recipient_user_id=recipient,
        work_id=work_id,
        message=message,
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
    return await end(session, invitation_id, State.WITHDRAWN, now)


async def sent(session: AsyncSession, user_id: int) -> list[Invitation]:
    """What a person has sent, the latest first."""
    rows = await session.scalars(
        select(InvitationRow)
        .where(InvitationRow.sender_user_id == user_id)
        .order_by(InvitationRow.id.desc())
    )
    return await read(session, list(rows))
