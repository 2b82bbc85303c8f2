"""The buttons of announcements, as their owner, others and a moderator press them."""

from __future__ import annotations

from datetime import timedelta

import discord
from simcord import ChannelHandle, MemberActor

from bot.announcing import PAUSE, layout, post
from bot.cards import notice
from bot.client import Colloquy
from bot.following import to_resume
from bot.views import Layout
from storage import (
    announcements,
    announcing,
    destinations,
    follows,
    persons,
    privacy,
    reports,
    works,
)
from storage.announcements import State
from storage.answers import utcnow
from tests.bot.conftest import AddResearcher, Restart
from tests.bot.published import published
from tests.bot.seeing import reply, words


async def test_in_a_thread_everybody_mutes_their_own_follow_alone(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    room = bot.get_channel(channel.id)
    assert isinstance(room, discord.TextChannel)
    await room.create_thread(name="papers", type=discord.ChannelType.public_thread)
    [thread] = channel.threads
    await ada.slash(channel, "follow add", researcher="Kai Han", where=thread)
    work = await published(bot)
    async with bot.database.read() as session:
        place = await destinations.find(session, channel_id=thread.id)
        assert place is not None
        waiting = await announcements.for_work(session, work, [place.id])
    message = await bot.get_partial_messageable(thread.id).send(view=layout(post(waiting, place)))
    refused = await bob.click(message, label="Pause this researcher")
    assert "Only whoever set up these announcements" in words(refused)
    muted = await ada.click(message, label="Pause this researcher")
    assert "**Kai Han** is paused here" in words(muted)


async def test_what_was_paused_by_its_button_is_resumed_by_one_beside_it(
    mod: MemberActor, channel: ChannelHandle, bot: Colloquy, restart: Restart
) -> None:
    await mod.slash(channel, "follow add", researcher="Kai Han", where=channel, how_often="weekly")
    work = await published(bot)
    async with bot.database.read() as session:
        place = await destinations.find(session, channel_id=channel.id)
        assert place is not None
        waiting = await announcements.for_work(session, work, [place.id])
    message = await bot.get_partial_messageable(channel.id).send(view=layout(post(waiting, place)))
    paused = await mod.click(message, label="Pause this researcher")
    assert words(paused) == "**Kai Han** is paused here until you resume."
    await restart()
    await mod.click(reply(paused), label="Resume")
    assert f"**Kai Han** is followed. New papers come to <#{channel.id}>" in words(paused)
    async with bot.database.read() as session:
        [follow] = await follows.at(session, place.id)
    assert not follow.paused(utcnow())
    await mod.slash(channel, "follow remove", follow="Kai Han")
    assert "not followed here (any more)" in words(await mod.click(message, label=PAUSE))


async def test_of_one_paper_all_who_are_paused_are_resumed_together(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy,
    add_researcher: AddResearcher,
) -> None:  # fmt: skip
    await add_researcher("Chang Xu")
    for name in ("Kai Han", "Chang Xu"):
        await ada.slash(channel, "follow add", researcher=name)
    async with bot.database.write() as session:
        mine = await follows.of_user(session, ada.id)
        for follow in mine:
            await follows.pause(session, follow.id, follows.FOREVER)
    layout = Layout(notice("paused"), to_resume(mine))
    message = await bot.get_partial_messageable(channel.id).send(view=layout)
    refused = await bob.click(message, label="Resume")
    assert "Only whoever set up these announcements" in words(refused)
    pressed = await ada.click(message, label="Resume")
    assert "**Chang Xu** and **Kai Han** are followed here again." in words(pressed)
    async with bot.database.read() as session:
        assert not any(f.paused(utcnow()) for f in await follows.of_user(session, ada.id))
    assert to_resume(mine * 50) == []


async def test_what_is_erased_is_said_to_be_an_announcement_and_no_answer(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await ada.slash(channel, "follow add", researcher="Kai Han")
    work = await published(bot)
    async with bot.database.write() as session:
        place = await destinations.find(session, user_id=ada.id)
        assert place is not None
        waiting = await announcements.for_work(session, work, [place.id])
        message = await bot.get_partial_messageable(channel.id).send(
            view=layout(post(waiting, place))
        )
        await privacy.erase(session, ada.id)
    gone = await ada.click(message, label="Ask about this paper")
    assert "I no longer keep that announcement; `/ask` with the paper's title" in words(gone)


async def test_what_an_announcement_offers_is_for_its_owner(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy, mod: MemberActor
) -> None:
    await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    work = await published(bot)
    async with bot.database.read() as session:
        place = await destinations.find(session, channel_id=channel.id)
        assert place is not None
        waiting = await announcements.for_work(session, work, [place.id])
    assert waiting[0].state is State.PENDING
    target = bot.get_partial_messageable(channel.id)
    message = await target.send(view=layout(post(waiting, place)))
    refused = await ada.click(message, label="Pause this researcher")
    assert "Only whoever set up these announcements" in words(refused)
    noted = await bob.click(message, label="Not theirs")
    assert "I have noted that this work is not by Kai Han" in words(noted)
    async with bot.database.read() as session:
        [told] = await reports.waiting(session, [1])
    assert (told.work.id, told.not_theirs) == (work, 1)
    settled = await mod.click(message, label="Not theirs")
    assert "that is settled: this work is not by Kai Han" in words(settled)
    async with bot.database.read() as session:
        [kept_back] = await announcements.for_work(session, work, [place.id])
        assert await works.count(session, [1]) == 35
    assert (kept_back.state, kept_back.why) == (State.FILTERED, announcing.NOT_THEIRS)
    await mod.click(reply(settled), label="Undo")
    async with bot.database.read() as session:
        [again] = await announcements.for_work(session, work, [place.id])
        assert again.state is State.PENDING
        assert await works.count(session, [1]) == 36
    await mod.click(message, label="Not theirs")
    muted = await mod.click(message, label="Pause this researcher")
    assert "**Kai Han** is paused here" in words(muted)
    async with bot.database.read() as session:
        assert [(d.work_id, d.theirs) for d in await persons.decisions(session, 1)] == [
            (work, False)
        ]
        [follow] = await follows.at(session, place.id)
        assert follow.paused(utcnow() + timedelta(days=1000))
