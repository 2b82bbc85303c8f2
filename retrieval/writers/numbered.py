"""Works told by a number: the largest data set, the highest accuracy."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.question.ranked import of_sets
from retrieval.question.typed import Question
from retrieval.search import Passage
from retrieval.text import terms
from retrieval.writers import DraftSentence, Quote
from retrieval.writers.matching import bag


def numbered(
    question: Question, sentences: Sequence[DraftSentence], passages: Sequence[Passage]
) -> list[DraftSentence]:
    """The works quoted, each with the sentence that holds a number and most of what is asked; of
    data sets the greatest number.

    Those without one are left out, and where a number of something is asked, those without its
    words.
    """
    of_size = of_sets(question.content)
    of = set(terms(question.content))
    words = set(terms(question.text)) - (of | _SETS if of_size else set())
    counted = set() if of_size else of
    found = []
    for place in (sentence.quotes[0].passage for sentence in sentences):
        told = [
            (len(words & stems), _size(s.text) if of_size else -n, number, s)
            for n, s in enumerate(passages[place].sentences[1:])
            if (number := greatest(s.text)) and counted <= (stems := bag(s.text).stems)
        ]
        if told:
            said = max(told, key=lambda one: one[:3])[3]
            found.append(DraftSentence(said.text, (Quote(place, said.text),)))
    return found


_SETS = frozenset(terms("data sets datasets corpus corpora benchmarks collections databases"))
_NUMBER = re.compile(
    r"(?<![\w.,-])(?!(?:19|20)\d\d\b)(?P<n>\d[\d,]*(?:\.\d+)?)\s?"
    r"(?P<by>(?:[kKM]\b|thousands?|millions?|billions?)?)"
)
"""A number, and no year."""
_TIMES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "billion": 1e9}


_HOLDING = re.compile(
    r"(?:\b(?:contain|compris|consist|collect|annotat|includ|gather|total)\w*|"
    r"\b(?:data ?-?set|corpus|benchmark|collection|database)s? (?:of|with))\b(?:(?!\d)[^.;:]){0,40}"
    rf"(?P<size>{_NUMBER.pattern})",
    re.IGNORECASE,
)


def _size(text: str) -> float:
    """The greatest number of what something is said to hold; 0 where none is."""
    return max((greatest(m["size"]) for m in _HOLDING.finditer(text)), default=0.0)


def greatest(text: str) -> float:
    """The greatest number in a text; 0 where there is none."""
    found = _NUMBER.finditer(text)
    each = [
        float(m["n"].replace(",", "")) * _TIMES.get(m["by"].lower().rstrip("s"), 1) for m in found
    ]
    return max(each, default=0.0)
