"""Which sentences bear out a claim: SciFact's rationales against what the product quotes.

    python -m benchmarks.evidence DIR [--cache DIR]

DIR holds `docs.jsonl`, `sentences.jsonl` (an abstract's sentences, which joined by spaces are its
text), `queries.jsonl` (claims) and `evidence.jsonl` (sentences, by number, that bear a claim out or
refute it). A claim's gold sentences are those of all its rationales; claims without any are left
out. Precision, recall and F1 count sentences over all claims (micro average).

Two settings:

    gold        the quoting writer is given the claim and the abstracts that hold its evidence
    collection  the claim is put to the whole product, which has to find the abstracts first

Three systems: `colloquy`; `first_three`, the first three sentences of each gold abstract (gold), or
of the best abstract of the product's own search (collection); `nearest`, the one sentence whose
vector is nearest to the claim's, in the same abstracts.

A quote stands for a gold-standard sentence if they share more than half of the shorter one, so
that it does not matter where either of them is cut.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from benchmarks.cache import KeptVectors
from benchmarks.collections import Document, stock
from retrieval.answer import Answerer
from retrieval.embedding import Embedder, open_embedder
from retrieval.exact import Exact
from retrieval.question.kinds import Kind
from retrieval.question.typed import Question
from retrieval.search import Passage, Search
from retrieval.text import split_sentences
from retrieval.writers.quoting import QuotingWriter
from storage.database import Database

Place = tuple[str, int]
"""A document's id and the number of a sentence in it."""

FIRST = 3
"""Sentences of the baseline that takes the first ones."""


@dataclass(frozen=True)
class Rationales:
    """Claims by id, each claim's gold sentences, and the sentences of every document."""

    claims: Mapping[str, str]
    gold: Mapping[str, frozenset[Place]]
    sentences: Mapping[str, Sequence[str]]

    @classmethod
    def read(cls, folder: Path) -> Rationales:
        gold: dict[str, set[Place]] = {}
        for row in _rows(folder / "evidence.jsonl"):
            places = {(row["doc_id"], number) for number in row["sentences"]}
            gold.setdefault(row["query_id"], set()).update(places)
        return cls(
            claims={row["id"]: row["text"] for row in _rows(folder / "queries.jsonl")},
            gold={claim: frozenset(places) for claim, places in gold.items() if places},
            sentences={row["id"]: row["sentences"] for row in _rows(folder / "sentences.jsonl")},
        )


def matched(quote: str, sentences: Sequence[str]) -> frozenset[int]:
    """Numbers of the sentences that a verbatim quote from their text stands for."""
    text = " ".join(sentences)
    start = text.find(quote)
    if start < 0:
        return frozenset()
    end = start + len(quote)
    found, position = set(), 0
    for number, sentence in enumerate(sentences):
        shared = min(end, position + len(sentence)) - max(start, position)
        if shared > min(len(quote), len(sentence)) / 2:
            found.add(number)
        position += len(sentence) + 1
    return frozenset(found)


def scores(
    found: Mapping[str, frozenset[Place]], gold: Mapping[str, frozenset[Place]]
) -> dict[str, float]:
    """Sentence precision, recall and F1 over all claims of `gold`."""
    hits = sum(len(found.get(claim, frozenset()) & places) for claim, places in gold.items())
    quoted = sum(len(found.get(claim, frozenset())) for claim in gold)
    wanted = sum(len(places) for places in gold.values())
    precision = hits / quoted if quoted else 0.0
    recall = hits / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "sentences_per_claim": round(quoted / len(gold), 2) if gold else 0.0,
    }


class Bench:
    """The collection as the product stores it, and the systems that choose sentences from it."""

    def __init__(
        self, rationales: Rationales, database: Database, search: Search, ids: Mapping[int, str]
    ) -> None:
        self._rationales = rationales
        self._search = search
        self._ids = ids
        self._works = {document: work_id for work_id, document in ids.items()}
        self._quoting = QuotingWriter(search.interaction)
        self._database = database
        self._answerer = Answerer(database, search)

    async def measure(self) -> list[dict[str, Any]]:
        """One row for each setting and system."""
        found: dict[tuple[str, str], dict[str, frozenset[Place]]] = {}
        for claim in self._rationales.gold:
            for setting, chosen in (
                ("gold", await self._given(claim)),
                ("collection", await self._sought(claim)),
            ):
                for system, places in chosen.items():
                    found.setdefault((setting, system), {})[claim] = places
        return [
            {
                "setting": setting,
                "system": system,
                "claims": len(self._rationales.gold),
                **scores(places, self._rationales.gold),
            }
            for (setting, system), places in found.items()
        ]

    async def _given(self, claim: str) -> dict[str, frozenset[Place]]:
        """What each system chooses when the abstracts with the evidence are given."""
        documents = {document for document, _ in self._rationales.gold[claim]}
        text = self._rationales.claims[claim]
        passages = await self._search.passages(
            text, work_ids=[self._works[document] for document in documents]
        )
        question = Question(text=text, kind=Kind.CONTENT, content=text)
        async with self._database.read() as session:
            draft = await self._quoting.write(session, question, passages)
        quotes = [quote for sentence in draft.sentences for quote in sentence.quotes]
        return {
            "colloquy": self._places((passages[q.passage].work.id, q.text) for q in quotes),
            **self._baselines(passages),
        }

    async def _sought(self, claim: str) -> dict[str, frozenset[Place]]:
        """What each system chooses when it has to find the abstracts."""
        text = self._rationales.claims[claim]
        answer = await self._answerer.answer(text)
        cited = ((citation.work.id, citation.quote) for citation in answer.citations)
        return {
            "colloquy": self._places(cited),
            **self._baselines(await self._search.passages(text, limit=1)),
        }

    def _baselines(self, passages: Sequence[Passage]) -> dict[str, frozenset[Place]]:
        first: set[Place] = set()
        nearest: set[Place] = set()
        for passage in passages:
            document = self._ids[passage.work.id]
            number = len(self._rationales.sentences[document])
            first |= {(document, n) for n in range(min(FIRST, number))}
            best = max(passage.sentences[1:], key=lambda sentence: sentence.score, default=None)
            if best is not None:
                nearest |= self._places([(passage.work.id, best.text)])
        return {"first_three": frozenset(first), "nearest": frozenset(nearest)}

    def _places(self, quotes: Iterable[tuple[int, str]]) -> frozenset[Place]:
        places: set[Place] = set()
        for work_id, quote in quotes:
            document = self._ids[work_id]
            sentences = self._rationales.sentences[document]
            # A citation joins the sentences it quotes, which need not stand beside one another.
            whole = quote in " ".join(sentences)
            for piece in [quote] if whole else split_sentences(quote):
                places |= {(document, number) for number in matched(piece, sentences)}
        return frozenset(places)


async def run(folder: Path, embedder: Embedder) -> None:
    """Store the collection in a temporary database, measure, and print the figures."""
    rationales = Rationales.read(folder)
    documents = [
        Document(str(row["id"]), str(row.get("title") or ""), str(row["text"]))
        for row in _rows(folder / "docs.jsonl")
    ]
    with tempfile.TemporaryDirectory(prefix="colloquy-") as scratch:
        database = Database(f"sqlite+aiosqlite:///{scratch}/colloquy.db")
        try:
            await database.migrate()
            ids = await stock(database, embedder, documents, _progress(len(documents)))
            search = Search(database, embedder, Exact(database, embedder.name))
            for row in await Bench(rationales, database, search, ids).measure():
                print(json.dumps(row), flush=True)
        finally:
            await database.close()


def _progress(total: int) -> Callable[[int], None]:
    return lambda done: print(f"\rstored {done} of {total}", end="", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="benchmarks.evidence", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--cache", type=Path, help="keep vectors here, for another run")
    chosen = parser.parse_args(arguments)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with tempfile.TemporaryDirectory(prefix="colloquy-model-") as scratch:
        embedder = open_embedder(chosen.cache or Path(scratch))
        kept = KeptVectors(embedder, chosen.cache) if chosen.cache else embedder
        try:
            asyncio.run(run(chosen.folder, kept))
        except (OSError, ValueError) as error:
            print(error, file=sys.stderr)
            return 2
    return 0


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


if __name__ == "__main__":
    sys.exit(main())
