"""Drains the outbox: each announcement is shown once, in order, whatever happens meanwhile.

A courier takes destinations by a lease and works on many of them side by side, on each of them one
message at a time: it records that it is about to send, sends, and records what was shown. What is
found recorded as being sent, because a courier died or an answer never came, is looked for at the
destination first, and is sent again under the same nonce if it is not there.

    claim (commit) -> send -> sent (commit)
       '-- found so: look for it -> there: sent; not there: send again

Any number of couriers may share a database.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, groupby

import discord
import structlog

from bot import announcing, errors
from bot.pace import Pace
from bot.postbox import AGAIN, Address, Fate, Postbox, Refusal, refusal
from storage import couriers, destinations, follows
from storage.announcements import Announcement, State
from storage.answers import utcnow
from storage.couriers import Hold, Parcel
from storage.database import Database
from storage.destinations import Destination
from storage.errors import ColloquyError
from storage.ledger import Ledger

log = structlog.get_logger("colloquy.courier")

AT_THE_DOOR = 32  # claimed and waiting for their turn; after a crash these are looked for
LONGEST_WAIT = timedelta(hours=6)
SOON = timedelta(minutes=10)  # how long what was certainly not shown waits at most to be tried
WAIT_GROWS = 6  # times longer after each failure in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How fast and how patiently a courier works.

    Attributes:
        per_second: requests; Discord grants a bot 50 a second, over all its couriers.
        direct_per_second: messages to people, who are many; bots that hurry there are shut out.
        hold_s: how long a destination is held without a sign of life.
        poll_s: how long sends under way are waited for before it is looked for more.
        retry_s: the first wait after a failed send; the next ones grow.
        channels, people: how many destinations are worked on side by side.
    """

    per_second: float | None = 49.0
    direct_per_second: float | None = 1.0
    hold_s: float = 10.0
    poll_s: float = 2.0
    retry_s: float = 5.0
    channels: int = 150
    people: int = 20


class TakenOver(Exception):
    """The destination is no longer held as it was taken."""


class Courier:
    """Sends what is due.

    Args:
        database: where the outbox is.
        client: logged in to Discord, connected or not.
        rules: how fast and how patiently.
        name: under which it holds destinations; made up if not given.
    """

    def __init__(
        self,
        database: Database,
        client: discord.Client,
        rules: Rules | None = None,
        *,
        name: str | None = None,
    ) -> None:
        self._database = database
        self._rules = rules or Rules()
        self.postbox = Postbox(
            client, Pace(self._rules.per_second), Pace(self._rules.direct_per_second)
        )
        self.name = name or f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._takes = count(1)
        self._hold_for = timedelta(seconds=self._rules.hold_s)
        self._ledger = Ledger(database, self._hold_for)
        self._door = asyncio.Semaphore(AT_THE_DOOR)
        self._held: dict[Hold, bool] = {}  # and whether it is a person's direct messages
        self._failures = Counter[int]()  # in a row, of each destination
        self._stopping = False
        self._cannot_be_told: set[int] = set()
        self.shown = 0

    async def drain_once(self) -> int:
        """Send what is due now and free to take, everywhere; how many messages were shown."""
        before = self.shown
        async with asyncio.TaskGroup() as both:
            both.create_task(self.drain(direct=True))
            both.create_task(self.drain(direct=False))
        await self.tell_owners()
        return self.shown - before

    async def drain(self, *, direct: bool) -> None:
        """Send what is due now and free to take: to people, or to channels.

        Each is for a loop of its own, so that the many people, to whom messages go out slowly, keep
        no channel waiting.
        """
        keeping = asyncio.create_task(self._keep_hold(direct))
        try:
            await self._lane(direct, self._rules.people if direct else self._rules.channels)
        finally:
            keeping.cancel()
            await asyncio.gather(*(self._let_go(hold) for hold in self._held_for(direct)))

    def stop(self) -> None:
        """Let what is under way out and begin nothing more; the rest waits for another courier."""
        self._stopping = True

    # Taking ---------------------------------------------------------------------------------

    async def _lane(self, direct: bool, room: int) -> None:
        active: set[asyncio.Task[None]] = set()
        try:
            more = False
            while True:
                if len(active) <= room // 2 and not self._stopping:
                    parcels = await self._take(direct, room - len(active))
                    active |= {asyncio.create_task(self._deliver(parcel)) for parcel in parcels}
                    more = len(active) == room
                if not active:
                    return
                active = await self._some_done(active, more)
        finally:
            for task in active:
                task.cancel()
            await asyncio.gather(*active, return_exceptions=True)

    async def _some_done(
        self, active: set[asyncio.Task[None]], more: bool
    ) -> set[asyncio.Task[None]]:
        """Those still under way, once there may be something to take for the others' places."""
        first, every = asyncio.FIRST_COMPLETED, asyncio.ALL_COMPLETED
        done, active = await asyncio.wait(
            active, timeout=self._rules.poll_s, return_when=first if more else every
        )
        for task in done:
            task.result()  # it has handled what can happen; what it has not is a defect
        return active

    async def _take(self, direct: bool, limit: int) -> Sequence[Parcel]:
        try:
            async with self._database.write() as session:
                parcels = await couriers.take(
                    session, self._new_name(), utcnow(), self._hold_for, limit, direct=direct
                )
        except ColloquyError as error:
            log.warning("outbox_unavailable", code=error.code)
            return []
        self._held.update((parcel.hold, direct) for parcel in parcels)
        return parcels

    def _new_name(self) -> str:
        """A name to take destinations under, used once."""
        return f"{self.name}/{next(self._takes)}"

    def _held_for(self, direct: bool) -> list[Hold]:
        return [hold for hold, of_person in self._held.items() if of_person == direct]

    async def _keep_hold(self, direct: bool) -> None:
        while True:
            await asyncio.sleep(self._rules.hold_s / 3)
            if not (held := self._held_for(direct)):
                continue
            with contextlib.suppress(ColloquyError):
                async with self._database.write() as session:
                    await couriers.keep_hold(session, held, utcnow(), self._hold_for)

    async def _let_go(self, hold: Hold) -> None:
        self._held.pop(hold, None)
        with contextlib.suppress(ColloquyError):  # it ends by itself
            await self._ledger.let_go(hold)

    # Delivering -----------------------------------------------------------------------------

    async def _deliver(self, parcel: Parcel) -> None:
        """Everything that is due at one destination, in order."""
        trying: Sequence[Announcement] = ()
        try:
            address = await self.postbox.address(parcel.destination)
            for group in _uncertain(parcel.announcements):
                since = min(a.tried_at for a in group if a.tried_at is not None)
                found = await self.postbox.find(address, (a.id for a in group), since)
                if found is not None:
                    await self._sent(parcel, address, group, found)
                    continue
                trying = group
                await self._send(parcel, address, group)
                trying = ()
            pending = [a for a in parcel.announcements if a.state is not State.SENDING]
            for trying in announcing.gathered(pending):
                await self._send(parcel, address, trying)
            trying = ()
            await self._let_go(parcel.hold)
        except TakenOver:
            self._held.pop(parcel.hold, None)
        except ColloquyError as error:  # the lease ends, and what was claimed is looked for
            self._held.pop(parcel.hold, None)
            log.warning("outbox_unavailable", code=error.code)
        except Exception as error:  # noqa: BLE001 - one destination must not stop the others
            await self._failed(parcel, trying, error)

    async def _send(self, parcel: Parcel, address: Address, group: Sequence[Announcement]) -> None:
        if self._stopping:
            return
        await self.postbox.direct_turn(parcel.destination)
        async with self._door:
            if self._stopping:
                return
            claimed = await self._claim(parcel.hold, group)
        if claimed:
            post = announcing.post(claimed, parcel.destination)
            message_id = await self.postbox.send(address, post)
            self.shown += 1
            await self._sent(parcel, address, claimed, message_id)

    async def _claim(self, hold: Hold, group: Sequence[Announcement]) -> Sequence[Announcement]:
        """Record that these are about to be sent, and wait for their turn; those still wanted.

        Raises:
            TakenOver: somebody was at the destination since, or it is paused or gone.
        """
        while True:
            claim = await self._ledger.claim(hold, [a.id for a in group])
            if claim is None:
                raise TakenOver
            if claim.ids:
                await self.postbox.turn()
            if utcnow() < claim.until:  # else another may be at it by now
                return [a for a in group if a.id in claim.ids]

    async def _sent(
        self,
        parcel: Parcel,
        address: Address,
        group: Sequence[Announcement],
        message_id: int,
    ) -> None:
        """Record what was shown; the thread first, so that a crash between leaves none out."""
        where = parcel.destination
        if where.discuss and where.channel_id is not None:
            await self.postbox.discuss(address, message_id, announcing.post(group, where).title)
        await self._ledger.sent([a.id for a in group], message_id)
        self._failures.pop(where.id, None)

    # What goes wrong ------------------------------------------------------------------------

    async def _failed(
        self, parcel: Parcel, group: Sequence[Announcement], error: Exception
    ) -> None:
        """Of the message that was tried, or before any was: then it is about all that is due."""
        self._held.pop(parcel.hold, None)
        where = parcel.destination
        meant = refusal(error)
        if meant is None:  # a defect; perhaps after the message was shown
            reference = errors.report(error, doing="courier")
            meant = Refusal(Fate.UNCERTAIN, f"something went wrong on my side ({reference})")
        log.info("not_sent", destination=where.id, fate=meant.fate.name, why=meant.why)
        if meant.rest_s:
            self.postbox.rest(where, meant.rest_s)
        with contextlib.suppress(ColloquyError):  # the lease ends, and it is looked for
            await self._record_failure(parcel, group, meant)

    async def _record_failure(
        self, parcel: Parcel, group: Sequence[Announcement], meant: Refusal
    ) -> None:
        where, hold, now = parcel.destination, parcel.hold, utcnow()
        concerned = [a.id for a in group or parcel.announcements]
        counted = bool(group) and meant.fate is Fate.UNCERTAIN
        attempts = max(a.attempts for a in group) + 1 if counted else 0
        async with self._database.write() as session:
            if not await couriers.keep_hold(session, [hold], now, self._hold_for):
                return
            if group and meant.fate is Fate.UNSENDABLE:
                await couriers.fail(session, concerned, meant.why)
                await couriers.let_go(session, [hold])
                return
            pausing = meant.fate not in AGAIN or attempts == couriers.ATTEMPTS
            at = now if pausing else now + self._wait(where.id, attempts, meant)
            tried_before = any(a.state is State.SENDING for a in group)
            certain = bool(group) and not counted and not tried_before
            await couriers.again(
                session, where.id, concerned, meant.why, at, certain=certain, counted=counted
            )
            if pausing:
                await destinations.pause(session, where.id, meant.why)
        if pausing:
            self._failures.pop(where.id, None)

    def _wait(self, destination_id: int, attempts: int, meant: Refusal) -> timedelta:
        """Longer after each failure; what was certainly not shown may be tried more often."""
        self._failures[destination_id] += 1
        failures = max(self._failures[destination_id], attempts)
        longest = LONGEST_WAIT if attempts else SOON
        seconds = self._rules.retry_s * WAIT_GROWS ** min(failures - 1, 12)
        return timedelta(seconds=max(min(seconds, longest.total_seconds()), meant.rest_s))

    async def tell_owners(self) -> None:
        """Tell of paused channels those who had announcements sent there, once, directly.

        Somebody whose direct messages are closed is told when they next use a command: see
        `bot.unreachable.unsaid`.
        """
        try:
            async with self._database.read() as session:
                paused = [d for d in await destinations.untold(session) if d.user_id is None]
                owners = {d.id: await follows.set_by(session, d.id) for d in paused}
        except ColloquyError:
            return
        self._cannot_be_told &= owners.keys()  # what was resumed meanwhile is told of anew
        for destination in paused:
            if not self._stopping and destination.id not in self._cannot_be_told:
                await self._tell(destination, owners[destination.id])

    async def _tell(self, destination: Destination, people: Sequence[int]) -> None:
        """Tell the first of these who can be written to; in passing trouble, when next asked to."""
        text = announcing.paused(destination)
        for person in people:
            try:
                await self.postbox.write_to(person, text, f"paused-{destination.id}")
            except Exception as error:  # noqa: BLE001 - telling is a courtesy: it stops nothing
                meant = refusal(error)
                if meant is None:
                    errors.report(error, doing="telling")
                elif meant.fate in AGAIN:
                    return
                continue
            with contextlib.suppress(ColloquyError):
                async with self._database.write() as session:
                    await destinations.mark_told(session, destination.id)
            return
        self._cannot_be_told.add(destination.id)


def _uncertain(waiting: Sequence[Announcement]) -> list[tuple[Announcement, ...]]:
    """Those whose last send is uncertain, as the messages in which they were sent."""
    tried = [a for a in waiting if a.state is State.SENDING and a.tried_at is not None]
    ordered = sorted(tried, key=lambda a: (a.tried_at or utcnow(), a.id))
    groups = groupby(ordered, key=lambda a: a.tried_at)
    return [tuple(group) for _, group in groups]
