"""Who is the researcher: the claims as they stand, and who knows of what happened to them.

How a claim may stand is drawn in `storage.claim_states`; how it moves is in `storage.claim_moves`.
What its claimant does is in `storage.own_claims`, what moderators do in `storage.claim_reviews`.
An unproved claim holds nobody up: whoever proves first stands. A second person who proves it, or
asks for a review, opens a dispute, which a moderator decides; until then the first one stands. Who
claims a record of several people claims all of them, and so is a rival of whoever claims one.
Everything that happens is a step, which outlives the claim.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import proofs
from storage.claim_rivals import circle, others_of, rivals_of
from storage.claim_states import LIVE, Claim, Happened, Moderator, State, Step
from storage.errors import NoSuchClaim
from storage.proofs import Kind
from storage.researchers import Researcher, by_ids
from storage.schema import ClaimRow, ClaimStepRow


async def holder(session: AsyncSession, researcher_id: int) -> int | None:
    """The Discord user whose claim on a researcher stands, proved; None where nobody's does."""
    return await session.scalar(
        select(ClaimRow.user_id).where(
            ClaimRow.researcher_id == researcher_id, ClaimRow.state == State.VERIFIED
        )
    )


async def holders(session: AsyncSession, researcher_ids: Collection[int]) -> dict[int, int]:
    """Of these researchers, those on whom a claim stands, proved -> whose it is."""
    if not researcher_ids:
        return {}
    rows = await session.execute(
        select(ClaimRow.researcher_id, ClaimRow.user_id).where(
            ClaimRow.researcher_id.in_(researcher_ids), ClaimRow.state == State.VERIFIED
        )
    )
    return dict(rows.all())


async def held_by(session: AsyncSession, user_id: int) -> list[Researcher]:
    """The researchers that a Discord user has proved to be."""
    ids = await session.scalars(
        select(ClaimRow.researcher_id)
        .where(ClaimRow.user_id == user_id, ClaimRow.state == State.VERIFIED)
        .order_by(ClaimRow.id)
    )
    return await by_ids(session, list(ids))


async def get(session: AsyncSession, claim_id: int) -> Claim:
    """The claim of this id.

    Raises:
        NoSuchClaim: there is none (any more).
    """
    found = await _claims(session, ClaimRow.id == claim_id)
    if not found:
        raise NoSuchClaim()
    return found[0]


async def own(session: AsyncSession, claim_id: int, user_id: int) -> Claim:
    """The claim of this id, if it is this person's.

    Raises:
        NoSuchClaim: it is not, or there is none.
    """
    claim = await get(session, claim_id)
    if claim.user_id != user_id:
        raise NoSuchClaim()
    return claim


async def of_user(session: AsyncSession, user_id: int) -> list[Claim]:
    """Every claim of a person, live ones first, then the latest."""
    found = await _claims(session, ClaimRow.user_id == user_id)
    return sorted(found, key=lambda c: (c.state not in LIVE, -c.id))


async def of_server(session: AsyncSession, moderator: Moderator) -> list[Claim]:
    """The live claims that a server's moderators decide about: disputes and reviews first."""
    where: list[Any] = [ClaimRow.state.in_(LIVE)]
    if not moderator.trusted:
        where.append(ClaimRow.guild_id == moderator.guild_id)
    order = (State.DISPUTED, State.REVIEW, State.VERIFIED, State.AWAITING)
    return sorted(await _claims(session, *where), key=lambda c: (order.index(c.state), -c.id))


async def standing_against(session: AsyncSession, claim_id: int) -> list[Claim]:
    """The claims of others that stand where this one would: approving it overrules them."""
    row = await session.get_one(ClaimRow, claim_id)
    ids = [o.id for o in await others_of(session, row) if o.state == State.VERIFIED]
    return await _claims(session, ClaimRow.id.in_(ids))


async def history(session: AsyncSession, claim_id: int) -> list[Happened]:
    """Everything that happened to a claim, oldest first."""
    rows = await session.scalars(
        select(ClaimStepRow).where(ClaimStepRow.claim == claim_id).order_by(ClaimStepRow.id)
    )
    return [
        Happened(Step(row.what), State(row.state), row.why, row.at, row.user_id) for row in rows
    ]


async def untold(session: AsyncSession, user_id: int) -> list[Claim]:
    """Claims of a person with something new of which they could not be told."""
    return await _claims(session, ClaimRow.user_id == user_id, ClaimRow.told.is_(False))


async def untold_of(session: AsyncSession, researcher_id: int) -> list[Claim]:
    """Claims on a researcher, or on others of the record, with something new of which their
    claimants were not told.
    """
    ids = await circle(session, researcher_id)
    return await _claims(session, ClaimRow.researcher_id.in_(ids), ClaimRow.told.is_(False))


async def around(session: AsyncSession, researcher_id: int) -> list[Claim]:
    """Every claim on a researcher, or on others of the record."""
    return await of_researchers(session, await circle(session, researcher_id))


async def of_researchers(session: AsyncSession, researcher_ids: Collection[int]) -> list[Claim]:
    """Every claim on one of these researchers."""
    return await _claims(session, ClaimRow.researcher_id.in_(researcher_ids))


async def mark_told(session: AsyncSession, claim: Claim) -> None:
    """Remember that the claimant knows how their claim stood; what happened since is still news."""
    seen = ClaimRow.id == claim.id, ClaimRow.changed_at == claim.changed_at
    await session.execute(update(ClaimRow).where(*seen).values(told=True))


async def _claims(session: AsyncSession, *where: Any) -> list[Claim]:
    rows = list(
        await session.scalars(
            select(ClaimRow)
            .where(*where)
            .order_by(ClaimRow.id)
            .execution_options(populate_existing=True)
        )
    )
    if not rows:
        return []
    claimed = {row.researcher_id for row in rows}
    people = {r.id: r for r in await by_ids(session, sorted(claimed))}
    tried = await proofs.of_claims(session, [row.id for row in rows])
    rivals = await rivals_of(session, claimed)
    return [
        Claim(
            id=row.id,
            researcher=people[row.researcher_id],
            user_id=row.user_id,
            guild_id=row.guild_id,
            state=State(row.state),
            codes={Kind(kind): code for kind, code in row.codes.items()},
            codes_until=row.codes_until,
            why=row.why,
            joined_at=row.joined_at,
            review_channel_id=row.review_channel_id,
            review_message_id=row.review_message_id,
            started_at=row.started_at,
            changed_at=row.changed_at,
            told=row.told,
            proofs=tuple(tried[row.id]),
            rivals=len(rivals.get(row.id, ())),
            disputed=State.DISPUTED in rivals.get(row.id, ()),
        )
        for row in rows
    ]
