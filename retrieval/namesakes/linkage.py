"""Grouping by log-odds: the two nearest groups become one as long as they are near enough.

Linkage is average in what speaks of the works (topic, field, place), and lies between average and
single in what speaks of the people on them: one co-author in common says much about two whole
groups, one chance nearness of two texts says little.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SURE_TIE = 0.7  # the weight of the likeliest pair against the average of all, among ties
THRESHOLD = -0.75  # below even odds: pairs of one group support each other

Matrix = NDArray[np.float64]


def grouped(
    log_odds: Matrix,
    ties: Matrix,
    *,
    must: Sequence[Sequence[int]] = (),
    cannot: NDArray[np.bool_] | None = None,
    threshold: float = THRESHOLD,
) -> list[list[int]]:
    """Groups of 0 … n-1, each in order, the largest first.

    Args:
        log_odds: (n, n) symmetric, that two belong together.
        ties: (n, n) symmetric, the part of it that comes from the people on both.
        must: disjoint groups that belong together whatever speaks against it.
        cannot: (n, n) symmetric, pairs that do not.
        threshold: the score from which two groups become one.
    """
    n = len(log_odds)
    groups = {i: [i] for i in range(n)}
    mean, mean_tie, best_tie = log_odds.copy(), ties.copy(), ties.copy()
    never = np.zeros((n, n), bool) if cannot is None else cannot.copy()
    np.fill_diagonal(never, True)

    def merge(a: int, b: int) -> None:
        share = len(groups[b]) / (len(groups[a]) + len(groups[b]))
        for average in (mean, mean_tie):
            average[a] += share * (average[b] - average[a])
            average[:, a] = average[a]
        best_tie[a] = best_tie[:, a] = np.maximum(best_tie[a], best_tie[b])
        never[a] |= never[b]
        never[:, a] = never[a]
        never[b] = never[:, b] = True
        groups[a] += groups.pop(b)

    for first, *rest in must:
        for other in rest:
            merge(first, other)
    score = np.where(never, -np.inf, mean + SURE_TIE * (best_tie - mean_tie))
    nearest = score.argmax(axis=1) if n else np.empty(0, int)
    rows = np.arange(n)
    while len(groups) > 1:
        a = int(score[rows, nearest].argmax())
        b = int(nearest[a])
        if not score[a, b] >= threshold:
            break
        merge(a, b)
        score[b] = score[:, b] = -np.inf
        fresh = mean[a] + SURE_TIE * (best_tie[a] - mean_tie[a])
        score[a] = score[:, a] = np.where(never[a], -np.inf, fresh)
        stale = (nearest == a) | (nearest == b)
        stale[a] = True
        nearest[stale] = score[stale].argmax(axis=1)
        nearest[score[:, a] > score[rows, nearest]] = a
    return sorted((sorted(group) for group in groups.values()), key=lambda g: (-len(g), g))


def nearness(log_odds: Matrix, ties: Matrix, one: int, group: Sequence[int]) -> float:
    """The score of one beside a group, as `grouped` has it."""
    others = [other for other in group if other != one]
    tie = ties[one, others]
    return float(log_odds[one, others].mean() + SURE_TIE * (tie.max() - tie.mean()))
