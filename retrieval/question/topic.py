"""What works are asked to be about, read off the wording of a question. Pure.

Researchers stand in it as `R`, works as `W`, and times are left out.
"""

from __future__ import annotations

import re

from retrieval.question import framed, lists
from retrieval.question.alternatives import alternatives
from retrieval.question.explained import without_explanation
from retrieval.question.words import (
    ABOUT,
    ADJ,
    MANY_WORKS,
    NEWS,
    NUMBERS,
    QUESTION,
    WHO,
    WORKS,
    WRITE,
)
from retrieval.text import terms
from retrieval.writers.brought import bare_things

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
_PLAIN = framed.LINKS | frozenset(
    """
    recent complete full entire whole various different research scientific academic arxiv list
    first-author own many more several stored imported available known total single latest newest
    new old early late later earlier journal conference most important best cool nice great notable
    famous popular well-known similar related such same further peer-reviewed short long big joint
    shared common together got older newer unique distinct actual number count average breakdown
    distribution timeline statistics stats plot table chart history order arrange sort amount
    summarise summarize explain describe overview summary few couple top main key favourite favorite
    good interesting relevant bring pull remember published publish write output author coauthor
    co-author coauthored co-authored co-written
    """.split()
)
"""Before "papers" they say nothing of what these are about."""
_OF_TOPIC = re.compile(
    rf"\b(?:{WORKS}|one|ones|many|{WRITE}|stuff|(?:any|some|every)thing|work(?:ed|ing)?|result|research|new|collaborat\w*|"
    rf"co-?authors?|latest|of (?:those|these|them))\b[^?]*?\b"
    rf"(?:(?<!based )(?:{ABOUT})|are about|is about) (?P<topic>.+)$|"
    r"\b(?:busiest|quietest|(?:most|least) (?:productive|prolific|active)|best)(?: \w+)? "
    r"(?:year|month)"
    r"[^?]*? (?:for|on|in terms of) (?P<year>.+)$",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"\s*\b(?:in|with|around|about|on|regarding|concerning|within|for) (?:(?:the )?(?:field|area|"
    r"world|domain|realm|space|subject|topic) of )?(?P<topic>.+)$",
    re.IGNORECASE,
)
"""On what news are wanted: "what's new in *deepfakes*"."""
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
    r"appl(?:y|ies|ied|ying)|contain(?:s|ing)?|say|(?<=[stm] )names?|runs?|ran|conduct(?:s|ed)?|"
    r"perform(?:s|ed)?|carr(?:y|ies|ied) out|report(?:s|ed)?|includ(?:e|es|ed)|state[sd]?|"
    r"(?:evaluat|test|train|experiment)\w* (?:on|with)|"
    r"(?:results?|numbers|scores|figures|performance) (?:on|for)) $",
    re.IGNORECASE,
)


def asked_for(text: str) -> tuple[str, bool] | None:
    """The topic of which works are asked for, and whether it is enough that they mention it.

    Nothing where no works are asked for; no topic where all of them are.
    """
    about_one = _OF_ONE_WORK.match(text) or _ASKED_OF_THEM.match(text) or _IS_IT.match(text)
    text = without_explanation(text)
    every = _EVERY_WORK.match(text)
    if about_one or not (every or lists.likelihood(text) >= lists.LEAST_LIKELY):
        return None
    before, topic, after = _parted(text, every.end() if every else 0)
    told = _trimmed(topic)
    if not told and (m := _OF_TOPIC.search(text) or _WITH_TOPIC.search(text)):
        before, told = text[: m.start("topic")], _trimmed(m["topic"] or "")  # "faces" frames, too
    if not told:
        return ("", False) if _ALL.search(text) else None
    bringing = _BRINGING.search(before)
    told = f"{bringing['of'] if bringing else ''}{told}"
    if bringing and bare_things(alternatives(told)[0]):
        verb = "have" if bringing[1].lower() in ("with", "has") else bringing[1]
        told = f"{_gerund(verb)} {told}"  # "code" is to be had, and not what it is about
    kind = kind_of_works(before)
    said = (
        mentioned(before)
        or _HAVING.search(before)
        or _OCCURS.search(f"{before} … {topic}{after}")
        or _ANYWHERE.search(after)
    )
    return _with_kind(kind, told), bool(said)


def wants_every(text: str) -> bool:
    """Whether all works are wanted that do something: "which papers weigh dunes?"."""
    return _EVERY_WORK.match(text) is not None


def _parted(text: str, verb: int) -> tuple[str, str, str]:
    """A text in what stands before its topic, the topic, and what stands behind it.

    `verb` is where that begins what each of the works asked for does; 0 where none is told.
    """
    start, end = lists.topic(text)
    if verb and start < end and _has_topic(text[verb:start]):
        start = _behind_light(text, verb)
    if verb and _ONE_MORE.fullmatch(text, end):
        end = len(text)
    doing = _DOING.search(text)
    if doing and doing.start("verbs") <= start < doing.end():
        end = max(end, doing.end())
        return (*_done_to(doing, text[doing.end() : end]), text[end:])
    before, topic = text[:start], _LEFT_OVER.sub("", text[start:end])
    subject = None if _FINDING.search(before) else _SUBJECT.search(before)
    topic = _ABLE.sub("", topic) if subject else topic
    if m := _JOINING.match(topic):
        before, topic = before + m[0], topic[m.end() :]
    elif subject:
        topic = _VERB.sub(lambda m: _gerund(m[0]), topic, 1)
    return before, topic, text[end:]


def _behind_light(text: str, verb: int) -> int:
    """Where that begins which works are about, by what they do: behind what says no more."""
    m = _FIRST_VERB.match(text, verb)
    return m.end() if m and (" " in m[1] or mentioned(text[: m.end()])) else verb


def _has_topic(words: str) -> bool:
    """Whether there is a word among them that a topic may begin with."""
    return _CLAUSE.search(words) is not None or not all(
        lists.frames(token.word) for token in lists.tokens(words) if token.is_word
    )


_ONE_MORE = re.compile(r" (?!too|here|there|today|please|either|anyway|also)[a-z]+\W*")
"""The end of what works do, as of "make models *forget*"."""
_CLAUSE = re.compile(r" (?:how|where|what|whether|why|when|is|are|was|were) ", re.IGNORECASE)


def _done_to(doing: re.Match[str], what: str) -> tuple[str, str]:
    """What stands before the topic, and the topic, of works that do several things to it.

    Where one of them says no more than that works have it, as "use" does, that stands for all.
    """
    verbs = re.split(r"(,? (?:or|and|and/or|&) |, )", doing["verbs"], flags=re.IGNORECASE)
    before = doing.string[: doing.start("verbs")]
    for verb in sorted(verbs[::2], key=lambda verb: not mentioned(f"{before}{verb} ")):
        if mentioned(f"{before}{verb} ") or lists.frames(verb.split()[0]) or " " in verb:
            return f"{before}{verb} ", what
    verbs[::2] = map(_gerund, verbs[::2])
    return before, f"{''.join(verbs)} {what}"


def kind_of_works(text: str) -> str:
    """What is said of the works before they are called so: "list the *dune* papers by year"."""
    found = _KIND.search(text)
    kind = re.split(_DETERMINERS, found["kind"])[-1] if found else ""
    words = kind.split()
    return topical(" ".join(word for word in words if not lists.frames(word)))


_LIGHT = (
    r"(?:run|runs|ran|do|does|did|conduct(?:s|ed)?|perform(?:s|ed)?|carr(?:y|ies|ied) out|"
    r"report(?:s|ed)?|"
    r"includ(?:e|es|ed)|contain(?:s|ed)?|giv(?:e|es)|gave|have|has|had|state[sd]?)"
)
"""What works do with something in them, and that says no more."""
_JOINING = re.compile(
    rf"{_LIGHT} (?=(?:an?|any|some|the|their)\b)|"
    r"(?:(?:mak(?:e|es|ing) )?use of|rel(?:y|ies|ying) on|with|"
    rf"(?:studi|us|cover|address|explor|tackl)ed|concerned with|(?:ha(?:s|ve|ving) )?to do with|"
    rf"{ABOUT}) (?=\S)",
    re.IGNORECASE,
)
_LEFT_OVER = re.compile(
    r"^(?:more )?(?:than one|another) |^(?:is|are|was|were) (?=\S)|"
    r"(?<=\w) (?:paper|article|comes?|shows?|turns?|pops?|crops?|then)$",
    re.IGNORECASE,
)
"""What is left around a topic by who asks whether there is another paper on it, or where it is."""
_SUBJECT = re.compile(
    rf"\b(?:that|(?<!in )which|who|"
    rf"(?:which|what)(?: of (?:the|his|her|their|these|those|R['’]?s?))? (?:{MANY_WORKS}|ones)|"
    rf"(?:which|what|who) of (?:them|these|those)|"
    rf"^(?:did|do|does|has|have) (?:any|some)(?: of (?:the|his|her|their|these|those|R['’]?s?))? "
    rf"(?:{MANY_WORKS}|them|these|those)) (?:(?:can|could|may|might|will|would|should) )*$",
    re.IGNORECASE,
)
_FINDING = re.compile(
    r"\b(?:found|finds?|show\w*|sa(?:y|ys|id)|prove[ds]?|argue[ds]?|report\w*|claim\w*) that $",
    re.I,
)
"""Before what was found, which is a whole clause."""
_ABLE = re.compile(r"^(?:(?:can|could|may|might|will|would|should|also|even|\w{2,}ly) )+", re.I)
_NO_VERB = (
    r"(?:built|made|written|done|shown|found|based|not|never|no|cannot|must|can|could|may|might|"
    r"will|would|should|do|does|did|is|are|was|were|has|have|had|with|without|on|in|at|by|for|"
    r"from|of|to|beyond|about|outside|between|under|against|over|as|an?|the|their|his|her|its|our|"
    r"your|these|those|this|that|which|who|whose|any|some|all|each|and|or|but|where|how|what|why|"
    r"when|than|then|better|best|well|worse|worst|faster|fastest|also|only|just|even|"
    r"(?!\w*eed|embed)\w+ed|(?!bring)\w+ing)\b"
)
_A_VERB = rf"(?!{_NO_VERB})[a-z]+(?-i:\b)"
_VERB = re.compile(rf"^{_A_VERB}(?= (?!.*? (?:or|and) [a-z]+ [a-z]))")
"""What works do that are asked for, "shrink", if they do no more."""
_EACH_VERB = rf"{_A_VERB}(?: (?:with|on|at|into|for))?"
_FIRST_VERB = re.compile(rf"({_EACH_VERB}) ")
_DOING = re.compile(
    rf"{_SUBJECT.pattern.rstrip('$')}"
    rf"(?P<verbs>(?:{_EACH_VERB}, )*{_EACH_VERB},? (?:or|and|and/or|&) {_EACH_VERB}) (?=\S)",
    re.IGNORECASE,
)
"""Several things that they do to one: "shrink, prune or quantise *networks*"."""
_BRINGING = re.compile(
    r"\b(release|publish|share|provide|introduce|offer|have|has|with)(?:e?[sd])? "
    r"(?:(?:any|some|the|their|his|her|an?|source) )*?"
    r"(?P<of>(?:(?:an? )?(?:project|github|web) )?)$",
    re.IGNORECASE,
)
_ALL = re.compile(rf"\b(?:{MANY_WORKS}|stuff|(?:any|every)thing)\b", re.IGNORECASE)
_EVERY_WORK = re.compile(
    rf"(?:{LEAD}(?:which|what)(?: of (?:the|his|her|their|these|those|R(?:['’]s?)?))? "
    rf"(?:(?!{'|'.join(NUMBERS)})[\w'’-]+ ){{0,2}}?{MANY_WORKS} (?={_A_VERB}(?<!s)[ ,])|"
    rf"^(?:(?:any|all|the|list) )*{MANY_WORKS} (?:where|in which|that|which) )"
    r"(?!.*\b(?:most|best|worst|highest|lowest|largest|smallest|fewest|least|"
    r"better|more|less|fewer|longer|than|them)\b)"
    r"(?:(?:state|say|show|find|argue|report|claim) that )?",
    re.IGNORECASE,
)
"""A plural asks for all of them, whatever they do, unless one stands out."""
_DETERMINERS = re.compile(r"\b(?:of|the|his|her|their|all|R(?:['’]s?)?)\s+", re.IGNORECASE)
_KIND = re.compile(rf"\b(?P<kind>{ADJ}){MANY_WORKS}\b[^?.!]*$", re.IGNORECASE)
"""What kind of works: "which *dune* papers use …"."""
_HAVING = re.compile(
    rf"\b(?:{MANY_WORKS}|ones|(?:any|every)thing|stuff|research) with $", re.IGNORECASE
)
_OCCURS = re.compile(
    r"^where\b|\b(?:(?:come|show|turn|pop|crop)s? up|(?:appear|occur|feature)s?)\b(?! with)", re.I
)
_ANYWHERE = re.compile(
    r"\b(?:anywhere|everywhere|wherever)\b|\b(?:is|are|was|were|just|only|so much as) "
    r"(?:\w+ )?(?:used|mentioned|employed|named)\b|\bplays? (?:an?|any|some) (?:part|role)\b|"
    r"\b(?:marginal|peripheral|in passing|side (?:issue|theme))\b",
    re.IGNORECASE,
)
"""Behind a topic, that it is enough to use it or to mention it."""
_ASKED_OF_THEM = re.compile(
    r"^(?:(?:(?:and|so),? )?(?:on|in|with|for|at|from|across|over) how (?:many|much)\b|"
    r"how (?:do|does|did|has|have|is|are|was|were)\b|"
    r"(?:which|what) (?:data ?sets?|methods?|models?|metrics?|baselines?|approaches|systems|tools|"
    r"techniques|algorithms) (?:is|are|was|were|do|does|did)\b(?! there)|"
    r"(?:has|have) (?:anyone|anybody) (?:shown|found|prove[dn]|demonstrated) that\b|"
    r"what are (?!(?:the|his|her|their|R|there|some|all|any|your|these|those|papers|works)\b)"
    r"[\w -]+\W*$)",
    re.IGNORECASE,
)
"""Something asked of what works use or say, or what things are."""
_IS_IT = re.compile(
    rf"^(?!.*\b{MANY_WORKS}\b)(?:is|are|do|does|did|has|have|can)\b.*(?-i:\bW\b)|"
    r".*\b(?:similar to|like) (?-i:W\b)|"
    rf"^(?!.*\b(?:{WORKS}|ones|who|any\w*|every\w*|something|stuff|research|others?|list|related|"
    r"do you have|(?:have )?you got)\b).*(?-i:\bW\b)",
    re.IGNORECASE,
)
"""Something asked of a work that is named: "does GhostNet have code?", "the size of GhostNet"; or
what is like it."""
_THEN_ASKED = (
    r"(?:[,:;]| [–—-]) ?(?:by )?"
    rf"(?:{QUESTION}|is|are|was|were|does|do|did|has|have|can)\b"
)
_OF_ONE_WORK = re.compile(
    rf"{LEAD}(?:(?:in|for|from|with|about|regarding|on|according to) )?"
    r"(?:(?:the|that|this|his|her|their|your|R(?:['’]s?)?) (?:[\w-]+ ){0,4}?)?"
    rf"(?:paper|work|study|article|preprint|one|publication)\b[^?]*?{_THEN_ASKED}",
    re.IGNORECASE,
)
"""Something asked of one work: "in the paper on dunes, how fast do they move?"."""


def _gerund(verb: str) -> str:
    """What somebody who does it is doing: "outlines" is "outlining"."""
    stem = re.sub(r"ies?$", "y", verb)
    stem = re.sub(r"(?<=[sxzh])es$|(?<!s)s$", "", stem)
    stem = re.sub(r"^([^aeiou]+[aeiou])([^aeiouwxy])$", r"\1\2\2", stem)  # run, running
    return f"{re.sub(r'(?<=[^e])e$', '', stem)}ing"


def _with_kind(words: str, topic: str) -> str:
    """A topic, and what is said before "papers": "which *dune* papers use *lidar*?"."""
    kind = topical(words)
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
    news = _NEWS.search(text)
    if news and (m := _FIELD.match(text, news.end())):
        return _trimmed(m["topic"]), False
    if m := _OF_TOPIC.search(text):
        named = m["topic"] or m["year"]
        topic = _trimmed(_ASKED_BESIDE.split(named)[0])
        return topic and _with_kind(kind, topic), bool(m["topic"]) and _mentioned(m)
    if m := _WITH_TOPIC.search(text):
        return _trimmed(m["topic"]), True
    return topical(kind) or None, False


_NEWS = re.compile(NEWS, re.IGNORECASE)
_ASKED_BESIDE = re.compile(_THEN_ASKED, re.IGNORECASE)


def mentioned(before: str) -> bool:
    """Whether what stands before a topic asks for works that use or mention it, which need not be
    about it.
    """
    return _MENTIONING.search(before) is not None


def _mentioned(m: re.Match[str]) -> bool:
    return mentioned(m.string[: m.start("topic")])


def _trimmed(topic: str) -> str | None:
    """A topic without the words around it; none where only link words are left."""
    for pattern in _TRIMMINGS:
        topic = pattern.sub("", topic)
    topic = _EITHER.sub("", topic.strip())
    topic = f"{topic})" if topic.count("(") > topic.count(")") else topic
    for mark in ('"', "“", "”"):
        topic = topic if topic.count(mark) == 2 else topic.replace(mark, "")
    return topic if _carries(topic) else None


_TRIMMINGS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:\s*(?:[?.!:]+|\(\s*\)|\babout))+\s*$",
        rf"\s*\((?=[^()]*\b(?:{WHO}|I|title)\b)[^()]*$|^[^()]*\)\s*",
        r"(?: plays? (?:an?|any|some) (?:part|role)|"
        r"(?:[,;:]| [–—-])? (?:the (?:whole )?lot|anywhere))+$",
        r"(?:[?.!,;]\s*(?:(?:all|each|every one) of (?:them|it|those)|"
        r"(?:name|list|show) (?:them|it)(?: all)?|which(?: ones?)?))+$",
        r",? and (?:which|what|how|who|when|where)\b.*$",
        r"(?: (?:from|of|on|for|in)(?: all)? (?:this|that|the(?: same)?) day(?:['’]s \w+)?)+\s*$",
        rf"(?:,? (?:please|pls|plz|thanks|thx|here|in (?:it|them)|at all|so far|how many|by R|"
        r"from R|lately|recently|nowadays|currently|"
        r"(?:among|amongst|of) (?:those|these|them)(?: (?:that )?they \w+)?|"
        rf"did {WHO} {WRITE}|(?:has|have) {WHO} {WRITE}|does {WHO} have|with R|"
        rf"are there|exist|is there|do you (?:know|have)|{WHO} (?:has |have )?{WRITE}))+$",
    )
)
"""What stands behind a topic and is no part of it."""
_EITHER = re.compile(r"^either ", re.IGNORECASE)
_NOTHING = re.compile(
    rf"\b(?:(?:R(?:['’]s?)?|his|her|their|the|these|those|this|that|an?|each|all) {WORKS}|ones?|"
    r"(?:two|three|four|five|\d|few) (?:short |simple )?(?:sentences|lines|words|bullet points)|"
    r"listed|mentioned|found|(?:on )?file|few|lots?(?: of)?|others|"
    r"(?:some|any|every)thing|else)",
    re.IGNORECASE,
)


def _carries(topic: str) -> bool:
    """Whether there is a word in a topic that works can be about, and not only such as ask, link,
    point or count: "one", "him", "who wrote it". What is written in capitals is a name: "WHO".
    """
    words = re.findall(r"[\w'’+-]+", _NOTHING.sub("", topic))
    return any(
        (word.isupper() and word not in ("R", "I", "A")) or (terms(word) and framed.carries(word))
        for word in words
    )
