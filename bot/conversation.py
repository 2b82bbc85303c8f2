"""Messages -> questions: whether to speak at all, and what went before.

Discord shows a bot the text of direct messages, of messages that mention it and of replies that
ping it; of other messages only with the message content intent, and of replies to slash-command
answers not even then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import discord

from bot import announced, memory
from bot.asking import in_message
from bot.memory import Asking, Where
from storage import answers
from storage.answers import Asked
from storage.errors import NotAllowed

if TYPE_CHECKING:
    from bot.client import Colloquy
    from retrieval.question.typed import Turn

CANNOT_READ = (
    "Discord does not show me what you wrote there. Please press “Ask a follow-up” under the "
    "answer, or mention me with your question."
)
ABOUT_DATA = (
    "`/privacy export` shows what I keep about you, `/privacy erase` removes it, and "
    "`/privacy opt-out` is for researchers who do not want to be profiled."
)
ABOUT_NEWS = (
    "`/follow list` shows what I send you, `/follow pause` stops it for a while and "
    "`/follow remove` for good."
)
_WISHES = {  # whole messages that ask nothing about anybody's work -> where that is done
    ABOUT_DATA: (
        "privacy|privacy policy|gdpr|my data|(?:delete|erase|remove|export|show)(?: all)? my data"
        "|(?:delete|erase|forget) (?:me|everything)|opt[ -]?out"
    ),
    ABOUT_NEWS: (
        "stop|stop (?:it|this|messaging me|following|sending(?: me)?(?: messages| papers)?)"
        "|unsubscribe(?: me)?|unfollow|mute"
    ),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """What decides whether to speak.

    Attributes:
        direct: in a direct message.
        own_thread: in a thread that the bot opened.
        mentioned: the message mentions the bot, or replies to it with a ping.
        mentions_others: it is addressed to somebody else.
        follows: it replies to an answer of the bot, or to an announcement.
        by_asker: … which was given to the same person.
        hidden: it may say something that Discord does not show.
    """

    direct: bool = False
    own_thread: bool = False
    mentioned: bool = False
    mentions_others: bool = False
    follows: bool = False
    by_asker: bool = False
    hidden: bool = False


class Speak(StrEnum):
    """What to do about a message."""

    ANSWER = "answer"
    CANNOT_READ = "cannot_read"
    SILENT = "silent"


def decide(heard: Heard) -> Speak:
    """Whether to answer. The bot speaks when spoken to, and at no other time."""
    if heard.direct:
        return Speak.ANSWER
    if heard.hidden:
        return Speak.CANNOT_READ if heard.follows and heard.by_asker else Speak.SILENT
    addressed = heard.mentioned or heard.follows
    in_thread = heard.own_thread and not heard.mentions_others
    return Speak.ANSWER if addressed or in_thread else Speak.SILENT


async def on_message(client: Colloquy, message: discord.Message) -> None:
    """Answer a message if it speaks to the bot.

    Raises: as `asking.in_message`.
    """
    if message.type not in (discord.MessageType.default, discord.MessageType.reply):
        return
    replied = await _replied_to(client, message)
    told = None if replied else await _announced(client, message, _reply_to(message))
    heard = await _heard(client, message, replied, told)
    speak = decide(heard)
    if speak is Speak.SILENT:
        return
    if not await _welcome(client, message, mentioned=heard.mentioned):
        return
    if speak is Speak.CANNOT_READ:
        await message.reply(CANNOT_READ, mention_author=False)
        return
    text = _without_mention(client, message) or "help"
    elsewhere = _done_elsewhere(text) if heard.direct else None
    if elsewhere is not None:
        await message.reply(elsewhere, mention_author=False)
        return
    after = replied
    if replied is None and told is None:
        after = await _last(client, message, heard)
        told = await _announced(client, message, _thread(message))
    await in_message(client, message, Asking(text, after=after, at_hand=told, shown=False))


async def _heard(
    client: Colloquy, message: discord.Message, replied: Asked | None, told: Turn | None
) -> Heard:
    me = client.user
    assert me is not None, "messages arrive after the log-in"
    role = message.guild.self_role if message.guild else None
    by_role = role is not None and role in message.role_mentions
    return Heard(
        direct=message.guild is None,
        own_thread=await _own_thread(client, message),
        mentioned=by_role or any(user.id == me.id for user in message.mentions),
        mentions_others=any(user.id != me.id for user in message.mentions),
        follows=replied is not None or told is not None,
        by_asker=replied is not None and replied.user_id == message.author.id,
        hidden=not message.content and not message.attachments and not message.stickers,
    )


def _without_mention(client: Colloquy, message: discord.Message) -> str:
    me = client.user
    assert me is not None, "messages arrive after the log-in"
    role = message.guild.self_role if message.guild else None
    names = [rf"<@!?{me.id}>", *([re.escape(role.mention)] if role else [])]
    return " ".join(re.sub("|".join(names), " ", message.content).split())


def _done_elsewhere(text: str) -> str | None:
    """Which commands do what somebody writes in place of a question, in a sentence."""
    said = re.sub(r"\W*\bplease\b\W*|^\W+|\W+$", "", text.casefold())
    return next((where for where, wish in _WISHES.items() if re.fullmatch(wish, said)), None)


async def _own_thread(client: Colloquy, message: discord.Message) -> bool:
    if not isinstance(message.channel, discord.Thread):
        return False
    async with client.database.read() as session:
        return await answers.is_own_thread(session, message.channel.id)


async def _welcome(client: Colloquy, message: discord.Message, *, mentioned: bool) -> bool:
    """Whether this place allows messages to be answered; unasked, or again and again, a refusal
    would be noise.

    Raises:
        NotAllowed: it does not, and has not been told so to those who mention me.
    """
    try:
        await client.gate.check_place(message, mention=message.guild is not None)
    except NotAllowed as error:
        if mentioned and client.gate.tells(message.channel.id, error):
            raise
        return False
    return True


def _reply_to(message: discord.Message) -> int | None:
    """The message that this one replies to; forwarding one is no reply."""
    reference = message.reference
    if reference is None or reference.type is not discord.MessageReferenceType.reply:
        return None
    return reference.message_id


async def _replied_to(client: Colloquy, message: discord.Message) -> Asked | None:
    """The answer that the message replies to."""
    replied = _reply_to(message)
    if replied is None:
        return None
    async with client.database.read() as session:
        return await answers.by_message(session, replied)


def _thread(message: discord.Message) -> int | None:
    """The message that the thread hangs on in which this one stands."""
    return message.channel.id if isinstance(message.channel, discord.Thread) else None


async def _announced(
    client: Colloquy, message: discord.Message, announcement: int | None
) -> Turn | None:
    """The papers that another message announces, to which this one replies or belongs."""
    if announcement is None:
        return None
    channel, person = message.channel, message.author.id
    async with client.database.read() as session:
        return await announced.shown_as(session, announcement, channel, person)


async def _last(client: Colloquy, message: discord.Message, heard: Heard) -> Asked | None:
    """The answer that the message may lean on without replying to it."""
    channel = message.channel
    if not (heard.direct or heard.own_thread):
        return await memory.same_breath(client.database, Where.of(message), message.created_at)
    async with client.database.read() as session:
        before = await answers.recent(session, channel.id, limit=1)
        # A thread has the id of the message that it hangs on.
        return before[0] if before else await answers.by_message(session, channel.id)
