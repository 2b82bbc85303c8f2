"""Works that bring something along: a new data set, a benchmark, their code.

No work is near in meaning to "brings a new data set along". What authors say of what they give
away has few forms, and a sentence that has one of them tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.search import Passage, Sentence


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of thing that works bring along: how it is asked for, and what says so.

    Attributes:
        bare: its name alone, which only beside another thing asks works to bring it.
    """

    asked: re.Pattern[str]
    bare: re.Pattern[str]
    said: re.Pattern[str]


_BRINGING = (
    r"(?:bring|com|introduc|releas|provid|put|publish|mak|mad|offer|hav|has|had|open|shar|"
    r"contribut|buil[dt]|creat|collect|present|propos|construct|compil|brought|came|develop|curat|"
    r"annotat)\w*\s+(?:(?:along|out|with|up)\s+)*"
)
_ARTICLES = r"(?:(?:an?|the|its|their|his|her|our|some|any|R's)\s+)*"
_OF_THEIRS = (
    r"(?:(?:own|new|novel|public|open|open-source[d]?|original|free|big|large|large-scale|first|"
    r"self-made|fresh|source|publicly|available)\s+)"
)
_BESIDE = (
    r"(?:\s+(?:along|too|out|public|publicly|openly|online|available|release|with it|"
    r"on (?:github|gitlab|hugging ?face)|of their own))*\W*"
)
_GIVE = (
    r"(?:introduc|present|releas|propos|buil[dt]|construct|creat|collect|curat|develop|provid|"
    r"contribut|publish|compil|assembl|annotat|open-?sourc|offer|design|establish)\w*"
)
_GIVEN = (
    r"(?:introduced|presented|released|proposed|built|constructed|created|collected|curated|"
    r"developed|provided|published|compiled|annotated|open-?sourced|established)"
)
_NO_MORE = r"\b(?![- ](?:generation|search|review|completion|retrieval|summar\w+|\w+er)\b)"
"""Nothing behind that makes something else of it, as "code generation"."""
_PLAIN_WORDS = r"(?:(?!(?:on|for|using|with|from|to|over|across|that|which|via|by|and we)\b)\S+\s+)"


def _thing(nouns: str, said: str) -> Thing:
    return Thing(
        re.compile(
            rf"(?:{_BRINGING}{_ARTICLES}{_OF_THEIRS}*|(?:\w+ )?{_ARTICLES}{_OF_THEIRS}+)"
            rf"{nouns}{_BESIDE}",
            re.IGNORECASE,
        ),
        re.compile(rf"{_ARTICLES}{nouns}{_BESIDE}", re.IGNORECASE),
        re.compile(
            rf"\b(?:we|paper|work|study|article|authors?|thesis|and|also|further)\s+(?:\w+\s+)"
            rf"{{0,3}}?{_GIVE}\s+{_PLAIN_WORDS}{{0,9}}?\(?{nouns}{_NO_MORE}|"
            rf"\b(?:we|paper|work|study)\b[^.]{{0,40}}\b{_GIVE}\s[^.]{{0,90}}?,\s+(?:an?|the|our)\s+"
            rf"{_PLAIN_WORDS}{{0,7}}?{nouns}{_NO_MORE}|"
            rf"(?<!on )\bour (?:own |new(?:ly \w+)? |novel |proposed )?{_PLAIN_WORDS}{{0,2}}?"
            rf"{nouns}{_NO_MORE}|"
            rf"(?<!on )(?<!on a )(?<!using a )\b(?:new(?:ly)?|novel|first)\s+{_PLAIN_WORDS}{{0,4}}?"
            rf"{nouns}{_NO_MORE}|"
            rf"\b{nouns}\b(?:\s+\S+){{0,3}}?\s+(?:is|are|was|were|will be|has been|have been)\s+"
            rf"(?:\w+\s+){{0,2}}?(?:available|{_GIVEN})\b|{said}",
            re.IGNORECASE,
        ),
    )


_THINGS = (
    _thing(
        r"(?:data ?-?sets?|benchmarks?|corp(?:us|ora)|data ?bases?|test ?beds?|test suites?)",
        r"^[^:]+: an? (?:\S+ ){0,6}?(?:data ?set|benchmark|corpus)\b",
    ),
    _thing(
        r"(?:(?:(?:source|github) )?code|implementations?|software|tool ?kits?|"
        r"(?:(?:code|github|gitlab) )?repo(?:sitor(?:y|ies)|s)?|"
        r"git(?:hub|lab)(?: (?:links?|pages?))?)",
        r"github\.com|gitlab\.com|\bcode\b[^.]{0,80}://",
    ),
    _thing(
        r"(?:(?:project )?(?:web ?|home ?)?(?:pages?|sites?))",
        r"github\.io|\b(?:project|web|home)[ -]?(?:page|site)\b|\b(?:page|site)\b[^.]{0,80}://",
    ),
    _thing(r"(?:(?:web|online|live|video) )?demos?", r"\bdemos?\b[^.]{0,80}://"),
)


def things(topics: Sequence[str]) -> list[Thing]:
    """What topics ask works to bring along; none where one of them asks for something else.

    >>> len(things(["new data sets", "benchmarks"])), things(["data sets"]), things(["new birds"])
    (2, [], [])
    """
    found = [_thing_of(topic) for topic in topics]
    brought = any(one.asked.fullmatch(t) for t, one in zip(topics, found, strict=True) if one)
    return [one for one in found if one] if brought and all(found) else []


def bare_things(topics: Sequence[str]) -> bool:
    """Whether topics are things that may be brought along, by name alone: "code", "a data set"."""
    return all(any(one.bare.fullmatch(topic) for one in _THINGS) for topic in topics)


def _thing_of(topic: str) -> Thing | None:
    fits = (one for one in _THINGS if one.asked.fullmatch(topic) or one.bare.fullmatch(topic))
    return next(fits, None)


def bringing(passage: Passage, wanted: Thing) -> Sentence | None:
    """The sentence of a work that says that it brings the thing along; None where none does."""
    title, *body = passage.sentences
    saying = next((s for s in body if wanted.said.search(s.text)), None)
    if saying is None and wanted.said.search(title.text):
        return max(body or [title], key=lambda s: s.score)
    return saying
