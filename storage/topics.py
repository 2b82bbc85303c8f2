"""Topics of a record as last worked out: a name and the works it covers, in order of weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import unseen
from storage.schema import TopicRow


@dataclass(frozen=True, slots=True)
class Topic:
    """A noun phrase and the works that are about it."""

    name: str
    work_ids: tuple[int, ...]


async def replace(session: AsyncSession, researcher_id: int, topics: Sequence[Topic]) -> None:
    """Make these the record's topics."""
    await session.execute(delete(TopicRow).where(TopicRow.researcher_id == researcher_id))
    if topics:
        await session.execute(
            insert(TopicRow),
            [
                {
                    "researcher_id": researcher_id,
                    "position": n,
                    "name": topic.name,
                    "work_ids": list(topic.work_ids),
                }
                for n, topic in enumerate(topics)
            ],
        )


async def of(session: AsyncSession, researcher_id: int) -> tuple[Topic, ...]:
    """A record's topics, the weightiest first; without works that are left out in this session."""
    left_out = unseen.left_out(session, researcher_id)
    rows = await session.scalars(
        select(TopicRow).where(TopicRow.researcher_id == researcher_id).order_by(TopicRow.position)
    )
    found = [Topic(row.name, tuple(i for i in row.work_ids if i not in left_out)) for row in rows]
    return tuple(topic for topic in found if topic.work_ids)
