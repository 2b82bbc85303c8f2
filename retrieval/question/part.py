"""What is asked of a work as a whole, in no words of its own: what came out, how it works."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from retrieval.question.asked import read_asked


class Part(StrEnum):
    """What is asked of a work as a whole, in no words of its own."""

    RESULTS = "what came out"
    METHOD = "how it works"
    REASON = "why"
    GAIN = "by how much"
    TASK = "on what task"
    AIM = "what for"


_PARTS_BY: tuple[tuple[Part, re.Pattern[str], frozenset[str]], ...] = tuple(
    (part, re.compile(pattern, re.IGNORECASE), frozenset(words.split()))
    for part, pattern, words in (
        (
            Part.RESULTS,
            r"\b(?:findings?|results?|outcomes?|conclu\w+|take-?aways?|insights?|upshot|"
            r"bottom line|find out|(?:c[ao]me|comes) out(?: of)?|learn(?:ed|t)?|discover(?:ed|y)?|"
            r"observ(?:e|ed)|reveal(?:ed|s)?|"
            r"how (?:good|well|effective) (?:is|are|was|does|do|did) (?:it|they|this|that)\b|"
            r"(?:did|do|does|have|has) (?:they|it|he|she|this|that(?: one)?|the (?:paper|authors?|"
            r"study|work|researchers?|team)) (?:find|found|show|shown|see|report|achieve))\b",
            "finding findings result results outcome outcomes conclude concluded concludes "
            "conclusion conclusions takeaway takeaways take-away take-aways insight insights "
            "upshot bottom line learn learned learnt discover discovered observe observed reveal "
            "revealed reveals good well effective perform performs work works "
            "key experimental empirical final overall important central team",
        ),
        (
            Part.METHOD,
            r"\bhow (?:does|do|did|is|are|was|can) (?:it|they|this|that|he|she|the \w+) (?:\w+ )?"
            r"(?:work|done|do (?:it|that|this)|function|operate)s?\b|"
            r"\b(?:what|which)\b.{0,20}\b(?:method|approach|methodology|technique|mechanism)s?\b",
            "method methods approach methodology technique techniques mechanism function operate",
        ),
        (
            Part.GAIN,
            r"\bby how much\b|^(?:and )?how much\W*$|"
            r"\bhow (?:big|large|much|great) (?:is|was|are|were) (?:the|this|that|its|their) "
            r"(?:improvement|gain|boost|increase|advantage)s?\b",
            "big large great improvement improvements gain gains boost increase advantage",
        ),
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


_LEANS = tuple(
    (part, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for part, pattern in (
        (
            Part.RESULTS,
            r"conclu\w*|findings?|finds?|found|shows?|verdicts?|reports?|reveals?|perform\w*|"
            r"results?|better|worse|beats?|outperform\w*|says?|claims?|wins?|won|gains?|achieves?|"
            r"changes?|effects?|affects?|accura\w+|how (?:well|good|useful|effective)",
        ),
        (
            Part.AIM,
            r"tasks?|problems?|aims?|goals?|purpose|questions?|learns?|represents?|predicts?|"
            r"produces?|measures?|tests?|tackles?|address(?:es)?|solves?|introduces?|proposes?|"
            r"(?:what|which) for|for what|comes? out|meant",
        ),
        (
            Part.METHOD,
            r"how (?:do|does|did|is|are|was|were|can|to)|method|approach|fix(?:es)?|mechanism|"
            r"by what|rel(?:y|ies)|needs?|buil[dt]s?|based",
        ),
    )
)


def leaning(text: str) -> Part | None:
    """The part of a work in which that may stand which is asked of each of several; a guess.

    >>> leaning("which task do they tackle?"), leaning("how do they move?"), leaning("how large?")
    (<Part.AIM: 'what for'>, <Part.METHOD: 'how it works'>, None)
    """
    return next((part for part, pattern in _LEANS if pattern.search(text)), None)


GIST, ABSTRACT = "gist", "abstract"
"""The facets of a question that asks what one work is, or is about, and for all that it says."""
_GIST = frozenset(
    "what whats what's what’s tell explain describe summarise summarize summary overview gist idea "
    "tldr tl;dr tl dr abstract".split()
)
_BESIDE_GIST = frozenset(
    "show read full whole first second third last "
    "s is are was does do did me us about more of on the a an it its this that paper work method "
    "model approach all exactly in short briefly brief one two three few single sentence sentences "
    "word words line lines simple plain terms please pls main key point points give can could you "
    "so and ok now propose proposes proposed introduce introduces present presents say says "
    "mean by".split()
)


def asks_gist(text: str, names: Collection[str], *, pointed: bool = False) -> bool:
    """Whether no more is asked than what a work of these names is, or what it is about.

    To point at a work is enough: "and the second?".

    >>> asks_gist("tl;dr GrainNet", ["GrainNet"]), asks_gist("what is GrainNet for?", ["GrainNet"])
    (True, False)
    """
    words = re.findall(r"[\w;’'-]+", text.lower())
    asking = [word for word in words if word not in {name.lower() for name in names}]
    told = pointed or not _GIST.isdisjoint(asking)
    return told and set(asking) <= _GIST | _BESIDE_GIST
