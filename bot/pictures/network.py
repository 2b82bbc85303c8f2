"""The research graph: a node in the middle, its neighbours around it, who belongs together in one
colour. A person is a disc, a work a sheet of paper, a topic a pill, an institution a house.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.pictures import layout, letters
from bot.pictures.card import initials
from bot.pictures.letters import BOLD, MEDIUM, REGULAR, Line
from bot.pictures.sheet import CAP, WIDTH, Drawing, Sheet
from bot.pictures.theme import Theme, mixed
from retrieval.graph.nodes import Edge, Kind, Neighbourhood, Node, Tie
from storage.phrases import plural

MARGIN = 48
TOP = 150
BOTTOM = 92
LABEL = 26.0
LEAD = 1.22  # from line to line, in ems
NAMES = {
    Kind.PERSON: ("person", "people"),
    Kind.WORK: ("work", "works"),
    Kind.TOPIC: ("topic", "topics"),
    Kind.INSTITUTION: ("institution", "institutions"),
}


@dataclass(frozen=True, slots=True)
class _Mark:
    """A node as it is drawn: its size, its label, and the room that both take."""

    node: Node
    radius: float
    lines: tuple[Line, ...]
    size: float
    width: float
    height: float


def alt(hood: Neighbourhood) -> str:
    """What is seen, in one sentence; the message's text says the rest."""
    groups = []
    for kind in Kind:
        shown = [node.label for node in hood.nodes if node.kind is kind]
        if shown:
            groups.append(f"{_counted(hood, kind)}: {', '.join(shown)}")
    around = "; ".join(groups) or "nothing"
    return f"Graph of what is around {hood.center.label}: {around}."


def picture(hood: Neighbourhood, theme: Theme) -> Drawing:
    """The graph as a picture."""
    return Drawing("graph", alt(hood), draw(hood, theme).svg())


def draw(hood: Neighbourhood, theme: Theme) -> Sheet:
    """The picture on its sheet."""
    nodes = (hood.center, *hood.nodes)
    keys = [node.key for node in nodes]
    strong = strengths(hood.edges)
    inner = {pair: weight for pair, weight in strong.items() if hood.center.key not in pair}
    groups = layout.communities(keys[1:], inner)
    pull = weights(hood, strong)
    marks = [_mark(node, pull.get(node.key, 0), center=n == 0) for n, node in enumerate(nodes)]
    room = WIDTH - 2 * MARGIN
    sizes = np.array([[mark.width, mark.height] for mark in marks])
    area = float((sizes + layout.GAP).prod(axis=1).sum())
    laid, height = layout.apart(
        layout.places(keys, inner, groups, pull), sizes, room, max(520.0, area / room / 0.42)
    )
    sheet = Sheet(theme, TOP + height + BOTTOM)
    middles = {
        key: (MARGIN + float(x), TOP + float(y) - mark.height / 2 + _above(mark))
        for key, (x, y), mark in zip(keys, laid, marks, strict=True)
    }
    hues = {key: theme.hues[group % len(theme.hues)] for key, group in groups.items()}
    _title(sheet, hood)
    drawn = layout.backbone(inner) | (set(strong) - set(inner))
    for edge in sorted(hood.edges, key=lambda e: (hood.center.key not in (e.a, e.b), e.weight)):
        if (edge.a, edge.b) in drawn:
            _edge(sheet, edge, strong, middles, hues, hood.center.key)
    for mark in marks:
        hue = theme.accent if mark.node is hood.center else hues.get(mark.node.key, theme.faint)
        _node(sheet, mark, *middles[mark.node.key], hue, center=mark.node is hood.center)
    _legend(sheet, nodes)
    return sheet


def _counted(hood: Neighbourhood, kind: Kind) -> str:
    """How many of a kind are shown, and of how many: "11 of 99 people"."""
    one, many = NAMES[kind]
    shown = sum(node.kind is kind for node in hood.nodes)
    total = max(hood.totals.get(kind, 0), shown)
    return f"{shown} of {plural(total, one, many)}" if shown < total else plural(total, one, many)


def strengths(edges: tuple[Edge, ...]) -> dict[tuple[str, str], float]:
    """Of each pair the strongest tie, from 0 to 1 among ties of its kind."""
    most: dict[Tie, float] = {}
    for edge in edges:
        most[edge.kind] = max(most.get(edge.kind, 0.0), edge.weight)
    found: dict[tuple[str, str], float] = {}
    for edge in edges:
        pair = (edge.a, edge.b)
        strength = 0.3 + 0.7 * edge.weight / most[edge.kind]
        found[pair] = max(found.get(pair, 0.0), strength)
    return found


def weights(hood: Neighbourhood, strong: Mapping[tuple[str, str], float]) -> dict[str, float]:
    """How strongly each node is tied to the centre."""
    found = {}
    for (a, b), strength in strong.items():
        if hood.center.key in (a, b):
            found[b if a == hood.center.key else a] = strength
    return found


# Marks ------------------------------------------------------------------------------------


def _mark(node: Node, weight: float, *, center: bool) -> _Mark:
    if node.kind is Kind.TOPIC and not center:
        size = LABEL
        lines = tuple(letters.wrapped(node.label, MEDIUM, 250 / size, 2))
        wide = max((line.width for line in lines), default=1.0) * size + 36
        return _Mark(node, 0, lines, size, wide, len(lines) * size * LEAD + 22)
    radius = 52.0 if center else 17 + 15 * weight
    size = 32.0 if center else LABEL
    weight_of_type = BOLD if center else MEDIUM if node.kind is Kind.PERSON else REGULAR
    room, most = (330.0, 3) if center else (250.0, 2) if node.kind is Kind.WORK else (200.0, 2)
    lines = tuple(letters.wrapped(node.label, weight_of_type, room / size, most))
    wide = max([2 * radius, *(line.width * size for line in lines)])
    return _Mark(node, radius, lines, size, wide, 2 * radius + 10 + len(lines) * size * LEAD)


def _above(mark: _Mark) -> float:
    """From the top of a mark's room to the middle of what is drawn."""
    return mark.radius or mark.height / 2


def _node(sheet: Sheet, mark: _Mark, x: float, y: float, hue: str, *, center: bool) -> None:
    theme = sheet.theme
    kind = mark.node.kind
    if kind is Kind.TOPIC and not center:
        corner = min(mark.height / 2, 30)
        ground = mixed(theme.ground, hue, 0.22)
        sheet.box(
            x - mark.width / 2, y - mark.height / 2, mark.width, mark.height, ground,
            corner=corner, stroke=mixed(theme.ground, hue, 0.6), stroke_width=2,
        )  # fmt: skip
        top = y - len(mark.lines) * mark.size * LEAD / 2
    else:
        _shape(sheet, kind, x, y, mark.radius, hue, known=mark.node.researcher_id is not None)
        if center:
            _initial(sheet, mark.node, x, y)
        top = y + mark.radius + 10
    ink = theme.ink if kind in (Kind.PERSON, Kind.TOPIC) or center else theme.soft
    for n, line in enumerate(mark.lines):
        base = top + (n + 0.5) * mark.size * LEAD + CAP * mark.size / 2
        halo = None if mark.radius == 0 else theme.ground
        sheet.text(line, x, base, mark.size, ink, anchor="middle", halo=halo)


def _shape(
    sheet: Sheet, kind: Kind, x: float, y: float, r: float, hue: str, *, known: bool
) -> None:
    ground = sheet.theme.ground
    if kind is Kind.WORK:
        w, h, fold = 0.78 * r, r, 0.5 * r
        corner = [(x + w - fold, y - h), (x + w, y - h + fold)]
        edge = [(x - w, y - h), *corner, (x + w, y + h), (x - w, y + h)]
        sheet.polygon(edge, hue, stroke=ground, stroke_width=4)
        for n in range(3):
            line = y - 0.1 * h + n * 0.36 * h
            sheet.path(
                f"M{x - 0.5 * w:.1f} {line:.1f}H{x + (0.5 if n < 2 else 0.1) * w:.1f}",
                stroke=sheet.theme.on_hue, stroke_width=max(2.0, 0.09 * r), opacity=0.75,
            )  # fmt: skip
    elif kind is Kind.INSTITUTION:
        roof = [(x - r, y - 0.25 * r), (x, y - r), (x + r, y - 0.25 * r)]
        house = [*roof, (x + r, y + r), (x - r, y + r)]
        sheet.polygon(house, hue, stroke=ground, stroke_width=4)
        sheet.box(x - 0.2 * r, y + 0.3 * r, 0.4 * r, 0.7 * r, sheet.theme.on_hue, opacity=0.75)
    elif kind is Kind.TOPIC:
        sheet.circle(x, y, r, mixed(ground, hue, 0.3), stroke=hue, stroke_width=5)
    elif known:
        sheet.circle(x, y, r, hue, stroke=ground, stroke_width=4)
    else:
        sheet.circle(x, y, r - 3, mixed(ground, hue, 0.35), stroke=hue, stroke_width=5)


def _initial(sheet: Sheet, node: Node, x: float, y: float) -> None:
    if node.kind is Kind.PERSON:
        fill = sheet.theme.on_hue if node.researcher_id is not None else sheet.theme.ink
        sheet.text(
            initials(node.label), x, y + CAP * 20, 40, fill, weight=BOLD, anchor="middle", width=84
        )


# Edges ------------------------------------------------------------------------------------


def _edge(
    sheet: Sheet,
    edge: Edge,
    strong: Mapping[tuple[str, str], float],
    middles: Mapping[str, tuple[float, float]],
    hues: Mapping[str, str],
    center: str,
) -> None:
    theme = sheet.theme
    (ax, ay), (bx, by) = middles[edge.a], middles[edge.b]
    strength = strong[(edge.a, edge.b)]
    central = center in (edge.a, edge.b)
    one, other = hues.get(edge.a), hues.get(edge.b)
    width = 2 + 6 * max(0.0, strength - 0.3)
    if central:
        colour, width = mixed(theme.ground, theme.accent, 0.22 + 0.22 * strength), width * 0.8
    elif one and one == other:
        colour = mixed(theme.ground, one, 0.35 + 0.3 * strength)
    else:
        colour, width = mixed(theme.ground, theme.faint, 0.3), 2.0
    length = math.hypot(bx - ax, by - ay) or 1.0
    bend = 0.0 if central else 0.12 * length
    mx, my = (ax + bx) / 2 - (by - ay) / length * bend, (ay + by) / 2 + (bx - ax) / length * bend
    sheet.path(
        f"M{ax:.1f} {ay:.1f}Q{mx:.1f} {my:.1f} {bx:.1f} {by:.1f}",
        stroke=colour,
        stroke_width=width,
        dashes="3 9" if edge.kind is Tie.NEAR else None,
    )


# Around it --------------------------------------------------------------------------------


def _title(sheet: Sheet, hood: Neighbourhood) -> None:
    theme = sheet.theme
    width = sheet.width - 2 * MARGIN
    sheet.text(hood.center.label, MARGIN, 78, 44, theme.ink, weight=BOLD, width=width)
    sharing = hood.center.namesakes
    parts = [f"{sharing} people may share this name"] if sharing else []
    parts += [_counted(hood, kind) for kind in hood.totals]
    sheet.text(" · ".join(parts), MARGIN, 120, 28, theme.soft, width=width)


def _legend(sheet: Sheet, nodes: Sequence[Node]) -> None:
    """What the shapes say, as far as they occur."""
    theme = sheet.theme
    y = sheet.height - 50.0
    x = float(MARGIN)
    people = [node for node in nodes if node.kind is Kind.PERSON]
    bare = any(node.researcher_id is None for node in people)
    known = any(node.researcher_id is not None for node in people)
    kinds = {node.kind for node in nodes} - (set() if known else {Kind.PERSON})
    entries: list[tuple[Kind, str]] = [(k, NAMES[k][0]) for k in Kind if k in kinds]
    entries += [(Kind.PERSON, "by name only")] if bare else []
    for kind, name in entries:
        if kind is Kind.TOPIC:
            fill = mixed(theme.ground, theme.soft, 0.25)
            sheet.box(x, y - 13, 44, 26, fill, corner=13, stroke=theme.soft)
            x += 56
        else:
            _shape(sheet, kind, x + 15, y, 15, theme.soft, known=name != "by name only")
            x += 40
        x = sheet.text(name, x, y + 9, 26, theme.soft).right + 30
    said = "one colour: closely tied"
    if x + letters.line(said).width * 26 < sheet.width - MARGIN:
        sheet.text(said, sheet.width - MARGIN, y + 9, 26, theme.soft, anchor="end")
