"""What a picture is drawn on: shapes and lines of text, written as SVG and turned into PNG.

Sizes are in units of the sheet, y pointing down. Text stands on its baseline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.pictures import letters
from bot.pictures.letters import BOLD, REGULAR, Line
from bot.pictures.theme import Theme

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]

WIDTH = 1200  # of every picture: three to one on a phone
CORNER = 36
CAP = 0.714  # height of a capital, in ems


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def overlaps(self, other: Box) -> bool:
        """Whether they share more than an edge."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture before it is made of dots: what it is called, what it says, and its SVG."""

    name: str
    alt: str
    svg: str


class Sheet:
    """A sheet with rounded corners, on the theme's ground.

    Attributes:
        texts: the place of every text on it, in the order of writing.
    """

    def __init__(self, theme: Theme, height: float, width: float = WIDTH) -> None:
        self.theme = theme
        self.width, self.height = width, round(height)
        self.texts: list[tuple[str, Box]] = []
        self._marks: list[str] = []
        self._outlines: dict[tuple[int, int, int], tuple[int, str]] = {}
        self.box(0, 0, width, self.height, theme.ground, corner=CORNER)

    def svg(self) -> str:
        """The sheet as one SVG document, which refers to nothing outside it."""
        outlines = "".join(f'<path id="g{n}" d="{d}"/>' for n, d in self._outlines.values())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:g}" '
            f'height="{self.height:g}" viewBox="0 0 {self.width:g} {self.height:g}">'
            f"<defs>{outlines}</defs>{''.join(self._marks)}</svg>"
        )

    def text(
        self,
        text: str | Line,
        x: float,
        y: float,
        size: float,
        fill: str,
        *,
        weight: int = REGULAR,
        anchor: Anchor = "start",
        width: float | None = None,
        halo: str | None = None,
    ) -> Box:
        """Write a line of text, clipped to `width`; returns the room it takes.

        `halo` is the colour of a rim that keeps it apart from what it crosses.
        """
        if isinstance(text, Line):
            line = text
        elif width is not None:
            line = letters.clipped(text, weight, width / size)
        else:
            line = letters.line(text, weight)
        wide = line.width * size
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        scale = size / 1000
        uses = "".join(
            f'<use href="#g{self._outline(g.face, g.number, line.weight)}" '
            f'x="{g.x * 1000:.0f}" y="{g.y * 1000:.0f}"/>'
            for g in line.glyphs
        )
        rim = (
            f' stroke="{halo}" stroke-width="{6 / scale:.0f}" stroke-linejoin="round"'
            if halo
            else ""
        )
        group = f'<g transform="translate({left:.2f} {y:.2f}) scale({scale:.5f} {-scale:.5f})"'
        if halo:
            self._marks.append(f'{group} fill="{halo}"{rim}>{uses}</g>')
        self._marks.append(f'{group} fill="{fill}">{uses}</g>')
        box = Box(left, y - line.rise * size, wide, (line.rise + line.fall) * size)
        if line.text:
            self.texts.append((line.text, box))
        return box

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        corner: float = 0,
        stroke: str | None = None,
        stroke_width: float = 2,
        opacity: float = 1,
    ) -> None:
        """Draw a rectangle."""
        self._marks.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{max(width, 0):.2f}" '
            f'height="{max(height, 0):.2f}" rx="{corner:.2f}" fill="{fill}"'
            f"{_opacity(opacity)}{_stroke(stroke, stroke_width)}/>"
        )

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        fill: str,
        *,
        stroke: str | None = None,
        stroke_width: float = 2,
    ) -> None:
        """Draw a circle."""
        self._marks.append(
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" fill="{fill}"'
            f"{_stroke(stroke, stroke_width)}/>"
        )

    def path(
        self,
        d: str,
        *,
        fill: str = "none",
        stroke: str | None = None,
        stroke_width: float = 2,
        opacity: float = 1,
        dashes: str | None = None,
        cap: Literal["round", "butt"] = "round",
    ) -> None:
        """Draw SVG path data."""
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._marks.append(
            f'<path d="{d}" fill="{fill}"{_opacity(opacity)}'
            f'{_stroke(stroke, stroke_width)} stroke-linecap="{cap}" stroke-linejoin="round"'
            f"{dashed}/>"
        )

    def polygon(
        self,
        points: Sequence[Point],
        fill: str,
        *,
        stroke: str | None = None,
        stroke_width: float = 2,
    ) -> None:
        """Draw a closed shape with straight sides."""
        d = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + "Z"
        self.path(d, fill=fill, stroke=stroke, stroke_width=stroke_width)

    def pill(
        self, text: str, x: float, y: float, size: float, fill: str, ink: str, width: float
    ) -> Box:
        """Write a text on a rounded ground of at most `width`; `y` is the middle."""
        inside = 0.65 * size
        line = letters.clipped(text, letters.MEDIUM, (width - 2 * inside) / size)
        wide, high = line.width * size + 2 * inside, 1.8 * size
        self.box(x, y - high / 2, wide, high, fill, corner=high / 2)
        self.text(line, x + inside, y + CAP * size / 2, size, ink)
        return Box(x, y - high / 2, wide, high)

    def heading(self, text: str, x: float, y: float, width: float) -> None:
        """Write the name of a part."""
        self.text(text, x, y, 30, self.theme.soft, weight=BOLD, width=width)

    def _outline(self, face: int, number: int, weight: int) -> int:
        key = (face, number, weight)
        if key not in self._outlines:
            self._outlines[key] = len(self._outlines), letters.outline(*key)
        return self._outlines[key][0]


def png(svg: str) -> bytes:
    """The SVG as PNG, at its own size. Takes tenths of a second, and lets other threads run."""
    import resvg_py  # late: only who draws needs it

    return resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)


def _stroke(colour: str | None, width: float) -> str:
    return f' stroke="{colour}" stroke-width="{width:g}"' if colour else ""


def _opacity(value: float) -> str:
    return "" if value >= 1 else f' opacity="{value:g}"'
