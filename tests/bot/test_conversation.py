"""When the bot speaks, and what it takes to have gone before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord import ChannelHandle, Env, GuildHandle, MemberActor
from sqlalchemy import select

from bot.client import Colloquy
from bot.conversation import Heard, Speak, decide
from bot.settings import Settings
from storage.schema import AnswerRow
from tests.bot.seeing import buttons, me, reply, words

NPD = "What does NPD stand for?"
COUNT = "How many papers did Kai Han publish in 2021?"


# The decision -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heard",
    [
        Heard(direct=True),
        Heard(mentioned=True),
        Heard(mentioned=True, mentions_others=True),
        Heard(follows=True),
        Heard(own_thread=True),
        Heard(direct=True, hidden=True),
    ],
)
def test_spoken_to_it_answers(heard: Heard) -> None:
    assert decide(heard) is Speak.ANSWER


@pytest.mark.parametrize(
    "heard",
    [
        Heard(),
        Heard(own_thread=True, mentions_others=True),
        Heard(own_thread=True, hidden=True),
        Heard(follows=True, hidden=True),
        Heard(follows=True, mentioned=True, hidden=True),
        Heard(mentions_others=True),
    ],
)
def test_not_spoken_to_it_is_silent(heard: Heard) -> None:
    assert decide(heard) is Speak.SILENT


def test_a_reply_that_it_cannot_read_is_explained_to_the_asker() -> None:
    assert decide(Heard(follows=True, by_asker=True, hidden=True)) is Speak.CANNOT_READ


@given(
    st.builds(
        Heard,
        direct=st.just(False),
        own_thread=st.just(False),
        mentioned=st.just(False),
        follows=st.just(False),
    )
)
def test_it_never_speaks_uninvited(heard: Heard) -> None:
    assert decide(heard) is Speak.SILENT


# In Discord -------------------------------------------------------------------------------


async def test_a_mention_is_answered_by_a_reply(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    asked = await ada.send(channel, f"{me(bot)} {NPD}")
    said = channel.last_message
    assert said is not None
    assert said.reference is not None
    assert said.reference.message_id == asked.id
    assert not said.mentions
    assert "Near-Policy Distillation (NPD)" in words(said)
    assert NPD not in words(said)  # it stands right above
    assert {"Show passages", "Ask a follow-up", "Open a thread"} <= set(buttons(said))


async def test_other_messages_are_left_alone(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    for text in (NPD, f"{bob.mention} {NPD}", "@everyone", "<@&1> hello"):
        sent = await ada.send(channel, text)
        assert channel.last_message is not None
        assert channel.last_message.id == sent.id


async def test_who_says_hello_or_nothing_is_told_what_to_type(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, env: Env
) -> None:
    """The beginning of /help, in direct messages as where I am mentioned."""
    help_ = words(await ada.slash(channel, "help")).split("\n")[:4]
    assert help_[0] == "### Ask"
    for said in ("hi", "help", "What can you do?", ""):
        await ada.send(channel, f"{me(bot)} {said}".strip())
        assert channel.last_message is not None
        shown = words(channel.last_message).split("\n")
        assert shown[:4] == help_, said
        assert shown[4].startswith("-# Or ask in your own words")
        assert buttons(channel.last_message) == ["Ask a follow-up"]
    carl = env.create_user("carl")
    for said in ("hello!", "help"):
        await carl.send_dm(said)
        told = carl.dm_channel.last_message
        assert told is not None
        assert words(told).split("\n")[:4] == help_, said
    await ada.send(channel, f"{me(bot)} thanks!")
    assert channel.last_message is not None
    assert "You are welcome!" in words(channel.last_message)


async def test_a_reply_to_an_answer_leans_on_it(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await ada.send(channel, f"{me(bot)} {COUNT}")
    first = channel.last_message
    assert first is not None
    await ada.send(channel, f"{me(bot)} {NPD}")  # something else in between
    await bob.send(channel, f"{me(bot)} and the year after?", reply_to=first)
    assert channel.last_message is not None
    assert "in 2022" in words(channel.last_message)


async def test_an_answer_kept_in_a_form_that_is_no_longer_read_is_as_if_it_were_not(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await ada.send(channel, f"{me(bot)} {COUNT}")
    first = channel.last_message
    assert first is not None
    async with bot.database.write() as session:
        [row] = await session.scalars(select(AnswerRow))
        row.turn = {**row.turn, "turn": {**row.turn["turn"], "kind": "tally"}}
    await ada.send(channel, f"{me(bot)} {NPD}", reply_to=first)
    assert channel.last_message is not None
    assert "Near-Policy Distillation" in words(channel.last_message)


async def test_a_reply_to_a_count_has_all_that_were_counted_listed(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await ada.send(channel, f"{me(bot)} {COUNT}")
    first = channel.last_message
    assert first is not None
    await bob.send(channel, f"{me(bot)} which ones?", reply_to=first)
    assert channel.last_message is not None
    assert "5. " in words(channel.last_message)


async def test_a_second_mention_in_the_same_breath_leans_on_the_first(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy, env: Env
) -> None:
    await ada.send(channel, f"{me(bot)} {COUNT}")
    await ada.send(channel, f"{me(bot)} and the year after?")
    assert channel.last_message is not None
    assert "in 2022" in words(channel.last_message)


async def test_a_reply_that_discord_hides_is_explained_to_the_asker_alone(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "ask", question=NPD)
    silent = await bob.send(channel, "I like that one", reply_to=reply(result))
    assert channel.last_message is not None
    assert channel.last_message.id == silent.id
    await ada.send(channel, "and how fast is it?", reply_to=reply(result))
    assert "Ask a follow-up" in channel.last_message.content


async def test_a_forwarded_answer_is_no_reply(
    ada: MemberActor, channel: ChannelHandle, guild: GuildHandle
) -> None:
    result = await ada.slash(channel, "ask", question=NPD)
    elsewhere = guild.create_text_channel("elsewhere")
    forwarded = await ada.forward(reply(result), elsewhere)
    assert [message.id for message in elsewhere.history()] == [forwarded.id]


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("delete my data", "`/privacy erase` removes it"),
        ("Please forget me!", "`/privacy erase` removes it"),
        ("/privacy", "`/privacy export` shows what I keep"),
        ("STOP", "`/follow remove` for good"),
        ("unsubscribe, please", "`/follow remove` for good"),
        ("stop sending me papers.", "`/follow remove` for good"),
    ],
)
async def test_wishes_in_direct_messages_are_shown_the_command(
    env: Env, text: str, command: str
) -> None:
    carl = env.create_user("Carl")
    await carl.send_dm(text)
    said = carl.dm_channel.last_message
    assert said is not None
    assert command in words(said)
    assert buttons(said) == []


async def test_a_question_with_such_words_is_answered(
    env: Env, ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    carl = env.create_user("Carl")
    await carl.send_dm("Which papers are about privacy?")
    said = carl.dm_channel.last_message
    assert said is not None
    assert "`/privacy" not in words(said)
    await ada.send(channel, f"{me(bot)} privacy")
    assert channel.last_message is not None
    assert "`/privacy" not in words(channel.last_message)


async def test_direct_messages_are_a_conversation(env: Env) -> None:
    carl = env.create_user("carl")
    await carl.send_dm(COUNT)
    await carl.send_dm("and the year after?")
    said = carl.dm_channel.last_message
    assert said is not None
    assert "in 2022" in words(said)
    assert "Open a thread" not in buttons(said)


async def test_in_its_thread_it_answers_what_it_can_read(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    result = await ada.slash(channel, "ask", question=COUNT)
    await ada.click(reply(result), label="Open a thread")
    thread = thread_of(channel)
    assert thread.last_message is not None
    assert "mention me or reply to me" in thread.last_message.content
    await bob.send(thread, "and the year after?")  # which Discord does not show
    assert "mention me" in thread.history()[-2].content
    await bob.send(thread, f"{me(bot)} and the year after?")
    assert "in 2022" in words(thread.last_message)
    await ada.send(thread, f"{me(bot)} and the year after?")
    assert "in 2023" in words(thread.last_message)


def thread_of(channel: ChannelHandle) -> ChannelHandle:
    (thread,) = channel.threads
    return thread


class TestWithTheMessageContentIntent:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        discord = settings.discord.model_copy(update={"read_threads": True})
        return settings.model_copy(update={"discord": discord})

    async def test_a_thread_of_its_own_needs_no_mention(
        self, ada: MemberActor, bob: MemberActor, channel: ChannelHandle
    ) -> None:
        result = await ada.slash(channel, "ask", question=COUNT)
        await ada.click(reply(result), label="Open a thread")
        thread = thread_of(channel)
        await bob.send(thread, "and the year after?")
        assert thread.last_message is not None
        assert "in 2022" in words(thread.last_message)
        aside = await bob.send(thread, f"{ada.mention} look at that")
        assert thread.last_message.id == aside.id

    async def test_other_channels_are_left_alone(
        self, ada: MemberActor, channel: ChannelHandle
    ) -> None:
        sent = await ada.send(channel, NPD)
        assert channel.last_message is not None
        assert channel.last_message.id == sent.id

    async def test_a_reply_to_a_slash_answer_is_read(
        self, ada: MemberActor, channel: ChannelHandle
    ) -> None:
        result = await ada.slash(channel, "ask", question=COUNT)
        await ada.send(channel, "and the year after?", reply_to=reply(result))
        assert channel.last_message is not None
        assert "in 2022" in words(channel.last_message)
