"""What a person sees of a message: its words and what can be pressed; and how they call the bot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord
from simcord import InteractionResult
from simcord.results import ResponseMessage

from bot.client import Colloquy

Shown = ResponseMessage | discord.Message | InteractionResult


def me(bot: Colloquy) -> str:
    """The bot, as a message mentions it."""
    assert bot.user is not None
    return bot.user.mention


def words(shown: Shown) -> str:
    """All text of a message, or of the reply to an interaction, in order."""
    message = _message(shown)
    texts = [message.content] if message.content else []
    texts += [part["content"] for part in _walk(_components(message)) if "content" in part]
    return "\n".join(texts)


def buttons(shown: Shown) -> list[str]:
    """Labels of the buttons that can be pressed, in order."""
    parts = _walk(_components(_message(shown)))
    return [p["label"] for p in parts if p.get("type") == 2 and not p.get("disabled")]


def options(shown: Shown) -> dict[str, str]:
    """Labels of the menu's entries -> their values."""
    for part in _walk(_components(_message(shown))):
        if part.get("type") == 3:
            return {option["label"]: option["value"] for option in part["options"]}
    return {}


def pictures(shown: Shown) -> list[str]:
    """What the pictures of a message say in words, in order."""
    parts = _walk(_components(_message(shown)))
    return [i["description"] for p in parts if p.get("type") == 12 for i in p["items"]]


def reply(result: InteractionResult) -> ResponseMessage:
    """The reply to an interaction, which has come in time."""
    assert result.acknowledged, "Discord shows “the application did not respond”"
    assert result.response is not None
    return result.response


def _message(shown: Shown) -> ResponseMessage | discord.Message:
    return reply(shown) if isinstance(shown, InteractionResult) else shown


def _components(message: ResponseMessage | discord.Message) -> list[dict[str, Any]]:
    if isinstance(message, ResponseMessage):
        return message.components
    return [dict(part.to_dict()) for part in message.components]


def _walk(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield part
        yield from _walk(part.get("components", []))
        yield from _walk([part["accessory"]] if "accessory" in part else [])
