"""Where the authors of works work, and which works cite which: as a source says, and since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import batches, upsert
from storage.schema import (
    AffiliationRow,
    AttributionRow,
    AuthorshipRow,
    CitationRow,
    InstitutionRow,
    OtherIdRow,
    ResearcherNameRow,
    ResearcherRow,
    WorkRow,
)

RECENT = 3
"""The years before a person's last affiliated work that say where they are now."""


@dataclass(frozen=True, slots=True)
class Institution:
    """An institution as a source has it; `source_id` is like "openalex:I136199984"."""

    source_id: str
    name: str
    country: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Signature:
    """The institutions of the author at a position, which counts from 0."""

    position: int
    institutions: tuple[Institution, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """What a source says of a stored work. `cites` are the source's ids, stored or not."""

    work_id: int
    source_id: str
    doi: str | None
    signatures: tuple[Signature, ...]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """An author's institution on a work, who says so, and since when it is known."""

    work_id: int
    position: int
    institution_id: int
    name: str
    url: str | None
    source: str
    as_of: date


async def describe(
    session: AsyncSession, found: Sequence[Described], source: str, as_of: date
) -> int:
    """Keep what a source says of works in place of what it said before; how many affiliations."""
    ids = await _institutions(
        session, {i.source_id: i for d in found for s in d.signatures for i in s.institutions}
    )
    kept = 0
    for work in found:
        await session.execute(
            delete(AffiliationRow).where(
                AffiliationRow.work_id == work.work_id, AffiliationRow.source == source
            )
        )
        rows = [
            {
                "work_id": work.work_id,
                "position": signature.position,
                "institution_id": ids[institution.source_id],
                "source": source,
                "as_of": as_of,
            }
            for signature in work.signatures
            for institution in signature.institutions
        ]
        if rows:
            await session.execute(upsert(session, AffiliationRow).on_conflict_do_nothing(), rows)
        kept += len(rows)
        await session.execute(
            upsert(session, OtherIdRow).on_conflict_do_nothing(),
            [{"source_id": work.source_id, "work_id": work.work_id}],
        )
        if work.doi:
            await session.execute(
                update(WorkRow)
                .where(WorkRow.id == work.work_id, WorkRow.doi.is_(None))
                .values(doi=work.doi)
            )
    return kept


_PLACES = select(
    AffiliationRow.work_id,
    AffiliationRow.position,
    InstitutionRow.id,
    InstitutionRow.name,
    InstitutionRow.url,
    AffiliationRow.source,
    AffiliationRow.as_of,
).join(InstitutionRow, InstitutionRow.id == AffiliationRow.institution_id)


async def on_works(session: AsyncSession, work_ids: Sequence[int]) -> list[Place]:
    """The affiliations on these works, in the order of authors."""
    found: list[Place] = []
    for part in batches(work_ids):
        rows = await session.execute(
            _PLACES.where(AffiliationRow.work_id.in_(part)).order_by(
                AffiliationRow.work_id, AffiliationRow.position, InstitutionRow.id
            )
        )
        found += [Place(*row) for row in rows]
    return found


async def at(session: AsyncSession, institution_id: int, limit: int = 2000) -> list[Place]:
    """Who signed from an institution, on which works; the latest stored first."""
    rows = await session.execute(
        _PLACES.where(InstitutionRow.id == institution_id)
        .order_by(AffiliationRow.work_id.desc(), AffiliationRow.position)
        .limit(limit)
    )
    return [Place(*row) for row in rows]


async def cited_by(session: AsyncSession, work_id: int) -> list[tuple[int, int]]:
    """(citing, cited) of the stored works that a work cites or is cited by."""
    rows = await session.execute(
        select(CitationRow.work_id, CitationRow.cited_id).where(
            (CitationRow.work_id == work_id) | (CitationRow.cited_id == work_id)
        )
    )
    return [(citing, cited) for citing, cited in rows]


async def settle(session: AsyncSession, researcher_id: int) -> str | None:
    """Where a person is now, kept with the record if nothing is kept there; None if unclear.

    It is where at least half of their works of the last years that name an institution place them.
    """
    rows = (
        await session.execute(
            select(WorkRow.id, WorkRow.year, InstitutionRow.name, AffiliationRow.source)
            .join(AttributionRow, AttributionRow.work_id == WorkRow.id)
            .join(AuthorshipRow, AuthorshipRow.work_id == WorkRow.id)
            .join(
                ResearcherNameRow,
                (ResearcherNameRow.researcher_id == AttributionRow.researcher_id)
                & (ResearcherNameRow.key == AuthorshipRow.name_key)
                & (ResearcherNameRow.form != "surname"),
            )
            .join(
                AffiliationRow,
                (AffiliationRow.work_id == WorkRow.id)
                & (AffiliationRow.position == AuthorshipRow.position),
            )
            .join(InstitutionRow, InstitutionRow.id == AffiliationRow.institution_id)
            .where(AttributionRow.researcher_id == researcher_id, AttributionRow.certainty > 0)
        )
    ).all()
    if not rows:
        return None
    last = max(year for _, year, _, _ in rows)
    recent = [row for row in rows if row[1] > last - RECENT]
    counts = Counter(name for _, _, name, _ in recent)
    name, number = min(counts.items(), key=lambda item: (-item[1], item[0]))
    if 2 * number < len({work_id for work_id, _, _, _ in recent}):
        return None
    await session.execute(
        update(ResearcherRow)
        .where(ResearcherRow.id == researcher_id, ResearcherRow.affiliation.is_(None))
        .values(affiliation=name)
    )
    return name


async def _institutions(session: AsyncSession, found: dict[str, Institution]) -> dict[str, int]:
    """The ids of these institutions, made or brought up to date."""
    if not found:
        return {}
    statement = upsert(session, InstitutionRow)
    columns = {"name", "country", "url"}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["source_id"], set_={c: statement.excluded[c] for c in columns}
        ),
        [
            {"source_id": i.source_id, "name": i.name, "country": i.country, "url": i.url}
            for _, i in sorted(found.items())
        ],
    )
    rows = await session.execute(
        select(InstitutionRow.source_id, InstitutionRow.id).where(
            InstitutionRow.source_id.in_(found)
        )
    )
    return dict(rows.all())


async def cite(session: AsyncSession, found: Sequence[Described]) -> None:
    """Keep the citations between stored works."""
    wanted = sorted({cited for work in found for cited in work.cites})
    known: dict[str, int] = {}
    for part in batches(wanted):
        rows = await session.execute(
            select(OtherIdRow.source_id, OtherIdRow.work_id).where(OtherIdRow.source_id.in_(part))
        )
        known |= dict(rows.all())
    pairs = {(w.work_id, known[c]) for w in found for c in w.cites if c in known}
    if pairs:
        await session.execute(
            upsert(session, CitationRow).on_conflict_do_nothing(),
            [{"work_id": citing, "cited_id": cited} for citing, cited in sorted(pairs)],
        )
