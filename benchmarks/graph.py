"""The graph of a large corpus: how long a node's neighbours take beside the bare SQL, and memory.

`python -m benchmarks.graph [--size N] [--people N] [--folder DIR]`

Stores the abstracts of the shared arXiv file in a data directory, without vectors, and asks for
people of all sizes: drawn evenly over the ranks of the number of their works, every second of them
a record with four topics, the others known by name only. The bare SQL is one
statement, through Python's own `sqlite3`, that counts the co-authors of a name. Prints JSON
objects: `neighbours` (everybody and every work around a person), `neighbourhood` (what a picture
shows), `path` (between two people, or that there is none) and `picture` (a neighbourhood, looked up
and drawn as PNG), each with milliseconds and, where there is a bare statement, the ratio of the
medians; and the memory of the process, before and after the pictures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.shared import shared_data
from benchmarks.stocked import database_in, fill
from bot.pictures import network
from bot.pictures.studio import Studio
from retrieval import graph
from retrieval.graph.nodes import Node
from retrieval.graph.paths import path
from storage import attributions, researchers, topics
from storage.database import Database
from storage.errors import NoPath
from storage.topics import Topic

TRIES = 5
DRAWN = 60
TOPICS = 4
_BARE = """
    SELECT b.name_key, count(*) FROM authorships a JOIN authorships b ON b.work_id = a.work_id
    WHERE a.name_key = ? GROUP BY b.name_key ORDER BY 2 DESC
"""


def main() -> None:
    """Stock the directory if need be, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=70_000)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir(), "colloquy-graph")
    )
    wanted = parser.parse_args()
    asyncio.run(_measure(wanted.folder, wanted.size, wanted.people))


async def _measure(folder: Path, size: int, people: int) -> None:
    database = database_in(folder)
    await database.migrate()
    await fill(database, size, shared_data() / "arxiv_2025_2026.jsonl.gz")
    bare = sqlite3.connect(folder / "colloquy.sqlite")
    bare.execute("PRAGMA cache_size=-65536")
    bare.execute("PRAGMA mmap_size=1073741824")
    number, names = bare.execute(
        "SELECT count(DISTINCT work_id), count(DISTINCT name_key) FROM authorships"
    ).fetchone()
    keys = _drawn(bare, people)
    await _on_record(database, bare, keys[::2])
    before = _memory_mb()
    async with database.read() as session:
        centers = [await _person(session, key) for key in keys]
        plain = [await _timed(lambda k=k: _bare(bare, k)) for k in keys]  # type: ignore[misc]
        around = await _all(centers, lambda n: graph.neighbours(session, n))
        drawn = await _all(centers, lambda n: graph.neighbourhood(session, n))
        chains = await _all(
            centers[: people // 3], lambda n: _path(session, n, centers[-1 - centers.index(n)])
        )
        asked = _memory_mb()
        studio, some = Studio(), _some(centers)
        pictures = [await _timed(lambda n=n: _picture(session, studio, n), 1) for n in some]  # type: ignore[misc]
    base = {"works": number, "people": names, "bare_ms": _ms(plain)}
    for what, times in (("neighbours", around), ("neighbourhood", drawn)):
        ratio = round(median(times) / median(plain), 1)
        print(json.dumps({"what": what} | base | {"ms": _ms(times), "ratio": ratio}))
    print(json.dumps({"what": "path", "works": number, "ms": _ms(chains)}))
    print(json.dumps({"what": "picture", "works": number, "ms": _ms(pictures)}))
    memory = {"before_mb": before, "asked_mb": asked, "drawn_mb": _memory_mb()}
    print(json.dumps({"what": "memory"} | memory))
    await database.close()


def _drawn(bare: sqlite3.Connection, number: int) -> list[str]:
    """Names of all sizes: half of them of those with most works, by rank, half of anybody."""
    ranked = [
        key
        for (key,) in bare.execute(
            "SELECT name_key FROM authorships GROUP BY name_key ORDER BY count(*) DESC, name_key"
        )
    ]
    draw = random.Random(0)
    return draw.sample(ranked[: len(ranked) // 50], number // 2) + draw.sample(ranked, number // 2)


async def _on_record(database: Database, bare: sqlite3.Connection, keys: Sequence[str]) -> None:
    """Make a record of each name, with all works that print it and four topics."""
    for key in keys:
        rows = bare.execute("SELECT name, work_id FROM authorships WHERE name_key = ?", (key,))
        printed = rows.fetchall()
        ids = sorted({work_id for _, work_id in printed})
        parts = [tuple(ids[n::TOPICS]) for n in range(TOPICS)]
        async with database.write() as session:
            record = await researchers.ensure(session, printed[0][0], "arXiv")
            await attributions.attribute(session, record, ids)
            found = [Topic(f"topic {n} of {key}", part) for n, part in enumerate(parts) if part]
            await topics.replace(session, record, found)


async def _person(session: Any, key: str) -> Node:
    return await graph.person(session, key)


async def _path(session: Any, a: Node, b: Node) -> None:
    with suppress(NoPath):
        await path(session, a, b)


def _some(centers: Sequence[Node]) -> list[Node]:
    """`DRAWN` of them, as many of each half as of the other."""
    return list(centers[:: max(1, len(centers) // DRAWN)])


async def _picture(session: Any, studio: Studio, node: Node) -> None:
    hood = await graph.neighbourhood(session, node)
    assert await studio.picture(network.picture, hood)


async def _bare(bare: sqlite3.Connection, key: str) -> None:
    bare.execute(_BARE, (key,)).fetchall()


async def _all(nodes: Sequence[Node], ask: Callable[[Node], Awaitable[Any]]) -> list[float]:
    return [await _timed(lambda n=n: ask(n)) for n in nodes]  # type: ignore[misc]


async def _timed(ask: Callable[[], Awaitable[Any]], tries: int = TRIES) -> float:
    """The best of some tries, in seconds: what it costs, whatever else is going on."""
    times = []
    for _ in range(tries):
        start = time.perf_counter()
        await ask()
        times.append(time.perf_counter() - start)
    return min(times)


def _ms(times: Sequence[float]) -> dict[str, float]:
    return {
        "p50": round(1000 * median(times), 2),
        "p95": round(1000 * quantiles(times, n=20)[-1], 2),
        "max": round(1000 * max(times), 2),
    }


def _memory_mb() -> int:
    """The most that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10))


if __name__ == "__main__":
    main()
