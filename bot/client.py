"""The bot itself: intents, mentions, set-up, messages, and the order in which things close."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord import app_commands
from discord.ext import tasks

from bot import commands, conversation, errors, leaving, unreachable
from bot.courier import Courier, Rules
from bot.gate import Gate
from bot.inviting import Messenger
from bot.permissions import PERMISSIONS
from bot.pictures.studio import Studio
from bot.postbox import no_blind_repeats
from retrieval.graph.nearby import Nearby
from retrieval.proofs import ProofChecker
from retrieval.sources.pages import PageReader
from retrieval.watch import PAUSE
from storage import announcements, answers, destinations
from storage.errors import ColloquyError

if TYPE_CHECKING:
    from bot.pages import Pages
    from bot.parts import Parts
    from retrieval.watch import Watcher

log = structlog.get_logger("colloquy.discord")

# It never speaks: that voice libraries are missing needs no warning at every start.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False

CLOSING_S = 8.0  # how long answers under way may take when the bot stops

SCOPES = ("bot", "applications.commands")

Job = Callable[[], Awaitable[object]]
"""What is begun only once its turn has come: a round may be cancelled before that."""


class Colloquy(discord.Client):
    """Colloquy on Discord.

    Attributes:
        settings, database, embedder, search, answerer, today: as handed in.
        proofs: looks at pages on which claimants have put a code.
        watcher: looks for new papers; None where nobody is to look for and announce any.
        gate: whether somebody may ask here, now.
        studio: draws pictures.
        near: what is near in meaning.
        pages: where pages can be read at once, on the machine of the try-out; None in Discord.
        tree: the commands, usable in servers, in direct messages and as a person's own app.
    """

    def __init__(self, parts: Parts, watcher: Watcher | None = None) -> None:
        status = parts.settings.discord.status
        super().__init__(
            intents=intents(parts.settings.discord.read_threads),
            allowed_mentions=discord.AllowedMentions.none(),
            activity=discord.CustomActivity(status) if status else None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            shard_count=parts.settings.discord.shards or None,
            http_trace=no_blind_repeats(),
        )
        self.settings = parts.settings
        self.database = parts.database
        self.embedder = parts.embedder
        self.index = parts.index
        self.search = parts.search
        self.answerer = parts.answerer
        self.today = parts.today
        self.proofs = ProofChecker(parts.database, PageReader())
        self.watcher = watcher
        self.courier = Courier(
            parts.database, self, Rules(**parts.settings.announcements.model_dump())
        )
        self.messenger = Messenger(self)
        self.studio = Studio(parts.settings.pictures.theme, on=parts.settings.pictures.on)
        self.near = Nearby(parts.embedder.name, parts.index)
        self.pages: Pages | None = None
        self._rounds: set[asyncio.Task[None]] = set()
        self.gate = Gate(parts.database, parts.settings.limits)
        self.tree = errors.Tree(
            self,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )

    async def setup_hook(self) -> None:
        """Register commands and persistent items; publishing them is `sync`'s, never done here."""
        await commands.register(self)

    @tasks.loop(hours=24)
    async def _forgetting(self) -> None:
        """Let go of answers and announcements that are older than their buttons have to work."""
        await self._round("forgetting", self._forget_older)

    async def _forget_older(self) -> None:
        async with self.database.write() as session:
            await answers.forget_older(session, self.settings.answers.keep_days)
        async with self.database.write() as session:
            await announcements.forget_older(session, answers.utcnow())
            await destinations.forget_empty(session)

    @tasks.loop(seconds=2)
    async def _sending_to_people(self) -> None:
        """Send what is due in direct messages."""
        await self._round("sending to people", partial(self.courier.drain, direct=True))

    @tasks.loop(seconds=2)
    async def _sending_to_channels(self) -> None:
        """Send what is due in channels, which do not wait for the people."""
        await self._round("sending to channels", partial(self.courier.drain, direct=False))

    @tasks.loop(seconds=2)
    async def _telling_owners(self) -> None:
        """Tell of places where nothing can be sent."""
        await self._round("telling", self.courier.tell_owners)

    @tasks.loop(seconds=PAUSE.total_seconds())
    async def _watching(self) -> None:
        """Look at whoever is due."""
        assert self.watcher is not None, "it is started only with one"
        await self._round("watching", self.watcher.once)

    async def _round(self, doing: str, job: Job) -> None:
        """Do one round of a job; when its loop is cancelled, `close` waits for the round."""
        task = asyncio.create_task(_survived(doing, job))
        self._rounds.add(task)
        task.add_done_callback(self._rounds.discard)
        await asyncio.shield(task)

    @tasks.loop(minutes=1)
    async def _inviting(self) -> None:
        """Show, remind of and end invitations."""
        await self._round("inviting", self.messenger.once)

    @tasks.loop(minutes=1)
    async def _mending(self) -> None:
        """Make a search index usable again that could not be read."""
        if not self.index.whole:
            await self._round("mending the index", partial(self.index.catch_up, self.database))

    async def on_ready(self) -> None:
        """Begin what is done again and again; not earlier, for who only logs in changes nothing.

        Discord says "ready" again after every interruption.
        """
        if not self._inviting.is_running():
            self._inviting.start()
            self._forgetting.start()
            self._mending.start()
        if self.watcher is not None and not self._watching.is_running():
            self._sending_to_people.start()
            self._sending_to_channels.start()
            self._telling_owners.start()
            self._watching.start()
        log.info("ready", servers=len(self.guilds))
        await self._round("leaving", partial(leaving.forget_left, self))

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot or message.webhook_id is not None:
            return
        try:
            await conversation.on_message(self, message)
        except Exception as error:  # noqa: BLE001 - the last stop: nothing above would answer
            await errors.answer_message(message, error)

    async def on_app_command_completion(
        self, interaction: discord.Interaction[Any], _command: object
    ) -> None:
        """Say what could not be said in a person's closed direct messages."""
        user_id = interaction.user.id
        if await unreachable.tell(interaction, await unreachable.unsaid(self.database, user_id)):
            await unreachable.tell(interaction, await self.messenger.unseen(user_id))

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
        for loop in (
            self._forgetting,
            self._mending,
            self._sending_to_people,
            self._sending_to_channels,
            self._telling_owners,
            self._watching,
            self._inviting,
        ):
            loop.cancel()
        if self._rounds:
            await asyncio.wait(self._rounds, timeout=CLOSING_S)
        for late in self._rounds:
            late.cancel()
        await self.gate.shut(CLOSING_S)
        await super().close()


class ShardedColloquy(Colloquy, discord.AutoShardedClient):
    """The same, with its servers split over several connections."""


async def _survived(doing: str, job: Job) -> None:
    """Do a job that is done again soon, whatever becomes of it."""
    try:
        await job()
    except ColloquyError as error:
        log.warning("job_failed", doing=doing, code=error.code)
    except Exception as error:  # noqa: BLE001 - the last stop
        errors.report(error, doing=doing)


def create(parts: Parts, watcher: Watcher | None = None) -> Colloquy:
    """The bot for these settings: one connection unless `discord.shards` asks for more."""
    kind = ShardedColloquy if parts.settings.discord.shards > 1 else Colloquy
    return kind(parts, watcher)


def intents(read_threads: bool = False) -> discord.Intents:
    """What the gateway sends. No privileged intent, unless plain messages in threads are to be
    read: content arrives by itself for direct messages, mentions and ping-replies.
    """
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.messages = True
    wanted.message_content = read_threads
    return wanted


def invite_links(application_id: int) -> tuple[str, str]:
    """Where to add the bot to a server, and where to take it along as one's own app."""
    server = discord.utils.oauth_url(application_id, permissions=PERMISSIONS, scopes=SCOPES)
    person = discord.utils.oauth_url(application_id, scopes=("applications.commands",))
    return f"{server}&integration_type=0", f"{person}&integration_type=1"
