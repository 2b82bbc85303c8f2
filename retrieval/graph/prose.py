"""The graph in words: every picture of it has a text that says the same. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from retrieval.graph.nodes import Edge, Kind, Neighbour, Neighbourhood, Node, Tie
from retrieval.graph.paths import Path
from retrieval.phrases import joined
from storage.phrases import nouns

_HEADINGS: dict[tuple[Kind, Tie], str] = {
    (Kind.PERSON, Tie.CO_WROTE): "wrote with",
    (Kind.PERSON, Tie.WROTE): "was written by",
    (Kind.PERSON, Tie.ABOUT): "is a topic of",
    (Kind.PERSON, Tie.NEAR): "works near",
    (Kind.PERSON, Tie.WORKS_AT): "is where these work:",
    (Kind.WORK, Tie.WROTE): "wrote",
    (Kind.WORK, Tie.ABOUT): "is what these are about:",
    (Kind.WORK, Tie.NEAR): "is near in meaning to",
    (Kind.WORK, Tie.CITES): "is tied by citations to",
    (Kind.TOPIC, Tie.ABOUT): "is about",
    (Kind.TOPIC, Tie.NEAR): "goes together with",
    (Kind.INSTITUTION, Tie.WORKS_AT): "works at",
}
_VERBS: dict[tuple[Kind, Tie], str] = {
    (Kind.PERSON, Tie.CO_WROTE): "wrote with",
    (Kind.WORK, Tie.WROTE): "wrote",
    (Kind.WORK, Tie.NEAR): "is near",
    (Kind.WORK, Tie.CITES): "cites",
    (Kind.PERSON, Tie.NEAR): "is near",
    (Kind.TOPIC, Tie.ABOUT): "is about",
    (Kind.TOPIC, Tie.NEAR): "is near",
    (Kind.INSTITUTION, Tie.WORKS_AT): "works at",
}
_OTHERWISE: dict[tuple[Kind, Kind, Tie], str] = {
    (Kind.PERSON, Kind.TOPIC, Tie.ABOUT): "works on",
    (Kind.WORK, Kind.INSTITUTION, Tie.WORKS_AT): "was written at",
}
"""What somebody or something does otherwise than what stands in its place above."""


def sentences(hood: Neighbourhood) -> list[str]:
    """A neighbourhood as sentences: one for each kind of tie of its centre, then the others.

    Every node and every edge that is drawn is named. The text is plain: who shows it escapes it.
    """
    nodes = {node.key: node for node in (hood.center, *hood.nodes)}
    of_center = [edge for edge in hood.edges if hood.center.key in (edge.a, edge.b)]
    groups: dict[tuple[Kind, Tie], list[str]] = {}
    for edge in of_center:
        other = nodes[edge.b if edge.a == hood.center.key else edge.a]
        groups.setdefault((other.kind, edge.kind), []).append(f"{name(other)} ({edge.reason})")
    if not groups:
        return [f"Nothing is known around {name(hood.center)}."]
    found = [f"{shared_name(hood.center)}."] if hood.center.namesakes else []
    found += [
        f"{name(hood.center)} {_verb(hood.center, *key, _HEADINGS)} {joined(entries)}."
        for key, entries in groups.items()
    ]
    left = {
        kind: total - sum(node.kind is kind for node in hood.nodes)
        for kind, total in hood.totals.items()
    }
    more = [_counted(kind, number) for kind, number in left.items() if number > 0]
    if more:
        found.append(f"Not shown: {joined(more)}.")
    return found + _others(nodes, [edge for edge in hood.edges if edge not in of_center])


def chain(path: Path) -> list[str]:
    """A path as sentences, a tie each, and a word of doubt where names are only printed."""
    if len(path.nodes) == 1:
        return [f"{name(path.nodes[0])} is one and the same person."]
    if not path.edges:
        names = " and ".join(name(node) for node in path.nodes)
        return [f"{names} may be one and the same: several people share that name."]
    nodes = {node.key: node for node in path.nodes}
    found = [
        f"{name(nodes[edge.a])} wrote with {name(nodes[edge.b])} ({edge.reason})."
        for edge in path.edges
    ]
    found += [_shared(node, path) for node in path.nodes if node.namesakes]
    if path.unsure:
        found.append(
            f"{joined(path.unsure)} {'is' if len(path.unsure) == 1 else 'are'} known by name only; "
            "several people may bear it."
        )
    return found


def _shared(node: Node, path: Path) -> str:
    """A word of doubt about somebody on a chain whose name several people may share."""
    told = shared_name(node)
    if node.key in path.mixed:
        return f"{told}; those who wrote with both may be two of them."
    if node in (path.nodes[0], path.nodes[-1]):
        return f"{told}."
    return f"{told}; as far as their works tell, one of them wrote with both."


def shared_name(node: Node) -> str:
    """That several people may share the name of a node, without the full stop."""
    return (
        f"Several people may share the name {node.shared or name(node)} ({node.namesakes} so far)"
    )


def suggestions(center: Node, found: Sequence[Neighbour]) -> list[str]:
    """Near people or works as sentences, one each."""
    if not found:
        return [f"I found nothing near {name(center)}."]
    return [f"{name(neighbour.node)}: {neighbour.edge.reason}." for neighbour in found]


def name(node: Node) -> str:
    """A node as a text names it; titles stand in quotation marks."""
    return f"“{node.label}”" if node.kind is Kind.WORK else node.label


def _others(nodes: Mapping[str, Node], edges: Sequence[Edge]) -> list[str]:
    """What ties the neighbours to each other: of each node one sentence for each kind of tie."""
    groups: dict[tuple[str, Kind, Tie], list[str]] = {}
    for edge in edges:
        other = nodes[edge.b]
        groups.setdefault((edge.a, other.kind, edge.kind), []).append(f"{name(other)}")
    return [
        f"{name(nodes[key])} {_verb(nodes[key], kind, tie, _VERBS)} {joined(entries)}."
        for (key, kind, tie), entries in groups.items()
    ]


def _verb(one: Node, other: Kind, tie: Tie, verbs: Mapping[tuple[Kind, Tie], str]) -> str:
    """What somebody or something does to others of a kind."""
    return _OTHERWISE.get((one.kind, other, tie)) or verbs.get((other, tie), "is tied to")


def _counted(kind: Kind, number: int) -> str:
    return f"{number:,} more {nouns(number, str(kind), 'people' if kind is Kind.PERSON else '')}"
