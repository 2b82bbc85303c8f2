"""Text and sources put together: marks lead to their works, and quotes stay word for word."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from retrieval.cited import Answer, beside, from_record, written
from retrieval.question.kinds import Kind
from retrieval.question.typed import Question
from retrieval.records.record import Record
from retrieval.scope import Scope
from retrieval.search import Passage, Sentence
from retrieval.writers import DraftSentence, Quote
from storage.works import Work

SCOPE = Scope(label="2 works", searched="those 2 works", works=2)
QUESTION = Question("How?", Kind.CONTENT)


def work(number: int, title: str = "On Dunes", abstract: str = "") -> Work:
    return Work(
        id=number,
        source_id=f"test:{number}",
        title=title,
        abstract=abstract,
        authors=("Mara Lindqvist",),
        year=2020,
    )


def quoting(quotes: Sequence[tuple[int, str]]) -> Answer:
    """An answer of sentences, each of the work with that number."""
    passages = [
        Passage(work(number, abstract=text), 1.0, 1.0, 1.0, (Sentence(text, 1.0, 0),))
        for number, text in quotes
    ]
    sentences = [DraftSentence(text, (Quote(n, text),)) for n, (_, text) in enumerate(quotes)]
    return written(QUESTION, SCOPE, passages, sentences, "quoting")


def test_a_number_in_brackets_within_a_quote_is_left_alone() -> None:
    first = quoting([(1, "Dunes move."), (2, "They sing, as in [1] and [2].")])
    second = quoting([(3, "We follow [1], which counts grains.")])
    both = beside("How?", first, second)
    assert both.text == (
        "Dunes move. [1] They sing, as in [1] and [2]. [2] We follow [1], which counts grains. [3]"
    )
    assert [(c.number, c.work.id) for c in both.citations] == [(1, 1), (2, 2), (3, 3)]


def test_a_number_in_brackets_within_a_title_is_left_alone() -> None:
    titled = work(2, title="A Reply to [1]")
    record = from_record(
        QUESTION, SCOPE, Record("The newest is A Reply to [1] (2020) [1].", (titled,))
    )
    both = beside("How?", quoting([(1, "Dunes move.")]), record)
    assert both.text == "Dunes move. [1] The newest is A Reply to [1] (2020) [2]."


WORDS = st.sampled_from(["dunes", "sing", "[1]", "[2]", "[3]", "[12]"])
SENTENCES = st.lists(WORDS, min_size=1, max_size=6)


@given(st.lists(st.lists(SENTENCES, min_size=1, max_size=3), min_size=2, max_size=3))
def test_each_quote_stays_and_is_marked_with_its_work(given: list[list[list[str]]]) -> None:
    number = 0
    answers, expected = [], []
    for answer in given:
        quotes = []
        for words in answer:
            number += 1
            quotes.append((number, f"Work {number} says {' '.join(words)}."))
            expected.append(f"{quotes[-1][1]} [{number}]")
        answers.append(quoting(quotes))
    both = beside("How?", *answers)
    assert both.text == " ".join(expected)
    assert [c.work.id for c in both.citations] == list(range(1, number + 1))
