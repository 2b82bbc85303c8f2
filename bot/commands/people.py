"""/researcher people: who shares a name, as a picture and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot import namesakes, profiles
from bot.commands import options
from bot.commands.researcher import ChooseResearcher, group
from bot.pictures import split
from bot.views import Item, Layout, show_later
from storage import own_words, persons

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]


@group.command(name="people")
@app_commands.describe(researcher="Whose name")
@app_commands.autocomplete(researcher=options.offer_researchers)
async def people(interaction: Press, researcher: str | None = None) -> None:
    """Which people share a name: whose works are whose, and how sure that is"""
    async with interaction.client.gate.looking(interaction):
        async with interaction.client.database.read() as session:
            person = await options.meant(session, interaction, researcher)
        await interaction.response.defer()
        await show_later(interaction, await _shown(interaction, person.id))


async def _shown(interaction: Press, researcher_id: int) -> Layout:
    async with interaction.client.database.read() as session:
        record_id = await persons.record_of(session, researcher_id)
        record = await own_words.shown(session, record_id, interaction.guild_id)
        facts = await namesakes.drawn(session, record_id, interaction.guild_id)
        found = await namesakes.shown(session, record_id, interaction.guild_id)
    several = facts.number > 1
    picture = await interaction.client.studio.picture(split.picture, facts) if several else None
    row: list[Item] = (
        [ChooseResearcher(namesakes.menu_of(found, "person:1:profile"), "profile")]
        if several
        else []
    )
    return Layout(profiles.people(record, facts, drawn=bool(picture)), row, picture=picture)
