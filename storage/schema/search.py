"""What works are found by: vectors and terms."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import CASCADE, Base


class VectorRow(Base):
    """A work's sentence vectors under one embedding model, float16, and what they stand for."""

    __tablename__ = "vectors"
    __table_args__ = (Index("ix_vectors_model_seq", "model", "seq"),)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), primary_key=True)
    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    text_hash: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int] = mapped_column(BigInteger)
    sentences: Mapped[list[str]] = mapped_column(JSON)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class PostingRow(Base):
    """How often a work uses a term; clustered by term, with the work's length alongside."""

    __tablename__ = "postings"
    __table_args__ = ({"sqlite_with_rowid": False},)
    term: Mapped[str] = mapped_column(String(64), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), primary_key=True)
    weight: Mapped[float]
    length: Mapped[float]


class WorkLengthRow(Base):
    """The number of terms of a work that has postings, under the text they were counted on."""

    __tablename__ = "work_lengths"
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), primary_key=True)
    length: Mapped[float]


class TermRow(Base):
    """In how many works a term occurs. The row of the empty term holds the corpus: how many
    works there are, and how long they are together.
    """

    __tablename__ = "terms"
    term: Mapped[str] = mapped_column(String(64), primary_key=True)
    works: Mapped[int]
    length: Mapped[float]
