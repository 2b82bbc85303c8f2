"""What could not be written to somebody is shown with their next command, and never lost."""

from __future__ import annotations

from simcord import ChannelHandle, Env, MemberActor

from bot import inviting
from bot.client import Colloquy
from storage import destinations, follows, wishes
from tests.bot.seeing import words
from tests.storage.claimed import claim


async def _paused(bot: Colloquy, owner: MemberActor, channel_id: int) -> None:
    async with bot.database.write() as session:
        place = await destinations.ensure_channel(session, channel_id, owner.guild.id)
        await follows.add(session, 1, place, user_id=None, set_by=owner.id)
        await destinations.pause(session, place.id, "I may not send messages in the channel")


async def _said(person: MemberActor, channel: ChannelHandle) -> list[str]:
    shown = (await person.slash(channel, "help")).followups
    assert all(message.ephemeral for message in shown)
    return [words(message) for message in shown]


async def test_what_discord_refuses_to_show_is_shown_with_the_next_command(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy, env: Env
) -> None:
    await _paused(bot, ada, channel.id)
    async with bot.database.write() as session:
        await wishes.remember(session, ada.id, 1)
        await claim(session, 1, bob.id)
    env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await inviting.once(bot)
    env.inject_error("POST", "/webhooks/*", status=400, code=40094)
    assert await _said(ada, channel) == []
    about_channel, about_wish = await _said(ada, channel)
    assert f"I can no longer announce papers in <#{channel.id}>" in about_channel
    assert "## Kai Han takes invitations now" in about_wish
    assert await _said(ada, channel) == []


async def test_many_paused_channels_are_told_in_messages_that_discord_takes(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    places = [1 << 60 | number for number in range(11)]
    for place in places:
        await _paused(bot, ada, place)
    told = await _said(ada, channel)
    assert len(told) == 2
    assert all(f"<#{place}>" in "\n".join(told) for place in places)
    assert await _said(ada, channel) == []
