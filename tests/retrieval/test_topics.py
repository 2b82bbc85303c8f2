from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import topics
from retrieval.topics import topics_of
from storage import researchers, storing
from storage import topics as kept
from storage.database import Database
from storage.works import Work
from tests.storage.papers import paper

TEXTS = (
    ("Deep photometric stereo", "We propose photometric stereo for shiny surfaces."),
    ("Photometric stereo in the wild", "Our method improves binary neural networks."),
    ("Binary neural networks", "We show that a binary neural network is small."),
    ("Training binary neural networks", "Results on ImageNet show that it works."),
)


def _works(texts: Sequence[tuple[str, str]]) -> list[Work]:
    return [
        Work(id=n, source_id=str(n), title=title, abstract=abstract, year=2020)
        for n, (title, abstract) in enumerate(texts)
    ]


def test_topics_are_phrases_that_several_works_share_with_those_works() -> None:
    found = {topic.name: topic.work_ids for topic in topics_of(_works(TEXTS), {})}
    assert found["binary neural network"] == (1, 2, 3)
    assert found["photometric stereo"] == (0, 1)
    assert not {"neural network", "method", "results", "ImageNet"} & set(found)


def test_topics_do_not_depend_on_the_order_of_works() -> None:
    record = _works(TEXTS)
    assert topics_of(record, {}) == topics_of(record[::-1], {})


@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=200)), max_size=6))
def test_any_text_gives_at_most_twelve_named_topics(texts: list[tuple[str, str]]) -> None:
    found = topics_of(_works(texts), {})
    assert len(found) <= topics.MOST
    assert all(topic.name.strip() and topic.work_ids for topic in found)


async def test_a_records_topics_are_kept_and_replaced(database: Database) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        papers = [paper(n, title=t, abstract=a) for n, (t, a) in enumerate(TEXTS)]
        await storing.store(session, papers, record)
    found = []
    for _ in range(2):
        await topics.refresh(database, [record])
        async with database.read() as session:
            found.append(await kept.of(session, record))
            assert found[-1] == (await researchers.profile(session, record)).topics
    assert found[0] == found[1]
    assert "photometric stereo" in {topic.name for topic in found[0]}


async def test_topics_are_those_of_the_works_that_came_while_they_were_worked_out(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        papers = [paper(n, title=t, abstract=a) for n, (t, a) in enumerate(TEXTS)]
        await storing.store(session, papers[:2], record)
    reading = topics.rarity_of

    async def store_the_rest(*given: Any) -> dict[str, float]:
        monkeypatch.setattr(topics, "rarity_of", reading)
        async with database.write() as session:
            await storing.store(session, papers, record)
        return await reading(*given)

    monkeypatch.setattr(topics, "rarity_of", store_the_rest)
    await topics.refresh(database, [record])
    async with database.read() as session:
        found = {topic.name: topic for topic in await kept.of(session, record)}
    assert len(found["binary neural network"].work_ids) == 3
