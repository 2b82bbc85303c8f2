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
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import structlog

from retrieval.answer import Answerer
from retrieval.cited import Answer
from retrieval.embedding import Embedder, open_embedder
from retrieval.index import open_index
from retrieval.ingest import Stage, ingest
from retrieval.search import Search
from retrieval.sources.snapshot import read_snapshot
from retrieval.text import readable
from storage import finding
from storage.database import Database

SAMPLE = Path(__file__).parents[1] / "retrieval" / "sample" / "seed_works.jsonl"
BUNDLED = "bundled"
"""Stands for the sample in place of a file's name."""
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


def chosen(rules: Mapping[str, dict[str, Any]]) -> dict[str, list[str]]:
    """The lines of each corpus, in one reading of each shared file.

    Raises:
        FileNotFoundError: a shared file is not there.
    """
    found: dict[str, list[str]] = {name: [] for name in rules}
    for file in {rule["file"] for rule in rules.values()} - {BUNDLED}:
        path = SHARED / file
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing; COLLOQUY_SHARED_DATA names its folder")
        wanted = {name: rule for name, rule in rules.items() if rule["file"] == file}
        marks = [m for rule in wanted.values() for m in rule.get("listed", [rule.get("author")])]
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                if any(mark in line for mark in marks):  # most lines need not be parsed
                    row = json.loads(line)
                    for name, rule in wanted.items():
                        if _belongs(row, rule):
                            found[name].append(line)
    return found


def _belongs(row: dict[str, Any], rule: dict[str, Any]) -> bool:
    return rule.get("author") in row["authors"] or row["listed"] in rule.get("listed", ())


# Asking ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Corpus:
    """A corpus as the product holds it, and who answers from it."""

    database: Database
    answerer: Answerer

    async def ask(self, row: Row) -> Answer:
        async with self.database.read() as session:
            who = await finding.resolve(session, row.researcher) if row.researcher else None
        return await self.answerer.answer(row.question, default_id=who.id if who else None)


def written(rule: dict[str, Any], folder: Path) -> Path:
    """The corpus as a snapshot file; the sample's is the bundled one itself."""
    folder.mkdir(parents=True, exist_ok=True)
    if rule["file"] == BUNDLED:
        return SAMPLE
    path = folder / "works.jsonl"
    path.write_text("".join(chosen({folder.name: rule})[folder.name]), encoding="utf-8")
    return path


@asynccontextmanager
async def opened(
    rule: dict[str, Any], today: date, embedder: Embedder, folder: Path
) -> AsyncIterator[Corpus]:
    """A corpus, imported into the folder unless it holds it already."""
    snapshot = await asyncio.to_thread(written, rule, folder)
    database = Database(f"sqlite+aiosqlite:///{folder / 'colloquy.sqlite'}")
    index = open_index(folder / "index", embedder.name)
    try:
        await database.migrate()
        author = rule.get("author")
        papers = read_snapshot(snapshot, author)
        await ingest(papers, database, embedder, index, researcher=author, progress=_progress)
        search = Search(database, embedder, index)
        yield Corpus(database, Answerer(database, search, today=lambda: today))
    finally:
        await index.close()
        await database.close()


def _progress(stage: Stage, done: int, total: int | None) -> None:
    print(f"\r{stage}: {done} of {total or '?'}", end="", file=sys.stderr, flush=True)


async def run(
    rows: Sequence[Row], corpora: Corpora, embedder: Embedder, folder: Path, *, details: bool
) -> None:
    """Ask every row and print the rates of each corpus, then those over all."""
    everything: list[Outcome] = []
    for name in dict.fromkeys(row.corpus for row in rows):
        outcomes = []
        async with opened(corpora.rules[name], corpora.today, embedder, folder / name) as corpus:
            for row in (row for row in rows if row.corpus == name):
                answer = await corpus.ask(row)
                outcomes.append(judge(row, answer))
                if details:
                    _tell(outcomes[-1], answer)
        print(json.dumps({"corpus": name, **rates(outcomes)}), flush=True)
        everything += outcomes
    print(json.dumps({"corpus": "all", **rates(everything)}), flush=True)


def _tell(outcome: Outcome, answer: Answer) -> None:
    """A miss, on standard error: what was asked, what was wanted, and what was said."""
    missed = [
        name
        for name, right in (
            ("refusal", outcome.refusal),
            ("source", outcome.source),
            ("fact", outcome.fact),
        )
        if right is False
    ]
    if not missed:
        return
    row = outcome.row
    lines = [f"{row.id} ({row.kind}) missed {', '.join(missed)}: {row.question}"]
    if row.sources or row.facts:
        lines.append(f"  wanted  {' '.join(row.sources)} {list(map(list, row.facts))}")
    cited = " ".join(citation.work.source_id for citation in answer.citations)
    lines.append(f"  cited   {cited or 'nothing'} [{answer.question.kind}, {answer.writer}]")
    lines.append(f"  said    {' '.join(answer.text.split())[:400]}")
    print("\n".join(lines), file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.questions",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--details", action="store_true", help="print each miss")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep what was imported here")
    given = parser.parse_args(arguments)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with tempfile.TemporaryDirectory(prefix="colloquy-") as scratch:
        folder = given.cache or Path(scratch)
        try:
            rows = [Row.read(line) for line in given.file.read_text("utf-8").splitlines() if line]
            corpora = Corpora.read(given.file.with_name("corpora.json"))
            embedder = open_embedder(folder / "models")
            asyncio.run(run(rows, corpora, embedder, folder, details=given.details))
        except OSError as error:
            print(error, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
