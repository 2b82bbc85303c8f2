"""Permissions are named as whoever has to allow them finds them in Discord."""

from __future__ import annotations

import discord

from bot.permissions import lacking, named


def test_permissions_are_called_as_in_discords_settings() -> None:
    assert named("read_messages") == "View Channel"
    assert named("manage_guild") == "Manage Server"
    assert named("send_messages_in_threads") == "Send Messages in Threads"


def test_an_administrator_lacks_nothing() -> None:
    assert lacking(discord.Permissions(administrator=True)) == []
    assert lacking(discord.Permissions.all()) == []
    assert "View Channel" in lacking(discord.Permissions.none())
