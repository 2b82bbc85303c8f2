"""Who is in no list of people, in no answer and in no graph: whoever is hidden in a server, there,
and whoever opted out of being profiled, everywhere. One rule for both.

The line of authors of a paper is a fact of that paper and stays as it is printed. Whatever is made
of people beyond it (co-authors, profiles, graphs, suggestions, answers about somebody) goes by what
is here: a name that may be theirs counts only on works that are placed with somebody else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from storage import network, unseen
from storage.names import name_forms, name_key
from storage.schema import AttributionRow, AuthorshipRow, OptOutRow, ResearcherNameRow

_KNOWN = "unlisted"
SHARED = "shares co-authors with other works"
_WITH = " · with "  # before the co-author by whom a person is told from namesakes


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Whom to leave out.

    Attributes:
        researchers: records and persons who are hidden.
        keys: every key under which their names, or those of who opted out, may be printed.
    """

    researchers: frozenset[int]
    keys: frozenset[str]

    def listed(self) -> ColumnElement[bool]:
        """The condition that an author on a work may be listed."""
        if not self.keys:
            return true()
        of_another = (
            select(AttributionRow.work_id)
            .join(
                ResearcherNameRow, ResearcherNameRow.researcher_id == AttributionRow.researcher_id
            )
            .where(
                AttributionRow.work_id == AuthorshipRow.work_id,
                AttributionRow.certainty > 0,
                AttributionRow.researcher_id.not_in(self.researchers),
                ResearcherNameRow.key == AuthorshipRow.name_key,
                ResearcherNameRow.form != "surname",
            )
            .correlate(AuthorshipRow)
            .exists()
        )
        return or_(AuthorshipRow.name_key.not_in(self.keys), of_another)

    def label(self, label: str) -> str:
        """What tells a person from namesakes, without who is not to be listed."""
        about, beside, name = label.partition(_WITH)
        return about if beside and name_key(name) in self.keys else label

    def reason(self, reason: str) -> str:
        """Why a work is placed with somebody, without who is not to be listed."""
        said = f" {name_key(reason)} "
        named = any(" " in key and f" {key} " in said for key in self.keys)
        return SHARED if named else reason


async def of(session: AsyncSession, hidden: Collection[int] = ()) -> Unlisted:
    """Whom this session lists nowhere, and these who are `hidden`; looked up once in a session."""
    ids = unseen.hidden(session).union(hidden)
    known: dict[frozenset[int], Unlisted] = session.info.setdefault(_KNOWN, {})
    if ids not in known:
        keys = await network.own_keys(session, ids) | await _opted_out(session)
        known[ids] = Unlisted(ids, keys)
    return known[ids]


def changed(session: AsyncSession) -> None:
    """Somebody opted out in this session, or took it back."""
    session.info.pop(_KNOWN, None)


async def names_on(session: AsyncSession, work_ids: Collection[int]) -> dict[int, list[str]]:
    """The authors of these works who may be listed, in order, as printed."""
    rows = await session.execute(
        select(AuthorshipRow.work_id, AuthorshipRow.name)
        .where(AuthorshipRow.work_id.in_(work_ids), (await of(session)).listed())
        .order_by(AuthorshipRow.work_id, AuthorshipRow.position)
    )
    found: dict[int, list[str]] = {}
    for work_id, name in rows:
        found.setdefault(work_id, []).append(name)
    return found


async def _opted_out(session: AsyncSession) -> frozenset[str]:
    names = await session.scalars(select(OptOutRow.name).distinct())
    return frozenset(
        key for name in names for key, form in name_forms(name).items() if form != "surname"
    )
