"""Retrieval collections: documents, questions, and judgments of which document answers which.

A folder with `docs.jsonl` (`id`, `title`, `text`), `queries.jsonl` (`id`, `text`, optionally
`exclude`: the id, or ids, of documents that do not count as found) and `qrels.tsv` (a header line,
then `query_id`, `doc_id`, `relevance`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.embedding import Embedder
from retrieval.ingest import embed_pending
from storage import storing, works
from storage.database import Database
from storage.works import Paper

STEP = 1000
"""Documents stored in one transaction."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched; the title may be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question; `exclude` holds ids of documents that are passed over for it."""

    id: str
    text: str
    exclude: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection; `relevance` maps a question's id to its judged documents and their grades.

    Only questions with judgments are kept.
    """

    name: str
    documents: tuple[Document, ...]
    queries: tuple[Query, ...]
    relevance: Mapping[str, Mapping[str, int]]


def load(folder: Path) -> Collection:
    """The collection in a folder.

    Raises:
        OSError: a file is missing.
        ValueError: a line is not of the format; the message names file and line.
    """
    relevance = _relevance(folder / "qrels.tsv")
    queries = (
        Query(str(row["id"]), str(row["text"]), _ids(row.get("exclude")))
        for row in _rows(folder / "queries.jsonl", ("id", "text"))
    )
    return Collection(
        name=folder.resolve().name,
        documents=tuple(
            Document(str(row["id"]), str(row.get("title") or ""), str(row["text"]))
            for row in _rows(folder / "docs.jsonl", ("id", "text"))
        ),
        queries=tuple(query for query in queries if query.id in relevance),
        relevance=relevance,
    )


async def stock(
    database: Database,
    embedder: Embedder,
    documents: Sequence[Document],
    progress: Callable[[int], None] = lambda done: None,
) -> dict[int, str]:
    """Store documents as works and make them searchable; which work is which document.

    The product's own import does it; only the index is left out. `progress` is told how many works
    are embedded.
    """
    sources = {_source_id(document): document.id for document in documents}
    new: list[int] = []
    for start in range(0, len(documents), STEP):
        async with database.write() as session:
            stored = await storing.store(session, map(_paper, documents[start : start + STEP]))
        new += stored.new
    await embed_pending(database, embedder, lambda stage, done, total: progress(done))
    async with database.read() as session:
        found = await works.by_ids(session, new)
    return {work_id: sources[work.source_id] for work_id, work in found.items()}


def _paper(document: Document) -> Paper:
    return Paper(
        source_id=_source_id(document),
        title=document.title,
        abstract=document.text,
        year=2000,
        source="collection",
    )


def _source_id(document: Document) -> str:
    return f"collection:{document.id}"


def _relevance(path: Path) -> dict[str, dict[str, int]]:
    relevance: dict[str, dict[str, int]] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[1:], start=2):
        try:
            query_id, document_id, grade = line.split("\t")
            relevance.setdefault(query_id, {})[document_id] = int(grade)
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: not three columns with a number") from error
    return relevance


def _rows(path: Path, needed: Sequence[str]) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"{path}, line {number}: not JSON") from error
            if not isinstance(row, dict) or any(key not in row for key in needed):
                raise ValueError(f"{path}, line {number}: needs {' and '.join(needed)}")
            yield row


def _ids(value: Any) -> frozenset[str]:
    if value is None:
        return frozenset()
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset({str(value)})
