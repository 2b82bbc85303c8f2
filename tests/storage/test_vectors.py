import numpy as np

from storage import storing, vectors
from storage.database import Database
from storage.vectors import WorkVectors
from tests.storage.papers import paper


def _vectors(work_id: int, seed: int = 0) -> WorkVectors:
    rows = np.random.default_rng(seed).normal(size=(3, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return WorkVectors(work_id, rows[0], ("Title", "One sentence."), rows[1:])


async def test_what_is_saved_comes_back(database: Database) -> None:
    async with database.write() as session:
        [work_id] = (await storing.store(session, [paper(1)])).new
        await vectors.save(session, "m", [_vectors(work_id)])
    async with database.read() as session:
        loaded = (await vectors.load(session, "m", [work_id, 999]))[work_id]
        assert await vectors.load(session, "other", [work_id]) == {}
    assert loaded.sentences == ("Title", "One sentence.")
    np.testing.assert_allclose(loaded.matrix, _vectors(work_id).matrix, atol=1e-3)


async def test_pending_is_what_has_no_vectors_or_another_text(database: Database) -> None:
    async with database.write() as session:
        one, two = (await storing.store(session, [paper(1), paper(2)])).new
        await vectors.save(session, "m", [_vectors(one)])
        assert [work.id for work in await vectors.pending(session, "m", 9)] == [two]
        await vectors.save(session, "m", [_vectors(two)])
        assert await vectors.count_pending(session, "m") == 0
        await storing.store(session, [paper(1, version=2, abstract="Another text.")])
        assert [work.id for work in await vectors.pending(session, "m", 9)] == [one]
        assert await vectors.count_pending(session, "other") == 2


async def test_numbers_grow_so_that_a_reader_misses_nothing(database: Database) -> None:
    async with database.write() as session:
        one, two = (await storing.store(session, [paper(1), paper(2)])).new
        await vectors.save(session, "m", [_vectors(one), _vectors(two)])
        seen = await vectors.since(session, "m", 0, 10)
        await vectors.save(session, "m", [_vectors(one, seed=1)])
        newer = await vectors.since(session, "m", seen[-1][0], 10)
    assert [work_id for _, work_id, _ in seen] == [one, two]
    assert [work_id for _, work_id, _ in newer] == [one]
