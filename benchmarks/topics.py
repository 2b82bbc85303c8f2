"""Topics of records, judged against the keywords that authors gave their papers.

`python -m benchmarks.topics [FILE…] [--half dev|test] [--show]`

FILE is JSONL of papers with `person_id`, `paper`, `title`, `abstract` and `keywords` (separated by
semicolons). Two kinds of records are made of the papers that have keywords: `persons`, all papers
of one person, three or more; and `themes`, up to 24 papers of three themes, a theme being a keyword
that several papers have. What a record is about are the keywords of its papers; of a theme record,
those that two or more of its papers have. The half that a record belongs to is drawn from its name:
settings were chosen on `dev`, `test` is what is reported.

Prints one JSON object a line: the records, the system, and the macro averages at ten topics of
exact F1 (the same stems) and of partial F1, precision and recall (half of all stems in common); a
keyword is found once only.

Systems: `colloquy`; `yake` (Campos et al. 2020, the package `yake`); `tfidf`, runs of one to three
words by their frequency in the record times their rarity in the corpus; `keybert`, after
Grootendorst 2020, the same runs by their cosine with the mean of the works, diversified (MMR) at
0.5, with the model that Colloquy itself uses.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import anyio
import numpy as np

from benchmarks.cache import KeptVectors
from benchmarks.shared import shared_data
from retrieval.embedding import Embedder, open_embedder
from retrieval.sources.snapshot import read_snapshot
from retrieval.text import terms, whole
from retrieval.topics import topics_of
from storage.terms import idf
from storage.works import Work

K = 10
LEAST = 3  # papers of a person
THEMES, A_THEME = 3, 8
BACKGROUND = 5000  # works of the corpus besides the papers themselves
DIVERSITY = 0.5
CANDIDATES = 400

Stems = tuple[str, ...]
System = Callable[["Record"], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper with the keywords of its authors, as stems."""

    title: str
    abstract: str
    keywords: frozenset[Stems]


@dataclass(frozen=True, slots=True)
class Record:
    """Papers, and what they are about."""

    name: str
    papers: tuple[Paper, ...]
    about: frozenset[Stems]


def main() -> None:
    """Run every system on every set and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--half", choices=("dev", "test"), default="test")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir(), "colloquy-cache"))
    parser.add_argument("--only", nargs="*", help="systems to run")
    parser.add_argument("--show", action="store_true", help="name the topics on standard error")
    wanted = parser.parse_args()
    files = wanted.files or [shared_data() / "namesakes" / "openreview_dev.jsonl"]
    people, papers = read(files)
    sets = {"persons": persons(people), "themes": themes(papers)}
    corpus = [whole(p.title, p.abstract) for p in papers] + anyio.run(_background)
    for name, system in systems(corpus, wanted.cache, wanted.only).items():
        for which, records in sets.items():
            half = [r for r in records if _half(r.name) == wanted.half]
            found = {record.name: list(system(record))[:K] for record in half}
            if wanted.show:
                _show(name, half, found)
            print(
                json.dumps({"set": which, "half": wanted.half, "system": name} | score(half, found))
            )


def read(files: Iterable[Path]) -> tuple[dict[str, list[Paper]], list[Paper]]:
    """Papers with keywords of each person, and all papers once."""
    people: dict[str, list[Paper]] = defaultdict(list)
    papers: dict[str, Paper] = {}
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            keywords = {stems(k) for k in re.split(r"[;,]", row.get("keywords") or "")} - {()}
            paper = Paper(row["title"] or "", row["abstract"] or "", frozenset(keywords))
            papers.setdefault(row["paper"], paper)
            if keywords:
                people[row["person_id"]].append(paper)
    return people, list(papers.values())


def persons(people: Mapping[str, Sequence[Paper]]) -> list[Record]:
    """A record for each person with enough papers, about all keywords of theirs."""
    return [
        Record(name, tuple(papers), frozenset(k for p in papers for k in p.keywords))
        for name, papers in people.items()
        if len(papers) >= LEAST
    ]


def themes(papers: Sequence[Paper], number: int = 60) -> list[Record]:
    """Records of several themes each, drawn the same way in every run."""
    by_keyword: dict[Stems, list[Paper]] = defaultdict(list)
    for paper in papers:
        for keyword in sorted(paper.keywords):
            by_keyword[keyword].append(paper)
    common = sorted(k for k, found in by_keyword.items() if len(found) >= 4)
    records = []
    for n in range(number):
        draw = random.Random(n)
        chosen = draw.sample(common, THEMES)
        theirs = {
            (p.title, p.abstract): p
            for keyword in chosen
            for p in draw.sample(by_keyword[keyword], min(A_THEME, len(by_keyword[keyword])))
        }
        counts = Counter(k for p in theirs.values() for k in p.keywords)
        about = frozenset(k for k, count in counts.items() if count > 1)
        records.append(Record(f"theme-{n}", tuple(theirs.values()), about))
    return records


def systems(
    corpus: Sequence[str], cache: Path, only: Sequence[str] | None = None
) -> dict[str, System]:
    """Every system, ready to name the topics of a record."""
    embedder = KeptVectors(open_embedder(cache), cache)
    frequencies = Counter(term for text in corpus for term in terms(text))
    rarity = {term: idf(count, len(corpus)) for term, count in frequencies.items()}
    runs = Counter(run for text in corpus for run in set(_runs(text)))
    found: dict[str, System] = {
        "colloquy": lambda record: _colloquy(record, rarity),
        "yake": _yake,
        "tfidf": lambda record: _tfidf(record, runs, len(corpus)),
        "keybert": lambda record: _keybert(record, embedder),
    }
    return {name: system for name, system in found.items() if not only or name in only}


def score(records: Sequence[Record], found: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Macro averages over records."""
    exact, partial = [], []
    for record in records:
        names = [stems(name) for name in found[record.name]]
        exact.append(_prf(names, record.about, lambda a, b: set(a) == set(b)))
        partial.append(_prf(names, record.about, _alike))
    return {
        "records": len(records),
        f"exact_f1@{K}": _mean(f for _, _, f in exact),
        f"f1@{K}": _mean(f for _, _, f in partial),
        f"precision@{K}": _mean(p for p, _, _ in partial),
        f"recall@{K}": _mean(r for _, r, _ in partial),
        "topics": _mean(float(len(found[r.name])) for r in records),
    }


def stems(text: str) -> Stems:
    """A phrase as sorted stems, without stop words."""
    return tuple(sorted(terms(text)))


def _prf(
    names: Sequence[Stems], about: frozenset[Stems], alike: Callable[[Stems, Stems], bool]
) -> tuple[float, float, float]:
    """Precision, recall and F1; a keyword is found once, by the first topic that is like it."""
    left = sorted(about)
    right = 0
    for name in names:
        like = [keyword for keyword in left if alike(name, keyword)]
        if like:
            left.remove(max(like, key=lambda k: (len(set(k) & set(name)) / len({*k, *name}), k)))
            right += 1
    precision = right / len(names) if names else 0.0
    recall = right / len(about) if about else 0.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def _alike(one: Stems, other: Stems) -> bool:
    a, b = set(one), set(other)
    return 2 * len(a & b) >= len(a | b) > 0


def _colloquy(record: Record, rarity: Mapping[str, float]) -> list[str]:
    works = [
        Work(id=n, source_id=str(n), title=p.title, abstract=p.abstract, year=2024)
        for n, p in enumerate(record.papers)
    ]
    return [topic.name for topic in topics_of(works, rarity)]


def _yake(record: Record) -> list[str]:
    from yake import KeywordExtractor

    extractor = KeywordExtractor(lan="en", n=3, top=2 * K)
    text = "\n\n".join(whole(p.title, p.abstract) for p in record.papers)
    return [phrase for phrase, _ in extractor.extract_keywords(text)]


def _tfidf(record: Record, runs: Mapping[str, int], total: int) -> list[str]:
    counts = Counter(run for p in record.papers for run in _runs(whole(p.title, p.abstract)))
    return sorted(counts, key=lambda r: (-counts[r] * idf(runs.get(r, 0), total), r))[:K]


def _keybert(record: Record, embedder: Embedder) -> list[str]:
    texts = [whole(p.title, p.abstract) for p in record.papers]
    counts = Counter(run for text in texts for run in _runs(text))
    phrases = sorted(counts, key=lambda r: (-counts[r], r))[:CANDIDATES]
    center = embedder.encode(texts).mean(axis=0)
    matrix = embedder.encode(phrases)
    fit = matrix @ (center / np.linalg.norm(center))
    alike = matrix @ matrix.T
    chosen = [int(np.argmax(fit))]
    while len(chosen) < min(K, len(phrases)):
        value = (1 - DIVERSITY) * fit - DIVERSITY * alike[:, chosen].max(axis=1)
        value[chosen] = -np.inf
        chosen.append(int(np.argmax(value)))
    return [phrases[n] for n in chosen]


def _runs(text: str) -> list[str]:
    """Runs of one to three words without a stop word at either end."""
    found = []
    for clause in re.split(r"[.,;:!?()\[\]\"“”]", text.lower()):
        words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", clause)
        for size in (1, 2, 3):
            for start in range(len(words) - size + 1):
                run = words[start : start + size]
                if terms(run[0]) and terms(run[-1]) and not run[0].isdigit():
                    found.append(" ".join(run))
    return found


async def _background() -> list[str]:
    file = shared_data() / "arxiv_2025_2026.jsonl.gz"
    found: list[str] = []
    async with aclosing(read_snapshot(file)) as papers:
        async for paper in papers:
            found.append(whole(paper.title, paper.abstract))
            if len(found) == BACKGROUND:
                break
    return found


def _half(name: str) -> str:
    return "dev" if zlib.crc32(name.encode()) % 2 else "test"


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return round(fmean(listed), 3) if listed else 0.0


def _show(system: str, records: Sequence[Record], found: Mapping[str, Sequence[str]]) -> None:
    for record in records:
        about = "; ".join(sorted(" ".join(k) for k in record.about))
        print(f"{system} {record.name}: {found[record.name]}\n    {about}", file=sys.stderr)


if __name__ == "__main__":
    main()
