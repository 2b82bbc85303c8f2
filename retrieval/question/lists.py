"""Whether works are asked for, and on which topic: "I'm after anything that saves memory". Pure.

There is no end to the ways in which a list is asked for, so this is learnt and not ruled: a linear
model of the frame of a text, and a linear chain of its words, which come before the topic, belong
to it, or come after it. The frame is what is left when the words that most texts do not share are
put down by their endings alone. The weights in `lists.json` are fitted by
`python -m benchmarks.wordings` on wordings of many hands.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, combinations
from pathlib import Path

Features = Mapping[str, float]

WEIGHTS = Path(__file__).with_name("lists.json")
LEAST_LIKELY = 0.5
"""How likely it has to be that works on a topic are asked for."""
ENDS = 40
"""Words at either end of a text that are looked at: one that is longer tells a story between."""
_TOKEN = re.compile(r"(?i:\bdata[ -]sets?\b)|[^\W_]+(?:['’\-.+][^\W_]+)*|[?.!,:;/()–—-]")
_ARTICLES = frozenset("a an the".split())
_LINKS = frozenset("about and at by for from in into of on or to with / : ; , . – — -".split())
"""No topic begins with one of them, nor ends."""
_KIN = {
    word: like
    for like, words in {
        "dataset": "data set, data-set, corpus, benchmark, database, lexicon",
        "datasets": "data sets, data-sets, corpora, benchmarks, databases, lexicons",
        "survey": "review, overview",
        "surveys": "reviews, overviews",
    }.items()
    for word in words.split(", ")
}
"""Words that ask for the same kind of work as a commoner one."""
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
        before: weights of features of one of its words that comes before the topic, where those of
            a word of the topic weigh nothing.
        after: the same of one that comes after it.
    """

    words: frozenset[str]
    asked: Features
    before: Features
    after: Features


@cache
def _model() -> Model:
    read = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Model(frozenset(read["words"]), read["asked"], read["before"], read["after"])


def frames(word: str) -> bool:
    """Whether a word belongs to how things are asked, and not to what about."""
    return plain(word) in _model().words


def likelihood(text: str, model: Model | None = None) -> float:
    """How likely it is that works on a topic are asked for; by the fitted model unless another."""
    model = model or _model()
    return 1 / (1 + math.exp(-_weighed(asked_features(tokens(text), model.words), model.asked)))


def topic(text: str, model: Model | None = None) -> tuple[int, int]:
    """Where the topic of a text stands, of which works are asked for: `text[start:end]`.

    It is the likeliest stretch; or the first words that belong to no frame, if it has none and no
    topic is likelier. Such words are not cut off from one another, unless one before may be a verb.
    """
    model = model or _model()
    found = tokens(text)
    framing = [not t.is_word or plain(t.word) in model.words for t in found]
    features = topic_features(found, model.words)
    before = [_weighed(f, model.before) for f in features]
    after = [_weighed(f, model.after) for f in features]
    first, last = _likeliest(before, after, 1)
    if all(framing[first:last]) and len(set(_likeliest(before, after, 0))) == 1:
        first = framing.index(False) if False in framing else 0
        last = first + (False in framing)
    while first > 0 and not framing[first - 1] and not _like_verb(found[first - 1]):
        first -= 1
    while first < last < len(found) and not framing[last]:
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


def _like_verb(word: Token) -> bool:
    return _shape(plain(word.word), _OF_VERBS) != "*"


def _weighed(features: Features, weights: Features) -> float:
    return weights["bias"] + sum(weights.get(name, 0.0) * x for name, x in features.items())


def _likeliest(before: Sequence[float], after: Sequence[float], least: int) -> tuple[int, int]:
    """The stretch of at least so many words for which those before it and after it weigh most, by
    what each weighs there (the Viterbi algorithm for a chain of three states).
    """
    starts = list(accumulate(before, initial=0.0))
    ends = list(accumulate(reversed(after), initial=0.0))[::-1]
    best, first = (-math.inf, 0, 0), 0
    for last in range(least, len(ends)):
        first = max(first, last - least, key=starts.__getitem__)
        best = max(best, (starts[first] + ends[last], first, last))
    return best[1], best[2]


# Features -----------------------------------------------------------------------------------


def tokens(text: str) -> list[Token]:
    """The words and marks of a text, in order."""
    found = [Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]
    return found if len(found) <= 2 * ENDS else [*found[:ENDS], *found[-ENDS:]]


def plain(word: str) -> str:
    """A word as it is looked up; a researcher, `R`, is told from the letter."""
    lower = word.lower().replace("’", "'")
    return word if word == "R" else _KIN.get(lower, lower)


_BREAKS = frozenset(".?!:;()–—-")
"""Marks that end a clause."""
PAIRED, WHOLE = 12, 6
"""Words of a frame of which each is looked at with each later one; parts of a clause that is looked
at as a whole."""
STEM = 2
"""Letters that a word has more than its ending: "red" has none."""
_OF_VERBS = ("ing", "ed", "s")
_ENDINGS = (*_OF_VERBS, "ly", "al", "ic", "ion")


def _shape(word: str, endings: Sequence[str]) -> str:
    """What is left of a word that frames nothing: its ending, behind a stem."""
    ending = next((e for e in endings if word.endswith(e) and len(word) > len(e) + STEM), "")
    return "*" if word.endswith("ss") else f"*{ending}"


def _framed(found: Sequence[Token], words: frozenset[str], endings: Sequence[str]) -> Iterator[str]:
    for token in found:
        word = plain(token.word)
        yield word if word in words else _shape(word, endings)


def asked_features(found: Sequence[Token], words: frozenset[str]) -> dict[str, float]:
    """Runs of one to three parts of the frame, its first four parts and the length; which of its
    words comes before which; its clauses that are nothing but frame, and how each begins and ends.
    """
    frame = ["^"]
    for part in _framed(found, words, _OF_VERBS):
        if part[0] == "*" and frame[-1][0] == "*":  # they frame nothing
            frame[-1] = part if part != "*" else frame[-1]
        else:
            frame.append(part)
    frame.append("$")
    runs = (
        " ".join(frame[n : n + size]) for size in (1, 2, 3) for n in range(len(frame) - size + 1)
    )
    features = dict.fromkeys((*runs, *_pairs(frame), *_of_clauses(_clauses(frame))), 1.0)
    features |= {f"@{n} {part}": 1.0 for n, part in enumerate(frame[1:5])}
    return features | {"length": min(len(found), 30) / 15}


def _pairs(frame: Sequence[str]) -> Iterator[str]:
    """Which of the first words of a frame comes before which."""
    first = [part for part in dict.fromkeys(frame) if part[0].isalnum()][:PAIRED]
    return (f"{one} < {other}" for one, other in combinations(first, 2))


def _clauses(frame: Sequence[str]) -> list[list[str]]:
    """The frame, cut at the marks that end a clause."""
    found: list[list[str]] = [[]]
    for part in frame[1:-1]:
        if part in _BREAKS:
            found.append([])
        else:
            found[-1].append(part)
    return [clause for clause in found if clause]


def _of_clauses(clauses: Sequence[Sequence[str]]) -> Iterator[str]:
    for n, clause in enumerate(clauses):
        asks = all(part[0] != "*" for part in clause)
        if asks and len(clause) <= WHOLE:
            yield f"| {' '.join(clause)} |"
        if len(clauses) > 1:
            if asks:
                yield "| first |" if n == 0 else "| last |" if clause is clauses[-1] else "| |"
            yield f"| {' '.join(clause[:2])}"
            yield f"{' '.join(clause[-2:])} |"


def topic_features(found: Sequence[Token], words: frozenset[str]) -> list[dict[str, float]]:
    """For each word: itself and the two on either side, by themselves and in runs of two or three,
    and where it stands.
    """
    frame = ["^^", "^", *_framed(found, words, _ENDINGS), "$", "$$"]
    features = []
    for n in range(2, len(frame) - 2):
        a, b, c, d, e = frame[n - 2 : n + 3]
        runs = (
            f"w={c}", f"p={b}", f"n={d}", f"p2={a}", f"n2={e}",
            f"pp={a} {b}", f"pw={b} {c}", f"wn={c} {d}", f"nn={d} {e}",
            f"ppw={a} {b} {c}", f"pwn={b} {c} {d}", f"wnn={c} {d} {e}",
        )  # fmt: skip
        ends = {"first": float(n == 2), "last": float(n == len(frame) - 3)}
        features.append({**dict.fromkeys(runs, 1.0), **ends, "left": (n - 2) / len(found)})
    return features
