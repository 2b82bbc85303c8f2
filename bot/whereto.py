"""Where announcements may be sent, at whose word, and who may change what is sent there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord
from sqlalchemy.ext.asyncio import AsyncSession

from bot import followed
from storage import destinations, follows
from storage.destinations import Destination
from storage.errors import NotAllowed, NoThreadsThere
from storage.follows import Follow

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

Place = discord.TextChannel | discord.Thread | discord.ForumChannel
NOT_YOURS = "Only whoever set up these announcements can change them."
MODERATORS_ONLY = (
    "Only people who may manage this server can let a channel follow somebody; "
    "leave out `where` to be told in your direct messages."
)
NOT_YOUR_THREAD = "Only who may write in that thread can have announcements sent there."
NOT_YOUR_PLACE = (
    "Others have announcements sent there, too: only whoever opened that thread, or may manage "
    "this server, can change its hours and discussions. Your own follow can be paused."
)


def check(interaction: Press, where: Place | None) -> None:
    """Whether this person may let something follow, and whether I may write there.

    Raises:
        NotAllowed: either is missing.
    """
    if where is None:
        return
    if not interaction.permissions.manage_guild:
        if not isinstance(where, discord.Thread):
            raise NotAllowed(what=MODERATORS_ONLY)
        if not _may_write(interaction, where):
            raise NotAllowed(what=NOT_YOUR_THREAD)
    mine = where.permissions_for(where.guild.me)
    needed = {
        "View Channel": mine.view_channel,
        "Send Messages": mine.send_messages_in_threads
        if isinstance(where, discord.Thread)
        else mine.send_messages,
    }
    lacking = [name for name, held in needed.items() if not held]
    if lacking:
        raise NotAllowed(
            what=f"I cannot write in #{where.name}: please give me {' and '.join(lacking)} there."
        )


def _may_write(interaction: Press, thread: discord.Thread) -> bool:
    """Whether whoever asks may write in a thread themselves; Discord offers what they can see."""
    if not isinstance(interaction.user, discord.Member) or thread.locked:
        return False
    return thread.permissions_for(interaction.user).send_messages_in_threads


def _manages(interaction: Press, place: Destination) -> bool:
    """Whether whoever asks may manage the server of a place, whatever they may in another."""
    here = place.guild_id is not None and place.guild_id == interaction.guild_id
    return here and interaction.permissions.manage_guild


async def check_shared(session: AsyncSession, interaction: Press, place: Destination) -> None:
    """Whether this person may change what holds for everything that is sent to a place.

    Raises:
        NotAllowed: it is a thread in which others follow, too, and not theirs to manage.
    """
    if place.channel_id is None or _manages(interaction, place):
        return
    thread = interaction.guild and interaction.guild.get_thread(place.channel_id)
    if thread and thread.owner_id == interaction.user.id:
        return
    there = await follows.at(session, place.id)
    if any(follow.user_id != interaction.user.id for follow in there):
        raise NotAllowed(what=NOT_YOUR_PLACE)


def check_discussed(interaction: Press, place: Destination) -> None:
    """Whether threads can be opened under messages there.

    Raises:
        NoThreadsThere: in direct messages, in a thread and in a forum there are none.
    """
    found = interaction.guild and interaction.guild.get_channel_or_thread(place.channel_id or 0)
    if not isinstance(found, discord.TextChannel):
        raise NoThreadsThere(where=followed.address(place))


async def destination_of(
    session: AsyncSession, interaction: Press, where: Place | None
) -> Destination:
    """The place itself, known from now on; without one, the direct messages of whoever asks."""
    if where is None:
        return await destinations.ensure_direct(session, interaction.user.id)
    return await destinations.ensure_channel(session, where.id, where.guild.id)


def follower(interaction: Press, where: Place | None) -> int | None:
    """The follower who counts as one of the community: a channel's follow has none."""
    own = where is None or isinstance(where, discord.Thread)
    return interaction.user.id if own else None


def changeable(interaction: Press, place: Destination, there: Sequence[Follow]) -> list[Follow]:
    """Those of a place's follows that whoever presses may change.

    Raises:
        NotAllowed: none of them, and it is not their own direct messages.
    """
    if _manages(interaction, place):
        return list(there)
    found = [follow for follow in there if follow.user_id == interaction.user.id]
    if not found and place.user_id != interaction.user.id:
        raise NotAllowed(what=NOT_YOURS)
    return found
