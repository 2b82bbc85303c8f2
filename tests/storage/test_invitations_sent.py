"""Who may invite whom, and how often."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from storage import contacts, invitations_received, invitations_sent, privacy, researchers
from storage.contacts import Contact, Who
from storage.database import Database
from storage.errors import (
    AccountTooNew,
    AlreadyInvited,
    DeclinedLately,
    EmptyMessage,
    NobodyToInvite,
    NotOpen,
    OwnRecord,
    ResearchersOnly,
    TooManyInvitations,
    TooManyPending,
)
from storage.invitations import Invitation
from storage.invitations_sent import Limits
from tests.storage.invited import ADA, BOB, DAY, EVE, NOW, a_record, invite


async def test_who_can_be_invited(database: Database) -> None:
    async with database.write() as session:
        free = await researchers.ensure(session, "Free", "arXiv")
    with pytest.raises(NobodyToInvite):
        await invite(database, ADA, free)
    record = await a_record(database)
    with pytest.raises(OwnRecord):
        await invite(database, BOB, record)
    async with database.write() as session:
        await contacts.save(session, BOB, Contact(Who.RESEARCHERS))
    with pytest.raises(ResearchersOnly):
        await invite(database, ADA, record)
    await a_record(database, "Ada Lovelace", ADA)
    await invite(database, ADA, record)
    async with database.write() as session:
        await contacts.save(session, BOB, Contact(Who.NOBODY))
    with pytest.raises(NotOpen):
        await invite(database, EVE, record)


@pytest.mark.parametrize("message", ["", "  \n ", "\u200b\u2060"])
async def test_an_invitation_says_something(database: Database, message: str) -> None:
    record = await a_record(database)
    with pytest.raises(EmptyMessage):
        async with database.write() as session:
            await invitations_sent.send(session, ADA, "Ada", record, message, limits=Limits())
    async with database.read() as session:
        assert await invitations_sent.sent(session, ADA) == []


async def test_limits_of_a_sender(database: Database) -> None:
    bob = await a_record(database)
    cid = await a_record(database, "Cid Sea", 4 << 30)
    dee = await a_record(database, "Dee Dee", 5 << 30)
    new = int((NOW - datetime.fromisoformat("2015-01-01")).total_seconds() * 1000) << 22
    with pytest.raises(AccountTooNew) as young:
        await invite(database, new, bob)
    assert "come back in 7 days" in young.value.sentence
    assert "has to be 1 day old" in AccountTooNew(days=1, seconds=60).sentence
    assert "Up to 1 invitation can be sent" in TooManyInvitations(limit=1).sentence
    await invite(database, ADA, bob)
    with pytest.raises(AlreadyInvited):
        await invite(database, ADA, bob)
    await invite(database, ADA, cid)
    with pytest.raises(TooManyInvitations):
        await invite(database, ADA, dee, limits=Limits(per_day=2))
    with pytest.raises(TooManyPending):
        await invite(database, ADA, dee, NOW + 2 * DAY, limits=Limits(pending=2))
    assert (await invite(database, ADA, dee, NOW + 2 * DAY, limits=Limits(2, 3))).id


async def test_two_at_once_count_both(database: Database) -> None:
    records = [await a_record(database, f"B {n}", BOB + n) for n in range(4)]
    tries = (invite(database, ADA, record, limits=Limits(per_day=2)) for record in records)
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(outcome, Invitation) for outcome in outcomes) == 2
    same = (invite(database, EVE, records[0]) for _ in range(4))
    outcomes = await asyncio.gather(*same, return_exceptions=True)
    assert sum(isinstance(outcome, Invitation) for outcome in outcomes) == 1
    assert all(isinstance(o, Invitation | AlreadyInvited) for o in outcomes)


@pytest.mark.parametrize("erased", [False, True])
async def test_a_decline_gives_ninety_days_of_quiet(database: Database, erased: bool) -> None:
    record = await a_record(database)
    sent = await invite(database, ADA, record)
    async with database.write() as session:
        await invitations_received.decline(session, sent.id, BOB, NOW)
        if erased:
            await privacy.erase(session, ADA)
    with pytest.raises(DeclinedLately) as caught:
        await invite(database, ADA, record, NOW + 89 * DAY)
    assert "from 31 May 2026 on" in caught.value.sentence
    assert (await invite(database, ADA, record, NOW + 91 * DAY)).id
