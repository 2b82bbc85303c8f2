"""Second thoughts: a kind that lacks what it needs becomes the one that was meant. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from retrieval.question import inventors, mentions
from retrieval.question.kinds import MONTH, OF_WORKS, Kind
from retrieval.question.part import ABSTRACT, GIST, asks_gist
from retrieval.question.shown import OF_ALL
from retrieval.question.typed import Question
from retrieval.question.words import COMPARE, MANY_WORKS, VERSUS

ON_CONTENT = (Kind.CONTENT, Kind.COMPARE, Kind.WORKS_ABOUT)
ON_EACH = (Kind.CONTENT, Kind.COMPARE)
"""May be asked of each of several works."""


def settled(question: Question, text: str) -> Question:
    """A kind that lacks what it needs becomes the kind it can only have been."""
    question = _of_people(question, text)
    if question.kind is Kind.AUTHORS and inventors.credited(question.works, question.text):
        return replace(question, kind=Kind.CONTENT, facet="", content=question.text)
    kind = question.kind
    two = len(question.works) == 2
    if kind is Kind.CONTENT and two and (_DIFFER.search(text) or mentions.SIDES.search(text)):
        return replace(question, kind=Kind.COMPARE)
    if kind is Kind.COMPARE and not question.choice.either:
        things = max(len(question.works), len(question.researchers), len(question.windows))
        if things < 2:
            return replace(question, kind=Kind.CONTENT)
        return question
    if len(question.windows) == 2 and _OF_TWO.search(text):
        return replace(question, kind=Kind.COMPARE)
    if kind is Kind.WHEN and question.facet == "whether":
        return replace(question, window=None, windows=(), whether=question.windows)
    of_years = kind in (Kind.BUSIEST, Kind.QUIETEST) and question.facet != MONTH
    if of_years and _one_year(question):
        return replace(question, window=None, windows=())  # "was 2021 the busiest year?"
    chosen = question.windows or question.choice.coauthors
    if question.choice.category and kind not in (*OF_ALL, *OF_WORKS, *ON_CONTENT):
        said = f"in {question.choice.category}"
        bare = replace(question.choice, category="")
        return replace(question, choice=bare, not_understood=(*question.not_understood, said))
    if " or " in question.choice.category and _MORE_OF.search(question.text):
        return replace(question, kind=Kind.COMPARE, content="")
    if kind is Kind.PROFILE and chosen and question.facet == "topics":
        # A profile is about all works; of a time or with somebody, the works themselves say most.
        return replace(question, kind=Kind.LIST, facet="")
    alone = not (question.works or question.described)
    if kind is Kind.CONTENT and question.choice.coauthors and alone:
        return replace(question, kind=Kind.LIST, content="")
    return question


def _of_people(question: Question, text: str) -> Question:
    """The question, as the people named in it make it another."""
    kind = question.kind
    if question.choice.either and MORE_WITH.search(text):
        return replace(question, kind=Kind.COMPARE, content="")
    if kind is Kind.NOT_KEPT and question.facet == "judgement" and question.choice.coauthors:
        return replace(question, kind=Kind.LIST, facet="")  # "recommend a paper with Ada"
    if kind is Kind.AUTHORS and question.works:  # "did Ada Lovelace write it?"
        return replace(question, choice=replace(question.choice, coauthors=(), either=False))
    return question


def of_gist(question: Question) -> Question:
    """The question, if it is what one work is that is pointed at, or has the name asked about."""
    if len(question.works) != 1 or question.kind not in (Kind.CONTENT, Kind.WORKS_ABOUT):
        return question
    [work] = question.works
    said = re.sub(r"\S*\d{4}\.\d{4,5}\S*", " ", question.text)  # an arXiv identifier
    words = re.findall(r"[\w-]+", said)
    names = [
        w for w in words if mentions.belongs(w, work.title, work.abstract) is mentions.Tie.HEAD
    ]
    title = re.findall(r"[\w-]+", work.title.lower())
    if question.exact and set(title) <= {word.lower() for word in words}:
        names += title
    alone = {word.lower() for word in words} <= {name.lower() for name in names}
    if not (names or question.exact):
        return question
    if not asks_gist(said, names, pointed=question.exact or alone):
        return question
    facet = ABSTRACT if re.search(r"\babstract\b", question.text, re.IGNORECASE) else GIST
    return replace(question, kind=Kind.CONTENT, facet=facet, content=question.text)


MORE_WITH = re.compile(
    r"^(?!(?:show|list|give|which (?:papers|works))\b)(?!.*\b(?:about|on)\b).*?"
    rf"(?:\bmore (?:often|frequently|(?:{MANY_WORKS} )?(?:together )?with)\b|"
    rf"(?<=^)who (?:\w+ ){{1,2}}more {MANY_WORKS}\b)",
    re.IGNORECASE,
)
"""Asks with whom there is more: "does she write more with Ada or with Bo?"."""


_MORE_OF = re.compile(
    r"\b(?:more|most|fewer|vs|versus|against|compare|each|both|respectively)\b|"
    r"\bnumber of\b.*\bnumber of\b|\bhow many\b.*\bhow many\b",
    re.IGNORECASE,
)


def _one_year(question: Question) -> bool:
    window = question.window
    return window is not None and window.start.year == window.end.year


_DIFFER = re.compile(rf"\b{COMPARE}\b", re.I)
_OF_TWO = re.compile(rf"\b(?:{VERSUS}|more|fewer)\b", re.I)
"""Sets two times against each other."""
