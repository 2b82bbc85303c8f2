"""/help: what can be asked here, with examples that work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot import helping
from bot.memory import Where
from bot.views import Layout, send

if TYPE_CHECKING:
    from bot.client import Colloquy


@app_commands.command(name="help")
async def help_(interaction: discord.Interaction[Colloquy]) -> None:
    """What I can do, with examples"""
    card = await helping.whole(interaction.client, Where.of(interaction))
    await send(interaction, Layout(card), ephemeral=True)
