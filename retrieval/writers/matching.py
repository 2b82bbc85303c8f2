"""Whether a text holds a word or a name: by its letters, or by a word near to it in meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from retrieval import wordvectors
from retrieval.embedding import Matrix
from retrieval.question.mentions import looks_named, spelt
from retrieval.text import terms

FAR, NEAR = 0.25, 0.6
"""The cosines of two words' vectors between which they become alike."""
ALIKE = 0.8
"""What a word counts that only means the same."""
LONG, PREFIX = 7, 4
"""Letters that a word has at least, to be looked for at the end of one longer by at least so many:
"unsupervised" is not "supervised"."""
_STEM = 0.8
"""What a word counts that has the stem in common, and no more."""

_WORD = re.compile(r"[^\W_]+")
_SIGN = re.compile(r"[\W_]")
_POSSESSIVE = re.compile(r"(?:['’]s)$")
_CLAUSE = re.compile(r"[.,;:!?()\[\]]+\s|\s[(\[]")  # a long form does not reach beyond one
# What research calls people and data has little to do with what the words mean elsewhere.
_SAME = tuple(
    frozenset(stem for word in group.split() for stem in terms(word))
    for group in (
        "people person participant subject volunteer individual adult respondent user human worker "
        "contributor writer speaker student",
        "dataset corpus corpora benchmark database collection",
        "params parameter",
        "model llm llms vlm vlms mllm mllms",
        "langs language",
        "kappa cohen agreement",
        "slide wsi wsis",
    )
)


@dataclass(frozen=True)
class Bag:
    """A text made ready for looking words up in it."""

    spelt: str
    words: tuple[str, ...]
    joins: frozenset[str]
    stems: frozenset[str]
    initials: str

    @cached_property
    def vectors(self) -> Matrix:
        """(n, d) unit rows of the words that carry meaning."""
        return wordvectors.matrix([word for word in dict.fromkeys(self.words) if stems_of(word)])

    @cached_property
    def forms(self) -> Mapping[str, Set[str]]:
        """Stem -> the words that have it."""
        found: dict[str, set[str]] = {}
        for word in self.words:
            for stem in stems_of(word):
                found.setdefault(stem, set()).add(word)
        return found

    @cached_property
    def letters(self) -> str:
        """The text's letters and digits alone."""
        return _SIGN.sub("", self.spelt)

    @cached_property
    def by_initial(self) -> Mapping[str, Set[str]]:
        """First letter -> the words that begin with it."""
        found: dict[str, set[str]] = {}
        for word in self.words:
            found.setdefault(word[0], set()).add(word)
        return found

    @cached_property
    def long(self) -> tuple[str, ...]:
        """The words that may end in a long one, without their endings."""
        return tuple(_base(word) for word in self.words if len(word) >= LONG + PREFIX)


@lru_cache(maxsize=4096)
def bag(text: str) -> Bag:
    """The words, stems and initials of a text; the latest few thousand are kept."""
    plain = _DATA_SET.sub("dataset", spelt(text))
    plain = _BOTH.sub(r"\1\2 \1\3", plain)
    words = _WORD.findall(plain)
    clauses = [_WORD.findall(clause) for clause in _CLAUSE.split(plain)]
    return Bag(
        spelt=plain,
        words=tuple(words),
        joins=_joins(words),
        stems=frozenset().union(*(stems_of(word) for word in (*words, *_compounds(plain)))),
        initials=" ".join(
            "".join(word[0] for word in chosen)
            for clause in clauses
            for chosen in (clause, [word for word in clause if word not in _SMALL])
        ),
    )


_DATA_SET = re.compile(r"\bdata[ -]set")
_BOTH = re.compile(r"\b([^\W\d_]{2,}[ -]?)(\d+)/(\d+)\b")
"""Two of a kind in one: "CIFAR-10/100"."""
_SMALL = frozenset("a an and at by for from in of on or the to via with".split())


@lru_cache(maxsize=65536)
def stems_of(word: str) -> frozenset[str]:
    """The search terms of one word; none for a stop word."""
    return frozenset(terms(spelt(word)))


def _joins(words: Sequence[str]) -> frozenset[str]:
    """Two and three neighbouring words written in one: "ps fcn" is also "psfcn"."""
    pairs = [a + b for a, b in pairwise(words)]
    return frozenset(words).union(pairs, [a + b for a, b in zip(pairs, words[2:], strict=False)])


def _compounds(plain: str) -> list[str]:
    """Hyphenated words written in one: "data-set" is also "dataset"."""
    return [found.replace("-", "") for found in _COMPOUND.findall(plain)]


_COMPOUND = re.compile(r"\w+(?:-\w+)+")


def holds(text: Bag, word: str, *, kin: bool = True) -> float:
    """How well a text holds a word, in [0, 1].

    1 the word itself, .9 its long form, .8 another word of its stem, .7 a slip of the pen; up to
    .8 a word near in meaning. Without `kin`, what research uses for one another ("student" for
    "participant") is not near for that alone.
    """
    return by_letters(text, word) or _by_meaning(text, word, kin=kin)


def says(text: Bag, term: str) -> float:
    """How well a text says a technical term, in [0, 1].

    As `holds`, but a stem in common alone ("optimal" for "optimizer") is nothing.
    """
    held = by_letters(text, term)
    return _by_meaning(text, term) if held in (0.0, _STEM) else held


def by_letters(text: Bag, word: str) -> float:
    """As `holds`, without what is only near in meaning."""
    stems = stems_of(word) or frozenset({word})
    joined = _written_in_one(word)
    if stems <= text.stems:
        forms = frozenset().union(*(text.forms.get(stem, ()) for stem in stems))
        return 1.0 if _inflected(spelt(word), forms) else _STEM
    if len(joined) >= 4 and joined in text.joins:
        return 1.0
    if joined != word.lower() and (whole := stems_of(joined)) and whole <= text.stems:
        return 1.0
    if is_short(word) and abbreviates(joined, text):
        return 0.9
    if _numbered(joined, text):
        return 1.0
    slips = _may_slip(word) and _slips(joined, text)
    return 0.7 if slips or _ends_a_word(joined, text) else 0.0


@lru_cache(maxsize=4096)
def _written_in_one(word: str) -> str:
    """The letters and digits of a word alone."""
    return _SIGN.sub("", spelt(word))


def _by_meaning(text: Bag, word: str, *, kin: bool = True) -> float:
    """As alike as the least alike part of the word is to the text's word nearest to it."""
    if kin and same(stems_of(word), text.stems):
        return ALIKE
    parts = _vectors(word)
    if not len(parts) or not len(text.vectors):
        return 0.0
    cosines = parts @ text.vectors.T
    if len(parts) == 1:  # most words, at half the cost
        return likeness(float(cosines.max()))
    return likeness(float(cosines.max(axis=1).min()))


def near_together(text: Bag, words: Sequence[str]) -> bool:
    """Whether the words stand in one stretch of the text, with room for as many others between."""
    wanted = [_stems_in(text, word) for word in words]
    if not all(wanted):
        return False
    if len(wanted) == 1:
        return True
    last: dict[int, int] = {}
    for place, (before, other) in enumerate(pairwise(("", *text.words))):
        found = stems_of(other) | stems_of(before + other)
        for n, stems in enumerate(wanted):
            if found & stems:
                last[n] = place
        if len(last) == len(wanted) and place - min(last.values()) < 2 * len(wanted):
            return True
    return False


def _stems_in(text: Bag, word: str) -> frozenset[str]:
    """The stems of a word that a text has, or of the word written in one; none where it has not."""
    ways = (stems_of(word) or frozenset({word}), stems_of(_written_in_one(word)))
    return next((stems for stems in ways if stems and stems <= text.stems), frozenset())


@lru_cache(maxsize=4096)
def _vectors(word: str) -> Matrix:
    """(n, d) unit rows of the parts of a word that carry meaning."""
    return wordvectors.matrix([part for part in _WORD.findall(spelt(word)) if stems_of(part)])


def same(stems: frozenset[str], others: frozenset[str] | set[str]) -> bool:
    """Whether a stem of each belongs to the words that research uses for one another."""
    return any(stems & group and others & group for group in _SAME)


def likeness(cosine: float) -> float:
    """What two words with vectors this near count for one another, in [0, .8]."""
    return ALIKE * min(max((cosine - FAR) / (NEAR - FAR), 0.0), 1.0)


def _inflected(word: str, forms: frozenset[str]) -> bool:
    """Whether one of the forms is the very word or an inflection of it, not only of its stem.

    "Transformers" and "transformation" share a stem and little else.
    """
    if not word.isalpha() or word in forms or not forms:
        return True
    base = _base(word)
    return any(_base(form) == base for form in forms)


def _base(word: str) -> str:
    for ending in ("ies", "es", "ing", "ed", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _numbered(word: str, text: Bag) -> bool:
    """Whether a word of the text is this one with a number behind it: "llama", "Llama3"."""
    return len(word) >= 4 and any(
        other.startswith(word) and other[len(word) : len(word) + 1].isdigit()
        for other in text.by_initial.get(word[0], ())
    )


def _may_slip(name: str) -> bool:
    """Whether a name a letter away may be the same one: "SMPL-X" and "SMPL" are two."""
    return name.isalpha() and not name.rstrip("s").isupper()


def _slips(word: str, text: Bag) -> frozenset[str]:
    """Words of the text that are one slip of the pen away, two in words of eight letters."""
    if len(word) < 5 or not word.isalpha():
        return frozenset()
    most, size = (1 if len(word) < 8 else 2), len(word)
    return frozenset(
        other
        for other in text.by_initial.get(word[0], ())
        if abs(len(other) - size) <= most
        and OSA.distance(word, other, score_cutoff=most) <= most
        and other.isalpha()
    )


def _slips_in_one(joined: str, text: Bag) -> bool:
    """Whether a long name, written in one word, is one letter away from words of the text."""
    return len(joined) >= 8 and any(
        other[0] == joined[0]
        and abs(len(other) - len(joined)) <= 1
        and _DIGITS.findall(other) == _DIGITS.findall(joined)  # "MOOSE-Chem2" is another one
        and OSA.distance(joined, other, score_cutoff=1) <= 1
        for other in text.joins
    )


_DIGITS = re.compile(r"\d+")


def _ends_a_word(word: str, text: Bag) -> bool:
    """Whether a longer word of the text ends in a long one: "spearphishing" in "phishing"."""
    if len(word) < LONG or not word.isalpha() or not text.long:
        return False
    base = _base(word)
    return any(o.endswith(base) and len(o) - len(base) >= PREFIX for o in text.long)


def is_short(word: str) -> bool:
    """Whether a word is written like a short form: SSB, LLMs."""
    return 2 <= len(word) <= 6 and sum(letter.isupper() for letter in word) >= 2


def abbreviates(short: str, text: Bag) -> bool:
    """Whether neighbouring words of the text begin with the letters of the short form.

    Two letters begin many words, so of those only what everybody shortens so.
    """
    short = short.rstrip("s") if len(short) > 2 else short
    if len(short) == 2:
        return short in _OF_TWO and _OF_TWO[short] in text.spelt
    return len(short) >= 3 and short in text.initials


_OF_TWO = {
    "kd": "knowledge distillation",
    "kg": "knowledge graph",
    "lm": "language model",
    "ml": "machine learning",
    "mt": "machine translation",
    "nn": "neural network",
    "qa": "question answering",
    "rl": "reinforcement learning",
}


def has_name(text: Bag, name: str) -> bool:
    """Whether a text holds a name, whatever its hyphens, plural or capitals; or its long form."""
    joined = _written_in_one(_POSSESSIVE.sub("", name))
    if (len(joined) >= 4 and joined in text.joins) or _written(name, text):
        return True
    return (
        (is_short(name) and abbreviates(joined, text))
        or (_may_slip(name) and bool(_slips(joined, text)))
        or ("-" in name and (_slips_in_one(joined, text) or _inflects(name, text)))
        or (_BASED.search(name) is not None and has_name(text, _BASED.sub("", name)))
    )


_BASED = re.compile(r"-(?:based|driven|powered|enabled)$")
"""Behind a name, a word without which it is the same name: "RFID-based"."""


def _inflects(name: str, text: Bag) -> bool:
    """Whether a text holds a name with a plain word behind it in another form of that word:
    "NP-complete" for "NP-completeness".
    """
    head, _, word = name.rpartition("-")
    plain = word.isalpha() and word.islower() and spelt(head) in text.spelt
    stems = stems_of(word) if plain else frozenset()
    forms = {form for stem in stems for form in text.forms.get(stem, ())}
    return any(re.search(rf"\b{re.escape(spelt(head))}[ -]{form}\b", text.spelt) for form in forms)


def mentions(text: str, topic: str) -> bool:
    """Whether a text says the words of a topic, and that together; its names by name."""
    words = [w for w in re.findall(r"\w[\w+-]*", topic) if looks_named(w) or stems_of(w)]
    held = bag(text)
    plain = [word for word in words if not looks_named(word)]
    named = (has_name(held, w) and cased(w, text) for w in words if w not in plain)
    said = (by_letters(held, w) > ALIKE or _written(w, held) for w in plain)
    together = len(plain) < 2 or near_together(held, plain)
    return bool(words) and together and all(named) and all(said)


def cased(name: str, text: str) -> bool:
    """Whether a text writes a name that is all capitals ("MIMIC") in capitals somewhere."""
    if not name.rstrip("s").isupper():
        return True
    letters = re.match(r"[^\W_]*[^\W\d_]", name.rstrip("s"))  # "CIFAR-10" is "CIFAR10", too
    written = letters[0] if letters else name.rstrip("s")
    return re.search(rf"(?<![A-Za-z]){re.escape(written)}", text) is not None


def _written(name: str, text: Bag) -> bool:
    """Whether a text writes a name in one of the ways in which it is written."""
    joined = _written_in_one(_POSSESSIVE.sub("", name))
    if joined.rstrip("s") not in text.letters:  # most, and no pattern is made
        return False
    return _spelling(name).search(text.spelt) is not None or (
        joined in text.letters and _loosely(joined).search(text.spelt) is not None
    )


@lru_cache(maxsize=4096)
def _loosely(joined: str) -> re.Pattern[str]:
    """A name with a sign between any of its letters."""
    letters = r"[\W_]?".join(map(re.escape, joined))
    return re.compile(rf"(?<![a-z0-9]){letters}(?![a-z0-9])")


@lru_cache(maxsize=4096)
def _spelling(name: str) -> re.Pattern[str]:
    """A name in the ways in which it is written: in several words, in one, in the plural."""
    plain = spelt(_POSSESSIVE.sub("", name))
    joined = _SIGN.sub("", plain)
    singular = joined.rstrip("s")
    ways = [rf"(?<![^\W_]){re.escape(plain)}s?(?![^\W_])"]
    if singular.isalpha() and len(singular) >= 3:  # a family of them, "Qwen" of "Qwen3"
        ways.append(rf"(?<![^\W_]){re.escape(singular)}(?=-?\d)")
    if len(singular) >= 2:
        ways.append(rf"(?<![^\W_]){re.escape(singular)}s?(?![^\W_])")
    return re.compile("|".join(ways))
