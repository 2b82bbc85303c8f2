"""The graph of works, people, topics and institutions, asked one node at a time.

Nothing is loaded as a whole: the neighbours of a node are a few look-ups in SQL, and what is near
in meaning one question to the index (`retrieval.graph.nearby`). Every edge says why it is there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from itertools import combinations

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.graph.around import Look, look, works_and_names
from retrieval.graph.nearby import PEOPLE, Nearby
from retrieval.graph.nodes import (
    CROWD,
    Edge,
    Kind,
    Neighbour,
    Neighbourhood,
    Node,
    Tie,
    institution_node,
    name_node_key,
    person_node,
    record_node,
    topic_mark,
    topic_node,
    work_node,
)
from retrieval.graph.shared import marked
from storage import finding, institutions, network, own_words, researchers, topics, unlisted
from storage.database import Database
from storage.errors import UnknownNode, UnknownResearcher
from storage.names import name_key
from storage.network import Printed, Years
from storage.phrases import plural

KINDS: frozenset[Kind] = frozenset(Kind)
LIMIT = 24

_SHARE: dict[Kind, int] = {Kind.PERSON: 10, Kind.TOPIC: 6, Kind.WORK: 6, Kind.INSTITUTION: 2}
_TOKEN = re.compile(r"(?P<kind>[writ])(?P<id>\d{1,18})(?:\.(?P<mark>[0-9a-f]{8}))?|a(\d+)\.(\d+)")


async def node(session: AsyncSession, token: str) -> Node:
    """The node of a token.

    Raises:
        UnknownNode: there is none of it (any more).
    """
    match = _TOKEN.fullmatch(token)
    found: Node | None = None
    if match is None:
        pass
    elif match["kind"] is None:
        author = await network.printed_at(session, int(match[4]), int(match[5]))
        found = await _name_or_record(session, author) if author else None
    elif match["kind"] == "w":
        found = await _work(session, int(match["id"]))
    elif match["kind"] == "r":
        found = await _record(session, int(match["id"]))
    elif match["kind"] == "i":
        found = await _institution(session, int(match["id"]))
    elif match["kind"] == "t":
        found = await _topic(session, int(match["id"]), match["mark"])
    if found is None:
        raise UnknownNode()
    return found


async def person(session: AsyncSession, name: str, hidden: Set[int] = frozenset()) -> Node:
    """The person of a name: a record that is known by it, else the name as printed.

    The `hidden` are not among the records that are known.

    Raises:
        AmbiguousResearcher: several records have the name.
        UnknownResearcher: it is neither known nor printed.
    """
    try:
        found = await finding.resolve(session, name, hidden)
    except UnknownResearcher:
        key = name_key(name)
        author = (await network.first_places(session, [key])).get(key)
        if author is None:
            raise
        return await _name_or_record(session, author)
    return await marked(session, record_node(found.id, found.distinct_name, found.works))


async def unseen(session: AsyncSession, hidden: Set[int]) -> frozenset[str]:
    """The keys of people who are not to be shown: these researchers, and whoever opted out.

    Each goes with every name that may be theirs where it is only printed.
    """
    left_out = await unlisted.of(session, hidden)
    records = frozenset(f"r{number}" for number in left_out.researchers)
    return records | frozenset(map(name_node_key, left_out.keys))


async def neighbours(
    session: AsyncSession,
    center: Node,
    *,
    kinds: Iterable[Kind] = KINDS,
    years: Years | None = None,
    near: Nearby | None = None,
) -> list[Neighbour]:
    """Every neighbour of a node, of each kind the strongest first.

    `near` adds the works near in meaning to a work.
    """
    found = await look(session, center, years, near)
    wanted = frozenset(kinds)
    return [neighbour for neighbour in found.neighbours if neighbour.node.kind in wanted]


async def people_near(
    database: Database,
    center: Node,
    near: Nearby,
    *,
    limit: int = PEOPLE,
    without: Set[str] = frozenset(),
    hidden: Collection[int] = (),
) -> list[Neighbour]:
    """People near in topic who have never written with this person: whom they might talk to.

    The works of those who are `hidden` are not looked at where they share a record with others.
    """
    async with database.read() as session:
        await own_words.leave_out(session, hidden)
        works, own = await works_and_names(session, center)
    ids = [work.id for work in works]
    return await near.people(database, center, ids, own, limit, without, hidden)


async def neighbourhood(
    session: AsyncSession,
    center: Node,
    *,
    kinds: Iterable[Kind] = KINDS,
    years: Years | None = None,
    limit: int = LIMIT,
    near: Nearby | None = None,
    without: Set[str] = frozenset(),
) -> Neighbourhood:
    """A node with its strongest neighbours, at most `limit`, and the edges among all of them.

    Each kind has its share of the room; what one kind leaves, the others take. Of nodes `without`
    which it is to be, by their keys, nothing is left, not even in the totals.
    """
    seen = await look(session, center, years, near)
    wanted = frozenset(kinds)
    around: dict[Kind, list[Neighbour]] = {
        kind: [n for n in seen.neighbours if n.node.kind is kind and n.node.key not in without]
        for kind in _SHARE
    }
    groups = {kind: group for kind, group in around.items() if kind in wanted}
    chosen = _shared_out(groups, limit)
    inner = _edges_among({n.node.key for n in chosen}, seen)
    return Neighbourhood(
        center,
        tuple(n.node for n in chosen),
        (*(n.edge for n in chosen), *inner),
        {kind: len(group) for kind, group in groups.items() if group},
        frozenset(kind for kind, group in around.items() if group),
    )


def _edges_among(keys: set[str], seen: Look) -> list[Edge]:
    """What ties the neighbours to each other, as far as the works around the centre show it."""
    together: Counter[tuple[str, str]] = Counter()
    wrote: list[Edge] = []
    for work_id, people in seen.people.items():
        shown = sorted(keys.intersection(people))
        if len(people) <= CROWD:
            together.update(combinations(shown, 2))
        if f"w{work_id}" in keys:
            wrote += [Edge(k, f"w{work_id}", Tie.WROTE, 1.0, "an author") for k in shown]
    found = [
        Edge(a, b, Tie.CO_WROTE, float(n), f"together on {n} of these works")
        for (a, b), n in sorted(together.items())
    ]
    for topic, ids in seen.topics.items():
        if topic not in keys:
            continue
        on = Counter(k for i in ids for k in keys.intersection(seen.people.get(i, ())))
        found += [
            Edge(k, topic, Tie.ABOUT, float(n), f"{plural(n, 'work')} about it")
            for k, n in sorted(on.items())
            if n > 1
        ]
        found += [
            Edge(f"w{i}", topic, Tie.ABOUT, 1.0, "about it") for i in sorted(ids) if f"w{i}" in keys
        ]
    return found + wrote


def _shared_out(groups: Mapping[Kind, Sequence[Neighbour]], limit: int) -> list[Neighbour]:
    """Room for each kind by its share; what is left goes to those who have more, in turn."""
    whole = sum(_SHARE[kind] for kind in groups) or 1
    room = {kind: min(len(g), limit * _SHARE[kind] // whole) for kind, g in groups.items()}
    while sum(room.values()) < limit:
        more = [kind for kind, group in groups.items() if room[kind] < len(group)]
        if not more:
            break
        for kind in more[: limit - sum(room.values())]:
            room[kind] += 1
    return [n for kind, group in groups.items() for n in group[: room[kind]]]


async def _work(session: AsyncSession, work_id: int) -> Node | None:
    found = await network.headings(session, [work_id])
    return work_node(found[work_id]) if found else None


async def _record(session: AsyncSession, researcher_id: int) -> Node | None:
    found = await researchers.by_ids(session, [researcher_id])
    if not found:
        return None
    return await marked(session, record_node(found[0].id, found[0].distinct_name, found[0].works))


async def _topic(session: AsyncSession, researcher_id: int, mark: str | None) -> Node | None:
    for topic in await topics.of(session, researcher_id):
        if topic_mark(topic.name) == mark:
            return topic_node(topic.name, researcher_id, len(topic.work_ids))
    return None


async def _institution(session: AsyncSession, institution_id: int) -> Node | None:
    rows = await institutions.at(session, institution_id)
    if not rows:
        return None
    number = len({row.work_id for row in rows})
    return institution_node(institution_id, rows[0].name, rows[0].url, number)


async def _name_or_record(session: AsyncSession, author: Printed) -> Node:
    if author.record is not None:
        found = await _record(session, author.record[0])
        if found is not None:
            return found
    count = await network.number_of_works(session, [author.key])
    first = await network.first_places(session, [author.key])
    return person_node(first.get(author.key, author), count.get(author.key, 0))
