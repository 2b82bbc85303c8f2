"""Search: which works speak of a question, and which of their sentences do.

Two signals are fused. The semantic one is the cosine of the question and the whole work plus that
of the question and the work's nearest sentence; the lexical one is BM25. Each is divided by its
greatest value among the candidates, so that 0 keeps its meaning however many candidates there are,
and a convex combination of both ranks the works ("theoretical min-max" in Bruch et al. 2023, "An
Analysis of Fusion Functions for Hybrid Retrieval").

Over the whole corpus the candidates are the nearest works of the index and the best of BM25. Over
given works, such as one researcher's, every work is a candidate, and the index is not asked, unless
they are very many. Both signals are exact in either case.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence, Set
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.embedding import MiniLM, Provided
from retrieval.interaction import interaction
from retrieval.text import terms, whole
from storage import terms as postings
from storage import vectors, works
from storage.database import Database
from storage.errors import IndexUnavailable
from storage.vectors import Matrix, WorkVectors
from storage.works import Work

if TYPE_CHECKING:
    from retrieval.embedding import Embedder

DEPTH = 200
"""Candidates from each signal, over more works than can all be compared."""

EXACT = 2000
"""The largest scope, in works, whose vectors are all compared."""

SEMANTIC = 0.6
"""The weight of meaning; words have the rest. Between 0.6 and 0.7 the results hardly change."""

FEW, LEAST_MATCH = 4, 0.4
"""Words in common count in full from this part of the BM25 on that so many words of the query could
reach: the longer a query, the smaller is the part of its words that any work holds."""

K1 = 1.5
B = 0.9

_log = structlog.get_logger(__name__)


class Nearest(Protocol):
    """The index of document vectors, as search uses it."""

    async def nearest(self, vector: Matrix, k: int) -> list[tuple[int, float]]:
        """The `k` works nearest to a (d,) unit vector, with their cosines, best first."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A verbatim sentence and its cosine with the question; position 0 is the title."""

    text: str
    score: float
    position: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A work as an answer to a question.

    Attributes:
        score: both signals fused, in [0, 1]; 1 is the best of the candidates in both.
        cosine: of the question and the whole work.
        lexical: BM25, unscaled; 0 when no word is shared.
        sentences: all of the work's, in the order of the text.
    """

    work: Work
    score: float
    cosine: float
    lexical: float
    sentences: tuple[Sentence, ...]


class Search:
    """Search over what is stored under the embedder's model."""

    def __init__(self, database: Database, embedder: Embedder, index: Nearest) -> None:
        self._database = database
        self._embedder = embedder
        self._index = index

    async def passages(
        self,
        query: str,
        work_ids: Sequence[int] = (),
        limit: int = 10,
        session: AsyncSession | None = None,
        vector: asyncio.Future[Matrix] | None = None,
    ) -> list[Passage]:
        """The works that best answer the query, best first, at most `limit` of them.

        Given works are searched alone, else everything. Works that are not embedded yet are left
        out. `session` is one to read in; otherwise one is opened for this. `vector` is that of the
        query, worked out meanwhile: what can be read without it is read first.

        Raises:
            EmbeddingUnavailable: the question could not be embedded.
        """
        if vector is None:
            vector = asyncio.ensure_future(self.vector(query))
            await vector  # before a connection is taken, which would wait for it too
        words = terms(query)
        async with nullcontext(session) if session else self._database.read() as session:
            if 0 < len(ids := list(dict.fromkeys(work_ids))) <= EXACT:
                lexical = dict(await postings.bm25(session, words, ids, len(ids), k1=K1, b=B))
            else:
                ids, lexical = await self._candidates(session, vector, words, frozenset(ids))
            found = await vectors.load(session, self._embedder.name, ids)
            if not found:
                return []
            least = LEAST_MATCH * await postings.attainable(session, words, FEW)
            rows = list(found.values())
            scored = await asyncio.to_thread(_scored, await vector, rows, lexical, least)
            best = sorted(scored, key=lambda row: (-row.score, row.work_id))[:limit]
            read = await works.by_ids(session, [row.work_id for row in best])
        return [
            _passage(read[row.work_id], row, found[row.work_id].sentences)
            for row in best
            if row.work_id in read
        ]

    @property
    def quick(self) -> bool:
        """Whether the vector of a query takes milliseconds, and costs nobody anything."""
        return not isinstance(self._embedder, Provided)

    def interaction(self, query: str, weights: Mapping[str, float], work: Work) -> float:
        """How near a work is, word by word (see `retrieval.interaction`); 0 for every work where
        the model gives no vectors of tokens. Blocking: call it on a thread.
        """
        if not isinstance(self._embedder, MiniLM):
            return 0.0
        return interaction(self._embedder, query, weights, whole(work.title, work.abstract))

    async def unread(self, session: AsyncSession) -> int:
        """How many works are stored and cannot be found yet."""
        return await vectors.count_pending(session, self._embedder.name)

    async def unread_of(self, session: AsyncSession, found: Sequence[Work]) -> list[Work]:
        """Those of these works that cannot be searched yet."""
        if not found:
            return []
        read = await vectors.load(session, self._embedder.name, [work.id for work in found])
        return [work for work in found if work.id not in read]

    async def vector(self, query: str) -> Matrix:
        """The (d,) unit vector of a query.

        Raises:
            EmbeddingUnavailable: it could not be embedded.
        """
        return await asyncio.to_thread(self._embedder.encode_question, query)

    async def _candidates(
        self,
        session: AsyncSession,
        vector: asyncio.Future[Matrix],
        words: Mapping[str, int],
        scope: Set[int],
    ) -> tuple[list[int], dict[int, float]]:
        """Works near in meaning or in words, of the scope if any, and the BM25 of all of them."""
        depth = DEPTH
        if scope:  # look deeper, so that about DEPTH of what is found lies in scope
            total = await vectors.count(session, self._embedder.name)
            depth = min(math.ceil(DEPTH * max(1.0, total / len(scope))), 10 * DEPTH)
        matching = await postings.bm25(session, words, None, depth, k1=K1, b=B)
        try:
            near = [work_id for work_id, _ in await self._index.nearest(await vector, depth)]
        except IndexUnavailable as error:  # words still lead to works, whose scores stay exact
            _log.warning("search.without_index", why=error.sentence)
            near = []
        lexical = {work_id: s for work_id, s in matching if not scope or work_id in scope}
        near = [work_id for work_id in near if not scope or work_id in scope]
        if len(matching) == depth:  # more works share a word; some of them may be near in meaning
            rest = [work_id for work_id in near if work_id not in lexical]
            lexical |= await postings.bm25(session, words, rest, len(rest), k1=K1, b=B)
        return list(dict.fromkeys([*near, *lexical])), lexical


class Ahead:
    """Vectors of what is searched for.

    Most questions are searched for as typed, so a model that takes milliseconds starts on the text
    while it is still being read. One that is paid for, or far away, waits until it is needed.
    """

    def __init__(self, search: Search, text: str) -> None:
        self._search = search
        self._vectors: dict[str, asyncio.Task[Matrix]] = {}
        if search.quick:
            self.of(" ".join(text.split()))

    def of(self, query: str) -> asyncio.Task[Matrix]:
        """The vector of a query; EmbeddingUnavailable where it is awaited."""
        if query not in self._vectors:
            self._vectors[query] = asyncio.create_task(self._search.vector(query))
        return self._vectors[query]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Wait, as a thread cannot be stopped; an error that nobody asked for says nothing."""
        await asyncio.gather(*self._vectors.values(), return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Row:
    work_id: int
    score: float
    cosine: float
    lexical: float
    sentences: Matrix  # (n,) the cosine of each


def _scored(
    question: Matrix, rows: Sequence[WorkVectors], lexical: Mapping[int, float], least: float
) -> list[_Row]:
    """Exact scores of all candidates.

    Words in common count in full from a BM25 of `least` on, so that a single common word of a
    question in other words does not outweigh what is near in meaning.
    """
    cosines = np.stack([row.document for row in rows]) @ question
    sentences = np.concatenate([row.matrix for row in rows]) @ question
    ends = np.cumsum([len(row.matrix) for row in rows])
    per_work = np.split(sentences, ends[:-1])
    nearest = np.array([part.max(initial=-1.0) for part in per_work])
    matched = np.array([lexical.get(row.work_id, 0.0) for row in rows])
    fused = SEMANTIC * _scaled(cosines + nearest) + (1 - SEMANTIC) * _scaled(matched, least)
    return [
        _Row(row.work_id, float(fused[n]), float(cosines[n]), float(matched[n]), per_work[n])
        for n, row in enumerate(rows)
    ]


def _scaled(scores: Matrix, least: float = 0.0) -> Matrix:
    """Scores as parts of the best one, or of `least`; what is below 0 counts as nothing."""
    best = max(float(scores.max()), least)
    result: Matrix = np.clip(scores / best, 0.0, 1.0) if best > 0 else np.zeros_like(scores)
    return result


def _passage(work: Work, row: _Row, sentences: Sequence[str]) -> Passage:
    return Passage(
        work=work,
        score=row.score,
        cosine=row.cosine,
        lexical=row.lexical,
        sentences=tuple(
            Sentence(text, float(row.sentences[n]), n) for n, text in enumerate(sentences)
        ),
    )
