"""People that a question names: nobody is overlooked, and other words are nobody."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import people
from retrieval.answer import Answerer
from retrieval.cited import Answer
from retrieval.embedding import Embedder
from storage import researchers, works
from storage.database import Database
from tests.retrieval.library import Library


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("How many papers did Yann LeCun publish?", "Yann LeCun"),
        ("works with Fei-Fei Li", "Fei-Fei Li"),
        ("which papers did she write with Kwan-Yee K. Wong?", "Kwan-Yee K. Wong"),
        ("papers by David McAllester in 2022", "David McAllester"),
        ("papers by Prof. Yi-Cheng Lin.", "Yi-Cheng Lin"),
        ("papers by Ludwig van Beethoven", "Ludwig van Beethoven"),
        ("papers by Émile Zola", "Émile Zola"),
        ("papers by محمد علي", "محمد علي"),
        ("papers by 韩凯", "韩凯"),
        ("Yann LeCun's busiest year?", "Yann LeCun"),
        ("how many papers did yann lecun publish?", "yann lecun"),
        ("latest paper by geoffrey hinton", "geoffrey hinton"),
        ("How many papers did OpenAI publish?", "OpenAI"),
    ],
)
def test_a_name_is_noticed_however_it_is_written(text: str, name: str) -> None:
    assert name in [person.name for person in people.named(text)]


@pytest.mark.parametrize(
    "text",
    [
        "how many papers did he publish?",
        "how many papers were published by them in 2020?",
        "how accurate is GhostNet with PS-FCN?",
        "papers by year",
        "papers written by all of them",
        "how many papers has she already published?",
    ],
)
def test_what_is_no_name_is_left_alone(text: str) -> None:
    assert people.named(text) == []


@given(st.text(max_size=60))
def test_every_name_stands_where_it_is_said_to(text: str) -> None:
    for person in people.named(text):
        assert text[slice(*person.span)] == person.name


@pytest.fixture
async def library(database: Database, embedder: Embedder) -> Library:
    library = await Library(database, embedder).fill()
    async with database.write() as session:
        ana = await researchers.ensure(session, "Ana Sousa", "arXiv")
        await works.attribute(session, ana, await works.ids_by_author(session, "Ana Sousa"))
    return library


async def ask(library: Library, text: str) -> Answer:
    answerer = Answerer(library.database, library.search, today=lambda: date(2026, 11, 28))
    return await answerer.answer(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("How many papers did Yann LeCun publish?", "Yann LeCun"),
        ("latest paper by geoffrey hinton", "geoffrey hinton"),
        ("What is the latest paper of Fei-Fei Li?", "Fei-Fei Li"),
        ("When did Yann LeCun publish GrainNet?", "Yann LeCun"),
        ("Who wrote more papers, Mara Lindqvist or Yann LeCun?", "Yann LeCun"),
        ("how many papers did OpenAI publish?", "OpenAI"),
    ],
)
async def test_whom_nobody_knows_is_not_everybody(library: Library, text: str, name: str) -> None:
    answer = await ask(library, text)
    assert answer.refused
    assert f"I know no researcher or co-author called {name}" in answer.text
    assert not answer.citations


@pytest.mark.parametrize(
    "text",
    [
        "How does GrainNet work?",
        "does GPT-4 write about sand?",
        "what did Whisper find?",
        "How does Dune Formation work?",
    ],
)
async def test_a_method_is_nobody(library: Library, text: str) -> None:
    assert "researcher or co-author" not in (await ask(library, text)).text


async def test_he_and_she_mean_somebody(library: Library) -> None:
    answer = await ask(library, "how many papers did he publish?")
    assert answer.text == "Please say which researcher you mean by “he”."


@pytest.mark.parametrize("name", ["Tom Okafor", "tom okafor"])
async def test_a_co_author_without_a_record_has_works(library: Library, name: str) -> None:
    answer = await ask(library, f"how many papers did {name} write?")
    assert answer.text.startswith(f"There are 2 works with {name}")


async def test_two_who_never_wrote_together_have_no_works(library: Library) -> None:
    answer = await ask(library, "How many papers did Tom Okafor publish with Ana Sousa?")
    assert "1 work" in answer.text
    answer = await ask(library, "papers by Ana Sousa with Ink Scribe")
    assert answer.refused
