import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from storage import announcements, announcing, couriers, destinations, finding, follows
from storage.announcements import State
from storage.answers import utcnow
from storage.database import Database
from storage.follows import Every
from storage.schema import DestinationRow
from tests.storage.announced import HOLD, followed, publish


async def test_what_is_withdrawn_while_it_is_being_sent_stays_withdrawn(
    database: Database,
) -> None:
    await followed(database, 1)
    async with database.write() as session:
        [parcel] = await couriers.take(session, "c", utcnow(), HOLD)
        [mine] = await follows.of_user(session, 1)
        await announcing.unfollow(session, mine)
        ids = [a.id for a in parcel.announcements]
        where = parcel.destination.id
        await couriers.again(session, where, ids, "it was busy", utcnow(), certain=True)
        await couriers.fail(session, ids, "too long")
    async with database.write() as session:
        [only] = await announcements.for_work(session, 1, [where])
        assert (only.state, only.why) == (State.FILTERED, "no longer followed")
        later = utcnow() + timedelta(minutes=1)
        assert await couriers.take(session, "c", later, HOLD) == []


async def test_two_couriers_never_hold_one_destination(database: Database) -> None:
    await followed(database, *range(1, 41))

    async def drain(name: str) -> list[int]:
        held: list[int] = []
        while True:
            async with database.write() as session:
                parcels = await couriers.take(session, name, utcnow(), HOLD, limit=3)
            if not parcels:
                return held
            held += [parcel.destination.id for parcel in parcels]

    one, two = await asyncio.gather(drain("one"), drain("two"))
    assert len(one) + len(two) == 40
    assert not set(one) & set(two)


async def test_what_a_dead_courier_held_is_taken_over_as_uncertain(database: Database) -> None:
    await followed(database, 1)
    now = utcnow()
    async with database.write() as session:
        [parcel] = await couriers.take(session, "dead", now, HOLD)
        await couriers.sending(session, [a.id for a in parcel.announcements], now)
    async with database.write() as session:
        assert await couriers.take(session, "alive", now, HOLD) == []
        later = now + HOLD + timedelta(seconds=1)
        [again] = await couriers.take(session, "alive", later, HOLD)
        assert not await couriers.keep_hold(session, [parcel.hold], now, HOLD)
        await couriers.let_go(session, [parcel.hold])
        assert await couriers.take(session, "other", later, HOLD) == []
        assert await couriers.keep_hold(session, [again.hold], later, HOLD) == {again.hold}
    assert again.announcements[0].state is State.SENDING
    assert again.announcements[0].tried_at == now


async def test_a_retry_holds_back_the_whole_destination(database: Database) -> None:
    work = await followed(database, 1)
    now = utcnow()
    async with database.write() as session:
        [parcel] = await couriers.take(session, "c", now, HOLD)
        ids = [a.id for a in parcel.announcements]
        where = parcel.destination.id
        await couriers.sending(session, ids, now)
        await couriers.again(session, where, ids, "Discord is busy", now + HOLD, certain=True)
        [ada] = await finding.find(session, "Ada Lovelace")
        newer = await publish(session, 2, [ada.id])
        assert await couriers.take(session, "c", utcnow(), HOLD) == []
        [parcel] = await couriers.take(session, "c", now + 2 * HOLD, HOLD)
    assert [a.work.id for a in parcel.announcements] == [work.id, newer.id]


@pytest.mark.parametrize("certain", [True, False])
async def test_only_what_may_have_been_shown_is_ever_given_up(
    database: Database, certain: bool
) -> None:
    work = await followed(database, 1)
    now = utcnow()
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)

        async def state() -> tuple[State, str]:
            [only] = await announcements.for_work(session, work.id, [where.id])
            return only.state, only.why

        for number in range(couriers.ATTEMPTS + 1):
            assert (await state())[0] is not State.FAILED, f"after {number}"
            now += timedelta(hours=1)
            [parcel] = await couriers.take(session, "c", now, HOLD)
            ids = [a.id for a in parcel.announcements]
            await couriers.sending(session, ids, now)
            await couriers.again(
                session, where.id, ids, "no answer", now, certain=certain, counted=not certain
            )
        assert await state() == (State.PENDING if certain else State.FAILED, "no answer")


NIGHT = datetime.fromisoformat("2099-11-29T23:30")
QUIET = (22 * 60, 7 * 60)


async def test_in_quiet_hours_nothing_goes_out_however_long_it_has_waited(
    database: Database,
) -> None:
    await followed(database, 1, 2)
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        await destinations.set_hours(session, where.id, quiet=QUIET)  # after it was announced
        [other] = await couriers.take(session, "c", NIGHT, HOLD, limit=1)
        assert other.destination.user_id == 2
        await couriers.sent(session, {a.id: 1 for a in other.announcements})
    async with database.write() as session:
        morning = NIGHT + timedelta(hours=7, minutes=30)
        assert await couriers.take(session, "d", morning - timedelta(minutes=1), HOLD) == []
        [mine] = await couriers.take(session, "e", morning, HOLD, direct=True, limit=1)
        assert mine.destination.user_id == 1


async def test_a_place_resumed_at_night_waits_for_the_morning(database: Database) -> None:
    await followed(database, 1)
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        await destinations.set_hours(session, where.id, quiet=QUIET)
        await destinations.pause(session, where.id, "closed")
        await destinations.resume(session, where.id)
        assert await couriers.take(session, "c", NIGHT, HOLD) == []


async def test_quiet_hours_that_are_lifted_at_night_hold_nothing_back(database: Database) -> None:
    await followed(database, 1)
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        await destinations.set_hours(session, where.id, quiet=QUIET)
        assert await couriers.take(session, "c", NIGHT, HOLD) == []
        await destinations.set_hours(session, where.id, quiet=(0, 0))
        assert len(await couriers.take(session, "d", NIGHT, HOLD)) == 1


async def test_digests_wait_for_their_time_and_a_pause_for_its_end(database: Database) -> None:
    await followed(database, 1, every=Every.DAY)
    now = utcnow()
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        assert await couriers.take(session, "c", now, HOLD) == []
        tomorrow = now + timedelta(days=1, minutes=1)
        await destinations.pause(session, where.id, "closed")
        assert await couriers.take(session, "c", tomorrow, HOLD) == []
        await destinations.resume(session, where.id)
        assert len(await couriers.take(session, "c", tomorrow, HOLD)) == 1


async def test_holding_nothing_asks_the_database_nothing(database: Database) -> None:
    async with database.write() as session:
        asked: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: asked.append(text))
        assert await couriers.keep_hold(session, [], utcnow(), HOLD) == frozenset()
        assert asked == []


async def test_a_time_zone_that_is_unknown_here_keeps_nobody_waiting(database: Database) -> None:
    """It was chosen on another machine, or before the zones were named anew."""
    await followed(database, 1, 2)
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        row = await session.get_one(DestinationRow, where.id)
        row.time_zone = "posix/Mars/Olympus"
    async with database.write() as session:
        assert len(await couriers.take(session, "c", utcnow(), HOLD)) == 2
