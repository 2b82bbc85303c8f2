"""Works that are asked for by a number they hold: "the smallest data set", "which has the most …?".

Numbers of several works are not compared: they may count different things. Pure.
"""

from __future__ import annotations

import re

from retrieval.question.words import MANY_WORKS, WHO

_HELD = (
    r"(?:data ?-?sets?|corp(?:us|ora)|benchmarks?|collections?|data ?bases?|cohorts?|test ?sets?)"
)
_PAPER = rf"(?:{MANY_WORKS}|paper|work|article|study|one)"
_MOST = (
    r"(?:smallest|largest|biggest|longest|shortest|highest|lowest|greatest|fewest|most|least|best|"
    r"worst|fastest|cheapest)"
)
_SIZE = r"(?:smallest|largest|biggest|longest|shortest)"
_OF_ALL = (
    r"(?: (?:here|there(?: is| are)?|of all|overall|ever|of (?:them|these|those|all)|"
    rf"(?:is|was|are|were) (?:that|it|there)|(?:that )?{WHO}(?: (?:has|have|made|built|released|"
    rf"published|used|wrote|collected))+|(?:in|of|from|among|by) (?:all )?"
    rf"(?:R(?:['’]s)?|his|her|their|the)(?: {_PAPER})?))*"
)
_AND_ASKED = (
    r"(?:[,;?]? (?:and )?(?:which(?: one)?(?: is (?:it|that))?|what(?: is it)?|how (?:many|much|"
    r"large|big|long|small)(?: (?P<counted>[\w-]+(?: [\w-]+)?))?"
    r"(?: (?:does it|it) (?:have|has))?))*"
)
_SMALLEST = re.compile(
    r"(?:(?:which|what)(?:['’]?s| is| was| are)? |show(?: me)? |name |give me |find )?"
    rf"(?:(?:the|R's|his|her|their) )?{_SIZE} (?:of (?:all )?(?:the|R's|his|her|their) )?"
    rf"(?P<of>(?:[\w-]+ ){{0,3}}?)(?P<thing>{_HELD})"
    rf"{_OF_ALL}{_AND_ASKED}\W*",
    re.IGNORECASE,
)
_HAS_MOST = re.compile(
    rf"(?:(?:which|what)(?: of (?:R(?:['’]s)?|his|her|their|the|these|those))? "
    rf"(?P<of>(?:[\w-]+ ){{0,3}}?)(?P<thing>{_HELD}|{_PAPER})|"
    r"(?:and )?which(?: one)? of (?:them|these|those)) "
    r"(?:(?:has|have|had|holds?|contains?|covers?|uses?|used|reports?|reported|gets?|got|"
    r"achieves?|achieved|reach(?:es|ed)?|lists?|with|is|was|are)) (?:the )?(?:very )?"
    rf"(?P<most>{_MOST})(?P<counted2>(?: (?!of\b|for\b|in\b|on\b|to\b|at\b)[\w-]+){{0,3}}?)"
    rf"{_OF_ALL}{_AND_ASKED}\W*",
    re.IGNORECASE,
)


_NOUNS = {
    "accurate": "accuracy",
    "precise": "precision",
    "efficient": "efficiency",
    "robust": "robustness",
    "fastest": "speed",
}
"""What is counted where a quality is named: "which of them is the most accurate?"."""

ANY_SET = "new data sets"
"""What works bring along that are asked for by the size of any data set."""


def ranked(text: str) -> tuple[str, str] | None:
    """What works are asked for by a number, and what is counted, "" where it is the size; None
    where none are.

    >>> ranked("which dataset has the fewest prompts?"), ranked("biggest hope speech corpus?")
    (('new data sets', 'prompts'), ('hope speech corpus', ''))
    """
    m = _SMALLEST.fullmatch(text) or _HAS_MOST.fullmatch(text)
    if m is None:
        return None
    counted = (m.groupdict().get("counted2") or m["counted"] or "").strip()
    quality = (m.groupdict().get("most") or "").lower()
    counted = _NOUNS.get(counted.lower() or quality, counted)
    if m["thing"] is None:
        return counted or ANY_SET, counted
    of = m["of"].strip()
    if re.fullmatch(_HELD, m["thing"], re.IGNORECASE):
        return f"{of} {m['thing']}" if of else ANY_SET, counted
    return (counted, counted) if counted and not of else (of, counted) if counted else None


def of_sets(topic: str) -> bool:
    """Whether works are asked for by the size of the data sets that they bring along."""
    return re.search(rf"\b(?:{_HELD}|{ANY_SET})$", topic, re.IGNORECASE) is not None
