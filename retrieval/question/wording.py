"""What kind a question is of, and what it is about, read off its wording.

The table of `retrieval.question.rules` is tried first, then the wordings of a plain list; then it
is judged whether works on a topic are asked for. What is neither is a question of content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from retrieval.question import choosing, courtesy, framed, sorts
from retrieval.question.choosing import ALL, Choice
from retrieval.question.kinds import AVERAGE, OF_WORKS, SHARE, Kind
from retrieval.question.rules import RULES
from retrieval.question.topic import asked_for, kind_of_works, of_record, wants_every
from retrieval.question.words import (
    MANY_WORKS,
    NEXT_TO_LAST,
    NTH,
    NUMBERS,
    ORDINALS,
    WORKS,
    WRITE,
    number,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The kind, which part of it is meant ("first" author …), and where the topic starts.

    Attributes:
        end: LATEST or EARLIEST, where something else is asked of that work ("who wrote the newest
            paper?").
        mentioned: works that only mention the topic, or use it, are wanted too.
        place: of LATEST, BUSIEST and the like, which one: 2 for the second.
        choice: which works are wanted, whatever they are about.
    """

    kind: Kind
    facet: str = ""
    topic: str | None = None
    limit: int | None = None
    end: Kind | None = None
    mentioned: bool = False
    place: int = 1
    choice: Choice = ALL


_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
_LIMIT = re.compile(
    r"\b(?:(?:top|last|latest|newest|first|recent|earliest|oldest|most recent) )?"
    r"(?<![\w.]-)(?P<n>\d{1,2}|" + "|".join(NUMBERS) + r") "
    rf"(?:most recent |latest |newest |recent |last |earliest |oldest |first |new "
    rf")*(?:(?:\w+ )?{MANY_WORKS}|(?:main |closest |frequent )?(?:co-?authors|collaborators)|"
    r"(?:busiest|quietest|slowest|best|(?:most|least) (?:productive|prolific|active)) "
    r"(?:years|months))\b",
    re.IGNORECASE,
)
_LIMIT_OF_ENDS = re.compile(
    r"(?<![\w.-])(?P<n>\d{1,2}|" + "|".join(NUMBERS) + r") "
    r"(?:most recent|latest|newest|last|earliest|oldest|first)(?: ones?)?\W*$|"
    r"^(?:the )?(?:most recent|latest|newest|last|earliest|oldest|first) "
    rf"(?P<behind>\d{{1,2}}|{'|'.join(NUMBERS)})\W*$",
    re.IGNORECASE,
)
_FEW = 4
"""Words of a topic that is said without what is asked of it."""
_NTH_OF = re.compile(
    rf"\b(?P<nth>{NTH})[ -](?:most |to )?(?:latest|newest|recent|last|oldest|earliest|busiest|"
    rf"quietest|slowest|productive|prolific|active|frequent|common|regular|often|closest|top|main|"
    rf"{WORKS})\b|\b(?P<last>{NEXT_TO_LAST})\b",
    re.IGNORECASE,
)


_SHARE = re.compile(
    r"^(?:what|which) (?:percentage|percent|share|fraction|proportion) "
    rf"(?:of (?:(?:R(?:['’]s?)?|his|her|their|your|the|these|those|all) )*{MANY_WORKS} |"
    r"(?=(?:is|are|was|were) (?:about|on|from|by|with)\b))",
    re.IGNORECASE,
)
"""How many of all works that is."""


def read_kind(masked: str, *, chosen: bool = False) -> Wording:
    """The kind of a question whose researchers are `R` and whose works are `W`.

    `chosen` says that words are gone from it which choose works: people, times, categories.
    """
    text, dated = choosing.dated(masked)
    found = _read_choice(text, chosen)
    if not dated:
        return found
    listed = found.kind in (Kind.LIST, Kind.WORKS_ABOUT)
    if listed:
        return replace(found, facet=found.facet or choosing.DATED)
    return _read_choice(masked, chosen)


def _read_choice(masked: str, chosen: bool) -> Wording:
    """The kind of a question that asks for no dates beside, and which works are wanted."""
    text = " ".join(_ON_AVERAGE.sub("", masked).split())
    text = _WITH.sub(r"\1 with", _ABT.sub("about", _GIMME.sub("give me", text)))
    share = _SHARE.match(text)
    text = f"how many papers {text[share.end() :]}" if share else text
    text = _IN_PASSIVE.sub(r"\1 \3 \2", _TOPIC_IS.sub("about ", _DANGLING.sub("", text)))
    text, order = choosing.ordered(text)
    text, choice = choosing.chosen(text)
    text, sort = sorts.without_sort(text)
    choice = replace(choice, sort=sort)
    which = _AND_WHICH.search(text)
    text = text[: which.start()] if which else text
    chosen = chosen or choice != ALL or _CHOSEN.search(text) is not None
    found = _read_kind(text, chosen) if any(map(str.isalnum, text)) else Wording(Kind.LIST)
    if found.kind is Kind.COUNT and which:
        found = replace(found, kind=Kind.WORKS_ABOUT if found.topic else Kind.LIST)
    if order and found.kind is Kind.CONTENT and len(text.split()) <= _FEW:
        found = _read_kind(f"papers about {text}", chosen)  # "transformers, newest first"
    if order and found.kind in (Kind.LIST, Kind.WORKS_ABOUT):
        found = replace(found, facet=order)
    if found.facet == "count" and _MEAN.search(masked) and not re.search(r"\bW\b", masked):
        found = replace(found, kind=Kind.AUTHORS, facet=AVERAGE)  # "how many authors on average?"
    if share and found.kind is Kind.COUNT:
        found = replace(found, facet=SHARE)
    if sort == sorts.DATA_SETS and found.topic and sorts.mentions_enough(text):
        found = replace(found, mentioned=True)  # "which data sets are in Basque?"
    return replace(found, place=_place(text), choice=choice)


_ON_AVERAGE = re.compile(r"\bon average\b", re.IGNORECASE)
_GIMME = re.compile(r"^gimme\b", re.IGNORECASE)
_ABT = re.compile(r"\babt\b", re.IGNORECASE)
_WITH = re.compile(r"\b(papers|works|stuff|\w+thing) w/?(?= )")
_TOPIC_IS = re.compile(
    r"\b(?:whose (?:(?:main|central|primary|chief) )?(?:topic|subject|theme|focus) (?:is|are)|"
    r"(?:(?:that|which) )?(?:is|are) (?:mainly|mostly|primarily|chiefly|largely) (?:about|on)) ",
    re.IGNORECASE,
)
_IN_PASSIVE = re.compile(
    rf"^in (which (?:of (?:the|his|her|their|these|those) )?{MANY_WORKS}) (?:is|are|was|were) "
    r"(.+?) ((?:introduc|propos|releas)ed|presented|published|built|created|collected)(?=\W*$)",
    re.IGNORECASE,
)
_DANGLING = re.compile(r"(?<=\w) (?:(?:that|which) )?(?:is|are|was|were)(?=\W*$)")
_MEAN = re.compile(r"\b(?:average|avg|mean|median|typical(?:ly)?|usually)\b", re.IGNORECASE)
_AND_WHICH = re.compile(
    r"(?<=\w),? (?:and|&) (?:which|what)(?: (?:ones?|(?:are|were) (?:they|those)))?\W*$",
    re.IGNORECASE,
)
"""Asks to have listed what is counted."""
_CHOSEN = re.compile(
    rf"^(?:is|was) there (?:any|an?|some|one) {WORKS}\b|\b(?:(?-i:R)|his|her|him)\b|"
    rf"^(?:and )?(?:what|which|everything|all)\b.*\b(?:{WRITE}|c[ao]me out)\b",
    re.IGNORECASE,
)
"""Speaks of works, whichever they are, or of somebody's."""


def _place(text: str) -> int:
    m = _NTH_OF.search(text)
    if m is None:
        return 1
    if m["last"]:
        return 2
    nth = m["nth"].lower()
    return ORDINALS.index(nth) + 1 if nth in ORDINALS else int(nth[:-2])


def _read_kind(text: str, chosen: bool) -> Wording:
    if courtesy.alone(text):
        return Wording(Kind.HELP)
    limit = _limit(text)
    if facet := framed.size(text):
        return Wording(Kind.AUTHORS, facet, None, limit)
    for rule in RULES:
        if rule.kind is Kind.COMPARE and wants_every(text):
            continue  # "which papers compare dunes with lakes?"
        if rule.pattern.search(text):
            topic, mentioned = of_record(text)
            if rule.kind is Kind.PER_YEAR:
                topic = topic or kind_of_works(text) or None
            if rule.kind is Kind.COUNT and not (topic or framed.bare(text)):
                topic, mentioned = asked_for(_HOW_MANY.sub("which", text)) or (None, False)
            return Wording(rule.kind, rule.facet, topic, limit, _end(rule.kind, text), mentioned)
    if kind := framed.asked(text, chosen=chosen):
        return Wording(kind, "", None, limit)
    if found := asked_for(text):
        topic, mentioned = found
        kind = Kind.WORKS_ABOUT if topic else Kind.LIST
        return Wording(kind, "", topic or None, limit, mentioned=mentioned)
    return Wording(Kind.CONTENT, "", None, limit)


def _end(kind: Kind, text: str) -> Kind | None:
    """Which end of the record a question asks for something of: its newest or its oldest work."""
    if kind not in OF_WORKS:
        return None
    ends = (rule for rule in RULES if rule.kind in (Kind.LATEST, Kind.EARLIEST))
    return next((rule.kind for rule in ends if rule.pattern.search(text)), framed.end(text))


def _limit(text: str) -> int | None:
    m = _LIMIT.search(text) or _LIMIT_OF_ENDS.search(text)
    return number(m["n"] or m["behind"]) if m else None
