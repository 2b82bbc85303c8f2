"""Not being profiled: what goes, what stays, and that importing does not bring it back."""

from __future__ import annotations

import asyncio
import json

import numpy as np
import pytest
from sqlalchemy import select

from storage import (
    announcements,
    announcing,
    answers,
    claims,
    couriers,
    destinations,
    finding,
    follows,
    joining,
    optouts,
    persons,
    privacy,
    researchers,
    storing,
    terms,
    topics,
    vectors,
    works,
)
from storage.answers import Asked, utcnow
from storage.claim_states import State
from storage.database import Database
from storage.errors import NotYourRecord, OptedOut, UnknownResearcher
from storage.persons import RESEARCHER, Part, Placed
from storage.schema import AttributionRow, WorkRow
from storage.topics import Topic
from tests.storage.announced import HOLD
from tests.storage.claimed import claim
from tests.storage.claiming import ADA, BOB, EVE, a_record, prove, start, state_of, two_people
from tests.storage.papers import paper


async def _two_records(database: Database) -> tuple[int, int]:
    """Ada with works 1 and 2, Bob with 2 and 3; 1 belongs to Ada alone."""
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        bob = await researchers.ensure(session, "Bob Bee", "arXiv")
        await storing.store(session, [paper(1), paper(2)], ada)
        await storing.store(session, [paper(2), paper(3)], bob)
        await terms.save(session, {1: {"engine": 2}, 2: {"engine": 1}, 3: {"loom": 1}})
        await topics.replace(session, ada, [Topic("engines", (1, 2))])
        to = await destinations.ensure_direct(session, 7)
        await follows.add(session, ada, to, user_id=7, set_by=7)
        return ada, bob


def _answer(work_id: int) -> Asked:
    return Asked(
        user_id=7,
        guild_id=None,
        channel_id=1,
        private=False,
        question="?",
        turn={},
        passages=({"work_id": work_id},),
    )


async def test_the_record_goes_with_what_is_only_its_own(database: Database) -> None:
    ada, bob = await _two_records(database)
    async with database.write() as session:
        cites = [await answers.keep(session, _answer(n)) for n in (1, 3)]
        gone = await optouts.forget(session, ada)
        assert (gone.name, gone.works) == ("Ada Lovelace", 1)
        with pytest.raises(UnknownResearcher):
            await finding.resolve(session, "Ada Lovelace")
        assert await finding.find(session, "lovelace") == []
        with pytest.raises(UnknownResearcher):  # the work of both still prints the name
            await finding.mentioned(session, "What did Ada Lovelace write?")
        assert await follows.of_user(session, 7) == []
        assert await topics.of(session, ada) == ()
        assert sorted(await works.ids_of(session, [])) == [2, 3]
        assert sorted(await works.ids_of(session, [bob])) == [2, 3]
        assert await terms.corpus(session) == (2, 1.0)
        assert await terms.works_with(session, ["engine"]) == {"engine": 1}
        left = await answers.recent(session, 1)
        assert [asked.id for asked in left] == cites[1:]
        assert await announcements.for_work(session, 1, [1]) == []


async def _waiting(database: Database) -> list[tuple[int, list[str]]]:
    """What is to be sent: works, and because of whom."""
    async with database.write() as session:
        parcels = await couriers.take(session, "c", utcnow(), HOLD)
        told = [a for parcel in parcels for a in parcel.announcements]
    return [(a.work.id, [reason.name for reason in a.reasons]) for a in told]


async def test_nothing_is_announced_any_more_because_of_who_is_forgotten(
    database: Database,
) -> None:
    ada, bob = await _two_records(database)
    async with database.write() as session:
        to = await destinations.ensure_direct(session, 7)
        await follows.add(session, bob, to, user_id=7, set_by=7)
        other = await destinations.ensure_channel(session, 50, 9)
        await follows.add(session, ada, other, user_id=None, set_by=7)
        work = (await works.by_ids(session, [2]))[2]  # of both
        told = await follows.of_researchers(session, [ada, bob])
        assert await announcing.announce(session, work, told, utcnow()) == 2
        await optouts.forget(session, ada)
    assert await _waiting(database) == [(2, ["Bob Bee"])]


async def test_a_work_taken_out_of_a_record_is_not_announced_as_that_records(
    database: Database,
) -> None:
    ada, bob = await _two_records(database)
    async with database.write() as session:
        parts = [Part(label, (Placed(n, 1.0, "sure"),)) for label, n in (("one", 2), ("two", 1))]
        [person, _] = await persons.save(session, ada, parts)
        to = await destinations.ensure_direct(session, 8)
        for one in (person, bob):
            await follows.add(session, one, to, user_id=8, set_by=8)
        work = (await works.by_ids(session, [2]))[2]
        told = await follows.of_researchers(session, [ada, bob, person])
        assert await announcing.announce(session, work, told, utcnow()) == 2
        await optouts.forget(session, person)
    assert await _waiting(database) == [(2, ["Bob Bee"])]


async def test_importing_does_not_bring_it_back(database: Database) -> None:
    ada, _ = await _two_records(database)
    async with database.write() as session:
        await optouts.forget(session, ada)
    for source in ("arXiv", "snapshot"):
        async with database.write() as session:
            with pytest.raises(OptedOut) as caught:
                await researchers.ensure(session, "Lovelace, Ada", source)
        assert "not to be profiled" in caught.value.sentence
    async with database.write() as session:
        assert await researchers.ensure(session, "Adam Lovelace", "arXiv")
        assert await optouts.lift(session, name="ada  LOVELACE") == ["Ada Lovelace"]
        assert await optouts.standing(session) == []
        assert await researchers.ensure(session, "Ada Lovelace", "arXiv")


async def test_a_person_takes_their_works_out_of_a_shared_record(database: Database) -> None:
    ada, _ = await _two_records(database)
    async with database.write() as session:
        await storing.store(session, [paper(4)], ada)
        first = Part("engines", (Placed(1, 1.0, "sure"), Placed(2, 1.0, "sure")))
        second = Part("music", (Placed(4, 1.0, "sure"),))
        [person, _] = await persons.save(session, ada, [first, second])
        await claim(session, person, 7)
        with pytest.raises(NotYourRecord):
            await optouts.opt_out(session, person, 8)
        await optouts.opt_out(session, person, 7)
        assert await works.ids_of(session, [ada]) == [4]
        await storing.store(session, [paper(1), paper(2), paper(5)], ada)
        found = await works.of_researchers(session, [ada])
        assert sorted(work.source_id for work in found) == [paper(4).source_id, paper(5).source_id]
        assert [(o.name, o.works) for o in await optouts.standing(session, user_id=7)] == [
            ("Ada Lovelace", 2)
        ]
        assert await optouts.lift(session, user_id=7) == ["Ada Lovelace"]
        await storing.store(session, [paper(1)], ada)
        assert await session.scalar(
            select(AttributionRow.certainty)
            .join(WorkRow, WorkRow.id == AttributionRow.work_id)
            .where(WorkRow.source_id == paper(1).source_id)
        )


async def test_what_is_only_guessed_to_be_a_persons_stays(database: Database) -> None:
    ada, _ = await _two_records(database)
    async with database.write() as session:
        await storing.store(session, [paper(4), paper(5)], ada)
        first = Part("engines", (Placed(1, 0.95, "sure"), Placed(4, 0.6, "near in topic only")))
        [person, _] = await persons.save(session, ada, [first, Part("music", (Placed(5, 1, ""),))])
        found = await optouts.leaving(session, person)
        assert ([w.id for w in found.works], [w.id for w in found.guessed]) == ([1], [4])
        await persons.decide(session, person, 4, theirs=True, user_id=7, said_by=RESEARCHER)
        sure = await optouts.leaving(session, person)
        assert {w.id for w in sure.works} == {1, 4}
        assert sure.mark != found.mark
        await persons.undo(session, person, 4, user_id=7, before=())
        await optouts.forget(session, person)
        assert sorted(await works.ids_of(session, [ada])) == [2, 4, 5]


async def test_works_of_the_forgotten_are_left_out_where_nobody_else_has_them(
    database: Database,
) -> None:
    ada, bob = await _two_records(database)
    others = paper(6, authors=("Bob Bee", "A. Lovelace"))
    papers = [paper(1), paper(2), paper(5, authors=("Bob Bee", "Lovelace, Ada")), others]
    async with database.write() as session:
        assert not await optouts.unwanted(session, papers, None)
        await optouts.forget(session, ada)
        left_out = {paper(1).source_id, paper(5).source_id}
        assert await optouts.unwanted(session, papers, None) == left_out
        assert not await optouts.unwanted(session, papers, bob)
        await optouts.lift(session, name="Ada Lovelace")
        assert not await optouts.unwanted(session, papers, None)


async def test_works_that_a_person_took_out_are_left_out(database: Database) -> None:
    ada, bob = await _two_records(database)
    async with database.write() as session:
        first = Part("engines", (Placed(1, 1.0, "sure"),))
        second = Part("music", (Placed(2, 1.0, "sure"),))
        [person, _] = await persons.save(session, ada, [first, second])
        await optouts.forget(session, person)
        papers = [paper(1), paper(2), paper(5)]
        for record in (ada, None):
            assert await optouts.unwanted(session, papers, record) == {paper(1).source_id}
        assert not await optouts.unwanted(session, papers, bob)


async def test_whoever_stands_for_several_records_takes_all_of_them_along(
    database: Database,
) -> None:
    async with database.write() as session:
        names = ("Ada Lovelace", "A. A. King", "Augusta Byron")
        ada, king, byron = [await researchers.ensure(session, n, "arXiv") for n in names]
        for number, record in enumerate((ada, king, byron), 1):
            await storing.store(session, [paper(number)], record)
        await joining.join(session, byron, king, 9)
        await joining.join(session, king, ada, 9)
        assert (await optouts.forget(session, ada)).works == 3
        assert await researchers.everyone(session) == []
        assert await works.ids_of(session, []) == []
        for name in names:
            with pytest.raises(OptedOut):
                await researchers.ensure(session, name, "arXiv")


async def test_a_persons_works_do_not_come_back_through_a_joined_record(
    database: Database,
) -> None:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        king = await researchers.ensure(session, "A. A. King", "arXiv")
        later = await researchers.ensure(session, "Augusta Byron", "arXiv")
        await storing.store(session, [paper(1)], king)
        await storing.store(session, [paper(2), paper(4)], ada)
        await joining.join(session, king, ada, 9)
        first = Part("engines", (Placed(1, 1.0, "sure"), Placed(2, 1.0, "sure")))
        second = Part("music", (Placed(3, 1.0, "sure"),))
        [person, _] = await persons.save(session, ada, [first, second])
        assert (await optouts.forget(session, person)).works == 2
        await storing.store(session, [paper(1)], king)
        await storing.store(session, [paper(2)], later)
        await joining.join(session, later, ada, 9)
        await storing.store(session, [paper(1)], later)
        assert await works.ids_of(session, [ada]) == [3]


async def test_vectors_saved_afterwards_are_still_found(database: Database) -> None:
    ada, _ = await _two_records(database)

    def of(work_id: int) -> vectors.WorkVectors:
        row = np.ones((1, 4), dtype=np.float32)
        return vectors.WorkVectors(work_id, row[0], ("A",), row)

    async with database.write() as session:
        await vectors.save(session, "m", [of(3), of(2), of(1)])
        await optouts.forget(session, ada)
        seen = max(row[0] for row in await vectors.since(session, "m", 0, 10))
        await storing.store(session, [paper(9)])
        [new] = [i for i in await works.ids_of(session, []) if i not in (2, 3)]
        await vectors.save(session, "m", [of(new)])
        assert [row[1] for row in await vectors.since(session, "m", seen, 10)] == [new]
        assert seen > 3


async def test_erasing_leaves_the_wish_without_whose_it_was(database: Database) -> None:
    ada, _ = await _two_records(database)
    async with database.write() as session:
        await claim(session, ada, 7)
        await optouts.opt_out(session, ada, 7)
        assert json.dumps(await privacy.export(session, 7))
        await privacy.erase(session, 7)
        assert await optouts.lift(session, user_id=7) == []
        assert [o.name for o in await optouts.standing(session)] == ["Ada Lovelace"]


async def test_who_disputed_a_person_that_opts_out_stands(database: Database) -> None:
    record = await a_record(database)
    one, other = await two_people(database, record)
    await prove(database, await start(database, one, ADA))
    waits = await start(database, other, EVE)
    rival = await prove(database, await start(database, record, BOB))
    assert rival.state is State.DISPUTED
    async with database.write() as session:
        gone = await optouts.opt_out(session, one, ADA)
    assert [(claim.user_id, claim.researcher.id) for claim in gone.claims] == [(ADA, one)]
    assert await state_of(database, rival) is State.VERIFIED
    assert await state_of(database, waits) is State.AWAITING
    async with database.read() as session:
        assert [claim.id for claim in await claims.untold_of(session, record)] == [rival.id]


async def test_who_leaves_during_an_import_is_not_brought_back_by_it(database: Database) -> None:
    ada, _ = await _two_records(database)
    async with database.write() as session:
        parts = [Part(str(n), (Placed(n, 1.0, ""),)) for n in (1, 2)]
        [person, _] = await persons.save(session, ada, parts)

    async def again() -> None:
        async with database.write() as session:
            record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
            unwanted = await optouts.unwanted(session, [paper(1)], record)
            await storing.store(session, [] if unwanted else [paper(1)], record)

    async with database.write() as session:
        await optouts.forget(session, person)
        importing = asyncio.create_task(again())
        await asyncio.wait([importing], timeout=0.5)
    await importing
    async with database.read() as session:
        assert not await works.by_source_ids(session, [paper(1).source_id])


async def test_who_leaves_and_what_is_imported_do_not_wait_for_each_other(
    database: Database,
) -> None:
    ada, _ = await _two_records(database)
    row = vectors.WorkVectors(3, np.ones(2, np.float32), ("Three",), np.ones((1, 2), np.float32))

    async def leave() -> None:
        async with database.write() as session:
            await optouts.forget(session, ada)

    async with database.write() as session:
        await vectors.save(session, "model", [row])
        leaving = asyncio.create_task(leave())
        await asyncio.wait([leaving], timeout=0.5)
        await terms.save(session, {3: {"engine": 1}})
    await leaving
