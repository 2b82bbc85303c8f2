"""How a claim moves: the one place where its state changes, and what follows by itself.

A change is an `UPDATE` that asks for the states it may come from, so that of two at once one wins
and the other is told. On PostgreSQL the researcher's row is locked first, because a claim's end
moves its rivals too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import proofs
from storage.answers import utcnow
from storage.claim_states import LIVE, MOVES, State, Step, described
from storage.errors import ClaimMoved, NoSuchClaim
from storage.schema import (
    ClaimRow,
    ClaimStepRow,
    HiddenProfileRow,
    OwnWordsRow,
    ResearcherRow,
)


async def move(
    session: AsyncSession, row: ClaimRow, step: Step, to: State, by: int | None, why: str
) -> None:
    """The one change of state: from where the step may come, or not at all.

    Raises:
        ClaimMoved: the claim is in no state that the step may come from.
    """
    origins = [state for state, targets in MOVES[step].items() if to in targets]
    values: dict[str, Any] = {"state": to, "changed_at": utcnow()}
    if by == row.user_id:
        values["told"] = True
        if step not in (Step.LOOK, Step.CODES):  # an answer to whatever was asked
            values["why"] = ""
    elif step is not Step.RIVAL or to != row.state:
        values |= {"told": False, "why": why}
    moved = await session.scalar(
        update(ClaimRow)
        .where(ClaimRow.id == row.id, ClaimRow.state.in_(origins))
        .values(**values)
        .returning(ClaimRow.id)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(row)
    if moved is None:
        raise ClaimMoved(state=described(State(row.state)))
    note(session, row, step, to, by, why)


async def rival(session: AsyncSession, row: ClaimRow, why: str) -> None:
    """Let a claim know of another one on its researcher; it stays as it is."""
    await move(session, row, Step.RIVAL, State(row.state), None, why)


async def dispute(session: AsyncSession, row: ClaimRow) -> None:
    """Let the others see that somebody else has more than a word."""
    for other in await others_of(session, row):
        await rival(session, other, "somebody else disputes it; a moderator decides")
        if other.state == State.VERIFIED:
            other.told = False
    await session.flush()


def note(
    session: AsyncSession, row: ClaimRow, step: Step, state: State, by: int | None, why: str
) -> None:
    """Keep a step."""
    session.add(
        ClaimStepRow(
            claim=row.id,
            researcher_id=row.researcher_id,
            user_id=by,
            claimant_user_id=row.user_id,
            what=step,
            state=state,
            why=why,
            at=utcnow(),
        )
    )


async def settle(session: AsyncSession, researcher_id: int) -> None:
    """What follows by itself after a step: rivals, and what the researcher's record says."""
    rows = await live_of(session, researcher_id)
    proved = await proofs.proved(session, [row.id for row in rows])
    stands = [row for row in rows if row.state == State.VERIFIED]
    rivals = [row for row in rows if row.state == State.DISPUTED]
    strong = [row for row in rivals if row.id in proved]
    if not stands and len(strong) == 1:
        await move(session, strong[0], Step.CLEAR, State.VERIFIED, None, "nobody else stands")
        stands = strong
    if stands or strong:
        for row in rows:
            if row.state == State.REVIEW:
                why = "somebody else has proved it"
                await move(session, row, Step.RIVAL, State.DISPUTED, None, why)
    else:
        for row in rivals:
            await move(session, row, Step.CLEAR, State.REVIEW, None, "nobody else stands")
    await _publish(session, researcher_id, stands[0] if stands else None, bool(rows))


async def _publish(
    session: AsyncSession, researcher_id: int, standing: ClaimRow | None, live: bool
) -> None:
    """Let the record say how its claims stand."""
    researcher = await session.get_one(ResearcherRow, researcher_id)
    if standing is not None:
        level = proofs.level(await proofs.of_claim(session, standing.id))
    else:
        level = 2 if live else 1 if researcher.source else 0
    await session.execute(
        update(ResearcherRow)
        .where(ResearcherRow.id == researcher_id)
        .values(level=level, claimed=standing is not None)
    )
    await session.flush()


async def ended(session: AsyncSession, row: ClaimRow) -> None:
    """What follows from a claim's end."""
    await clear_words(session, row)
    await settle(session, row.researcher_id)


async def clear_words(session: AsyncSession, row: ClaimRow) -> None:
    """What the claimant said of themselves goes with their claim."""
    for table in (OwnWordsRow, HiddenProfileRow):
        await session.execute(delete(table).where(table.claim_id == row.id))


async def contested(session: AsyncSession, row: ClaimRow) -> bool:
    """Whether somebody else stands, or has proved it in a dispute."""
    others = await others_of(session, row)
    proved = await proofs.proved(session, [other.id for other in others])
    return any(
        other.state == State.VERIFIED or (other.state == State.DISPUTED and other.id in proved)
        for other in others
    )


# Rows -------------------------------------------------------------------------------------


async def lock(session: AsyncSession, researcher_id: int) -> None:
    """Let changes of a researcher's claims wait for each other, to the end of the transaction."""
    await session.execute(
        select(ResearcherRow.id).where(ResearcherRow.id == researcher_id).with_for_update()
    )


async def locked(session: AsyncSession, claim_id: int, user_id: int | None = None) -> ClaimRow:
    """The claim's row with its researcher locked; of this person, if one is given.

    Raises:
        NoSuchClaim
    """
    where = select(ClaimRow.researcher_id).where(ClaimRow.id == claim_id)
    researcher_id = await session.scalar(where)
    if researcher_id is not None:
        await lock(session, researcher_id)
    row = await session.get(ClaimRow, claim_id, populate_existing=True)
    if row is None or (user_id is not None and row.user_id != user_id):
        raise NoSuchClaim()
    return row


async def live_of(session: AsyncSession, researcher_id: int) -> Sequence[ClaimRow]:
    """The live claims on a researcher, the oldest first."""
    rows = await session.scalars(
        select(ClaimRow)
        .where(ClaimRow.researcher_id == researcher_id, ClaimRow.state.in_(LIVE))
        .order_by(ClaimRow.id)
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def others_of(session: AsyncSession, row: ClaimRow) -> list[ClaimRow]:
    """The live claims on the same researcher."""
    return [other for other in await live_of(session, row.researcher_id) if other.id != row.id]


async def standing_of(session: AsyncSession, researcher_id: int) -> ClaimRow | None:
    """The claim on a researcher that stands, proved."""
    return next(
        (row for row in await live_of(session, researcher_id) if row.state == State.VERIFIED), None
    )
