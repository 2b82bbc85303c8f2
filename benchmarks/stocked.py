"""Data directories with a given number of stored works, for measuring how size matters.

The bundled sample comes first, then abstracts of the shared arXiv file, in its order. The first
ones, up to a given number, have their own vectors. The others have vectors of those, perturbed:
what they cost to store and to search is the same, what is found among them means nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import aclosing
from itertools import count
from pathlib import Path

import numpy as np

from retrieval.embedding import Embedder
from retrieval.index import open_index
from retrieval.ingest import embed_pending, load_sample
from retrieval.sources.snapshot import read_snapshot
from storage import storing, vectors, works
from storage.database import Database
from storage.vectors import Matrix
from storage.works import Paper

NOISE = 0.4
"""Length of what is added to a unit vector: its cosine with the result is about .93."""
WHOLE = 500  # characters; shorter texts are sentences


class Perturbed:
    """Vectors that are not the text's own, but those of other texts with noise added."""

    dimensions: int

    def __init__(self, embedder: Embedder, documents: Matrix, sentences: Matrix) -> None:
        self.name = embedder.name
        self.dimensions = embedder.dimensions
        self._documents, self._sentences = documents, sentences
        self._random = np.random.default_rng(0)

    def encode(self, texts: Sequence[str]) -> Matrix:
        rows: Matrix = np.stack([self._some(text) for text in texts])
        noise = self._random.normal(size=rows.shape) * NOISE / np.sqrt(self.dimensions)
        rows += noise.astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def encode_question(self, text: str) -> Matrix:
        row: Matrix = self.encode([text])[0]
        return row

    def _some(self, text: str) -> Matrix:
        pool = self._documents if len(text) >= WHOLE else self._sentences
        row: Matrix = pool[self._random.integers(len(pool))]
        return row


def database_in(folder: Path) -> Database:
    """The database where the program would look for it in this data directory."""
    return Database(f"sqlite+aiosqlite:///{folder / 'colloquy.sqlite'}")


async def stock(folder: Path, size: int, real: int, embedder: Embedder, file: Path) -> None:
    """Fill a data directory up to `size` works, the first `real` of them with vectors of their own.

    What an earlier run has done is not done again.

    Raises:
        UnreadableSnapshot: more works are wanted than the sample has, and there is no `file`.
    """
    database = database_in(folder)
    index = open_index(folder / "index", embedder.name)
    try:
        await database.migrate()
        await load_sample(database)
        await fill(database, min(size, real), file)
        await embed_pending(database, embedder, _say)
        if size > real:
            await fill(database, size, file)
            documents, sentences = await _pools(database, embedder.name, real)
            await embed_pending(database, Perturbed(embedder, documents, sentences), _say)
        await index.catch_up(database, lambda done, total: _say("indexing", done, total))
    finally:
        await index.close()
        await database.close()


async def beyond(file: Path, size: int, number: int) -> list[Paper]:
    """`number` abstracts that a directory of `size` works does not hold."""
    start = size + number  # well behind the ones that are stored
    found: list[Paper] = []
    async with aclosing(read_snapshot(file)) as papers:
        numbers = count()
        async for paper in papers:
            place = next(numbers)
            if place >= start:
                found.append(paper)
            if len(found) == number:
                break
    return found


async def fill(database: Database, size: int, file: Path) -> None:
    """Store abstracts of the file, in its order, until there are `size` works."""
    async with database.read() as session:
        stored = await works.count(session, ())
    if stored >= size:
        return
    batch: list[Paper] = []
    async with aclosing(read_snapshot(file)) as papers:
        async for paper in papers:
            batch.append(paper)
            if len(batch) == storing.AT_ONCE or stored + len(batch) >= size:
                async with database.write() as session:
                    stored += len((await storing.store(session, batch)).new)
                batch = []
                _say("storing", stored, size)
                if stored >= size:
                    return


async def _pools(database: Database, model: str, real: int) -> tuple[Matrix, Matrix]:
    """Vectors of whole works and of sentences."""
    async with database.read() as session:
        rows = await vectors.since(session, model, 0, real)
        ids = [work_id for _, work_id, _ in rows]
        loaded = await vectors.load(session, model, ids[:: max(1, len(ids) // 2000)])
    sentences = await asyncio.to_thread(np.concatenate, [row.matrix for row in loaded.values()])
    return np.stack([vector for _, _, vector in rows]), sentences


def _say(stage: str, done: int, total: int | None) -> None:
    if done % 1000 < storing.AT_ONCE or done == total:
        print(f"{stage}: {done} of {total}", file=sys.stderr, flush=True)
