"""Whom people would invite and cannot yet: remembered until they know that the researcher takes
invitations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import claims, contacts, researchers
from storage.answers import utcnow
from storage.claim_states import State
from storage.contacts import Who
from storage.database import upsert
from storage.deliveries import LOST_AFTER
from storage.researchers import Researcher
from storage.schema import ClaimRow, ResearcherRow, WishRow

_WAITING = (~WishRow.closed, WishRow.telling_at.is_(None))


@dataclass(frozen=True, slots=True)
class Wish:
    """One person's wish to invite a researcher."""

    user_id: int
    researcher: Researcher


async def remember(session: AsyncSession, user_id: int, researcher_id: int) -> None:
    """Tell this person when the researcher takes invitations."""
    row = {"user_id": user_id, "researcher_id": researcher_id}
    statement = upsert(session, WishRow).values(**row, closed=False, wished_at=utcnow())
    await session.execute(statement.on_conflict_do_nothing())


async def of(session: AsyncSession, user_id: int) -> list[Researcher]:
    """Whom a person would invite, the first wished first."""
    wished = await session.scalars(
        select(WishRow.researcher_id)
        .where(WishRow.user_id == user_id)
        .order_by(WishRow.wished_at, WishRow.researcher_id)
    )
    return await researchers.by_ids(session, list(wished))


async def fulfil(session: AsyncSession, user_id: int, researcher: Researcher) -> None:
    """Let go of a person's wish to invite a researcher, or anybody of that record: they have."""
    wished = [researcher.id, *([researcher.record_id] if researcher.record_id else [])]
    await session.execute(
        delete(WishRow).where(WishRow.user_id == user_id, WishRow.researcher_id.in_(wished))
    )


async def for_researcher(session: AsyncSession, researcher_id: int) -> int:
    """How many people wait for this researcher."""
    waiting = select(func.count()).where(WishRow.researcher_id == researcher_id)
    return await session.scalar(waiting) or 0


async def take_fulfilled(session: AsyncSession, now: datetime, limit: int = 50) -> list[Wish]:
    """Wishes that have come true, oldest first; telling them is recorded as begun with this call.

    What was wished of a record is from now on a wish to invite the person behind it who may be.
    """
    waiting = await session.scalars(select(WishRow.researcher_id).where(*_WAITING).distinct())
    taken: list[Wish] = []
    for wished in list(waiting):
        for researcher, whose in await _open_now(session, wished):
            ripe = (
                select(WishRow.user_id)
                .where(WishRow.researcher_id == wished, *_WAITING, *whose)
                .order_by(WishRow.wished_at, WishRow.user_id)
                .limit(limit - len(taken))
            )
            gone = await session.execute(
                delete(WishRow)
                .where(WishRow.researcher_id == wished, WishRow.user_id.in_(ripe))
                .returning(WishRow.user_id, WishRow.wished_at)
            )
            wishers: dict[int, datetime] = dict(gone.all())
            await _begin(session, researcher.id, wishers, now)
            taken += [Wish(user_id, researcher) for user_id in wishers]
    return taken


async def _begin(
    session: AsyncSession, researcher_id: int, wishers: Mapping[int, datetime], now: datetime
) -> None:
    """Record that these people, each with when they wished for it, are being told."""
    begun = {"telling_at": now, "closed": False}
    rows = [
        {"user_id": user_id, "researcher_id": researcher_id, "wished_at": at, **begun}
        for user_id, at in wishers.items()
    ]
    if rows:
        statement = upsert(session, WishRow).on_conflict_do_update(
            index_elements=["user_id", "researcher_id"], set_=begun
        )
        await session.execute(statement, rows)


async def _open_now(
    session: AsyncSession, researcher_id: int
) -> list[tuple[Researcher, list[ColumnElement[bool]]]]:
    """Of a researcher and the people behind a record, who take invitations now, and from whom."""
    behind = select(ResearcherRow.id).where(ResearcherRow.record_id == researcher_id)
    people = [researcher_id, *await session.scalars(behind.order_by(ResearcherRow.part))]
    held = await claims.holders(session, people)
    proved = select(ClaimRow.user_id).where(ClaimRow.state == State.VERIFIED)
    from_whom: dict[Who, list[ColumnElement[bool]]] = {
        Who.ANYONE: [],
        Who.RESEARCHERS: [WishRow.user_id.in_(proved)],
    }
    found = []
    for researcher in await researchers.by_ids(session, [i for i in people if i in held]):
        who = (await contacts.get(session, held[researcher.id])).who
        if researcher.open_to_collaborate and who in from_whom:
            found.append((researcher, from_whom[who]))
    return found


async def could_not_tell(session: AsyncSession, wish: Wish) -> None:
    """Keep a wish that came true for the next time that the person uses a command."""
    await session.execute(update(WishRow).where(*_is(wish)).values(closed=True))


async def put_back(session: AsyncSession, wish: Wish) -> None:
    """Let a wish that could not be told right now be told a little later."""
    await session.execute(update(WishRow).where(*_is(wish)).values(telling_at=None))


async def untold(session: AsyncSession, user_id: int, now: datetime, limit: int = 1) -> list[Wish]:
    """What a person could not be told, oldest first: forget what they are told."""
    oldest = await session.scalars(
        select(WishRow.researcher_id)
        .where(
            WishRow.user_id == user_id,
            or_(WishRow.closed, WishRow.telling_at < now - LOST_AFTER),
        )
        .order_by(WishRow.wished_at, WishRow.researcher_id)
        .limit(limit)
    )
    return [Wish(user_id, person) for person in await researchers.by_ids(session, list(oldest))]


async def forget(session: AsyncSession, wish: Wish) -> None:
    """Let go of a wish of which its person knows that it came true."""
    await session.execute(delete(WishRow).where(*_is(wish)))


def _is(wish: Wish) -> tuple[ColumnElement[bool], ...]:
    return WishRow.user_id == wish.user_id, WishRow.researcher_id == wish.researcher.id
