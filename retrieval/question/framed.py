"""What is asked of the record where no word with content is left. Pure.

What chooses works (people, roles, times, categories, words of titles) is cut out of a text first,
wherever it stands (see `retrieval.question.choosing`). When only words that ask, count, point,
order or link are left, the record is asked, in whatever words: for a number if one is asked for,
for the newest or the oldest if that is said, else for the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.question.kinds import Kind
from retrieval.question.spans import Span
from retrieval.question.words import MANY_WORKS, NTH, NUMBERS, ORDINALS, ROLE, WHO, WORKS, WRITE

ENTRIES = r"(?:entr(?:y|ies)|items?|bibliograph(?:y|ies)|oeuvre|everything)"
"""What else works are called by who speaks of the record."""
LINKS = frozenset(
    """
    what which whom who whose when where how whether whatever whichever is are was were be been
    being am do does did done doing has have had having can could will would should may might shall
    let don't don’t isn't isn’t what's what’s who's who’s that's that’s i'd i’d i'm i’m i've i’ve
    we're we’re there's there’s let's let’s i we you he him his she her hers they them their theirs
    its it me us my our your one ones this that these those there here a an the any anything some
    something every everything each all both either neither no not nothing none other others
    another else thing things stuff by from of off in into on out at with within without under to
    up as and or but so then than for during since before after until till between among alongside
    beside besides per via please pls plz thanks thx ok okay well now just only also too even ever
    never yet exactly precisely actually really altogether overall far alone first next again often
    r r's r’s s
    """.split()
) | {*NUMBERS, *ORDINALS}
"""Words that ask, point and link."""
_NOUNS = frozenset(
    """
    number numbers tally tallies headcount sum sums figure figures amount size person persons
    people names effort efforts team teams file tag tags label labels category categories section
    sections class year years month months day days date dates annum comparison collection
    collections library database catalogue catalog records record publication collaboration
    collaborations
    """.split()
)
_SAID = _NOUNS | frozenset(
    """
    find show tell give gimme name get display see know need want like love interested looking look
    list lists listing listed hold holds held keep keeps kept store stored imported available exist
    exists contain contains count counts counting counted bring brings brought put puts come comes
    came appear appears appeared appearing make makes made turn turned issue issues issued sign
    signed talking speaking many much total totals totalling got whats whos grand entire whole
    complete full sized big large long n newest latest most recent recently oldest earliest debut
    least more fewer fewest less old new last final very top joint jointly joined together share
    shares shared sharing common mutual author authors authored coauthor coauthors solo sole single
    lead leads led senior main filed filing tagged labelled labeled carry carries carrying bear
    bears bearing catalogued cataloged classified categorised categorized primary primarily
    secondary cross-listed crosslisted arxiv dated yearly annual annually monthly today title
    titles titled compare compares compared versus vs respectively sort sorted order ordered do
    work research output working worked happened posting busier busiest time split breakdown
    distribution professor lab group added week weeks lately nowadays currently
    """.split()
)
"""Words that say what is asked of the record, and which elsewhere are content."""
_SHAPES = re.compile(
    rf"{WORKS}|{ENTRIES}|{WRITE}|{ROLE}|{NTH}|\d{{1,2}}|collaborat\w+|co-?(?:wr|author|sign)\w*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*['’]?")
_SHORTENED = re.compile(r"['’](?:s|ve|re|ll|d|m)?$")
_OF_NOUN = (
    r"(?:an?|the|any|some|their|his|her|different|fewer|less|more|many|new|old|big|large|long|full)"
)
_TOPIC = re.compile(
    r"\b(?:(?P<on>on|about|regarding|concerning|using|for|into)|how many|number of|size of|with|"
    rf"without|(?=(?:fewer|less|more|new|old|big|large|long|full) ))(?: ?{_OF_NOUN})* "
    r"(?P<word>[\w-]+)",
    re.IGNORECASE,
)
"""Where a word is content that elsewhere only asks: "papers on *teams*", "how many *labels*"."""
_JOINING = re.compile(
    r"\b(?:(?:talking|speaking) (?:about|of)|"
    r"(?:among|on|in|as) (?:(?:an?|the|its|their) )?"
    r"(?:(?:list of )?(?:co-?)?authors?(?:[ -]list)?|byline))\b",
    re.IGNORECASE,
)
"""What joins somebody to works, or speaks of them, and says no more."""
_OF_WORKS = re.compile(rf"{WORKS}|{ENTRIES}|(?:R|his|her|their)['’s]*", re.IGNORECASE)
_POINTING = re.compile(
    r"\b(?:its?|this|these|those|them|which one|"
    r"that(?! (?:are|is|was|were|have|has|he|she|they|you|came|appeared)\b))\b",
    re.IGNORECASE,
)
_MANY = re.compile(
    rf"\b(?:{MANY_WORKS}|entries|items?|bibliography|oeuvre|(?:every|each|any) {WORKS}|how many|"
    r"(?:latest|newest|most recent|earliest|oldest|debut)(?: (?:one|entry|thing|\w+ly))?)\b",
    re.IGNORECASE,
)
"""Works of which no single one is meant."""
_ASKED = tuple(
    (kind, re.compile(rf"\b(?:{said})\b", re.IGNORECASE))
    for kind, said in (
        (
            Kind.PER_YEAR,
            r"split|breakdown|distribution|(?:per|each|every) year|annum|yearly|annual(?:ly)?",
        ),
        (
            Kind.COUNT,
            rf"^(?:did|has|have|had|does) {WHO} .*{WRITE}\b(?!.*\b(?:which|what))|"
            r"how (?:many|much|big|large|long|often)|numbers?(?! one\b)|count(?:s|ed)?|tally|"
            rf"tallies|headcount|totals?|sums?|figures?|amount|size|n {WORKS}",
        ),
        (Kind.EARLIEST, r"earliest|oldest|(?<!with the )(?:very )?first|debut"),
        (Kind.LATEST, r"latest|newest|most recent"),
    )
)
_END = re.compile(r"\b(?:(?P<old>earliest|oldest|debut)|latest|newest|most recent)\b", re.I)
_UNTOLD = re.compile(
    r"\b(?:who(?:m|se)?|(?<!at )(?:most(?! recent)|least)|fewest|persons?|people|"
    rf"(?:co-?)?authors?|(?:{ROLE}|sole|solo|single)[ -]author\w*|(?<!or )not|neither|no|never|"
    r"without|except)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Asks for what only the rules of its own kind tell."""
_DATE = re.compile(r"\b(?:when|dates?|months?|years?|days?)\b", re.IGNORECASE)
_COMPANY = re.compile(r"\bwho(?:m)?\b.*\b(?:with|alongside|together|beside)\b", re.IGNORECASE)
_SIZE = re.compile(
    r"\b(?:the )?(?:(?P<most>most|(?:largest|biggest|highest|greatest) (?:number|group|team) of|"
    r"longest list of)|fewest|least|(?:smallest|lowest) number of) "
    r"(?:co-?)?(?:authors|writers|people|names|persons)\b",
    re.IGNORECASE,
)
_OF_SIZE = re.compile(rf"\b(?:{WORKS}|ones?|which|what|item|entry)\b", re.IGNORECASE)


def left(text: str) -> Iterator[Span]:
    """Where the words stand that say more than what is asked of the record, and of which works."""
    for m in _WORD.finditer(text):
        word = _SHORTENED.sub("", m[0].lower())
        if word and word not in LINKS and word not in _SAID and not _SHAPES.fullmatch(word):
            yield m.span()


def carries(word: str) -> bool:
    """Whether works can be about a word: not about "which", but about "teams"."""
    return word.lower() in _NOUNS or any(left(word))


def bare(text: str) -> bool:
    """Whether a text has no word of anything but what is asked of the record.

    >>> bare("number of joint papers?"), bare("papers on teams"), bare("dune papers")
    (True, False, False)
    """
    text = _JOINING.sub("", text)
    if next(left(text), None):
        return False
    topics = ((m["word"].lower(), _SAID if m["on"] else _NOUNS) for m in _TOPIC.finditer(text))
    return not any(word in said and not _OF_WORKS.fullmatch(word) for word, said in topics)


def asked(text: str, *, chosen: bool) -> Kind | None:
    """The kind of a question without a word of anything else; None where there is any.

    `chosen` says that works were chosen by words that were cut out; without those, it has to speak
    of works in the plural, and of none that only somebody before can have named.
    """
    if re.search(r"\bW\b", text):
        named = re.sub(r"\bW(?:['’]s)?(?!\w)", "", text)
        return Kind.WHEN if _DATE.search(named) and bare(named) else None
    text = _JOINING.sub("", text)
    if not bare(text):
        return None
    if not (chosen or (_MANY.search(text) and not _POINTING.search(text))):
        return None
    if _COMPANY.search(text):
        return Kind.COLLABORATORS
    if _UNTOLD.search(text):
        return None
    return next((kind for kind, said in _ASKED if said.search(text)), Kind.LIST)


def end(text: str) -> Kind | None:
    """Which end of the record is spoken of where nothing else is: its newest or oldest work."""
    m = _END.search(text)
    if m is None or not bare(text):
        return None
    return Kind.EARLIEST if m["old"] else Kind.LATEST


def size(text: str) -> str:
    """Whether the works with the "most" authors are asked for, or with the "fewest"; "" for
    neither.
    """
    m = _SIZE.search(text)
    rest = _SIZE.sub("", text)
    if m is None or not _OF_SIZE.search(rest) or re.search(r"\bwho\b", rest):
        return ""
    if next(left(rest), None):
        return ""
    return "most" if m["most"] else "fewest"
