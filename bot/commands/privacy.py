"""/privacy: what is kept about a person, and how it goes away."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands

from bot import cards, errors
from bot.cards import AMBER, Card
from bot.views import Button, Item, Layout, send, turn_to
from storage import privacy
from storage.errors import NotAllowed

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

NOTHING = "Nothing is kept about you."
EXPORTED = "Everything that is kept about you is in this file; only you can see it here."
ERASED = "Done. Everything that was kept about you is erased."
ASK = (
    "## Erase everything about you?\n"
    "Your questions, the answers given to you and your ratings will be removed for good. "
    "Buttons under your answers stop working. This cannot be undone."
)

group = app_commands.Group(name="privacy", description="What is kept about you")


@group.command(name="export")
async def export(interaction: Press) -> None:
    """Everything kept about you, as a file that only you see"""
    await interaction.response.defer(thinking=True, ephemeral=True)
    async with interaction.client.database.read() as session:
        held = await privacy.export(session, interaction.user.id)
    if not held:
        await interaction.edit_original_response(view=Layout(cards.notice(NOTHING)))
        return
    text = json.dumps(held, ensure_ascii=False, indent=2)
    file = discord.File(io.BytesIO(text.encode()), "colloquy-about-me.json")
    layout = Layout(cards.notice(EXPORTED), file=file)
    await interaction.edit_original_response(view=layout, attachments=layout.files)


@group.command(name="erase")
async def erase(interaction: Press) -> None:
    """Remove everything kept about you; asks again first"""
    row = [Erase(interaction.user.id, True), Erase(interaction.user.id, False)]
    await send(interaction, Layout(Card((ASK,), AMBER), row), ephemeral=True)


class Erase(discord.ui.DynamicItem[Button], template=r"erase:1:(\d+):([yn])"):
    """The answer to “erase everything about you?”."""

    def __init__(self, user_id: int, yes: bool) -> None:
        self.user_id, self.yes = user_id, yes
        super().__init__(
            discord.ui.Button(
                label="Erase everything" if yes else "Keep it",
                style=discord.ButtonStyle.danger if yes else discord.ButtonStyle.secondary,
                custom_id=f"erase:1:{user_id}:{'y' if yes else 'n'}",
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: Item, match: re.Match[str], /
    ) -> Self:
        return cls(int(match[1]), match[2] == "y")

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        if interaction.user.id != self.user_id:
            raise NotAllowed(what="Only the person who asked for this can decide it.")
        if not self.yes:
            await turn_to(interaction, Layout(cards.notice("Nothing was changed.")))
            return
        async with interaction.client.database.write() as session:
            erased = await privacy.erase(session, self.user_id)
        await turn_to(interaction, Layout(cards.notice(ERASED if erased else NOTHING)))
