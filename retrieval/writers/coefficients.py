"""What each signal adds to the log-odds of the quoting writer's four decisions.

`python -m benchmarks.weights` fits them and says what each decides; the signals are made in
`retrieval.writers.weighing`.
"""

from __future__ import annotations

from collections.abc import Mapping

Signals = Mapping[str, float]

SENTENCE: Signals = {
    "cosine": 1.24,
    "words": 3.75,
    "value": 4.32,
    "later": 1.61,
    "last": -1.25,
    "number": 0.43,
    "gist": 0.53,
    "list": 2.59,
    "long form": 2.39,
    "rank": 3.62,
    "attribute": 3.62,
    "names": 3.42,
    "opens": -0.82,
    "before": 0.44,
    "background": -1.07,
    "means": 0.9,
    "reason": 1.82,
    "trouble": 1.42,
    "defines": 2.16,
}
WORK: Signals = {
    "cosine": 4.93,
    "words": 5.02,
    "lacking": 3.31,
    "no value": -3.75,
    "no name": -2.94,
    "proper": 4.29,
    "named": -0.31,
    "attribute": 4.86,
    "bias": -14.26,
}
ABOUT: Signals = {
    "title": 4.01,
    "missing": -2.07,
    "margin": 10.69,
    "bias": -4.8,
}
AMONG: Signals = {
    "title": 1.39,
    "missing": -1.65,
    "margin": 2.67,
    "behind": 5.73,
    "phrase": 2.61,
    "lexical": 2.92,
    "whole": 6.59,
    "saying": -0.98,
    "bias": -1.49,
}


def log_odds(signals: Signals, coefficients: Signals) -> float:
    """The weighted sum of the signals that have a coefficient, and the bias."""
    bias = coefficients.get("bias", 0.0)
    return bias + sum(c * signals[name] for name, c in coefficients.items() if name != "bias")
