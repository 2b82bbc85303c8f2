"""What explains a topic and is no part of it: "sandbagging, *that is, failing by design*". Pure."""

from __future__ import annotations

import re

from retrieval.question.words import QUESTION

_IN_OTHER_WORDS = r"(?:that is(?: to say|(?=,))|i\.? ?e\.?|in other words|namely|meaning)"
_EXPLAINED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r" [–—-] (?P<between>[^?!]+?) [–—-](?= )",
        rf"(?:,| [–—-]) {_IN_OTHER_WORDS},? (?P<what>[^?!]+?)(?=\)?(?:[?!]|\W*$))",
        rf" [–—-] (?!(?:{QUESTION}|is|are|was|were|do|does|did|has|have|can|list|show|name|any\w*|"
        r"every\w*|all|only|not|no|in|with|by|from)\b)"
        r"[^?!]+?(?=\W*$)",
        r",? (?:whether|be (?:it|they)) [^?!]+? or [^?!]+?(?=\W*$)",
        rf" \((?:{_IN_OTHER_WORDS} )?[^()]+\)",
    )
)
"""Between dashes, behind "that is" or a dash, "whether … or …", and in brackets."""
_FEW_WORDS = rf"(?!{QUESTION}\b)[\w'’-]+(?: [\w'’-]+){{0,2}}"
_NAME = re.compile(_FEW_WORDS)
_NAMES = re.compile(rf"{_FEW_WORDS}(?:(?:, |,? (?:and|or) ){_FEW_WORDS})+")
"""Another name of a topic; some of what belongs to it."""
_SO_ON = re.compile(
    r",? (?:and |or )?(?:(?:that|this) (?:sort|kind) of (?:thing|stuff)|so (?:on|forth)|etc)"
    r"(?=\.?\)|\W*$)",
    re.IGNORECASE,
)
_TOO = re.compile(r", (?P<too>[\w'’-]+(?: [\w'’-]+)?) included(?=\W*$)", re.IGNORECASE)


def without_explanation(text: str) -> str:
    """A text without what only explains the topic in it; other names in brackets are kept.

    >>> without_explanation("works on sandbagging, that is, failing on purpose?")
    'works on sandbagging?'
    """
    text = _SO_ON.sub("", text)
    text = _TOO.sub(r" or \g<too>", text)
    for pattern in _EXPLAINED:
        text = pattern.sub(_kept, text)
    return text


def _kept(m: re.Match[str]) -> str:
    """Names in brackets, at the end those of what belongs to a topic; and what counts, too."""
    explains = m.groupdict().get("what")
    if not explains and m[0][1] != "(":
        return ""
    said = explains or m[0][2:-1]
    ends = explains or _ENDS.match(m.string, m.end())
    if (ends and _NAMES.fullmatch(said)) or (not explains and _NAME.fullmatch(said)):
        return f" ({said})"
    return m[0] if _COUNTS.search(said) else ""


_ENDS = re.compile(r"[?!.,]|\W*$")
_COUNTS = re.compile(r"\b(?:too|as well|included)$", re.IGNORECASE)
