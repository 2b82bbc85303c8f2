"""/admin: whom I answer about, and where; for moderators only."""

from __future__ import annotations

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor, SetupError

from bot.client import Colloquy
from storage import persons, places, review_places
from tests.bot.conftest import AddResearcher
from tests.bot.seeing import reply, words


async def test_members_do_not_see_it(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle
) -> None:
    assert "admin settings" not in ada.available_commands(channel)
    assert "admin settings" in mod.available_commands(channel)
    with pytest.raises(SetupError, match="not visible"):
        await ada.slash(channel, "admin settings")


async def test_a_member_who_was_let_in_by_mistake_is_refused(
    ada: MemberActor, guild: GuildHandle, channel: ChannelHandle, bot: Colloquy
) -> None:
    published = {command.name: command for command in await bot.tree.fetch_commands()}
    guild.set_command_permissions(published["admin"], {ada: True})
    result = await ada.slash(channel, "admin answers", on=False)
    assert reply(result).ephemeral
    assert "You need the permission “Manage Server”" in words(result)


async def test_default_researcher_of_server_and_channel(
    mod: MemberActor, channel: ChannelHandle, bot: Colloquy, add_researcher: AddResearcher
) -> None:
    await add_researcher("Grace Hopper")
    result = await mod.slash(channel, "admin default-researcher", researcher="Kai Han")
    assert reply(result).ephemeral
    assert words(result) == "Questions in this server that name nobody are now about **Kai Han**."
    result = await mod.slash(
        channel, "admin default-researcher", researcher="Grace Hopper", channel=channel
    )
    assert f"Questions in <#{channel.id}> that name nobody are now about" in words(result)
    shown = words(await mod.slash(channel, "admin settings"))
    assert "**Whole server** · about Kai Han · answers on · mentions on" in shown
    assert f"<#{channel.id}> · about Grace Hopper · answers on · mentions on" in shown
    async with bot.database.read() as session:
        [one, *_] = [p.researcher for p in await persons.of_record(session, 1)]
    of_one = await mod.slash(channel, "admin default-researcher", researcher=f"id:{one.id}")
    assert f"are now about **{one.distinct_name}**." in words(of_one)
    shown = words(await mod.slash(channel, "admin settings"))
    assert f"**Whole server** · about {one.distinct_name} ·" in shown
    await mod.slash(channel, "admin default-researcher", researcher="id:1")
    await mod.slash(channel, "admin clear-default", channel=channel)
    async with bot.database.read() as session:
        place = await places.get(session, mod.guild.id, channel.id)
        assert place.researcher_id == 1  # the server's again
    await mod.slash(channel, "admin clear-default")
    assert "**Whole server** · no default researcher" in words(
        await mod.slash(channel, "admin settings")
    )


@pytest.mark.pictures
async def test_statistics_are_a_picture(
    mod: MemberActor, ada: MemberActor, channel: ChannelHandle
) -> None:
    asked = await ada.slash(channel, "ask", question="What is GhostNet about?")
    await ada.click(reply(asked), label="Good answer")
    await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    result = await mod.slash(channel, "admin statistics")
    assert reply(result).ephemeral
    shown = words(result)
    assert shown == "## Lab\n-# the last 30 days"
    (picture,) = reply(result).attachments
    told = picture.description or ""
    assert "Statistics of Lab over 30 days: 1 question, 1 person asked, 1 good answer" in told
    assert "1 followed here" in told
    assert "35 works stored" in told


async def test_statistics_without_a_picture_are_numbers(
    mod: MemberActor, channel: ChannelHandle
) -> None:
    shown = words(await mod.slash(channel, "admin statistics"))
    assert "**0** questions · **0** people asked" in shown
    assert "**35** works stored" in shown


async def test_an_unknown_researcher_changes_nothing(
    mod: MemberActor, channel: ChannelHandle
) -> None:
    result = await mod.slash(channel, "admin default-researcher", researcher="Nobody Atall")
    assert "I know no researcher called “Nobody Atall”" in words(result)
    assert "no default researcher" in words(await mod.slash(channel, "admin settings"))


async def test_a_closed_channel_answers_nobody_and_others_go_on(
    mod: MemberActor, ada: MemberActor, guild: GuildHandle, channel: ChannelHandle
) -> None:
    result = await mod.slash(channel, "admin answers", on=False, channel=channel)
    assert words(result) == f"I no longer answer in <#{channel.id}>."
    for command, given in (
        ("ask", {"question": "What does NPD stand for?"}),
        ("researcher profile", {}),
        ("researcher works", {}),
        ("researcher search", {"name": "han"}),
    ):
        closed = await ada.slash(channel, command, **given)
        assert reply(closed).ephemeral
        assert "I do not answer in this channel" in words(closed)
    other = guild.create_text_channel("other")
    assert "## Kai Han" in words(await ada.slash(other, "researcher profile"))
    await mod.slash(channel, "admin answers", on=True, channel=channel)
    assert "## Kai Han" in words(await ada.slash(channel, "researcher profile"))


async def test_mentions_off_leaves_the_slash_commands(
    mod: MemberActor, ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    assert bot.user is not None
    result = await mod.slash(channel, "admin mentions", on=False)
    assert words(result) == "I answer slash commands only in this server."
    await ada.send(channel, f"<@{bot.user.id}> What does NPD stand for?")
    told = channel.last_message
    assert told is not None
    assert "please use /ask" in told.content
    again = await ada.send(channel, f"<@{bot.user.id}> And PyramidTNT?")
    assert channel.last_message is not None
    assert channel.last_message.id == again.id, "a channel is told so once"
    assert "About Kai Han" in words(
        await ada.slash(channel, "ask", question="What does NPD stand for?")
    )


async def test_check_names_the_missing_permission_and_the_channel(
    mod: MemberActor, channel: ChannelHandle, guild: GuildHandle, env: Env, bot: Colloquy
) -> None:
    shown = words(await mod.slash(channel, "admin check"))
    assert "Every permission is there in 1 channel." in shown
    assert "1 researcher stored." in shown
    everybody = guild.default_role
    denied = discord.PermissionOverwrite(send_messages=False, attach_files=False)
    hidden = guild.create_text_channel("quiet", overwrites={everybody: denied})
    result = await mod.slash(channel, "admin check", channel=hidden)
    assert reply(result).ephemeral
    assert f"<#{hidden.id}> · missing: " in words(result)
    assert "missing: Send Messages" in words(result)
    assert "Allow these for my role" in words(result)


async def test_who_only_looks_at_a_setting_changes_nothing(
    mod: MemberActor, channel: ChannelHandle, guild: GuildHandle, bot: Colloquy
) -> None:
    role = guild.create_role("Researchers")
    await mod.slash(channel, "admin reviews", channel=channel)
    async with bot.database.write() as session:
        await review_places.set_role(session, guild.id, role.id)
    await mod.slash(channel, "admin limit", follows=7)
    for command, stands in (
        ("reviews", f"Claims are reviewed in <#{channel.id}>."),
        ("claimed-role", f"get <@&{role.id}>."),
        ("limit", "may have 7 follows in all."),
    ):
        for _ in range(2):
            shown = words(await mod.slash(channel, f"admin {command}"))
            assert stands in shown
            assert f"`/admin {command}` with `" in shown
        assert stands in words(await mod.slash(channel, "admin settings"))
    both = words(await mod.slash(channel, "admin reviews", channel=channel, off=True))
    assert both == "Please give either something new or `off`, not both."
    for command, stands in (
        ("reviews", "Claims are not reviewed in this server."),
        ("claimed-role", "Claimed researchers get no role in this server."),
        ("limit", "may have 500 follows in all."),
    ):
        assert stands in words(await mod.slash(channel, f"admin {command}", off=True))
