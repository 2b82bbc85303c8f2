"""Answers of record: what was left out is said."""

from dataclasses import replace

import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from storage.database import Database
from tests.retrieval.library import PAPERS, Library


@pytest.fixture(scope="module")
async def answerer(shared_database: Database, embedder: Embedder) -> Answerer:
    """Two works have no category."""
    papers = [replace(paper, categories=()) for paper in PAPERS[:2]]
    library = await Library(shared_database, embedder).fill([*papers, *PAPERS[2:]])
    return Answerer(library.database, library.search)


async def test_works_without_a_stored_category_are_said_to_be_left_out(answerer: Answerer) -> None:
    for text in ("how many papers in cs.CV?", "cs.CV papers", "papers in math.AP"):
        answer = await answerer.answer(text)
        assert "2 works whose categories are not stored are left out." in answer.text


async def test_the_topics_of_somebodys_research_are_the_profile(answerer: Answerer) -> None:
    answer = await answerer.answer("what are the topics of her research?")
    assert answer.question.kind == "profile"
