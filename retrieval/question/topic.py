"""What works are asked to be about, read off the wording of a question. Pure.

Researchers stand in it as `R`, works as `W`, and times are left out.
"""

from __future__ import annotations

import re

from retrieval.question import loose
from retrieval.question.kinds import ABOUT, ADJ, MANY_WORKS, WHO, WORKS, WRITE

LEAD = (
    r"^(?:(?:please|so|ok|okay|well|hey|hi|and|also|then|now|but),? )*(?:(?:can|"
    r"could|would) you (?:please )?|i(?:['’]d| would) like (?:to (?:see|know|"
    r"read|find) )?|i(?:['’]m| am) (?:looking for|interested in) |i (?:want|"
    r"need) (?:to (?:see|know|read|find) )?|do you (?:know|have)(?: of)? |"
    r"(?:please|pls|plz) )?"
)
ASK = (
    r"(?:which|what|list|show(?: me)?|give(?: me)?|find(?: me)?|name|tell me|"
    r"enumerate|get|display|any|is there|are there|were there|was there|has|have|"
    r"did|does|do|search(?: for)?|recommend|suggest)"
)
FILL = (
    r"(?:(?:me|us|all|of|the|his|her|their|R['’]s?|R[:,]?|its|these|those|some|any|"
    r"other|there|a|your|every|each|are|is|were|full list of|complete list of|"
    r"list of|he|she|they|published|written|papers by) )*"
)
_TOPIC = re.compile(
    rf"{LEAD}(?:{ASK} )?{FILL}(?P<kind>{ADJ})(?:{WORKS}|ones)"
    rf"(?: (?:by|from|of|has|have|did|does|do|is|are|was|were|that|which|R['’]?s?|he|she|they|"
    rf"there|you know|written|published|publish|write|wrote|know|out|you|have|specifically|"
    rf"actually|really|mainly|mostly|primarily|all|do with|to do|say something|"
    rf"say anything|speak|we|i|and|in|been|his|hers?|theirs?|or|released|done|concerned|concerns))*"
    rf" {ABOUT} (?P<topic>.+)$",
    re.IGNORECASE,
)
_ANYTHING = re.compile(
    rf"{LEAD}(?:(?:is|are|was|were) there |what(?: is|['’]s| are| was)? there |has "
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
    rf"{LEAD}(?:has|have|did|does|do|is|was) {WHO} (?:(?:ever|also|already|still|"
    rf"been|currently|actually) )*(?:work(?:s|ed|ing)?|publish(?:ed)?|wr(?:ite|itten|"
    rf"ote)|research(?:ed)?|written)"
    rf"(?: (?:ever|also|much|a lot|anything|at all))* (?:on|about|in|with|of) (?P<topic>.+)$",
    re.IGNORECASE,
)
_STUDIED = re.compile(
    rf"{LEAD}(?:has|have|did|does|do) {WHO} (?:(?:ever|also|already|still|been|"
    rf"currently|actually) )*(?:stud(?:y|ied|ies)|investigate[ds]?|explore[ds]?|"
    rf"research(?:ed)?|address(?:ed)?|tackled?|looked (?:at|into)|look (?:at|into)|"
    rf"touch(?:ed)?(?: on)?|cover(?:ed)?|use[ds]?) (?P<topic>.+)$",
    re.IGNORECASE,
)
_WRITTEN_ABOUT = re.compile(
    rf"{LEAD}what (?:all |else )?(?:has|have|did|does|do) {WHO} (?:(?:ever|also|"
    rf"already|actually|to) )*(?:written|write|published?|done|do|produced?|"
    rf"contributed?|work(?:ed)?|have|had|got) "
    rf"(?:that (?:has to do|is to do|deals|is concerned) with|that (?:is )?(?:about|on|related to)|"
    rf"about|on|regarding|concerning|in the (?:area|field) of|in|for|with|to do with|"
    rf"(?<!have )(?<!had )(?<!got )to) (?P<topic>.+)$",
    re.IGNORECASE,
)
_ANY_WORKS = rf"(?:{MANY_WORKS}|ones|(?:(?<=any )|(?<=some ))(?:work|paper|study|article)\b)"
_WITH_TOPIC = re.compile(
    rf"(?:{LEAD}(?!which|what)(?:list|show(?: me)?|give(?: me)?|find(?: me)?|any|are there|"
    rf"is there)? ?|\bhow many ){FILL}{ADJ}{_ANY_WORKS}(?: (?:by|from|of|are there|R(?:['’]s?)?|"
    rf"(?:did|has|have|does) {WHO}(?: {WRITE}| have)?))* with "
    rf"(?P<topic>(?!(?:the |an? |at )?(?:most|fewest|least|more|less|fewer|many|no|only|R|W|him|"
    rf"her|them|each|an?|one|two|three|four|five|\d+)\b)[\w'’-]+(?: (?!(?:is|are|do|does|did|was|"
    rf"were|has|have|he|she|they|it|you)\b)[\w'’-]+){{0,4}})\s*[?.!]*$",
    re.IGNORECASE,
)
"""Works with something that is nobody's name: "papers with contrastive learning"."""
_WHICH_ONES = re.compile(
    rf"{LEAD}(?:which|what) (?:of (?:R(?:['’]s?)?|his|her|their|the|these|those) )?"
    rf"(?:{MANY_WORKS}|ones) (?:\w+ly )?(?!(?:is|are|was|were|did|does|do|has|have|had|by|from|in|"
    rf"came|come|appeared|since|before|after|R|he|she|they|you|it)\b|won|{WRITE}\b)\w+ "
    rf"(?:part )?(?:(?:with|on|at|to|in|about|into) )?(?P<topic>.+)$|"
    rf"{LEAD}(?:which|what) (?:of (?:R(?:['’]s?)?|his|her|their|the|these|those) )?"
    rf"(?:{MANY_WORKS}|ones) are (?P<noun>(?!(?:R|W|the|an?|by|from|in|on|about|not|all|there|"
    r"published|written|new\w*|recent\w*|late\w*|old\w*|most|more|least|available|open|stored|"
    r"imported|his|hers?|theirs?|yours?|you|they|he|she|it|best|good|first|last|solo|single|joint|"
    r"co-?authored|cited|relevant|important|interesting|similar|related|worth|like|of)\b)[\w-]+"
    r"(?: [\w-]+){0,3})\W*$|"
    rf"^(?P<first>[^?]+?)(?:,? (?:any|some) (?:{MANY_WORKS})|(?:,| [–—-]) ?(?:anything|any work))"
    r"(?: (?:on|about) (?:this|that|it))?\W*$",
    re.IGNORECASE,
)
_NO_VERB = (
    rf"(?!(?:is|are|was|were|has|have|had|do|does|did|can|could|may|might|will|would|should|came|come|"
    rf"appeared|exist|he|she|they|you|it|we|this|us|the|his|her|of|in|on|one|ones|year|R|W|won|{WRITE})\b)"
)
_DOING = re.compile(
    rf"{LEAD}(?:{ASK} )?{FILL}(?:(?:anything|something|stuff|ones?|{WORKS})(?: (?:here|of R|by R|"
    rf"from R|of (?:his|hers)))? (?:that|which) (?P<verb>{_NO_VERB}[a-z]+[a-rt-z]s)|"
    rf"(?:{MANY_WORKS}|ones) (?:that|which) (?P<verbs>{_NO_VERB}[a-z]{{3,}})) "
    rf"(?!(?:is|are|was|were|do|does|did|out|up|in|by)\b)(?P<object>[^?]+?)\W*$",
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
    "got older newer author coauthor co-author coauthored co-authored co-written unique distinct "
    "actual "
    "summarise summarize explain describe overview summary "
    "top key main favourite favorite good interesting relevant one two three four "
    "five six seven eight nine ten".split()
)
LINK_WORDS = re.compile(
    r"^(?:(?:by|from|of|has|have|had|did|does|do|is|are|was|were|been|be|that|which|"
    r"R(?:['’]s)?|he|she|they|there|we|i|you|it|"
    r"published|publish|written|write|wrote|released|came|come|out|know|so far|"
    r"posted|post|uploaded|upload|added|dated|"
    r"until now|to date|in total|altogether|in all|overall|"
    r"ever|the|all|please|any|his|her|their|stored|imported|here|exist|in|on|during|"
    r"and|or|with|together|as|well|submitted|submit|"
    r"produced|produce|authored|co-authored|coauthored|author|put|available|list|"
    r"now|also|then|total|at|from|year|my|me|got|appear|appeared|titles?|arxiv|pls|plz|thanks|thx|"
    r"only)\b|[\s,.?!:;'’])*$",
    re.IGNORECASE,
)
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
_MENTIONING = re.compile(
    r"\b(?:us(?:e[ds]?|ing)|touch(?:es|ing)?(?: on)?|mention(?:s|ed|ing)?|employ(?:s|ed|ing)?|"
    r"appl(?:y|ies|ied|ying)|contain(?:s|ing)?|say|"
    r"(?:evaluat|test|train|experiment)\w* (?:on|with)) $",
    re.IGNORECASE,
)


_THEN_ASKED = (
    r"(?:[,:;]| [–—-]) ?(?:by )?"
    r"(?:how|what|which|who|whom|whose|why|when|where|is|are|was|were|does|do|did|has|have|can)\b"
)
_OF_ONE_WORK = re.compile(
    rf"{LEAD}(?:(?:in|for|from|with|about|regarding|on|according to) )?"
    r"(?:(?:the|that|this|his|her|their|your|R(?:['’]s?)?) (?:[\w-]+ ){0,4}?)?"
    rf"(?:paper|work|study|article|preprint|one|publication)\b[^?]*?{_THEN_ASKED}",
    re.IGNORECASE,
)
"""Something asked of one work: "in the paper on dunes, how fast do they move?"."""


def about(text: str) -> tuple[str, bool] | None:
    """The topic of which works are asked for, and whether it is enough that they mention it."""
    if _OF_ONE_WORK.match(text):
        return None
    for pattern in (_TOPIC, _ANYTHING, _WRITTEN_ABOUT, _WORKED_ON, _STUDIED, _WITH_TOPIC):
        if (m := pattern.match(text)) and (topic := _trimmed(m["topic"])):
            kind = m.groupdict().get("kind") or ""
            return _with_kind(kind, topic), pattern is _WITH_TOPIC or _mentioned(m)
    if m := _WHICH_ONES.match(text):
        found = next(group for group in ("topic", "noun", "first") if m[group])
        if topic := _trimmed(m[found]):
            return topic, mentioned(text[: m.start(found)])
    if m := _DOING.match(text):
        return f"{_gerund(m['verb'] or m['verbs'])} {m['object']}", False
    return None


def loosely(text: str) -> tuple[str | None, bool] | None:
    """As `about`, for wordings that are less sure; no topic where works are asked for without."""
    found = loose.asked_for(text)
    return (_trimmed(found[0]), found[1]) if found else None


def _gerund(verb: str) -> str:
    """What somebody who does it is doing: "outlines" is "outlining"."""
    stem = re.sub(r"ies$", "y", verb)
    stem = re.sub(r"(?<=[sxzh])es$|(?<!s)s$", "", stem)
    stem = re.sub(r"^([^aeiou]+[aeiou])([^aeiouwxy])$", r"\1\2\2", stem)  # run, running
    return f"{re.sub(r'(?<=[^e])e$', '', stem)}ing"


_DETERMINER = re.compile(r"\b(?:the|an?|this|that|his|her|their|its|your|my)\s*$", re.I)
"""Before "paper" it ends what is said of the paper: "summarize the paper on dunes"."""


def _with_kind(words: str, topic: str) -> str:
    """A topic, and what is said before "papers": "which *dune* papers use *lidar*?"."""
    kind = "" if _DETERMINER.search(words) else topical(words)
    return f"both {kind} and {topic}" if kind else topic


def topical(words: str) -> str:
    """What stands before "papers" and says what they are about."""
    return " ".join(w for w in words.split() if w.lower() not in _PLAIN and not w.isdigit())


def of_record(text: str) -> tuple[str | None, bool]:
    """The topic that narrows a question of record: "how many papers *about binary networks*".

    And whether it is enough that they mention it.
    """
    before = _COUNTED.search(text) or _END_OF_TOPIC.search(text)
    kind = before["kind"] if before else ""
    if m := _OF_TOPIC.search(text):
        topic = _trimmed(re.split(_THEN_ASKED, m["topic"] or m["year"], flags=re.I)[0])
        return topic and _with_kind(kind, topic), bool(m["topic"]) and _mentioned(m)
    if m := _WITH_TOPIC.search(text):
        return _trimmed(m["topic"]), True
    return topical(kind) or None, False


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
    topic = re.sub(
        r"(?:[?.!,;]\s*(?:(?:all|each|every one) of (?:them|it|those)|"
        r"(?:name|list|show) (?:them|it)(?: all)?|which(?: ones?)?))+$",
        "",
        topic,
        flags=re.I,
    )
    topic = re.sub(r",? and (?:which|what|how|who|when|where)\b.*$", "", topic, flags=re.I)
    topic = re.sub(
        rf"(?:,? (?:please|pls|plz|thanks|thx|here|in them|at all|so far|how many|by R|from R|"
        rf"did {WHO} {WRITE}|(?:has|have) {WHO} {WRITE}|does {WHO} have|with R|"
        rf"are there|exist|is there|do you (?:know|have)|{WHO} (?:has |have )?{WRITE}))+$",
        "",
        topic,
        flags=re.IGNORECASE,
    )
    return None if LINK_WORDS.match(topic) else topic.strip()
