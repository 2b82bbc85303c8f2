"""What another source knows of stored works: affiliations, institutions, citations, DOIs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from retrieval.sources.openalex import AT_ONCE, SOURCE, OpenAlex
from storage import institutions, works
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Enriched:
    """How many works were asked about and known, what came of it, and where the person is now."""

    asked: int
    found: int
    affiliations: int
    affiliation: str | None


async def enrich(database: Database, source: OpenAlex, researcher_id: int, as_of: date) -> Enriched:
    """Keep what the source knows of a record's works; no work is added.

    Citations among the works are complete after the last of them, so all are kept at the end.

    Raises:
        SourceUnavailable, OpenAlexKeyRefused: what came before is kept.
    """
    async with database.read() as session:
        theirs = await works.of_researchers(session, [researcher_id])
    batch: list[institutions.Described] = []
    found: list[institutions.Described] = []
    affiliations = 0

    async def keep() -> None:
        nonlocal affiliations
        async with database.write() as session:
            affiliations += await institutions.describe(session, batch, SOURCE, as_of)
        found.extend(batch)
        batch.clear()

    try:
        async for described in source.describe(theirs):
            batch.append(described)
            if len(batch) == AT_ONCE:
                await keep()
    finally:
        await keep()
    async with database.write() as session:
        await institutions.cite(session, found)
        place = await institutions.settle(session, researcher_id)
    return Enriched(len(theirs), len(found), affiliations, place)
