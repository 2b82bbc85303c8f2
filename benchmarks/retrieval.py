"""The product's search beside its peers, on any retrieval collection.

    python -m benchmarks.retrieval DIR… [--cache DIR]

Each DIR is a collection (see `benchmarks.collections`). It is stored in a temporary SQLite
database with an index beside it, and searched by four systems:

    colloquy   the product's own search, unchanged
    bm25       bm25s: Lucene's BM25 (k1 1.2, b 0.75), Snowball stems, English stop words
    dense      exact cosine of the question's and the documents' vectors, by the product's model
    rrf        reciprocal-rank fusion (k 60) of the best 100 of bm25 and dense

One JSON object a line on standard output for each collection and system: nDCG@10, Recall@10,
Recall@100 and MRR@10 (trec_eval's definitions; the mean over all judged questions), and how long a
question took from text to ranking of 100. Progress goes to standard error.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import pytrec_eval
import Stemmer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress

from benchmarks.cache import KeptVectors
from benchmarks.collections import Collection, Query, load, stock
from retrieval.embedding import Embedder, open_embedder
from retrieval.index import open_index
from retrieval.search import Search
from retrieval.text import whole
from storage import vectors
from storage.database import Database
from storage.vectors import Matrix

DEPTH = 100
RRF_K = 60

Ranking = list[str]
System = Callable[[Query], Awaitable[Ranking]]


class Lexical:
    """Plain BM25 in memory."""

    def __init__(self, collection: Collection) -> None:
        self._ids = np.array([document.id for document in collection.documents])
        self._stemmer = Stemmer.Stemmer("english")
        self._bm25 = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
        texts = [whole(document.title, document.text) for document in collection.documents]
        self._bm25.index(
            bm25s.tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False),
            show_progress=False,
        )

    async def rank(self, query: Query) -> Ranking:
        tokens = bm25s.tokenize(
            [query.text],
            stopwords="en",
            stemmer=self._stemmer,
            return_ids=False,
            show_progress=False,
        )[0]
        scores = self._bm25.get_scores(tokens) if tokens else np.zeros(len(self._ids))
        return _best(self._ids, scores, query, floor=0.0)


class Dense:
    """Exact cosine with every document vector, held in memory."""

    def __init__(self, embedder: Embedder, ids: Sequence[str], documents: Matrix) -> None:
        self._embedder = embedder
        self._ids = np.array(ids)
        self._documents = documents

    async def rank(self, query: Query) -> Ranking:
        question = self._embedder.encode_question(query.text)
        return _best(self._ids, self._documents @ question, query)


class Fused:
    """Reciprocal-rank fusion (Cormack et al. 2009) of both."""

    def __init__(self, systems: Sequence[System]) -> None:
        self._systems = systems

    async def rank(self, query: Query) -> Ranking:
        scores: dict[str, float] = {}
        for system in self._systems:
            for place, document in enumerate((await system(query))[:DEPTH], start=1):
                scores[document] = scores.get(document, 0.0) + 1 / (RRF_K + place)
        return sorted(scores, key=lambda document: -scores[document])[:DEPTH]


class Product:
    """The product's search over its own storage."""

    def __init__(self, search: Search, ids: Mapping[int, str]) -> None:
        self._search = search
        self._ids = ids
        self._works = {document: work_id for work_id, document in ids.items()}

    async def rank(self, query: Query) -> Ranking:
        without = {self._works[document] for document in query.exclude if document in self._works}
        others = [work_id for work_id in self._ids if work_id not in without] if without else []
        found = await self._search.passages(query.text, others, DEPTH)
        return [self._ids[passage.work.id] for passage in found]


async def measure(
    collection: Collection, embedder: Embedder, console: Console
) -> list[dict[str, Any]]:
    """Store the collection, put every question to every system, and score the rankings."""
    with tempfile.TemporaryDirectory(prefix="colloquy-") as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/colloquy.db")
        index = open_index(Path(folder, "index"), embedder.name)
        try:
            await database.migrate()
            ids = await _stocked(database, embedder, collection, console)
            async with database.read() as session:
                loaded = await vectors.load(session, embedder.name, list(ids))
            documents = np.stack([loaded[work_id].document for work_id in ids])
            del loaded
            await index.catch_up(database)
            search = Search(database, embedder, index)
            lexical = Lexical(collection).rank
            dense = Dense(embedder, list(ids.values()), documents).rank
            systems: dict[str, System] = {
                "colloquy": Product(search, ids).rank,
                "bm25": lexical,
                "dense": dense,
                "rrf": Fused([lexical, dense]).rank,
            }
            return [
                {"collection": collection.name, "system": name, **await _run(system, collection)}
                for name, system in systems.items()
            ]
        finally:
            await index.close()
            await database.close()


async def _stocked(
    database: Database, embedder: Embedder, collection: Collection, console: Console
) -> dict[int, str]:
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"Storing {collection.name}", total=len(collection.documents))
        return await stock(
            database,
            embedder,
            collection.documents,
            lambda done: progress.update(task, completed=done),
        )


async def _run(system: System, collection: Collection) -> dict[str, float]:
    rankings: dict[str, Ranking] = {}
    times: list[float] = []
    await system(collection.queries[0])  # whatever is loaded at first use
    for query in collection.queries:
        started = time.perf_counter()
        rankings[query.id] = await system(query)
        times.append(1000 * (time.perf_counter() - started))
    return {
        **scores(rankings, collection.relevance),
        "p50_ms": round(float(np.percentile(times, 50)), 2),
        "p95_ms": round(float(np.percentile(times, 95)), 2),
    }


def scores(
    rankings: Mapping[str, Ranking], relevance: Mapping[str, Mapping[str, int]]
) -> dict[str, float]:
    """Means over all judged questions; one without a ranking counts as 0."""
    measures = {"ndcg_cut.10", "recall.10,100"}
    judged = {query: dict(grades) for query, grades in relevance.items()}
    run = {query: _as_run(ranking) for query, ranking in rankings.items()}
    first_ten = {query: _as_run(ranking[:10]) for query, ranking in rankings.items()}
    found = pytrec_eval.RelevanceEvaluator(judged, measures).evaluate(run)
    reciprocal = pytrec_eval.RelevanceEvaluator(judged, {"recip_rank"}).evaluate(first_ten)

    def mean(results: Mapping[str, Mapping[str, float]], measure: str) -> float:
        total = sum(result[measure] for result in results.values())
        return round(total / len(relevance), 4) if relevance else 0.0

    return {
        "ndcg@10": mean(found, "ndcg_cut_10"),
        "recall@10": mean(found, "recall_10"),
        "recall@100": mean(found, "recall_100"),
        "mrr@10": mean(reciprocal, "recip_rank"),
    }


def _as_run(ranking: Ranking) -> dict[str, float]:
    """Scores that keep the order: trec_eval breaks ties by id, whatever the order was."""
    return {document: float(len(ranking) - place) for place, document in enumerate(ranking)}


def _best(
    ids: NDArray[np.str_], values: NDArray[Any], query: Query, floor: float | None = None
) -> Ranking:
    """The ids of the highest values that are wanted, those at the floor left out."""
    order = np.argsort(-values, kind="stable")[: DEPTH + len(query.exclude)]
    kept = [n for n in order if floor is None or values[n] > floor]
    return [str(ids[n]) for n in kept if str(ids[n]) not in query.exclude][:DEPTH]


async def run(folders: Iterable[Path], embedder: Embedder) -> None:
    """Measure every collection and print its figures as they come."""
    console = Console(stderr=True)
    for folder in folders:
        collection = load(folder)
        console.print(
            f"{collection.name}: {len(collection.documents)} documents,"
            f" {len(collection.queries)} questions"
        )
        for row in await measure(collection, embedder, console):
            print(json.dumps(row), flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="benchmarks.retrieval", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--cache", type=Path, help="keep vectors here, for another run")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="colloquy-model-") as scratch:
        embedder = open_embedder(chosen.cache or Path(scratch))
        kept = KeptVectors(embedder, chosen.cache) if chosen.cache else embedder
        try:
            asyncio.run(run(chosen.folders, kept))
        except (OSError, ValueError) as error:
            print(error, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
