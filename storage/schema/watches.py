"""When followed researchers are looked at, and who alone does it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import CASCADE, Base


class WatchRow(Base):
    """When a followed researcher was first looked at, and when it is due again."""

    __tablename__ = "watches"
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    first_look_at: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(index=True)
    watermark: Mapped[date | None]
    interval_minutes: Mapped[int]
    failures: Mapped[int]


class LeaseRow(Base):
    """Who alone may do a thing for the whole deployment (the one poller), and until when."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime]
