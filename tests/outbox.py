"""A full outbox, written at once: works by several people, waiting at many destinations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from storage import researchers, storing
from storage.announcements import State
from storage.answers import utcnow
from storage.database import Database
from storage.schema import AnnouncementRow, DestinationRow
from tests.storage.papers import paper

FIRST_FORUM, FIRST_CHANNEL, FIRST_PERSON = 300_000, 200_000, 100_000
GUILD = 7000
ABSTRACT = (
    "Language models are widely used. However, existing methods for compressing them are slow."
    " In this paper, we propose a method that removes whole layers at once, guided by a score."
    " Experiments on five benchmarks show that it keeps 98% of the accuracy at half the size."
)


async def fill(
    database: Database,
    *,
    channels: int = 0,
    people: int = 0,
    forums: int = 0,
    each: int = 1,
    every: str = "at once",
) -> dict[int, list[int]]:
    """Destinations with `each` announcements, all due; address -> announcement ids in order.

    The address of a person is their user id, which no channel has; forums are channels that have
    yet to be made known as such.
    """
    now = utcnow()
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        stored = await storing.store(
            session, [paper(n, abstract=ABSTRACT) for n in range(each)], ada
        )
        places = [
            {"user_id": FIRST_PERSON + n, "channel_id": None, "guild_id": None}
            for n in range(people)
        ] + [
            {"user_id": None, "channel_id": first + n, "guild_id": GUILD}
            for first, number in ((FIRST_CHANNEL, channels), (FIRST_FORUM, forums))
            for n in range(number)
        ]
        same = {"time_zone": "UTC", "discuss": False, "told": False}
        if places:
            await session.execute(insert(DestinationRow), [place | same for place in places])
        rows = await session.execute(
            select(DestinationRow.id, DestinationRow.user_id, DestinationRow.channel_id).order_by(
                DestinationRow.id
            )
        )
        address = {row.id: row.user_id or row.channel_id for row in rows}
        reason = {"follow_id": 1, "researcher_id": ada, "name": "Ada Lovelace", "every": every}
        waiting = [_row(where, work, reason, now) for work in stored.new for where in address]
        await session.execute(insert(AnnouncementRow), waiting)
        found = await session.execute(
            select(AnnouncementRow.id, AnnouncementRow.destination_id).order_by(AnnouncementRow.id)
        )
        expected: dict[int, list[int]] = {}
        for row in found:
            expected.setdefault(address[row.destination_id], []).append(row.id)
    return expected


def _row(where: int, work: int, reason: dict[str, Any], now: Any) -> dict[str, Any]:
    return {
        "destination_id": where, "work_id": work, "revision": 0, "reasons": [reason],
        "state": State.PENDING.value, "why": "", "attempts": 0,
        "due_at": now - timedelta(seconds=1), "created_at": now,
    }  # fmt: skip


async def states(database: Database, ids: Sequence[int] = ()) -> dict[int, tuple[str, str]]:
    """State and reason of announcements."""
    query = select(AnnouncementRow.id, AnnouncementRow.state, AnnouncementRow.why)
    if ids:
        query = query.where(AnnouncementRow.id.in_(ids))
    async with database.read() as session:
        return {row.id: (row.state, row.why) for row in await session.execute(query)}
