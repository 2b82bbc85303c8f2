"""What people say of a work's place with a record: "not theirs". A report decides nothing; it waits
until the researcher or a moderator has decided about the work.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage import attributions
from storage.answers import utcnow
from storage.database import upsert
from storage.researchers import Researcher, by_ids, get
from storage.schema import AttributionRow, DecisionRow, ReportRow, ResearcherRow
from storage.works import Work
from storage.works import by_ids as works_by_ids


@dataclass(frozen=True, slots=True)
class Reported:
    """How many people say that a work is, and how many that it is not, somebody's."""

    researcher: Researcher
    work: Work
    theirs: int
    not_theirs: int


async def report(
    session: AsyncSession, user_id: int, researcher_id: int, work_id: int, *, theirs: bool
) -> None:
    """Keep one person's word; their newest word on a work counts.

    Raises:
        UnknownResearcher: there is no such researcher (any more).
        WorkNotListed: their record has no such work (any more).
    """
    await attributions.check_listed(session, await get(session, researcher_id), work_id)
    row = {"user_id": user_id, "researcher_id": researcher_id, "work_id": work_id}
    word = {"theirs": theirs, "reported_at": utcnow()}
    statement = upsert(session, ReportRow).values(**row, **word)
    await session.execute(statement.on_conflict_do_update(index_elements=list(row), set_=word))


async def waiting(
    session: AsyncSession, researcher_ids: Collection[int] | None = None
) -> list[Reported]:
    """What was reported and is not decided yet, the newest first: all of it, or what is about these
    researchers or works that are placed with them.
    """
    newest = func.max(ReportRow.reported_at)
    for_, against = [func.count().filter(ReportRow.theirs.is_(word)) for word in (True, False)]
    query = (
        select(ReportRow.researcher_id, ReportRow.work_id, for_, against)
        .join(ResearcherRow, ResearcherRow.id == ReportRow.researcher_id)
        .where(~_decided())
        .group_by(ReportRow.researcher_id, ReportRow.work_id)
        .order_by(newest.desc(), ReportRow.researcher_id, ReportRow.work_id)
    )
    if researcher_ids is not None:
        query = query.where(_about(researcher_ids))
    rows = (await session.execute(query)).all()
    people = {one.id: one for one in await by_ids(session, [row[0] for row in rows])}
    works = await works_by_ids(session, [row[1] for row in rows])
    return [
        Reported(people[researcher], works[work], theirs, not_theirs)
        for researcher, work, theirs, not_theirs in rows
    ]


def _about(researcher_ids: Collection[int]) -> ColumnElement[bool]:
    """That a report is about one of these researchers, or would take a work from them."""
    holder = aliased(ResearcherRow)
    loses = (
        select(AttributionRow.work_id)
        .join(holder, holder.id == AttributionRow.researcher_id)
        .where(
            AttributionRow.work_id == ReportRow.work_id,
            AttributionRow.certainty > 0,
            holder.id.in_(researcher_ids),
            _record(holder) == _record(ResearcherRow),
        )
    )
    return or_(ReportRow.researcher_id.in_(researcher_ids), and_(ReportRow.theirs, loses.exists()))


def _decided() -> ColumnElement[bool]:
    """That it was decided since about the person and the work, or whose of the name the work is."""
    decider = aliased(ResearcherRow)
    record = _record(ResearcherRow)
    return (
        select(DecisionRow.work_id)
        .join(decider, decider.id == DecisionRow.researcher_id)
        .where(
            DecisionRow.work_id == ReportRow.work_id,
            DecisionRow.decided_at >= ReportRow.reported_at,
            _record(decider) == record,
            or_(
                DecisionRow.researcher_id == ReportRow.researcher_id,
                DecisionRow.researcher_id == record,
                DecisionRow.theirs,
            ),
        )
        .exists()
    )


def _record(one: type[ResearcherRow]) -> ColumnElement[int]:
    return func.coalesce(one.record_id, one.id)
