"""One message as a card, and the small things cards are made of. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.markdown import clip, split, width
from retrieval.text import readable

CARD_LIMIT = 3900  # of the 4,000 characters that a message of components may show
TITLE_SHOWN = 220
NAME_SHOWN = 80
IN_MENU = "more in the menu"

INK = 0x5B6EE1  # an answer
QUIET = 0x9AA0AA  # a refusal, a hint
PERSON = 0x3FA796  # a person
AMBER = 0xD9A441  # asks before it does something


@dataclass(frozen=True, slots=True)
class Card:
    """One message: sections of markdown, each of paragraphs, and the colour of its edge."""

    sections: tuple[str, ...]
    colour: int = INK

    @property
    def width(self) -> int:
        """Length of its text in UTF-16 units."""
        return sum(width(section) for section in self.sections)


def fitted(card: Card) -> Card:
    """The card, or as much of it as a message can show: the longest section loses its last entries,
    and says how many.
    """
    sections = list(card.sections)
    while sum(map(width, sections)) > CARD_LIMIT:
        longest = max(range(len(sections)), key=lambda i: width(sections[i]))
        sections[longest] = _shorter(sections[longest])
    return replace(card, sections=tuple(sections))


_MORE = re.compile(r"-# and ([\d,]+)( .*)")


def _shorter(section: str) -> str:
    """A section without its last entry, which is a line with the small ones under it."""
    kept = section.split("\n")
    said = _MORE.fullmatch(kept[-1])
    number, more = (int(said[1].replace(",", "")), said[2]) if said else (0, " more")
    last = [place for place, line in enumerate(kept) if line and not line.startswith("-# ")]
    if not last or last[-1] == 0:
        return begun(section, width(section) // 2)
    return "\n".join(kept[: last[-1]]).rstrip() + f"\n-# and {number + 1:,}{more}"


def begun(text: str, limit: int) -> str:
    """The text, or its beginning where it is longer than the limit."""
    pieces = split(text, limit - 2)
    return f"{pieces[0]} …" if len(pieces) > 1 else text


def notice(text: str, colour: int = QUIET) -> Card:
    """A plain sentence of ours as a card."""
    return Card((text,), colour)


def option(text: str, limit: int = 100) -> str:
    """Plain text for a menu or a picker, where markdown is not read."""
    return clip(" ".join(readable(text).split()), limit) or "untitled"


def listed(names: Sequence[str], limit: int) -> str:
    """Names with dots between; those beyond the limit are counted."""
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return " · ".join(names[:limit]) + more


def column(entries: Sequence[str], most: int, more: str = "more", others: int = 0) -> str:
    """Entries under each other; those beyond the most are counted, with any others."""
    rest = len(entries[most:]) + others
    return lines(*entries[:most], small(f"and {rest:,} {more}") if rest > 0 else "")


def small(text: str) -> str:
    """A line in small grey letters."""
    return f"-# {text}" if text else ""


def paragraphs(*given: str) -> str:
    """Paragraphs under each other; empty ones are left out."""
    return "\n\n".join(paragraph for paragraph in given if paragraph)


def lines(*given: str) -> str:
    """Lines under each other; empty ones are left out."""
    return "\n".join(line for line in given if line)
