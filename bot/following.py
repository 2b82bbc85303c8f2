"""*Follow* on profiles and answers, and “Follow this researcher” on a member who is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot import errors, followed
from bot.views import Layout, Pressed, send
from storage import claims, destinations, follows, own_words
from storage.answers import utcnow
from storage.errors import NoResearcherHere

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]


class FollowThem(Pressed, template=r"follow:1:(\d+)"):
    """Whoever presses follows the person in their direct messages."""

    def __init__(self, researcher_id: int) -> None:
        self.researcher_id = researcher_id
        super().__init__(discord.ui.Button(label="Follow", custom_id=f"follow:1:{researcher_id}"))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        await _follow(interaction, self.researcher_id)


@app_commands.context_menu(name="Follow this researcher")
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def follow_member(interaction: Press, member: discord.Member | discord.User) -> None:
    """Follows the record that a member has claimed, the one with the most works of several.

    Only in servers that I am a member of: who is not to be shown in a server can say so there.
    """
    async with interaction.client.database.read() as session:
        hidden = await own_words.hidden_in(session, interaction.guild_id)
        held = [p for p in await claims.held_by(session, member.id) if p.id not in hidden]
    if not held:
        raise NoResearcherHere()
    await _follow(interaction, max(held, key=lambda person: person.works).id)


async def _follow(interaction: Press, researcher_id: int) -> None:
    """Let whoever asks hear of somebody's new papers in their direct messages."""
    async with interaction.client.database.write() as session:
        await own_words.shown(session, researcher_id, interaction.guild_id)
        to = await destinations.ensure_direct(session, interaction.user.id)
        follow = await follows.add(
            session,
            researcher_id,
            to,
            user_id=interaction.user.id,
            set_by=interaction.user.id,
            limit=interaction.client.settings.limits.follows,
        )
    await send(interaction, Layout(followed.followed(follow, utcnow())), ephemeral=True)
