"""Whether a work answers a question, and with which of its sentences.

What it is weighed by is in `retrieval.writers.weighing`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from retrieval.question.asked import Asked, read_asked
from retrieval.question.part import Part, read_part
from retrieval.question.wants import Want
from retrieval.search import Sentence
from retrieval.writers import Draft, DraftSentence
from retrieval.writers.covering import covering
from retrieval.writers.given import compares, said_of
from retrieval.writers.listing import with_each, with_rest_of_list
from retrieval.writers.matching import ALIKE, bag, by_letters
from retrieval.writers.members import drafted
from retrieval.writers.roles import COMPARING, refers_back
from retrieval.writers.values import has_numeral, value
from retrieval.writers.weighing import (
    LEAST_SUPPORT,
    TRIED,
    TYPED,
    Candidate,
)

MOST_SENTENCES = 4
CLOSE = 2.6
"""How far, in log-odds, a sentence may be behind the best of its work and is quoted with it."""
NAMED, SUPPORT = 0.3, 0.15
"""What a name in common, or the definition that is asked for, and the log-odds of answering add to
a work's score in search."""
IN_DOUBT, CLOSELY = 0.1, 1.5
"""How much better the best work has to be than the next one not to be looked at word by word, and
what that adds."""
LEAST_HELD = 0.6
"""The share of the question's words, by weight, with which a work that is meant for certain
answers it."""
MOST_GIVEN = 8
"""Works of an earlier answer that are told of, a sentence each."""
PART_SENTENCES = 2
"""Sentences quoted for each of several questions put in one, and for each work compared."""


def answered(candidates: Sequence[Candidate], given: bool, exact: bool = False) -> Draft:
    """The sentences of the best work, if it answers; else one of each `exact` one that may."""
    best = foremost(candidates)
    if best is not None and (addresses := _addresses(best, given)):
        return Draft(tuple(drafted(best, [s]) for s in addresses))
    if best is None or not answers(best, given):
        speaking = [
            c for c in candidates[:MOST_GIVEN] if exact and not given and _speaks_of(c, among=True)
        ]
        return Draft(tuple(drafted(c, quotes(c, 1)) for c in speaking))
    told = with_each(best, covering(best, quotes(best), best.asked.text))
    return Draft(tuple(drafted(best, [s]) for s in told))


def _addresses(candidate: Candidate, given: bool) -> list[Sentence]:
    """What a work that is named says of where its code is, or the like, where that is asked."""
    asked = candidate.asked
    if asked.want is not Want.LINK or candidate.names < 1.0:
        return []
    if not (given or asked.names or candidate.named or answers(candidate, given)):
        return []
    saying = [s for s in candidate.body if value(asked, s.text)]
    return ([s for s in saying if "://" in s.text] or saying)[:PART_SENTENCES]


def of_each(candidates: Sequence[Candidate], part: Part) -> Draft:
    """What works that are given say of a part: one in a few sentences, several in one each."""
    most = MOST_SENTENCES - 1 if len(candidates) == 1 else 1
    told = [(c, said_of(part, c, most)) for c in candidates[:MOST_GIVEN]]
    return Draft(tuple(drafted(c, [s]) for c, sentences in told for s in sentences))


def answers(candidate: Candidate, given: bool) -> bool:
    """Whether a work answers; one that is `given` need not be told from those near to it."""
    likely = candidate.names == 1.0 and candidate.support >= LEAST_SUPPORT
    likely = likely and not candidate.strange and not candidate.hollow
    if not given:
        return likely
    return _has_rival(candidate) and (likely or _speaks_of(candidate))


_RIVAL = re.compile(r"\b(?:than|versus|vs\.?|compared (?:to|with))\s+(?P<rival>[^?.!,]+)", re.I)
_FORMER = frozenset("state art sota old older previous prior existing original others".split())


def _has_rival(candidate: Candidate) -> bool:
    """Whether a work names what it is to be compared with: "is it better than humans?"."""
    found = _RIVAL.search(candidate.asked.text)
    words = read_asked(found["rival"]).words if found else ()
    known = [
        w in _FORMER or COMPARING.fullmatch(w) or by_letters(candidate.whole, w) for w in words
    ]
    return any(known) or not known


_SAID_BY: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (COMPARING, compares),
    (
        re.compile(r"(?:web)?(?:page|site)|demo|project|address|link|url|online|available"),
        lambda sentence: "://" in sentence,
    ),
    (
        re.compile(
            r"data(?:sets?)?|corpus|corpora|benchmarks?|(?:test|train|evaluat|tr)(?:ed|ing)"
        ),
        lambda sentence: value(Asked("", want=Want.DATA_SETS), sentence) > 0,
    ),
    (
        re.compile(r"languages?|dialects?"),
        lambda sentence: value(Asked("", want=Want.LANGUAGE), sentence) > 0,
    ),
)
"""What a sentence of some kind says without its words: comparisons, addresses, data sets,
languages.
"""


def _speaks_of(candidate: Candidate, *, among: bool = False) -> bool:
    """Whether a work holds the names, the kind of value and the words that are asked for.

    What is measured is to stand in one sentence with a value. A work `among` others need not say
    how it compares with them.
    """
    asked = candidate.asked
    if candidate.names < 1.0 or candidate.amiss or candidate.signals["attribute"] < ALIKE:
        return False
    texts = [sentence.text for sentence in candidate.body]
    valued = [text for text in texts if value(asked, text.replace("(", " "))]
    if asked.want is not Want.ANYTHING and not valued:
        return False
    if not candidate.weights:
        return bool(valued)
    if asked.focus and any(asked.focus <= bag(text).stems for text in valued):
        return True
    said = [
        ALIKE * any(p.fullmatch(word) and any(map(says, texts)) for p, says in _SAID_BY)
        for word in candidate.weights
    ]
    compared = [among and COMPARING.fullmatch(word) is not None for word in candidate.weights]
    rarity = np.where(compared, 0.0, candidate.rarity)
    held = float(rarity @ np.maximum(candidate.held, said))
    return held > 0.0 and held >= LEAST_HELD * float(rarity.sum())


def answered_apart(
    whole: Sequence[Candidate], each: Sequence[Sequence[Candidate]], given: bool
) -> Draft:
    """The sentences that answer each of several questions put in one.

    All are put to the work that the whole is answered by, unless a part is of another. The whole
    is answered where one of its parts is, and a part that is not is passed over.
    """
    if not whole:
        return Draft(())
    best = foremost([_valueless(c) for c in whole] if _any_untyped(each) else whole)
    if best is None:
        return Draft(())
    best = whole[best.place]
    found: list[tuple[Candidate, list[Sentence]]] = []
    is_answered = answers(best, given)
    for part in each:
        same = part[best.place]
        chosen = _another(same, part) or (same if same.names == 1.0 else foremost(part))
        if chosen is None or chosen.names < 1.0:
            continue
        is_answered = is_answered or chosen.support >= LEAST_SUPPORT
        if chosen.signals["no value"] < 1.0 and chosen.signals["attribute"] == 1.0:
            found.append((chosen, _of_part(chosen)))
    if not is_answered:
        return Draft(())
    told: list[DraftSentence] = []
    for place in dict.fromkeys(candidate.place for candidate, _ in found):
        said = {s.position: s for c, group in found if c.place == place for s in group}
        ordered = [said[position] for position in sorted(said)]
        if place == best.place:
            ordered = with_each(best, covering(best, ordered, best.asked.text))
        told += [drafted(whole[place], [sentence]) for sentence in ordered]
    return Draft(tuple(told)) if told else answered(whole, given)


def _another(same: Candidate, part: Sequence[Candidate]) -> Candidate | None:
    """The work that one of several questions is about and the rest is not: it answers better, and
    has a word in its title that the others' work lacks, and all that this has. None where there is
    no such work.
    """
    if _ITS.search(same.asked.text):
        return None
    lacking = same.held < ALIKE
    likely = [
        c
        for c in part
        if (lacking | (c.held >= ALIKE)).all() and (lacking & (c.in_title >= ALIKE)).any()
        if c.names == 1.0 and c.support > max(same.support, LEAST_SUPPORT - 1.0)
    ]
    return max(likely, key=lambda c: c.support, default=None)


_ITS = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those)\b", re.IGNORECASE)


def _of_part(candidate: Candidate) -> list[Sentence]:
    """The sentences that answer one of several questions put in one: "what does it report?"."""
    part = read_part(candidate.asked.text)
    told = said_of(part, candidate, PART_SENTENCES) if part else []
    return told or quotes(candidate, PART_SENTENCES)


def _any_untyped(each: Sequence[Sequence[Candidate]]) -> bool:
    """Whether one of several questions asks for no kind of value."""
    return any(part[0].asked.want not in TYPED for part in each)


def _valueless(candidate: Candidate) -> Candidate:
    """The same where the kind of value that is asked for says nothing: a part asks for it."""
    return replace(candidate, asked=replace(candidate.asked, want=Want.ANYTHING, counted=()))


def foremost(candidates: Sequence[Candidate]) -> Candidate | None:
    """The work that comes first in search, unless another holds the names or answers better.

    Between works that are about as likely, a look at each word decides.
    """
    ranked = likeliest(candidates)
    if in_doubt(ranked):
        return max(ranked, key=lambda c: _standing(c) + CLOSELY * c.interaction)
    return next(iter(ranked), None)


def likeliest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The few works that are tried, the likeliest first."""
    tried = sorted(candidates, key=lambda c: -c.passage.score - NAMED * (c.named + c.names))[:TRIED]
    return sorted(tried, key=_standing, reverse=True)


def in_doubt(ranked: Sequence[Candidate]) -> bool:
    """Whether the two likeliest works are about as likely."""
    return len(ranked) > 1 and _standing(ranked[0]) - _standing(ranked[1]) < IN_DOUBT


def _standing(candidate: Candidate) -> float:
    """How likely a work is the one that answers, on the scale of its score in search."""
    named = candidate.named + candidate.names + candidate.defining
    return candidate.passage.score + NAMED * named + SUPPORT * candidate.support


def quotes(candidate: Candidate, most: int = MOST_SENTENCES) -> list[Sentence]:
    """The few sentences that answer, in the order of the text."""
    best_first = sorted(candidate.sentences, key=lambda s: -s.score)
    ranked = list({s.sentence.text: s for s in reversed(best_first)}.values())[::-1]
    chosen = [s.sentence for s in ranked[:most] if s.score >= ranked[0].score - CLOSE]
    if _BEFORE_AND_AFTER.search(candidate.asked.text):
        chosen = _with_those_between(chosen, candidate.body)[:most]
    if most > 1:
        chosen = with_rest_of_list(candidate, chosen)
    if candidate.asked.defined and most > 1:
        chosen = _with_antecedents(chosen, candidate.body)[:most]
    return sorted(chosen, key=lambda s: s.position)


_BEFORE_AND_AFTER = re.compile(r"\bbefore (?:and|/|vs\.?|versus) after\b", re.IGNORECASE)
"""Asks for two values, of which one may stand in a sentence that only says "it increased to"."""


def _with_those_between(chosen: Sequence[Sentence], body: Sequence[Sentence]) -> list[Sentence]:
    """The sentences, and those with a number that stand between them."""
    places = [s.position for s in chosen]
    between = [s for s in body if min(places) < s.position < max(places) and has_numeral(s.text)]
    return list(dict.fromkeys((*chosen, *between)))


def _with_antecedents(chosen: Sequence[Sentence], body: Sequence[Sentence]) -> list[Sentence]:
    """The sentences, each that refers back behind the one that it means: a definition is both."""
    before = {later: earlier for earlier, later in pairwise(body)}
    told = [
        s
        for one in chosen
        for s in ((before[one], one) if one in before and refers_back(one.text) else (one,))
    ]
    return list(dict.fromkeys(told))
