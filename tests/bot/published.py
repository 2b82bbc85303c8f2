"""A new paper of a researcher whom people follow."""

from __future__ import annotations

from bot.client import Colloquy
from storage import announcing, follows, storing, works
from storage.answers import utcnow
from storage.works import Paper

PAPER = Paper(
    source_id="arxiv:2611.00001",
    title="On Engines",
    abstract="We build one.",
    year=2026,
    published=utcnow().date(),
)


async def published(bot: Colloquy, researcher_id: int = 1) -> int:
    """A new paper, announced to whoever follows; returns its id."""
    async with bot.database.write() as session:
        [work_id] = (await storing.store(session, [PAPER], researcher_id)).new
        work = (await works.by_ids(session, [work_id]))[work_id]
        told = await follows.of_researchers(session, [researcher_id])
        await announcing.announce(session, work, told, utcnow())
    return work_id
