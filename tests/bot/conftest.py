"""The real bot inside a simulated Discord, over real storage that holds the bundled sample."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import discord
import pytest
from discord import app_commands
from filelock import FileLock
from simcord import ChannelHandle, Env, GuildHandle, MemberActor

from bot import errors
from bot.compose import opened
from bot.live import Live, create
from bot.parts import Parts
from bot.settings import LimitSettings, PictureSettings, Settings
from retrieval.embedding import Embedder
from storage import researchers, storing
from storage.errors import ColloquyError
from storage.works import Paper
from tests.discord_loopback import LoopbackDiscord, loopback

SHARED_DATA = "COLLOQUY_SHARED_DATA"  # where benchmarks find their collections

AddResearcher = Callable[..., Awaitable[int]]
Restart = Callable[[], Awaitable[None]]


def pytest_configure(config: pytest.Config) -> None:
    for name in [*os.environ]:  # settings of whoever runs the tests, their data above all
        if name == "DISCORD_TOKEN" or (name.startswith("COLLOQUY_") and name != SHARED_DATA):
            del os.environ[name]
    config.addinivalue_line(
        "markers", "expects_errors: the bot meets a defect in this test and is seen to survive it"
    )
    config.addinivalue_line("markers", "pictures: pictures are drawn; elsewhere only texts are")


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing set from outside, and nothing that a test's .env sets left behind."""
    monkeypatch.setattr(os, "environ", dict[str, str]())
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def filled_data_dir(
    tmp_path_factory: pytest.TempPathFactory, models: Path, embedder: Embedder, worker_id: str
) -> Path:
    """A data directory with the sample in it, made once; tests work on copies.

    Processes that share the tests out among them share it too.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "filled"

    async def fill() -> None:
        async with opened(Settings(data_dir=folder), embedder=embedder):
            pass

    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            folder.mkdir()
            (folder / "models").symlink_to(models, target_is_directory=True)
            asyncio.run(fill())
    return folder


@pytest.fixture
def limits() -> LimitSettings:
    """Wide ones; override this to test them."""
    return LimitSettings(per_minute=1000, per_hour=10_000, per_day=100_000)


@pytest.fixture
def settings(
    filled_data_dir: Path, tmp_path: Path, limits: LimitSettings, request: pytest.FixtureRequest
) -> Settings:
    """Settings whose data directory is this test's own copy of the filled one."""
    folder = tmp_path / "data"
    shutil.copytree(filled_data_dir, folder, symlinks=True)
    pictures = PictureSettings(on=request.node.get_closest_marker("pictures") is not None)
    return Settings(data_dir=folder, limits=limits, pictures=pictures)


@pytest.fixture
async def parts(settings: Settings, embedder: Embedder) -> AsyncIterator[Parts]:
    """What a bot is made of, opened."""
    async with opened(settings, embedder=embedder) as parts:
        yield parts


@pytest.fixture
def bot(parts: Parts) -> Live:
    """The bot, not yet connected: `env` connects it."""
    return create(parts)


@pytest.fixture
async def env(
    bot: Live, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Env]:
    """A simulated Discord with the bot in it and its commands published.

    Afterwards, no error may have happened other than those that have a sentence.
    """
    defects: list[BaseException] = []

    def report(error: BaseException, *, doing: str) -> str:
        defects.append(error)
        return reported(error, doing=doing)

    reported = errors.report
    monkeypatch.setattr(errors, "report", report)
    env = Env(bot, settle_timeout=30)
    await env.start()  # not `simcord.run`: fixtures are set up and torn down in different contexts
    try:
        await bot.tree.sync()
        yield env
    finally:
        await env.shutdown()
    defects += [error for error in env.errors if not _has_sentence(error)]
    if defects and request.node.get_closest_marker("expects_errors") is None:
        raise BaseExceptionGroup("the bot met defects", defects)


@pytest.fixture
async def discord_() -> AsyncIterator[LoopbackDiscord]:
    """A Discord over real sockets."""
    async with loopback() as server:
        yield server


@pytest.fixture
async def connected(
    discord_: LoopbackDiscord, bot: Live, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Live]:
    """The bot, started as in production, connected over real sockets and ready."""

    async def at_once(_shard: int | None, *, initial: bool = False) -> None:
        """Begin a new session without the five seconds that spare Discord."""

    bot._connection.guild_ready_timeout = 0.05  # how long it waits for further servers
    monkeypatch.setattr(bot, "before_identify_hook", at_once)
    running = asyncio.create_task(bot.start("token"))
    await discord_.until(lambda: bot.is_ready() or running.done())
    if running.done():
        await running  # raises why it did not start
    yield bot
    if (ready := bot._connection._ready_task) is not None:
        await asyncio.wait([ready])  # a session that is not ready yet would be after the end
    await bot.close()
    await running


@pytest.fixture
def guild(env: Env) -> GuildHandle:
    return env.create_guild("Lab")


@pytest.fixture
def channel(guild: GuildHandle) -> ChannelHandle:
    return guild.create_text_channel("ask")


@pytest.fixture
def ada(env: Env, guild: GuildHandle) -> MemberActor:
    """A member without special permissions."""
    return guild.add_member(env.create_user("ada", global_name="Ada"))


@pytest.fixture
def bob(env: Env, guild: GuildHandle) -> MemberActor:
    """Another one."""
    return guild.add_member(env.create_user("bob", global_name="Bob"))


@pytest.fixture
def mod(env: Env, guild: GuildHandle) -> MemberActor:
    """A moderator: may manage the server."""
    role = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    return guild.add_member(env.create_user("mod", global_name="Mod"), roles=[role])


@pytest.fixture
def add_researcher(bot: Live) -> AddResearcher:
    """Stores another author record, with one work; returns its id."""

    async def add(name: str, source: str = "arXiv") -> int:
        async with bot.database.write() as session:
            number = await researchers.ensure(session, name, source)
            paper = Paper(
                source_id=f"test:{number}", title=f"On Compilers {number}", abstract="", year=1952
            )
            await storing.store(session, [paper], number)
            return number

    return add


@pytest.fixture
def restart(env: Env, parts: Parts) -> Restart:
    """Ends the bot and starts a new one over the same parts, while Discord goes on."""

    async def again() -> None:
        await env.restart_bot(create(parts))

    return again


def _has_sentence(error: BaseException) -> bool:
    while isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    return isinstance(error, ColloquyError | app_commands.CheckFailure)
