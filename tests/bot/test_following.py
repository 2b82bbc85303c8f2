"""*Follow* on profiles and answers, and “Follow this researcher” on a member who is one."""

from __future__ import annotations

from simcord import ChannelHandle, MemberActor

from bot.client import Colloquy
from storage import follows, own_words
from tests.bot.conftest import Restart
from tests.bot.seeing import buttons, options, reply, words
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
