"""The courier against a Discord over real sockets: what people see, and what is kept."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NoReturn

import aiohttp
import discord
import pytest
from aiohttp.client_reqrep import ConnectionKey
from simcord import ChannelHandle, Env, GuildHandle
from sqlalchemy import select, update

from bot import courier as courier_module
from bot.client import Colloquy
from bot.courier import Courier, Rules
from bot.unreachable import unsaid
from storage import announcements, couriers, destinations, follows, researchers
from storage import ledger as ledger_module
from storage.announcements import State
from storage.answers import utcnow
from storage.database import Database
from storage.schema import DestinationRow
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


def one_each(expected: dict[int, list[int]]) -> dict[int, list[list[int]]]:
    """What is to be seen where each announcement is a message of its own."""
    return {address: [[id_] for id_ in ids] for address, ids in expected.items()}


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
    assert messages.everywhere() == one_each(expected)
    assert {state for state, _ in (await states(database)).values()} == {State.SENT.value}
    assert courier.shown == 45


async def test_two_couriers_share_the_work(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=30, each=2)
    one, two = await asyncio.gather(*(drained(database, client, PATIENT) for _ in range(2)))
    assert messages.everywhere() == one_each(expected)
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
    assert messages.everywhere() == one_each(expected)


@pytest.mark.parametrize("every", ["at once", "weekly"])
async def test_what_a_dead_courier_was_sending_is_looked_for_first(
    database: Database, client: discord.Client, messages: Messages, every: str
) -> None:
    expected = await fill(database, channels=2, each=2, every=every)
    await _die_while_sending(database, client, before_the_request=False)
    courier = await drained(database, client)
    together = {address: [ids] for address, ids in expected.items()}
    assert messages.everywhere() == (one_each(expected) if every == "at once" else together)
    left = 2 if every == "at once" else 0  # of each channel, the first was shown before
    assert courier.shown == left


async def test_what_a_dead_courier_had_not_yet_sent_is_sent(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=2, each=2)
    await _die_while_sending(database, client, before_the_request=True)
    courier = await drained(database, client)
    assert messages.everywhere() == one_each(expected)
    assert courier.shown == 4


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


async def test_direct_messages_that_are_not_even_opened_are_told_of_at_the_next_chance(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    await fill(database, people=2, each=2)
    messages.unopened[FIRST_PERSON] = 400, 50033
    async with asyncio.timeout(20):
        await Courier(database, client, QUICK).drain_once()
    assert messages.requests["POST /users/@me/channels 400"] == 1
    assert list(messages.everywhere()) == [FIRST_PERSON + 1]
    [notice] = await unsaid(database, FIRST_PERSON)
    assert isinstance(notice.message, str)
    assert "Discord does not take the message (50033)" in notice.message

    messages.unopened.clear()
    async with database.write() as session:
        where = await destinations.ensure_direct(session, FIRST_PERSON)
        await destinations.resume(session, where.id)
    await drained(database, client)
    assert len(messages.everywhere()[FIRST_PERSON]) == 2, "nothing was given up"


class Clock:
    """The time of couriers, which a test lets pass."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = utcnow()
        for module in (courier_module, ledger_module):
            monkeypatch.setattr(module, "utcnow", lambda: self.now)


@pytest.mark.parametrize("opening", [True, False])
async def test_fifteen_hours_without_discord_lose_nothing(
    database: Database,
    client: discord.Client,
    messages: Messages,
    monkeypatch: pytest.MonkeyPatch,
    opening: bool,
) -> None:
    expected = await fill(database, people=1, each=2)
    clock = Clock(monkeypatch)
    courier = Courier(database, client, Rules(per_second=None, direct_per_second=None))
    courier.postbox.rest = lambda *_: None  # type: ignore[method-assign]
    tried = list[datetime]()

    async def gone(*_: object) -> NoReturn:
        tried.append(clock.now)
        key = ConnectionKey("discord.com", 443, True, True, None, None, None)
        raise aiohttp.ClientConnectorError(key, OSError("no route"))

    with monkeypatch.context() as patch:
        patch.setattr(courier.postbox, "address" if opening else "send", gone)
        begun = clock.now
        while clock.now < begun + timedelta(hours=15):
            await courier.drain_once()
            clock.now += timedelta(minutes=9)
    assert tried[1] - tried[0] < timedelta(minutes=10)
    assert tried[-1] - tried[-2] > timedelta(minutes=10), "it is asked less often after a while"
    became = set((await states(database)).values())
    assert (State.PENDING.value, "Discord cannot be reached") in became
    clock.now += timedelta(minutes=10)
    await courier.drain_once()
    assert messages.everywhere() == one_each(expected)


async def test_trouble_that_does_not_end_pauses_the_place_and_loses_nothing(
    database: Database,
    client: discord.Client,
    messages: Messages,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = await fill(database, channels=1, each=2)
    clock = Clock(monkeypatch)
    courier = Courier(database, client, Rules(per_second=None, direct_per_second=None))

    async def broken(*_: object) -> NoReturn:
        raise aiohttp.ServerDisconnectedError

    async def paused() -> list[str | None]:
        async with database.read() as session:
            return [place.paused for place in await destinations.paused(session)]

    with monkeypatch.context() as patch:
        patch.setattr(courier.postbox, "send", broken)
        for _ in range(48):
            await courier.drain_once()
            clock.now += timedelta(hours=1)
    assert await paused() == ["the connection to Discord broke"]
    async with database.write() as session:
        [place] = await destinations.paused(session)
        await destinations.resume(session, place.id)
    await courier.drain_once()
    assert messages.everywhere() == one_each(expected)


@pytest.mark.parametrize("refused", [(403, 0), (404, 0), (400, 0), (451, 0), (403, 40333)])
async def test_a_block_before_discord_closes_no_place_and_loses_nothing(
    database: Database,
    client: discord.Client,
    messages: Messages,
    monkeypatch: pytest.MonkeyPatch,
    refused: tuple[int, int],
) -> None:
    """Such a page has no code of Discord's, or that of a network error."""
    expected = await fill(database, channels=2, each=2)
    clock = Clock(monkeypatch)
    courier = Courier(database, client, Rules(per_second=None, direct_per_second=None))
    rests = set[float]()
    monkeypatch.setattr(courier.postbox, "rest", lambda _, seconds: rests.add(seconds))
    messages.refused = dict.fromkeys(expected, refused)
    for _ in range(6):
        await courier.drain_once()
        clock.now += timedelta(minutes=11)
    async with database.read() as session:
        assert await destinations.paused(session) == []
    assert min(rests) >= 30, "nor is it knocked at all the time"
    messages.refused.clear()
    await courier.drain_once()
    assert messages.everywhere() == one_each(expected)


async def test_server_errors_and_limits_only_delay(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=3, each=7)
    messages.each = 5, 0.5
    messages.refused[FIRST_CHANNEL] = 503, 0
    draining = asyncio.create_task(drained(database, client))
    await asyncio.sleep(0.2)
    del messages.refused[FIRST_CHANNEL]
    courier = await draining
    assert messages.everywhere() == one_each(expected)
    assert courier.shown == 21


async def test_a_message_that_discord_does_not_take_holds_nothing_up(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=1, each=1)
    messages.refused[FIRST_CHANNEL] = 400, 50035
    await drained(database, client)
    [(state, why)] = (await states(database, expected[FIRST_CHANNEL])).values()
    assert state == State.FAILED.value
    assert "does not take" in why


@pytest.mark.parametrize("code", [40058, 50008])
async def test_a_forum_gets_posts_and_each_once(
    database: Database, client: discord.Client, messages: Messages, code: int
) -> None:
    expected = await fill(database, channels=1, each=3)
    messages.forums[FIRST_CHANNEL], messages.no_messages = 7000, code
    cuts = iter([False, True] + [False] * 20)
    messages.cut = lambda: next(cuts)
    await drained(database, client)
    assert messages.announced(FIRST_CHANNEL) == [[id_] for id_ in expected[FIRST_CHANNEL]]


async def test_a_post_that_was_archived_before_it_was_looked_for_is_found(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=1, each=2)
    messages.forums[FIRST_CHANNEL] = 7000
    cuts = iter([True] + [False] * 20)

    def cut() -> bool:
        if next(cuts):
            messages.archived.add(messages.shown[FIRST_CHANNEL][0]["id"])
            return True
        return False

    messages.cut = cut
    await drained(database, client)
    assert messages.announced(FIRST_CHANNEL) == [[id_] for id_ in expected[FIRST_CHANNEL]]


async def test_a_post_that_somebody_deleted_does_not_close_the_forum(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=1, each=3)
    messages.forums[FIRST_CHANNEL] = 7000
    cuts = iter([False, True] + [False] * 20)

    def cut() -> bool:
        if next(cuts):
            messages.gone.add(messages.shown[FIRST_CHANNEL][0]["id"])  # the first, when the
            return True  # second is accepted and not answered for
        return False

    messages.cut = cut
    await drained(database, client)
    async with database.read() as session:
        assert await destinations.paused(session) == []
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
    expected = await fill(database, channels=20, people=3, each=1)
    channels = DestinationRow.channel_id.is_not(None)

    async def due(at: datetime) -> None:
        async with database.write() as session:
            await session.execute(update(DestinationRow).where(channels).values(leased_until=at))

    await due(utcnow() + timedelta(hours=1))
    courier = Courier(database, client, replace(QUICK, direct_per_second=1))
    start = asyncio.get_running_loop().time()
    writing = asyncio.create_task(courier.drain(direct=True))
    await courier.drain(direct=False)
    await due(utcnow())
    await courier.drain(direct=False)
    assert {a for a in expected if a >= FIRST_CHANNEL} < messages.everywhere().keys()
    assert not writing.done()
    await writing
    assert asyncio.get_running_loop().time() - start > 1.9
    assert messages.everywhere() == one_each(expected)


async def test_an_owner_is_told_although_there_was_trouble_at_first(
    database: Database, client: discord.Client, messages: Messages, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.write() as session:
        eve = await researchers.ensure(session, "Eve", "arXiv")
        where = await destinations.ensure_channel(session, 555_000, 7000)
        await follows.add(session, eve, where, user_id=None, set_by=42)
        await destinations.pause(session, where.id, "I may not see the channel")
    courier = Courier(database, client, QUICK)

    async def broken(*_: object) -> NoReturn:
        raise aiohttp.ServerDisconnectedError

    with monkeypatch.context() as patch:
        patch.setattr(courier.postbox, "write_to", broken)
        await courier.drain_once()
    assert messages.shown[DIRECT + 42] == []
    await courier.drain_once()
    assert len(messages.shown[DIRECT + 42]) == 1


async def test_an_owner_who_could_not_be_told_is_told_of_the_next_time(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    async with database.write() as session:
        eve = await researchers.ensure(session, "Eve", "arXiv")
        where = await destinations.ensure_channel(session, 555_000, 7000)
        await follows.add(session, eve, where, user_id=None, set_by=42)
        await destinations.pause(session, where.id, "I may not see the channel")
    courier = Courier(database, client, QUICK)
    messages.no_direct.add(42)
    for _ in range(3):
        await courier.drain_once()
    tried = "POST /channels/*/messages 403"
    assert messages.requests[tried] == 1, "they are told when they next use a command"
    messages.no_direct.clear()
    async with database.write() as session:
        await destinations.resume(session, where.id)
    await courier.drain_once()
    async with database.write() as session:
        await destinations.pause(session, where.id, "the thread is locked")
    await courier.drain_once()
    [told] = messages.shown[DIRECT + 42]
    assert "the thread is locked" in told["content"]


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


async def test_a_thread_is_opened_also_by_who_is_not_connected(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    await fill(database, channels=1, each=2)
    async with database.write() as session:
        [where] = [d.id for d in await session.scalars(select(DestinationRow))]
        await destinations.set_discuss(session, where, True)
    await drained(database, client)
    shown = [int(message["id"]) for message in messages.shown[FIRST_CHANNEL]]
    assert messages.opened == dict(zip(shown, ["Paper 0", "Paper 1"], strict=True))


async def test_a_forum_that_asks_for_a_tag_is_paused_and_loses_nothing(
    database: Database, client: discord.Client, messages: Messages
) -> None:
    expected = await fill(database, channels=1, each=2)
    messages.refused[FIRST_CHANNEL] = 400, 40067
    await drained(database, client)
    async with database.read() as session:
        [where] = await destinations.paused(session)
    assert where.paused == "the forum asks for a tag on every post"
    messages.refused.clear()
    async with database.write() as session:
        await destinations.resume(session, where.id)
    await drained(database, client)
    assert messages.everywhere() == one_each(expected)
