"""What the graph is made of: nodes, edges with their reasons, and a neighbourhood. Pure.

A node's `key` tells it from others: "w12" a work, "r3" a record or a person behind one,
"n:ada lovelace" a name as printed, "t:sand dunes" a topic, "i4" an institution. Its `token` is a
short form of ASCII letters and digits that `graph.node` reads back, fit for a button's id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from zlib import crc32

from retrieval.text import readable
from storage.network import Heading, Printed
from storage.phrases import plural

CROWD = 60
"""A work of more authors than this ties none of them to each other, and suggests none of them."""


class Kind(StrEnum):
    """What a node is."""

    WORK = "work"
    PERSON = "person"
    TOPIC = "topic"
    INSTITUTION = "institution"


class Tie(StrEnum):
    """What an edge says."""

    WROTE = "wrote"
    CO_WROTE = "co-wrote"
    ABOUT = "about"
    NEAR = "near"
    WORKS_AT = "works-at"
    CITES = "cites"


@dataclass(frozen=True, slots=True)
class Node:
    """One work, person, topic or institution.

    Attributes:
        key: the same for the same thing.
        label: its name or title, readable, as long as it is.
        token: at most 24 characters; `graph.node` finds the node by it again.
        detail: one short fact, as "35 works" or "2020"; may be empty.
        url: where to read about it; None where nothing is known.
        researcher_id: of a person that has a record; None for a name that is only printed.
        work_id: of a work.
        year: of a work.
        namesakes: of a record that may be several people or of one of them, how many those are.
        shared: the name that they share.
    """

    kind: Kind
    key: str
    label: str
    token: str
    detail: str = ""
    url: str | None = None
    researcher_id: int | None = None
    work_id: int | None = None
    year: int | None = None
    namesakes: int = 0
    shared: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """Two nodes, by their keys, and what ties them.

    Attributes:
        a, b: keys; of an edge that has a direction, `a` wrote, is about, works at or cites `b`.
        weight: > 0; comparable among edges of one kind only.
        reason: why, as people read it: "7 works together, 2019–2022".
    """

    a: str
    b: str
    kind: Tie
    weight: float
    reason: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A node and the edge that leads to it."""

    node: Node
    edge: Edge


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A node, the nodes nearest to it, and what ties all of them.

    Attributes:
        nodes: without the centre; of each kind the strongest first.
        edges: the centre's first, then those among the others.
        totals: how many neighbours there are of each kind that is wanted, shown or not.
        there: the kinds of which there are neighbours, wanted or not.
    """

    center: Node
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    totals: dict[Kind, int] = field(default_factory=dict)
    there: frozenset[Kind] = frozenset()


def work_node(work: Heading) -> Node:
    """A work as a node."""
    key = f"w{work.id}"
    return Node(
        Kind.WORK,
        key,
        readable(work.title),
        key,
        detail=str(work.year),
        url=work.url,
        work_id=work.id,
        year=work.year,
    )


def person_node(author: Printed, works: int | None = None) -> Node:
    """A printed author as a node: the record that the work is attributed to, or the bare name."""
    detail = "" if works is None else plural(works, "work")
    if author.record is not None:
        return record_node(*author.record, works)
    token = f"a{author.work_id}.{author.position}"
    return Node(Kind.PERSON, person_key(author), author.name, token, detail=detail)


def person_key(author: Printed) -> str:
    """The key of a printed author's node."""
    return name_node_key(author.key) if author.record is None else f"r{author.record[0]}"


def name_node_key(name_key: str) -> str:
    """The key of the node of a name that is only printed."""
    return f"n:{name_key}"


def record_node(researcher_id: int, name: str, works: int | None = None) -> Node:
    """A record, or a person behind one, as a node."""
    key = f"r{researcher_id}"
    detail = "" if works is None else plural(works, "work")
    return Node(Kind.PERSON, key, name, key, detail=detail, researcher_id=researcher_id)


def topic_node(name: str, researcher_id: int, works: int) -> Node:
    """A topic as a node; `researcher_id` is of a record that has it."""
    token = f"t{researcher_id}.{topic_mark(name)}"
    return Node(Kind.TOPIC, f"t:{name}", name, token, detail=plural(works, "work"))


def institution_node(
    institution_id: int, name: str, url: str | None, works: int | None = None
) -> Node:
    """An institution as a node."""
    key = f"i{institution_id}"
    detail = "" if works is None else plural(works, "work")
    return Node(Kind.INSTITUTION, key, name, key, detail=detail, url=url)


def topic_mark(name: str) -> str:
    """Eight characters that tell a record's topics apart."""
    return f"{crc32(name.encode()):08x}"
