"""Works under one name, grouped into persons, each place with how sure it is and why. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.namesakes.likeness import Evidence, Signature, weigh
from retrieval.namesakes.linkage import THRESHOLD, grouped, nearness
from storage.persons import Placed


@dataclass(frozen=True, slots=True)
class Known:
    """What was decided before a split, by work id.

    Attributes:
        together: person -> works that are theirs; None for a record's.
        apart: a work, and works that it does not belong with.
    """

    together: Mapping[int | None, Collection[int]]
    apart: Sequence[tuple[int, Collection[int]]] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """One person as found: the works, the surest first, and their closest co-authors."""

    works: tuple[Placed, ...]
    coauthors: tuple[str, ...]
    person_id: int | None = None


def split(
    signatures: Sequence[Signature],
    name: str,
    together: Iterable[Collection[str]] = (),
    known: Known | None = None,
) -> list[Group]:
    """The persons behind a name, those with the most works first.

    Args:
        signatures: the works under the name.
        name: the name, which is nobody's co-author.
        together: groups of names that wrote a work together elsewhere.
        known: what was decided before.

    Returns:
        Groups of works; a work that cannot be placed is in none.
    """
    if not signatures:
        return []
    evidence = weigh(signatures, together, name)
    log_odds, ties = evidence.log_odds(), evidence.ties()
    at = {signature.id: n for n, signature in enumerate(signatures)}
    must, cannot, whose = _constraints(known, at)
    found = grouped(log_odds, ties, must=must, cannot=cannot)
    placed = [g for g in found if len(g) > 1 or evidence.people[g[0]].any() or g[0] in whose]
    groups = []
    for group in placed:
        rivals = [other for other in placed if other is not group]
        places = []
        for n in group:
            barred = bool(cannot[n].any())
            open_to_it = [other for other in rivals if not cannot[n, other].any()]
            certainty = _certainty(log_odds, ties, n, group, open_to_it)
            reason = _reason(evidence, signatures, n, group, barred=barred)
            places.append(Placed(signatures[n].id, certainty, reason))
        person = next((whose[n] for n in group if n in whose), None)
        groups.append(
            Group(
                tuple(sorted(places, key=lambda place: -place.certainty)),
                _closest(evidence, group),
                person,
            )
        )
    return groups


def _constraints(
    known: Known | None, at: Mapping[int, int]
) -> tuple[list[list[int]], NDArray[np.bool_], dict[int, int | None]]:
    """Places that belong together, pairs of places that do not, and whose a place is."""
    cannot = np.zeros((len(at), len(at)), bool)
    must: list[list[int]] = []
    whose: dict[int, int | None] = {}
    for person, work_ids in known.together.items() if known else ():
        group = [at[i] for i in work_ids if i in at]
        for other in must:
            cannot[np.ix_(group, other)] = cannot[np.ix_(other, group)] = True
        if group:
            must.append(group)
            whose |= dict.fromkeys(group, person)
    for work_id, others in known.apart if known else ():
        if work_id in at:
            group = [at[i] for i in others if i in at and i != work_id]
            cannot[at[work_id], group] = cannot[group, at[work_id]] = True
    return must, cannot, whose


def _certainty(
    log_odds: NDArray[np.float64],
    ties: NDArray[np.float64],
    one: int,
    group: Sequence[int],
    rivals: Sequence[Sequence[int]],
) -> float:
    """The chance of this place against being with the likeliest other person or with nobody;
    `rivals` are those that nobody decided against.
    """
    rival = max((nearness(log_odds, ties, one, r) for r in rivals), default=-np.inf) - THRESHOLD
    own = nearness(log_odds, ties, one, group) - THRESHOLD if len(group) > 1 else None
    if own is None:
        return round(float(1 / (1 + np.exp(rival))), 2)
    return round(float(1 / (1 + np.exp(-own) + np.exp(rival - own))), 2)


# Reasons ----------------------------------------------------------------------------------


def _closest(evidence: Evidence, group: Sequence[int]) -> tuple[str, ...]:
    """Co-authors on at least two of the works, or of the one work; most works first."""
    counts = evidence.people[group].sum(axis=0)
    least = min(2, len(group))
    order = sorted(np.flatnonzero(counts >= least), key=lambda c: (-counts[c], evidence.names[c]))
    return tuple(evidence.names[c] for c in order[:5])


def _reason(
    evidence: Evidence,
    signatures: Sequence[Signature],
    one: int,
    group: Sequence[int],
    *,
    barred: bool,
) -> str:
    """Why a work is with the others of its group, in words; `barred` where it was decided that it
    is not with all works of the name.
    """
    missing = "" if signatures[one].complete else "; its author list is not complete"
    others = [other for other in group if other != one]
    if not others:
        return f"{_alone(evidence, one, barred=barred)}{missing}"
    said = _shared(evidence, one, others) or _linked(evidence, one, others)
    if said is None:
        strong = {kind: evidence.kind(kind)[one, others].mean() for kind in ("place", "field")}
        also = " and affiliation" if strong["place"] > 0 else ""
        only = "" if also else " only"
        if evidence.kind("topic")[one, others].any():
            field = " and field" if strong["field"] > 0 else ""
            said = f"near in topic{field}{also}{only}"
        else:
            said = "the same affiliation" if also else "no evidence of its own"
    return said + missing


def _alone(evidence: Evidence, one: int, *, barred: bool) -> str:
    """Why a work is with no other."""
    if barred:
        return "apart from works that it was decided not to belong with"
    beside = [other for other in range(len(evidence.people)) if other != one]
    known = _shared(evidence, one, beside)
    if known is None:
        return "shares no co-author with the others and is not near enough in topic"
    return f"{known} of this name, and nothing else ties it to them"


def _shared(evidence: Evidence, one: int, others: Sequence[int]) -> str | None:
    """As: shares Ada Byron and Bo Li with 6 of the 9 other works, where both are on the same ones;
    else: shares Ada Byron with 6 of the 9 other works and Bo Li with 2.
    """
    mine = evidence.people[one]
    counts = (evidence.people[others] & mine).sum(axis=0)
    best = sorted(np.flatnonzero(counts), key=lambda c: (-counts[c], evidence.names[c]))[:2]
    if not best:
        return None
    on = evidence.people[others][:, best]
    names = [evidence.names[c] for c in best]
    number = _of_these(int(on[:, 0].sum()), len(others))
    if (on == on[:, :1]).all():
        return f"shares {' and '.join(names)} with {number}"
    return f"shares {names[0]} with {number} and {names[1]} with {int(on[:, 1].sum())}"


def _linked(evidence: Evidence, one: int, others: Sequence[int]) -> str | None:
    """As: its co-author Ada Byron writes elsewhere with Bo Li of 2 of the 9 other works."""
    mine = np.flatnonzero(evidence.people[one])
    theirs = evidence.people[others].sum(axis=0)
    links = Counter(
        {
            (int(a), int(b)): int(theirs[b])
            for a in mine
            for b in np.flatnonzero(evidence.knows[a])
            if theirs[b]
        }
    )
    if not links:
        return None
    (a, b), number = links.most_common(1)[0]
    return (
        f"its co-author {evidence.names[a]} writes elsewhere with {evidence.names[b]} "
        f"of {_of_these(number, len(others))}"
    )


def _of_these(number: int, total: int) -> str:
    if number == total:
        return {1: "the other work", 2: "both other works"}.get(total, f"all {total} other works")
    return f"{number} of the {total} other works"
