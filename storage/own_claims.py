"""What a person does with claims of their own: begin, prove, put before moderators, withdraw."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import blocks, proofs
from storage.answers import utcnow
from storage.claim_moves import dispute, ended, move, note, rival, settle
from storage.claim_rivals import contested, lock, locked, others_of
from storage.claim_states import LIVE, OPEN, Claim, State, Step, described
from storage.claims import get
from storage.database import in_turn
from storage.errors import (
    AlreadyClaimed,
    ClaimedBefore,
    ClaimMoved,
    CodesExpired,
    NotAllowed,
    TooManyClaims,
)
from storage.phrases import day
from storage.proofs import Kind
from storage.researchers import Researcher
from storage.researchers import get as get_researcher
from storage.schema import ClaimRow, ClaimStepRow

MOST_OPEN = 3
MOST_STARTED_A_DAY = 5
CODES_LAST = timedelta(days=14)
REST_AFTER_REFUSAL = timedelta(days=30)
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else
STARTED_ENOUGH = "You have begun enough claims for today; please go on tomorrow."
BEFORE_OTHERS = "Moderators were shown your claim already; they decide about it."


async def start(
    session: AsyncSession,
    researcher_id: int,
    user_id: int,
    guild_id: int | None = None,
    joined_at: datetime | None = None,
) -> Claim:
    """Begin a claim.

    Raises:
        UnknownResearcher: there is no such researcher.
        AlreadyClaimed: this person has a live claim on them.
        ClaimedBefore: a moderator has refused or revoked theirs of late.
        TooManyClaims: as many are open, or were started today, as may be.
    """
    await in_turn(session, user_id)
    await lock(session, researcher_id)
    researcher = await get_researcher(session, researcher_id)
    now = utcnow()
    await _check_start(session, researcher, user_id, now)
    row = ClaimRow(
        researcher_id=researcher_id,
        user_id=user_id,
        guild_id=guild_id,
        state=State.AWAITING,
        codes=_codes(),
        codes_until=now + CODES_LAST,
        why="",
        joined_at=joined_at,
        started_at=now,
        changed_at=now,
        told=True,
    )
    session.add(row)
    await session.flush()
    await note(session, row, Step.START, State.AWAITING, user_id, "")
    for other in await others_of(session, row):
        await rival(session, other, "somebody else has claimed this researcher, without a proof")
    await settle(session, researcher_id)
    return await get(session, row.id)


async def _check_start(
    session: AsyncSession, researcher: Researcher, user_id: int, now: datetime
) -> None:
    rows = list(await session.scalars(select(ClaimRow).where(ClaimRow.user_id == user_id)))
    same = [row for row in rows if row.researcher_id == researcher.id]
    if any(State(row.state) in LIVE for row in same):
        raise AlreadyClaimed(name=researcher.name)
    steps = await _steps(session, user_id)
    same_one = steps, ClaimStepRow.researcher_id == researcher.id
    ended_at = await session.scalar(
        select(func.max(ClaimStepRow.at)).where(
            *same_one, ClaimStepRow.state.in_([State.REFUSED, State.REVOKED])
        )
    )
    restored_at = await session.scalar(
        select(func.max(ClaimStepRow.at)).where(*same_one, ClaimStepRow.what == Step.RESTORE)
    )
    wrong = ended_at is not None and restored_at is not None and restored_at > ended_at
    if ended_at is not None and not wrong and ended_at + REST_AFTER_REFUSAL > now:
        again = ended_at + REST_AFTER_REFUSAL
        raise ClaimedBefore(name=researcher.name, day=day(again))
    if sum(State(row.state) in OPEN for row in rows) >= MOST_OPEN:
        raise TooManyClaims(limit=MOST_OPEN)
    today = select(func.count(ClaimStepRow.id)).where(
        steps, ClaimStepRow.what == Step.START, ClaimStepRow.at > now - timedelta(days=1)
    )
    if (await session.scalar(today) or 0) >= MOST_STARTED_A_DAY:
        raise NotAllowed(what=STARTED_ENOUGH)


async def _steps(session: AsyncSession, user_id: int) -> ColumnElement[bool]:
    """Every step of a person's claims, also from before they had their data erased."""
    return ClaimStepRow.claimant_key == await blocks.key_of(session, user_id)


async def renew(session: AsyncSession, claim_id: int, user_id: int) -> Claim:
    """Give the claim new codes; the old ones count no more."""
    row = await locked(session, claim_id, user_id)
    await move(session, row, Step.CODES, State(row.state), user_id, "")
    row.codes, row.codes_until = _codes(), utcnow() + CODES_LAST
    await session.flush()
    return await get(session, claim_id)


def _codes() -> dict[str, str]:
    """A code for each kind of page.

    They are kept as they are: a code is shown to its claimant again whenever they ask, is to stand
    on a public page, and lets nobody do anything but prove this very claim.
    """
    return {kind.value: _code(kind) for kind in Kind if kind is not Kind.REVIEW}


def _code(kind: Kind) -> str:
    letters = [secrets.choice(_ALPHABET) for _ in range(12)]
    groups = ("".join(letters[n : n + 4]) for n in range(0, 12, 4))
    return f"colloquy-{kind.value}-{'-'.join(groups)}"


async def look(
    session: AsyncSession, claim_id: int, user_id: int, kind: Kind, page: str, why: str
) -> Claim:
    """Keep that a page was looked at and proved nothing, and why not."""
    row = await locked(session, claim_id, user_id)
    await move(session, row, Step.LOOK, State(row.state), user_id, f"{kind.label}: {why}")
    await proofs.keep(session, claim_id, user_id, kind, page, found=False, why=why)
    return await get(session, claim_id)


async def look_again_at(
    session: AsyncSession, user_id: int, most: int, within: timedelta
) -> datetime | None:
    """When another page may be looked at for a person; None for now."""
    looks = (
        select(ClaimStepRow.at)
        .where(await _steps(session, user_id), ClaimStepRow.what.in_([Step.LOOK, Step.PROVE]))
        .order_by(ClaimStepRow.at.desc())
    )
    first = await session.scalar(looks.offset(most - 1).limit(1))
    return first + within if first is not None and first + within > utcnow() else None


async def prove(
    session: AsyncSession,
    claim_id: int,
    user_id: int,
    kind: Kind,
    page: str,
    code: str,
    orcid: str | None = None,
) -> Claim:
    """The code was found on a page: the claim stands, or stands better, or is disputed.

    Raises:
        ClaimMoved: it has ended meanwhile, or has other codes by now.
        CodesExpired: the code was found too late.
    """
    row = await locked(session, claim_id, user_id)
    if row.codes.get(kind) != code:
        raise ClaimMoved(state=described(State(row.state)))
    if row.codes_until < utcnow():
        raise CodesExpired()
    state = State(row.state)
    to = state
    if state in (State.AWAITING, State.REVIEW):
        to = State.DISPUTED if await contested(session, row) else State.VERIFIED
    await move(session, row, Step.PROVE, to, user_id, kind.label)
    if to is State.DISPUTED and to is not state:
        await dispute(session, row)
    row.codes = {known: value for known, value in row.codes.items() if known != kind}  # one-time
    await proofs.keep(session, claim_id, user_id, kind, page, found=True, orcid=orcid)
    await settle(session, row.researcher_id)
    return await get(session, claim_id)


async def ask_review(
    session: AsyncSession,
    claim_id: int,
    user_id: int,
    guild_id: int,
    joined_at: datetime | None = None,
) -> Claim:
    """Put a claim to the moderators of a server; a dispute where somebody else stands.

    Raises:
        ClaimMoved: it waits neither for a proof nor for moderators.
        NotAllowed: other moderators were shown it.
    """
    row = await locked(session, claim_id, user_id)
    state = State(row.state)
    if state in (State.REVIEW, State.DISPUTED) and not (await get(session, claim_id)).unseen:
        raise NotAllowed(what=BEFORE_OTHERS)
    against = state is State.DISPUTED or await contested(session, row)
    to = State.DISPUTED if against else State.REVIEW
    await move(session, row, Step.ASK, to, user_id, "")
    if to is State.DISPUTED and to is not state:
        await dispute(session, row)
    row.guild_id, row.joined_at = guild_id, joined_at or row.joined_at
    await settle(session, row.researcher_id)
    return await get(session, claim_id)


async def withdraw(
    session: AsyncSession, claim_id: int, user_id: int, why: str = "by the claimant"
) -> Claim:
    """End a claim at its claimant's wish.

    Raises:
        ClaimMoved: it has ended already.
    """
    row = await locked(session, claim_id, user_id)
    await move(session, row, Step.WITHDRAW, State.WITHDRAWN, user_id, why)
    await ended(session, row)
    return await get(session, claim_id)


async def forget(session: AsyncSession, user_id: int) -> None:
    """Let go of every live claim of a person whose data are about to be erased.

    What others wrote about their claims goes, too.
    """
    live = select(ClaimRow.id).where(ClaimRow.user_id == user_id, ClaimRow.state.in_(LIVE))
    for claim_id in list(await session.scalars(live.order_by(ClaimRow.researcher_id))):
        await withdraw(session, claim_id, user_id, "their data were erased")
    await session.execute(
        update(ClaimStepRow).where(ClaimStepRow.claimant_user_id == user_id).values(why="")
    )
