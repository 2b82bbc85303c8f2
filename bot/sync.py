"""Publishing the slash commands, and saying what changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import discord
from discord import app_commands

from bot.client import Colloquy
from bot.compose import unopened
from bot.live import create
from bot.running import translated
from bot.settings import Settings
from storage.errors import BadSetting, TokenMissing

Key = tuple[int, str]
_CONTEXT_MENUS = {
    discord.AppCommandType.user.value: " (on a person)",
    discord.AppCommandType.message.value: " (on a message)",
}


async def publish(settings: Settings, guild_id: int | None) -> list[str]:
    """Publish the commands everywhere, or in one server only; returns what changed, in lines.

    Raises:
        TokenMissing, TokenRefused, DiscordUnavailable: nothing was published.
        BadSetting: the bot is not in that server.
    """
    async with logged_in(settings) as bot:
        return await publish_with(bot, guild_id)


@asynccontextmanager
async def logged_in(settings: Settings) -> AsyncIterator[Colloquy]:
    """A bot that may ask Discord things, without being connected and without opening any part.

    Raises:
        TokenMissing, TokenRefused, DiscordUnavailable: it cannot log in.
    """
    if settings.discord_token is None:
        raise TokenMissing()
    parts = unopened(settings)
    try:
        async with create(parts) as bot:
            with translated():
                await bot.login(settings.discord_token.get_secret_value())
                yield bot
    finally:
        await parts.database.close()


async def unpublished(bot: Colloquy) -> list[str]:
    """Commands that this program has and Discord does not show."""
    published = _by_key(await bot.tree.fetch_commands())
    ours = {
        (kind.value, command.name)
        for kind in discord.AppCommandType
        for command in bot.tree.get_commands(type=kind)
    }
    return [_name(key) for key in sorted(ours - published.keys())]


async def publish_with(bot: Colloquy, guild_id: int | None) -> list[str]:
    """The same for a bot that is logged in."""
    guild = discord.Object(guild_id) if guild_id else None
    if guild is not None:
        bot.tree.copy_global_to(guild=guild)
    try:
        before = _by_key(await bot.tree.fetch_commands(guild=guild))
        after = _by_key(await bot.tree.sync(guild=guild))
    except (discord.Forbidden, discord.NotFound) as error:
        raise BadSetting(
            key=f"--guild {guild_id}",
            why="I am not in that server, or it did not grant me commands",
            cure="add me with the link that `python -m bot run` prints, and try again",
        ) from error
    return _changes(before, after, guild_id)


def _by_key(published: Iterable[app_commands.AppCommand]) -> dict[Key, app_commands.AppCommand]:
    return {(command.type.value, command.name): command for command in published}


def _changes(
    before: dict[Key, app_commands.AppCommand],
    after: dict[Key, app_commands.AppCommand],
    guild_id: int | None,
) -> list[str]:
    where = f"in server {guild_id}" if guild_id else "everywhere"
    same = {
        key for key in before.keys() & after.keys() if _content(before[key]) == _content(after[key])
    }
    lines = [f"{len(after)} commands are published {where}."]
    for word, keys in (
        ("new", after.keys() - before.keys()),
        ("changed", (after.keys() & before.keys()) - same),
        ("removed", before.keys() - after.keys()),
    ):
        if keys:
            lines.append(f"  {word}: {', '.join(_name(key) for key in sorted(keys))}")
    if len(lines) == 1:
        lines.append("  nothing changed")
    return lines


def _content(command: app_commands.AppCommand) -> dict[str, object]:
    """What people see of a command, without the ids that Discord gives it."""
    content = {k: v for k, v in command.to_dict().items() if k not in {"id", "application_id"}}
    permissions = command.default_member_permissions
    content["permissions"] = permissions.value if permissions else None
    content["nsfw"] = command.nsfw
    content["contexts"] = command.allowed_contexts and command.allowed_contexts.to_array()
    content["installs"] = command.allowed_installs and command.allowed_installs.to_array()
    return content


def _name(key: Key) -> str:
    kind, name = key
    return f"{name}{_CONTEXT_MENUS[kind]}" if kind in _CONTEXT_MENUS else f"/{name}"
