"""Names of commands in a text as Discord lets people click them, where they are published."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot.cards import Card
from bot.errors import TROUBLE

PATIENCE = 1.0  # seconds; a text does not wait longer for Discord to say which commands there are
_NAMED = re.compile(r"`/(?P<name>(?P<first>[a-z-]+)(?: [a-z-]+)?)`")


class Clickable:
    """Knows under which ids Discord has the commands, from the first time that it is asked on."""

    def __init__(self, tree: app_commands.CommandTree[Any]) -> None:
        self._tree = tree
        self._ids: dict[str, int] | None = None

    async def shown(self, card: Card) -> Card:
        """The card with every `/command` in it clickable; as it is where Discord knows none, and a
        group of commands always.
        """
        ids = await self._published()
        whole = {
            command.qualified_name
            for command in self._tree.walk_commands()
            if isinstance(command, app_commands.Command)
        }

        def click(named: re.Match[str]) -> str:
            known = named["name"] in whole and named["first"] in ids
            return f"</{named['name']}:{ids[named['first']]}>" if known else named[0]

        return replace(card, sections=tuple(_NAMED.sub(click, text) for text in card.sections))

    async def _published(self) -> dict[str, int]:
        if self._ids is None:
            try:
                async with asyncio.timeout(PATIENCE):
                    found = await self._tree.fetch_commands()
            except TROUBLE:
                return {}
            slash = discord.AppCommandType.chat_input
            self._ids = {command.name: command.id for command in found if command.type is slash}
        return self._ids
