"""Questions that are put in one text, told apart."""

from __future__ import annotations

import re

from retrieval.question.asked import read_asked

_QUESTION_WORD = r"(?:how|what|which|who|whom|whose|where|when|why)"
_PARTS = re.compile(
    rf"\s*(?:,\s+|[,;]?\s+and\s+)(?=(?:(?:by|to|in|on|at|for|from|with|of)\s+)?{_QUESTION_WORD}\b)|"
    rf"\?\s+(?:and\s+|also,?\s+)?(?=(?:(?:by|to|in|on|at|for|from|with|of)\s+)?"
    rf"(?:{_QUESTION_WORD}|is|are|does|do|did|can)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"\b{_QUESTION_WORD}\b", re.IGNORECASE)
_SHORT = {
    "when": "when was it published?",
    "in which year": "in which year was it published?",
    "in what year": "in which year was it published?",
    "what year": "in which year was it published?",
    "who": "who wrote it?",
    "by whom": "who wrote it?",
}
"""What may be left of a question put beside another."""


def parts(text: str) -> tuple[str, ...]:
    """The questions that are put in one: "What is X, and how fast is it?"; else the text alone.

    >>> parts("What does NPD stand for, and how fast is it?")
    ('What does NPD stand for', 'how fast is it?')
    """
    found: list[str] = []
    for part in _PARTS.split(" ".join(text.split())):  # rows of spaces would take minutes
        if found and not _ASKS.search(found[-1]):  # what comes before a question, and is none
            found[-1] = f"{found[-1]}, {part.strip()}"
        else:
            found.append(_SHORT.get(part.lower().strip(" ?!."), part.strip()))
    if len(found) == 1:
        return (text,)
    whole = all(len(read_asked(part).words) + len(part.split()) > 2 for part in found)
    return tuple(found) if whole else (text,)
