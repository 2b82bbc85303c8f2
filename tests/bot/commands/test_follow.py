"""/follow, as a member, a stranger and a moderator see it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from simcord import ChannelHandle, GuildHandle, MemberActor

from bot.client import Colloquy
from retrieval import whose
from storage import announcing, destinations, follows, persons, storing, works
from storage.answers import utcnow
from storage.follows import Filter
from storage.phrases import day
from tests.bot.conftest import AddResearcher, Restart
from tests.bot.published import PAPER, published
from tests.bot.seeing import buttons, options, reply, words


async def test_following_is_confirmed_in_private_and_counts(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "follow add", researcher="Kai Han", how_often="weekly")
    assert reply(result).ephemeral
    assert "**Kai Han** is followed. New papers come to your direct messages, weekly." in words(
        result
    )
    assert "**1** follower" in words(await bob.slash(channel, "researcher profile"))


async def test_following_twice_says_so(ada: MemberActor, channel: ChannelHandle) -> None:
    await ada.slash(channel, "follow add", researcher="Kai Han")
    again = await ada.slash(channel, "follow add", researcher="Kai Han")
    assert reply(again).ephemeral
    assert "Kai Han is already followed here; `/follow edit` changes how" in words(again)
    await ada.slash(channel, "follow pause", follow="Kai Han", days=3)
    paused = words(await ada.slash(channel, "follow add", researcher="Kai Han"))
    assert f"and paused until {day(utcnow() + timedelta(days=3))}; `/follow pause` with 0" in paused


async def test_a_long_list_is_paged(
    mod: MemberActor,
    guild: GuildHandle,
    channel: ChannelHandle,
    bot: Colloquy,
    add_researcher: AddResearcher,
    restart: Restart,
) -> None:
    wanted = Filter(any_of=("binary neural networks", "quantization", "pruning", "distillation"))
    for number in range(20):
        one = await add_researcher(f"Maria Gonzalez Rodriguez {number}")
        async with bot.database.write() as session:
            for place, user_id in (
                (await destinations.ensure_direct(session, mod.id), mod.id),
                (await destinations.ensure_channel(session, channel.id, guild.id), None),
            ):
                await follows.add(
                    session, one, place, user_id=user_id, set_by=mod.id, wanted=wanted
                )
    listed = await mod.slash(channel, "follow list")
    assert "Channels of this server" not in words(listed)
    await restart()
    seen = [words(listed)]
    while "Next" in buttons(listed):
        await mod.click(reply(listed), label="Next")
        seen.append(words(listed))
    shown = re.findall(r"Rodriguez \d+\*\* · \S+", "\n".join(seen))
    assert len(shown) == len(set(shown)) == 40
    assert "of 40 follows" in seen[0]
    assert "Channels of this server" in seen[-1]
    await mod.click(reply(listed), label="Previous")
    assert words(listed) == seen[-2]
    too_long = await mod.slash(channel, "follow edit", follow="id:1", any_words="word, " * 50)
    assert "Only what mentions any of “word”" in words(too_long)


async def test_pause_resume_and_remove(ada: MemberActor, channel: ChannelHandle) -> None:
    await ada.slash(channel, "follow add", researcher="Kai Han")
    paused = await ada.slash(channel, "follow pause", follow="Kai Han", days=3)
    until = utcnow() + timedelta(days=3)
    assert f"is paused until {day(until)}" in words(paused)
    assert "paused until" in words(await ada.slash(channel, "follow list"))
    resumed = await ada.slash(channel, "follow pause", follow="Kai Han", days=0)
    assert "is followed. New papers come to your direct messages" in words(resumed)
    assert "Resume" not in buttons(resumed)
    again = await ada.slash(channel, "follow pause", follow="Kai Han", days=3)
    await ada.click(reply(again), label="Resume")
    assert "is followed. New papers come to your direct messages" in words(again)
    await ada.slash(channel, "follow pause", follow="Kai Han", days=3)
    listed = await ada.slash(channel, "follow list")
    await ada.select(reply(listed), [options(listed)["Kai Han"]])
    assert "**Kai Han** · your direct messages · at once" in words(listed)
    assert "paused" not in words(listed)
    assert options(listed) == {}
    await ada.slash(channel, "follow remove", follow="Kai Han")
    assert "You follow nobody yet" in words(await ada.slash(channel, "follow list"))


async def test_editing_says_what_is_other_than_before(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    await ada.slash(channel, "follow add", researcher="Kai Han")
    edited = await ada.slash(
        channel, "follow edit", follow="Kai Han", how_often="weekly", quiet_hours="22:00-07:00"
    )
    said = "Changed: how often and the quiet hours of your direct messages."
    assert words(edited).startswith(said)
    assert "New papers come to your direct messages, weekly." in words(edited)
    assert "Quiet from 22:00 to 07:00 (UTC) in your direct messages" in words(edited)
    filtered = await ada.slash(channel, "follow edit", follow="Kai Han", any_words="ghosts")
    assert words(filtered).startswith("Changed: which papers.")
    for same in ({}, {"how_often": "weekly"}, {"any_words": "ghosts"}):
        nothing = await ada.slash(channel, "follow edit", follow="Kai Han", **same)
        assert words(nothing).startswith("Nothing is other than before.")


async def test_discussions_are_shown_where_they_are_opened(
    mod: MemberActor, channel: ChannelHandle
) -> None:
    await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    opened = await mod.slash(channel, "follow edit", follow="Kai Han", discuss=True)
    assert words(opened).startswith(f"Changed: the discussions of <#{channel.id}>.")
    shown = f"A thread for discussion under each paper in <#{channel.id}>"
    assert shown in words(opened)
    assert shown in words(await mod.slash(channel, "follow list"))
    ended = await mod.slash(channel, "follow edit", follow="Kai Han", discuss=False)
    assert "thread for discussion" not in words(ended)


async def test_discussions_are_refused_where_there_can_be_none(
    mod: MemberActor, ada: MemberActor, channel: ChannelHandle, bot: Colloquy, guild: GuildHandle
) -> None:
    server = bot.get_guild(guild.id)
    assert server is not None
    forum = await server.create_forum("papers")
    async with bot.database.write() as session:
        place = await destinations.ensure_channel(session, forum.id, guild.id)
        await follows.add(session, 1, place, user_id=None, set_by=mod.id)
    in_forum = await mod.slash(channel, "follow edit", follow="Kai Han", discuss=True)
    assert f"there can be none in <#{forum.id}>" in words(in_forum)
    await ada.slash(channel, "follow add", researcher="Kai Han")
    direct = await ada.slash(
        channel, "follow edit", follow="Kai Han", how_often="daily", discuss=True
    )
    assert reply(direct).ephemeral
    assert "there can be none in your direct messages" in words(direct)
    listed = words(await ada.slash(channel, "follow list"))
    assert "at once" in listed
    assert "discussion" not in listed


async def test_of_two_follows_of_a_name_none_is_ended_without_being_picked(
    mod: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await mod.slash(channel, "follow add", researcher="Kai Han")
    await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    asked = await mod.slash(channel, "follow remove", follow="kai han")
    assert "You have several of these; please pick one in the `follow` option" in words(asked)
    async with bot.database.read() as session:
        assert len(await follows.of_researchers(session, [1])) == 2
    offered = await mod.autocomplete(channel, "follow remove", "follow", "ask")
    await mod.slash(channel, "follow remove", follow=offered[0]["value"])
    assert f"<#{channel.id}>" not in words(await mod.slash(channel, "follow list"))


async def test_a_new_follow_where_nothing_arrives_says_so(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, add_researcher: AddResearcher
) -> None:
    await add_researcher("Ada Lovelace")
    await ada.slash(channel, "follow add", researcher="Kai Han")
    async with bot.database.write() as session:
        place = await destinations.ensure_direct(session, ada.id)
        await destinations.pause(session, place.id, "your direct messages are closed to me")
    added = words(await ada.slash(channel, "follow add", researcher="Ada Lovelace"))
    assert "New papers come" not in added
    assert "your direct messages are closed to me" in added
    assert "`/follow pause` with 0 days resumes it" in added
    resumed = await ada.slash(channel, "follow pause", follow="Kai Han", days=0)
    assert "New papers come to your direct messages" in words(resumed)


async def test_why_names_no_day_for_a_pause_without_an_end(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await ada.slash(channel, "follow add", researcher="Kai Han")
    async with bot.database.write() as session:
        [follow] = await follows.of_user(session, ada.id)
        await announcing.mute(session, follow, follows.FOREVER)
    await published(bot)
    told = words(await ada.slash(channel, "follow why", work="On Engines"))
    assert "**not sent**: Kai Han: paused until you resume it" in told


async def test_preview_shows_what_would_have_come(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await published(bot)
    result = await ada.slash(channel, "follow preview", researcher="Kai Han", no_words="cooking")
    assert reply(result).ephemeral
    assert "Would have come: 1" in words(result)
    kept = await ada.slash(channel, "follow preview", researcher="Kai Han", no_words="engines")
    assert "Would not have come: 1" in words(kept)
    assert "mentions engines" in words(kept)


async def test_preview_says_once_why_several_papers_would_not_have_come(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    more = [replace(PAPER, source_id=f"arxiv:2611.0100{n}", title=f"Engine {n}") for n in (1, 2)]
    async with bot.database.write() as session:
        await storing.store(session, more, 1)
    kept = words(await ada.slash(channel, "follow preview", researcher="Kai Han", any_words="x"))
    assert "**Would not have come: 2**\n-# mentions none of: x\n- Engine" in kept
    assert kept.count("mentions none of") == 1


async def test_why_says_what_became_of_a_paper(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await ada.slash(channel, "follow add", researcher="Kai Han", any_words="ghosts")
    await published(bot)
    mine = await ada.slash(channel, "follow why", work="On Engines")
    assert "**not sent**: Kai Han: mentions none of: ghosts" in words(mine)
    theirs = await bob.slash(channel, "follow why", work="On Engines")
    assert "never announced to you" in words(theirs)
    unknown = await bob.slash(channel, "follow why", work="No such paper")
    assert "I know no paper called “No such paper”" in words(unknown)


async def test_why_knows_a_paper_by_the_head_of_its_title(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    told = words(await ada.slash(channel, "follow why", work="GhostNet"))
    assert "GhostNet: More Features" in told


async def test_why_says_that_a_paper_is_another_persons_of_the_name(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    async with bot.database.read() as session:
        person = (await persons.of_record(session, 1))[0].researcher
    await ada.slash(channel, "follow add", researcher=f"id:{person.id}")
    assert person.distinct_name in words(await ada.slash(channel, "follow list"))
    async with bot.database.write() as session:
        [work_id] = (await storing.store(session, [PAPER], 1)).new
        work = (await works.by_ids(session, [work_id]))[work_id]
        [follow] = await follows.of_user(session, ada.id)
        why = {follow.id: whose.ANOTHERS.format(label="ghosts")}
        await announcing.announce(session, work, [follow], utcnow(), not_theirs=why)
    shown = words(await ada.slash(channel, "follow why", work="On Engines"))
    assert "**not sent**" in shown
    assert "it is by another person of this name (ghosts)" in shown


async def _only_here(bot: Colloquy, guild: GuildHandle) -> int:
    async with bot.database.read() as session:
        [follow] = await follows.of_guild(session, guild.id)
    return follow.id


async def test_moderators_limit_what_their_channels_follow(
    mod: MemberActor,
    channel: ChannelHandle,
    bot: Colloquy,
    guild: GuildHandle,
    add_researcher: AddResearcher,
) -> None:
    said = await mod.slash(channel, "admin limit", follows=0)
    assert "may have 0 follows in all" in words(said)
    assert "may have 0 follows in all" in words(await mod.slash(channel, "admin settings"))
    refused = await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    assert "The channels of this server may have 0 follows in all" in words(refused)
    direct = await mod.slash(channel, "follow add", researcher="Kai Han")
    assert "**Kai Han** is followed" in words(direct)
    looked = await mod.slash(channel, "admin limit")
    assert "may have 0 follows in all" in words(looked)
    assert "`/admin limit` with `follows` changes it; with `off`" in words(looked)
    await mod.slash(channel, "admin limit", follows=1)
    await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    more = await add_researcher("Ada Lovelace")
    refused = await mod.slash(channel, "follow add", researcher=f"id:{more}", where=channel)
    assert "The channels of this server may have 1 follow in all" in words(refused)
    await mod.slash(channel, "follow remove", follow=f"id:{await _only_here(bot, guild)}")
    await mod.slash(channel, "admin limit", off=True)
    done = await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    assert "**Kai Han** is followed" in words(done)


async def test_erasing_forgets_follows_and_keeps_the_channels(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle, bot: Colloquy, guild: GuildHandle
) -> None:
    from storage import privacy

    await mod.slash(channel, "follow add", researcher="Kai Han")
    await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    async with bot.database.write() as session:
        exported = await privacy.export(session, mod.id)
        assert len(exported["follows"]) == 2
        await privacy.erase(session, mod.id)
        assert await follows.of_user(session, mod.id) == []
        assert len(await follows.of_guild(session, guild.id)) == 1
        assert await destinations.find(session, user_id=mod.id) is None
        assert await privacy.export(session, mod.id) == {}


async def test_several_of_one_name_have_to_be_told_apart(
    ada: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    await add_researcher("Kai Han", source="OpenAlex")
    result = await ada.slash(channel, "follow add", researcher="Kai Han")
    assert "please choose one" in words(result)
