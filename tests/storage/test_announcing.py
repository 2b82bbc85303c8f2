import asyncio
from datetime import timedelta

import pytest

from storage import (
    announcements,
    announcing,
    couriers,
    destinations,
    follows,
    persons,
    researchers,
    storing,
    works,
)
from storage.announcements import State
from storage.answers import utcnow
from storage.database import Database
from storage.follows import Every, Filter
from storage.persons import Part, Placed
from tests.storage.announced import HOLD, followed, publish
from tests.storage.claimed import claim, claimed_record
from tests.storage.papers import paper


async def test_one_work_is_one_announcement_that_names_all_its_reasons(
    database: Database,
) -> None:
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        ids = [await researchers.ensure(session, n, "arXiv") for n in ("Ada L", "Charles B")]
        for record in ids:
            await follows.add(session, record, where, user_id=1, set_by=1)
        work = await publish(session, 1, ids)
        found = await follows.of_researchers(session, ids)
        assert await announcing.announce(session, work, found, utcnow()) == 0
        [only] = await announcements.for_work(session, work.id, [where.id])
    assert [reason.name for reason in only.reasons] == ["Ada L", "Charles B"]
    assert only.state is State.PENDING


async def test_what_is_not_sent_says_why(database: Database) -> None:
    await followed(database, 1, wanted=Filter(any_of=("cooking",)))
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        [only] = await announcements.for_work(session, 1, [where.id])
        assert (only.state, only.why) == (
            State.FILTERED,
            "Ada Lovelace: mentions none of: cooking",
        )
        assert await couriers.take(session, "c", utcnow(), HOLD) == []


async def test_what_waits_goes_with_its_last_follow(database: Database) -> None:
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        ids = [await researchers.ensure(session, n, "arXiv") for n in ("Ada L", "Charles B")]
        ada, charles = [
            await follows.add(session, record, where, user_id=1, set_by=1) for record in ids
        ]
        work = await publish(session, 1, ids)
        await announcing.unfollow(session, ada)
        [only] = await announcements.for_work(session, work.id, [where.id])
        assert only.state is State.PENDING
        assert [reason.name for reason in only.reasons] == ["Charles B"]
        await announcing.mute(session, charles, utcnow() + timedelta(days=1))
        [only] = await announcements.for_work(session, work.id, [where.id])
        assert (only.state, only.why) == (State.PAUSED, "Charles B: paused")
        assert await couriers.take(session, "c", utcnow(), HOLD) == []


async def test_a_paused_follow_records_and_sends_nothing(database: Database) -> None:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        where = await destinations.ensure_direct(session, 1)
        follow = await follows.add(session, ada, where, user_id=1, set_by=1)
        await follows.pause(session, follow.id, utcnow() + timedelta(days=1))
        work = await publish(session, 1, [ada])
        [only] = await announcements.for_work(session, work.id, [where.id])
    assert only.state is State.PAUSED
    assert "paused until" in only.why


async def test_what_was_shown_meanwhile_stays_recorded_as_sent(database: Database) -> None:
    work = await followed(database, 1)
    async with database.write() as session:
        [parcel] = await couriers.take(session, "c", utcnow(), HOLD)
        [waiting] = parcel.announcements
        [follow] = await follows.of_user(session, 1)
        await couriers.sending(session, [waiting.id], utcnow())

    async def unfollow() -> None:
        async with database.write() as session:
            await announcing.unfollow(session, follow)

    async with database.write() as session:
        await couriers.sent(session, {waiting.id: 5})
        withdrawing = asyncio.create_task(unfollow())
        await asyncio.sleep(0.3)
    await withdrawing
    async with database.read() as session:
        [only] = await announcements.for_work(session, work.id, [waiting.destination_id])
    assert (only.state, only.message_id) == (State.SENT, 5)


@pytest.mark.parametrize("paused", [False, True])
async def test_what_one_follow_keeps_back_is_sent_for_another_that_hears_of_it_later(
    database: Database, paused: bool
) -> None:
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        ada, charles = [
            await researchers.ensure(session, n, "arXiv") for n in ("Ada L", "Charles B")
        ]
        picky = Filter() if paused else Filter(any_of=("cooking",))
        one = await follows.add(session, ada, where, user_id=1, set_by=1, wanted=picky)
        if paused:
            await follows.pause(session, one.id, follows.FOREVER)
        other = await follows.add(session, charles, where, user_id=1, set_by=1)
        work = await publish(session, 1, [ada])  # imported by hand, as hers alone
        both = await follows.of_researchers(session, [charles])
        assert await announcing.announce(session, work, both, utcnow()) == 1
        [only] = await announcements.for_work(session, work.id, [where.id])
        assert (only.state, only.why) == (State.PENDING, "")
        assert [reason.follow_id for reason in only.reasons] == [other.id]
        [parcel] = await couriers.take(session, "c", utcnow(), HOLD)
        await couriers.sent(session, {parcel.announcements[0].id: 5})
        assert await announcing.announce(session, work, both, utcnow()) == 0, "it is sent once"


@pytest.mark.parametrize("wanted", [True, False])
async def test_what_waits_or_is_kept_back_is_joined_by_a_follow_that_hears_of_it_later(
    database: Database, wanted: bool
) -> None:
    async with database.write() as session:
        where = await destinations.ensure_direct(session, 1)
        ids = [await researchers.ensure(session, n, "arXiv") for n in ("Ada L", "Charles B")]
        picky = None if wanted else Filter(any_of=("cooking",))
        one, other = [
            await follows.add(
                session, record, where, user_id=1, set_by=1, every=every, wanted=picky
            )
            for record, every in zip(ids, (Every.WEEK, Every.ONCE), strict=True)
        ]
        work = await publish(session, 1, ids[:1])  # imported by hand, as hers alone
        assert await couriers.take(session, "c", utcnow(), HOLD) == []
        for _ in range(2):
            assert await announcing.announce(session, work, [other], utcnow()) == 0
        [only] = await announcements.for_work(session, work.id, [where.id])
        assert [reason.name for reason in only.reasons] == ["Ada L", "Charles B"]
        if not wanted:
            refused = "mentions none of: cooking"
            assert only.why == f"Ada L: {refused}; Charles B: {refused}"
            return
        await announcing.unfollow(session, one)
        [parcel] = await couriers.take(session, "c", utcnow(), HOLD)
        [only] = parcel.announcements
        assert [reason.follow_id for reason in only.reasons] == [other.id]


async def test_who_is_hidden_in_a_server_is_not_announced_in_its_channels(
    database: Database,
) -> None:
    async with database.write() as session:
        ada = await claimed_record(session, "Ada Lovelace", 9)
        there = await destinations.ensure_channel(session, 70, 7)
        for where in (there, await destinations.ensure_direct(session, 1)):
            await follows.add(session, ada, where, user_id=where.user_id, set_by=1)
        waiting = await publish(session, 1, [ada])
        await announcing.hide(session, ada, 9, 7)
        later = await publish(session, 2, [ada])
        for work in (waiting, later):
            told = await announcements.for_work(session, work.id, [1, 2])
            assert [one.state for one in told] == [State.FILTERED, State.PENDING]
            assert announcing.HIDDEN in told[0].why


async def test_papers_of_one_of_several_people_who_hides_are_not_announced_as_the_names(
    database: Database,
) -> None:
    async with database.write() as session:
        name = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        bob = await researchers.ensure(session, "Bob Bee", "arXiv")
        await storing.store(session, [paper(n) for n in (1, 2, 3)], name)
        await storing.store(session, [paper(3)], bob)
        [one, _] = await persons.save(
            session,
            name,
            [Part("a", (Placed(1, 1, ""), Placed(2, 1, ""))), Part("b", (Placed(3, 1, ""),))],
        )
        await claim(session, one, 9)
        await claim(session, bob, 8)
        here = await destinations.ensure_channel(session, 70, 7)
        there = await destinations.ensure_channel(session, 80, 8)
        for where in (here, there):
            await follows.add(session, name, where, user_id=None, set_by=1)
        listed = await works.by_ids(session, [1, 2, 3])
        told = await follows.of_researchers(session, [name])
        await announcing.announce(session, listed[1], told, utcnow())
        await announcing.hide(session, bob, 8, 7)
        await announcing.hide(session, one, 9, 7)
        for number in (2, 3):
            await announcing.announce(session, listed[number], told, utcnow())

        async def states(where: int) -> list[State]:
            found = [await announcements.for_work(session, n, [where]) for n in (1, 2, 3)]
            return [one.state for [one] in found]

        assert await states(here.id) == [State.FILTERED, State.FILTERED, State.PENDING]
        assert await states(there.id) == [State.PENDING] * 3
