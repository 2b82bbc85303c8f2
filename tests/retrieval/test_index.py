"""The index finds what the database holds, whatever happened to its files."""

import asyncio
import gc
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import chromadb
import numpy as np
import pytest
from chromadb.api.shared_system_client import SharedSystemClient

from retrieval import index as index_module
from retrieval.index import Index, open_index
from storage import storing, vectors
from storage.database import Database
from storage.errors import IndexUnavailable, NoDiskSpace
from storage.vectors import Matrix, WorkVectors
from tests.storage.papers import paper

MODEL = "toy/1"
# Chroma's own client leaves its connection to the garbage collector.
LEFT_OPEN = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def _store(
    database: Database, numbers: range, model: str = MODEL, d: int = 16, seed: int = 0
) -> dict[int, Matrix]:
    """Works with random vectors: id -> vector."""
    rows = np.random.default_rng([seed, numbers.start]).normal(size=(len(numbers), d))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    matrix = rows.astype(np.float16).astype(np.float32)
    async with database.write() as session:
        stored = await storing.store(session, [paper(n) for n in numbers])
        ids = stored.new or [row[1] for row in await vectors.since(session, MODEL, 0, 10_000)]
        await vectors.save(
            session,
            model,
            [
                WorkVectors(work_id, vector, ("Title",), vector[None])
                for work_id, vector in zip(ids, matrix, strict=True)
            ],
        )
    return dict(zip(ids, matrix, strict=True))


async def _finds_all(index: Index, stored: dict[int, Matrix]) -> bool:
    """Whether every work is its own nearest, with cosine one, and the order is that of cosines."""
    units = {work_id: vector / np.linalg.norm(vector) for work_id, vector in stored.items()}
    for work_id, vector in units.items():
        exact = sorted(((float(v @ vector), i) for i, v in units.items()), reverse=True)[:5]
        near = await index.nearest(vector, 5)
        if near[0][0] != work_id or {i for i, _ in near} != {i for _, i in exact}:
            return False
        assert [cosine for _, cosine in near] == pytest.approx([c for c, _ in exact], abs=1e-4)
    return True


async def test_the_nearest_works_are_found_with_their_cosines(
    database: Database, tmp_path: Path
) -> None:
    index = open_index(tmp_path / "index", MODEL)
    assert await index.nearest(np.eye(16, dtype=np.float32)[0], 5) == []
    assert await index.catch_up(database) == 0
    stored = await _store(database, range(45))
    seen: list[tuple[int, int]] = []
    assert await index.catch_up(database, lambda *step: seen.append(step)) == 45
    assert seen == [(20, 45), (40, 45), (45, 45)]
    assert await _finds_all(index, stored)
    await index.close()


@ONE_KIND
async def test_only_what_is_new_or_changed_is_added(database: Database, tmp_path: Path) -> None:
    index = open_index(tmp_path / "index", MODEL)
    stored = await _store(database, range(30))
    await index.catch_up(database)
    stored |= await _store(database, range(30, 35))
    assert await index.catch_up(database) == 5
    assert await index.catch_up(database) == 0
    await index.close()
    index = open_index(tmp_path / "index", MODEL)
    assert await _finds_all(index, stored)
    assert await index.catch_up(database) == 0
    changed = await _store(database, range(35), seed=9)
    assert await index.catch_up(database) == 35
    assert await _finds_all(index, changed)
    await index.close()


@ONE_KIND
@pytest.mark.parametrize("at_once", [7, 70])
@pytest.mark.usefixtures("small_segments")
async def test_opening_and_closing_loses_nothing(
    database: Database, tmp_path: Path, at_once: int
) -> None:
    stored: dict[int, Matrix] = {}
    for start in range(0, 3 * at_once, at_once):
        stored |= await _store(database, range(start, start + at_once))
        index = open_index(tmp_path / "index", MODEL)
        if start:
            await index.nearest(stored[1] / np.linalg.norm(stored[1]), 5)
        assert await index.catch_up(database) == at_once
        assert await _finds_all(index, stored)
        await index.close()
    assert not (tmp_path / "index.damaged").exists()


@ONE_KIND
async def test_another_model_gets_an_index_of_its_own(database: Database, tmp_path: Path) -> None:
    await _store(database, range(25))
    index = open_index(tmp_path / "index", MODEL)
    await index.catch_up(database)
    await index.close()
    other = await _store(database, range(25), model="other/1", d=24)
    index = open_index(tmp_path / "index", "other/1")
    assert await index.nearest(np.eye(24, dtype=np.float32)[0], 3) == []
    assert await index.catch_up(database) == 25
    assert await _finds_all(index, other)
    await index.close()


@ONE_KIND
async def test_a_provider_that_changed_its_length_is_indexed_anew(
    database: Database, tmp_path: Path
) -> None:
    index = open_index(tmp_path / "index", MODEL)
    await _store(database, range(25))
    await index.catch_up(database)
    longer = await _store(database, range(25), d=24)
    assert await index.catch_up(database) == 25
    assert await _finds_all(index, longer)
    await index.close()


@ONE_KIND
@pytest.mark.parametrize("count", [30, 60], ids=["as many works", "more works"])
async def test_the_index_of_another_database_is_made_anew(
    database: Database, tmp_path: Path, count: int
) -> None:
    former = Database(f"sqlite+aiosqlite:///{tmp_path}/former.db")
    await former.migrate()
    await _store(former, range(30), seed=5)
    index = open_index(tmp_path / "index", MODEL)
    await index.catch_up(former)
    await index.close()
    await former.close()
    stored = await _store(database, range(count))
    index = open_index(tmp_path / "index", MODEL)
    assert await index.catch_up(database) == count
    assert await _finds_all(index, stored)
    await index.close()


@ONE_KIND
async def test_works_that_are_gone_leave_the_index(database: Database, tmp_path: Path) -> None:
    former = Database(f"sqlite+aiosqlite:///{tmp_path}/former.db")
    await former.migrate()
    await _store(former, range(30))
    index = open_index(tmp_path / "index", MODEL)
    await index.catch_up(former)
    await index.close()
    await former.close()
    stored = await _store(database, range(10))
    index = open_index(tmp_path / "index", MODEL)
    await index.catch_up(database)
    assert len(await index.nearest(stored[1], 100)) == 10
    await index.close()


@ONE_KIND
async def test_works_that_come_after_all_are_forgotten_are_found(
    database: Database, tmp_path: Path
) -> None:
    index = open_index(tmp_path / "index", MODEL)
    gone = await _store(database, range(10))
    await index.catch_up(database)
    async with database.write() as session:
        await vectors.forget(session, list(gone))
        await storing.forget(session, list(gone))
    stored = await _store(database, range(10, 15))
    assert await index.catch_up(database) == 5
    assert await _finds_all(index, stored)
    await index.close()


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Chroma write its graph files after 50 works instead of 1,000."""
    hnsw = index_module._CONFIGURATION["hnsw"] or {}
    monkeypatch.setitem(
        index_module._CONFIGURATION, "hnsw", {**hnsw, "sync_threshold": 50, "batch_size": 20}
    )


DAMAGE = {
    "no sqlite file": ("chroma.sqlite3", None),
    "empty sqlite file": ("chroma.sqlite3", lambda _: b""),
    "half a sqlite file": ("chroma.sqlite3", lambda b: b[: len(b) // 2]),
    "another file": ("chroma.sqlite3", lambda b: random.Random(1).randbytes(len(b))),
    "half a graph": ("*/data_level0.bin", lambda b: b[: len(b) // 2]),
    "a graph that ends the process": (
        "*/data_level0.bin",
        lambda b: random.Random(1).randbytes(len(b)),
    ),
    "a few bits": ("*/data_level0.bin", lambda b: b[:5000] + b"damaged" + b[5007:]),
    "no header": ("*/header.bin", None),
    "no list of ids": ("*/index_metadata.pickle", None),
    "an empty list of ids": ("*/index_metadata.pickle", lambda _: b""),
}


@ONE_KIND
@pytest.mark.usefixtures("small_segments")
@pytest.mark.parametrize("kind", DAMAGE)
async def test_a_damaged_index_is_put_aside_and_made_anew(
    database: Database, tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "index"
    stored = await _store(database, range(80))
    index = open_index(folder, MODEL)
    await index.catch_up(database)
    await index.close()
    pattern, change = DAMAGE[kind]
    damaged = list(folder.glob(pattern))
    assert damaged
    for path in damaged:
        if change is None:
            path.unlink()
        else:
            path.write_bytes(change(path.read_bytes()))
    index = open_index(folder, MODEL)
    assert await index.catch_up(database) == 80
    assert await _finds_all(index, stored)
    await index.close()


@ONE_KIND
@pytest.mark.parametrize(
    "change", [lambda b: b[: len(b) // 2], lambda b: random.Random(1).randbytes(len(b))]
)
async def test_graph_files_of_a_small_index_are_not_read_so_damage_there_is_none(
    database: Database, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    """Chroma keeps the first 1,000 vectors in its SQLite file alone, and fills a graph from it."""
    stored = await _store(database, range(40))
    index = open_index(tmp_path / "index", MODEL)
    await index.catch_up(database)
    await index.close()
    for path in (tmp_path / "index").glob("*/*.bin"):
        path.write_bytes(change(path.read_bytes()))
    index = open_index(tmp_path / "index", MODEL)
    await index.check()
    assert await _finds_all(index, stored)
    assert await index.catch_up(database) == 0
    await index.close()


@ONE_KIND
@pytest.mark.usefixtures("small_segments")
async def test_a_copied_index_is_used_as_it_is(database: Database, tmp_path: Path) -> None:
    stored = await _store(database, range(130))
    index = open_index(tmp_path / "index", MODEL)
    await index.catch_up(database)
    await index.close()
    shutil.copytree(tmp_path / "index", tmp_path / "copy", copy_function=shutil.copyfile)
    index = open_index(tmp_path / "copy", MODEL)
    assert await index.catch_up(database) == 0
    assert await _finds_all(index, stored)
    await index.close()


@ONE_KIND
async def test_a_lost_index_is_made_anew_and_asking_says_so(
    database: Database, tmp_path: Path
) -> None:
    stored = await _store(database, range(20))
    index = open_index(tmp_path / "index", MODEL)
    await index.catch_up(database)
    await index.close()
    (tmp_path / "index" / "chroma.sqlite3").write_bytes(b"no database")
    index = open_index(tmp_path / "index", MODEL)
    with pytest.raises(IndexUnavailable, match="cannot be used"):
        await index.nearest(stored[1], 3)
    assert await index.catch_up(database) == 20
    assert (tmp_path / "index.damaged" / "chroma.sqlite3").read_bytes() == b"no database"
    await index.close()


@ONE_KIND
async def test_an_index_that_cannot_be_written_is_named(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    index = open_index(tmp_path / "file" / "index", MODEL)
    with pytest.raises(IndexUnavailable, match="Not a directory"):
        await index.catch_up(database)


def test_a_full_disk_is_named() -> None:
    with pytest.raises(NoDiskSpace), index_module._translated("data/index"):
        raise RuntimeError("error returned from database: (code: 13) database or disk is full")


@ONE_KIND
async def test_rebuilding_adds_everything_again(database: Database, tmp_path: Path) -> None:
    stored = await _store(database, range(20))
    index = open_index(tmp_path / "index", MODEL)
    await index.catch_up(database)
    assert await index.rebuild(database) == 20
    assert await _finds_all(index, stored)
    await index.close()


@ONE_KIND
async def test_the_event_loop_runs_while_works_are_added(
    database: Database, tmp_path: Path
) -> None:
    await _store(database, range(200), d=384)
    index = open_index(tmp_path / "index", MODEL)
    work = asyncio.create_task(index.catch_up(database))
    gaps = []
    while not work.done():
        before = time.perf_counter()
        await asyncio.sleep(0.002)
        gaps.append(time.perf_counter() - before)
    assert len(gaps) > 20
    assert np.median(gaps) < 0.1
    await index.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from chromadb.cli.cli import app; app()", "run"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    command += ["--path", str(tmp_path_factory.mktemp("server"))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def closed_connections() -> Iterator[None]:
    yield
    SharedSystemClient.clear_system_cache()
    gc.collect()


@ONE_KIND
@pytest.mark.slow
@LEFT_OPEN
@pytest.mark.usefixtures("closed_connections")
async def test_a_server_serves_as_well_as_a_folder(database: Database, server: str) -> None:
    stored = await _store(database, range(30))
    index = open_index(server, MODEL)
    assert await index.catch_up(database) == 30
    assert await _finds_all(index, stored)
    assert await index.rebuild(database) == 30
    assert await _finds_all(index, stored)
    await index.close()


@ONE_KIND
@pytest.mark.slow
@LEFT_OPEN
@pytest.mark.usefixtures("closed_connections")
async def test_what_a_server_has_lost_is_made_anew_without_a_restart(
    database: Database, server: str
) -> None:
    stored = await _store(database, range(30))
    index = open_index(server, MODEL)
    await index.rebuild(database)
    port = urlsplit(server).port
    assert port is not None
    others = await asyncio.to_thread(chromadb.HttpClient, host="127.0.0.1", port=port)
    for collection in await asyncio.to_thread(others.list_collections):
        await asyncio.to_thread(others.delete_collection, collection.name)
    with pytest.raises(IndexUnavailable):
        await index.nearest(stored[next(iter(stored))], 3)
    assert await index.catch_up(database) == 30
    assert await _finds_all(index, stored)
    await index.close()


@ONE_KIND
@pytest.mark.slow
@LEFT_OPEN
@pytest.mark.usefixtures("closed_connections")
async def test_a_server_that_does_not_answer_is_named(database: Database) -> None:
    index = open_index("http://127.0.0.1:9", MODEL)
    with pytest.raises(IndexUnavailable, match="connect"):
        await index.catch_up(database)
