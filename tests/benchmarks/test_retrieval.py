"""The figures are those of trec_eval, on stdout, one object a line; trouble is named."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.cache import KeptVectors
from benchmarks.collections import load
from benchmarks.retrieval import main, scores
from retrieval.embedding import MiniLM

DOCUMENTS = [
    {"id": "a", "title": "Ghost modules", "text": "Cheap operations make feature maps. Phones."},
    {"id": "b", "title": "Bird song", "text": "Finches learn from tutors. Lesions impair it."},
    {"id": "c", "title": "", "text": "Patients who drank tea slept less."},
    {"id": "d", "title": "Bird song again", "text": "Finches learn from their tutors."},
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    queries = [
        {"id": "1", "text": "neural networks for mobile phones"},
        {"id": "2", "text": "Finches learn from their tutors.", "exclude": "d"},
        {"id": "3", "text": "a question that nobody judged"},
    ]
    target = tmp_path / "tiny"
    target.mkdir()
    (target / "docs.jsonl").write_text("\n".join(map(json.dumps, DOCUMENTS)))
    (target / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (target / "qrels.tsv").write_text("query_id\tdoc_id\trelevance\n1\ta\t2\n2\tb\t1\n2\tc\t0\n")
    return target


def test_four_systems_one_object_a_line(
    folder: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder), "--cache", str(cache)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["system"] for row in rows] == ["colloquy", "bm25", "dense", "rrf"]
    for row in rows:
        assert row["collection"] == "tiny"
        assert row["ndcg@10"] == row["mrr@10"] == row["recall@10"] == row["recall@100"] == 1.0
        assert 0 <= row["p50_ms"] <= row["p95_ms"]


def test_only_judged_questions_count(folder: Path) -> None:
    collection = load(folder)
    assert [query.id for query in collection.queries] == ["1", "2"]
    assert collection.queries[1].exclude == {"d"}


def test_scores_are_those_of_trec_eval() -> None:
    relevance = {"1": {"a": 1, "b": 2}, "2": {"x": 1}, "3": {"y": 1}}
    rankings = {"1": ["a", "z", "b"], "2": [*map(str, range(10)), "x"]}
    found = scores(rankings, relevance)
    gain = (1 + 2 / math.log2(4)) / (2 + 1 / math.log2(3))
    assert found["ndcg@10"] == pytest.approx(gain / 3, abs=1e-4)
    assert found["recall@10"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["recall@100"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["mrr@10"] == pytest.approx(1 / 3, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("qrels.tsv", "header\n1 a 1\n", "qrels.tsv, line 2"),
        ("docs.jsonl", '{"id": "a", "text": "x"}\n{"id"\n', "docs.jsonl, line 2"),
        ("queries.jsonl", '{"id": "1"}\n', "queries.jsonl, line 1"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(
    folder: Path,
    cache: Path,
    name: str,
    content: str,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder / name).write_text(content)
    assert main([str(folder), "--cache", str(cache)]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_a_folder_that_is_none_is_named(
    tmp_path: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "absent"), "--cache", str(cache)]) == 2
    assert "absent" in capsys.readouterr().err


def test_kept_vectors_are_those_of_the_model(cache: Path, tmp_path: Path) -> None:
    model = MiniLM(cache)
    kept = KeptVectors(model, tmp_path)
    texts = ["one text", "another", "one text"]
    first = kept.encode(texts)
    assert np.array_equal(first, model.encode(texts))
    assert np.array_equal(KeptVectors(model, tmp_path).encode(texts), first)
    assert kept.encode([]).shape == (0, 384)
