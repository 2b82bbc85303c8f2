import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import announcements, announcing, destinations, follows, researchers, storing, works
from storage.answers import utcnow
from storage.database import Database
from storage.destinations import Destination
from storage.errors import BadTimeZone
from tests.storage.papers import paper


def _direct(**facts: object) -> Destination:
    return Destination(**({"id": 1, "user_id": 1, "channel_id": None, "guild_id": None} | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "now", "every", "moment"),
    [
        ({}, "2026-11-22T20:00", "at once", "2026-11-22T20:00"),
        ({}, "2026-11-22T20:00", "daily", "2026-11-23T09:00"),
        ({}, "2026-11-22T08:59", "daily", "2026-11-22T09:00"),
        ({}, "2026-11-22T20:00", "weekly", "2026-11-23T09:00"),  # a Sunday evening
        ({}, "2026-11-23T09:00", "weekly", "2026-11-30T09:00"),
        ({"time_zone": "Asia/Tokyo"}, "2026-11-22T20:00", "daily", "2026-11-23T00:00"),
        (
            {"quiet_from": 22 * 60, "quiet_to": 7 * 60},
            "2026-11-22T23:30",
            "at once",
            "2026-11-23T07:00",
        ),
        (
            {"quiet_from": 22 * 60, "quiet_to": 7 * 60},
            "2026-11-22T06:59",
            "at once",
            "2026-11-22T07:00",
        ),
        (
            {"quiet_from": 22 * 60, "quiet_to": 7 * 60},
            "2026-11-22T07:00",
            "at once",
            "2026-11-22T07:00",
        ),
        (
            {"quiet_from": 8 * 60, "quiet_to": 18 * 60},
            "2026-11-22T20:00",
            "daily",
            "2026-11-23T18:00",
        ),
        # Clocks go back in Berlin on 25 October 2026: nine o'clock is nine o'clock on both days.
        ({"time_zone": "Europe/Berlin"}, "2026-10-24T10:00", "daily", "2026-10-25T08:00"),
    ],
)
def test_when_something_is_sent(
    facts: dict[str, object], now: str, every: str, moment: str
) -> None:
    at = _direct(**facts).next_moment(datetime.fromisoformat(now), every)
    assert at == datetime.fromisoformat(moment)


@given(
    st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-01-01")),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"]),
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.sampled_from(["at once", "daily", "weekly"]),
)
def test_nothing_goes_out_early_or_more_than_nine_days_late(
    now: datetime, zone: str, start: int, end: int, every: str
) -> None:
    where = _direct(time_zone=zone, quiet_from=start, quiet_to=end)
    late = where.next_moment(now, every) - now
    assert 0 <= late.total_seconds() <= 9 * 86400


async def test_an_address_is_one_destination_with_its_hours(database: Database) -> None:
    async with database.write() as session:
        first = await destinations.ensure_direct(session, 1)
        await destinations.set_hours(session, first.id, time_zone="Asia/Tokyo", quiet=(1320, 420))
        again = await destinations.ensure_direct(session, 1)
        assert (again.id, again.time_zone, again.quiet_from) == (first.id, "Asia/Tokyo", 1320)
        for wrong in ("Mars/Olympus", "localtime", "posix/Asia/Tokyo", "right/UTC", "zone.tab"):
            with pytest.raises(BadTimeZone) as caught:
                await destinations.set_hours(session, first.id, time_zone=wrong)
            assert "Europe/Berlin" in caught.value.sentence
        await destinations.pause(session, first.id, "your direct messages are closed")
        assert [d.paused for d in await destinations.paused(session)] == [
            "your direct messages are closed"
        ]
        await destinations.resume(session, first.id)
        assert await destinations.paused(session) == []


async def test_only_channels_of_which_nothing_is_kept_are_let_go_of(database: Database) -> None:
    now = utcnow()
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        direct = await destinations.ensure_direct(session, 1)
        empty, followed, told = [
            await destinations.ensure_channel(session, number, 9) for number in (50, 51, 52)
        ]
        await follows.add(session, ada, followed, user_id=None, set_by=1)
        past = await follows.add(session, ada, told, user_id=None, set_by=1)
        stored = await storing.store(session, [paper(1), paper(2)])
        for work in (await works.by_ids(session, stored.new)).values():
            await announcing.announce(session, work, [past], now)
        await announcing.unfollow(session, past)
        assert await destinations.forget_empty(session) == 1
        assert await destinations.find(session, channel_id=empty.channel_id) is None
        for kept in (direct, followed, told):
            assert await destinations.by_id(session, kept.id) == kept
        await announcements.forget_older(session, now + timedelta(days=730))
        assert await destinations.forget_empty(session) == 1, "nothing is told of it any more"
        assert await destinations.find(session, channel_id=told.channel_id) is None


async def test_a_channel_is_not_let_go_of_while_somebody_begins_to_follow_there(
    database: Database,
) -> None:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        await destinations.ensure_channel(session, 50, 9)

    async def follow() -> None:
        async with database.write() as session:
            where = await destinations.ensure_channel(session, 50, 9)
            begun.set()
            await asyncio.sleep(0.2)
            await follows.add(session, ada, where, user_id=None, set_by=1)

    async def clear() -> int:
        await begun.wait()
        async with database.write() as session:
            return await destinations.forget_empty(session)

    begun = asyncio.Event()
    _, gone = await asyncio.gather(follow(), clear())
    assert gone == 0
    async with database.read() as session:
        assert len(await follows.of_guild(session, 9)) == 1
