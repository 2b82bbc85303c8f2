"""Telling people once, by another road, what could not be written to them."""

from __future__ import annotations

from bot import claimed
from storage import claims, destinations
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
        news = await claims.untold(session, user_id)
        if not news and not await destinations.untold(session, user_id):
            return None
    async with database.write() as session:
        waiting = await destinations.untold(session, user_id)
        for destination in waiting:
            await destinations.mark_told(session, destination.id)
        news = await claims.untold(session, user_id)
        for claim in news:
            await claims.mark_told(session, claim.id)
    said = [sentence(destination) for destination in waiting]
    return "\n".join([*said, *(claimed.news(claim) for claim in news)]) or None
