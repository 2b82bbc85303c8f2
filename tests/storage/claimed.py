"""A record with a claim that stands, however it came about."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import researchers
from storage.answers import utcnow
from storage.schema import ClaimRow, ResearcherRow


async def claim(session: AsyncSession, researcher_id: int, user_id: int) -> None:
    """Let a person hold the claim on a record, with one proof, and be open to collaborate."""
    now = utcnow()
    session.add(
        ClaimRow(
            researcher_id=researcher_id,
            user_id=user_id,
            state="verified",
            codes={},
            codes_until=now + timedelta(days=1),
            why="",
            started_at=now,
            changed_at=now,
            told=True,
        )
    )
    await session.execute(
        update(ResearcherRow)
        .where(ResearcherRow.id == researcher_id)
        .values(claimed=True, level=3, open_to_collaborate=True)
    )
    await session.flush()


async def claimed_record(session: AsyncSession, name: str, user_id: int) -> int:
    """A new record that this person has claimed; its id."""
    record = await researchers.ensure(session, name, "arXiv")
    await claim(session, record, user_id)
    return record
