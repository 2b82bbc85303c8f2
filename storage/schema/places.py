"""Servers and channels."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base


class PlaceRow(Base):
    """Settings of a server (`channel_id` 0) or of one of its channels."""

    __tablename__ = "places"
    guild_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info={"server": "erase"}
    )
    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    researcher_id: Mapped[int | None] = mapped_column(
        ForeignKey("researchers.id", ondelete="SET NULL")
    )
    answers: Mapped[bool | None]
    mentions: Mapped[bool | None]
    follows: Mapped[int | None]


class ServerRow(Base):
    """A server that a bot is in; several bots may share a database."""

    __tablename__ = "servers"
    application_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    guild_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info={"server": "erase"}
    )
