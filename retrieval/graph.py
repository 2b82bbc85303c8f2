"""The graph of works, people, topics and institutions, asked one node at a time.

Nothing is loaded as a whole: the neighbours of a node are a few look-ups in SQL, and what is near
in meaning one question to the index (`retrieval.nearby`). Every edge says why it is there.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.nearby import PEOPLE, Nearby
from retrieval.nodes import (
    Edge,
    Kind,
    Neighbour,
    Neighbourhood,
    Node,
    Tie,
    institution_node,
    person_node,
    plural,
    record_node,
    span,
    topic_mark,
    topic_node,
    work_node,
)
from storage import institutions, network, researchers, topics
from storage.errors import UnknownNode, UnknownResearcher
from storage.names import name_key
from storage.network import Heading, Printed, Years

KINDS: frozenset[Kind] = frozenset(Kind)
LIMIT = 24
MOST_WORKS = 500
"""Of a name printed on more works than this, the latest are looked at: it is many people."""
CROWD = 60
"""A work of more authors than this ties its authors weakly to each other, and is not drawn so."""

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


async def person(session: AsyncSession, name: str) -> Node:
    """The person of a name: a record that is known by it, else the name as printed.

    Raises:
        AmbiguousResearcher: several records have the name.
        UnknownResearcher: it is neither known nor printed.
    """
    try:
        found = await researchers.resolve(session, name)
    except UnknownResearcher:
        key = name_key(name)
        author = (await network.first_places(session, [key])).get(key)
        if author is None:
            raise
        return await _name_or_record(session, author)
    return record_node(found.id, found.name, found.works)


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
    found = await _look(session, center, years, near)
    wanted = frozenset(kinds)
    return [neighbour for neighbour in found.neighbours if neighbour.node.kind in wanted]


async def people_near(
    session: AsyncSession, center: Node, near: Nearby, *, limit: int = PEOPLE
) -> list[Neighbour]:
    """People near in topic who have never written with this person: whom they might talk to."""
    works, own = await works_and_names(session, center)
    return await near.people(session, center, [work.id for work in works], own, limit)


async def neighbourhood(
    session: AsyncSession,
    center: Node,
    *,
    kinds: Iterable[Kind] = KINDS,
    years: Years | None = None,
    limit: int = LIMIT,
    near: Nearby | None = None,
) -> Neighbourhood:
    """A node with its strongest neighbours, at most `limit`, and the edges among all of them.

    Each kind has its share of the room; what one kind leaves, the others take.
    """
    look = await _look(session, center, years, near)
    wanted = frozenset(kinds)
    groups: dict[Kind, list[Neighbour]] = {
        kind: [n for n in look.neighbours if n.node.kind is kind]
        for kind in _SHARE
        if kind in wanted
    }
    chosen = _shared_out(groups, limit)
    inner = _edges_among({n.node.key for n in chosen}, look)
    return Neighbourhood(
        center,
        tuple(n.node for n in chosen),
        (*(n.edge for n in chosen), *inner),
        {kind: len(group) for kind, group in groups.items() if group},
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found around a node: its neighbours, and who and what is on which work."""

    neighbours: list[Neighbour]
    people: Mapping[int, Sequence[str]]  # work -> keys of the people on it
    topics: Mapping[str, Iterable[int]]  # key of a topic -> its works
    headings: Mapping[int, Heading]


async def _look(
    session: AsyncSession, center: Node, years: Years | None, near: Nearby | None
) -> _Look:
    if center.kind is Kind.PERSON:
        return await _around_person(session, center, years)
    if center.kind is Kind.WORK:
        return await _around_work(session, center, near)
    if center.kind is Kind.INSTITUTION:
        return await _around_institution(session, center, years)
    return await _around_topic(session, center, years)


async def _around_person(session: AsyncSession, center: Node, years: Years | None) -> _Look:
    works, own = await works_and_names(session, center, years)
    headings = {work.id: work for work in works}
    authors = await network.printed_on(session, list(headings))
    others = [a for a in authors if a.key not in own and _key(a) != center.key]
    found = [
        Neighbour(node, Edge(center.key, node.key, Tie.CO_WROTE, float(len(ids)), reason))
        for node, ids in _people(others)
        for reason in [f"{plural(len(ids), 'work')} together, {_span(ids, headings)}"]
    ]
    themes = await _topics_of(session, center, authors)
    found += [
        Neighbour(node, Edge(center.key, node.key, Tie.ABOUT, float(len(ids)), reason))
        for node, ids in themes
        for reason in [f"{plural(len(ids), 'work')} about it, {_span(ids, headings)}"]
    ]
    found += await _workplaces(session, center, authors, own, headings)
    places = {a.work_id: a for a in authors if a.key in own or _key(a) == center.key}
    counts = Counter(a.work_id for a in authors)
    for work in works:
        place = places.get(work.id)
        reason = "attributed" if place is None else _place(place.position, counts[work.id])
        edge = Edge(center.key, f"w{work.id}", Tie.WROTE, 1.0, reason)
        found.append(Neighbour(work_node(work), edge))
    return _Look(found, _by_work(others), {n.key: works for n, works in themes}, headings)


async def _around_work(session: AsyncSession, center: Node, near: Nearby | None) -> _Look:
    assert center.work_id is not None
    authors = await network.printed_on(session, [center.work_id])
    found = [
        Neighbour(
            person_node(author),
            Edge(
                _key(author),
                center.key,
                Tie.WROTE,
                1 / (1 + author.position),
                _place(author.position, len(authors)),
            ),
        )
        for author in {_key(a): a for a in reversed(authors)}.values()
    ][::-1]
    themes = await _topics_of(session, center, authors)
    found += [
        Neighbour(
            node,
            Edge(center.key, node.key, Tie.ABOUT, 1.0, "one of the topics of its authors"),
        )
        for node, _ in themes
    ]
    for row in await institutions.on_works(session, [center.work_id]):
        place = institution_node(row.institution_id, row.name, row.url)
        if place.key not in {n.node.key for n in found}:
            reason = f"an author's institution, {row.source} {row.as_of:%Y-%m-%d}"
            edge = Edge(center.key, place.key, Tie.WORKS_AT, 1.0, reason)
            found.append(Neighbour(place, edge))
    found += await _cited(session, center)
    alike = await near.similar(session, center.work_id) if near else []
    cited = {n.node.key for n in found}
    alike = [n for n in alike if n.node.key not in cited]
    found += alike
    ids = [n.node.work_id for n in alike if n.node.work_id is not None]
    beside = await network.printed_on(session, ids)
    return _Look(found, _by_work([*authors, *beside]), {n.key: w for n, w in themes}, {})


async def _around_topic(session: AsyncSession, center: Node, years: Years | None) -> _Look:
    holders = await network.topics_with(session, center.label)
    ids = list(dict.fromkeys(i for _, _, topic in holders for i in topic.work_ids))
    headings = {
        i: work
        for i, work in (await network.headings(session, ids)).items()
        if years is None or years[0] <= work.year <= years[1]
    }
    authors = await network.printed_on(session, list(headings))
    found = [
        Neighbour(node, Edge(node.key, center.key, Tie.ABOUT, float(len(works)), reason))
        for node, works in _people(authors)
        for reason in [f"{plural(len(works), 'work')} about it, {_span(works, headings)}"]
    ]
    themes = await _topics_of(session, center, authors)
    found += [
        Neighbour(node, Edge(center.key, node.key, Tie.NEAR, float(len(works)), reason))
        for node, works in themes
        for reason in [f"{plural(len(works), 'work')} about both"]
    ]
    for work in sorted(headings.values(), key=lambda w: (-w.year, -w.id)):
        edge = Edge(f"w{work.id}", center.key, Tie.ABOUT, 1.0, "about it")
        found.append(Neighbour(work_node(work), edge))
    return _Look(found, _by_work(authors), {n.key: works for n, works in themes}, headings)


async def _around_institution(session: AsyncSession, center: Node, years: Years | None) -> _Look:
    rows = await institutions.at(session, int(center.key.removeprefix("i")))
    headings = {
        i: work
        for i, work in (await network.headings(session, sorted({r.work_id for r in rows}))).items()
        if years is None or years[0] <= work.year <= years[1]
    }
    signed = {(row.work_id, row.position): row for row in rows}
    authors = await network.printed_on(session, list(headings))
    theirs = [a for a in authors if (a.work_id, a.position) in signed]
    found = [
        Neighbour(person, Edge(person.key, center.key, Tie.WORKS_AT, float(len(ids)), reason))
        for person, ids in _people(theirs)
        for reason in [f"{plural(len(ids), 'work')} signed there, {_span(ids, headings)}"]
    ]
    themes = await _topics_of(session, center, authors)
    found += [
        Neighbour(topic, Edge(center.key, topic.key, Tie.ABOUT, float(len(ids)), reason))
        for topic, ids in themes
        for reason in [f"{plural(len(ids), 'work')} about it"]
    ]
    for work in sorted(headings.values(), key=lambda w: (-w.year, -w.id)):
        edge = Edge(f"w{work.id}", center.key, Tie.WORKS_AT, 1.0, "signed there")
        found.append(Neighbour(work_node(work), edge))
    return _Look(found, _by_work(theirs), {n.key: ids for n, ids in themes}, headings)


async def _workplaces(
    session: AsyncSession,
    center: Node,
    authors: Sequence[Printed],
    own: frozenset[str],
    headings: Mapping[int, Heading],
) -> list[Neighbour]:
    """Where a person signed their works from, the latest place first."""
    mine = {(a.work_id, a.position) for a in authors if a.key in own}
    works: dict[int, set[int]] = defaultdict(set)
    shown = {}
    for row in await institutions.on_works(session, list(headings)):
        if (row.work_id, row.position) in mine:
            works[row.institution_id].add(row.work_id)
            shown[row.institution_id] = row
    ranked = sorted(works, key=lambda i: (-max(headings[w].year for w in works[i]), -len(works[i])))
    return [
        Neighbour(
            institution_node(i, shown[i].name, shown[i].url, len(works[i])),
            Edge(center.key, f"i{i}", Tie.WORKS_AT, float(len(works[i])), reason),
        )
        for i in ranked
        for reason in [
            f"on {plural(len(works[i]), 'work')}, {_span(works[i], headings)}; "
            f"{shown[i].source} {shown[i].as_of:%Y-%m-%d}"
        ]
    ]


async def _cited(session: AsyncSession, center: Node) -> list[Neighbour]:
    """Stored works that a work cites or is cited by, as far as a source told."""
    assert center.work_id is not None
    pairs = await institutions.cited_by(session, center.work_id)
    headings = await network.headings(session, sorted({i for pair in pairs for i in pair}))
    found = []
    for citing, cited in sorted(pairs):
        other = cited if citing == center.work_id else citing
        reason = "cited" if citing == center.work_id else "cites it"
        edge = Edge(f"w{citing}", f"w{cited}", Tie.CITES, 1.0, reason)
        found.append(Neighbour(work_node(headings[other]), edge))
    return found


async def works_and_names(
    session: AsyncSession, center: Node, years: Years | None = None
) -> tuple[list[Heading], frozenset[str]]:
    """The works of a person, and the name keys that are their own on these works."""
    if center.researcher_id is not None:
        works = await network.works_of_record(session, center.researcher_id, years, MOST_WORKS)
        return works, await network.own_keys(session, center.researcher_id)
    key = center.key.removeprefix("n:")
    return await network.works_of_name(session, key, years, MOST_WORKS), frozenset({key})


async def _topics_of(
    session: AsyncSession, center: Node, authors: Sequence[Printed]
) -> list[tuple[Node, set[int]]]:
    """Topics that the works are about, the one with the most works first, each with its works."""
    wanted = {author.work_id for author in authors}
    if center.researcher_id is not None:
        rows = [(center.researcher_id, t) for t in await topics.of(session, center.researcher_id)]
    elif any(author.record for author in authors):
        rows = await network.topics_of_works(session, sorted(wanted))
    else:
        rows = []  # topics are worked out for records
    holder: dict[str, int] = {}
    found: dict[str, set[int]] = defaultdict(set)
    for researcher_id, topic in rows:
        works = wanted.intersection(topic.work_ids)
        if works and f"t:{topic.name}" != center.key:
            holder.setdefault(topic.name, researcher_id)
            found[topic.name] |= works
    ranked = sorted(found, key=lambda name: -len(found[name]))
    return [(topic_node(name, holder[name], len(found[name])), found[name]) for name in ranked]


def _people(authors: Sequence[Printed]) -> list[tuple[Node, set[int]]]:
    """Each person once, with the works they are on; who shares the most works comes first.

    Among equals a work of few authors counts for more (Newman 2001).
    """
    crowd = Counter(a.work_id for a in authors)
    works: dict[str, set[int]] = defaultdict(set)
    shown: dict[str, Printed] = {}
    for author in authors:
        key = _key(author)
        works[key].add(author.work_id)
        if key not in shown or author.work_id < shown[key].work_id:
            shown[key] = author
    strength = {key: sum(1 / crowd[i] for i in sorted(ids)) for key, ids in works.items()}
    ranked = sorted(works, key=lambda k: (-len(works[k]), -round(strength[k], 9), k))
    return [(person_node(shown[key]), works[key]) for key in ranked]


def _edges_among(keys: set[str], look: _Look) -> list[Edge]:
    """What ties the neighbours to each other, as far as the works around the centre show it."""
    together: Counter[tuple[str, str]] = Counter()
    wrote: list[Edge] = []
    for work_id, people in look.people.items():
        shown = sorted(keys.intersection(people))
        if len(people) <= CROWD:
            together.update(combinations(shown, 2))
        if f"w{work_id}" in keys:
            wrote += [Edge(k, f"w{work_id}", Tie.WROTE, 1.0, "an author") for k in shown]
    found = [
        Edge(a, b, Tie.CO_WROTE, float(n), f"together on {n} of these works")
        for (a, b), n in sorted(together.items())
    ]
    for topic, ids in look.topics.items():
        if topic not in keys:
            continue
        on = Counter(k for i in ids for k in keys.intersection(look.people.get(i, ())))
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


def _by_work(authors: Sequence[Printed]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for author in authors:
        found[author.work_id].append(_key(author))
    return found


def _key(author: Printed) -> str:
    return f"n:{author.key}" if author.record is None else f"r{author.record[0]}"


def _span(works: Iterable[int], headings: Mapping[int, Heading]) -> str:
    return span([headings[i].year for i in works if i in headings])


def _place(position: int, of: int) -> str:
    if of == 1:
        return "the only author"
    return "first author" if position == 0 else f"author {position + 1} of {of}"


async def _work(session: AsyncSession, work_id: int) -> Node | None:
    found = await network.headings(session, [work_id])
    return work_node(found[work_id]) if found else None


async def _record(session: AsyncSession, researcher_id: int) -> Node | None:
    found = await researchers.by_ids(session, [researcher_id])
    return record_node(found[0].id, found[0].name, found[0].works) if found else None


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
