"""What speaks for a claim: pages that were looked at, and the moderators' word; how far it goes.

Two proofs are independent when they are of different kinds and lie on different sites: who holds
one page of a site may well hold all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from urllib.parse import urlsplit

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
        site: whose site it is, as `site` gives it.
        found: the claim's code stood there.
        why: why it proved nothing; empty where it did.
        orcid: the ORCID iD proved with it.
    """

    kind: Kind
    page: str
    site: str
    found: bool
    why: str
    tried_at: datetime
    orcid: str | None = None


def independent(one: Proof, other: Proof) -> bool:
    """Whether two proofs speak for a claim each on its own."""
    return one.kind is not other.kind and one.site != other.site


def level(proofs: Iterable[Proof]) -> int:
    """The verification level that proofs give: 2 without, 3 with one, 4 with two independent."""
    found = [proof for proof in proofs if proof.found]
    if any(independent(*pair) for pair in combinations(found, 2)):
        return 4
    return 3 if found else 2


def site(page: str) -> str:
    """Whose site a page lies on: "https://people.mit.edu/ada" -> "mit.edu".

    The last two labels of the host, or three where the last two are a country's ("ac.uk"). Where
    that takes too much together, two pages count as one proof, never one as two.
    """
    host = (urlsplit(page).hostname or page).rstrip(".").lower()
    labels = host.split(".")
    country = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if country else -2 :])


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
            site=site(page),
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
        found[r.claim_id].append(
            Proof(Kind(r.kind), r.page, r.site, r.found, r.why, r.tried_at, r.orcid)
        )
    return found


async def proved(session: AsyncSession, claim_ids: Sequence[int]) -> set[int]:
    """Those of the claims that a page speaks for."""
    rows = await session.scalars(
        select(ProofRow.claim_id).where(
            ProofRow.claim_id.in_(claim_ids), ProofRow.found, ProofRow.kind != Kind.REVIEW
        )
    )
    return set(rows)
