"""What a person does with invitations that they were sent: accept, decline, put off, block."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import blocks, claims, researchers
from storage.answers import utcnow
from storage.errors import ClaimGone, NotYourInvitation, SenderBlocked
from storage.invitations import (
    Invitation,
    State,
    answerable,
    change,
    closed,
    end,
    get,
    read,
    row_of,
)
from storage.schema import InvitationRow

SNOOZED_FOR = timedelta(days=3)


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


async def accept(
    session: AsyncSession, invitation_id: int, user_id: int, now: datetime | None = None
) -> Invitation:
    """The recipient accepts.

    Raises:
        NoSuchInvitation, NotYourInvitation, ClaimGone, SenderBlocked: they cannot answer it.
        InvitationClosed: it is not pending any more.
    """
    await _check_recipient(session, invitation_id, user_id)
    return await end(session, invitation_id, State.ACCEPTED, now)


async def decline(
    session: AsyncSession, invitation_id: int, user_id: int, now: datetime | None = None
) -> Invitation:
    """The recipient declines; raises as `accept`."""
    await _check_recipient(session, invitation_id, user_id)
    return await end(session, invitation_id, State.DECLINED, now)


async def later(
    session: AsyncSession, invitation_id: int, user_id: int, now: datetime | None = None
) -> Invitation:
    """The recipient wants to see it again in some days; it stays pending. Raises as `accept`."""
    now = now or utcnow()
    await _check_recipient(session, invitation_id, user_id)
    found = await get(session, invitation_id)
    until = now + min(SNOOZED_FOR, (found.expires_at - now) / 2)  # on its last day, later that day
    shown = {"snoozed_until": until, "shown_at": now, "closed": False}
    return await change(session, invitation_id, now, **shown)


async def block_sender(session: AsyncSession, invitation_id: int, user_id: int) -> None:
    """The recipient wants nothing of this sender any more, who is not to notice.

    The invitation stays as it is, and is shown to nobody.

    Raises:
        NoSuchInvitation, NotYourInvitation: it is not theirs to block.
    """
    row = await _received(session, invitation_id, user_id)
    await blocks.add(session, user_id, row.sender_key, invitation_id)


async def _received(session: AsyncSession, invitation_id: int, user_id: int) -> InvitationRow:
    row = await row_of(session, invitation_id)
    if row.recipient_user_id != user_id:
        raise NotYourInvitation()
    return row


async def _check_recipient(session: AsyncSession, invitation_id: int, user_id: int) -> None:
    row = await _received(session, invitation_id, user_id)
    if row.state != State.PENDING:
        raise closed(row)
    if await claims.holder(session, row.researcher_id) != user_id:
        raise ClaimGone(name=(await researchers.get(session, row.researcher_id)).name)
    if await blocks.stands(session, user_id, row.sender_key):
        raise SenderBlocked()
