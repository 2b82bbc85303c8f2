"""Who may ask, where, and how often: seen from the channel."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import discord
import pytest
from discord import app_commands
from hypothesis import given
from hypothesis import strategies as st
from simcord import ChannelHandle, Env, GuildHandle, MemberActor

from bot.client import Colloquy
from bot.gate import Windows
from bot.settings import LimitSettings
from storage import places
from tests.bot.seeing import me, reply, words

Ask = Callable[[MemberActor, ChannelHandle], Awaitable[str]]


@pytest.fixture
def limits() -> LimitSettings:
    return LimitSettings(per_minute=3, per_hour=5, per_day=6)


@pytest.fixture
async def ask(env: Env, bot: Colloquy) -> Ask:
    """A command that answers "yes" to whoever the gate lets in."""

    @app_commands.command(description="Try the gate")
    async def knock(interaction: discord.Interaction[Colloquy]) -> None:
        async with bot.gate.asking(interaction):
            await interaction.response.send_message("yes")

    bot.tree.add_command(knock)
    await bot.tree.sync()

    async def ask(who: MemberActor, where: ChannelHandle) -> str:
        result = await who.slash(where, "knock")
        assert result.response is not None
        assert result.ephemeral == (result.response.content != "yes")
        return result.response.content

    return ask


async def test_too_many_questions_wait_and_others_do_not(
    env: Env, ask: Ask, ada: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    for _ in range(3):
        assert await ask(ada, channel) == "yes"
    assert await ask(ada, channel) == "That was quick! Please ask again in 60 seconds."
    assert await ask(bob, channel) == "yes"
    await env.advance_time(61)
    assert await ask(ada, channel) == "yes"
    await env.advance_time(61)
    assert await ask(ada, channel) == "yes"
    assert "ask again in 58 minutes" in await ask(ada, channel)
    await env.advance_time(3600)
    assert await ask(ada, channel) == "yes"
    assert "ask again in 23 hours" in await ask(ada, channel)


async def test_a_flood_of_mentions_is_told_once_that_it_is_too_fast(
    env: Env, bot: Colloquy, ada: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    async def said(who: MemberActor) -> str:
        await who.send(channel, f"{me(bot)} hello")
        last = channel.last_message
        assert bot.user is not None
        assert last is not None
        return words(last) if last.author.id == bot.user.id else ""

    heard = [await said(ada) for _ in range(9)]
    assert all(heard[:3])
    assert heard[3:] == ["That was quick! Please ask again in 60 seconds.", *[""] * 5]
    assert await said(bob), "others are answered"
    await env.advance_time(61)
    assert [bool(await said(ada)) for _ in range(4)] == [True, True, True, False]
    await env.advance_time(3600)
    assert await said(ada)


async def test_what_was_refused_does_not_count(
    env: Env, ask: Ask, ada: MemberActor, channel: ChannelHandle
) -> None:
    for _ in range(10):
        await ask(ada, channel)
    await env.advance_time(61)
    assert await ask(ada, channel) == "yes"


async def test_a_closed_channel_is_closed_and_its_neighbour_open(
    bot: Colloquy, ask: Ask, ada: MemberActor, guild: GuildHandle, channel: ChannelHandle
) -> None:
    other = guild.create_text_channel("other")
    async with bot.database.write() as session:
        await places.set_answers(session, guild.id, channel.id, False)
    assert (await ask(ada, channel)).startswith("I do not answer in this channel")
    assert await ask(ada, other) == "yes"


async def test_a_thread_has_the_settings_of_its_channel(
    env: Env, bot: Colloquy, ask: Ask, ada: MemberActor, guild: GuildHandle, channel: ChannelHandle
) -> None:
    async with bot.database.write() as session:
        await places.set_answers(session, guild.id, None, False)
        await places.set_answers(session, guild.id, channel.id, True)
    room = bot.get_channel(channel.id)
    assert isinstance(room, discord.TextChannel)
    await room.create_thread(name="more", type=discord.ChannelType.public_thread)
    assert await ask(ada, channel.threads[0]) == "yes"


async def test_one_question_at_a_time(
    env: Env, bot: Colloquy, ask: Ask, ada: MemberActor, channel: ChannelHandle
) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow(interaction: discord.Interaction[Colloquy]) -> None:
        async with bot.gate.asking(interaction):
            entered.set()
            await leave.wait()

    async def second(interaction: discord.Interaction[Colloquy]) -> None:
        task = asyncio.create_task(slow(interaction))
        await entered.wait()
        try:
            async with bot.gate.asking(interaction):
                pass
        finally:
            leave.set()
            await task

    bot.tree.add_command(
        app_commands.Command(name="twice", description="Two at once", callback=second)
    )
    await bot.tree.sync()
    result = await ada.slash(channel, "twice")
    assert result.response is not None
    assert "still busy with what you asked last" in result.response.content
    assert await ask(ada, channel) == "yes"


async def test_what_is_drawn_waits_too_and_leaves_room_for_questions(
    env: Env, ask: Ask, ada: MemberActor, channel: ChannelHandle
) -> None:
    shown = await ada.slash(channel, "graph show")
    for n in range(4):
        pressed = await ada.click(reply(shown), label="Show fewer" if n % 2 else "Show more")
        assert "That was quick!" not in words(pressed)
    await ada.slash(channel, "researcher profile")
    preview = await ada.slash(channel, "follow preview", researcher="Kai Han")
    assert "the last 30 days" in words(preview)
    await ada.slash(channel, "researcher people")
    timeline = await ada.click(reply(await ada.slash(channel, "researcher works")), label="Next")
    assert "Works of Kai Han" in words(timeline), "lists cost next to nothing"
    profile = await ada.slash(channel, "researcher profile")
    for label in ("Timeline", "Graph"):
        late = await ada.click(reply(profile), label=label)
        assert reply(late).ephemeral
        assert "That was quick! Please ask again in" in words(late)
    assert "That was quick!" in words(await ada.slash(channel, "graph people"))
    assert await ask(ada, channel) == "yes"


async def test_a_bot_that_stops_lets_nobody_in(
    bot: Colloquy, ask: Ask, ada: MemberActor, channel: ChannelHandle
) -> None:
    await bot.gate.shut(0.1)
    assert await ask(ada, channel) == "I am about to restart; please ask again in a minute."


@given(
    st.lists(st.floats(0, 30), max_size=60),
    st.integers(1, 4),
    st.integers(1, 8),
)
def test_no_window_ever_holds_more_than_fits(gaps: list[float], few: int, many: int) -> None:
    windows = Windows(((10, few), (60, many)))
    now, let_in = 0.0, list[float]()
    for gap in gaps:
        now += gap
        if windows.wait(now) == 0:
            windows.add(now)
            let_in.append(now)
    for seconds, most in ((10, few), (60, many)):
        for moment in let_in:
            assert sum(moment - seconds < other <= moment for other in let_in) <= most
