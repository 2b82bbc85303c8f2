"""What moderators decide about claims, and about which they may."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage import proofs
from storage.claim_moves import clear_words, ended, move, settle
from storage.claim_rivals import circle, contested, locked, others_of
from storage.claim_states import LIVE, Claim, Moderator, State, Step, described
from storage.claims import get
from storage.errors import ClaimMoved, NotAllowed
from storage.proofs import Kind
from storage.schema import ClaimRow, ClaimStepRow

A_PARTY = "You have a claim here yourself, so somebody else has to decide this one."
CLAIMED_ELSEWHERE = "Whoever is behind that record has claimed it elsewhere, and decides about it."
ANOTHER_SERVER = "That claim is not before the moderators of this server."
OUTWEIGHED = (
    "Whoever stands now did so elsewhere, with as many pages; "
    "please ask the claimant to prove one more."
)


async def show_card(
    session: AsyncSession, claim_id: int, guild_id: int, channel_id: int, message_id: int
) -> None:
    """Remember under which message the moderators see a claim; it is before those of that server
    where it was before nobody's.
    """
    await session.execute(
        update(ClaimRow)
        .where(ClaimRow.id == claim_id)
        .values(
            guild_id=func.coalesce(ClaimRow.guild_id, guild_id),
            review_channel_id=channel_id,
            review_message_id=message_id,
        )
    )


async def approve(
    session: AsyncSession, claim_id: int, moderator: Moderator, seen: State, why: str = ""
) -> Claim:
    """Say that the claimant is the researcher; whoever stood until now is overruled, and told why.

    Args:
        session: a writing session.
        claim_id: which claim.
        moderator: who says it.
        seen: the state that was shown to them; another one needs another look.
        why: for whoever is overruled.

    Raises:
        ClaimMoved: it is in another state than the one seen.
        NotAllowed: the moderator is a party, or this server may not decide it.
    """
    row = await _reviewed(session, claim_id, moderator, seen)
    standing = [o for o in await others_of(session, row) if o.state == State.VERIFIED]
    for other in standing:
        await _check_weight(session, row, other, moderator)
    for other in standing:
        said = why or "a moderator decided for somebody else"
        await move(session, other, Step.OVERRULE, State.REVOKED, moderator.user_id, said)
        await clear_words(session, other)
    await move(session, row, Step.APPROVE, State.VERIFIED, moderator.user_id, "")
    place = f"server {moderator.guild_id}"
    await proofs.keep(session, claim_id, row.user_id, Kind.REVIEW, place, found=True)
    for researcher_id in {row.researcher_id, *(other.researcher_id for other in standing)}:
        await settle(session, researcher_id)
    return await get(session, claim_id)


async def refuse(
    session: AsyncSession, claim_id: int, moderator: Moderator, seen: State, why: str
) -> Claim:
    """Say that the claimant is not the researcher, or has not shown it.

    Raises: as `approve`.
    """
    row = await _reviewed(session, claim_id, moderator, seen)
    await move(session, row, Step.REFUSE, State.REFUSED, moderator.user_id, why)
    await ended(session, row)
    return await get(session, claim_id)


async def ask_more(
    session: AsyncSession, claim_id: int, moderator: Moderator, seen: State, why: str
) -> Claim:
    """Give a claim back to its claimant with a question; a dispute stays one.

    Raises: as `approve`.
    """
    row = await _reviewed(session, claim_id, moderator, seen)
    to = State.AWAITING if seen is State.REVIEW else seen
    await move(session, row, Step.MORE, to, moderator.user_id, why)
    await settle(session, row.researcher_id)
    return await get(session, claim_id)


async def revoke(session: AsyncSession, claim_id: int, moderator: Moderator, why: str) -> Claim:
    """End a claim that stood; whoever its approval had overruled stands again.

    Raises:
        ClaimMoved: it does not stand (any more).
        NotAllowed: this server may not decide it.
    """
    row = await locked(session, claim_id)
    await _check_moderator(session, row, moderator)
    overruled = await _overruled(session, row)
    await move(session, row, Step.REVOKE, State.REVOKED, moderator.user_id, why)
    await clear_words(session, row)
    for other in overruled:
        to = State.DISPUTED if await contested(session, other) else State.VERIFIED
        await move(session, other, Step.RESTORE, to, None, "the approval against it was revoked")
    for researcher_id in {row.researcher_id, *(other.researcher_id for other in overruled)}:
        await settle(session, researcher_id)
    return await get(session, claim_id)


async def to_decide(session: AsyncSession, claim_id: int, moderator: Moderator) -> Claim:
    """A claim as it stands, for a moderator who may decide it.

    Raises:
        NoSuchClaim: there is none (any more).
        NotAllowed: the moderator is a party, or this server may not decide it.
    """
    claim = await get(session, claim_id)
    await _check_moderator(session, await session.get_one(ClaimRow, claim_id), moderator)
    return claim


async def overruled_by(session: AsyncSession, claim_id: int) -> list[Claim]:
    """The claims of others that would stand again if this one were revoked."""
    row = await session.get_one(ClaimRow, claim_id)
    return [await get(session, other.id) for other in await _overruled(session, row)]


async def _overruled(session: AsyncSession, row: ClaimRow) -> list[ClaimRow]:
    """The claims that the approval of this one overruled, as far as they can stand again."""
    around = await circle(session, row.researcher_id)
    steps = await session.execute(
        select(ClaimStepRow.claim, ClaimStepRow.what)
        .where(
            ClaimStepRow.researcher_id.in_(around),
            ClaimStepRow.what.in_([Step.OVERRULE, Step.APPROVE]),
        )
        .order_by(ClaimStepRow.id)
    )
    overruled: list[int] = []  # since the approval before, and so by the next
    by_it: list[int] = []
    for claim, what in steps:
        if what == Step.OVERRULE:
            overruled.append(claim)
        else:
            by_it = overruled if claim == row.id else by_it
            overruled = []
    return await _standing_again(session, by_it)


async def _standing_again(session: AsyncSession, claim_ids: Sequence[int]) -> list[ClaimRow]:
    """Those of these claims that are still as they were when they were overruled, and whose
    claimants have not begun anew.
    """
    anew = aliased(ClaimRow)
    begun = (
        select(anew.id)
        .where(
            anew.researcher_id == ClaimRow.researcher_id,
            anew.user_id == ClaimRow.user_id,
            anew.state.in_(LIVE),
        )
        .exists()
    )
    rows = await session.scalars(
        select(ClaimRow)
        .where(ClaimRow.id.in_(claim_ids), ClaimRow.state == State.REVOKED, ~begun)
        .order_by(ClaimRow.id)
    )
    return list(rows)


async def decides_about(
    session: AsyncSession, moderator: Moderator, researcher_ids: Sequence[int]
) -> bool:
    """Whether a moderator may decide about these researchers' works: not where somebody has
    claimed them elsewhere, for anybody can be the moderator of some server.
    """
    elsewhere = select(ClaimRow.id).where(
        ClaimRow.researcher_id.in_(researcher_ids),
        ClaimRow.state == State.VERIFIED,
        ClaimRow.guild_id.is_distinct_from(moderator.guild_id),
    )
    return moderator.trusted or await session.scalar(elsewhere.limit(1)) is None


async def _reviewed(
    session: AsyncSession, claim_id: int, moderator: Moderator, seen: State
) -> ClaimRow:
    """The claim, locked, if this moderator may decide it and sees it as it is."""
    row = await locked(session, claim_id)
    await _check_moderator(session, row, moderator)
    if row.state != seen:
        raise ClaimMoved(state=described(State(row.state)))
    return row


async def _check_moderator(session: AsyncSession, row: ClaimRow, moderator: Moderator) -> None:
    if not moderator.trusted and row.guild_id != moderator.guild_id:
        raise NotAllowed(what=ANOTHER_SERVER)
    parties = {other.user_id for other in await others_of(session, row)}
    if moderator.user_id in parties | {row.user_id}:
        raise NotAllowed(what=A_PARTY)


async def _check_weight(
    session: AsyncSession, row: ClaimRow, standing: ClaimRow, moderator: Moderator
) -> None:
    """Anybody can be the moderator of some server: elsewhere, only more pages overrule."""
    if moderator.trusted or standing.guild_id == moderator.guild_id:
        return
    mine, theirs = [
        sum(p.found and p.kind is not Kind.REVIEW for p in await proofs.of_claim(session, i))
        for i in (row.id, standing.id)
    ]
    if mine <= theirs:
        raise NotAllowed(what=OUTWEIGHED)
