"""The writer without a model: the few sentences that answer, verbatim, or none.

Search says which work comes first, and is hardly ever wrong about it. What is left to decide is
whether that work answers at all, and with which of its sentences: see `retrieval.writers.weighing`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from itertools import permutations

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question.alternatives import alternatives
from retrieval.question.apart import parts
from retrieval.question.asked import Asked, read_asked
from retrieval.question.kinds import Kind
from retrieval.question.part import ABSTRACT, GIST, read_part
from retrieval.question.together import asked_apart
from retrieval.question.typed import Question
from retrieval.search import Passage
from retrieval.text import terms
from retrieval.writers import Draft
from retrieval.writers.answering import (
    PART_SENTENCES,
    answered,
    answered_apart,
    in_doubt,
    likeliest,
    of_each,
)
from retrieval.writers.brought import things
from retrieval.writers.comparing import compared, gist, one_each, parts_compared, unnamed
from retrieval.writers.members import about, brought_along, drafted
from retrieval.writers.weighing import (
    Beside,
    Candidate,
    Closely,
)
from storage import terms as statistics

MOST_ABSTRACTS = 3
"""Abstracts that are told in full."""


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
            return await asyncio.to_thread(of_each, candidates, part)
        if question.facet == ABSTRACT:
            order = {work.id: n for n, work in enumerate(question.works)}
            named = sorted(
                (c for c in candidates if c.named), key=lambda c: order[c.passage.work.id]
            )
            return Draft(tuple(drafted(c, c.body) for c in named[:MOST_ABSTRACTS]))
        if question.facet == GIST:
            most = 1 if _IN_ONE.search(question.text) else PART_SENTENCES
            told = [(c, s) for c in candidates if c.named for s in gist(c, most)]
            return Draft(tuple(drafted(c, [s]) for c, s in told))
        asked = parts(question.content or question.text)
        if len(asked) == 1:
            if in_doubt(likeliest(candidates)):  # it takes milliseconds to look closely
                return await asyncio.to_thread(answered, candidates, given, question.exact)
            return answered(candidates, given, question.exact)
        each = [await self._asking(session, question, part, passages) for part in asked]
        return await asyncio.to_thread(answered_apart, candidates, each, given)

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
        bare = question.content if worded else unnamed(question.text)
        candidates = await self._asking(session, question, bare, passages)
        if not candidates:
            return Draft(())
        order = {work.id: n for n, work in enumerate(question.works)}
        candidates.sort(key=lambda c: order[c.passage.work.id])
        if part := read_part(question.content):
            return await asyncio.to_thread(parts_compared, candidates, part)
        apart = asked_apart(question.content)
        if apart and len(apart.asked) == len(candidates):
            each = [await self._asking(session, question, one, passages) for one in apart.asked]
            places = [c.place for c in candidates]
            orders = [places] if apart.in_order else list(permutations(places))
            return await asyncio.to_thread(one_each, each, orders)
        surely = question.described is None or question.described.compared
        return await asyncio.to_thread(
            compared, candidates, asked=bool(question.content), surely=surely
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


_IN_ONE = re.compile(r"\b(?:one|single|1) (?:sentence|line)\b", re.IGNORECASE)
