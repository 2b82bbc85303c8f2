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
from retrieval.text import pieces, whole, work_terms
from storage import terms, vectors, works
from storage.database import Database
from storage.vectors import WorkVectors
from storage.works import Paper

STEP = 256
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
    """Store documents as works with terms and vectors; which work is which document.

    `progress` is told how many are stored. Blocks while it embeds.
    """
    ids: dict[int, str] = {}
    for start in range(0, len(documents), STEP):
        step = documents[start : start + STEP]
        async with database.write() as session:
            papers = {_source_id(document): _paper(document) for document in step}
            stored = await works.store(session, papers.values())
            found = await works.by_ids(session, stored.new)
            by_source = {work.source_id: work_id for work_id, work in found.items()}
            known = {by_source[_source_id(d)]: d for d in step if _source_id(d) in by_source}
            await terms.save(session, {n: work_terms(d.title, d.text) for n, d in known.items()})
            await vectors.save(session, embedder.name, _vectors(embedder, known))
        ids |= {work_id: document.id for work_id, document in known.items()}
        progress(len(ids))
    return ids


def _vectors(embedder: Embedder, documents: Mapping[int, Document]) -> list[WorkVectors]:
    cut = {work_id: pieces(d.title, d.text) for work_id, d in documents.items()}
    whole_works = embedder.encode([whole(d.title, d.text) for d in documents.values()])
    sentences = embedder.encode([piece for parts in cut.values() for piece in parts])
    rows: list[WorkVectors] = []
    start = 0
    for (work_id, parts), document in zip(cut.items(), whole_works, strict=True):
        end = start + len(parts)
        rows.append(WorkVectors(work_id, document, parts, sentences[start:end]))
        start = end
    return rows


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
