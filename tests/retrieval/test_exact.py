"""Neighbours straight from the database are the true ones, and keep up with it."""

from __future__ import annotations

import numpy as np

from retrieval.exact import Exact
from storage import storing, vectors
from storage.database import Database
from storage.vectors import WorkVectors
from storage.works import Paper


def unit(*numbers: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    row = np.asarray(numbers, np.float32)
    return row / np.linalg.norm(row)


async def store(database: Database, name: str, vector: vectors.Matrix) -> int:
    """A work of that name with that vector; its id."""
    paper = Paper(source_id=f"test:{name}", title=name, abstract="", year=2020)
    async with database.write() as session:
        [work_id] = (await storing.store(session, [paper])).new
        row = WorkVectors(work_id, vector, (name,), vector[None])
        await vectors.save(session, "model", [row])
    return work_id


async def test_nearest_first_and_what_comes_later_too(database: Database) -> None:
    exact = Exact(database, "model")
    assert await exact.nearest(unit(1, 0), 5) == []
    far = await store(database, "far", unit(0, 1))
    near = await store(database, "near", unit(1, 0.1))
    found = await exact.nearest(unit(1, 0), 5)
    assert [work_id for work_id, _ in found] == [near, far]
    assert found[0][1] > 0.99
    best = await store(database, "best", unit(1, 0))
    assert [work_id for work_id, _ in await exact.nearest(unit(1, 0), 2)] == [best, near]
