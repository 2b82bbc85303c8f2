"""Who to talk to and what to read next, judged by what happened later.

`python -m benchmarks.suggestions [--categories CAT…] [--half dev|test]`

The works of some categories of the shared arXiv file are cut by the day they were listed: the
earlier part is stored, with vectors, the later part judges.

`people`: for authors with three or more earlier works, ten people they have never written with.
A suggestion is right if they write together later. Only authors are asked about for whom some
suggestion can be right. Systems: `colloquy`; `near`, nearness in topic alone; `common`, the number
of co-authors in common; `popular`, the number of works.

`works`: for an earlier work, the ten works nearest to it. One is right if the two share an author
whose name is on few works. Systems: `colloquy`; `bm25` of the title; `common`, categories in
common, the newest first; `popular`, the works nearest to the mean of all.

Prints one JSON object a line with the hit rate (any of ten right) and the mean number right. The
half that a person or work belongs to is drawn from its name: settings were chosen on `dev`.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import tempfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.cache import KeptVectors
from benchmarks.shared import shared_data
from retrieval import graph
from retrieval.embedding import Embedder, open_embedder
from retrieval.exact import Exact
from retrieval.graph.nearby import Nearby
from retrieval.text import terms, whole, work_terms
from storage import storing, vectors, works
from storage import terms as postings
from storage.database import Database
from storage.names import name_key
from storage.vectors import WorkVectors
from storage.works import Paper

K = 10
EARLIER = 0.7
LEAST, MOST = 3, 20  # earlier works of a person; more are likely to be several people
RARE = 12  # a name on at most so many works ties two works together
CROWD = 30
QUERIES = 400

Suggest = Callable[[str], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper and the day it was listed."""

    paper: Paper
    day: str
    keys: tuple[str, ...]


def main() -> None:
    """Store the earlier works in a fresh database and print the figures of every system."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--categories", nargs="*", default=["cs.RO", "cs.GR"])
    parser.add_argument("--half", choices=("dev", "test"), default="test")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir(), "colloquy-cache"))
    wanted = parser.parse_args()
    listed = read(shared_data() / "arxiv_2025_2026.jsonl.gz", set(wanted.categories))
    cut = listed[int(EARLIER * len(listed))].day
    earlier = [one for one in listed if one.day < cut]
    later = [one for one in listed if one.day >= cut]
    embedder = KeptVectors(open_embedder(wanted.cache), wanted.cache)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder), earlier, later, embedder, wanted.half))


def read(path: Path, categories: set[str]) -> list[Listed]:
    """The papers of any of the categories, in order of listing."""
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if categories.isdisjoint(row["categories"]):
                continue
            paper = Paper(
                source_id=f"arxiv:{row['arxiv_id']}",
                title=" ".join(row["title"].split()),
                abstract=row["abstract"],
                year=int(row["listed"][:4]),
                authors=tuple(row["authors"]),
                categories=tuple(row["categories"]),
            )
            found.append(Listed(paper, row["listed"], tuple(map(name_key, row["authors"]))))
    return sorted(found, key=lambda one: (one.day, one.paper.source_id))


async def _measure(
    folder: Path,
    earlier: Sequence[Listed],
    later: Sequence[Listed],
    embedder: Embedder,
    half: str,
) -> None:
    database = Database(f"sqlite+aiosqlite:///{folder / 'works.sqlite'}")
    await database.migrate()
    ids = await stock(database, earlier, embedder)
    near = Nearby(embedder.name, Exact(database, embedder.name))
    facts = {"works": len(earlier), "later": len(later), "half": half}
    wanted = to_meet(earlier, later)
    asked = sorted(key for key in wanted if _half(key) == half)
    async with database.read() as session:
        for name, suggest in _people(database, near, earlier).items():
            rows = {key: list(await suggest(key))[:K] for key in asked}
            _print("people", name, {k: [key in wanted[k] for key in rows[k]] for k in asked}, facts)
        alike = same_author(earlier)
        queries = [s for s in sorted(alike, key=zlib_of) if _half(s) == half][:QUERIES]
        for name, suggest in _works(session, near, earlier, ids, embedder).items():
            rows = {s: list(await suggest(s))[:K] for s in queries}
            _print("works", name, {s: [f in alike[s] for f in rows[s]] for s in queries}, facts)
    await database.close()


async def stock(
    database: Database, earlier: Sequence[Listed], embedder: Embedder
) -> dict[str, int]:
    """Store the works with their document vectors and terms; source id -> id."""
    texts = [whole(one.paper.title, one.paper.abstract) for one in earlier]
    matrix = await asyncio.to_thread(embedder.encode, texts)
    empty = np.empty((0, embedder.dimensions), np.float32)
    ids: dict[str, int] = {}
    for start in range(0, len(earlier), 500):
        batch = [one.paper for one in earlier[start : start + 500]]
        async with database.write() as session:
            await storing.store(session, batch)
            found = await works.by_source_ids(session, [paper.source_id for paper in batch])
            batch_ids = {work.source_id: work.id for work in found}
            rows = [
                WorkVectors(batch_ids[paper.source_id], matrix[start + n], (), empty)
                for n, paper in enumerate(batch)
            ]
            await vectors.save(session, embedder.name, rows)
            await postings.save(
                session,
                {batch_ids[p.source_id]: work_terms(p.title, p.abstract) for p in batch},
            )
        ids |= batch_ids
    return ids


def to_meet(earlier: Sequence[Listed], later: Sequence[Listed]) -> dict[str, set[str]]:
    """Of each author asked about, whom they first write with later, as far as they are known."""
    counts = Counter(key for one in earlier for key in set(one.keys))
    met = _beside(earlier)
    found: dict[str, set[str]] = {}
    for key, others in _beside(later).items():
        new = {other for other in others if other in counts} - met.get(key, set())
        if LEAST <= counts[key] <= MOST and new:
            found[key] = new
    return found


def same_author(listed: Sequence[Listed]) -> dict[str, set[str]]:
    """Of each work, the other works with one of its authors, by source id."""
    theirs: dict[str, list[str]] = defaultdict(list)
    for one in listed:
        for key in set(one.keys):
            theirs[key].append(one.paper.source_id)
    found: dict[str, set[str]] = defaultdict(set)
    for ids in theirs.values():
        if 1 < len(ids) <= RARE:
            for source_id in ids:
                found[source_id] |= set(ids) - {source_id}
    return dict(found)


def _people(database: Database, near: Nearby, earlier: Sequence[Listed]) -> dict[str, Suggest]:
    counts = Counter(key for one in earlier for key in set(one.keys))
    beside = _beside(earlier)
    ranked = [key for key, _ in counts.most_common(500)]

    async def colloquy(key: str) -> list[str]:
        async with database.read() as session:
            node = await graph.person(session, key)
        found = await graph.people_near(database, node, near, limit=K)
        return [neighbour.node.key.removeprefix("n:") for neighbour in found]

    async def common(key: str) -> list[str]:
        through = Counter(
            other for friend in sorted(beside[key]) for other in sorted(beside[friend])
        )
        new = [o for o in through if o != key and o not in beside[key]]
        return sorted(new, key=lambda o: (-through[o], -counts[o], o))

    async def popular(key: str) -> list[str]:
        return [other for other in ranked if other != key and other not in beside[key]]

    return {"colloquy": colloquy, "common": common, "popular": popular}


def _works(
    session: AsyncSession,
    near: Nearby,
    earlier: Sequence[Listed],
    ids: Mapping[str, int],
    embedder: Embedder,
) -> dict[str, Suggest]:
    names = {work_id: source_id for source_id, work_id in ids.items()}
    papers = {one.paper.source_id: one.paper for one in earlier}
    newest = list(papers)[::-1]
    texts = [whole(p.title, p.abstract) for p in papers.values()]
    matrix = embedder.encode(texts)
    middle = list(papers)
    order = np.argsort(-(matrix @ matrix.mean(axis=0)), kind="stable")
    central = [middle[n] for n in order[: 2 * K]]

    async def colloquy(source_id: str) -> list[str]:
        found = await near.similar(session, ids[source_id], K)
        return [names[n.node.work_id] for n in found if n.node.work_id is not None]

    async def bm25(source_id: str) -> list[str]:
        found = await postings.bm25(session, terms(papers[source_id].title), None, K + 1)
        return [names[i] for i, _ in found if names[i] != source_id]

    async def common(source_id: str) -> list[str]:
        own = set(papers[source_id].categories)
        rest = [s for s in newest if s != source_id]
        return sorted(rest, key=lambda s: -len(own & set(papers[s].categories)))[:K]

    async def popular(source_id: str) -> list[str]:
        return [s for s in central if s != source_id]

    return {"colloquy": colloquy, "bm25": bm25, "common": common, "popular": popular}


def _beside(listed: Sequence[Listed]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in listed:
        if len(one.keys) <= CROWD:
            for key in one.keys:
                found[key] |= set(one.keys) - {key}
    return found


def zlib_of(name: str) -> int:
    """A number that is always the same for a name and has nothing to do with it."""
    return zlib.crc32(name.encode())


def _half(name: str) -> str:
    return "dev" if zlib_of(name) % 2 else "test"


def _print(
    what: str, system: str, right: Mapping[str, Sequence[bool]], facts: Mapping[str, Any]
) -> None:
    number = max(1, len(right))
    figures = {
        "asked": len(right),
        f"hit_rate@{K}": round(sum(any(row) for row in right.values()) / number, 3),
        f"right@{K}": round(sum(sum(row) for row in right.values()) / number, 3),
    }
    print(json.dumps({"what": what, "system": system, **facts, **figures}), flush=True)


if __name__ == "__main__":
    main()
