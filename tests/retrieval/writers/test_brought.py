"""Works that bring a data set or their code along are known by how authors say so."""

import pytest

from retrieval.search import Passage, Sentence
from retrieval.text import pieces
from retrieval.writers.brought import bringing, brings_data, is_survey, things
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
        "releasing benchmarks",
        "releasing source code",
        "having code on github",
        "having a github link",
        "having a project page",
        "having a demo",
    ],
)
def test_something_brought_along_is_asked_for(topic: str) -> None:
    assert things([topic])


@pytest.mark.parametrize(
    "topic",
    [
        "data sets of birds",
        "code generation",
        "benchmarking phones",
        "dunes",
        "new dunes",
        "software",
    ],
)
def test_what_a_work_is_about_is_not_brought_along(topic: str) -> None:
    assert not things([topic])


def test_what_stands_beside_something_new_is_new() -> None:
    assert len(things(["new benchmarks", "datasets"])) == 2
    assert not things(["new benchmarks", "birds"])
    assert not things(["benchmarks", "datasets"])


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("a new dataset", "We introduce SandQA, a benchmark of 500 questions on deserts."),
        ("a new dataset", "We collect the largest annotated corpus of dune songs."),
        ("a new dataset", "To this end, a dataset of 900 dunes has been collected."),
        ("a new dataset", "Our dataset covers 17 sites."),
        ("releasing code", "Code is available at https://github.com/mara/sand."),
        ("releasing code", "We release our code and models."),
        ("having a project page", "Project page: https://example.org/sand"),
        ("having a demo", "A demo is at https://example.org/sand"),
    ],
)
def test_the_sentence_that_says_so_is_found(topic: str, said: str) -> None:
    (wanted,) = things([topic])
    found = bringing(passage("Counting Sand", f"Sand is hard to count. {said}"), wanted)
    assert found is not None
    assert found.text == said


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("a new dataset", "We evaluate on three datasets of dunes."),
        ("a new dataset", "We propose a model and test it on a benchmark of deserts."),
        ("a new dataset", "Existing benchmarks are small."),
        ("releasing code", "Programs write code for dunes."),
        ("having a project page", "We turn the page."),
        ("having a demo", "Code is at https://example.org/sand"),
        ("releasing code", "We propose a novel code search model."),
        ("a new dataset", "We evaluate it on a new dataset of dunes."),
    ],
)
def test_what_is_only_used_is_not_brought_along(topic: str, said: str) -> None:
    (wanted,) = things([topic])
    assert bringing(passage("Counting Sand", f"Sand is hard to count. {said}"), wanted) is None


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("A Survey of Dunes", ""),
        ("Dunes that Move: A Review", ""),
        ("Dunes: Overview, Challenges and Directions", ""),
        ("A Tutorial on Counting Sand", ""),
        ("Dunes for AI: A Systematic Literature Review", ""),
        ("Moving Dunes", "This comprehensive survey compares 42 field studies."),
        ("Moving Dunes", "In this paper, we survey recent advances in dunes."),
    ],
)
def test_surveys_call_themselves_so(title: str, abstract: str) -> None:
    assert is_survey(title, abstract)


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("Rating App Reviews by Stars", "We use 2000 reviews of apps."),
        ("Writing a Peer Review with Machines", ""),
        ("SurveyGen: Writing Surveys with Machines", ""),
        ("Counting Sand", "We survey 300 geologists about dunes."),
        ("Counting Sand", "This survey of 300 geologists asks about dunes."),
        ("Counting Sand", "This paper reviews the challenge and its results."),
    ],
)
def test_what_only_speaks_of_surveys_is_none(title: str, abstract: str) -> None:
    assert not is_survey(title, abstract)


def test_a_record_is_no_data_set() -> None:
    assert brings_data("Counting Sand", "We introduce SandQA, a benchmark of 500 questions.")
    assert not brings_data("Counting Sand", "Our model sets a new benchmark for counting.")


def test_the_title_may_say_it() -> None:
    (wanted,) = things(["new benchmarks"])
    shown = passage("SandQA: A Benchmark for Deserts", "Sand is hard to count. Deserts are large.")
    found = bringing(shown, wanted)
    assert found is not None
    assert found.position > 0
