"""Invitations: who may send one to whom, what they go through, and what outlasts erasing."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from storage import blocks, contacts, deliveries, invitations, privacy, researchers
from storage.answers import utcnow
from storage.contacts import Contact, Who
from storage.database import Database
from storage.deliveries import Occasion
from storage.errors import (
    AccountTooNew,
    AlreadyInvited,
    BadContact,
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
from storage.invitations import Invitation, Limits, State
from storage.schema import ClaimRow
from tests.storage.claimed import claim, claimed_record

ADA, BOB, EVE = 1 << 30, 2 << 30, 3 << 30  # accounts of 2015
NOW = datetime.fromisoformat("2026-03-01 12:00")
DAY = timedelta(days=1)
WIDE = Limits(per_day=100, pending=100)


async def _send(
    database: Database, sender: int, record: int, now: datetime = NOW, limits: Limits = WIDE
) -> Invitation:
    async with database.write() as session:
        return await invitations.send(
            session, sender, "Ada", record, "Shall we?", limits=limits, guild_id=9, now=now
        )


async def _record(database: Database, name: str = "Bob Bee", holder: int = BOB) -> int:
    async with database.write() as session:
        return await claimed_record(session, name, holder)


async def test_it_is_sent_answered_and_remembered(database: Database) -> None:
    record = await _record(database)
    sent = await _send(database, ADA, record)
    assert sent.state is State.PENDING
    assert sent.expires_at == NOW + 14 * DAY
    async with database.write() as session:
        assert [i.id for i in await invitations.inbox(session, BOB, NOW)] == [sent.id]
        with pytest.raises(NotYourInvitation):
            await invitations.accept(session, sent.id, EVE, NOW)
        accepted = await invitations.accept(session, sent.id, BOB, NOW)
        assert accepted.state is State.ACCEPTED
        assert await invitations.inbox(session, BOB, NOW) == []
        with pytest.raises(InvitationClosed) as caught:
            await invitations.withdraw(session, sent.id, ADA, NOW)
        assert "has been accepted already" in caught.value.sentence
        assert [i.state for i in await invitations.sent(session, ADA)] == [State.ACCEPTED]
        with pytest.raises(NoSuchInvitation):
            await invitations.withdraw(session, 77, ADA, NOW)


async def test_who_can_be_invited(database: Database) -> None:
    async with database.write() as session:
        free = await researchers.ensure(session, "Free", "arXiv")
    with pytest.raises(NobodyToInvite):
        await _send(database, ADA, free)
    record = await _record(database)
    with pytest.raises(OwnRecord):
        await _send(database, BOB, record)
    async with database.write() as session:
        await contacts.save(session, BOB, Contact(Who.RESEARCHERS))
    with pytest.raises(ResearchersOnly):
        await _send(database, ADA, record)
    await _record(database, "Ada Lovelace", ADA)
    await _send(database, ADA, record)
    async with database.write() as session:
        await contacts.save(session, BOB, Contact(Who.NOBODY))
    with pytest.raises(NotOpen):
        await _send(database, EVE, record)


async def test_limits_of_a_sender(database: Database) -> None:
    bob = await _record(database)
    cid = await _record(database, "Cid Sea", 4 << 30)
    dee = await _record(database, "Dee Dee", 5 << 30)
    new = int((NOW - datetime.fromisoformat("2015-01-01")).total_seconds() * 1000) << 22
    with pytest.raises(AccountTooNew) as young:
        await _send(database, new, bob)
    assert "come back in 7 days" in young.value.sentence
    await _send(database, ADA, bob)
    with pytest.raises(AlreadyInvited):
        await _send(database, ADA, bob)
    await _send(database, ADA, cid)
    with pytest.raises(TooManyInvitations):
        await _send(database, ADA, dee, limits=Limits(per_day=2))
    with pytest.raises(TooManyPending):
        await _send(database, ADA, dee, NOW + 2 * DAY, limits=Limits(pending=2))
    assert (await _send(database, ADA, dee, NOW + 2 * DAY, limits=Limits(2, 3))).id


async def test_two_at_once_count_both(database: Database) -> None:
    records = [await _record(database, f"B {n}", BOB + n) for n in range(4)]
    tries = (_send(database, ADA, record, limits=Limits(per_day=2)) for record in records)
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(outcome, Invitation) for outcome in outcomes) == 2
    same = (_send(database, EVE, records[0]) for _ in range(4))
    outcomes = await asyncio.gather(*same, return_exceptions=True)
    assert sum(isinstance(outcome, Invitation) for outcome in outcomes) == 1
    assert all(isinstance(o, Invitation | AlreadyInvited) for o in outcomes)


@pytest.mark.parametrize("erased", [False, True])
async def test_a_decline_gives_ninety_days_of_quiet(database: Database, erased: bool) -> None:
    record = await _record(database)
    sent = await _send(database, ADA, record)
    async with database.write() as session:
        await invitations.decline(session, sent.id, BOB, NOW)
        if erased:
            await privacy.erase(session, ADA)
    with pytest.raises(DeclinedLately) as caught:
        await _send(database, ADA, record, NOW + 89 * DAY)
    assert "from 31 May 2026 on" in caught.value.sentence
    assert (await _send(database, ADA, record, NOW + 91 * DAY)).id


def _seen(invitation: Invitation) -> dict[str, Any]:
    return {"state": invitation.state, "expires": invitation.expires_at}


async def test_a_blocked_sender_notices_nothing(database: Database) -> None:
    """What Ada, blocked, can see of her invitation is what Eve, not blocked, sees of hers."""
    record = await _record(database)
    first = await _send(database, ADA, record)
    async with database.write() as session:
        with pytest.raises(NotYourInvitation):
            await invitations.block_sender(session, first.id, ADA)
        await invitations.block_sender(session, first.id, BOB)
        assert await invitations.inbox(session, BOB, NOW) == []
        with pytest.raises(SenderBlocked):
            await invitations.accept(session, first.id, BOB, NOW)
        await invitations.withdraw(session, first.id, ADA, NOW)
    await _send(database, ADA, record)
    await _send(database, EVE, record)
    async with database.write() as session:
        due = await deliveries.take_due(session, NOW)
        assert [d.invitation.sender_user_id for d in due] == [EVE]
        await deliveries.mark_shown(session, due[0].invitation.id, NOW + timedelta(seconds=2))
        ada, eve = [await invitations.sent(session, who) for who in (ADA, EVE)]
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
    record = await _record(database)
    sent = await _send(database, ADA, record)
    async with database.write() as session:
        await invitations.block_sender(session, sent.id, BOB)
        assert [b.sender_user_id for b in await blocks.of(session, BOB)] == [ADA]
        await privacy.erase(session, ADA)
        assert await privacy.export(session, ADA) == {}
        assert [(b.sender_user_id, b.sender_name) for b in await blocks.of(session, BOB)] == [
            (None, "")
        ]
        await privacy.erase(session, BOB)
        assert await privacy.export(session, BOB) == {}
        await claim(session, record, BOB)
    await _send(database, ADA, record, NOW + DAY)
    async with database.write() as session:
        assert await deliveries.take_due(session, NOW + DAY) == []
        assert await invitations.inbox(session, BOB, NOW + DAY) == []


async def test_unblocking_shows_what_is_still_open(database: Database) -> None:
    record = await _record(database)
    sent = await _send(database, ADA, record)
    async with database.write() as session:
        await invitations.block_sender(session, sent.id, BOB)
        [block] = await blocks.of(session, BOB)
        await blocks.remove(session, EVE, block.pair)
        assert await invitations.inbox(session, BOB, NOW) == []
        await blocks.remove(session, BOB, block.pair)
        assert [i.id for i in await invitations.inbox(session, BOB, NOW)] == [sent.id]


async def test_whoever_lost_the_claim_cannot_answer(database: Database) -> None:
    record = await _record(database)
    sent = await _send(database, ADA, record)
    async with database.write() as session:
        row = await session.get_one(ClaimRow, 1)
        row.state = "revoked"
        await session.flush()
        with pytest.raises(ClaimGone):
            await invitations.accept(session, sent.id, BOB, NOW)
        assert await invitations.inbox(session, BOB, NOW) == []
        assert await deliveries.take_due(session, NOW) == []


async def test_shown_once_again_when_wanted_and_reminded_once(database: Database) -> None:
    record = await _record(database)
    sent = await _send(database, ADA, record)

    async def due(now: datetime) -> list[Occasion]:
        async with database.write() as session:
            taken = await deliveries.take_due(session, now)
            for delivery in taken:
                await deliveries.mark_shown(session, delivery.invitation.id, now)
            return [delivery.occasion for delivery in taken]

    assert await due(NOW) == [Occasion.NEW]
    assert await due(NOW + DAY) == []
    async with database.write() as session:
        snoozed = await invitations.later(session, sent.id, BOB, NOW + DAY)
        assert snoozed.snoozed_until == NOW + 4 * DAY
    assert await due(NOW + 3 * DAY) == []
    assert await due(NOW + 4 * DAY) == [Occasion.AGAIN]
    assert await due(NOW + 10 * DAY) == []
    assert await due(NOW + 11 * DAY) == [Occasion.REMINDER]
    assert await due(NOW + 12 * DAY) == []
    async with database.write() as session:
        assert await invitations.expire(session, NOW + 13 * DAY) == 0
        assert await invitations.expire(session, NOW + 14 * DAY) == 1
        with pytest.raises(InvitationClosed, match="has expired"):
            await invitations.accept(session, sent.id, BOB, NOW + 15 * DAY)


async def test_past_its_time_it_cannot_be_answered_before_it_is_marked(database: Database) -> None:
    record = await _record(database)
    sent = await _send(database, ADA, record)
    async with database.write() as session:
        with pytest.raises(InvitationClosed, match="has expired"):
            await invitations.accept(session, sent.id, BOB, NOW + 14 * DAY)


async def test_what_could_not_be_sent_is_due_again_for_the_same_reason(
    database: Database,
) -> None:
    record = await _record(database)
    sent = await _send(database, ADA, record)

    async def tried_twice(now: datetime) -> list[Occasion]:
        found = []
        for put_back in (True, False):
            async with database.write() as session:
                [delivery] = await deliveries.take_due(session, now)
                found.append(delivery.occasion)
                if put_back:
                    await deliveries.put_back(session, sent.id, delivery.occasion, now)
        async with database.write() as session:
            assert await deliveries.take_due(session, now) == []
        return found

    assert await tried_twice(NOW) == [Occasion.NEW] * 2
    async with database.write() as session:
        await invitations.later(session, sent.id, BOB, NOW)
    assert await tried_twice(NOW + 3 * DAY) == [Occasion.AGAIN] * 2
    assert await tried_twice(NOW + 11 * DAY) == [Occasion.REMINDER] * 2


async def test_closed_messages_wait_for_the_next_command(database: Database) -> None:
    record = await _record(database)
    sent = await _send(database, ADA, record)
    async with database.write() as session:
        await deliveries.take_due(session, NOW)
        assert await deliveries.unseen(session, BOB, NOW) == []  # it is on its way
        await deliveries.mark_closed(session, sent.id)
        assert await deliveries.unseen(session, ADA, NOW) == []
        assert [i.id for i in await deliveries.unseen(session, BOB, NOW)] == [sent.id]
        await deliveries.mark_shown(session, sent.id, NOW)
        assert await deliveries.unseen(session, BOB, NOW) == []
        await invitations.accept(session, sent.id, BOB, NOW)
        assert [i.id for i in await deliveries.take_accepted(session, NOW, sent.id)] == [sent.id]
        assert await deliveries.take_accepted(session, NOW, sent.id) == []
        await deliveries.could_not_tell(session, sent.id)
        assert await deliveries.take_accepted(session, NOW + DAY) == []
        assert [i.id for i in await deliveries.untold(session, ADA)] == [sent.id]
        await deliveries.mark_told(session, sent.id, NOW)
        assert await deliveries.untold(session, ADA) == []


async def test_what_was_begun_and_never_heard_of_is_not_lost(database: Database) -> None:
    record = await _record(database)
    sent = await _send(database, ADA, record)
    async with database.write() as session:
        await deliveries.take_due(session, NOW)
        later = NOW + timedelta(minutes=11)
        assert [i.id for i in await deliveries.unseen(session, BOB, later)] == [sent.id]


async def test_erasing_ends_what_is_open_and_leaves_the_others_row(database: Database) -> None:
    record = await _record(database)
    sent = await _send(database, ADA, record, utcnow())
    async with database.write() as session:
        await privacy.erase(session, ADA)
        assert await invitations.inbox(session, BOB) == []
        left = await invitations.get(session, sent.id)
        assert (left.state, left.sender_user_id, left.sender_name, left.message) == (
            State.WITHDRAWN,
            None,
            "",
            "",
        )
    again = await _send(database, EVE, record, utcnow())
    async with database.write() as session:
        await privacy.erase(session, BOB)
        assert [(i.state, i.message) for i in await invitations.sent(session, EVE)] == [
            (State.EXPIRED, "Shall we?")
        ]
        assert again.id != sent.id
        await invitations.forget_older(session, utcnow() + 91 * DAY)
        assert await invitations.sent(session, EVE) == []


@pytest.mark.parametrize(
    "contact",
    [
        Contact(email="no address"),
        Contact(email="a@b"),
        Contact(links=("javascript:alert(1)",)),
        Contact(links=("https://example.org/a)b",)),
        Contact(links=("https://example.org/ada",) * 6),
    ],
)
async def test_contacts_are_checked(database: Database, contact: Contact) -> None:
    async with database.write() as session:
        with pytest.raises(BadContact):
            await contacts.save(session, ADA, contact)
        assert await contacts.get(session, ADA) == Contact()


async def test_contacts_come_back_as_they_were_kept(database: Database) -> None:
    kept = Contact(Who.RESEARCHERS, False, "ada@example.org", ("https://example.org/ada",))
    async with database.write() as session:
        await contacts.save(session, ADA, kept)
        assert await contacts.get(session, ADA) == kept


@pytest.mark.parametrize("rival", ["withdraw", "decline", "accept", "expire"])
async def test_of_two_that_race_one_wins(database: Database, rival: str) -> None:
    record = await _record(database)
    sent = await _send(database, ADA, record)

    async def act(what: str) -> str:
        async with database.write() as session:
            if what == "expire":
                ended = await invitations.expire(session, NOW + 14 * DAY)
                return "expired" if ended else "nothing"
            try:
                who = ADA if what == "withdraw" else BOB
                await getattr(invitations, what)(session, sent.id, who, NOW + 13 * DAY)
            except InvitationClosed:
                return "nothing"
        return {"withdraw": "withdrawn", "decline": "declined", "accept": "accepted"}[what]

    outcomes = await asyncio.gather(act("accept"), act(rival))
    [won] = [outcome for outcome in outcomes if outcome != "nothing"]
    async with database.read() as session:
        assert (await invitations.get(session, sent.id)).state == won


async def test_an_inbox_is_read_in_few_statements(database: Database) -> None:
    record = await _record(database)
    senders = [n << 30 for n in range(10, 40)]
    sent = [await _send(database, sender, record) for sender in senders]
    async with database.write() as session:
        await invitations.block_sender(session, sent[3].id, BOB)
    async with database.read() as session:
        asked: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: asked.append(text))
        shown = await invitations.inbox(session, BOB, NOW)
    assert [found.sender_user_id for found in shown] == senders[:3] + senders[4:]
    assert len(asked) < 9


async def test_what_could_not_arrive_is_shown_a_few_at_a_time_and_none_is_lost(
    database: Database,
) -> None:
    record = await _record(database)
    sent = [(await _send(database, n << 30, record)).id for n in range(10, 15)]
    for number in sent:
        async with database.write() as session:
            await deliveries.mark_closed(session, number)
    shown = []
    while True:
        async with database.write() as session:
            found = await deliveries.unseen(session, BOB, NOW)
            for one in found:
                await deliveries.mark_shown(session, one.id, NOW)
        assert len(found) <= 2
        if not found:
            break
        shown += [one.id for one in found]
    assert shown == sent
