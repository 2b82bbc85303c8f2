"""The bot as Discord sees it."""

from __future__ import annotations

from simcord import ChannelHandle, Env, MemberActor

from bot.client import Colloquy, intents


async def test_it_needs_no_privileged_intent() -> None:
    wanted = intents()
    assert not any((wanted.message_content, wanted.members, wanted.presences))


async def test_it_starts(
    env: Env, channel: ChannelHandle, ada: MemberActor, mod: MemberActor, bot: Colloquy
) -> None:
    assert bot.user is not None
