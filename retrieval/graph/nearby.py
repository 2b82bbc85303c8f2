"""What is near: works like a work, and people near a person who are not co-authors yet."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.graph.nodes import (
    CROWD,
    Edge,
    Neighbour,
    Node,
    Tie,
    name_node_key,
    person_key,
    person_node,
    work_node,
)
from retrieval.phrases import joined
from retrieval.search import Nearest
from retrieval.text import readable
from storage import network, own_words, vectors
from storage.database import Database
from storage.errors import IndexUnavailable
from storage.network import Heading, Printed
from storage.phrases import plural
from storage.vectors import Matrix

SIMILAR = 10
PEOPLE = 10
PROBES = 24
"""Works of a person around which others are looked for, spread evenly over all of them."""
DEPTH = 40
"""Works looked at around each."""
FRIENDS = 150
"""Co-authors whose own co-authors are looked at, the closest first."""
IN_COMMON = 10.0
"""What co-authors in common count beside works near in meaning."""
MANY_WORKS = 0.3
"""How much the logarithm of the number of somebody's works adds."""
COUNTED = 60
"""Candidates whose works are counted, the best first."""
NAMED = 2

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Candidate:
    """Somebody who might be suggested, with what speaks for it."""

    author: Printed
    near: dict[int, tuple[float, int]] = field(default_factory=dict)
    """A work of theirs -> the cosine, and the work that it is near to."""
    friends: dict[str, float] = field(default_factory=dict)
    """The name key of a co-author in common -> what that counts."""
    works: int = 1

    @property
    def score(self) -> float:
        """The nearest work counts in full, the next half, and so on; co-authors in common all."""
        cosines = sorted((cosine for cosine, _ in self.near.values()), reverse=True)
        near = sum(cosine / 2**n for n, cosine in enumerate(cosines))
        return float(near + IN_COMMON * sum(self.friends.values()))

    @property
    def whole_score(self) -> float:
        """The score, more for those who write more."""
        return self.score * (1 + MANY_WORKS * math.log(self.works))


class Nearby:
    """Nearness among the works that are embedded under one model."""

    def __init__(self, model: str, index: Nearest) -> None:
        self._model = model
        self._index = index

    async def similar(
        self, session: AsyncSession, work_id: int, limit: int = SIMILAR
    ) -> list[Neighbour]:
        """The works nearest in meaning to a work, nearest first; none while it is not embedded."""
        row = (await vectors.load(session, self._model, [work_id])).get(work_id)
        if row is None:
            return []
        near = [n for n in await self._nearest(row.document, limit + 1) if n[0] != work_id]
        headings = await network.headings(session, [found for found, _ in near])
        return [
            Neighbour(
                work_node(headings[found]),
                Edge(
                    f"w{work_id}",
                    f"w{found}",
                    Tie.NEAR,
                    max(cosine, 0.01),
                    f"cosine {cosine:.2f}",
                ),
            )
            for found, cosine in near[:limit]
            if found in headings
        ]

    async def people(
        self,
        database: Database,
        center: Node,
        work_ids: Sequence[int],
        own: frozenset[str],
        limit: int = PEOPLE,
        without: Set[str] = frozenset(),
        hidden: Collection[int] = (),
    ) -> list[Neighbour]:
        """People near a person who never wrote with them: in topic, or by co-authors in common.

        Args:
            database: to read from; no session is kept open while the index is asked.
            center: the person.
            work_ids: their works.
            own: the name keys that are their own.
            limit: how many at most.
            without: the keys of nodes of people who are neither suggested nor named as a reason.
            hidden: whose works are left out of the records that they share with others.
        """
        near = await self._around(database, work_ids)
        async with database.read() as session:
            await own_words.leave_out(session, hidden)
            authors = await network.printed_on(session, [*work_ids, *near])
            mine = set(work_ids)
            friends = Counter(a.key for a in authors if a.work_id in mine and a.key not in own)
            known = own | friends.keys()
            for key in [key for key in friends if name_node_key(key) in without]:
                del friends[key]
            crowd = Counter(a.work_id for a in authors)
            found: dict[str, _Candidate] = {}
            for author in authors:
                crowded = crowd[author.work_id] > CROWD
                if author.work_id not in near or author.key in known or crowded:
                    continue
                candidate = found.setdefault(author.key, _Candidate(author))
                candidate.near[author.work_id] = near[author.work_id]
            await _add_friends(session, friends, known, found)
            candidates = [c for c in found.values() if person_key(c.author) not in without]
            best = await _best(session, candidates, limit)
            names = {author.key: author.name for author in authors}
            headings = await network.headings(
                session, sorted({i for c in best for w, (_, m) in c.near.items() for i in (w, m)})
            )
            return [_suggested(center, candidate, headings, names) for candidate in best]

    async def _around(
        self, database: Database, work_ids: Sequence[int]
    ) -> dict[int, tuple[float, int]]:
        """Works of others near these: the greatest cosine, and the work that it is with."""
        probes = work_ids[:: -(-len(work_ids) // PROBES) or 1]
        async with database.read() as session:
            rows = await vectors.load(session, self._model, probes)
        found: dict[int, tuple[float, int]] = {}
        for work_id, row in rows.items():
            for near, cosine in await self._nearest(row.document, DEPTH):
                if cosine > found.get(near, (0.0, 0))[0]:
                    found[near] = (cosine, work_id)
        return {near: why for near, why in found.items() if near not in set(work_ids)}

    async def _nearest(self, vector: Matrix, k: int) -> list[tuple[int, float]]:
        try:
            return await self._index.nearest(vector, k)
        except IndexUnavailable as error:
            log.warning("graph.without_index", why=error.sentence)
            return []


async def _best(
    session: AsyncSession, candidates: Sequence[_Candidate], limit: int
) -> list[_Candidate]:
    """The best candidates, who has more works before others."""
    first = sorted(candidates, key=lambda c: (-c.score, c.author.key))[: max(COUNTED, limit)]
    counts = await network.number_of_works(session, [c.author.key for c in first])
    for candidate in first:
        candidate.works = counts.get(candidate.author.key, 1)
    return sorted(first, key=lambda c: (-c.whole_score, c.author.key))[:limit]


async def _add_friends(
    session: AsyncSession,
    friends: Mapping[str, int],
    known: frozenset[str] | set[str],
    found: dict[str, _Candidate],
) -> None:
    """Add the co-authors of co-authors.

    A co-author in common counts by the works shared on both sides, divided by how many people
    they write with (resource allocation, Zhou et al. 2009).
    """
    closest = sorted(friends, key=lambda key: (-friends[key], key))[:FRIENDS]
    theirs, names = await network.beside(session, closest, CROWD)
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    for friend in closest:
        together = Counter(
            other for work_id in theirs.get(friend, ()) for other in names.get(work_id, ())
        )
        for other, shared in together.items():
            if other not in known:
                weights[other][friend] = friends[friend] * shared / len(together)
    places = await network.first_places(session, [key for key in weights if key not in found])
    for key, counts in weights.items():
        if key in found or key in places:
            found.setdefault(key, _Candidate(places.get(key) or found[key].author)).friends = counts


def _suggested(
    center: Node,
    candidate: _Candidate,
    headings: Mapping[int, Heading],
    names: Mapping[str, str],
) -> Neighbour:
    node = person_node(candidate.author, candidate.works)
    reasons = []
    if candidate.near:
        work, (_, mine) = max(candidate.near.items(), key=lambda item: (item[1], item[0]))
        title, other = readable(headings[work].title), readable(headings[mine].title)
        reasons.append(f"{plural(len(candidate.near), 'near work')}: “{title}” is near “{other}”")
    if candidate.friends:
        closest = sorted(candidate.friends, key=lambda k: (-candidate.friends[k], k))
        shown = joined([names.get(key, key) for key in closest[:NAMED]])
        reasons.append(f"{plural(len(closest), 'co-author')} in common, as {shown}")
    return Neighbour(
        node, Edge(center.key, node.key, Tie.NEAR, candidate.whole_score, "; ".join(reasons))
    )
