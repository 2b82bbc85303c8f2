"""No order of presses, restarts and races brings an invitation into a state that is not drawn.

The drawing is the docstring of `storage.invitations`; here it is a table. A machine of hypothesis
presses whatever there is to press, lets time pass, ends and starts the program, lets people race
and erase themselves, and compares every row with the table after each step.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from storage import blocks, deliveries, invitations, invitations_received, invitations_sent, privacy
from storage.database import Database
from storage.errors import ColloquyError
from storage.invitations import State
from storage.invitations_sent import Limits
from storage.schema import BlockRow, ClaimRow, ContactRow, InvitationRow, ResearcherRow
from tests.storage.claimed import claim, claimed_record

DRAWN = {
    State.PENDING: set(State),
    State.ACCEPTED: {State.ACCEPTED},
    State.DECLINED: {State.DECLINED},
    State.WITHDRAWN: {State.WITHDRAWN},
    State.EXPIRED: {State.EXPIRED},
}
LEADS_TO = {
    "accept": State.ACCEPTED,
    "decline": State.DECLINED,
    "withdraw": State.WITHDRAWN,
    "later": State.PENDING,
    "block": State.PENDING,
}
PEOPLE = [1 << 30, 2 << 30, 3 << 30]
RESEARCHERS = PEOPLE[1:]  # who have claimed a record
LIMITS = Limits(per_day=3, pending=2, account_days=7)
T = TypeVar("T")

people = st.sampled_from(PEOPLE)
researchers = st.integers(0, len(RESEARCHERS) - 1)
which = st.integers(0, 1)
presses = st.sampled_from(sorted(LEADS_TO))
pressers = st.sampled_from(["whose it is", "whose it is", "whose it is", *PEOPLE])


class Machine(RuleBasedStateMachine):
    """People who invite, answer, take back, block and vanish, in any order."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.database = Database(self.url)
        self.now = datetime.fromisoformat("2026-03-01 12:00")
        self.seen: dict[int, State] = {}
        self.records = self.run(self._prepare())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _prepare(self) -> list[int]:
        async with self.database.write() as session:
            for table in (BlockRow, InvitationRow, ContactRow, ClaimRow, ResearcherRow):
                await session.execute(delete(table))
            return [
                await claimed_record(session, f"Researcher {'AB'[n]}", person)
                for n, person in enumerate(RESEARCHERS)
            ]

    async def _rows(self) -> list[InvitationRow]:
        async with self.database.read() as session:
            return list(await session.scalars(select(InvitationRow).order_by(InvitationRow.id)))

    async def _send(self, person: int, record: int) -> None:
        async with self.database.write() as session:
            await invitations_sent.send(
                session, person, "A", self.records[record], "?", limits=LIMITS, now=self.now
            )

    async def _press(self, what: str, invitation_id: int, person: int) -> bool:
        """Whether the press had its effect; otherwise there was a sentence."""
        try:
            async with self.database.write() as session:
                if what == "block":
                    await invitations_received.block_sender(session, invitation_id, person)
                elif what == "withdraw":
                    await invitations_sent.withdraw(session, invitation_id, person, self.now)
                else:
                    act = getattr(invitations_received, what)
                    await act(session, invitation_id, person, self.now)
        except ColloquyError:
            return False
        return True

    def _chosen(self, number: int) -> InvitationRow:
        rows = self.run(self._rows())
        return rows[-1 - number % len(rows)]

    @initialize()
    def somebody_is_invited(self) -> None:
        self.run(self._send(PEOPLE[0], 0))

    @rule(person=people, record=researchers)
    def send(self, person: int, record: int) -> None:
        with contextlib.suppress(ColloquyError):
            self.run(self._send(person, record))

    @rule(number=which, what=presses, by=pressers)
    def press(self, number: int, what: str, by: str | int) -> None:
        row = self._chosen(number)
        allowed = row.sender_user_id if what == "withdraw" else row.recipient_user_id
        person = allowed if isinstance(by, str) else by
        if person is None:
            return
        if self.run(self._press(what, row.id, person)):
            assert person == allowed, f"{what} by somebody else"
            if what != "block":
                assert row.state == State.PENDING
                assert row.expires_at > self.now

    @rule(number=which, first=presses, second=presses)
    def race(self, number: int, first: str, second: str) -> None:
        row = self._chosen(number)
        if row.sender_user_id is None or row.recipient_user_id is None:
            return
        ids = {True: row.sender_user_id, False: row.recipient_user_id}

        async def both() -> list[bool]:
            acts = (self._press(w, row.id, ids[w == "withdraw"]) for w in (first, second))
            return list(await asyncio.gather(*acts))

        won = [what for what, done in zip((first, second), self.run(both()), strict=True) if done]
        ended = [what for what in won if LEADS_TO[what] is not State.PENDING]
        assert len(ended) <= 1, f"both {first} and {second} were done"
        [after] = [r for r in self.run(self._rows()) if r.id == row.id]
        assert after.state == (LEADS_TO[ended[0]] if ended else row.state)

    @rule(days=st.sampled_from([1, 4, 12, 15, 95]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

        async def loop() -> None:
            async with self.database.write() as session:
                await invitations.expire(session, self.now)
            async with self.database.write() as session:
                for delivery in await deliveries.take_due(session, self.now):
                    found = delivery.invitation
                    assert found.state is State.PENDING
                    assert found.recipient_user_id is not None
                    key = await blocks.key_of(session, found.sender_user_id or 0)
                    assert not await blocks.stands(session, found.recipient_user_id, key)
                    await deliveries.mark_shown(session, found.id, self.now)
                for found in await deliveries.take_accepted(session, self.now):
                    assert found.state is State.ACCEPTED

        self.run(loop())

    @rule(person=people)
    def erase(self, person: int) -> None:
        async def gone() -> None:
            async with self.database.write() as session:
                await privacy.erase(session, person)
                assert await privacy.export(session, person) == {}
                if person in RESEARCHERS:  # who comes back, and proves it again
                    await claim(session, self.records[RESEARCHERS.index(person)], person)

        self.run(gone())

    @rule()
    def restart(self) -> None:
        self.run(self.database.close())
        self.database = Database(self.url)

    @invariant()
    def every_row_is_as_drawn(self) -> None:
        open_pairs = set()
        for row in self.run(self._rows()):
            state = State(row.state)
            assert state in DRAWN[self.seen.get(row.id, State.PENDING)]
            self.seen[row.id] = state
            assert (row.decided_at is None) == (state is State.PENDING)
            if state is State.PENDING:
                pair = (row.sender_user_id, row.recipient_user_id)
                assert None not in pair
                assert pair not in open_pairs, "two open to the same person"
                open_pairs.add(pair)
        for person in PEOPLE:
            assert sum(sender == person for sender, _ in open_pairs) <= LIMITS.pending

    def teardown(self) -> None:
        self.run(self.database.close())
        self.runner.close()


def test_nothing_leads_out_of_the_drawing(database_url: str) -> None:
    class OverThisDatabase(Machine):
        url = database_url

    run_state_machine_as_test(
        OverThisDatabase,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
