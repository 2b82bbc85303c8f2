"""Author records and the persons behind them, and whose a work is."""

from __future__ import annotations

from datetime import datetime

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


class ResearcherRow(Base):
    """An author record, a public name with the works that a source attributes to it; or, with
    `record_id`, one of the persons behind a record, each with a part number of its own and a
    label that tells it from its namesakes. A record is part 0.
    """

    __tablename__ = "researchers"
    __table_args__ = (
        UniqueConstraint("source", "name_key", "part"),
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
        CheckConstraint("(record_id IS NULL) = (part = 0)", name="part"),
        NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int | None] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), index=True
    )
    part: Mapped[int] = mapped_column(default=0, server_default="0")
    label: Mapped[str] = mapped_column(default="", server_default="")
    name: Mapped[str]
    name_key: Mapped[str]
    source: Mapped[str] = mapped_column(String(40))
    role: Mapped[str]
    description: Mapped[str]
    affiliation: Mapped[str | None]
    open_to_collaborate: Mapped[bool]
    level: Mapped[int]
    claimed: Mapped[bool]
    split_at: Mapped[datetime | None]


class ResearcherNameRow(Base):
    """A form under which a record is looked up ("kai han", "han kai", "k han", "han")."""

    __tablename__ = "researcher_names"
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True, index=True)
    form: Mapped[str] = mapped_column(String(10))


class AttributionRow(Base):
    """A work's place with a record or a person, with how sure it is and why. A certainty of 0
    says that it is not theirs. `via_id` is the joined record through which the work came.
    """

    __tablename__ = "attributions"
    __table_args__ = (Index("ix_attributions_work_id", "work_id"),)
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), primary_key=True)
    certainty: Mapped[float]
    reason: Mapped[str]
    via_id: Mapped[int | None] = mapped_column(ForeignKey("researchers.id", ondelete=CASCADE))


class DecisionRow(Base):
    """That a work is, or is not, theirs, as the claimed researcher or a moderator said. Kept for
    ever: importing and splitting again go by it.
    """

    __tablename__ = "decisions"
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), primary_key=True)
    theirs: Mapped[bool]
    said_by: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(BigInteger, info={"person": "anonymise"})
    decided_at: Mapped[datetime]


class ReportRow(Base):
    """One person's word that a work is, or is not, by the person behind a record."""

    __tablename__ = "reports"
    user_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info={"person": "erase"}
    )
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), primary_key=True)
    theirs: Mapped[bool]
    reported_at: Mapped[datetime]


class JoinRow(Base):
    """Two records that are one person's: what is asked of either is answered by the kept one."""

    __tablename__ = "joins"
    __table_args__ = (CheckConstraint("record_id <> kept_id", name="two_records"),)
    record_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    kept_id: Mapped[int] = mapped_column(ForeignKey("researchers.id", ondelete=CASCADE), index=True)
    user_id: Mapped[int | None] = mapped_column(BigInteger, info={"person": "anonymise"})
    joined_at: Mapped[datetime]


class JoinStepRow(Base):
    """That two records were joined, or parted again: who did it, and when."""

    __tablename__ = "join_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), index=True
    )
    kept_id: Mapped[int] = mapped_column(ForeignKey("researchers.id", ondelete=CASCADE), index=True)
    joined: Mapped[bool]
    user_id: Mapped[int | None] = mapped_column(BigInteger, info={"person": "anonymise"})
    at: Mapped[datetime]


class TopicRow(Base):
    """A noun phrase that names what several works of a record are about."""

    __tablename__ = "topics"
    __table_args__ = (Index("ix_topics_name", "name"),)
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    work_ids: Mapped[list[int]] = mapped_column(JSON)


class OptOutRow(Base):
    """A name that is not to be profiled as a source has it, or not with some of its works.

    `works` holds source ids where the name stays because others bear it, too; None stands for the
    whole record.
    """

    __tablename__ = "opt_outs"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    name_key: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    works: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    user_id: Mapped[int | None] = mapped_column(
        BigInteger, index=True, info={"person": "anonymise"}
    )
    made_at: Mapped[datetime]
