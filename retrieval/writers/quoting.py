"""The writer without a model: the few sentences that answer, verbatim, or none.

Search says which work comes first, and is hardly ever wrong about it. What is left to decide is
whether that work answers at all, and with which of its sentences: see `retrieval.writers.weighing`.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.kinds import Kind
from retrieval.question import Question
from retrieval.search import Passage, Sentence
from retrieval.text import terms
from retrieval.writers import Draft, DraftSentence, Quote
from retrieval.writers.asked import Asked, read_asked
from retrieval.writers.weighing import Candidate, proposes
from storage import terms as statistics

MOST_SENTENCES = 3
CLOSE = 2.2
"""How far, in log-odds, a sentence may be behind the best of its work and is quoted with it."""
TRIED = 3
"""How many of the best works are looked at."""
NAMED, SUPPORT = 0.3, 0.15
"""What a name in common, and the log-odds of answering, add to a work's score in search."""
LEAST_SUPPORT = -1.0
LEAST_ABOUTNESS = 0.0
ONLY_ABOUTNESS = -1.0
"""The log-odds from which a work answers a question; is among those about a topic; is about it
where no other is more so."""


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
        near = [p.cosine + max(s.score for s in p.sentences) for p in passages]
        return [
            Candidate(
                n, passage, asked, weights, passage.work.id in named, (*near[:n], *near[n + 1 :])
            )
            for n, passage in enumerate(passages)
        ]

    async def write(
        self, session: AsyncSession, question: Question, passages: Sequence[Passage]
    ) -> Draft:
        """Quotes that answer; no sentences where nothing in the passages does.

        Works asked for by topic get their nearest sentence each, works to be compared two each, and
        any other question the few sentences of the one work that answers best.
        """
        if question.kind is Kind.WORKS_ABOUT:
            topics = re.split(r"\s+or\s+", question.content or question.text)
            found = [
                await self.candidates(session, replace(question, content=topic), passages)
                for topic in topics
            ]
            return await asyncio.to_thread(_about, found)
        candidates = await self.candidates(session, question, passages)
        choose = _compared if question.kind is Kind.COMPARE else _answered
        return await asyncio.to_thread(choose, candidates)


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


def _answered(candidates: Sequence[Candidate]) -> Draft:
    """The sentences of the best work, if it answers."""
    best = foremost(candidates)
    if best is None or best.names < 1.0 or best.support < LEAST_SUPPORT:
        return Draft(())
    return Draft(tuple(_drafted(best, [s]) for s in quotes(best)))


def foremost(candidates: Sequence[Candidate]) -> Candidate | None:
    """The work that comes first in search, unless another holds the names or answers better."""
    ranked = sorted(candidates, key=lambda c: -c.passage.score - NAMED * c.named)[:TRIED]
    return max(
        ranked,
        key=lambda c: c.passage.score + NAMED * (c.named + c.names) + SUPPORT * c.support,
        default=None,
    )


def quotes(candidate: Candidate) -> list[Sentence]:
    """The few sentences that answer, in the order of the text."""
    ranked = sorted(candidate.sentences, key=lambda s: -s.score)
    chosen = [s.sentence for s in ranked[:MOST_SENTENCES] if s.score >= ranked[0].score - CLOSE]
    return sorted(chosen, key=lambda s: s.position)


def _compared(candidates: Sequence[Candidate]) -> Draft:
    return Draft(tuple(_drafted(c, _gist(c)) for c in candidates))


def _gist(candidate: Candidate) -> list[Sentence]:
    """What a work does, for comparing: its nearest sentence and one that says what is new."""
    nearest = candidate.nearest
    new = [s for s in candidate.body if s is not nearest and proposes(s.text)]
    return sorted([nearest, *new[:1]], key=lambda s: s.position)


def _about(topics: Sequence[Sequence[Candidate]]) -> Draft:
    """The works that are about one of the topics, all of them and only them, nearest first."""
    chosen: dict[int, Candidate] = {}
    for candidates in topics:
        most = max((c.aboutness for c in candidates), default=-math.inf)
        least = min(LEAST_ABOUTNESS, max(most, ONLY_ABOUTNESS))
        for candidate in candidates:
            if candidate.aboutness >= least:
                chosen.setdefault(candidate.place, candidate)
    ordered = sorted(chosen.values(), key=lambda c: -c.passage.score)
    return Draft(tuple(_drafted(c, [c.nearest]) for c in ordered))


def _drafted(candidate: Candidate, sentences: Sequence[Sentence]) -> DraftSentence:
    texts = [sentence.text for sentence in sentences]
    return DraftSentence(" ".join(texts), tuple(Quote(candidate.place, text) for text in texts))
