"""Neighbourhoods to draw: made by hand, and by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from retrieval.graph.nodes import Edge, Kind, Neighbourhood, Node, Tie


def node(number: int, kind: Kind = Kind.PERSON, label: str | None = None) -> Node:
    """A node; people with an even number are on record."""
    letter = {"person": "r", "work": "w", "topic": "t", "institution": "i"}[kind]
    key = f"{letter}{number}"
    return Node(
        kind,
        key,
        label if label is not None else f"{kind.capitalize()} {number}",
        key,
        detail="3 works",
        url="https://arxiv.org/abs/1911.11907" if kind is Kind.WORK else None,
        researcher_id=number if kind is Kind.PERSON and number % 2 == 0 else None,
        work_id=number if kind is Kind.WORK else None,
        year=2020 if kind is Kind.WORK else None,
    )


def hood(labels: list[str], inner: list[tuple[int, int]] | None = None) -> Neighbourhood:
    """A centre, and around it a node for every label, of all kinds in turn."""
    kinds = [Kind.PERSON, Kind.WORK, Kind.TOPIC, Kind.INSTITUTION]
    center = node(0, label="Ada Lovelace")
    nodes = tuple(node(n + 1, kinds[n % 4], label) for n, label in enumerate(labels))
    edges = [
        Edge(center.key, other.key, Tie.CO_WROTE, 1.0 + n % 3, "3 works together, 2019–2022")
        for n, other in enumerate(nodes)
    ]
    for a, b in inner or []:
        if a != b:
            edges.append(Edge(nodes[a].key, nodes[b].key, Tie.NEAR, 1.0, "near"))
    totals = {kind: sum(n.kind is kind for n in nodes) for kind in {n.kind for n in nodes}}
    return Neighbourhood(center, nodes, tuple(edges), totals, frozenset(totals))


@st.composite
def hoods(draw: st.DrawFn, most: int = 24) -> Neighbourhood:
    """Any neighbourhood: names with anything, ties of any shape."""
    labels = draw(st.lists(st.text(max_size=90), max_size=most))
    places = st.integers(0, max(len(labels) - 1, 0))
    inner = draw(st.lists(st.tuples(places, places), max_size=30)) if labels else []
    return hood(labels, inner)
