"""Researchers who are not to be profiled: their record goes, and importing does not bring it back.

A record that is one researcher's goes whole, and no record of that name is made again, whatever
the source. A person who shares a record with namesakes takes their works out of it, and those are
not placed with it again; works that are only guessed to be theirs stay, as they may be somebody
else's. Works that nobody else's record has go, too, and imports that place them
with nobody else leave them out: an answer could cite them. What is kept is the name (and which
works), without which nothing could be refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import (
    announcing,
    answers,
    attributions,
    circles,
    claim_moves,
    claims,
    follows,
    researchers,
    storing,
    terms,
    unlisted,
    vectors,
    works,
)
from storage.answers import utcnow
from storage.claim_states import Claim
from storage.errors import NotYourRecord, ResearcherGone, WorksMoved
from storage.names import name_forms, name_key
from storage.researchers import Researcher
from storage.schema import AttributionRow, OptOutRow, ResearcherRow, WorkRow
from storage.works import Paper, Work


@dataclass(frozen=True, slots=True)
class OptOut:
    """A name that is not to be profiled; `works` counts the works where it is only those."""

    id: int
    name: str
    source: str
    works: int | None
    made_at: datetime


SURE = 0.9  # of a place with one of several people; what was decided is 1


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whose works would go, and which; `guessed` are those that may be a namesake's and stay."""

    researcher: Researcher
    works: tuple[Work, ...]
    guessed: tuple[Work, ...]

    @property
    def mark(self) -> int:
        """Tells what would go from what went before something changed."""
        return crc32(" ".join(str(work.id) for work in self.works).encode())


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went: the name, how many works went with it because nobody else had them, and the claims
    on who went. Of a person, the record stays that they were behind.
    """

    name: str
    works: int
    record_id: int | None
    claims: tuple[Claim, ...]


async def opt_out(
    session: AsyncSession, researcher_id: int, user_id: int, mark: int | None = None
) -> Forgotten:
    """The researcher who has claimed a record or a person does not want to be profiled; `mark`
    is that of the works that they have seen.

    Raises:
        NotYourRecord: they have not claimed it.
        WorksMoved: other works would go.
    """
    if await claims.holder(session, researcher_id) != user_id:
        person = await researchers.get(session, researcher_id)
        raise NotYourRecord(name=person.name)
    await _hold(session, researcher_id)
    if mark is not None and (await leaving(session, researcher_id)).mark != mark:
        raise WorksMoved()
    return await forget(session, researcher_id, user_id)


async def leaving(session: AsyncSession, researcher_id: int) -> Leaving:
    """What would go with a record, or with a person, the newest works first.

    Raises:
        UnknownResearcher: there is no such researcher.
    """
    person = await researchers.get(session, researcher_id)
    gone = await _gone(session, person.id, person.record_id)
    listed = await works.of_researchers(session, gone)
    going = set(await _theirs(session, gone, person.record_id))
    return Leaving(
        person,
        tuple(work for work in listed if work.id in going),
        tuple(work for work in listed if work.id not in going),
    )


async def _gone(session: AsyncSession, researcher_id: int, record_id: int | None) -> list[int]:
    """Who goes: a person alone, or a record with all that were joined with it, and the persons
    behind any of them.
    """
    if record_id is not None:
        return [researcher_id]
    joined = await circles.of(session, [researcher_id])
    behind = select(ResearcherRow.id).where(ResearcherRow.record_id.in_(joined))
    return sorted({*joined, *await session.scalars(behind)})


async def _theirs(session: AsyncSession, gone: Sequence[int], record_id: int | None) -> list[int]:
    """The works of records, or those that surely are a person's."""
    if record_id is None:
        return await works.ids_of(session, gone)
    sure = select(AttributionRow.work_id).where(
        AttributionRow.researcher_id.in_(gone), AttributionRow.certainty >= SURE
    )
    return list(await session.scalars(sure))


async def forget(
    session: AsyncSession, researcher_id: int, user_id: int | None = None
) -> Forgotten:
    """Remove a record, or a person from theirs, and remember not to make it again.

    Args:
        session: a writing session.
        researcher_id: a record or a person behind one.
        user_id: the claimed researcher, who may take it back; None for the operator.

    Raises:
        ResearcherGone: there is no such researcher.
    """
    circle = await _hold(session, researcher_id)
    row = await session.get(ResearcherRow, researcher_id, populate_existing=True)
    if row is None:
        raise ResearcherGone()
    gone = await _gone(session, row.id, row.record_id)
    theirs = await _theirs(session, gone, row.record_id)
    taken_out = None if row.record_id is None else await _source_ids(session, theirs)
    records = await session.scalars(select(ResearcherRow).where(ResearcherRow.id.in_(circle)))
    for record in records.all():
        _remember(session, record, taken_out, user_id)
    for follow in await follows.of_researchers(session, gone):
        await announcing.unfollow(session, follow)
    if taken_out is not None:
        for work_id in theirs:
            await announcing.keep_back(session, work_id, circle)
        await session.execute(
            delete(AttributionRow).where(
                AttributionRow.researcher_id.in_(circle), AttributionRow.work_id.in_(theirs)
            )
        )
    name, record_id = row.name, row.record_id
    ended = await claims.of_researchers(session, gone)
    await session.flush()
    await session.execute(delete(ResearcherRow).where(ResearcherRow.id.in_(gone)))
    if record_id is not None:
        await claim_moves.settle(session, record_id)
    orphans = await _nobodys(session, theirs)
    await answers.forget_works(session, theirs)
    await vectors.forget(session, orphans)  # in the order in which importing locks them
    await terms.forget(session, orphans)
    await storing.forget(session, orphans)
    session.expire_all()
    return Forgotten(name, len(orphans), record_id, tuple(ended))


async def _hold(session: AsyncSession, researcher_id: int) -> list[int]:
    """The records that they take works out of, with which nobody places any meanwhile."""
    circle = sorted(await circles.of(session, [researcher_id]))
    await attributions.hold(session, circle)
    return circle


async def standing(session: AsyncSession, *, user_id: int | None = None) -> list[OptOut]:
    """Everything that is not to be profiled, or what one person decided of themselves, by name."""
    query = select(OptOutRow).order_by(OptOutRow.name, OptOutRow.id)
    if user_id is not None:
        query = query.where(OptOutRow.user_id == user_id)
    return [
        OptOut(
            id=row.id,
            name=row.name,
            source=row.source,
            works=None if row.works is None else len(row.works),
            made_at=row.made_at,
        )
        for row in await session.scalars(query)
    ]


async def unwanted(
    session: AsyncSession, papers: Sequence[Paper], record_id: int | None
) -> frozenset[str]:
    """Source ids of the papers that importing is not to bring back: they are not stored, they would
    be in nobody else's record, and somebody who is not to be profiled wrote them.

    With a record, only those that a person took out of it; without, those of every such person, and
    those that print such a name in full.
    """
    if record_id is not None:
        listed = (await attributions.taken_out(session, [record_id])).get(record_id, frozenset())
        theirs = {paper.source_id for paper in papers} & listed
    else:
        theirs = await _written_by_forgotten(session, papers)
    known = select(WorkRow.source_id).where(WorkRow.source_id.in_(theirs))
    return frozenset(theirs - set(await session.scalars(known))) if theirs else frozenset()


async def _written_by_forgotten(session: AsyncSession, papers: Sequence[Paper]) -> set[str]:
    keys: set[str] = set()
    listed: set[str] = set()
    for name, taken_out in await session.execute(select(OptOutRow.name, OptOutRow.works)):
        if taken_out is None:
            forms = name_forms(name).items()
            keys |= {key for key, form in forms if form not in ("initials", "surname")}
        listed.update(taken_out or ())
    return {
        paper.source_id
        for paper in papers
        if paper.source_id in listed or any(name_key(name) in keys for name in paper.authors)
    }


async def lift(
    session: AsyncSession, *, name: str | None = None, user_id: int | None = None
) -> list[str]:
    """Let a name be profiled again, or all that one person decided; the names that this was."""
    unlisted.changed(session)
    query = delete(OptOutRow).returning(OptOutRow.name)
    if name is not None:
        query = query.where(OptOutRow.name_key == name_key(name))
    if user_id is not None:
        query = query.where(OptOutRow.user_id == user_id)
    return sorted(set(await session.scalars(query)))


def _remember(
    session: AsyncSession, row: ResearcherRow, of: list[str] | None, user_id: int | None
) -> None:
    unlisted.changed(session)
    session.add(
        OptOutRow(
            source=row.source,
            name_key=row.name_key,
            name=row.name,
            works=of,
            user_id=user_id,
            made_at=utcnow(),
        )
    )


async def _source_ids(session: AsyncSession, work_ids: Sequence[int]) -> list[str]:
    found = await session.scalars(select(WorkRow.source_id).where(WorkRow.id.in_(work_ids)))
    return sorted(found)


async def _nobodys(session: AsyncSession, work_ids: Sequence[int]) -> list[int]:
    """Those of the works that are placed with no record any more."""
    kept = set(
        await session.scalars(
            select(AttributionRow.work_id).where(
                AttributionRow.work_id.in_(work_ids), AttributionRow.certainty > 0
            )
        )
    )
    return [work_id for work_id in work_ids if work_id not in kept]
