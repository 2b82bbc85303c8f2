"""What the tests of commands share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from simcord import Env

from bot.client import Colloquy, create
from bot.parts import Parts
from storage import researchers, storing
from storage.works import Paper

AddResearcher = Callable[..., Awaitable[int]]
Restart = Callable[[], Awaitable[None]]


@pytest.fixture
def add_researcher(bot: Colloquy) -> AddResearcher:
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
