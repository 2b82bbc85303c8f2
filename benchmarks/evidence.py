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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.search import Passage, Search

Place = tuple[str, int]
"""A document's id and the number of a sentence in it."""


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


def _rows(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
