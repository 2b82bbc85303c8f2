"""What kind a question is of, and what it is about, read off its wording.

The table of `retrieval.question.kinds` is tried first, then the wordings of a plain list; then it
is judged whether works on a topic are asked for. What is neither is a question of content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from retrieval.question.kinds import (
    MANY,
    MANY_WORKS,
    NEWEST_FIRST,
    NEXT_TO_LAST,
    NTH,
    OF_WORKS,
    OLDEST_FIRST,
    ORDINALS,
    RULES,
    WHO,
    WORKS,
    WRITE,
    Kind,
)
from retrieval.question.topic import (
    ASK,
    FILL,
    LEAD,
    LINK_WORDS,
    asked_for,
    kind_of_works,
    of_record,
    topical,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The kind, which part of it is meant ("first" author …), and where the topic starts.

    Attributes:
        end: LATEST or EARLIEST, where something else is asked of that work ("who wrote the newest
            paper?").
        mentioned: works that only mention the topic, or use it, are wanted too.
        place: of LATEST, BUSIEST and the like, which one: 2 for the second.
        role: works written "alone", or as "first" or "last" author, are wanted.
        team: the least and the most authors that works may have.
        titled: words that their titles are to have.
    """

    kind: Kind
    facet: str = ""
    topic: str | None = None
    limit: int | None = None
    end: Kind | None = None
    mentioned: bool = False
    place: int = 1
    role: str = ""
    team: tuple[int, int] | None = None
    titled: str = ""


_HOW_MANY = re.compile(
    r"^(?:and |so )?how many "
    rf"(?:(?:of (?:R(?:['’]s?)?|his|her|their|the|these|those) )?{MANY_WORKS}|"
    r"of (?:them|these|those)) "
    rf"(?!(?:did|does|do|has|have|had) {WHO}\b|(?:are|were|is|was) there\b|"
    r"(?:by|from|of|with|in|on|since|before|after|per|do|here|exist)\b)(?P<rest>.+)$",
    re.IGNORECASE,
)
_NUMBER_WORDS = dict(
    zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True)
)
_LIMIT = re.compile(
    r"\b(?:(?:top|last|latest|newest|first|recent|earliest|oldest|most recent) )?"
    r"(?<![\w.]-)(?P<n>\d{1,2}|" + "|".join(_NUMBER_WORDS) + r") "
    rf"(?:most recent |latest |newest |recent |last |earliest |oldest |first |new "
    rf")*(?:(?:\w+ )?{MANY_WORKS}|(?:main |closest |frequent )?(?:co-?authors|collaborators)|"
    r"(?:busiest|quietest|slowest|best|(?:most|least) (?:productive|prolific|active)) years)\b",
    re.IGNORECASE,
)
_LISTS = re.compile(
    rf"{LEAD}(?:{ASK} )?{FILL}(?P<topic>(?:(?!about\b|on\b)[\w'’+-]+ "
    rf"){{0,4}}?)(?:{MANY_WORKS})\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_WHAT_PUBLISHED = re.compile(
    rf"{LEAD}(?:what|which)(?: {WORKS})?(?: all| else)? (?:has|have|did|does|do|was|"
    rf"were) {WHO} (?:\w+ )?{WRITE}(?P<rest>.*)$|"
    rf"{LEAD}(?:what|which)(?: {WORKS})? (?:was|were) {WRITE} by R(?P<rest2>.*)$|"
    rf"{LEAD}(?:everything|all)(?: that)? {WHO} (?:\w+ )?{WRITE}(?P<rest3>.*)$|"
    rf"{LEAD}what (?:came|comes) out(?P<rest4>.*)$|"
    rf"{LEAD}what (?:has|have|did) {WHO} (?:been )?(?:do|done|work(?:ed|ing)? on|"
    rf"up to)(?P<rest5>)\s*[?.!]*$",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    rf"{LEAD}(?:did|has|have|had|does) {WHO} (?:(?:ever|also|already|actually|even) )*{WRITE}"
    rf"(?: (?:anything|something|(?:any|a|some|many|other|new)?(?: \w+)?? ?{WORKS}))?(?P<rest>.*)$",
    re.IGNORECASE,
)
"""Whether there is any work at all, of a time or with somebody."""
_NTH_OF = re.compile(
    rf"\b(?P<nth>{NTH})[ -](?:most |to )?(?:latest|newest|recent|last|oldest|earliest|busiest|"
    rf"quietest|slowest|productive|prolific|active|frequent|common|regular|often|closest|top|main|"
    rf"{WORKS})\b|\b(?P<last>{NEXT_TO_LAST})\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r",? (?:(?:sorted|ordered|in (?:the )?order|from|by (?:date|age|year)|the) )*"
    r"(?:(?P<new>(?:newest|latest|most recent) (?:(?:to|until) (?:the )?(?:oldest|earliest|first)|"
    r"(?:ones? )?first)|(?:in )?reverse(?:d)? chronological(?: order|ly)?)|"
    r"(?:oldest|earliest|first) (?:to|until) (?:the )?(?:newest|latest|last|most recent)|"
    r"(?:oldest|earliest) (?:ones? )?first|(?:in )?chronological(?: order|ly))(?=\W*$)",
    re.IGNORECASE,
)
_AUTHOR = r"(?P<role>first|lead|last|senior)[- ]author"
_ROLES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:(?:single|sole|solo|one)[- ]author(?:ed)?|solo) (?P<kept>{WORKS})\b",
        rf"\b(?P<kept>{WRITE}|{WORKS}) (?:(?:all )?alone|solo|"
        r"(?:all )?by (?:him|her|them)sel(?:f|ves)|on (?:his|her|their) own|"
        r"without (?:any )?(?:co-?authors?|collaborators?))\b",
        rf"\b{_AUTHOR}(?:ed)? (?P<kept>{WORKS})\b",
        rf"(?P<kept>\b{MANY_WORKS}\b.{{0,30}}?)(?: (?:where|(?:on|in|of|for) which|that|which))?"
        rf"(?P<who> R)?(?: (?:he|she|they))?(?: (?:is|was|are|were|have|has|had|with|being))?"
        rf"(?: as)?(?: (?:the|a))? {_AUTHOR}\b(?! (?:of|on|for) (?:W|this|that|it|the)\b)",
    )
)
_TEAM = re.compile(
    r" (?:(?:that |which )?(?:have|has|had|with|list|(?:are |were )?(?:written |authored )?by)) "
    r"(?:(?P<how>more than|over|at least|less than|fewer than|under|at most|up to|exactly|only|"
    r"just) )?"
    rf"(?P<n>an?(?= single| sole)|\d{{1,4}}|{'|'.join(_NUMBER_WORDS)})(?: or (?P<up>more))?"
    r"(?: single| sole)? (?:co-?)?(?:authors?|writers?|people)(?: or (?P<more>more))?"
    r"(?= *[?.!]*$)",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r" (?:(?:with|(?:that )?(?:have|has|contain|mention)|having|containing|mentioning) "
    r"(?:the )?(?:words? |term )?(?P<in>[^?!]+?) in (?:the|its|their|his|her) titles?|"
    r"whose titles? (?:contains?|has|have|includes?|mentions?|says?)(?: the)?(?: words?| term)? "
    r"(?P<whose>[^?!]+?))(?= *[?.!]*$)",
    re.IGNORECASE,
)
_AS: dict[str, str] = {"lead": "first", "senior": "last"}


def read_kind(masked: str) -> Wording:
    """The kind of a question whose researchers are `R` and whose works are `W`."""
    text = " ".join(re.sub(r"\bon average\b", "", masked, flags=re.IGNORECASE).split())
    text = re.sub(r"^gimme\b", "give me", text, flags=re.IGNORECASE)
    text, role = _without_role(text)
    text, team = _without_team(text)
    titled = _TITLED.search(text)
    text = _TITLED.sub("", text)
    order = _ORDER.search(text)
    found = _read_kind(_ORDER.sub("", text))
    if order and found.kind in (Kind.LIST, Kind.WORKS_ABOUT):
        found = replace(found, facet=NEWEST_FIRST if order["new"] else OLDEST_FIRST)
    words = (titled["in"] or titled["whose"]).strip(" \"'“”‘’.,") if titled else ""
    return replace(found, place=_place(text), role=role, team=team, titled=words)


def _without_role(text: str) -> tuple[str, str]:
    """The text without the role in which somebody is to have written the works, and the role."""
    for pattern in _ROLES:
        if m := pattern.search(text):
            named = m.groupdict("")
            role = named.get("role", "alone").lower()
            whose = " by R" if named.get("who") else ""
            return text[: m.start()] + m["kept"] + whose + text[m.end() :], _AS.get(role, role)
    return text, ""


def _without_team(text: str) -> tuple[str, tuple[int, int] | None]:
    """The text without the number of authors that works are to have, and the least and the most."""
    m = _TEAM.search(text)
    if m is None:
        return text, None
    number, how = _number(m["n"]), (m["how"] or "").lower()
    low, high = number, number
    if how in ("more than", "over"):
        low, high = number + 1, MANY
    elif how == "at least" or m["up"] or m["more"]:
        high = MANY
    elif how in ("less than", "fewer than", "under"):
        low, high = 1, number - 1
    elif how in ("at most", "up to"):
        low = 1
    return text[: m.start()] + text[m.end() :], (low, high)


def _place(text: str) -> int:
    m = _NTH_OF.search(text)
    if m is None:
        return 1
    if m["last"]:
        return 2
    nth = m["nth"].lower()
    return ORDINALS.index(nth) + 1 if nth in ORDINALS else int(nth[:-2])


def _read_kind(text: str) -> Wording:
    limit = _limit(text)
    for rule in RULES:
        if rule.pattern.search(text):
            topic, mentioned = of_record(text)
            if rule.kind is Kind.PER_YEAR:
                topic = topic or kind_of_works(text) or None
            if rule.kind is Kind.COUNT and not topic:
                topic, mentioned = _counted(text)
            return Wording(rule.kind, rule.facet, topic, limit, _end(rule.kind, text), mentioned)
    if (m := _WHETHER.match(text)) and LINK_WORDS.match(m["rest"]):
        return Wording(Kind.COUNT, "", None, limit)
    for pattern in (_LISTS, _WHAT_PUBLISHED):
        if m := pattern.match(text):
            groups = m.groupdict()
            words = groups.pop("topic", None) or ""
            if LINK_WORDS.match("".join(group or "" for group in groups.values())):
                topic = topical(words)
                return Wording(Kind.WORKS_ABOUT if topic else Kind.LIST, "", topic or None, limit)
    if found := asked_for(text):
        topic, mentioned = found
        kind = Kind.WORKS_ABOUT if topic else Kind.LIST
        return Wording(kind, "", topic or None, limit, mentioned=mentioned)
    return Wording(Kind.CONTENT, "", None, limit)


def _counted(text: str) -> tuple[str | None, bool]:
    """What works do that are counted, "how many papers *release code*", and whether to mention it
    is enough.
    """
    m = _HOW_MANY.match(text)
    if m is None or LINK_WORDS.match(m["rest"]):
        return None, False
    rest = m["rest"].strip(" ?!.")
    return asked_for(f"which papers {rest}") or (_IS.sub("", rest) or None, False)


_IS = re.compile(r"^(?:are|is|were|was|do|does|did|have|has|can)\b ?", re.IGNORECASE)


def _end(kind: Kind, text: str) -> Kind | None:
    """Which end of the record a question asks for something of: its newest or its oldest work."""
    if kind not in OF_WORKS:
        return None
    ends = (rule for rule in RULES if rule.kind in (Kind.LATEST, Kind.EARLIEST))
    return next((rule.kind for rule in ends if rule.pattern.search(text)), None)


def _limit(text: str) -> int | None:
    m = _LIMIT.search(text)
    if m is None:
        return None
    return _number(m["n"])


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _NUMBER_WORDS.get(said.lower(), 1)
