"""Claims: what each step does, what two people at once do, and no way out of the drawn machine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event, select, update

from storage import claims, follows, own_words, privacy, proofs, researchers
from storage.answers import utcnow
from storage.claim_states import LIVE, MOVES, Claim, Moderator, State, Step
from storage.database import Database
from storage.destinations import ensure_direct
from storage.errors import (
    AlreadyClaimed,
    BadLink,
    ClaimedBefore,
    ClaimMoved,
    CodesExpired,
    ColloquyError,
    NoSuchClaim,
    NotAllowed,
    NotClaimed,
    TextTooLong,
    TooManyClaims,
    UnknownResearcher,
)
from storage.own_words import OwnWords
from storage.proofs import Kind
from storage.schema import ClaimRow, ClaimStepRow, ResearcherRow

ADA, BOB, EVE, MOD, MOD2 = 11, 12, 13, 21, 22
HERE, ELSEWHERE = 100, 200
JUDGE = Moderator(MOD, HERE)
PAGES = {
    Kind.ORCID: "https://orcid.org/0000-0002-1825-0097",
    Kind.GITHUB: "https://github.com/ada",
    Kind.HOMEPAGE: "https://ada.example",
    Kind.INSTITUTION: "https://people.mit.edu/ada",
}


async def _record(database: Database, name: str = "Ada Lovelace") -> int:
    async with database.write() as session:
        return await researchers.ensure(session, name, "arXiv")


async def _people(database: Database, record: int) -> list[int]:
    """Two persons behind a record."""
    async with database.write() as session:
        whole = await session.get_one(ResearcherRow, record)
        rows = [
            ResearcherRow(
                record_id=record, part=part, label=f"person {part}", name=whole.name,
                name_key=whole.name_key, source=whole.source, role=whole.role, description="",
                open_to_collaborate=False, level=1, claimed=False,
            )
            for part in (1, 2)
        ]  # fmt: skip
        session.add_all(rows)
        await session.flush()
        return [row.id for row in rows]


async def _start(database: Database, record: int, user: int, guild: int | None = HERE) -> Claim:
    async with database.write() as session:
        return await claims.start(session, record, user, guild)


async def _prove(
    database: Database, claim: Claim, kind: Kind = Kind.GITHUB, page: str | None = None
) -> Claim:
    async with database.write() as session:
        now = await claims.get(session, claim.id)
        orcid = "0000-0002-1825-0097" if kind is Kind.ORCID else None
        return await claims.prove(
            session, claim.id, claim.user_id, kind, page or PAGES[kind], now.codes[kind], orcid
        )


async def _review(database: Database, claim: Claim, guild: int = HERE) -> Claim:
    async with database.write() as session:
        return await claims.ask_review(session, claim.id, claim.user_id, guild)


async def _state(database: Database, claim: Claim) -> State:
    async with database.read() as session:
        return (await claims.get(session, claim.id)).state


async def _steps(database: Database, claim: Claim) -> list[Step]:
    async with database.read() as session:
        return [step.what for step in await claims.history(session, claim.id)]


async def _in(database: Database, job: str, *args: Any) -> Claim:
    """One step in a session of its own."""
    async with database.write() as session:
        done: Claim = await getattr(claims, job)(session, *args)
        return done


async def test_a_page_with_the_code_verifies_and_a_second_one_makes_it_l4(
    database: Database,
) -> None:
    record = await _record(database)
    claim = await _start(database, record, ADA)
    assert (claim.state, claim.level) == (State.AWAITING, 2)
    assert sorted(claim.codes) == ["github", "homepage", "institution", "orcid"]
    assert len(set(claim.codes.values())) == 4
    async with database.read() as session:
        profile = await researchers.profile(session, record)
        assert (profile.researcher.level, profile.researcher.claimed) == (2, False)
        assert profile.trust.score == 10  # a word alone raises nothing
        assert await claims.holder(session, record) is None
    proved = await _prove(database, claim, Kind.GITHUB)
    assert (proved.state, proved.level) == (State.VERIFIED, 3)
    assert Kind.GITHUB not in proved.codes  # one-time
    proved = await _prove(database, claim, Kind.ORCID)
    assert proved.level == 4
    async with database.read() as session:
        profile = await researchers.profile(session, record)
        assert (profile.researcher.level, profile.researcher.claimed) == (4, True)
        assert profile.researcher.orcid == "0000-0002-1825-0097"
        assert [p.points for p in profile.trust.points] == [40, 0, 0, 5]
        assert await claims.holder(session, record) == ADA
        assert [r.id for r in await claims.held_by(session, ADA)] == [record]
    assert await _steps(database, claim) == [Step.START, Step.PROVE, Step.PROVE]


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ((Kind.GITHUB, "https://github.com/a"), (Kind.HOMEPAGE, "https://a.example"), 4),
        ((Kind.HOMEPAGE, "https://a.mit.edu"), (Kind.INSTITUTION, "https://www.mit.edu/a"), 3),
        ((Kind.HOMEPAGE, "https://a.ox.ac.uk"), (Kind.INSTITUTION, "https://cs.cam.ac.uk/a"), 4),
        ((Kind.HOMEPAGE, "https://a.example"), (Kind.HOMEPAGE, "https://b.example"), 3),
    ],
)
async def test_two_proofs_count_twice_only_of_different_kinds_on_different_sites(
    one: tuple[Kind, str], other: tuple[Kind, str], level: int
) -> None:
    kept = [
        proofs.Proof(kind, page, proofs.site(page), True, "", utcnow())
        for kind, page in (one, other)
    ]
    assert proofs.level(kept) == level
    assert proofs.level(kept[:1]) == 3
    assert proofs.level([]) == 2


async def test_codes_expire_and_old_ones_count_no_more(database: Database) -> None:
    claim = await _start(database, await _record(database), ADA)
    async with database.write() as session:
        await session.execute(update(ClaimRow).values(codes_until=utcnow() - timedelta(seconds=1)))
    with pytest.raises(CodesExpired):
        await _prove(database, claim)
    renewed = await _in(database, "renew", claim.id, ADA)
    assert not set(renewed.codes.values()) & set(claim.codes.values())
    with pytest.raises(ClaimMoved):
        await _in(
            database,
            "prove",
            claim.id,
            ADA,
            Kind.GITHUB,
            "https://x.example",
            claim.codes[Kind.GITHUB],
        )
    assert (await _prove(database, claim)).state is State.VERIFIED


async def test_moderators_approve_refuse_and_ask_for_more(database: Database) -> None:
    record = await _record(database)
    claim = await _start(database, record, ADA, None)
    assert (await _review(database, claim)).state is State.REVIEW
    back = await _in(database, "ask_more", claim.id, JUDGE, State.REVIEW, "Which lab?")
    assert (back.state, back.why, back.told) == (State.AWAITING, "Which lab?", False)
    looked = await _in(
        database, "look", claim.id, ADA, Kind.HOMEPAGE, "https://a.example", "no code"
    )
    assert looked.why == "Which lab?"  # still to be answered
    await _review(database, claim)
    approved = await _in(database, "approve", claim.id, JUDGE, State.REVIEW)
    assert (approved.state, approved.level) == (State.VERIFIED, 3)
    with pytest.raises(ClaimMoved, match="verified by now"):
        await _in(database, "refuse", claim.id, Moderator(MOD2, HERE), State.REVIEW, "no")
    with pytest.raises(NotAllowed):
        await _in(database, "revoke", claim.id, Moderator(MOD, ELSEWHERE), "no")
    revoked = await _in(database, "revoke", claim.id, JUDGE, "It was somebody else.")
    assert (revoked.state, revoked.level) == (State.REVOKED, 1)
    with pytest.raises(ClaimedBefore):
        await _start(database, record, ADA)
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
    record = await _record(database)
    mine = await _review(database, await _start(database, record, ADA))
    await _start(database, record, BOB)
    for party in (ADA, BOB):
        with pytest.raises(NotAllowed, match="somebody else has to decide"):
            await _in(database, "approve", mine.id, Moderator(party, HERE), State.REVIEW)
    with pytest.raises(NotAllowed, match="not before the moderators of this server"):
        await _in(database, "approve", mine.id, Moderator(MOD, ELSEWHERE), State.REVIEW)
    trusted = Moderator(MOD, ELSEWHERE, trusted=True)
    assert (await _in(database, "approve", mine.id, trusted, State.REVIEW)).level == 3


async def test_a_second_person_who_proves_it_opens_a_dispute(database: Database) -> None:
    record = await _record(database)
    first = await _prove(database, await _start(database, record, ADA))
    second = await _start(database, record, BOB)
    assert (second.rivals, second.state) == (1, State.AWAITING)
    disputed = await _prove(database, second, Kind.HOMEPAGE)
    assert (disputed.state, disputed.level) == (State.DISPUTED, 2)
    async with database.read() as session:
        theirs = await claims.get(session, first.id)
        assert (theirs.state, theirs.told, theirs.rivals) == (State.VERIFIED, False, 1)
        assert await claims.holder(session, record) == ADA
        assert [c.id for c in await claims.of_server(session, JUDGE)] == [second.id, first.id]
    won = await _in(database, "approve", second.id, JUDGE, State.DISPUTED)
    assert (won.state, won.level) == (State.VERIFIED, 4)
    assert await _state(database, first) is State.REVOKED
    async with database.read() as session:
        assert await claims.holder(session, record) == BOB
        assert (await claims.history(session, first.id))[-1].what is Step.OVERRULE


async def test_a_dispute_that_is_refused_leaves_the_first_one(database: Database) -> None:
    record = await _record(database)
    first = await _prove(database, await _start(database, record, ADA))
    second = await _review(database, await _start(database, record, BOB))
    assert second.state is State.DISPUTED
    asked = await _in(database, "ask_more", second.id, JUDGE, State.DISPUTED, "Prove it.")
    assert asked.state is State.DISPUTED
    assert (
        await _in(database, "refuse", second.id, JUDGE, State.DISPUTED, "Not shown.")
    ).state is State.REFUSED
    assert await _state(database, first) is State.VERIFIED


async def test_a_dispute_is_over_when_the_other_side_goes(database: Database) -> None:
    record = await _record(database)
    first = await _prove(database, await _start(database, record, ADA))
    proved = await _prove(database, await _start(database, record, BOB), Kind.HOMEPAGE)
    asked = await _review(database, await _start(database, record, EVE))
    assert asked.state is State.DISPUTED
    await _in(database, "withdraw", first.id, ADA)
    assert await _state(database, proved) is State.VERIFIED
    assert await _state(database, asked) is State.DISPUTED
    await _in(database, "withdraw", proved.id, BOB)
    assert await _state(database, asked) is State.REVIEW


async def test_a_server_of_ones_own_does_not_outweigh_pages_proved_elsewhere(
    database: Database,
) -> None:
    record = await _record(database)
    await _prove(database, await _start(database, record, ADA, HERE))
    thief = await _review(database, await _start(database, record, EVE, ELSEWHERE), ELSEWHERE)
    own_judge = Moderator(MOD2, ELSEWHERE)
    with pytest.raises(NotAllowed, match="prove one more"):
        await _in(database, "approve", thief.id, own_judge, State.DISPUTED)
    await _prove(database, thief, Kind.HOMEPAGE)
    with pytest.raises(NotAllowed, match="prove one more"):
        await _in(database, "approve", thief.id, own_judge, State.DISPUTED)
    await _prove(database, thief, Kind.ORCID)
    won = await _in(database, "approve", thief.id, own_judge, State.DISPUTED)
    assert won.state is State.VERIFIED


async def test_three_open_claims_are_the_most(database: Database) -> None:
    records = [await _record(database, f"Ada {n}") for n in "ABCDEF"]
    started = [await _start(database, record, ADA) for record in records[:3]]
    with pytest.raises(AlreadyClaimed):
        await _start(database, records[0], ADA)
    with pytest.raises(TooManyClaims):
        await _start(database, records[3], ADA)
    await _in(database, "withdraw", started[0].id, ADA)
    await _prove(database, started[1])  # one that stands is not open any more
    await _start(database, records[3], ADA)
    await _start(database, records[4], ADA)
    await _in(database, "withdraw", started[2].id, ADA)
    with pytest.raises(NotAllowed, match="enough claims for today"):
        await _start(database, records[5], ADA)
    with pytest.raises(UnknownResearcher):
        await _start(database, 9999, BOB)


async def test_only_ones_own(database: Database) -> None:
    claim = await _start(database, await _record(database), ADA)
    for job, args in (
        ("withdraw", ()),
        ("renew", ()),
        ("ask_review", (HERE,)),
        ("prove", (Kind.GITHUB, "https://github.com/eve", claim.codes[Kind.GITHUB])),
    ):
        with pytest.raises(NoSuchClaim):
            await _in(database, job, claim.id, EVE, *args)


async def test_erasing_unclaims_and_leaves_steps_without_people(database: Database) -> None:
    record = await _record(database)
    claim = await _review(database, await _start(database, record, ADA))
    await _in(database, "ask_more", claim.id, JUDGE, State.REVIEW, "Is ada@home.example you?")
    claim = await _prove(database, claim, Kind.ORCID)
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
        assert "author record imported" in person.description
        assert await own_words.hidden_in(session, HERE) == frozenset()
        kept = (await session.scalars(select(ClaimStepRow))).all()
        assert [step.what for step in kept][-1] == "withdrawn"
        assert not any("ada" in step.why for step in kept)
        assert {step.user_id for step in kept} == {None, MOD}
    again = await _start(database, record, BOB)
    assert again.id != claim.id  # the steps of the one are not the other's
    assert await _steps(database, again) == [Step.START]


async def test_own_words_stand_beside_the_record_and_raise_no_trust(database: Database) -> None:
    record = await _record(database)
    with pytest.raises(NotClaimed):
        async with database.write() as session:
            await own_words.put(session, record, ADA, OwnWords("Mine!"))
    claim = await _prove(database, await _start(database, record, ADA))
    async with database.write() as session:
        before = (await researchers.profile(session, record)).trust.score
        words = OwnWords(" I  compute. ", "Somewhere grand", ("https://ada.example/x",), True)
        await own_words.put(session, record, ADA, words)
        to = await ensure_direct(session, ADA)
        await follows.add(session, record, to, user_id=ADA, set_by=ADA)
        profile = await researchers.profile(session, record)
        assert profile.trust.score == before  # neither by a word nor by following oneself
        assert profile.followers == 0
        assert profile.researcher.description == "I compute."
        assert profile.researcher.affiliation == "Somewhere grand"
        assert profile.researcher.open_to_collaborate
    await _prove(database, claim, Kind.INSTITUTION)
    async with database.write() as session:
        profile = await researchers.profile(session, record)
        assert [p.points for p in profile.trust.points] == [40, 0, 0, 5]
        await researchers.ensure(session, "Ada Lovelace", "arXiv", description="Imported anew")
        assert (await researchers.get(session, record)).description == "I compute."
        await own_words.put(session, record, ADA, OwnWords())
        assert (await researchers.get(session, record)).description == "Imported anew"


@pytest.mark.parametrize(
    "link",
    [
        "http://ada.example",
        "javascript:alert(1)",
        "https://localhost",
        "https://user@ada.example",
        "https://ada.example:8443",
        "https://127.0.0.1/x",
        "https://[::1]/",
        "https://ada.example/a b",
        "https://[bad",
        "https://ada.example/" + "x" * 300,
    ],
)
async def test_links_are_plain_https_addresses(link: str, tmp_path: Any) -> None:
    with pytest.raises(BadLink):
        own_words._links([link])
    with pytest.raises(BadLink):
        own_words._links([f"https://a{n}.example" for n in range(6)])
    with pytest.raises(TextTooLong):
        own_words._text("affiliation", "x" * 200)


# Two at once ------------------------------------------------------------------------------


async def _both(*jobs: Awaitable[Claim]) -> list[Claim | ColloquyError]:
    done = await asyncio.gather(*jobs, return_exceptions=True)
    assert all(isinstance(one, Claim | ColloquyError) for one in done), done
    return list(done)  # type: ignore[arg-type]  # checked just now


async def test_of_two_moderators_at_once_one_decides(database: Database) -> None:
    for number in range(5):
        record = await _record(database, f"Ada {number}")
        claim = await _review(database, await _start(database, record, 500 + number))
        done = await _both(
            _in(database, "approve", claim.id, JUDGE, State.REVIEW),
            _in(database, "refuse", claim.id, Moderator(MOD2, HERE), State.REVIEW, "no"),
        )
        [won] = [one for one in done if isinstance(one, Claim)]
        [lost] = [one for one in done if isinstance(one, ColloquyError)]
        assert isinstance(lost, ClaimMoved)
        assert await _state(database, claim) is won.state
        async with database.read() as session:
            assert (await researchers.get(session, record)).claimed == (won.state is State.VERIFIED)


async def test_of_two_people_who_prove_at_once_one_stands(database: Database) -> None:
    for number in range(5):
        record = await _record(database, f"Ada {number}")
        one = await _start(database, record, 500 + number)
        other = await _start(database, record, 600 + number)
        await _both(_prove(database, one), _prove(database, other, Kind.HOMEPAGE))
        states = sorted([await _state(database, one), await _state(database, other)])
        assert states == [State.DISPUTED, State.VERIFIED]


async def test_a_withdrawal_against_an_approval(database: Database) -> None:
    for number in range(5):
        record = await _record(database, f"Ada {number}")
        claim = await _review(database, await _start(database, record, 500 + number))
        await _both(
            _in(database, "withdraw", claim.id, claim.user_id),
            _in(database, "approve", claim.id, JUDGE, State.REVIEW),
        )
        assert await _state(database, claim) is State.WITHDRAWN  # before it or after it
        async with database.read() as session:
            person = await researchers.get(session, record)
            assert (person.level, person.claimed) == (1, False)


async def test_four_starts_at_once_are_three(database: Database) -> None:
    records = [await _record(database, f"Ada {n}") for n in "ABCD"]
    done = await _both(*(_start(database, record, ADA) for record in records))
    assert sum(isinstance(one, Claim) for one in done) == 3
    done = await _both(*(_start(database, records[0], BOB) for _ in range(3)))
    assert sum(isinstance(one, Claim) for one in done) == 1


async def test_what_happened_since_somebody_was_told_is_still_news(database: Database) -> None:
    claim = await _prove(database, await _start(database, await _record(database), ADA))
    async with database.write() as session:
        revoked = await claims.revoke(session, claim.id, JUDGE, "not them")
        await claims.mark_told(session, claim)
        assert [one.state for one in await claims.untold(session, ADA)] == [State.REVOKED]
        await claims.mark_told(session, revoked)
        assert await claims.untold(session, ADA) == []


# Any sequence at all ----------------------------------------------------------------------

USERS = st.sampled_from((ADA, BOB, EVE))
CLAIMS = st.integers(0, 5)
STATES = st.sampled_from((State.REVIEW, State.DISPUTED))
JUDGES = st.sampled_from(
    (JUDGE, Moderator(MOD2, HERE), Moderator(MOD, ELSEWHERE), Moderator(ADA, HERE))
)


async def test_who_claims_a_record_is_a_rival_of_who_claims_a_person_behind_it(
    database: Database,
) -> None:
    record = await _record(database)
    one, two = await _people(database, record)
    ada = await _prove(database, await _start(database, one, ADA))
    bob = await _prove(database, await _start(database, two, BOB))
    assert (ada.state, bob.state) == (State.VERIFIED, State.VERIFIED)
    eve = await _prove(database, await _start(database, record, EVE))
    assert (eve.state, eve.rivals) == (State.DISPUTED, 2)
    async with database.read() as session:
        against = await claims.standing_against(session, eve.id)
        assert [claim.user_id for claim in against] == [ADA, BOB]
        untold = await claims.untold_of(session, record)
        assert {claim.user_id for claim in untold} == {ADA, BOB}
        for researcher in (record, one, two):
            assert await claims.claimants(session, researcher) == {ADA, BOB, EVE}
    async with database.write() as session:
        await claims.withdraw(session, ada.id, ADA)
        assert (await claims.get(session, eve.id)).state is State.DISPUTED
    async with database.write() as session:
        decided = await claims.approve(session, eve.id, JUDGE, State.DISPUTED)
        assert decided.state is State.VERIFIED
        assert (await claims.get(session, bob.id)).state is State.REVOKED
        assert not (await researchers.get(session, two)).claimed


async def test_two_people_of_a_name_are_freed_by_the_end_of_a_claim_on_both(
    database: Database,
) -> None:
    record = await _record(database)
    one, two = await _people(database, record)
    eve = await _prove(database, await _start(database, record, EVE))
    ada = await _prove(database, await _start(database, one, ADA))
    bob = await _prove(database, await _start(database, two, BOB))
    assert (ada.state, bob.state) == (State.DISPUTED, State.DISPUTED)
    async with database.write() as session:
        await claims.withdraw(session, eve.id, EVE)
        assert {(await claims.get(session, c.id)).state for c in (ada, bob)} == {State.VERIFIED}
        assert (await researchers.get(session, one)).claimed
        assert (await researchers.get(session, two)).claimed
        assert not (await researchers.get(session, record)).claimed


class Machine(RuleBasedStateMachine):
    """Any presses by anybody, alone and two at once: the claims stay inside what is drawn.

    Claims are on a record or on one of two people behind it.
    """

    runner: asyncio.Runner
    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.record = self.run(_record(self.database, f"Ada {utcnow()}"))
        self.everybody = [self.record, *self.run(_people(self.database, self.record))]

    def run(self, job: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(job)

    def teardown(self) -> None:
        async def clear() -> None:
            async with self.database.write() as session:
                for user in (ADA, BOB, EVE):
                    await privacy.erase(session, user)

        self.run(clear())

    def attempt(self, *jobs: tuple[Any, ...]) -> None:
        """Do these at once; one that is refused must have changed nothing."""

        async def together() -> list[Any]:
            return await asyncio.gather(
                *(_in(self.database, job, *args) for job, *args in jobs), return_exceptions=True
            )

        before = self.run(self.snapshot())
        done = self.run(together())
        for one in done:
            assert isinstance(one, Claim | ColloquyError), one
        if all(isinstance(one, ColloquyError) for one in done):
            assert self.run(self.snapshot()) == before

    async def snapshot(self) -> list[Any]:
        async with self.database.read() as session:
            rows = await session.execute(
                select(ClaimRow.id, ClaimRow.state, ClaimRow.why).order_by(ClaimRow.id)
            )
            steps = await session.execute(select(ClaimStepRow.id).order_by(ClaimStepRow.id))
            return [*rows.all(), *steps.all()]

    def picked(self, number: int) -> tuple[int, int]:
        """A claim and its claimant; one that never was where there is none."""

        async def look() -> list[tuple[int, int]]:
            async with self.database.read() as session:
                rows = await session.execute(
                    select(ClaimRow.id, ClaimRow.user_id)
                    .where(ClaimRow.researcher_id.in_(self.everybody))
                    .order_by(ClaimRow.id.desc())
                )
                return [(claim, user) for claim, user in rows]

        found = self.run(look())
        return found[number % len(found)] if found else (0, 0)

    @rule(user=USERS, whom=st.sampled_from((0, 0, 1, 2)))
    def start(self, user: int, whom: int) -> None:
        self.attempt(("start", self.everybody[whom], user, HERE))

    def proof(self, number: int, kind: Kind) -> tuple[Any, ...]:
        claim, user = self.picked(number)

        async def code() -> str:
            async with self.database.read() as session:
                try:
                    return (await claims.get(session, claim)).codes.get(kind, "spent")
                except NoSuchClaim:
                    return "none"

        return ("prove", claim, user, kind, PAGES[kind], self.run(code()))

    @rule(number=CLAIMS, kind=st.sampled_from(list(PAGES)))
    def prove(self, number: int, kind: Kind) -> None:
        self.attempt(self.proof(number, kind))

    @rule(number=CLAIMS)
    def ask(self, number: int) -> None:
        claim, user = self.picked(number)
        self.attempt(("ask_review", claim, user, HERE))

    @rule(number=CLAIMS, judge=JUDGES, seen=STATES, job=st.sampled_from(("refuse", "ask_more")))
    def decide(self, number: int, judge: Moderator, seen: State, job: str) -> None:
        self.attempt((job, self.picked(number)[0], judge, seen, "why"))

    @rule(number=CLAIMS, judge=JUDGES, seen=STATES)
    def approve(self, number: int, judge: Moderator, seen: State) -> None:
        self.attempt(("approve", self.picked(number)[0], judge, seen))

    @rule(number=CLAIMS, judge=JUDGES)
    def revoke(self, number: int, judge: Moderator) -> None:
        self.attempt(("revoke", self.picked(number)[0], judge, "why"))

    @rule(number=CLAIMS)
    def withdraw(self, number: int) -> None:
        self.attempt(("withdraw", *self.picked(number)))

    @rule(number=CLAIMS)
    def renew(self, number: int) -> None:
        self.attempt(("renew", *self.picked(number)))

    @rule(one=CLAIMS, other=CLAIMS, seen=STATES)
    def two_moderators(self, one: int, other: int, seen: State) -> None:
        self.attempt(
            ("approve", self.picked(one)[0], JUDGE, seen),
            ("approve", self.picked(other)[0], Moderator(MOD2, HERE), seen),
        )

    @rule(one=CLAIMS, other=CLAIMS)
    def two_proofs(self, one: int, other: int) -> None:
        self.attempt(self.proof(one, Kind.GITHUB), self.proof(other, Kind.HOMEPAGE))

    @rule(number=CLAIMS, seen=STATES)
    def withdrawn_while_decided(self, number: int, seen: State) -> None:
        claim, user = self.picked(number)
        self.attempt(("withdraw", claim, user), ("approve", claim, JUDGE, seen))

    @rule(user=USERS)
    def erase(self, user: int) -> None:
        async def gone() -> None:
            async with self.database.write() as session:
                await privacy.erase(session, user)
                assert await privacy.export(session, user) == {}

        self.run(gone())

    @invariant()
    def holds(self) -> None:
        self.run(self.check())

    async def check(self) -> None:
        async with self.database.read() as session:
            everything = await claims.of_server(session, Moderator(MOD, HERE, trusted=True))
            for one in self.everybody:
                live = [claim for claim in everything if claim.researcher.id == one]
                person = await session.get_one(ResearcherRow, one)
                standing = [c for c in live if c.state is State.VERIFIED]
                assert len(standing) <= 1
                assert person.claimed == bool(standing)
                assert person.level == (standing[0].level if standing else 2 if live else 1)
                assert all(c.level >= 3 for c in standing)
            for claim in everything:
                rivals = [c for c in everything if self.are_rivals(c, claim)]
                assert claim.rivals == len(rivals)
                against = [c for c in rivals if c.pages or c.state is State.VERIFIED]
                if claim.state is State.AWAITING:
                    assert not claim.pages
                if claim.state is State.REVIEW:
                    assert not against
                if claim.state is State.DISPUTED:
                    assert against
                if claim.state is State.VERIFIED:
                    assert not [c for c in rivals if c.state is State.VERIFIED]
                await self.drawn(session, claim)

    def are_rivals(self, one: Claim, other: Claim) -> bool:
        about = {one.researcher.id, other.researcher.id}
        return one.user_id != other.user_id and (len(about) == 1 or self.record in about)

    async def drawn(self, session: Any, claim: Claim) -> None:
        first, *rest = await claims.history(session, claim.id)
        assert (first.what, first.state) == (Step.START, State.AWAITING)
        state = first.state
        for step in rest:
            assert step.state in MOVES[step.what][state], (state, step)
            state = step.state
        assert state is claim.state


def test_no_sequence_of_presses_leaves_what_is_drawn(database_url: str) -> None:
    _wander(database_url, examples=4, steps=15)


@pytest.mark.slow
def test_no_long_sequence_of_presses_leaves_what_is_drawn(database_url: str) -> None:
    _wander(database_url, examples=60, steps=40)


def _wander(url: str, examples: int, steps: int) -> None:
    with asyncio.Runner() as runner:

        class Here(Machine):
            pass

        Here.runner, Here.database = runner, Database(url)
        limits = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
        try:
            run_state_machine_as_test(Here, settings=limits)
        finally:
            runner.run(Here.database.close())


def test_what_has_ended_stays_so() -> None:
    ended = set(State) - set(LIVE)
    for moves in MOVES.values():
        assert not ended & set(moves)


async def test_a_servers_claims_are_read_in_few_statements(database: Database) -> None:
    rivals = {}
    for n in range(20):
        record = await _record(database, f"Somebody Number{n}")
        async with database.write() as session:
            for user_id in range(1000 * n + 1, 1000 * n + 2 + n % 3):
                claim = await claims.start(session, record, user_id, HERE)
                rivals[claim.id] = n % 3
    async with database.read() as session:
        asked: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: asked.append(text))
        found = await claims.of_server(session, JUDGE)
    assert {claim.id: claim.rivals for claim in found} == rivals
    assert len(asked) < 6
