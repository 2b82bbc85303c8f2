from datetime import date, timedelta

import pytest

from storage import (
    announcements,
    announcing,
    couriers,
    destinations,
    follows,
    researchers,
    storing,
    works,
)
from storage.announcements import State
from storage.answers import utcnow
from storage.database import Database
from tests.storage.announced import publish
from tests.storage.papers import paper


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
        [id_] = (await storing.store(session, [paper(1, published=published)])).new
        work = (await works.by_ids(session, [id_]))[id_]
        await announcing.announce(session, work, told, now, revision=revision)
        [first] = await announcements.for_work(session, work.id, [where.id])
        if state is State.SENT:
            await couriers.sent(session, {first.id: 1})
        elif state is State.FAILED:
            await couriers.fail(session, [first.id], "too long")
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
        one, two = [await publish(session, number, [ada]) for number in (1, 2)]
        for place in places:
            first, second = [
                (await announcements.for_work(session, work.id, [place.id]))[0].id
                for work in (one, two)
            ]
            await couriers.sent(session, {first: 500 + place.id, second: 500 + place.id})
    direct, channel = [500 + place.id for place in places]
    async with database.read() as session:

        async def shown(message: int, channels: list[int], person: int) -> list[int]:
            told = await announcements.by_message(session, message, channels, person)
            return [announcement.work.id for announcement in told]

        assert await shown(channel, [71, 70], 2) == [one.id, two.id]
        assert await shown(direct, [99], 1) == [one.id, two.id]
        assert await shown(direct, [99], 2) == []
        assert await shown(600, [71], 1) == []
