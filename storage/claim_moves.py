"""How a claim moves: the one place where its state changes, and what follows by itself.

A change is an `UPDATE` that asks for the states it may come from, so that of two at once one wins
and the other is told. On PostgreSQL the researcher's row is locked first, because a claim's end
moves its rivals too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import blocks, proofs
from storage.answers import utcnow
from storage.claim_states import LIVE, MOVES, State, Step, described
from storage.errors import ClaimMoved, NoSuchClaim
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
    root, rows = await _around(session, researcher_id)
    proved = await proofs.proved(session, [row.id for row in rows])
    strong = [row for row in rows if row.state == State.DISPUTED and row.id in proved]
    for row in strong:
        if not _weighty(row, rows, root, proved):
            await move(session, row, Step.CLEAR, State.VERIFIED, None, "nobody else stands")
    for row in rows:
        against = _weighty(row, rows, root, proved)
        if row.state == State.REVIEW and against:
            why = "somebody else has proved it"
            await move(session, row, Step.RIVAL, State.DISPUTED, None, why)
        elif row.state == State.DISPUTED and row.id not in proved and not against:
            await move(session, row, Step.CLEAR, State.REVIEW, None, "nobody else stands")
    for one in {researcher_id, *(row.researcher_id for row in rows)}:
        theirs = [row for row in rows if row.researcher_id == one]
        standing = next((row for row in theirs if row.state == State.VERIFIED), None)
        await _publish(session, one, standing, bool(theirs))


def _weighty(
    row: ClaimRow, rows: Sequence[ClaimRow], root: int, proved: Collection[int]
) -> list[ClaimRow]:
    """The rivals of a claim that stand, or have proved it in a dispute."""
    return [
        other
        for other in _rivals(row, rows, root)
        if other.state == State.VERIFIED or (other.state == State.DISPUTED and other.id in proved)
    ]


def _rivals(row: ClaimRow, rows: Sequence[ClaimRow], root: int) -> list[ClaimRow]:
    """Of these live claims, those of others on the same researcher."""
    mine = (row.user_id, row.researcher_id)
    return [o for o in rows if _against(mine, (o.user_id, o.researcher_id), root)]


def _against(one: tuple[int, int], other: tuple[int, int], root: int) -> bool:
    """Whether two claims on a record and the persons behind it, each as its claimant and whom they
    claim, are rivals. Who claims a record claims every person behind it; two of these persons are
    no rivals.
    """
    (somebody, them), (another, other_them) = one, other
    return somebody != another and (them == other_them or root in (them, other_them))


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
    root, rows = await _around(session, row.researcher_id)
    proved = await proofs.proved(session, [other.id for other in rows])
    return bool(_weighty(row, rows, root, proved))


# Rows -------------------------------------------------------------------------------------


async def lock(session: AsyncSession, researcher_id: int) -> None:
    """Let changes of the claims on a record, and on the persons behind it, wait for each other, to
    the end of the transaction.
    """
    root = await _root(session, researcher_id)
    await session.execute(
        select(ResearcherRow.id).where(ResearcherRow.id == root).with_for_update()
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


async def others_of(session: AsyncSession, row: ClaimRow) -> list[ClaimRow]:
    """The live claims of others on the same researcher, the oldest first."""
    root, rows = await _around(session, row.researcher_id)
    return _rivals(row, rows, root)


async def rivals_of(session: AsyncSession, researcher_ids: Collection[int]) -> dict[int, int]:
    """Live claim on one of these researchers -> how many live claims are its rivals."""
    root = func.coalesce(ResearcherRow.record_id, ResearcherRow.id)
    roots = select(root).where(ResearcherRow.id.in_(researcher_ids))
    rows = await session.execute(
        select(ClaimRow.id, ClaimRow.user_id, ClaimRow.researcher_id, root)
        .join(ResearcherRow, ResearcherRow.id == ClaimRow.researcher_id)
        .where(root.in_(roots), ClaimRow.state.in_(LIVE))
    )
    around: dict[int, list[tuple[int, tuple[int, int]]]] = defaultdict(list)
    for claim_id, user_id, researcher_id, record in rows:
        around[record].append((claim_id, (user_id, researcher_id)))
    return {
        claim_id: sum(_against(mine, other, record) for _, other in claims)
        for record, claims in around.items()
        for claim_id, mine in claims
    }


async def circle(session: AsyncSession, researcher_id: int) -> list[int]:
    """The record of a researcher and the persons behind it, on all of whom a claim bears."""
    root = await _root(session, researcher_id)
    behind = select(ResearcherRow.id).where(ResearcherRow.record_id == root)
    return [root, *await session.scalars(behind)]


async def _root(session: AsyncSession, researcher_id: int) -> int:
    record = select(ResearcherRow.record_id).where(ResearcherRow.id == researcher_id)
    return await session.scalar(record) or researcher_id


async def _around(session: AsyncSession, researcher_id: int) -> tuple[int, Sequence[ClaimRow]]:
    """The record of a researcher, and the live claims on it and on the persons behind it."""
    root = await _root(session, researcher_id)
    behind = select(ResearcherRow.id).where(ResearcherRow.record_id == root)
    rows = await session.scalars(
        select(ClaimRow)
        .where(
            or_(ClaimRow.researcher_id == root, ClaimRow.researcher_id.in_(behind)),
            ClaimRow.state.in_(LIVE),
        )
        .order_by(ClaimRow.id)
        .execution_options(populate_existing=True)
    )
    return root, rows.all()
