"""/help: what can be asked here, with examples that work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot import profiles
from bot.commands import options
from bot.views import Layout, send
from storage import topics, works
from storage.errors import NotFound
from storage.researchers import Researcher

if TYPE_CHECKING:
    from bot.client import Colloquy


@app_commands.command(name="help")
async def help_(interaction: discord.Interaction[Colloquy]) -> None:
    """What I can do, with examples"""
    person: Researcher | None = None
    years: dict[int, int] = {}
    names: list[str] = []
    async with interaction.client.database.read() as session:
        try:
            person = await options.meant(session, interaction, None)
        except NotFound:
            pass
        else:
            years = await works.per_year(session, [person.id])
            names = [topic.name for topic in await topics.of(session, person.id)]
    card = profiles.help_card(person, max(years, key=years.__getitem__, default=None), names)
    await send(interaction, Layout(card), ephemeral=True)
