"""What the bot does when Discord speaks, what it does again and again, and how it stops."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord.ext import tasks

from bot import commands, conversation, errors, inviting, leaving, unreachable
from bot.client import Colloquy
from retrieval.watch import PAUSE
from storage import announcements, answers, destinations
from storage.errors import Busy, ColloquyError, TooFast

if TYPE_CHECKING:
    from bot.parts import Parts
    from retrieval.watch import Watcher

log = structlog.get_logger("colloquy.discord")

CLOSING_S = 8.0  # how long answers under way may take when the bot stops
SENDING, MINUTE, DAY = 2.0, 60.0, 86_400.0  # seconds between the end of a round and the next one

Job = Callable[[], Awaitable[object]]
"""What is begun only once its turn has come: a round may be cancelled before that."""


class Live(Colloquy):
    """Colloquy on Discord.

    Attributes:
        watcher: looks for new papers; None where nobody is to look for and announce any.
    """

    def __init__(self, parts: Parts, watcher: Watcher | None = None) -> None:
        super().__init__(parts)
        self.watcher = watcher
        self._loops: dict[str, asyncio.Task[None]] = {}
        self._rounds: set[asyncio.Task[None]] = set()

    async def setup_hook(self) -> None:
        """Register commands and persistent items; publishing them is `sync`'s, never done here."""
        await commands.register(self)

    async def on_ready(self) -> None:
        """Begin what is done again and again; not earlier, for who only logs in changes nothing.

        Discord says "ready" again after every interruption.
        """
        self._begin("inviting", MINUTE, partial(inviting.once, self))
        self._begin("forgetting", DAY, self._forget_older)
        self._begin("mending the index", MINUTE, self._mend)
        if self.watcher is not None:
            send = self.courier.drain  # channels do not wait for the people
            self._begin("sending to people", SENDING, partial(send, direct=True))
            self._begin("sending to channels", SENDING, partial(send, direct=False))
            self._begin("telling", SENDING, self.courier.tell_owners)
            self._begin("watching", PAUSE.total_seconds(), self.watcher.once)
        log.info("ready", servers=len(self.guilds))
        await self._round("leaving", partial(leaving.forget_left, self))

    def _begin(self, doing: str, pause_s: float, job: Job) -> None:
        """Do a job again and again from now on, unless it is done already."""
        if doing not in self._loops and not self.is_closed():
            self._loops[doing] = asyncio.create_task(self._again(doing, pause_s, job))

    async def _again(self, doing: str, pause_s: float, job: Job) -> None:
        while True:
            await self._round(doing, job)
            await _pause(pause_s)

    async def _round(self, doing: str, job: Job) -> None:
        """Do one round of a job; when its loop is cancelled, `close` waits for the round."""
        task = asyncio.create_task(_survived(doing, job))
        self._rounds.add(task)
        task.add_done_callback(self._rounds.discard)
        await asyncio.shield(task)

    async def _mend(self) -> None:
        """Take into the index what another process stored; make it anew if it could not be read."""
        if await self.index.lags(self.database):
            await self.index.catch_up(self.database)

    async def _forget_older(self) -> None:
        """Let go of answers and announcements that are older than their buttons have to work."""
        async with self.database.write() as session:
            await answers.forget_older(session, self.settings.answers.keep_days)
        async with self.database.write() as session:
            await announcements.forget_older(session, answers.utcnow())
            await destinations.forget_empty(session)

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot or message.webhook_id is not None:
            return
        try:
            await conversation.on_message(self, message)
        except (TooFast, Busy) as error:
            if self.gate.tells(message.author.id, error):
                await errors.answer_message(message, error)
        except Exception as error:  # noqa: BLE001 - the last stop: nothing above would answer
            await errors.answer_message(message, error)

    async def on_app_command_completion(
        self, interaction: discord.Interaction[Any], _command: object
    ) -> None:
        """Say what could not be said in a person's closed direct messages."""
        user_id = interaction.user.id
        if await unreachable.tell(interaction, await unreachable.unsaid(self.database, user_id)):
            await unreachable.tell(interaction, await inviting.unseen(self, user_id))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await _survived("leaving", partial(leaving.forget, self, guild.id))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await _survived("joining", partial(leaving.joined, self, [guild.id]))

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        error = sys.exception()
        if error is not None:
            errors.report(error, doing=event_method)

    async def close(self) -> None:
        """Send, look and take questions no more, let answers under way out, then leave Discord.

        The parts outlive this: whoever opened them closes them afterwards.
        """
        self.courier.stop()
        for loop in self._loops.values():
            loop.cancel()
        if self._rounds:
            await asyncio.wait(self._rounds, timeout=CLOSING_S)
        for late in self._rounds:
            late.cancel()
        await self.gate.shut(CLOSING_S)
        await super().close()


class Sharded(Live, discord.AutoShardedClient):
    """The same, with its servers split over several connections."""


async def _pause(seconds: float) -> None:
    """`asyncio.sleep`, as one round of a loop that has no others: a simulated Discord, whose clock
    it follows, knows by this that nobody has to wait for its end.

    More rounds it would count by the calendar, and make up for each that a sleeping machine missed.
    """

    async def nothing() -> None: ...

    await tasks.loop(seconds=seconds, count=1)(nothing).start()


async def _survived(doing: str, job: Job) -> None:
    """Do a job that is done again soon, whatever becomes of it."""
    try:
        await job()
    except ColloquyError as error:
        log.warning("job_failed", doing=doing, code=error.code)
    except Exception as error:  # noqa: BLE001 - the last stop
        errors.report(error, doing=doing)


def create(parts: Parts, watcher: Watcher | None = None) -> Live:
    """The bot for these settings: one connection unless `discord.shards` asks for more."""
    kind = Sharded if parts.settings.discord.shards > 1 else Live
    return kind(parts, watcher)
