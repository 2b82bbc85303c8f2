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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("how many works have physics.geo-ph as first category?", "There are 3 works with"),
        ("who wrote the papers of 2021?", "“Listening to Singing Sand” is by Mara Lindqvist, Ana"),
        ("which category is the ink paper in", "“Ink Recipes of Medieval Scribes” is filed under"),
    ],
)
async def test_categories_of_works_are_told(answerer: Answerer, text: str, said: str) -> None:
    assert said in (await answerer.answer(text)).text


async def test_the_topics_of_somebodys_research_are_the_profile(answerer: Answerer) -> None:
    answer = await answerer.answer("what are the topics of her research?")
    assert answer.question.kind == "profile"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("average number of authors per paper", "The library's works have 1.8 authors on average"),
        ("how many authors does a paper have on average?", "1.8 authors on average"),
        ("median number of authors per paper", "the median is 2, the least 1 and the most 3"),
        ("average number of authors in 2021", "2.0 authors on average"),
        ("average number of authors of papers about dunes", "about dunes have 2.0 authors"),
        ("how many papers per year on average?", "1.2 a year on average from 2020 on"),
        ("average number of papers a month in 2021", "2.0 a month on average from January 2021 on"),
    ],
)
async def test_averages_are_reckoned_from_the_record(
    answerer: Answerer, text: str, said: str
) -> None:
    answer = await answerer.answer(text)
    assert not answer.refused
    assert said.replace("The library's", "All 5") in answer.text


async def test_an_average_within_a_work_is_asked_of_the_abstracts(answerer: Answerer) -> None:
    answer = await answerer.answer("what is the average number of grains per photograph?")
    assert answer.question.kind == "content"


async def test_who_writes_alone_is_told_so(database: Database, embedder: Embedder) -> None:
    library = await Library(database, embedder).fill([PAPERS[1], PAPERS[4]])
    alone = Answerer(library.database, library.search)
    for text in ("who does lindqvist usually publish with", "does Lindqvist have co-authors?"):
        answer = await alone.answer(text)
        assert answer.text == (
            "Mara Lindqvist has no co-authors: all 2 works are by Mara Lindqvist alone."
        )
        assert not answer.refused


async def test_what_a_data_set_holds_may_be_retracted(answerer: Answerer) -> None:
    kept = await answerer.answer("was GrainNet retracted?")
    assert kept.question.kind == "not kept"
    held = await answerer.answer("how many retracted field studies does the dune survey compare?")
    assert "42 field studies" in held.text
