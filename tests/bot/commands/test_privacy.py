"""/privacy: export shows everything, erase removes it, and both are for one person's eyes."""

from __future__ import annotations

import json

from simcord import ChannelHandle, MemberActor

from bot.client import Colloquy
from storage import privacy
from tests.bot.seeing import buttons, reply, words


async def test_export_is_a_private_file_of_everything(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    await ada.slash(channel, "ask", question="What does NPD stand for?")
    await bob.slash(channel, "ask", question="What is OnlineVPO about?")
    result = await ada.slash(channel, "privacy export")
    assert reply(result).ephemeral
    (file,) = reply(result).attachments
    held = json.loads(await file.read())
    assert [row["question"] for row in held["answers"]] == ["What does NPD stand for?"]
    assert "OnlineVPO is" not in json.dumps(held)


async def test_export_of_nothing_says_so(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "privacy export")
    assert reply(result).ephemeral
    assert words(result) == "Nothing is kept about you."


async def test_erase_asks_again_and_removes_only_ones_own(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    answered = await ada.slash(channel, "ask", question="What does NPD stand for?")
    await bob.slash(channel, "ask", question="What is OnlineVPO about?")
    await ada.click(reply(answered), label="Good answer")
    result = await ada.slash(channel, "privacy erase")
    assert reply(result).ephemeral
    assert "This cannot be undone." in words(result)
    assert buttons(result) == ["Erase everything", "Keep it"]
    await ada.click(reply(result), label="Erase everything")
    assert words(result) == "Done. Everything that was kept about you is erased."
    assert buttons(result) == []
    async with bot.database.read() as session:
        assert await privacy.export(session, ada.id) == {}
        assert await privacy.export(session, bob.id) != {}
    stale = await ada.click(reply(answered), label="Ask a follow-up")
    assert reply(stale).ephemeral
    assert "That answer is no longer kept" in words(stale)


async def test_erase_can_be_called_off(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await ada.slash(channel, "ask", question="What does NPD stand for?")
    result = await ada.slash(channel, "privacy erase")
    await ada.click(reply(result), label="Keep it")
    assert words(result) == "Nothing was changed."
    async with bot.database.read() as session:
        assert await privacy.export(session, ada.id) != {}
