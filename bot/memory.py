"""Questions as they come in, and answers as storage keeps them for buttons and follow-ups."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import discord
import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question.typed import Turn
from storage import answers
from storage.answers import Asked
from storage.database import Database
from storage.errors import AnswerGone

if TYPE_CHECKING:
    from retrieval.cited import Answer

log = structlog.get_logger(__name__)

_TURN: TypeAdapter[Turn] = TypeAdapter(Turn)

SAME_BREATH = timedelta(minutes=15)
"""A question this soon after an answer may lean on it, though it follows nothing up."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as it came in.

    Attributes:
        private: the answer is for the asker alone.
        pinned: id of the researcher chosen for it.
        after: the answer that it follows up.
        at_hand: the works that it is asked of before anything was said of them.
        shown: the question stands in the answer, since it is not to be seen above it.
    """

    text: str
    private: bool = False
    pinned: int | None = None
    after: Asked | None = None
    at_hand: Turn | None = None
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Where:
    """Who asks, and where."""

    user_id: int
    guild_id: int | None
    channel_id: int
    settings_id: int | None
    """The channel whose settings hold: a thread has those of its channel."""

    @classmethod
    def of(cls, source: discord.Interaction[Any] | discord.Message) -> Where:
        channel = source.channel
        if isinstance(source, discord.Message):
            user_id, here = source.author.id, source.channel.id
            guild_id = source.guild.id if source.guild else None
        else:
            user_id, here, guild_id = source.user.id, source.channel_id or 0, source.guild_id
        settled = channel.parent_id if isinstance(channel, discord.Thread) else here
        return cls(user_id, guild_id, here, settled)


async def history(database: Database, asked: Asked | None, limit: int) -> list[Turn]:
    """What went before, oldest first: the answer followed up, the one that it followed up, …

    It ends at what an earlier version kept in a form that is no longer read.
    """
    turns: list[Turn] = []
    async with database.read() as session:
        while asked is not None and len(turns) < limit:
            if "turn" in asked.turn:
                turn = _read(asked, "turn")
                if turn is None:
                    break
                turns.append(turn)
            asked = await before(session, asked)
    return turns[::-1]


async def same_breath(
    database: Database, where: Where, now: datetime, *, private: bool = False
) -> Asked | None:
    """The last answer to the same person in the same place, if a question asked now may lean on it;
    on a private one only a `private` question may.
    """
    async with database.read() as session:
        own = await answers.recent(session, where.channel_id, where.user_id, limit=1)
    if not own or own[0].message_id is None or (own[0].private and not private):
        return None
    age = now - discord.utils.snowflake_time(own[0].message_id)
    return own[0] if age <= SAME_BREATH else None


def at_hand(asking: Asking) -> Turn | None:
    """The works that a conversation began with, if it did not begin with a question."""
    if asking.at_hand is not None or asking.after is None:
        return asking.at_hand
    return began_with(asking.after)


def began_with(asked: Asked) -> Turn | None:
    """The works that a kept question was asked of, before anything was said of them."""
    return _read(asked, "at_hand") if asked.turn.get("at_hand") else None


def _read(asked: Asked, name: str) -> Turn | None:
    try:
        return _TURN.validate_python(asked.turn[name])
    except ValidationError as error:
        log.info("turn_unread", answer=asked.id, faults=error.error_count())
        return None


async def before(session: AsyncSession, asked: Asked) -> Asked | None:
    """The answer that this one followed up, if it is still kept."""
    answer_id = asked.turn.get("before")
    if answer_id is None:
        return None
    with contextlib.suppress(AnswerGone):
        return await answers.get(session, answer_id)
    return None


async def keep(database: Database, asking: Asking, where: Where, answer: Answer) -> int:
    """Keep an answer with what it was understood as and rests on; returns its id."""
    asked = _asked(asking, where)
    asked = replace(
        asked,
        turn={**asked.turn, "turn": _TURN.dump_python(answer.turn, mode="json")},
        passages=tuple(
            {
                "number": c.number,
                "work_id": c.work.id,
                "title": c.work.title,
                "url": c.work.url,
                "year": c.work.year,
                "quote": c.quote,
            }
            for c in answer.citations
        ),
    )
    async with database.write() as session:
        return await answers.keep(session, asked)


async def keep_waiting(database: Database, asking: Asking, where: Where) -> int:
    """Keep a question that waits for a choice; returns its id."""
    async with database.write() as session:
        return await answers.keep(session, _asked(asking, where))


def _asked(asking: Asking, where: Where) -> Asked:
    works = at_hand(asking)
    return Asked(
        user_id=where.user_id,
        guild_id=where.guild_id,
        channel_id=where.channel_id,
        private=asking.private,
        question=asking.text,
        turn={
            "before": asking.after.id if asking.after else None,
            "at_hand": _TURN.dump_python(works, mode="json") if works else None,
        },
        passages=(),
    )


async def remember(database: Database, answer_id: int, message: discord.Message) -> None:
    """Keep under which message an answer is shown."""
    async with database.write() as session:
        await answers.set_message(session, answer_id, message.id)
