"""How two people are connected: the shortest chain of co-authors, and the strongest of those.

A search from both ends at once, a step at a time, over every stored work. Among chains with the
fewest people the one with the least cost wins: a tie costs 1 / strength, where a work of n authors
ties each pair with 1 / (n - 1) (Newman 2001); and going through a name costs more the more works
print it, because a common name may be several people.
"""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.around import works_and_names
from retrieval.nodes import Edge, Kind, Node, Tie, person_node, plural, span
from retrieval.text import readable
from storage import network
from storage.errors import NoPath

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
    """What one end has reached: of each name the cost, and the name before it."""

    start: str
    works: frozenset[int]
    own: frozenset[str]
    cost: dict[str, float] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    frontier: list[str] = field(default_factory=list)
    steps: int = 0

    def chain(self, name: str) -> list[str]:
        """From the start to the name."""
        names = [name]
        while names[-1] != self.start:
            names.append(self.before[names[-1]])
        return names[::-1]


async def path(session: AsyncSession, a: Node, b: Node, *, steps: int = STEPS) -> Path:
    """How two people are connected through co-authors.

    Raises:
        NoPath: they are not, within `steps` and within what is looked at.
    """
    assert a.kind is b.kind is Kind.PERSON
    if a.key == b.key:
        return Path((a,), ())
    sides = (await _side(session, a, "\0a"), await _side(session, b, "\0b"))
    if both := sides[0].works & sides[1].works:
        return Path((a, b), (await _tie(session, a, b, both),))
    while sides[0].steps + sides[1].steps < steps:
        side, other = sorted(sides, key=lambda s: len(s.frontier) or math.inf)
        if not side.frontier:
            break
        await _step(session, side)
        met = [name for name in side.frontier if name in other.cost]
        if met:
            costs = {n: sides[0].cost[n] + sides[1].cost[n] for n in met}
            middle = min(met, key=lambda n: (costs[n], n))
            return await _path(session, a, b, sides, middle)
    raise NoPath(a=a.label, b=b.label, steps=steps)


async def _side(session: AsyncSession, end: Node, start: str) -> _Side:
    works, own = await works_and_names(session, end)
    return _Side(start, frozenset(w.id for w in works), own, {start: 0.0}, {}, [start])


async def _step(session: AsyncSession, side: _Side) -> None:
    """Reach everybody who wrote with somebody reached last."""
    nearest = sorted(side.frontier, key=lambda n: (side.cost[n], n))[:EXPANDED]
    if side.steps == 0:
        works = {side.start: sorted(side.works)}
        names = await network.names_on(session, works[side.start], CROWD)
    else:
        works, names = await network.beside(session, nearest, CROWD)
    found = await asyncio.to_thread(_reached, side, nearest, works, names)
    for name, (cost, before) in found.items():
        side.cost[name] = cost
        side.before[name] = before
    side.frontier = sorted(found)
    side.steps += 1


def _reached(
    side: _Side,
    nearest: Sequence[str],
    works: Mapping[str, Sequence[int]],
    names: Mapping[int, Sequence[str]],
) -> dict[str, tuple[float, str]]:
    """Who is new beside these names, each with the least cost and the name before."""
    found: dict[str, tuple[float, str]] = {}
    for name in nearest:
        strength: dict[str, float] = defaultdict(float)
        theirs = works.get(name, ())
        for work_id in theirs:
            beside = names.get(work_id, ())
            for other in beside:
                strength[other] += 1 / max(1, len(beside) - 1)
        through = 0.0 if name == side.start else _COMMON * math.log2(len(theirs) or 1)
        for other, tie in strength.items():
            if other not in side.cost and other not in side.own:
                cost = side.cost[name] + through + 1 / tie
                found[other] = min(found.get(other, (math.inf, "")), (cost, name))
    return found


async def _path(
    session: AsyncSession, a: Node, b: Node, sides: tuple[_Side, _Side], middle: str
) -> Path:
    chain = [*sides[0].chain(middle), *sides[1].chain(middle)[-2::-1]]
    between = chain[1:-1]
    theirs = [await network.works_of(session, name) for name in between]
    printed = [frozenset(work.id for work in found) for found in theirs]
    works = [sides[0].works, *printed, sides[1].works]
    shared = [one & other for one, other in pairwise(works)]
    nodes = [a]
    for name, joint, found in zip(between, shared, printed, strict=False):
        rows = await network.printed_on(session, sorted(joint)[:1])
        author = next(row for row in rows if row.key == name)
        nodes.append(person_node(author, len(found)))
    nodes.append(b)
    edges = [
        await _tie(session, one, other, joint)
        for (one, other), joint in zip(pairwise(nodes), shared, strict=True)
    ]
    unsure = tuple(node.label for node in nodes[1:-1] if node.researcher_id is None)
    return Path(tuple(nodes), tuple(edges), unsure)


async def _tie(session: AsyncSession, a: Node, b: Node, joint: frozenset[int]) -> Edge:
    headings = await network.headings(session, sorted(joint))
    latest = max(headings.values(), key=lambda work: (work.year, work.id))
    reason = (
        f"{plural(len(joint), 'work')} together, {span([w.year for w in headings.values()])}, "
        f"{'the latest ' if len(joint) > 1 else ''}“{readable(latest.title)}”"
    )
    return Edge(a.key, b.key, Tie.CO_WROTE, float(len(joint)), reason)
