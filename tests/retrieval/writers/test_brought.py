"""Works that bring a data set or their code along are known by how authors say so."""

import pytest

from retrieval.search import Passage, Sentence
from retrieval.text import pieces
from retrieval.writers.brought import bringing, thing
from storage.works import Work


def passage(title: str, abstract: str) -> Passage:
    work = Work(
        id=1,
        source_id="arxiv:2001.00001",
        title=title,
        abstract=abstract,
        year=2020,
        authors=("Mara Lindqvist",),
        authors_complete=True,
        published=None,
        updated=None,
        version=1,
        kind="preprint",
        source="arXiv",
        url="https://arxiv.org/abs/2001.00001",
        doi=None,
        categories=(),
    )
    said = pieces(title, abstract)
    sentences = tuple(Sentence(text, 0.5, place) for place, text in enumerate(said))
    return Passage(work=work, score=1.0, cosine=0.5, lexical=1.0, sentences=sentences)


@pytest.mark.parametrize(
    "topic",
    [
        "new data sets",
        "bringing a new dataset along",
        "releasing their own corpus",
        "coming with a benchmark",
        "benchmarks",
        "releasing source code",
        "code publicly available",
    ],
)
def test_something_brought_along_is_asked_for(topic: str) -> None:
    assert thing(topic) is not None


@pytest.mark.parametrize(
    "topic", ["data sets of birds", "code generation", "benchmarking phones", "dunes", "new dunes"]
)
def test_what_a_work_is_about_is_not_brought_along(topic: str) -> None:
    assert thing(topic) is None


def test_works_that_mention_code_need_not_bring_any() -> None:
    assert thing("code", mentioned=True) is None
    assert thing("new code", mentioned=True) is not None


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("a new dataset", "We introduce SandQA, a benchmark of 500 questions on deserts."),
        ("a new dataset", "We collect the largest annotated corpus of dune songs."),
        ("a new dataset", "To this end, a dataset of 900 dunes has been collected."),
        ("a new dataset", "Our dataset covers 17 sites."),
        ("code", "Code is available at https://github.com/mara/sand."),
        ("code", "We release our code and models."),
    ],
)
def test_the_sentence_that_says_so_is_found(topic: str, said: str) -> None:
    wanted = thing(topic)
    assert wanted is not None
    found = bringing(passage("Counting Sand", f"Sand is hard to count. {said}"), wanted)
    assert found is not None
    assert found.text == said


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("a new dataset", "We evaluate on three datasets of dunes."),
        ("a new dataset", "We propose a model and test it on a benchmark of deserts."),
        ("a new dataset", "Existing benchmarks are small."),
        ("code", "Programs write code for dunes."),
    ],
)
def test_what_is_only_used_is_not_brought_along(topic: str, said: str) -> None:
    wanted = thing(topic)
    assert wanted is not None
    assert bringing(passage("Counting Sand", f"Sand is hard to count. {said}"), wanted) is None


def test_the_title_may_say_it() -> None:
    wanted = thing("new benchmarks")
    assert wanted is not None
    shown = passage("SandQA: A Benchmark for Deserts", "Sand is hard to count. Deserts are large.")
    found = bringing(shown, wanted)
    assert found is not None
    assert found.position > 0
