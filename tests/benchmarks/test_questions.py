"""The questions themselves, and how answers to them are judged."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from benchmarks.questions import SAMPLE, Corpora, Row, chosen, judge, normalised, occurs, rates
from retrieval.cited import Answer, Citation
from retrieval.question.kinds import Kind
from retrieval.question.typed import Question
from retrieval.sources.snapshot import read_snapshot
from storage.works import Work

FOLDER = Path(__file__).parents[2] / "benchmarks" / "questions"
RECORD = {"who", "count", "busiest", "when", "record"}
"""Kinds whose facts stand in the record, not in an abstract."""


def rows(name: str) -> list[Row]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [Row.read(line) for line in lines]


TUNE = [row for file in sorted(FOLDER.glob("tune*.jsonl")) for row in rows(file.name)]
HELD = [row for file in sorted(FOLDER.glob("held*.jsonl")) for row in rows(file.name)]
CORPORA = Corpora.read(FOLDER / "corpora.json")


# The files ------------------------------------------------------------------------------------


def test_there_are_enough_of_every_sort_in_both_halves() -> None:
    for half, name in ((TUNE, "tune"), (HELD, "held")):
        assert len(half) >= 75
        assert {row.half for row in half} == {name}
        assert "sample" in {row.corpus for row in half} <= set(CORPORA.rules)
        assert 0.15 < sum(not row.answerable for row in half) / len(half) < 0.4
        kinds = Counter(row.kind for row in half)
        for kind in ("near", "number", "fact", "paraphrase", "acronym", "premise", "list"):
            assert kinds[kind] >= 3, kind


def test_ids_are_unique_and_so_are_questions_over_one_corpus() -> None:
    everything = TUNE + HELD
    assert len({row.id for row in everything}) == len(everything)
    assert len({(row.corpus, row.question.casefold()) for row in everything}) == len(everything)


def test_no_question_of_one_half_is_a_near_copy_in_the_other() -> None:
    def wanted(row: Row) -> object:
        return (row.corpus, row.sources, row.facts) if row.answerable else row.corpus

    for one in TUNE:
        for other in HELD:
            if wanted(one) == wanted(other):
                assert fuzz.ratio(one.question.lower(), other.question.lower()) < 80, one.question


def test_only_answerable_questions_have_sources_and_facts() -> None:
    for row in TUNE + HELD:
        if not row.answerable:
            assert not row.sources
            assert not row.facts
        else:
            assert row.sources or row.facts, row.question


@pytest.fixture(scope="module")
def lines() -> dict[str, list[str]]:
    """The lines of every corpus; none for the sample, which the project holds."""
    try:
        return chosen(CORPORA.rules)
    except FileNotFoundError as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("corpus", sorted(CORPORA.rules))
async def test_every_source_is_in_its_corpus_and_holds_the_facts(
    corpus: str, lines: dict[str, list[str]], tmp_path: Path
) -> None:
    path = SAMPLE
    if lines[corpus]:
        path = tmp_path / "works.jsonl"
        path.write_text("".join(lines[corpus]), encoding="utf-8")
    papers = {paper.source_id: paper async for paper in read_snapshot(path)}
    for row in TUNE + HELD:
        if row.corpus != corpus:
            continue
        assert set(row.sources) | set(row.also) <= papers.keys(), row.id
        if row.kind in RECORD or not row.sources:
            continue
        texts = [normalised(papers[s].title + "\n" + papers[s].abstract) for s in row.sources]
        for alternatives in row.facts:
            assert any(occurs(fact, text) for fact in alternatives for text in texts), row.id


# Judging --------------------------------------------------------------------------------------


def answer(text: str, *works: str, quote: str = "", refused: bool = False) -> Answer:
    citations = tuple(
        Citation(
            number=n,
            work=Work(id=n, source_id=source, title="T", abstract="A", year=2020),
            quote=quote,
        )
        for n, source in enumerate(works, 1)
    )
    return Answer(
        question=Question(text="?", kind=Kind.CONTENT),
        text=text,
        citations=citations,
        refused=refused,
        scope="",
        writer="quoting",
        note=None,
        passages=(),
        seconds=0.1,
    )


def row(**changes: object) -> Row:
    plain = {
        "id": "1",
        "corpus": "sample",
        "researcher": None,
        "question": "?",
        "answerable": True,
        "sources": ["a", "b"],
        "facts": [["75.7%"], ["two", "2"]],
    }
    return Row.read(json.dumps({**plain, **changes}))


def test_one_acceptable_source_is_enough_unless_all_are_wanted() -> None:
    given = answer("75.7% [1] of two", "a", "c")
    assert judge(row(), given).source is True
    assert judge(row(all=True), given).source is False
    assert judge(row(all=True), answer("x", "a", "b")).source is True
    assert judge(row(all=True), answer("x", "a", "b", "c")).source is False
    assert judge(row(all=True, also=["c"]), answer("x", "a", "b", "c")).source is True
    assert judge(row(sources=[]), given).source is None


def test_facts_count_in_text_and_quotes_as_whole_numbers() -> None:
    assert judge(row(), answer("It is good.", "a", quote=r"$75.7\%$ in two runs")).fact is True
    assert judge(row(), answer("75.7% in 20 runs", "a")).fact is False
    assert judge(row(), answer("175.7% in 2 runs", "a")).fact is False
    assert judge(row(facts=[["8"]]), answer("8.5 or 1,8", "a")).fact is False
    assert judge(row(facts=[["PanGu-pi"]]), answer("the pangu-pi family.", "a")).fact is True
    assert judge(row(facts=[]), answer("x", "a")).fact is None


def test_refusing_is_right_only_where_nothing_answers() -> None:
    refusal = answer("I found nothing.", refused=True)
    assert judge(row(), refusal).refusal is False
    assert judge(row(), refusal).source is False
    assert judge(row(), refusal).fact is False
    foreign = row(answerable=False, sources=[], facts=[])
    assert judge(foreign, refusal).refusal is True
    assert judge(foreign, answer("75.7%", "a")).refusal is False


def test_rates_come_with_their_counts() -> None:
    foreign = row(answerable=False, sources=[], facts=[])
    outcomes = [
        judge(row(), answer("75.7% and two", "a")),
        judge(row(), answer("no", refused=True)),
        judge(foreign, answer("no", refused=True)),
    ]
    assert rates(outcomes) == {
        "source": 0.5,
        "source_counts": [1, 2],
        "fact": 0.5,
        "fact_counts": [1, 2],
        "refusal": 0.6667,
        "refusal_counts": [2, 3],
        "refused_unanswerable": 1.0,
        "refused_unanswerable_counts": [1, 1],
        "refused_answerable": 0.5,
        "refused_answerable_counts": [1, 2],
    }


def test_questions_are_asked_on_a_fixed_day() -> None:
    assert CORPORA.today == date(2026, 11, 22)
