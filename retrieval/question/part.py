"""Questions put in one, and what is asked of a work as a whole."""

from __future__ import annotations

import re
from enum import StrEnum

from retrieval.question.asked import read_asked


class Part(StrEnum):
    """What is asked of a work as a whole, in no words of its own."""

    RESULTS = "what came out"
    METHOD = "how it works"
    REASON = "why"
    GAIN = "by how much"
    TASK = "on what task"


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
    for part in _PARTS.split(text):
        if found and not _ASKS.search(found[-1]):  # what comes before a question, and is none
            found[-1] = f"{found[-1]}, {part.strip()}"
        else:
            found.append(_SHORT.get(part.lower().strip(" ?!."), part.strip()))
    whole = all(len(read_asked(part).words) + len(part.split()) > 2 for part in found)
    return tuple(found) if len(found) > 1 and whole else (text,)


_PARTS_BY: tuple[tuple[Part, re.Pattern[str], frozenset[str]], ...] = tuple(
    (part, re.compile(pattern, re.IGNORECASE), frozenset(words.split()))
    for part, pattern, words in (
        (
            Part.RESULTS,
            r"\b(?:findings?|results?|outcomes?|conclu\w+|take-?aways?|insights?|upshot|"
            r"bottom line|find out|(?:c[ao]me|comes) out(?: of)?|learn(?:ed|t)?|discover(?:ed|y)?|"
            r"observ(?:e|ed)|reveal(?:ed|s)?|"
            r"(?:did|do|does|have|has) (?:they|it|he|she|this|that(?: one)?|the (?:paper|authors?|"
            r"study|work|researchers?|team)) (?:find|found|show|shown|see|report|achieve))\b",
            "finding findings result results outcome outcomes conclude concluded concludes "
            "conclusion conclusions takeaway takeaways take-away take-aways insight insights "
            "upshot bottom line learn learned learnt discover discovered observe observed reveal "
            "revealed reveals key experimental empirical final overall important central team",
        ),
        (
            Part.METHOD,
            r"\bhow (?:does|do|did|is|are|was|can) (?:it|they|this|that|he|she|the \w+) (?:\w+ )?"
            r"(?:work|done|do (?:it|that|this)|function|operate)s?\b|"
            r"\b(?:what|which)\b.{0,20}\b(?:method|approach|methodology|technique|mechanism)s?\b",
            "method methods approach methodology technique techniques mechanism function operate",
        ),
        (Part.GAIN, r"\bby how much\b|^(?:and )?how much\W*$", ""),
        (
            Part.TASK,
            r"\b(?:on|for|in|at) (?:what|which) (?:\w+ )?tasks?\b|\b(?:what|which) tasks?\b",
            "task tasks tested evaluated tried",
        ),
        (Part.REASON, r"^(?:(?:and|but|so)\s+)*(?:why|how come)\b", ""),
    )
)


def read_part(text: str) -> Part | None:
    """What is asked of a work as a whole; None where words of the question say what.

    >>> read_part("what were the main results?"), read_part("what results on CIFAR-10?")
    (<Part.RESULTS: 'what came out'>, None)
    """
    for part, pattern, words in _PARTS_BY:
        if pattern.search(text):
            asked = read_asked(text)
            more = [word for word in asked.words if word not in words]
            return part if part is Part.REASON or not (more or asked.names) else None
    return None
