"""/admin announcements: how a server's announcements stand, and resuming paused places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord

from bot import cards, errors, followed
from bot.commands.admin import group
from bot.permissions import managed
from bot.views import Entry, Layout, Picked, paged, send, turn_to
from storage import announcements, destinations
from storage.answers import utcnow
from storage.destinations import Destination
from storage.errors import StaleButton

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]


@group.command(name="announcements")
async def announcements_(interaction: Press) -> None:
    """How many announcements wait, how long, and which places are paused and why"""
    await send(interaction, await _state(interaction, managed(interaction)), ephemeral=True)


async def _state(interaction: Press, guild_id: int) -> Layout:
    async with interaction.client.database.read() as session:
        queue = await announcements.queue(session, guild_id)
        paused = await destinations.paused(session, guild_id)
    entries = _entries(interaction, paused)
    row = [Resume(paged("Resume a paused place", "resume:1", entries))] if entries else []
    return Layout(followed.outbox(queue, paused, utcnow()), row)


def _entries(interaction: Press, paused: Sequence[Destination]) -> list[Entry]:
    return [(str(p.id), _name(interaction, p.channel_id), p.paused or "") for p in paused]


def _name(interaction: Press, channel_id: int | None) -> str:
    guild = interaction.guild
    channel = guild.get_channel_or_thread(channel_id) if guild and channel_id else None
    return cards.option(f"#{channel.name}" if channel else "a channel that I cannot see")


class Resume(Picked, template=r"resume:1"):
    """Sends to a paused place again."""

    async def entries(self, interaction: Press) -> list[Entry]:
        async with interaction.client.database.read() as session:
            paused = await destinations.paused(session, managed(interaction))
        return _entries(interaction, paused)

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        guild_id = managed(interaction)
        async with interaction.client.database.write() as session:
            place = await destinations.by_id(session, int(self.item.values[0]))
            if place.guild_id != guild_id:
                raise StaleButton()
            await destinations.resume(session, place.id)
        await turn_to(interaction, await _state(interaction, guild_id))
