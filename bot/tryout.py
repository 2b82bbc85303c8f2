"""The real bot inside a simulated Discord, in the browser, on this machine only.

SimCord keeps a Discord in memory and serves one channel of it on loopback. What it does not do by
itself is done here: its clock starts long ago and stands still, so it is set to now and kept going;
and it refuses a click that arrives while it is busy, so everything waits its turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import discord
import structlog

from bot.client import Colloquy
from bot.errors import explained
from bot.live import create
from bot.markdown import inline
from bot.pages import Pages
from bot.parts import Parts
from storage import places, researchers
from storage.errors import MissingPackages
from storage.phrases import plural

if TYPE_CHECKING:
    from simcord import ChannelHandle, Env, MemberActor, Preview, UserHandle

log = structlog.get_logger("colloquy.tryout")

GUILD_ID = 1_000_000_000_000_000_001  # the same each time, so that its settings are kept
SETTLE_S = 60.0  # how long an answer may take: the simulation's own limit is 5
TICK_S = 1.0
PORTS_TRIED = 10
TEXTS_KEPT = 5000

WELCOME = """\
**This is Colloquy in a simulated Discord.** It runs on your own machine and nobody else is here; \
the bot is the real one, and it knows {known}.

Type `/ask` and a question, for example:
> Which papers are about binary networks?
> How many papers in 2022, and which is the latest?
> By how much does the SFT baseline lose?

Or try `/researcher profile`, `/researcher works` and `/help`. Press *Ask a follow-up* below an \
answer to go on. To mention me, write `{mention}`: an @ and a name is no mention in a simulation.\
"""


async def open_tryout(parts: Parts, port: int, say: Callable[[str], None]) -> None:
    """Serve the try-out until its page ends the session or the task is cancelled.

    Args:
        parts: what the bot is made of, as for a real Discord.
        port: where to serve; the next free one is taken when it is busy, 0 means any.
        say: told the address, which lets whoever has it use the bot.

    Raises:
        MissingPackages: the simulation is not installed.
    """
    if find_spec("simcord") is None:
        raise MissingPackages(what="The try-out")
    async with simulated(create(parts)) as (env, people):
        channel, viewers = await _furnish(env, parts, people)
        _read_texts_once()
        async with _served(env, channel, viewers, port) as page:
            turn = _one_at_a_time(page)
            say(page.url)
            ticking = asyncio.create_task(_keep_time(env, page, turn))
            try:
                await page.wait_closed()
            finally:
                ticking.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await ticking


@contextlib.asynccontextmanager
async def simulated(bot: Colloquy) -> AsyncIterator[tuple[Env, list[UserHandle]]]:
    """A simulated Discord with two people in it, who have been there for a while."""
    logging.getLogger("discord.state").disabled = True  # the import tries a client without intents
    from simcord import Env

    logging.getLogger("discord.state").disabled = False
    env = Env(bot, check_errors=False, settle_timeout=SETTLE_S)
    people = [env.create_user(name.lower(), global_name=name) for name in ("Ada", "Bob")]
    # Before anything else is made: ids are drawn from the clock, and ours must differ from those of
    # the last try-out, whose answers are still stored.
    env.backend.advance_clock((datetime.now(UTC) - env.now()).total_seconds())
    env.backend.bot_user.name = "Colloquy"
    _note_defects_only(env)
    await env.start()
    try:
        with env.time_context():
            yield env, people
    finally:
        await env.shutdown()


def _note_defects_only(env: Env) -> None:
    """Let the page take a sentence that the bot answers with for an answer, not for a breakdown.

    It calls every action that raised something failed, keeps what was typed, and counts a warning.
    """
    record = env._record_error

    def noted(error: BaseException) -> None:
        if not explained(error):
            record(error)

    setattr(env, "_record_error", noted)  # noqa: B010 - assigning a method is refused by mypy


async def _furnish(
    env: Env, parts: Parts, people: Sequence[UserHandle]
) -> tuple[ChannelHandle, list[MemberActor]]:
    """A server with one channel, two people, the commands, and a first message."""
    bot = env.bot
    assert isinstance(bot, Colloquy)
    await bot.tree.sync()
    guild = env.create_guild("Try Colloquy", id=GUILD_ID)
    topic = "A simulated Discord: nothing leaves this machine"
    channel = guild.create_text_channel("ask", topic=topic)
    moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    ada = guild.add_member(people[0], roles=[moderators])
    bob = guild.add_member(people[1])
    await env.settle()
    known = await _default_researcher(parts)
    room = bot.get_partial_messageable(channel.id, guild_id=guild.id)
    assert bot.user is not None
    await room.send(WELCOME.format(known=known, mention=bot.user.mention))
    return channel, [ada, bob]


async def _default_researcher(parts: Parts) -> str:
    """Make the researcher with the most works the server's default, unless one was chosen."""
    async with parts.database.write() as session:
        known = await researchers.everyone(session, limit=3)
        place = await places.get(session, GUILD_ID)
        if known and place.researcher_id is None:
            await places.set_researcher(session, GUILD_ID, None, known[0].id)
    names = [f"**{inline(r.name)}** ({plural(r.works, 'work')})" for r in known]
    return ", ".join(names) or "no researcher yet"


@contextlib.asynccontextmanager
async def _served(
    env: Env, channel: ChannelHandle, viewers: Sequence[MemberActor], port: int
) -> AsyncIterator[Preview]:
    """The page, on the first of the ports that is free."""
    from simcord import SetupError

    ports = [*range(port, min(port + PORTS_TRIED, 65_536)), 0] if port else [0]
    for candidate in ports:
        preview = env.preview(channel, viewers=viewers, layout="channel", port=candidate)
        pages = Pages(preview)
        async with contextlib.AsyncExitStack() as stack:
            try:
                page = await stack.enter_async_context(preview)
            except SetupError as error:
                if isinstance(error.__cause__, OSError) and candidate:
                    continue
                raise
            bot = env.bot
            assert isinstance(bot, Colloquy)
            bot.pages = pages
            yield page
            return


def _one_at_a_time(page: Preview) -> asyncio.Lock:
    """Let what the browser sends wait for its turn; returns whose turn it is.

    The page answers a click that overlaps with anything else as if the session were over. It has
    no public place for this, hence the pinned version.
    """
    turn = asyncio.Lock()
    act = page._action

    async def patient(context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        async with turn:
            return await act(context_id, body)

    setattr(page, "_action", patient)  # noqa: B010 - assigning a method is refused by mypy
    return turn


def _read_texts_once() -> None:
    """Let the page remember how it reads a text and how it shortens one.

    It does so anew for all it shows after every click, which from fifty messages on takes seconds.
    """
    from simcord.preview import _component_projection, _markdown, _messages, _queries, _snapshot

    read = _remembering(_markdown.markdown_tokens)
    for module in (_component_projection, _messages, _queries, _snapshot):
        setattr(module, "markdown_tokens", read)  # noqa: B010 - as above
    setattr(_queries, "markdown_summary", _remembering(_markdown.markdown_summary))  # noqa: B010


def _remembering(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function of JSON values, asked once for each; callers get a copy of their own."""
    known: dict[str, str] = {}

    def remembered(*arguments: object, **named: object) -> Any:
        key = repr((arguments, named))
        if key not in known:
            if len(known) >= TEXTS_KEPT:
                known.clear()
            known[key] = json.dumps(function(*arguments, **named))
        return json.loads(known[key])

    return remembered


async def _keep_time(env: Env, page: Preview, turn: asyncio.Lock) -> None:
    """Keep the simulated clock with the real one, and show what the bot does unasked."""
    while True:
        await asyncio.sleep(TICK_S)
        async with turn:
            said = len(env.http_requests)
            try:
                await env.advance_time(max(0.0, (datetime.now(UTC) - env.now()).total_seconds()))
                if len(env.http_requests) != said:
                    await page.refresh()
            except Exception as error:  # noqa: BLE001 - time must go on
                log.warning("tick_failed", error=type(error).__name__)
