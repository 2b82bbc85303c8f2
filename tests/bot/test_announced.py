"""Questions under an announcement: by its button, by a reply, by a right-click, in its thread."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, MemberActor

from bot.client import Colloquy
from bot.courier import Courier, Rules
from storage import announcing, destinations, finding, follows, works, works_by_title
from storage.answers import utcnow
from storage.follows import Every
from tests.bot.conftest import AddResearcher, Restart
from tests.bot.seeing import buttons, me, options, reply, words

CLUSTERS = "LSD-C: Linearly Separable Deep Clusters"
ADDRESS = "https://arxiv.org/abs/2006.10039"
MIRRORS = "Fixed Viewpoint Mirror Surface Reconstruction under an Uncalibrated Camera"
FIRST_AUTHOR = "Sylvestre-Alvise Rebuffi"
QUICK = Rules(per_second=None, direct_per_second=None)

Announce = Callable[..., Awaitable[discord.Message]]


@pytest.fixture
def announce(bot: Colloquy, guild: GuildHandle, mod: MemberActor, env: Env) -> Announce:
    """Announces stored works of Kai Han in a channel, as the courier does; the last message."""

    async def announced(
        channel: ChannelHandle,
        *titles: str,
        every: Every = Every.ONCE,
        discuss: bool = False,
    ) -> discord.Message:
        found = utcnow() - timedelta(days=8)  # so that a digest is due
        async with bot.database.write() as session:
            person = await finding.resolve(session, "Kai Han")
            where = await destinations.ensure_channel(session, channel.id, guild.id)
            await destinations.set_discuss(session, where.id, discuss)
            follow = await follows.add(
                session, person.id, where, user_id=None, set_by=mod.id, every=every
            )
            for title in titles:
                [(work_id, _)] = await works_by_title.like(session, title)
                work = (await works.by_ids(session, [work_id]))[work_id]
                await announcing.announce(session, work, [follow], found)
        await Courier(bot.database, bot, QUICK).drain_once()
        assert channel.last_message is not None
        return channel.last_message

    return announced


async def asked(
    person: MemberActor,
    message: discord.Message,
    question: str,
    label: str = "Ask about this paper",
) -> InteractionResult:
    """The answer to a question in the form of an announcement's button."""
    form = await person.click(message, label=label)
    return await person.submit_modal(form, {"question": question})


# The button -------------------------------------------------------------------------------


LOOKED = f"I looked in “{CLUSTERS}”"
OF_THE_PAPER = (
    ("What does it propose?", "We present LSD-C, a novel method to identify clusters"),
    ("who wrote it?", FIRST_AUTHOR),
    ("authors?", FIRST_AUTHOR),
    ("co-authors?", FIRST_AUTHOR),
    ("who are the coauthors?", FIRST_AUTHOR),
    ("when was it published?", "2020"),
    ("which datasets?", "CIFAR 10/100"),
    ("what baseline do they compare against?", "CIFAR 10/100"),
    ("what about MNIST?", "CIFAR 10/100"),
    ("what accuracy does it reach?", LOOKED),
    ("on which GPU was it trained?", LOOKED),
    ("Which GPU was used?", LOOKED),
    ("is there code?", LOOKED),
    ("what limitations are there?", LOOKED),
    ("which loss function is used during training?", LOOKED),
    ("Is the proposed network suitable for mobile phones?", LOOKED),
)
OF_OTHERS = (
    ("How many papers did Kai Han publish in 2021?", "in 2021"),
    ("who wrote GhostNet?", "GhostNet: More Features from Cheap Operations"),
    ("which papers are about binary networks?", "Balanced Binary Neural Networks"),
    ("What does NPD stand for?", "Near-Policy Distillation (NPD)"),
)


async def test_the_button_asks_of_the_announced_paper(
    announce: Announce, ada: MemberActor, channel: ChannelHandle
) -> None:
    message = await announce(channel, CLUSTERS)
    for question, said in OF_THE_PAPER:
        shown = words(await asked(ada, message, question))
        assert shown.startswith(f"**{question}**")
        assert said in shown, question
        assert "share this name" not in shown, question
        assert set(re.findall(r"\]\((https://arxiv.*?)\)", shown)) <= {ADDRESS}, question


async def test_what_names_others_is_asked_of_them(
    announce: Announce, ada: MemberActor, channel: ChannelHandle
) -> None:
    message = await announce(channel, CLUSTERS)
    for question, said in OF_OTHERS:
        shown = words(await asked(ada, message, question))
        assert said in shown, question
        assert CLUSTERS not in shown, question
        assert ("share this name" in shown) == ("How many" in question), question


async def test_the_form_says_which_paper_and_is_empty(
    announce: Announce, ada: MemberActor, channel: ChannelHandle
) -> None:
    form = await ada.click(await announce(channel, CLUSTERS), label="Ask about this paper")
    assert form.modal is not None
    [label] = form.modal["components"]
    assert label["description"] == CLUSTERS
    assert not label["component"].get("value")
    assert label["component"]["placeholder"].startswith("What does it propose?")


async def test_what_is_asked_on_stays_with_the_paper_until_something_else_is_named(
    announce: Announce, ada: MemberActor, channel: ChannelHandle
) -> None:
    answer = await asked(ada, await announce(channel, CLUSTERS), "who wrote it?")

    async def on(question: str) -> str:
        nonlocal answer
        form = await ada.click(reply(answer), label="Ask a follow-up")
        answer = await ada.submit_modal(form, {"question": question})
        return words(answer)

    assert f"I looked in “{CLUSTERS}”" in await on("which loss function is used in training?")
    assert "GhostNet: More Features" in await on("and who wrote GhostNet?")
    assert f"I looked in “{CLUSTERS}”" not in await on("which loss function is used in training?")


async def test_each_paper_of_a_digest_has_a_button_of_its_own(
    announce: Announce, ada: MemberActor, channel: ChannelHandle
) -> None:
    digest = await announce(channel, CLUSTERS, MIRRORS, every=Every.DAY)
    assert buttons(digest) == ["Ask", "Ask"]
    form = await ada.click(digest, custom_id=_ask_ids(digest)[1])
    answer = await ada.submit_modal(form, {"question": "what is it about?"})
    assert MIRRORS in words(answer)
    assert "LSD-C" not in words(answer)


async def test_who_chooses_among_people_of_a_name_still_asks_of_the_paper(
    announce: Announce, ada: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    message = await announce(channel, CLUSTERS)
    await add_researcher("Yunhe Wang")
    await add_researcher("Yunhe Wang", source="OpenAlex")
    choose = await asked(ada, message, "did Yunhe Wang write it?")
    assert "please choose one" in words(choose)
    answer = await ada.select(reply(choose), [next(iter(options(choose).values()))])
    assert CLUSTERS in words(answer)


async def test_it_is_remembered_over_a_restart(
    announce: Announce, ada: MemberActor, channel: ChannelHandle, restart: Restart
) -> None:
    answer = await asked(ada, await announce(channel, CLUSTERS), "what accuracy does it reach?")
    await restart()
    form = await ada.click(reply(answer), label="Ask a follow-up")
    on = await ada.submit_modal(form, {"question": "which loss function is used in training?"})
    assert f"I looked in “{CLUSTERS}”" in words(on)


def _ask_ids(message: discord.Message) -> list[str]:
    def of(part: discord.Component) -> list[str]:
        found = [getattr(part, "custom_id", None) or ""]
        for child in getattr(part, "children", ()):
            found += of(child)
        if (accessory := getattr(part, "accessory", None)) is not None:
            found += of(accessory)
        return found

    every = [custom_id for part in message.components for custom_id in of(part)]
    return [custom_id for custom_id in every if custom_id.endswith(":ask")]


# A reply ----------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["who wrote it?", "who wrote this?", "authors?"])
async def test_a_reply_is_asked_of_the_announced_paper(
    announce: Announce, ada: MemberActor, channel: ChannelHandle, bot: Colloquy, question: str
) -> None:
    message = await announce(channel, CLUSTERS)
    await ada.send(channel, f"{me(bot)} what does NPD stand for?")  # asked last in the channel
    await ada.send(channel, f"{me(bot)} {question}", reply_to=message)
    assert channel.last_message is not None
    assert FIRST_AUTHOR in words(channel.last_message)
    await ada.send(channel, f"{me(bot)} and on which data sets does it work?")
    assert "CIFAR 10/100" in words(channel.last_message)


async def test_a_reply_in_direct_messages_is_asked_of_the_announced_paper(
    bot: Colloquy, env: Env
) -> None:
    carl = env.create_user("carl")
    await carl.send_dm("what does NPD stand for?")
    async with bot.database.write() as session:
        person = await finding.resolve(session, "Kai Han")
        where = await destinations.ensure_direct(session, carl.id)
        follow = await follows.add(session, person.id, where, user_id=carl.id, set_by=carl.id)
        [(work_id, _)] = await works_by_title.like(session, CLUSTERS)
        work = (await works.by_ids(session, [work_id]))[work_id]
        await announcing.announce(session, work, [follow], utcnow())
    await Courier(bot.database, bot, QUICK).drain_once()
    message = carl.dm_channel.last_message
    assert message is not None
    assert CLUSTERS in words(message)
    there = {"channel_id": str(message.channel.id), "message_id": str(message.id)}
    reference = env.backend.normalize_message_reference(message.channel.id, there)
    await carl.send_dm("who wrote it?", reference=reference)
    assert carl.dm_channel.last_message is not None
    assert FIRST_AUTHOR in words(carl.dm_channel.last_message)


async def test_a_reply_to_a_digest_may_say_which(
    announce: Announce, ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    digest = await announce(channel, CLUSTERS, MIRRORS, every=Every.DAY)
    await ada.send(channel, f"{me(bot)} who wrote the second one?", reply_to=digest)
    assert channel.last_message is not None
    assert MIRRORS in words(channel.last_message)
    assert "LSD-C" not in words(channel.last_message)


async def test_a_reply_to_something_else_is_not(
    announce: Announce, ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await announce(channel, CLUSTERS)
    said = await bob.send(channel, "lunch?")
    await ada.send(channel, f"{me(bot)} what does NPD stand for?", reply_to=said)
    assert channel.last_message is not None
    assert "Near-Policy Distillation (NPD)" in words(channel.last_message)


# Its thread -------------------------------------------------------------------------------


async def test_in_its_thread_it_is_asked_of_the_announced_paper(
    announce: Announce, ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await announce(channel, CLUSTERS, discuss=True)
    [thread] = channel.threads
    await bob.send(thread, "nice")
    await ada.send(thread, f"{me(bot)} who wrote it?")
    assert thread.last_message is not None
    assert FIRST_AUTHOR in words(thread.last_message)
    await bob.send(thread, f"{me(bot)} which loss function is used in training?")
    assert f"I looked in “{CLUSTERS}”" in words(thread.last_message)


# A right-click ----------------------------------------------------------------------------


async def test_ask_about_this_is_asked_of_the_announced_paper(
    announce: Announce, ada: MemberActor, channel: ChannelHandle
) -> None:
    message = await announce(channel, CLUSTERS)
    form = await ada.context_menu(channel, "Ask about this", message)
    answer = await ada.submit_modal(form, {"question": "who wrote it?"})
    assert FIRST_AUTHOR in words(answer)
    assert "**who wrote it?**" in words(answer)
