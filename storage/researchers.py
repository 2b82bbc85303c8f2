"""Author records: what is known of them, and what their profile says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import topics, trust, unlisted
from storage.database import bare, upsert
from storage.errors import OptedOut, ResearcherGone
from storage.names import name_forms, name_key
from storage.phrases import origin, plural
from storage.schema import (
    AttributionRow,
    AuthorshipRow,
    ClaimRow,
    ContactRow,
    FollowRow,
    JoinRow,
    OptOutRow,
    OwnWordsRow,
    ProofRow,
    ResearcherNameRow,
    ResearcherRow,
    WorkRow,
)
from storage.windows import Window, in_window

_NO_DESCRIPTION = (
    "{name} is an author record imported from {source}.",
    "One of several people who publish as {name}.",
)
"""What earlier versions kept where no description was given."""
CLOSE_WORKS = 3


@dataclass(frozen=True, slots=True)
class Researcher:
    """An author record with the number of works attributed to it, or a person behind one.

    Description, affiliation and openness are a claimed researcher's own words where they gave any
    (`description_stated` and `affiliation_stated` say so), and so are the links; nobody is open
    who takes invitations from nobody. The ORCID is the one that they proved.

    Attributes:
        record_id: the record that a person is behind; None for a record.
        label: what tells a person from their namesakes ("network compression · with Yunhe
            Wang"); empty for a record.
    """

    id: int
    name: str
    role: str
    description: str
    affiliation: str | None
    orcid: str | None
    open_to_collaborate: bool
    level: int
    claimed: bool
    source: str
    works: int
    affiliation_stated: bool = False
    description_stated: bool = False
    links: tuple[str, ...] = ()
    record_id: int | None = None
    label: str = ""

    @property
    def place(self) -> str:
        """Where the person works and whose word that is; empty where it is not known."""
        stated = " (their own word)" if self.affiliation and self.affiliation_stated else ""
        return f"{self.affiliation or ''}{stated}"

    @property
    def openness(self) -> str:
        """Whether an invitation can reach them."""
        if not self.open_to_collaborate:
            return "not open to collaborate"
        return "open to collaborate" if self.claimed else "open to collaborate once claimed"

    @property
    def record(self) -> int:
        """The id of the record that they are behind; for a record, its own."""
        return self.record_id or self.id

    @property
    def distinct_name(self) -> str:
        """The name, with the label where there are namesakes."""
        return f"{self.name} · {self.label}" if self.label else self.name


@dataclass(frozen=True, slots=True)
class Collaborator:
    """A co-author, as a name, and on how many works."""

    name: str
    shared_works: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile shows of a record."""

    researcher: Researcher
    works: int
    followers: int
    topics: tuple[topics.Topic, ...]
    close_collaborators: tuple[Collaborator, ...]
    trust: trust.Trust


async def ensure(
    session: AsyncSession,
    name: str,
    source: str,
    *,
    role: str | None = None,
    description: str | None = None,
    affiliation: str | None = None,
    open_to_collaborate: bool | None = None,
) -> int:
    """The id of the record of this name from this source, made if it is new. It is held, as by
    `storage.attributions.hold`.

    Facts given win over facts stored; facts not given leave them alone.

    Raises:
        OptedOut: the name is not to be profiled; see `storage.optouts`.
    """
    key = name_key(name)
    known = await session.scalar(
        select(ResearcherRow.id)
        .where(
            ResearcherRow.source == source, ResearcherRow.name_key == key, ResearcherRow.part == 0
        )
        .with_for_update(key_share=True)
    )
    if known is not None:
        facts = {
            "role": role,
            "description": description,
            "affiliation": affiliation,
            "open_to_collaborate": open_to_collaborate,
        }
        given = {column: value for column, value in facts.items() if value is not None}
        if given:
            await session.execute(
                update(ResearcherRow).where(ResearcherRow.id == known).values(**given)
            )
        return known
    whole = OptOutRow.works.is_(null())
    if await session.scalar(select(OptOutRow.id).where(OptOutRow.name_key == key, whole).limit(1)):
        raise OptedOut(name=name, source=source)
    row = ResearcherRow(
        name=name,
        name_key=key,
        source=source,
        role=role or "Researcher",
        description=description or "",
        affiliation=affiliation,
        open_to_collaborate=open_to_collaborate or False,
        level=1,
        claimed=False,
    )
    session.add(row)
    await session.flush()
    await add_name(session, row.id, name)
    return row.id


async def add_name(session: AsyncSession, researcher_id: int, name: str) -> None:
    """Let the record be found under another written form of the name."""
    statement = upsert(session, ResearcherNameRow).on_conflict_do_nothing()
    forms = [
        {"researcher_id": researcher_id, "key": key, "form": form}
        for key, form in name_forms(name).items()
    ]
    if forms:
        await session.execute(statement, forms)


async def get(session: AsyncSession, researcher_id: int) -> Researcher:
    """The record of this id.

    Raises:
        ResearcherGone: there is none (any more).
    """
    storable = researcher_id < 1 << 31  # what PostgreSQL's integer holds
    found = await by_ids(session, [researcher_id]) if storable else []
    if not found:
        raise ResearcherGone()
    return found[0]


async def by_ids(session: AsyncSession, ids: Sequence[int]) -> list[Researcher]:
    """The records of these ids, in their order; unknown ids are left out."""
    if not ids:
        return []
    rows = await session.execute(_BY_IDS, {"ids": list(set(ids))})
    found = {row.id: _researcher(row) for row in rows}
    if any(person.label for person in found.values()):
        left_out = await unlisted.of(session)
        found = {i: replace(one, label=left_out.label(one.label)) for i, one in found.items()}
    return [found[i] for i in dict.fromkeys(ids) if i in found]


_WORKS = (
    select(func.count(AttributionRow.work_id))
    .where(AttributionRow.researcher_id == ResearcherRow.id, AttributionRow.certainty > 0)
    .scalar_subquery()
)
_PROVED = (
    select(func.max(ProofRow.orcid))
    .join(ClaimRow, ClaimRow.id == ProofRow.claim_id)
    .where(ClaimRow.researcher_id == ResearcherRow.id, ClaimRow.state == "verified")
    .scalar_subquery()
)
_TAKES_NONE = (
    select(ContactRow.user_id)
    .join(ClaimRow, ClaimRow.user_id == ContactRow.user_id)
    .where(
        ClaimRow.researcher_id == ResearcherRow.id,
        ClaimRow.state == "verified",
        ContactRow.who == "nobody",
    )
    .exists()
)
_RECORD, _OWN = bare(ResearcherRow), bare(OwnWordsRow)  # as objects they take twice as long
_BY_IDS = (  # put together once: it takes longer than to execute it
    select(
        *_RECORD.c,
        _WORKS.label("works"),
        _PROVED.label("proved"),
        _TAKES_NONE.label("takes_none"),
        _OWN.c.description.label("own_description"),
        _OWN.c.affiliation.label("own_affiliation"),
        _OWN.c.open_to_collaborate.label("own_open"),
        _OWN.c.links.label("own_links"),
    )
    .outerjoin_from(_RECORD, _OWN, _OWN.c.researcher_id == _RECORD.c.id)
    .where(_RECORD.c.id.in_(bindparam("ids", expanding=True)))
)


async def everyone(session: AsyncSession, limit: int = 25) -> list[Researcher]:
    """Records with the most works first; the persons behind them, and records that were joined
    to another, are left out.
    """
    rows = await session.execute(
        select(AttributionRow.researcher_id)
        .join(ResearcherRow, ResearcherRow.id == AttributionRow.researcher_id)
        .where(AttributionRow.certainty > 0, *_ON_THEIR_OWN)
        .group_by(AttributionRow.researcher_id)
        .order_by(func.count().desc(), AttributionRow.researcher_id)
        .limit(limit)
    )
    return await by_ids(session, [i for (i,) in rows])


async def only(session: AsyncSession) -> int | None:
    """The id of the one record that `everyone` gives; None where there are none or several."""
    works = exists().where(
        AttributionRow.researcher_id == ResearcherRow.id, AttributionRow.certainty > 0
    )
    found = await session.scalars(select(ResearcherRow.id).where(*_ON_THEIR_OWN, works).limit(2))
    ids = found.all()
    return ids[0] if len(ids) == 1 else None


_ON_THEIR_OWN = (
    ResearcherRow.record_id.is_(None),
    ResearcherRow.id.not_in(select(JoinRow.record_id)),
)


async def count(session: AsyncSession) -> int:
    """How many records there are."""
    records = select(func.count(ResearcherRow.id)).where(ResearcherRow.record_id.is_(None))
    return await session.scalar(records) or 0


async def collaborators(
    session: AsyncSession, researcher_id: int, window: Window | None = None
) -> list[Collaborator]:
    """Co-authors by name, with the number of works shared, most first; see `storage.unlisted`."""
    record = select(ResearcherRow.record_id).where(ResearcherRow.id == researcher_id)
    joined = select(JoinRow.record_id).where(JoinRow.kept_id == researcher_id)
    own = select(ResearcherNameRow.key).where(
        or_(
            ResearcherNameRow.researcher_id == researcher_id,
            ResearcherNameRow.researcher_id.in_(record),
            ResearcherNameRow.researcher_id.in_(joined),
        ),
        ResearcherNameRow.form != "surname",
    )
    shared = func.count(func.distinct(AuthorshipRow.work_id))
    query = (
        select(func.min(AuthorshipRow.name), shared)
        .join(AttributionRow, AttributionRow.work_id == AuthorshipRow.work_id)
        .where(
            AttributionRow.researcher_id == researcher_id,
            AttributionRow.certainty > 0,
            AuthorshipRow.name_key.not_in(own),
            (await unlisted.of(session)).listed(),
        )
        .group_by(AuthorshipRow.name_key)
        .order_by(shared.desc(), func.min(AuthorshipRow.name))
    )
    if window:
        query = query.where(AuthorshipRow.work_id.in_(select(WorkRow.id).where(in_window(window))))
    rows = await session.execute(query)
    return [Collaborator(name, number) for name, number in rows]


async def profile(session: AsyncSession, researcher_id: int) -> Profile:
    """Everything that the profile of a record shows.

    Raises:
        ResearcherGone: there is no such record.
    """
    researcher = await get(session, researcher_id)
    followers = await _followers(session, researcher_id)
    return Profile(
        researcher=researcher,
        works=researcher.works,
        followers=followers,
        topics=await topics.of(session, researcher_id),
        close_collaborators=_close(await collaborators(session, researcher_id)),
        trust=trust.snapshot(
            researcher.level,
            researcher.works,
            followers,
            affiliation_known=await _affiliation_known(session, researcher_id),
            orcid_linked=researcher.orcid is not None,
        ),
    )


async def _followers(session: AsyncSession, researcher_id: int) -> int:
    """How many people follow a record, each counted once; its own researcher is not counted."""
    themselves = select(ClaimRow.user_id).where(
        ClaimRow.researcher_id == researcher_id, ClaimRow.state == "verified"
    )
    people = select(func.count(func.distinct(FollowRow.user_id))).where(
        FollowRow.researcher_id == researcher_id, FollowRow.user_id.not_in(themselves)
    )
    return await session.scalar(people) or 0


async def _affiliation_known(session: AsyncSession, researcher_id: int) -> bool:
    """Whether a source gives an affiliation, or an institution's page has proved one.

    What somebody only says of themselves raises no trust.
    """
    proved = (
        select(ProofRow.id)
        .join(ClaimRow, ClaimRow.id == ProofRow.claim_id)
        .join(OwnWordsRow, OwnWordsRow.researcher_id == ClaimRow.researcher_id)
        .where(
            ClaimRow.researcher_id == researcher_id,
            ClaimRow.state == "verified",
            ProofRow.kind == "institution",
            ProofRow.found,
            OwnWordsRow.affiliation.is_not(None),
        )
        .limit(1)
    )
    imported = select(ResearcherRow.affiliation).where(ResearcherRow.id == researcher_id)
    return (await session.scalar(imported)) is not None or (
        await session.scalar(proved)
    ) is not None


def _close(ranked: Sequence[Collaborator]) -> tuple[Collaborator, ...]:
    """Co-authors on at least three works, or the two most shared where none has three."""
    close = tuple(c for c in ranked if c.shared_works >= CLOSE_WORKS)
    return close or tuple(ranked[:2])


def told_apart(people: Sequence[Researcher]) -> list[str]:
    """Their names; of those who share one, what tells them apart, too."""
    shared = Counter(person.name for person in people)
    return [p.distinct_name if shared[p.name] > 1 else p.name for p in people]


def described(researcher: Researcher) -> str:
    """A record as one of several to choose from: "Kai Han (arXiv, 35 works)"."""
    works = plural(researcher.works, "work")
    return f"{researcher.distinct_name} ({origin(researcher.source)}, {works})"


def _researcher(row: Row[*tuple[Any, ...]]) -> Researcher:
    stated, opened = row.own_affiliation, row.own_open
    made_up = [text.format(name=row.name, source=row.source) for text in _NO_DESCRIPTION]
    imported = "" if row.description in made_up else row.description
    return Researcher(
        id=row.id,
        name=row.name,
        role=row.role,
        description=row.own_description or imported,
        description_stated=row.own_description is not None,
        affiliation=stated or row.affiliation,
        orcid=row.proved,
        open_to_collaborate=not row.takes_none
        and (row.open_to_collaborate if opened is None else opened),
        level=row.level,
        claimed=row.claimed,
        source=row.source,
        works=row.works,
        record_id=row.record_id,
        label=row.label,
        affiliation_stated=stated is not None,
        links=tuple(row.own_links or ()),
    )
