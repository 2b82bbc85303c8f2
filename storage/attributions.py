"""Which works are placed with which records, as their source lists them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import batches, upsert
from storage.errors import WorkNotListed
from storage.researchers import Researcher
from storage.schema import AttributionRow, JoinRow, OptOutRow, ResearcherRow, WorkRow

LISTED = "listed under this name by the source"


async def hold(session: AsyncSession, record_ids: Collection[int]) -> None:
    """Let whoever else places works with these records, or takes works out of them, wait to the
    end of the transaction; to be asked before it is looked what may be placed with them.
    """
    query = select(ResearcherRow.id).where(ResearcherRow.id.in_(record_ids))
    await session.execute(query.order_by(ResearcherRow.id).with_for_update(key_share=True))


async def attribute(session: AsyncSession, researcher_id: int, work_ids: Sequence[int]) -> None:
    """Place works with a record, and with the one it was joined to; what is placed there already
    keeps its certainty and reason, and what somebody took out of it stays out. The record has to
    be held.
    """
    via: int | None = None
    while work_ids := await wanted(session, researcher_id, work_ids):
        rows = [
            {
                "researcher_id": researcher_id,
                "work_id": work_id,
                "certainty": 1.0,
                "reason": LISTED,
                "via_id": via,
            }
            for work_id in work_ids
        ]
        inserted = upsert(session, AttributionRow).on_conflict_do_nothing()
        if (await session.scalars(inserted.returning(AttributionRow.work_id), rows)).all():
            unsorted = update(ResearcherRow).where(ResearcherRow.id == researcher_id)
            await session.execute(unsorted.values(split_at=None))
        kept = await session.scalar(
            select(JoinRow.kept_id).where(JoinRow.record_id == researcher_id)
        )
        if kept is None:
            return
        researcher_id, via = kept, researcher_id


async def wanted(
    session: AsyncSession, researcher_id: int, work_ids: Sequence[int]
) -> Sequence[int]:
    """The works without those whose author does not want to be profiled with the record."""
    listed = (await taken_out(session, [researcher_id])).get(researcher_id, frozenset())
    unwanted: set[int] = set()
    for part in batches(sorted(listed)):
        unwanted.update(
            await session.scalars(select(WorkRow.id).where(WorkRow.source_id.in_(part)))
        )
    return [work_id for work_id in work_ids if work_id not in unwanted]


async def check_listed(session: AsyncSession, researcher: Researcher, work_id: int) -> None:
    """See that a work is one of somebody's record, theirs or not.

    Raises:
        WorkNotListed: it is not (any more).
    """
    listed = select(AttributionRow.work_id).where(
        AttributionRow.researcher_id == researcher.record, AttributionRow.work_id == work_id
    )
    if await session.scalar(listed) is None:
        raise WorkNotListed(name=researcher.name)


async def taken_out(
    session: AsyncSession, researcher_ids: Collection[int]
) -> dict[int, frozenset[str]]:
    """Record -> source ids of the works whose author does not want to be profiled with it; records
    of which that is true of no work are left out.
    """
    named = (OptOutRow.name_key == ResearcherRow.name_key) & (
        OptOutRow.source == ResearcherRow.source
    )
    found: dict[int, frozenset[str]] = {}
    for part in batches(sorted(researcher_ids)):
        rows = await session.execute(
            select(ResearcherRow.id, OptOutRow.works)
            .join(OptOutRow, named)
            .where(ResearcherRow.id.in_(part), OptOutRow.works.is_not(null()))
        )
        for record, listed in rows:
            found[record] = found.get(record, frozenset()) | frozenset(listed or ())
    return found


async def attributed(
    session: AsyncSession, researcher_ids: Sequence[int], source_ids: Sequence[str]
) -> set[tuple[int, str]]:
    """Which of these works are placed with which of these records: (record, source id)."""
    found: set[tuple[int, str]] = set()
    for part in batches(source_ids):
        rows = await session.execute(
            select(AttributionRow.researcher_id, WorkRow.source_id)
            .join(WorkRow, WorkRow.id == AttributionRow.work_id)
            .where(
                AttributionRow.researcher_id.in_(researcher_ids),
                WorkRow.source_id.in_(part),
            )
        )
        found |= {(researcher_id, source_id) for researcher_id, source_id in rows}
    return found
