"""Works: as printed, under all their ids, and which cites which."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import CASCADE, NEVER_AGAIN, Base


class WorkRow(Base):
    """A paper with its abstract, keyed by source id without version."""

    __tablename__ = "works"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(String(200), unique=True)
    title: Mapped[str]
    abstract: Mapped[str]
    year: Mapped[int] = mapped_column(index=True)
    published: Mapped[date | None] = mapped_column(index=True)
    updated: Mapped[date | None]
    version: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    url: Mapped[str | None]
    doi: Mapped[str | None] = mapped_column(index=True)
    categories: Mapped[list[str]] = mapped_column(JSON)
    authors_complete: Mapped[bool]
    text_hash: Mapped[str] = mapped_column(String(32))


class AuthorshipRow(Base):
    """An author as printed on a work, in order."""

    __tablename__ = "authorships"
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)


class OtherIdRow(Base):
    """What another source calls a work: several sources for one work are one work."""

    __tablename__ = "other_ids"
    source_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), index=True)


class CitationRow(Base):
    """A stored work that cites another, as a source says."""

    __tablename__ = "citations"
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), primary_key=True)
    cited_id: Mapped[int] = mapped_column(
        ForeignKey("works.id", ondelete=CASCADE), primary_key=True, index=True
    )
