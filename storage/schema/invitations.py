"""Invitations, and what each person lets others do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import CASCADE, NEVER_AGAIN, Base

THEIRS = {"about": "recipient_user_id"}  # not for the sender, who is not to notice a block
SENDERS = {"about": "sender_user_id"}  # it tells a sender again who has erased their data


class InvitationRow(Base):
    """One person's invitation to the researcher behind a claim, with its state.

    `sender_key` stands for the sender in limits also after they have erased their data. The columns
    of times say what was shown to whom: see `storage.invitations`.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint(
            "state IN ('pending', 'accepted', 'declined', 'withdrawn', 'expired')", name="state"
        ),
        Index(
            "uq_invitations_pending",
            "sender_key",
            "recipient_user_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_invitations_state_expires_at", "state", "expires_at"),
        NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    sender_user_id: Mapped[int | None] = mapped_column(
        BigInteger, index=True, info={"person": "anonymise"}
    )
    sender_key: Mapped[str] = mapped_column(String(32), index=True, info=SENDERS)
    sender_name: Mapped[str] = mapped_column(String(100))
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), index=True
    )
    recipient_user_id: Mapped[int | None] = mapped_column(
        BigInteger, index=True, info={"person": "anonymise"}
    )
    work_id: Mapped[int | None] = mapped_column(ForeignKey("works.id", ondelete="SET NULL"))
    message: Mapped[str]
    state: Mapped[str] = mapped_column(String(10))
    guild_id: Mapped[int | None] = mapped_column(
        BigInteger, index=True, info={"server": "anonymise"}
    )
    channel_id: Mapped[int | None] = mapped_column(BigInteger)
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None] = mapped_column(info=THEIRS)
    tried_at: Mapped[datetime | None] = mapped_column(info=THEIRS)
    shown_at: Mapped[datetime | None] = mapped_column(info=THEIRS)
    reminded_at: Mapped[datetime | None] = mapped_column(info=THEIRS)
    telling_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    closed: Mapped[bool] = mapped_column(info=THEIRS)


class BlockRow(Base):
    """Somebody's invitations do not reach somebody. Only a keyed hash of the two is needed for
    that, so it holds also when either of them has their data erased.
    """

    __tablename__ = "blocks"
    pair: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(
        BigInteger, index=True, info={"person": "anonymise"}
    )
    invitation_id: Mapped[int | None] = mapped_column(
        ForeignKey("invitations.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime]


class KeyRow(Base):
    """A secret of this database, drawn when it was first needed."""

    __tablename__ = "keys"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)


class WishRow(Base):
    """Somebody would invite a researcher who cannot be invited yet. `telling_at` says when telling
    them that it has become possible was begun, `closed` that they could not be told.
    """

    __tablename__ = "wishes"
    user_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info={"person": "erase"}
    )
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    telling_at: Mapped[datetime | None]
    closed: Mapped[bool]
    wished_at: Mapped[datetime]


class ContactRow(Base):
    """Who may invite a person, and what they share with whom they accept, or who accepts them."""

    __tablename__ = "contacts"
    user_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info={"person": "erase"}
    )
    who: Mapped[str] = mapped_column(String(12))
    thread: Mapped[bool]
    email: Mapped[str | None] = mapped_column(String(254))
    links: Mapped[str | None] = mapped_column(String(500))
