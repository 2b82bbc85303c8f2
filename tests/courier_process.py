"""A courier in a process of its own, to be killed."""

import asyncio
import logging

from bot.courier import Courier, Rules
from storage import announcements
from storage.announcements import State
from storage.database import Database
from tests.discord_messages import logged_in


def drain(database_url: str, discord_url: str, rules: Rules) -> None:
    """Send until nothing waits any more."""
    logging.disable(logging.CRITICAL)
    asyncio.run(_drain(database_url, discord_url, rules))


async def _drain(database_url: str, discord_url: str, rules: Rules) -> None:
    database = Database(database_url)
    try:
        async with logged_in(discord_url) as client:
            courier = Courier(database, client, rules)
            while await _waiting(database):
                await courier.drain_once()
                await asyncio.sleep(rules.poll_s)
    finally:
        await database.close()


async def _waiting(database: Database) -> int:
    async with database.read() as session:
        counts = (await announcements.queue(session)).counts
    return counts.get(State.PENDING, 0) + counts.get(State.SENDING, 0)
