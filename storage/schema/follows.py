"""Who follows whom, where to, and the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import CASCADE, NEVER_AGAIN, Base


class DestinationRow(Base):
    """Where announcements go: one person's direct messages, or one channel, thread or forum.

    A destination that cannot be reached is paused with its reason and keeps everything else.
    """

    __tablename__ = "destinations"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (channel_id IS NULL)", name="one_address"),
        NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(BigInteger, unique=True, info={"person": "erase"})
    channel_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    guild_id: Mapped[int | None] = mapped_column(BigInteger, index=True, info={"server": "erase"})
    time_zone: Mapped[str] = mapped_column(String(64))
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    discuss: Mapped[bool]
    paused: Mapped[str | None]
    told: Mapped[bool]
    leased_by: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[datetime | None]


class FollowRow(Base):
    """One researcher followed at one destination. `user_id` is the follower who counts as one of
    the community; a channel's follow has none, only the moderator who set it.
    """

    __tablename__ = "follows"
    __table_args__ = (UniqueConstraint("destination_id", "researcher_id"), NEVER_AGAIN)
    id: Mapped[int] = mapped_column(primary_key=True)
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), index=True
    )
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id", ondelete=CASCADE))
    user_id: Mapped[int | None] = mapped_column(BigInteger, index=True, info={"person": "erase"})
    set_by_user_id: Mapped[int | None] = mapped_column(BigInteger, info={"person": "anonymise"})
    every: Mapped[str] = mapped_column(String(10))
    filter: Mapped[dict[str, Any]] = mapped_column(JSON)
    paused_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class AnnouncementRow(Base):
    """One work for one destination, with a state and a reason: the outbox.

    `revision` is 0 for a new work and the version's number for a revision that somebody asked to
    hear of. `reasons` names the follows that it comes from.
    """

    __tablename__ = "announcements"
    __table_args__ = (
        UniqueConstraint("destination_id", "work_id", "revision"),
        Index("ix_announcements_state_due_at", "state", "due_at"),
        NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    destination_id: Mapped[int] = mapped_column(
        ForeignKey("destinations.id", ondelete=CASCADE), info={"through": "user_id"}
    )
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), index=True)
    revision: Mapped[int]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    why: Mapped[str]
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
