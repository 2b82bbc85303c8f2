"""One name, several people: a record's works split into persons, each place with its reason.

Works are compared pair by pair (`likeness`), grouped (`linkage`) and made persons (`splitting`).
What people decided comes first: works that are one person's stay together, and a work that is not
theirs stays apart. Nothing is put together on the name alone, and a work of which nobody else is
known stays unplaced unless its topic places it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import topics
from retrieval.namesakes.likeness import Signature
from retrieval.namesakes.splitting import Known, split
from retrieval.text import readable, whole
from storage import joining, persons, researchers, vectors, works, works_by_author
from storage.database import Database
from storage.names import name_forms, name_key
from storage.persons import Part
from storage.works import Work

if TYPE_CHECKING:
    from retrieval.embedding import Embedder

FEWEST_WORKS = 5  # of fewer, there is too little to compare
MOST_WORKS = 1500  # that are compared at once, pair by pair
LIKELY = 0.5  # a place that is kept to when somebody decided about the person
LONGEST_TITLE = 48


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


# What is known ----------------------------------------------------------------------------


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
    signatures = await asyncio.to_thread(_signatures, record, own, stored | dict(documents))
    everybody = [author for signature in signatures for author in signature.coauthors]
    return name, signatures, await works_by_author.together(session, everybody, ids)


def _signatures(
    record: Sequence[Work], own: Collection[str], documents: Mapping[int, NDArray[np.float32]]
) -> list[Signature]:
    """What the works are compared by; their co-authors are all whose names are not `own`."""
    return [
        Signature(
            work.id,
            tuple(author for author in work.authors if name_key(author) not in own),
            documents.get(work.id),
            work.authors_complete and bool(work.authors),
            work.categories,
        )
        for work in record
    ]


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
