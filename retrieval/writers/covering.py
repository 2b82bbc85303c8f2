"""Sentences for each of several things that are asked of one work in one question.

The few best sentences may all be about one of them: "videos, medical tasks and best mAP?". So the
best for each thing that is not yet said is quoted beside them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from retrieval.question.apart import things
from retrieval.question.asked import Asked, read_asked
from retrieval.question.wants import Want
from retrieval.question.words import NUMBERS, number
from retrieval.search import Sentence
from retrieval.writers.matching import ALIKE
from retrieval.writers.roles import proposes
from retrieval.writers.values import counts, value
from retrieval.writers.weighing import TYPED, Candidate

LEAST_COVERED, BETTER = 0.5, 0.25
"""How well a sentence has to say a thing to be quoted for it, and how much better than those that
are quoted already."""
UNCOUNTED = 0.85
"""What a sentence counts that says a thing whose number may be wanted, without one."""
COUNTED = 0.8
"""What a sentence counts that has the noun of a count alone."""
MOST_ADDED = 3
FEW = 4
"""Sentences that tell which work it is, at most."""


def covering(candidate: Candidate, chosen: Sequence[Sentence], text: str) -> list[Sentence]:
    """The chosen sentences, and the best for each thing asked that none of them says; what the
    work is called, where that is asked.
    """
    if _WHICH_WORK.search(text):
        chosen = _introduced(candidate, chosen, alone=not things(text))
    quoted = list(chosen)
    places = {sentence: n for n, sentence in enumerate(candidate.body)}
    for said in [*_told(candidate, text), _listed(candidate, text)]:
        place = int(np.argmax(said))
        there = max((said[places[s]] for s in quoted if s in places), default=0.0)
        if said[place] >= LEAST_COVERED and said[place] > there + BETTER:
            quoted.append(candidate.body[place])
    added = quoted[len(chosen) :][:MOST_ADDED]
    return sorted([*chosen, *added], key=lambda s: s.position)


def _told(candidate: Candidate, text: str) -> list[list[float]]:
    """For each of several things asked, how well every sentence says it, in [0, 1]."""
    return [said for thing in things(text) if (said := _says(candidate, read_asked(thing)))]


def _says(candidate: Candidate, asked: Asked) -> list[float]:
    """How well every sentence says a thing; empty where it has no words."""
    words = [w for w in asked.words if w in candidate.weights and w not in NUMBERS]
    part = replace(candidate, asked=asked, weights={w: candidate.weights[w] for w in words})
    if not words:
        return []
    weights = part.rarity * np.where(part.in_title >= ALIKE, 0.5, 1.0)
    total = float(weights.sum())
    counted = replace(asked, want=Want.COUNT, counted=asked.words)
    nouns = [words.index(word) for word in asked.counted if word in words]
    found = []
    for n, sentence in enumerate(candidate.body):
        held = float(weights @ part.told[n]) / total
        if asked.want is Want.COUNT:  # of what is counted, and not of where it is
            held = max([held, *(COUNTED * part.told[n][place] for place in nouns)])
        if asked.want in TYPED:
            found.append(held * value(asked, sentence.text))
        else:
            found.append(held * max(counts(counted, sentence.text), UNCOUNTED))
    return found


# Which work it is ---------------------------------------------------------------------------

_WHICH_WORK = re.compile(
    r"\b(?:which|what)(?: one| other)?(?: of (?:his|her|their|these|those|the))? "
    r"(?:(?:papers?|works?|publications?|articles?|preprints?|stud(?:y|ies))\b|"
    r"(?:method|approach|system|framework|technique|algorithm) (?!(?:is|was|does|has|performs|"
    r"works|achieves|gets|gives|helps|wins|yields|comes|scores|reaches)\b)[a-z]+s\b)|"
    r"\bis there (?:an?|any) (?:\w+ )?(?:paper|work|article|study|method|approach|system)\b",
    re.IGNORECASE,
)
"""Asks which work it is that does something."""
_SIGN = re.compile(r"[\W_]+")


def _introduced(candidate: Candidate, chosen: Sequence[Sentence], *, alone: bool) -> list[Sentence]:
    """The sentences, and the one in which the work is introduced, by its name if it has one, where
    none of them does; in place of the least likely of several if that is asked `alone`.
    """
    head, _, rest = candidate.passage.work.title.partition(":")
    name = _SIGN.sub("", head).lower() if rest and " " not in head.strip() else ""
    told = [s for s in candidate.body if "://" not in s.text]
    naming = [s for s in told if name and name in _SIGN.sub("", s.text).lower()]
    new = [s for s in naming or told if proposes(s.text)] or naming
    if not new or any(s in chosen for s in (*naming, *new)):
        return list(chosen)
    scores = {s.sentence: s.score for s in candidate.sentences}
    likely = sorted(chosen, key=lambda s: -scores.get(s, 0.0))
    return [*(likely[: FEW - 1] if alone else chosen), new[0]]


# Lists of so many ---------------------------------------------------------------------------

_SO_MANY = re.compile(
    rf"\b(?:the|which|what|its|into|name|in) (?P<n>{'|'.join(list(NUMBERS)[1:])}|[2-9]|10) "
    r"(?P<what>[^?.!,;:]+)",
    re.IGNORECASE,
)
_MARK = re.compile(r"(?<!\w)\((?:\d|[ivx]+|[a-h])\)\s")
_SHORT_FORM = re.compile(r"\s\([\w-]{1,12}\)")
_CLAUSE = re.compile(r"[:;()]|\s[–—-]+\s|\.\s|,\s(?=(?:each|all|both|which|where|while|with)\b)")
_ITEM = re.compile(r",\s+(?:and\s+|or\s+)?|\s+(?:and|or)\s+")
_BOTH = re.compile(r"\b(?:both|either|between) [^,.;]+? (?:and|or) ", re.IGNORECASE)


def _listed(candidate: Candidate, text: str) -> list[float]:
    """How well every sentence lists as many things as a question asks for, "which two kinds of
    agent", of which it has a word.
    """
    m = _SO_MANY.search(text)
    if m is None:
        return [0.0] * len(candidate.body)
    words = [n for n, w in enumerate(candidate.weights) if w in m["what"].lower()]
    lists = [_lists(sentence.text, number(m["n"])) for sentence in candidate.body]
    return [
        float(listing and any(candidate.told[n][w] >= 0.5 for w in words))
        for n, listing in enumerate(lists)
    ]


def _lists(sentence: str, most: int) -> bool:
    """Whether a sentence lists so many things, by marks or one after the other."""
    if marks := _MARK.findall(sentence):
        return len(marks) == most
    if most == 2:
        return _BOTH.search(sentence) is not None
    bare = _SHORT_FORM.sub("", sentence)
    return any(
        len(_ITEM.split(clause)) == most and ", " in clause for clause in _CLAUSE.split(bare)
    )
