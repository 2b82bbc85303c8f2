"""How a person's name is compared: one key per written form, and the forms worth looking up.

Keys only find candidates. Two people of one key stay two people.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from anyascii import anyascii

Form = Literal["full", "reordered", "romanised", "initials", "surname"]

_SEPARATORS = re.compile(r"[^\w]+|_+")
_PARTICLES = frozenset(
    {"al", "ben", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la"}
    | {"le", "van", "von", "zu"}
)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_SYLLABLES = re.compile(r"[\u4e00-\u9fff\uac00-\ud7a3]{2,4}")  # a name in Han characters or Hangul
_LONGEST_UNSPACED = 3  # words


def name_key(name: str) -> str:
    """Casefolded, without diacritics or punctuation, in Latin letters: "K. Hän" -> "k han"."""
    if "," in name:
        last, _, first = name.partition(",")
        if first.strip().casefold().rstrip(".") not in _SUFFIXES:
            name = f"{first} {last}"
    if not name.isascii():
        name = anyascii(unicodedata.normalize("NFKC", name))
    latin = name.casefold()
    latin = latin.replace("'", "").replace("’", "")
    return " ".join(_SEPARATORS.sub(" ", latin).split())


def name_forms(name: str) -> dict[str, Form]:
    """The keys under which a name is found, each with how much of the name it holds.

    >>> name_forms("Kai Han")["han kai"], name_forms("Kai Han")["k han"]
    ('reordered', 'initials')
    >>> name_forms("韩凯")["kai han"], name_forms("Kai Han")[name_key("韩凯")]
    ('romanised', 'romanised')
    """
    parts = [part for part in name_key(name).split() if part not in _SUFFIXES]
    key = " ".join(parts)
    if len(parts) < 2:
        return {key: "full", **_romanised(name)} if key else {}
    start = len(parts) - 1
    while start > 1 and parts[start - 1] in _PARTICLES:
        start -= 1
    given, surname = parts[:start], " ".join(parts[start:])
    forms: dict[str, Form] = {key: "full"}
    candidates: list[tuple[str, Form]] = [
        (f"{surname} {' '.join(given)}", "reordered"),
        (f"{surname} {''.join(given)}", "reordered"),
        (f"{''.join(given)} {surname}", "reordered"),
        (f"{given[0]} {surname}", "reordered"),
        (f"{' '.join(part[0] for part in given)} {surname}", "initials"),
        (f"{given[0][0]} {surname}", "initials"),
        (surname, "surname"),
    ]
    if len(parts) <= _LONGEST_UNSPACED:  # as a script without spaces has it, surname first
        candidates += [(f"{surname}{''.join(given)}", "romanised"), ("".join(parts), "romanised")]
    for form_key, form in candidates:
        forms.setdefault(form_key, form)
    return forms


def _romanised(name: str) -> dict[str, Form]:
    """The keys of a name in Han characters or Hangul, surname first, as Latin letters have it."""
    written = "".join(unicodedata.normalize("NFKC", name).split())
    if not _SYLLABLES.fullmatch(written):
        return {}
    surname, *given = [anyascii(character).strip().casefold() for character in written]
    spellings = {" ".join(given), "".join(given)}
    keys = [key for g in sorted(spellings) for key in (f"{g} {surname}", f"{surname} {g}")]
    return dict.fromkeys(keys, "romanised")
