"""Lists that a work gives in several sentences: "three improvements. First, … Second, …"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from retrieval.question.wants import Want
from retrieval.question.words import NUMBERS, number
from retrieval.search import Sentence
from retrieval.writers.weighing import Candidate

MOST_ITEMS = 4
"""Sentences that go on with a list which is quoted."""


def with_rest_of_list(candidate: Candidate, chosen: Sequence[Sentence]) -> list[Sentence]:
    """The sentences, and those that go on with a list which begins in one of them, or which it
    announces and is asked for: beside that only what answers better than the announcement.
    """
    scores = {s.sentence: s.score for s in candidate.sentences}
    for announcing in sorted(chosen, key=lambda s: -scores[s]):
        if items := _announced(candidate, announcing):
            better = [s for s in chosen if scores[s] >= scores[announcing]]
            return list(dict.fromkeys((*better, *items)))
    return list(dict.fromkeys((*chosen, *_begun(chosen, candidate.body))))


# Marks that begin in a quoted sentence --------------------------------------------------------

_MARK = re.compile(r"(?<!\w)\((?:(\d)|([ivx]+)|([a-h]))\)\s")
"""A mark of a list inside a text: "(1)", "(ii)", "(b)"."""


def _begun(chosen: Sequence[Sentence], body: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that go on with a list of which one has the first mark alone."""
    opened = [s for s in chosen if re.search(r"(?<!\w)\((?:1|i|a)\)\s", s.text)]
    if not opened or len(_MARK.findall(opened[0].text)) > 1:
        return []
    items = [s for s in body if s.position > opened[0].position and _MARK.match(s.text)]
    return items[:MOST_ITEMS]


# What is announced ----------------------------------------------------------------------------

_SO_MANY = re.compile(
    rf"\b(?P<n>{'|'.join(list(NUMBERS)[1:])}|[2-9]|several|the following) "
    r"(?P<what>(?:[a-z-]{2,} ){0,4}?[a-z-]{2,}s)\b",
    re.IGNORECASE,
)
"""Some number of things: "three key improvements"."""
_NAMED = re.compile(
    r":|\s[–—-]+\s|\(?\b(?:1|i|a)\)|\b(?:namely|including|such as|both|one|either)\b|"
    r"\([^()]+(?:,| and )[^()]+\)|, [^.]+ and |^ (?:of|for|in|on) [^,.]+ and ",
    re.IGNORECASE,
)
"""Behind things that are announced: they are named in the same sentence."""
_ORDINAL = re.compile(
    r"\W*(?:in the |the )?(?:(?P<first>first(?:ly)?|one)|second(?:ly)?|third(?:ly)?|fourth(?:ly)?|"
    r"fifth|finally|lastly|next|another|other)\b",
    re.IGNORECASE,
)
_CLOSES = re.compile(r"(?: [\w-]+){0,4}[.]?$")
"""Behind things that are announced: nothing is said of them any more."""
_RESULT = re.compile(
    r"\W*(?:on (?:the )?[A-Z]|(?:our |the |extensive |further )*(?:experiment|result|evaluat))",
    re.IGNORECASE,
)
"""Begins a sentence that tells what came out."""
_NUMBERED = re.compile(r"\W*(?:(?P<first>1|i|a)|\d|[ivx]+|[b-h])[.)]\s")


def _announced(candidate: Candidate, announcing: Sentence) -> list[Sentence]:
    """The sentences that name things which one announces and the question asks for."""
    asked = candidate.asked
    for m in _SO_MANY.finditer(announcing.text):
        if m["n"].isdigit():  # "Llama 3 models"
            continue
        many = number(m["n"]) if m["n"].lower() in NUMBERS else 0
        wanted = asked.want is not Want.COUNT and _asks_for(asked.text, m["what"], many)
        rest = announcing.text[m.end() :]
        if wanted and not _NAMED.search(rest):
            behind = [s for s in candidate.body if s.position > announcing.position]
            return _marked(behind, many) or (_next(behind, many) if _CLOSES.match(rest) else [])
    return []


def _asks_for(text: str, what: str, many: int) -> bool:
    """Whether a question asks for such things, and for as many if it says how many."""
    noun = what.split()[-1]
    told = [number(m["n"]) for m in _SO_MANY.finditer(text) if noun in m["what"].split()]
    return bool(re.search(rf"\b{noun}\b", text, re.IGNORECASE)) and (
        not told or not many or many in told
    )


def _marked(behind: Sequence[Sentence], many: int) -> list[Sentence]:
    """The sentences that are marked as a list which begins at once, as many as are announced."""
    for mark in (_NUMBERED, _ORDINAL):
        if any(_begins(mark, s.text) for s in behind[:2]):
            marked = [s for s in behind if mark.match(s.text)]
            again = [n for n, s in enumerate(marked) if n and _begins(mark, s.text)]
            return marked[: min([many or MOST_ITEMS, *again])]
    return []


def _next(behind: Sequence[Sentence], many: int) -> list[Sentence]:
    """As many sentences as are announced, where the announcement ends with what it announces."""
    items = takewhile(lambda s: not _RESULT.match(s.text) and "://" not in s.text, behind[:many])
    return list(items) if many <= MOST_ITEMS else []


def _begins(mark: re.Pattern[str], text: str) -> bool:
    """Whether a sentence is the first of a marked list."""
    m = mark.match(text)
    return bool(m and m["first"])


# What is said of each -------------------------------------------------------------------------

_EACH = re.compile(r"\beach\b(?! of)", re.IGNORECASE)
_SHORT = re.compile(r"\(([A-Z][\w-]*[A-Z\d])\)")
_BETWEEN = tuple(
    re.compile(mark)
    for mark in (r"\(?\b(?:\d|[ivx]+|[a-c])\)\s+", r";\s+(?:and\s+)?", r",\s+(?:and\s+)?|\s+and\s+")
)
"""Between the things of a list: marks, or else semicolons, or else commas."""
_ARTICLE = re.compile(r"(?:an?|the|our) ", re.IGNORECASE)


def with_each(candidate: Candidate, chosen: Sequence[Sentence]) -> list[Sentence]:
    """The sentences, and the next that takes up each thing listed in one of them, where "each" is
    asked about.
    """
    if not _EACH.search(candidate.asked.text):
        return list(chosen)
    for listing in chosen:
        behind = [s for s in candidate.body if s.position > listing.position]
        found = [
            next((s for s in behind if item in s.text.lower()), None)
            for item in _items(listing.text)
        ]
        if len(taken := {s for s in found if s}) > 1:
            return sorted({*chosen, *taken}, key=lambda s: s.position)
    return list(chosen)


def _items(text: str) -> list[str]:
    """What the things are called that are listed behind a colon, in small letters: their short
    forms, or their first words.
    """
    listed = text.partition(": ")[2]
    if len(items := _SHORT.findall(listed)) < 2:
        between = next((mark for mark in _BETWEEN if mark.search(listed)), None)
        parts = between.split(listed) if between else []
        words = [_ARTICLE.sub("", part).strip(" .").split() for part in parts]
        items = [" ".join(each[:2]) for each in words if each]
    return [item.lower() for item in items] if len(items) <= MOST_ITEMS else []
