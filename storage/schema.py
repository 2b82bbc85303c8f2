"""The tables. Unique constraints are the dedupe; SQL is the truth and the index is its cache.

A column that holds a Discord user's id carries `info={"person": ...}`: `"erase"` when the row
goes with the person, `"anonymise"` when the row stays and the id goes. `storage.privacy` and the
promise tests read this mark, so a new table cannot be forgotten.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

CASCADE = "CASCADE"


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class WorkRow(Base):
    """A paper with its abstract, keyed by source id without version."""

    __tablename__ = "works"
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
    stored_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AuthorshipRow(Base):
    """An author as printed on a work, in order."""

    __tablename__ = "authorships"
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)


class ResearcherRow(Base):
    """An author record: a public name with the works that a source attributes to it."""

    __tablename__ = "researchers"
    __table_args__ = (
        UniqueConstraint("source", "name_key"),
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]
    source: Mapped[str] = mapped_column(String(40))
    role: Mapped[str]
    description: Mapped[str]
    affiliation: Mapped[str | None]
    orcid: Mapped[str | None] = mapped_column(String(19))
    open_to_collaborate: Mapped[bool]
    level: Mapped[int]
    claimed: Mapped[bool]
    imported_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ResearcherNameRow(Base):
    """A form under which a record is looked up ("kai han", "han kai", "k han", "han")."""

    __tablename__ = "researcher_names"
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True, index=True)
    form: Mapped[str] = mapped_column(String(10))


class AttributionRow(Base):
    """A work's place with a record, with how sure it is and why."""

    __tablename__ = "attributions"
    __table_args__ = (Index("ix_attributions_work_id", "work_id"),)
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), primary_key=True)
    certainty: Mapped[float]
    reason: Mapped[str]


class TopicRow(Base):
    """A noun phrase that names what several works of a record are about."""

    __tablename__ = "topics"
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    work_ids: Mapped[list[int]] = mapped_column(JSON)


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


class PlaceRow(Base):
    """Settings of a server (`channel_id` 0) or of one of its channels."""

    __tablename__ = "places"
    guild_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    researcher_id: Mapped[int | None] = mapped_column(
        ForeignKey("researchers.id", ondelete="SET NULL")
    )
    answers: Mapped[bool | None]
    mentions: Mapped[bool | None]
    follows: Mapped[int | None]


class AnswerRow(Base):
    """An answer that was given: what its buttons and follow-ups need after a restart."""

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_channel_id", "channel_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True, info={"person": "erase"})
    guild_id: Mapped[int | None] = mapped_column(BigInteger)
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


class DestinationRow(Base):
    """Where announcements go: one person's direct messages, or one channel, thread or forum.

    A destination that cannot be reached is paused with its reason and keeps everything else.
    """

    __tablename__ = "destinations"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (channel_id IS NULL)", name="one_address"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(BigInteger, unique=True, info={"person": "erase"})
    channel_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    guild_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
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
    __table_args__ = (UniqueConstraint("destination_id", "researcher_id"),)
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
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id", ondelete=CASCADE))
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


class WatchRow(Base):
    """When a followed researcher was last looked at, and when it is due again."""

    __tablename__ = "watches"
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    first_look_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(index=True)
    watermark: Mapped[date | None]
    interval_minutes: Mapped[int]
    failures: Mapped[int]


class LeaseRow(Base):
    """Who alone may do a thing for the whole deployment, until when, and when it may next be done
    (the one poller, and the next request that its source permits).
    """

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime]
    next_at: Mapped[datetime]
