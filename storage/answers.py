"""Answers that were given: what buttons and follow-ups need after a restart, and ratings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import batches, upsert
from storage.errors import AnswerGone
from storage.schema import AnswerRow, RatingRow, ThreadRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question with what its answer rested on.

    Attributes:
        turn: what the question was understood as (JSON), for follow-ups.
        passages: what was cited, as JSON objects: number, work_id, title, url, year, quote.
        private: shown to the asker alone.
    """

    user_id: int
    guild_id: int | None
    channel_id: int
    private: bool
    question: str
    turn: dict[str, Any]
    passages: tuple[dict[str, Any], ...]
    message_id: int | None = None
    id: int | None = None


def utcnow() -> datetime:
    """Now, in UTC, without a zone: as every table keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


async def keep(session: AsyncSession, asked: Asked) -> int:
    """Keep an answer; returns its id."""
    row = AnswerRow(
        user_id=asked.user_id,
        guild_id=asked.guild_id,
        channel_id=asked.channel_id,
        message_id=asked.message_id,
        private=asked.private,
        question=asked.question,
        turn=asked.turn,
        passages=list(asked.passages),
        asked_at=utcnow(),
    )
    session.add(row)
    await session.flush()
    return row.id


async def get(session: AsyncSession, answer_id: int) -> Asked:
    """The answer of this id.

    Raises:
        AnswerGone: it is no longer kept.
    """
    row = await session.get(AnswerRow, answer_id)
    if row is None:
        raise AnswerGone()
    return _asked(row)


async def by_message(session: AsyncSession, message_id: int) -> Asked | None:
    """The answer that was shown as this message."""
    row = await session.scalar(select(AnswerRow).where(AnswerRow.message_id == message_id))
    return None if row is None else _asked(row)


async def set_message(session: AsyncSession, answer_id: int, message_id: int) -> None:
    """Remember under which message an answer is shown; one that it showed before is let go."""
    await session.execute(
        update(AnswerRow).where(AnswerRow.message_id == message_id).values(message_id=None)
    )
    await session.execute(
        update(AnswerRow).where(AnswerRow.id == answer_id).values(message_id=message_id)
    )


async def recent(
    session: AsyncSession, channel_id: int, user_id: int | None = None, limit: int = 5
) -> list[Asked]:
    """The last answers in a channel (to one person, if given) that all may see, oldest first.

    A person's own private answers count for them alone.
    """
    query = select(AnswerRow).where(AnswerRow.channel_id == channel_id)
    if user_id is None:
        query = query.where(AnswerRow.private.is_(False))
    else:
        query = query.where(AnswerRow.user_id == user_id)
    rows = list(await session.scalars(query.order_by(AnswerRow.id.desc()).limit(limit)))
    return [_asked(row) for row in reversed(rows)]


async def rate(session: AsyncSession, answer_id: int, user_id: int, good: bool) -> None:
    """Keep one person's word on an answer; their newest word counts.

    Raises:
        AnswerGone: the answer is no longer kept.
    """
    await get(session, answer_id)
    row = {"answer_id": answer_id, "user_id": user_id}
    word = {"good": good, "rated_at": utcnow()}
    statement = upsert(session, RatingRow).values(**row, **word)
    await session.execute(statement.on_conflict_do_update(index_elements=list(row), set_=word))


async def open_thread(session: AsyncSession, channel_id: int, user_id: int) -> None:
    """Remember a thread that the bot opened for somebody, to answer there unasked."""
    statement = upsert(session, ThreadRow).values(
        channel_id=channel_id, user_id=user_id, opened_at=utcnow()
    )
    await session.execute(statement.on_conflict_do_nothing())


async def is_own_thread(session: AsyncSession, channel_id: int) -> bool:
    """Whether the bot opened this thread."""
    return await session.get(ThreadRow, channel_id) is not None


async def forget_works(session: AsyncSession, work_ids: Collection[int]) -> None:
    """Let go of the answers that rest on any of these works."""
    for part in batches(list(work_ids)):
        await session.execute(
            delete(AnswerRow)
            .where(_rests_on(session, part))
            .execution_options(synchronize_session=False)
        )


def _rests_on(session: AsyncSession, work_ids: Sequence[int]) -> ColumnElement[bool]:
    """The condition that an answer cites any of these works. The database looks at the passages: to
    read all that is kept would hold everybody else up.
    """
    work_id: ColumnElement[int]
    if session.get_bind().dialect.name == "sqlite":
        passage = func.json_each(AnswerRow.passages).table_valued("value").c.value
        work_id = func.json_extract(passage, "$.work_id")
    else:
        each = func.json_array_elements(AnswerRow.passages, type_=JSON).column_valued("passage")
        work_id = each["work_id"].as_integer()
    return select(work_id).where(work_id.in_(work_ids)).exists()


async def forget_older(session: AsyncSession, days: int) -> None:
    """Remove answers, with their ratings, and threads older than this."""
    limit = utcnow() - timedelta(days=days)
    await session.execute(delete(AnswerRow).where(AnswerRow.asked_at < limit))
    await session.execute(delete(ThreadRow).where(ThreadRow.opened_at < limit))


def _asked(row: AnswerRow) -> Asked:
    return Asked(
        id=row.id,
        user_id=row.user_id,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        message_id=row.message_id,
        private=row.private,
        question=row.question,
        turn=row.turn,
        passages=tuple(row.passages),
    )
