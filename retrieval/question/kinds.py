"""What kinds of question there are, and what a rule is that tells one by its wording."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is asked for. All but CONTENT, WORKS_ABOUT and COMPARE are questions of record."""

    CONTENT = "content"
    WORKS_ABOUT = "works about"
    COMPARE = "compare"
    COUNT = "how many"
    PER_YEAR = "how many per year"
    LIST = "list"
    LATEST = "latest"
    EARLIEST = "earliest"
    YEAR = "which year"
    BUSIEST = "busiest year"
    QUIETEST = "quietest year"
    WHEN = "when"
    AUTHORS = "who"
    COLLABORATORS = "collaborators"
    LINK = "link"
    PROFILE = "profile"
    NOT_KEPT = "not kept"
    HELP = "help"


OF_WORKS = (Kind.WHEN, Kind.YEAR, Kind.AUTHORS, Kind.LINK)
"""Asked of works that are named, or found by what they are about."""

SHARE = "share"
"""The part of COUNT that asks how many of all works that is."""
CATEGORY = "category"
"""The part of LINK that asks under which of arXiv's categories a work is filed."""
OFTEN = "first most often"
"""The part of AUTHORS that asks who is the first of them on most works."""
MONTH = "month"
"""The part of BUSIEST, QUIETEST and PER_YEAR that asks for months."""
AVERAGE = "average"
"""The part of AUTHORS that asks how many of them a work has on average."""
OF_SIZE = ("most", "fewest")
"""Parts of AUTHORS: which work has the most of them, or the fewest."""
OF_MANY = (OFTEN, AVERAGE, *OF_SIZE)
"""Parts of AUTHORS that are asked of all works."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind, the wording it is told by, and which part of it is meant ("first" author …)."""

    kind: Kind
    pattern: re.Pattern[str]
    facet: str = ""


def rule(kind: Kind, *wordings: str, facet: str = "") -> Rule:
    """A rule of which any wording is enough, in any case."""
    return Rule(kind, re.compile("|".join(wordings), re.IGNORECASE), facet)
