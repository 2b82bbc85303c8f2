"""Opening the parts in order, and closing them in the reverse one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import structlog

from bot import datadir
from bot.parts import Parts, today
from bot.progress import bars
from bot.settings import Settings
from retrieval import wordvectors
from retrieval.answer import Answerer
from retrieval.embedding import Embedder, open_embedder
from retrieval.exact import Exact
from retrieval.index import Index, open_index
from retrieval.ingest import Stage, embed_pending, load_sample
from retrieval.search import Nearest, Search
from retrieval.writers.model import ModelWriter
from storage import persons, vectors
from storage.database import Database, latest_schema
from storage.errors import DatabaseTooNew, DataDirBusy, IndexUnavailable

log = structlog.get_logger("colloquy.start")

FEW_WORKS = 10_000  # up to here a single question compares them all sooner than Chroma opens


@asynccontextmanager
async def opened(settings: Settings, *, embedder: Embedder | None = None) -> AsyncIterator[Parts]:
    """Everything, ready to answer: database up to date and not empty, index complete.

    Holds the data directory. `embedder` is one that is open already.

    Raises:
        ColloquyError: whatever keeps it from being opened, in its own sentence.
    """
    with datadir.held(settings.data_dir):
        database = Database(settings.database_url)
        embedder = embedder or open_model(settings)
        index = index_of(settings, embedder)
        try:
            await database.migrate()
            await _fill(database, embedder)
            await _catch_up(index, database)
            await asyncio.to_thread(embedder.encode, ["Load the model now."])
            await asyncio.to_thread(wordvectors.load)
            yield _parts(settings, database, embedder, index)
        finally:
            await index.close()
            await database.close()


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[Parts]:
    """Enough to answer a few questions, also while another process has the data directory.

    Works that are few are compared without the index, which takes long to open and belongs to one
    process at a time.

    Raises:
        DataDirBusy: the other process is only just making the database.
        ColloquyError: whatever else keeps it from being opened.
    """
    async with AsyncExitStack() as stack:
        busy: DataDirBusy | None = None
        try:
            stack.enter_context(datadir.held(settings.data_dir))  # first in, so last out
        except DataDirBusy as error:
            busy = error
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        embedder = open_model(settings)
        index = index_of(settings, embedder)
        stack.push_async_callback(index.close)
        nearest: Nearest = Exact(database, embedder.name)
        if busy is None:
            await database.migrate()
            await _fill(database, embedder)
            if await _many(database, embedder.name):
                await _catch_up(index, database)
                nearest = index
        elif await _schema_of_another(database) != latest_schema():
            raise busy
        yield _parts(settings, database, embedder, index, nearest)


def unopened(settings: Settings) -> Parts:
    """The parts as they are before anything is opened or loaded; only `database` needs closing."""
    database = Database(settings.database_url)
    embedder = open_model(settings)
    index = index_of(settings, embedder)
    return _parts(settings, database, embedder, index)


async def migrate(settings: Settings) -> str:
    """Bring the database up to date; returns what was done, as a sentence."""
    with datadir.held(settings.data_dir):
        database = Database(settings.database_url)
        try:
            before = await database.schema_version()
            await database.migrate()
            after = await database.schema_version()
        finally:
            await database.close()
    if before == after:
        return f"The database is up to date (schema {after})."
    return f"The database is now at schema {after}; it was {before or 'empty'} before."


def open_model(settings: Settings) -> Embedder:
    """What turns texts into vectors; its model is loaded when it is first used."""
    return open_embedder(settings.data_dir / "models", **settings.embedding.model_dump())


def index_of(settings: Settings, embedder: Embedder) -> Index:
    """The search index, which is read when it is first used."""
    where = settings.index.server or settings.index_dir
    return open_index(where, embedder.name, collection=settings.index.collection)


def _parts(
    settings: Settings,
    database: Database,
    embedder: Embedder,
    index: Index,
    nearest: Nearest | None = None,
) -> Parts:
    writer = ModelWriter(**settings.model.model_dump()) if settings.model.name else None
    search = Search(database, embedder, nearest or index)
    return Parts(
        settings=settings,
        database=database,
        embedder=embedder,
        index=index,
        search=search,
        answerer=Answerer(database, search, writer, today),
    )


async def _fill(database: Database, embedder: Embedder) -> None:
    """The bundled sample into an empty database, and vectors for works that have none.

    Works lack them after an import that was broken off, and all do after a change of model. A
    database from before persons were told apart gets them here too.
    """
    await load_sample(database)
    async with database.read() as session:
        pending = await vectors.count_pending(session, embedder.name)
        if not pending and not await persons.to_split(session):
            return
    with bars() as report:
        await embed_pending(database, embedder, report)


async def _catch_up(index: Index, database: Database) -> None:
    """The index complete; without it answers are found by their words alone, so go on."""
    try:
        with bars() as report:
            await index.catch_up(database, partial(report, Stage.INDEXING))
    except IndexUnavailable as error:
        log.error("index_unavailable", why=error.sentence)


async def _many(database: Database, model: str) -> bool:
    async with database.read() as session:
        return await vectors.count(session, model) > FEW_WORKS


async def _schema_of_another(database: Database) -> str | None:
    """The schema of a database that another process has open.

    Raises:
        DatabaseTooNew: that process is a newer Colloquy.
    """
    found = await database.schema_version()
    if found is not None and found > latest_schema():
        raise DatabaseTooNew(found=found, known=latest_schema())
    return found
