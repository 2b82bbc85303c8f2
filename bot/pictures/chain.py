"""How two people are connected: one below the other, what ties them in between."""

from __future__ import annotations

from bot.pictures import letters
from bot.pictures.card import initials
from bot.pictures.letters import BOLD, MEDIUM, REGULAR, Line
from bot.pictures.sheet import CAP, WIDTH, Drawing, Sheet
from bot.pictures.theme import Theme, mixed
from retrieval.graph.nodes import Edge, Node
from retrieval.graph.paths import Path

MARGIN = 64
RADIUS = 52
SPINE = MARGIN + RADIUS  # where the discs stand
BESIDE = SPINE + RADIUS + 36
ROOM = WIDTH - MARGIN - BESIDE
NAME, REASON, LEAD = 42.0, 28.0, 38.0


def alt(path: Path) -> str:
    """The chain in words."""
    names = " – ".join(node.label for node in path.nodes)
    reasons = "; ".join(edge.reason for edge in path.edges)
    return f"Chain of co-authors: {names}. {reasons}".strip()


def picture(path: Path, theme: Theme) -> Drawing:
    """The chain as a picture."""
    return Drawing("path", alt(path), draw(path, theme).svg())


def draw(path: Path, theme: Theme) -> Sheet:
    """The chain on its sheet."""
    reasons = [letters.wrapped(edge.reason, REGULAR, ROOM / REASON, 3) for edge in path.edges]
    names = [letters.wrapped(node.label, BOLD, ROOM / NAME, 1) for node in path.nodes]
    ties = [66 + LEAD * len(lines) for lines in reasons]
    sheet = Sheet(theme, 2 * MARGIN + 2 * RADIUS * len(path.nodes) + sum(ties))
    y = float(MARGIN + RADIUS)
    middles = []
    for place in range(len(path.nodes)):
        middles.append(y)
        y += 2 * RADIUS + (ties[place] if place < len(ties) else 0)
    most = max((edge.weight for edge in path.edges), default=1.0)
    for place, (edge, lines) in enumerate(zip(path.edges, reasons, strict=True)):
        _tie(sheet, edge, lines, middles[place], middles[place + 1], most)
    for place, (node, line) in enumerate(zip(path.nodes, names, strict=True)):
        end = place in (0, len(path.nodes) - 1)
        _person(sheet, node, line, middles[place], theme.hues[0] if end else theme.hues[1])
    return sheet


def _tie(
    sheet: Sheet, edge: Edge, lines: list[Line], top: float, bottom: float, most: float
) -> None:
    theme = sheet.theme
    width = 6 + 10 * edge.weight / most
    spine = f"M{SPINE} {top:.1f}V{bottom:.1f}"
    sheet.path(spine, stroke=mixed(theme.ground, theme.accent, 0.55), stroke_width=width)
    y = (top + bottom) / 2 - LEAD * (len(lines) - 1) / 2 + CAP * REASON / 2
    for line in lines:
        sheet.text(line, BESIDE, y, REASON, theme.soft)
        y += LEAD


def _person(sheet: Sheet, node: Node, name: list[Line], y: float, hue: str) -> None:
    theme = sheet.theme
    known = node.researcher_id is not None
    if known:
        sheet.circle(SPINE, y, RADIUS, hue, stroke=theme.ground, stroke_width=6)
    else:
        ground = mixed(theme.ground, hue, 0.3)
        sheet.circle(SPINE, y, RADIUS - 4, ground, stroke=hue, stroke_width=6)
    ink = theme.on_hue if known else theme.ink
    sheet.text(
        initials(node.label), SPINE, y + CAP * 20, 40, ink, weight=BOLD, anchor="middle", width=84
    )
    facts = node.detail if known else " · ".join(filter(None, (node.detail, "by name only")))
    for line in name:
        sheet.text(line, BESIDE, y + (0 if facts else CAP * NAME / 2), NAME, theme.ink)
    sheet.text(facts, BESIDE, y + 40, REASON, theme.faint, weight=MEDIUM, width=ROOM)
