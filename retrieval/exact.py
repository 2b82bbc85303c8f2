"""Nearest neighbours straight from the database, without the index.

For a process that may not open the index because another one has it, and for one that asks a
single question of so few works that opening it would take longer than comparing them all.
"""

from __future__ import annotations

import asyncio

import numpy as np
from numpy.typing import NDArray

from storage import vectors
from storage.database import Database

Vector = NDArray[np.float32]
_PAGE = 1000


class Exact:
    """All document vectors of one embedding model, read when they are first needed."""

    def __init__(self, database: Database, model: str) -> None:
        self._database = database
        self._model = model
        self._reading = asyncio.Lock()
        self._seq = 0
        self._rows: dict[int, Vector] = {}
        self._ids = np.empty(0, np.int64)
        self._matrix = np.empty((0, 0), np.float32)

    async def nearest(self, vector: Vector, k: int) -> list[tuple[int, float]]:
        """The `k` works nearest to a (d,) unit vector: (id, cosine), best first."""
        async with self._reading:
            await self._read_new()
        if not len(self._ids):
            return []
        return await asyncio.to_thread(_nearest, self._ids, self._matrix, vector, k)

    async def _read_new(self) -> None:
        known = self._seq
        while True:
            async with self._database.read() as session:
                rows = await vectors.since(session, self._model, self._seq, _PAGE)
            if not rows:
                break
            self._rows |= {work_id: vector for _, work_id, vector in rows}
            self._seq = rows[-1][0]
        if self._seq != known:
            self._ids = np.fromiter(self._rows, np.int64, len(self._rows))
            self._matrix = np.stack(list(self._rows.values()))


def _nearest(
    ids: NDArray[np.int64], matrix: Vector, vector: Vector, k: int
) -> list[tuple[int, float]]:
    cosines = matrix @ vector
    best = np.argsort(-cosines, kind="stable")[:k]
    return [(int(ids[n]), float(cosines[n])) for n in best]
