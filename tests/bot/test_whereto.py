"""Who may have announcements sent where, and change what holds there."""

from __future__ import annotations

import discord
from simcord import ChannelHandle, Env, GuildHandle, MemberActor

from bot.client import Colloquy
from storage import destinations, follows, researchers
from tests.bot.conftest import AddResearcher
from tests.bot.seeing import words


async def test_only_moderators_let_a_channel_follow(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle
) -> None:
    refused = await ada.slash(channel, "follow add", researcher="Kai Han", where=channel)
    assert "Only people who may manage this server" in words(refused)
    done = await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    assert f"New papers come to <#{channel.id}>, at once." in words(done)
    assert "**0** followers" in words(await mod.slash(channel, "researcher profile"))
    assert "Channels of this server" in words(await mod.slash(channel, "follow list"))
    assert "You follow nobody yet" in words(await ada.slash(channel, "follow list"))
    taken = await ada.slash(channel, "follow remove", follow="Kai Han")
    assert "That is not followed here" in words(taken)


async def test_a_thread_follows_for_those_who_may_write_in_it(
    ada: MemberActor, bot: Colloquy, channel: ChannelHandle
) -> None:
    room = bot.get_channel(channel.id)
    assert isinstance(room, discord.TextChannel)
    await room.create_thread(name="papers", type=discord.ChannelType.public_thread)
    [thread] = channel.threads
    done = await ada.slash(channel, "follow add", researcher="Kai Han", where=thread)
    assert f"New papers come to <#{thread.id}>" in words(done)
    await ada.slash(channel, "follow remove", follow="Kai Han")
    await room.set_permissions(room.guild.default_role, send_messages_in_threads=False)
    refused = await ada.slash(channel, "follow add", researcher="Kai Han", where=thread)
    assert "Only who may write in that thread" in words(refused)


async def test_the_hours_of_a_shared_thread_are_not_one_followers_to_set(
    ada: MemberActor,
    bob: MemberActor,
    mod: MemberActor,
    channel: ChannelHandle,
    bot: Colloquy,
    add_researcher: AddResearcher,
) -> None:
    for name in ("Yunhe Wang", "Chang Xu"):
        await add_researcher(name)
    room = bot.get_channel(channel.id)
    assert isinstance(room, discord.TextChannel)
    await room.create_thread(name="papers", type=discord.ChannelType.public_thread)
    [thread] = channel.threads
    await ada.slash(channel, "follow add", researcher="Kai Han", where=thread)
    alone = await ada.slash(channel, "follow edit", follow="Kai Han", quiet_hours="22-7")
    assert "Quiet from 22:00 to 07:00" in words(alone)
    await bob.slash(channel, "follow add", researcher="Yunhe Wang", where=thread)
    for setting in ({"quiet_hours": "off"}, {"time_zone": "Asia/Tokyo"}, {"discuss": True}):
        refused = await ada.slash(
            channel, "follow edit", follow="Kai Han", how_often="daily", **setting
        )
        assert "Others have announcements sent there, too" in words(refused)
    own = await ada.slash(channel, "follow edit", follow="Kai Han", how_often="weekly")
    assert "weekly" in words(own)
    assert "Quiet from 22:00 to 07:00" in words(own)
    await mod.slash(channel, "follow add", researcher="Chang Xu", where=thread)
    set_by_mod = await mod.slash(channel, "follow edit", follow="Chang Xu", quiet_hours="23-6")
    assert "Quiet from 23:00 to 06:00" in words(set_by_mod)


async def test_whoever_manages_one_server_sets_no_hours_in_another(
    env: Env, guild: GuildHandle, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    eve = env.create_user("eve", global_name="Eve")
    here, hers = guild.add_member(eve), env.create_guild("Eve's own")
    role = hers.create_role("Owners", permissions=discord.Permissions(manage_guild=True))
    at_home, home = hers.add_member(eve, roles=[role]), hers.create_text_channel("home")
    room = bot.get_channel(channel.id)
    assert isinstance(room, discord.TextChannel)
    await room.create_thread(name="papers", type=discord.ChannelType.public_thread)
    [thread] = channel.threads
    await here.slash(channel, "follow add", researcher="Kai Han", where=thread)
    async with bot.database.write() as session:
        where = await destinations.find(session, channel_id=thread.id)
        assert where is not None
        other = await researchers.ensure(session, "Yunhe Wang", "arXiv")
        await follows.add(session, other, where, user_id=bob.id, set_by=bob.id)
    refused = await at_home.slash(home, "follow edit", follow="Kai Han", quiet_hours="0-23")
    assert "Others have announcements sent there, too" in words(refused)
