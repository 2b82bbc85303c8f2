"""What stays of a draft, whatever a model writes."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from retrieval.search import Passage, Sentence
from retrieval.text import split_sentences
from retrieval.writers import Draft
from retrieval.writers.checked import Checker
from storage.works import Work

KEY = "k0a1b2c3d"
ABSTRACT = (
    r"We propose PanGu-$\pi$, a language model. It is trained on 60,906 videos from three sources. "
    "CMT-S reaches 83.5% accuracy, being 14x smaller than DeiT. Results hold for CNNs."
)
TITLE = "PanGu: Nonlinearity Compensation"


@pytest.fixture(scope="module")
def passage() -> Passage:
    work = Work(
        id=1,
        source_id="arxiv:2001.00001",
        title=TITLE,
        abstract=ABSTRACT,
        authors=("Ana Sousa",),
        year=2023,
    )
    sentences = (TITLE, *split_sentences(ABSTRACT))
    return Passage(
        work=work,
        score=1.0,
        cosine=0.5,
        lexical=1.0,
        sentences=tuple(
            Sentence(text=text, score=0.1, position=n) for n, text in enumerate(sentences)
        ),
    )


@pytest.fixture(scope="module")
def checker(passage: Passage) -> Checker:
    return Checker({KEY: passage})


@pytest.mark.parametrize(
    "sentence",
    [
        "It is trained on 60906 videos.",
        "The language model is trained on videos from 3 sources.",
        "PanGu-π is a language model by Sousa from 2023.",
        "CMT-S is 14× smaller than DeiT.",
        "Accuracy reaches 83.5 % with CMT.",
        "The results hold for a CNN.",
        "Reaching 83.5% accuracy, CMT-S is smaller than DeiT's model.",
    ],
)
def test_the_same_fact_in_other_clothes_is_kept(checker: Checker, sentence: str) -> None:
    draft = checker.draft(f"{sentence[:-1]} [{KEY}].")
    assert [one.text for one in draft.sentences] == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "It is trained on 60,907 videos.",
        "The language model is trained on videos from four sources.",
        "CMT-S reaches 84% accuracy.",
        "CMT-XL reaches 83.5% accuracy.",
        "The language model is by Maria Sousa.",
    ],
)
def test_another_fact_in_the_same_clothes_is_dropped(checker: Checker, sentence: str) -> None:
    assert checker.draft(f"{sentence[:-1]} [{KEY}].").sentences == ()


def test_a_fact_from_two_sentences_is_quoted_twice(checker: Checker) -> None:
    draft = checker.draft(f"It is trained on 60,906 videos and CMT-S reaches 83.5% [{KEY}].")
    quotes = [quote.text for quote in draft.sentences[0].quotes]
    assert len(quotes) == 2
    assert "60,906" in quotes[0]
    assert "83.5%" in quotes[1]


def test_an_unfinished_sentence_waits(checker: Checker) -> None:
    raw = f"It is trained on 60,906 videos [{KEY}]. CMT-S reaches 83.5% [{KEY}]"
    assert len(checker.draft(raw, finished=False).sentences) == 1
    assert len(checker.draft(raw).sentences) == 2


def test_reading_along_costs_little_more_than_reading_once(passage: Passage) -> None:
    raw = " ".join(
        f"It is trained on {'really ' * number}60,906 videos from three sources [{KEY}]."
        for number in range(12)
    )

    def read(ends: Iterable[int]) -> tuple[Draft, float]:
        checker = Checker({KEY: passage})
        began = time.thread_time()
        for end in ends:
            checker.draft(raw[:end], finished=False)
        return checker.draft(raw), time.thread_time() - began

    whole, once = read([])
    along, little_by_little = read(range(0, len(raw), 5))
    assert along == whole
    assert len(whole.sentences) == 12
    assert little_by_little < 20 * once


WORDS = st.sampled_from(
    [*ABSTRACT.split(), f"[{KEY}]", f"[{KEY}].", KEY, "[kffffffff].", "[1]", "**", "\n", "- ", "7"]
)


WRITTEN = st.one_of(st.lists(WORDS, max_size=40).map(" ".join), st.text(max_size=200))


def test_of_what_is_written_so_some_sentences_are_left(checker: Checker) -> None:
    find(WRITTEN, lambda raw: bool(checker.draft(raw).sentences))


@given(WRITTEN)
def test_whatever_is_written_every_sentence_left_quotes_the_work(
    checker: Checker, raw: str
) -> None:
    for sentence in checker.draft(raw).sentences:
        assert sentence.quotes
        assert all(quote.passage == 0 for quote in sentence.quotes)
        assert all(quote.text in (TITLE, *split_sentences(ABSTRACT)) for quote in sentence.quotes)
        assert KEY not in sentence.text
