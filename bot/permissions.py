"""What the bot has to be allowed in a server, and what Discord's settings call it."""

from __future__ import annotations

import discord

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
