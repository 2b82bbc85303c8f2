"""Is this body a whole arXiv answer? Checked before anything is read from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET

from retrieval.sources.connection import Hopeless, Refused, SlowDown
from retrieval.sources.identifiers import ArxivId, parse_arxiv_id
from storage.errors import BadIdentifier

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_OPENSEARCH: Final = "{http://a9.com/-/spec/opensearch/1.1/}"
_ERRORS: Final = "/api/errors"
_WEB_PAGE: Final = re.compile(rb"<(?:!doctype\s+)?html", re.IGNORECASE)
_RATE: Final = re.compile(rb"rate (?:limit )?exceeded|too many requests", re.IGNORECASE)
# No answer of arXiv declares a document type; without one there are no entities to expand.
_DECLARATION: Final = re.compile(rb"<!(?:doctype|entity)", re.IGNORECASE)


class NotUnderstood(Hopeless):
    """arXiv says that the request itself is wrong."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """An entry that lacks something; `identifier` is None where it lacks just that."""

    identifier: ArxivId | None
    lacks: str


@dataclass(frozen=True, slots=True)
class Feed:
    """One whole answer.

    Attributes:
        body: Atom with the damaged entries taken out.
        total: how many results arXiv says there are for the query.
        size: how many entries arXiv sent, the damaged ones included.
        damaged: the entries that were taken out.
    """

    body: bytes
    total: int
    size: int
    damaged: tuple[Damaged, ...]


def read_feed(body: bytes) -> Feed:
    """Check an answer of the arXiv API.

    Raises:
        SlowDown: it is the notice that too much was asked.
        NotUnderstood: it is an error report about the request.
        Refused: it is a web page, cut off, or damaged as a whole.
    """
    if _RATE.search(body[:1000]) and not body.lstrip().startswith(b"<?xml"):
        raise SlowDown("it asks us to slow down")
    if _WEB_PAGE.search(body[:1000]):
        raise Refused("it sent a web page instead of results")
    if not body.rstrip().endswith(b"</feed>"):
        raise Refused("its answer breaks off")
    if b"\0" in body or _DECLARATION.search(body):
        raise Refused("its answer is not a list of papers")
    try:
        # Safe from entity expansion: a body that declares anything was refused above.
        root = ET.fromstring(body)  # noqa: S314
        total = int(root.findtext(f"{_OPENSEARCH}totalResults", "").strip())
    except (ET.ParseError, LookupError, ValueError) as error:
        raise Refused("its answer is damaged") from error
    entries = root.findall(f"{_ATOM}entry")
    damaged = []
    for entry in entries:
        if _ERRORS in _text(entry, "id"):
            raise NotUnderstood(_text(entry, "summary") or "no reason given")
        if fault := _fault(entry):
            damaged.append(fault)
            root.remove(entry)
    whole = ET.tostring(root, encoding="utf-8") if damaged else body
    return Feed(whole, total, len(entries), tuple(damaged))


def _fault(entry: ET.Element) -> Damaged | None:
    """What a usable entry would have and this one lacks; None if it is whole."""
    try:
        identifier = parse_arxiv_id(_text(entry, "id"))
    except BadIdentifier:
        return Damaged(None, "identifier")
    names = [_text(author, "name") for author in entry.findall(f"{_ATOM}author")]
    lacks = (
        ("title", not _text(entry, "title")),
        ("abstract", not _text(entry, "summary")),
        ("authors", not names or not all(names)),
        ("dates", not (_is_date(entry, "published") and _is_date(entry, "updated"))),
    )
    part = next((part for part, lacking in lacks if lacking), None)
    return Damaged(identifier, part) if part else None


def _is_date(entry: ET.Element, name: str) -> bool:
    try:
        datetime.fromisoformat(_text(entry, name))
    except ValueError:
        return False
    return True


def _text(element: ET.Element, name: str) -> str:
    return element.findtext(f"{_ATOM}{name}", "").strip()
