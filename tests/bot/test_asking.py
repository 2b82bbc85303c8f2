"""Answers on their way out: drafts, long ones, and what is published as commands."""

from __future__ import annotations

from typing import Any

import aiohttp
import discord
import pytest
from simcord import ChannelHandle, Env, MemberActor

from bot import asking
from bot.asking import Drafts
from bot.client import Colloquy
from bot.memory import Asking
from bot.views import Layout
from retrieval.cited import Answer, Citation
from tests.bot.seeing import buttons, me, words
from tests.bot.test_render import answer, work


async def test_drafts_keep_to_the_pace_that_discord_allows() -> None:
    shown: list[Layout] = []

    async def show(layout: Layout) -> discord.Message:
        shown.append(layout)
        return None  # type: ignore[return-value]  # drafts do not look at it

    drafts = Drafts(Asking("How *fast*?"), show)
    for text in ("", "It", "It is", "It is *fast*"):
        await drafts(text)
    assert len(shown) == 1
    said = [i.content for i in shown[0].walk_children() if isinstance(i, discord.ui.TextDisplay)]
    assert said == [r"**How \*fast\*?**", "It …"]


async def test_a_draft_that_the_network_lost_costs_nothing() -> None:
    async def cut(_: Layout) -> discord.Message:
        raise aiohttp.ServerDisconnectedError

    await Drafts(Asking("How fast?"), cut)("It is")


class Interrupted:
    """Answers as the bot does, and begins with drafts that somebody deletes."""

    def __init__(self, bot: Colloquy, channel: ChannelHandle) -> None:
        self._bot, self._real, self._channel = bot, bot.answerer, channel

    async def answer(self, text: str, *, on_draft: Drafts, **given: Any) -> Answer:
        for _ in range(2):
            on_draft._due = 0.0
            await on_draft("It is")
            draft = self._channel.last_message
            assert draft is not None
            assert "It is …" in words(draft)
            await self._bot.http.delete_message(self._channel.id, draft.id)
        return await self._real.answer(text, **given)


@pytest.mark.parametrize("how", ["slash", "mention"])
async def test_an_answer_whose_draft_was_deleted_is_sent_anew(
    how: str,
    ada: MemberActor,
    channel: ChannelHandle,
    bot: Colloquy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bot, "answerer", Interrupted(bot, channel))
    if how == "slash":
        await ada.slash(channel, "ask", question="What does NPD stand for?")
    else:
        await ada.send(channel, f"{me(bot)} What does NPD stand for?")
    assert channel.last_message is not None
    assert "Near-Policy Distillation" in words(channel.last_message)
    assert "Ask a follow-up" in buttons(channel.last_message)
    await ada.send(channel, f"{me(bot)} who wrote it?", reply_to=channel.last_message)
    assert "Miao Rang" in words(channel.last_message)


async def test_an_answer_beyond_five_messages_ends_in_a_file_with_every_source() -> None:
    cited = tuple(Citation(n, work(n, f"Title {n} " + "long " * 30), "q") for n in range(1, 200))
    layouts = asking._layouts(answer("An answer.", cited), 1, Asking("?"), thread=False)
    assert len(layouts) == asking.MOST_MESSAGES
    assert all(layout.content_length() <= 4000 for layout in layouts)
    (file,) = layouts[-1].files
    rest = file.fp.read().decode()
    seen = "\n".join(
        item.content
        for layout in layouts
        for item in layout.walk_children()
        if isinstance(item, discord.ui.TextDisplay)
    )
    for citation in cited:
        assert (seen + rest).count(f"({citation.work.url})") == 1


async def test_commands_work_in_servers_direct_messages_and_as_ones_own_app(env: Env) -> None:
    published = next(call.json for call in env.http_requests if call.method == "PUT")
    assert isinstance(published, list)
    by_name = {command["name"]: command for command in published}
    assert set(by_name) == {
        "ask",
        "Ask about this",
        "researcher",
        "follow",
        "Follow this researcher",
        "claim",
        "collaborate",
        "graph",
        "help",
        "privacy",
        "admin",
    }
    for name, command in by_name.items():
        if name == "admin":
            assert (command["contexts"], command["integration_types"]) == ([0], [0])
            assert (
                command["default_member_permissions"]
                == discord.Permissions(manage_guild=True).value
            )
        elif name == "Follow this researcher":  # a claim shows in the servers of who made it
            assert (command["contexts"], command["integration_types"]) == ([0], [0])
        else:
            assert (command["contexts"], command["integration_types"]) == ([0, 1, 2], [0, 1])
