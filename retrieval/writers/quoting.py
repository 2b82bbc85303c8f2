"""The writer without a model: the few sentences that answer, verbatim, or none.

Search says which work comes first, and is hardly ever wrong about it. What is left to decide is
whether that work answers at all, and with which of its sentences: see `retrieval.writers.weighing`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.highlights import contribution
from retrieval.question.alternatives import alternatives
from retrieval.question.apart import parts
from retrieval.question.asked import Asked, read_asked
from retrieval.question.kinds import Kind
from retrieval.question.part import ABSTRACT, GIST, Part, leaning, read_part
from retrieval.question.together import asked_apart
from retrieval.question.typed import Question
from retrieval.question.wants import Want
from retrieval.search import Passage, Sentence
from retrieval.text import terms
from retrieval.writers import Draft, DraftSentence, Quote
from retrieval.writers.brought import things
from retrieval.writers.covering import covering
from retrieval.writers.given import compares, leant, said_of
from retrieval.writers.listing import with_each, with_rest_of_list
from retrieval.writers.matching import ALIKE, bag, by_letters
from retrieval.writers.members import about, brought_along, drafted
from retrieval.writers.roles import COMPARING, proposes, refers_back
from retrieval.writers.values import has_numeral, value
from retrieval.writers.weighing import (
    LEAST_SUPPORT,
    TRIED,
    TYPED,
    Beside,
    Candidate,
    Closely,
)
from storage import terms as statistics

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
MOST_ABSTRACTS = 3
"""Abstracts that are told in full."""
PART_SENTENCES = 2
"""Sentences quoted for each of several questions put in one, and for each work compared."""


class QuotingWriter:
    """Chooses verbatim sentences; how rare words are is read from the stored statistics."""

    name = "quoting"

    def __init__(self, closely: Closely | None = None) -> None:
        """`closely` looks at works word by word, where two of them are about as likely."""
        self._closely = closely

    async def candidates(
        self, session: AsyncSession, question: Question, passages: Sequence[Passage]
    ) -> list[Candidate]:
        """The passages with their signals, in their order."""
        return await self._asking(session, question, question.content or question.text, passages)

    async def _asking(
        self, session: AsyncSession, question: Question, text: str, passages: Sequence[Passage]
    ) -> list[Candidate]:
        """The passages in the light of a text that is the question or a part of it."""
        if question.exact:
            text = _in_their_words(text, passages)
        asked = read_asked(text)
        weights = await _weights(session, asked)
        named = {work.id for work in question.works}
        topical = question.kind is Kind.WORKS_ABOUT
        beside = Beside(passages)
        beside.candidates.extend(
            Candidate(
                n,
                passage,
                asked,
                weights,
                passage.work.id in named,
                beside,
                topical,
                self._closely,
            )
            for n, passage in enumerate(passages)
        )
        return beside.candidates

    async def write(
        self,
        session: AsyncSession,
        question: Question,
        passages: Sequence[Passage],
        apart: Sequence[Sequence[Passage]] = (),
    ) -> Draft:
        """Quotes that answer; no sentences where nothing in the passages does.

        Works asked for by topic get their nearest sentence each; `apart` are the passages as they
        answer each of several topics, in the same order. Works to be compared two each, and
        any other question the few sentences of the one work that answers best. Of two questions put
        in one, each gets its own.
        """
        if question.kind is Kind.WORKS_ABOUT:
            wanted, every = alternatives(question.content or question.text)
            if brought := things(wanted):
                return Draft(tuple(brought_along(passages, brought)))
            shared = [passages] * len(wanted)
            draft = await self._on_topics(session, question, wanted, apart or shared, every)
            if apart and not draft.sentences:
                draft = await self._on_topics(session, question, wanted, shared, every)
            return draft
        if question.kind is Kind.COMPARE:
            return await self._of_compared(session, question, passages)
        candidates = await self.candidates(session, question, passages)
        given = question.exact and len(question.works) == 1
        if question.exact and (part := read_part(question.content)):
            return await asyncio.to_thread(_of_each, candidates, part)
        if question.facet == ABSTRACT:
            order = {work.id: n for n, work in enumerate(question.works)}
            named = sorted(
                (c for c in candidates if c.named), key=lambda c: order[c.passage.work.id]
            )
            return Draft(tuple(drafted(c, c.body) for c in named[:MOST_ABSTRACTS]))
        if question.facet == GIST:
            most = 1 if _IN_ONE.search(question.text) else PART_SENTENCES
            told = [(c, s) for c in candidates if c.named for s in _gist(c, most)]
            return Draft(tuple(drafted(c, [s]) for c, s in told))
        asked = parts(question.content or question.text)
        if len(asked) == 1:
            if _in_doubt(_likeliest(candidates)):  # it takes milliseconds to look closely
                return await asyncio.to_thread(_answered, candidates, given, question.exact)
            return _answered(candidates, given, question.exact)
        each = [await self._asking(session, question, part, passages) for part in asked]
        return await asyncio.to_thread(_answered_apart, candidates, each, given)

    async def _on_topics(
        self,
        session: AsyncSession,
        question: Question,
        wanted: Sequence[str],
        passages: Sequence[Sequence[Passage]],
        every: bool,
    ) -> Draft:
        """The works on one of the topics, or every one, by the passages for each."""
        found = [
            await self._asking(session, question, topic, near)
            for topic, near in zip(wanted, passages, strict=True)
        ]
        return await asyncio.to_thread(about, found, every=every, said=question.mentioned)

    async def _of_compared(
        self, session: AsyncSession, question: Question, passages: Sequence[Passage]
    ) -> Draft:
        """What works say that are compared, in the order in which they are spoken of."""
        worded = read_asked(question.content).words
        bare = question.content if worded else _unnamed(question.text)
        candidates = await self._asking(session, question, bare, passages)
        if not candidates:
            return Draft(())
        order = {work.id: n for n, work in enumerate(question.works)}
        candidates.sort(key=lambda c: order[c.passage.work.id])
        if part := read_part(question.content):
            return await asyncio.to_thread(_parts_compared, candidates, part)
        apart = asked_apart(question.content)
        if apart and len(apart.asked) == len(candidates):
            each = [await self._asking(session, question, one, passages) for one in apart.asked]
            places = [c.place for c in candidates]
            orders = [places] if apart.in_order else list(permutations(places))
            return await asyncio.to_thread(_one_each, each, orders)
        surely = question.described is None or question.described.compared
        return await asyncio.to_thread(
            _compared, candidates, asked=bool(question.content), surely=surely
        )


def _in_their_words(text: str, passages: Sequence[Passage]) -> str:
    """A question of given works with "LLM" in full where they write it so, and never in short."""
    said = " ".join(f"{p.work.title} {p.work.abstract}" for p in passages)
    if re.search(r"LLM", said) or not re.search(r"\blanguage[- ]models?\b", said, re.I):
        return text
    return re.sub(r"\bLLM(s?)\b", r"language model\1", text, flags=re.I)


async def _weights(session: AsyncSession, asked: Asked) -> dict[str, float]:
    """How much each word of the question tells: its inverse document frequency, at most 1."""
    stems = {word: list(terms(word)) for word in dict.fromkeys(asked.words)}
    known = await statistics.works_with(session, [s for group in stems.values() for s in group])
    total, _ = await statistics.corpus(session)
    most = statistics.idf(0, total) or 1.0
    return {
        word: max(statistics.idf(known.get(s, 0), total) for s in group) / most
        for word, group in stems.items()
        if group
    }


def _answered(candidates: Sequence[Candidate], given: bool, exact: bool = False) -> Draft:
    """The sentences of the best work, if it answers; else one of each `exact` one that may."""
    best = foremost(candidates)
    if best is not None and (addresses := _addresses(best, given)):
        return Draft(tuple(drafted(best, [s]) for s in addresses))
    if best is None or not _answers(best, given):
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
    if not (given or asked.names or candidate.named or _answers(candidate, given)):
        return []
    saying = [s for s in candidate.body if value(asked, s.text)]
    return ([s for s in saying if "://" in s.text] or saying)[:PART_SENTENCES]


def _of_each(candidates: Sequence[Candidate], part: Part) -> Draft:
    """What works that are given say of a part: one in a few sentences, several in one each."""
    most = MOST_SENTENCES - 1 if len(candidates) == 1 else 1
    told = [(c, said_of(part, c, most)) for c in candidates[:MOST_GIVEN]]
    return Draft(tuple(drafted(c, [s]) for c, sentences in told for s in sentences))


def _answers(candidate: Candidate, given: bool) -> bool:
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


def _answered_apart(
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
    answered = _answers(best, given)
    for part in each:
        same = part[best.place]
        chosen = _another(same, part) or (same if same.names == 1.0 else foremost(part))
        if chosen is None or chosen.names < 1.0:
            continue
        answered = answered or chosen.support >= LEAST_SUPPORT
        if chosen.signals["no value"] < 1.0 and chosen.signals["attribute"] == 1.0:
            found.append((chosen, _of_part(chosen)))
    if not answered:
        return Draft(())
    told: list[DraftSentence] = []
    for place in dict.fromkeys(candidate.place for candidate, _ in found):
        said = {s.position: s for c, group in found if c.place == place for s in group}
        ordered = [said[position] for position in sorted(said)]
        if place == best.place:
            ordered = with_each(best, covering(best, ordered, best.asked.text))
        told += [drafted(whole[place], [sentence]) for sentence in ordered]
    return Draft(tuple(told)) if told else _answered(whole, given)


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
    ranked = _likeliest(candidates)
    if _in_doubt(ranked):
        return max(ranked, key=lambda c: _standing(c) + CLOSELY * c.interaction)
    return next(iter(ranked), None)


def _likeliest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The few works that are tried, the likeliest first."""
    tried = sorted(candidates, key=lambda c: -c.passage.score - NAMED * (c.named + c.names))[:TRIED]
    return sorted(tried, key=_standing, reverse=True)


def _in_doubt(ranked: Sequence[Candidate]) -> bool:
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


def _unnamed(text: str) -> str:
    """What is asked of each of several works, without their names."""
    names = read_asked(text).names
    return re.sub("|".join(map(re.escape, names)), " ", text) if names else text


def _compared(candidates: Sequence[Candidate], *, asked: bool, surely: bool) -> Draft:
    """What each of the works says about what is asked of it, or else what it does.

    One that has no value where one is asked for is said not to say it, if the works are `surely`
    meant; else several have to say what is asked. Where none has a value, nothing is told.
    """
    most = _most_of(candidates)
    if not asked:
        return Draft(tuple(drafted(c, _gist(c, most) or _told(c)) for c in candidates))
    saying = [c for c in candidates if _answers(c, given=True)]
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


def _one_each(each: Sequence[Sequence[Candidate]], orders: Sequence[Sequence[int]]) -> Draft:
    """What each of the works says to one of as many questions, in that of the orders in which they
    answer best.
    """
    chosen = [[part[n] for part, n in zip(each, order, strict=True)] for order in orders]
    best = max(chosen, key=lambda candidates: sum(c.support for c in candidates))
    silent = [c for c in best if not _answers(c, given=True) and _lacks(c, others=True)]
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


def _parts_compared(candidates: Sequence[Candidate], part: Part) -> Draft:
    """What each of the works says of a part, or else what it does."""
    most = _most_of(candidates)
    told = [(c, said_of(part, c, most) or _gist(c, most) or _told(c)) for c in candidates]
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


def _gist(candidate: Candidate, most: int) -> list[Sentence]:
    """What a work does, and what came out."""
    new = contribution(candidate.passage.work.abstract, most)
    return [s for s in candidate.body if s.text.endswith(new)]


_IN_ONE = re.compile(r"\b(?:one|single|1) (?:sentence|line)\b", re.IGNORECASE)
