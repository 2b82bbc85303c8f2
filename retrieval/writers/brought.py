"""Works that are surveys, and works that bring something along: a new data set, their code.

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
            r"(?<!on )(?<!on a )(?<!using a )(?<!sets a )(?<!set a )(?<!setting a )"
            rf"\b(?:new(?:ly)?|novel|first)\s+{_PLAIN_WORDS}{{0,4}}?{nouns}{_NO_MORE}|"
            rf"\b{nouns}\b(?:\s+\S+){{0,3}}?\s+(?:is|are|was|were|will be|has been|have been)\s+"
            rf"(?:\w+\s+){{0,2}}?(?:available|{_GIVEN})\b|{said}",
            re.IGNORECASE,
        ),
    )


_DATA_SETS = r"(?:data ?-?sets?|benchmarks?|corp(?:us|ora)|data ?bases?|test ?beds?|test suites?)"
_DATA = re.compile(_DATA_SETS, re.IGNORECASE)
_BENCHMARKS = _thing(
    r"(?:benchmarks?|test ?beds?|test suites?)", r"^[^:]+: an? (?:\S+ ){0,6}?benchmark\b"
)
"""Data sets that others are to be measured by."""
_THINGS = (
    _thing(
        _DATA_SETS,
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


_OTHER = r"(?:peer|code|product|user|movie|film|app|book|hotel|customer|online|opinion|household)"
_SURVEY = r"(?:survey|overview|tutorial|primer|review)"
_SAID = rf"(?:(?!{_OTHER}\b)[\w-]+\s+)"
_TITLED_SURVEY = re.compile(
    rf"(?:^|[:.?!–—-]\s+)(?:(?:an?|the)\s+)?{_SAID}{{0,4}}?{_SURVEY}\s*(?:$|[:,.?!–—-]|"
    r"\b(?:of|on|from|for|and|to|across|with|in|through)\b)|"
    rf"\b(?:an?|the)\s+{_SAID}{{0,3}}?{_SURVEY}\s*(?:$|[:,]|(?:of|on)\b)|"
    r"\b(?:systematic|literature|scoping|critical|comprehensive|umbrella|narrative)\s+"
    r"(?:literature\s+)?(?:survey|overview|review)\b(?!\s+(?!of|on|and|with|for)\w+)|^SoK\b",
    re.IGNORECASE,
)
_CALLED_SURVEY = re.compile(
    r"\bthis\s+(?:[\w-]+\s+){0,3}?(?:survey|overview|tutorial|review|state-of-the-art report)\b"
    r"(?!\s+(?:process|task|data|question|dataset|response|score|of \d)\w*)|"
    r"\b(?:we|paper|article|chapter|work)\s+(?:[\w-]+ly\s+)?(?:surveys?|reviews?)\s+(?:the\s+)?"
    r"(?:\w+\s+)?(?:recent|existing|current|literature|advances|progress|state of the art)\b|"
    r"\b(?:we|paper|article|chapter|work)\s+(?:\w+ly\s+)?(?:provid|present|offer|giv|conduct|"
    r"perform)\w*\s+(?:an?|the)\s+(?:[\w-]+,?\s+(?:and\s+)?){0,4}?"
    r"(?:(?:literature|systematic|scoping|comprehensive|critical|structured|thorough)\s+"
    r"(?:[\w-]+\s+)?(?:survey|review)|tutorial|survey\s+of\s+(?:the|recent|existing|current))\b",
    re.IGNORECASE,
)
"""How a work is called in its title, and calls itself in its abstract, that surveys others."""


def is_survey(title: str, abstract: str) -> bool:
    """Whether a work is a survey, a review of the literature, an overview or a tutorial.

    >>> is_survey("Dunes: A Survey", ""), is_survey("Rating App Reviews", "We survey 30 people.")
    (True, False)
    """
    return bool(_TITLED_SURVEY.search(title) or _CALLED_SURVEY.search(abstract))


def brings_data(title: str, abstract: str) -> bool:
    """Whether a work brings a data set along, a benchmark or a corpus."""
    said = _THINGS[0].said
    return _DATA.search(abstract) is not None and bool(said.search(abstract) or said.search(title))


def brings_benchmark(title: str, abstract: str) -> bool:
    """Whether a work brings a benchmark along."""
    said = _BENCHMARKS.said
    return bool(said.search(abstract) or said.search(title))


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
    fits = (
        one
        for one in (_BENCHMARKS, *_THINGS)
        if one.asked.fullmatch(topic) or one.bare.fullmatch(topic)
    )
    return next(fits, None)


def bringing(passage: Passage, wanted: Thing) -> Sentence | None:
    """The sentence of a work that says that it brings the thing along; None where none does."""
    title, *body = passage.sentences
    saying = next((s for s in body if wanted.said.search(s.text)), None)
    if saying is None and wanted.said.search(title.text):
        return max(body or [title], key=lambda s: s.score)
    return saying
