"""The courier against a Discord over real sockets: what people see, and what is kept."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle

from bot.client import Colloquy
from bot.courier import Courier, Rules
from bot.unreachable import unsaid
from storage import announcements, couriers, destinations, follows, researchers
from storage.announcements import State
from storage.answers import utcnow
from storage.database import Database
from tests.discord_messages import DIRECT, Messages, logged_in, serving
from tests.outbox import FIRST_CHANNEL, FIRST_PERSON, fill, states

QUICK = Rules(
    per_second=None, direct_per_second=None, hold_s=0.6, poll_s=0.05, retry_s=0.05, channels=8
)
PATIENT = replace(QUICK, hold_s=5)


@pytest.fixture
async def messages() -> AsyncIterator[Messages]:
    async with serving(Messages()) as messages:
        yield messages


@pytest.fixture
async def client(messages: Messages) -> AsyncIterator[discord.Client]:
    async with logged_in(messages.url) as client:
        yield client


async def drained(database: Database, client: discord.Client, rules: Rules = QUICK) -> Courier:
    """A courier, once nothing waits any more that can be sent."""
    courier = Courier(database, client, rules)
    async with asyncio.timeout(30):
        while True:
            await courier.drain_once()
            waiting = {State.PENDING.value, State.SENDING.value}
            async with database.read() as session:
                stuck = {d.id for d in await destinations.paused(session)}
            left = [
                id_
                for id_, (state, _) in (await states(database)).items()
                if state in waiting and (await _where(database, id_)) not in stuck
            ]
            if not left:
                return courier
            await asyncio.sleep(0.05)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - it is about the other side
            await asyncio.sleep(0.01)


async def _where(database: Database, announcement_id: int) -> int:
    async with database.read() as session:
        found = await announcements.get(session, announcement_id)
    assert found is not None
    return found.destination_id


async def test_each_announcement_is_shown_once_and_in_order(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=10, people=5, each=3)
    courier = await drained(database, client)
    for address, ids in expected.items():
        channel = DIRECT + address if address < FIRST_CHANNEL else address
        assert messages.announced(channel) == [[id_] for id_ in ids]
    assert {state for state, _ in (await states(database)).values()} == {State.SENT.value}
    assert courier.shown == 45


async def test_two_couriers_share_the_work(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=30, each=2)
    one, two = await asyncio.gather(*(drained(database, client, PATIENT) for _ in range(2)))
    for channel, ids in expected.items():
        assert messages.announced(channel) == [[id_] for id_ in ids]
    assert one.shown + two.shown == 60


@pytest.mark.parametrize("each", [1, 30])
async def test_a_digest_is_one_message_and_acknowledged_together(
    database: Database, client: discord.Client, messages: Messages, each: int
) -> None:
    expected = await fill(database, channels=1, each=each, every="daily")
    await drained(database, client)
    shown = messages.announced(FIRST_CHANNEL)
    assert [id_ for message in shown for id_ in message] == expected[FIRST_CHANNEL]
    assert len(shown) == (1 if each == 1 else 3)


async def test_a_message_whose_reply_was_lost_is_found_and_not_sent_again(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=1, people=1, each=2)
    cuts = iter([True, True, False, True] + [False] * 20)
    messages.cut = lambda: next(cuts)
    await drained(database, client)
    assert messages.announced(FIRST_CHANNEL) == [[id_] for id_ in expected[FIRST_CHANNEL]]
    direct = DIRECT + FIRST_PERSON
    assert messages.announced(direct) == [[id_] for id_ in expected[FIRST_PERSON]]


@pytest.mark.parametrize("every", ["at once", "weekly"])
async def test_what_a_dead_courier_was_sending_is_looked_for_first(
    database: Database, client: discord.Client, messages: Messages, every: str
) -> None:
    expected = await fill(database, channels=2, each=2, every=every)
    await _die_while_sending(database, client, before_the_request=False)
    await drained(database, client)
    for channel, ids in expected.items():
        assert [id_ for message in messages.announced(channel) for id_ in message] == ids


async def test_what_a_dead_courier_had_not_yet_sent_is_sent(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=2, each=2)
    await _die_while_sending(database, client, before_the_request=True)
    await drained(database, client)
    for channel, ids in expected.items():
        assert messages.announced(channel) == [[id_] for id_ in ids]


async def _die_while_sending(
    database: Database, client: discord.Client, *, before_the_request: bool
) -> None:
    """A courier that claims, perhaps sends, and is never heard of again."""
    courier = Courier(database, client, QUICK)

    async def die(*_: object, **__: object) -> None:
        raise asyncio.CancelledError

    if before_the_request:
        courier.postbox.send = die  # type: ignore[method-assign, assignment]
    else:
        courier._sent = die  # type: ignore[method-assign]
    courier._let_go = die  # type: ignore[method-assign]
    courier._let_all_go = die  # type: ignore[method-assign]
    task = asyncio.create_task(courier.drain_once())
    await asyncio.wait([task])
    assert {state for state, _ in (await states(database)).values()} >= {State.SENDING.value}


async def test_a_hold_that_was_lost_is_lost_even_if_the_same_courier_takes_it_again(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=1, each=2)
    courier = Courier(database, client, QUICK)
    [stale] = await courier._take(False, 10)
    await asyncio.sleep(QUICK.hold_s)
    [fresh] = await courier._take(False, 10)
    await courier._deliver(fresh)
    messages._nonces.clear()
    await courier._deliver(stale)
    assert messages.announced(FIRST_CHANNEL) == [[id_] for id_ in expected[FIRST_CHANNEL]]


async def test_a_nonce_too_old_to_be_known_still_shows_nothing_twice(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=1, each=1)
    await _die_while_sending(database, client, before_the_request=False)
    messages._nonces.clear()
    await drained(database, client)
    assert messages.announced(FIRST_CHANNEL) == [expected[FIRST_CHANNEL]]


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (403, 50013, "I may not send messages in the channel"),
        (403, 50001, "I may not see the channel"),
        (404, 10003, "the channel is gone"),
    ],
)
async def test_a_closed_channel_is_paused_and_its_owner_told_once(
    database: Database,
    client: discord.Client,
    messages: Messages,
    status: int,
    code: int,
    reason: str,
) -> None:
    async with database.write() as session:
        eve = await researchers.ensure(session, "Eve", "arXiv")
        where = await destinations.ensure_channel(session, 555_000, 7000)
        await follows.add(session, eve, where, user_id=None, set_by=42)
    await fill(database, each=2)
    messages.refused[555_000] = status, code
    for _ in range(2):  # a restart does not tell again
        await drained(database, client)
    async with database.read() as session:
        [paused] = await destinations.paused(session)
        assert (paused.paused, paused.told) == (reason, True)
        assert len(await follows.at(session, paused.id)) == 1
    [told] = messages.shown[DIRECT + 42]
    assert reason in told["content"]
    assert {state for state, _ in (await states(database)).values()} == {State.PENDING.value}

    del messages.refused[555_000]
    async with database.write() as session:
        await destinations.resume(session, paused.id)
    await drained(database, client)
    assert len(messages.shown[555_000]) == 2


async def test_closed_direct_messages_are_told_of_at_the_next_chance(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    await fill(database, people=2, each=1)
    messages.no_direct.add(FIRST_PERSON)
    await drained(database, client)
    assert len(messages.shown[DIRECT + FIRST_PERSON + 1]) == 1
    [notice] = await unsaid(database, FIRST_PERSON)
    assert isinstance(notice.message, str)
    assert "your direct messages are closed to me" in notice.message
    assert await unsaid(database, FIRST_PERSON + 1) == []


async def test_server_errors_and_limits_only_delay(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=3, each=7)
    messages.each = 5, 0.5
    messages.refused[FIRST_CHANNEL] = 503, 0
    draining = asyncio.create_task(drained(database, client))
    await asyncio.sleep(0.2)
    del messages.refused[FIRST_CHANNEL]
    await draining
    for channel, ids in expected.items():
        assert messages.announced(channel) == [[id_] for id_ in ids]


async def test_a_message_that_discord_does_not_take_holds_nothing_up(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=1, each=1)
    messages.refused[FIRST_CHANNEL] = 400, 50035
    await drained(database, client)
    [(state, why)] = (await states(database, expected[FIRST_CHANNEL])).values()
    assert state == State.FAILED.value
    assert "does not take" in why


async def test_a_forum_gets_posts_and_each_once(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=1, each=3)
    messages.forums[FIRST_CHANNEL] = 7000
    cuts = iter([False, True] + [False] * 20)
    messages.cut = lambda: next(cuts)
    await drained(database, client)
    assert messages.announced(FIRST_CHANNEL) == [[id_] for id_ in expected[FIRST_CHANNEL]]


@pytest.mark.parametrize("forum", [False, True])
async def test_what_discord_shows_and_answers_with_an_error_is_shown_once(
    database: Database, client: discord.Client, messages: Messages, forum: bool
) -> None:
    expected = await fill(database, channels=1, each=2)
    if forum:
        messages.forums[FIRST_CHANNEL] = 7000
    troubles = iter([True, False, True] + [False] * 20)
    messages.trouble = lambda: next(troubles)
    await drained(database, client)
    assert messages.announced(FIRST_CHANNEL) == [[id_] for id_ in expected[FIRST_CHANNEL]]


async def test_what_is_withdrawn_meanwhile_is_not_sent(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=1, each=2)
    first, second = expected[FIRST_CHANNEL]
    courier = Courier(database, client, QUICK)
    messages.door.clear()
    draining = asyncio.create_task(courier.drain_once())
    await until(lambda: bool(messages.waiting))
    async with database.write() as session:
        await couriers.fail(session, [second], "muted")
    messages.door.set()
    await draining
    assert messages.announced(FIRST_CHANNEL) == [[first]]


async def test_stopping_lets_what_is_under_way_out_and_leaves_the_rest(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    await fill(database, channels=40, each=2)
    messages.latency_s = 0.3
    courier = Courier(database, client, QUICK)
    draining = asyncio.create_task(courier.drain_once())
    await until(lambda: bool(messages.shown))
    courier.stop()
    await draining
    shown = [id_ for channel in messages.shown for [id_] in messages.announced(channel)]
    became = await states(database)
    assert {id_ for id_, (state, _) in became.items() if state == State.SENT.value} == set(shown)
    assert State.SENDING.value not in {state for state, _ in became.values()}
    async with database.write() as session:  # and nothing is held any more
        parcels = await couriers.take(session, "x", utcnow(), timedelta(seconds=1), 100)
    assert len(parcels) == 40


async def test_people_are_written_to_at_a_pace_that_does_not_hold_channels_up(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    await fill(database, channels=20, people=3, each=1)
    rules = Rules(per_second=None, direct_per_second=1, hold_s=1, poll_s=0.05)
    start = asyncio.get_running_loop().time()
    draining = asyncio.create_task(drained(database, client, rules))
    await until(lambda: sum(channel < DIRECT for channel in messages.shown) == 20)
    await draining
    assert asyncio.get_running_loop().time() - start > 1.9
    assert sum(channel > DIRECT for channel in messages.shown) == 3


async def test_a_channel_announcement_opens_a_thread_where_wanted(
    env: Env, bot: Colloquy, guild: GuildHandle, channel: ChannelHandle
) -> None:
    async with bot.database.write() as session:
        where = await destinations.ensure_channel(session, channel.id, guild.id)
        await destinations.set_discuss(session, where.id, True)
    await fill(bot.database, each=2)
    courier = Courier(bot.database, bot, QUICK)
    assert await courier.drain_once() == 2
    real = bot.get_channel(channel.id)
    assert isinstance(real, discord.TextChannel)
    assert sorted(thread.name for thread in real.threads) == ["Paper 0", "Paper 1"]
