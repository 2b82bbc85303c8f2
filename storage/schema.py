"""The tables. Unique constraints are the dedupe; SQL is the truth and the index is its cache.

A column that holds a Discord user's id carries `info={"person": ...}`: `"erase"` when the row
goes with the person, `"anonymise"` when the row stays and the id goes. In the same way a column
with a server's id carries `info={"server": "erase" | "anonymise"}`. What a row says of one of its
people and the others are not to learn carries `info={"about": "<the column with their id>"}`.
A row that is about somebody only through the row that it belongs to, with which it goes, carries
`info={"through": "<the column with their id there>"}`.
`storage.privacy` and the promise tests read these marks, so a new table cannot be forgotten.
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
    text,
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
    """An author record, a public name with the works that a source attributes to it; or, with
    `record_id`, one of the persons behind a record, each with a part number of its own and a
    label that tells it from its namesakes. A record is part 0.
    """

    __tablename__ = "researchers"
    __table_args__ = (
        UniqueConstraint("source", "name_key", "part"),
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
        CheckConstraint("(record_id IS NULL) = (part = 0)", name="part"),
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
    orcid: Mapped[str | None] = mapped_column(String(19))
    open_to_collaborate: Mapped[bool]
    level: Mapped[int]
    claimed: Mapped[bool]
    imported_at: Mapped[datetime] = mapped_column(server_default=func.now())
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


class InstitutionRow(Base):
    """An institution as a source has it ("openalex:I136199984")."""

    __tablename__ = "institutions"
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str]
    country: Mapped[str | None] = mapped_column(String(2))
    url: Mapped[str | None]


class AffiliationRow(Base):
    """The institution of the author at a place of a work, who says so, and on which day."""

    __tablename__ = "affiliations"
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(
        ForeignKey("institutions.id", ondelete=CASCADE), primary_key=True, index=True
    )
    source: Mapped[str] = mapped_column(String(40))
    as_of: Mapped[date]


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


class AnswerRow(Base):
    """An answer that was given: what its buttons and follow-ups need after a restart."""

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_channel_id", "channel_id", "id"),)
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


class ClaimRow(Base):
    """A Discord user's word that a researcher is them, and how far it has come.

    `codes` holds a one-time code for each kind of page. `why` is the last thing that its claimant
    has to know (a moderator's question, or the reason of an end), `told` whether they do.
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index(
            "uq_claims_standing",
            "researcher_id",
            unique=True,
            sqlite_where=text("state = 'verified'"),
            postgresql_where=text("state = 'verified'"),
        ),
        Index(
            "uq_claims_live",
            "researcher_id",
            "user_id",
            unique=True,
            sqlite_where=text("state IN ('awaiting', 'review', 'disputed', 'verified')"),
            postgresql_where=text("state IN ('awaiting', 'review', 'disputed', 'verified')"),
        ),
        {"sqlite_autoincrement": True},  # steps and buttons name claims that may be gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), index=True
    )
    user_id: Mapped[int] = mapped_column(BigInteger, index=True, info={"person": "erase"})
    guild_id: Mapped[int | None] = mapped_column(
        BigInteger, index=True, info={"server": "anonymise"}
    )
    state: Mapped[str] = mapped_column(String(10))
    codes: Mapped[dict[str, str]] = mapped_column(JSON)
    codes_until: Mapped[datetime]
    why: Mapped[str]
    joined_at: Mapped[datetime | None]
    review_channel_id: Mapped[int | None] = mapped_column(BigInteger)
    review_message_id: Mapped[int | None] = mapped_column(BigInteger)
    started_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    told: Mapped[bool]


class ProofRow(Base):
    """One look at a page for a claim's code, or a moderators' approval: what came of it."""

    __tablename__ = "claim_proofs"
    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id", ondelete=CASCADE), index=True)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True, info={"person": "erase"})
    kind: Mapped[str] = mapped_column(String(12))
    page: Mapped[str]
    site: Mapped[str]
    found: Mapped[bool]
    why: Mapped[str]
    orcid: Mapped[str | None] = mapped_column(String(19))
    tried_at: Mapped[datetime]


class ClaimStepRow(Base):
    """One step of a claim: who, what, when, why. It outlives the claim, without its people.

    `user_id` is who did it, `claimant_user_id` whose claim it was; `claim` is the claim's id, which
    may be gone. `claimant_key` stands for the claimant in limits also after they have erased their
    data.
    """

    __tablename__ = "claim_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    claim: Mapped[int] = mapped_column(index=True)
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), index=True
    )
    user_id: Mapped[int | None] = mapped_column(
        BigInteger, index=True, info={"person": "anonymise"}
    )
    claimant_user_id: Mapped[int | None] = mapped_column(
        BigInteger, index=True, info={"person": "anonymise"}
    )
    claimant_key: Mapped[str | None] = mapped_column(
        String(32), index=True, info={"about": "claimant_user_id"}
    )
    what: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    why: Mapped[str]
    at: Mapped[datetime]


class OwnWordsRow(Base):
    """What a claimed researcher says of themselves; it goes when the claim ends."""

    __tablename__ = "own_words"
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id", ondelete=CASCADE), index=True)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True, info={"person": "erase"})
    description: Mapped[str | None]
    affiliation: Mapped[str | None]
    links: Mapped[list[str]] = mapped_column(JSON)
    open_to_collaborate: Mapped[bool | None]


class HiddenProfileRow(Base):
    """A server in which a claimed researcher does not want to be shown."""

    __tablename__ = "hidden_profiles"
    guild_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info={"server": "erase"}
    )
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id", ondelete=CASCADE), index=True)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True, info={"person": "erase"})


class ReviewPlaceRow(Base):
    """Where the moderators of a server review claims, and the role of claimed researchers there."""

    __tablename__ = "review_places"
    guild_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info={"server": "erase"}
    )
    channel_id: Mapped[int | None] = mapped_column(BigInteger)
    role_id: Mapped[int | None] = mapped_column(BigInteger)


class GivenRoleRow(Base):
    """A role for claimed researchers that the bot gave to a member, and so may take back."""

    __tablename__ = "given_roles"
    guild_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info={"server": "erase"}
    )
    user_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, index=True, info={"person": "erase"}
    )
    role_id: Mapped[int] = mapped_column(BigInteger)


THEIRS = {"about": "recipient_user_id"}  # not for the sender, who is not to notice a block


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
        {"sqlite_autoincrement": True},  # buttons name invitations that may be gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    sender_user_id: Mapped[int | None] = mapped_column(
        BigInteger, index=True, info={"person": "anonymise"}
    )
    sender_key: Mapped[str] = mapped_column(String(32), index=True)
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


class WishRow(Base):
    """Somebody would invite a researcher who cannot be invited yet. `closed` says that they could
    not be told that it has become possible.
    """

    __tablename__ = "wishes"
    user_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info={"person": "erase"}
    )
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researchers.id", ondelete=CASCADE), primary_key=True
    )
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


class KeyRow(Base):
    """A secret of this database, drawn when it was first needed."""

    __tablename__ = "keys"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)


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
