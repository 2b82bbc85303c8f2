"""The part that a sentence plays in an abstract: it proposes, ranks, gives a reason … Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache


def _told_by(wording: str) -> Callable[[str], bool]:
    """Whether a sentence has a wording; what was found for the latest few thousand is kept."""
    pattern = re.compile(wording, re.IGNORECASE)

    @lru_cache(maxsize=4096)
    def told(sentence: str) -> bool:
        return pattern.search(sentence) is not None

    return told


proposes = _told_by(
    r"\b(?:we|this (?:paper|work|study|article|survey)|paper)\b.{0,60}"
    r"\b(?:propos\w+|present\w*|introduc\w+|"
    r"develop\w*|design\w*|describ\w+|formulat\w+|stud(?:y|ies)|investigat\w+|devis\w+)\b"
)
"""A sentence says what a work puts forward."""
ranks = _told_by(
    r"\b(?:best|worst|highest|lowest|most|least|largest|smallest|strongest|fastest|"
    r"outperform\w*|superior|"
    r"surpass\w*|worse|better|lower|higher|leading|winn(?:er|ing)|won|ranked|first place)\b"
)
"""It ranks things."""
is_background = _told_by(
    r"\b(?:have|has) (?:attracted|received|achieved|shown|demonstrated|emerged|become|made|gained|"
    r"been)\b|\b(?:in recent years|recently|increasingly|widely)\b"
)
"""It tells what others have reached so far."""
tells_means = _told_by(
    r"\b(?:by|via|through|using|thereby) (?:[\w-]+ly )?\w+ing\b|\b(?:via|through|using|with) an? |"
    r"\b(?:leverag|combin|integrat|incorporat|consist|compris|employ|decoupl|replac|inject|"
    r"extract|transform|encod|truncat|quantif|captur|conditions?|contrast|adapt|predict|annotat|"
    r"fus|align|optimi[sz]|extend|couples?|construct)(?:e|s|es|ed|ing)?\b|"
    r"\bbuil(?:t|ds?) (?:up)?on\b|\bbased on\b|\btrained (?:on|with|by)\b|\bfirst\b.*\bthen\b|"
    r"\bwe (?:first|then|progressively|further)\b|\bkey (?:idea|observation|insight)\b"
)
"""It says by what steps or means something is done."""
tells_reason = _told_by(
    r"\b(?:because|since|due to|as they|owing to|so that|caus\w+|therefore|thus|hence|lead\w* to|"
    r"result\w* in|suffer\w*|limit\w*|however|but|fail\w*|lack\w*|thereby|"
    r"which (?:makes|leads|results|causes)|challeng\w+|difficult\w*|hard|expensive|costly|"
    r"prevent\w*|hinder\w*)\b"
)
"""It says why something is so, or has to be done."""
tells_trouble = _told_by(
    r"\b(?:however|but|despite|suffer\w*|fail\w*|lack\w*|limit\w*|degrad\w*|difficult\w*|"
    r"challeng\w*|problem|issue|drawback|shortcoming\w*|bottleneck|struggl\w*|overlook\w*|"
    r"ignor\w*|neglect\w*|costly|expensive|only|remain\w*|hinder\w*|unable|cannot|rarely|poor\w*|"
    r"worse|tend to|prone)\b"
)
"""It says what is wrong or missing."""

_ENUMERATION = re.compile(
    r"\b[\w-]+, [\w-]+(?: [\w-]+){0,3},? (?:and|or) |\([^()]*(?:,| and )[^()]*\)|:|\(?\b(?:i|1)\)|"
    r"\b(?:including|such as|namely|spanning|compris\w+|consist\w+|respectively|both|between|via|"
    r"two|three|four|five|six)\b",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"\b(?:two|three|four|five|six|seven|several|\d+) (?:\w+ )?(?:categories|types|"
    r"kinds|classes|components|"
    r"parts|steps|stages|phases|aspects|groups|factors|dimensions|tasks|modules|"
    r"ideas|contributions)\b|"
    r"\b(?:including|such as|namely)\b[^.]*,[^.]*\band\b|:\s*\w[^.:]*,[^.:]*\band\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def enumerates(sentence: str) -> float:
    """How surely a sentence lists things: 1 where it announces a list, .5 where it may."""
    if _ANNOUNCED.search(sentence):
        return 1.0
    return 0.5 if _ENUMERATION.search(sentence) else 0.0


COMPARING = re.compile(
    r"better|worse|beats?|outperform\w*|faster|slower|cheaper|smaller|larger|bigger|quicker|"
    r"improve\w*|gains?|compar\w+|baselines?|superior|best|worst|(?:high|low|few|strong)e(?:r|st)"
)
"""Words that ask for a comparison."""

_NEVER = re.compile(r"(?!)")
_REFERS_BACK = re.compile(
    r"\W*(?:th(?:is|[eo]se)|such|we (?:address|study|consider|call|term|name))\b", re.IGNORECASE
)


def refers_back(sentence: str) -> bool:
    """Whether a sentence means something of the one before: "This task is termed OSR"."""
    return _REFERS_BACK.match(sentence) is not None


def defines(sentence: str, term: str) -> bool:
    """Whether a sentence says what a term is: "OSR is the task of …"."""
    return any(_IS.match(sentence, m.end(1)) for m in _term(term).finditer(sentence))


def introduces(sentence: str, term: str) -> bool:
    """Whether a sentence gives something the name: "a setting that we call OSR"."""
    return any(_NAMES.search(sentence, 0, m.start()) for m in _term(term).finditer(sentence))


@lru_cache(maxsize=1024)
def _term(term: str) -> re.Pattern[str]:
    """A term in the ways in which it is written, also where two overlap ("a A-A"); nothing where it
    has no letter.
    """
    words = [re.escape(_PLURAL.sub("", word)) for word in _LETTERS.findall(term)]
    written = r"[\W_]{0,2}".join(f"{word}s?" for word in words)
    return re.compile(rf"(?=(\b{written}\b))", re.IGNORECASE) if words else _NEVER


_PLURAL = re.compile(r"(?<=\w{3})s$")
_LETTERS = re.compile(r"[^\W_]+")
_IS = re.compile(
    r"(?:,? \([^)]*\))?(?:,?(?: [\w-]+ly)? (?:(?:is|are|was|were) (?:an?|the|one|any|defined|when|"
    r"where|how|what|to)\b|refers? to|means?\b|denotes?|aims? (?:at|to)|describes?|asks?\b|"
    r"consists?|seeks? to|concerns?|seen as|understood as)|"
    r"(?:,|:| -+| –| —) (?:i\.e\.,? )?(?:an?|the|which|where|that is|in which|one)\b)",
    re.IGNORECASE,
)
"""Behind a term, says what it is."""
_NAMES = re.compile(
    r"\b(?:call(?:ed|ing)?|term(?:ed|ing)?|nam(?:ed?|ing)(?: it)?|dub(?:bed)?|known as|coin\w*|"
    r"refer\w* to (?:\w+ )?as|defin\w+|introduc\w+|propos\w+|present\w*|phenomenon)\W+"
    r"(?:[\w-]+\W+){0,4}?['‘“\"]*$",
    re.IGNORECASE,
)
"""Before a term, gives something the name."""
