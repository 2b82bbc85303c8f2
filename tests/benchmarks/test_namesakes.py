import json
from pathlib import Path

import pytest

from benchmarks.namesakes import b_cubed, calibration, coauthors, load, measure, one_person, places
from retrieval.embedding import Embedder

TOPICS = {
    "graphs": ("Sparse graph cuts", "We find sparse cuts of large graphs in linear time."),
    "birds": ("Songs of reed warblers", "Reed warblers learn songs from older neighbours."),
}


@pytest.fixture
def names(tmp_path: Path, embedder: Embedder) -> Path:
    """One name of two people: one on graphs with Ada, one on birds with Bo."""
    rows = []
    for person, coauthor in (("graphs", "Ada Byron"), ("birds", "Bo Nilsson")):
        title, abstract = TOPICS[person]
        rows += [
            {
                "block": "wei li", "person_id": person, "name_shown": "Wei Li",
                "paper": f"{person}{n}", "title": f"{title} {n}", "abstract": abstract,
                "coauthors": [coauthor], "affiliation": "", "year": 2020 + n,
            }
            for n in range(3)
        ]  # fmt: skip
    path = tmp_path / "two.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def test_two_people_are_told_apart_and_scored(names: Path, embedder: Embedder) -> None:
    lines = list(measure(load(names, embedder)))
    f1 = {line["system"]: line["b3_f1"] for line in lines if "system" in line}
    assert f1["colloquy"] == f1["coauthors"] == 1.0
    assert f1["one_person"] == pytest.approx(2 / 3, abs=1e-3)
    assert lines[-1]["places"] == 6
    assert lines[-1]["right"] == 1.0
    assert lines[-1]["error"] == pytest.approx(1.0 - lines[-1]["mean_certainty"], abs=1e-3)


def test_labels_are_no_part_of_what_is_split(names: Path, embedder: Embedder) -> None:
    block = load(names, embedder).blocks[0]
    assert one_person(block) == [[0, 1, 2, 3, 4, 5]]
    assert sorted(map(sorted, coauthors(block))) == [[0, 1, 2], [3, 4, 5]]


def test_b_cubed_by_hand() -> None:
    # Works 0, 1 together and 2 apart, where 1 and 2 are one person's.
    assert b_cubed([[[0, 1], [2]]], [("a", "b", "b")]) == pytest.approx((2 / 3, 2 / 3, 2 / 3))


def test_a_place_alone_is_right_only_without_others_of_its_person() -> None:
    assert places([[0, 1, 2], [3]], ("a", "a", "b", "a")) == {0: True, 1: True, 2: False, 3: False}
    assert places([[0], [1, 2]], ("a", "b", "b")) == {0: True, 1: True, 2: True}


def test_calibration_by_hand() -> None:
    assert calibration([0.95, 0.95], [True, True]) == pytest.approx(0.05)
    assert calibration([0.95, 0.15], [False, False]) == pytest.approx(0.55)
