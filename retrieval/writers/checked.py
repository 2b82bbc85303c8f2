"""What a model wrote, sentence by sentence, kept only where its sources bear it out.

A sentence stays if it carries a key that was given out, if every number and every name in it occurs
in the works it cites, if its links do, and if it shares enough of its words with them. All else is
dropped, and each citation gets the verbatim sentences that it rests on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from retrieval.text import readable, split_sentences, terms
from retrieval.writers import Draft, DraftSentence, Quote

if TYPE_CHECKING:
    from retrieval.search import Passage

SHARED_WORDS = 1 / 3
"""Least share of a sentence's content words that must occur in what it cites."""
QUOTES = 2
"""Most sentences quoted from one work for one sentence of the draft."""

KEY = r"k[0-9a-f]{8}"
_GROUP = re.compile(rf"\s*[\[(【]\s*(?:keys?:?\s*)?{KEY}(?:[\s,;&]+(?:and\s+)?{KEY})*\s*[\])】]")
_AFTER_STOP = re.compile(rf"([.!?]+)((?:{_GROUP.pattern})+)")
_BARE_KEY = re.compile(rf"\b{KEY}\b")
_NUMBERED = re.compile(r"\s*(?:\[\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\]|【[^】]*】)")
_MARKUP = re.compile(r"\*\*|__|`+|^\s{0,3}(?:#{1,6}|>|[-*•]|\d{1,2}[.)])\s+", re.MULTILINE)

_WORD = re.compile(r"[^\W_]+(?:[-–.,'’/+][^\W_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LINK = re.compile(r"\S*(?:://|www\.|@|discord\.gg)\S*", re.IGNORECASE)
_FROM_TWO = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_SPELT = {word: str(number) for number, word in enumerate(_FROM_TWO.split(), 2)}
# Words that may open a sentence with a capital without being a name.
_OPENING = (
    "a according additionally after all although also among an and another as at authors based "
    "because before besides both but by compared consequently despite due during each either "
    "every existing experiments extensive finally first for from furthermore given had has have "
    "he hence her here his how however if in instead into is it its last many moreover most "
    "neither no none not notably of on one only other others our overall papers people rather "
    "recent recently researchers results second several she similarly since so some specifically "
    "studies such that the their them then there therefore these they third this those though "
    "three through thus to together two under unlike until up we what when where whereas which "
    "while who why with within without work works yes yet"
)
_OPENERS = frozenset(_OPENING.split())


@dataclass(frozen=True)
class _Evidence:
    """The words, numbers and terms of a text, each worked out when it is first looked up in."""

    text: str

    @cached_property
    def folded(self) -> str:
        return _folded(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        whole = _WORD.findall(self.folded)
        return frozenset(_singular(part) for word in whole for part in (word, *_parts(word)))

    @cached_property
    def numbers(self) -> frozenset[str]:
        spelt = {_SPELT[word] for word in self.words if word in _SPELT}
        return frozenset(_numbers(self.folded)) | spelt

    @cached_property
    def terms(self) -> frozenset[str]:
        return frozenset(terms(self.text))


class Checker:
    """Checks drafts against passages known to the model by their keys.

    A sentence is checked once, however often the draft that it stands in is read as it grows.
    """

    def __init__(self, passages: Mapping[str, Passage]) -> None:
        self._passages = dict(passages)
        self._index = {key: number for number, key in enumerate(passages)}
        self._evidence = {key: _Evidence(_all_text(p)) for key, p in passages.items()}
        self._checked: dict[tuple[str, tuple[str, ...]], DraftSentence | None] = {}

    def draft(self, raw: str, *, finished: bool = True) -> Draft:
        """The sentences of `raw` that stand; without `finished` the last one is left out."""
        found = _sentences(raw) if finished else _sentences(raw)[:-1]
        checked = [self._checked_once(text, keys) for text, keys in found]
        return Draft(sentences=tuple(one for one in checked if one is not None))

    def _checked_once(self, text: str, keys: tuple[str, ...]) -> DraftSentence | None:
        if (text, keys) not in self._checked:
            self._checked[text, keys] = self._check(text, keys)
        return self._checked[text, keys]

    def _check(self, text: str, keys: Sequence[str]) -> DraftSentence | None:
        known = [key for key in dict.fromkeys(keys) if key in self._passages]
        words = terms(text).keys()
        cited = [key for key in known if self._evidence[key].terms & words]
        if not cited or not _borne_out(text, [self._evidence[key] for key in cited]):
            return None
        quotes = tuple(
            Quote(passage=self._index[key], text=quote)
            for key in cited
            for quote in _quotes(text, self._passages[key])
        )
        return DraftSentence(text=text, quotes=quotes)


def _sentences(raw: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each sentence of a draft without its keys, and the keys that it carries."""
    text = _MARKUP.sub("", _NUMBERED.sub("", raw))
    text = _AFTER_STOP.sub(lambda m: m[2].rstrip() + m[1] + " ", text)
    found = []
    for line in text.splitlines():
        for sentence in split_sentences(line):
            keys = tuple(_BARE_KEY.findall(sentence))
            bare = " ".join(_BARE_KEY.sub("", _GROUP.sub("", sentence)).split())
            bare = re.sub(r"\s+([.,;:!?])", r"\1", bare)
            found.append((bare, keys))
    return found


def _borne_out(text: str, works: Sequence[_Evidence]) -> bool:
    """Whether the numbers, names, links and words of a sentence occur in the works it cites."""
    folded = _folded(text)
    spelt = {_SPELT[word] for word in _WORD.findall(folded) if word in _SPELT} - {str(len(works))}
    numbers = {number for work in works for number in work.numbers}
    if not {*_numbers(folded), *spelt} <= numbers:
        return False
    links = [_folded(link).strip("<>().,") for link in _LINK.findall(text)]
    if not all(any(link in work.folded for work in works) for link in links):
        return False
    words = {word for work in works for word in work.words}
    if not all(_has_name(words, name) for name in _names(text)):
        return False
    content = terms(text).keys()
    found = {term for work in works for term in content & work.terms}
    return len(found) >= SHARED_WORDS * len(content)


def _has_name(words: Set[str], name: str) -> bool:
    word = _singular(_folded(name))
    return word in words or all(_singular(part) in words for part in _parts(word))


def _names(text: str) -> list[str]:
    """Words with a capital letter (names, acronyms) but for those that only open the sentence."""
    names = []
    opens = True
    for match in _WORD.finditer(_LINK.sub(" ", text)):
        word = re.sub(r"['’]s$", "", match.group())
        ordinary = word.lower() in _OPENERS or word == "I"
        verbal = opens and word[1:].islower() and word.endswith(("ing", "ly"))
        if any(letter.isupper() for letter in word) and not ordinary and not verbal:
            names.append(word)
        opens = False
    return names


def _quotes(text: str, passage: Passage) -> list[str]:
    """The sentences of a passage that bear the sentence out: the nearest, and one that adds."""
    sentences = [s.text for s in passage.sentences if s.position > 0] or [
        s.text for s in passage.sentences
    ]
    wanted = {_singular(_folded(name)) for name in _names(text)} | set(_numbers(_folded(text)))
    left = {**dict.fromkeys(terms(text), 1.0), **dict.fromkeys(wanted, 3.0)}
    chosen: list[int] = []
    while sentences and len(chosen) < QUOTES:
        gains = [0.0 if n in chosen else _gain(left, s) for n, s in enumerate(sentences)]
        best = max(range(len(sentences)), key=gains.__getitem__)
        if chosen and gains[best] < 3.0:
            break
        chosen.append(best)
        covered = _features(sentences[best])
        left = {feature: gain for feature, gain in left.items() if feature not in covered}
    return [sentences[n] for n in sorted(chosen)]


def _gain(left: Mapping[str, float], sentence: str) -> float:
    return sum(left.get(feature, 0.0) for feature in _features(sentence))


def _features(sentence: str) -> frozenset[str]:
    evidence = _Evidence(readable(sentence))
    return evidence.words | evidence.numbers | evidence.terms


def _all_text(passage: Passage) -> str:
    work = passage.work
    return "\n".join(
        (readable(work.title), readable(work.abstract), ", ".join(work.authors), str(work.year))
    )


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace("×", "x").replace("’", "'")
    return re.sub("[‐‑‒–—−]", "-", plain).casefold()


def _parts(word: str) -> list[str]:
    return [part for part in re.split(r"[-.,'/+]", word) if part]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 2 and word.endswith("s") else word


def _numbers(text: str) -> list[str]:
    """Numbers without the commas that group thousands: "60,906" and "60906" are the same."""
    return [re.sub(r",(?=\d{3}\b)", "", number) for number in _NUMBER.findall(text)]
