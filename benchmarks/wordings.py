"""The weights by which a request for works is told from a question, fitted on wordings.

    python -m benchmarks.wordings [FILES…] [--write]

FILES are JSONL files of questions as `benchmarks.questions` has them; without any, all those for
tuning. Beside them stands `wordings.jsonl`: texts of many hands, each with `hand`, `text`, `list`
(whether works on a topic are asked for) and, if so, `topic`, the stretch of the text that names it.

Two models are fitted, a logistic regression and a linear chain (see `retrieval.question.lists`,
which reads the weights that --write puts beside it). JSON objects tell how good they are on texts
of a hand that they were not fitted on, all hands left out in turn:

    asked     recall of requests for works, and the share of other texts taken for one; the same of
              the questions, a group of their corpora left out in turn
    topic     how often the topic is found to the letter, and with the words that matter
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.question import courtesy, lists
from retrieval.question.rules import RULES
from retrieval.text import terms

Array = NDArray[np.float64]
Places = NDArray[np.int64]
_FUNCTION_WORDS = frozenset(
    "a an and as at by for from in into of on or the to with without".split()
)
QUESTIONS = Path(__file__).parent / "questions"
HANDS, TIMES = 5, 8
"""In the texts of so many hands, and so many times, has a word to occur to belong to the frame."""
SEEN = 5
"""Texts, or words, in which a feature has to occur."""
RIDGE = 1 / 2
MOST_STEPS, SMALL_STEP = 300, 2e-3
"""Of the search for the best weights: it ends where none changes by more than the small step."""
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
        """Whether a token of the text belongs to the topic, if only in part."""
        return self.topic[0] < token.end and token.start < self.topic[1]


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
    asked = _Rows.of([lists.asked_features(lists.tokens(t.text), words) for t in whole])
    truth = np.array([t.asked for t in whole], float)
    told = [_Told.of(t, words) for t in whole if t.told]
    topic = _Rows.of([features for one in told for features in one.words])
    lengths = np.array([len(one.words) for one in told])
    stretches = np.array([one.stretch for one in told])
    chain = _least(lambda w: _of_chain(w, topic, lengths, stretches), 2 * topic.width)
    before, after = np.split(chain, 2)
    return lists.Model(
        words,
        asked.named(_least(lambda w: _of_logistic(w, asked, truth), asked.width)),
        topic.named(before),
        topic.named(after),
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


@dataclass(frozen=True, slots=True)
class _Told:
    """The features of the words of a text, and which of them are of the topic: [first, last)."""

    words: list[dict[str, float]]
    stretch: tuple[int, int]

    @classmethod
    def of(cls, text: Text, words: frozenset[str]) -> _Told:
        found = lists.tokens(text.text)
        inside = [n for n, token in enumerate(found) if text.holds(token)]
        return cls(lists.topic_features(found, words), (inside[0], inside[-1] + 1))


@dataclass(frozen=True, slots=True)
class _Rows:
    """A sparse matrix of features, those that are seen often enough, and a `bias` in every row."""

    names: list[str]
    row: Places
    column: Places
    value: Array
    number: int

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, float]]) -> _Rows:
        seen = Counter(name for row in rows for name in row)
        names = [*sorted(name for name in seen if seen[name] >= SEEN), "bias"]
        columns = {name: n for n, name in enumerate(names)}
        kept = [
            (n, columns[name], x)
            for n, row in enumerate(rows)
            for name, x in (*row.items(), ("bias", 1.0))
            if x and name in columns
        ]
        row, column, value = map(np.array, zip(*kept, strict=True))
        return cls(names, row, column, value, len(rows))

    @property
    def width(self) -> int:
        return len(self.names)

    def scores(self, weights: Array) -> Array:
        """(number,) the weighed features of each row."""
        return np.bincount(self.row, self.value * weights[self.column], self.number).astype(float)

    def slope(self, errors: Array) -> Array:
        """(width,) how the sum of the rows' errors changes with the weights."""
        return np.bincount(self.column, self.value * errors[self.row], self.width).astype(float)

    def ridge(self, weights: Array) -> Array:
        """(width,) what is added to the slope so that weights stay small; the bias may be large."""
        return np.append(RIDGE * weights[:-1], 0.0)

    def named(self, weights: Array) -> dict[str, float]:
        """Weights by name; those that are nothing are left out."""
        rounded = {name: round(float(x), 2) for name, x in zip(self.names, weights, strict=True)}
        return {name: x for name, x in rounded.items() if x or name == "bias"}


def _of_logistic(weights: Array, rows: _Rows, truth: Array) -> tuple[float, Array]:
    """The loss of a logistic regression, and its slope."""
    scores, ridge = rows.scores(weights), rows.ridge(weights)
    loss = np.logaddexp(0.0, scores) - truth * scores
    slope = rows.slope(1.0 / (1.0 + np.exp(-scores)) - truth)
    return float(loss.sum() + ridge @ weights / 2), slope + ridge


def _of_chain(
    weights: Array, rows: _Rows, lengths: Places, stretches: Places
) -> tuple[float, Array]:
    """The loss of a linear chain whose words are before, in or after a stretch, and its slope.

    `rows` are the words of all texts, which have these lengths, and `stretches` (texts, 2) the
    first word of each topic and the one behind its last. It is a conditional random field (Lafferty
    et al. 2001) that passes its three states once, so that a stretch is as likely as what comes
    before its start and after its end.
    """
    place = np.arange(lengths.max())
    there = place < lengths[:, None]
    first, last = stretches[:, :1], stretches[:, 1:]

    def spread(of: Array) -> Array:
        wide = np.zeros(there.shape)
        wide[there] = of
        return wide

    parts = np.split(weights, 2)
    before, after = (spread(rows.scores(part)) for part in parts)
    starts = np.where(there, before.cumsum(1) - before, -np.inf)
    ends = np.where(there, after.sum(1, keepdims=True) - after.cumsum(1), -np.inf)
    most = starts.max(1, keepdims=True), ends.max(1, keepdims=True)
    start, end = np.exp(starts - most[0]), np.exp(ends - most[1])
    later = end[:, ::-1].cumsum(1)[:, ::-1]
    total = (start * later).sum(1, keepdims=True)
    start, end = start * later / total, end * start.cumsum(1) / total  # how likely each place is
    loss = np.log(total) + most[0] + most[1]
    loss -= np.take_along_axis(starts, first, 1) + np.take_along_axis(ends, last - 1, 1)
    errors = 1.0 - start.cumsum(1) - (place < first), end.cumsum(1) - end - (place >= last)
    ridges = [rows.ridge(part) for part in parts]
    slopes = [rows.slope(e[there]) + r for e, r in zip(errors, ridges, strict=True)]
    penalty = sum(float(r @ part) for r, part in zip(ridges, parts, strict=True)) / 2
    return float(loss.sum()) + penalty, np.concatenate(slopes)


def _least(of: Callable[[Array], tuple[float, Array]], width: int) -> Array:
    """(width,) the weights for which a convex loss, given with its slope, is least: L-BFGS (Nocedal
    1980) with steps that are halved until they help.
    """
    weights = np.zeros(width)
    loss, slope = of(weights)
    steps: deque[tuple[Array, Array]] = deque(maxlen=10)
    for _ in range(MOST_STEPS):
        way = slope.copy()
        scales = []
        for moved, turned in reversed(steps):
            scales.append(moved @ way / (moved @ turned))
            way -= scales[-1] * turned
        way *= steps[-1][0] @ steps[-1][1] / (steps[-1][1] @ steps[-1][1]) if steps else 1e-3
        for (moved, turned), scale in zip(steps, reversed(scales), strict=True):
            way += (scale - turned @ way / (moved @ turned)) * moved
        size = 1.0
        while True:
            tried, turned_to = of(weights - size * way)
            if tried <= loss - 1e-4 * size * float(slope @ way) or size < 1e-9:
                break
            size /= 2
        moved, turned = -size * way, turned_to - slope
        weights, loss, slope = weights + moved, tried, turned_to
        if np.abs(moved).max() < SMALL_STEP:
            break
        if moved @ turned > 0.0:
            steps.append((moved, turned))
    return weights


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
    said = [(t.asked, lists.likelihood(t.text, m) >= lists.LEAST_LIKELY) for t, m in judged]
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
        content = {**asdict(model), "words": sorted(model.words)}
        lists.WEIGHTS.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
