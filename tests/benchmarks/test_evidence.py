"""Quotes against gold sentences: cut anywhere, counted once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.evidence import matched, scores

SENTENCES = [
    "Mice were fed fat.",
    "They gained weight (P<0.05) vs. controls.",
    "No effect on sleep was seen.",
]


@pytest.mark.parametrize(
    ("quote", "numbers"),
    [
        ("They gained weight (P<0.05) vs. controls.", {1}),
        ("They gained weight (P<0.05) vs.", {1}),  # cut short by another splitter
        ("controls.", {1}),
        ("Mice were fed fat. They gained weight (P<0.05) vs. controls.", {0, 1}),
        ("controls. No effect on sleep was seen.", {2}),  # most of it, and its share of the other
        ("Something else.", set()),
    ],
)
def test_a_quote_stands_for_the_sentences_it_shares_most_with(
    quote: str, numbers: set[int]
) -> None:
    assert matched(quote, SENTENCES) == numbers


@given(st.integers(0, 2))
def test_every_sentence_stands_for_itself(number: int) -> None:
    assert matched(SENTENCES[number], SENTENCES) == {number}


def test_scores_count_sentences_over_all_claims() -> None:
    gold = {"1": frozenset({("a", 0), ("a", 1)}), "2": frozenset({("b", 4)})}
    found = {"1": frozenset({("a", 1), ("c", 1)})}
    assert scores(found, gold) == {
        "precision": 0.5,
        "recall": 0.3333,
        "f1": 0.4,
        "sentences_per_claim": 1.0,
    }


def test_nothing_found_is_nought_and_no_failure() -> None:
    assert scores({}, {"1": frozenset({("a", 0)})})["f1"] == 0.0
