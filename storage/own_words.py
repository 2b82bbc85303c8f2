"""What claimed researchers say of themselves, and the servers they do not want to be shown in.

Kept beside the record, not in it: an import changes none of it, and it goes when the claim ends.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import circles, researchers, unseen
from storage.database import upsert
from storage.errors import BadLink, NotClaimed, TextTooLong, UnknownResearcher
from storage.researchers import Researcher
from storage.schema import AttributionRow, ClaimRow, HiddenProfileRow, OwnWordsRow, ResearcherRow

MOST_LINKS = 5
LONGEST = {"description": 600, "affiliation": 120}
LONGEST_LINK = 200


@dataclass(frozen=True, slots=True)
class OwnWords:
    """None, or no links, where nothing was said: what was imported stands then."""

    description: str | None = None
    affiliation: str | None = None
    links: tuple[str, ...] = ()
    open_to_collaborate: bool | None = None


async def get(session: AsyncSession, researcher_id: int) -> OwnWords:
    """What a researcher says of themselves."""
    row = await session.get(OwnWordsRow, researcher_id)
    if row is None:
        return OwnWords()
    return OwnWords(row.description, row.affiliation, tuple(row.links), row.open_to_collaborate)


async def put(session: AsyncSession, researcher_id: int, user_id: int, words: OwnWords) -> OwnWords:
    """Keep what a claimed researcher says of themselves; empty texts go back to the imported ones.

    Raises:
        NotClaimed: no proved claim of this person's stands on the researcher.
        TextTooLong: a text is.
        BadLink: a link is no https address, or there are too many.
    """
    claim_id = await _claim(session, researcher_id, user_id)
    words = OwnWords(
        _text("description", words.description),
        _text("affiliation", words.affiliation),
        _links(words.links),
        words.open_to_collaborate,
    )
    said = {
        "claim_id": claim_id,
        "user_id": user_id,
        "description": words.description,
        "affiliation": words.affiliation,
        "links": list(words.links),
        "open_to_collaborate": words.open_to_collaborate,
    }
    statement = upsert(session, OwnWordsRow).values(researcher_id=researcher_id, **said)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["researcher_id"], set_=said)
    )
    return words


async def hide(session: AsyncSession, researcher_id: int, user_id: int, guild_id: int) -> None:
    """Do not show the researcher in a server; see `announcing.hide`.

    Raises:
        NotClaimed: no proved claim of this person's stands on the researcher.
    """
    claim_id = await _claim(session, researcher_id, user_id)
    statement = upsert(session, HiddenProfileRow).values(
        guild_id=guild_id, researcher_id=researcher_id, claim_id=claim_id, user_id=user_id
    )
    await session.execute(statement.on_conflict_do_nothing())


async def unhide(session: AsyncSession, researcher_id: int, user_id: int, guild_id: int) -> None:
    """Show the researcher in a server again.

    Raises:
        NotClaimed: no proved claim of this person's stands on the researcher.
    """
    await _claim(session, researcher_id, user_id)
    await session.execute(
        delete(HiddenProfileRow).where(
            HiddenProfileRow.guild_id == guild_id, HiddenProfileRow.researcher_id == researcher_id
        )
    )


async def hides(session: AsyncSession, researcher_id: int) -> list[int]:
    """The servers in which a researcher does not want to be shown."""
    rows = await session.scalars(
        select(HiddenProfileRow.guild_id)
        .where(HiddenProfileRow.researcher_id == researcher_id)
        .order_by(HiddenProfileRow.guild_id)
    )
    return list(rows)


async def hides_from(session: AsyncSession, record_id: int) -> list[int]:
    """The servers in which one of the people behind a record does not want to be shown."""
    behind = select(ResearcherRow.id).where(ResearcherRow.record_id == record_id)
    rows = await session.scalars(
        select(HiddenProfileRow.guild_id)
        .where(HiddenProfileRow.researcher_id.in_(behind))
        .distinct()
        .order_by(HiddenProfileRow.guild_id)
    )
    return list(rows)


async def hidden_in(session: AsyncSession, guild_id: int | None) -> frozenset[int]:
    """The researchers that a server does not see, with a record all that were joined with it and
    the persons behind them; none in direct messages. The session lists none of them from now on.
    """
    found = frozenset[int]() if guild_id is None else await _hidden_in(session, guild_id)
    unseen.hide(session, found)
    return found


async def _hidden_in(session: AsyncSession, guild_id: int) -> frozenset[int]:
    rows = await session.scalars(
        select(HiddenProfileRow.researcher_id).where(HiddenProfileRow.guild_id == guild_id)
    )
    named = set(rows)
    if not named:
        return frozenset()
    named = circles.widened(named, await circles.joins(session))
    behind = select(ResearcherRow.id).where(ResearcherRow.record_id.in_(named))
    return frozenset([*named, *await session.scalars(behind)])


@dataclass(frozen=True, slots=True)
class Hidden:
    """Whom a server does not see, and the works of theirs that are left out of the records that
    they share with others.
    """

    researchers: frozenset[int]
    records: frozenset[int]
    works: frozenset[int]

    def hides(self, researcher_id: int, work_id: int) -> bool:
        """Whether a work is not to be seen as this researcher's."""
        left_out = researcher_id in self.records and work_id in self.works
        return left_out or researcher_id in self.researchers


async def hidden(
    session: AsyncSession, guild_ids: Collection[int | None]
) -> dict[int | None, Hidden]:
    """Server -> whom it does not see, of those of these where that is anybody."""
    rows = await session.scalars(
        select(HiddenProfileRow.guild_id).where(HiddenProfileRow.guild_id.in_(guild_ids)).distinct()
    )
    return {
        guild_id: await _sharing(session, await _hidden_in(session, guild_id))
        for guild_id in rows.all()
    }


async def behind(session: AsyncSession, record_ids: Collection[int]) -> frozenset[int]:
    """Those of these records that somebody is behind, among others, who hides in a server."""
    hidden = select(HiddenProfileRow.researcher_id)
    rows = await session.scalars(
        select(ResearcherRow.record_id).where(
            ResearcherRow.record_id.in_(record_ids), ResearcherRow.id.in_(hidden)
        )
    )
    return frozenset(record for record in rows if record is not None)


async def look_from(session: AsyncSession, guild_id: int | None) -> frozenset[int]:
    """Let a session that only reads see what a server sees; whom it does not (see `hidden_in`)."""
    hidden = await hidden_in(session, guild_id)
    await leave_out(session, hidden)
    return hidden


async def leave_out(session: AsyncSession, hidden: Collection[int]) -> None:
    """Leave the works of those who are hidden out of the records that they share with others, in
    all that this session reads from now on, and list none of them.
    """
    unseen.hide(session, hidden)
    found = await _sharing(session, frozenset(hidden))
    if found.records:
        unseen.leave_out(session, found.records, found.works)


async def _sharing(session: AsyncSession, hidden: frozenset[int]) -> Hidden:
    """These with what is left out of the records that they share."""
    records = await circles.records(session, hidden)
    sharing = {person: record for person, record in records.items() if record not in hidden}
    if not sharing:
        return Hidden(hidden, frozenset(), frozenset())
    works = await session.scalars(
        select(AttributionRow.work_id).where(
            AttributionRow.researcher_id.in_(sharing), AttributionRow.certainty > 0
        )
    )
    shared = circles.widened(set(sharing.values()), await circles.joins(session))
    return Hidden(hidden, frozenset(shared), frozenset(works))


async def shown(session: AsyncSession, researcher_id: int, guild_id: int | None) -> Researcher:
    """The researcher of this id, unless they do not want to be shown in this server.

    Raises:
        UnknownResearcher: there is none, or none here.
    """
    not_seen = await hidden_in(session, guild_id)
    person = await researchers.get(session, researcher_id)
    if person.id in not_seen:
        raise UnknownResearcher(name=person.name, suggestions=())
    return person


async def _claim(session: AsyncSession, researcher_id: int, user_id: int) -> int:
    claim_id = await session.scalar(
        select(ClaimRow.id).where(
            ClaimRow.researcher_id == researcher_id,
            ClaimRow.user_id == user_id,
            ClaimRow.state == "verified",
        )
    )
    if claim_id is None:
        raise NotClaimed()
    return claim_id


def _text(what: str, text: str | None) -> str | None:
    text = " ".join((text or "").split())
    if len(text) > LONGEST[what]:
        raise TextTooLong(what=what, limit=LONGEST[what])
    return text or None


def _links(links: Sequence[str]) -> tuple[str, ...]:
    """The links, each an https address of a named host.

    Raises:
        BadLink
    """
    kept = tuple(dict.fromkeys(link.strip() for link in links if link.strip()))
    for link in kept:
        if not _linkable(link):
            raise BadLink(link=link, limit=MOST_LINKS)
    if len(kept) > MOST_LINKS:
        raise BadLink(link=kept[MOST_LINKS], limit=MOST_LINKS)
    return kept


def _linkable(link: str) -> bool:
    try:
        parts = urlsplit(link)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return (
        len(link) <= LONGEST_LINK
        and link.isprintable()
        and not any(character.isspace() for character in link)
        and parts.scheme == "https"
        and "@" not in parts.netloc
        and port in (None, 443)
        and "." in host.strip(".")
        and not host.rsplit(".", 1)[-1].isdigit()
        and ":" not in host
    )
