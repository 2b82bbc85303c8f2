"""How a claim moves: the one place where its state changes, and what follows by itself.

A change is an `UPDATE` that asks for the states it may come from, so that of two at once one wins
and the other is told. On PostgreSQL the researcher's row is locked first, because a claim's end
moves its rivals too.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import blocks, proofs
from storage.answers import utcnow
from storage.claim_rivals import live_around, others_of, weighty
from storage.claim_states import MOVES, State, Step, described
from storage.errors import ClaimMoved
from storage.schema import ClaimRow, ClaimStepRow, HiddenProfileRow, OwnWordsRow, ResearcherRow


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
        values |= {"told": False, "why": why if by is not None else ""}
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
    await note(session, row, step, to, by, why)


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


async def note(
    session: AsyncSession, row: ClaimRow, step: Step, state: State, by: int | None, why: str
) -> None:
    """Keep a step."""
    session.add(
        ClaimStepRow(
            claim=row.id,
            researcher_id=row.researcher_id,
            user_id=by,
            claimant_user_id=row.user_id,
            claimant_key=await blocks.key_of(session, row.user_id),
            what=step,
            state=state,
            why=why,
            at=utcnow(),
        )
    )


async def settle(session: AsyncSession, researcher_id: int) -> None:
    """What follows by itself after a step: rivals, and what the records say of their claims."""
    root, rows = await live_around(session, researcher_id)
    proved = await proofs.proved(session, [row.id for row in rows])
    strong = [row for row in rows if row.state == State.DISPUTED and row.id in proved]
    for row in strong:
        if not weighty(row, rows, root, proved):
            await move(session, row, Step.CLEAR, State.VERIFIED, None, "nobody else stands")
    for row in rows:
        against = weighty(row, rows, root, proved)
        if row.state == State.REVIEW and against:
            why = "somebody else has proved it"
            await move(session, row, Step.RIVAL, State.DISPUTED, None, why)
        elif row.state == State.DISPUTED and row.id not in proved and not against:
            await move(session, row, Step.CLEAR, State.REVIEW, None, "nobody else stands")
    for one in {researcher_id, *(row.researcher_id for row in rows)}:
        theirs = [row for row in rows if row.researcher_id == one]
        standing = next((row for row in theirs if row.state == State.VERIFIED), None)
        await _publish(session, one, standing, bool(theirs))


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
