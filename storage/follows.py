"""Who follows whom, where to, how often, with which filter, paused until when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import destinations, places, watches
from storage.answers import utcnow
from storage.database import in_turn
from storage.destinations import Destination, destination
from storage.errors import (
    AlreadyFollowing,
    BadCategories,
    FollowingPaused,
    NoSuchFollow,
    TooManyFollows,
    TooManyOwnFollows,
    TooManyServerFollows,
)
from storage.phrases import day
from storage.researchers import Researcher, by_ids, get
from storage.schema import DestinationRow, FollowRow
from storage.works import Work

FOREVER = datetime.fromisoformat("9999-12-31")  # a pause that ends when its owner says so


_CATEGORY = re.compile(  # of arXiv, as in its taxonomy; an archive alone stands for all of it
    r"(?:astro-ph|cs|econ|eess|math|nlin|q-bio|q-fin|stat)(?:\.[a-z]{2})?"
    r"|(?:cond-mat|physics)(?:\.[a-z]{2,6}(?:-[a-z]{2,5})?)?"
    r"|gr-qc|hep-(?:ex|lat|ph|th)|math-ph|nucl-(?:ex|th)|quant-ph",
    re.IGNORECASE,
)


class Every(StrEnum):
    """How often a follow is heard of."""

    ONCE = "at once"
    DAY = "daily"
    WEEK = "weekly"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which of a researcher's new works are wanted; an empty filter wants all of them.

    Attributes:
        any_of: at least one of these occurs in title or abstract, as a word or phrase.
        all_of: each of these occurs.
        none_of: none of these occurs.
        categories: the work is in one of these arXiv categories ("cs" stands for all of cs.*).
        similar_to: a text that the work has to be near to in meaning.
        threshold: the cosine from which it counts as near.
        revisions: new versions of known works are wanted too.
    """

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    similar_to: str | None = None
    threshold: float = 0.35
    revisions: bool = False

    def refusal(self, work: Work, similarity: float | None = None) -> str | None:
        """Why this work is not wanted, as a person reads it; None when it is.

        `similarity` is the cosine between `similar_to` and the work, where one is asked for.
        """
        text = f"{work.title}\n{work.abstract}"
        if self.any_of and not any(_occurs(word, text) for word in self.any_of):
            return f"mentions none of: {', '.join(self.any_of)}"
        for word in self.all_of:
            if not _occurs(word, text):
                return f"does not mention {word}"
        for word in self.none_of:
            if _occurs(word, text):
                return f"mentions {word}"
        if self.categories and not any(_within(work.categories, c) for c in self.categories):
            return f"is in none of: {', '.join(self.categories)}"
        if self.similar_to and similarity is not None and similarity < self.threshold:
            return f"too far from “{self.similar_to}” ({similarity:.2f} of {self.threshold:.2f})"
        return None

    def to_json(self) -> dict[str, Any]:
        """Only what differs from an empty filter."""
        empty = asdict(Filter())
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
            if value != empty[key]
        }

    @staticmethod
    def from_json(stored: dict[str, Any]) -> Filter:
        """The filter that `to_json` wrote."""
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()
        }
        return Filter(**values)


@dataclass(frozen=True, slots=True)
class Follow:
    """One researcher followed at one destination, since a moment in UTC."""

    id: int
    researcher: Researcher
    destination: Destination
    user_id: int | None
    every: Every
    since: datetime
    filter: Filter = field(default_factory=Filter)
    paused_until: datetime | None = None

    def paused(self, now: datetime) -> bool:
        """Whether the follow is paused at this moment."""
        return self.paused_until is not None and self.paused_until > now


def until(follow: Follow) -> str:
    """How long a paused follow rests, in words."""
    if follow.paused_until is None or follow.paused_until >= FOREVER:
        return "until you resume it"
    return f"until {day(follow.paused_until)}"


def categories_of(text: str) -> tuple[str, ...]:
    """The arXiv categories of a text that names them, separated by commas or spaces.

    Raises:
        BadCategories: something in it is no such code.
    """
    codes = tuple(dict.fromkeys(re.split(r"[,;\s]+", text.strip(" ,;"))))
    if not all(map(_CATEGORY.fullmatch, codes)):
        raise BadCategories(text=text)
    return codes


async def add(
    session: AsyncSession,
    researcher_id: int,
    to: Destination,
    *,
    user_id: int | None,
    set_by: int,
    every: Every = Every.ONCE,
    wanted: Filter | None = None,
    limit: int = 100,
    server_limit: int = 500,
) -> Follow:
    """Follow a researcher; the first look at them announces nothing that is already there.

    Args:
        session: a writing session.
        researcher_id: whom.
        to: where announcements go (see `storage.destinations.ensure`).
        user_id: the follower who counts as one of the community; None for a channel's follow.
        set_by: who asked for it.
        every: how often.
        wanted: the filter; None for everything.
        limit: how many researchers one destination may follow, and one person in all places.
        server_limit: how many follows the channels of its server may have, unless its
            moderators set fewer.

    Raises:
        AlreadyFollowing: this destination follows them.
        TooManyFollows, TooManyOwnFollows, TooManyServerFollows: a limit is reached.
    """
    researcher = await get(session, researcher_id)
    for whose in (user_id, to.guild_id):
        if whose is not None:
            await in_turn(session, whose)
    there = FollowRow.destination_id == to.id
    before = await session.scalar(
        select(FollowRow.id).where(there, FollowRow.researcher_id == researcher_id)
    )
    if before is not None:
        follow = await by_id(session, before)
        if follow.paused(utcnow()):
            raise FollowingPaused(name=researcher.name, until=until(follow))
        raise AlreadyFollowing(name=researcher.name)
    if await _number(session, there) >= limit:
        raise TooManyFollows(limit=limit)
    if user_id is not None and await _number(session, FollowRow.user_id == user_id) >= limit:
        raise TooManyOwnFollows(limit=limit)
    if user_id is None and to.guild_id is not None:
        await _check_server(session, to.guild_id, server_limit)
    row = FollowRow(
        researcher_id=researcher_id,
        destination_id=to.id,
        user_id=user_id,
        set_by_user_id=set_by,
        every=every.value,
        filter=(wanted or Filter()).to_json(),
        paused_until=None,
        created_at=utcnow(),
    )
    session.add(row)
    await session.flush()
    await watches.begin(session, researcher_id)
    return await by_id(session, row.id)


async def _check_server(session: AsyncSession, guild_id: int, most: int) -> None:
    own = (await places.get(session, guild_id)).follows
    limit = most if own is None else min(own, most)
    of_channels = (DestinationRow.guild_id == guild_id, FollowRow.user_id.is_(None))
    if await _number(session, *of_channels) >= limit:
        raise TooManyServerFollows(limit=limit)


async def _number(session: AsyncSession, *conditions: Any) -> int:
    found = (
        select(func.count(FollowRow.id))
        .join(DestinationRow, DestinationRow.id == FollowRow.destination_id)
        .where(*conditions)
    )
    return await session.scalar(found) or 0


async def by_id(session: AsyncSession, follow_id: int) -> Follow:
    """The follow of this id.

    Raises:
        NoSuchFollow: there is none (any more).
    """
    found = await _follows(session, FollowRow.id == follow_id)
    if not found:
        raise NoSuchFollow()
    return found[0]


async def at(session: AsyncSession, destination_id: int) -> list[Follow]:
    """What a destination follows, by name."""
    return await _follows(session, FollowRow.destination_id == destination_id)


async def of_user(session: AsyncSession, user_id: int) -> list[Follow]:
    """What a person follows for themselves, wherever it goes, by name."""
    return await _follows(session, FollowRow.user_id == user_id)


async def of_guild(session: AsyncSession, guild_id: int) -> list[Follow]:
    """What the channels of a server follow, by name; members' own follows are not shown."""
    return await _follows(session, DestinationRow.guild_id == guild_id, FollowRow.user_id.is_(None))


async def set_by(session: AsyncSession, destination_id: int) -> list[int]:
    """Who had announcements sent to a destination, the latest first."""
    rows = await session.scalars(
        select(FollowRow.set_by_user_id)
        .where(FollowRow.destination_id == destination_id, FollowRow.set_by_user_id.is_not(None))
        .order_by(FollowRow.id.desc())
    )
    return list(dict.fromkeys(person for person in rows if person is not None))


async def of_researchers(session: AsyncSession, researcher_ids: Sequence[int]) -> list[Follow]:
    """Every follow of any of these researchers."""
    return await _follows(session, FollowRow.researcher_id.in_(researcher_ids))


async def edit(
    session: AsyncSession,
    follow_id: int,
    *,
    every: Every | None = None,
    wanted: Filter | None = None,
) -> Follow:
    """Change how often a follow is heard of, or its filter."""
    row = await _row(session, follow_id)
    if every is not None:
        row.every = every.value
    if wanted is not None:
        row.filter = wanted.to_json()
    await session.flush()
    return await by_id(session, follow_id)


async def pause(session: AsyncSession, follow_id: int, until: datetime | None) -> Follow:
    """Pause a follow until a moment (naive UTC), or resume it with None.

    Works that appear meanwhile are recorded as paused and are not sent later.
    """
    row = await _row(session, follow_id)
    row.paused_until = until
    await session.flush()
    return await by_id(session, follow_id)


async def resume(session: AsyncSession, follow_id: int) -> Follow:
    """Hear of somebody again, whether the follow was paused or the place that it goes to.

    Raises:
        NoSuchFollow: it is removed already.
    """
    follow = await pause(session, follow_id, None)
    await destinations.resume(session, follow.destination.id)
    return await by_id(session, follow_id)


async def narrow(session: AsyncSession, follow_id: int, person_id: int) -> Follow:
    """Follow one of several people of a name in place of all of them, as they were followed.

    Raises:
        NoSuchFollow: it is removed already.
        UnknownResearcher: there is no such person (any more).
        AlreadyFollowing: the destination follows that person, too.
    """
    row = await _row(session, follow_id)
    person = await get(session, person_id)
    there = select(FollowRow).where(FollowRow.destination_id == row.destination_id)
    if await session.scalar(there.where(FollowRow.researcher_id == person_id)):
        raise AlreadyFollowing(name=person.name)
    row.researcher_id = person_id
    await session.flush()
    await watches.begin(session, person_id)
    return await by_id(session, follow_id)


async def remove(session: AsyncSession, follow_id: int) -> None:
    """Stop following."""
    await session.delete(await _row(session, follow_id))
    await session.flush()


async def _row(session: AsyncSession, follow_id: int) -> FollowRow:
    row = await session.get(FollowRow, follow_id)
    if row is None:
        raise NoSuchFollow()
    return row


async def _follows(session: AsyncSession, *conditions: Any) -> list[Follow]:
    rows = await session.execute(
        select(FollowRow, DestinationRow)
        .join(DestinationRow, DestinationRow.id == FollowRow.destination_id)
        .where(*conditions)
    )
    pairs = rows.all()
    people = await by_ids(session, list({follow.researcher_id for follow, _ in pairs}))
    known = {person.id: person for person in people}
    found = [
        Follow(
            id=follow.id,
            researcher=known[follow.researcher_id],
            destination=destination(where),
            user_id=follow.user_id,
            every=Every(follow.every),
            since=follow.created_at,
            filter=Filter.from_json(follow.filter),
            paused_until=follow.paused_until,
        )
        for follow, where in pairs
    ]
    return sorted(found, key=lambda follow: (follow.researcher.name, follow.id))


def _occurs(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None


def _within(categories: Sequence[str], wanted: str) -> bool:
    lower = wanted.lower()
    return any(c.lower() == lower or c.lower().startswith(f"{lower}.") for c in categories)
