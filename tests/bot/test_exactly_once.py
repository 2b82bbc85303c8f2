"""Shown once, in order, whatever happens: couriers killed and connections cut, at random."""

import asyncio
import multiprocessing
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.context import ForkServerProcess

import pytest

from bot.courier import Rules
from storage.announcements import State
from storage.database import Database
from storage.follows import Every
from tests.courier_process import drain
from tests.discord_messages import DIRECT, Messages, serving, sometimes
from tests.outbox import FIRST_CHANNEL, FIRST_FORUM, GUILD, fill, states

RULES = Rules(
    per_second=None, direct_per_second=None, hold_s=2, poll_s=0.05, retry_s=0.1, channels=30
)
CUT = 0.05  # of the connections, after the message was accepted
TROUBLE = 0.02  # of the messages shown, answered with an error


class Couriers:
    """Processes that are killed, started anew, and let run to the end."""

    def __init__(self, database_url: str, discord_url: str, number: int) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.courier_process"])
        self._arguments = database_url, discord_url, RULES
        self.killed = 0
        self._running = [self._start() for _ in range(number)]

    def _start(self) -> ForkServerProcess:
        process = self._context.Process(target=drain, args=self._arguments, daemon=True)
        process.start()
        return process

    async def kill(self, chance: random.Random) -> None:
        """Kill one of them without warning and start another in its place."""
        number = chance.randrange(len(self._running))
        process = self._running[number]
        self.killed += process.is_alive()
        process.kill()
        await asyncio.to_thread(process.join)
        self._running[number] = self._start()

    @property
    def done(self) -> bool:
        """Whether they have all ended by themselves: nothing waits any more."""
        return all(process.exitcode == 0 for process in self._running)

    async def finish(self, seconds: float) -> None:
        """Wait until each has ended by itself."""
        async with asyncio.timeout(seconds):
            for process in self._running:
                while process.is_alive():  # noqa: ASYNC110 - of another process
                    await asyncio.sleep(0.05)
        assert [process.exitcode for process in self._running] == [0] * len(self._running)

    def close(self) -> None:
        for process in self._running:
            process.kill()
            process.join()


@asynccontextmanager
async def couriers(database_url: str, discord_url: str, number: int) -> AsyncIterator[Couriers]:
    started = Couriers(database_url, discord_url, number)
    try:
        yield started
    finally:
        started.close()


async def show(
    database_url: str,
    *,
    kills: int,
    channels: int,
    people: int,
    forums: int,
    each: int,
    seconds: float,
    every: Every = Every.ONCE,
) -> None:
    """Drain a fan-out under fire, and compare what is shown with what was to be shown."""
    database = Database(database_url)
    expected = await fill(
        database, channels=channels, people=people, forums=forums, each=each, every=every
    )
    shown_forums = {address: GUILD for address in expected if address >= FIRST_FORUM}
    number = 1 if database.dialect == "sqlite" else 2
    chance = random.Random(kills + number)
    messages_each = each if every == Every.ONCE else 1
    apart = max(2, len(expected) * messages_each // (2 * kills))  # requests between two deaths
    troubled = Messages(cut=sometimes(CUT), trouble=sometimes(TROUBLE, seed=1), forums=shown_forums)
    async with serving(troubled) as messages:
        async with couriers(database_url, messages.url, number) as fleet:
            while fleet.killed < kills and not fleet.done:
                await _after(messages, chance.randrange(1, 2 * apart))
                await asyncio.sleep(chance.uniform(0, 0.03))
                await fleet.kill(chance)
            await fleet.finish(seconds)
            assert fleet.killed == kills
        for address, ids in expected.items():
            channel = DIRECT + address if address < FIRST_CHANNEL else address
            one_each = [[id_] for id_ in ids]
            assert messages.announced(channel) == (one_each if every == Every.ONCE else [ids])
    became = await states(database)
    assert {state for state, _ in became.values()} == {State.SENT.value}
    await database.close()


async def _after(messages: Messages, requests: int) -> None:
    """Wait for so many more requests to have been answered, unless there are none any more."""
    goal = messages.requests.total() + requests
    for _ in range(2000):
        if messages.requests.total() >= goal:
            return
        await asyncio.sleep(0.001)


async def test_none_lost_none_doubled_under_fire(database_url: str) -> None:
    await show(database_url, kills=6, channels=50, people=20, forums=10, each=2, seconds=150)


async def test_no_digest_is_lost_or_doubled_under_fire(database_url: str) -> None:
    sizes = {"channels": 50, "people": 20, "forums": 10, "each": 3}
    await show(database_url, kills=4, **sizes, seconds=150, every=Every.DAY)


@pytest.mark.slow
@pytest.mark.parametrize("every", [Every.ONCE, Every.DAY])
async def test_none_lost_none_doubled_under_long_fire(database_url: str, every: Every) -> None:
    sizes = {"channels": 1600, "people": 200, "forums": 200, "each": 2}
    await show(database_url, kills=200, **sizes, seconds=600, every=every)
