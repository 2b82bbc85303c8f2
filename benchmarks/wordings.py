"""The weights by which a request for works is told from a question, fitted on wordings.

    python -m benchmarks.wordings [FILES…] [--write]

FILES are JSONL files of questions as `benchmarks.questions` has them; without any, all those for
tuning. Beside them stands `wordings.jsonl`: texts of many hands, each with `hand`, `text`, `list`
(whether works on a topic are asked for) and, if so, `topic`, the stretch of the text that names it.

Two models are fitted by logistic regression (see `retrieval.question.lists`, which reads the
weights that --write puts beside it). Two JSON objects tell how good they are on texts of a hand
that they were not fitted on, all hands left out in turn:

    asked     recall of requests for works, and the share of other texts taken for one; the same of
              the questions, a group of their corpora left out in turn
    topic     how often the topic is found to the letter, and with the words that matter
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.question import courtesy, lists
from retrieval.question.kinds import RULES
from retrieval.question.topic import LEAST_LIKELY
from retrieval.text import terms

Array = NDArray[np.float64]
_FUNCTION_WORDS = frozenset(
    "a an and as at by for from in into of on or the to with without".split()
)
QUESTIONS = Path(__file__).parent / "questions"
HANDS, TIMES = 5, 8
"""In the texts of so many hands, and so many times, has a word to occur to belong to the frame."""
SEEN = {"asked": 5, "topic": 3}
"""Texts, and words, in which a feature has to occur."""
RIDGE = 1 / 3
GROUPS = 4
_LISTS = ("list", "works_about", "notopic")
_NO_LISTS = (
    "acronym chatty fact keyword near nomethod number paraphrase premise two_part typo"
).split()
_EITHER_WAY = re.compile(r"^\W*(?:\w+\W+){0,3}?(?:any(?:thing)?|something|stuff|there)\b", re.I)
"""How a question begins that a work is described in, and that may be taken for a list."""
_PERSON = re.compile(r"\b(?:she|he|they|the (?:lab|group|team)|this (?:person|researcher))\b", re.I)


_OWNER = re.compile(r"\b(?:her|his|their)\b", re.I)


@dataclass(frozen=True, slots=True)
class Text:
    """A text, whether works are asked for, and where the topic stands (nowhere: not known)."""

    hand: str
    text: str
    asked: bool
    topic: tuple[int, int] = (0, 0)

    @property
    def told(self) -> str:
        return self.text[slice(*self.topic)]

    def holds(self, token: lists.Token) -> bool:
        """Whether a token of the text belongs to the topic."""
        return self.topic[0] <= token.start and token.end <= self.topic[1]


# Reading --------------------------------------------------------------------------------------


def of_hands(path: Path) -> list[Text]:
    """The texts of a file of wordings; those that the record answers say nothing here."""
    return [text for line in path.read_text("utf-8").splitlines() if (text := _of_hand(line))]


def _of_hand(line: str) -> Text | None:
    row = json.loads(line)
    text = courtesy.bare(row["text"])
    start = text.find(row["topic"]) if row["list"] else 0
    end = start + len(row.get("topic", ""))
    return _open(Text(row["hand"], text, row["list"], (start, end)))


def of_questions(paths: Iterable[Path]) -> list[Text]:
    """Questions whose kind says whether works on a topic are asked for, a corpus for a hand."""
    rows = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    return [text for row in rows if (text := _of_question(row))]


def _of_question(row: dict[str, Any]) -> Text | None:
    if row["kind"] not in (*_LISTS, *_NO_LISTS):
        return None
    if row["kind"] == "paraphrase" and _EITHER_WAY.search(row["question"]):
        return None
    text = courtesy.bare(row["question"])
    if name := row["researcher"]:
        names = rf"\b(?:{re.escape(name)}|{re.escape(name.split()[-1])})\b"
        text = re.sub(names, "R", text, flags=re.IGNORECASE)
    return _open(Text(row["corpus"], text, row["kind"] in _LISTS))


def _open(text: Text) -> Text | None:
    """The text, if it is not told by a rule what it asks."""
    return None if any(rule.pattern.search(text.text) for rule in RULES) else text


def with_names(texts: Sequence[Text]) -> list[Text]:
    """The texts, and those about somebody once more with a name in place of the pronoun."""
    named = [_named(text) for text in texts]
    return [*texts, *(n for t, n in zip(texts, named, strict=True) if n.text != t.text)]


def _named(text: Text) -> Text:
    start, end = text.topic
    before, after = (
        _OWNER.sub("R's", _PERSON.sub("R", part)) for part in (text.text[:start], text.text[end:])
    )
    topic = (len(before), len(before) + end - start)
    return replace(text, text=f"{before}{text.told}{after}", topic=topic)


# Fitting --------------------------------------------------------------------------------------


def fitted(texts: Sequence[Text]) -> lists.Model:
    """The model of these texts."""
    words = _frame(texts)
    whole = with_names(texts)
    asked = [lists.asked_features(lists.tokens(t.text), words) for t in whole]
    inside: list[bool] = []
    parts: list[dict[str, float]] = []
    for text in (t for t in whole if t.told):
        found = lists.tokens(text.text)
        parts += lists.topic_features(found, words)
        inside += [text.holds(token) for token in found]
    return lists.Model(
        words,
        _weights(asked, [t.asked for t in whole], SEEN["asked"]),
        _weights(parts, inside, SEEN["topic"]),
    )


def _frame(texts: Sequence[Text]) -> frozenset[str]:
    """The words that many hands use, whatever they ask about: few of them are a topic's."""
    hands: dict[str, set[str]] = defaultdict(set)
    times, inside, outside = Counter[str](), Counter[str](), Counter[str]()
    for text in texts:
        for token in lists.tokens(text.text):
            word = lists.plain(token.word)
            hands[word].add(text.hand)
            times[word] += 1
            if text.told:
                (inside if text.holds(token) else outside)[word] += 1
    common = {w for w in times if len(hands[w]) >= HANDS and times[w] >= TIMES}
    framing = {w for w in common if inside[w] <= outside[w] or w in _FUNCTION_WORDS}
    return frozenset(framing | {"R"})


def _weights(
    rows: Sequence[dict[str, float]], truth: Sequence[bool], seen: int
) -> dict[str, float]:
    """Weights of the features by name, of those that are seen often enough, and the `bias`."""
    known = Counter(name for row in rows for name in row)
    columns = {name: n for n, name in enumerate(sorted(k for k in known if known[k] >= seen))}
    kept = [[(columns[k], x) for k, x in row.items() if k in columns] for row in rows]
    found = _logistic(kept, np.array(truth, float), len(columns))
    named = {name: round(float(found[n]), 2) for name, n in columns.items()}
    return {name: x for name, x in named.items() if x} | {"bias": round(float(found[-1]), 2)}


def _logistic(rows: Sequence[Sequence[tuple[int, float]]], truth: Array, number: int) -> Array:
    """(number + 1,) weights and bias of a ridge logistic regression, by accelerated gradient
    descent (Nesterov 1983) on sparse rows.
    """
    row = np.array([n for n, features in enumerate(rows) for _ in features])
    column = np.array([c for features in rows for c, _ in features])
    value = np.array([x for features in rows for _, x in features])
    step = 1.0 / (0.25 * _largest(row, column, value, len(rows), number) + RIDGE)
    weights = ahead = np.zeros(number + 1)
    for n in range(3000):
        scores = np.bincount(row, value * ahead[column], len(rows)) + ahead[-1]
        error = 1.0 / (1.0 + np.exp(-scores)) - truth
        slope = np.append(np.bincount(column, value * error[row], number), error.sum())
        slope[:-1] += RIDGE * ahead[:-1]
        after = ahead - step * slope
        moved = after - weights
        ahead = after + n / (n + 3) * moved
        weights = after
        if np.abs(moved).max() < 3e-4:
            break
    return weights


def _largest(row: Array, column: Array, value: Array, rows: int, number: int) -> float:
    """The largest eigenvalue of the squared matrix of the rows and a column of ones, a little
    rounded up, by power iteration.
    """
    found, v = 1.0, np.ones(number + 1)
    for _ in range(30):
        v = v / np.linalg.norm(v)
        scores = np.bincount(row, value * v[column], rows) + v[-1]
        v = np.append(np.bincount(column, value * scores[row], number), scores.sum())
        found = float(np.linalg.norm(v))
    return 1.05 * found


# Judging --------------------------------------------------------------------------------------


def left_out(
    texts: Sequence[Text], groups: Iterable[set[str]]
) -> Iterable[tuple[Text, lists.Model]]:
    """Every text of these groups of hands, with a model that did not see any of its group."""
    for group in groups:
        model = fitted([t for t in texts if t.hand not in group])
        for text in texts:
            if text.hand in group:
                yield text, model


def told_apart(judged: Sequence[tuple[Text, lists.Model]]) -> dict[str, float | int]:
    """How well requests for works are told from other texts."""
    said = [(t.asked, lists.likelihood(t.text, m) >= LEAST_LIKELY) for t, m in judged]
    asked = [found for truth, found in said if truth]
    others = [found for truth, found in said if not truth]
    return {
        "texts": len(said),
        "recall": round(sum(asked) / len(asked), 3),
        "others_taken": round(sum(others) / len(others), 3),
    }


def found(judged: Sequence[tuple[Text, lists.Model]]) -> dict[str, float | int]:
    """How well topics are found: to the letter, and with the words that matter."""
    pairs = [(t.told, t.text[slice(*lists.topic(t.text, m))]) for t, m in judged if t.told]
    same = [one == other for one, other in pairs]
    return {
        "topics": len(pairs),
        "exact": round(sum(same) / len(same), 3),
        "same_words": round(sum(_alike(*pair) for pair in pairs) / len(pairs), 3),
    }


def _alike(one: str, other: str) -> bool:
    wanted, given = set(terms(one)), set(terms(other))
    return len(wanted & given) >= 0.75 * len(wanted) and len(given - wanted) <= 1


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.wordings",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE")
    parser.add_argument("--write", action="store_true", help="keep the weights for the product")
    given = parser.parse_args(arguments)
    try:
        hands = of_hands(QUESTIONS / "wordings.jsonl")
        questions = of_questions(given.files or sorted(QUESTIONS.glob("tune*.jsonl")))
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    texts = [*hands, *questions]
    corpora = sorted({t.hand for t in questions})
    judge: tuple[tuple[str, Callable[..., dict[str, float | int]], list[set[str]]], ...] = (
        ("asked", told_apart, [{hand} for hand in sorted({t.hand for t in hands})]),
        ("asked, questions", told_apart, [set(corpora[n::GROUPS]) for n in range(GROUPS)]),
        ("topic", found, [{hand} for hand in sorted({t.hand for t in hands})]),
    )
    for name, by, groups in judge:
        print(json.dumps({"decision": name, **by(list(left_out(texts, groups)))}), flush=True)
    if given.write:
        model = fitted(texts)
        content = {"words": sorted(model.words), "asked": model.asked, "topic": model.topic}
        lists.WEIGHTS.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
