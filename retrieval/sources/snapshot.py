"""Papers from a file: one JSON object a line, plain or gzipped, read as a stream.

A row has `title` and `abstract`, and may have `year`, `arxiv_id`, `authors`,
`authors_completeness` ("full", "partial", "none"), `type`, `source`, `published`, `updated` and
`listed` (days), `arxiv_month` or `id_month` ("2025-03"), `categories`, `doi`, `url`. A row that
cannot be used is left out with its line and its cure; the other rows are not lost with it.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import re
import unicodedata
import zlib
from calendar import monthrange
from collections.abc import AsyncIterator, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Annotated, BinaryIO, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError

from retrieval.sources import Papers
from retrieval.sources.identifiers import ArxivId, parse_arxiv_id
from storage.errors import BadIdentifier, BadSnapshot, UnreadableSnapshot
from storage.names import name_key
from storage.phrases import FILE
from storage.works import Paper

LONGEST_LINE: Final = 4 * 2**20
"""Bytes; longer lines are left out without being held in memory."""

LISTED_AFTER: Final = 7
"""Days after a month within which a work that was posted in it is still listed as new."""

Stream = BinaryIO | gzip.GzipFile

_BATCH: Final = 500
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_GZIP: Final = b"\x1f\x8b"
_UNREADABLE: Final = {
    b"\xff\xfe": "it is saved as UTF-16; save it as UTF-8",
    b"\xfe\xff": "it is saved as UTF-16; save it as UTF-8",
    b"PK": "it is a zip archive; unpack it first",
    b"BZh": "it is compressed with bzip2; unpack it or use gzip",
    b"\xfd7zXZ": "it is compressed with xz; unpack it or use gzip",
    b"\x28\xb5\x2f\xfd": "it is compressed with zstandard; unpack it or use gzip",
}
_CURES: Final = {
    "title": 'give "title" as text',
    "abstract": 'give "abstract" as text',
    "year": 'give "year" as a number like 2022',
    "arxiv_id": 'give "arxiv_id" like "1911.11907", or leave it out',
    "authors": 'give "authors" as a list of names of at most 300 characters',
    "authors_completeness": '"authors_completeness" is one of "full", "partial", "none"',
    "categories": 'give "categories" as a list like ["cs.CV"]',
    "arxiv_month": 'give "arxiv_month" like "2025-03"',
    "id_month": 'give "id_month" like "2025-03"',
    "published": 'give "published" like "2025-03-18"',
    "updated": 'give "updated" like "2025-03-18"',
    "listed": 'give "listed" like "2025-03-18"',
}


def read_snapshot(path: Path, author: str | None = None) -> Papers:
    """The works of a file, or those of one author.

    With an author, works that name them are theirs. Works whose list of authors is not complete
    are theirs too as long as every complete list in the file names them: then the file is their
    record, not a mixed collection. Such works come last.

    While reading, rows that cannot be used are left out as BadSnapshot.

    Raises:
        UnreadableSnapshot: while reading: there is no such file, it is of another kind, it breaks
            off, or none of its lines is a work.
    """
    return Papers(path.name, lambda papers: _read(papers, path, author))


async def _read(papers: Papers, path: Path, author: str | None) -> AsyncIterator[Paper]:
    stream = await asyncio.to_thread(_open, path)
    with stream:
        rows = _rows(stream, path)
        choose = _Choice(author) if author else None
        good = 0
        while batch := await asyncio.to_thread(lambda: list(islice(rows, _BATCH))):
            for row in batch:
                if isinstance(row, UnreadableSnapshot):
                    raise row
                if isinstance(row, BadSnapshot):
                    papers.leave_out(row)
                    continue
                good += 1
                if choose is None or choose.takes(row):
                    yield row
        if choose:
            for paper in choose.held:
                yield paper
            papers.passed_over = good - choose.taken - len(choose.held)
    if not good:
        raise _nothing_in(path, papers)


class _Choice:
    """Which works are one author's; `held` are theirs unless the file turns out to be mixed."""

    def __init__(self, author: str) -> None:
        self._key = name_key(author)
        self._mixed = False
        self.taken = 0
        self.held: list[Paper] = []

    def takes(self, paper: Paper) -> bool:
        if any(name_key(name) == self._key for name in paper.authors):
            self.taken += 1
            return True
        if paper.authors_complete:
            self._mixed = True
            self.held.clear()
        elif not self._mixed:
            self.held.append(paper)
        return False


def _open(path: Path) -> Stream:
    try:
        if path.is_dir():
            raise UnreadableSnapshot(path=path, why="it is a folder; name a file in it")
        stream = path.open("rb")
    except FileNotFoundError:
        raise UnreadableSnapshot(path=path, why="there is no such file; check its name") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is not valid"
        raise UnreadableSnapshot(path=path, why=why.lower()) from error
    start = stream.read(8)
    stream.seek(0)
    why = next((why for magic, why in _UNREADABLE.items() if start.startswith(magic)), None)
    if not why and not start.startswith(_GZIP):
        return stream
    stream.close()
    if why:
        raise UnreadableSnapshot(path=path, why=why)
    return gzip.open(path)


def _rows(stream: Stream, path: Path) -> Iterator[Paper | BadSnapshot]:
    """Each row as a paper, or as what is wrong with it; ends with what is wrong with the file."""
    titles: dict[str, tuple[int, int]] = {}
    number = 0
    try:
        for number, line in enumerate(_lines(stream), 1):
            if line is None:
                yield BadSnapshot(path=path, line=number, why="the line is too long for a work")
                continue
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if not text.strip():
                continue
            if text.lstrip().startswith(b"["):
                why = "it holds a list; write one work a line, as {…}, without the brackets"
                fault = UnreadableSnapshot if number == 1 else BadSnapshot
                yield fault(path=path, line=number, why=why)
                continue
            try:
                paper = _paper(_row(text))
                _check_title(paper, number, titles)
            except _Unusable as error:
                yield BadSnapshot(path=path, line=number, why=str(error))
            else:
                yield paper
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield UnreadableSnapshot(
            path=path, why=f"it breaks off after line {number}; fetch it again to have the rest"
        )
    except OSError as error:
        yield UnreadableSnapshot(path=path, why=str(error.strerror or error).lower())


def _lines(stream: Stream) -> Iterator[bytes | None]:
    """Lines without holding more than `LONGEST_LINE` of any; None for one that is longer."""
    while line := stream.readline(LONGEST_LINE):
        if line.endswith(b"\n") or len(line) < LONGEST_LINE:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)
        yield None


class _Unusable(Exception):
    """What is wrong with a row and what to do about it."""


def _clean(text: str) -> str:
    if not text.isascii():
        text.encode()  # Half a character, as JSON may hold, cannot be stored: a ValueError.
    return " ".join(_CONTROL.sub(" ", text).split())


def _day(value: object) -> object:
    # Times are cut off: "2025-03-18T17:59:46Z" is that day.
    return value[:10] if isinstance(value, str) else value and str(value)


Text = Annotated[str, AfterValidator(_clean)]
Label = Annotated[Text, Field(max_length=40)]
Name = Annotated[Text, Field(max_length=300)]  # it is looked up by, and no index holds pages
Day = Annotated[date | None, BeforeValidator(_day)]
Month = Annotated[str | None, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class _Row(BaseModel):
    title: Annotated[Text, Field(min_length=1)]
    abstract: Text | None
    year: Annotated[int, Field(ge=1500, le=2200)] | None = None
    arxiv_id: str | None = None
    authors: list[Name] | None = None
    authors_completeness: Literal["full", "partial", "none"] | None = None
    type: Label | None = None
    source: Label | None = None
    published: Day = None
    updated: Day = None
    listed: Day = None
    arxiv_month: Month = None
    id_month: Month = None
    categories: list[Name] | None = None
    doi: Name | None = None
    url: Text | None = None


def _row(line: bytes) -> _Row:
    try:
        value = json.loads(line.decode())
    except UnicodeDecodeError:
        raise _Unusable("it is not UTF-8; save the file as UTF-8") from None
    except (ValueError, RecursionError):
        raise _Unusable("it is not valid JSON; write each work as {…} on one line") from None
    if not isinstance(value, dict):
        raise _Unusable("it is not a work; write each work as {…} on one line")
    try:
        return _Row.model_validate(value)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise _Unusable(_CURES.get(field, f'give "{field}" as a short text')) from None


def _paper(row: _Row) -> Paper:
    identifier = _identifier(row)
    published = _published(row, identifier)
    year = row.year or (published.year if published else None)
    if year is None:
        raise _Unusable(_CURES["year"])
    if not row.title:
        raise _Unusable(_CURES["title"])
    authors = tuple(filter(None, row.authors or ()))
    complete = row.authors_completeness in (None, "full") and bool(authors)
    link = row.url if row.url and re.fullmatch(r"https?://[^\s<>\"]+", row.url) else None
    if identifier:
        link = link or identifier.url
    elif row.doi:
        link = link or f"https://doi.org/{row.doi}"
    return Paper(
        source_id=identifier.source_id if identifier else f"snapshot:{title_hash(row.title)}",
        title=row.title,
        abstract=row.abstract or "",
        authors=authors,
        authors_complete=complete,
        year=year,
        published=published,
        updated=row.updated,
        version=identifier.version if identifier else None,
        kind=row.type or "preprint",
        source=row.source or ("arXiv" if identifier else FILE),
        url=link,
        doi=row.doi or None,
        categories=tuple(filter(None, row.categories or ())),
    )


def _identifier(row: _Row) -> ArxivId | None:
    if not row.arxiv_id or not row.arxiv_id.strip():
        return None
    try:
        return parse_arxiv_id(row.arxiv_id)
    except BadIdentifier:
        raise _Unusable(_CURES["arxiv_id"]) from None


def _published(row: _Row, identifier: ArxivId | None) -> date | None:
    """The day of the first version; the first of its month where no more is known.

    The day of listing is a day or two late, so it stands for the day only within that month, and
    for its last day in the week after it: cross-lists are listed long after.
    """
    if row.published:
        return row.published
    named = row.arxiv_month or row.id_month
    if named:
        month: date | None = date.fromisoformat(f"{named}-01")
    else:
        month = identifier.month if identifier else None
    if row.listed is None or month is None:
        return row.listed or month
    last = month.replace(day=monthrange(month.year, month.month)[1])
    late = (row.listed - last).days
    return min(row.listed, last) if month <= row.listed and late <= LISTED_AFTER else month


def title_hash(title: str) -> str:
    """16 hexadecimal digits that stand for a title, whatever its case, spacing or punctuation."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    words = re.sub(r"[\W_]+", " ", folded).strip() or folded
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _check_title(paper: Paper, number: int, titles: dict[str, tuple[int, int]]) -> None:
    """Two works that only share a title must not become one."""
    if paper.source_id.startswith("arxiv:"):
        return
    line, abstract = titles.setdefault(paper.source_id, (number, hash(paper.abstract)))
    if abstract != hash(paper.abstract):
        raise _Unusable(f"it has the title of line {line}; give it an “arxiv_id” or another title")


def _nothing_in(path: Path, papers: Papers) -> UnreadableSnapshot:
    if not papers.left_out:
        return UnreadableSnapshot(path=path, why="the file is empty")
    first = papers.left_out[0].data
    count = papers.left_out_count
    none = "its one line is no work" if count == 1 else f"none of its {count:,} lines is a work"
    return UnreadableSnapshot(path=path, why=f"{none}; line {first['line']}: {first['why']}")
