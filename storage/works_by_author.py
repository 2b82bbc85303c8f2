"""Works by who is printed on them: by whom, in which place, by how many, and who together."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage import unlisted
from storage.database import batches
from storage.names import name_key
from storage.schema import AuthorshipRow, WorkRow
from storage.windows import Window
from storage.works import scoped

PLACES = ("first", "second", "third")


async def ids(
    session: AsyncSession, name: str, researcher_ids: Sequence[int] = (), place: str = ""
) -> list[int]:
    """Ids of works in scope that print this author: the same name, or its initial and surname;
    none of who may not be listed (see `storage.unlisted`).

    With a `place`, "first", "second", "third" or "last", only works that print them there.
    """
    words = name_key(name).split()
    if not words:
        return []
    printed = _bears(words) & (await unlisted.of(session)).listed()
    query = scoped(select(WorkRow.id), researcher_ids, None)
    if place in PLACES:
        printed &= AuthorshipRow.position == PLACES.index(place)
    if place == "last":
        other = aliased(AuthorshipRow)
        last = select(func.max(other.position)).where(other.work_id == AuthorshipRow.work_id)
        printed &= AuthorshipRow.position == last.scalar_subquery()
        query = query.where(WorkRow.authors_complete)
    theirs = select(AuthorshipRow.work_id).where(printed)
    return list(await session.scalars(query.where(WorkRow.id.in_(theirs))))


def _bears(words: Sequence[str]) -> ColumnElement[bool]:
    """The condition that an author is printed under a name of these words."""
    given, *middle, surname = words
    keys = {" ".join(words), f"{given} {surname}", f"{given[0]} {surname}", f"{surname} {given}"}
    keys.add(" ".join([given, *(name[0] for name in middle), surname]))
    # With a further middle name; an initial stands for any name that begins so.
    first = f"{given}%" if len(given) == 1 else given
    if not middle:
        likes = [f"{given}% {surname}" if len(given) == 1 else f"{given} % {surname}"]
    else:
        theirs = " ".join(f"{name}%" if len(name) == 1 else name for name in middle)
        likes = [
            f"{first} {between} {surname}" for between in (theirs, f"{theirs} %", f"% {theirs}")
        ]
    longer = or_(*(AuthorshipRow.name_key.like(like) for like in likes))
    return AuthorshipRow.name_key.in_(keys) | longer


async def ids_of_one(session: AsyncSession, researcher_ids: Sequence[int] = ()) -> list[int]:
    """Ids of works in scope that have a single author."""
    authors = select(func.count()).where(AuthorshipRow.work_id == WorkRow.id).scalar_subquery()
    query = scoped(select(WorkRow.id), researcher_ids, None)
    return list(await session.scalars(query.where(WorkRow.authors_complete, authors == 1)))


async def numbers(
    session: AsyncSession, researcher_ids: Sequence[int], *, fewest: bool = False
) -> list[tuple[int, int]]:
    """Work id and number of authors of the works whose authors are all stored, most first."""
    number = func.count(AuthorshipRow.position)
    theirs = scoped(select(WorkRow.id), researcher_ids, None).where(WorkRow.authors_complete)
    rows = await session.execute(
        select(AuthorshipRow.work_id, number)
        .where(AuthorshipRow.work_id.in_(theirs))
        .group_by(AuthorshipRow.work_id)
        .order_by(number if fewest else number.desc(), AuthorshipRow.work_id.desc())
    )
    return [(work_id, authors) for work_id, authors in rows]


async def firsts(session: AsyncSession, researcher_ids: Sequence[int]) -> list[tuple[int, str]]:
    """Work id and first author of the works in scope, of those who may be listed."""
    theirs = scoped(select(WorkRow.id), researcher_ids, None)
    rows = await session.execute(
        select(AuthorshipRow.work_id, AuthorshipRow.name)
        .where(
            AuthorshipRow.work_id.in_(theirs),
            AuthorshipRow.position == 0,
            (await unlisted.of(session)).listed(),
        )
        .order_by(AuthorshipRow.work_id)
    )
    return [(work_id, name) for work_id, name in rows]


async def count_unsure(
    session: AsyncSession, researcher_ids: Sequence[int], window: Window | None = None
) -> int:
    """Works in scope whose list of authors is not known to be whole."""
    query = scoped(select(func.count(WorkRow.id)), researcher_ids, window)
    return await session.scalar(query.where(WorkRow.authors_complete.is_(False))) or 0


async def together(
    session: AsyncSession, names: Sequence[str], without: Sequence[int], limit: int = 20_000
) -> list[list[str]]:
    """Which of these authors wrote works together, other than the works `without`: the names on
    each such work, the newest works first.
    """
    keys = list({name_key(name) for name in names})
    printed: dict[int, list[str]] = {}
    for part in batches(keys):
        rows = await session.execute(
            select(AuthorshipRow.work_id, AuthorshipRow.name)
            .where(AuthorshipRow.name_key.in_(part))
            .order_by(AuthorshipRow.work_id.desc())
            .limit(limit)
        )
        for work_id, name in rows:
            printed.setdefault(work_id, []).append(name)
    for work_id in without:
        printed.pop(work_id, None)
    return [team for team in printed.values() if len(team) > 1]
