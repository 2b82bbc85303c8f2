"""The trust snapshot: facts about a record -> score, band, level, each point with its reason.

Pure. The formula: identity 10 a level (at most 40), record round(7·log10(1 + works)) (at most
30), community round(5·log10(1 + followers)) (at most 20), completeness 5 for a known affiliation
and 5 for a linked ORCID.

Nothing counts that somebody can bring about alone: an unproved claim is level 2 and gives no more
points than level 1, an affiliation has to come from a source or an institution's page, an ORCID
from a proof, and researchers are not counted as followers of themselves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from storage.phrases import plural

BANDS = ((80, "Distinguished"), (60, "Trusted"), (40, "Established"), (20, "Emerging"), (0, "New"))
LEVELS = (
    "unknown source",
    "imported from a public source, unclaimed",
    "claimed, awaiting proof",
    "claimed with one proof",
    "claimed with two independent proofs",
)
UNPROVED = 2


@dataclass(frozen=True, slots=True)
class Point:
    """One part of the score: how many points of how many, why, and what would raise it."""

    label: str
    points: int
    of: int
    reason: str
    raise_by: str | None


@dataclass(frozen=True, slots=True)
class Trust:
    """A score of 100, its band, the verification level, and what the score is made of."""

    score: int
    band: str
    level: int
    points: tuple[Point, ...]


def snapshot(
    level: int, works: int, followers: int, affiliation_known: bool, orcid_linked: bool
) -> Trust:
    """The trust of a record.

    Raises:
        ValueError: a level outside 0 to 4, or a negative count.
    """
    if not 0 <= level < len(LEVELS) or works < 0 or followers < 0:
        raise ValueError(f"no such record: level {level}, {works} works, {followers} followers")
    points = (
        _identity(level),
        _record(works),
        _community(followers),
        _completeness(affiliation_known, orcid_linked),
    )
    score = sum(point.points for point in points)
    band = next(name for floor, name in BANDS if score >= floor)
    return Trust(score, band, level, points)


def _identity(level: int) -> Point:
    raise_by = (
        None,
        "a proved claim by the researcher",
        "a proof of the claim",
        "a second, independent proof",
        None,
    )
    return Point(
        "Identity",
        10 * (1 if level == UNPROVED else level),
        40,
        f"L{level}: {LEVELS[level]}",
        "importing from a public source" if level == 0 else raise_by[level],
    )


def _record(works: int) -> Point:
    points = min(30, round(7 * math.log10(1 + works)))
    reason = f"{plural(works, 'work')} on record"
    return Point("Record", points, 30, reason, None if points == 30 else "more published works")


def _community(followers: int) -> Point:
    points = min(20, round(5 * math.log10(1 + followers)))
    reason = plural(followers, "follower")
    return Point("Community", points, 20, reason, None if points == 20 else "more followers")


def _completeness(affiliation_known: bool, orcid_linked: bool) -> Point:
    known = {"affiliation": affiliation_known, "ORCID": orcid_linked}
    have = [name for name, there in known.items() if there]
    lack = [name for name, there in known.items() if not there]
    parts = [f"{' and '.join(have)} known"] if have else []
    parts += [f"{' and '.join(lack)} not known"] if lack else []
    ways = {
        "affiliation": "an affiliation from a source or an institution's page",
        "ORCID": "a proof on the ORCID record",
    }
    raise_by = " and ".join(ways[name] for name in lack) or None
    return Point("Completeness", 5 * len(have), 10, "; ".join(parts), raise_by)
