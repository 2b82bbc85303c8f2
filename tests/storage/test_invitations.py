"""Invitations: what they go through, alone and two at once, and what erasing leaves."""

from __future__ import annotations

import asyncio

import pytest

from storage import invitations, invitations_received, invitations_sent, privacy
from storage.answers import utcnow
from storage.database import Database
from storage.errors import InvitationClosed, NoSuchInvitation, NotYourInvitation
from storage.invitations import State
from tests.storage.invited import ADA, BOB, DAY, EVE, NOW, a_record, invite


async def test_it_is_sent_answered_and_remembered(database: Database) -> None:
    record = await a_record(database)
    sent = await invite(database, ADA, record)
    assert sent.state is State.PENDING
    assert sent.expires_at == NOW + 14 * DAY
    async with database.write() as session:
        assert [i.id for i in await invitations_received.inbox(session, BOB, NOW)] == [sent.id]
        with pytest.raises(NotYourInvitation):
            await invitations_received.accept(session, sent.id, EVE, NOW)
        accepted = await invitations_received.accept(session, sent.id, BOB, NOW)
        assert accepted.state is State.ACCEPTED
        assert await invitations_received.inbox(session, BOB, NOW) == []
        with pytest.raises(InvitationClosed) as caught:
            await invitations_sent.withdraw(session, sent.id, ADA, NOW)
        assert "has been accepted already" in caught.value.sentence
        assert [i.state for i in await invitations_sent.sent(session, ADA)] == [State.ACCEPTED]
        with pytest.raises(NoSuchInvitation):
            await invitations_sent.withdraw(session, 77, ADA, NOW)


async def test_erasing_ends_what_is_open_and_leaves_the_others_row(database: Database) -> None:
    record = await a_record(database)
    sent = await invite(database, ADA, record, utcnow())
    async with database.write() as session:
        await privacy.erase(session, ADA)
        assert await invitations_received.inbox(session, BOB) == []
        left = await invitations.get(session, sent.id)
        assert (left.state, left.sender_user_id, left.sender_name, left.message) == (
            State.WITHDRAWN,
            None,
            "",
            "",
        )
    again = await invite(database, EVE, record, utcnow())
    async with database.write() as session:
        await privacy.erase(session, BOB)
        assert [(i.state, i.message) for i in await invitations_sent.sent(session, EVE)] == [
            (State.EXPIRED, "Shall we?")
        ]
        assert again.id != sent.id
        await invitations.forget_older(session, utcnow() + 91 * DAY)
        assert await invitations_sent.sent(session, EVE) == []


JOBS = {
    "accept": (invitations_received.accept, BOB),
    "decline": (invitations_received.decline, BOB),
    "withdraw": (invitations_sent.withdraw, ADA),
}


@pytest.mark.parametrize("rival", ["withdraw", "decline", "accept", "expire"])
async def test_of_two_that_race_one_wins(database: Database, rival: str) -> None:
    record = await a_record(database)
    sent = await invite(database, ADA, record)

    async def act(what: str) -> str:
        async with database.write() as session:
            if what == "expire":
                ended = await invitations.expire(session, NOW + 14 * DAY)
                return "expired" if ended else "nothing"
            try:
                job, who = JOBS[what]
                await job(session, sent.id, who, NOW + 13 * DAY)
            except InvitationClosed:
                return "nothing"
        return {"withdraw": "withdrawn", "decline": "declined", "accept": "accepted"}[what]

    outcomes = await asyncio.gather(act("accept"), act(rival))
    [won] = [outcome for outcome in outcomes if outcome != "nothing"]
    async with database.read() as session:
        assert (await invitations.get(session, sent.id)).state == won
