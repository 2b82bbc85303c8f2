"""A closer look tells works apart that are about as near as wholes."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import Embedder, MiniLM, Provided
from retrieval.interaction import interaction
from retrieval.search import Search
from storage import works
from storage.database import Database
from tests.retrieval.library import EverythingIsNear, Library

REFUSALS = (
    "Let Them Down Easy. Models that decline a harmful request may annoy the people who asked. "
    "We compare ways of refusing, and find that partial compliance is received best."
)
DISTRESS = (
    "Delusions and Distress. Chatbots are asked for support by people who are in distress. "
    "We simulate conversations and measure how often a model makes a delusion worse."
)
QUESTION = "If a bot has to turn somebody down, which way of saying no annoys them least?"


@pytest.fixture(scope="module")
async def library(shared_database: Database, embedder: Embedder) -> Library:
    return await Library(shared_database, embedder).fill()


@pytest.fixture(scope="module")
def minilm(models: Path) -> MiniLM:
    return MiniLM(models)


def test_words_that_mean_the_same_in_their_context_are_near(minilm: MiniLM) -> None:
    near = interaction(minilm, QUESTION, {}, REFUSALS)
    assert interaction(minilm, QUESTION, {}, DISTRESS) < near < 1.0


def test_a_text_has_every_word_of_itself(minilm: MiniLM) -> None:
    assert interaction(minilm, REFUSALS, {}, REFUSALS) == pytest.approx(1.0, abs=1e-4)


def test_words_that_carry_the_question_weigh_more(minilm: MiniLM) -> None:
    question, text = "Do cats annoy people?", "Cats sleep through most of the day."
    plain = interaction(minilm, question, {}, text)
    of_cats = interaction(minilm, question, {"cats": 1.0}, text)
    of_annoying = interaction(minilm, question, {"annoy": 1.0}, text)
    assert of_annoying < plain < of_cats


async def test_a_model_without_tokens_tells_no_works_apart(library: Library) -> None:
    class Plain(Provided):
        def __init__(self) -> None:
            self.name = "plain"

    async with library.database.read() as session:
        stored = (await works.by_ids(session, [1, 2])).values()
    near = EverythingIsNear(library.database, "plain")
    plain = Search(library.database, Plain(), near)
    assert [plain.interaction("dunes", {}, work) for work in stored] == [0.0, 0.0]
    real = [library.search.interaction("why do dunes move?", {}, work) for work in stored]
    assert 0.0 < real[0] < real[1], "the second is the survey of dunes"


@pytest.mark.parametrize(("question", "text"), [("", REFUSALS), ("Why?", ""), ("\ud800", "\ud800")])
def test_what_has_no_words_is_near_to_nothing_or_measured(
    minilm: MiniLM, question: str, text: str
) -> None:
    assert np.isfinite(interaction(minilm, question, {}, text))
