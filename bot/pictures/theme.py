"""The two palettes. A picture stands on its own ground, so that either can be read on any page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Name = Literal["dark", "light"]


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as #rrggbb.

    `ground` lies under everything, `panel` under what is set apart; `ink`, `soft` and `faint` are
    for what is read first, second and last; `hues` tell groups apart and carry `on_hue`.
    """

    name: Name
    ground: str
    panel: str
    rule: str
    ink: str
    soft: str
    faint: str
    accent: str
    on_hue: str
    hues: tuple[str, ...]


DARK = Theme(
    name="dark",
    ground="#181b24",
    panel="#222634",
    rule="#343a4c",
    ink="#f3f4f8",
    soft="#b9bfd0",
    faint="#939bb0",
    accent="#8da2ff",
    on_hue="#12141b",
    hues=(
        "#8da2ff",  # periwinkle
        "#5cc9a7",  # jade
        "#f2b155",  # amber
        "#ef8fa9",  # rose
        "#67bfe8",  # sky
        "#c39af0",  # lilac
        "#a9cc62",  # moss
        "#f0926a",  # coral
    ),
)
LIGHT = Theme(
    name="light",
    ground="#fbfbfd",
    panel="#f0f2f7",
    rule="#d6dae5",
    ink="#1a1d27",
    soft="#474e61",
    faint="#626a7f",
    accent="#4457c9",
    on_hue="#ffffff",
    hues=(
        "#4457c9",
        "#157a5e",
        "#9a6206",
        "#b8385f",
        "#1c6f99",
        "#7a45b8",
        "#56761a",
        "#b44d22",
    ),
)
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2): 1 for the same, 21 for black and white."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """A colour with a share of another in it."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
