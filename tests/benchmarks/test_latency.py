"""What the latency benchmark stores is what it says, and its lines hold what they should."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks import latency
from benchmarks.stocked import Perturbed, beyond, stock
from storage.vectors import Matrix


class Random:
    name = "random/1"
    dimensions = 384

    def encode(self, texts: Sequence[str]) -> Matrix:
        rows = np.random.default_rng(len(texts)).normal(size=(len(texts), 384))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows.astype(np.float32)

    def encode_question(self, text: str) -> Matrix:
        row: Matrix = self.encode([text])[0]
        return row


@pytest.fixture
def abstracts(tmp_path: Path) -> Path:
    file = tmp_path / "abstracts.jsonl"
    rows = (
        {"title": f"Title {n}", "abstract": f"Text {n}. More.", "year": 2025} for n in range(100)
    )
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def test_perturbed_vectors_are_near_those_of_their_kind() -> None:
    documents, sentences = Random().encode(["x"] * 3), Random().encode(["x"] * 5)
    perturbed = Perturbed(Random(), documents, sentences)
    rows = perturbed.encode(["a whole abstract " * 40, "a sentence"])
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    assert 0.9 < (documents @ rows[0]).max() < 0.96
    assert 0.9 < (sentences @ rows[1]).max() < 0.96


async def test_a_directory_is_stocked_once_and_further(abstracts: Path, tmp_path: Path) -> None:
    from benchmarks.stocked import database_in
    from storage import vectors, works

    for size in (40, 40, 60):
        await stock(tmp_path / "data", size, 50, Random(), abstracts)
        database = database_in(tmp_path / "data")
        async with database.read() as session:
            assert await works.count(session, ()) == size
            assert await vectors.count(session, Random.name) == size
        await database.close()


async def test_works_to_import_are_none_of_the_stored(abstracts: Path) -> None:
    found = await beyond(abstracts, 60, 5)
    assert [paper.title for paper in found] == [f"Title {n}" for n in range(65, 70)]


@pytest.mark.slow
def test_the_sample_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--sizes", "35", "--cache", str(tmp_path), "--works", "8"]
    assert latency.main(arguments) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    answers = [row for row in rows if row["measure"] == "answer"]
    assert [row["scope"] for row in answers] == ["researcher", "everything"]
    for row in answers:
        assert row["stored"] == 35
        assert row["embedding_p50_ms"] < row["bare_p50_ms"] < row["p50_ms"] < 5000
    assert rows[-1]["measure"] == "start"
    assert 50 < rows[-1]["peak_mb"] < 2000
