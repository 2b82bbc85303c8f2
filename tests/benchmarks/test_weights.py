"""The fits find what is in the examples, and judge it by what they did not see."""

from collections.abc import Sequence

import numpy as np
import pytest

from benchmarks.weights import (
    Example,
    Examples,
    Fit,
    area,
    conditional,
    first,
    fitted,
    left_out,
    logistic,
)
from retrieval.writers.coefficients import log_odds

CORPORA = ("one", "two", "three")


def alone(*, telling: bool = True) -> Examples:
    """Works, of which those with much of the first signal are right; the second is noise."""
    chance = np.random.default_rng(0)
    examples = Examples(("near", "noise"))
    for n in range(300):
        near, noise = chance.normal(size=2)
        right = near + 0.3 * chance.normal() > 0 if telling else chance.random() > 0.5
        examples.add(CORPORA[n % 3], [{"near": near, "noise": noise}], [right])
    return examples


def among() -> Examples:
    """Groups of sentences, of which the one with most of the first signal is right."""
    chance = np.random.default_rng(0)
    examples = Examples(("near", "noise"))
    for n in range(120):
        table = chance.normal(size=(5, 2))
        best = (table[:, 0] + 0.2 * chance.normal(size=5)).argmax()
        rows = [{"near": row[0], "noise": row[1]} for row in table]
        examples.add(CORPORA[n % 3], rows, [place == best for place in range(5)])
    return examples


@pytest.mark.parametrize(("examples", "fit"), [(alone(), logistic), (among(), conditional)])
def test_a_signal_that_tells_gets_the_weight(examples: Examples, fit: Fit) -> None:
    found = fitted(examples, fit)
    assert found["near"] > 1.0 > 5 * abs(found["noise"])
    right = [e.signals[e.right.argmax()] for e in examples.rows if e.right.any()]
    odds = [log_odds(dict(zip(examples.names, row, strict=True)), found) for row in right]
    assert np.mean(odds) > 0


def test_what_was_not_seen_judges_the_fit() -> None:
    assert area(list(left_out(alone(), logistic))) > 0.9
    assert area(list(left_out(alone(telling=False), logistic))) < 0.65
    assert first(list(left_out(among(), conditional))) > 0.8


def test_every_example_is_scored_once_by_a_fit_without_its_corpus() -> None:
    seen: list[set[str]] = []

    def spying(examples: Sequence[Example]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        seen.append({example.corpus for example in examples})
        return np.zeros(3)

    scored = list(left_out(alone(), spying))
    assert len(scored) == 300
    assert seen == [set(CORPORA) - {corpus} for corpus in CORPORA]
