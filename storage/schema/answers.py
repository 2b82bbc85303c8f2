"""Answers, what was said of them, and threads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import CASCADE, NEVER_AGAIN, Base


class AnswerRow(Base):
    """An answer that was given: what its buttons and follow-ups need after a restart."""

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_channel_id", "channel_id", "id"), NEVER_AGAIN)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True, info={"person": "erase"})
    guild_id: Mapped[int | None] = mapped_column(BigInteger, info={"server": "erase"})
    channel_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    private: Mapped[bool]
    question: Mapped[str]
    turn: Mapped[dict[str, Any]] = mapped_column(JSON)
    passages: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    asked_at: Mapped[datetime] = mapped_column(index=True)


class RatingRow(Base):
    """One person's word on one answer."""

    __tablename__ = "ratings"
    answer_id: Mapped[int] = mapped_column(
        ForeignKey("answers.id", ondelete=CASCADE), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info={"person": "erase"}
    )
    good: Mapped[bool]
    rated_at: Mapped[datetime]


class ThreadRow(Base):
    """A thread that the bot opened, in which it answers without being mentioned."""

    __tablename__ = "threads"
    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True, info={"person": "erase"})
    opened_at: Mapped[datetime]
