import json
from datetime import timedelta

import pytest

from storage import (
    announcing,
    answers,
    claim_reviews,
    couriers,
    destinations,
    follows,
    own_claims,
    privacy,
    researchers,
    storing,
    works,
)
from storage.answers import Asked, utcnow
from storage.claim_states import Moderator, State
from storage.database import Database
from storage.errors import ClaimedBefore, NotAllowed
from tests.storage.invited import ADA, BOB, a_record, invite
from tests.storage.papers import paper


def _asked(user_id: int) -> Asked:
    return Asked(
        user_id=user_id,
        guild_id=None,
        channel_id=1,
        private=False,
        question=f"question of {user_id}",
        turn={},
        passages=(),
    )


async def test_export_shows_all_that_is_held_and_erase_leaves_the_others(
    database: Database,
) -> None:
    async with database.write() as session:
        mine = await answers.keep(session, _asked(1))
        theirs = await answers.keep(session, _asked(2))
        await answers.rate(session, theirs, 1, good=True)
        await answers.rate(session, mine, 2, good=True)
        await answers.open_thread(session, 77, 1)

        exported = await privacy.export(session, 1)
        assert json.loads(json.dumps(exported)) == exported
        assert {table: len(rows) for table, rows in exported.items()} == {
            "answers": 1,
            "ratings": 1,
            "threads": 1,
        }
        assert "question of 2" not in json.dumps(exported)

        await privacy.erase(session, 1)
        assert await privacy.export(session, 1) == {}
        assert (await answers.get(session, theirs)).question == "question of 2"


async def test_announcements_are_exported_to_whom_they_go_and_wait_for_nobody_erased(
    database: Database,
) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        await storing.store(session, [paper(1)], record)
        [work] = await works.of_researchers(session, [record])
        direct = await destinations.ensure_direct(session, 1)
        thread = await destinations.ensure_channel(session, 77, 7)
        told = [
            await follows.add(session, record, direct, user_id=1, set_by=1),
            await follows.add(session, record, thread, user_id=1, set_by=1),
        ]
        now = utcnow()
        assert await announcing.announce(session, work, told, now) == 2
        [shown] = (await privacy.export(session, 1))["announcements"]
        assert shown["work_id"] == work.id
        assert "announcements" not in await privacy.export(session, 2)

        await privacy.erase(session, 1)
        assert await privacy.export(session, 1) == {}
        later = now + timedelta(minutes=1)
        assert await couriers.take(session, "courier", later, timedelta(minutes=1)) == []


async def test_erasing_does_not_shorten_the_rest_after_a_refused_claim(database: Database) -> None:
    async with database.write() as session:
        records = [await researchers.ensure(session, f"Ada {n}", "arXiv") for n in "ABCDEF"]
        mine = await own_claims.start(session, records[0], 1, 7)
        await own_claims.ask_review(session, mine.id, 1, 7)
        await claim_reviews.refuse(session, mine.id, Moderator(9, 7), State.REVIEW, "not you")
        for record in records[1:3]:
            await own_claims.start(session, record, 1, 7)
        await privacy.erase(session, 1)
        assert await privacy.export(session, 1) == {}
    async with database.write() as session:
        with pytest.raises(ClaimedBefore):
            await own_claims.start(session, records[0], 1, 7)
        await own_claims.start(session, records[0], 2, 7)
        for record in records[3:5]:
            await own_claims.start(session, record, 1, 7)
        with pytest.raises(NotAllowed, match="enough claims for today"):
            await own_claims.start(session, records[5], 1, 7)
        shown = (await privacy.export(session, 9))["claim_steps"]
        assert all("claimant_key" not in row for row in shown), "that is somebody else's"


async def test_what_stands_for_a_sender_is_shown_to_them_alone(database: Database) -> None:
    await invite(database, ADA, await a_record(database))
    async with database.read() as session:
        [sent] = (await privacy.export(session, ADA))["invitations"]
        [received] = (await privacy.export(session, BOB))["invitations"]
    assert sent["sender_key"]
    assert "sender_key" not in received
    assert received["message"] == sent["message"]
