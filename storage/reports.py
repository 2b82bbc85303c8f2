"""What people say of a work's place with a record: "not theirs". A report decides nothing."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.answers import utcnow
from storage.database import upsert
from storage.schema import ReportRow


async def report(
    session: AsyncSession, user_id: int, researcher_id: int, work_id: int, *, theirs: bool
) -> None:
    """Keep one person's word; their newest word on a work counts."""
    row = {"user_id": user_id, "researcher_id": researcher_id, "work_id": work_id}
    word = {"theirs": theirs, "reported_at": utcnow()}
    statement = upsert(session, ReportRow).values(**row, **word)
    await session.execute(statement.on_conflict_do_update(index_elements=list(row), set_=word))


async def against(session: AsyncSession, researcher_id: int) -> dict[int, int]:
    """Work id -> how many people say that it is not by this record's person."""
    rows = await session.execute(
        select(ReportRow.work_id, func.count())
        .where(ReportRow.researcher_id == researcher_id, ReportRow.theirs.is_(False))
        .group_by(ReportRow.work_id)
    )
    return dict(rows.all())
