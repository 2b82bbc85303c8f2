"""What moderators decide about claims, and that it is theirs to decide."""

from __future__ import annotations

import pytest

from storage import claim_reviews, claims, own_claims, researchers
from storage.claim_states import Claim, Moderator, State, Step
from storage.database import Database
from storage.errors import ClaimedBefore, ClaimMoved, ColloquyError, NotAllowed
from storage.proofs import Kind
from tests.storage.claiming import (
    ADA,
    BOB,
    ELSEWHERE,
    EVE,
    HERE,
    JUDGE,
    MOD,
    MOD2,
    a_record,
    both,
    do,
    prove,
    review,
    start,
    state_of,
    steps_of,
    two_people,
)


async def test_moderators_approve_refuse_and_ask_for_more(database: Database) -> None:
    record = await a_record(database)
    claim = await start(database, record, ADA, None)
    assert (await review(database, claim)).state is State.REVIEW
    back = await do(database, claim_reviews.ask_more, claim.id, JUDGE, State.REVIEW, "Which lab?")
    assert (back.state, back.why, back.told) == (State.AWAITING, "Which lab?", False)
    looked = await do(
        database, own_claims.look, claim.id, ADA, Kind.HOMEPAGE, "https://a.example", "no code"
    )
    assert looked.why == "Which lab?"  # still to be answered
    await review(database, claim)
    approved = await do(database, claim_reviews.approve, claim.id, JUDGE, State.REVIEW)
    assert (approved.state, approved.level) == (State.VERIFIED, 3)
    with pytest.raises(ClaimMoved, match="verified by now"):
        await do(
            database, claim_reviews.refuse, claim.id, Moderator(MOD2, HERE), State.REVIEW, "no"
        )
    with pytest.raises(NotAllowed):
        await do(database, claim_reviews.revoke, claim.id, Moderator(MOD, ELSEWHERE), "no")
    revoked = await do(database, claim_reviews.revoke, claim.id, JUDGE, "It was somebody else.")
    assert (revoked.state, revoked.level) == (State.REVOKED, 1)
    with pytest.raises(ClaimedBefore):
        await start(database, record, ADA)
    async with database.read() as session:
        history = await claims.history(session, claim.id)
        assert [(h.what, h.user_id) for h in history] == [
            (Step.START, ADA),
            (Step.ASK, ADA),
            (Step.MORE, MOD),
            (Step.LOOK, ADA),
            (Step.ASK, ADA),
            (Step.APPROVE, MOD),
            (Step.REVOKE, MOD),
        ]
        assert history[-1].why == "It was somebody else."
        assert (await researchers.get(session, record)).level == 1


async def test_nobody_decides_about_themselves_or_a_rival(database: Database) -> None:
    record = await a_record(database)
    mine = await review(database, await start(database, record, ADA))
    await start(database, record, BOB)
    for party in (ADA, BOB):
        with pytest.raises(NotAllowed, match="somebody else has to decide"):
            await do(database, claim_reviews.approve, mine.id, Moderator(party, HERE), State.REVIEW)
    with pytest.raises(NotAllowed, match="not before the moderators of this server"):
        await do(database, claim_reviews.approve, mine.id, Moderator(MOD, ELSEWHERE), State.REVIEW)
    trusted = Moderator(MOD, ELSEWHERE, trusted=True)
    assert (await do(database, claim_reviews.approve, mine.id, trusted, State.REVIEW)).level == 3


async def test_a_server_of_ones_own_does_not_outweigh_pages_proved_elsewhere(
    database: Database,
) -> None:
    record = await a_record(database)
    await prove(database, await start(database, record, ADA, HERE))
    thief = await review(database, await start(database, record, EVE, ELSEWHERE), ELSEWHERE)
    own_judge = Moderator(MOD2, ELSEWHERE)
    with pytest.raises(NotAllowed, match="prove one more"):
        await do(database, claim_reviews.approve, thief.id, own_judge, State.DISPUTED)
    await prove(database, thief, Kind.HOMEPAGE)
    with pytest.raises(NotAllowed, match="prove one more"):
        await do(database, claim_reviews.approve, thief.id, own_judge, State.DISPUTED)
    await prove(database, thief, Kind.ORCID)
    won = await do(database, claim_reviews.approve, thief.id, own_judge, State.DISPUTED)
    assert won.state is State.VERIFIED


async def test_revoking_an_approval_lets_those_stand_whom_that_one_overruled(
    database: Database,
) -> None:
    record = await a_record(database)
    one, two = await two_people(database, record)
    ada = await prove(database, await start(database, one, ADA))
    bob = await prove(database, await start(database, two, BOB))
    eve = await review(database, await start(database, record, EVE))
    await do(database, claim_reviews.approve, eve.id, JUDGE, State.DISPUTED, "Eve is known here.")
    async with database.read() as session:
        assert (await claims.get(session, ada.id)).why == "Eve is known here."
        again = await claim_reviews.overruled_by(session, eve.id)
        assert [claim.id for claim in again] == [ada.id, bob.id]
        assert await claim_reviews.overruled_by(session, ada.id) == []
    kim = await review(database, await start(database, record, 14))
    await do(database, claim_reviews.approve, kim.id, JUDGE, State.DISPUTED)
    await do(database, claim_reviews.revoke, kim.id, JUDGE, "wrong")
    assert await state_of(database, eve) is State.VERIFIED  # and nobody from longer ago
    assert await state_of(database, ada) is State.REVOKED
    await do(database, claim_reviews.revoke, eve.id, JUDGE, "wrong, too")
    for claim in (ada, bob):
        assert await state_of(database, claim) is State.VERIFIED
        assert (await steps_of(database, claim))[-1] is Step.RESTORE
    async with database.read() as session:
        assert [(await researchers.get(session, i)).level for i in (record, one, two)] == [1, 3, 3]


async def test_of_two_moderators_at_once_one_decides(database: Database) -> None:
    for number in range(5):
        record = await a_record(database, f"Ada {number}")
        claim = await review(database, await start(database, record, 500 + number))
        done = await both(
            do(database, claim_reviews.approve, claim.id, JUDGE, State.REVIEW),
            do(database, claim_reviews.refuse, claim.id, Moderator(MOD2, HERE), State.REVIEW, "no"),
        )
        [won] = [one for one in done if isinstance(one, Claim)]
        [lost] = [one for one in done if isinstance(one, ColloquyError)]
        assert isinstance(lost, ClaimMoved)
        assert await state_of(database, claim) is won.state
        async with database.read() as session:
            assert (await researchers.get(session, record)).claimed == (won.state is State.VERIFIED)


async def test_a_withdrawal_against_an_approval(database: Database) -> None:
    for number in range(5):
        record = await a_record(database, f"Ada {number}")
        claim = await review(database, await start(database, record, 500 + number))
        await both(
            do(database, own_claims.withdraw, claim.id, claim.user_id),
            do(database, claim_reviews.approve, claim.id, JUDGE, State.REVIEW),
        )
        assert await state_of(database, claim) is State.WITHDRAWN  # before it or after it
        async with database.read() as session:
            person = await researchers.get(session, record)
            assert (person.level, person.claimed) == (1, False)
