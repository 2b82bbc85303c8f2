"""The bot over real sockets: what SimCord leaves out is the network, and what it does wrong."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from sqlalchemy import update

from bot import claiming, inviting
from bot.commands.reviews import decisions
from bot.errors import LATE
from bot.live import Live
from storage import invitations_sent, places, servers, wishes
from storage.invitations_sent import Limits
from storage.schema import ClaimRow
from tests.discord_loopback import (
    ADA,
    BOT,
    DIRECT,
    EPHEMERAL,
    GUILD,
    KAI,
    Fault,
    LoopbackDiscord,
    read,
)
from tests.storage.claimed import claim

QUESTION = "What does NPD stand for?"
ANSWER = "Near-Policy Distillation"
ASKED = f"<@{BOT}> {QUESTION}"


pytestmark = pytest.mark.usefixtures("connected")


async def answered(server: LoopbackDiscord, times: int = 1) -> list[str]:
    """What the bot has said, once it has given so many answers."""
    await server.until(lambda: sum(ANSWER in read(message) for message in server.shown) >= times)
    return [read(message) for message in server.shown]


async def test_a_slash_command_is_acknowledged_and_answered(discord_: LoopbackDiscord) -> None:
    interaction = await discord_.slash("ask", question=QUESTION)
    await discord_.until(lambda: interaction.done)
    assert not interaction.too_late
    assert interaction.reply is not None
    assert ANSWER in read(interaction.reply)
    assert "https://" in read(interaction.reply)


async def test_a_button_works(discord_: LoopbackDiscord) -> None:
    asked = await discord_.slash("ask", question=QUESTION)
    await discord_.until(lambda: asked.done)
    assert asked.reply is not None
    pressed = await discord_.press(asked.reply, "Show passages")
    shown = await discord_.until(lambda: pressed.followups or discord_.shown[1:])
    assert shown[0]["flags"] & EPHEMERAL
    assert not pressed.too_late


async def test_a_mention_and_a_direct_message_are_answered(
    discord_: LoopbackDiscord, connected: Live
) -> None:
    await discord_.say(ASKED)
    await answered(discord_)
    await connected.gate.idle()  # the answer can be read a moment before it is finished with
    await discord_.say(QUESTION, channel=DIRECT)
    await answered(discord_, 2)
    assert {message["channel_id"] for message in discord_.shown} > {DIRECT}


async def test_what_is_not_addressed_to_the_bot_is_left_alone(discord_: LoopbackDiscord) -> None:
    await discord_.say(QUESTION)
    await discord_.say(ASKED)
    assert len(await answered(discord_)) == 1


@pytest.mark.parametrize("address", ["PATCH /webhooks/.*", "POST /interactions/.*"])
@pytest.mark.parametrize("status", [429, 500])
async def test_a_refused_request_is_repeated(
    discord_: LoopbackDiscord, address: str, status: int
) -> None:
    body = {"message": "You are being rate limited.", "retry_after": 0.1, "global": False}
    discord_.faults.append(Fault(address, status, body))
    await discord_.slash("ask", question=QUESTION)
    assert len(await answered(discord_)) == 1


@pytest.mark.parametrize("status", [429, 500])
async def test_a_refused_message_is_repeated(discord_: LoopbackDiscord, status: int) -> None:
    body = {"message": "You are being rate limited.", "retry_after": 0.1, "global": False}
    discord_.faults.append(Fault("POST /channels/.*/messages", status, body))
    await discord_.say(ASKED)
    assert len(await answered(discord_)) == 1


async def _abort(server: LoopbackDiscord) -> None:
    server.abort()


@pytest.mark.parametrize(
    "interrupt",
    [
        pytest.param(lambda server: server.close(4000), id="closed with 4000"),
        pytest.param(lambda server: server.close(1001), id="closed with 1001"),
        pytest.param(lambda server: server.reconnect(), id="asked to reconnect"),
        pytest.param(_abort, id="cut"),
    ],
)
async def test_what_was_asked_while_the_connection_was_away_is_answered(
    discord_: LoopbackDiscord, interrupt: Callable[[LoopbackDiscord], Awaitable[None]]
) -> None:
    await interrupt(discord_)
    await discord_.say(ASKED)
    assert len(await answered(discord_)) == 1
    assert discord_.identified == 1
    assert discord_.resumed == 1


async def test_a_forgotten_session_is_begun_anew(discord_: LoopbackDiscord) -> None:
    await discord_.forget()
    await discord_.until(lambda: discord_.identified == 2)
    await discord_.say(ASKED)
    assert len(await answered(discord_)) == 1


async def _begun_anew(server: LoopbackDiscord, bot: Live) -> None:
    """A new session, and all that the bot does when it has begun."""
    began = asyncio.create_task(bot.wait_for("ready"))
    await asyncio.sleep(0)
    await server.forget()
    await began
    await server.until(lambda: not bot._rounds)


async def _silent(bot: Live, *guilds: str) -> list[str]:
    """Those of these servers that still have the setting that was made for them."""
    async with bot.database.read() as session:
        return [g for g in guilds if not (await places.get(session, int(g))).answers]


async def test_a_server_left_while_the_bot_was_away_is_forgotten_and_no_other(
    discord_: LoopbackDiscord, connected: Live
) -> None:
    left, down, unlisted, never = "8000", "8001", "8002", "8003"
    discord_.down = {left, down, unlisted}
    await _begun_anew(discord_, connected)
    everywhere = (GUILD, left, down, unlisted, never)
    async with connected.database.write() as session:
        for guild in everywhere:
            await places.set_answers(session, int(guild), None, False)
        await servers.remember(session, int(BOT) + 1, [int(never)])  # another bot's
    assert await _silent(connected, *everywhere) == list(everywhere)

    discord_.down, discord_.unlisted = {down}, {unlisted}
    discord_.faults.append(Fault(f"GET /guilds/{left}", 403, {"code": 0, "message": "blocked"}))
    await _begun_anew(discord_, connected)
    assert await _silent(connected, *everywhere) == list(everywhere), "it was not certain"
    await _begun_anew(discord_, connected)
    assert await _silent(connected, *everywhere) == [GUILD, down, unlisted, never]
    assert discord_.requests[f"GET /guilds/{left} 404"] == 1
    await _begun_anew(discord_, connected)
    assert discord_.requests[f"GET /guilds/{left} 404"] == 1, "it is asked for no more"


async def test_an_acknowledgement_that_came_too_late_is_said_and_harms_nothing_else(
    discord_: LoopbackDiscord,
) -> None:
    discord_.patience = -1
    late = await discord_.slash("ask", question=QUESTION)
    await discord_.until(lambda: any(LATE in read(message) for message in discord_.shown))
    assert late.too_late
    discord_.patience = 3
    await discord_.slash("ask", question=QUESTION)
    await answered(discord_)


@pytest.mark.parametrize("invitations_", [1, 2])
async def test_an_inbox_is_acknowledged_before_discord_is_asked_who_invites(
    discord_: LoopbackDiscord, connected: Live, invitations_: int
) -> None:
    async with connected.database.write() as session:
        await claim(session, 1, int(KAI))
        for sender in (ADA, "9003")[:invitations_]:
            await invitations_sent.send(
                session, int(sender), "Ada", 1, "Shall we?", limits=Limits()
            )
    discord_.acting, discord_.patience, discord_.lookup = KAI, 1, 1.3
    used = await discord_.slash("collaborate inbox")
    await discord_.until(lambda: used.done or used.too_late)
    if invitations_ > 1:
        assert used.reply is not None
        used = await discord_.press_first(used.reply)
    await discord_.until(lambda: used.too_late or "Ada (@ada)" in read(used.reply or {}))
    assert not used.too_late
    assert used.reply is not None
    discord_.lookup = 0
    accepted = await discord_.press(used.reply, "Accept")
    await discord_.until(lambda: "You and Ada are in contact" in read(accepted.reply or {}))


def _said(server: LoopbackDiscord, text: str) -> int:
    return sum(text in read(message) for message in server.shown)


async def test_everybody_who_wished_for_a_researcher_is_told(
    discord_: LoopbackDiscord, connected: Live
) -> None:
    async with connected.database.write() as session:
        for person in (ADA, KAI):
            await wishes.remember(session, int(person), 1)
        await claim(session, 1, 7)
    await inviting.once(connected)  # beside the bot's own rounds, which may have begun one
    await discord_.until(lambda: _said(discord_, "Kai Han takes invitations now") >= 2)
    await inviting.once(connected)
    assert _said(discord_, "Kai Han takes invitations now") == 2


async def test_two_who_tell_a_claimant_at_once_write_once(
    discord_: LoopbackDiscord, connected: Live
) -> None:
    async with connected.database.write() as session:
        await claim(session, 1, int(ADA))
        await session.execute(update(ClaimRow).values(told=False))
    await asyncio.gather(*(claiming.tell(connected, 1, decisions) for _ in range(2)))
    assert _said(discord_, "Your claim on **Kai Han** is verified") == 1


async def test_a_connection_that_breaks_while_a_claimant_is_told_stops_nothing(
    discord_: LoopbackDiscord, connected: Live
) -> None:
    async with connected.database.write() as session:
        await claim(session, 1, int(ADA))
        await session.execute(update(ClaimRow).values(told=False))

    async def cut(*_: object) -> None:
        raise aiohttp.ServerDisconnectedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connected.courier.postbox, "write_to", cut)
        await claiming.tell(connected, 1, decisions)
    assert _said(discord_, "is verified") == 0
    await claiming.tell(connected, 1, decisions)
    assert _said(discord_, "is verified") == 1
