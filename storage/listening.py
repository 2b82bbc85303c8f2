"""Whose new works are waited for: followed records, the records behind followed persons, and the
records that were joined with either.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import attributions, circles
from storage.database import batches
from storage.researchers import Researcher, by_ids
from storage.schema import FollowRow, ResearcherNameRow, ResearcherRow


@dataclass(frozen=True, slots=True)
class Listener:
    """A record that somebody follows, or a person behind one: then `record_id` is not `id`."""

    id: int
    record_id: int

    @property
    def is_person(self) -> bool:
        """Whether only one person's works are waited for."""
        return self.id != self.record_id


@dataclass(frozen=True, slots=True)
class Heard:
    """Who waits for works under some names.

    Attributes:
        records: name key -> the records that bear it as their full name, in either order, and
            that somebody waits for.
        kept: record -> the record that stands for it; itself where it was not joined.
        listeners: a record that stands for others or itself -> who waits for works of theirs.
        taken_out: record -> source ids of works whose author does not want to be profiled with it.
    """

    records: Mapping[str, Sequence[int]]
    kept: Mapping[int, int]
    listeners: Mapping[int, Sequence[Listener]]
    taken_out: Mapping[int, frozenset[str]]

    @property
    def everybody(self) -> list[Listener]:
        """All who wait."""
        return [one for group in self.listeners.values() for one in group]

    @property
    def circle(self) -> set[int]:
        """The records that somebody waits for, and those that stand for them."""
        heard = {record for records in self.records.values() for record in records}
        return heard | {self.kept[record] for record in heard}

    def wants(self, record: int, source_id: str) -> bool:
        """Whether a work may be placed with a record, and with the one that stands for it."""
        both = (record, self.kept[record])
        return not any(source_id in self.taken_out.get(one, ()) for one in both)


async def by_names(session: AsyncSession, keys: Iterable[str]) -> Heard:
    """Who waits for works under these names."""
    bearers: dict[str, list[int]] = {}
    wanted = sorted(set(keys))
    for part in batches(wanted):
        rows = await session.execute(
            select(ResearcherNameRow.key, ResearcherNameRow.researcher_id)
            .where(
                ResearcherNameRow.key.in_(part),
                ResearcherNameRow.form.in_(("full", "reordered")),
            )
            .order_by(ResearcherNameRow.researcher_id)
        )
        for key, record in rows:
            bearers.setdefault(key, []).append(record)
    joined = await circles.joins(session)
    kept = {i: joined.get(i, i) for ids in bearers.values() for i in ids}
    listeners = await _listeners(session, set(kept.values()), joined)
    records = {key: [i for i in ids if kept[i] in listeners] for key, ids in bearers.items()}
    records = {key: ids for key, ids in records.items() if ids}
    heard = Heard(records, kept, listeners, {})
    return replace(heard, taken_out=await attributions.taken_out(session, heard.circle))


async def _listeners(
    session: AsyncSession, kept: Collection[int], joined: Mapping[int, int]
) -> dict[int, list[Listener]]:
    circle = sorted(circles.widened(kept, joined))
    found: dict[int, list[Listener]] = {}
    for part in batches(circle):
        rows = await session.execute(
            select(ResearcherRow.id, ResearcherRow.record_id)
            .where(
                ResearcherRow.id.in_(select(FollowRow.researcher_id)),
                or_(ResearcherRow.id.in_(part), ResearcherRow.record_id.in_(part)),
            )
            .order_by(ResearcherRow.id)
        )
        for one, behind in rows:
            record = behind or one
            found.setdefault(joined.get(record, record), []).append(Listener(one, record))
    return found


async def sought(session: AsyncSession, followed: Sequence[int]) -> list[Researcher]:
    """The records under whose names works of these records and persons are listed."""
    return await by_ids(session, sorted(await circles.of(session, followed)))
