"""Watching over loopback: what followers hear of, when arXiv behaves and when it does not."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import held, namesakes, watch
from retrieval.sources import Papers
from retrieval.sources.arxiv import Arxiv
from retrieval.sources.connection import Pacing
from retrieval.watch import Seen, Watcher
from storage import (
    announcements,
    announcing,
    couriers,
    destinations,
    finding,
    follows,
    joining,
    optouts,
    persons,
    researchers,
    storing,
    watches,
    works,
)
from storage.announcements import State
from storage.database import Database
from storage.errors import EmbeddingUnavailable, NoDiskSpace
from storage.follows import Filter
from storage.persons import Part, Placed
from storage.schema import FollowRow, WatchRow
from storage.vectors import Matrix
from storage.works import Paper, Work
from tests.arxiv_loopback import FAULTS, LoopbackArxiv, ServedWork
from tests.storage.claimed import claim

QUICK = Pacing(
    spacing=0,
    backoff=(0.01,) * 2,
    again=(0.01,) * 4,
    connect=1,
    read=0.3,
    whole=0.5,
    longest_wait=1,
)
START = datetime.fromisoformat("2099-03-10T12:00")  # looks are due by the real clock, before this
DAY = timedelta(days=1)
ADA, CHARLES = "Ada Lovelace", "Charles Babbage"


class Words:
    """An embedder of two dimensions: engines, and everything else."""

    name = "words"
    dimensions = 2

    def encode(self, texts: Sequence[str]) -> Matrix:
        """(n, 2): towards the first axis where the text speaks of engines."""
        return np.array([[1, 0] if "engine" in t else [0, 1] for t in texts], np.float32)

    def encode_question(self, text: str) -> Matrix:
        """(2,) like `encode`."""
        row: Matrix = self.encode([text])[0]
        return row


def paper(number: int, day: datetime, *authors: str, **facts: object) -> ServedWork:
    stamp = f"{day:%Y-%m-%dT%H:%M:%SZ}"
    facts = {"title": f"Paper {number}", "abstract": f"On the engine {number}."} | facts
    return ServedWork(
        arxiv_id=f"2603.{number:05d}",
        authors=authors or (ADA,),
        published=stamp,
        updated=stamp,
        **facts,  # type: ignore[arg-type]
    )


class World:
    """A deployment with its arXiv, its clock and its followers."""

    def __init__(self, database: Database, server: LoopbackArxiv) -> None:
        self.database, self.server = database, server
        self.now = START
        self.indexed = 0
        self.arxiv = Arxiv("1.0", pacing=QUICK, url=server.url, page_size=8)
        self.watcher = Watcher(
            database, self.arxiv, Words(), stored=self._stored, holder="test", now=lambda: self.now
        )

    async def _stored(self) -> None:
        self.indexed += 1

    async def follow(self, name: str, user_id: int = 1, wanted: Filter | None = None) -> int:
        async with self.database.write() as session:
            record = await researchers.ensure(session, name, "arXiv")
        await self.follow_person(record, user_id, wanted)
        return record

    async def follow_person(self, person: int, user_id: int, wanted: Filter | None = None) -> None:
        async with self.database.write() as session:
            where = await destinations.ensure_direct(session, user_id)
            made = await follows.add(
                session, person, where, user_id=user_id, set_by=user_id, wanted=wanted
            )
            begun = update(FollowRow).where(FollowRow.id == made.id).values(created_at=self.now)
            await session.execute(begun)

    async def look(self, after: timedelta = 3 * DAY) -> Seen:
        self.now += after
        return await self.watcher.once()

    def publish(self, number: int, *authors: str, **facts: object) -> None:
        self.server.works.append(paper(number, self.now, *authors, **facts))

    async def heard(self, user_id: int = 1) -> list[tuple[str, str]]:
        """(state, title) of everything for a person, in order."""
        async with self.database.read() as session:
            where = await destinations.find(session, user_id=user_id)
            assert where is not None
            everything = await works.of_researchers(session, [])
            found = [
                a
                for work in everything
                for a in await announcements.for_work(session, work.id, [where.id])
            ]
        return [(a.state.value, a.work.title) for a in sorted(found, key=lambda a: a.id)]


@pytest.fixture
def server() -> Iterator[LoopbackArxiv]:
    old = [paper(n, START - n * 40 * DAY) for n in range(1, 12)]
    with LoopbackArxiv(old) as running:
        yield running


@pytest.fixture
async def world(database: Database, server: LoopbackArxiv) -> AsyncIterator[World]:
    made = World(database, server)
    yield made
    made.arxiv.close()


async def test_the_first_look_records_everything_and_announces_nothing(world: World) -> None:
    record = await world.follow(ADA)
    assert await world.look() == Seen(looked=1, new=11, announced=0)
    async with world.database.read() as session:
        assert await works.count(session, [record]) == 11
    assert await world.heard() == []
    assert world.indexed == 1


async def test_each_new_paper_is_heard_of_once(world: World) -> None:
    await world.follow(ADA)
    await world.look()
    world.publish(50)
    assert (await world.look()).announced == 1
    world.publish(51)
    await world.look()
    await world.look()
    assert await world.heard() == [("pending", "Paper 50"), ("pending", "Paper 51")]


async def test_what_arxiv_lists_late_is_still_heard_of(world: World) -> None:
    await world.follow(ADA)
    await world.look()
    await world.look()
    world.server.works.append(paper(60, world.now - 6 * DAY))
    await world.look()
    assert await world.heard() == [("pending", "Paper 60")]


async def test_a_paper_of_two_followed_is_one_announcement_that_names_both(world: World) -> None:
    await world.follow(ADA)
    await world.follow(CHARLES)
    world.server.works.append(paper(90, START - 90 * DAY, CHARLES))
    await world.look()
    world.publish(50, CHARLES, "Somebody Else", ADA)
    await world.look()
    async with world.database.read() as session:
        where = await destinations.find(session, user_id=1)
        [work] = await works.by_source_ids(session, ["arxiv:2603.00050"])
        assert where is not None
        [only] = await announcements.for_work(session, work.id, [where.id])
    assert [reason.name for reason in only.reasons] == [ADA, CHARLES]


async def test_a_revision_a_cross_list_and_a_changed_date_are_no_new_paper(world: World) -> None:
    await world.follow(ADA)
    await world.follow(ADA, user_id=2, wanted=Filter(revisions=True))
    await world.look()
    world.publish(50)
    await world.look()
    stamp = f"{world.now:%Y-%m-%dT00:00:00Z}"
    world.server.replace("2603.00050", version=2, updated=stamp, categories=("cs.CV", "cs.LG"))
    await world.look()
    world.server.replace("2603.00050", published=stamp)
    await world.look()
    assert await world.heard(1) == [("pending", "Paper 50")]
    assert await world.heard(2) == [("pending", "Paper 50"), ("pending", "Paper 50")]


async def test_what_is_no_longer_kept_of_a_paper_is_not_announced_again(world: World) -> None:
    for name in (ADA, CHARLES):
        await world.follow(name)
    await world.look()
    world.publish(50, ADA, "Grace Hopper")
    await world.look()
    async with world.database.write() as session:
        [paper_] = await works.by_source_ids(session, ["arxiv:2603.00050"])
        where = await destinations.ensure_direct(session, 1)
        [told] = await announcements.for_work(session, paper_.id, [where.id])
        await couriers.sent(session, {told.id: 1})
    world.now += announcements.KEPT_FOR
    world.publish(51)
    await world.look()
    async with world.database.write() as session:
        assert await announcements.forget_older(session, world.now) == 1
    world.server.replace("2603.00050", version=2, authors=(ADA, CHARLES, "Grace Hopper"))
    await world.follow("Grace Hopper", user_id=2)  # of whom all papers are read
    await world.look()
    assert await world.heard() == [("pending", "Paper 51")]


async def test_a_namesake_in_part_is_not_taken_for_the_followed(world: World) -> None:
    await world.follow(ADA)
    await world.look()
    world.publish(50, "Ada Lovelace Byron")
    assert (await world.look()).new == 0
    assert await world.heard() == []


async def test_filters_decide_and_say_why(world: World) -> None:
    await world.follow(ADA, wanted=Filter(similar_to="steam engine", threshold=0.5))
    await world.look()
    world.publish(50, abstract="A better engine.")
    world.publish(51, abstract="On flowers.")
    await world.look()
    assert await world.heard() == [("pending", "Paper 50"), ("filtered", "Paper 51")]


class Waiting(Words):
    """Takes as long for a text as somebody else needs to write."""

    def __init__(self, database: Database) -> None:
        self.loop = asyncio.get_running_loop()
        self.database = database
        self.asked = 0

    def encode(self, texts: Sequence[str]) -> Matrix:
        """As others write meanwhile."""
        self.asked += 1
        asyncio.run_coroutine_threadsafe(self._write(), self.loop).result(20)
        return super().encode(texts)

    async def _write(self) -> None:
        async with self.database.write() as session:
            await destinations.ensure_direct(session, 1000 + self.asked)


async def test_nobody_who_writes_waits_for_texts_to_be_compared(world: World) -> None:
    record, one, _ = await _two_people(world)
    await world.follow_person(one, 1, Filter(similar_to="steam engine", threshold=0.5))
    await world.follow_person(
        one, 2, Filter(similar_to="steam engine", threshold=0.0, revisions=True)
    )
    await world.look()
    slow = Waiting(world.database)
    world.watcher._embedder = slow
    world.publish(50, ADA, BO, abstract="A better engine.")
    world.publish(51, ADA, CY, DI, abstract="On flowers.")
    await world.look()
    world.server.replace("2603.00050", version=2, abstract="A much better engine.")
    await world.look()
    assert await world.heard(1) == [("pending", "Paper 50"), ("filtered", "Paper 51")]
    assert [title for _, title in await world.heard(2)] == ["Paper 50", "Paper 51", "Paper 50"]
    asked = slow.asked
    async with world.database.write() as session:
        [work] = await works.by_source_ids(session, ["arxiv:2603.00051"])
        await persons.decide(
            session, one, work.id, theirs=True, user_id=7, said_by=persons.MODERATOR
        )
    assert await held.release(world.database, slow, record, world.now) == 1
    assert asked
    assert slow.asked > asked


async def test_a_look_that_ended_half_way_is_done_again_and_announces_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.follow(ADA)
    await world.look()
    monkeypatch.setattr(storing, "AT_ONCE", 1)
    announce = announcing.announce

    async def full(session: AsyncSession, work: Work, *given: Any, **more: Any) -> int:
        if work.title == "Paper 51":
            raise NoDiskSpace(path="here")
        return await announce(session, work, *given, **more)

    for number in (50, 51, 52):
        world.publish(number)
    monkeypatch.setattr(announcing, "announce", full)
    with pytest.raises(NoDiskSpace):
        await world.look()
    assert await world.heard() == [("pending", "Paper 50")]
    monkeypatch.setattr(announcing, "announce", announce)
    await world.look()
    assert await world.heard() == [("pending", f"Paper {n}") for n in (50, 51, 52)]


BO, CY, DI = "Bo Li", "Cy Twombly", "Di Moss"


async def _two_people(world: World) -> tuple[int, int, int]:
    """The record of Ada Lovelace, and the two persons behind it: with Bo, and with Cy and Di."""
    world.server.works = [paper(n, START - n * 40 * DAY, ADA, BO) for n in range(1, 5)]
    world.server.works += [paper(n, START - n * 40 * DAY, ADA, CY, DI) for n in range(5, 8)]
    record = await world.follow(ADA, user_id=9)
    await world.look()
    await namesakes.refresh(world.database, Words.name, record)
    async with world.database.read() as session:
        one, two = (p.researcher.id for p in await persons.of_record(session, record))
    return record, one, two


async def _with_bo(session: AsyncSession, record: int) -> int:
    """The person with Bo, once it is decided whose each work of the record is."""
    listed = await works.of_researchers(session, [record])
    parts = [
        Part(label, tuple(Placed(w.id, 1.0, "") for w in listed if (BO in w.authors) == with_bo))
        for label, with_bo in (("with Bo", True), ("with Cy", False))
    ]
    return (await persons.save(session, record, parts))[0]


@pytest.mark.parametrize("at_once", [1, 100])
async def test_who_follows_one_of_several_people_hears_of_that_person_only(
    world: World, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(storing, "AT_ONCE", at_once)
    record, one, two = await _two_people(world)
    for user_id, person in ((1, one), (2, two)):
        await world.follow_person(person, user_id)
    await world.look()
    assert await world.heard(1) == await world.heard(2) == []
    world.publish(50, ADA, CY, DI, abstract="On flowers.")
    world.publish(51, BO, ADA)
    assert (await world.look()).announced == 4
    world.publish(52, ADA)
    assert (await world.look()).announced == 1
    await world.look()
    assert await world.heard(1) == [
        ("filtered", "Paper 50"),
        ("pending", "Paper 51"),
        ("filtered", "Paper 52"),
    ]
    assert [state for state, _ in await world.heard(2)] == ["pending", "filtered", "filtered"]
    assert [state for state, _ in await world.heard(9)] == ["pending"] * 3
    async with world.database.read() as session:
        where = await destinations.find(session, user_id=1)
        assert where is not None
        ids = [w.id for w in await works.of_researchers(session, [record]) if w.year == 2099]
        why = [
            said.why
            for work in sorted(ids)
            for said in await announcements.for_work(session, work, [where.id])
        ]
        assert len(await persons.of_record(session, record)) == 2
    assert "it is by another person of this name (" in why[0]
    assert "with Bo Li: nothing tells which person of this name it is by" in why[2]


async def test_what_was_held_back_is_heard_of_once_it_is_decided_theirs(world: World) -> None:
    record, one, _ = await _two_people(world)
    await world.follow_person(one, 1)
    await world.follow_person(one, 3, Filter(none_of=("engine",)))
    await world.look()
    world.publish(50, ADA, CY, DI)
    await world.look()
    world.publish(51, ADA, CY, DI, abstract="On flowers.")
    await world.look(after=40 * DAY)
    assert await world.heard(1) == [("filtered", "Paper 50"), ("filtered", "Paper 51")]
    async with world.database.read() as session:
        works_ = await works.of_researchers(session, [record])
        late = {work.title: work.id for work in works_}

    async def decided(title: str) -> int:
        async with world.database.write() as session:
            await persons.decide(
                session, one, late[title], theirs=True, user_id=7, said_by=persons.MODERATOR
            )
        await namesakes.refresh(world.database, Words.name, record)
        return await held.release(world.database, Words(), record, world.now)

    assert await decided("Paper 51") == 2
    assert await world.heard(1) == [("filtered", "Paper 50"), ("pending", "Paper 51")]
    assert await decided("Paper 50") == 0, "it was found too long ago"
    assert await decided("Paper 51") == 0, "it is heard of once"
    assert await world.heard(3) == [("filtered", "Paper 50"), ("pending", "Paper 51")]


async def test_new_papers_of_somebody_who_hides_are_not_announced_there_under_the_name(
    world: World,
) -> None:
    record, one, _ = await _two_people(world)
    async with world.database.write() as session:
        channel = await destinations.ensure_channel(session, 70, 7)
        made = await follows.add(session, record, channel, user_id=None, set_by=1)
        begun = update(FollowRow).where(FollowRow.id == made.id).values(created_at=world.now)
        await session.execute(begun)
        await claim(session, one, 5)
        await announcing.hide(session, one, 5, 7)
    world.publish(50, ADA, BO)
    world.publish(51, ADA, CY, DI, abstract="On flowers.")
    await world.look()
    world.publish(52, ADA)
    await world.look()

    async def told() -> list[tuple[str, str]]:
        async with world.database.read() as session:
            listed = await works.of_researchers(session, [record])
            rows = [await announcements.for_work(session, w.id, [channel.id]) for w in listed]
        return sorted((a.work.title, a.state.value) for found in rows for a in found)

    assert await told() == [
        ("Paper 50", "filtered"),
        ("Paper 51", "pending"),
        ("Paper 52", "pending"),
    ]
    assert await world.heard(9) == [("pending", f"Paper {n}") for n in (50, 51, 52)]
    async with world.database.write() as session:
        late = {work.title: work.id for work in await works.of_researchers(session, [record])}
        await persons.decide(
            session, one, late["Paper 52"], theirs=True, user_id=5, said_by=persons.RESEARCHER
        )
    await namesakes.refresh(world.database, Words.name, record)
    await held.release(world.database, Words(), record, world.now)
    assert dict(await told())["Paper 52"] == "filtered"


async def test_of_a_very_large_record_the_people_whom_somebody_follows_are_still_heard_of(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, one, two = await _two_people(world)
    for user_id, person in ((1, one), (2, two)):
        await world.follow_person(person, user_id)
    await world.look()
    async with world.database.read() as session:
        before = {p.researcher.id: len(p.works) for p in await persons.of_record(session, record)}
    world.publish(49, ADA)
    await world.look()
    monkeypatch.setattr(namesakes, "MOST_WORKS", 9)
    world.publish(50, ADA, CY, DI, abstract="On flowers.")
    world.publish(51, BO, ADA)
    await world.look()
    assert await world.heard(1) == [
        ("filtered", "Paper 49"),
        ("filtered", "Paper 50"),
        ("pending", "Paper 51"),
    ]
    assert [state for state, _ in await world.heard(2)] == ["filtered", "pending", "filtered"]
    async with world.database.read() as session:
        after = {p.researcher.id: len(p.works) for p in await persons.of_record(session, record)}
    assert after == {person: works_ + 1 for person, works_ in before.items()}


async def test_a_person_is_looked_for_though_nobody_follows_the_record(world: World) -> None:
    record, one, _ = await _two_people(world)
    await world.follow_person(one, 1)
    async with world.database.write() as session:
        [follow] = await follows.of_user(session, 9)
        await follows.remove(session, follow.id)
    await world.look()
    world.publish(50, BO, ADA)
    world.server.faults = ["503"] * 40
    assert (await world.look()).missed == 1
    assert await world.heard(1) == []
    world.server.faults = []
    await world.look()
    assert await world.heard(1) == [("pending", "Paper 50")]
    async with world.database.read() as session:
        placed = await persons.whose(
            session, record, (await works.by_source_ids(session, ["arxiv:2603.00050"]))[0].id
        )
    assert placed is not None
    assert placed[0].id == one


async def test_a_revision_is_heard_of_by_who_follows_its_person(world: World) -> None:
    _, one, two = await _two_people(world)
    for user_id, person in ((1, one), (2, two)):
        await world.follow_person(person, user_id, Filter(revisions=True))
    await world.look()
    world.publish(50, BO, ADA)
    await world.look()
    world.server.replace("2603.00050", version=2, updated=f"{world.now:%Y-%m-%dT00:00:00Z}")
    await world.look()
    assert [state for state, _ in await world.heard(1)] == ["pending", "pending"]
    assert [state for state, _ in await world.heard(2)] == ["filtered"]


async def test_who_took_papers_out_of_a_record_does_not_meet_them_again(world: World) -> None:
    record, _, _ = await _two_people(world)
    await world.follow("Grace Hopper", user_id=2)
    await world.look()
    world.publish(50, ADA, BO)
    world.publish(51, ADA, BO, "Grace Hopper")
    await world.look()
    assert await world.heard(9) == [("pending", "Paper 50"), ("pending", "Paper 51")]
    async with world.database.write() as session:
        one = await _with_bo(session, record)
        forgotten = await optouts.forget(session, one)
        assert forgotten.works == 5
    for _ in range(2):
        assert (await world.look()).announced == 0
    async with world.database.read() as session:
        stored = {work.title for work in await works.of_researchers(session, [])}
        assert "Paper 50" not in stored, "an answer could cite it"
        assert "Paper 51" in stored, "it is Grace Hopper's, too"
        theirs = await works.of_researchers(session, [record])
        assert sorted(w.title for w in theirs) == ["Paper 5", "Paper 6", "Paper 7"]
    assert ("pending", "Paper 51") not in await world.heard(9)
    assert await world.heard(2) == [("pending", "Paper 51")]


async def test_who_leaves_a_record_during_a_look_is_not_brought_back_by_it(world: World) -> None:
    record, _, _ = await _two_people(world)
    await world.follow("Grace Hopper", user_id=2)
    await world.look()
    world.publish(50, ADA, BO, "Grace Hopper")
    await world.look()
    async with world.database.write() as session:
        person = await _with_bo(session, record)
    async with world.database.write() as session:
        await optouts.forget(session, person)
        looking = asyncio.create_task(world.look())
        await asyncio.wait([looking], timeout=1)
    assert (await looking).missed == 0
    async with world.database.read() as session:
        theirs = await works.of_researchers(session, [record])
    assert sorted(w.title for w in theirs) == ["Paper 5", "Paper 6", "Paper 7"]


async def test_joined_records_are_heard_of_as_one(world: World) -> None:
    world.server.works.append(paper(90, START - 90 * DAY, "A. A. Byron"))
    await world.follow(ADA)
    other = await world.follow("A. A. Byron", user_id=2)
    await world.look()
    async with world.database.write() as session:
        ada = await finding.resolve(session, ADA)
        await joining.join(session, other, ada.id, 7)
        [follow] = await follows.of_user(session, 2)
        await follows.remove(session, follow.id)
    world.publish(50, "A. A. Byron")
    assert (await world.look()).announced == 1
    world.publish(51, "A. A. Byron", ADA)
    await world.look()
    assert await world.heard() == [("pending", "Paper 50"), ("pending", "Paper 51")]
    async with world.database.write() as session:
        await joining.part(session, other, 7)
    world.publish(52, "A. A. Byron")
    assert (await world.look()).announced == 0


@pytest.mark.parametrize("fault", ["empty_zero", "html", "503", "cut_xml", "reset"])
async def test_a_look_that_fails_is_late_and_loses_nothing(world: World, fault: str) -> None:
    record = await world.follow(ADA)
    await world.look()
    world.publish(50)
    world.server.faults = [fault] * 40
    assert (await world.look()).missed == 1
    async with world.database.read() as session:
        [late] = await watches.due(session, world.now + DAY, 9)
        assert (late.researcher_id, late.failures) == (record, 1)
    world.server.faults = []
    await world.look(timedelta(hours=1))
    assert await world.heard() == [("pending", "Paper 50")]


class Cursed:
    """A source in which one name meets a defect of ours."""

    def __init__(self, source: Arxiv, name: str) -> None:
        self.source, self.name = source, name

    def by_authors(self, names: Sequence[str]) -> Papers:
        if self.name in names:
            raise RuntimeError("a defect")
        return self.source.by_authors(names)


async def test_a_defect_at_one_person_keeps_nobody_else_from_being_heard_of(world: World) -> None:
    cursed = await world.follow(ADA)
    await world.follow(CHARLES, user_id=2)
    world.watcher._source = Cursed(world.arxiv, ADA)
    seen = await world.look()
    assert (seen.looked, seen.missed) == (1, 1)
    async with world.database.read() as session:
        assert await watches.due(session, world.now, 9) == []
        [late] = await watches.due(session, world.now + timedelta(minutes=5), 9)
    assert (late.researcher_id, late.failures) == (cursed, 1)


async def test_a_name_that_cannot_be_looked_for_keeps_nobody_else_from_being_heard_of(
    world: World,
) -> None:
    for user_id, name in enumerate((ADA, "1984", CHARLES), start=1):
        await world.follow(name, user_id)
    await world.look()
    async with world.database.write() as session:  # as if it had been looked for before
        await session.execute(update(WatchRow).values(first_look_at=START, watermark=START.date()))
    world.publish(50)
    world.publish(51, CHARLES)
    await world.look()
    assert await world.heard(1) == [("pending", "Paper 50")]
    assert await world.heard(3) == [("pending", "Paper 51")]


class Speechless(Words):
    """Cannot read one text."""

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unless it is there."""
        if "a curse" in texts:
            raise EmbeddingUnavailable(why="it is too long")
        return super().encode(texts)


async def test_a_filter_that_cannot_be_compared_keeps_nobody_else_from_being_heard_of(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "GROUP", 1)
    world.watcher._embedder = Speechless()
    cursed = await world.follow(ADA, wanted=Filter(similar_to="a curse"))
    await world.follow(CHARLES, user_id=2)
    async with world.database.write() as session:
        for record in await watches.due(session, world.now, 9):
            await watches.looked(
                session, record.researcher_id, START, covered=START.date(), busy=False
            )
    world.publish(50)
    world.publish(51, CHARLES)
    seen = await world.look()
    assert (seen.looked, seen.missed) == (1, 1)
    assert await world.heard(2) == [("pending", "Paper 51")]
    async with world.database.read() as session:
        [late] = await watches.due(session, world.now + timedelta(minutes=5), 9)
    assert (late.researcher_id, late.failures) == (cursed, 1)


class Slow:
    """A source that takes minutes for each paper, while another process would like to look."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.taken = list[bool]()

    def by_authors(self, names: Sequence[str]) -> Papers:
        """What there is, in time."""
        papers = self.world.arxiv.by_authors(names)

        async def read(_: Papers) -> AsyncIterator[Paper]:
            async for one in papers:
                self.world.now += timedelta(minutes=6)
                yield one
                async with self.world.database.write() as session:
                    now = self.world.now
                    self.taken.append(await watches.take_lease(session, "watch", "b", now, DAY))

        return Papers("arXiv", read)


async def test_nobody_else_looks_during_a_look_however_long_it_takes(world: World) -> None:
    await world.follow(ADA)
    slow = Slow(world)
    world.watcher._source = slow
    assert (await world.look()).new == 11
    assert slow.taken == [False] * 11


async def test_months_of_a_misbehaving_arxiv_lose_and_double_nothing(world: World) -> None:
    dice = random.Random(5)
    await world.follow(ADA)
    await world.look()
    harmless = sorted(set(FAULTS) - {"stall", "trickle", "flood"})
    published = []
    for number in range(100, 116):
        world.publish(number)
        published.append(("pending", f"Paper {number}"))
        world.server.faults = [dice.choice([*harmless, None, None]) for _ in range(3)]
        await world.look(2 * DAY)
    world.server.faults = []
    await world.look()
    await world.look()
    assert await world.heard() == published


async def test_many_names_share_a_request_and_one_process_looks(
    world: World, database: Database
) -> None:
    for number in range(30):
        name = f"Person {chr(65 + number % 26)}{'x' * (number // 26)}"
        world.server.works.append(paper(200 + number, START - 90 * DAY, name))
        await world.follow(name)
    await world.look()
    before = len(world.server.requests)
    async with database.write() as session:
        await watches.drop_lease(session, "watch", "test", world.now)
        assert await watches.take_lease(session, "watch", "other", world.now, 9 * DAY)
    assert await world.look() == Seen()
    assert len(world.server.requests) == before
    async with database.write() as session:
        await watches.drop_lease(session, "watch", "other", world.now)
    assert (await world.look()).looked == 30
    assert len(world.server.requests) - before <= 12


def test_states_are_the_words_that_people_read() -> None:
    assert [state.value for state in State] == [
        "pending",
        "sending",
        "sent",
        "filtered",
        "paused",
        "failed",
    ]


async def test_what_appeared_while_nobody_followed_is_not_announced_afterwards(
    world: World,
) -> None:
    record = await world.follow(ADA)
    await world.look()
    async with world.database.write() as session:
        [mine] = await follows.of_researchers(session, [record])
        await announcing.unfollow(session, mine)
    world.publish(50)
    world.now += 100 * DAY
    await world.follow(ADA)
    await world.look()
    assert await world.heard() == []
    await world.follow(ADA, user_id=2)
    world.publish(51)
    await world.look()
    assert await world.heard(1) == await world.heard(2) == [("pending", "Paper 51")]
