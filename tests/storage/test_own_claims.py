"""Claims of one's own: what proves them, how many there may be, and what erasing leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storage import claim_reviews, claims, own_claims, own_words, privacy, researchers
from storage.answers import utcnow
from storage.claim_states import Claim, State, Step
from storage.database import Database
from storage.errors import (
    AlreadyClaimed,
    ClaimMoved,
    CodesExpired,
    NoSuchClaim,
    NotAllowed,
    TooManyClaims,
    UnknownResearcher,
)
from storage.own_words import OwnWords
from storage.proofs import Kind
from storage.schema import ClaimRow, ClaimStepRow
from tests.storage.claiming import (
    ADA,
    BOB,
    EVE,
    HERE,
    JUDGE,
    MOD,
    a_record,
    both,
    do,
    prove,
    review,
    start,
    state_of,
    steps_of,
)


async def test_a_page_with_the_code_verifies_and_a_second_one_makes_it_l4(
    database: Database,
) -> None:
    record = await a_record(database)
    claim = await start(database, record, ADA)
    assert (claim.state, claim.level) == (State.AWAITING, 2)
    assert sorted(claim.codes) == ["github", "homepage", "institution", "orcid"]
    assert len(set(claim.codes.values())) == 4
    async with database.read() as session:
        profile = await researchers.profile(session, record)
        assert (profile.researcher.level, profile.researcher.claimed) == (2, False)
        assert profile.trust.score == 10  # a word alone raises nothing
        assert await claims.holder(session, record) is None
    proved = await prove(database, claim, Kind.GITHUB)
    assert (proved.state, proved.level) == (State.VERIFIED, 3)
    assert Kind.GITHUB not in proved.codes  # one-time
    proved = await prove(database, claim, Kind.ORCID)
    assert proved.level == 4
    async with database.read() as session:
        profile = await researchers.profile(session, record)
        assert (profile.researcher.level, profile.researcher.claimed) == (4, True)
        assert profile.researcher.orcid == "0000-0002-1825-0097"
        assert [p.points for p in profile.trust.points] == [40, 0, 0, 5]
        assert await claims.holder(session, record) == ADA
        assert [r.id for r in await claims.held_by(session, ADA)] == [record]
    assert await steps_of(database, claim) == [Step.START, Step.PROVE, Step.PROVE]


async def test_codes_expire_and_old_ones_count_no_more(database: Database) -> None:
    claim = await start(database, await a_record(database), ADA)
    async with database.write() as session:
        await session.execute(update(ClaimRow).values(codes_until=utcnow() - timedelta(seconds=1)))
    with pytest.raises(CodesExpired):
        await prove(database, claim)
    renewed = await do(database, own_claims.renew, claim.id, ADA)
    assert not set(renewed.codes.values()) & set(claim.codes.values())
    with pytest.raises(ClaimMoved):
        await do(
            database,
            own_claims.prove,
            claim.id,
            ADA,
            Kind.GITHUB,
            "https://x.example",
            claim.codes[Kind.GITHUB],
        )
    assert (await prove(database, claim)).state is State.VERIFIED


async def test_three_open_claims_are_the_most(database: Database) -> None:
    records = [await a_record(database, f"Ada {n}") for n in "ABCDEF"]
    started = [await start(database, record, ADA) for record in records[:3]]
    with pytest.raises(AlreadyClaimed):
        await start(database, records[0], ADA)
    with pytest.raises(TooManyClaims):
        await start(database, records[3], ADA)
    await do(database, own_claims.withdraw, started[0].id, ADA)
    await prove(database, started[1])  # one that stands is not open any more
    await start(database, records[3], ADA)
    await start(database, records[4], ADA)
    await do(database, own_claims.withdraw, started[2].id, ADA)
    with pytest.raises(NotAllowed, match="enough claims for today"):
        await start(database, records[5], ADA)
    with pytest.raises(UnknownResearcher):
        await start(database, 9999, BOB)


async def test_only_ones_own(database: Database) -> None:
    claim = await start(database, await a_record(database), ADA)
    for job, args in (
        (own_claims.withdraw, ()),
        (own_claims.renew, ()),
        (own_claims.ask_review, (HERE,)),
        (own_claims.prove, (Kind.GITHUB, "https://github.com/eve", claim.codes[Kind.GITHUB])),
    ):
        with pytest.raises(NoSuchClaim):
            await do(database, job, claim.id, EVE, *args)


async def test_erasing_unclaims_and_leaves_steps_without_people(database: Database) -> None:
    record = await a_record(database)
    claim = await review(database, await start(database, record, ADA))
    await do(
        database, claim_reviews.ask_more, claim.id, JUDGE, State.REVIEW, "Is ada@home.example you?"
    )
    claim = await prove(database, claim, Kind.ORCID)
    async with database.write() as session:
        words = OwnWords("I compute.", "Analytical Society", ("https://ada.example",), True)
        await own_words.put(session, record, ADA, words)
        await own_words.hide(session, record, ADA, HERE)
        held = await privacy.export(session, ADA)
        assert {"claims", "claim_proofs", "claim_steps", "own_words", "hidden_profiles"} == set(
            held
        )
        assert MOD not in [row["user_id"] for row in held["claim_steps"]]
    async with database.write() as session:
        await privacy.erase(session, ADA)
        assert await privacy.export(session, ADA) == {}
    async with database.read() as session:
        person = await researchers.get(session, record)
        assert (person.level, person.claimed, person.orcid, person.links) == (1, False, None, ())
        assert (person.description, person.description_stated) == ("", False)
        assert await own_words.hidden_in(session, HERE) == frozenset()
        kept = (await session.scalars(select(ClaimStepRow).order_by(ClaimStepRow.id))).all()
        assert [step.what for step in kept][-1] == "withdrawn"
        assert not any("ada" in step.why for step in kept)
        assert {step.user_id for step in kept} == {None, MOD}
    again = await start(database, record, BOB)
    assert again.id != claim.id  # the steps of the one are not the other's
    assert await steps_of(database, again) == [Step.START]


async def test_of_two_people_who_prove_at_once_one_stands(database: Database) -> None:
    for number in range(5):
        record = await a_record(database, f"Ada {number}")
        one = await start(database, record, 500 + number)
        other = await start(database, record, 600 + number)
        await both(prove(database, one), prove(database, other, Kind.HOMEPAGE))
        states = sorted([await state_of(database, one), await state_of(database, other)])
        assert states == [State.DISPUTED, State.VERIFIED]


async def test_four_starts_at_once_are_three(database: Database) -> None:
    records = [await a_record(database, f"Ada {n}") for n in "ABCD"]
    done = await both(*(start(database, record, ADA) for record in records))
    assert sum(isinstance(one, Claim) for one in done) == 3
    done = await both(*(start(database, records[0], BOB) for _ in range(3)))
    assert sum(isinstance(one, Claim) for one in done) == 1
