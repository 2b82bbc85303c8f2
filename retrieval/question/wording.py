"""What kind a question is of, and what it is about, read off its wording.

The table of `retrieval.question.kinds` is tried first; then the wordings that ask for works on a
topic. What fits none is a question of content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from retrieval.question.kinds import (
    ABOUT,
    ADJ,
    MANY_WORKS,
    NEXT_TO_LAST,
    NTH,
    OF_WORKS,
    RULES,
    WHO,
    WORKS,
    WRITE,
    Kind,
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
    """

    kind: Kind
    facet: str = ""
    topic: str | None = None
    limit: int | None = None
    end: Kind | None = None
    mentioned: bool = False
    place: int = 1
    role: str = ""


_NUMBER_WORDS = dict(
    zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True)
)
_LIMIT = re.compile(
    r"\b(?:(?:top|last|latest|newest|first|recent|earliest|oldest|most recent) )?"
    r"(?P<n>\d{1,2}|" + "|".join(_NUMBER_WORDS) + r") "
    rf"(?:most recent |latest |newest |recent |last |earliest |oldest |first |new "
    rf")*(?:\w+ )?{MANY_WORKS}\b",
    re.IGNORECASE,
)

_LEAD = (
    r"^(?:(?:please|so|ok|okay|well|hey|hi|and|also|then|now|but),? )*(?:(?:can|"
    r"could|would) you (?:please )?|i(?:['’]d| would) like (?:to (?:see|know|"
    r"read|find) )?|i(?:['’]m| am) (?:looking for|interested in) |i (?:want|"
    r"need) (?:to (?:see|know|read|find) )?|do you (?:know|have)(?: of)? |"
    r"please )?"
)
_ASK = (
    r"(?:which|what|list|show(?: me)?|give(?: me)?|find(?: me)?|name|tell me|"
    r"enumerate|get|display|any|is there|are there|were there|was there|has|have|"
    r"did|does|do|search(?: for)?|recommend|suggest)"
)
_FILL = (
    r"(?:(?:me|us|all|of|the|his|her|their|R['’]s?|R[:,]?|its|these|those|some|any|"
    r"other|there|a|your|every|each|are|is|were|full list of|complete list of|"
    r"list of|he|she|they|published|written|papers by) )*"
)

_TOPIC = re.compile(
    rf"{_LEAD}(?:{_ASK} )?{_FILL}(?P<kind>{ADJ}){WORKS}(?: (?:by|from|of|has|have|did|does|do|"
    rf"is|are|was|were|that|which|R['’]?s?|he|she|they|there|you know|"
    rf"written|published|publish|write|wrote|know|out|you|have|specifically|actually|"
    rf"really|mainly|mostly|primarily|all|do with|to do|say something|"
    rf"say anything|speak|we|i|and|in|been|his|her|their|or|released|done|concerned|concerns))*"
    rf" {ABOUT} (?P<topic>.+)$",
    re.IGNORECASE,
)
_ANYTHING = re.compile(
    rf"{_LEAD}(?:(?:is|are|was|were) there |what(?: is|['’]s| are| was)? there |has "
    rf"{WHO} |have {WHO} |did {WHO} |does {WHO} |do {WHO} |(?:got|have|know|"
    rf"find|show|search|list|give)(?: me)? )?"
    rf"(?:(?:ever|also|already|done|written|published|write|publish|have|worked|work|"
    rf"do|got|released|said|made|produced|did) )*(?:anything |something |everything |"
    rf"stuff |material |research |work |things |(?<=there )|(?<=there is ))"
    rf"(?:(?:here|in there|that|which|published|written|by R|from R|of R|by him|by her|by them|"
    rf"done|to read|of his|of hers|that is|that was|which is|specifically) )*"
    rf"(?:{ABOUT}|with|for|to do with|in) (?P<topic>.+)$",
    re.IGNORECASE,
)
_WORKED_ON = re.compile(
    rf"{_LEAD}(?:has|have|did|does|do|is|was) {WHO} (?:(?:ever|also|already|still|"
    rf"been|currently|actually) )*(?:work(?:s|ed|ing)?|publish(?:ed)?|wr(?:ite|itten|"
    rf"ote)|research(?:ed)?|written)"
    rf"(?: (?:ever|also|much|a lot|anything|at all))* (?:on|about|in|with|of) (?P<topic>.+)$",
    re.IGNORECASE,
)
_STUDIED = re.compile(
    rf"{_LEAD}(?:has|have|did|does|do) {WHO} (?:(?:ever|also|already|still|been|"
    rf"currently|actually) )*(?:stud(?:y|ied|ies)|investigate[ds]?|explore[ds]?|"
    rf"research(?:ed)?|address(?:ed)?|tackled?|looked (?:at|into)|look (?:at|into)|"
    rf"touch(?:ed)?(?: on)?|cover(?:ed)?|use[ds]?) (?P<topic>.+)$",
    re.IGNORECASE,
)
_WRITTEN_ABOUT = re.compile(
    rf"{_LEAD}what (?:all |else )?(?:has|have|did|does|do) {WHO} (?:(?:ever|also|"
    rf"already|actually|to) )*(?:written|write|published?|done|do|produced?|"
    rf"contributed?|work(?:ed)?|have|had|got) "
    rf"(?:about|on|regarding|concerning|in the (?:area|field) of|in|for|with|to) (?P<topic>.+)$",
    re.IGNORECASE,
)
_LISTS = re.compile(
    rf"{_LEAD}(?:{_ASK} )?{_FILL}(?P<topic>(?:(?!about\b|on\b)[\w'’+-]+ "
    rf"){{0,4}}?)(?:{MANY_WORKS})\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_WITH_TOPIC = re.compile(
    rf"(?:{_LEAD}(?!which|what)(?:list|show(?: me)?|give(?: me)?|find(?: me)?|any|are there|"
    rf"is there)? ?|\bhow many ){_FILL}{ADJ}{MANY_WORKS}(?: (?:by|from|of|are there|R(?:['’]s?)?|"
    rf"(?:did|has|have|does) {WHO}(?: {WRITE}| have)?))* with "
    rf"(?P<topic>(?!(?:the |an? |at )?(?:most|fewest|least|more|less|fewer|many|no|only|R|W|him|"
    rf"her|them|each|an?|one|two|three|four|five|\d+)\b)[\w'’-]+(?: (?!(?:is|are|do|does|did|was|"
    rf"were|has|have|he|she|they|it|you)\b)[\w'’-]+){{0,4}})\s*[?.!]*$",
    re.IGNORECASE,
)
"""Works with something that is nobody's name: "papers with contrastive learning"."""
_WHICH_ONES = re.compile(
    rf"{_LEAD}(?:which|what) (?:of (?:R(?:['’]s?)?|his|her|their|the|these|those) )?"
    rf"(?:{MANY_WORKS}|ones) (?:\w+ly )?(?!(?:is|are|was|were|did|does|do|has|have|had|by|from|in|"
    rf"came|come|appeared|since|before|after|R|he|she|they|you|it)\b|won|{WRITE}\b)\w+ "
    rf"(?:(?:with|on|at|to|in|about|into) )?(?P<topic>.+)$|"
    rf"{_LEAD}(?:which|what) (?:of (?:R(?:['’]s?)?|his|her|their|the|these|those) )?"
    rf"(?:{MANY_WORKS}|ones) are (?P<noun>(?!(?:R|W|the|an?|by|from|in|on|about|not|all|there|"
    r"published|written|new\w*|recent\w*|late\w*|old\w*|most|more|least|available|open|stored|"
    r"imported|his|hers?|theirs?|yours?|you|they|he|she|it|best|good|first|last|solo|single|joint|"
    r"co-?authored|cited|relevant|important|interesting|similar|related|worth|like|of)\b)[\w-]+"
    r"(?: [\w-]+){0,3})\W*$|"
    rf"^(?P<first>[^?]+?),? (?:any|some) (?:{MANY_WORKS})(?: (?:on|about) (?:this|that|it))?\W*$",
    re.IGNORECASE,
)
_DOING = re.compile(
    rf"{_LEAD}(?:{_ASK} )?{_FILL}(?:anything|something|stuff|ones?|{WORKS})(?: (?:here|of R|by R|"
    rf"from R|of (?:his|hers)))? (?:that|which) (?P<verb>(?!(?:is|was|has|does|he|she|they|this|us|"
    rf"R|W)\b)[a-z]+[a-rt-z]s) (?P<object>[^?]+?)\W*$",
    re.IGNORECASE,
)
"""What does something: "anything that outlines organs"."""
_PLAIN = frozenset(
    "and or recent published all other his her their complete full entire whole various "
    "different research "
    "scientific academic arxiv the of list first-author own many more some several r r's r’s only "
    "stored imported available known total single every any latest newest is are "
    "what which were was "
    "new old early late later earlier journal conference did does do has have by "
    "most important best cool nice great notable famous popular well-known similar related such "
    "same further another peer-reviewed short long big joint shared common together publish write "
    "author coauthor co-author "
    "top key main favourite favorite good interesting relevant one two three four "
    "five six seven eight nine ten".split()
)
_WHAT_PUBLISHED = re.compile(
    rf"{_LEAD}(?:what|which)(?: {WORKS})?(?: all| else)? (?:has|have|did|does|do|was|"
    rf"were) {WHO} (?:\w+ )?{WRITE}(?P<rest>.*)$|"
    rf"{_LEAD}(?:what|which)(?: {WORKS})? (?:was|were) {WRITE} by R(?P<rest2>.*)$|"
    rf"{_LEAD}(?:everything|all)(?: that)? {WHO} (?:\w+ )?{WRITE}(?P<rest3>.*)$|"
    rf"{_LEAD}what (?:came|comes) out(?P<rest4>.*)$|"
    rf"{_LEAD}what (?:has|have|did) {WHO} (?:been )?(?:do|done|work(?:ed|ing)? on|"
    rf"up to)(?P<rest5>)\s*[?.!]*$",
    re.IGNORECASE,
)
_LINK_WORDS = re.compile(
    r"^(?:(?:by|from|of|has|have|had|did|does|do|is|are|was|were|been|be|that|which|"
    r"R(?:['’]s)?|he|she|they|there|we|i|you|it|"
    r"published|publish|written|write|wrote|released|came|come|out|know|so far|"
    r"posted|post|uploaded|upload|added|dated|"
    r"until now|to date|in total|altogether|in all|overall|"
    r"ever|the|all|please|any|his|her|their|stored|imported|here|exist|in|on|during|"
    r"and|or|with|together|as|well|submitted|submit|"
    r"produced|produce|authored|co-authored|coauthored|author|put|available|list|"
    r"now|also|then|total|at|from|year|my|me|got|appear|appeared|titles?|"
    r"only)\b|[\s,.?!:;'’])*$",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    rf"{_LEAD}(?:did|has|have|had|does) {WHO} (?:(?:ever|also|already|actually|even) )*{WRITE}"
    rf"(?: (?:anything|something|(?:any|a|some|many|other|new)?(?: \w+)?? ?{WORKS}))?(?P<rest>.*)$",
    re.IGNORECASE,
)
"""Whether there is any work at all, of a time or with somebody."""
_OF_TOPIC = re.compile(
    rf"\b(?:{WORKS}|one|ones|many|{WRITE}|work(?:ed|ing)?|result|research|new|collaborat\w*|"
    rf"co-?authors?|latest|of (?:those|these|them))\b[^?]*?\b"
    rf"(?:(?<!based )(?:{ABOUT})|are about|is about) (?P<topic>.+)$|"
    r"\b(?:busiest|quietest|(?:most|least) (?:productive|prolific|active)|best)(?: \w+)? year"
    r"[^?]*? (?:for|on|in terms of) (?P<year>.+)$",
    re.IGNORECASE,
)


_END_OF_TOPIC = re.compile(
    rf"\b(?:latest|newest|(?:most )?recent|oldest|earliest|(?:very )?first) "
    rf"(?!author)(?P<kind>(?:[\w-]+ ){{1,3}}?){WORKS}\b",
    re.IGNORECASE,
)
"""What kind of work the newest or oldest is asked of: "her newest *underwater* work"."""


_COUNTED = re.compile(
    rf"\b(?:how many|most|fewest) (?:of (?:R(?:['’]s?)?|his|her|their|the|these|those) )?"
    rf"(?P<kind>{ADJ}){MANY_WORKS}\b",
    re.IGNORECASE,
)


_NTH_OF = re.compile(
    rf"\b(?P<nth>{NTH})[ -](?:most |to )?(?:latest|newest|recent|last|oldest|earliest|busiest|"
    rf"quietest|slowest|productive|prolific|active|frequent|common|regular|often|closest|top|main|"
    rf"{WORKS})\b|\b(?P<last>{NEXT_TO_LAST})\b",
    re.IGNORECASE,
)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
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
_AS: dict[str, str] = {"lead": "first", "senior": "last"}


def read_kind(masked: str) -> Wording:
    """The kind of a question whose researchers are `R` and whose works are `W`."""
    text = " ".join(re.sub(r"\bon average\b", "", masked, flags=re.IGNORECASE).split())
    text, role = _without_role(text)
    return replace(_read_kind(text), place=_place(text), role=role)


def _without_role(text: str) -> tuple[str, str]:
    """The text without the role in which somebody is to have written the works, and the role."""
    for pattern in _ROLES:
        if m := pattern.search(text):
            named = m.groupdict("")
            role = named.get("role", "alone").lower()
            whose = " by R" if named.get("who") else ""
            return text[: m.start()] + m["kept"] + whose + text[m.end() :], _AS.get(role, role)
    return text, ""


def _place(text: str) -> int:
    m = _NTH_OF.search(text)
    if m is None:
        return 1
    if m["last"]:
        return 2
    nth = m["nth"].lower()
    return _ORDINALS.index(nth) + 1 if nth in _ORDINALS else int(nth[:-2])


def _read_kind(text: str) -> Wording:
    limit = _limit(text)
    for rule in RULES:
        if rule.pattern.search(text):
            topic, mentioned = _topic_of_record(text)
            return Wording(rule.kind, rule.facet, topic, limit, _end(rule.kind, text), mentioned)
    if about := _about(text):
        topic, mentioned = about
        return Wording(Kind.WORKS_ABOUT, "", topic, limit, mentioned=mentioned)
    if (m := _WHETHER.match(text)) and _LINK_WORDS.match(m["rest"]):
        return Wording(Kind.COUNT, "", None, limit)
    for pattern in (_LISTS, _WHAT_PUBLISHED):
        if m := pattern.match(text):
            groups = m.groupdict()
            words = groups.pop("topic", None) or ""
            if _LINK_WORDS.match("".join(group or "" for group in groups.values())):
                topic = _topical(words)
                return Wording(Kind.WORKS_ABOUT if topic else Kind.LIST, "", topic or None, limit)
    return Wording(Kind.CONTENT, "", None, limit)


def _about(text: str) -> tuple[str, bool] | None:
    """The topic of which works are asked for, and whether it is enough that they mention it."""
    for pattern in (_TOPIC, _ANYTHING, _WRITTEN_ABOUT, _WORKED_ON, _STUDIED, _WITH_TOPIC):
        if (m := pattern.match(text)) and (topic := _trimmed(m["topic"])):
            kind = m.groupdict().get("kind") or ""
            return _with_kind(kind, topic), pattern is _WITH_TOPIC or _mentioned(m)
    if m := _WHICH_ONES.match(text):
        found = next(group for group in ("topic", "noun", "first") if m[group])
        if topic := _trimmed(m[found]):
            return topic, mentioned(text[: m.start(found)])
    if m := _DOING.match(text):
        return f"{_gerund(m['verb'])} {m['object']}", False
    return None


def _gerund(verb: str) -> str:
    """What somebody who does it is doing: "outlines" is "outlining"."""
    stem = re.sub(r"ies$", "y", re.sub(r"(?<=[sxzh])es$|(?<!s)s$", "", verb))
    return f"{re.sub(r'(?<=[^e])e$', '', stem)}ing"


def _with_kind(words: str, topic: str) -> str:
    """A topic, and what is said before "papers": "which *dune* papers use *lidar*?"."""
    kind = _topical(words)
    return f"both {kind} and {topic}" if kind else topic


def _topical(words: str) -> str:
    """What stands before "papers" and says what they are about."""
    return " ".join(w for w in words.split() if w.lower() not in _PLAIN and not w.isdigit())


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
    return int(m["n"]) if m["n"].isdigit() else _NUMBER_WORDS[m["n"].lower()]


def _topic_of_record(text: str) -> tuple[str | None, bool]:
    """The topic that narrows a question of record: "how many papers *about binary networks*".

    And whether it is enough that they mention it.
    """
    before = _COUNTED.search(text) or _END_OF_TOPIC.search(text)
    kind = before["kind"] if before else ""
    if m := _OF_TOPIC.search(text):
        topic = _trimmed(m["topic"] or m["year"])
        return topic and _with_kind(kind, topic), bool(m["topic"]) and _mentioned(m)
    if m := _WITH_TOPIC.search(text):
        return _trimmed(m["topic"]), True
    return _topical(kind) or None, False


_MENTIONING = re.compile(
    r"\b(?:us(?:e[ds]?|ing)|mention(?:s|ed|ing)?|employ(?:s|ed|ing)?|appl(?:y|ies|ied|ying)|"
    r"contain(?:s|ing)?|say|(?:evaluat|test|train|experiment)\w* (?:on|with)) $",
    re.IGNORECASE,
)


def mentioned(before: str) -> bool:
    """Whether what stands before a topic asks for works that use or mention it, which need not be
    about it.
    """
    return _MENTIONING.search(before) is not None


def _mentioned(m: re.Match[str]) -> bool:
    return mentioned(m.string[: m.start("topic")])


def _trimmed(topic: str) -> str | None:
    """A topic without the words around it; none where only link words are left."""
    topic = re.sub(r"(?:\s*(?:[?.!:]+|\(\s*\)|\babout))+\s*$", "", topic)
    topic = re.sub(r",? and (?:which|what|how|who|when|where)\b.*$", "", topic, flags=re.I)
    topic = re.sub(
        rf"(?:,? (?:please|at all|so far|how many|by R|from R|did {WHO} {WRITE}|(?:has|"
        rf"have) {WHO} {WRITE}|does {WHO} have|with R|"
        rf"are there|exist|is there|do you (?:know|have)|{WHO} (?:has |have )?{WRITE}))+$",
        "",
        topic,
        flags=re.IGNORECASE,
    )
    return None if _LINK_WORDS.match(topic) else topic.strip()
