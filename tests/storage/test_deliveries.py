"""What is shown to whom: once, also where it could not arrive at first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from storage import deliveries, invitations, invitations_received
from storage.database import Database
from storage.deliveries import Occasion
from storage.errors import InvitationClosed
from tests.storage.invited import ADA, BOB, DAY, NOW, a_record, invite


async def test_shown_once_again_when_wanted_and_reminded_once(database: Database) -> None:
    record = await a_record(database)
    sent = await invite(database, ADA, record)

    async def due(now: datetime) -> list[Occasion]:
        async with database.write() as session:
            taken = await deliveries.take_due(session, now)
            for delivery in taken:
                await deliveries.mark_shown(session, delivery.invitation.id, now)
            return [delivery.occasion for delivery in taken]

    assert await due(NOW) == [Occasion.NEW]
    assert await due(NOW + DAY) == []
    async with database.write() as session:
        snoozed = await invitations_received.later(session, sent.id, BOB, NOW + DAY)
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
            await invitations_received.accept(session, sent.id, BOB, NOW + 15 * DAY)


async def test_what_is_put_off_on_its_last_day_does_not_come_at_once(database: Database) -> None:
    sent = await invite(database, ADA, await a_record(database))
    evening = sent.expires_at - DAY / 2
    async with database.write() as session:
        await deliveries.take_due(session, evening)
        snoozed = await invitations_received.later(session, sent.id, BOB, evening)
        assert snoozed.snoozed_until == evening + DAY / 4
        assert await deliveries.take_due(session, evening) == []


async def test_what_could_not_be_sent_is_due_again_for_the_same_reason(
    database: Database,
) -> None:
    record = await a_record(database)
    sent = await invite(database, ADA, record)

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
        await invitations_received.later(session, sent.id, BOB, NOW)
    assert await tried_twice(NOW + 3 * DAY) == [Occasion.AGAIN] * 2
    assert await tried_twice(NOW + 11 * DAY) == [Occasion.REMINDER] * 2


async def test_closed_messages_wait_for_the_next_command(database: Database) -> None:
    record = await a_record(database)
    sent = await invite(database, ADA, record)
    async with database.write() as session:
        await deliveries.take_due(session, NOW)
        assert await deliveries.unseen(session, BOB, NOW) == []  # it is on its way
        await deliveries.mark_closed(session, sent.id)
        assert await deliveries.unseen(session, ADA, NOW) == []
        assert [i.id for i in await deliveries.unseen(session, BOB, NOW)] == [sent.id]
        await deliveries.mark_shown(session, sent.id, NOW)
        assert await deliveries.unseen(session, BOB, NOW) == []
        await invitations_received.accept(session, sent.id, BOB, NOW)
        assert [i.id for i in await deliveries.take_accepted(session, NOW, sent.id)] == [sent.id]
        assert await deliveries.take_accepted(session, NOW, sent.id) == []
        await deliveries.could_not_tell(session, sent.id)
        assert await deliveries.take_accepted(session, NOW + DAY) == []
        assert [i.id for i in await deliveries.untold(session, ADA, NOW)] == [sent.id]
        await deliveries.mark_told(session, sent.id, NOW)
        assert await deliveries.untold(session, ADA, NOW + DAY) == []


async def test_what_was_begun_and_never_heard_of_is_not_lost(database: Database) -> None:
    record = await a_record(database)
    sent = await invite(database, ADA, record)
    async with database.write() as session:
        await deliveries.take_due(session, NOW)
        later = NOW + timedelta(minutes=11)
        assert [i.id for i in await deliveries.unseen(session, BOB, later)] == [sent.id]
        await invitations_received.accept(session, sent.id, BOB, later)
        assert await deliveries.take_accepted(session, later, sent.id) != []
        assert await deliveries.untold(session, ADA, later) == []  # it is on its way
        much_later = later + timedelta(minutes=11)
        assert [i.id for i in await deliveries.untold(session, ADA, much_later)] == [sent.id]


async def test_what_could_not_arrive_is_shown_a_few_at_a_time_and_none_is_lost(
    database: Database,
) -> None:
    record = await a_record(database)
    sent = [(await invite(database, n << 30, record)).id for n in range(10, 15)]
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
