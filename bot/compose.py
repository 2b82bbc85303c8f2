"""Opening the parts in order, and closing them in the reverse one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot import datadir
from bot.client import Parts, today
from bot.settings import Settings
from retrieval.answer import Answerer
from retrieval.embedding import Embedder, open_embedder
from retrieval.search import Search
from retrieval.writers.model import ModelWriter
from storage.database import Database
from storage.errors import IndexUnavailable


class _NoIndex:
    async def nearest(self, vector: Any, k: int) -> list[tuple[int, float]]:
        raise IndexUnavailable(why="it is not there")


@asynccontextmanager
async def opened(
    settings: Settings, *, shared: bool = False, progress: Any = None
) -> AsyncIterator[Parts]:
    with datadir.held(settings.data_dir):
        parts = unopened(settings)
        try:
            await parts.database.migrate()
            yield parts
        finally:
            await parts.database.close()


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


def unopened(settings: Settings) -> Parts:
    """The parts as they are before anything is opened or loaded."""
    database = Database(settings.database_url)
    writer = ModelWriter(**settings.model.model_dump()) if settings.model.name else None
    search = Search(database, embedder(settings), _NoIndex())
    return Parts(
        settings=settings,
        database=database,
        search=search,
        answerer=Answerer(database, search, writer, today),
    )


def embedder(settings: Settings) -> Embedder:
    """What turns texts into vectors; its model is loaded when it is first used."""
    return open_embedder(settings.data_dir / "models", **settings.embedding.model_dump())
