"""Opening the parts in order, and closing them in the reverse one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import datadir
from bot.client import Parts
from bot.settings import Settings
from storage.database import Database


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Parts]:
    with datadir.held(settings.data_dir):
        database = Database(settings.database_url)
        try:
            await database.migrate()
            yield Parts(settings=settings, database=database, search=None, answerer=None)  # type: ignore
        finally:
            await database.close()
