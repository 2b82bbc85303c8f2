"""On whom a claim bears, and which claims of others are its rivals there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import proofs
from storage.circles import records
from storage.claim_states import LIVE, State
from storage.errors import NoSuchClaim
from storage.schema import ClaimRow, ResearcherRow


async def others_of(session: AsyncSession, row: ClaimRow) -> list[ClaimRow]:
    """The live claims of others on the same researcher, the oldest first."""
    root, rows = await live_around(session, row.researcher_id)
    return _rivals(row, rows, root)


async def contested(session: AsyncSession, row: ClaimRow) -> bool:
    """Whether somebody else stands, or has proved it in a dispute."""
    root, rows = await live_around(session, row.researcher_id)
    proved = await proofs.proved(session, [other.id for other in rows])
    return bool(weighty(row, rows, root, proved))


def weighty(
    row: ClaimRow, rows: Sequence[ClaimRow], root: int, proved: Collection[int]
) -> list[ClaimRow]:
    """The rivals of a claim that stand, or have proved it in a dispute."""
    return [
        other
        for other in _rivals(row, rows, root)
        if other.state == State.VERIFIED or (other.state == State.DISPUTED and other.id in proved)
    ]


async def rivals_of(
    session: AsyncSession, researcher_ids: Collection[int]
) -> dict[int, list[State]]:
    """Live claim on one of these researchers -> how the live claims stand that are its rivals."""
    root = func.coalesce(ResearcherRow.record_id, ResearcherRow.id)
    roots = select(root).where(ResearcherRow.id.in_(researcher_ids))
    rows = await session.execute(
        select(ClaimRow.id, ClaimRow.state, ClaimRow.user_id, ClaimRow.researcher_id, root)
        .join(ResearcherRow, ResearcherRow.id == ClaimRow.researcher_id)
        .where(root.in_(roots), ClaimRow.state.in_(LIVE))
    )
    around: dict[int, list[tuple[int, State, tuple[int, int]]]] = defaultdict(list)
    for claim_id, state, user_id, researcher_id, record in rows:
        around[record].append((claim_id, State(state), (user_id, researcher_id)))
    return {
        claim_id: [state for _, state, other in claims if _against(mine, other, record)]
        for record, claims in around.items()
        for claim_id, _, mine in claims
    }


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


async def circle(session: AsyncSession, researcher_id: int) -> list[int]:
    """The record of a researcher and the persons behind it, on all of whom a claim bears."""
    root = await _root(session, researcher_id)
    behind = select(ResearcherRow.id).where(ResearcherRow.record_id == root)
    return [root, *await session.scalars(behind)]


async def _root(session: AsyncSession, researcher_id: int) -> int:
    return (await records(session, [researcher_id])).get(researcher_id, researcher_id)


async def live_around(session: AsyncSession, researcher_id: int) -> tuple[int, Sequence[ClaimRow]]:
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
