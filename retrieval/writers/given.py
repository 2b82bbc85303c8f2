"""The sentences of a given work that tell what came out, how it works, or why.

Such a question has no words of its own to look for: the part that each sentence plays in the
abstract is told by how authors speak of what they do and of what they found, and by its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np

from retrieval.question.part import Part
from retrieval.search import Sentence
from retrieval.text import readable
from retrieval.writers.matching import ALIKE
from retrieval.writers.roles import COMPARING, proposes, ranks, tells_means
from retrieval.writers.weighing import Candidate

_REPORTS = re.compile(
    r"\b(?:we|i|they|results?|experiments?|evaluations?|analys[ei]s|simulations?|findings?|"
    r"tests?|benchmark\w*|study|insights?|trends?|model|method|approach|framework|system|it)\b"
    r"(?:\s+[\w-]+){0,4}?\s+(?:shows?|showed|demonstrat\w+|finds?|found|prove[sd]?|reveal\w*|"
    r"observ\w+|discover\w*|uncover\w*|identif(?:y|ied)|confirm\w*|conclud\w+|indicat\w+|"
    r"suggest\w*|highlight\w*|pinpoint\w*|detect|yields?|yielded|validates?|validated)\b|"
    r"\b(?:findings?|insights?|observations?) (?:is|are|emerge)\b|\bturns? out\b|"
    r"\b(?:shows?|demonstrat\w+|has|have) (?:[\w-]+ ){0,2}?(?:superior|better|strong)\b|"
    r"\b(?:notably|remarkabl[ey]|surprisingly?|interestingly|strikingly|crucially)\b|"
    r"\bstate[- ]of[- ]the[- ]art (?:performance|results?|\w+ (?:score|accuracy))|"
    r"\b(?:outperform|surpass|exceed)\w*|\b(?:performance|accuracy|effectiveness) (?:is|are|"
    r"remains?|collapses|drops|improves)\b",
    re.I,
)
_ACHIEVES = re.compile(
    r"\b(?:achiev|attain|obtain|reach|deliver|improv|reduc|increas|enlarg|enhanc|sets? a new|"
    r"degrad|collaps|correlat|generali[sz]|produced|preserv)\w*\b",
    re.I,
)
_DOES = re.compile(
    r"\b(?:is|are|we|paper|work|study) (?:\w+ ){0,2}?(?:propos|introduc|present|develop|deriv|"
    r"formulat|design|employ|construct|investigat|examin)\w*",
    re.I,
)
_OURS = re.compile(
    r"\bour (?:[\w-]+ ){0,3}?(?:recipe|method|approach|framework|model|system|algorithm|benchmark|"
    r"pipeline|protocol|data ?set)\b",
    re.I,
)
_MEASURED = re.compile(
    r"\d+(?:\.\d+)?\s*(?:\\?%|\$?\\times|×|x\b|-fold|times\b|points?\b|dB\b|m\b|ms\b)|\b0?\.\d+\b|"
    r"\b(?:half|twice|double|multiple-fold|\d+\.\d+)\b"
)
_OUTLOOK = re.compile(
    r"\b(?:potential|promising|future|pave\w*|path toward|motivat\w+|insights for|foundation for|"
    r"potentially|we discuss|advancing)\b",
    re.I,
)
_KNOWN = re.compile(
    r"\b(?:recent(?:ly)?|existing|previous(?:ly)?|prior (?:\w+ )?(?:works?|stud\w+|methods?|"
    r"research|approach\w*)|traditional(?:ly)?|conventional|however|"
    r"has become|have become|has been|have been|remains?|challeng\w+|widely|often|crucial|"
    r"limited|lack\w*|struggl\w+|is essential|are essential|unclear)\b",
    re.I,
)
_ASIDE = re.compile(
    r"\b(?:code|data(?:set)?s?|models?|weights|materials?|demo|annotations?(?: set)?)\b.{0,60}"
    r"\b(?:available|released?)\b|https?://|\bwe (?:publicly |openly )?release\b",
    re.I,
)
_BECAUSE = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|driven by|attribut\w+|explain\w*|therefore|"
    r"thus|hence|thereby|as a result|caused? by|result(?:s|ing)? (?:from|in)|stems? from|"
    r"replac\w+|without (?:\w+ ){0,3}\w+ing|avoid\w*|by (?:\w+ly )?\w+ing|"
    r"this (?:design|approach|allows|enables|reduces)|enabl\w+|motivat\w+|caus(?:e|es|ing))\b",
    re.I,
)
_TASKS = re.compile(
    r"\b(?:evaluat|test|assess|benchmark|experiment|appl(?:y|ied)|validat|compar)\w*\b.*"
    r"\b(?:on|for|in|across)\b|\btasks?\b|^On \b",
    re.I,
)
_COMPARES = re.compile(
    r"\b(?:reduc|improv|increas|decreas|gain|speed|accelerat|fast|slow|cheap|half|compar|sav)\w*",
    re.I,
)

_SURELY = re.compile(
    r"\b(?:because|due to|owing to|thanks to|driven by|attribut\w+|explained by|caused? by|"
    r"stems? from|as a result of)\b",
    re.I,
)


def compares(sentence: str) -> bool:
    """Whether a sentence sets one thing against another, or says that something became less."""
    return ranks(sentence) or _COMPARES.search(sentence) is not None


def said_of(part: Part, candidate: Candidate, most: int) -> list[Sentence]:
    """The sentences of a work that tell a part of it, in the order of the text; none if none does.

    They are the best ones, at most `most`.
    """
    score = _SCORES[part]
    scored = [(score(candidate, place), s) for place, s in enumerate(candidate.body)]
    best = sorted(scored, key=lambda pair: -pair[0])[:most]
    return sorted((s for n, s in best if n >= LEAST), key=lambda s: s.position)


def leant(part: Part, candidate: Candidate) -> list[float]:
    """How surely each sentence of a work tells a part of it."""
    return [_SCORES[part](candidate, place) for place in range(len(candidate.body))]


LEAST = 2.0
"""The score from which a sentence tells a part."""


def _results(candidate: Candidate, place: int) -> float:
    """How surely a sentence says what came out: such ones come late and give figures."""
    text, of = _text(candidate, place), len(candidate.body)
    reported = bool(_REPORTS.search(text))
    said = 2.0 * reported + 1.0 * bool(_ACHIEVES.search(text) or ranks(text))
    said += 1.0 * bool(_MEASURED.search(text)) + 1.5 * place / of
    early = 1.5 * (place / of < 0.3)  # what is known stands there
    early += 1.5 * bool(not reported and _DOES.search(text))
    return said - early - 0.5 * bool(_OUTLOOK.search(text)) - _beside(text, known=not reported)


def _method(candidate: Candidate, place: int) -> float:
    """How surely a sentence says how a work goes about it."""
    text, of = _text(candidate, place), len(candidate.body)
    said = 2.0 * tells_means(text) + 1.5 * proposes(text)
    said += 0.6 * (place > 0 and proposes(_text(candidate, place - 1)))
    own = re.search(r"\b(?:we|our|this (?:paper|work)|the proposed|it)\b", text, re.I)
    said += 0.7 * bool(own or _names(candidate, text))
    came_out = bool(_REPORTS.search(text)) or bool(_MEASURED.search(text))
    said -= 1.5 * (place / of < 0.3 and not proposes(text))
    return said - 2.0 * came_out - 1.5 * (place / of > 0.8) - _beside(text)


def _reason(candidate: Candidate, place: int) -> float:
    """How surely a sentence says why: a cause, in it or beside it what is asked about."""
    text = _text(candidate, place)
    bare = not candidate.weights  # "why?": what of, is not said
    if not (_SURELY if bare else _BECAUSE).search(text) or _ASIDE.search(text):
        return 0.0
    near = range(max(place - 1, 0), min(place + 2, len(candidate.body)))
    here, about = _asked_in(candidate, place), max(_asked_in(candidate, n) for n in near)
    return 2.0 + here + about - _beside(text) if about >= 0.5 else 0.0


def _gain(candidate: Candidate, place: int) -> float:
    """How surely a sentence says by how much something is better."""
    text = _text(candidate, place)
    return (2.0 + place / len(candidate.body)) * bool(_MEASURED.search(text) and compares(text))


def _task(candidate: Candidate, place: int) -> float:
    """How surely a sentence says on what a work was tried."""
    text = _text(candidate, place)
    said = 2.5 * bool(_TASKS.search(text)) + 0.5 * bool(re.search(r"\btasks?\b|^On ", text))
    return said - _beside(text) + place / len(candidate.body)


def _aim(candidate: Candidate, place: int) -> float:
    """How surely a sentence says what a work is for: where it says what it puts forward."""
    text = _text(candidate, place)
    said = 2.0 * proposes(text) + 1.0 * bool(_DOES.search(text) or _OURS.search(text))
    said += 1.0 * _names(candidate, text)
    return said - _beside(text) - place / len(candidate.body)


_SCORES: Mapping[Part, Callable[[Candidate, int], float]] = {
    Part.RESULTS: _results,
    Part.METHOD: _method,
    Part.REASON: _reason,
    Part.GAIN: _gain,
    Part.TASK: _task,
    Part.AIM: _aim,
}


def _text(candidate: Candidate, place: int) -> str:
    return readable(candidate.body[place].text)


def _beside(text: str, *, known: bool = True) -> float:
    """What tells against a sentence: it says what was known before, or where the code is."""
    return 3.0 * bool(_ASIDE.search(text)) + 1.0 * known * bool(_KNOWN.search(text))


def _names(candidate: Candidate, text: str) -> bool:
    """Whether a sentence is about the work by its own name."""
    head = candidate.passage.work.title.split(":")[0].split(" -- ")[0].strip()
    return len(head.split()) == 1 and head.lower() in text.lower()


def _asked_in(candidate: Candidate, place: int) -> float:
    """The part of the question's words, by weight, that a sentence has; 1 where it has no words."""
    text = _text(candidate, place)
    compared = [
        ALIKE * (COMPARING.fullmatch(word) is not None and compares(text))
        for word in candidate.weights
    ]
    total = float(candidate.rarity.sum())
    held = np.maximum(candidate.told[place], np.array(compared, np.float32))
    return float(candidate.rarity @ held) / total if total else 1.0
