"""Topics that are left out: by a close look at few works, by their words among many."""

import pytest

from retrieval.embedding import Embedder
from retrieval.question import unsaid
from storage.database import Database
from tests.retrieval.library import PAPERS, Library

GRAIN, SURVEY, SONG, INK, QUICKSAND = (paper.title for paper in PAPERS)


@pytest.fixture(scope="module")
async def library(shared_database: Database, embedder: Embedder) -> Library:
    return await Library(shared_database, embedder).fill()


@pytest.mark.parametrize("few", [unsaid.FEW, 0])
@pytest.mark.parametrize(
    ("topics", "titles"),
    [
        (["dunes"], {SURVEY, SONG}),
        (["BeachSet"], {GRAIN}),
        (["iron gall ink", "microphones"], {INK, SONG}),
        (["glaciers"], set()),
        (["surveys"], {SURVEY}),
        ([], set()),
    ],
)
async def test_works_that_mention_a_topic(
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    topics: list[str],
    titles: set[str],
) -> None:
    monkeypatch.setattr(unsaid, "FEW", few)
    async with library.database.read() as session:
        found = await unsaid.ids_saying(session, [library.mara.id], topics)
    assert {PAPERS[i - 1].title for i in found} == titles


def test_what_is_said_of_other_things_is_left_out_with_them() -> None:
    texts = [(1, "Financial Sand", ""), (2, "The Finance of Dunes", ""), (3, "Fine Dunes", "")]
    assert unsaid.saying(texts, ["finance"]) == {1, 2}


@pytest.mark.parametrize("few", [unsaid.FEW, 0])
async def test_works_of_a_sort(library: Library, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(unsaid, "FEW", few)
    async with library.database.read() as session:
        surveys = await unsaid.ids_of_sort(session, [library.mara.id], "surveys")
        data_sets = await unsaid.ids_of_sort(session, [library.mara.id], "data sets")
    assert {PAPERS[i - 1].title for i in surveys} == {SURVEY}
    assert not data_sets


@pytest.mark.parametrize(
    ("word", "named"), [("beachset", True), ("GrainNet", True), ("sand", False)]
)
async def test_a_name_is_told_by_how_the_works_write_it(
    library: Library, word: str, named: bool
) -> None:
    async with library.database.read() as session:
        assert await unsaid.is_name(session, word) is named
