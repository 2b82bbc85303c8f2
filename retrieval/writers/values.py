"""Whether a sentence holds a value of the kind that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from retrieval.question.asked import Asked
from retrieval.question.mentions import looks_named, spelt
from retrieval.question.wants import Want
from retrieval.text import readable, terms
from retrieval.writers import gazetteer
from retrieval.writers.matching import ALIKE, abbreviates, bag, holds

_NUMBER_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    "fifteen|twenty|thirty|forty|"
    "fifty|hundreds?|thousands?|millions?|billions?|dozens?|"
    "(?:arbitrary|any|unlimited|varying) numbers? of|"
    "(?<=only a )single|half|twice|double[sd]?|triple"
)
_QUANTITY = re.compile(
    rf"(?<![\w.(])(?<![a-z]-)(?:\d[\d,]*(?:\.\d+)?\s?(?:k|m|b|million|billion|thousand)?|"
    rf"{_NUMBER_WORDS})\b(?!\s?%|\.\d)",
    re.IGNORECASE,
)
_FACTOR = re.compile(
    rf"(?:\d|\b(?:{_NUMBER_WORDS}))\s?(?:×|x|\\times|times)\b|\b(?:half|twice)\b",
    re.IGNORECASE,
)
_OF_TIME = (
    r"\b(?:latency|time|speed(?:-?ups?)?|accelerat\w+|fast(?:er)?|slow(?:er)?|quick(?:er)?|cost(?:s|ly)?|"
    r"cheap(?:er)?|expensive)\b"
)
_LESS = rf"(?:\d\s?\\?%|{_FACTOR.pattern})"
_RELATIVE = re.compile(rf"{_OF_TIME}[^.;]{{0,40}}?{_LESS}|{_LESS}[^.;]{{0,30}}?{_OF_TIME}", re.I)
"""A part or a multiple of a time or a price: "latency by 42%", "12 times faster"."""
_MEASURED = frozenset({Want.MONEY, Want.DURATION, Want.RATE})
"""What a factor may tell as well: "8 times faster", "half as expensive"."""
_EVIDENCE: Mapping[Want, re.Pattern[str]] = {
    Want.MONEY: re.compile(
        r"[$€£¥]\s?\d|\d[\d,.]*\s?(?:USD|EUR|GBP|dollars?|euros?|cents?|pounds)\b|"
        r"\b(?:USD|EUR)\s?\d",
        re.I,
    ),
    Want.DURATION: re.compile(
        r"\d\s?(?:ms|µs|μs|ns|s|sec(?:ond)?s?|min(?:ute)?s?|h|hours?|days?|weeks?|"
        r"months?|years?|milliseconds?|microseconds?|fps|Hz)\b|"
        r"\b(?:real[- ]time|(?:(?:milli|micro|nano)?seconds?|minutes?|hours?|days?|weeks?|months?|"
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
        r"collection)\b|\b[A-Z]{2,}[\w-]*\d(?![\d.]*B\b)|\bon [A-Z][\w-]*(?:[A-Z]|\d)[\w-]*",
        0,
    ),
    Want.PLACE: re.compile(
        r"\b(?:in|at|from|of|across|near) (?:the )?(?:[A-Z][a-z]+)|\b(?:UK|USA?|EU|UAE)\b"
    ),
    Want.LLM: gazetteer.LLM,
    Want.LANGUAGE: gazetteer.LANGUAGE,
    Want.COUNTRY: gazetteer.COUNTRY,
    Want.DATE: re.compile(
        r"\b(?:1\d\d\d|20[0-4]\d)s?\b|\b\d0s\b|\b\d{1,2}th[ -]century\b|"
        r"\b(?:January|February|March|April|June|July|August|September|October|November|December)\b"
    ),
    Want.NUMBER: re.compile(
        r"\d|\b(?:half|twice|double[sd]?|triple[sd]?|two|three|four|five|six|seven|"
        r"eight|nine|ten)\b",
        re.I,
    ),
}


def value(asked: Asked, sentence: str) -> float:
    """How surely a sentence holds a value of the kind asked for: 1, less for a likely one, 0."""
    sentence = readable(sentence)
    if asked.want is Want.ANYTHING:
        return 0.0
    if asked.want is Want.COUNT:
        return counts(asked, sentence)
    if asked.want is Want.EXPANSION:
        if expansion(asked.short, sentence):
            return 1.0
        return 0.6 * abbreviates(asked.short.lower(), bag(sentence))
    if asked.want is Want.NUMBER and _OF_SET.search(asked.text):
        return float(_MANY.search(sentence) is not None)
    if asked.want is Want.NUMBER and _IN_PERCENT.search(asked.text):
        return float(_PERCENT.search(sentence) is not None)
    if asked.want is Want.NUMBER:
        return float(not _figures(sentence) <= _figures(asked.text))
    if asked.want in _NAMING:
        return _names(asked, sentence)
    if _EVIDENCE[asked.want].search(sentence):
        return 1.0
    return 0.6 * (asked.want in _MEASURED and _RELATIVE.search(sentence) is not None)


_SET = r"(?:datasets?|corp(?:us|ora)|benchmarks?|collections?|data ?bases?|materials?|works)"
_OF_SET = re.compile(
    rf"\b(?:sizes? of|how (?:large|big|small)(?: is| are| was| were)?)"
    rf"(?: (?!(?:on|in|for|of|at|with|between)\b)[\w-]+){{0,6}}? {_SET}\b|"
    rf"\b{_SET} sizes?\b",
    re.IGNORECASE,
)
_MANY = re.compile(
    r"(?<![\w.,])(?!(?:19|20)\d\d\b)(?:\d{3,}|\d{1,3}(?:,\d{3})+|\d[\d.]*\s?(?:[kKM]\b|"
    r"(?:hundred|thousand|million|billion)s?\b|(?:hours|minutes)\b))(?!\.?\d|\s?%)|"
    r"\b(?:hundred|thousand|million|billion)s? ",
)
"""How many there are of what a data set holds, or how long it lasts; no score, and no year."""

_IN_PERCENT = re.compile(r"\b(?:in|many) (?:percent|per cent|%)", re.IGNORECASE)
_PERCENT = re.compile(r"\d\s?\\?%|\bper ?cent\b|\bpercentage", re.IGNORECASE)


_NAMING = frozenset({Want.LLM, Want.LANGUAGE, Want.COUNTRY})
"""What is wanted by its name, so that a name that the question has already is no answer."""
_OF_LANGUAGE = re.compile(r"\b(?:languages?|dialects?|speak\w*|spoken|multilingual)\b", re.I)


def _names(asked: Asked, sentence: str) -> float:
    """1 where a sentence has another name of the kind asked for than the question itself.

    There are more languages than can be listed: .6 for some name in a sentence that is of them.
    """
    said = asked.text.lower()
    if any(m[0].lower() not in said for m in _EVIDENCE[asked.want].finditer(sentence)):
        return 1.0
    if asked.want is Want.LANGUAGE and _OF_LANGUAGE.search(sentence):
        return 0.6 * any(name not in said and name.isalpha() for name in _plain_names(sentence))
    return 0.0


def _plain_names(sentence: str) -> list[str]:
    """Words with a capital and small letters inside a sentence, in small letters."""
    return [m[0].lower() for m in _PLAIN_NAME.finditer(sentence)]


_PLAIN_NAME = re.compile(r"(?<=[a-z,(] )[A-Z][a-z]{2,}\b")


@lru_cache(maxsize=4096)
def _numerals(text: str) -> frozenset[str]:
    return frozenset(numerals(text))


@lru_cache(maxsize=4096)
def _figures(text: str) -> frozenset[str]:
    """Numbers that measure: in digits, or in words with what makes them a factor or a part."""
    return frozenset(n for n in numerals(text) if not n.isalpha() or n.lower() in _FACTORS) | {
        m[0] for m in _MEASURING.finditer(text)
    }


_FACTORS = frozenset("half twice double doubled doubles triple tripled".split())
_MEASURING = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|"
    r"seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)[ -](?:times|fold|percent|"
    r"points?|orders?|hundred|thousand|million|billion|decibels?|(?:milli|micro|nano)?seconds?|"
    r"minutes?|hours?|days?)\b|"
    r"\borders? of magnitude\b|"
    r"(?<=factor of )(?:two|three|four|five|six|seven|eight|nine|ten)\b",
    re.I,
)


def has_numeral(sentence: str) -> bool:
    """Whether there is a number in a sentence."""
    return bool(_numerals(sentence))


def numerals(sentence: str) -> Iterable[str]:
    """Numbers that are no part of a name (ResNet-50) or of a list mark ("2)")."""
    for m in _DIGITS.finditer(sentence):
        after = sentence[m.end() : m.end() + 2]
        if not after.startswith(")") and not _OF_A_NAME.match(after):
            yield m[0]
    for m in _IN_WORDS.finditer(sentence):
        yield m[0]


_DIGITS = re.compile(r"(?<![\w-])\$?[~≈<>≤≥+]?\d[\d,]*(?:\.\d+)?")
_OF_A_NAME = re.compile(r"-?[A-Z][a-z]|D\b")
_IN_WORDS = re.compile(
    r"\b(?:half|twice|double[sd]?|tripled?|one|two|three|four|five|six|seven|eight|nine|ten)\b",
    re.I,
)


_SIGN = re.compile(r"[\W_]")
_WORD = re.compile(r"[^\W_](?:[\w+]|[-.](?=\w))*")


@lru_cache(maxsize=4096)
def names_in(sentence: str) -> frozenset[str]:
    """What is written like a name in a sentence, in small letters and in one word each.

    A capital that only opens the sentence is none.
    """
    return frozenset(
        _SIGN.sub("", spelt(word)).rstrip("s")
        for place, word in enumerate(_WORD.findall(readable(sentence)))
        if looks_named(word) or (place and word[0].isupper() and len(word) > 1)
    )


def is_measure(name: str) -> bool:
    """Whether a name, as `names_in` gives it, is what is measured: "psnr", "macrof1"."""
    return _MEASURE.fullmatch(name) is not None


_MEASURE = re.compile(
    r"\w*(?:f\d|score|rate|accuracy|precision|recall|error)|macro|micro|m?ap(?:\d+)?|m?iou|auc|"
    r"auroc|dice|dsc|psnr|ssim|lpip|fid|bleu|rouge|wer|cer|mae|rmse|mse|elo"
)

_ENDS_NAME = re.compile(r"[\w,] [A-Z][a-z]\w* \d{1,2}$")
"""A number that belongs to a name before it, "Dota 2", which does not open a sentence."""


def counts(asked: Asked, sentence: str) -> float:
    """Whether a sentence counts the things asked for, by a quantity shortly before them.

    1 where it names them, .6 where it names what often stands for them ("subjects" for people).
    """
    plain = _DATA_SET.sub("dataset", _MARKUP.sub("", sentence))
    best = 0.0
    for m in _QUANTITY.finditer(plain):
        if _ENDS_NAME.search(plain[: m.end()].rstrip()):
            continue
        near = _BREAK.split(plain[m.end() : m.end() + 80])[0]
        following = _FOLLOWING.findall(near)[: 5 if "." in m[0] else 8]
        if before := _FOLLOWED.search(plain[: m.start()]):
            following = [*following, before[1]]
        held = max((holds(bag(" ".join(following)), word) for word in asked.counted), default=0.0)
        best = max(best, 1.0 if held > ALIKE else 0.6 if held > ALIKE / 2 else 0.0)
    return best


_FOLLOWED = re.compile(r"([^\W\d_]+)\s?(?::|=)\s*$")
"""What is counted, before its number: "observations: 47"."""
_MARKUP = re.compile(r"\$|\\text\w*|[{}]")
_DATA_SET = re.compile(r"\bdata[ -]set")
_BREAK = re.compile(r"[;:)]|\.\s|\b(?:from|scale|how|whether)\b")
_FOLLOWING = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def expansion(short: str, sentence: str) -> str | None:
    """The long form beside a short form: "Long Form (LF)", "LF (Long Form)", "LF, short for …"."""
    plain = re.sub(r"[$\\]", "", sentence)
    before, *after = _beside(short)
    for m in before.finditer(plain):
        if long := _long_form(short, plain[: m.start()], said="for short" in m[0]):
            return long
    for pattern in after:
        if (found := pattern.search(plain)) and _long_form(short, found[1]):
            return found[1]
    return None


@lru_cache(maxsize=4096)
def shortened(text: str) -> dict[str, tuple[str, ...]]:
    """Short forms of three letters or more that a text gives in brackets -> the stems of their long
    forms (Schwartz & Hearst 2003).
    """
    shorts = (m[1] for m in _SHORT.finditer(text) if sum(map(str.isupper, m[1])) > 1)
    longs = ((short, expansion(short, text)) for short in dict.fromkeys(shorts))
    return {short: tuple(terms(long)) for short, long in longs if long}


_SHORT = re.compile(r"(?<=\w \()([^\W_][\w-]+?[A-Z\d])(?=s?\))")


@lru_cache(maxsize=1024)
def _beside(short: str) -> tuple[re.Pattern[str], ...]:
    """How a short form stands after its long form, and before it."""
    letters = re.escape(short)
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"\(\s*(?:[\w-]+,?\s+){{0,3}}{letters}s?(?:\s+for short)?\s*[,;)]",
            rf"\b{letters}s?\s*\(\s*([^()]{{4,90}})\)",
            rf"\b{letters}s?, (?:the|an?|our) ((?-i:[A-Z])[^.;,()]{{4,90}})",
            rf"\b{letters}s?\b(?:-\w+)?\s*(?::|,? (?:which )?(?:stands|short|standing|an? acronym|"
            rf"abbreviation) for)\s+([^.;,]{{4,90}})",
        )
    )


_SPOKEN = {"2": "t", "4": "f"}
"""Digits that stand for the words that they sound like: "to", "for"."""


def _long_form(short: str, text: str, *, said: bool = False) -> str | None:
    """The end of a text that spells a short form (Schwartz and Hearst 2003).

    Its letters are looked for from the end; the first has to begin a word. It may reach further
    back where it is `said` that this is the short form.
    """
    letters = [_SPOKEN.get(letter, letter) for letter in short.lower() if letter.isalnum()]
    if len(letters) > 2 and short[-1] == "s":
        letters = letters[:-1]
    words = [m.start() for m in re.finditer(r"[^\s()]+", text)]
    most = len(letters) + 5 if said else min(len(letters) + 5, 2 * len(letters))
    beginning = words[-most] if len(words) > most else 0
    at = len(text)
    for n, letter in reversed(list(enumerate(letters))):
        at -= 1
        while at >= beginning and not (
            text[at].lower() == letter and (n or at == 0 or not text[at - 1].isalnum())
        ):
            at -= 1
        if at < beginning:
            return None
    found = text[at:].strip().strip("'\"“”‘’")
    return found if len(found) > len(short) else None
