"""Which role for claimed researchers the bot gave to whom, so that it takes no other one back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import upsert
from storage.schema import GivenRoleRow


@dataclass(frozen=True, slots=True)
class GivenRole:
    """A role that the bot gave to a member of a server."""

    guild_id: int
    user_id: int
    role_id: int


async def keep(session: AsyncSession, given: GivenRole) -> None:
    """Remember that a role was given, in place of an earlier one there."""
    key = {"guild_id": given.guild_id, "user_id": given.user_id}
    statement = upsert(session, GivenRoleRow).values(**key, role_id=given.role_id)
    await session.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_={"role_id": given.role_id})
    )


async def of(session: AsyncSession, user_ids: Collection[int]) -> list[GivenRole]:
    """What was given to these people."""
    rows = await session.scalars(
        select(GivenRoleRow)
        .where(GivenRoleRow.user_id.in_(user_ids))
        .order_by(GivenRoleRow.guild_id, GivenRoleRow.user_id)
    )
    return [GivenRole(row.guild_id, row.user_id, row.role_id) for row in rows]


async def forget(session: AsyncSession, given: GivenRole) -> None:
    """It was taken back, or is there no more."""
    await session.execute(
        delete(GivenRoleRow).where(
            GivenRoleRow.guild_id == given.guild_id, GivenRoleRow.user_id == given.user_id
        )
    )
