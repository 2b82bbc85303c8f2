"""Where the nodes of a network stand: by known algorithms, the same for the same network.

Groups by greedy modularity (Clauset, Newman and Moore 2004), places by stress majorization
(Gansner, Koren and North 2004): the distances wanted are short inside a group and long between
groups. Then boxes that overlap are moved apart, as little as it takes. No two boxes touch and none
leaves the field, whatever is put in.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.float64]  # (nodes, 2)
Pair = tuple[str, str]
ROUNDS, TRIES = 1200, 12
ROOMY = 6  # members of a group that stand as near as wanted; more need more room
GAP = 16.0  # between boxes
NEAR, BESIDE, FAR, ALONE = 0.45, 0.7, 1.75, 1.3  # tied, of one group, of two groups, of none


def communities(keys: Sequence[str], ties: Mapping[Pair, float]) -> dict[str, int]:
    """The group of each key that has one, the largest group 0; who has no ties is in none."""
    groups: list[list[str]] = [[key] for key in keys]
    at = {key: n for n, key in enumerate(keys)}
    shares = np.zeros((len(keys), len(keys)))  # of the weight of all ties, between two groups
    for (a, b), weight in ties.items():
        if a != b:
            shares[at[a], at[b]] += weight
            shares[at[b], at[a]] += weight
    if not shares.any():
        return {}
    shares /= shares.sum()
    while len(groups) > 1:
        own = shares.sum(axis=1)
        gain = 2 * (shares - np.outer(own, own))
        gain[np.tril_indices(len(groups))] = -1.0
        one, other = (int(n) for n in np.unravel_index(int(gain.argmax()), gain.shape))
        if gain[one, other] <= 1e-12:
            break
        groups[one] += groups.pop(other)
        shares[one] += shares[other]
        shares[:, one] += shares[:, other]
        shares = np.delete(np.delete(shares, other, axis=0), other, axis=1)
    found = [sorted(group, key=at.__getitem__) for group in groups if len(group) > 1]
    found.sort(key=lambda group: (-len(group), at[group[0]]))
    return {key: n for n, group in enumerate(found) for key in group}


def backbone(ties: Mapping[Pair, float], each: int = 2) -> set[Pair]:
    """The ties worth drawing where there are many: of every node the strongest few."""
    found: set[Pair] = set()
    ranked = sorted(ties, key=lambda pair: (-ties[pair], pair))
    for key in {key for pair in ties for key in pair}:
        found.update([pair for pair in ranked if key in pair][:each])
    return found


def places(
    keys: Sequence[str],
    ties: Mapping[Pair, float],
    groups: Mapping[str, int],
    pull: Mapping[str, float],
) -> Places:
    """Places in the square from -1 to 1, in the order of the keys; the first is the centre, at 0.

    Args:
        keys: of the nodes, the centre first.
        ties: among the others, from 0 to 1.
        groups: as `communities` found them.
        pull: how strongly the centre holds each of the others, from 0 to 1.
    """
    number = len(keys)
    if number == 1:
        return np.zeros((1, 2))
    wanted = _distances(keys, ties, groups, pull)
    around = sorted(range(1, number), key=lambda n: (groups.get(keys[n], number), n))
    laid = np.zeros((number, 2))
    for place, n in enumerate(around):
        turn = 2 * math.pi * (place + 0.5) / len(around) - math.pi / 2
        laid[n] = math.cos(turn), math.sin(turn)
    weights = wanted**-2.0
    np.fill_diagonal(weights, 0.0)
    weights[0] *= 3
    weights[:, 0] *= 3
    laplacian = np.diag(weights.sum(axis=1)) - weights
    inverse = np.linalg.pinv(laplacian)
    for _ in range(150):
        laid = inverse @ _pulled(laid, wanted, weights)
    laid -= laid[0]
    return laid / max(float(np.abs(laid).max()), 1e-9)


def _distances(
    keys: Sequence[str],
    ties: Mapping[Pair, float],
    groups: Mapping[str, int],
    pull: Mapping[str, float],
) -> Places:
    wanted = np.full((len(keys), len(keys)), ALONE)
    members = Counter(groups.values())
    for i, one in enumerate(keys):
        for j, other in enumerate(keys):
            if one in groups and other in groups:
                roomy = BESIDE * max(1.0, math.sqrt(members[groups[one]] / ROOMY))
                wanted[i, j] = roomy if groups[one] == groups[other] else FAR
            tie = max(ties.get((one, other), 0.0), ties.get((other, one), 0.0))
            if tie:
                wanted[i, j] *= 1 - tie * (1 - NEAR / BESIDE)
    wanted[0] = [1.25 - 0.4 * pull.get(key, 0.0) for key in keys]
    wanted[:, 0] = wanted[0]
    np.fill_diagonal(wanted, 1.0)
    return wanted


def _pulled(laid: Places, wanted: Places, weights: Places) -> Places:
    """The right side of the equation that each round of the majorization solves."""
    delta = laid[:, None, :] - laid[None, :, :]
    length = np.sqrt((delta**2).sum(axis=2))
    share = np.where(length > 1e-9, weights * wanted / np.maximum(length, 1e-9), 0.0)
    matrix: Places = np.diag(share.sum(axis=1)) - share
    return matrix @ laid


def apart(centres: Places, sizes: Places, width: float, height: float) -> tuple[Places, float]:
    """Centres of boxes in a field, moved so that no two overlap, and the field's height.

    Args:
        centres: (n, 2), where the boxes would like to stand, from -1 to 1; the first stays.
        sizes: (n, 2), their widths and heights, none wider than the field.
        width: of the field.
        height: of the field; it grows where the boxes need it.
    """
    grown = sizes + GAP
    for _ in range(TRIES):
        field = np.array([width, height])
        laid = field / 2 + centres * (field - sizes.max(axis=0)) / 2
        if _settle(laid, grown, field):
            break
        height *= 1.07
    else:
        laid = _in_rows(centres, grown, width)
    laid[:, 1] -= (laid - sizes / 2)[:, 1].min()
    return laid, float((laid + sizes / 2)[:, 1].max())


def _in_rows(centres: Places, sizes: Places, width: float) -> Places:
    """Boxes row by row from the top: always possible, and seldom needed."""
    laid = np.zeros_like(sizes)
    x = y = tall = 0.0
    for n in sorted(range(len(sizes)), key=lambda n: (centres[n, 1], centres[n, 0])):
        wide, high = sizes[n]
        if x and x + wide > width + GAP:
            x, y, tall = 0.0, y + tall, 0.0
        laid[n] = min(x + wide / 2, width - (wide - GAP) / 2), y + high / 2
        x, tall = x + wide, max(tall, high)
    return laid


def _settle(laid: Places, sizes: Places, field: Places) -> bool:
    """Move boxes apart in place; whether none overlaps in the end."""
    half = sizes / 2
    others = ~np.eye(len(sizes), dtype=bool)
    for _ in range(ROUNDS):
        delta = laid[:, None, :] - laid[None, :, :]
        room = half[:, None, :] + half[None, :, :]
        depth = room - np.abs(delta)
        hit = (depth > 1e-6).all(axis=2) & others
        if not hit.any():
            return True
        flat = depth[..., 0] < depth[..., 1]  # along which axis it takes less
        moves = np.zeros_like(laid)
        counts = np.maximum(hit.sum(axis=1), 1)
        sign = np.where(delta >= 0, 1.0, -1.0)
        order = np.sign(np.arange(len(laid))[:, None] - np.arange(len(laid))[None, :])
        sign = np.where(delta == 0, order[..., None], sign)
        for axis in (0, 1):
            along = hit & (flat if axis == 0 else ~flat)
            push = np.where(along, sign[..., axis] * (depth[..., axis] / 2 + 0.5), 0.0)
            moves[:, axis] = push.sum(axis=1)
        moves /= np.sqrt(counts)[:, None]
        moves[0] *= 0.1  # the centre gives way last
        laid += moves
        np.clip(laid, half - GAP / 2, field - half + GAP / 2, out=laid)
    return False
