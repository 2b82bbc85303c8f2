"""What the bot has to be allowed in a server, and its name there; and who manages that server."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

# What answering takes and no more: the invite link asks for exactly these.
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    create_private_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)
_OTHERWISE = {"read_messages": "View Channel", "manage_guild": "Manage Server"}


def named(permission: str) -> str:
    """A permission as Discord's settings call it: "Send Messages in Threads"."""
    words = permission.replace("_", " ").title().replace(" In ", " in ")
    return _OTHERWISE.get(permission, words)


def lacking(has: discord.Permissions) -> list[str]:
    """What is needed and not there, by its names."""
    if has.administrator:
        return []
    return [named(name) for name, needed in PERMISSIONS if needed and not getattr(has, name)]


def managed(interaction: discord.Interaction[Any]) -> int:
    """The server in which somebody acts, if they may manage it.

    Raises:
        MissingPermissions: they may not, or it is none.
    """
    if interaction.guild_id is None or not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])
    return interaction.guild_id
