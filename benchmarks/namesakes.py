"""The product's splitting of a name into persons beside its peers, on labelled names.

    python -m benchmarks.namesakes FILE… [--cache DIR] [--fit]

Each FILE is a set of names: JSON lines with block, person_id, name_shown, paper, title, abstract,
coauthors, affiliation and year. A block is one name as a source lists it; `person_id` is read by
the scorer alone. Four systems split every block:

    colloquy     the product's own splitting (`retrieval.namesakes.split`)
    one_person   everybody of one name is one person
    coauthors    works that share a co-author, directly or by others, are one person's
    embeddings   average linkage of the texts' vectors, at the threshold that is best on this set

One JSON object a line on standard output for each set and system: B³ precision, recall and F1
(Bagga & Baldwin 1998), averaged over all works of the set. With `--fit` also "colloquy_refitted":
the weights of the evidence fitted on four fifths of the blocks and scored on the last fifth, in
turn, so that no block is scored with weights that saw it. Last of each set, how far the
certainties that people are shown can be trusted: `mean_certainty` of all places beside the share of
them that is `right`, and `error`, the expected calibration error in ten bins (Guo et al. 2017). A
place is right with others where it is by the person of most of them, alone where it is the only
work of its person. Progress goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cache import KeptVectors
from retrieval.embedding import Embedder, open_embedder
from retrieval.namesakes.likeness import KINDS, Matrix, Signature, weigh
from retrieval.namesakes.linkage import grouped
from retrieval.namesakes.splitting import split
from retrieval.text import whole
from storage.names import name_key

FOLDS = 5
RIDGE = 1.0
BINS = 10

Split = list[list[int]]


@dataclass(frozen=True, slots=True)
class Block:
    """The works of one name, without labels."""

    name: str
    signatures: tuple[Signature, ...]
    together: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class NameSet:
    """Blocks, and beside them who is who: labels[b][n] of work n of block b."""

    name: str
    blocks: tuple[Block, ...]
    labels: tuple[tuple[str, ...], ...]


def load(path: Path, embedder: Embedder) -> NameSet:
    """Read a set and embed its texts."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    teams: dict[str, set[str]] = defaultdict(set)
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            rows[row["block"]].append(row)
            teams[row["paper"]] |= {row["name_shown"], *row["coauthors"]}
    everything = [row for block in rows.values() for row in block]
    texts = [whole(row["title"] or "", row.get("abstract") or "") for row in everything]
    vectors = iter(embedder.encode(texts))
    by_name: dict[str, set[str]] = defaultdict(set)
    for paper, team in teams.items():
        for name in team:
            by_name[name].add(paper)
    blocks = []
    for name, block in rows.items():
        own = {row["paper"] for row in block}
        known = {author for row in block for author in row["coauthors"]}
        others = {paper for author in known for paper in by_name[author]} - own
        signatures = tuple(
            Signature(
                n,
                tuple(row["coauthors"]),
                next(vectors),
                categories=tuple(row.get("categories") or ()),
                affiliation=row.get("affiliation") or "",
            )
            for n, row in enumerate(block)
        )
        together = tuple(tuple(teams[paper] & known) for paper in sorted(others))
        blocks.append(Block(name, signatures, together))
    labels = tuple(tuple(row["person_id"] for row in block) for block in rows.values())
    return NameSet(path.stem, tuple(blocks), labels)


# Systems ----------------------------------------------------------------------------------


def colloquy(block: Block) -> Split:
    """The product; a work that it leaves unplaced is a person's of its own."""
    groups = split(block.signatures, block.name, block.together)
    found = [[place.work_id for place in group.works] for group in groups]
    placed = {n for group in found for n in group}
    return found + [[n] for n in range(len(block.signatures)) if n not in placed]


def one_person(block: Block) -> Split:
    """Merging on the name alone."""
    return [list(range(len(block.signatures)))]


def coauthors(block: Block) -> Split:
    """Works that share a co-author of the same written name, in single linkage."""
    own = name_key(block.name)
    teams = [{name_key(author) for author in s.coauthors} - {own} for s in block.signatures]
    shared = np.array([[bool(one & two) for two in teams] for one in teams], float)
    return grouped(shared, shared * 100, threshold=0.5)


def embeddings(threshold: float) -> Callable[[Block], Split]:
    """Average linkage of cosines down to a threshold."""

    def system(block: Block) -> Split:
        rows = np.stack([s.vector for s in block.signatures if s.vector is not None])
        cosine = (rows @ rows.T).astype(float)
        return grouped(cosine, np.zeros_like(cosine), threshold=threshold)

    return system


# Scoring ----------------------------------------------------------------------------------


def b_cubed(found: Sequence[Split], labels: Sequence[Sequence[str]]) -> tuple[float, float, float]:
    """B³ precision, recall and F1 over all works of all blocks."""
    precision = recall = 0.0
    for groups, truth in zip(found, labels, strict=True):
        sizes = Counter(truth)
        for group in groups:
            for person, both in Counter(truth[n] for n in group).items():
                precision += both * both / len(group)
                recall += both * both / sizes[person]
    total = sum(len(truth) for truth in labels)
    precision, recall = precision / total, recall / total
    return precision, recall, 2 * precision * recall / (precision + recall)


def places(groups: Split, truth: Sequence[str]) -> dict[int, bool]:
    """Work -> whether its place is right."""
    right = {}
    for group in groups:
        most = Counter(truth[n] for n in group).most_common(1)[0][0]
        elsewhere = {person for n, person in enumerate(truth) if n not in group}
        for n in group:
            right[n] = truth[n] == most if len(group) > 1 else truth[n] not in elsewhere
    return right


def calibration(certainties: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error: how far certainty and truth are apart, bin by bin."""
    sure, true = np.array(certainties), np.array(right, float)
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    apart = [abs(float((sure - true)[bins == n].sum())) for n in range(BINS)]
    return sum(apart) / len(sure)


def trust(names: NameSet) -> dict[str, Any]:
    """One line on the certainties of the product's places."""
    certainties: list[float] = []
    right: list[bool] = []
    for block, truth in zip(names.blocks, names.labels, strict=True):
        groups = split(block.signatures, block.name, block.together)
        true = places([[place.work_id for place in g.works] for g in groups], truth)
        for place in (place for group in groups for place in group.works):
            certainties.append(place.certainty)
            right.append(true[place.work_id])
    return {
        "set": names.name,
        "places": len(right),
        "mean_certainty": round(float(np.mean(certainties)), 4),
        "right": round(float(np.mean(right)), 4),
        "error": round(calibration(certainties, right), 4),
    }


def _best_embeddings(names: NameSet) -> list[Split]:
    """The kindest threshold, so that the peer is not beaten by a bad choice of ours."""
    runs = [
        [embeddings(threshold)(block) for block in names.blocks]
        for threshold in np.arange(0.2, 0.7, 0.05)
    ]
    return max(runs, key=lambda run: b_cubed(run, names.labels)[2])


# Fitting ----------------------------------------------------------------------------------


def fit(evidence: Sequence[Matrix], labels: Sequence[Sequence[str]]) -> Matrix:
    """(k,) weights of a ridge logistic regression over all pairs of one block; every work counts
    the same, however large its block. Evidence for a pair never counts against it.
    """
    rows, truth, mass = [], [], []
    for kinds, people in zip(evidence, labels, strict=True):
        one, two = np.triu_indices(len(people), 1)
        rows.append(kinds[:, one, two].T)
        truth.append(
            [people[i] == people[j] for i, j in zip(one.tolist(), two.tolist(), strict=True)]
        )
        mass.append(np.full(len(one), 2 / max(len(people) - 1, 1)))
    x, y, m = np.vstack(rows), np.concatenate(truth).astype(float), np.concatenate(mass)
    against = {KINDS.index("prior"), KINDS.index("strangers"), KINDS.index("elsewhere")}
    used = np.ones(len(KINDS), bool)
    while True:
        weights = _newton(x[:, used], y, m)
        full = np.zeros(len(KINDS))
        full[used] = weights
        wrong = [k for k in np.flatnonzero(used) if k not in against and full[k] < 0]
        if not wrong:
            return full
        used[wrong] = False


def _newton(x: Matrix, y: Matrix, mass: Matrix) -> Matrix:
    weights = np.zeros(x.shape[1])
    penalty = np.full(x.shape[1], RIDGE)
    for _ in range(30):
        chance = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (mass * (y - chance)) - penalty * weights
        curve = (x * (mass * chance * (1 - chance))[:, None]).T @ x + np.diag(penalty)
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def _refitted(names: NameSet) -> list[Split]:
    """Every block split with weights that were fitted on other blocks."""
    evidence = [weigh(block.signatures, block.together, block.name) for block in names.blocks]
    found: dict[int, Split] = {}
    for fold in range(FOLDS):
        rest = [n for n in range(len(evidence)) if n % FOLDS != fold]
        weights = fit([evidence[n].kinds for n in rest], [names.labels[n] for n in rest])
        for n in range(fold, len(evidence), FOLDS):
            found[n] = grouped(evidence[n].log_odds(weights), evidence[n].ties(weights))
        print(
            f"fold {fold + 1}: {dict(zip(KINDS, weights.round(2).tolist(), strict=True))}",
            file=sys.stderr,
        )
    return [found[n] for n in range(len(evidence))]


def measure(names: NameSet, *, refit: bool = False) -> Iterator[dict[str, Any]]:
    """One line of results for each system."""
    systems: Mapping[str, Callable[[], list[Split]]] = {
        "colloquy": lambda: [colloquy(block) for block in names.blocks],
        "one_person": lambda: [one_person(block) for block in names.blocks],
        "coauthors": lambda: [coauthors(block) for block in names.blocks],
        "embeddings": lambda: _best_embeddings(names),
    }
    if refit:
        systems = {**systems, "colloquy_refitted": lambda: _refitted(names)}
    for system, run in systems.items():
        precision, recall, f1 = b_cubed(run(), names.labels)
        yield {
            "set": names.name,
            "system": system,
            "b3_precision": round(precision, 4),
            "b3_recall": round(recall, 4),
            "b3_f1": round(f1, 4),
        }
    yield trust(names)


def main() -> None:
    """Read the command line and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.namesakes")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--cache", type=Path, help="a folder that keeps vectors between runs")
    parser.add_argument("--fit", action="store_true", help="also with weights fitted by folds")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache = arguments.cache or Path(folder)
        embedder = KeptVectors(open_embedder(cache), cache)
        for path in arguments.files:
            print(f"{path}: embedding", file=sys.stderr)
            for line in measure(load(path, embedder), refit=arguments.fit):
                print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
