"""The client as Discord sees it."""

from __future__ import annotations

from bot.client import intents


async def test_it_needs_no_privileged_intent() -> None:
    wanted = intents()
    assert not any((wanted.message_content, wanted.members, wanted.presences))
