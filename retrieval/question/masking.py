"""A question's text put in order, and its names, works and times blotted out. Pure.

All places in a text stay where they are, so that what is found in one reading can be blotted out
in the next.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from retrieval.question import courtesy
from retrieval.question.spans import Span, blanked
from retrieval.question.words import MONTHS, OPENED
from storage.errors import EmptyQuestion, QuestionTooLong
from storage.finding import Mention

MAX_CHARACTERS = 4000


@lru_cache(maxsize=256)
def tidy(text: str) -> str:
    """The text without courtesies, mentions, emphasis and signs that nobody sees, its white space
    tidied.

    Raises:
        EmptyQuestion: there is no word in it.
        QuestionTooLong: it has more than MAX_CHARACTERS.
    """
    text = unicodedata.normalize("NFC", text)
    text = _FULL_WIDTH.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
    for pattern, kept in _MARKS:
        text = pattern.sub(kept, text)
    text = " ".join(text.split())
    for pattern, kept in _SHORTHAND:
        text = pattern.sub(kept, text)
    if len(text) > MAX_CHARACTERS:
        raise QuestionTooLong(limit=MAX_CHARACTERS)
    if not any(character.isalnum() for character in text):
        raise EmptyQuestion()
    return courtesy.bare(text)


_FULL_WIDTH = re.compile(r"[\uff01-\uff5e\u3000]+")
_MARKS = (
    (re.compile(r"<[@#][!&]?\d+>|<a?:(\w+):\d+>|@(?:everyone|here)\b"), " "),
    (re.compile(r"\[([^\[\]]*)\]\(https?://[^\s()]*\)"), r"\1"),
    (re.compile(r"\b(with|by) [\"“]([A-Z][\w.-]+(?: [A-Z][\w.-]+){1,3})[\"”]"), r"\1 \2"),
    (re.compile(r"[\0\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"), ""),
    (re.compile(r"(?<![\w*])[*_~`|]+(?=\S)|(?<=\S)[*_~`|]+(?![\w*])"), ""),
)
_SHORTHAND = (
    (re.compile(r"(?<=\w) & (?=\w)"), " and "),
    (re.compile(r"(?<![^ (,])w/o\b ?"), "without "),
    (re.compile(r"(?<![^ (,])w/(?: |(?=[^\W\d_]{3}))"), "with "),  # not "5 w/m2"
)
_GRAMMAR = (
    "about abstract abstracts after article articles author authors before between busiest "
    "compare compared coauthor coauthors collaborator collaborators difference during earliest "
    "first latest month months "
    "newest number oldest paper papers preprint preprints previous productive publication "
    "publications publish published publishes recent recently research researcher since spring "
    "summer autumn winter study studies title titles until which where writes written wrote "
    "years working works worked"
).split() + [month for month in MONTHS if len(month) > 5 or month == "april"]


def corrected(text: str) -> str:
    """Asking words with two neighbouring letters swapped put right ("pubilshed"), no others.

    Only words of five letters and more are touched. All places in the text stay where they are.
    """

    def put_right(m: re.Match[str]) -> str:
        word = m[0].lower()
        meant = [w for w in _BY_LETTERS.get(_letters(word), ()) if _swapped(word, w)]
        return meant[0] if word not in _GRAMMAR and len(meant) == 1 else m[0]

    return _LONG.sub(put_right, text)


_LONG = re.compile(r"[^\W\d_]{5,}")


def _swapped(typed: str, meant: str) -> bool:
    return typed[0] == meant[0] and OSA.distance(typed, meant) == 1


def _letters(word: str) -> str:
    return "".join(sorted(word))


_BY_LETTERS: dict[str, list[str]] = {}
for _word in _GRAMMAR:
    _BY_LETTERS.setdefault(_letters(_word), []).append(_word)


def masked(text: str, own: Sequence[Mention], works_: Sequence[Span], times: Sequence[Span]) -> str:
    """The text with researchers as R and works as W, and without times."""
    marks = [(m.start, m.end, "R's" if m.owning else "R") for m in own]
    marks += [(start, end, "W") for start, end in works_]
    marks += [(start, end, "") for start, end in times]
    for start, end, mark in sorted(set(marks), reverse=True):
        text = text[:start] + mark.ljust(end - start, "\0") + text[end:]
    return text


def names_out(masked: str, others: Sequence[Span], partners: Sequence[Mention]) -> str:
    """The masked text with people's names gone and the blots closed up."""
    spans = [*others, *((m.start, m.end) for m in partners)]
    masked = blanked(masked, spans)
    for pattern, kept in _AROUND if "\0" in masked else ():
        masked = pattern.sub(kept, masked)
    masked = " ".join(masked.replace("\0", " ").split())
    return _OPENS.sub("", _GAP.sub("", masked).lstrip(" ,;:-–—"))


_AROUND = tuple(
    (re.compile(pattern, re.IGNORECASE), kept)
    for pattern, kept in (
        (r"\0['’]s?(?!\w)", "\0"),
        (r"\b(?:both|either|all of|any of)\s+(?=\0)", ""),
        (r",? \b(?:and|or)\s+\0+", ""),
        (r"\b(?:together )?(?:with|and)\s+\0+", ""),
    )
)
"""What joins a name to a sentence, and goes with it."""
_GAP = re.compile(r"\s+(?=['’](?:s\b|\W|$)|[,:?.!])")
_OPENS = re.compile(rf"^(?!or\b){OPENED}(?=\w)", re.IGNORECASE)


def restored(topic: str, text: str, works_: Sequence[Span]) -> str:
    """A topic with the names of works put back for their marks."""
    for start, end in works_:
        topic = re.sub(r"\bW\b", lambda _, s=start, e=end: text[s:e], topic, count=1)  # type: ignore[misc]
    return re.sub(r"\s+", " ", re.sub(r"\bR(?:['’]s)?\b", "", topic)).strip()


def unmasked(text: str) -> str:
    """The text without its blots."""
    text = re.sub(r"\0+(?:['’]s)?", " ", text)
    text = re.sub(r"\s+(?=[,?.!:;])", "", " ".join(text.split()))
    return text.strip(" ,;:-")
