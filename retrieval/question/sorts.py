"""What sort of works is asked for: "list the surveys", "which of the data sets are in Basque?".

A plural of what works are, or bring along, wants every work that fits. "Which data sets does it
use?" is asked of one work; the two are told apart by what was learnt of wordings (see
`retrieval.question.lists`). Pure.
"""

from __future__ import annotations

import re

from retrieval.question import framed, lists
from retrieval.question.topic import ASK, FILL, LEAD
from retrieval.question.words import MANY_WORKS, WHO, WORKS

SURVEYS, DATA_SETS, BENCHMARKS = "surveys", "data sets", "benchmarks"
LINKS, GITHUB = "links", "links to GitHub"
"""An address in the abstract."""

_SURVEY = (
    r"(?:(?:literature|short|long|recent|new) )*(?:survey|review|state[- ]of[- ]the[- ]art report)"
)
_SURVEYS_OF = rf"(?:{_SURVEY}|overview)(?:s\b|[ -](?:type |style )?{MANY_WORKS}\b)"
_SURVEYS = rf"{_SURVEYS_OF}(?:(?:,? (?:and|or) |/| / )(?:other )?{_SURVEYS_OF})*"
_SURVEYS_ALONE = re.compile(rf"{_SURVEYS}|{_SURVEY}", re.IGNORECASE)
_SET = r"(?:(?:data|test|prompt|question|exam|problem) ?-?set|data ?base|benchmark|lexicon)"
_SETS = rf"(?:{_SET}s|corpora|test suites|test ?beds)"
_BEFORE = (
    r"(?:(?!(?:about|on|in|of|for|with|from|by|to|at|and|or|that|which|who|whose|use[sd]?|using|is|"
    rf"are|was|were|did|does|do|has|have|why|how|no|not|without|any|some|the|an?|{WORKS})\b)"
    r"[\w'’+-]+ ){0,4}?"
)
_SEVERAL = re.compile(
    rf"(?P<start>{LEAD}(?:(?:just|only) )?(?:{ASK}|how many|all)?(?: (?:me|us))? ?{FILL}{_BEFORE})"
    rf"(?:(?P<surveys>{_SURVEYS})|(?P<sets>{_SETS})\b)(?P<rest>.*)",
    re.IGNORECASE,
)
"""As in "which of the *data sets* are in Basque"."""
_ONE = re.compile(
    rf"(?P<start>(?:(?!\b{WORKS}\b).)*"
    r"\b(?:any|(?:is there|have|has|got|newest|latest|oldest|most recent)(?: an?)?) "
    rf"{_BEFORE})(?:(?P<surveys>{_SURVEY}(?: {WORKS})?)|(?P<sets>{_SET}|corpus))\b(?P<rest>.*)",
    re.IGNORECASE,
)
"""As in "is there a *survey* on dunes"."""
_ARE = re.compile(
    rf"(?P<start>(?:.*\b(?:{MANY_WORKS}|ones|of (?:them|these|those|the lot))|which)\b"
    r"(?:(?! about\b| on\b)[^?.!])*?)(?: (?:that|which))?(?: (?:are|is))"
    rf"(?: (?:also|actually|really|mainly))?(?: an?)? (?:{_SURVEYS}|{_SURVEY}\b)"
    r"(?P<rest>(?: (?:of|on|about) .+)?\W*)|"
    rf"(?P<any>(?:are|is) (?:any|some|which) .*{MANY_WORKS}) (?:an? )?(?:{_SURVEYS}|{_SURVEY})\W*",
    re.IGNORECASE,
)
"""As in "which papers *are surveys*"."""
_OF_ONE = re.compile(
    rf".*\b(?-i:W)\b.*|(?:which|what)(?: \w+)? (?:{_SURVEYS}|{_SETS})\W*", re.IGNORECASE
)
"""Asked of a work that is named, or was before: "which data sets?"."""
_NEW_FOR = re.compile(
    rf"(?P<start>.*\b(?:{MANY_WORKS}|ones)) (?:(?:that|which) )?"
    r"(?:introduc|present|propos|releas|contribut|build|built|creat|publish|provid)\w* "
    r"(?:(?:an?|some|any|the|their) )?(?:(?:own|new|novel) )+"
    rf"(?:(?P<benchmarks>benchmarks?)|{_SETS}|{_SET}|corpus)(?: for| on| of| about) (?P<rest>.+)",
    re.IGNORECASE,
)
"""As in "which papers introduce a new *data set* for dunes"."""
_TAKEN = re.compile(
    r" (?:(?:(?:that|which) )?(?:is|are|was|were|ha(?:s|ve) been) )?(?:collected|gathered|drawn|"
    r"taken|crawled|scraped|sourced|compiled|com(?:es?|ing)|came) (?:from|off) ",
    re.IGNORECASE,
)
"""That data are from somewhere, however they were got there."""
_MADE = re.compile(
    rf"\b((?:has|have|did|does|do) {WHO}|(?:is|are|was|were)(?= \w+ by {WHO}\b))"
    r" (?:(?:ever|also) )?(?:buil[dt]|ma[dk]e|creat|collect|introduc|propos|present|compil|curat|"
    r"contribut|annotat|develop|offer|provid|design|releas)\w*\b",
    re.IGNORECASE,
)
"""That somebody made them: of works, that they are somebody's."""


_GIVE = (
    r"(?:contain|give|include|ha[sv]e?|having|mention|link|provide|state|carry|carries|come|show|"
    r"point|with|where|in which)(?:s|es|ing)?"
)
_HUB = r"(?:git ?hub|git ?lab)"
_ADDRESS = r"(?:urls?|https?|web ?links?|web ?address(?:es)?|hyperlinks?)"
_LINKED = re.compile(
    rf"\b(?:that |which )?{_GIVE}(?: (?:out|up|with))?(?: to)?"
    r"(?: (?:an?|the|any|some|their|its|actual|real|explicit|full|working|code|public))*"
    rf"(?: (?:(?P<hub>{_HUB})(?:[ -](?:repo(?:sitory|s)?|code|project|page))?"
    rf"(?: (?:links?|address(?:es)?|{_ADDRESS}))?|{_ADDRESS}))(?! (?:to|of|for)\b)"
    r"(?: in (?:it|them|(?:the|their|its) (?:abstracts?|text)))?(?=\W|$)",
    re.IGNORECASE,
)
_OF_ABSTRACTS = re.compile(r"\babstracts?\b|\burls?\b|\bhttps?\b|\baddress", re.IGNORECASE)


def _without_links(text: str) -> tuple[str, str]:
    """A text without the addresses that abstracts are to have, and of which kind; "" for any."""
    found = list(_LINKED.finditer(text))
    rest = " ".join(_LINKED.sub(" ", text).split())
    if not found or not _OF_ABSTRACTS.search(text) or not framed.bare(rest):
        return text, ""
    return rest, GITHUB if any(m["hub"] for m in found) else LINKS


def without_sort(text: str) -> tuple[str, str]:
    """A text with papers in place of the sort of works that it asks for, and the sort; "" for any.

    >>> without_sort("list the surveys on dunes")
    ('list the papers on dunes', 'surveys')
    """
    rest, linked = _without_links(text)
    if linked:
        return rest, linked
    if m := _ARE.fullmatch(text):
        rest = re.sub(r"^ of ", " on ", m["rest"] or "", flags=re.IGNORECASE)
        return re.sub(r"\blot$", "papers", m["any"] or m["start"], flags=re.I) + rest, SURVEYS
    if m := _NEW_FOR.fullmatch(text):
        return f"{m['start']} on {m['rest']}", BENCHMARKS if m["benchmarks"] else DATA_SETS
    m = _SEVERAL.fullmatch(text) or _ONE.fullmatch(text)
    if m is None or _OF_ONE.fullmatch(text):
        return text, ""
    rest = _MADE.sub(r"\1 published", _TAKEN.sub(" are from ", m["rest"]))
    surely = framed.bare(rest) or re.search(rf" {WORKS}", m["surveys"] or "", re.I)
    if not surely and lists.likelihood(text) < lists.LEAST_LIKELY:
        return text, ""
    start = re.sub(r"^(?:just|only) |\b(?:new|novel|own) $", "", m["start"], flags=re.IGNORECASE)
    return f"{start}papers{rest}", SURVEYS if m["surveys"] else DATA_SETS


def are_surveys(topic: str) -> bool:
    """Whether a topic is surveys, by any name."""
    return _SURVEYS_ALONE.fullmatch(topic) is not None


def mentions_enough(text: str) -> bool:
    """Whether works of a sort need not be about what follows: "papers in Basque"."""
    return not re.search(r"\bpapers (?:are )?(?:about|on|of|for|regarding|related to)\b", text)
