"""Claims with their proofs and steps, and what a claim brings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import CASCADE, NEVER_AGAIN, Base


class ClaimRow(Base):
    """A Discord user's word that a researcher is them, and how far it has come.

    `codes` holds a one-time code for each kind of page. `why` is the last thing that a moderator
    said to its claimant (a question, or the reason of an end), `told` whether they know how it
    stands.
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
        NEVER_AGAIN,
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
