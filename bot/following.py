"""The *Follow* button of profiles and answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot import errors, followed
from bot.views import Item, Layout, send
from storage import destinations, follows, own_words
from storage.answers import utcnow

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]


class FollowThem(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"follow:1:(\d+)"):
    """Whoever presses follows the person in their direct messages."""

    def __init__(self, researcher_id: int) -> None:
        self.researcher_id = researcher_id
        super().__init__(discord.ui.Button(label="Follow", custom_id=f"follow:1:{researcher_id}"))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: Item, match: re.Match[str], /
    ) -> Self:
        return cls(int(match[1]))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.database.write() as session:
            await own_words.shown(session, self.researcher_id, interaction.guild_id)
            to = await destinations.ensure_direct(session, interaction.user.id)
            follow = await follows.add(
                session,
                self.researcher_id,
                to,
                user_id=interaction.user.id,
                set_by=interaction.user.id,
                limit=interaction.client.settings.limits.follows,
            )
        await send(interaction, Layout(followed.followed(follow, utcnow())), ephemeral=True)
