"""What a sentence or a work says towards a question: words covered, names covered, values held."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from retrieval.mentions import spelt
from retrieval.text import terms
from retrieval.writers.asked import Asked, Want

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Bag:
    """A text made ready for looking words up in it."""

    text: str
    spelt: str
    joins: frozenset[str]
    stems: frozenset[str]
    words: frozenset[str]
    initials: str


@lru_cache(maxsize=4096)
def bag(text: str) -> Bag:
    """The words, stems and initials of a text; the latest few thousand are kept."""
    plain = re.sub(r"\bdata[ -]set", "dataset", spelt(text))
    words = _WORD.findall(plain)
    return Bag(
        text=text,
        spelt=plain,
        joins=_joins(words),
        stems=frozenset().union(*(stems_of(word) for word in (*words, *_compounds(plain)))),
        words=frozenset(words),
        initials="".join(word[0] for word in words),
    )


@lru_cache(maxsize=65536)
def stems_of(word: str) -> frozenset[str]:
    """The search terms of one word; none for a stop word."""
    return frozenset(terms(word))


def _joins(words: Sequence[str]) -> frozenset[str]:
    """Two and three neighbouring words written in one: "ps fcn" is also "psfcn"."""
    pairs = [a + b for a, b in pairwise(words)]
    return frozenset(words).union(pairs, [a + b for a, b in zip(pairs, words[2:], strict=False)])


def _compounds(plain: str) -> list[str]:
    """Hyphenated words written in one: "data-set" is also "dataset"."""
    return [found.replace("-", "") for found in re.findall(r"\w+(?:-\w+)+", plain)]


# General language, not the vocabulary of a field: words that a question and an abstract often
# exchange for one another.
_SAME = (
    "people person participant subject volunteer individual adult respondent user human man woman "
    "contributor writer speaker worker student",
    "patient subject participant case",
    "image picture photo photograph pic frame",
    "video clip footage film movie",
    "dataset corpus corpora benchmark database collection",
    "sample example instance item",
    "phone mobile smartphone handset",
    "fast quick speed rapid acceleration speedup latency runtime",
    "accuracy accurate performance precise",
    "cheap inexpensive affordable lightweight low-cost",
    "shrink reduce decrease decline drop lower",
    "grow increase rise gain improve improvement enhance boost growth",
    "build construct create develop",
    "chatbot llm assistant agent",
    "network model architecture",
    "doctor clinician physician",
    "car vehicle automobile",
    "kid child children pupil",
    "money price cost",
    "illness disease disorder",
    "medicine drug medication",
    "category class",
    "find discover detect discovery detection recognise recognize recognition",
    "part component element",
    "error mistake",
    "fake synthetic artificial synthesise synthesize simulate",
    "worse worst poor degrade",
    "outline contour boundary edge",
    "rebuild reconstruct reconstruction recover",
    "sea ocean marine underwater deep-sea",
    "industry domain sector",
    "advert advertisement commercial ad advertising",
    "test evaluate evaluation validate validation assess experiment try",
    "two pair both dual",
    "old elderly ageing aging",
    "fool trick deceive manipulate",
    "wrong incorrect false",
    "beat outperform surpass exceed",
    "big large huge",
    "small tiny compact little",
    "speech spoken voice",
    "teach train learn",
    "doubt uncertainty",
    "fix repair correct",
    "deploy roll launch adopt",
)


@lru_cache(maxsize=1)
def _alike() -> Mapping[str, frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for line in _SAME:
        stems = {stem for word in line.split() for stem in stems_of(word)}
        for stem in stems:
            groups.setdefault(stem, set()).update(stems)
    return {stem: frozenset(group) for stem, group in groups.items()}


def alike(stem: str) -> frozenset[str]:
    """The stem and those of words that are often used in its place."""
    return _alike().get(stem, frozenset()) | {stem}


@dataclass(frozen=True, slots=True)
class Match:
    """How a text holds a word.

    Attributes:
        strength: 1 the word itself, .8 one of its stem, .6 one used in its place or a slip, 0 none.
        forms: the words of the text that stand for it; none where it is spread over several.
    """

    strength: float
    forms: frozenset[str] = frozenset()


_NOT_HELD = Match(0.0)


def covers(text: Bag, word: str) -> float:
    """How well a text holds a word, see `Match.strength`."""
    return match(text, word).strength


def match(text: Bag, word: str) -> Match:
    """How a text holds a word."""
    stems = stems_of(word) or frozenset({word})
    joined = re.sub(r"[\W_]", "", spelt(word))
    if stems <= text.stems:
        forms = frozenset(w for w in text.words if stems_of(w) & stems)
        return Match(1.0 if _inflected(word, forms) else 0.8, forms)
    if len(joined) >= 4 and joined in text.joins:
        return Match(1.0, frozenset(w for w in text.words if w in joined and len(w) > 3))
    if joined != word.lower() and (whole := stems_of(joined)) and whole <= text.stems:
        return Match(1.0, frozenset(w for w in text.words if stems_of(w) & whole))
    if is_short(word) and abbreviates(joined, text):
        return Match(0.9)
    for near in (alike, lambda stem: _rooted(stem, text)):
        found = [near(stem) & text.stems for stem in stems]
        if all(found):
            either = frozenset().union(*found)
            return Match(0.6, frozenset(w for w in text.words if stems_of(w) & either))
    slips = _slips(joined, text)
    return Match(0.6, slips) if slips else _NOT_HELD


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


def _rooted(stem: str, text: Bag) -> frozenset[str]:
    """Stems of the text that begin like a stem of five letters or more."""
    if len(stem) < 5:
        return frozenset()
    root, size = stem[:6], len(stem)
    return frozenset(
        other for other in text.stems if other.startswith(root) and abs(len(other) - size) <= 4
    )


def _slips(word: str, text: Bag) -> frozenset[str]:
    """Words of the text that are one slip of the pen away, two in words of eight letters."""
    if len(word) < 5 or not word.isalpha():
        return frozenset()
    most, size = (1 if len(word) < 8 else 2), len(word)
    return frozenset(
        other
        for other in text.words
        if other[0] == word[0]
        and abs(len(other) - size) <= most
        and OSA.distance(word, other, score_cutoff=most) <= most
        and other.isalpha()
    )


def is_short(word: str) -> bool:
    """Whether a word is written like a short form: SSB, LLMs."""
    return 2 <= len(word) <= 6 and sum(letter.isupper() for letter in word) >= 2


def abbreviates(short: str, text: Bag) -> bool:
    """Whether neighbouring words of the text begin with the letters of the short form."""
    short = short.rstrip("s") if len(short) > 3 else short
    return len(short) >= 3 and short in text.initials


def has_name(text: Bag, name: str) -> bool:
    """Whether a text holds a name, whatever its hyphens, plural or capitals; or its long form."""
    plain = spelt(re.sub(r"(?:['’]s)$", "", name))
    joined = re.sub(r"[\W_]", "", plain)
    if len(joined) >= 4 and joined in text.joins:
        return True
    if re.search(rf"(?<![^\W_]){re.escape(plain)}s?(?![^\W_])", text.spelt):
        return True
    singular = joined.rstrip("s")
    if len(singular) >= 2 and re.search(
        rf"(?<![^\W_]){re.escape(singular)}s?(?![^\W_])", text.spelt
    ):
        return True
    loose = r"[\W_]?".join(map(re.escape, joined))
    if re.search(rf"(?<![a-z0-9]){loose}(?![a-z0-9])", text.spelt):
        return True
    return (is_short(name) and abbreviates(joined, text)) or bool(_slips(joined, text))


# The part a sentence plays --------------------------------------------------------------

_BACKGROUND = re.compile(
    r"\b(?:however|existing|recent(?:ly)?|traditional(?:ly)?|conventional|although|"
    r"despite|challeng\w+|"
    r"remains?|often|typically|prior|previous|most (?:of|existing)|widely|lack(?:s|ing)?|suffer\w*|"
    r"motivated|inspired|is an? (?:critical|important|fundamental|key|crucial))\b",
    re.IGNORECASE,
)
_CONTRIBUTION = re.compile(
    r"\b(?:we|our|propose[ds]?|present(?:s|ed)?|introduce[ds]?|results?|experiments?|achiev\w+|"
    r"outperform\w*|show(?:s|ed)?|demonstrat\w+|evaluat\w+|find|found|specifically|consists?|"
    r"comprises?|contains?|includ(?:es|ing))\b",
    re.IGNORECASE,
)
_ENUMERATION = re.compile(
    r"\b[\w-]+, [\w-]+(?: [\w-]+){0,3},? (?:and|or) |\([^()]*(?:,| and )[^()]*\)|:|\(?\b(?:i|1)\)|"
    r"\b(?:including|such as|namely|spanning|compris\w+|consist\w+|respectively|both|between|via|"
    r"two|three|four|five|six)\b",
    re.IGNORECASE,
)


def is_background(sentence: str) -> bool:
    """Whether a sentence speaks of what was before the work."""
    return _BACKGROUND.search(sentence) is not None


def is_contribution(sentence: str) -> bool:
    """Whether a sentence speaks of what the work did or found."""
    return _CONTRIBUTION.search(sentence) is not None


_CLOSING = re.compile(
    r"\b(?:codes?|data|datasets?|models?|implementations?|resources|project page)\b.{0,60}"
    r"\b(?:available|released|found at|open-sourced)\b|https?://|\bwe (?:hope|believe)\b|"
    r"\bpav(?:e|es|ing) the way\b|\bfuture (?:research|work|directions)\b|^keywords\b",
    re.IGNORECASE,
)


def is_closing(sentence: str) -> bool:
    """Whether a sentence only says where the code is, or what is hoped for."""
    return _CLOSING.search(sentence) is not None


_COINED = re.compile(
    r"\b(?:called|named|dubbed|termed|introduc\w+|propos\w+|present\w*|releas\w+|"
    r"develop\w*|build|built|"
    r"coin\w*|prototype|namely)\b"
)
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b(?:[A-Z][a-z]+[A-Z]\w*|[A-Z]{2,}\w*|[A-Z][a-z]{2,})\b")


def names_something(sentence: str) -> bool:
    """Whether a sentence gives a name to something new."""
    return _COINED.search(sentence) is not None and _NAME.search(sentence) is not None


_PROPOSAL = re.compile(
    r"\b(?:we|this (?:paper|work|study|article|survey)|paper)\b.{0,60}"
    r"\b(?:propos\w+|present\w*|introduc\w+|"
    r"develop\w*|design\w*|describ\w+|formulat\w+|stud(?:y|ies)|investigat\w+|devis\w+)\b",
    re.IGNORECASE,
)


def proposes(sentence: str) -> bool:
    """Whether a sentence says what a work puts forward."""
    return _PROPOSAL.search(sentence) is not None


_SUPERLATIVE = re.compile(
    r"\b(?:best|worst|highest|lowest|most|least|largest|smallest|strongest|fastest|"
    r"outperform\w*|superior|"
    r"surpass\w*|worse|better|lower|higher)\b",
    re.IGNORECASE,
)


def is_superlative(sentence: str) -> bool:
    """Whether a sentence ranks things."""
    return _SUPERLATIVE.search(sentence) is not None


_ANNOUNCED = re.compile(
    r"\b(?:two|three|four|five|six|seven|several|\d+) (?:\w+ )?(?:categories|types|"
    r"kinds|classes|components|"
    r"parts|steps|stages|phases|aspects|groups|factors|dimensions|tasks|modules|"
    r"ideas|contributions)\b|"
    r"\b(?:including|such as|namely)\b[^.]*,[^.]*\band\b|:\s*\w[^.:]*,[^.:]*\band\b",
    re.IGNORECASE,
)


def enumerates(sentence: str) -> float:
    """How surely a sentence lists things: 1 where it announces a list, .5 where it may."""
    if _ANNOUNCED.search(sentence):
        return 1.0
    return 0.5 if _ENUMERATION.search(sentence) else 0.0


def defines(thing: str, sentence: str) -> bool:
    """Whether a sentence says what a thing is or does: "X is …", "X, which …", "propose X"."""
    name = re.escape(thing)
    return bool(
        re.search(
            rf"\b{name}s?\W+(?:\([^)]*\)\s*)?,?\s*(?:which |that )?(?:is|are|was|"
            rf"stands|refers|denotes|"
            rf"means|uses?|can|generates?|produces?|allows|enables|consists|comprises)\b|"
            rf"\b(?:called|named|dubbed|termed|propose[ds]?|introduce[ds]?|"
            rf"present)\b[^.]{{0,60}}\b{name}|"
            rf"\({name}\)",
            sentence,
            re.IGNORECASE,
        )
    )


# Values -----------------------------------------------------------------------------------

_NUMBER_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    "fifteen|twenty|thirty|forty|"
    "fifty|hundreds?|thousands?|millions?|billions?|dozens?|arbitrary number of|"
    "half|twice|double[sd]?|triple"
)
_NUMERAL = re.compile(
    r"(?<![\w.-])[~≈<>≤≥±+-]?\$?\d[\d,]*(?:\.\d+)?(?![\w-]*[A-Za-z]{3})", re.IGNORECASE
)
_QUANTITY = re.compile(
    rf"(?<![\w.(])(?:\d[\d,]*(?:\.\d+)?\s?(?:k|m|b|million|billion|thousand)?|"
    rf"{_NUMBER_WORDS})\b(?!\s?%|\.\d)",
    re.IGNORECASE,
)
_FACTOR = re.compile(r"\d\s?(?:×|x|\\times|times|%|\\%)", re.IGNORECASE)
_EVIDENCE: Mapping[Want, re.Pattern[str]] = {
    Want.MONEY: re.compile(
        r"[$€£¥]\s?\d|\d[\d,.]*\s?(?:USD|EUR|GBP|dollars?|euros?|cents?|pounds)\b|"
        r"\b(?:USD|EUR)\s?\d",
        re.I,
    ),
    Want.DURATION: re.compile(
        r"\d\s?(?:ms|µs|μs|ns|s|sec(?:ond)?s?|min(?:ute)?s?|h|hours?|days?|weeks?|"
        r"months?|years?|milliseconds?|microseconds?|fps|Hz)\b|"
        r"\b(?:real[- ]time|(?:seconds?|minutes?|hours?|days?|weeks?|months?|"
        r"years?))\b",
        re.I,
    ),
    Want.RATE: re.compile(r"\d\s?(?:fps|Hz|frames? per second)\b|frames per second", re.I),
    Want.TEMPERATURE: re.compile(r"\d\s?(?:°|º|\\circ|K\b|C\b|kelvin|celsius|degrees)", re.I),
    Want.LINK: re.compile(
        r"https?://|www\.|github|gitlab|huggingface|\b(?:is|are|will be|made|"
        r"publicly|openly) (?:publicly |freely |openly )?(?:available|released)|"
        r"open[- ]?source",
        re.I,
    ),
    Want.DATA_SETS: re.compile(
        r"\b(?:data ?-?sets?|benchmarks?|corpus|corpora|database|testbed|"
        r"collection)\b|\b[A-Z]{2,}[\w-]*\d|\bon [A-Z][\w-]*(?:[A-Z]|\d)[\w-]*",
        0,
    ),
    Want.PLACE: re.compile(r"\b(?:in|at|from|of|across|near) (?:the )?(?:[A-Z][a-z]+)"),
    Want.NUMBER: re.compile(
        r"\d|\b(?:half|twice|double[sd]?|triple[sd]?|two|three|four|five|six|seven|"
        r"eight|nine|ten)\b",
        re.I,
    ),
}


def value(asked: Asked, sentence: str) -> float:
    """How surely a sentence holds a value of the kind asked for: 1, less for a likely one, 0."""
    if asked.want is Want.ANYTHING:
        return 0.0
    if asked.want is Want.COUNT:
        return counts(asked, sentence)
    if asked.want is Want.EXPANSION:
        return float(expansion(asked.short, sentence) is not None)
    if asked.want is Want.NUMBER:
        return float(any(True for _ in numerals(sentence)))
    if asked.fast and _FACTOR.search(sentence):
        return 1.0
    return float(_EVIDENCE[asked.want].search(sentence) is not None)


def numerals(sentence: str) -> Iterable[str]:
    """Numbers that are no part of a name (ResNet-50) or of a list mark ("2)")."""
    for m in re.finditer(r"(?<![\w-])\$?[~≈<>≤≥+]?\d[\d,]*(?:\.\d+)?", sentence):
        after = sentence[m.end() : m.end() + 2]
        if not after.startswith(")") and not re.match(r"-?[A-Z][a-z]|D\b", after):
            yield m[0]
    for m in re.finditer(
        r"\b(?:half|twice|double[sd]?|tripled?|one|two|three|four|five|six|seven|eight|nine|ten)\b",
        sentence,
        re.I,
    ):
        yield m[0]


def counts(asked: Asked, sentence: str) -> float:
    """Whether a sentence counts the things asked for, by a quantity shortly before them.

    1 where it names them, .6 where it names what often stands for them ("subjects" for people).
    """
    others = {other for stem in asked.counted for other in alike(stem)}
    plain = re.sub(r"\bdata[ -]set", "dataset", re.sub(r"\$|\\text\w*|[{}]", "", sentence))
    best = 0.0
    for m in _QUANTITY.finditer(plain):
        near = re.split(r"[;:)]|\.\s", plain[m.end() : m.end() + 80])[0]
        following = re.findall(r"[^\W_]+", near)[: 3 if "." in m[0] else 8]
        stems = {stem for word in following for stem in stems_of(word)}
        best = max(best, 1.0 if asked.counted & stems else 0.6 if others & stems else 0.0)
    if re.search(r"\b(?:arbitrary|any|unlimited|varying) numbers? of\b", plain, re.IGNORECASE):
        following = re.findall(r"[^\W_]+", plain.split(" of ", 1)[-1][:40])[:4]
        stems = {stem for word in following for stem in stems_of(word)}
        best = max(best, 1.0 if others & stems else 0.0)
    return best


def expansion(short: str, sentence: str) -> str | None:
    """The long form beside a short form: "Long Form (LF)", "LF (Long Form)", "LF, short for …"."""
    plain = re.sub(r"[$\\]", "", sentence)
    letters = re.escape(short)
    for m in re.finditer(rf"\(\s*{letters}s?(?:\s+for short)?\s*[,;)]", plain, re.IGNORECASE):
        before = re.findall(r"[^\s()]+", plain[: m.start()])
        if long := _long_form(short, before):
            return long
    for pattern in (
        rf"\b{letters}s?\s*\(\s*([^()]{{4,90}})\)",
        rf"\b{letters}s?\b\s*(?::|,? (?:which )?(?:stands|short|standing|an? acronym|"
        rf"abbreviation) for)\s+([^.;,]{{4,90}})",
    ):
        if (found := re.search(pattern, plain, re.IGNORECASE)) and _fits(
            short, re.findall(r"[^\W_]+", found[1])
        ):
            return found[1]
    return None


def _long_form(short: str, before: list[str]) -> str | None:
    """The fewest words before the bracket that spell the short form."""
    for size in range(1, min(len(before), len(short) + 5) + 1):
        words = before[-size:]
        if _fits(short, re.findall(r"[^\W_]+", " ".join(words))):
            return " ".join(words)
    return None


def _fits(short: str, words: list[str]) -> bool:
    """Whether the letters of a short form come in order in the words, the first at a beginning."""
    letters = [letter for letter in short.lower() if letter.isalnum()]
    if len(letters) > 2 and letters[-1] == "s" and short[-1] == "s":
        letters = letters[:-1]
    if not words or not letters or words[0][0].lower() != letters[0]:
        return False
    at = 0
    for word in words:
        lowered = word.lower()
        place = 0
        while at < len(letters) and (found := lowered.find(letters[at], place)) >= 0:
            if (
                place == 0
                and found > 0
                and at < len(letters)
                and len(words) > 1
                and lowered[0] != letters[at]
            ):
                break
            place = found + 1
            at += 1
    return at == len(letters)
