"""The one place where a failure becomes what a person reads.

A `ColloquyError` is shown as its sentence, unless that is for who runs the bot. Anything else is a
defect: it is logged whole under a short reference, and the reference alone is shown. `Tree`,
`LayoutView` and `Modal` come here by themselves; a `DynamicItem` callback does so with `@answered`,
because discord.py only logs what such a callback raises.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.logs import UNEXPECTED
from bot.logs import report as report  # the handlers' part of it is here
from bot.markdown import clip
from bot.permissions import named
from storage.errors import ColloquyError, SetupError, SourceError, StorageError

log = structlog.get_logger("colloquy.errors")

TROUBLE = (
    discord.HTTPException,
    discord.RateLimited,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
)
"""What a request to Discord fails with that is none of our doing: Discord's answer, or the network.
`bot.postbox.refusal` says what each means.
"""

INTERNAL = (SetupError, StorageError)
"""Their sentences are for who runs the bot: they name hosts, accounts and folders."""

OUR_TROUBLE = "I cannot reach my data just now; please try again later."
FORBIDDEN = (
    "I am not allowed to do that here; please ask a moderator to let me see this channel, "
    "send messages and embed links in it."
)
NOT_YOURS = "You need the permission {missing} to do that."
CANNOT_HERE = "That cannot be used here."
OUTDATED = "That command has changed since you opened it; please type it again in a minute."
LATE = "Discord closed that command before I could finish it; please try again."
NO_CHANNEL = (
    "I cannot see that channel. If it is an archived thread, please write in it first; "
    "otherwise please let me see it, and add me to this server if I am no member of it."
)

LONGEST = 2000  # characters of a plain message
FORM_S = 3600.0  # a form that was not sent by then is let go: nobody tells that it was closed
PUBLIC = frozenset({"ask", "researcher", "graph"})  # commands that everybody may see somebody use

_CHANNEL = discord.AppCommandOptionType.channel
_UNKNOWN_INTERACTION = 10062  # nothing was said within three seconds
_ALREADY_ACKNOWLEDGED = 40060  # another part of the program was quicker
_INVALID_TOKEN = 50027  # more than fifteen minutes have passed
_UNKNOWN_WEBHOOK = 10015  # the same, as followups put it
_EXPIRED = frozenset({_UNKNOWN_INTERACTION, _INVALID_TOKEN, _UNKNOWN_WEBHOOK})

ItemT = TypeVar("ItemT")


async def answer(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tell the person what became of their command, press or form; never raises.

    Seen by them alone, except in place of a public "thinking …", which takes no other form.
    """
    text = sentence(error, doing=_doing(interaction))
    try:
        await _show(interaction, text)
    except TROUBLE as failure:
        if isinstance(failure, discord.HTTPException) and failure.code in _EXPIRED:
            await _late(interaction)
        else:
            _not_shown(failure)


async def answer_message(message: discord.Message, error: BaseException) -> None:
    """Reply to the message with what became of it; never raises."""
    text = sentence(error, doing="message")
    try:
        await message.reply(text, mention_author=False)
    except TROUBLE as failure:
        _not_shown(failure)


def sentence(error: BaseException, *, doing: str) -> str:
    """What a person reads; an unexpected error is logged here, under the reference shown."""
    error = _cause(error)
    if isinstance(error, ColloquyError):
        if isinstance(error, SetupError | SourceError | StorageError):  # for who runs the bot
            log.warning("failed", code=error.code, doing=doing, why=error.sentence)
        else:
            log.info("refused", code=error.code, doing=doing)
        return OUR_TROUBLE if isinstance(error, INTERNAL) else _escaped(error.sentence)
    if isinstance(error, app_commands.MissingPermissions):
        return NOT_YOURS.format(missing=_permissions(error.missing_permissions))
    if isinstance(error, app_commands.BotMissingPermissions | discord.Forbidden):
        log.warning("forbidden", doing=doing)
        return FORBIDDEN
    if isinstance(error, discord.HTTPException) and error.code in _EXPIRED:
        log.warning("late", code=error.code, doing=doing)
        return LATE
    if isinstance(error, app_commands.CommandSignatureMismatch | app_commands.CommandNotFound):
        log.warning("outdated_command", doing=doing)
        return OUTDATED
    if isinstance(error, app_commands.TransformerError) and error.type is _CHANNEL:
        return NO_CHANNEL
    if isinstance(error, app_commands.CheckFailure):
        return CANNOT_HERE
    return UNEXPECTED.format(reference=report(error, doing=doing))


def explained(error: BaseException) -> bool:
    """Whether it is a refusal in words of ours, and no breakdown."""
    return isinstance(_cause(error), ColloquyError | app_commands.CheckFailure)


_CODE = re.compile(r"(`[/\w][\w /\"-]*`)")


def _escaped(text: str) -> str:
    """The text as it is; only commands and options, which our sentences put between backticks, as
    code.
    """
    parts = _CODE.split(text)
    parts[::2] = map(discord.utils.escape_markdown, parts[::2])
    return clip("".join(parts), LONGEST)


def answered(
    callback: Callable[[ItemT, discord.Interaction[Any]], Awaitable[None]],
) -> Callable[[ItemT, discord.Interaction[Any]], Coroutine[Any, Any, None]]:
    """A `DynamicItem` callback whose errors are answered as everywhere else."""

    @functools.wraps(callback)
    async def wrapper(item: ItemT, interaction: discord.Interaction[Any]) -> None:
        try:
            await callback(item, interaction)
        except Exception as error:  # noqa: BLE001 - the last stop: nothing above would answer
            await answer(interaction, error)

    return wrapper


class Tree(app_commands.CommandTree[Any]):
    """The command tree, with the one handler."""

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            report(_cause(error), doing=_doing(interaction))  # a picker shows no sentence
        else:
            await answer(interaction, error)


class LayoutView(discord.ui.LayoutView):
    """A layout whose errors are answered as everywhere else."""

    async def on_error(
        self, interaction: discord.Interaction[Any], error: Exception, item: discord.ui.Item[Any]
    ) -> None:
        await answer(interaction, error)


class Modal(discord.ui.Modal):
    """A form whose errors are answered as everywhere else."""

    def __init__(self, *, title: str = discord.utils.MISSING) -> None:
        super().__init__(title=title, timeout=FORM_S)

    async def on_error(
        self, interaction: discord.Interaction[Any], error: Exception, item: object = None
    ) -> None:
        await answer(interaction, error)


async def _show(interaction: discord.Interaction[Any], text: str) -> None:
    if not interaction.response.is_done():
        try:
            await interaction.response.send_message(text, ephemeral=True)
            return
        except discord.HTTPException as failure:
            if failure.code != _ALREADY_ACKNOWLEDGED:
                raise
    if await _still_thinking(interaction):
        await interaction.edit_original_response(content=text)
    else:
        await interaction.followup.send(text, ephemeral=True)


async def _still_thinking(interaction: discord.Interaction[Any]) -> bool:
    if interaction.response.type is not discord.InteractionResponseType.deferred_channel_message:
        return False
    return (await interaction.original_response()).flags.loading


async def _late(interaction: discord.Interaction[Any]) -> None:
    """Say in the channel that the time ran out, without a word of what was asked; of what is
    private, nothing, also not that it was used.
    """
    channel = interaction.channel
    if not isinstance(channel, discord.abc.Messageable) or not _public(interaction):
        log.info("error_not_shown", code=_INVALID_TOKEN)
        return
    try:
        await channel.send(f"{interaction.user.mention} {LATE}")
    except TROUBLE as failure:
        _not_shown(failure)


def _public(interaction: discord.Interaction[Any]) -> bool:
    command = interaction.command
    name = command.qualified_name.partition(" ")[0] if command else ""
    return name in PUBLIC and not getattr(interaction.namespace, "private", False)


def _not_shown(failure: Exception) -> None:
    code = failure.code if isinstance(failure, discord.HTTPException) else None
    log.warning("error_not_shown", why=type(failure).__name__, code=code)


def _cause(error: BaseException) -> BaseException:
    while isinstance(error, app_commands.CommandInvokeError | app_commands.TransformerError):
        if error.__cause__ is None:
            break
        error = error.__cause__
    return error


def _doing(interaction: discord.Interaction[Any]) -> str:
    """What was being done, without what was typed: for the log."""
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    data: dict[str, Any] = dict(interaction.data or {})
    pressed = str(data.get("custom_id", ""))
    return f"{interaction.type.name} {pressed.partition(':')[0]}".strip()


def _permissions(names: list[str]) -> str:
    return " and ".join(f"“{named(name)}”" for name in names)
