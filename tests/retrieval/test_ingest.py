"""An import leaves the same behind however often it is ended or repeated."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from retrieval import ingest as ingest_module
from retrieval.index import open_index
from retrieval.ingest import Stage, embed_pending, ingest, load_sample
from retrieval.sources import Papers
from retrieval.sources.snapshot import read_snapshot
from storage import (
    announcements,
    destinations,
    finding,
    follows,
    optouts,
    persons,
    researchers,
    storing,
    terms,
    topics,
    vectors,
    watches,
    works,
)
from storage.answers import utcnow
from storage.database import Database
from storage.errors import EmbeddingUnavailable, OptedOut, SourceUnavailable
from storage.follows import Filter
from storage.schema import PostingRow
from storage.vectors import Matrix
from storage.works import Paper
from tests.storage.papers import paper

ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Letters:
    """An embedder that counts letters: quick, and alike texts get alike vectors."""

    name = "letters/1"
    dimensions = 26

    def __init__(self) -> None:
        self.texts: Counter[str] = Counter()

    def encode(self, texts: Sequence[str]) -> Matrix:
        self.texts.update(texts)
        rows = np.array([[1 + t.lower().count(chr(97 + n)) for n in range(26)] for t in texts])
        matrix: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return matrix

    def encode_question(self, text: str) -> Matrix:
        row: Matrix = self.encode([text])[0]
        return row


def _papers(*given: Paper | Exception) -> Papers:
    async def read(papers: Papers) -> AsyncIterator[Paper]:
        papers.total = len(given)
        for one in given:
            if isinstance(one, Exception):
                raise one
            yield one

    return Papers("a list", read)


async def _import(database: Database, folder: Path, papers: Papers, **options: Any) -> Any:
    index = open_index(folder / "index", Letters.name)
    try:
        return await ingest(papers, database, Letters(), index, **options)
    finally:
        await index.close()


async def test_papers_become_works_with_vectors_terms_and_topics(
    database: Database, tmp_path: Path
) -> None:
    given = [
        paper(n, title=f"Binary networks {n}", abstract="Quick networks. Small binary networks.")
        for n in range(150)
    ]
    steps: list[tuple[Stage, int, int | None]] = []
    done = await _import(
        database,
        tmp_path,
        _papers(*given),
        researcher="Ada Lovelace",
        progress=lambda *step: steps.append(step),
    )
    assert (done.new, done.changed, done.same, done.embedded) == (150, 0, 0, 150)
    assert steps[:2] == [(Stage.STORING, 100, 150), (Stage.STORING, 150, 150)]
    assert steps[2:5] == [(Stage.EMBEDDING, n, 150) for n in (64, 128, 150)]
    assert steps[-1] == (Stage.INDEXING, 150, 150)
    async with database.read() as session:
        ada = await finding.resolve(session, "Ada Lovelace")
        assert ada.works == 150
        assert "binary networks" in [t.name.lower() for t in await topics.of(session, ada.id)]
        loaded = await vectors.load(session, Letters.name, [1])
        assert loaded[1].sentences == (
            given[0].title,
            "Quick networks.",
            "Small binary networks.",
        )
        assert loaded[1].matrix == pytest.approx(Letters().encode(loaded[1].sentences), abs=1e-3)
        assert (await terms.corpus(session))[0] == 150
        assert len(await terms.bm25(session, {"binari": 1}, limit=500)) == 150


@ONE_KIND
async def test_repeating_an_import_changes_nothing(database: Database, tmp_path: Path) -> None:
    given = [paper(n) for n in range(5)]
    await _import(database, tmp_path, _papers(*given), researcher="Ada Lovelace")
    before = await _content(database)
    done = await _import(database, tmp_path, _papers(*given), researcher="Ada Lovelace")
    assert (done.new, done.changed, done.same, done.embedded) == (0, 0, 5, 0)
    assert await _content(database) == before


@ONE_KIND
async def test_a_new_version_replaces_what_was_made_of_the_text(
    database: Database, tmp_path: Path
) -> None:
    await _import(database, tmp_path, _papers(paper(1), paper(2)))
    changed = paper(1, version=2, abstract="Zebras zigzag.")
    done = await _import(database, tmp_path, _papers(changed))
    assert (done.changed, done.embedded) == (1, 1)
    async with database.read() as session:
        assert (await vectors.load(session, Letters.name, [1]))[1].sentences[1] == "Zebras zigzag."
        assert [i for i, _ in await terms.bm25(session, {"zebra": 1}, limit=9)] == [1]
        assert (await terms.corpus(session))[0] == 2
    index = open_index(tmp_path / "index", Letters.name)
    question = Letters().encode_question("Paper 1. Zebras zigzag.")
    (work_id, cosine), _ = await index.nearest(question, 2)
    assert work_id == 1
    assert cosine == pytest.approx(1, abs=1e-3)
    await index.close()


@ONE_KIND
async def test_what_a_failing_source_gave_is_searchable(database: Database, tmp_path: Path) -> None:
    papers = _papers(paper(1), paper(2), SourceUnavailable(source="arXiv", why="it is down"))
    with pytest.raises(SourceUnavailable, match="it is down"):
        await _import(database, tmp_path, papers)
    async with database.read() as session:
        assert await vectors.count_pending(session, Letters.name) == 0
        assert await works.count(session, ()) == 2


@ONE_KIND
async def test_a_source_without_papers_makes_no_record(database: Database, tmp_path: Path) -> None:
    done = await _import(database, tmp_path, _papers(), researcher="Nobody Known")
    assert done.new == 0
    async with database.read() as session:
        assert await researchers.count(session) == 0


@ONE_KIND
async def test_what_was_embedded_before_a_failure_is_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "EMBEDDED_AT_ONCE", 10)
    async with database.write() as session:
        await storing.store(session, [paper(n) for n in range(35)])

    class Failing(Letters):
        def encode(self, texts: Sequence[str]) -> Matrix:
            if len(self.texts) > 50:
                raise EmbeddingUnavailable(why="it is down")
            return super().encode(texts)

    with pytest.raises(EmbeddingUnavailable):
        await embed_pending(database, Failing())
    async with database.read() as session:
        kept = await vectors.count(session, Letters.name)
    assert 10 <= kept < 35
    embedder = Letters()
    assert await embed_pending(database, embedder) == 35 - kept
    assert set(embedder.texts.values()) <= {1}


@ONE_KIND
async def test_a_text_that_changes_while_it_is_embedded_is_embedded_again(
    database: Database,
) -> None:
    async with database.write() as session:
        await storing.store(session, [paper(1)])
    loop = asyncio.get_running_loop()

    async def change() -> None:
        async with database.write() as session:
            await storing.store(session, [paper(1, version=2, abstract="New text.")])

    class Slow(Letters):
        def encode(self, texts: Sequence[str]) -> Matrix:
            if not self.texts:
                asyncio.run_coroutine_threadsafe(change(), loop).result()
            return super().encode(texts)

    await embed_pending(database, Slow())
    async with database.read() as session:
        assert (await vectors.load(session, Letters.name, [1]))[1].sentences[1] == "New text."


async def test_the_sample_is_loaded_into_an_empty_database_only(database: Database) -> None:
    assert await load_sample(database)
    assert not await load_sample(database)
    await embed_pending(database, Letters())
    async with database.read() as session:
        (researcher,) = await researchers.everyone(session)
        assert researcher.works == 35
        assert researcher.open_to_collaborate
        assert await topics.of(session, researcher.id)
        assert await vectors.count(session, Letters.name) == 35


async def _content(database: Database) -> dict[str, Any]:
    """What the import is for: texts, vectors and postings, whatever their internal numbers."""
    async with database.read() as session:
        stored = await works.of_researchers(session, ())
        loaded = await vectors.load(session, Letters.name, [work.id for work in stored])
        rows = await session.execute(
            select(PostingRow.work_id, PostingRow.term, PostingRow.weight, PostingRow.length)
        )
        source_ids = {work.id: work.source_id for work in stored}
        postings = sorted((source_ids[i], term, w, n) for i, term, w, n in rows)
        frequencies = await terms.works_with(session, {term for _, term, _, _ in postings})
        records = await researchers.everyone(session)
        return {
            "works": sorted((w.source_id, w.title, w.abstract, w.authors) for w in stored),
            "vectors": {
                source_ids[i]: (row.document.tobytes(), row.sentences, row.matrix.tobytes())
                for i, row in loaded.items()
            },
            "postings": postings,
            "frequencies": frequencies,
            "corpus": await terms.corpus(session),
            "records": [(r.name, r.works) for r in records],
            "topics": [
                sorted(topic.name for topic in await topics.of(session, r.id)) for r in records
            ],
        }


# A process of its own, so that it can be killed. Slow enough to be hit in every phase.
IMPORTER = """
import asyncio, sys, time
from pathlib import Path
from retrieval import index, ingest
from retrieval.sources.snapshot import read_snapshot
from storage import storing
from storage.database import Database
from tests.retrieval.test_ingest import Letters

class Slow(Letters):
    def encode(self, texts):
        time.sleep(0.05)
        return super().encode(texts)

async def main(folder, file):
    storing.AT_ONCE, ingest.EMBEDDED_AT_ONCE, index.SLICE = 20, 10, 5
    database = Database(f"sqlite+aiosqlite:///{folder}/colloquy.db")
    await database.migrate()
    nearest = index.open_index(folder / "index", Letters.name)
    print("started", flush=True)
    await ingest.ingest(
        read_snapshot(file), database, Slow(), nearest, researcher="Ada Lovelace",
        progress=lambda stage, done, total: print(stage, done, flush=True),
    )
    await nearest.close()
    await database.close()
    print("finished", flush=True)

asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
"""


def _run(folder: Path, file: Path, lines: int | None) -> bool:
    """Run the importer, killing it after that many lines of progress; whether it finished."""
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORTER, str(folder), str(file)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert process.stdout is not None
    with process, process.stdout:
        for seen, line in enumerate(process.stdout):
            if line.strip() == "finished":
                return process.wait() == 0
            if seen == lines:
                time.sleep(random.random() * 0.1)
                process.send_signal(signal.SIGKILL)
    return False


@pytest.mark.slow
async def test_an_import_survives_being_killed_at_any_point(tmp_path: Path) -> None:
    rng = random.Random(11)
    words = "pruning binary quantum graph galaxy protein coral poem river engine".split()
    file = tmp_path / "papers.jsonl"
    with file.open("w") as out:
        for n in range(200):
            abstract = " ".join(
                " ".join(rng.choices(words, k=8)).capitalize() + "." for _ in range(4)
            )
            row = {"title": f"On {rng.choice(words)} {n}", "abstract": abstract, "year": 2020}
            out.write(json.dumps(row | {"authors": ["Ada Lovelace"]}) + "\n")
    assert _run(tmp_path / "whole", file, None)
    kills = 0
    while not _run(tmp_path / "killed", file, rng.randrange(0, 12) if kills < 8 else None):
        kills += 1
        assert kills < 40
    assert kills >= 5
    contents = []
    for name in ("whole", "killed"):
        database = Database(f"sqlite+aiosqlite:///{tmp_path / name}/colloquy.db")
        index = open_index(tmp_path / name / "index", Letters.name)
        contents.append(await _content(database))
        assert await index.catch_up(database) == 0
        async with database.read() as session:
            for _, work_id, vector in await vectors.since(session, Letters.name, 0, 500):
                near = await index.nearest(vector / np.linalg.norm(vector), 10)
                assert work_id in [i for i, cosine in near if cosine > 0.999]
        await index.close()
        await database.close()
    assert contents[0] == contents[1]


@ONE_KIND
async def test_a_snapshot_s_total_is_unknown_and_that_is_fine(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text('{"title": "A title", "abstract": "A text.", "year": 2020}\n')
    steps: list[tuple[Stage, int, int | None]] = []
    await _import(
        database, tmp_path, read_snapshot(file), progress=lambda *step: steps.append(step)
    )
    assert steps[0] == (Stage.STORING, 1, None)


@ONE_KIND
async def test_who_is_not_to_be_profiled_is_not_brought_back(
    database: Database, tmp_path: Path
) -> None:
    await load_sample(database)
    async with database.write() as session:
        kai = await finding.resolve(session, "Kai Han")
        await optouts.forget(session, kai.id)
        assert await works.count(session, ()) == 0
    with pytest.raises(OptedOut, match="Kai Han is not to be profiled"):
        await _import(database, tmp_path, _papers(paper(1)), researcher="Kai Han")
    assert not await load_sample(database)
    done = await _import(database, tmp_path, _papers(paper(1)), researcher="Ada Lovelace")
    assert done.new == 1
    async with database.read() as session:
        assert [r.name for r in await researchers.everyone(session)] == ["Ada Lovelace"]


async def _followed(database: Database, wanted: Filter | None = None) -> int:
    """Ada Lovelace, whom person 1 follows and who was looked at yesterday; paper 1 is old."""
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        await storing.store(session, [_hers(1)], ada)
        where = await destinations.ensure_direct(session, 1)
        await follows.add(session, ada, where, user_id=1, set_by=1, wanted=wanted)
        await watches.looked(session, ada, utcnow(), covered=utcnow().date(), busy=False)
    return ada


def _hers(number: int, *others: str, **facts: Any) -> Paper:
    today = utcnow().date()
    facts = {"authors": ("Ada Lovelace", *others), "published": today, "year": today.year} | facts
    return paper(number, **facts)


async def _told(database: Database, user_id: int = 1) -> dict[str, str]:
    """What a person is told: source id -> state."""
    async with database.read() as session:
        where = await destinations.find(session, user_id=user_id)
        assert where is not None
        found = [
            (work.source_id, told.state.value)
            for work in await works.of_researchers(session, [])
            for told in await announcements.for_work(session, work.id, [where.id])
        ]
    assert len(found) == len(dict(found))
    return dict(found)


async def test_what_an_import_brings_of_a_followed_researcher_is_announced_once(
    database: Database, tmp_path: Path
) -> None:
    await _followed(database, Filter(similar_to="zzz zzz zzz", threshold=0.99))
    async with database.write() as session:
        ada = await finding.resolve(session, "Ada Lovelace")
        where = await destinations.ensure_direct(session, 2)
        await follows.add(session, ada.id, where, user_id=2, set_by=2)
    last_year = date(utcnow().year - 2, 5, 5)
    given = [_hers(1), _hers(2), _hers(3, published=last_year, year=last_year.year)]
    done = await _import(database, tmp_path, _papers(*given), researcher="Ada Lovelace")
    assert (done.new, done.announced) == (2, 1)
    again = await _import(database, tmp_path, _papers(*given), researcher="Ada Lovelace")
    assert again.announced == 0
    assert await _told(database, 1) == {paper(2).source_id: "filtered"}
    assert await _told(database, 2) == {paper(2).source_id: "pending"}


async def test_an_import_into_nobodys_record_announces_nothing(
    database: Database, tmp_path: Path
) -> None:
    await _followed(database)
    done = await _import(database, tmp_path, _papers(_hers(2)))
    assert (done.new, done.announced) == (1, 0)
    assert await _told(database) == {}


class Themes(Letters):
    """Tells dunes and looms apart."""

    name = "themes/1"
    dimensions = 2

    def encode(self, texts: Sequence[str]) -> Matrix:
        return np.array([[1, 0] if "dune" in t.lower() else [0, 1] for t in texts], np.float32)


async def test_who_follows_one_of_several_people_hears_of_imports_of_that_person_only(
    database: Database, tmp_path: Path
) -> None:
    record = await _followed(database)
    dunes = {"title": "Dunes of sand", "abstract": "Sand dunes move. Dunes of sand are dry."}
    looms = {"title": "Jacquard looms", "abstract": "Jacquard looms weave. Looms jacquard hum."}
    old = {"published": date(2020, 5, 5), "year": 2020}
    known = [_hers(n, "Bo Li", "Cy Yu", **dunes, **old) for n in range(10, 14)]
    known += [_hers(n, "Di Moss", "Ed Xu", **looms, **old) for n in range(14, 18)]
    index = open_index(tmp_path / "index", Themes.name)
    await ingest(_papers(*known), database, Themes(), index, researcher="Ada Lovelace")
    async with database.write() as session:
        [first] = await works.by_source_ids(session, [paper(10).source_id])
        placed = await persons.whose(session, record, first.id)
        assert placed is not None
        where = await destinations.ensure_direct(session, 2)
        await follows.add(session, placed[0].id, where, user_id=2, set_by=2)
        await watches.looked(session, placed[0].id, utcnow(), covered=utcnow().date(), busy=False)
    fresh = [_hers(2, "Bo Li", "Cy Yu", **dunes), _hers(3, "Di Moss", "Ed Xu", **looms)]
    done = await ingest(_papers(*fresh), database, Themes(), index, researcher="Ada Lovelace")
    await index.close()
    assert done.announced == 3
    assert await _told(database, 1) == dict.fromkeys([p.source_id for p in fresh], "pending")
    assert await _told(database, 2) == {
        paper(2).source_id: "pending",
        paper(3).source_id: "filtered",
    }
