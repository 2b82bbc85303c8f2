"""Somebody who claimed a record and is invited, in a session of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage import invitations_sent
from storage.database import Database
from storage.invitations import Invitation
from storage.invitations_sent import Limits
from tests.storage.claimed import claimed_record

ADA, BOB, EVE = 1 << 30, 2 << 30, 3 << 30  # accounts of 2015
NOW = datetime.fromisoformat("2026-03-01 12:00")
DAY = timedelta(days=1)
WIDE = Limits(per_day=100, pending=100)


async def invite(
    database: Database, sender: int, record: int, now: datetime = NOW, limits: Limits = WIDE
) -> Invitation:
    async with database.write() as session:
        return await invitations_sent.send(
            session, sender, "Ada", record, "Shall we?", limits=limits, guild_id=9, now=now
        )


async def a_record(database: Database, name: str = "Bob Bee", holder: int = BOB) -> int:
    async with database.write() as session:
        return await claimed_record(session, name, holder)
