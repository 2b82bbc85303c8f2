"""Servers that a bot is known to be in, so that one left while it was away is noticed later.

Only those count: people who took the bot along as their own app use it in servers that it was
never in, and another bot on the same database is in others, or stays in one that is left.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import upsert
from storage.schema import ServerRow


async def remember(session: AsyncSession, application_id: int, guild_ids: Collection[int]) -> None:
    """Note that a bot is in these servers."""
    if guild_ids:
        rows = [{"application_id": application_id, "guild_id": guild} for guild in guild_ids]
        await session.execute(upsert(session, ServerRow).on_conflict_do_nothing(), rows)


async def known(session: AsyncSession, application_id: int) -> list[int]:
    """The servers in which a bot was when it last heard of them."""
    found = select(ServerRow.guild_id).where(ServerRow.application_id == application_id)
    return list(await session.scalars(found.order_by(ServerRow.guild_id)))


async def leave(session: AsyncSession, application_id: int, guild_id: int) -> bool:
    """Note that a bot is no longer in a server; whether no other is, either."""
    here = ServerRow.guild_id == guild_id
    await session.execute(delete(ServerRow).where(here, ServerRow.application_id == application_id))
    return await session.scalar(select(ServerRow.guild_id).where(here).limit(1)) is None
