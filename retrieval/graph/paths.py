"""How two people are connected: the shortest chain of co-authors, and the strongest of those.

A search from both ends at once, a step at a time, over every stored work: always from the end with
fewer works to read, until people of both ends are on one work, or one end knows nobody else. Among
chains with the fewest people the one with the least cost wins: a tie costs 1 / strength, where a
work of n authors ties each pair with 1 / (n - 1) (Newman 2001); and going through a name costs more
the more works print it, because a common name may be several people.
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
from retrieval.graph.nodes import Edge, Kind, Node, Tie, person_node, plural, span
from retrieval.text import readable
from storage import network, researchers
from storage.errors import NoPath
from storage.network import Heading

STEPS = 6
"""The longest chain looked for, in ties."""
EXPANDED = 600
"""People whose co-authors are looked up in one step, the nearest first."""
CROWD = 60
"""A work of more authors than this ties nobody to anybody."""
_COMMON = 0.2  # what each doubling of a name's works adds to the cost of going through it


@dataclass(frozen=True, slots=True)
class Path:
    """People from one to the other, and the tie between each and the next."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    unsure: tuple[str, ...] = ()
    """Names in between that are only printed, so that several people may bear them."""


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


async def path(
    session: AsyncSession,
    a: Node,
    b: Node,
    *,
    steps: int = STEPS,
    without: Set[str] = frozenset(),
) -> Path:
    """How two people are connected through co-authors, past those `without` whom it is to be.

    Raises:
        NoPath: they are not, within `steps` and within what is looked at.
    """
    assert a.kind is b.kind is Kind.PERSON
    if a.key == b.key:
        return Path((a,), ())
    sides = (await _side(session, a, "\0a"), await _side(session, b, "\0b"))
    ends = (sides[0].unread(), sides[1].unread())
    if both := ends[0] & ends[1]:
        return Path((a, b), (_tie(a, b, await network.headings(session, sorted(both))),))
    barred = {key.removeprefix("n:") for key in without}
    while sides[0].steps + sides[1].steps < steps:
        chain = await _through_a_work(session, sides) or await _step(session, sides, barred)
        if chain:
            return await _path(session, (a, b), ends, chain[1:-1])
        if not all(side.works for side in sides):
            break
    raise NoPath(a=a.label, b=b.label, steps=steps)


async def _side(session: AsyncSession, end: Node, start: str) -> _Side:
    works, own = await works_and_names(session, end)
    return _Side(start, own, {start}, {start: [work.id for work in works]}, {start: 0.0})


async def _through_a_work(session: AsyncSession, sides: _Sides) -> list[str]:
    """The cheapest chain over works that both frontiers are on; empty where there is none.

    That spares reading who else is on all works of one side, of which there are most in the end.
    """
    shared = sides[0].unread() & sides[1].unread()
    names = await network.names_on(session, sorted(shared), CROWD)
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


async def _step(session: AsyncSession, sides: _Sides, barred: Set[str]) -> list[str]:
    """Reach everybody who wrote with somebody reached last, on the side that has fewer works.

    Returns:
        The cheapest chain through somebody whom both sides have reached; empty where nobody is.
    """
    side, other = sorted(sides, key=lambda s: len(s.unread()))
    unread = side.unread()
    names = await network.names_on(session, sorted(unread), CROWD)
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
    side.works = await network.works_by(session, nearest)
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


async def _path(
    session: AsyncSession,
    ends: tuple[Node, Node],
    theirs: tuple[Set[int], Set[int]],
    between: Sequence[str],
) -> Path:
    """The chain as people read it.

    Args:
        session: to read with.
        ends: the two people.
        theirs: the works of each.
        between: the names on the way from one to the other.
    """
    printed = await network.works_by(session, between)
    works = [theirs[0], *(frozenset(printed[name]) for name in between), theirs[1]]
    joint = [sorted(one & other) for one, other in pairwise(works)]
    first = [work_ids[0] for work_ids in joint]
    rows = await network.printed_on(session, first)
    authors = [
        next(row for row in rows if (row.work_id, row.key) == wanted)
        for wanted in zip(first, between, strict=False)
    ]
    records = await researchers.by_ids(session, [a.record[0] for a in authors if a.record])
    known = {record.id: record.works for record in records}
    middle = [
        person_node(author, known[author.record[0]] if author.record else len(works_of))
        for author, works_of in zip(authors, works[1:], strict=False)
    ]
    nodes = (ends[0], *middle, ends[1])
    headings = await network.headings(session, sorted({i for ids in joint for i in ids}))
    edges = tuple(
        _tie(one, other, {i: headings[i] for i in ids})
        for (one, other), ids in zip(pairwise(nodes), joint, strict=True)
    )
    return Path(nodes, edges, tuple(n.label for n in middle if n.researcher_id is None))


def _tie(a: Node, b: Node, joint: Mapping[int, Heading]) -> Edge:
    latest = max(joint.values(), key=lambda work: (work.year, work.id))
    reason = (
        f"{plural(len(joint), 'work')} together, {span([w.year for w in joint.values()])}, "
        f"{'the latest ' if len(joint) > 1 else ''}“{readable(latest.title)}”"
    )
    return Edge(a.key, b.key, Tie.CO_WROTE, float(len(joint)), reason)
