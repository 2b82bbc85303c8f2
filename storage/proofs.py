"""What speaks for a claim: pages that were looked at, and the moderators' word; how far it goes.

Two proofs are independent when they are of different kinds. What kind a page is follows from its
host alone, so pages of one site, which one person may well hold all of, are of one kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.answers import utcnow
from storage.schema import ProofRow


class Kind(StrEnum):
    """What kind of page a proof stands on; or the moderators' review."""

    ORCID = "orcid"
    GITHUB = "github"
    INSTITUTION = "institution"
    HOMEPAGE = "homepage"
    REVIEW = "review"

    @property
    def label(self) -> str:
        """The kind as people read it."""
        return {
            Kind.ORCID: "ORCID record",
            Kind.GITHUB: "GitHub profile or gist",
            Kind.INSTITUTION: "Institution's page",
            Kind.HOMEPAGE: "Homepage",
            Kind.REVIEW: "Moderators' review",
        }[self]


@dataclass(frozen=True, slots=True)
class Proof:
    """One look at a page, or one approval.

    Attributes:
        page: its address; for a review, the server.
        found: the claim's code stood there.
        why: why it proved nothing; empty where it did.
        orcid: the ORCID iD proved with it.
    """

    kind: Kind
    page: str
    found: bool
    why: str
    tried_at: datetime
    orcid: str | None = None


def level(proofs: Iterable[Proof]) -> int:
    """The verification level that proofs give: 2 without, 3 with one, 4 with two independent."""
    kinds = {proof.kind for proof in proofs if proof.found}
    return 2 + min(len(kinds), 2)


async def keep(
    session: AsyncSession,
    claim_id: int,
    user_id: int,
    kind: Kind,
    page: str,
    *,
    found: bool,
    why: str = "",
    orcid: str | None = None,
) -> None:
    """Keep what came of looking at a page."""
    session.add(
        ProofRow(
            claim_id=claim_id,
            user_id=user_id,
            kind=kind,
            page=page,
            found=found,
            why=why,
            orcid=orcid,
            tried_at=utcnow(),
        )
    )
    await session.flush()


async def of_claim(session: AsyncSession, claim_id: int) -> list[Proof]:
    """What was tried for a claim, oldest first."""
    return (await of_claims(session, [claim_id]))[claim_id]


async def of_claims(session: AsyncSession, claim_ids: Sequence[int]) -> dict[int, list[Proof]]:
    """What was tried for each of these claims, oldest first."""
    rows = await session.scalars(
        select(ProofRow).where(ProofRow.claim_id.in_(claim_ids)).order_by(ProofRow.id)
    )
    found: dict[int, list[Proof]] = {claim_id: [] for claim_id in claim_ids}
    for r in rows:
        found[r.claim_id].append(Proof(Kind(r.kind), r.page, r.found, r.why, r.tried_at, r.orcid))
    return found


async def proved(session: AsyncSession, claim_ids: Sequence[int]) -> set[int]:
    """Those of the claims that a page speaks for."""
    rows = await session.scalars(
        select(ProofRow.claim_id).where(
            ProofRow.claim_id.in_(claim_ids), ProofRow.found, ProofRow.kind != Kind.REVIEW
        )
    )
    return set(rows)
