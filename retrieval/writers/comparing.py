"""What each of several works says that are compared."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.highlights import contribution
from retrieval.question.asked import read_asked
from retrieval.question.part import Part, leaning
from retrieval.question.wants import Want
from retrieval.search import Sentence
from retrieval.writers import Draft, DraftSentence, Quote
from retrieval.writers.answering import CLOSE, LEAST_HELD, PART_SENTENCES, answers
from retrieval.writers.covering import covering
from retrieval.writers.given import leant, said_of
from retrieval.writers.listing import with_rest_of_list
from retrieval.writers.matching import ALIKE
from retrieval.writers.members import drafted
from retrieval.writers.roles import proposes
from retrieval.writers.weighing import (
    TRIED,
    TYPED,
    Candidate,
)


def unnamed(text: str) -> str:
    """What is asked of each of several works, without their names."""
    names = read_asked(text).names
    return re.sub("|".join(map(re.escape, names)), " ", text) if names else text


def compared(candidates: Sequence[Candidate], *, asked: bool, surely: bool) -> Draft:
    """What each of the works says about what is asked of it, or else what it does.

    One that has no value where one is asked for is said not to say it, if the works are `surely`
    meant; else several have to say what is asked. Where none has a value, nothing is told.
    """
    most = _most_of(candidates)
    if not asked:
        return Draft(tuple(drafted(c, gist(c, most) or _told(c)) for c in candidates))
    saying = [c for c in candidates if answers(c, given=True)]
    if not surely:
        told = saying if len(saying) > 1 else []
        return Draft(tuple(drafted(c, _said(c, most)) for c in told))
    silent = [c for c in candidates if c not in saying and _lacks(c, others=bool(saying))]
    if len(silent) == len(candidates):
        return Draft(())
    unlike = candidates[0].asked.want is Want.ANYTHING and not leaning(candidates[0].asked.text)
    told = [c for c in candidates if c not in saying and unlike]
    each = [(c, _told(c) if c in told else _said(c, most)) for c in candidates]
    return Draft(tuple(_silent(c) if c in silent else drafted(c, s) for c, s in each))


def one_each(each: Sequence[Sequence[Candidate]], orders: Sequence[Sequence[int]]) -> Draft:
    """What each of the works says to one of as many questions, in that of the orders in which they
    answer best.
    """
    chosen = [[part[n] for part, n in zip(each, order, strict=True)] for order in orders]
    best = max(chosen, key=lambda candidates: sum(c.support for c in candidates))
    silent = [c for c in best if not answers(c, given=True) and _lacks(c, others=True)]
    if len(silent) == len(best):
        return Draft(())
    return Draft(
        tuple(_silent(c) if c in silent else drafted(c, _said(c, PART_SENTENCES)) for c in best)
    )


def _lacks(candidate: Candidate, *, others: bool) -> bool:
    """Whether a work that does not answer lacks what is asked for: a value of that, which
    `others` have, or each word of what it is to say something about.
    """
    asked = candidate.asked
    if asked.want in TYPED and not (asked.want is Want.NUMBER and _QUALITY.search(asked.text)):
        unlike = candidate.signals["words"] < LEAST_HELD / 2
        return others or unlike or candidate.signals["no value"] == 1.0
    said = dict(zip(candidate.weights, candidate.held, strict=True))
    unsaid = asked.about and not any(said.get(word, 0.0) for word in asked.about)
    return bool(unsaid) or candidate.signals["attribute"] < ALIKE


_QUALITY = re.compile(r"\bhow (?:good|well|bad|badly|useful|effective)\b", re.IGNORECASE)
"""Asks for no number, though one may answer it."""


def _said(candidate: Candidate, most: int) -> list[Sentence]:
    """What a work says that is compared: the best sentences by their words and by the part that
    they play, the second of them what the work is where no other is near to the best; each of
    several things that are asked.
    """
    part = leaning(candidate.asked.text)
    weight = LEANING[part] if part else UNSAID * (candidate.asked.want is Want.ANYTHING)
    weight *= 1.0 - candidate.signals["words"] / 2  # words tell more than a guess
    parts = leant(part or Part.AIM, candidate)
    scored = {
        s.sentence: s.score + weight * said
        for s, said in zip(candidate.sentences, parts, strict=True)
    }
    best, *others = sorted(scored, key=lambda s: -scored[s])
    new = next((s for s in sorted(others, key=lambda s: s.position) if proposes(s.text)), None)
    alone = most > 1 and candidate.asked.want is Want.ANYTHING and not proposes(best.text)
    if alone and new and all(scored[s] < scored[best] - AHEAD for s in others):
        told = [best, new]
    else:
        near = [s for s in others if scored[s] >= scored[best] - CLOSE]
        told = with_rest_of_list(candidate, [best, *near[: most - 1]])
    return covering(candidate, sorted(told, key=lambda s: s.position), candidate.asked.text)


AHEAD = 1.0
"""How far, in log-odds, the best sentence may be ahead of a second that is told beside it."""
LEANING = {Part.RESULTS: 1.0, Part.AIM: 0.6, Part.METHOD: 0.5}
"""What it adds, in log-odds, that a sentence tells the part that is asked for."""
UNSAID = 0.3
"""The same of the sentence that says what a work is for, where no part is asked for."""


def parts_compared(candidates: Sequence[Candidate], part: Part) -> Draft:
    """What each of the works says of a part, or else what it does."""
    most = _most_of(candidates)
    told = [(c, said_of(part, c, most) or gist(c, most) or _told(c)) for c in candidates]
    return Draft(tuple(drafted(c, sentences) for c, sentences in told))


def _most_of(candidates: Sequence[Candidate]) -> int:
    """How many sentences are told of each of several works."""
    return PART_SENTENCES if len(candidates) <= TRIED else 1


def _silent(candidate: Candidate) -> DraftSentence:
    """That a work does not say what is asked."""
    title = candidate.passage.work.title
    said = f"The abstract of “{title}” does not say."
    return DraftSentence(said, (Quote(candidate.place, title),))


def _told(candidate: Candidate) -> list[Sentence]:
    """What a work does, for comparing: its nearest sentence and one that says what is new."""
    telling = [s for s in candidate.body if "://" not in s.text] or list(candidate.body)
    nearest = max(telling, key=lambda s: s.score)
    new = [s for s in telling if s is not nearest and proposes(s.text)]
    return sorted([nearest, *new[:1]], key=lambda s: s.position)


def gist(candidate: Candidate, most: int) -> list[Sentence]:
    """What a work does, and what came out."""
    new = contribution(candidate.passage.work.abstract, most)
    return [s for s in candidate.body if s.text.endswith(new)]
