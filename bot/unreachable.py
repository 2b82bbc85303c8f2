"""Telling people that announcements no longer reach a place, once, by another road."""

from __future__ import annotations

from storage import destinations
from storage.database import Database
from storage.destinations import Destination

KEPT = "What you follow is kept. When that is put right, resume it: /follow pause, with 0 days."


def sentence(destination: Destination) -> str:
    """What its owner reads about a paused destination."""
    if destination.user_id is not None:
        return f"I could not write to you about new papers: {destination.paused}. {KEPT}"
    where = f"<#{destination.channel_id}>"
    return f"I can no longer announce papers in {where}: {destination.paused}. {KEPT}"


async def unsaid(database: Database, user_id: int) -> str | None:
    """What a person has not been told yet, to be shown to them alone; told with this call."""
    async with database.read() as session:
        if not await destinations.untold(session, user_id):
            return None
    async with database.write() as session:
        waiting = await destinations.untold(session, user_id)
        for destination in waiting:
            await destinations.mark_told(session, destination.id)
    return "\n".join(sentence(destination) for destination in waiting) or None
