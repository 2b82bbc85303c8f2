"""Nearest neighbours among the works' vectors, in Chroma. The only importer of `chromadb`.

SQL holds the truth (`storage.vectors`); what is here is a cache of it. Whatever is missing is added
by `catch_up`; what is damaged, stale or of another database is put aside and made anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import sqlite3
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from storage import vectors
from storage.database import Database
from storage.errors import (
    ColloquyError,
    IndexServerUnavailable,
    IndexUnavailable,
    NoDiskSpace,
)

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from chromadb.api.models.Collection import Collection

Vector = NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with how many works are done and how many there are to do."""

SLICE = 20
"""Works written at once: Chroma holds the interpreter for the whole of a write."""
_PAUSE_S = 0.01
_PAGE = 200
_SAMPLES = 8
_SAME = 0.999  # cosine of a vector with itself, after float16
_SEQ = "seq"
_MANIFEST = "checksums.json"
_BLOCK = 2**20
_GRAPH_LIST = "index_metadata.pickle"
_DISK_FULL = ("disk is full", "no space left")
_CONFIGURATION: CreateCollectionConfiguration = {"hnsw": {"space": "cosine", "ef_search": 256}}

log = structlog.get_logger(__name__)


def open_index(where: Path | str, model: str, *, collection: str = "works") -> Index:
    """The index for vectors of `model` in a folder, or on a Chroma server if `where` is a URL.

    Nothing is read before it is first used. Only one process may use a folder at a time.
    """
    name = f"{collection}-{hashlib.sha256(model.encode()).hexdigest()[:12]}"
    return Index(_Server(where, name) if isinstance(where, str) else _Folder(where, name), model)


class Index:
    """Document vectors of one embedding model, by work id."""

    def __init__(self, store: _Store, model: str) -> None:
        self._store = store
        self._model = model
        self._writing = asyncio.Lock()
        self._checked = False
        self._newest = 0  # the greatest number that the database had when this was last filled

    async def nearest(self, vector: Vector, k: int) -> list[tuple[int, float]]:
        """The `k` works nearest to a (d,) unit vector: (id, cosine), best first.

        Works not added yet are not found. Ids of works that are gone may be among them.

        Raises:
            IndexUnavailable: it cannot be read now; `catch_up` repairs what can be repaired.
        """
        try:
            return await asyncio.to_thread(self._store.query, vector, k)
        except IndexUnavailable:
            self._checked = False
            raise

    async def lags(self, database: Database) -> bool:
        """Whether it is not whole, or the database was added to since it was last filled, by
        whatever process; Chroma is not asked.
        """
        if not self._checked:
            return True
        async with database.read() as session:
            return await vectors.newest(session) != self._newest

    async def catch_up(self, database: Database, progress: Progress | None = None) -> int:
        """Add what the database has and the index has not; returns how many works that were.

        The first call also checks that the index belongs to this database, and makes it anew
        if it does not, or if it is damaged.

        Raises:
            IndexUnavailable: it can be neither used nor made anew.
            NoDiskSpace: the disk is full; calling again goes on where it stopped.
        """
        async with self._writing:
            try:
                return await self._check_and_add(database, progress)
            except IndexUnavailable as error:
                log.warning("search index unusable, making it anew", why=error.data["why"])
            return await self._make_anew(database, progress)

    async def rebuild(self, database: Database, progress: Progress | None = None) -> int:
        """Forget everything and add every work again; returns how many there are.

        Raises:
            IndexUnavailable, NoDiskSpace: as `catch_up`.
        """
        async with self._writing:
            return await self._make_anew(database, progress)

    async def check(self) -> None:
        """Whether it can be used, as far as can be told without changing anything.

        Raises:
            IndexUnavailable: it cannot, or it was not made yet.
        """
        await asyncio.to_thread(self._store.check)

    async def close(self) -> None:
        await asyncio.to_thread(self._store.close)

    async def _make_anew(self, database: Database, progress: Progress | None) -> int:
        await asyncio.to_thread(self._store.start_over)
        return await self._check_and_add(database, progress)

    async def _check_and_add(self, database: Database, progress: Progress | None) -> int:
        newest = await self._check_number(database)
        if not self._checked:
            await self._check_samples(database)
        added = await self._add(database, progress)
        if not self._checked:
            await self._check_count(database)
            self._checked = True
        self._newest = newest
        return added

    async def _add(self, database: Database, progress: Progress | None) -> int:
        seq = await asyncio.to_thread(self._store.seq)
        total = await self._missing(database) if progress else 0
        added = 0
        while True:
            async with database.read() as session:
                rows = await vectors.since(session, self._model, seq, _PAGE)
            if not rows:
                return added
            for start in range(0, len(rows), SLICE):
                part = rows[start : start + SLICE]
                matrix = np.stack([vector for _, _, vector in part])
                await asyncio.to_thread(self._store.put, [row[1] for row in part], matrix)
                added += len(part)
                if progress:
                    progress(added, max(total, added))
                await asyncio.sleep(_PAUSE_S)
            # Only now: a page that was interrupted is added again, which changes nothing.
            seq = rows[-1][0]
            await asyncio.to_thread(self._store.advance, seq)

    async def _missing(self, database: Database) -> int:
        async with database.read() as session:
            stored = await vectors.count(session, self._model)
        return max(0, stored - await asyncio.to_thread(self._store.count))

    async def _check_number(self, database: Database) -> int:
        """The greatest number there is. Numbers begin anew once everything was forgotten; what
        follows would be missed.
        """
        seq = await asyncio.to_thread(self._store.seq)
        async with database.read() as session:
            newest = await vectors.newest(session)
        if newest < seq:
            raise IndexUnavailable(why="it is ahead of the database")
        return newest

    async def _check_samples(self, database: Database) -> None:
        """Some of what should be there must be found as its own nearest neighbour."""
        seq = await asyncio.to_thread(self._store.seq)
        async with database.read() as session:
            samples = [
                sample
                for n in range(_SAMPLES)
                if (sample := await self._sample(session, seq * n // _SAMPLES, seq))
            ]
        lost = 0
        for work_id, vector in samples:
            near = await asyncio.to_thread(self._store.query, vector, _SAMPLES)
            lost += not any(found == work_id and cosine > _SAME for found, cosine in near)
        if lost > len(samples) // 4:  # a graph search may miss one
            why = f"{lost} of {len(samples)} works looked for are missing or different"
            raise IndexUnavailable(why=why)

    async def _sample(
        self, session: AsyncSession, after: int, until: int
    ) -> tuple[int, Vector] | None:
        rows = await vectors.since(session, self._model, after, 1)
        if not rows or rows[0][0] > until:
            return None
        _, work_id, vector = rows[0]
        return work_id, vector / np.linalg.norm(vector)

    async def _check_count(self, database: Database) -> None:
        held = await asyncio.to_thread(self._store.count)
        seq = await asyncio.to_thread(self._store.seq)
        async with database.read() as session:
            if await vectors.since(session, self._model, seq, 1):
                return  # somebody is storing works; they are added with the next call
            stored = await vectors.count(session, self._model)
        if held != stored:
            raise IndexUnavailable(why=f"it holds {held} works instead of {stored}")


class _Store(ABC):
    """A Chroma collection, blocking. Every failure of Chroma is an IndexUnavailable."""

    def __init__(self, place: str, name: str) -> None:
        self._place = place
        self._name = name
        self._lock = RLock()
        self._client: ClientAPI | None = None
        self._opened: Collection | None = None

    def query(self, vector: Vector, k: int) -> list[tuple[int, float]]:
        with self._collection() as collection:
            result = collection.query(
                query_embeddings=vector[None], n_results=k, include=["distances"]
            )
            distances = (result["distances"] or [[]])[0]
            return [
                (int(work_id), 1 - distance)
                for work_id, distance in zip(result["ids"][0], distances, strict=True)
            ]

    def put(self, work_ids: Sequence[int], matrix: Vector) -> None:
        """Add works, or give them other vectors.

        A vector that is changed in place is sometimes not found any more: HNSW's links to it are
        lost (nmslib/hnswlib, pull request 515). So it goes, and comes anew.
        """
        ids = [str(work_id) for work_id in work_ids]
        with self._collection() as collection:
            if known := collection.get(ids=ids, include=[])["ids"]:
                collection.delete(ids=known)
            collection.upsert(ids=ids, embeddings=matrix)

    def count(self) -> int:
        with self._collection() as collection:
            return collection.count()

    def seq(self) -> int:
        """The greatest number of `storage.vectors` up to which everything was added."""
        with self._collection() as collection:
            return int((collection.metadata or {}).get(_SEQ, 0))

    def advance(self, seq: int) -> None:
        with self._collection() as collection:
            collection.modify(metadata={_SEQ: seq})

    @abstractmethod
    def check(self) -> None:
        """Raise if it is plain that nothing can be read; change nothing."""

    @abstractmethod
    def start_over(self) -> None:
        """Leave nothing behind that a fresh start could trip over."""

    def close(self) -> None:
        with self._lock:
            client, self._client, self._opened = self._client, None, None
            if client is not None:
                from chromadb.api.client import Client

                assert isinstance(client, Client)
                with _translated(self._place):
                    client.close()

    @abstractmethod
    def _connect(self) -> ClientAPI: ...

    @contextmanager
    def _collection(self) -> Iterator[Collection]:
        with _translated(self._place):
            with self._lock:
                if self._opened is None:
                    self._client = self._client or self._connect()
                    # Without a function of its own Chroma would fetch a model from the network.
                    self._opened = self._client.get_or_create_collection(
                        self._name, embedding_function=None, configuration=_CONFIGURATION
                    )
            yield self._opened


class _Folder(_Store):
    """A collection in a folder of its own, read and written by this process."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(str(folder), name)
        self._folder = folder
        self._noted_state: dict[Path, tuple[int, int]] = {}

    def put(self, work_ids: Sequence[int], matrix: Vector) -> None:
        """Add works, and note the sums of the graph files if Chroma has written them."""
        super().put(work_ids, matrix)
        with _translated(self._place):
            state = self._state()
            if state != self._noted_state:
                part = self._folder / f"{_MANIFEST}.part"
                part.write_text(json.dumps(self._sums()))
                part.replace(self._folder / _MANIFEST)
                self._noted_state = state

    def check(self) -> None:
        with _translated(self._place):
            if not self._folder.exists():
                raise IndexUnavailable(why="it was not made yet")
            self._check_files()
            for file in self._folder.glob("*.sqlite3"):
                with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
                    if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                        raise IndexUnavailable(why="its files are damaged")

    def start_over(self) -> None:
        """Put the folder, or what stands there, aside, in place of what was put aside before."""
        with self._lock, _translated(self._place):
            try:
                self.close()
            except IndexUnavailable as error:
                log.warning("search index not closed in order", why=error.data["why"])
            if self._folder.exists():
                aside = self._folder.with_name(f"{self._folder.name}.damaged")
                if aside.is_dir():
                    shutil.rmtree(aside, ignore_errors=True)
                else:
                    aside.unlink(missing_ok=True)
                self._folder.rename(aside)
                log.info("search index put aside", path=str(aside))

    def _connect(self) -> ClientAPI:
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings

        self._check_files()
        self._noted_state = self._state()
        self._folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(anonymized_telemetry=False)
        try:
            client = chromadb.PersistentClient(path=self._folder, settings=settings)
            for other in client.list_collections():
                if other.name != self._name:  # of an embedding model that is no longer used
                    client.delete_collection(other.name)
        except BaseException:
            # Chroma would hand out again what failed to start.
            SharedSystemClient.clear_system_cache()
            raise
        return client

    def _check_files(self) -> None:
        """Chroma reads these files without a check, and damage in them can end the process."""
        if self._folder.exists() and not self._folder.is_dir():
            raise IndexUnavailable(why=f"{self._folder} is a file where its folder should be")
        if self._sums() != self._noted():
            raise IndexUnavailable(why="its files are damaged or were only half written")

    def _noted(self) -> dict[str, int]:
        try:
            noted: dict[str, int] = json.loads((self._folder / _MANIFEST).read_text())
        except (OSError, ValueError):
            return {}
        return noted

    def _sums(self) -> dict[str, int]:
        """A checksum of each file of the vector graphs."""
        sums = {}
        for path in self._graph_files():
            total = 0
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    total = zlib.crc32(block, total)
            sums[path.relative_to(self._folder).as_posix()] = total
        return sums

    def _state(self) -> dict[Path, tuple[int, int]]:
        """Size and time of each file of the vector graphs, which tell whether it was written."""
        stats = {path: path.stat() for path in self._graph_files()}
        return {path: (stat.st_size, stat.st_mtime_ns) for path, stat in stats.items()}

    def _graph_files(self) -> list[Path]:
        """Files of the graphs that were written out; others are made anew by whoever opens them."""
        return sorted(
            path
            for written in self._folder.glob(f"*/{_GRAPH_LIST}")
            for path in (written, *written.parent.glob("*.bin"))
        )


class _Server(_Store):
    """A collection on a Chroma server."""

    def check(self) -> None:
        with _translated(self._place), self._lock:
            self._client = self._client or self._connect()

    def start_over(self) -> None:
        with self._lock:
            self._opened = None  # what the server has lost is found again by its name alone
            with self._collection():
                assert self._client is not None
                self._client.delete_collection(self._name)
            self._opened = None

    def _connect(self) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        url = urlsplit(self._place)
        secure = url.scheme == "https"
        return chromadb.HttpClient(
            host=url.hostname or "",
            port=url.port or (443 if secure else 80),
            ssl=secure,
            settings=Settings(anonymized_telemetry=False),
        )


@contextmanager
def _translated(place: str) -> Iterator[None]:
    """Turn whatever Chroma raises into an error of ours."""
    try:
        yield
    except (ColloquyError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # panics of Chroma's Rust core are no `Exception`
        lines = str(error).strip().splitlines() or [type(error).__name__]
        if any(words in str(error).lower() for words in _DISK_FULL):
            raise NoDiskSpace(path=place) from error
        why = lines[0][:200].rstrip(".")
        if place.startswith(("http://", "https://")):
            raise IndexServerUnavailable(place=place, why=why) from error
        raise IndexUnavailable(why=why) from error
