"""What is around one node: everything that is tied to it, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.graph.nearby import Nearby
from retrieval.graph.nodes import (
    Edge,
    Kind,
    Neighbour,
    Node,
    Tie,
    institution_node,
    person_key,
    person_node,
    topic_node,
    work_node,
)
from storage import institutions, network, topics
from storage.institutions import Place
from storage.network import Heading, Printed, Years
from storage.phrases import day, plural, span

MOST_WORKS = 500
"""Of a name printed on more works than this, the latest are looked at: it is many people."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was found around a node: its neighbours, and who and what is on which work."""

    neighbours: list[Neighbour]
    people: Mapping[int, Sequence[str]]  # work -> keys of the people on it
    topics: Mapping[str, Iterable[int]]  # key of a topic -> its works


async def look(
    session: AsyncSession, center: Node, years: Years | None, near: Nearby | None
) -> Look:
    """Everything around a node, of each kind the strongest first."""
    if center.kind is Kind.PERSON:
        return await _around_person(session, center, years)
    if center.kind is Kind.WORK:
        return await _around_work(session, center, near)
    if center.kind is Kind.INSTITUTION:
        return await _around_institution(session, center, years)
    return await _around_topic(session, center, years)


async def works_and_names(
    session: AsyncSession, center: Node
) -> tuple[list[Heading], frozenset[str]]:
    """The works of a person, and the name keys that are their own on these works."""
    works = await network.works_of(session, _whose(center), limit=MOST_WORKS)
    if center.researcher_id is None:
        return works, frozenset({center.key.removeprefix("n:")})
    return works, await network.own_keys(session, [center.researcher_id])


async def _around_person(session: AsyncSession, center: Node, years: Years | None) -> Look:
    written = await network.written_by(session, _whose(center), years, MOST_WORKS)
    year = {work.id: work.year for work in written.headings}
    mine = [author for author in written.authors if author.key in written.own]
    others = [author for author in written.authors if author.key not in written.own]
    themes = await _topics_of(session, center, written.authors)
    found = [
        *_tied(center, Tie.CO_WROTE, _people(others), lambda ids: _together(ids, year)),
        *_tied(center, Tie.ABOUT, themes, lambda ids: _about_it(ids, year)),
    ]
    if written.placed:
        found += await _workplaces(session, center, mine, year)
    counts = Counter(author.work_id for author in written.authors)
    position = {author.work_id: author.position for author in mine}
    for work in written.headings:
        reason = _place(position[work.id], counts[work.id]) if work.id in position else "attributed"
        node = work_node(work)
        found.append(Neighbour(node, Edge(center.key, node.key, Tie.WROTE, 1.0, reason)))
    return Look(found, _by_work(others), _works_of(themes))


async def _around_work(session: AsyncSession, center: Node, near: Nearby | None) -> Look:
    assert center.work_id is not None
    authors = await network.printed_on(session, [center.work_id])
    found = []
    for author in {person_key(a): a for a in reversed(authors)}.values():
        weight, reason = 1 / (1 + author.position), _place(author.position, len(authors))
        edge = Edge(person_key(author), center.key, Tie.WROTE, weight, reason)
        found.append(Neighbour(person_node(author), edge))
    found.reverse()
    themes = await _topics_of(session, center, authors)
    found += _tied(center, Tie.ABOUT, themes, lambda _: "one of the topics of its authors")
    places: dict[str, Neighbour] = {}
    for row in await institutions.on_works(session, [center.work_id]):
        node = institution_node(row.institution_id, row.name, row.url)
        reason = f"an author's institution, {row.source} {day(row.as_of)}"
        edge = Edge(center.key, node.key, Tie.WORKS_AT, 1.0, reason)
        places.setdefault(node.key, Neighbour(node, edge))
    cited = await _cited(session, center)
    found += [*places.values(), *cited]
    alike = await near.similar(session, center.work_id) if near else []
    known = {neighbour.node.key for neighbour in cited}
    alike = [neighbour for neighbour in alike if neighbour.node.key not in known]
    ids = [n.node.work_id for n in alike if n.node.work_id is not None]
    beside = await network.printed_on(session, ids)
    return Look(found + alike, _by_work([*authors, *beside]), _works_of(themes))


async def _around_topic(session: AsyncSession, center: Node, years: Years | None) -> Look:
    holders = await network.topics_with(session, center.label)
    ids = {i for _, _, topic in holders for i in topic.work_ids}
    headings = await _headings(session, ids, years)
    year = {work.id: work.year for work in headings}
    authors = await network.printed_on(session, sorted(year))
    themes = await _topics_of(session, center, authors)
    found = [
        *_tied(center, Tie.ABOUT, _people(authors), lambda ids: _about_it(ids, year), to=True),
        *_tied(center, Tie.NEAR, themes, lambda ids: f"{plural(len(ids), 'work')} about both"),
        *_works(center, Tie.ABOUT, headings, "about it"),
    ]
    return Look(found, _by_work(authors), _works_of(themes))


async def _around_institution(session: AsyncSession, center: Node, years: Years | None) -> Look:
    rows = await institutions.at(session, int(center.key.removeprefix("i")))
    headings = await _headings(session, {row.work_id for row in rows}, years)
    year = {work.id: work.year for work in headings}
    signed = {(row.work_id, row.position) for row in rows}
    authors = await network.printed_on(session, sorted(year))
    theirs = [a for a in authors if (a.work_id, a.position) in signed]
    themes = await _topics_of(session, center, authors)

    def there(ids: set[int]) -> str:
        return f"{plural(len(ids), 'work')} signed there, {_span(ids, year)}"

    found = [
        *_tied(center, Tie.WORKS_AT, _people(theirs), there, to=True),
        *_tied(center, Tie.ABOUT, themes, lambda ids: f"{plural(len(ids), 'work')} about it"),
        *_works(center, Tie.WORKS_AT, headings, "signed there"),
    ]
    return Look(found, _by_work(theirs), _works_of(themes))


async def _workplaces(
    session: AsyncSession, center: Node, mine: Iterable[Printed], year: Mapping[int, int]
) -> list[Neighbour]:
    """Where a person signed their works from, the latest place first."""
    signed = {(author.work_id, author.position) for author in mine}
    works: dict[int, set[int]] = defaultdict(set)
    shown: dict[int, Place] = {}
    for row in await institutions.on_works(session, list(year)):
        if (row.work_id, row.position) in signed:
            works[row.institution_id].add(row.work_id)
            shown[row.institution_id] = row
    found = []
    for i in sorted(works, key=lambda i: (-max(year[w] for w in works[i]), -len(works[i]))):
        number, place = len(works[i]), shown[i]
        node = institution_node(i, place.name, place.url, number)
        told = f"{place.source} {day(place.as_of)}"
        reason = f"on {plural(number, 'work')}, {_span(works[i], year)}; {told}"
        edge = Edge(center.key, node.key, Tie.WORKS_AT, float(number), reason)
        found.append(Neighbour(node, edge))
    return found


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


async def _headings(
    session: AsyncSession, work_ids: Iterable[int], years: Years | None
) -> list[Heading]:
    """These works, as far as they are of these years, the latest first."""
    found = (await network.headings(session, sorted(work_ids))).values()
    shown = [work for work in found if years is None or years[0] <= work.year <= years[1]]
    return sorted(shown, key=lambda work: (-work.year, -work.id))


def _people(authors: Sequence[Printed]) -> list[tuple[Node, set[int]]]:
    """Each person once, with the works they are on; who shares the most works comes first.

    Among equals a work of few authors counts for more (Newman 2001).

    Args:
        authors: by work and position; a person is shown as on the first of their works.
    """
    crowd = Counter(author.work_id for author in authors)
    works: dict[str, set[int]] = {}
    strength: dict[str, float] = defaultdict(float)
    shown: dict[str, Printed] = {}
    for author in authors:
        key = person_key(author)
        theirs = works.setdefault(key, set())
        if author.work_id not in theirs:
            theirs.add(author.work_id)
            strength[key] += 1 / crowd[author.work_id]
            shown.setdefault(key, author)
    ranked = sorted((-len(ids), -round(strength[key], 9), key) for key, ids in works.items())
    return [(person_node(shown[key]), works[key]) for _, _, key in ranked]


def _tied(
    center: Node,
    tie: Tie,
    found: Iterable[tuple[Node, set[int]]],
    why: Callable[[set[int]], str],
    *,
    to: bool = False,
) -> list[Neighbour]:
    """Nodes tied to the centre by works; with `to`, the edge leads from them to the centre."""
    return [
        Neighbour(
            node,
            Edge(
                node.key if to else center.key,
                center.key if to else node.key,
                tie,
                float(len(works)),
                why(works),
            ),
        )
        for node, works in found
    ]


def _works(center: Node, tie: Tie, works: Iterable[Heading], reason: str) -> list[Neighbour]:
    return [Neighbour(work_node(w), Edge(f"w{w.id}", center.key, tie, 1.0, reason)) for w in works]


def _whose(center: Node) -> str | int:
    if center.researcher_id is not None:
        return center.researcher_id
    return center.key.removeprefix("n:")


def _by_work(authors: Sequence[Printed]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for author in authors:
        found[author.work_id].append(person_key(author))
    return found


def _works_of(themes: Iterable[tuple[Node, set[int]]]) -> dict[str, set[int]]:
    return {node.key: works for node, works in themes}


def _together(works: set[int], year: Mapping[int, int]) -> str:
    return f"{plural(len(works), 'work')} together, {_span(works, year)}"


def _about_it(works: set[int], year: Mapping[int, int]) -> str:
    return f"{plural(len(works), 'work')} about it, {_span(works, year)}"


def _span(works: Iterable[int], year: Mapping[int, int]) -> str:
    known = [year[i] for i in works if i in year]
    return span(min(known), max(known))


def _place(position: int, of: int) -> str:
    if of == 1:
        return "the only author"
    return "first author" if position == 0 else f"author {position + 1} of {of}"
