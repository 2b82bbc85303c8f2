"""Who can answer an invitation, and until when."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from storage import deliveries, invitations_received
from storage.database import Database
from storage.errors import ClaimGone, InvitationClosed
from storage.schema import ClaimRow
from tests.storage.invited import ADA, BOB, DAY, NOW, a_record, invite


async def test_whoever_lost_the_claim_cannot_answer(database: Database) -> None:
    record = await a_record(database)
    sent = await invite(database, ADA, record)
    async with database.write() as session:
        row = await session.get_one(ClaimRow, 1)
        row.state = "revoked"
        await session.flush()
        with pytest.raises(ClaimGone):
            await invitations_received.accept(session, sent.id, BOB, NOW)
        assert await invitations_received.inbox(session, BOB, NOW) == []
        assert await deliveries.take_due(session, NOW) == []


async def test_past_its_time_it_cannot_be_answered_before_it_is_marked(database: Database) -> None:
    record = await a_record(database)
    sent = await invite(database, ADA, record)
    async with database.write() as session:
        with pytest.raises(InvitationClosed, match="has expired"):
            await invitations_received.accept(session, sent.id, BOB, NOW + 14 * DAY)


async def test_an_inbox_is_read_in_few_statements(database: Database) -> None:
    record = await a_record(database)
    senders = [n << 30 for n in range(10, 40)]
    sent = [await invite(database, sender, record) for sender in senders]
    async with database.write() as session:
        await invitations_received.block_sender(session, sent[3].id, BOB)
    async with database.read() as session:
        asked: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: asked.append(text))
        shown = await invitations_received.inbox(session, BOB, NOW)
    assert [found.sender_user_id for found in shown] == senders[:3] + senders[4:]
    assert len(asked) < 9
