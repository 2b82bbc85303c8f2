import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from storage import announcements, couriers
from storage.announcements import State
from storage.answers import utcnow
from storage.couriers import Hold
from storage.database import Database
from storage.errors import DatabaseUnavailable
from storage.ledger import Ledger
from tests.outbox import fill, states

LENGTH = timedelta(seconds=30)


async def test_writes_that_come_together_are_each_answered(database: Database) -> None:
    await fill(database, channels=20)
    async with database.write() as session:
        parcels = await couriers.take(session, "one", utcnow(), LENGTH)
    ledger = Ledger(database, LENGTH)
    stranger = Hold(parcels[0].hold.destination_id, "another")
    claims = await asyncio.gather(
        *(ledger.claim(p.hold, [a.id for a in p.announcements]) for p in parcels),
        ledger.claim(stranger, [parcels[0].announcements[0].id]),
    )
    assert claims.pop() is None
    ids = [id_ for claim in claims if claim for id_ in claim.ids]
    assert sorted(ids) == sorted(a.id for p in parcels for a in p.announcements)
    await asyncio.gather(*(ledger.sent([id_], 1000 + id_) for id_ in ids))
    await asyncio.gather(*(ledger.let_go(p.hold) for p in parcels))
    assert {state for state, _ in (await states(database)).values()} == {State.SENT.value}
    async with database.read() as session:
        shown = await announcements.get(session, ids[0])
    assert shown is not None
    assert shown.message_id == 1000 + ids[0]


async def test_what_a_cancelled_caller_wrote_stands(database: Database) -> None:
    expected = await fill(database, channels=1)
    ledger = Ledger(database, LENGTH)
    [ids] = expected.values()
    writing = asyncio.create_task(ledger.sent(ids, 5))
    await asyncio.sleep(0.01)
    writing.cancel()
    await ledger.sent([], 0)
    assert {state for state, _ in (await states(database)).values()} == {State.SENT.value}


async def test_a_write_that_fails_says_so_and_the_next_one_is_tried(tmp_path: Path) -> None:
    without_tables = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    ledger = Ledger(without_tables, LENGTH)
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            await ledger.sent([1], 5)
    await without_tables.close()
