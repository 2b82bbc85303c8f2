"""Which of the people of a name new papers are by, and who waits to hear of them.

Works are compared before the transaction that stores them, which so stays short; what was found is
kept in it: no paper is recorded as seen before it is known whose it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import namesakes
from storage import attributions, listening, own_words, persons, works
from storage.database import Database
from storage.listening import Heard, Listener
from storage.names import name_key
from storage.persons import Part
from storage.works import Paper, Work

if TYPE_CHECKING:
    from retrieval.embedding import Embedder

NOBODYS = "nothing tells which person of this name it is by"
ANOTHERS = "it is by another person of this name ({label})"


class Split(NamedTuple):
    """The persons that a record will have, and the source ids of the works that are new to it."""

    parts: Sequence[Part]
    source_ids: Mapping[int, str]


async def split(
    database: Database, embedder: Embedder, papers: Sequence[Paper]
) -> dict[int, Split]:
    """Record -> its persons once these papers are stored, for every record that has new ones and
    of which somebody follows one person only, or one person hides in a server.
    """
    async with database.read() as session:
        waited = await heard(session, papers)
        named = {paper.source_id: records(waited, paper) for paper in papers}
        wanted = {one.record_id for one in waited.everybody if one.is_person}
        wanted |= await own_words.behind(session, set().union(*named.values()))
        by_record = {
            record: [paper for paper in papers if record in named[paper.source_id]]
            for record in wanted
        }
        sources = [paper.source_id for paper in papers]
        before = await attributions.attributed(session, list(by_record), sources)
        known = {work.source_id: work for work in await works.by_source_ids(session, sources)}
    found = {}
    for record, listed in by_record.items():
        new = [p for p in listed if (record, p.source_id) not in before]
        if new:
            arriving = [known.get(p.source_id) or _unstored(p, n) for n, p in enumerate(new)]
            parts = await namesakes.ahead(database, embedder, record, arriving)
            found[record] = Split(parts, {work.id: work.source_id for work in arriving})
    return found


async def heard(session: AsyncSession, papers: Sequence[Paper]) -> Heard:
    """Who waits for works of the authors of these papers, by full name."""
    keys = {name_key(author) for paper in papers for author in paper.authors}
    return await listening.by_names(session, keys)


def bearers(heard: Heard, paper: Paper) -> set[int]:
    """The records, waited for, that bear the name of an author; none from which whoever wrote the
    paper took it out.
    """
    named = {i for author in paper.authors for i in heard.records.get(name_key(author), ())}
    return {record for record in named if heard.wants(record, paper.source_id)}


def records(heard: Heard, paper: Paper) -> set[int]:
    """The records that a paper is placed with: those that bear a name, and what they joined."""
    return {i for record in bearers(heard, paper) for i in (record, heard.kept[record])}


def waiting(heard: Heard, paper: Paper, kept: Collection[int]) -> list[Listener]:
    """Who waits for a paper as one of these records'; of persons, those it can be by."""
    those = records(heard, paper)
    everybody = [one for record in sorted(kept) for one in heard.listeners[record]]
    return [one for one in everybody if not one.is_person or one.record_id in those]


async def not_theirs(
    session: AsyncSession, work: Work, listeners: Sequence[Listener]
) -> dict[int, str]:
    """Of the persons among these, whose work it is not, and why."""
    why: dict[int, str] = {}
    for one in listeners:
        if one.is_person:
            found = await persons.whose(session, one.record_id, work.id)
            if found is None:
                why[one.id] = NOBODYS
            elif found[0].id != one.id:
                why[one.id] = ANOTHERS.format(label=found[0].label)
    return why


def _unstored(paper: Paper, n: int) -> Work:
    """A paper as a work before it is stored, by an id that no stored work has."""
    return Work(id=-1 - n, **{field.name: getattr(paper, field.name) for field in fields(Paper)})
