"""/help: what can be asked here, with examples that work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from sqlalchemy.ext.asyncio import AsyncSession

from bot import profiles
from bot.commands import options
from bot.views import Layout, send
from storage import own_words, researchers, topics, works
from storage.errors import NotFound
from storage.researchers import Researcher

if TYPE_CHECKING:
    from bot.client import Colloquy


@app_commands.command(name="help")
async def help_(interaction: discord.Interaction[Colloquy]) -> None:
    """What I can do, with examples"""
    years: dict[int, int] = {}
    names: list[str] = []
    async with interaction.client.database.read() as session:
        person = await _example(session, interaction)
        if person is not None:
            years = await works.per_year(session, [person.id])
            names = [topic.name for topic in await topics.of(session, person.id)]
    card = profiles.help_card(person, max(years, key=years.__getitem__, default=None), names)
    await send(interaction, Layout(card), ephemeral=True)


async def _example(
    session: AsyncSession, interaction: discord.Interaction[Colloquy]
) -> Researcher | None:
    """About whom the examples are: the place's researcher, else who has the most works of those who
    may be shown here; None where nobody may.
    """
    try:
        return await options.meant(session, interaction, None)
    except NotFound:
        hidden = await own_words.hidden_in(session, interaction.guild_id)
        known = await researchers.everyone(session, len(hidden) + 1)
        return next((person for person in known if person.id not in hidden), None)
