"""Questions with known sources, facts and refusals, put to the whole product.

    python -m benchmarks.questions FILE [--details] [--cache DIR]

FILE is a JSONL file of rows beside a `corpora.json` that says how the corpora are chosen and which
day it is. A row has `id`, `corpus`, `researcher` (the channel's default, or null), `question`,
`answerable`, `sources` (ids of acceptable works; with `all` they are wanted exactly, `also` naming
works that may stand beside them), `facts` (each a list of alternatives, one of which must occur in
the answer or its quotes), `half` and `kind`.

Rates, for each corpus and over all:

    source    answerable questions with sources: not refused, and an acceptable work is cited
              (`all`: exactly those works)
    fact      answerable questions with facts: all of them occur in the text or the quotes
    refusal   all questions: refused where nothing answers them, not refused elsewhere

The corpora go through the product's own import into a data directory: a temporary one, or DIR,
which is used again the next time. The two larger corpora are read from the folder that
COLLOQUY_SHARED_DATA names (default: ../shared/data beside the checkout).
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import re
import sys
import tempfile
import unicodedata
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.text import readable

if TYPE_CHECKING:
    from retrieval.answer import Answer, Answerer

SHARED = Path(os.environ.get("COLLOQUY_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


@dataclass(frozen=True)
class Row:
    """A question and what a right answer to it is."""

    id: str
    corpus: str
    researcher: str | None
    question: str
    answerable: bool
    sources: tuple[str, ...]
    facts: tuple[tuple[str, ...], ...]
    all: bool = False
    also: tuple[str, ...] = ()
    half: str = ""
    kind: str = ""

    @classmethod
    def read(cls, line: str) -> Row:
        row = json.loads(line)
        lists = {
            "sources": tuple(row["sources"]),
            "facts": tuple(tuple(alternatives) for alternatives in row["facts"]),
            "also": tuple(row.get("also", ())),
        }
        return cls(**{**row, **lists})


@dataclass(frozen=True)
class Outcome:
    """How an answer did; None where the row does not ask for it."""

    row: Row
    source: bool | None
    fact: bool | None
    refusal: bool


@dataclass(frozen=True)
class Corpora:
    """The day on which the questions are asked, and how each corpus is chosen."""

    today: date
    rules: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, path: Path) -> Corpora:
        content = json.loads(path.read_text(encoding="utf-8"))
        return cls(date.fromisoformat(content["today"]), content["corpora"])


# Judging --------------------------------------------------------------------------------------


def judge(row: Row, answer: Answer) -> Outcome:
    """Whether source, facts and the decision to answer are right."""
    right = answer.refused is not row.answerable
    cited = {citation.work.source_id for citation in answer.citations}
    source = fact = None
    if row.answerable and row.sources:
        wanted = set(row.sources)
        exactly = wanted <= cited <= wanted | set(row.also)
        source = not answer.refused and (exactly if row.all else bool(wanted & cited))
    if row.answerable and row.facts:
        said = normalised("\n".join((answer.text, *(c.quote for c in answer.citations))))
        fact = not answer.refused and all(
            any(occurs(alternative, said) for alternative in alternatives)
            for alternatives in row.facts
        )
    return Outcome(row, source, fact, right)


def normalised(text: str) -> str:
    """Text with LaTeX readable, letter case, white space and typographic variants levelled."""
    text = unicodedata.normalize("NFKC", readable(text)).casefold()
    text = re.sub("[‐‑‒–—−]", "-", text.replace("×", "x").replace("’", "'"))
    return re.sub(r"\s+", " ", text).replace(" %", "%")


def occurs(fact: str, said: str) -> bool:
    """Whether the fact stands in a normalised text as whole words and whole numbers."""
    pattern = rf"(?<!\w)(?<!\d[.,]){re.escape(normalised(fact))}(?!\w|[.,]\d)"
    return re.search(pattern, said) is not None


def rates(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """The three rates with their counts, and refusal told apart by what would have been right."""
    asked = [o for o in outcomes if o.row.answerable]
    foreign = [o for o in outcomes if not o.row.answerable]
    return {
        **_rate("source", [o.source for o in outcomes if o.source is not None]),
        **_rate("fact", [o.fact for o in outcomes if o.fact is not None]),
        **_rate("refusal", [o.refusal for o in outcomes]),
        **_rate("refused_unanswerable", [o.refusal for o in foreign]),
        **_rate("refused_answerable", [not o.refusal for o in asked]),
    }


def _rate(name: str, right: Sequence[bool]) -> dict[str, object]:
    share = round(sum(right) / len(right), 4) if right else None
    return {name: share, f"{name}_counts": [sum(right), len(right)]}


# Corpora --------------------------------------------------------------------------------------


def chosen(rule: dict[str, Any]) -> Iterable[str]:
    """The lines of the rule's file that belong to the corpus."""
    path = SHARED / rule["file"]
    if not path.is_file():
        sys.exit(f"{path} is missing; name the folder that holds it in COLLOQUY_SHARED_DATA.")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if rule.get("author") in row["authors"] or row["listed"] in rule.get("listed", ()):
                yield line
