"""Two records of one person: joined, so that one stands for both, and parted again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import attributions
from storage.answers import utcnow
from storage.circles import joins, links
from storage.database import in_turn, upsert
from storage.errors import AlreadyJoined, NotJoined, NotTwoRecords, TwoClaimants
from storage.persons import record_of
from storage.researchers import Researcher, by_ids, get
from storage.schema import AttributionRow, ClaimRow, JoinRow, JoinStepRow, ResearcherRow

_JOINING = 0x6A6F696E696E6773  # a lock of PostgreSQL's; no person has this id


@dataclass(frozen=True, slots=True)
class Step:
    """That a record was joined to another, or parted from it. `user_id` is None once erased."""

    record: Researcher
    kept: Researcher
    joined: bool
    user_id: int | None
    at: datetime


async def planned(
    session: AsyncSession, record_id: int, kept_id: int
) -> tuple[Researcher, Researcher]:
    """The record that `join` would join to another, and the one that would stand for both.

    Of a person the record that they are behind is meant. Where somebody has proved that one of the
    two is theirs, that one stands for both, whichever is given.

    Raises:
        UnknownResearcher: there is no such record (any more).
        NotTwoRecords: both are the same record.
        AlreadyJoined: the record is joined to another one.
        TwoClaimants: two people have proved that they are these researchers.
    """
    await in_turn(session, _JOINING)
    joined = await get(session, record_id)
    if joined.record_id is not None:
        joined = await get(session, joined.record_id)
    kept = await get(session, await record_of(session, kept_id))
    if joined.id == kept.id:
        raise NotTwoRecords(name=joined.name)
    known = (await joins(session)).get(joined.id)
    if known is not None:
        raise AlreadyJoined(name=joined.name, kept=(await get(session, known)).name)
    proved = select(ClaimRow.researcher_id, ClaimRow.user_id).where(
        ClaimRow.researcher_id.in_((joined.id, kept.id)), ClaimRow.state == "verified"
    )
    claimed: dict[int, int] = dict((await session.execute(proved)).all())
    if len(set(claimed.values())) > 1:
        raise TwoClaimants(name=joined.name, other=kept.name)
    if joined.id in claimed and kept.id not in claimed:
        joined, kept = kept, joined
    return joined, kept


async def join(session: AsyncSession, record_id: int, kept_id: int, user_id: int) -> Researcher:
    """Say that two records are one person's; returns the record that stands for both from now on.

    The joined record stays as it was, so that the two can be parted again.

    Raises: as `planned`.
    """
    joined, kept = await planned(session, record_id, kept_id)
    row = JoinRow(record_id=joined.id, kept_id=kept.id, user_id=user_id, joined_at=utcnow())
    session.add(row)
    _note(session, joined.id, kept.id, user_id, joined=True)
    await session.flush()
    places = await session.scalars(
        select(AttributionRow).where(
            AttributionRow.researcher_id == joined.id, AttributionRow.certainty > 0
        )
    )
    theirs = places.all()
    wanted = set(await attributions.wanted(session, kept.id, [place.work_id for place in theirs]))
    rows = [
        {
            "researcher_id": kept.id,
            "work_id": place.work_id,
            "certainty": place.certainty,
            "reason": place.reason,
            "via_id": joined.id,
        }
        for place in theirs
        if place.work_id in wanted
    ]
    if rows:
        await session.execute(upsert(session, AttributionRow).on_conflict_do_nothing(), rows)
    return await get(session, kept.id)


async def part(session: AsyncSession, record_id: int, user_id: int) -> Researcher:
    """Undo `join`; returns the record that stood for both.

    Raises:
        UnknownResearcher: there is no such record (any more).
        NotJoined: the record is not joined to another one.
    """
    await in_turn(session, _JOINING)
    row = await session.get(JoinRow, record_id)
    if row is None:
        raise NotJoined(name=(await get(session, record_id)).name)
    stood_for_both = row.kept_id
    via, kept_id = record_id, stood_for_both
    came = list(
        await session.scalars(
            select(AttributionRow.work_id).where(
                AttributionRow.researcher_id == kept_id, AttributionRow.via_id == via
            )
        )
    )
    _note(session, record_id, stood_for_both, user_id, joined=False)
    await session.delete(row)
    await session.flush()
    direct = await links(session)
    while True:
        gone = delete(AttributionRow).where(AttributionRow.work_id.in_(came))
        await session.execute(
            gone.where(AttributionRow.researcher_id == kept_id, AttributionRow.via_id == via)
        )
        persons = select(ResearcherRow.id).where(ResearcherRow.record_id == kept_id)
        await session.execute(gone.where(AttributionRow.researcher_id.in_(persons)))
        if kept_id not in direct:
            return await get(session, stood_for_both)
        via, kept_id = kept_id, direct[kept_id]


async def joined_to(session: AsyncSession, kept_id: int) -> list[Researcher]:
    """The records that were joined to this one."""
    ids = await session.scalars(
        select(JoinRow.record_id).where(JoinRow.kept_id == kept_id).order_by(JoinRow.joined_at)
    )
    return await by_ids(session, list(ids))


async def everything(session: AsyncSession) -> list[tuple[Researcher, Researcher]]:
    """Every record that is joined, with the one that stands for it, by name."""
    pairs = (await joins(session)).items()
    found = {r.id: r for r in await by_ids(session, [i for pair in pairs for i in pair])}
    both = [(found[one], found[other]) for one, other in pairs if one in found and other in found]
    return sorted(both, key=lambda pair: (pair[0].name, pair[0].id))


async def history(session: AsyncSession, record_ids: Collection[int] | None = None) -> list[Step]:
    """What was joined and parted, of any of these records or of all, oldest first."""
    steps = select(JoinStepRow).order_by(JoinStepRow.id)
    if record_ids is not None:
        theirs = or_(JoinStepRow.record_id.in_(record_ids), JoinStepRow.kept_id.in_(record_ids))
        steps = steps.where(theirs)
    rows = list(await session.scalars(steps))
    ids = [i for row in rows for i in (row.record_id, row.kept_id)]
    found = {record.id: record for record in await by_ids(session, ids)}
    return [
        Step(found[row.record_id], found[row.kept_id], row.joined, row.user_id, row.at)
        for row in rows
    ]


def _note(
    session: AsyncSession, record_id: int, kept_id: int, user_id: int, *, joined: bool
) -> None:
    session.add(
        JoinStepRow(
            record_id=record_id, kept_id=kept_id, joined=joined, user_id=user_id, at=utcnow()
        )
    )
