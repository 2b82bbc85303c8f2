"""Disputes: how one is opened and ended, and between whom."""

from __future__ import annotations

from storage import claim_reviews, claims, own_claims, researchers
from storage.claim_states import State, Step
from storage.database import Database
from storage.proofs import Kind
from tests.storage.claiming import (
    ADA,
    BOB,
    EVE,
    JUDGE,
    a_record,
    do,
    prove,
    review,
    start,
    state_of,
    two_people,
)


async def test_a_second_person_who_proves_it_opens_a_dispute(database: Database) -> None:
    record = await a_record(database)
    first = await prove(database, await start(database, record, ADA))
    second = await start(database, record, BOB)
    assert (second.rivals, second.state) == (1, State.AWAITING)
    disputed = await prove(database, second, Kind.HOMEPAGE)
    assert (disputed.state, disputed.level) == (State.DISPUTED, 2)
    async with database.read() as session:
        theirs = await claims.get(session, first.id)
        assert (theirs.state, theirs.told, theirs.rivals) == (State.VERIFIED, False, 1)
        assert await claims.holder(session, record) == ADA
        assert [c.id for c in await claims.of_server(session, JUDGE)] == [second.id, first.id]
    won = await do(database, claim_reviews.approve, second.id, JUDGE, State.DISPUTED)
    assert (won.state, won.level) == (State.VERIFIED, 4)
    assert await state_of(database, first) is State.REVOKED
    async with database.read() as session:
        assert await claims.holder(session, record) == BOB
        assert (await claims.history(session, first.id))[-1].what is Step.OVERRULE


async def test_a_dispute_that_is_refused_leaves_the_first_one(database: Database) -> None:
    record = await a_record(database)
    first = await prove(database, await start(database, record, ADA))
    second = await review(database, await start(database, record, BOB))
    assert second.state is State.DISPUTED
    asked = await do(
        database, claim_reviews.ask_more, second.id, JUDGE, State.DISPUTED, "Prove it."
    )
    assert asked.state is State.DISPUTED
    assert (
        await do(database, claim_reviews.refuse, second.id, JUDGE, State.DISPUTED, "Not shown.")
    ).state is State.REFUSED
    assert await state_of(database, first) is State.VERIFIED


async def test_a_dispute_is_over_when_the_other_side_goes(database: Database) -> None:
    record = await a_record(database)
    first = await prove(database, await start(database, record, ADA))
    proved = await prove(database, await start(database, record, BOB), Kind.HOMEPAGE)
    asked = await review(database, await start(database, record, EVE))
    assert asked.state is State.DISPUTED
    await do(database, own_claims.withdraw, first.id, ADA)
    assert await state_of(database, proved) is State.VERIFIED
    assert await state_of(database, asked) is State.DISPUTED
    await do(database, own_claims.withdraw, proved.id, BOB)
    assert await state_of(database, asked) is State.REVIEW


async def test_who_claims_a_record_is_a_rival_of_who_claims_a_person_behind_it(
    database: Database,
) -> None:
    record = await a_record(database)
    one, two = await two_people(database, record)
    ada = await prove(database, await start(database, one, ADA))
    bob = await prove(database, await start(database, two, BOB))
    assert (ada.state, bob.state) == (State.VERIFIED, State.VERIFIED)
    eve = await prove(database, await start(database, record, EVE))
    assert (eve.state, eve.rivals) == (State.DISPUTED, 2)
    async with database.read() as session:
        against = await claims.standing_against(session, eve.id)
        assert [claim.user_id for claim in against] == [ADA, BOB]
        untold = await claims.untold_of(session, record)
        assert {claim.user_id for claim in untold} == {ADA, BOB}
        for researcher in (record, one, two):
            around = await claims.around(session, researcher)
            assert {claim.user_id for claim in around} == {ADA, BOB, EVE}
    async with database.write() as session:
        await own_claims.withdraw(session, ada.id, ADA)
        assert (await claims.get(session, eve.id)).state is State.DISPUTED
    async with database.write() as session:
        decided = await claim_reviews.approve(session, eve.id, JUDGE, State.DISPUTED)
        assert decided.state is State.VERIFIED
        assert (await claims.get(session, bob.id)).state is State.REVOKED
        assert not (await researchers.get(session, two)).claimed


async def test_two_people_of_a_name_are_freed_by_the_end_of_a_claim_on_both(
    database: Database,
) -> None:
    record = await a_record(database)
    one, two = await two_people(database, record)
    eve = await prove(database, await start(database, record, EVE))
    ada = await prove(database, await start(database, one, ADA))
    bob = await prove(database, await start(database, two, BOB))
    assert (ada.state, bob.state) == (State.DISPUTED, State.DISPUTED)
    async with database.write() as session:
        await own_claims.withdraw(session, eve.id, EVE)
        assert {(await claims.get(session, c.id)).state for c in (ada, bob)} == {State.VERIFIED}
        assert (await researchers.get(session, one)).claimed
        assert (await researchers.get(session, two)).claimed
        assert not (await researchers.get(session, record)).claimed
