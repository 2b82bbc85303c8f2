"""Words that point at works of an earlier answer: "it", "those", "the second one". Pure."""

from __future__ import annotations

import re

from retrieval.question.words import MONTHS, OPENED, OPENING, ORDINALS, SEASONS, WORKS

_TIME = "|".join(("years?|months?|weeks?|days|quarter|decade|century", *SEASONS, *MONTHS))
POINTS = re.compile(
    r"(?:^|\b(?:is|was|are|were|does|did|do|can|of|about|in|on|for|with|by|to|from|than|like|and|"
    r"wrote|write|publish|published|use|uses|why|how|when) )that\b|"
    r"\b(?:does|did|has) each(?: of them| one)? (?=have\b|use\b|report|look|find|propos|achiev|"
    r"cover|contain|need|take\b|get\b)|"
    r"\bit\b(?! (?:possible|true|known|clear|easy|hard|necessary)\b)|"
    rf"\b(?:this|these)\b(?! (?:past |last )?(?:{_TIME})\b)|\b(?:its|those|them|ones|which one|"
    r"they(?= (?:use|test|evaluat|report|achiev|train|find|found|show|do\b|conclu|propos|"
    r"differ|compar|have\b|cover))|"
    r"(?:the )?(?:same|former|latter|first|second|third|last|other) (?:one|paper|work)s?|"
    r"(?:the|this|that|these|those) (?:paper|work|method|approach|one|study|papers|"
    r"works|model|result)s?)\b|"
    r"\bthe (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|\d+(?:st|nd|"
    r"rd|th))\s*[?.!]*$|\bnumber \d{1,2}\b|#\d|\[\d+\]|"
    r"^(?:(?:just|only|the|their) )*titles(?: (?:only|please))*\W*$|"
    r"\bboth(?=\W*$)|\bthe two(?=\W*$)",
    re.I,
)
FOLLOW_UP = re.compile(
    r"\b(?:follow[- ]?ups?|successors?|sequels?)(?: (?:papers?|works?|stud(?:y|ies)|articles?))?"
    r"(?: (?:to|of|on|for) (?:it|this|that|the (?:paper|work)))?\W*$",
    re.I,
)
"""A work that goes on from the one shown."""
MANY = re.compile(
    r"\b(?:ones|them|these|those|each|all|titles|names|(?:both|the two)(?=\W*$)|"
    r"(?:are|were) they|"
    r"they (?:are|were|all|both)|"
    r"which(?= (?:ones?|of|papers?|works?|is|are|was|were|has|have|had|deals?|uses?)\b|\W*$))\b",
    re.I,
)
OTHER = re.compile(r"\b(?:the )?other (?:one|paper|work)s?\b|\bthe rest\b|\banother\b", re.I)
NTH = {
    "former": 0,
    "latter": 1,
    "last": -1,
    **{word: place for place, word in enumerate(ORDINALS)},
    **{
        word: place for place, word in enumerate("1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th".split())
    },
}
_ORDINAL = re.compile(
    rf"\bthe (?P<nth>{'|'.join(NTH)})(?: one| paper| work|(?=\s*[?.!:,]*$))|"
    r"(?:\bnumber |\bno\.? ?|#|\[)(?P<n>[1-9]\d?)\b\]?",
    re.I,
)
NEIGHBOUR = re.compile(
    r"\b(?:one|paper|work)s? (?:(?P<newer>after|following)|before|prior to)(?: (?:that|it))?"
    r"\s*[?.!]*$|\b(?P<previous>previous|preceding) (?:one|paper|work)\b|"
    r"^(?:(?:and|ok(?:ay)?|so|then|what about|how about)\W+)*(?:before(?: (?:that|it))?|"
    r"(?P<next>(?:the )?next(?: one| paper| work)?))\W*$",
    re.I,
)
POINTING = re.compile(
    rf"{_ORDINAL.pattern}|{OTHER.pattern}|{POINTS.pattern}|"
    r"\b(?:only|just|both|too|also|more|else|titles?|names?|called|full|complete|others?|can|could|you|tell|give|"
    r"see|exactly|work|main|idea|summar(?:y|ize|ise)|describe|explain|detail(?:s|ed)?|"
    r"proposes?|presents?|introduces?|contributions?)\b",
    re.I,
)
"""What is said to point at works, or to have them shown, and asks nothing else of them."""
TITLE = re.compile(
    r"^(?:what(?:['’]?s| is| was)?|tell me|give me|and)?\s*(?:the |its )?(?:full |exact |paper )?"
    r"(?:title|name)(?: of (?:it|that|this|the|paper|work|one| )+)?$|"
    r"^(?:which|what) (?:paper|work|article|study|one) (?:is|was) (?:it|that|this)(?: from| in)?$|"
    r"^(?:what|how)(?:['’]?s| is| was) (?:it|that|this|the (?:paper|work|one)) "
    r"(?:called|titled|named)$",
    re.I,
)
"""Which work it was that was shown, by its title."""
_OPENED = re.compile(rf"^{OPENED}", re.I)
_END = re.compile(
    r"^(?!(?:and )?(?:the )?first\b)(?:(?:which|what|and)\b ?)?(?:one |paper |work )?"
    r"(?:of (?:them|those|these|the two|both) )?(?:is|was)? ?(?:the )?"
    r"(?:(?P<newer>newest|latest|(?:most|more) recent|newer|later)|oldest|"
    r"earliest|first|older|earlier)(?: one)?(?: (?:of|among|out of) (?:all )?(?:them|those|these|"
    r"the two))?$|"
    r"^(?:which|what)(?: one| paper| work)? (?:of (?:them|those|these|the two) )?(?:came|appeared|"
    r"was (?:published|written|posted)) (?:out )?(?:the )?(?:(?P<last>last|later)|first|earlier)$",
    re.I,
)
"""The newest or the oldest, and nothing said of what."""


def place(text: str) -> int | None:
    """The place that a text points at, from 0; -1 for the last, None for no place."""
    found = _ORDINAL.search(text)
    if found is None:
        return None
    return int(found["n"]) - 1 if found["n"] else NTH[found["nth"].lower()]


def newer(text: str) -> bool | None:
    """Whether of some works the newest is asked for; False for the oldest, None for neither."""
    found = _END.match(_OPENED.sub("", text).strip(" ?!.,"))
    return bool(found["newer"] or found["last"]) if found else None


FOLLOWS = re.compile(
    rf"^(?:(?:{OPENING}|what about|how about|what of|same (?:for|but)|only|just)\b[\s,]*)+",
    re.I,
)
"""How a follow-up opens: "and", "what about"."""
ASKING = re.compile(
    rf"\b(?:(?:what|who|how|that|it)['’]?s|"
    rf"what|which|who|when|how|did|does|do|is|are|was|were|the|a|an|in|on|of|by|"
    rf"from|has|have|he|"
    rf"she|they|it|about|and|or|for|there|any|anything|something|everything|stuff|all|me|list|show|"
    rf"please|his|her|their|published?|written|wrote|write|"
    rf"appears?|on|one|two|three|ones|them|those|these|{WORKS})\b|\W",
    re.IGNORECASE,
)


def words_left(content: str) -> bool:
    """Whether there is anything to search for beside the words that ask."""
    return bool(ASKING.sub("", content))
