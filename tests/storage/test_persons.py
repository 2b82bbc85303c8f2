"""Persons behind a record: kept over splits, decided for ever, joined and parted."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from storage import (
    claims,
    destinations,
    finding,
    follows,
    joining,
    network,
    persons,
    privacy,
    researchers,
    storing,
    works,
)
from storage.database import Database
from storage.errors import (
    AlreadyJoined,
    DecidedSince,
    NotJoined,
    NotTwoRecords,
    TwoClaimants,
    WorkNotListed,
)
from storage.names import name_key
from storage.persons import MODERATOR, RESEARCHER, Part, Placed, _same_persons
from tests.storage.claimed import claimed_record
from tests.storage.papers import paper


async def _record(session: AsyncSession, number: int = 6, name: str = "Ada Lovelace") -> int:
    record = await researchers.ensure(session, name, "arXiv")
    await storing.store(session, [paper(n, authors=(name,)) for n in range(1, number + 1)], record)
    return record


def _part(*work_ids: int, label: str = "", person: int | None = None) -> Part:
    return Part(label, tuple(Placed(i, 0.8, "shares Bo") for i in work_ids), person)


async def _works(session: AsyncSession, record: int) -> dict[int, list[int]]:
    found = await persons.of_record(session, record)
    return {p.researcher.id: sorted(placed.work_id for placed in p.works) for p in found}


async def test_a_split_gives_researchers_with_their_own_works(database: Database) -> None:
    async with database.write() as session:
        record = await _record(session)
        await persons.save(session, record, [_part(1, 2, 3, label="engines"), _part(4, 5)])
        [first, second] = await persons.of_record(session, record)
        assert first.researcher.distinct_name == "Ada Lovelace · engines"
        assert first.works[0] == Placed(1, 0.8, "shares Bo")
        assert await works.ids_of(session, [second.researcher.id]) == [4, 5]
        assert await works.count(session, [record]) == 6
        assert await persons.record_of(session, second.researcher.id) == record
        profile = await researchers.profile(session, first.researcher.id)
        assert profile.works == 3
        assert profile.close_collaborators == ()  # not themselves


async def test_whom_a_button_named_is_never_somebody_else_after_another_split(
    database: Database,
) -> None:
    async with database.write() as session:
        record = await _record(session, 4)
        before = await persons.save(session, record, [_part(1, label="vision"), _part(2)])
        await persons.save(session, record, [])
        after = await persons.save(session, record, [_part(3, label="law"), _part(4)])
        assert not set(before) & set(after)


async def test_the_name_means_the_record_and_the_persons_are_offered_after_it(
    database: Database,
) -> None:
    async with database.write() as session:
        record = await _record(session)
        await persons.save(session, record, [_part(1), _part(4, 5), _part(2, 3, 6)])
        found = await finding.find(session, "lovelace")
        assert [(r.record_id, r.works) for r in found] == [
            (None, 6),
            (record, 3),
            (record, 2),
            (record, 1),
        ]
        assert len(await finding.find(session, "lovelace", limit=2)) == 2
        assert (await finding.resolve(session, "Ada Lovelace")).id == record
        mentions = await finding.mentioned(session, "what did Ada Lovelace write?")
        assert [m.researcher.id for m in mentions] == [record]
        assert [r.id for r in await researchers.everyone(session)] == [record]
        assert await researchers.count(session) == 1
        assert await researchers.ensure(session, "Ada Lovelace", "arXiv") == record


async def test_splitting_again_keeps_who_is_still_there(database: Database) -> None:
    async with database.write() as session:
        record = await _record(session)
        [one, two] = await persons.save(session, record, [_part(1, 2, 3), _part(4, 5)])
        assert await persons.save(session, record, [_part(4, 5, 6), _part(1, 2), _part(3)]) == [
            two,
            one,
            (await _works(session, record)).popitem()[0],
        ]
        assert (await _works(session, record))[two] == [4, 5, 6]
        await persons.save(session, record, [_part(1, 2, 3, 4, 5, 6)])
        assert await persons.of_record(session, record) == []
        assert await persons.namesakes(session, record) == []
        await persons.sorted_from(session, record, await persons.basis(session, record))
        assert await persons.to_split(session) == []


async def test_whom_somebody_follows_stays(database: Database) -> None:
    async with database.write() as session:
        record = await _record(session)
        [one, two] = await persons.save(session, record, [_part(1, 2, 3), _part(4, 5)])
        to = await destinations.ensure_direct(session, 7)
        await follows.add(session, two, to, user_id=7, set_by=7)
        await persons.save(session, record, [_part(1, 2, 3, 4, 5, 6)])
        assert await _works(session, record) == {one: [1, 2, 3, 6], two: [4, 5]}


async def test_whom_somebody_begins_to_follow_during_a_split_stays(database: Database) -> None:
    async with database.write() as session:
        record = await _record(session)
        [one, two] = await persons.save(session, record, [_part(1, 2, 3), _part(4, 5)])
    begun = asyncio.Event()

    async def follow() -> None:
        async with database.write() as session:
            to = await destinations.ensure_direct(session, 7)
            await follows.add(session, two, to, user_id=7, set_by=7)
            begun.set()
            await asyncio.sleep(0.3)

    async def split() -> None:
        await begun.wait()
        async with database.write() as session:
            await persons.save(session, record, [_part(1, 2, 3, 4, 5, 6)])

    await asyncio.gather(follow(), split(), split())
    async with database.read() as session:
        assert [f.researcher.id for f in await follows.of_user(session, 7)] == [two]
        assert await _works(session, record) == {one: [1, 2, 3, 6], two: [4, 5]}


async def test_a_decision_holds_at_once_and_over_splits_and_imports(database: Database) -> None:
    async with database.write() as session:
        record = await _record(session)
        [one, two] = await persons.save(session, record, [_part(1, 2, 3), _part(4, 5)])
        await persons.decide(session, two, 3, theirs=True, user_id=7, said_by=RESEARCHER)
        await persons.decide(session, one, 2, theirs=False, user_id=8, said_by=MODERATOR)
        assert await _works(session, record) == {one: [1], two: [3, 4, 5]}
        whose = await persons.whose(session, record, 3)
        assert whose is not None
        assert whose[1] == Placed(3, 1.0, "Theirs, as the researcher decided")
        assert await persons.whose(session, record, 2) is None
        await persons.save(session, record, [_part(1, 2, 3), _part(4, 5)])
        await storing.store(session, [paper(2, version=2, authors=("Ada Lovelace",))], record)
        assert await works.ids_of(session, [one]) == [1]
        assert await works.count(session, [record]) == 6
        assert await works.ids_of(session, [two]) == [3, 4, 5]
        await privacy.erase(session, 7)
        decided = await persons.decisions(session, record)
        assert [(d.work_id, d.theirs, d.said_by) for d in decided] == [
            (3, False, "the researcher"),  # of the person it was with before
            (3, True, "the researcher"),
            (2, False, "a moderator"),
        ]
        assert "decisions" not in await privacy.export(session, 7)


async def test_what_is_not_theirs_leaves_a_record_of_one_person(database: Database) -> None:
    async with database.write() as session:
        record = await _record(session)
        await persons.decide(session, record, 3, theirs=False, user_id=7, said_by=MODERATOR)
        await storing.store(session, [paper(3, authors=("Ada Lovelace",))], record)
        assert sorted(await works.ids_of(session, [record])) == [1, 2, 4, 5, 6]
        await persons.save(session, record, [_part(1, 2, 3), _part(4, 5)])
        assert 3 not in (await _works(session, record)).popitem()[1]
        await persons.decide(session, record, 3, theirs=True, user_id=7, said_by=MODERATOR)
        assert await works.count(session, [record]) == 6
        with pytest.raises(WorkNotListed):
            await persons.decide(session, record, 99, theirs=True, user_id=7, said_by=MODERATOR)


async def test_a_decision_is_taken_back_by_whoever_made_it_last(database: Database) -> None:
    async with database.write() as session:
        record = await _record(session)
        parts = [_part(1, 2, 3), _part(4, 5)]
        [one, two] = await persons.save(session, record, parts)
        await persons.decide(session, one, 3, theirs=True, user_id=7, said_by=MODERATOR)
        before = await persons.decisions(session, record)
        assert await persons.decide(session, two, 3, theirs=True, user_id=8, said_by=MODERATOR) == [
            one
        ]
        with pytest.raises(DecidedSince):
            await persons.undo(session, one, 3, user_id=7, before=())
        with pytest.raises(DecidedSince):
            await persons.undo(session, two, 3, user_id=7, before=before)
        await persons.undo(session, two, 3, user_id=8, before=before)
        assert await persons.decisions(session, record) == before
        assert await _works(session, record) == {one: [1, 2, 3], two: [4, 5]}
        await persons.decide(session, record, 4, theirs=False, user_id=7, said_by=MODERATOR)
        assert await works.count(session, [record]) == 5
        await persons.undo(session, record, 4, user_id=7, before=())
        assert await works.count(session, [record]) == 6
        await persons.save(session, record, parts)
        assert await _works(session, record) == {one: [1, 2, 3], two: [4, 5]}


async def test_two_records_of_one_person_are_joined_and_parted(database: Database) -> None:
    async with database.write() as session:
        record = await _record(session)
        other = await researchers.ensure(session, "A. A. Lovelace", "arXiv")
        await storing.store(session, [paper(6), paper(7)], other)
        kept = await joining.join(session, other, record, 7)
        assert (kept.id, kept.works) == (record, 7)
        assert (await finding.resolve(session, "A. A. Lovelace")).id == record
        assert [r.id for r in await finding.find(session, "lovelace")] == [record]
        assert await persons.record_of(session, other) == record
        assert [r.id for r in await joining.joined_to(session, record)] == [other]
        await storing.store(session, [paper(8)], other)
        assert await works.count(session, [record]) == 8
        with pytest.raises(AlreadyJoined):
            await joining.join(session, other, record, 7)
        with pytest.raises(NotTwoRecords):
            await joining.join(session, record, other, 7)
        await persons.save(session, record, [_part(1, 2, 3), _part(7, 5)])
        assert (await joining.part(session, other, 7)).works == 6
        assert await works.count(session, [other]) == 3
        assert sorted(w for ws in (await _works(session, record)).values() for w in ws) == [
            1,
            2,
            3,
            5,
        ]
        assert (await finding.resolve(session, "A. A. Lovelace")).id == other
        with pytest.raises(NotJoined):
            await joining.part(session, other, 7)
        log = await joining.history(session, {record})
        assert [(s.record.id, s.kept.id, s.joined, s.user_id) for s in log] == [
            (other, record, True, 7),
            (other, record, False, 7),
        ]
        assert await joining.everything(session) == []
        await privacy.erase(session, 7)
        assert [step.user_id for step in await joining.history(session)] == [None, None]


async def test_records_that_two_people_have_proved_theirs_stay_two(database: Database) -> None:
    async with database.write() as session:
        one = await claimed_record(session, "Ada Lovelace", 1)
        other = await claimed_record(session, "A. A. Lovelace", 2)
        with pytest.raises(TwoClaimants):
            await joining.join(session, other, one, 7)
        third = await claimed_record(session, "Ada Byron", 1)
        assert (await joining.join(session, third, one, 7)).id == one


async def test_joined_records_are_one_in_the_graph(database: Database) -> None:
    async with database.write() as session:
        record = await _record(session, 2)
        other = await researchers.ensure(session, "A. A. Lovelace", "arXiv")
        await storing.store(session, [paper(7, authors=("A. A. Lovelace", "Bo Li"))], other)

        async def whose() -> tuple[int, str] | None:
            return (await network.printed_on(session, [3]))[0].record

        assert await whose() == (other, "A. A. Lovelace")
        await joining.join(session, other, record, 7)
        assert await whose() == (record, "Ada Lovelace")
        first = await network.first_places(session, [name_key("A. A. Lovelace")])
        assert [author.record for author in first.values()] == [(record, "Ada Lovelace")]
        keys = await network.own_keys(session, [record])
        assert {name_key("A. A. Lovelace"), name_key("Ada Lovelace")} <= keys
        assert [h.id for h in await network.works_of(session, record)] == [3, 2, 1]
        await joining.part(session, other, 7)
        assert await whose() == (other, "A. A. Lovelace")


async def test_a_claimed_record_stands_for_both(database: Database) -> None:
    async with database.write() as session:
        record = await _record(session, 2)
        other = await claimed_record(session, "A. A. Lovelace", 11)
        kept = await joining.join(session, other, record, 7)
        assert (kept.id, kept.claimed) == (other, True)
        assert await claims.holder(session, await persons.record_of(session, record)) == 11


async def test_three_records_are_parted_one_by_one(database: Database) -> None:
    async with database.write() as session:
        ids = [await researchers.ensure(session, f"{n} Lovelace", "arXiv") for n in "ABC"]
        for n, record in enumerate(ids):
            await storing.store(session, [paper(n)], record)
        await joining.join(session, ids[0], ids[1], 7)
        await joining.join(session, ids[1], ids[2], 7)
        await storing.store(session, [paper(9)], ids[0])
        assert await works.count(session, [ids[2]]) == 4
        assert (await finding.resolve(session, "A Lovelace")).id == ids[2]
        await joining.part(session, ids[0], 7)
        assert [await works.count(session, [i]) for i in ids] == [2, 1, 2]


_sets = st.lists(st.sets(st.integers(1, 9), min_size=1), max_size=4)


@given(_sets, _sets)
def test_no_person_is_continued_twice(new: list[set[int]], old: list[set[int]]) -> None:
    parts = [_part(*works) for works in new]
    same = _same_persons(parts, dict(enumerate(old, start=1)), prefer=())
    assert len(set(same.values())) == len(same)
    for n, person in same.items():
        assert person is not None
        assert new[n] & old[person - 1]
