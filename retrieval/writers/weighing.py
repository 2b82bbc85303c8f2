"""How well a work, and each of its sentences, answers a question: signals in, log-odds out.

Each decision of the quoting writer is one logistic regression over a handful of signals. The
coefficients are fitted by `python -m benchmarks.weights` on questions over several corpora; a
corpus is judged by coefficients that never saw it when signals are chosen.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median

import numpy as np

from retrieval.embedding import Matrix
from retrieval.question.asked import Asked
from retrieval.question.wants import Want
from retrieval.search import Passage, Sentence
from retrieval.text import terms
from retrieval.writers import gazetteer
from retrieval.writers.coefficients import ABOUT, AMONG, SENTENCE, WORK, Signals, log_odds
from retrieval.writers.matching import (
    ALIKE,
    Bag,
    bag,
    by_letters,
    cased,
    has_name,
    holds,
    is_short,
    near_together,
    says,
)
from retrieval.writers.roles import (
    COMPARING,
    defines,
    enumerates,
    introduces,
    is_background,
    proposes,
    ranks,
    tells_means,
    tells_reason,
    tells_trouble,
)
from retrieval.writers.values import (
    expansion,
    has_numeral,
    is_measure,
    names_in,
    shortened,
    value,
)
from storage.works import Work

COMMON_NAME = 0.35
"""The weight below which a name ("AI", "LLM") tells works apart too little to be insisted on."""

STRANGE = 0.4
"""The cosine below which a work without a word in common has nothing to do with the question."""

STANDS_OUT = 0.22
"""The margin from which a work without a word in common may be about a topic: words that share a
piece ("deepfakes", "deep") are not always near."""

APART = 0.15
"""The margin from which a work without a word in common is the one that a question may be about."""

NEW = 0.15
"""What it adds to the cosine of a sentence, quoted for a topic, that it says what a work does."""

SHORTENED = 0.9
"""What words count that a text has only in short."""
_WORD = re.compile(r"[^\W_]+")
_CAPITALS = re.compile(r"\b[A-Z][A-Z\d-]{1,6}[A-Z\d](?=s?\b)")

LEAST_SUPPORT = -1.0
"""The log-odds from which a work answers a question."""

TRIED = 3
"""How many of the best works are looked at."""

LEAST_TOLD, SURE = 0.31, 1.0
"""How well a work that is asked why or how has to hold the words of what is asked, unless it
answers with these log-odds."""

Closely = Callable[[str, Mapping[str, float], Work], float]

_ELSEWHERE = (0.45,) * 10
"""How near works are that have nothing to do with a topic: where few are compared, one that is
about it has hardly any other beside it to stand out from."""

TYPED = frozenset(Want) - {Want.ANYTHING, Want.DATA_SETS}
"""Kinds of value that can be told from other text; an answer without one is none."""


_NEVER_SAID_OTHERWISE = frozenset({Want.COUNT, Want.MONEY})
"""What no work tells that has no value of the kind."""

_DATA = frozenset("data dataset datasets".split())
RARE = 0.5
"""The weight from which a word alone says what data is meant."""

_IN_TITLE_CASE = frozenset({Want.PLACE})
"""What is told by a capital, and so by every word of a title."""


@dataclass(frozen=True)
class Beside:
    """All passages for a question, beside which each of them is looked at.

    Attributes:
        passages: all of them.
        candidates: the same in the light of the question.
    """

    passages: Sequence[Passage]
    candidates: list[Candidate] = field(default_factory=list)

    @cached_property
    def near(self) -> tuple[float, ...]:
        """Cosine of work and nearest sentence, summed, of each."""
        return tuple(p.cosine + max(s.score for s in p.sentences) for p in self.passages)

    @cached_property
    def usual(self) -> float:
        """How near the one in their middle is."""
        return median([*self.near, *_ELSEWHERE])

    @cached_property
    def whole(self) -> float:
        """The cosine of the work in their middle."""
        return median(p.cosine for p in self.passages)

    @cached_property
    def lexical(self) -> float:
        """The greatest BM25."""
        return max(p.lexical for p in self.passages)

    @cached_property
    def shortened(self) -> dict[str, set[str]]:
        """Stems of long forms, joined -> the short forms that one of the works gives."""
        found: dict[str, set[str]] = defaultdict(set)
        for passage in self.passages:
            for short, stems in shortened(passage.work.abstract).items():
                found[" ".join(stems)].add(short)
        return found

    @cached_property
    def saying(self) -> float:
        """How many say the words of the topic, as the logarithm of one more than they are."""
        return math.log1p(sum(bool(c.mentions) for c in self.candidates))


@dataclass(frozen=True)
class Candidate:
    """One passage in the light of the question.

    Attributes:
        place: where it stands among the passages.
        weights: how rare each word of the question is, in [0, 1], 1 for one found nowhere.
        named: the question names the work.
        beside: all passages, this one among them.
        topical: what is asked is a topic, and not a question.
        closely: looks at the work word by word (see `retrieval.interaction`).
    """

    place: int
    passage: Passage
    asked: Asked
    weights: Mapping[str, float]
    named: bool
    beside: Beside
    topical: bool = False
    closely: Closely | None = None

    # The question's words ---------------------------------------------------------------

    @cached_property
    def whole(self) -> Bag:
        return bag(f"{self.passage.work.title}. {self.passage.work.abstract}")

    @cached_property
    def rarity(self) -> Matrix:
        """(words,) the weights."""
        return np.array(list(self.weights.values()), np.float32)

    @cached_property
    def held(self) -> Matrix:
        """(words,) how well the work holds each word of the question."""
        return self._held(self.whole)

    @cached_property
    def told(self) -> Matrix:
        """(sentences, words) how well each sentence of the body holds each word."""
        return np.stack([self._held(bag(sentence.text)) for sentence in self.body])

    @cached_property
    def said(self) -> Matrix:
        """(sentences, words) the same, as parts of how well the work does."""
        share = self.told / np.maximum(self.held, 1e-6)
        parts: Matrix = np.where(self.held > 0, np.clip(share, 0.0, 1.0), 0.0).astype(np.float32)
        return parts

    @cached_property
    def in_title(self) -> Matrix:
        return self._held(bag(self.passage.work.title))

    def _held(self, text: Bag) -> Matrix:
        short = self._shortened_in(text)
        return np.array(
            [
                SHORTENED * (w in short) or holds(text, self._typed.get(w, w), kin=not self.topical)
                for w in self.weights
            ],
            np.float32,
        )

    def _shortened_in(self, text: Bag) -> set[str]:
        """Words of the question that a text has only in short."""
        forms = frozenset(text.words)
        return {w for short, run in self._in_short if forms & {short, f"{short}s"} for w in run}

    @cached_property
    def _in_short(self) -> list[tuple[str, tuple[str, ...]]]:
        """Short forms that the work uses of neighbouring words of the question: of their initials,
        "mde" of "mean distance error", or of a topic, as another work gives them.
        """
        written = f"{self.passage.work.title} {self.passage.work.abstract}"
        capitals = set(_CAPITALS.findall(written))
        if not capitals:
            return []
        found = [
            (initials, run) for initials, run in self._initials if initials.upper() in capitals
        ]
        if not self.topical:
            return found
        own = shortened(self.passage.work.abstract)
        words = list(self.weights)
        for size in (1, 2, 3, 4):
            for run in (tuple(words[n : n + size]) for n in range(len(words) - size + 1)):
                stems = tuple(terms(" ".join(run)))
                shorts = self.beside.shortened.get(" ".join(stems), set()) & capitals
                found += [(s.lower(), run) for s in shorts if own.get(s, stems) == stems]
        return found

    @cached_property
    def _initials(self) -> list[tuple[str, tuple[str, ...]]]:
        words = _WORD.findall(self.asked.text.lower())
        runs = (tuple(words[n : n + size]) for size in (3, 4) for n in range(len(words)))
        carrying = (run for run in runs if len(run) > 2 and {run[0], run[-1]} <= set(self.weights))
        return [("".join(word[0] for word in run), run) for run in carrying]

    @cached_property
    def _typed(self) -> dict[str, str]:
        """Short form in small letters -> as it was typed, by which it is told to be one."""
        return {name.lower(): name for name in self._short_forms}

    def _share(self, held: Matrix, of: Matrix | None = None) -> float:
        """The part of the words, by weight, that is held; 0 where there are none."""
        weights = self.rarity if of is None else of
        total = float(weights.sum())
        return float(weights @ held) / total if total else 0.0

    @cached_property
    def telling(self) -> Matrix:
        """(words,) how much each word tells the sentences of this work apart.

        A word that the whole work is about tells less than one said once, and one of the title
        half; what is counted or measured weighs double.
        """
        spread = (self.said > 0).mean(axis=0)
        focus = [bool(self.asked.focus & bag(word).stems) for word in self.weights]
        weights = self.rarity * (self.held > 0) * (1.0 - 0.7 * spread)
        weights = weights * np.where(self.in_title >= 0.8, 0.5, 1.0) * np.where(focus, 2.0, 1.0)
        result: Matrix = weights.astype(np.float32)
        return result

    @cached_property
    def names(self) -> float:
        """The share of the question's names that the work holds; names found everywhere aside."""
        names = self._telling_names
        return sum(has_name(self.whole, name) for name in names) / len(names) if names else 1.0

    @property
    def _telling_names(self) -> list[str]:
        return [n for n in self.asked.names if self.weights.get(n.lower(), 1.0) >= COMMON_NAME]

    @cached_property
    def proper(self) -> float:
        names = self.asked.proper
        found = [has_name(self.whole, n) or holds(self.whole, n) > 0.5 for n in names]
        return sum(found) / len(names) if names else 1.0

    # Sentences --------------------------------------------------------------------------

    @cached_property
    def body(self) -> tuple[Sentence, ...]:
        """The sentences of the abstract; with the title where it holds the value more surely."""
        whole = self.passage.sentences
        body = tuple(s for s in whole if s.position > 0)
        if not body or self.asked.want not in TYPED - _IN_TITLE_CASE:
            return body or whole
        said = max(value(self.asked, sentence.text) for sentence in body)
        surer = any(value(self.asked, sentence.text) > said for sentence in whole)
        return whole if surer else body

    @cached_property
    def values(self) -> tuple[float, ...]:
        return tuple(value(self.asked, sentence.text) for sentence in self.body)

    @cached_property
    def sentences(self) -> tuple[Scored, ...]:
        """The body with the log-odds that each sentence holds what answers."""
        return tuple(
            Scored(sentence, log_odds(signals, SENTENCE))
            for sentence, signals in zip(self.body, self.sentence_signals, strict=True)
        )

    @cached_property
    def open(self) -> bool:
        """Whether the question only names the work: no word beyond its names and its title."""
        names = {name.lower() for name in self.asked.names}
        told = [
            word in names or held >= 0.8
            for word, held in zip(self.weights, self.in_title, strict=True)
        ]
        return self.asked.want is Want.ANYTHING and not self.asked.superlative and all(told)

    @cached_property
    def _short_forms(self) -> tuple[str, ...]:
        return tuple(name for name in self.asked.names if is_short(name))

    @cached_property
    def sentence_signals(self) -> list[Signals]:
        last = len(self.body) - 1
        return [
            {
                "cosine": sentence.score,
                "words": self._share(self.said[n], self.telling),
                "value": self.values[n],
                "later": n / max(last, 1),
                "last": float(n == last),
                "number": float(has_numeral(sentence.text)),
                "gist": float(self.open and proposes(sentence.text)),
                "list": self.asked.enumerable * enumerates(sentence.text),
                "long form": float(any(expansion(n, sentence.text) for n in self._short_forms)),
                "rank": float(self.asked.superlative and ranks(sentence.text)),
                "attribute": float(self._attributes(bag(sentence.text)) >= 0.8)
                * bool(self.asked.attributes),
                "names": min(len(self._new_names(sentence.text)), 2) / 2 * self.asked.by_name,
                "opens": float(n == 0 and self.asked.want is Want.ANYTHING),
                "before": self._share(self.said[n - 1], self.telling) if n else 0.0,
                "background": float(is_background(sentence.text)),
                "means": float(self.asked.how and tells_means(sentence.text)),
                "reason": float(self.asked.why and tells_reason(sentence.text)),
                "trouble": float(self.asked.trouble and tells_trouble(sentence.text)),
                "defines": float(self._defines(sentence.text)),
            }
            for n, sentence in enumerate(self.body)
        ]

    def _defines(self, text: str) -> bool:
        term = self.asked.defined
        return defines(text, term) or introduces(text, term)

    @cached_property
    def defining(self) -> bool:
        """Whether the work says what that is which is to be defined."""
        return any(defines(sentence.text, self.asked.defined) for sentence in self.body)

    @cached_property
    def nearest(self) -> Sentence:
        """The sentence of the abstract that is nearest in meaning."""
        body = [s for s in self.passage.sentences if s.position > 0] or self.passage.sentences
        return max(body, key=lambda s: s.score)

    # The work ---------------------------------------------------------------------------

    @cached_property
    def cosine(self) -> float:
        return max(sentence.score for sentence in self.passage.sentences)

    def _attributes(self, text: Bag) -> float:
        """How well a text holds the attributes asked for, by the worst; 1 where there are none."""
        words = [word for a in self.asked.attributes for word in bag(a.lower()).words]
        return min((says(text, word) for word in words), default=1.0)

    @cached_property
    def support(self) -> float:
        """The log-odds that the work answers the question, rather than being near to it."""
        return log_odds(self.signals, WORK)

    @cached_property
    def interaction(self) -> float:
        """How near the work is, word by word; 0 where nothing looks so closely."""
        if self.closely is None:
            return 0.0
        return self.closely(self.asked.text, self.weights, self.passage.work)

    @cached_property
    def signals(self) -> Signals:
        return {
            "cosine": self.cosine,
            "words": self._share(self.held),
            "lacking": min(self._lacking, 8) / 8,
            "no value": (1.0 - max(self.values)) * (self.asked.want in TYPED),
            "no name": self._unnamed,
            "proper": self.proper,
            "named": float(self.named),
            "attribute": self._attributes(self.whole),
        }

    @cached_property
    def strange(self) -> bool:
        """Whether the work has no word in common with the question, nor anything else."""
        alike = any(by_letters(self.whole, word) for word in self.weights) or any(
            has_name(self.whole, name) for name in self._telling_names
        )
        return self.cosine < STRANGE and not alike and self.topic["margin"] < APART

    @cached_property
    def hollow(self) -> bool:
        """Whether the work has nothing of what is asked about it, though it is near."""
        uncounted = self.asked.want in _NEVER_SAID_OTHERWISE and not any(self.values)
        return uncounted or self.amiss or self._silent or self._unexplained

    @cached_property
    def amiss(self) -> bool:
        """Whether it tells of others than are asked about, however near it is: of other nations or
        tongues, or of a contest without its winner.
        """
        return self._of_others or self._uncrowned

    @property
    def _of_others(self) -> bool:
        """Whether the question is of a nation or tongue that it lacks, and it is of others."""
        wanted = gazetteer.nations(self.asked.text)
        if self.asked.whether or not wanted:
            return False
        there = gazetteer.nations(f"{self.passage.work.title}. {self.passage.work.abstract}")
        return bool(there) and not wanted <= there

    @property
    def _uncrowned(self) -> bool:
        """Whether who won is asked, and where it ranks it names nobody."""
        ranking = [s.text for s in self.body if ranks(s.text)] if self.asked.winner else []
        named = any(not is_measure(name) for text in ranking for name in self._new_names(text))
        return self.asked.winner and not named

    @cached_property
    def _beside_names(self) -> dict[str, float]:
        """Word of the question that is no name -> how well the work holds it."""
        names = {name.lower() for name in self.asked.names}
        return {w: h for w, h in zip(self.weights, self.held, strict=True) if w not in names}

    @property
    def _silent(self) -> bool:
        """Whether it lacks what it is asked to say something about: most of it if the work is meant
        by its name, and else all.
        """
        told = {w: self._beside_names[w] for w in self.asked.about if w in self._beside_names}
        if not told:
            return False
        if not (self.named or self._telling_names):
            return max(told.values()) < 0.5
        return self._mean(told) < 0.5

    @property
    def _unexplained(self) -> bool:
        """Whether it has the name of which it is asked why, how or whether, and hardly more."""
        compared = self.asked.how and COMPARING  # how it compares is told in other words
        others = {
            word: held
            for word, held in self._beside_names.items()
            if not (compared and compared.fullmatch(word))
        }
        names = "|".join(map(re.escape, self._telling_names))
        whether = rf"(?:does|do|did|can) (?:the )?(?:{names})\b"
        asks = re.match(rf"\W*(?:(?:why|how)\b|{whether})", self.asked.text, re.IGNORECASE)
        if not (asks and names and others):
            return False
        little = self._mean(others) < LEAST_TOLD and self.support < SURE
        return max(others.values()) < 0.5 or (little and (self.asked.how or self.asked.why))

    def _mean(self, held: Mapping[str, float]) -> float:
        """How well some words of the question are held, by how rare they are."""
        rarity = [self.weights[word] for word in held]
        return float(np.average(list(held.values()), weights=rarity))

    @property
    def _unnamed(self) -> float:
        """How far the work is from naming what is asked for by its name; 0 where nothing is.

        A name counts the more, the more of the question's words its sentence holds.
        """
        if not self.asked.by_name:
            return 0.0
        named = [n for n, s in enumerate(self.body) if self._new_names(s.text)]
        return 1.0 - max((0.3 + 0.7 * self._share(self.told[n]) for n in named), default=0.0)

    def _new_names(self, text: str) -> frozenset[str]:
        """The names in a text that are neither in the question nor the work's own."""
        head = self.passage.work.title.split(":")[0]
        known = {word.rstrip("s") for word in bag(f"{self.asked.text} {head}").joins}
        return frozenset(n for n in names_in(text) - known if not is_measure(n))

    @property
    def _lacking(self) -> int:
        """How many words of the question, its names aside, the work does not hold."""
        names = {name.lower() for name in self.asked.names}
        others = np.array([word not in names for word in self.weights], bool)
        return int(((self.held < 0.5) & others).sum())

    @cached_property
    def topic(self) -> Signals:
        """Signals for whether the work is about what is asked for, read as a topic.

        How near a work is counts beside the others: the fewer words a topic has, the less near is
        everything.
        """
        beside, near = self.beside, self.beside.near[self.place]
        return {
            "title": self._share(self.in_title),
            "missing": float((self.rarity * (1.0 - self.held)).max(initial=0.0)),
            "margin": near - beside.usual,
            "behind": near - max(beside.near),
            "phrase": float(bool(self.mentions)),
            "lexical": self.passage.lexical / beside.lexical if beside.lexical else 0.0,
            "whole": self.passage.cosine - beside.whole,
            "saying": beside.saying,
        }

    @cached_property
    def mentions(self) -> tuple[Sentence, ...]:
        """The sentences that say the words of the topic together, and the title if it does."""
        names = {name.lower() for name in self.asked.names}
        held = dict(zip(self.weights, self.held, strict=True))
        words = [word for word in held if word not in names and not self._goes_without(word)]
        if not held or any(held[word] <= ALIKE for word in words):
            return ()
        return tuple(s for s in self.passage.sentences if self._says_topic(s.text, words))

    def _goes_without(self, word: str) -> bool:
        """Whether nobody writes the word beside rare ones: of "Reddit data", Reddit says it."""
        others = [weight for other, weight in self.weights.items() if other not in _DATA]
        return word in _DATA and bool(others) and min(others) >= RARE

    @cached_property
    def on_topic(self) -> Sentence:
        """What the work says of the topic: the nearest sentence that has its words, if any has;
        rather one that says what is new.

        One that only gives an address says nothing of it.
        """
        saying = [s for s in self.mentions if s.position > 0 and "://" not in s.text]
        telling = {s: s.score + NEW * proposes(s.text) for s in saying}
        return max(telling, key=lambda s: telling[s], default=self.nearest)

    def _says_topic(self, text: str, words: Sequence[str]) -> bool:
        said = bag(text)
        in_short = self._shortened_in(said) if self._in_short else set()
        words = [word for word in words if word not in in_short]
        together = not words or near_together(said, words)
        named = (has_name(bag(text), name) and cased(name, text) for name in self.asked.names)
        return together and all(named)

    @cached_property
    def eligible(self) -> bool:
        """Whether the work holds all names of a topic, and a word of it or stands out."""
        stands_out = not self.strange or self.topic["margin"] >= STANDS_OUT
        return self.names * self.proper == 1.0 and stands_out

    @cached_property
    def aboutness(self) -> float:
        """The log-odds that the work is about the topic, which perhaps no work is."""
        return log_odds(self.topic, ABOUT) if self.eligible else -np.inf

    @cached_property
    def membership(self) -> float:
        """The log-odds that the work is among those about the topic, when there are some."""
        return log_odds(self.topic, AMONG) if self.eligible else -np.inf


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with the log-odds that it holds what answers."""

    sentence: Sentence
    score: float
