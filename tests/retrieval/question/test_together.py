"""Works that a question describes together are told from terms, lists and single works."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.kinds import Kind
from retrieval.question.together import asked_apart, asked_of_each, described


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("which is bigger, the wet or the dry sand set?", ["wet sand set", "dry sand set"]),
        ("how many grains do the wet and dry sets have?", ["wet sets", "dry sets"]),
        ("compare the ink paper with the one on dunes", ["ink paper", "one on dunes"]),
        ("is the wet dataset larger than the dry one?", ["wet dataset", "dry one"]),
        ("speed in the ink paper and in the dune paper", ["ink paper", "dune paper"]),
        ("compare Singing Sand and Ink Recipes", ["Singing Sand", "Ink Recipes"]),
        ("wet ripples vs dry dunes: how high?", ["wet ripples", "dry dunes"]),
        ("wet ripples vs dry dunes - how high?", ["wet ripples", "dry dunes"]),
        ("Sand is wet in the ink study and dry in the dune study.", ["ink study", "dune study"]),
        ("ink paper and dune paper, which height does either find?", ["ink paper", "dune paper"]),
    ],
)
def test_works_on_either_side_are_read(text: str, sides: list[str]) -> None:
    found = described(text, ())
    assert found is not None
    assert list(found.sides) == sides


@pytest.mark.parametrize(
    "text",
    [
        "One survey is on wet sand, the other on dry dunes. How high?",
        "one survey deals with wet sand and the other with dry dunes: how high?",
    ],
)
def test_one_work_is_described_after_the_other(text: str) -> None:
    found = described(text, ())
    assert found is not None
    assert [side.startswith("survey") for side in found.sides] == [True, True]


def test_the_one_and_the_other_may_be_asked_different_things() -> None:
    asked = "how many grains has the one, and which dunes does the other name?"
    apart = asked_apart(asked)
    assert apart is not None
    assert apart.asked == ("how many grains has the one", "which dunes does the other name?")
    assert asked_apart("how many grains has each, and which dunes?") is None
    found = described(f"Two papers count sand. {asked.capitalize()}", ())
    assert found is not None
    assert found.asked == asked.capitalize()


def test_two_works_of_a_topic_may_be_told_apart_by_what_is_asked() -> None:
    found = described("Which dune paper is on wet sand and which one counts grains?", ())
    assert found is not None
    assert (found.topic, found.number) == ("dune", 2)
    assert asked_apart(found.asked) is not None


def test_a_work_that_is_named_stands_beside_one_that_is_described() -> None:
    text = "GrainNet vs the models for counting grains"
    assert described(text, ()) is None or described(text, ()).sides == ()  # type: ignore[union-attr]
    found = described(text, [(0, len("GrainNet"))])
    assert found is not None
    assert found.sides == ("GrainNet", "models for counting grains")


@pytest.mark.parametrize(
    ("text", "topic", "number"),
    [
        ("how do the dune papers differ", "dune", 0),
        ("compare the two papers on wet sand", "wet sand", 2),
        ("what do both dune papers find?", "dune", 2),
        ("which languages do the sand corpora cover", "sand corpora", 0),
        ("how do the three in-situ submissions differ?", "in-situ submissions", 3),
        ("how do the two \0\0\0\0\0 papers differ?", "", 2),
        ("compare the two papers by \0\0\0\0\0", "", 2),
        ("two dune papers, how many grains in one and in the other", "dune", 2),
        ("what does each of the two \0\0 and \0\0\0 dune papers find?", "dune", 2),
    ],
)
def test_works_of_one_topic_are_read(text: str, topic: str, number: int) -> None:
    found = described(text, ())
    assert found is not None
    assert (found.sides, found.topic, found.number) == ((), topic, number)


@pytest.mark.parametrize(
    "text",
    [
        "does GrainNet beat counting by hand?",
        "how large were the gains on the two datasets for counting?",
        "which of her benchmarks tests memory?",
        "in which year do the models of wind fail?",
        "how many papers are there on dunes and ink?",
        "how often does the wet model leak, compared to the dry one?",
        "what are the two main parts of GrainNet?",
        "compare the two papers",
        "compare the height of GrainNet and DuneNet",
    ],
)
def test_what_asks_for_one_work_or_for_a_list_describes_none(text: str) -> None:
    assert described(text, ()) is None


def test_what_the_record_says_may_be_asked_of_described_works() -> None:
    found = described("who wrote the ink paper and the dune paper?", ())
    assert found is not None
    assert found.kind is Kind.AUTHORS


@pytest.mark.parametrize(
    ("marked", "asked"),
    [
        ("how do W and W differ?", ""),
        ("what sets W apart from W?", ""),
        ("W or W for blurry sand, how do they differ?", ""),
        ("compare the two W papers", ""),
        ("difference between W and W", ""),
        ("how much power do W save, each?", "how much power do they save"),
        ("agreement between annotators: W vs W", "agreement between annotators"),
        ("how many grains do W cover?", "how many grains do they"),
        ("how big are W?", "how big are the sand set"),
        ("which is bigger, W or W?", "how many sands"),
        ("what do W find?", "what do they find"),
        ("which languages does W offer and which W?", "which languages does they"),
        ("who has the lower mean error, W or W?", "what is the mean error"),
        ("what are grains for in W, as against W?", "what are grains for in"),
        ("compare the sizes of W and W", "the sizes of the sand set"),
        ("W and W both count sand. What does each of them learn?", "What does they learn"),
        (
            "W vs W: what does each say about how good wind is?",
            "what does they say about how good wind is",
        ),
        ("Which dune does W climb, and which one does W?", "Which dune does they climb,"),
        ("how do people compare with models on W and W?", "how do people perform with models on"),
    ],
)
def test_what_is_asked_of_each_is_left(marked: str, asked: str) -> None:
    assert asked_of_each(marked, "sand set") == asked


@pytest.mark.parametrize(
    ("text", "topic", "number"),
    [
        ("Two papers use lidar. Which dune does each of them scan?", "lidar", 2),
        ("Three of the papers work on wet sand: what for, in each case?", "wet sand", 3),
    ],
)
def test_works_are_told_by_what_is_stated_of_them(text: str, topic: str, number: int) -> None:
    found = described(text, ())
    assert found is not None
    assert (found.topic, found.number, found.acting) == (topic, number, True)


def test_another_paper_is_told_by_what_it_does() -> None:
    text = "DuneNet climbs dunes and another paper digs tunnels. What does each find?"
    found = described(text, (), [(0, len("DuneNet"))])
    assert found is not None
    assert found.sides == ("DuneNet", "paper digs tunnels")


@given(st.text(alphabet="the or two vs of papers sets,:?\0W", max_size=200))
def test_any_text_is_read(text: str) -> None:
    found = described(text, ())
    assert found is None or found.sides or found.topic or found.surely
