"""“Follow this researcher”, on a member who has claimed a record."""

from __future__ import annotations

from simcord import ChannelHandle, MemberActor

from bot.client import Colloquy
from storage import follows, own_words
from tests.bot.seeing import reply, words
from tests.storage.claimed import claim, claimed_record

MENU = "Follow this researcher"
NOBODY = "No researcher is shown here under that member"


async def test_a_member_is_followed_by_the_record_that_they_have_claimed(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    async with bot.database.write() as session:
        await claimed_record(session, "Bob Smaller", bob.id)
        await claim(session, 1, bob.id)
    result = await ada.context_menu(channel, MENU, bob)
    assert reply(result).ephemeral
    assert "**Kai Han** is followed. New papers come to your direct messages" in words(result)
    async with bot.database.read() as session:
        [follow] = await follows.of_user(session, ada.id)
    assert follow.researcher.id == 1
    again = await ada.context_menu(channel, MENU, bob)
    assert "Kai Han is already followed here" in words(again)


async def test_who_has_claimed_nothing_and_who_is_hidden_read_alike(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    stranger = await ada.context_menu(channel, MENU, bob)
    assert reply(stranger).ephemeral
    assert NOBODY in words(stranger)
    async with bot.database.write() as session:
        await claim(session, 1, bob.id)
        await own_words.hide(session, 1, bob.id, ada.guild.id)
    hidden = await ada.context_menu(channel, MENU, bob)
    assert words(hidden) == words(stranger)
    async with bot.database.read() as session:
        assert await follows.of_user(session, ada.id) == []
