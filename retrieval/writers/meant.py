"""The works that a question describes together, among the works that are near to each description.

A word of a description may as well be a term of one work ("the teacher and the student network"),
so works that are not called papers have to be told apart by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product

from retrieval.question.mentions import Tie, belongs, looks_named
from retrieval.question.together import Described, is_noun
from retrieval.writers.answering import MOST_GIVEN
from retrieval.writers.matching import ALIKE, bag, by_letters, near_together
from retrieval.writers.members import LEAST_ABOUTNESS, members
from retrieval.writers.weighing import Candidate
from storage.works import Work

LOOKED_AT = 4
"""Works that are looked at for each description."""
TELLING = 0.5
"""How rare a word is, in [0, 1], without which nothing is called by a description that has it."""
WHOLE = 0.9
"""The share of a description's words with which a work has all of it."""


def meant_by(
    described: Described, found: Sequence[Sequence[Candidate]], named: Sequence[Work]
) -> tuple[Work, ...]:
    """The works that are described, by the candidates for each description; none where they cannot
    be told, or are one. `named` are those that the question names.
    """
    if not described.sides:
        return _of_topic(described, found[0])
    near = [
        _called(side, each, named, called=described.called)
        for side, each in zip(described.sides, found, strict=True)
    ]
    if not all(near) or (not described.surely and _in_one(found, near)):
        return ()
    apart = [each for each in product(*near) if len({c.passage.work.id for c in each}) == len(each)]
    best = max(apart, key=lambda each: sum(c.membership for c in each), default=())
    return tuple(candidate.passage.work for candidate in best)


def _of_topic(described: Described, found: Sequence[Candidate]) -> tuple[Work, ...]:
    """The works that are about a topic, no more than are spoken of; one alone only where it is
    surely a work of which others are not found.
    """
    ranked = sorted(members(found), key=lambda c: -c.membership)
    chosen = ranked[: described.number or MOST_GIVEN]
    few = 1 if described.surely and described.number else 2
    return tuple(c.passage.work for c in chosen) if len(chosen) >= few else ()


def unmet(described: Described, found: Sequence[Sequence[Candidate]]) -> tuple[str, ...]:
    """The descriptions of which no work has a telling word, where the others are met."""
    if not described.called:
        return ()
    pairs = zip(described.sides, found, strict=False)
    lacking = [side for side, each in pairs if each and not _held(each)]
    return tuple(lacking) if len(lacking) < len(described.sides) else ()


def _held(found: Sequence[Candidate]) -> bool:
    """Whether each telling word of a description stands in some work."""
    telling = [word for word, weight in found[0].weights.items() if weight >= TELLING]
    return all(any(by_letters(c.whole, word) for c in found) for word in telling)


def _called(
    side: str, found: Sequence[Candidate], named: Sequence[Work], *, called: bool
) -> list[Candidate]:
    """The works that a description may mean: the one whose name is in it, else the likeliest.

    What is not `called` a work has to have a title of its words.
    """
    words = [word for word in re.findall(r"[\w-]+", side) if not is_noun(word)]
    names = [word for word in words if looks_named(word) or len(words) == 1]
    own = {w.id for w in named if any(_owns(w, name) for name in names)}
    if len(own) == 1:
        return [c for c in found if c.passage.work.id in own]
    likely = [c for c in found if c.aboutness >= LEAST_ABOUTNESS and (called or _titled(c, found))]
    return sorted(likely, key=lambda c: -c.membership)[:LOOKED_AT]


def _titled(candidate: Candidate, found: Sequence[Candidate]) -> bool:
    """Whether a title has the words of a description together, or a single one that tells it from
    those of all others.
    """
    words = [word for word in candidate.weights if not is_noun(word)]
    if len(words) > 1:
        return near_together(bag(candidate.passage.work.title), words)
    places = [n for n, word in enumerate(candidate.weights) if word in words]
    titled = [c for c in found if any(c.in_title[n] >= ALIKE for n in places)]
    return titled == [candidate] and all(candidate.weights[word] >= TELLING for word in words)


def _owns(work: Work, word: str) -> bool:
    return belongs(word, work.title, work.abstract) < Tie.HELD


def _in_one(found: Sequence[Sequence[Candidate]], near: Sequence[Sequence[Candidate]]) -> bool:
    """Whether the likeliest work of one description is that of another, or has all its words."""
    first = [each[0].passage.work.id for each in near]
    return any(
        candidate.passage.work.id in first[:n] + first[n + 1 :]
        and (candidate is near[n][0] or candidate.signals["words"] >= WHOLE)
        for n, each in enumerate(found)
        for candidate in each
    )
