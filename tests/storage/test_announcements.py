import asyncio
from datetime import date, timedelta

import pytest

from storage import announcements, destinations, finding, follows, researchers, storing, works
from storage.announcements import State
from storage.answers import utcnow
from storage.database import Database
from storage.follows import Every, Filter
from storage.works import Work
from tests.storage.papers import paper

HOLD = timedelta(seconds=30)


async def _followed(database: Database, *people: int, **follow: object) -> Work:
    """One work of one researcher whom these people follow; announced to them."""
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        for person in people:
            where = await destinations.ensure_direct(session, person)
            await follows.add(session, ada, where, user_id=person, set_by=person, **follow)  # type: ignore[arg-type]
        return await _publish(database, session, 1, [ada])


async def _publish(database: Database, session, number: int, record_ids: list[int]) -> Work:  # type: ignore[no-untyped-def]
    stored = await storing.store(session, [paper(number)])
    work = (await works.by_ids(session, stored.new))[stored.new[0]]
    found = await follows.of_researchers(session, record_ids)
    await announcements.announce(session, work, found, utcnow())
    return work


async def test_one_work_is_one_announcement_that_names_all_its_reasons(
    database: Database,
) -> None:
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        ids = [await researchers.ensure(session, n, "arXiv") for n in ("Ada L", "Charles B")]
        for record in ids:
            await follows.add(session, record, where, user_id=1, set_by=1)
        work = await _publish(database, session, 1, ids)
        found = await follows.of_researchers(session, ids)
        assert await announcements.announce(session, work, found, utcnow()) == 0
        [only] = await announcements.for_work(session, work.id, [where.id])
    assert [reason.name for reason in only.reasons] == ["Ada L", "Charles B"]
    assert only.state is State.PENDING


async def test_what_is_not_sent_says_why(database: Database) -> None:
    await _followed(database, 1, wanted=Filter(any_of=("cooking",)))
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        [only] = await announcements.for_work(session, 1, [where.id])
        assert (only.state, only.why) == (
            State.FILTERED,
            "Ada Lovelace: mentions none of: cooking",
        )
        assert await announcements.take(session, "c", utcnow(), HOLD) == []


async def test_what_waits_goes_with_its_last_follow(database: Database) -> None:
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        ids = [await researchers.ensure(session, n, "arXiv") for n in ("Ada L", "Charles B")]
        ada, charles = [
            await follows.add(session, record, where, user_id=1, set_by=1) for record in ids
        ]
        work = await _publish(database, session, 1, ids)
        await announcements.unfollow(session, ada)
        [only] = await announcements.for_work(session, work.id, [where.id])
        assert only.state is State.PENDING
        assert [reason.name for reason in only.reasons] == ["Charles B"]
        await announcements.mute(session, charles, utcnow() + timedelta(days=1))
        [only] = await announcements.for_work(session, work.id, [where.id])
        assert (only.state, only.why) == (State.PAUSED, "Charles B: muted")
        assert await announcements.take(session, "c", utcnow(), HOLD) == []


async def test_what_is_withdrawn_while_it_is_being_sent_stays_withdrawn(
    database: Database,
) -> None:
    await _followed(database, 1)
    async with database.write() as session:
        [parcel] = await announcements.take(session, "c", utcnow(), HOLD)
        [mine] = await follows.of_user(session, 1)
        await announcements.unfollow(session, mine)
        ids = [a.id for a in parcel.announcements]
        where = parcel.destination.id
        await announcements.again(session, where, ids, "it was busy", utcnow(), certain=True)
        await announcements.fail(session, ids, "too long")
    async with database.write() as session:
        [only] = await announcements.for_work(session, 1, [where])
        assert (only.state, only.why) == (State.FILTERED, "no longer followed")
        later = utcnow() + timedelta(minutes=1)
        assert await announcements.take(session, "c", later, HOLD) == []


async def test_a_paused_follow_records_and_sends_nothing(database: Database) -> None:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        where = await destinations.ensure_direct(session, 1)
        follow = await follows.add(session, ada, where, user_id=1, set_by=1)
        await follows.pause(session, follow.id, utcnow() + timedelta(days=1))
        work = await _publish(database, session, 1, [ada])
        [only] = await announcements.for_work(session, work.id, [where.id])
    assert only.state is State.PAUSED
    assert "paused until" in only.why


async def test_two_couriers_never_hold_one_destination(database: Database) -> None:
    await _followed(database, *range(1, 41))

    async def drain(name: str) -> list[int]:
        held: list[int] = []
        while True:
            async with database.write() as session:
                parcels = await announcements.take(session, name, utcnow(), HOLD, limit=3)
            if not parcels:
                return held
            held += [parcel.destination.id for parcel in parcels]

    one, two = await asyncio.gather(drain("one"), drain("two"))
    assert len(one) + len(two) == 40
    assert not set(one) & set(two)


async def test_what_a_dead_courier_held_is_taken_over_as_uncertain(database: Database) -> None:
    await _followed(database, 1)
    now = utcnow()
    async with database.write() as session:
        [parcel] = await announcements.take(session, "dead", now, HOLD)
        await announcements.sending(session, [a.id for a in parcel.announcements], now)
    async with database.write() as session:
        assert await announcements.take(session, "alive", now, HOLD) == []
        later = now + HOLD + timedelta(seconds=1)
        [again] = await announcements.take(session, "alive", later, HOLD)
        assert not await announcements.keep_hold(session, [parcel.hold], now, HOLD)
        await announcements.let_go(session, [parcel.hold])
        assert await announcements.take(session, "other", later, HOLD) == []
        assert await announcements.keep_hold(session, [again.hold], later, HOLD) == {again.hold}
    assert again.announcements[0].state is State.SENDING
    assert again.announcements[0].tried_at == now


async def test_a_retry_holds_back_the_whole_destination(database: Database) -> None:
    work = await _followed(database, 1)
    now = utcnow()
    async with database.write() as session:
        [parcel] = await announcements.take(session, "c", now, HOLD)
        ids = [a.id for a in parcel.announcements]
        where = parcel.destination.id
        await announcements.sending(session, ids, now)
        await announcements.again(session, where, ids, "Discord is busy", now + HOLD, certain=True)
        [ada] = await finding.find(session, "Ada Lovelace")
        newer = await _publish(database, session, 2, [ada.id])
        assert await announcements.take(session, "c", utcnow(), HOLD) == []
        [parcel] = await announcements.take(session, "c", now + 2 * HOLD, HOLD)
    assert [a.work.id for a in parcel.announcements] == [work.id, newer.id]


async def test_after_eight_attempts_it_has_failed_with_the_reason(database: Database) -> None:
    work = await _followed(database, 1)
    now = utcnow()
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        for _ in range(announcements.ATTEMPTS):
            now += timedelta(hours=1)
            [parcel] = await announcements.take(session, "c", now, HOLD)
            ids = [a.id for a in parcel.announcements]
            await announcements.sending(session, ids, now)
            await announcements.again(session, where.id, ids, "no answer", now, certain=True)
        [only] = await announcements.for_work(session, work.id, [where.id])
        assert (only.state, only.why) == (State.FAILED, "no answer")
        queue = await announcements.queue(session)
    assert queue.counts == {State.FAILED: 1}


async def test_digests_wait_for_their_time_and_a_pause_for_its_end(database: Database) -> None:
    await _followed(database, 1, every=Every.DAY)
    now = utcnow()
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        assert await announcements.take(session, "c", now, HOLD) == []
        tomorrow = now + timedelta(days=1, minutes=1)
        await destinations.pause(session, where.id, "closed")
        assert await announcements.take(session, "c", tomorrow, HOLD) == []
        await destinations.resume(session, where.id)
        assert len(await announcements.take(session, "c", tomorrow, HOLD)) == 1


@pytest.mark.parametrize(
    ("state", "revision", "published", "let_go"),
    [
        (State.SENT, 0, date(2020, 1, 1), 1),
        (State.FAILED, 0, date(2020, 1, 1), 1),
        (State.PENDING, 0, date(2020, 1, 1), 0),
        (State.SENT, 2, date(2020, 1, 1), 0),
        (State.SENT, 0, None, 0),
        (State.SENT, 0, date(2999, 1, 1), 0),
    ],
)
async def test_what_can_be_announced_again_is_kept(
    database: Database, state: State, revision: int, published: date | None, let_go: int
) -> None:
    now = utcnow()
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        where = await destinations.ensure_direct(session, 1)
        told = [await follows.add(session, ada, where, user_id=1, set_by=1)]
        stored = await storing.store(session, [paper(1, published=published), paper(2)])
        found = await works.by_ids(session, stored.new)
        older, newest = (found[id_] for id_ in stored.new)
        await announcements.announce(session, older, told, now, revision=revision)
        await announcements.announce(session, newest, told, now)
        [first] = await announcements.for_work(session, older.id, [where.id])
        if state is State.SENT:
            await announcements.sent(session, {first.id: 1})
        elif state is State.FAILED:
            await announcements.fail(session, [first.id], "too long")
        assert await announcements.forget_older(session, now) == 0
        assert await announcements.forget_older(session, now + timedelta(days=730)) == let_go


async def test_a_message_tells_what_it_announced_where_it_was_shown(database: Database) -> None:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        places = [
            await destinations.ensure_direct(session, 1),
            await destinations.ensure_channel(session, 71, 7),
        ]
        for place in places:
            await follows.add(session, ada, place, user_id=place.user_id, set_by=1)
        one, two = [await _publish(database, session, number, [ada]) for number in (1, 2)]
        for place in places:
            first, second = [
                (await announcements.for_work(session, work.id, [place.id]))[0].id
                for work in (one, two)
            ]
            await announcements.sent(session, {first: 500 + place.id, second: 500 + place.id})
    direct, channel = [500 + place.id for place in places]
    async with database.read() as session:

        async def shown(message: int, channels: list[int], person: int) -> list[int]:
            told = await announcements.by_message(session, message, channels, person)
            return [announcement.work.id for announcement in told]

        assert await shown(channel, [71, 70], 2) == [one.id, two.id]
        assert await shown(direct, [99], 1) == [one.id, two.id]
        assert await shown(direct, [99], 2) == []
        assert await shown(600, [71], 1) == []
