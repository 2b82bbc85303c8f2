"""/ask and “Ask about this”: in time, in the right eyes, with sources and buttons that work."""

from __future__ import annotations

import discord
from simcord import ChannelHandle, Env, GuildHandle, MemberActor

from bot.client import Colloquy
from storage import answers
from storage.schema import RatingRow
from tests.bot.conftest import AddResearcher, Restart
from tests.bot.seeing import buttons, options, reply, words

NPD = "What does NPD stand for?"
BUTTONS = {
    "Show passages", "Ask a follow-up", "Good answer", "Poor answer", "Follow", "Open a thread",
}  # fmt: skip


async def test_an_answer_with_its_scope_sources_and_buttons(
    ada: MemberActor, channel: ChannelHandle, env: Env
) -> None:
    result = await ada.slash(channel, "ask", question=NPD)
    first = next(call for call in env.http_requests if "/interactions/" in call.path)
    assert isinstance(first.json, dict)
    assert first.json["type"] == 5  # "thinking …", before any work
    assert not reply(result).ephemeral
    shown = words(result)
    assert shown.startswith(f"**{NPD}**\n-# About Kai Han, 35 works")
    assert "Near-Policy Distillation (NPD)" in shown
    assert "[1]" in shown
    assert "](https://arxiv.org/abs/2605.05940)" in shown
    assert "Quoted word for word from the abstracts" in shown
    assert set(buttons(result)) == BUTTONS


async def test_a_private_answer_is_seen_by_the_asker_alone(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "ask", question=NPD, private=True)
    assert reply(result).ephemeral
    assert "Near-Policy Distillation" in words(result)
    assert "Open a thread" not in buttons(result)
    form = await ada.click(reply(result), label="Ask a follow-up")
    again = await ada.submit_modal(form, {"question": "and how much faster is it?"})
    assert reply(again).ephemeral


async def test_a_refusal_says_what_was_searched_and_cites_nothing(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "ask", question="What learning rate was used for NPD?")
    assert "I searched" in words(result) or "I looked" in words(result)
    assert "arxiv.org" not in words(result)
    assert "Show passages" not in buttons(result)


async def test_a_topic_can_be_told_in_everyday_words(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    phones = await ada.slash(
        channel, "ask", question="anything on making networks fit a phone?", researcher="Kai Han"
    )
    assert "GhostNets on Heterogeneous Devices" in words(phones)
    cats = await ada.slash(
        channel, "ask", question="anything on teaching cats to dance?", researcher="Kai Han"
    )
    assert "I searched" in words(cats)


async def test_a_count_comes_from_the_records(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(
        channel, "ask", question="How many papers did Kai Han publish in 2022?"
    )
    assert "in 2022" in words(result)
    assert "Looked up in the stored records" in words(result)


async def test_bad_input_is_answered_in_private_with_one_sentence(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    for question, sentence in (
        ("   ", "Please write a question"),
        ("?!…", "Please write a question"),
        ("x " * 1500, "please ask in 2,000 characters or fewer"),
    ):
        result = await ada.slash(channel, "ask", question=question)
        assert reply(result).ephemeral
        assert sentence in words(result)
    unknown = await ada.slash(channel, "ask", question=NPD, researcher="Nobody Atall")
    assert reply(unknown).ephemeral
    assert "I know no researcher called “Nobody Atall”" in words(unknown)


async def test_a_question_full_of_markup_pings_nobody_and_breaks_nothing(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    question = f"@everyone {bob.mention} **NPD** `'; DROP TABLE works; --` ||what|| is it?"
    result = await ada.slash(channel, "ask", question=question)
    message = reply(result).message
    assert not message.mention_everyone
    assert not message.mentions
    head = words(result).splitlines()[0]
    assert "@everyone" not in head
    assert bob.mention not in head
    assert "\\*\\*NPD\\*\\*" in head
    assert "About Kai Han" in words(await ada.slash(channel, "ask", question=NPD))


async def test_an_ambiguous_researcher_is_chosen_before_anything_is_public(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    await add_researcher("Kai Han", source="OpenAlex")
    result = await ada.slash(channel, "ask", question=NPD, researcher="Kai Han")
    assert reply(result).ephemeral
    assert "please choose one" in words(result)
    picked = await ada.select(reply(result), [options(result)["Kai Han (arXiv, 35 works)"]])
    assert not reply(picked).ephemeral
    assert "Near-Policy Distillation (NPD)" in words(picked)


async def test_an_ambiguous_name_in_the_question_is_chosen_by_the_asker(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    await add_researcher("Kai Han", source="OpenAlex")
    result = await ada.slash(channel, "ask", question="How many papers did Kai Han write?")
    choices = options(result)
    assert list(choices) == ["Kai Han (arXiv, 35 works)", "Kai Han (OpenAlex, 1 work)"]
    strange = await bob.select(reply(result), [choices["Kai Han (arXiv, 35 works)"]])
    assert reply(strange).ephemeral
    assert "Only the person who asked can choose here." in words(strange)
    await ada.select(reply(result), [choices["Kai Han (arXiv, 35 works)"]])
    assert "35 works" in words(result)
    assert "Ask a follow-up" in buttons(result)


async def test_the_picked_researcher_is_pinned(
    ada: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    await add_researcher("Grace Hopper")
    choice, *_ = await ada.autocomplete(channel, "ask", "researcher", "kai")
    result = await ada.slash(
        channel, "ask", question="How many papers are there?", researcher=choice["value"]
    )
    assert "About Kai Han, 35 works" in words(result)


async def test_passages_show_the_quoted_words_in_their_abstract(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "ask", question=NPD)
    shown = await bob.click(reply(result), label="Show passages")
    assert reply(shown).ephemeral
    text = words(shown)
    assert text.startswith("**[1]** [Near-Policy")
    assert "Standard knowledge distillation" in text  # the whole abstract …
    assert (
        "**To improve efficiency, we propose Near-Policy Distillation" in text
    )  # … with the quote


async def test_passages_of_several_works_come_in_pages(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "ask", question="Which papers are about category discovery?")
    shown = await ada.click(reply(result), label="Show passages")
    first = words(shown)
    assert buttons(shown) == ["Next"]
    await ada.click(reply(shown), label="Next")
    assert words(shown) != first
    await ada.click(reply(shown), label="Previous")
    assert words(shown) == first


async def test_a_follow_up_understands_what_went_before(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    first = await ada.slash(channel, "ask", question="How many papers did Kai Han publish in 2021?")
    assert "in 2021" in words(first)
    form = await bob.click(reply(first), label="Ask a follow-up")
    assert form.modal is not None
    second = await bob.submit_modal(form, {"question": "and the year after?"})
    assert not reply(second).ephemeral
    assert "**and the year after?**" in words(second)
    assert "in 2022" in words(second)
    form = await bob.click(reply(second), label="Ask a follow-up")
    assert "in 2023" in words(await bob.submit_modal(form, {"question": "and the year after?"}))


async def test_a_word_on_an_answer_is_kept_and_can_change(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    result = await ada.slash(channel, "ask", question=NPD)
    thanks = await ada.click(reply(result), label="Good answer")
    assert reply(thanks).ephemeral
    assert "noted that as a good answer" in words(thanks)
    await bob.click(reply(result), label="Poor answer")
    await ada.click(reply(result), label="Poor answer")
    async with bot.database.read() as session:
        rows = (await session.scalars(RatingRow.__table__.select())).all()
        assert len(rows) == 2
        assert (await session.get_one(RatingRow, (1, ada.id))).good is False


async def test_buttons_survive_a_restart(
    ada: MemberActor, channel: ChannelHandle, restart: Restart
) -> None:
    result = await ada.slash(channel, "ask", question=NPD)
    await restart()
    passages = await ada.click(reply(result), label="Show passages")
    assert "Near-Policy" in words(passages)
    assert "noted" in words(await ada.click(reply(result), label="Good answer"))
    form = await ada.click(reply(result), label="Ask a follow-up")
    asked = await ada.submit_modal(form, {"question": "How many papers are from 2021?"})
    assert "in 2021" in words(asked)


async def test_one_question_at_a_time(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    bot.gate._asking.add(ada.id)
    result = await ada.slash(channel, "ask", question=NPD)
    assert reply(result).ephemeral
    assert "I am still busy with what you asked last" in words(result)


async def test_ask_about_a_message(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    message = await bob.send(channel, NPD)
    form = await ada.context_menu(channel, "Ask about this", message)
    assert form.modal is not None
    assert form.modal["title"] == "Ask about this"
    assert NPD in str(form.modal)  # proposed as the question
    answered = await ada.submit_modal(form, {"question": NPD})
    assert "Near-Policy Distillation (NPD)" in words(answered)


async def test_ask_about_an_answer_is_a_follow_up(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(
        channel, "ask", question="How many papers did Kai Han publish in 2021?"
    )
    form = await ada.context_menu(channel, "Ask about this", reply(result))
    assert "in 2022" in words(await ada.submit_modal(form, {"question": "and the year after?"}))


async def test_a_thread_opens_under_the_answer(
    ada: MemberActor, channel: ChannelHandle, guild: GuildHandle, bot: Colloquy
) -> None:
    result = await ada.slash(channel, "ask", question=NPD)
    pressed = await ada.click(reply(result), label="Open a thread")
    assert pressed.acknowledged
    thread = bot.get_channel(reply(result).id)
    assert thread is not None
    assert getattr(thread, "name", "") == NPD


async def test_only_who_may_open_threads_opens_one_through_the_bot(
    ada: MemberActor, bob: MemberActor, guild: GuildHandle
) -> None:
    quiet = discord.PermissionOverwrite(create_public_threads=False)
    channel = guild.create_text_channel("quiet", overwrites={bob: quiet})
    result = await ada.slash(channel, "ask", question=NPD)
    refused = await bob.click(reply(result), label="Open a thread")
    assert reply(refused).ephemeral
    assert "You may not open threads in this channel." in words(refused)
    assert not channel.threads
    await ada.click(reply(result), label="Open a thread")
    assert len(channel.threads) == 1


async def test_a_thread_is_opened_once_whoever_presses(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, env: Env
) -> None:
    result = await ada.slash(channel, "ask", question=NPD)
    await ada.click(reply(result), label="Open a thread")
    (thread,) = channel.threads
    said = len(thread.history())
    env.inject_error("POST", "/channels/*/messages/*/threads", status=400, code=160004)
    again = await bob.click(reply(result), label="Open a thread")
    (told,) = again.followups
    assert told.ephemeral
    assert f"<#{thread.id}>" in told.content
    assert len(thread.history()) == said


async def test_in_a_direct_message(env: Env) -> None:
    carl = env.create_user("carl")
    result = await carl.slash("ask", question=NPD)
    assert "Near-Policy Distillation (NPD)" in words(result)
    assert "Open a thread" not in buttons(result)
    form = await carl.click(reply(result), label="Ask a follow-up")
    asked = await carl.submit_modal(form, {"question": "How many papers are from 2021?"})
    assert "in 2021" in words(asked)


async def test_a_message_can_come_to_show_another_answer(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    """As when a simulated Discord starts over and counts its messages from the beginning."""
    first = await ada.slash(channel, "ask", question=NPD)
    async with bot.database.write() as session:
        await answers.set_message(session, 1, reply(first).id + 3)
    second = await ada.slash(
        channel, "ask", question="How many papers did Kai Han publish in 2021?"
    )
    async with bot.database.write() as session:
        await answers.set_message(session, 1, reply(second).id)
        await answers.set_message(session, 2, reply(second).id)
        kept = await answers.by_message(session, reply(second).id)
    assert kept is not None
    assert kept.id == 2


async def test_a_question_at_the_end_of_a_long_message_stands_in_the_form(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    told = f"Lunch was late. {'The soup was cold. ' * 80}{NPD}"
    form = await ada.context_menu(channel, "Ask about this", await ada.send(channel, told))
    assert form.modal is not None
    assert form.modal["components"][0]["component"]["value"] == told


# In the same breath ------------------------------------------------------------------------

COUNT = "How many papers did Kai Han publish in 2021?"


async def test_a_second_question_soon_after_leans_on_the_asker_s_first(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, env: Env
) -> None:
    await ada.slash(channel, "ask", question=COUNT)
    await bob.slash(channel, "ask", question=NPD)
    assert "in 2022" in words(await ada.slash(channel, "ask", question="and the year after?"))
    assert "Near-Policy" in words(await bob.slash(channel, "ask", question="who wrote it?"))
    await env.advance_time(16 * 60)
    late = words(await ada.slash(channel, "ask", question="who wrote it?"))
    assert "Please say which paper you mean" in late


async def test_a_public_question_does_not_lean_on_a_private_answer(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    await ada.slash(channel, "ask", question=COUNT, private=True)
    private = await ada.slash(channel, "ask", question="and the year after?", private=True)
    assert "in 2022" in words(private)
    public = await ada.slash(channel, "ask", question="and the year after?")
    assert "in 2022" not in words(public)
    assert "in 2023" not in words(public)


async def test_a_researcher_chosen_anew_starts_anew(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    await ada.slash(channel, "ask", question=NPD)
    result = await ada.slash(channel, "ask", question="who wrote it?", researcher="Kai Han")
    assert "Please say which paper you mean" in words(result)


async def test_each_of_the_works_compared_has_a_line_of_its_own(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    shown = words(await ada.slash(channel, "ask", question="Compare GhostNet and CMT"))
    lines = shown.splitlines()
    assert any(line.endswith("[1]") for line in lines)
    assert any(line.endswith("[2]") for line in lines)
