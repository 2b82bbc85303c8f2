"""Slips of the pen: read as the words of the stored works, and said."""

import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.question import spelling
from storage.database import Database
from tests.retrieval.library import PAPERS, Library


@pytest.fixture(scope="module")
async def answerer(shared_database: Database, embedder: Embedder) -> Answerer:
    library = await Library(shared_database, embedder).fill(PAPERS)
    return Answerer(library.database, library.search)


async def test_a_slip_is_read_as_the_word_that_is_meant_and_said(answerer: Answerer) -> None:
    answer = await answerer.answer("papers on michrophones")
    assert [c.work.title for c in answer.citations] == ["Listening to Singing Sand"]
    assert "microphones" in answer.text
    assert answer.note == "I read “michrophones” as “microphones”."


@pytest.mark.parametrize(
    "text",
    [
        "papers on retraining",  # a word of the language that no work has
        "papers on Michrophones",  # it may be a name
        "papers on zzqqxxwwvv",  # nothing is near
    ],
)
async def test_what_is_no_slip_stays_as_it_is(
    answerer: Answerer, shared_database: Database, text: str
) -> None:
    async with shared_database.read() as session:
        assert await spelling.slips(session, text) == {}
    assert "I read" not in ((await answerer.answer(text)).note or "")


async def test_another_way_of_spelling_is_no_slip_to_speak_of(answerer: Answerer) -> None:
    assert (await answerer.answer("papers on neighbouring tumours")).note is None
