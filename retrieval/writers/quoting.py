"""The writer without a model: the few sentences that answer, verbatim, or none.

A threshold on cosine alone cannot tell an answer from a sentence on the same subject, so three
things are asked of a work before it is quoted: it holds the names of the question, it covers the
words that carry the question (rare words weigh more), and one of its sentences is near to it in
meaning and holds a value of the kind that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.kinds import Kind
from retrieval.question import Question
from retrieval.search import Passage, Sentence
from retrieval.text import terms
from retrieval.writers import Draft, DraftSentence, Quote
from retrieval.writers.asked import Asked, Want, read_asked
from retrieval.writers.signals import (
    Bag,
    Match,
    bag,
    covers,
    defines,
    enumerates,
    expansion,
    has_name,
    is_background,
    is_closing,
    is_contribution,
    is_short,
    is_superlative,
    match,
    names_something,
    proposes,
    value,
)
from storage import terms as statistics

MOST_SENTENCES = 3
FALLBACKS = 3
"""How many of the best works are tried."""
LEAST_SUPPORT = 0.58
NEAR = 0.6
SURE = 0.72
"""A sentence as near as this is about the same thing, whatever the words."""
COMMON_NAME = 0.35
"""The weight below which a name ("AI", "LLM") tells works apart too little to be insisted on."""
LEAST_COVERAGE = 0.5
"""A value is quoted only for what it is a value of: half of the question's words, by weight."""
LEAST_NEARNESS = 0.55
CLOSE_VALUE = 0.45
CLOSE = 0.5
CLOSE_LIST = 0.7
"""How near a sentence has to come to the best of its work to be quoted with it: nearer where the
best one holds the value that is asked for."""

OVERLAP = 0.3
VALUE = 0.6
LATER = 0.2
CONTRIBUTION = 0.1
BACKGROUND = 0.1
CLOSING = 0.25
ENUMERATION = 0.45
DEFINITION = 0.2
SUPERLATIVE = 0.3
NAMING = 0.3
EXPANSION = 0.6
ATTRIBUTE = 0.6
"""What the signals of a sentence add to its cosine."""

_DEMANDING = frozenset(
    {
        Want.EXPANSION,
        Want.COUNT,
        Want.NUMBER,
        Want.MONEY,
        Want.RATE,
        Want.TEMPERATURE,
        Want.PLACE,
        Want.LINK,
        Want.DURATION,
    }
)


@dataclass(frozen=True)
class Candidate:
    """One passage in the light of the question; all signals lie between 0 and 1."""

    place: int
    passage: Passage
    asked: Asked
    weights: Mapping[str, float]
    named: bool

    @cached_property
    def whole(self) -> Bag:
        return bag(f"{self.passage.work.title}. {self.passage.work.abstract}")

    @cached_property
    def title(self) -> Bag:
        return bag(self.passage.work.title)

    @cached_property
    def matches(self) -> Mapping[str, Match]:
        return {word: match(self.whole, word) for word in self.weights}

    @cached_property
    def held(self) -> Mapping[str, float]:
        return {word: found.strength for word, found in self.matches.items()}

    def _said(self, word: str, sentence: Bag) -> float:
        """How well a sentence holds a word, by the forms in which the work holds it."""
        found = self.matches[word]
        if not found.forms:
            return covers(sentence, word)
        return found.strength if found.forms & sentence.words else 0.0

    @cached_property
    def _telling(self) -> Mapping[str, float]:
        """The weight of each word held for telling the sentences of this work apart.

        A word that the whole work is about tells less than one said once.
        """
        bags = [bag(s.text) for s in self.passage.sentences]
        return {
            word: w
            * (1.0 - 0.7 * sum(self._said(word, text) > 0 for text in bags) / len(bags))
            * self._emphasis(word)
            for word, w in self.weights.items()
            if self.held[word]
        }

    @cached_property
    def coverage(self) -> float:
        """The share of the question's words, by weight, that the work holds."""
        total = sum(self.weights.values())
        return (
            sum(w * self.held[word] for word, w in self.weights.items()) / total if total else 0.0
        )

    @cached_property
    def missing(self) -> float:
        """The weight of the heaviest word that the work does not hold, 1 for one found nowhere."""
        return max((w for word, w in self.weights.items() if not self.held[word]), default=0.0)

    @cached_property
    def names(self) -> float:
        """The share of the question's names that the work holds; names found everywhere aside."""
        names = [n for n in self.asked.names if self.weights.get(n.lower(), 1.0) >= COMMON_NAME]
        return sum(has_name(self.whole, name) for name in names) / len(names) if names else 1.0

    @cached_property
    def proper(self) -> float:
        names = self.asked.proper
        return (
            sum(covers(self.whole, n) > 0 or has_name(self.whole, n) for n in names) / len(names)
            if names
            else 1.0
        )

    @cached_property
    def sentences(self) -> tuple[Scored, ...]:
        return tuple(self._scored(s) for s in self.passage.sentences)

    @cached_property
    def best(self) -> Scored:
        body = [s for s in self.sentences if s.sentence.position > 0] or self.sentences
        return max(body, key=lambda s: s.score)

    @cached_property
    def cosine(self) -> float:
        return max(s.score for s in self.passage.sentences)

    @cached_property
    def attributes(self) -> float:
        wanted = self.asked.attributes
        return sum(covers(self.whole, a) >= 0.8 for a in wanted) / len(wanted) if wanted else 1.0

    @cached_property
    def holds_target(self) -> bool:
        """Whether the work says what is asked for ("which *hurricane* data")."""
        if not all(covers(self.whole, word) > 0 for word in self.asked.target):
            return False
        noun = self.asked.noun
        return not noun or self.cosine >= NEAR or covers(self.whole, noun) > 0

    @cached_property
    def subject_coverage(self) -> float:
        """`coverage` without the names: what is asked *about* the named thing."""
        names = {name.lower() for name in self.asked.names}
        rest = {w: weight for w, weight in self.weights.items() if w not in names}
        total = sum(rest.values())
        if not total:
            return self.coverage
        return sum(weight * self.held[w] for w, weight in rest.items()) / total

    @cached_property
    def support(self) -> float:
        """How well the work bears the question: nearness in meaning plus words covered."""
        typed = self.asked.want is not Want.ANYTHING and self.best.value
        return (
            self.cosine
            + 0.6 * self.subject_coverage
            + (0.12 if typed else 0.0)
            + (0.08 if self.named and self.asked.names else 0.0)
        )

    @cached_property
    def leaves_out_subject(self) -> bool:
        """Whether the work is met by a name or one word of a short question, not by its subject."""
        if self.best.value:
            return False
        if self.asked.names and self.subject_coverage < 0.4 and self.cosine < 0.55:
            return True
        if self.named or self.cosine >= 0.55:
            return False
        words = len(self.weights)
        return (words <= 3 and self.missing >= 0.6) or (words <= 2 and self.missing >= 0.35)

    @cached_property
    def nearness(self) -> float:
        return self.cosine + 0.5 * self.coverage

    @cached_property
    def is_about(self) -> bool:
        if self.names < 1.0 or self.proper < 1.0:
            return False
        near = self.passage.cosine >= 0.28 or self.cosine >= 0.42 or self.title_coverage >= 0.9
        if near and self.coverage >= 0.9:
            return True
        if self.title_coverage >= 0.75 and self.cosine >= 0.3:
            return True
        nearer = self.cosine >= (0.6 if self.missing >= 0.7 else 0.5)
        return self.coverage >= 0.6 and self.passage.cosine >= 0.4 and nearer

    @cached_property
    def title_coverage(self) -> float:
        total = sum(self.weights.values())
        return (
            sum(w * covers(self.title, word) for word, w in self.weights.items()) / total
            if total
            else 0.0
        )

    @cached_property
    def nearest(self) -> Scored:
        """The sentence of the abstract nearest to the topic."""
        body = [s for s in self.sentences if s.sentence.position > 0] or list(self.sentences)
        return max(body, key=lambda s: s.score)

    @property
    def _title_answers(self) -> bool:
        """Whether the title alone holds the value or the long form asked for."""
        short = [thing for thing in self.asked.defined if is_short(thing)]
        title = self.sentences[0]
        return title.value or any(expansion(t, title.sentence.text) for t in short)

    def quotes(self) -> list[Scored]:
        """The few sentences that answer, in the order of the text."""
        body = [s for s in self.sentences if s.sentence.position > 0] or list(self.sentences)
        if not any(s.value for s in body) and self._title_answers:
            body = list(self.sentences)
        ranked = sorted(body, key=lambda s: -s.score)
        best = ranked[0]
        least = best.score - self._close(best)
        chosen = [s for s in ranked[:MOST_SENTENCES] if s.score >= least]
        if self.asked.enumerable and (steps := _steps(body, best)):
            chosen = [best, *steps]
        return sorted(chosen, key=lambda s: s.sentence.position)

    def _close(self, best: Scored) -> float:
        """How far below the best sentence another may be and is still quoted with it."""
        if self.asked.parts or (self.asked.enumerable and not best.value):
            return CLOSE_LIST
        typed = best.value and self.asked.want is not Want.DATA_SETS
        return CLOSE_VALUE if typed else CLOSE

    def gist(self) -> list[Scored]:
        """What a work does, for comparing: its nearest sentence and one that says what is new."""
        body = [s for s in self.sentences if s.sentence.position > 0]
        new = [s for s in body if s is not self.nearest and proposes(s.sentence.text)]
        chosen = [self.nearest, *new[:1]]
        return sorted(chosen, key=lambda s: s.sentence.position)

    @cached_property
    def value(self) -> bool:
        return any(s.value for s in self.sentences)

    def _scored(self, sentence: Sentence) -> Scored:
        text = bag(sentence.text)
        total = sum(self._telling.values())
        told = sum(w * self._said(word, text) for word, w in self._telling.items())
        overlap = told / total if total else 0.0
        asked = self.asked
        held = value(asked, sentence.text)
        closing = asked.want is not Want.LINK and is_closing(sentence.text)
        score = (
            sentence.score
            + OVERLAP * overlap
            + VALUE * held
            - CLOSING * closing
            + LATER * sentence.position / len(self.passage.sentences)
            + CONTRIBUTION * is_contribution(sentence.text)
            - BACKGROUND * is_background(sentence.text)
            + ENUMERATION * asked.enumerable * enumerates(sentence.text)
            + SUPERLATIVE * (asked.superlative and is_superlative(sentence.text))
            + NAMING * (asked.naming and names_something(sentence.text))
            + DEFINITION * any(defines(thing, sentence.text) for thing in asked.defined)
            + EXPANSION
            * any(expansion(t, sentence.text) is not None for t in asked.defined if is_short(t))
            + ATTRIBUTE
            * (bool(asked.attributes) and all(covers(text, a) for a in asked.attributes))
        )
        return Scored(sentence, score, overlap, held > 0)

    def _emphasis(self, word: str) -> float:
        """Double for the very thing wanted; half for what the title says: it tells little apart."""
        if self.asked.focus & frozenset(terms(word)):
            return 2.0
        return 0.5 if covers(self.title, word) == 1.0 else 1.0

    @cached_property
    def score(self) -> float:
        return (
            self.best.score
            + 0.6 * self.coverage
            + 0.5 * self.passage.score
            + 0.4 * self.names
            + (0.5 if self.named else 0.0)
            + (0.2 if self.value else 0.0)
        )


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with its score, the share of the question's words it holds, and a value or not."""

    sentence: Sentence
    score: float
    overlap: float
    value: bool


_FIRST = re.compile(r"^(?:first(?:ly)?\b|the first\b|one\b|\(?[1i][).])", re.IGNORECASE)


def _steps(body: Sequence[Scored], best: Scored) -> list[Scored]:
    """The two sentences behind one that announces steps: "First, …", "Second, …"."""
    after = [s for s in body if s.sentence.position > best.sentence.position][:2]
    return after if after and _FIRST.match(after[0].sentence.text) else []


class QuotingWriter:
    """Chooses verbatim sentences; how rare words are is read from the stored statistics."""

    name = "quoting"

    async def candidates(
        self, session: AsyncSession, question: Question, passages: Sequence[Passage]
    ) -> list[Candidate]:
        """The passages with their signals, in their order."""
        asked = read_asked(question.content or question.text)
        weights = await _weights(session, asked)
        named = {work.id for work in question.works}
        return [
            Candidate(n, passage, asked, weights, passage.work.id in named)
            for n, passage in enumerate(passages)
        ]

    async def _about(
        self, session: AsyncSession, question: Question, passages: Sequence[Passage]
    ) -> list[Candidate]:
        """The works about the topic, or about any of the topics that an "or" joins."""
        chosen: dict[int, Candidate] = {}
        for topic in re.split(r"\s+or\s+", question.content or question.text):
            found = await self.candidates(session, replace(question, content=topic), passages)
            for candidate in about(found):
                chosen.setdefault(candidate.place, candidate)
        return sorted(chosen.values(), key=lambda c: -c.passage.score)

    async def write(
        self, session: AsyncSession, question: Question, passages: Sequence[Passage]
    ) -> Draft:
        """Quotes that answer; no sentences where nothing in the passages does.

        Works asked for by topic get their nearest sentence each, works to be compared two each, and
        any other question the few sentences of the one work that answers best.
        """
        if question.kind is Kind.WORKS_ABOUT:
            chosen = await self._about(session, question, passages)
            return Draft(tuple(_drafted(c, [c.nearest]) for c in chosen))
        found = await self.candidates(session, question, passages)
        if question.kind is Kind.COMPARE:
            return Draft(tuple(_drafted(c, c.gist()) for c in found))
        ranked = sorted(found, key=lambda c: -c.score)
        answering = next((c for c in ranked[:FALLBACKS] if answers(c)), None)
        if answering is None:
            return Draft(())
        return Draft(tuple(_drafted(answering, [s]) for s in answering.quotes()))


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


def _drafted(candidate: Candidate, sentences: Sequence[Scored]) -> DraftSentence:
    texts = [s.sentence.text for s in sentences]
    return DraftSentence(" ".join(texts), tuple(Quote(candidate.place, text) for text in texts))


# Whether to answer ------------------------------------------------------------------------


def answers(candidate: Candidate) -> bool:
    """Whether the work answers the question, rather than being near to it."""
    asked = candidate.asked
    if candidate.names < 1.0 or candidate.attributes < 1.0:
        return False
    if candidate.proper < 1.0 and candidate.cosine < SURE:
        return False
    if asked.want in _DEMANDING and not candidate.value:
        return False
    if not candidate.holds_target:
        return False
    if asked.want is not Want.ANYTHING and candidate.coverage < LEAST_COVERAGE:
        return False
    if candidate.leaves_out_subject:
        return False
    return candidate.support >= LEAST_SUPPORT


def about(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The works that are about a topic, all of them and only them; nearest first."""
    ordered = sorted(ranked, key=lambda c: -c.passage.score)
    sure = [c for c in ordered if c.is_about]
    if sure:
        return sure
    best = max(ordered, key=lambda c: c.nearness, default=None)
    if (
        best is None
        or (len(best.weights) <= 2 and best.cosine < 0.42)
        or best.nearness < LEAST_NEARNESS
        or best.names < 1.0
        or best.proper < 1.0
    ):
        return []
    return [c for c in ordered if c.nearness >= max(LEAST_NEARNESS, 0.9 * best.nearness)]
