"""Running: connect to Discord or open the try-out, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Coroutine, Iterator
from typing import Any

import aiohttp
import discord
from pydantic import SecretStr

from bot.client import Colloquy, invite_links
from bot.compose import opened
from bot.live import create
from bot.progress import say, tell
from bot.settings import Settings
from bot.tryout import open_tryout
from bot.watching import watching
from storage.errors import BadSetting, DiscordUnavailable, SetupError, TokenRefused
from storage.phrases import plural

_TOKEN_RESET = 4004  # codes with which Discord ends a connection
_WANTS_SHARDS = (4010, 4011)


async def run(settings: Settings) -> None:
    """Answer in Discord until stopped; without a token, say so and serve the try-out.

    Raises:
        ColloquyError: whatever keeps it from starting or going on.
    """
    token = settings.discord_token
    if token is None:
        say(
            "DISCORD_TOKEN is not set, so this starts the try-out: a simulated Discord on your own "
            "machine. To answer in a real server, put the token into .env (see README.md)."
        )
        await tryout(settings)
        return
    async with opened(settings) as parts, watching(parts) as watcher:
        await _until_stopped(_in_discord(create(parts, watcher), token))


async def tryout(settings: Settings, port: int | None = None) -> None:
    """Serve the try-out until stopped."""
    async with opened(settings) as parts:
        where = settings.discord.tryout_port if port is None else port
        await _until_stopped(open_tryout(parts, where, _announce))


async def watch_once(settings: Settings) -> None:
    """Look at everybody who is due, and send what is due if there is a token to send it with.

    Raises:
        ColloquyError: whatever keeps it from being done.
    """
    async with opened(settings) as parts:
        async with watching(parts) as watcher:
            seen = await watcher.once()
        tell(
            f"Looked at {plural(seen.looked, 'researcher')}: {plural(seen.new, 'new paper')}, "
            f"{plural(seen.announced, 'announcement')} to send."
        )
        if seen.missed:
            say(f"{plural(seen.missed, 'researcher')} could not be looked at; they stay due.")
        token = settings.discord_token
        if token is None:
            say("DISCORD_TOKEN is not set, so nothing is sent; it waits until it is.")
            return
        async with create(parts) as bot:
            with translated():
                await bot.login(token.get_secret_value())
            sent = await bot.courier.drain_once()
        tell(f"{plural(sent, 'message')} sent.")


async def _in_discord(bot: Colloquy, token: SecretStr) -> None:
    async with bot:
        with translated():
            await bot.login(token.get_secret_value())
            _say_where(bot)
            await bot.connect()


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Discord's and the network's refusals as ours."""
    try:
        yield
    except discord.LoginFailure as error:
        raise TokenRefused() from error
    except discord.PrivilegedIntentsRequired as error:
        raise BadSetting(
            key="discord.read_threads",
            why="Discord does not grant the Message Content intent",
            cure="switch it on in the developer portal (under Bot), or set this to false",
        ) from error
    except discord.ConnectionClosed as error:
        raise _closed(error.code) from error
    except (discord.GatewayNotFound, discord.DiscordServerError) as error:
        raise DiscordUnavailable(why="it reports trouble of its own") from error
    except (aiohttp.ClientConnectionError, OSError, TimeoutError) as error:
        raise DiscordUnavailable(why="no connection to discord.com") from error


def _closed(code: int) -> SetupError:
    """What it means that Discord ends the connection and takes no other in its place."""
    if code == _TOKEN_RESET:
        return TokenRefused()
    if code in _WANTS_SHARDS:
        return BadSetting(
            key="discord.shards",
            why="Discord wants the bot's servers split over more connections",
            cure="set it to 2 or more, one for each 1000 servers",
        )
    return DiscordUnavailable(why=f"it ended the connection for good, with code {code}")


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run until the work ends by itself, or an interrupt or termination arrives.

    The first signal lets the work close in order; a second one ends the process at once.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)

    def stop(number: int) -> None:
        loop.remove_signal_handler(number)
        say("Stopping …")
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C arrives as an exception
            loop.add_signal_handler(number, stop, number)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await task
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)


def _say_where(bot: Colloquy) -> None:
    assert bot.application_id is not None
    server, person = invite_links(bot.application_id)
    say(
        f"Connected as {bot.user}. Add me to a server:\n  {server}\n"
        f"or take me along as your own app:\n  {person}"
    )
    say("If the slash commands are not there yet, run `python -m bot sync` once. Ctrl-C stops me.")


def _announce(url: str) -> None:
    say(
        "The try-out is ready; open this address in a browser:\n"
        f"  {url}\n"
        "Whoever has that address can use it, so keep it to yourself. Ctrl-C stops it."
    )
