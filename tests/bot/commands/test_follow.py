"""/follow and the buttons of announcements, as a member, a stranger and a moderator see them."""

from __future__ import annotations

import re
from datetime import timedelta

import discord
import pytest
from simcord import ChannelHandle, GuildHandle, MemberActor

from bot.client import Colloquy
from retrieval import whose
from storage import (
    announcements,
    announcing,
    destinations,
    follows,
    persons,
    reports,
    storing,
    works,
)
from storage.announcements import State
from storage.answers import utcnow
from storage.follows import Filter
from storage.works import Paper
from tests.bot.commands.conftest import AddResearcher, Restart
from tests.bot.seeing import buttons, options, reply, words

_PAPER = Paper(
    source_id="arxiv:2611.00001",
    title="On Engines",
    abstract="We build one.",
    year=2026,
    published=utcnow().date(),
)


async def _published(bot: Colloquy, researcher_id: int = 1) -> int:
    """A new paper, announced to whoever follows; returns its id."""
    async with bot.database.write() as session:
        [work_id] = (await storing.store(session, [_PAPER], researcher_id)).new
        work = (await works.by_ids(session, [work_id]))[work_id]
        told = await follows.of_researchers(session, [researcher_id])
        await announcing.announce(session, work, told, utcnow())
    return work_id


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
    assert "Kai Han is already followed here" in words(again)


async def test_a_filter_is_said_back_and_can_be_emptied(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(
        channel, "follow add", researcher="Kai Han", any_words="ghost, binary", categories="cs"
    )
    assert "Only what mentions any of “ghost”, “binary” and is in cs" in words(result)
    changed = await ada.slash(
        channel,
        "follow edit",
        follow="Kai Han",
        any_words="none",
        quiet_hours="22:00-7",
        time_zone="Europe/Berlin",
    )
    assert "ghost" not in words(changed)
    assert "Quiet from 22:00 to 07:00 (Europe/Berlin) in your direct messages" in words(changed)


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("quiet_hours", "at night", "please write them like 22:00-07:00, or off"),
        ("quiet_hours", "25:00-07:00", "please write them like 22:00-07:00, or off"),
        ("time_zone", "Mars", "it should look like Europe/Berlin"),
    ],
)
async def test_bad_hours_get_a_sentence(
    ada: MemberActor, channel: ChannelHandle, option: str, value: str, sentence: str
) -> None:
    await ada.slash(channel, "follow add", researcher="Kai Han")
    result = await ada.slash(channel, "follow edit", follow="Kai Han", **{option: value})
    assert reply(result).ephemeral
    assert sentence in words(result)


async def test_categories_are_arxiv_s_codes(ada: MemberActor, channel: ChannelHandle) -> None:
    added = await ada.slash(
        channel, "follow add", researcher="Kai Han", categories="cs.CV physics.flu-dyn, q-bio"
    )
    assert "Only what is in cs.CV, physics.flu-dyn, q-bio" in words(added)
    said = "as arXiv categories; please write their codes, for example cs.CV, math or hep-th"
    for given in ("computer vision", "vision", "cs.Vision", "cs.CV, robots"):
        for command, who in (("edit", {"follow": "Kai Han"}), ("add", {"researcher": "Kai Han"})):
            refused = await ada.slash(channel, f"follow {command}", categories=given, **who)
            assert f"I cannot read “{given}” {said}" in words(refused)
            assert reply(refused).ephemeral
    emptied = await ada.slash(channel, "follow edit", follow="Kai Han", categories="none")
    assert "Only what" not in words(emptied)


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


async def test_in_a_thread_everybody_mutes_their_own_follow_alone(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    from bot.announcing import layout, post

    room = bot.get_channel(channel.id)
    assert isinstance(room, discord.TextChannel)
    await room.create_thread(name="papers", type=discord.ChannelType.public_thread)
    [thread] = channel.threads
    await ada.slash(channel, "follow add", researcher="Kai Han", where=thread)
    work = await _published(bot)
    async with bot.database.read() as session:
        place = await destinations.find(session, channel_id=thread.id)
        assert place is not None
        waiting = await announcements.for_work(session, work, [place.id])
    message = await bot.get_partial_messageable(thread.id).send(view=layout(post(waiting, place)))
    refused = await bob.click(message, label="Mute this researcher")
    assert "Only whoever set up these announcements" in words(refused)
    muted = await ada.click(message, label="Mute this researcher")
    assert "**Kai Han** is muted here" in words(muted)


async def test_pause_resume_and_remove(ada: MemberActor, channel: ChannelHandle) -> None:
    await ada.slash(channel, "follow add", researcher="Kai Han")
    paused = await ada.slash(channel, "follow pause", follow="Kai Han", days=3)
    until = utcnow() + timedelta(days=3)
    assert f"is paused until {until:%Y-%m-%d}" in words(paused)
    assert "paused until" in words(await ada.slash(channel, "follow list"))
    resumed = await ada.slash(channel, "follow pause", follow="Kai Han", days=0)
    assert "is followed. New papers come to your direct messages" in words(resumed)
    await ada.slash(channel, "follow remove", follow="Kai Han")
    assert "You follow nobody yet" in words(await ada.slash(channel, "follow list"))


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
    await _published(bot)
    told = words(await ada.slash(channel, "follow why", work="On Engines"))
    assert "**not sent**: Kai Han: paused until you resume it" in told


async def test_preview_shows_what_would_have_come(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await _published(bot)
    result = await ada.slash(channel, "follow preview", researcher="Kai Han", no_words="cooking")
    assert reply(result).ephemeral
    assert "Would have come: 1" in words(result)
    kept = await ada.slash(channel, "follow preview", researcher="Kai Han", no_words="engines")
    assert "Would not have come: 1" in words(kept)
    assert "mentions engines" in words(kept)


async def test_why_says_what_became_of_a_paper(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await ada.slash(channel, "follow add", researcher="Kai Han", any_words="ghosts")
    await _published(bot)
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
        [work_id] = (await storing.store(session, [_PAPER], 1)).new
        work = (await works.by_ids(session, [work_id]))[work_id]
        [follow] = await follows.of_user(session, ada.id)
        why = {follow.id: whose.ANOTHERS.format(label="ghosts")}
        await announcing.announce(session, work, [follow], utcnow(), not_theirs=why)
    shown = words(await ada.slash(channel, "follow why", work="On Engines"))
    assert "**not sent**" in shown
    assert "it is by another person of this name (ghosts)" in shown


async def test_the_button_on_a_profile_follows_also_after_a_restart(
    ada: MemberActor, channel: ChannelHandle, restart: Restart
) -> None:
    profile = await ada.slash(channel, "researcher profile")
    assert "Follow" in buttons(profile)
    await restart()
    pressed = await ada.click(reply(profile), label="Follow")
    assert "**Kai Han** is followed" in words(pressed)


async def test_the_button_on_an_answer_follows_whom_it_is_about(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    answer = await ada.slash(channel, "ask", question="How many papers did Kai Han publish?")
    pressed = await ada.click(reply(answer), label="Follow")
    assert reply(pressed).ephemeral
    assert "**Kai Han** is followed" in words(pressed)


async def test_of_several_people_of_a_name_one_can_be_chosen_to_be_heard_of(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    done = await ada.slash(
        channel, "follow add", researcher="Kai Han", how_often="daily", any_words="video"
    )
    assert "Several people may share this name; to hear of one of them only" in words(done)
    label, person = next(iter(options(done).items()))
    await ada.select(reply(done), [person])
    listed = words(await ada.slash(channel, "follow list"))
    assert f"**Kai Han · {label}** · your direct messages · daily" in listed
    assert "mentions any of “video”" in listed
    assert "**Kai Han** ·" not in listed
    one = await ada.slash(channel, "follow add", researcher=f"id:{int(person) + 1}")
    assert not options(one), "whoever chose a person is not asked again"


async def test_moderators_limit_what_their_channels_follow(
    mod: MemberActor, channel: ChannelHandle
) -> None:
    said = await mod.slash(channel, "admin limit", follows=0)
    assert "may follow 0 researchers in all" in words(said)
    assert "up to 0 followed" in words(await mod.slash(channel, "admin settings"))
    refused = await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    assert "The channels of this server may follow 0 researchers in all" in words(refused)
    direct = await mod.slash(channel, "follow add", researcher="Kai Han")
    assert "**Kai Han** is followed" in words(direct)
    await mod.slash(channel, "admin limit")
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


async def test_admin_sees_the_queue_and_resumes_a_paused_place(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    await _published(bot)
    async with bot.database.write() as session:
        place = await destinations.find(session, channel_id=channel.id)
        assert place is not None
        await destinations.pause(session, place.id, "I may not write there")
    shown = await mod.slash(channel, "admin announcements")
    assert "waiting 1" in words(shown)
    assert "I may not write there" in words(shown)
    await mod.select(reply(shown), list(options(shown).values()))
    async with bot.database.read() as session:
        assert await destinations.paused(session) == []


async def test_what_an_announcement_offers_is_for_its_owner(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy, mod: MemberActor
) -> None:
    from bot.announcing import layout, post

    await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    work = await _published(bot)
    async with bot.database.read() as session:
        place = await destinations.find(session, channel_id=channel.id)
        assert place is not None
        waiting = await announcements.for_work(session, work, [place.id])
    assert waiting[0].state is State.PENDING
    target = bot.get_partial_messageable(channel.id)
    message = await target.send(view=layout(post(waiting, place)))
    refused = await ada.click(message, label="Mute this researcher")
    assert "Only whoever set up these announcements" in words(refused)
    noted = await bob.click(message, label="Not theirs")
    assert "I have noted your report that this paper is not by Kai Han" in words(noted)
    settled = await mod.click(message, label="Not theirs")
    assert "that is settled: this work is not by Kai Han" in words(settled)
    muted = await mod.click(message, label="Mute this researcher")
    assert "**Kai Han** is muted here" in words(muted)
    async with bot.database.read() as session:
        assert await reports.against(session, 1) == {work: 1}
        assert [(d.work_id, d.theirs) for d in await persons.decisions(session, 1)] == [
            (work, False)
        ]
        [follow] = await follows.at(session, place.id)
        assert follow.paused(utcnow() + timedelta(days=1000))


async def test_several_of_one_name_have_to_be_told_apart(
    ada: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    await add_researcher("Kai Han", source="OpenAlex")
    result = await ada.slash(channel, "follow add", researcher="Kai Han")
    assert "please choose one" in words(result)
