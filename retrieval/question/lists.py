"""Whether works are asked for, and on which topic: "I'm after anything that saves memory". Pure.

There is no end to the ways in which a list is asked for, so this is learnt and not ruled: two
linear models, of the frame of a text and of the words of a topic in it. The frame is what is left
when the words that most texts do not share are put down by their endings alone. The weights in
`lists.json` are fitted by `python -m benchmarks.wordings` on wordings of many hands.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Features = Mapping[str, float]

WEIGHTS = Path(__file__).with_name("lists.json")
ENDS = 40
"""Words at either end of a text that are looked at: one that is longer tells a story between."""
_TOKEN = re.compile(r"[^\W_]+(?:['’\-.+][^\W_]+)*|[?.!,:;/()–—-]")
_ARTICLES = frozenset("a an the".split())
_LINKS = frozenset("about and at by for from in into of on or to with / : ; , . – — -".split())
"""No topic begins with one of them, nor ends."""
_NOBODY = frozenset(
    "it them they these those this that here there her him his hers he she you your me us R".split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark, and where it stands: `text[start:end]`."""

    word: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.word[0].isalnum()


@dataclass(frozen=True, slots=True)
class Model:
    """The fitted weights.

    Attributes:
        words: those that frame what is asked.
        asked: weights of features of a whole text.
        topic: weights of features of one of its words.
    """

    words: frozenset[str]
    asked: Features
    topic: Features


@cache
def _model() -> Model:
    read = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Model(frozenset(read["words"]), read["asked"], read["topic"])


def frames(word: str) -> bool:
    """Whether a word belongs to how things are asked, and not to what about."""
    return plain(word) in _model().words


def likelihood(text: str, model: Model | None = None) -> float:
    """How likely it is that works on a topic are asked for; by the fitted model unless another."""
    model = model or _model()
    return 1 / (1 + math.exp(-_weighed(asked_features(tokens(text), model.words), model.asked)))


def topic(text: str, model: Model | None = None) -> tuple[int, int]:
    """Where the topic of a text stands, of which works are asked for: `text[start:end]`.

    It is the stretch whose words weigh most together; where none weighs anything, the first that
    belongs to the frame of no text. Words that belong to no frame are not cut off from one another.
    """
    model = model or _model()
    found = tokens(text)
    framing = [not t.is_word or plain(t.word) in model.words for t in found]
    scores = [_weighed(f, model.topic) for f in topic_features(found, model.words)]
    first, last = _heaviest(scores)
    if first == last and False in framing:
        first = framing.index(False)
        last = first + 1
    while first > 0 and not framing[first - 1] and plain(found[first].word) not in _ARTICLES:
        first -= 1
    while last < len(found) and not framing[last]:
        last += 1
    while first < last and plain(found[first].word) in _LINKS:
        first += 1
    while first < last < len(found) and _is_open(found[last - 1], found[last]):
        last += 1
    while first < last and plain(found[last - 1].word) in _LINKS:
        last -= 1
    return (found[first].start, found[last - 1].end) if first < last else (0, 0)


def _is_open(end: Token, following: Token) -> bool:
    """Whether a topic that ends with a word goes on: "the novelty of *papers*"."""
    return plain(end.word) in _LINKS and following.is_word and plain(following.word) not in _NOBODY


def _weighed(features: Features, weights: Features) -> float:
    return weights["bias"] + sum(weights.get(name, 0.0) * x for name, x in features.items())


def _heaviest(scores: Sequence[float]) -> tuple[int, int]:
    """The stretch with the greatest sum (Kadane's algorithm); empty where no score is above 0."""
    best, where, total, start = 0.0, (0, 0), 0.0, 0
    for n, score in enumerate(scores):
        if total <= 0.0:
            total, start = 0.0, n
        total += score
        if total > best:
            best, where = total, (start, n + 1)
    return where


# Features -----------------------------------------------------------------------------------


def tokens(text: str) -> list[Token]:
    """The words and marks of a text, in order."""
    found = [Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]
    return found if len(found) <= 2 * ENDS else [*found[:ENDS], *found[-ENDS:]]


def plain(word: str) -> str:
    """A word as it is looked up; a researcher, `R`, is told from the letter."""
    return word if word == "R" else word.lower().replace("’", "'")


def _shape(word: str) -> str:
    """What is left of a word that frames nothing: its ending."""
    if word.endswith("ing"):
        return "*ing"
    if word.endswith("ed"):
        return "*ed"
    return "*s" if word.endswith("s") and not word.endswith("ss") else "*"


def _framed(found: Sequence[Token], words: frozenset[str]) -> Iterator[str]:
    for token in found:
        word = plain(token.word)
        yield word if word in words else _shape(word)


def asked_features(found: Sequence[Token], words: frozenset[str]) -> dict[str, float]:
    """Runs of one to three parts of the frame, its first four parts, and the length."""
    frame = ["^"]
    for part in _framed(found, words):
        if part[0] == "*" and frame[-1][0] == "*":  # they frame nothing
            frame[-1] = part if part != "*" else frame[-1]
        else:
            frame.append(part)
    frame.append("$")
    runs = (
        " ".join(frame[n : n + size]) for size in (1, 2, 3) for n in range(len(frame) - size + 1)
    )
    features = dict.fromkeys(runs, 1.0)
    features |= {f"@{n} {part}": 1.0 for n, part in enumerate(frame[1:5])}
    return features | {"length": min(len(found), 30) / 15}


def topic_features(found: Sequence[Token], words: frozenset[str]) -> list[dict[str, float]]:
    """For each word: itself, the two on either side, and where it stands."""
    frame = ["^^", "^", *_framed(found, words), "$", "$$"]
    return [
        {
            f"w={frame[n]}": 1.0,
            f"p={frame[n - 1]}": 1.0,
            f"n={frame[n + 1]}": 1.0,
            f"pw={frame[n - 1]} {frame[n]}": 1.0,
            f"wn={frame[n]} {frame[n + 1]}": 1.0,
            f"pp={frame[n - 2]} {frame[n - 1]}": 1.0,
            f"nn={frame[n + 1]} {frame[n + 2]}": 1.0,
            "first": float(n == 2),
            "last": float(n == len(frame) - 3),
            "left": (n - 2) / len(found),
        }
        for n in range(2, len(frame) - 2)
    ]
