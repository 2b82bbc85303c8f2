"""Author records: finding them by name, and what their profile says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import bindparam, func, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import topics, trust
from storage.database import upsert
from storage.errors import AmbiguousResearcher, OptedOut, UnknownResearcher
from storage.names import name_forms, name_key
from storage.schema import (
    AttributionRow,
    AuthorshipRow,
    ClaimRow,
    FollowRow,
    JoinRow,
    OptOutRow,
    OwnWordsRow,
    ProofRow,
    ResearcherNameRow,
    ResearcherRow,
    WorkRow,
)
from storage.works import Window, in_window

DEFAULT_DESCRIPTION = "{name} is an author record imported from {source}."
CLOSE_WORKS = 3
FUZZY_SCORE = 80.0
TYPO_SCORE = 88.0
LONGEST_NAME = 6
MOST_PAIRS = 20  # of neighbouring words that are compared with every name


@dataclass(frozen=True, slots=True)
class Researcher:
    """An author record with the number of works attributed to it, or a person behind one.

    Description, affiliation and openness are a claimed researcher's own words where they gave any
    (`affiliation_stated` says so of the affiliation), and so are the links. The ORCID is the one
    imported, or the one that they proved.

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
    links: tuple[str, ...] = ()
    record_id: int | None = None
    label: str = ""

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


@dataclass(frozen=True, slots=True)
class Mention:
    """A record named in a text, and where: `text[start:end]`."""

    researcher: Researcher
    start: int
    end: int


async def ensure(
    session: AsyncSession,
    name: str,
    source: str,
    *,
    role: str | None = None,
    description: str | None = None,
    affiliation: str | None = None,
    orcid: str | None = None,
    open_to_collaborate: bool | None = None,
) -> int:
    """The id of the record of this name from this source, made if it is new.

    Facts given win over facts stored; facts not given leave them alone.

    Raises:
        OptedOut: the name is not to be profiled; see `storage.optouts`.
    """
    key = name_key(name)
    known = await session.scalar(
        select(ResearcherRow.id).where(
            ResearcherRow.source == source, ResearcherRow.name_key == key, ResearcherRow.part == 0
        )
    )
    if known is not None:
        facts = {
            "role": role,
            "description": description,
            "affiliation": affiliation,
            "orcid": orcid,
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
        description=description or DEFAULT_DESCRIPTION.format(name=name, source=source),
        affiliation=affiliation,
        orcid=orcid,
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
        UnknownResearcher: there is none (any more).
    """
    storable = researcher_id < 1 << 31  # what PostgreSQL's integer holds
    found = await by_ids(session, [researcher_id]) if storable else []
    if not found:
        raise UnknownResearcher(name=f"#{researcher_id}", suggestions=())
    return found[0]


async def imported_orcid(session: AsyncSession, researcher_id: int) -> str | None:
    """The ORCID iD that a source gives; what a claimant has proved does not count."""
    return await session.scalar(
        select(ResearcherRow.orcid).where(ResearcherRow.id == researcher_id)
    )


async def by_ids(session: AsyncSession, ids: Sequence[int]) -> list[Researcher]:
    """The records of these ids, in their order; unknown ids are left out."""
    if not ids:
        return []
    rows = await session.execute(_BY_IDS, {"ids": list(set(ids))})
    found = {row.id: _researcher(row, number, own, orcid) for row, number, own, orcid in rows}
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
_BY_IDS = (  # put together once: it takes longer than to execute it
    select(ResearcherRow, _WORKS, OwnWordsRow, _PROVED)
    .outerjoin(OwnWordsRow, OwnWordsRow.researcher_id == ResearcherRow.id)
    .where(ResearcherRow.id.in_(bindparam("ids", expanding=True)))
    .execution_options(populate_existing=True)
)


async def everyone(session: AsyncSession, limit: int = 25) -> list[Researcher]:
    """Records with the most works first; the persons behind them, and records that were joined
    to another, are left out.
    """
    rows = await session.execute(
        select(AttributionRow.researcher_id)
        .join(ResearcherRow, ResearcherRow.id == AttributionRow.researcher_id)
        .where(
            AttributionRow.certainty > 0,
            ResearcherRow.record_id.is_(None),
            ResearcherRow.id.not_in(select(JoinRow.record_id)),
        )
        .group_by(AttributionRow.researcher_id)
        .order_by(func.count().desc(), AttributionRow.researcher_id)
        .limit(limit)
    )
    return await by_ids(session, [i for (i,) in rows])


async def count(session: AsyncSession) -> int:
    """How many records there are."""
    records = select(func.count(ResearcherRow.id)).where(ResearcherRow.record_id.is_(None))
    return await session.scalar(records) or 0


async def find(session: AsyncSession, text: str, limit: int = 25) -> list[Researcher]:
    """Records whose name is, begins, contains or nearly is the text, best first, and behind each
    the persons who share it, as far as there is room.
    """
    return await _with_persons(session, await _find(session, text, limit), limit)


async def _with_persons(
    session: AsyncSession, records: Sequence[Researcher], limit: int
) -> list[Researcher]:
    rows = await session.execute(
        select(ResearcherRow.id)
        .where(ResearcherRow.record_id.in_([record.id for record in records]))
        .order_by(ResearcherRow.part)
    )
    persons = sorted(await by_ids(session, [i for (i,) in rows]), key=lambda p: -p.works)
    room = limit - len(records)
    found: list[Researcher] = []
    for record in records:
        theirs = [p for p in persons if p.record_id == record.id][: max(room, 0)]
        room -= len(theirs)
        found += [record, *theirs]
    return found


async def _find(session: AsyncSession, text: str, limit: int) -> list[Researcher]:
    key = name_key(text)
    if not key:
        return await everyone(session, limit)
    rows = (
        await session.execute(
            select(ResearcherNameRow.researcher_id, ResearcherNameRow.key)
            .where(ResearcherNameRow.key.contains(key, autoescape=True))
            .order_by(func.length(ResearcherNameRow.key), ResearcherNameRow.key)
            .limit(1000)
        )
    ).all()
    if not rows:
        return await by_ids(session, await _near(session, key, limit))
    best: dict[int, tuple[int, int]] = {}
    for researcher_id, name in rows:
        rank = (0 if name == key else 1 if name.startswith(key) else 2, len(name))
        best[researcher_id] = min(best.get(researcher_id, (9, 0)), rank)
    ranked = sorted(best, key=lambda i: (best[i], i))
    return (await _kept(session, ranked))[:limit]


async def resolve(session: AsyncSession, text: str, hidden: Collection[int] = ()) -> Researcher:
    """The one record meant by a name; those of the `hidden` are as if they were not there.

    Raises:
        UnknownResearcher: no record has the name; near names are suggested.
        AmbiguousResearcher: several have it.
    """
    key = name_key(text)
    rows = await session.execute(
        select(ResearcherNameRow.researcher_id, ResearcherNameRow.form).where(
            ResearcherNameRow.key == key
        )
    )
    kept = await joins(session)
    named = [(kept.get(i, i), form) for i, form in rows if kept.get(i, i) not in hidden]
    full = [i for i, form in named if form == "full"]
    found = await by_ids(session, full or [i for i, _ in named])
    if len(found) == 1:
        return found[0]
    if found:
        choices = tuple((r.id, described(r)) for r in found)
        raise AmbiguousResearcher(name=text.strip(), choices=choices)
    near = await by_ids(session, await _near(session, key, 3, hidden))
    raise UnknownResearcher(name=text.strip(), suggestions=tuple(r.name for r in near))


async def mentioned(
    session: AsyncSession, text: str, hidden: Collection[int] = ()
) -> list[Mention]:
    """Records named in a text, in order; the longest form wins where names overlap.

    A surname alone counts only when it is written with a capital and is not the first word; a
    name without spaces only in its own script ("lean" is no An Le); two neighbouring capitalised
    words that nearly are a name count as that name.

    Raises:
        UnknownResearcher: a name is that of `hidden` records only.
    """
    words = _words(text)
    spans: dict[str, list[tuple[int, int]]] = {}
    for start in range(len(words)):
        for size in range(1, min(LONGEST_NAME, len(words) - start) + 1):
            first, last = words[start], words[start + size - 1]
            key = name_key(text[first[0] : last[1]])
            spans.setdefault(key, []).append((start, start + size))
    if not spans:
        return []
    rows = await session.execute(_NAMED, {"keys": list(spans)})
    hits: list[tuple[int, int, int]] = []
    for researcher_id, key, form in rows:
        for start, end in spans[key]:
            capital = text[words[start][0]].isupper() or not text[words[start][0]].islower()
            if form == "surname" and not (capital and (start > 0 or len(words) == 1)):
                continue
            span = text[words[start][0] : words[end - 1][1]]
            if form == "romanised" and end - start == 1 and span.isascii():
                continue
            hits.append((start, end, researcher_id))
    chosen = _longest(hits) or await _misspelt(session, text, words, hidden)
    if not chosen:
        return []
    kept = await joins(session)
    chosen = sorted({(start, end, kept.get(i, i)) for start, end, i in chosen})
    shown = [hit for hit in chosen if hit[2] not in hidden]
    for start, end in {hit[:2] for hit in chosen} - {hit[:2] for hit in shown}:
        raise UnknownResearcher(name=text[words[start][0] : words[end - 1][1]], suggestions=())
    people = {r.id: r for r in await by_ids(session, [hit[2] for hit in shown])}
    return [
        Mention(people[i], words[start][0], words[end - 1][1])
        for start, end, i in shown
        if i in people
    ]


_NAMED = select(
    ResearcherNameRow.researcher_id, ResearcherNameRow.key, ResearcherNameRow.form
).where(ResearcherNameRow.key.in_(bindparam("keys", expanding=True)))


async def joins(session: AsyncSession) -> dict[int, int]:
    """Record -> the record it was joined to, for every record that was."""
    rows = await session.execute(select(JoinRow.record_id, JoinRow.kept_id))
    kept: dict[int, int] = dict(rows.all())
    for record in kept:
        while kept[record] in kept:
            kept[record] = kept[kept[record]]
    return kept


async def _kept(session: AsyncSession, ids: Sequence[int]) -> list[Researcher]:
    """The records of these ids, a joined one as the record that it was joined to."""
    kept = await joins(session)
    return await by_ids(session, [kept.get(i, i) for i in ids])


async def collaborators(
    session: AsyncSession, researcher_id: int, window: Window | None = None
) -> list[Collaborator]:
    """Co-authors by name, with the number of works shared, most first."""
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
        UnknownResearcher: there is no such record.
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


def described(researcher: Researcher) -> str:
    """A record as one of several to choose from: "Kai Han (arXiv, 35 works)"."""
    number = researcher.works
    works = "1 work" if number == 1 else f"{number:,} works"
    return f"{researcher.distinct_name} ({researcher.source}, {works})"


def _researcher(
    row: ResearcherRow, works: int, own: OwnWordsRow | None, proved: str | None
) -> Researcher:
    stated = own.affiliation if own else None
    opened = own.open_to_collaborate if own else None
    return Researcher(
        id=row.id,
        name=row.name,
        role=row.role,
        description=(own.description if own else None) or row.description,
        affiliation=stated or row.affiliation,
        orcid=proved or row.orcid,
        open_to_collaborate=row.open_to_collaborate if opened is None else opened,
        level=row.level,
        claimed=row.claimed,
        source=row.source,
        works=works,
        record_id=row.record_id,
        label=row.label,
        affiliation_stated=stated is not None,
        links=tuple(own.links) if own else (),
    )


async def _near(
    session: AsyncSession, key: str, limit: int, hidden: Collection[int] = ()
) -> list[int]:
    """The records whose names are nearest to a key, best first."""
    names = await _full_names(session, hidden)

    def nearest() -> list[int]:
        matches = process.extract(
            key, names, scorer=fuzz.token_sort_ratio, limit=limit, score_cutoff=FUZZY_SCORE
        )
        return list(dict.fromkeys(found[0] for _, _, found in matches))

    return await asyncio.to_thread(nearest)


async def _full_names(session: AsyncSession, hidden: Collection[int]) -> dict[tuple[int, str], str]:
    """Every full name that is not of the `hidden`, under the record that it means and itself."""
    rows = await session.execute(
        select(ResearcherNameRow.researcher_id, ResearcherNameRow.key).where(
            ResearcherNameRow.form == "full"
        )
    )
    kept = await joins(session)
    named = [(kept.get(i, i), name) for i, name in rows]
    return {(i, name): name for i, name in named if i not in hidden}


def _words(text: str) -> list[tuple[int, int]]:
    """Spans of words; a possessive ending belongs to none."""
    spans = []
    for match in re.finditer(r"[^\W_][\w.\-’']*", text):
        word = re.sub(r"(?:['’]s?|[.\-]+)$", "", match[0])
        if word:
            spans.append((match.start(), match.start() + len(word)))
    return spans


def _longest(hits: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Hits that no longer hit overlaps; several records of one span all stay."""
    chosen: list[tuple[int, int, int]] = []
    for hit in sorted(hits, key=lambda h: (h[0] - h[1], h[0], h[2])):
        span = (hit[0], hit[1])
        if all(
            span == (other[0], other[1]) or hit[1] <= other[0] or other[1] <= hit[0]
            for other in chosen
        ):
            chosen.append(hit)
    return sorted(set(chosen))


async def _misspelt(
    session: AsyncSession, text: str, words: Sequence[tuple[int, int]], hidden: Collection[int]
) -> list[tuple[int, int, int]]:
    """The first two neighbouring capitalised words that nearly are a name."""
    keys = {
        n: name_key(text[words[n][0] : words[n + 1][1]])
        for n in range(len(words) - 1)
        if text[words[n][0]].isupper() and text[words[n + 1][0]].isupper()
    }
    if not keys:
        return []
    compared = dict(list(keys.items())[:MOST_PAIRS])
    found = await asyncio.to_thread(_first_near, compared, await _full_names(session, hidden))
    return [(found[0], found[0] + 2, found[1])] if found else []


def _first_near(
    keys: Mapping[int, str], names: Mapping[tuple[int, str], str]
) -> tuple[int, int] | None:
    """The place of the first key that nearly is a name, with the record of the name."""
    for place, key in keys.items():
        match = process.extractOne(
            key, names, scorer=fuzz.token_sort_ratio, score_cutoff=TYPO_SCORE
        )
        if match is not None:
            return place, match[2][0]
    return None
