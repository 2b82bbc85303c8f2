"""/help: what can be asked here, with examples that work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot import helping, waiting
from bot.memory import Where
from bot.views import Layout, show_later

if TYPE_CHECKING:
    from bot.client import Colloquy


@app_commands.command(name="help")
async def help_(interaction: discord.Interaction[Colloquy]) -> None:
    """What I can do, with examples"""
    await interaction.response.defer(thinking=True, ephemeral=True)
    async with interaction.client.database.read() as session:
        waits = await waiting.told(session, interaction)
    card = await helping.whole(interaction.client, Where.of(interaction), waits)
    await show_later(interaction, Layout(card))
