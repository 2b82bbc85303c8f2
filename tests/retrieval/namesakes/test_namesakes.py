"""A name split into persons, and what people decided about it."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import ingest, namesakes, topics
from retrieval.namesakes.likeness import Signature, Spellings
from retrieval.namesakes.splitting import Group, Known, split
from retrieval.question.reading import read
from storage import persons, researchers, storing, works
from storage import topics as kept_topics
from storage.database import Database
from storage.persons import MODERATOR
from storage.vectors import Matrix
from tests.storage.papers import paper

NAME = "Wei Wang"
OPTICS, BIRDS, TRADE = np.eye(3, 8, dtype=np.float32)


class TwoSubjects:
    """Texts about optics, and all others."""

    name = "two-subjects"
    dimensions = 8

    def encode(self, texts: Sequence[str]) -> Matrix:
        return np.stack([OPTICS if "optics" in text else BIRDS for text in texts])

    def encode_question(self, text: str) -> Matrix:
        vector: Matrix = self.encode([text])[0]
        return vector


def _work(
    number: int, *coauthors: str, about: Matrix | None = OPTICS, complete: bool = True
) -> Signature:
    return Signature(number, coauthors, about, complete)


def _ids(found: list[Group]) -> list[list[int]]:
    return [sorted(place.work_id for place in group.works) for group in found]


def test_co_authors_hold_a_person_together_and_the_reason_says_so() -> None:
    found = split(
        [
            _work(1, "Ada Lovelace", "Bo Nilsson"),
            _work(2, "Ada Lovelace", about=BIRDS),
            _work(3, "Bo Nilsson"),
            _work(4, "Olga Petrova", about=TRADE),
        ],
        NAME,
    )
    assert _ids(found) == [[1, 2, 3], [4]]
    assert found[0].coauthors == ("Ada Lovelace", "Bo Nilsson")
    reasons = {place.work_id: place.reason for group in found for place in group.works}
    assert reasons[1] == "shares Ada Lovelace with 1 of the 2 other works and Bo Nilsson with 1"
    assert reasons[2] == "shares Ada Lovelace with 1 of the 2 other works"
    assert "shares no co-author" in reasons[4]
    certainty = {place.work_id: place.certainty for group in found for place in group.works}
    assert certainty[1] > certainty[3] > certainty[2] > 0.5


def test_nothing_is_put_together_on_the_name_alone() -> None:
    assert split([_work(1, about=None), _work(2, about=None)], NAME) == []
    apart = split([_work(1, "Ada Lovelace", about=None), _work(2, "Bo Nilsson", about=None)], NAME)
    assert _ids(apart) == [[1], [2]]


def test_a_name_is_not_its_own_co_author() -> None:
    found = split(
        [_work(1, "Wang Wei", "Ada Lovelace"), _work(2, "Wei Wang", "Bo Nilsson", about=BIRDS)],
        NAME,
    )
    assert _ids(found) == [[1], [2]]


def test_an_incomplete_author_list_is_placed_by_topic_or_not_at_all() -> None:
    known = [_work(n, "Ada Lovelace") for n in (1, 2, 3)]
    near = split([*known, _work(4, complete=False)], NAME)
    assert _ids(near) == [[1, 2, 3, 4]]
    place = next(place for place in near[0].works if place.work_id == 4)
    assert place.reason == "near in topic only; its author list is not complete"
    far = split([*known, _work(4, complete=False, about=BIRDS)], NAME)
    assert _ids(far) == [[1, 2, 3]]


def test_co_authors_who_write_together_elsewhere_are_a_link() -> None:
    two = [_work(1, "Ada Lovelace"), _work(2, "Bo Nilsson", about=None)]
    assert len(split(two, NAME)) == 2
    found = split(two, NAME, together=[["Bo Nilsson", "Ada Lovelace", "Somebody Else"]])
    assert _ids(found) == [[1, 2]]
    assert found[0].works[0].reason.startswith("its co-author")


def test_what_was_decided_is_kept_to() -> None:
    all_near = [_work(n, "Ada Lovelace") for n in (1, 2, 3)]
    alien = _work(4, "Olga Petrova", about=BIRDS)
    found = split([*all_near, alien], NAME, known=Known({7: [1, 4], 8: [3]}))
    by_person = {group.person_id: ids for group, ids in zip(found, _ids(found), strict=True)}
    assert {1, 4} <= set(by_person[7])
    assert 3 in by_person[8]
    found = split(all_near, NAME, known=Known({}, [(3, [1, 2])]))
    assert _ids(found) == [[1, 2], [3]]
    [alone] = found[1].works
    assert alone.reason == "apart from works that it was decided not to belong with"
    assert alone.certainty > 0.5  # they are no likelier place for it


def test_two_co_authors_are_named_together_where_they_are_on_the_same_works() -> None:
    three = [_work(n, "Ada Lovelace", "Bo Nilsson") for n in (1, 2)]
    found = split([*three, _work(3, "Ada Lovelace")], NAME)
    reasons = {place.work_id: place.reason for place in found[0].works}
    assert reasons[3] == "shares Ada Lovelace with both other works"
    assert reasons[1] == "shares Ada Lovelace with both other works and Bo Nilsson with 1"
    found = split(three, NAME)
    assert found[0].works[0].reason == "shares Ada Lovelace and Bo Nilsson with the other work"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jun-Yan Zhu", "Junyan Zhu", True),
        ("Zhu Junyan", "Junyan Zhu", True),
        ("José García", "Jose Garcia", True),
        ("张伟", "Zhang Wei", True),
        ("A. Zisserman", "Andrew Zisserman", True),
        ("W. Chen", "Weifeng Chen", False),
        ("Ada Lovelace", "Ann Lovelace", False),
    ],
)
def test_spellings_of_a_name(one: str, other: str, same: bool) -> None:
    spelling = Spellings([one, other])
    assert (spelling[one] == spelling[other]) == same


def test_an_initial_that_two_can_bear_stands_for_neither() -> None:
    spelling = Spellings(["A. Zisserman", "Andrew Zisserman", "Anna Zisserman"])
    assert len({spelling["A. Zisserman"], spelling["Andrew Zisserman"]}) == 2


_names = st.sampled_from(["Ada Lovelace", "Bo Nilsson", "W. Chen", "张伟", "", "Wei Wang"])
_works = st.lists(st.tuples(st.lists(_names, max_size=3), st.booleans()), max_size=9)


@given(_works, st.data())
@settings(max_examples=25)
def test_every_work_has_one_place_at_most_and_decisions_hold(
    drawn: list[tuple[list[str], bool]], data: st.DataObject
) -> None:
    signatures = [
        _work(n, *names, about=OPTICS if here else None) for n, (names, here) in enumerate(drawn)
    ]
    ids = list(range(len(drawn)))
    theirs = data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    found = split(signatures, NAME, known=Known({5: theirs}))
    placed = [place for group in found for place in group.works]
    assert len({place.work_id for place in placed}) == len(placed)
    assert all(0 <= place.certainty <= 1 and place.reason for place in placed)
    assert sum(bool(set(theirs) & set(g)) for g in _ids(found)) <= 1


async def _of_two_people(database: Database) -> int:
    """A record with four works on optics and four on birds, each by a team of its own."""
    async with database.write() as session:
        record = await researchers.ensure(session, NAME, "arXiv")
        for number in range(8):
            team, about = [("Ada Lovelace", "optics lens"), ("Bo Nilsson", "birds")][number % 2]
            await storing.store(
                session,
                [
                    paper(
                        number,
                        title=f"On {about} {number}",
                        abstract=f"About {about}.",
                        authors=(NAME, team),
                    )
                ],
                record,
            )
    return record


async def test_a_record_is_split_when_it_is_imported(database: Database) -> None:
    embedder = TwoSubjects()
    record = await _of_two_people(database)
    await ingest.embed_pending(database, embedder)
    async with database.write() as session:
        one, two = await persons.of_record(session, record)
        assert len(one.works) == len(two.works) == 4
        assert "with" in one.researcher.label
        assert await works.count(session, [record]) == 8
        taken = one.works[0].work_id
        moved = two.researcher.id
        await persons.decide(session, moved, taken, theirs=True, user_id=7, said_by=MODERATOR)
    await namesakes.refresh(database, embedder.name, record)
    async with database.read() as session:
        whose = await persons.whose(session, record, taken)
        assert whose is not None
        assert whose[0].id == moved
        assert {p.researcher.id for p in await persons.of_record(session, record)} == {
            one.researcher.id,
            moved,
        }


async def test_what_is_decided_while_a_record_is_sorted_is_learnt_all_the_same(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = TwoSubjects()
    record = await _of_two_people(database)
    await ingest.embed_pending(database, embedder)
    async with database.read() as session:
        one, two = await persons.of_record(session, record)
    taken = one.works[0].work_id
    comparing = namesakes._parts

    async def decide() -> None:
        async with database.write() as session:
            await persons.decide(
                session, two.researcher.id, taken, theirs=True, user_id=7, said_by=MODERATOR
            )

    loop = asyncio.get_running_loop()

    def decided_meanwhile(*given: Any) -> list[persons.Part]:
        monkeypatch.setattr(namesakes, "_parts", comparing)
        found = comparing(*given)
        asyncio.run_coroutine_threadsafe(decide(), loop).result(20)
        return found

    monkeypatch.setattr(namesakes, "_parts", decided_meanwhile)
    found = []
    for _ in range(2):
        await namesakes.refresh(database, embedder.name, record)
        async with database.read() as session:
            people = await persons.of_record(session, record)
        found.append({person.researcher.id: person.works for person in people})
    assert taken in [place.work_id for place in found[0][two.researcher.id]]
    assert taken not in [place.work_id for place in found[0][one.researcher.id]]
    assert found[0] == found[1], "the decision was not yet learnt from"


async def test_everybody_else_goes_on_while_a_record_is_sorted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = await _of_two_people(database)
    working = topics.topics_of
    others: list[bool] = []
    loop = asyncio.get_running_loop()

    async def somebody_else_writes() -> bool:
        async with database.write() as session:
            await researchers.ensure(session, f"Ada Lovelace {len(others)}", "arXiv")
        return True

    def meanwhile(*given: Any) -> Any:
        assert threading.current_thread() is not threading.main_thread()
        others.append(asyncio.run_coroutine_threadsafe(somebody_else_writes(), loop).result(20))
        return working(*given)

    monkeypatch.setattr(topics, "topics_of", meanwhile)
    await ingest.embed_pending(database, TwoSubjects())
    async with database.read() as session:
        assert len(await persons.of_record(session, record)) == 2
        for person in await persons.of_record(session, record):
            assert await kept_topics.of(session, person.researcher.id)
    assert len(others) >= 3  # the record's, and those of either person


async def test_a_chosen_person_is_meant_by_the_name(database: Database) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        stored = await storing.store(session, [paper(n) for n in (1, 2, 3)], record)
        places = [persons.Placed(i, 1.0, "") for i in stored.new]
        halves = [persons.Part("a", (places[0],)), persons.Part("b", tuple(places[1:]))]
        [one, _] = await persons.save(session, record, halves)
        question = await read(
            session,
            "How many papers has Ada Lovelace written?",
            default=await researchers.get(session, record),
            pinned=await researchers.get(session, one),
            today=date(2026, 1, 1),
        )
        assert [r.id for r in question.researchers] == [one]
