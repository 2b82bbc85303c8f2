"""Names in Han characters or Hangul are found in Latin letters, and the other way round"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op
from anyascii import anyascii

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_RECORDS = sa.table("researchers", sa.column("id"), sa.column("name"), sa.column("record_id"))
_NAMES = sa.table(
    "researcher_names", sa.column("researcher_id"), sa.column("key"), sa.column("form")
)


def upgrade() -> None:
    connection = op.get_bind()
    known = {
        tuple(row) for row in connection.execute(sa.select(_NAMES.c.researcher_id, _NAMES.c.key))
    }
    records = connection.execute(
        sa.select(_RECORDS.c.id, _RECORDS.c.name).where(_RECORDS.c.record_id.is_(None))
    )
    rows = [
        {"researcher_id": record, "key": key, "form": form}
        for record, name in records.all()
        for key, form in _name_forms(name).items()
        if (record, key) not in known
    ]
    if rows:
        op.bulk_insert(_NAMES, rows)


# As `storage.names` found names then: what it finds later is a later migration's matter.

_SEPARATORS = re.compile(r"[^\w]+|_+")
_PARTICLES = frozenset(
    {"al", "ben", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la"}
    | {"le", "van", "von", "zu"}
)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_SYLLABLES = re.compile(r"[\u4e00-\u9fff\uac00-\ud7a3]{2,4}")  # a name in Han characters or Hangul
_LONGEST_UNSPACED = 3  # words


def _name_key(name: str) -> str:
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


def _name_forms(name: str) -> dict[str, str]:
    """The keys under which a name is found, each with how much of the name it holds."""
    parts = [part for part in _name_key(name).split() if part not in _SUFFIXES]
    key = " ".join(parts)
    if len(parts) < 2:
        return {key: "full", **_romanised(name)} if key else {}
    start = len(parts) - 1
    while start > 1 and parts[start - 1] in _PARTICLES:
        start -= 1
    given, surname = parts[:start], " ".join(parts[start:])
    forms: dict[str, str] = {key: "full"}
    candidates: list[tuple[str, str]] = [
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


def _romanised(name: str) -> dict[str, str]:
    """The keys of a name in Han characters or Hangul, surname first, as Latin letters have it."""
    written = "".join(unicodedata.normalize("NFKC", name).split())
    if not _SYLLABLES.fullmatch(written):
        return {}
    surname, *given = [anyascii(character).strip().casefold() for character in written]
    spellings = {" ".join(given), "".join(given)}
    keys = [key for g in sorted(spellings) for key in (f"{g} {surname}", f"{surname} {g}")]
    return dict.fromkeys(keys, "romanised")
