"""What an answer, an import and a start cost, and how that grows with what is stored.

    python -m benchmarks.latency [--sizes N…] [--real N] [--cache DIR] [--works N] [--only MEASURE]

For each number of stored works (the bundled sample's 35, 10,000 and 70,000):

    answer   time of an answer beside the bare embedding of its question plus the bare search for
             it, for questions pinned to one researcher and for the same questions over everything;
             `ratio` is the median over the questions, `growth` the median time relative to the
             smallest size
    ingest   works a second of the whole import, beside the bare embedding of the same texts
    start    seconds from nothing to ready and to the first answer, each in a new process, and the
             most memory it held

One JSON object a line on standard output. The texts are real (see `benchmarks.stocked`; `vectors`
says which vectors are). --cache keeps the stocked directories and all vectors for another run:
without it, 10,000 works are embedded first, which takes from minutes to an hour.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.cache import KeptVectors
from benchmarks.stocked import beyond, database_in, stock
from retrieval.abstracts import PASSAGES
from retrieval.answer import Answerer
from retrieval.embedding import Embedder, open_embedder
from retrieval.index import open_index
from retrieval.ingest import ingest
from retrieval.search import Search
from retrieval.sources import Papers
from retrieval.text import pieces, whole
from storage import researchers, works
from storage.errors import ColloquyError
from storage.works import Paper

SIZES = (35, 10_000, 70_000)
REAL = 10_000
MEASURES = ("answer", "ingest", "start")
REPEATS = 3
PART = 64
SHARED = Path(os.environ.get("COLLOQUY_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
ABSTRACTS = SHARED / "arxiv_2025_2026.jsonl.gz"
QUESTIONS = Path(__file__).parent / "questions" / "tune.jsonl"
# In a process of its own: opens what `run` opens, then answers one question.
START = """
import asyncio, json, sys, time
from pathlib import Path
from bot.compose import opened
from bot.settings import Settings

async def main():
    async with opened(Settings(data_dir=Path(sys.argv[1]))) as parts:
        print("ready", flush=True)
        started = time.perf_counter()
        await parts.answerer.answer(sys.argv[2])
        first = time.perf_counter() - started
        from benchmarks.latency import peak_mb
        told = {"first_answer_s": round(first, 3), "peak_mb": peak_mb()}
        print(json.dumps(told), flush=True)

asyncio.run(main())
"""


def questions() -> list[str]:
    """Questions of content over the sample; what they name is known at every size."""
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines() if line]
    return [row["question"] for row in rows if row["corpus"] == "sample" and row["sources"]]


async def answers(folder: Path, embedder: Embedder, repeats: int) -> list[dict[str, Any]]:
    """A row for questions to one researcher, and one for questions to everything."""
    database = database_in(folder)
    index = open_index(folder / "index", embedder.name)
    try:
        search = Search(database, embedder, index)
        answerer = Answerer(database, search)
        async with database.read() as session:
            # The sample's: the first that was stored.
            person = min(r.id for r in await researchers.everyone(session))
            theirs = await works.count(session, [person])
        asked = [q for q in questions() if await _quotes(answerer, q, person)]
        rows = []
        for scope, pinned in (("researcher", person), ("everything", None)):
            ids = [pinned] if pinned else []

            async def bare(question: str, ids: Sequence[int] = ids) -> object:
                async with database.read() as session:
                    among = await works.ids_of(session, ids) if ids else ()
                    return await search.passages(question, among, PASSAGES, session)

            async def whole_answer(question: str, pinned: int | None = pinned) -> object:
                return await answerer.answer(question, pinned_id=pinned)

            async def embedding(question: str) -> object:
                return await asyncio.to_thread(embedder.encode_question, question)

            times = await _timed(asked, [embedding, bare, whole_answer], repeats)
            ratios = times[2] / times[1]
            rows.append(
                {
                    "scope": scope,
                    "works_in_scope": theirs if pinned else None,
                    "questions": len(asked),
                    "p50_ms": _ms(np.median(times[2])),
                    "p95_ms": _ms(np.percentile(times[2], 95)),
                    "max_ms": _ms(times[2].max()),
                    "bare_p50_ms": _ms(np.median(times[1])),
                    "embedding_p50_ms": _ms(np.median(times[0])),
                    "ratio": round(float(np.median(ratios)), 3),
                }
            )
        return rows
    finally:
        await index.close()
        await database.close()


async def _quotes(answerer: Answerer, question: str, person: int) -> bool:
    """Whether a question goes through the search; also warms everything up."""
    return (await answerer.answer(question, pinned_id=person)).writer == "quoting"


async def _timed(
    asked: Sequence[str], ways: Sequence[Callable[[str], Awaitable[object]]], repeats: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """(ways, questions) seconds: the median of a few runs, the ways taking turns."""
    times = np.empty((repeats, len(ways), len(asked)))
    for repeat in range(repeats):
        for n, question in enumerate(asked):
            for m, way in enumerate(ways):
                started = time.perf_counter()
                await way(question)
                times[repeat, m, n] = time.perf_counter() - started
    return np.median(times, axis=0)


async def rates(folder: Path, embedder: Embedder, papers: Sequence[Paper]) -> dict[str, Any]:
    """Works a second of the import into a copy of the directory, and of embedding alone."""
    with tempfile.TemporaryDirectory(prefix="colloquy-", dir=folder.parent) as scratch:
        copy = Path(scratch) / "copy"
        shutil.copytree(folder, copy)
        database = database_in(copy)
        index = open_index(copy / "index", embedder.name)
        try:
            await index.catch_up(database)  # opened and checked before the clock runs
            bare, full = 0.0, 0.0
            half = len(papers) // 2
            for part in (papers[:half], papers[half:]):  # taking turns, as other work may interfere
                started = time.perf_counter()
                for start in range(0, len(part), PART):
                    await asyncio.to_thread(embedder.encode, _texts(part[start : start + PART]))
                bare += time.perf_counter() - started
                started = time.perf_counter()
                done = await ingest(_given(part), database, embedder, index)
                full += time.perf_counter() - started
                assert done.embedded == len(part), done
        finally:
            await index.close()
            await database.close()
    return {
        "works": len(papers),
        "works_per_s": round(len(papers) / full, 2),
        "bare_works_per_s": round(len(papers) / bare, 2),
        "ratio": round(bare / full, 3),
        "peak_mb": peak_mb(),
    }


def _texts(papers: Sequence[Paper]) -> list[str]:
    return [
        text
        for paper in papers
        for text in (whole(paper.title, paper.abstract), *pieces(paper.title, paper.abstract))
    ]


def _given(papers: Sequence[Paper]) -> Papers:
    async def read(source: Papers) -> AsyncIterator[Paper]:
        for paper in papers:
            yield paper

    return Papers("a list", read)


def start(folder: Path) -> dict[str, Any]:
    """Seconds until everything is open and until the first answer, in a new process; its memory."""
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", START, str(folder), questions()[0]],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = _json_or_text(process.stdout)
        next(line for line in lines if line == "ready")
        ready = time.perf_counter() - started
        told = next(line for line in lines if isinstance(line, dict))
    return {
        "ready_s": round(ready, 2),
        **told,
    }


def _json_or_text(lines: Iterator[str]) -> Iterator[str | dict[str, Any]]:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            yield line.strip()


def _ms(seconds: float) -> float:
    return round(1000 * float(seconds), 1)


def peak_mb() -> int:
    """The most memory that this process held so far, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count what the parent held when it started this process
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return round(int(line.split()[1]) / 2**10)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10))


def measure(
    sizes: Sequence[int], real: int, cache: Path, only: Sequence[str], number: int
) -> Iterator[dict[str, Any]]:
    """The lines, size by size."""
    embedder = open_embedder(cache / "models")
    kept = KeptVectors(embedder, cache)
    smallest: dict[str, float] = {}
    for size in sizes:
        folder = cache / (f"stocked-{size}" if size <= real else f"stocked-{size}-real-{real}")
        asyncio.run(stock(folder, size, real, kept, ABSTRACTS))
        _share_model(cache / "models", folder / "models")
        vectors = "real" if size <= real else f"the first {real} real, the others perturbed"
        about = {"stored": size, "vectors": vectors}
        if "answer" in only:
            for row in asyncio.run(answers(folder, embedder, REPEATS)):
                first = smallest.setdefault(row["scope"], row["p50_ms"])
                growth = {"growth": round(row["p50_ms"] / first, 3)}
                yield {"measure": "answer", **about, **row, **growth}
        if "ingest" in only and ABSTRACTS.is_file():
            papers = asyncio.run(beyond(ABSTRACTS, size, number))
            yield {"measure": "ingest", **about, **asyncio.run(rates(folder, embedder, papers))}
        if "start" in only:
            runs = [start(folder) for _ in range(REPEATS)]
            middle = {key: median(run[key] for run in runs) for key in runs[0]}
            yield {"measure": "start", **about, **middle}


def _share_model(models: Path, folder: Path) -> None:
    """The prepared model, where the program looks for it in this data directory."""
    shutil.copytree(models, folder, dirs_exist_ok=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.latency",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, metavar="N")
    parser.add_argument("--real", type=int, default=REAL, help="works with vectors of their own")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep what was made here")
    parser.add_argument("--works", type=int, default=4 * PART, help="imported to measure the rate")
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=MEASURES)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="colloquy-") as scratch:
        try:
            cache = given.cache or Path(scratch)
            rows = measure(given.sizes, given.real, cache, given.only, given.works)
            for row in rows:
                print(json.dumps(row), flush=True)
        except (ColloquyError, OSError) as error:
            print(error, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
