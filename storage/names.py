"""How a person's name is compared: one key per written form, and the forms worth looking up.

Keys only find candidates. Two people of one key stay two people.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from anyascii import anyascii

Form = Literal["full", "reordered", "initials", "surname"]

_SEPARATORS = re.compile(r"[^\w]+|_+")
_PARTICLES = frozenset(
    {"al", "ben", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la"}
    | {"le", "van", "von", "zu"}
)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


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

    >>> name_forms("Kai Han")
    {'kai han': 'full', 'han kai': 'reordered', 'k han': 'initials', 'han': 'surname'}
    """
    parts = [part for part in name_key(name).split() if part not in _SUFFIXES]
    key = " ".join(parts)
    if len(parts) < 2:
        return {key: "full"} if key else {}
    start = len(parts) - 1
    while start > 1 and parts[start - 1] in _PARTICLES:
        start -= 1
    given, surname = parts[:start], " ".join(parts[start:])
    forms: dict[str, Form] = {key: "full"}
    candidates: list[tuple[str, Form]] = [
        (f"{surname} {' '.join(given)}", "reordered"),
        (f"{''.join(given)} {surname}", "reordered"),
        (f"{given[0]} {surname}", "reordered"),
        (f"{' '.join(part[0] for part in given)} {surname}", "initials"),
        (f"{given[0][0]} {surname}", "initials"),
        (surname, "surname"),
    ]
    for form_key, form in candidates:
        forms.setdefault(form_key, form)
    return forms
