"""/help: its examples work."""

from __future__ import annotations

import re

from simcord import ChannelHandle, MemberActor

from tests.bot.seeing import reply, words


async def test_help_is_private_and_its_examples_work(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "help")
    assert reply(result).ephemeral
    examples = re.findall(r"`/ask` (.+)", words(result))
    assert len(examples) == 3
    for example in examples:
        answered = await ada.slash(channel, "ask", question=example, private=True)
        assert "About Kai Han" in words(answered)
        assert "](https://arxiv.org/abs/" in words(answered), example
