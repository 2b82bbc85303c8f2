"""Bringing the two of an accepted invitation together: a private thread, or what each shares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import discord
import structlog

from bot import errors, invited
from bot.cards import NAME_SHOWN
from bot.invited import Sender
from bot.markdown import clip, inline
from bot.views import Layout
from storage import claims, contacts, invitations, invitations_sent, researchers
from storage.invitations import Invitation

if TYPE_CHECKING:
    from bot.client import Colloquy

log = structlog.get_logger("colloquy.collaborate")

CHANNELS_TRIED = 10
THREAD_NAME = 100


async def sender_of(client: Colloquy, found: Invitation) -> Sender:
    """Who sent an invitation, with the record that they have claimed, if any."""
    assert found.sender_user_id is not None, "what is pending or accepted has a sender"
    async with client.database.read() as session:
        held = await claims.held_by(session, found.sender_user_id)
        best = max(held, key=lambda person: person.works, default=None)
        profile = await researchers.profile(session, best.id) if best else None
    return Sender(
        user_id=found.sender_user_id,
        name=found.sender_name,
        account=await account(client, found.sender_user_id),
        since=invitations_sent.account_since(found.sender_user_id),
        profile=profile,
    )


async def what_they_share(client: Colloquy, user_id: int | None) -> tuple[str, ...]:
    """What a person shares with somebody they work with, as lines; nothing once they are erased."""
    if user_id is None:
        return ()
    async with client.database.read() as session:
        contact = await contacts.get(session, user_id)
    return invited.shared(contact, await account(client, user_id))


async def account(client: Colloquy, user_id: int) -> str:
    """A person's name in Discord, by which they can be found there.

    A mention would show as a number to whoever shares no server with them.
    """
    try:
        user = client.get_user(user_id) or await client.fetch_user(user_id)
    except errors.TROUBLE:
        return f"<@{user_id}>"
    return f"{inline(user.display_name, NAME_SHOWN)} (@{inline(user.name, NAME_SHOWN)})"


async def meet(client: Colloquy, found: Invitation, sender: Sender) -> int | None:
    """Open a private thread for both in the invitation's server; None where that cannot be.

    Both have to be members who can see the channel, neither may have turned threads off, and the
    bot needs the permission to open private threads.
    """
    guild = client.get_guild(found.guild_id) if found.guild_id is not None else None
    if guild is None or found.recipient_user_id is None:
        return None
    async with client.database.read() as session:
        for user_id in (sender.user_id, found.recipient_user_id):
            if not (await contacts.get(session, user_id)).thread:
                return None
    try:
        both = [await guild.fetch_member(i) for i in (sender.user_id, found.recipient_user_id)]
        channel = next(_rooms(guild, found.channel_id, both), None)
        if channel is None:
            return None
        thread = await _open(channel, found, sender, both)
    except errors.TROUBLE as error:
        log.info("no_private_thread", why=str(error))
        return None
    async with client.database.write() as session:
        await invitations.set_thread(session, found.id, thread.id)
    return thread.id


async def _open(
    channel: discord.TextChannel, found: Invitation, sender: Sender, both: list[discord.Member]
) -> discord.Thread:
    """The thread with both in it; where that fails, nobody is left in it."""
    name = sender.known_as
    thread = await channel.create_thread(
        name=clip(f"{name} and {found.researcher.name}", THREAD_NAME),
        type=discord.ChannelType.private_thread,
        invitable=False,
    )
    try:
        for member in both:
            await thread.add_user(member)
        await thread.send(
            view=Layout(invited.greeting(found, sender)),
            allowed_mentions=discord.AllowedMentions.none(),
        )
    except errors.TROUBLE:
        await _abandon(thread, both)
        raise
    return thread


async def _abandon(thread: discord.Thread, both: list[discord.Member]) -> None:
    """Take everybody out of a thread and archive it, as whoever opened it may; deleting it takes
    a permission that the bot does not ask for.
    """
    for member in both:
        with suppress(*errors.TROUBLE):
            await thread.remove_user(member)
    with suppress(*errors.TROUBLE):
        await thread.edit(archived=True)


def _rooms(
    guild: discord.Guild, channel_id: int | None, both: list[discord.Member]
) -> Iterator[discord.TextChannel]:
    """Channels in which the thread can be, the one of the invitation first."""
    here = guild.get_channel_or_thread(channel_id) if channel_id is not None else None
    if isinstance(here, discord.Thread):
        here = here.parent
    tried = [here, *guild.text_channels]
    for channel in dict.fromkeys(tried[: CHANNELS_TRIED + 1]):
        if not isinstance(channel, discord.TextChannel):
            continue
        mine = channel.permissions_for(guild.me)
        able = mine.view_channel and mine.create_private_threads and mine.send_messages_in_threads
        if able and all(channel.permissions_for(member).view_channel for member in both):
            yield channel
