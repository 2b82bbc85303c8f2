"""Blocks: nothing tells who is blocked, and none is lost by erasing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from storage import blocks, deliveries, invitations_received, invitations_sent, privacy
from storage.database import Database
from storage.errors import NotYourInvitation, SenderBlocked
from storage.invitations import Invitation
from tests.storage.claimed import claim
from tests.storage.invited import ADA, BOB, DAY, EVE, NOW, a_record, invite


def _seen(invitation: Invitation) -> dict[str, Any]:
    return {"state": invitation.state, "expires": invitation.expires_at}


async def test_a_blocked_sender_notices_nothing(database: Database) -> None:
    """What Ada, blocked, can see of her invitation is what Eve, not blocked, sees of hers."""
    record = await a_record(database)
    first = await invite(database, ADA, record)
    async with database.write() as session:
        with pytest.raises(NotYourInvitation):
            await invitations_received.block_sender(session, first.id, ADA)
        await invitations_received.block_sender(session, first.id, BOB)
        assert await invitations_received.inbox(session, BOB, NOW) == []
        with pytest.raises(SenderBlocked):
            await invitations_received.accept(session, first.id, BOB, NOW)
        await invitations_sent.withdraw(session, first.id, ADA, NOW)
    await invite(database, ADA, record)
    await invite(database, EVE, record)
    async with database.write() as session:
        due = await deliveries.take_due(session, NOW)
        assert [d.invitation.sender_user_id for d in due] == [EVE]
        await deliveries.mark_shown(session, due[0].invitation.id, NOW + timedelta(seconds=2))
        ada, eve = [await invitations_sent.sent(session, who) for who in (ADA, EVE)]
        assert _seen(ada[0]) == _seen(eve[0])
        exports = [await privacy.export(session, who) for who in (ADA, EVE)]
        rows = [export["invitations"][-1] for export in exports]
        assert rows[0].keys() == rows[1].keys()
        own = {"id", "sender_user_id", "sender_key"}
        assert {k: v for k, v in rows[0].items() if k not in own} == {
            k: v for k, v in rows[1].items() if k not in own
        }
        assert str(BOB) not in json.dumps(exports)
        assert "blocks" not in exports[0]


async def test_blocks_outlast_erasing_on_either_side(database: Database) -> None:
    record = await a_record(database)
    sent = await invite(database, ADA, record)
    async with database.write() as session:
        await invitations_received.block_sender(session, sent.id, BOB)
        assert [b.sender_user_id for b in await blocks.of(session, BOB)] == [ADA]
        await privacy.erase(session, ADA)
        assert await privacy.export(session, ADA) == {}
        assert [(b.sender_user_id, b.sender_name) for b in await blocks.of(session, BOB)] == [
            (None, "")
        ]
        await privacy.erase(session, BOB)
        assert await privacy.export(session, BOB) == {}
        await claim(session, record, BOB)
    await invite(database, ADA, record, NOW + DAY)
    async with database.write() as session:
        assert await deliveries.take_due(session, NOW + DAY) == []
        assert await invitations_received.inbox(session, BOB, NOW + DAY) == []


async def test_unblocking_shows_what_is_still_open(database: Database) -> None:
    record = await a_record(database)
    sent = await invite(database, ADA, record)
    async with database.write() as session:
        await invitations_received.block_sender(session, sent.id, BOB)
        [block] = await blocks.of(session, BOB)
        await blocks.remove(session, EVE, block.pair)
        assert await invitations_received.inbox(session, BOB, NOW) == []
        await blocks.remove(session, BOB, block.pair)
        assert [i.id for i in await invitations_received.inbox(session, BOB, NOW)] == [sent.id]
