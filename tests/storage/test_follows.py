import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, insert, select

from storage import announcing, destinations, follows, researchers, storing, watches, works
from storage.answers import utcnow
from storage.database import Database
from storage.errors import AlreadyFollowing, NoSuchFollow, TooManyFollows, TooManyOwnFollows
from storage.follows import Every, Filter
from storage.schema import DestinationRow
from storage.works import Work
from tests.storage.papers import paper


def _work(**facts: object) -> Work:
    one = paper(1, **facts)
    return Work(id=1, **{name: getattr(one, name) for name in one.__dataclass_fields__})


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (Filter(), None),
        (Filter(any_of=("graph", "DIFFUSION")), None),
        (Filter(any_of=("fusion",)), "mentions none of: fusion"),
        (Filter(all_of=("video", "audio")), "does not mention audio"),
        (Filter(none_of=("video",)), "mentions video"),
        (Filter(categories=("cs",)), None),
        (Filter(categories=("cs.CL", "math")), "is in none of: cs.CL, math"),
        (Filter(similar_to="sound"), "too far from “sound” (0.20 of 0.35)"),
    ],
)
def test_a_filter_says_why_a_work_is_not_wanted(wanted: Filter, refusal: str | None) -> None:
    work = _work(title="Video diffusion", categories=("cs.CV",))
    assert wanted.refusal(work, 0.2) == refusal


@given(
    st.builds(
        Filter,
        any_of=st.lists(st.text(min_size=1), max_size=3).map(tuple),
        categories=st.lists(st.text(), max_size=2).map(tuple),
        similar_to=st.none() | st.text(),
        threshold=st.floats(0, 1),
        revisions=st.booleans(),
    )
)
def test_a_filter_comes_back_as_it_was_kept(wanted: Filter) -> None:
    assert Filter.from_json(wanted.to_json()) == wanted


async def test_following_counts_people_once_and_channels_not(database: Database) -> None:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        direct = await destinations.ensure_direct(session, 1)
        thread = await destinations.ensure_channel(session, 50, 9)
        channel = await destinations.ensure_channel(session, 60, 9)
        await follows.add(session, ada, direct, user_id=1, set_by=1)
        await follows.add(session, ada, thread, user_id=1, set_by=1, every=Every.WEEK)
        await follows.add(session, ada, channel, user_id=None, set_by=7)
        profile = await researchers.profile(session, ada)
        assert profile.followers == 1
        assert [f.every for f in await follows.of_user(session, 1)] == [Every.ONCE, Every.WEEK]
        assert [f.destination.channel_id for f in await follows.of_guild(session, 9)] == [60]
        with pytest.raises(AlreadyFollowing):
            await follows.add(session, ada, direct, user_id=1, set_by=1)


async def test_a_limit_is_kept(database: Database) -> None:
    async with database.write() as session:
        direct = await destinations.ensure_direct(session, 1)
        for name in ("A A", "B B"):
            record = await researchers.ensure(session, name, "arXiv")
            await follows.add(session, record, direct, user_id=1, set_by=1, limit=2)
        third = await researchers.ensure(session, "C C", "arXiv")
        with pytest.raises(TooManyFollows) as caught:
            await follows.add(session, third, direct, user_id=1, set_by=1, limit=2)
    assert "Up to 2" in caught.value.sentence


async def test_threads_of_ones_own_are_counted_together(database: Database) -> None:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")

    async def follow(thread: int, person: int) -> str:
        async with database.write() as session:
            where = await destinations.ensure_channel(session, thread, 9)
            try:
                await follows.add(session, ada, where, user_id=person, set_by=person, limit=3)
            except TooManyOwnFollows as error:
                return error.sentence
        return "followed"

    said = await asyncio.gather(*(follow(thread, 1) for thread in range(50, 58)))
    assert said.count("followed") == 3
    assert sum("up to 3 researchers, counting all places together" in one for one in said) == 5
    assert await follow(58, 2) == "followed"


async def test_pausing_keeps_everything_and_removing_forgets_it(database: Database) -> None:
    now = utcnow()
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        direct = await destinations.ensure_direct(session, 1)
        wanted = Filter(any_of=("engine",))
        follow = await follows.add(session, ada, direct, user_id=1, set_by=1, wanted=wanted)
        paused = await follows.pause(session, follow.id, now + timedelta(days=1))
        assert paused.paused(now)
        assert not paused.paused(now + timedelta(days=2))
        assert paused.filter == wanted
        assert not (await follows.pause(session, follow.id, None)).paused(now)
        await follows.remove(session, follow.id)
        assert await follows.at(session, direct.id) == []
        with pytest.raises(NoSuchFollow):
            await follows.remove(session, follow.id)
        assert await watches.due(session, now + timedelta(days=9), 10) == []


async def test_follows_of_one_new_follower_at_once_are_all_kept(database: Database) -> None:
    async with database.write() as session:
        ids = [await researchers.ensure(session, f"Ada {n} Lovelace", "arXiv") for n in "abcdef"]

    async def follow(record: int) -> str:
        async with database.write() as session:
            where = await destinations.ensure_direct(session, 1)
            await asyncio.sleep(0.05)
            try:
                await follows.add(session, record, where, user_id=1, set_by=1, limit=4)
            except (AlreadyFollowing, TooManyFollows) as error:
                return error.code
        return "followed"

    said = await asyncio.gather(*(follow(record) for record in [*ids, ids[0], ids[0]]))
    assert said.count("followed") == 4
    async with database.read() as session:
        assert len(await follows.of_user(session, 1)) == 4


async def test_a_researcher_followed_by_a_thousand_is_announced_with_few_statements(
    database: Database,
) -> None:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        one = await follows.add(
            session, ada, await destinations.ensure_direct(session, 1), user_id=1, set_by=1
        )
        same = {"time_zone": "UTC", "discuss": False, "told": False}
        await session.execute(
            insert(DestinationRow), [{"user_id": n} | same for n in range(2, 1001)]
        )
        ids = await session.scalars(select(DestinationRow.id))
        everybody = [replace(one, destination=replace(one.destination, id=i)) for i in ids]
        stored = await storing.store(session, [paper(1)], ada)
        work = (await works.by_ids(session, stored.new))[stored.new[0]]
        asked: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: asked.append(text))
        assert await announcing.announce(session, work, everybody, utcnow()) == 1000
        assert await announcing.announce(session, work, everybody, utcnow()) == 0
    assert len(asked) < 20
