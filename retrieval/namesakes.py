"""One name, several people: a record's works split into persons, each place with its reason.

Works are compared pair by pair (`retrieval.likeness`) and grouped (`retrieval.linkage`). What
people decided comes first: works that are one person's stay together, and a work that is not
theirs stays apart. Nothing is put together on the name alone, and a work of which nobody else is
known stays unplaced unless its topic places it.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import topics
from retrieval.likeness import Evidence, Signature, weigh
from retrieval.linkage import THRESHOLD, grouped, nearness
from retrieval.text import readable, whole
from storage import joining, persons, researchers, vectors, works
from storage.database import Database
from storage.names import name_forms, name_key
from storage.persons import Part, Placed
from storage.works import Work

if TYPE_CHECKING:
    from retrieval.embedding import Embedder

FEWEST_WORKS = 5  # of fewer, there is too little to compare
MOST_WORKS = 1500  # that are compared at once, pair by pair
LIKELY = 0.5  # a place that is kept to when somebody decided about the person
LONGEST_TITLE = 48


@dataclass(frozen=True, slots=True)
class Known:
    """What was decided before a split, by work id.

    Attributes:
        together: person -> works that are theirs; None for a record's.
        apart: a work, and works that it does not belong with.
    """

    together: Mapping[int | None, Collection[int]]
    apart: Sequence[tuple[int, Collection[int]]] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """One person as found: the works, the surest first, and their closest co-authors."""

    works: tuple[Placed, ...]
    coauthors: tuple[str, ...]
    person_id: int | None = None


async def refresh(database: Database, model: str, record_id: int) -> None:
    """Split a record anew from its stored works and what was decided, and keep the persons.

    Comparing runs on a thread, outside any transaction. Where works came or somebody decided
    meanwhile, what was found counts for nothing, and it is done again.
    """
    for _ in range(topics.TRIES):
        async with database.read() as session:
            basis = await persons.basis(session, record_id)
        parts = await _split_of(database, model, record_id, (), {})
        async with database.write() as session:
            await persons.lock(session, record_id)
            if await persons.basis(session, record_id) != basis:
                continue
            people = await persons.save(session, record_id, parts)
        await topics.refresh(database, people)
        async with database.write() as session:
            await persons.sorted_from(session, record_id, basis)
        return


async def sort_again(database: Database, model: str, record_id: int) -> None:
    """Work out a record's topics and persons anew after its works have changed."""
    await topics.refresh(database, [record_id])
    await refresh(database, model, record_id)


async def ahead(
    database: Database, embedder: Embedder, record_id: int, arriving: Sequence[Work]
) -> list[Part]:
    """The persons behind a record once these works are among its own; `keep` makes them so.

    Works that are not stored yet carry ids of their own that are not in use. Embedding and
    comparing run on a thread.
    """
    texts = [whole(work.title, work.abstract) for work in arriving]
    rows = await asyncio.to_thread(embedder.encode, texts)
    documents = {work.id: row for work, row in zip(arriving, rows, strict=True)}
    return await _split_of(database, embedder.name, record_id, arriving, documents)


async def keep(
    session: AsyncSession, record_id: int, parts: Sequence[Part], stored: Mapping[int, int]
) -> None:
    """Make what was found `ahead` the persons behind a record, in the transaction that stored the
    works; `stored` says which id each of them got.
    """
    listed = set(await works.ids_of(session, [record_id]))
    found = []
    for part in parts:
        places = [replace(p, work_id=stored.get(p.work_id, p.work_id)) for p in part.works]
        found.append(replace(part, works=tuple(p for p in places if p.work_id in listed)))
    await persons.save(session, record_id, [part for part in found if part.works])


async def _split_of(
    database: Database,
    model: str,
    record_id: int,
    arriving: Sequence[Work],
    documents: Mapping[int, NDArray[np.float32]],
) -> list[Part]:
    async with database.read() as session:
        listed = await works.of_researchers(session, [record_id])
        known = await _known(session, record_id)
        whole = len(listed) + len(arriving) <= MOST_WORKS
        if not whole:
            listed, known = await _of_held(session, record_id, listed, known)
            if not arriving or not listed or len(listed) + len(arriving) > MOST_WORKS:
                return []
        record = [*listed, *arriving]
        if len(record) < FEWEST_WORKS and not known.together and not known.apart:
            return []
        name, signatures, together = await _read(session, model, record_id, record, documents)
    rarity = await topics.rarity_of(database, record)
    parts = await asyncio.to_thread(_parts, name, record, signatures, together, known, rarity)
    return parts if whole else [part for part in parts if part.person_id is not None]


async def _of_held(
    session: AsyncSession, record_id: int, listed: Sequence[Work], known: Known
) -> tuple[list[Work], Known]:
    """Of a record too large to compare as a whole, what its new works are compared with: the works
    of those whom somebody follows, claims or decided about. They stay who they are.
    """
    theirs: dict[int | None, set[int]] = {
        person.researcher.id: {place.work_id for place in person.works}
        for person in await persons.held(session, record_id)
    }
    ids = set().union(*theirs.values())
    compared = [work for work in listed if work.id in ids]
    return compared, Known({**known.together, **theirs}, known.apart)


def split(
    signatures: Sequence[Signature],
    name: str,
    together: Iterable[Collection[str]] = (),
    known: Known | None = None,
) -> list[Group]:
    """The persons behind a name, those with the most works first.

    Args:
        signatures: the works under the name.
        name: the name, which is nobody's co-author.
        together: groups of names that wrote a work together elsewhere.
        known: what was decided before.

    Returns:
        Groups of works; a work that cannot be placed is in none.
    """
    if not signatures:
        return []
    evidence = weigh(signatures, together, name)
    log_odds, ties = evidence.log_odds(), evidence.ties()
    at = {signature.id: n for n, signature in enumerate(signatures)}
    must, cannot, whose = _constraints(known, at)
    found = grouped(log_odds, ties, must=must, cannot=cannot)
    placed = [g for g in found if len(g) > 1 or evidence.people[g[0]].any() or g[0] in whose]
    groups = []
    for group in placed:
        rivals = [other for other in placed if other is not group]
        places = [
            Placed(
                signatures[n].id,
                _certainty(log_odds, ties, n, group, rivals),
                _reason(evidence, signatures, n, group),
            )
            for n in group
        ]
        person = next((whose[n] for n in group if n in whose), None)
        groups.append(
            Group(
                tuple(sorted(places, key=lambda place: -place.certainty)),
                _closest(evidence, group),
                person,
            )
        )
    return groups


# What is known ----------------------------------------------------------------------------


def _constraints(
    known: Known | None, at: Mapping[int, int]
) -> tuple[list[list[int]], NDArray[np.bool_], dict[int, int | None]]:
    """Places that belong together, pairs of places that do not, and whose a place is."""
    cannot = np.zeros((len(at), len(at)), bool)
    must: list[list[int]] = []
    whose: dict[int, int | None] = {}
    for person, work_ids in known.together.items() if known else ():
        group = [at[i] for i in work_ids if i in at]
        for other in must:
            cannot[np.ix_(group, other)] = cannot[np.ix_(other, group)] = True
        if group:
            must.append(group)
            whose |= dict.fromkeys(group, person)
    for work_id, others in known.apart if known else ():
        if work_id in at:
            group = [at[i] for i in others if i in at and i != work_id]
            cannot[at[work_id], group] = cannot[group, at[work_id]] = True
    return must, cannot, whose


async def _known(session: AsyncSession, record_id: int) -> Known:
    decided = await persons.decisions(session, record_id)
    theirs = {
        person.researcher.id: [p.work_id for p in person.works if p.certainty >= LIKELY]
        for person in await persons.of_record(session, record_id)
    }
    together: dict[int | None, set[int]] = defaultdict(set)
    for decision in decided:
        if decision.theirs and decision.researcher_id == record_id:
            together[None].add(decision.work_id)
        elif decision.theirs:
            # Whom somebody decided about is who they are: their other works come along.
            person = decision.researcher_id
            together[person] |= {decision.work_id, *theirs.get(person, ())}
    apart = [(d.work_id, theirs.get(d.researcher_id, [])) for d in decided if not d.theirs]
    return Known(together, apart)


async def _read(
    session: AsyncSession,
    model: str,
    record_id: int,
    record: Sequence[Work],
    documents: Mapping[int, NDArray[np.float32]],
) -> tuple[str, list[Signature], list[list[str]]]:
    name = (await researchers.get(session, record_id)).name
    ids = [work.id for work in record]
    names = [name, *(r.name for r in await joining.joined_to(session, record_id))]
    own = {key for n in names for key, form in name_forms(n).items() if form != "surname"}
    stored = {i: row.document for i, row in (await vectors.load(session, model, ids)).items()}
    documents = stored | dict(documents)
    signatures = [
        Signature(
            work.id,
            tuple(author for author in work.authors if name_key(author) not in own),
            documents.get(work.id),
            work.authors_complete and bool(work.authors),
            work.categories,
        )
        for work in record
    ]
    everybody = [author for signature in signatures for author in signature.coauthors]
    return name, signatures, await works.written_together(session, everybody, ids)


# Persons ----------------------------------------------------------------------------------


def _parts(
    name: str,
    record: Sequence[Work],
    signatures: Sequence[Signature],
    together: Sequence[Sequence[str]],
    known: Known,
    rarity: Mapping[str, float],
) -> list[Part]:
    by_id = {work.id: work for work in record}
    found = split(signatures, name, together, known)
    labels = [_label([by_id[p.work_id] for p in g.works], g.coauthors, rarity) for g in found]
    return [
        Part(label, group.works, group.person_id)
        for label, group in zip(labels, found, strict=True)
    ]


def _label(theirs: Sequence[Work], coauthors: Sequence[str], rarity: Mapping[str, float]) -> str:
    """What tells this person from namesakes: what about, with whom."""
    names = [topic.name for topic in topics.topics_of(theirs, rarity)]
    about = next((name for name in names if " " in name), None)  # one word says little
    if about is None:
        title = readable(theirs[0].title)
        short = title[:LONGEST_TITLE].rsplit(" ", 1)[0]
        about = title if len(title) <= LONGEST_TITLE else f"{short} …"
    return f"{about} · with {coauthors[0]}" if coauthors else about


def _certainty(
    log_odds: NDArray[np.float64],
    ties: NDArray[np.float64],
    one: int,
    group: Sequence[int],
    rivals: Sequence[Sequence[int]],
) -> float:
    """The chance of this place against being with the likeliest other person or with nobody."""
    rival = max((nearness(log_odds, ties, one, r) for r in rivals), default=-np.inf) - THRESHOLD
    own = nearness(log_odds, ties, one, group) - THRESHOLD if len(group) > 1 else None
    if own is None:
        return round(float(1 / (1 + np.exp(rival))), 2)
    return round(float(1 / (1 + np.exp(-own) + np.exp(rival - own))), 2)


# Reasons ----------------------------------------------------------------------------------


def _closest(evidence: Evidence, group: Sequence[int]) -> tuple[str, ...]:
    """Co-authors on at least two of the works, or of the one work; most works first."""
    counts = evidence.people[group].sum(axis=0)
    least = min(2, len(group))
    order = sorted(np.flatnonzero(counts >= least), key=lambda c: (-counts[c], evidence.names[c]))
    return tuple(evidence.names[c] for c in order[:5])


def _reason(
    evidence: Evidence, signatures: Sequence[Signature], one: int, group: Sequence[int]
) -> str:
    """Why a work is with the others of its group, in words."""
    missing = "" if signatures[one].complete else "; its author list is not complete"
    others = [other for other in group if other != one]
    if not others:
        return f"shares no co-author with the others and is not near enough in topic{missing}"
    said = _shared(evidence, one, others) or _linked(evidence, one, others)
    if said is None:
        strong = {kind: evidence.kind(kind)[one, others].mean() for kind in ("place", "field")}
        also = " and affiliation" if strong["place"] > 0 else ""
        only = "" if also else " only"
        if evidence.kind("topic")[one, others].any():
            field = " and field" if strong["field"] > 0 else ""
            said = f"near in topic{field}{also}{only}"
        else:
            said = "the same affiliation" if also else "no evidence of its own"
    return said + missing


def _shared(evidence: Evidence, one: int, others: Sequence[int]) -> str | None:
    """As: shares Ada Byron and Bo Li with 6 of the 9 other works."""
    mine = evidence.people[one]
    counts = (evidence.people[others] & mine).sum(axis=0)
    best = sorted(np.flatnonzero(counts), key=lambda c: (-counts[c], evidence.names[c]))[:2]
    if not best:
        return None
    number = int(evidence.people[others][:, best].any(axis=1).sum())
    names = " and ".join(evidence.names[c] for c in best)
    return f"shares {names} with {_of_these(number, len(others))}"


def _linked(evidence: Evidence, one: int, others: Sequence[int]) -> str | None:
    """As: its co-author Ada Byron writes elsewhere with Bo Li of 2 of the 9 other works."""
    mine = np.flatnonzero(evidence.people[one])
    theirs = evidence.people[others].sum(axis=0)
    links = Counter(
        {
            (int(a), int(b)): int(theirs[b])
            for a in mine
            for b in np.flatnonzero(evidence.knows[a])
            if theirs[b]
        }
    )
    if not links:
        return None
    (a, b), number = links.most_common(1)[0]
    return (
        f"its co-author {evidence.names[a]} writes elsewhere with {evidence.names[b]} "
        f"of {_of_these(number, len(others))}"
    )


def _of_these(number: int, total: int) -> str:
    if number == total:
        return {1: "the other work", 2: "both other works"}.get(total, f"all {total} other works")
    return f"{number} of the {total} other works"
