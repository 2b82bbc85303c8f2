"""Who is the researcher: claims, how they are begun, proved, reviewed, decided and ended.

How a claim may stand is drawn in `storage.claim_states`; how it moves is in `storage.claim_moves`.
An unproved claim holds nobody up: whoever proves first stands. A second person who proves it, or
asks for a review, opens a dispute, which a moderator decides; until then the first one stands. Who
claims a record of several people claims all of them, and so is a rival of whoever claims one.
Everything that happens is a step, which outlives the claim.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import blocks, proofs
from storage.answers import utcnow
from storage.claim_moves import (
    circle,
    clear_words,
    contested,
    dispute,
    ended,
    lock,
    locked,
    move,
    note,
    others_of,
    rival,
    rivals_of,
    settle,
)
from storage.claim_states import LIVE, OPEN, Claim, Happened, Moderator, State, Step, described
from storage.database import in_turn
from storage.errors import (
    AlreadyClaimed,
    ClaimedBefore,
    ClaimMoved,
    CodesExpired,
    NoSuchClaim,
    NotAllowed,
    TooManyClaims,
)
from storage.proofs import Kind
from storage.researchers import Researcher, by_ids
from storage.researchers import get as get_researcher
from storage.schema import ClaimRow, ClaimStepRow

MOST_OPEN = 3
MOST_STARTED_A_DAY = 5
CODES_LAST = timedelta(days=14)
REST_AFTER_REFUSAL = timedelta(days=30)
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else

STARTED_ENOUGH = "You have begun enough claims for today; please go on tomorrow."
A_PARTY = "You have a claim here yourself, so somebody else has to decide this one."
CLAIMED_ELSEWHERE = "Whoever is behind that record has claimed it elsewhere, and decides about it."
ANOTHER_SERVER = "That claim is not before the moderators of this server."
BEFORE_OTHERS = "Moderators were shown your claim already; they decide about it."
OUTWEIGHED = (
    "Whoever stands now did so elsewhere, with as many pages; "
    "please ask the claimant to prove one more."
)


# Reading ----------------------------------------------------------------------------------


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


async def claimants(session: AsyncSession, researcher_id: int) -> set[int]:
    """Everybody who has or had a claim on a researcher, or on others of the record."""
    ids = await circle(session, researcher_id)
    rows = await session.scalars(select(ClaimRow.user_id).where(ClaimRow.researcher_id.in_(ids)))
    return set(rows)


async def around(session: AsyncSession, researcher_id: int) -> list[Claim]:
    """Every claim on a researcher, or on others of the record."""
    ids = await circle(session, researcher_id)
    return await _claims(session, ClaimRow.researcher_id.in_(ids))


# The claimant -----------------------------------------------------------------------------


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


async def renew(session: AsyncSession, claim_id: int, user_id: int) -> Claim:
    """Give the claim new codes; the old ones count no more."""
    row = await locked(session, claim_id, user_id)
    await move(session, row, Step.CODES, State(row.state), user_id, "")
    row.codes, row.codes_until = _codes(), utcnow() + CODES_LAST
    await session.flush()
    return await get(session, claim_id)


async def look(
    session: AsyncSession, claim_id: int, user_id: int, kind: Kind, page: str, why: str
) -> Claim:
    """Keep that a page was looked at and proved nothing, and why not."""
    row = await locked(session, claim_id, user_id)
    await move(session, row, Step.LOOK, State(row.state), user_id, f"{kind.label}: {why}")
    await proofs.keep(session, claim_id, user_id, kind, page, found=False, why=why)
    return await get(session, claim_id)


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


# Moderators -------------------------------------------------------------------------------


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


async def approve(session: AsyncSession, claim_id: int, moderator: Moderator, seen: State) -> Claim:
    """Say that the claimant is the researcher; whoever stood until now is overruled.

    Args:
        session: a writing session.
        claim_id: which claim.
        moderator: who says it.
        seen: the state that was shown to them; another one needs another look.

    Raises:
        ClaimMoved: it is in another state than the one seen.
        NotAllowed: the moderator is a party, or this server may not decide it.
    """
    row = await _reviewed(session, claim_id, moderator, seen)
    standing = [o for o in await others_of(session, row) if o.state == State.VERIFIED]
    for other in standing:
        await _check_weight(session, row, other, moderator)
    for other in standing:
        why = "a moderator decided for somebody else"
        await move(session, other, Step.OVERRULE, State.REVOKED, moderator.user_id, why)
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
    """End a claim that stood.

    Raises:
        ClaimMoved: it does not stand (any more).
        NotAllowed: this server may not decide it.
    """
    row = await locked(session, claim_id)
    await _check_moderator(session, row, moderator)
    await move(session, row, Step.REVOKE, State.REVOKED, moderator.user_id, why)
    await ended(session, row)
    return await get(session, claim_id)


async def mark_told(session: AsyncSession, claim: Claim) -> None:
    """Remember that the claimant knows how their claim stood; what happened since is still news."""
    seen = ClaimRow.id == claim.id, ClaimRow.changed_at == claim.changed_at
    await session.execute(update(ClaimRow).where(*seen).values(told=True))


# Checks -----------------------------------------------------------------------------------


async def _check_start(
    session: AsyncSession, researcher: Researcher, user_id: int, now: datetime
) -> None:
    rows = list(await session.scalars(select(ClaimRow).where(ClaimRow.user_id == user_id)))
    same = [row for row in rows if row.researcher_id == researcher.id]
    if any(State(row.state) in LIVE for row in same):
        raise AlreadyClaimed(name=researcher.name)
    steps = await _steps(session, user_id)
    ended_at = await session.scalar(
        select(func.max(ClaimStepRow.at)).where(
            steps,
            ClaimStepRow.researcher_id == researcher.id,
            ClaimStepRow.state.in_([State.REFUSED, State.REVOKED]),
        )
    )
    if ended_at is not None and ended_at + REST_AFTER_REFUSAL > now:
        again = ended_at + REST_AFTER_REFUSAL
        raise ClaimedBefore(name=researcher.name, day=f"{again:%Y-%m-%d}")
    if sum(State(row.state) in OPEN for row in rows) >= MOST_OPEN:
        raise TooManyClaims(limit=MOST_OPEN)
    today = select(func.count(ClaimStepRow.id)).where(
        steps, ClaimStepRow.what == Step.START, ClaimStepRow.at > now - timedelta(days=1)
    )
    if (await session.scalar(today) or 0) >= MOST_STARTED_A_DAY:
        raise NotAllowed(what=STARTED_ENOUGH)


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


async def _steps(session: AsyncSession, user_id: int) -> ColumnElement[bool]:
    """Every step of a person's claims, also from before they had their data erased."""
    return ClaimStepRow.claimant_key == await blocks.key_of(session, user_id)


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
            rivals=rivals.get(row.id, 0),
        )
        for row in rows
    ]


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
