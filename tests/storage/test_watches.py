from datetime import date, timedelta

from storage import destinations, follows, researchers, watches
from storage.answers import utcnow
from storage.database import Database

MINUTE = timedelta(minutes=1)


async def _watched(database: Database) -> int:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        where = await destinations.ensure_direct(session, 1)
        await follows.add(session, ada, where, user_id=1, set_by=1)
    return ada


async def test_intervals_shrink_for_the_busy_and_stretch_for_the_quiet(database: Database) -> None:
    ada = await _watched(database)
    now = utcnow()
    async with database.write() as session:
        [first] = await watches.due(session, now, 10)
        assert first.first
        await watches.looked(session, ada, now, covered=date(2026, 1, 5), busy=True)
        assert await watches.due(session, now + MINUTE, 10) == []
        [busy] = await watches.due(session, now + timedelta(days=9), 10)
        assert busy.interval == first.interval / 2
        for _ in range(30):
            await watches.looked(session, ada, now, covered=date(2026, 1, 1), busy=False)
        [quiet] = await watches.due(session, now + timedelta(days=9), 10)
    assert quiet.interval == watches.LONGEST
    assert quiet.watermark == date(2026, 1, 5)
    assert not quiet.first


async def test_a_failed_look_is_late_and_leaves_the_watermark(database: Database) -> None:
    ada = await _watched(database)
    now = utcnow()
    async with database.write() as session:
        await watches.looked(session, ada, now, covered=date(2026, 1, 5), busy=False)
        await watches.missed(session, ada, now)
        [late] = await watches.due(session, now + 6 * MINUTE, 10)
        assert (late.failures, late.watermark) == (1, date(2026, 1, 5))


async def test_one_poller_for_the_whole_deployment(database: Database) -> None:
    now = utcnow()
    async with database.write() as session:
        assert await watches.take_lease(session, "poller", "one", now, 5 * MINUTE)
        assert not await watches.take_lease(session, "poller", "two", now, 5 * MINUTE)
        assert await watches.take_lease(session, "poller", "one", now + 4 * MINUTE, 5 * MINUTE)
        assert not await watches.take_lease(session, "poller", "two", now + 6 * MINUTE, MINUTE)
        await watches.drop_lease(session, "poller", "one", now + 6 * MINUTE)
        assert await watches.take_lease(session, "poller", "two", now + 7 * MINUTE, MINUTE)
