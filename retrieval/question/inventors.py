"""Who came up with something: what an abstract says of it comes before who wrote about it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from retrieval.question.asked import read_asked
from retrieval.question.words import WORKS
from retrieval.text import split_sentences
from retrieval.writers.matching import bag, near_together
from storage.works import Work

INVENTED = re.compile(
    r"who (?:first )?(?:(?P<new>invented|came up with|created)|proposed|introduced|developed) "
    rf"(?P<thing>(?!the {WORKS}\b|.*\b{WORKS}\W*$).+)",
    re.IGNORECASE,
)
"""Asks who first put something forward, and not who wrote about it."""
_BY = re.compile(
    r"\b(?i:introduc|propos|invent|develop|devis|coin|creat|design|pioneer|formulat)ed"
    r"(?: \w+)?(?: in \d{4},?)? by [A-Z][\w.'’-]+ (?:[A-Z]|and\b|et\b|\(|in \d{4})"
)
_AND_WHEN = re.compile(r",? and (?:when|where|in (?:which|what) year)\W*$", re.IGNORECASE)


def tells_inventor(sentence: str, asked: str) -> bool:
    """Whether a sentence says by whom that was put forward whose inventor is asked for.

    >>> tells_inventor("Hue tests, introduced by Ada Byron in 1948.", "who invented hue tests?")
    True
    """
    m = INVENTED.match(asked)
    words = read_asked(_AND_WHEN.sub("", m["thing"])).words if m else ()
    return bool(words and _BY.search(sentence) and near_together(bag(sentence), list(words)))


def credited(works: Iterable[Work], asked: str) -> bool:
    """Whether the abstract of a work says by whom it was put forward."""
    if INVENTED.match(asked) is None:
        return False
    return any(tells_inventor(s, asked) for work in works for s in split_sentences(work.abstract))
