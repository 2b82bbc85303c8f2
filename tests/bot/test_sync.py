"""Publishing commands says what changed, and does so only when asked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from pydantic import SecretStr
from simcord import Env, GuildHandle

from bot.client import Colloquy
from bot.settings import Settings
from bot.sync import logged_in, publish_with, unpublished
from storage.errors import DatabaseUnavailable
from tests.discord_loopback import LoopbackDiscord


def command(name: str, description: str = "Test") -> app_commands.Command[Any, ..., None]:
    async def callback(interaction: discord.Interaction[Colloquy]) -> None:
        await interaction.response.send_message("hello")

    return app_commands.Command(name=name, description=description, callback=callback)


async def test_it_names_what_is_new_changed_and_removed(env: Env, bot: Colloquy) -> None:
    bot.tree.add_command(command("one"))
    bot.tree.add_command(command("two"))
    bot.tree.add_command(
        app_commands.ContextMenu(name="Three", callback=_on_message), override=True
    )
    assert await unpublished(bot) == ["/one", "/two", "Three (on a message)"]
    lines = await publish_with(bot, None)
    assert "published everywhere" in lines[0]
    assert lines[1:] == ["  new: /one, /two, Three (on a message)"]
    assert await unpublished(bot) == []
    bot.tree.remove_command("two")
    bot.tree.add_command(command("one", "Another text"), override=True)
    lines = await publish_with(bot, None)
    assert lines[1:] == ["  changed: /one", "  removed: /two"]
    assert (await publish_with(bot, None))[1:] == ["  nothing changed"]


async def test_logging_in_to_look_touches_nothing_that_is_stored(
    tmp_path: Path, discord_: LoopbackDiscord
) -> None:
    settings = Settings(data_dir=tmp_path)
    settings._token = SecretStr("a.b.c")
    async with logged_in(settings) as bot:
        await asyncio.sleep(0.3)  # time enough for whatever might have been started
        database = bot.database
    assert not list(tmp_path.iterdir())
    with pytest.raises(DatabaseUnavailable, match="it is being closed"):
        async with database.read():
            pass


async def test_one_server_only(env: Env, guild: GuildHandle, bot: Colloquy) -> None:
    bot.tree.add_command(command("one"))
    lines = await publish_with(bot, guild.id)
    assert f"in server {guild.id}" in lines[0]
    assert "/one" in lines[1]
    assert "/one" in await unpublished(bot)


async def _on_message(interaction: discord.Interaction[Colloquy], message: discord.Message) -> None:
    await interaction.response.send_message(str(message.id))
