"""May this person ask here, now? The channel's settings, a cooldown, one thing at a time.

What is counted lives on the gate, and the gate lives on the bot: a decorator's buckets would be
shared by every bot of the process. A restart forgets it, which lets people ask again a little
sooner and loses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import discord

from bot.settings import LimitSettings
from storage import places
from storage.database import Database
from storage.errors import Busy, NotAllowed, TooFast

MINUTE, HOUR, DAY = 60, 3600, 86_400
LOOKS = 3  # times as often as asked may be looked: a walk through a graph is many presses
_SWEEP_AT = 1000  # people remembered before those who have been quiet for a day are let go

CLOSED_HERE = "I do not answer in this channel; please ask in another one, or in a direct message."
RESTARTING = "I am about to restart; please ask again in a minute."
NO_MENTIONS_HERE = "I do not answer mentions in this channel; please use /ask."

Source = discord.Interaction[Any] | discord.Message


class Windows:
    """Times of one person's questions, against several windows at once.

    A window is (seconds, how many questions fit into it).
    """

    def __init__(self, windows: Sequence[tuple[float, int]]) -> None:
        self._windows = tuple(windows)
        self._times: deque[float] = deque(maxlen=max(most for _, most in windows))

    def wait(self, now: float) -> float:
        """Seconds until the next question fits into every window; 0 when it does now."""
        waits = [0.0]
        for seconds, most in self._windows:
            if len(self._times) >= most:
                waits.append(self._times[-most] + seconds - now)
        return max(waits)

    def add(self, now: float) -> None:
        self._times.append(now)

    def quiet_since(self, moment: float) -> bool:
        return not self._times or self._times[-1] < moment


class Cooldown:
    """How often everybody has asked, against the same windows for each."""

    def __init__(self, windows: Sequence[tuple[float, int]]) -> None:
        self._windows = windows
        self._people: dict[int, Windows] = {}

    def count(self, user_id: int) -> None:
        """Count one more.

        Raises:
            TooFast: it does not fit any more.
        """
        now = time.monotonic()
        if len(self._people) >= _SWEEP_AT:
            self._people = {
                person: windows
                for person, windows in self._people.items()
                if not windows.quiet_since(now - DAY)
            }
        windows = self._people.setdefault(user_id, Windows(self._windows))
        wait = windows.wait(now)
        if wait > 0:
            raise TooFast(seconds=math.ceil(wait))
        windows.add(now)


class Gate:
    """Stands before every question, and before what is drawn or searched for as dearly.

    Raises (from `asking`, `looking` and `check_place`):
        NotAllowed: the channel is closed to the bot, or to mentions of it.
        TooFast: the person has asked as much as fits; says in how many seconds to ask again.
        Busy: what they asked for last is still under way.
    """

    def __init__(self, database: Database, limits: LimitSettings) -> None:
        self._database = database
        windows = (
            (MINUTE, limits.per_minute),
            (HOUR, limits.per_hour),
            (DAY, limits.per_day),
        )
        self._questions = Cooldown(windows)
        self._looks = Cooldown([(seconds, LOOKS * most) for seconds, most in windows])
        self._told: dict[tuple[int, str], float] = {}  # who was told what -> until when it holds
        self._asking: set[int] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._shut = False

    @asynccontextmanager
    async def asking(self, source: Source, *, mention: bool = False) -> AsyncIterator[None]:
        """Around the whole of answering one question; enter it before the first reply.

        `mention` says that the question came as a message in a server, not as a command.
        """
        async with self._inside(source, self._questions, mention=mention):
            yield

    @asynccontextmanager
    async def looking(self, source: Source) -> AsyncIterator[None]:
        """Around the whole of showing a graph, a card, a timeline or a preview; likewise."""
        async with self._inside(source, self._looks):
            yield

    @asynccontextmanager
    async def _inside(
        self, source: Source, cooldown: Cooldown, *, mention: bool = False
    ) -> AsyncIterator[None]:
        user_id = _user_id(source)
        # No await between looking and entering: two questions cannot slip in side by side.
        if self._shut:
            raise NotAllowed(what=RESTARTING)
        if user_id in self._asking:
            raise Busy()
        self._asking.add(user_id)
        self._idle.clear()
        try:
            await self.check_place(source, mention=mention)
            cooldown.count(user_id)
            yield
        finally:
            self._asking.discard(user_id)
            if not self._asking:
                self._idle.set()

    async def shut(self, seconds: float) -> None:
        """Let nobody in any more, and wait this long at most for those inside."""
        self._shut = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.idle()

    async def idle(self) -> None:
        """Return as soon as nobody is being answered."""
        await self._idle.wait()

    async def check_place(self, source: Source, *, mention: bool = False) -> None:
        """Whether the bot may speak here at all."""
        guild_id, channel_id = _where(source)
        if guild_id is None:
            return
        async with self._database.read() as session:
            place = await places.get(session, guild_id, channel_id)
        if not place.answers:
            raise NotAllowed(what=CLOSED_HERE)
        if mention and not place.mentions:
            raise NotAllowed(what=NO_MENTIONS_HERE)

    def tells(self, whom: int, refused: NotAllowed) -> bool:
        """Whether it is time to say to a person, or in a channel, that messages are not answered:
        once while that lasts, however many there are.
        """
        now = time.monotonic()
        if now < self._told.get((whom, refused.code), now):
            return False
        if len(self._told) >= _SWEEP_AT:
            self._told = {which: until for which, until in self._told.items() if until > now}
        self._told[whom, refused.code] = now + _lasts(refused)
        return True


def _lasts(refused: NotAllowed) -> float:
    """Seconds for which the same is said of every further message."""
    if isinstance(refused, TooFast):
        return float(str(refused.data["seconds"]))
    return MINUTE if isinstance(refused, Busy) else DAY


def _user_id(source: Source) -> int:
    return source.user.id if isinstance(source, discord.Interaction) else source.author.id


def _where(source: Source) -> tuple[int | None, int | None]:
    """The server, and the channel whose settings hold: a thread has those of its channel."""
    guild_id = source.guild_id if isinstance(source, discord.Interaction) else None
    if isinstance(source, discord.Message) and source.guild:
        guild_id = source.guild.id
    channel = source.channel
    if isinstance(channel, discord.Thread):
        return guild_id, channel.parent_id
    return guild_id, channel.id if channel else None
