"""What a question leaves out: "not by Ada Lovelace", "except those of 2022", "leaving ships aside".

It is cut out before anything else is read, as it would narrow the answer to its opposite. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.question import framed
from retrieval.question.filing import Filed, filed_in
from retrieval.question.kinds import Kind
from retrieval.question.sorts import are_surveys
from retrieval.question.spans import Span, blanked
from retrieval.question.words import ABOUT, LEAVES_OUT, ROLE, ROLES, WORKS, WRITE

NOT_OF_WORKS = (Kind.CONTENT, Kind.COMPARE, Kind.NOT_KEPT, Kind.HELP)
"""Questions that choose no works: what stands in them is no choice, however it is worded."""

NEGATES = re.compile(rf"n['’]t\b|\b(?:never|aside|apart|{LEAVES_OUT})\b", re.IGNORECASE)
"""What a text has, if anything is left out in it."""

# Names and times are blotted out, so that only they are "\0".
_WORKS = (
    rf"(?:\b(?:{WORKS}|years?|co-?authors?|collaborators?|ones|(?:any|some|every)thing|stuff|"
    rf"{WRITE}|of (?:them|these|those)|"
    r"(?:which|what)(?= (?:is|are|was|were|do|does|did|has|have)))\b|"
    r"^(?:(?:and|but|so|ok|okay|what about|how about)\b,? ?)*"
    r"(?=not|neither|without|except|excluding))"
)
_BESIDE = (
    r"(?:[ ,]*(?:\0++(?:['’]s?)?|\b(?:by|with|from|in|of|and|or|to|since|before|after|until|ever|"
    r"(?:(?:did|does|do|has|have) )?(?:he|she|they|you)(?!['’])|"
    r"(?:did|does|do|has|have|is|was)(?= \0))\b))*+[ ,]*"
)
_ANYBODY = r"(?:(?:by|with|from|in) )?(?:any|every)(?:one|body|where)(?: else)?"
_IS_NOT = (
    r"(?:(?:(?:that|which|who|where|in which|on which) )?(?:(?:he|she|they|\0++)(?: |(?=['’])))?"
    r"(?:['’](?:s|re) not|(?:is|are|was|were|do|does|did|has|have|had)(?:n['’]t| not))|"
    r"(?:that )?not|never|"
    r"(?:(?:is|are|was|were) )?(?:(?:by|with|from) )?neither)"
)
_EXCEPT = (
    rf"(?:{_ANYBODY} (?:but|except(?: for)?|other than)|(?:but|and) (?:not|no|without)|"
    r"except(?: for)?|excluding|other than|apart from|(?<=, )not|"
    r"(?<=thing )(?<!nothing )(?:but|besides|beyond|outside(?: of)?)|"
    r"(?:that|which) (?:is|are|was|were|do|does)(?:n['’]t| not)(?= (?:about|mention|\w+\W*$)))"
)
_WHOLLY = r"(?! (?:just|only|merely|necessarily|even)\b)"
_LINK = (
    r"(?: (?:yet|those|ones|works|papers|the|any|all|by|with|from|of|in|for|write|written|wrote|"
    r"co-?written|authored|co-?authored|publish|published|posted|released|dated|include|involve|"
    r"have|been|come|came|out)\b)*+"
)
_OWNED = rf"(?:['’]s?(?!\w)(?: {WORKS}\b)?)?"
_NAMED = rf"{_LINK} ?\0++(?:(?:,|,? (?:and|or|nor)\b| &){_LINK} ?\0++)*{_OWNED}"
_TOPIC = r" [^?!;\0]+"
_IS_NOT_SO = re.compile(
    rf"{_WORKS}{_BESIDE}(?P<out>{_IS_NOT}{_WHOLLY}(?P<what>{_NAMED}|{_TOPIC}))", re.IGNORECASE
)
_BUT_THOSE = re.compile(
    rf"(?:(?<=[ ,])|^)(?P<out>{_EXCEPT}{_WHOLLY}(?P<what>{_NAMED}|{_TOPIC})|"
    rf"(?:without|not|minus|besides|outside(?: of)?)(?P<whom>{_NAMED}))",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"^(?P<out>(?:(?:leav|sett|putt|lay)ing )?(?P<what>[^\d,;:?!\0]{2,60}?) (?:aside|apart)"
    r"(?: (?:for (?:now|once|the moment)|[a-z]+ly|altogether))?,) (?=\w)",
    re.IGNORECASE,
)
"""Before a question, what it is not about: "ships aside, what has she written?"."""
_ASKED_FOR = re.compile(_WORKS, re.IGNORECASE)
_IN_NO_ROLE = re.compile(
    r"(?P<out>\b(?:(?:(?:is|was|are|were)(?:n['’]t| (?:not|neither|never))|['’]s not|not|never|"
    r"neither)"
    r"\b[ \0]*(?:(?:he|she|they|as|been|listed|is|ever|the|an?)\b[ \0]*)*)"
    rf"(?P<what>{ROLE}(?:(?:,| (?:n?or|and))(?: the)? {ROLE})*)(?:[ -]authors?\b|\s*(?=[?.!]*$))"
    r"(?: (?:of|on|for)(?=\W*$))?)",
    re.IGNORECASE,
)
"""That somebody is not at a place among the authors."""
_BARE = re.compile(
    rf"^(?!(?:{WORKS}|and|but|so|or|not|no|it|he|she|they|you|we|i|is|are|was|were|can|do|does|did|has|have|"
    rf"what|which|who|why|how|when|where|this|that|these|those)\b)[\w-]+(?: [\w-]+){{0,2}}"
    r"(?=,? but (?:not|no|without) [\w-]+(?: [\w-]+)?\W*$)",
    re.IGNORECASE,
)
"""A topic alone, before what is left out: "transformers but not distillation"."""
_LAST = re.compile(
    r"(?:[\s,.]|\b(?:by|from|in|of|with|and|or|that|which|is|are|was|were)(?=[\s,.]*$))+$",
    re.IGNORECASE,
)


_ONE_TOPIC = r"[\w+-]+(?:[ /][\w+-]+){0,3}?"
_SPEAKING = rf"(?:(?!where\b|in which\b|whose\b){ABOUT})"
_THOSE = r"(?:(?:those|ones|works|papers|anything|stuff|that|which|are|is|do|does|the|any|an?) )*+"
_TOPICS = re.compile(
    rf" ?{_THOSE}(?P<about>{_SPEAKING} {_THOSE})?"
    rf"(?P<topics>{_ONE_TOPIC}(?:(?:,|,? (?:and|or|nor))(?: {_SPEAKING})? {_ONE_TOPIC}){{0,3}})"
    r"(?:,? (?:please|papers|works|ones|stuff|things|at all|anywhere|whatsoever|in any way|aside|"
    r"apart|for (?:now|once|the moment)|[a-z]+ly|altogether))*\W*",
    re.IGNORECASE,
)
_EACH = re.compile(rf"(?:,? (?:and|or|nor)|,)(?: {_SPEAKING})? ", re.IGNORECASE)
_BUT = re.compile(
    r"(?:but|and|except|excluding|other|apart|without|minus|besides)\b|.* (?:aside|apart)\b",
    re.IGNORECASE,
)
"""How what is left out is said, where a word alone is a topic: "but not CIFAR"."""
_NO_TOPIC = re.compile(
    rf"\b(?:{WORKS}|{WRITE}|(?:co-?)?authors?|collaborators?|years?|months?|arxiv|journals?|"
    r"first|second|third|last|newest|oldest|latest|earliest|recent|old|new|one|it|them|these|this|"
    r"him|her|he|she|they|by|in|from|me|you|what|how|when|who|why|if|to|yet|only|all|more|less)\b",
    re.IGNORECASE,
)
"""A word of what is said of works in the record, or that points at some of them."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stretch of a text that leaves something out, as by `said`.

    Attributes:
        what: where the words begin that name it, behind those that negate.
        understood: it names people and times alone, or roles.
        roles: the places among the authors that it names.
    """

    start: int
    end: int
    said: str
    what: int
    understood: bool
    roles: tuple[str, ...] = ()

    def rest(self, text: str) -> str:
        """The text without it; where nothing else is said, works all the same."""
        rest = f"{_LAST.sub('', text[: self.start])} {text[self.end :].lstrip()}".strip()
        if _BARE.match(text):
            return f"papers about {rest}"
        return rest if re.search(r"\w", rest) else "which ones?"

    def filed(self, text: str) -> Filed:
        """The arXiv categories that it leaves out; none where it names anything else."""
        said = text[self.what : self.end]
        named = filed_in(said)
        bare = named.category and framed.bare(blanked(said, named.spans, " "))
        return named if bare else Filed()

    def topics(self, text: str) -> tuple[str, ...]:
        """The topics that it leaves out; none where it reads as leaving out something else."""
        m = _TOPICS.fullmatch(text[self.what : self.end])
        if m is None or _NO_TOPIC.search(m["topics"]):
            return ()
        if not (m["about"] or _BUT.match(self.said) or are_surveys(m["topics"])):
            return ()
        return tuple(filter(None, _EACH.split(m["topics"])))

    def holds(self, span: Span) -> bool:
        """Whether a stretch of the text lies in it."""
        return self.start <= span[0] and span[1] <= self.end


def left_out(text: str, names: Sequence[Span]) -> LeftOut | None:
    """The first stretch of a text that leaves works out; `names` are its names and its times."""
    bare = blanked(text, names)
    if m := _IN_NO_ROLE.search(bare):
        roles = tuple(ROLES[said.lower()] for said in re.findall(rf"\b{ROLE}\b", m["what"], re.I))
        start, end = m.span("out")
        return LeftOut(start, end, text[start:end], m.start("what"), True, roles)
    first = _IS_NOT_SO.search(bare)
    asked_for = _ASKED_FOR.search(bare) or _BARE.match(bare)
    later = _BUT_THOSE.search(bare) if asked_for else None
    found = [m for m in (_ASIDE.match(bare), first, later) if m]
    if not found:
        return None
    m = min(found, key=lambda m: m.start("out"))
    start, end = m.span("out")
    understood = re.search(rf"\0{_OWNED}$", m["out"]) is not None
    if not understood:
        end -= len(m["out"]) - len(_LAST.sub("", m["out"]))
    group = "whom" if m.groupdict().get("whom") else "what"
    return LeftOut(start, end, text[start:end], m.start(group), understood)
