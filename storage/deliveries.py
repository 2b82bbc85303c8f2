"""Which invitation is to be shown to whom now, so that each is shown, and once.

A message is recorded as begun before it is sent, and as shown after. One that could not arrive
because direct messages are closed, or of which nothing was heard for a while because the program
ended in between, is shown with the next command that its recipient uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.invitations import Invitation, State, answerable, read
from storage.schema import InvitationRow

REMINDED_BEFORE = timedelta(days=3)  # the end
LOST_AFTER = timedelta(minutes=10)  # without a word of what was begun
SETTLED_AFTER = timedelta(minutes=1)  # in which an acceptance has found its meeting place


class Occasion(StrEnum):
    """Why an invitation is shown to its recipient."""

    NEW = "new"
    AGAIN = "again"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Delivery:
    """An invitation to show to its recipient."""

    invitation: Invitation
    occasion: Occasion


async def take_due(session: AsyncSession, now: datetime, limit: int = 50) -> list[Delivery]:
    """What is to be shown now; recorded as begun with this call.

    An invitation of a blocked sender is recorded as any other, and is not among them.
    """
    soon = now + REMINDED_BEFORE
    due = or_(
        InvitationRow.tried_at.is_(None),
        InvitationRow.snoozed_until <= now,
        and_(
            InvitationRow.snoozed_until.is_(None),
            InvitationRow.reminded_at.is_(None),
            InvitationRow.expires_at <= soon,
        ),
    )
    rows = await _held(session, due & _waiting(now), limit)
    occasions = {row.id: _occasion(row) for row in rows}
    for row in rows:
        row.tried_at = now
        row.shown_at = None
        row.snoozed_until = None
        row.closed = False
        if row.expires_at <= soon:
            row.reminded_at = now
    await session.flush()
    shown = await answerable(session, rows)
    for row in rows:
        if row not in shown:
            row.shown_at = now
    await session.flush()
    return [Delivery(found, occasions[found.id]) for found in await read(session, shown)]


def _occasion(row: InvitationRow) -> Occasion:
    if row.tried_at is None:
        return Occasion.NEW
    return Occasion.REMINDER if row.snoozed_until is None else Occasion.AGAIN


async def mark_shown(session: AsyncSession, invitation_id: int, now: datetime) -> None:
    """It has reached its recipient."""
    await _set(session, invitation_id, shown_at=now, closed=False)


async def mark_closed(session: AsyncSession, invitation_id: int) -> None:
    """Their direct messages are closed: it waits for their next command."""
    await _set(session, invitation_id, closed=True)


async def put_back(
    session: AsyncSession, invitation_id: int, occasion: Occasion, now: datetime
) -> None:
    """It could not be sent right now, and is due again for the same reason: what is sent again is
    the same message, so that one that did arrive is not shown twice.
    """
    due: dict[Occasion, dict[str, object]] = {
        Occasion.NEW: {"tried_at": None},
        Occasion.AGAIN: {"snoozed_until": now},
        Occasion.REMINDER: {"reminded_at": None},
    }
    await _set(session, invitation_id, **due[occasion])


async def unseen(
    session: AsyncSession, user_id: int, now: datetime, limit: int = 2
) -> list[Invitation]:
    """What has not reached a person, oldest first: mark what they are shown."""
    rows = await session.scalars(
        select(InvitationRow)
        .where(
            InvitationRow.recipient_user_id == user_id,
            _waiting(now),
            InvitationRow.shown_at.is_(None),
            or_(InvitationRow.closed, InvitationRow.tried_at < now - LOST_AFTER),
        )
        .order_by(InvitationRow.id)
    )
    return await read(session, (await answerable(session, list(rows)))[:limit])


# Telling the sender -------------------------------------------------------------------------


async def take_accepted(
    session: AsyncSession, now: datetime, invitation_id: int | None = None
) -> list[Invitation]:
    """Accepted invitations whose sender is to be told now; recorded as begun with this call.

    The one given, or those that whoever was to tell of them has left untold.
    """
    which = (
        InvitationRow.decided_at < now - SETTLED_AFTER
        if invitation_id is None
        else InvitationRow.id == invitation_id
    )
    untold = and_(
        InvitationRow.state == State.ACCEPTED,
        InvitationRow.told_at.is_(None),
        InvitationRow.telling_at.is_(None),
        ~InvitationRow.closed,
        InvitationRow.sender_user_id.is_not(None),
    )
    rows = await _held(session, untold & which, 50)
    for row in rows:
        row.telling_at = now
    await session.flush()
    return await read(session, rows)


async def could_not_tell(session: AsyncSession, invitation_id: int) -> None:
    """The sender's direct messages are closed: they are told with their next command."""
    await _set(session, invitation_id, closed=True)


async def tell_again(session: AsyncSession, invitation_id: int) -> None:
    """The sender could not be told right now."""
    await _set(session, invitation_id, telling_at=None)


async def untold(
    session: AsyncSession, user_id: int, now: datetime, limit: int = 1
) -> list[Invitation]:
    """Acceptances that a sender could not be told of, oldest first: mark what they are told."""
    rows = await session.scalars(
        select(InvitationRow)
        .where(
            InvitationRow.sender_user_id == user_id,
            InvitationRow.state == State.ACCEPTED,
            InvitationRow.told_at.is_(None),
            or_(InvitationRow.closed, InvitationRow.telling_at < now - LOST_AFTER),
        )
        .order_by(InvitationRow.id)
        .limit(limit)
    )
    return await read(session, list(rows))


async def mark_told(session: AsyncSession, invitation_id: int, now: datetime) -> None:
    """Its sender knows that it was accepted."""
    await _set(session, invitation_id, told_at=now, closed=False)


def _waiting(now: datetime) -> ColumnElement[bool]:
    """That an invitation can be answered."""
    return (InvitationRow.state == State.PENDING) & (InvitationRow.expires_at > now)


async def _held(
    session: AsyncSession, where: ColumnElement[bool], limit: int
) -> Sequence[InvitationRow]:
    """The oldest of these, which nobody else takes before this transaction ends."""
    rows = select(InvitationRow).where(where).order_by(InvitationRow.id).limit(limit)
    return (await session.scalars(rows.with_for_update(skip_locked=True))).all()


async def _set(session: AsyncSession, invitation_id: int, **values: object) -> None:
    await session.execute(
        update(InvitationRow).where(InvitationRow.id == invitation_id).values(**values)
    )
