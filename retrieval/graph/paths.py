"""How two people are connected: the shortest chain of co-authors, and the strongest of those.

A search from both ends at once, a step at a time, over every stored work: always from the end with
fewer works to read, until people of both ends are on one work, or one end knows nobody else. Among
chains with the fewest people the one with the least cost wins: a tie costs 1 / strength, where a
work of n authors ties each pair with 1 / (n - 1) (Newman 2001); and going through a name costs more
the more works print it, because a common name may be several people.

Where a record was sorted into several persons, a chain goes through one of them: two people who
wrote with different persons of a name are not connected by it. Only where no such chain is there,
the name stands for all of them, and the chain says so.
"""

from __future__ import annotations

import asyncio
import heapq
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise, product

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.graph.around import works_and_names
from retrieval.graph.nodes import CROWD, Edge, Kind, Node, Tie, person_node, record_node
from retrieval.graph.shared import marked
from retrieval.text import readable
from storage import network, persons, researchers
from storage.errors import NoPath
from storage.network import Heading
from storage.phrases import plural, span

STEPS = 6
"""The longest chain looked for, in ties."""
EXPANDED = 600
"""People whose co-authors are looked up in one step, the nearest first."""
_PERSON = "\0"  # before the number of one of several persons, which stands for their name then
_COMMON = 0.2  # what each doubling of a name's works adds to the cost of going through it


@dataclass(frozen=True, slots=True)
class Path:
    """People from one to the other, and the tie between each and the next; no ties between a record
    and somebody behind it.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    unsure: tuple[str, ...] = ()
    """Names in between that are only printed, so that several people may bear them."""
    mixed: frozenset[str] = frozenset()
    """Keys of nodes in between that may be one person for one tie and another for the other."""


@dataclass(slots=True)
class _Side:
    """What one end has reached: of each name the cost, and the name before it.

    Attributes:
        start: stands for the end itself, under whichever of its names.
        own: the end's names.
        frontier: the names reached last.
        works: of the nearest of them, the works.
        read: works whose authors are reached.
        steps: ties from the start to the frontier.
    """

    start: str
    own: frozenset[str]
    frontier: set[str]
    works: dict[str, list[int]]
    cost: dict[str, float]
    before: dict[str, str] = field(default_factory=dict)
    read: set[int] = field(default_factory=set)
    steps: int = 0

    def unread(self) -> set[int]:
        """Works through which the next names are reached."""
        return {i for works in self.works.values() for i in works} - self.read

    def beyond(self, name: str) -> float:
        """What it costs to go on from a name of the frontier."""
        if name == self.start:
            return 0.0
        return self.cost[name] + _COMMON * math.log2(len(self.works.get(name, ())) or 1)

    def on(self, names: Sequence[str]) -> list[str]:
        """Those of the frontier who are among the authors of a work that one of them wrote."""
        return [self.start] if self.steps == 0 else [n for n in names if n in self.frontier]

    def chain(self, name: str) -> list[str]:
        """From the start to the name."""
        names = [name]
        while names[-1] != self.start:
            names.append(self.before[names[-1]])
        return names[::-1]


_Sides = tuple[_Side, _Side]


@dataclass(slots=True)
class _Names:
    """Who is on which works, and which works are whose.

    Attributes:
        session: to read with.
        whole: names that are never told apart: those of the ends, and those to be passed by.
        apart: whether the persons behind a record are told apart.
        met: whether one of them was met.
    """

    session: AsyncSession
    whole: Set[str]
    apart: bool
    met: bool = False

    async def on(self, work_ids: Set[int]) -> dict[int, list[str]]:
        """The names on each of these works, or the persons behind them."""
        wanted = sorted(work_ids)
        names = await network.names_on(self.session, wanted, CROWD)
        placed = await network.persons_on(self.session, wanted) if self.apart else {}
        persons = {place: who for place, who in placed.items() if place[1] not in self.whole}
        if not persons:
            return names
        self.met = True
        return {
            work_id: [
                f"{_PERSON}{persons[work_id, key]}" if (work_id, key) in persons else key
                for key in keys
            ]
            for work_id, keys in names.items()
        }

    async def works(self, names: Sequence[str]) -> dict[str, list[int]]:
        """The works of each name or person."""
        works = await network.works_by(self.session, [n for n in names if not _person(n)])
        persons = {person for name in names if (person := _person(name))}
        placed = await network.works_placed(self.session, persons)
        return works | {f"{_PERSON}{person}": theirs for person, theirs in placed.items()}


def _person(name: str) -> int | None:
    return int(name.removeprefix(_PERSON)) if name.startswith(_PERSON) else None


async def path(
    session: AsyncSession,
    a: Node,
    b: Node,
    *,
    without: Set[str] = frozenset(),
) -> Path:
    """How two people are connected through co-authors, past those `without` whom it is to be.

    Raises:
        NoPath: they are not, within `STEPS` and within what is looked at.
    """
    assert a.kind is b.kind is Kind.PERSON
    if a.key == b.key:
        return Path((a,), ())
    if await _behind(session, a, b):
        return Path((a, b), ())
    ends = (await _end(session, a), await _end(session, b))
    if both := ends[0].works & ends[1].works:
        return Path((a, b), (_tie(a, b, await network.headings(session, sorted(both))),))
    barred = {key.removeprefix("n:") for key in without}
    names = _Names(session, barred | ends[0].names | ends[1].names, apart=True)
    between = await _between(names, ends, barred)
    if between is None and names.met:
        names.apart = False
        between = await _between(names, ends, barred)
    if between is None:
        raise NoPath(a=a.label, b=b.label, steps=STEPS)
    return await _path(names, ends, between)


async def _behind(session: AsyncSession, a: Node, b: Node) -> bool:
    """Whether one is a record, and the other one of the people behind it."""
    ids = [node.researcher_id for node in (a, b) if node.researcher_id is not None]
    records = {await persons.record_of(session, one) for one in ids}
    return len(ids) == 2 and len(records) == 1 and not records.isdisjoint(ids)


@dataclass(frozen=True, slots=True)
class _End:
    """One of the two people, with their works and the names that are theirs on these."""

    node: Node
    works: frozenset[int]
    names: frozenset[str]


async def _end(session: AsyncSession, node: Node) -> _End:
    works, own = await works_and_names(session, node)
    return _End(node, frozenset(work.id for work in works), own)


def _side(end: _End, start: str) -> _Side:
    return _Side(start, end.names, {start}, {start: sorted(end.works)}, {start: 0.0})


async def _between(names: _Names, ends: tuple[_End, _End], barred: Set[str]) -> list[str] | None:
    """Those in between on the cheapest of the shortest chains; None where there is none."""
    sides = (_side(ends[0], f"{_PERSON}a"), _side(ends[1], f"{_PERSON}b"))
    while sides[0].steps + sides[1].steps < STEPS and all(side.works for side in sides):
        chain = await _through_a_work(names, sides) or await _step(names, sides, barred)
        if chain:
            return chain[1:-1]
    return None


async def _through_a_work(known: _Names, sides: _Sides) -> list[str]:
    """The cheapest chain over works that both frontiers are on; empty where there is none.

    That spares reading who else is on all works of one side, of which there are most in the end.
    """
    shared = sides[0].unread() & sides[1].unread()
    names = await known.on(shared)
    strength: dict[tuple[str, str], float] = defaultdict(float)
    for beside in names.values():
        for pair in product(sides[0].on(beside), sides[1].on(beside)):
            strength[pair] += 1 / max(1, len(beside) - 1)
    if not strength:
        return []
    costs = {
        (one, other): sides[0].beyond(one) + 1 / tie + sides[1].beyond(other)
        for (one, other), tie in strength.items()
    }
    one, other = min(costs, key=lambda pair: (costs[pair], pair))
    return [*sides[0].chain(one), *sides[1].chain(other)[::-1]]


async def _step(known: _Names, sides: _Sides, barred: Set[str]) -> list[str]:
    """Reach everybody who wrote with somebody reached last, on the side that has fewer works.

    Returns:
        The cheapest chain through somebody whom both sides have reached; empty where nobody is.
    """
    side, other = sorted(sides, key=lambda s: len(s.unread()))
    unread = side.unread()
    names = await known.on(unread)
    found = await asyncio.to_thread(_reached, side, names, barred)
    side.read |= unread
    for name, (cost, before) in found.items():
        side.cost[name], side.before[name] = cost, before
    side.frontier = set(found)
    side.steps += 1
    if met := found.keys() & other.cost.keys():
        middle = min(met, key=lambda n: (side.cost[n] + other.cost[n], n))
        return [*sides[0].chain(middle), *sides[1].chain(middle)[-2::-1]]
    nearest = heapq.nsmallest(EXPANDED, found, key=lambda n: (found[n], n))
    side.works = await known.works(nearest)
    return []


def _reached(
    side: _Side, names: Mapping[int, Sequence[str]], barred: Set[str]
) -> dict[str, tuple[float, str]]:
    """Who is new on these works, each with the least cost and the name before."""
    found: dict[str, tuple[float, str]] = {}
    for name, works in side.works.items():
        strength: dict[str, float] = defaultdict(float)
        for work_id in works:
            beside = names.get(work_id, ())
            for other in beside:
                strength[other] += 1 / max(1, len(beside) - 1)
        beyond = side.beyond(name)
        for other, tie in strength.items():
            if other not in side.cost and other not in side.own and other not in barred:
                cost = (beyond + 1 / tie, name)
                if other not in found or cost < found[other]:
                    found[other] = cost
    return found


async def _path(known: _Names, ends: tuple[_End, _End], between: Sequence[str]) -> Path:
    """The chain as people read it; `between` are those on the way from one end to the other.

    Works together are those that are placed with both, where any is; otherwise those that print the
    names.
    """
    session = known.session
    printed = await known.works(between)
    works = [ends[0].works, *(frozenset(printed[name]) for name in between), ends[1].works]
    joint = [one & other for one, other in pairwise(works)]
    middle = [
        await marked(session, await _node(session, name, before | after, len(printed[name])))
        for name, (before, after) in zip(between, pairwise(joint), strict=True)
    ]
    records = {node.researcher_id for node in middle if node.researcher_id is not None}
    placed = await network.works_placed(session, records)
    for n, node in enumerate(middle, 1):
        if node.researcher_id is not None:
            works[n] = frozenset(placed.get(node.researcher_id, ()))
    joint = [
        one & other or named for (one, other), named in zip(pairwise(works), joint, strict=True)
    ]
    nodes = (ends[0].node, *middle, ends[1].node)
    headings = await network.headings(session, sorted({i for ids in joint for i in ids}))
    edges = tuple(
        _tie(one, other, {i: headings[i] for i in ids})
        for (one, other), ids in zip(pairwise(nodes), joint, strict=True)
    )
    unsure = tuple(node.label for node in middle if node.researcher_id is None)
    mixed = {
        n.key for n, name in zip(middle, between, strict=True) if n.namesakes and not _person(name)
    }
    return Path(nodes, edges, unsure, frozenset(mixed))


async def _node(session: AsyncSession, name: str, work_ids: Set[int], works: int) -> Node:
    """Somebody in between, who is on those works: a person, a record that any of them is placed
    with, or a name on so many works.
    """
    number = _person(name)
    if number is None:
        on_them = await network.printed_on(session, sorted(work_ids))
        called = [author for author in on_them if author.key == name]
        author = next((one for one in called if one.record is not None), called[0])
        if author.record is None:
            return person_node(author, works)
        number = author.record[0]
    (found,) = await researchers.by_ids(session, [number])
    return record_node(found.id, found.distinct_name, found.works)


def _tie(a: Node, b: Node, joint: Mapping[int, Heading]) -> Edge:
    dated = [work.year for work in joint.values()]
    latest = max(joint.values(), key=lambda work: (work.year, work.id))
    reason = (
        f"{plural(len(joint), 'work')} together, {span(min(dated), max(dated))}, "
        f"{'the latest ' if len(joint) > 1 else ''}“{readable(latest.title)}”"
    )
    return Edge(a.key, b.key, Tie.CO_WROTE, float(len(joint)), reason)
