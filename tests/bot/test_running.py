"""Starting and stopping, as whoever runs it sees it."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import AsyncExitStack

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.compose import reading
from bot.courier import Courier, Rules
from bot.datadir import held
from bot.running import run, watch_once
from bot.settings import AnnouncementSettings, Settings
from storage.errors import BadSetting, DataDirBusy, DiscordUnavailable, SetupError, TokenRefused
from tests.discord_loopback import LoopbackDiscord


def with_token(settings: Settings) -> Settings:
    settings._token = SecretStr("a.b.c")
    return settings


async def told(number: int, running: asyncio.Task[None]) -> None:
    """The signal, as the shell sends it, and the end of what was running."""
    if not running.done():  # or it would end the tests instead
        os.kill(os.getpid(), number)
    await asyncio.wait_for(running, 20)


async def test_it_says_where_to_invite_it_and_stops_when_told(
    settings: Settings, discord_: LoopbackDiscord, capfd: pytest.CaptureFixture[str]
) -> None:
    running = asyncio.create_task(run(with_token(settings)))
    await discord_.until(lambda: discord_.identified or running.done())
    await told(signal.SIGTERM, running)
    said = capfd.readouterr().err
    assert "Connected as" in said
    assert "scope=bot+applications.commands" in said
    assert "permissions=377957239808" in said
    assert "integration_type=1" in said
    assert "a.b.c" not in said


async def test_a_question_on_the_command_line_holds_the_folder_until_all_is_closed(
    settings: Settings,
) -> None:
    stack = AsyncExitStack()
    parts = await stack.enter_async_context(reading(settings))
    async with parts.database.read():  # which closing waits for
        closing = asyncio.create_task(stack.aclose())
        await asyncio.sleep(0.3)
        with pytest.raises(DataDirBusy), held(settings.data_dir):
            pass
    await closing
    with held(settings.data_dir):
        pass


async def test_without_a_token_it_says_so_and_opens_the_tryout(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = settings.model_copy(
        update={"discord": settings.discord.model_copy(update={"tryout_port": 0})}
    )
    running = asyncio.create_task(run(settings))
    said = ""
    while "http://127.0.0.1:" not in said and not running.done():
        await asyncio.sleep(0.05)
        said += capfd.readouterr().err
    assert said.startswith("DISCORD_TOKEN is not set, so this starts the try-out")
    assert "open this address in a browser:\n  http://127.0.0.1:" in said
    with pytest.raises(DataDirBusy):
        await run(settings)
    await told(signal.SIGINT, running)


async def test_a_single_look_sends_at_the_pace_that_is_set(
    settings: Settings, discord_: LoopbackDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    drained = list[Rules]()

    async def drain(courier: Courier) -> int:
        drained.append(courier._rules)
        return 0

    monkeypatch.setattr(Courier, "drain_once", drain)
    pace = AnnouncementSettings(per_second=7, direct_per_second=3)
    await watch_once(with_token(settings.model_copy(update={"announcements": pace})))
    [rules] = drained
    assert (rules.per_second, rules.direct_per_second) == (7, 3)


async def test_a_wrong_token_is_one_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    async with TestServer(app) as server:
        monkeypatch.setattr(discord.http.Route, "BASE", str(server.make_url("")).rstrip("/"))
        with pytest.raises(TokenRefused):
            await run(with_token(settings))


async def test_no_network_is_one_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:1")
    with pytest.raises(DiscordUnavailable, match="check the network"):
        await run(with_token(settings))


async def test_an_intent_that_is_not_granted_names_the_setting(
    settings: Settings, discord_: LoopbackDiscord
) -> None:
    settings = settings.model_copy(
        update={"discord": settings.discord.model_copy(update={"read_threads": True})}
    )
    running = asyncio.create_task(run(with_token(settings)))
    await discord_.until(lambda: discord_.identified or running.done())
    await discord_.close(4014)
    with pytest.raises(BadSetting, match=r"discord\.read_threads"):
        await asyncio.wait_for(running, 20)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (4004, "Discord does not accept DISCORD_TOKEN"),
        (4011, r"discord\.shards: Discord wants the bot's servers split over more connections"),
        (4012, "it ended the connection for good, with code 4012"),
    ],
)
async def test_a_connection_that_discord_ends_for_good_is_one_sentence(
    settings: Settings, discord_: LoopbackDiscord, code: int, said: str
) -> None:
    running = asyncio.create_task(run(with_token(settings)))
    await discord_.until(lambda: discord_.identified or running.done())
    await discord_.close(code)
    with pytest.raises(SetupError, match=said):
        await asyncio.wait_for(running, 20)
