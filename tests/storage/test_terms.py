import math

import pytest

from storage import storing, terms
from storage.database import Database
from tests.storage.papers import paper

DOCUMENTS = ({"ghost": 2, "module": 1}, {"ghost": 1, "cluster": 3}, {"cluster": 1, "module": 1})


async def _stored(database: Database) -> tuple[int, ...]:
    async with database.write() as session:
        ids = (
            await storing.store(
                session, [paper(n, year=2019 + n) for n in range(1, len(DOCUMENTS) + 1)]
            )
        ).new
        await terms.save(session, dict(zip(ids, DOCUMENTS, strict=True)))
    return ids


def _lucene(
    query: dict[str, int], document: dict[str, int], k1: float = 1.2, b: float = 0.75
) -> float:
    mean = sum(sum(d.values()) for d in DOCUMENTS) / len(DOCUMENTS)
    score = 0.0
    for term, repeats in query.items():
        n = sum(term in d for d in DOCUMENTS)
        idf = math.log(1 + (len(DOCUMENTS) - n + 0.5) / (n + 0.5))
        tf = document.get(term, 0)
        norm = k1 * (1 - b + b * sum(document.values()) / mean)
        score += repeats * idf * tf / (tf + norm)
    return score


@pytest.mark.parametrize("query", [{"ghost": 1}, {"ghost": 2, "cluster": 1}, {"module": 1, "x": 1}])
async def test_scores_are_lucene_bm25(database: Database, query: dict[str, int]) -> None:
    ids = await _stored(database)
    async with database.read() as session:
        ranked = await terms.bm25(session, query)
    expected = {
        work_id: _lucene(query, document)
        for work_id, document in zip(ids, DOCUMENTS, strict=True)
        if set(query) & set(document)
    }
    assert dict(ranked) == pytest.approx(expected)
    assert [score for _, score in ranked] == pytest.approx(sorted(expected.values(), reverse=True))


async def test_counting_again_replaces_what_was_counted(database: Database) -> None:
    ids = await _stored(database)
    async with database.write() as session:
        before = await terms.corpus(session)
        await terms.save(session, {ids[0]: DOCUMENTS[0]})
        assert await terms.corpus(session) == before
        known = await terms.works_with(session, ["ghost", "nothing", long := 80 * "x"])
        assert known == {"ghost": 2, "nothing": 0, long: 0}
        await terms.save(session, {ids[0]: {"wave": 1}})
        assert await terms.works_with(session, ["ghost", "wave"]) == {"ghost": 1, "wave": 1}


async def test_candidates_can_be_restricted_to_works(database: Database) -> None:
    ids = await _stored(database)
    async with database.read() as session:
        assert [i for i, _ in await terms.bm25(session, {"ghost": 1}, [ids[1]])] == [ids[1]]
        assert await terms.bm25(session, {"ghost": 1}, []) == []
        assert await terms.bm25(session, {}) == []
