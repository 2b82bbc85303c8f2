"""Papers that were held back as a namesake's, announced once it is decided that they are not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import news, whose
from storage import announcing, follows, own_words, persons, works
from storage.answers import utcnow
from storage.database import Database
from storage.follows import Follow
from storage.listening import Listener
from storage.works import Work

if TYPE_CHECKING:
    from retrieval.embedding import Embedder

RECENT = timedelta(days=30)  # of what was found earlier, it is too late to speak


async def release(
    database: Database, embedder: Embedder, record_id: int, now: datetime | None = None
) -> int:
    """Announce what was held back of late from the followers of the people of a record, and is
    theirs as the record is sorted now; how many announcements will be sent. What has turned out to
    be of somebody who is not to be shown in a server waits there no longer.
    """
    now = now or utcnow()
    remembered = news.Remembered(embedder)
    async with database.read() as session:
        found = await _theirs(session, record_id, now)
    for work, theirs in found:
        await news.similarities(remembered, work, {f.id: f.filter for f in theirs})
    released = 0
    async with database.write() as session:
        for guild_id in await own_words.hides_from(session, record_id):
            await announcing.keep_hidden(session, guild_id)
        for work, theirs in await _theirs(session, record_id, now) if found else []:
            near = await news.similarities(remembered, work, {f.id: f.filter for f in theirs})
            released += await announcing.release(session, work, theirs, now, near)
    return released


async def _theirs(
    session: AsyncSession, record_id: int, now: datetime
) -> list[tuple[Work, list[Follow]]]:
    """The works that were held back of late, each with the follows whose person's work it is."""
    people = [person.researcher.id for person in await persons.of_record(session, record_id)]
    told = await follows.of_researchers(session, [record_id, *people])
    held = await announcing.held_back(session, told, now - RECENT)
    listed = set(await works.ids_of(session, [record_id]))
    found = []
    for work_id, work in (await works.by_ids(session, list(held))).items():
        if work_id not in listed:
            continue
        about = sorted({follow.researcher.id for follow in held[work_id]})
        others = await whose.not_theirs(session, work, [Listener(one, record_id) for one in about])
        found.append((work, [f for f in held[work_id] if f.researcher.id not in others]))
    return found
