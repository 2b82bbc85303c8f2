"""Text as outlines: any language's letters, shaped, measured and broken into lines.

HarfBuzz shapes with the Noto fonts that come as packages; a character goes to the first face that
has it. What no face has is written in Latin letters, or left out: there are no empty boxes.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

import uharfbuzz as hb
from anyascii import anyascii

from bot.markdown import clean

REGULAR, MEDIUM, BOLD = 400, 500, 700

# In order of preference. Of the collection of East Asian faces, the one of the text's own region.
_FIRST = ("NotoSans[wght].ttf",)
_LAST = ("NotoSansSymbols[wght].ttf", "NotoEmoji[wght].ttf")
_EAST_ASIAN = "NotoSansCJK-VF.otf.ttc"
_JAPANESE, _KOREAN, _SIMPLIFIED, _TRADITIONAL = 0, 1, 2, 3

_KANA = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff]")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_BOPOMOFO = re.compile(r"[\u3100-\u312f\u31a0-\u31bf]")
_ATTACHED = ("Mn", "Mc", "Me", "Cf")  # stays with the letter before it
_HEAPED = re.compile(r"([\u0300-\u036f]{2})[\u0300-\u036f]+")  # more marks than any name has
_WORD = re.compile(r"\S+")
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Glyph:
    """An outline and where it stands: `face` and `number` name it, `x` and `y` are in ems."""

    face: int
    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A shaped line of text, in ems: its size and its outlines from left to right.

    `rise` and `fall` are how far its letters go above and below the baseline.
    """

    text: str
    weight: int
    width: float
    rise: float
    fall: float
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters of one face and one direction."""

    text: str
    face: int
    rightwards: bool


# HarfBuzz objects are not for two threads at once, and pictures are drawn in threads.
_lock = threading.Lock()


@lru_cache(maxsize=4096)
def line(text: str, weight: int = REGULAR) -> Line:
    """The text on one line; white space is made single, control characters are left out."""
    with _lock:
        shown = _drawable(" ".join(clean(text).split()))
        x = rise = fall = 0.0
        glyphs: list[Glyph] = []
        for run in _in_order(_runs(shown)):
            shaped, advance = _shape(run, weight)
            glyphs += [Glyph(g.face, g.number, x + g.x, g.y) for g in shaped]
            x += advance
        for glyph in glyphs:
            top, bottom = _extent(glyph.face, glyph.number, weight)
            rise, fall = max(rise, glyph.y + top), max(fall, -glyph.y - bottom)
    return Line(shown, weight, x, min(rise, 1.0), min(fall, 0.35), tuple(glyphs))


def clipped(text: str, weight: int, width: float) -> Line:
    """The text, or its beginning with an ellipsis, within a width in ems."""
    whole = line(text, weight)
    if whole.width <= width:
        return whole
    pieces = _clusters(whole.text)
    low, high = 0, len(pieces)
    while low < high:  # the longest beginning that fits
        middle = (low + high + 1) // 2
        if line(_ended(pieces[:middle]), weight).width <= width:
            low = middle
        else:
            high = middle - 1
    word = next((n for n in range(low, low * 3 // 5, -1) if pieces[n] == " "), low)
    return line(_ended(pieces[:word]), weight)


def wrapped(text: str, weight: int, width: float, most: int) -> list[Line]:
    """The text on at most `most` lines, none wider than `width` ems; the last may be clipped.

    Lines break at spaces, between East Asian characters, and inside words only where they are
    longer than a line.
    """
    lines: list[Line] = []
    rest = line(text, weight).text
    while rest and len(lines) < most - 1:
        whole = line(rest, weight)
        if whole.width <= width:
            break
        end = _breaks_at(rest, weight, width)
        lines.append(line(rest[:end], weight))
        rest = rest[end:].lstrip()
    if rest:
        lines.append(clipped(rest, weight, width))
    return lines


def outline(face: int, number: int, weight: int) -> str:
    """A glyph as SVG path data, an em being 1000 units and y pointing up."""
    with _lock:
        return _outline(face, number, weight)


def missing(text: str) -> str:
    """The characters of a drawn text that no face has: always none, which the tests check."""
    return "".join(c for c in line(text).text if _face_of(c, _region(text)) is None)


# Faces ------------------------------------------------------------------------------------


@cache
def _faces() -> tuple[hb.Face, ...]:
    """Every face; the five East Asian ones last. Files are mapped, not read."""
    folder = _package("manimgx_fonts")
    others = sorted(p.name for p in folder.glob("NotoSans*.ttf") if "Italic" not in p.name)
    names = [*_FIRST, *(n for n in others if n not in (*_FIRST, *_LAST)), *_LAST]
    alone = [hb.Face(hb.Blob.from_file_path(str(folder / name))) for name in names]
    shared = hb.Blob.from_file_path(str(_package("manimgx_fonts_cjk") / _EAST_ASIAN))
    return (*alone, *(hb.Face(shared, region) for region in range(5)))


def _package(name: str) -> Path:
    spec = find_spec(name)
    assert spec is not None, f"{name} is a requirement"
    assert spec.origin is not None, f"{name} has files"
    return Path(spec.origin).parent


@cache
def _covered(face: int) -> hb.Set:
    return _faces()[face].unicodes


@cache
def _font(face: int, weight: int) -> hb.Font:
    font = hb.Font(_faces()[face])
    font.set_variations({"wght": float(weight)})
    return font


@lru_cache(maxsize=65_536)
def _face_of(character: str, region: int) -> int | None:
    """The first face that has a character; the East Asian one of the region before the others."""
    faces = len(_faces())
    own = faces - 5 + region
    alone = faces - 5
    order = (*range(alone - len(_LAST)), own, *range(alone, faces), *range(alone - 2, alone))
    return next((face for face in order if ord(character) in _covered(face)), None)


def _region(text: str) -> int:
    """Which region's forms of the Han characters a text wants."""
    if _KANA.search(text):
        return _JAPANESE
    if _HANGUL.search(text):
        return _KOREAN
    return _TRADITIONAL if _BOPOMOFO.search(text) else _SIMPLIFIED


# From text to runs ------------------------------------------------------------------------


def _drawable(text: str) -> str:
    """The text in characters that some face has."""
    region = _region(text)
    composed = _HEAPED.sub(r"\1", unicodedata.normalize("NFC", text))
    return " ".join("".join(_spelt(c, region) for c in composed).split())


def _spelt(character: str, region: int) -> str:
    if _face_of(character, region) is not None:
        return character
    if unicodedata.category(character) in _ATTACHED:
        return ""
    return "".join(c for c in anyascii(character) if _face_of(c, region) is not None)


def _runs(text: str) -> list[_Run]:
    """The text in pieces of one face and one direction, in reading order."""
    region = _region(text)
    faces: list[int] = []
    for character in text:
        before = faces[-1] if faces else None
        shared = character == " " or unicodedata.category(character) in _ATTACHED
        if shared and before is not None and ord(character) in _covered(before):
            faces.append(before)
        else:
            face = _face_of(character, region)
            assert face is not None, "the text is drawable"
            faces.append(face)
    ways = _directions(text)
    runs = []
    for (face, way), group in groupby(
        zip(text, faces, ways, strict=True), key=lambda entry: (entry[1], entry[2])
    ):
        runs.append(_Run("".join(entry[0] for entry in group), face, not way))
    return runs


def _directions(text: str) -> list[bool]:
    """Whether each character runs from right to left; what is neutral goes with its neighbours.

    The rules N1 and N2 of the Unicode bidirectional algorithm, for one line without embedding.
    """
    kinds = [unicodedata.bidirectional(c) for c in text]
    strong: list[bool | None] = [
        True if k in {"R", "AL"} else False if k in {"L", "EN", "AN"} else None for k in kinds
    ]
    base = next((k in {"R", "AL"} for k in kinds if k in {"R", "AL", "L"}), False)
    ways: list[bool] = []
    for place, way in enumerate(strong):
        if way is None:
            before = ways[-1] if ways else base
            after = next((s for s in strong[place:] if s is not None), base)
            way = before if before == after else base
        ways.append(way)
    return ways


def _in_order(runs: Sequence[_Run]) -> list[_Run]:
    """Runs from left to right: the line's own direction is that of its first strong one."""
    if not runs:
        return []
    first = next((r for r in runs if any(_is_letter(c) for c in r.text)), runs[0])
    grouped = [list(group) for _, group in groupby(runs, key=lambda run: run.rightwards)]
    if first.rightwards:
        return [r for group in grouped for r in (group if group[0].rightwards else group[::-1])]
    return [r for group in grouped[::-1] for r in (group if group[0].rightwards else group[::-1])]


def _is_letter(character: str) -> bool:
    return unicodedata.bidirectional(character) in {"L", "R", "AL"}


def _shape(run: _Run, weight: int) -> tuple[list[Glyph], float]:
    """The glyphs of a run, in ems, and how far it goes."""
    font = _font(run.face, weight)
    buffer = hb.Buffer()
    buffer.add_str(run.text)
    buffer.guess_segment_properties()
    buffer.direction = "ltr" if run.rightwards else "rtl"
    hb.shape(font, buffer)
    em = _faces()[run.face].upem
    x = 0
    glyphs = []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        place = (x + position.x_offset) / em, position.y_offset / em
        glyphs.append(Glyph(run.face, info.codepoint, *place))
        x += position.x_advance
    return glyphs, x / em


# Breaking ---------------------------------------------------------------------------------


def _breaks_at(text: str, weight: int, width: float) -> int:
    """Where the first line of a text ends that is too long for one."""
    best = 0
    for end in _opportunities(text):
        if line(text[:end], weight).width > width:
            break
        best = end
    if best:
        return best
    taken = 0  # not even the first word fits
    for cluster in _clusters(text):
        if taken and line(text[: taken + len(cluster)], weight).width > width:
            break
        taken += len(cluster)
    return taken


def _opportunities(text: str) -> Iterator[int]:
    """Ends of words, and the places after a hyphen and between East Asian characters."""
    for match in _WORD.finditer(text):
        for place in range(match.start() + 1, match.end()):
            before, after = text[place - 1], text[place]
            wide = unicodedata.east_asian_width(before) == "W" and _may_begin(after)
            if wide or (before in "-–/" and after.isalpha() and place - match.start() > 2):
                yield place
        yield match.end()


def _may_begin(character: str) -> bool:
    return (
        unicodedata.east_asian_width(character) == "W" and unicodedata.category(character) == "Lo"
    )


def _clusters(text: str) -> list[str]:
    """Letters with what is attached to them."""
    found: list[str] = []
    for character in text:
        joins = unicodedata.category(character) in _ATTACHED or (
            found and found[-1][-1] == "\u200d"
        )
        if found and joins:
            found[-1] += character
        else:
            found.append(character)
    return found


def _ended(clusters: Sequence[str]) -> str:
    return "".join(clusters).rstrip(" ,.;:-–—") + ELLIPSIS


# Outlines ---------------------------------------------------------------------------------


@cache
def _pen() -> hb.DrawFuncs:
    pen = hb.DrawFuncs()
    pen.set_move_to_func(lambda x, y, path: path.append(("M", x, y)))
    pen.set_line_to_func(lambda x, y, path: path.append(("L", x, y)))
    pen.set_quadratic_to_func(lambda a, b, x, y, path: path.append(("Q", a, b, x, y)))
    pen.set_cubic_to_func(lambda a, b, c, d, x, y, path: path.append(("C", a, b, c, d, x, y)))
    pen.set_close_path_func(lambda path: path.append(("Z",)))
    return pen


@lru_cache(maxsize=4096)
def _extent(face: int, number: int, weight: int) -> tuple[float, float]:
    """How high a glyph reaches and how low, in ems, up being positive."""
    extents = _font(face, weight).get_glyph_extents(number)
    if extents is None:
        return 0.0, 0.0
    em = _faces()[face].upem
    return extents.y_bearing / em, (extents.y_bearing + extents.height) / em


@lru_cache(maxsize=4096)
def _outline(face: int, number: int, weight: int) -> str:
    strokes: list[tuple[str, *tuple[float, ...]]] = []
    _font(face, weight).draw_glyph(number, _pen(), strokes)
    scale = 1000 / _faces()[face].upem
    return "".join(
        letter + " ".join(f"{value * scale:.0f}" for value in values) for letter, *values in strokes
    )
