"""Whose invitations do not reach whom, kept so that it outlasts either of them being erased.

A block is a hash of the two people under a secret of this database: whoever reads the table alone
learns of nobody who is blocked, and nothing has to be kept about them that an export would show
them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.answers import utcnow
from storage.database import upsert
from storage.schema import BlockRow, InvitationRow, KeyRow

_SECRET = "people"  # noqa: S105 - the name of the secret


@dataclass(frozen=True, slots=True)
class Block:
    """One block, as the person who made it sees it.

    Attributes:
        pair: what it is known by.
        sender_user_id: who is blocked; None once they have erased their data.
        sender_name: as it was on the invitation that was blocked; empty likewise.
    """

    pair: str
    sender_user_id: int | None
    sender_name: str
    created_at: datetime


async def key_of(session: AsyncSession, user_id: int) -> str:
    """What stands for a person where their id must not: 32 characters, the same each time."""
    return _hash(await _secret(session), str(user_id))


async def add(session: AsyncSession, user_id: int, sender_key: str, invitation_id: int) -> None:
    """Let no invitation of a sender (see `key_of`) reach a person any more."""
    row = {
        "pair": await _pair(session, user_id, sender_key),
        "user_id": user_id,
        "invitation_id": invitation_id,
        "created_at": utcnow(),
    }
    await session.execute(upsert(session, BlockRow).values(**row).on_conflict_do_nothing())


async def remove(session: AsyncSession, user_id: int, pair: str) -> None:
    """Let a sender's invitations reach the person again; nothing where it is not their block."""
    await session.execute(
        delete(BlockRow).where(BlockRow.pair == pair, BlockRow.user_id == user_id)
    )


async def stands(session: AsyncSession, user_id: int, sender_key: str) -> bool:
    """Whether a person has blocked a sender."""
    return bool(await standing(session, [(user_id, sender_key)]))


async def standing(
    session: AsyncSession, pairs: Collection[tuple[int, str]]
) -> set[tuple[int, str]]:
    """Of these people and senders (see `key_of`), those where the one has blocked the other."""
    if not pairs:
        return set()
    secret = await _secret(session)
    known = {_hash(secret, f"{user_id} {key}"): (user_id, key) for user_id, key in pairs}
    found = await session.scalars(select(BlockRow.pair).where(BlockRow.pair.in_(known)))
    return {known[pair] for pair in found}


async def of(session: AsyncSession, user_id: int) -> list[Block]:
    """A person's blocks, the latest first."""
    rows = await session.execute(
        select(
            BlockRow.pair,
            BlockRow.created_at,
            InvitationRow.sender_user_id,
            InvitationRow.sender_name,
        )
        .outerjoin(InvitationRow, InvitationRow.id == BlockRow.invitation_id)
        .where(BlockRow.user_id == user_id)
        .order_by(BlockRow.created_at.desc(), BlockRow.pair)
    )
    return [Block(pair, who, name or "", at) for pair, at, who, name in rows]


async def _pair(session: AsyncSession, user_id: int, sender_key: str) -> str:
    return _hash(await _secret(session), f"{user_id} {sender_key}")


async def _secret(session: AsyncSession) -> bytes:
    """This database's secret; drawn by whoever asks first, also when two ask at once."""
    known = select(KeyRow.value).where(KeyRow.name == _SECRET)
    found = await session.scalar(known)
    if found is None:
        drawn = {"name": _SECRET, "value": secrets.token_bytes(32)}
        await session.execute(upsert(session, KeyRow).values(**drawn).on_conflict_do_nothing())
        found = await session.scalar(known)
    assert found is not None, "it was just put there"
    return found


def _hash(secret: bytes, text: str) -> str:
    return hashlib.blake2s(text.encode(), key=secret, digest_size=16).hexdigest()
