"""No presses by anybody, alone or two at once, lead out of what `storage.claim_states` draws."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
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
from sqlalchemy import select

from storage import claim_reviews, claims, own_claims, privacy
from storage.answers import utcnow
from storage.claim_states import LIVE, MOVES, Claim, Moderator, State, Step
from storage.database import Database
from storage.errors import ColloquyError, NoSuchClaim
from storage.proofs import Kind
from storage.schema import ClaimRow, ClaimStepRow, ResearcherRow
from tests.storage.claiming import (
    ADA,
    BOB,
    ELSEWHERE,
    EVE,
    HERE,
    JUDGE,
    MOD,
    MOD2,
    PAGES,
    Job,
    a_record,
    do,
    two_people,
)

USERS = st.sampled_from((ADA, BOB, EVE))
CLAIMS = st.integers(0, 5)
STATES = st.sampled_from((State.REVIEW, State.DISPUTED))
JUDGES = st.sampled_from(
    (JUDGE, Moderator(MOD2, HERE), Moderator(MOD, ELSEWHERE), Moderator(ADA, HERE))
)


class Machine(RuleBasedStateMachine):
    """Any presses by anybody, alone and two at once: the claims stay inside what is drawn.

    Claims are on a record or on one of two people behind it.
    """

    runner: asyncio.Runner
    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.record = self.run(a_record(self.database, f"Ada {utcnow()}"))
        self.everybody = [self.record, *self.run(two_people(self.database, self.record))]

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
                *(do(self.database, job, *args) for job, *args in jobs), return_exceptions=True
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
        self.attempt((own_claims.start, self.everybody[whom], user, HERE))

    def proof(self, number: int, kind: Kind) -> tuple[Any, ...]:
        claim, user = self.picked(number)

        async def code() -> str:
            async with self.database.read() as session:
                try:
                    return (await claims.get(session, claim)).codes.get(kind, "spent")
                except NoSuchClaim:
                    return "none"

        return (own_claims.prove, claim, user, kind, PAGES[kind], self.run(code()))

    @rule(number=CLAIMS, kind=st.sampled_from(list(PAGES)))
    def prove(self, number: int, kind: Kind) -> None:
        self.attempt(self.proof(number, kind))

    @rule(number=CLAIMS)
    def ask(self, number: int) -> None:
        claim, user = self.picked(number)
        self.attempt((own_claims.ask_review, claim, user, HERE))

    @rule(
        number=CLAIMS,
        judge=JUDGES,
        seen=STATES,
        job=st.sampled_from((claim_reviews.refuse, claim_reviews.ask_more)),
    )
    def decide(self, number: int, judge: Moderator, seen: State, job: Job) -> None:
        self.attempt((job, self.picked(number)[0], judge, seen, "why"))

    @rule(number=CLAIMS, judge=JUDGES, seen=STATES)
    def approve(self, number: int, judge: Moderator, seen: State) -> None:
        self.attempt((claim_reviews.approve, self.picked(number)[0], judge, seen))

    @rule(number=CLAIMS, judge=JUDGES)
    def revoke(self, number: int, judge: Moderator) -> None:
        self.attempt((claim_reviews.revoke, self.picked(number)[0], judge, "why"))

    @rule(number=CLAIMS)
    def withdraw(self, number: int) -> None:
        self.attempt((own_claims.withdraw, *self.picked(number)))

    @rule(number=CLAIMS)
    def renew(self, number: int) -> None:
        self.attempt((own_claims.renew, *self.picked(number)))

    @rule(one=CLAIMS, other=CLAIMS, seen=STATES)
    def two_moderators(self, one: int, other: int, seen: State) -> None:
        self.attempt(
            (claim_reviews.approve, self.picked(one)[0], JUDGE, seen),
            (claim_reviews.approve, self.picked(other)[0], Moderator(MOD2, HERE), seen),
        )

    @rule(one=CLAIMS, other=CLAIMS)
    def two_proofs(self, one: int, other: int) -> None:
        self.attempt(self.proof(one, Kind.GITHUB), self.proof(other, Kind.HOMEPAGE))

    @rule(number=CLAIMS, seen=STATES)
    def withdrawn_while_decided(self, number: int, seen: State) -> None:
        claim, user = self.picked(number)
        self.attempt(
            (own_claims.withdraw, claim, user), (claim_reviews.approve, claim, JUDGE, seen)
        )

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


def test_what_has_ended_stays_so_unless_an_approval_that_ended_it_is_revoked() -> None:
    ended = set(State) - set(LIVE)
    assert set(MOVES[Step.RESTORE]) == {State.REVOKED}
    for moves in (moves for step, moves in MOVES.items() if step is not Step.RESTORE):
        assert not ended & set(moves)
