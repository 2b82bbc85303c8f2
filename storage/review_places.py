"""Where a server's moderators review claims, and the role that claimed researchers get there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import upsert
from storage.schema import ReviewPlaceRow


@dataclass(frozen=True, slots=True)
class ReviewPlace:
    """What a server has set; None for what it has not."""

    guild_id: int
    channel_id: int | None = None
    role_id: int | None = None


async def get(session: AsyncSession, guild_id: int) -> ReviewPlace:
    """What a server has set."""
    row = await session.get(ReviewPlaceRow, guild_id)
    return ReviewPlace(guild_id, row.channel_id, row.role_id) if row else ReviewPlace(guild_id)


async def set_channel(session: AsyncSession, guild_id: int, channel_id: int | None) -> None:
    """Review claims in a channel, or nowhere with None."""
    await _set(session, guild_id, channel_id=channel_id)


async def set_role(session: AsyncSession, guild_id: int, role_id: int | None) -> None:
    """Give claimed researchers a role, or none with None."""
    await _set(session, guild_id, role_id=role_id)


async def _set(session: AsyncSession, guild_id: int, **setting: int | None) -> None:
    statement = upsert(session, ReviewPlaceRow).values(guild_id=guild_id, **setting)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["guild_id"], set_=setting)
    )
