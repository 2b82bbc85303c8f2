"""The coefficients of the quoting writer's regressions, fitted on questions.

    python -m benchmarks.weights FILE... --cache DIR

FILES and DIR are as for `benchmarks.questions`. Four decisions are fitted (see
`retrieval.writers.coefficients`, which holds the figures printed here):

    WORK      whether a work answers a question: right works against the nearest work where none
              answers, and against the nearest wrong work, which counts a third
    SENTENCE  which sentence of the right work holds the fact, as a conditional logit
    ABOUT     whether a work is about a topic
    AMONG     whether a work is among those about a topic, where some are

One JSON object for each: the coefficients, and how good they are on a corpus they were not fitted
on, the mean over all corpora left out in turn: the area under the ROC curve, or for sentences how
often the first one holds the fact.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import structlog
from numpy.typing import NDArray

from benchmarks.questions import Corpora, Corpus, Row, normalised, occurs, opened
from retrieval.cited import Answer
from retrieval.embedding import open_embedder
from retrieval.question.alternatives import alternatives
from retrieval.question.kinds import Kind
from retrieval.writers import coefficients
from retrieval.writers.answering import foremost
from retrieval.writers.coefficients import Signals
from retrieval.writers.quoting import QuotingWriter
from retrieval.writers.weighing import Candidate

Array = NDArray[np.float64]
RIDGE = 3.0
"""How strongly coefficients are drawn to 0, in standardised signals."""


@dataclass(frozen=True)
class Example:
    """Alternatives of which some are right: a work's sentences for SENTENCE, one else."""

    corpus: str
    signals: Array  # (alternatives, signals)
    right: Array  # (alternatives,) 0 or 1
    weight: float = 1.0


@dataclass
class Examples:
    """Examples of one decision."""

    names: tuple[str, ...]
    rows: list[Example] = field(default_factory=list)

    def add(
        self, corpus: str, signals: Sequence[Signals], right: Sequence[bool], weight: float = 1.0
    ) -> None:
        table = [[row[name] for name in self.names] for row in signals]
        self.rows.append(Example(corpus, np.array(table), np.array(right, float), weight))


def _decision(coefficients: Signals) -> Examples:
    return Examples(tuple(name for name in coefficients if name != "bias"))


@dataclass
class Collected:
    """What the questions teach about each decision."""

    work: Examples = field(default_factory=lambda: _decision(coefficients.WORK))
    sentence: Examples = field(default_factory=lambda: _decision(coefficients.SENTENCE))
    about: Examples = field(default_factory=lambda: _decision(coefficients.ABOUT))
    among: Examples = field(default_factory=lambda: _decision(coefficients.AMONG))

    def content(self, row: Row, found: Sequence[Candidate]) -> None:
        held = [c for c in found if c.names == 1.0]
        right = [c for c in held if c.passage.work.source_id in row.sources]
        wrong = [c for c in held if c not in right and not (row.answerable and c.named)]
        if right:
            self.work.add(row.corpus, [right[0].signals], [True])
            said = [normalised(s.text) for s in right[0].body]
            facts = [alternative for alternatives in row.facts for alternative in alternatives]
            holding = [any(occurs(fact, text) for fact in facts) for text in said]
            if any(holding):
                self.sentence.add(row.corpus, right[0].sentence_signals, holding)
        nearest = foremost(wrong)
        if nearest is not None and (row.sources or not row.answerable):
            self.work.add(row.corpus, [nearest.signals], [False], 0.3 if row.answerable else 2.0)

    def topics(self, row: Row, found: Sequence[Candidate]) -> None:
        for c in found:
            source = c.passage.work.source_id
            known = source in row.sources or row.all or not row.answerable
            if known and source not in row.also and c.eligible:
                self.about.add(row.corpus, [c.topic], [source in row.sources])
                if row.answerable:
                    self.among.add(row.corpus, [c.topic], [source in row.sources])


async def collected(rows: Sequence[Row], corpora: Corpora, folder: Path) -> Collected:
    """Put the questions and keep the signals of what they found."""
    result = Collected()
    embedder = open_embedder(folder / "models")
    for name in dict.fromkeys(row.corpus for row in rows):
        async with opened(corpora.rules[name], corpora.today, embedder, folder / name) as corpus:
            for row in (row for row in rows if row.corpus == name):
                answer = await corpus.ask(row)
                found = await _candidates(corpus, answer)
                if answer.question.unknown or not found:
                    continue
                if answer.question.kind is Kind.CONTENT:
                    result.content(row, found)
                elif (
                    len(alternatives(answer.question.content)[0]) == 1
                    and answer.question.kind is Kind.WORKS_ABOUT
                ):
                    result.topics(row, found)
    return result


async def _candidates(corpus: Corpus, answer: Answer) -> list[Candidate]:
    async with corpus.database.read() as session:
        return await QuotingWriter().candidates(session, answer.question, answer.passages)


# Fitting --------------------------------------------------------------------------------------


def logistic(examples: Sequence[Example]) -> Array:
    """(signals + 1,) ridge-penalised coefficients, the bias last, by Newton's method."""
    table = np.concatenate([e.signals for e in examples])
    table = np.column_stack([table, np.ones(len(table))])
    right = np.concatenate([e.right for e in examples])
    weight = np.array([e.weight for e in examples])
    ridge = np.full(table.shape[1], RIDGE)
    ridge[-1] = 1e-6
    result = np.zeros(table.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(table @ result, -30, 30)))
        slope = table.T @ (weight * (chance - right)) + ridge * result
        curve = (table * (weight * chance * (1 - chance))[:, None]).T @ table + np.diag(ridge)
        result -= np.linalg.solve(curve, slope)
    return result


def conditional(examples: Sequence[Example]) -> Array:
    """(signals + 1,) coefficients of a conditional logit (McFadden 1974); the bias is 0.

    Where several sentences hold the fact, the mass is on whichever the model prefers.
    """
    size = examples[0].signals.shape[1]
    result = np.zeros(size)
    for _ in range(25):
        slope, curve = -RIDGE * result, RIDGE * np.eye(size)
        for example in examples:
            table = example.signals
            chance = _softmax(table @ result)
            wanted = chance * example.right / (chance @ example.right)
            mean = chance @ table
            slope += wanted @ table - mean
            curve += (table * chance[:, None]).T @ table - np.outer(mean, mean)
        result += 0.7 * np.linalg.solve(curve, slope)
    return np.append(result, 0.0)


def _softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max())
    chances: Array = powers / powers.sum()
    return chances


Fit = Callable[[Sequence[Example]], Array]


def fitted(examples: Examples, fit: Fit) -> dict[str, float]:
    """Coefficients by name, for signals as they are."""
    standard, mean, spread = _standardised(examples.rows)
    found = fit(standard)
    plain = found[:-1] / spread
    named = dict(zip(examples.names, plain.tolist(), strict=True))
    if found[-1]:
        named["bias"] = float(found[-1] - plain @ mean)
    return {name: round(value, 2) for name, value in named.items()}


def left_out(examples: Examples, fit: Fit) -> Iterator[tuple[Example, Array]]:
    """Every example with its scores by coefficients that did not see its corpus."""
    standard, _, _ = _standardised(examples.rows)
    for corpus in dict.fromkeys(e.corpus for e in standard):
        found = fit([e for e in standard if e.corpus != corpus])
        for example in (e for e in standard if e.corpus == corpus):
            yield example, example.signals @ found[:-1] + found[-1]


def _standardised(rows: Sequence[Example]) -> tuple[list[Example], Array, Array]:
    table = np.concatenate([e.signals for e in rows])
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    scaled = [Example(e.corpus, (e.signals - mean) / spread, e.right, e.weight) for e in rows]
    return scaled, mean, spread


def area(scored: Sequence[tuple[Example, Array]]) -> float:
    """How often a right example scores above a wrong one: the area under the ROC curve."""
    right = np.array([scores[0] for example, scores in scored if example.right[0]])
    wrong = np.array([scores[0] for example, scores in scored if not example.right[0]])
    return float((right[:, None] > wrong[None]).mean())


def first(scored: Sequence[tuple[Example, Array]]) -> float:
    """How often the best-scored alternative is right."""
    return float(np.mean([example.right[scores.argmax()] for example, scores in scored]))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.weights",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--cache", type=Path, metavar="DIR", required=True)
    given = parser.parse_args(arguments)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        lines = [line for file in given.files for line in file.read_text("utf-8").splitlines()]
        corpora = Corpora.read(given.files[0].with_name("corpora.json"))
        found = asyncio.run(collected([Row.read(x) for x in lines if x], corpora, given.cache))
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    for name, examples, fit, judged in (
        ("WORK", found.work, logistic, area),
        ("SENTENCE", found.sentence, conditional, first),
        ("ABOUT", found.about, logistic, area),
        ("AMONG", found.among, logistic, area),
    ):
        unseen = judged(list(left_out(examples, fit)))
        row = {"decision": name, "coefficients": fitted(examples, fit)}
        print(json.dumps({**row, "examples": len(examples.rows), "unseen": round(unseen, 3)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
