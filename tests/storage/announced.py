"""A work that is announced to those who follow its author."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from storage import announcing, destinations, follows, researchers, storing, works
from storage.answers import utcnow
from storage.database import Database
from storage.works import Work
from tests.storage.papers import paper

HOLD = timedelta(seconds=30)


async def followed(database: Database, *people: int, **follow: object) -> Work:
    """One work of one researcher whom these people follow; announced to them."""
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        for person in people:
            where = await destinations.ensure_direct(session, person)
            await follows.add(session, ada, where, user_id=person, set_by=person, **follow)  # type: ignore[arg-type]
        return await publish(session, 1, [ada])


async def publish(session: AsyncSession, number: int, record_ids: list[int]) -> Work:
    """A new work, announced to whoever follows one of the records."""
    stored = await storing.store(session, [paper(number)])
    work = (await works.by_ids(session, stored.new))[stored.new[0]]
    found = await follows.of_researchers(session, record_ids)
    await announcing.announce(session, work, found, utcnow())
    return work
