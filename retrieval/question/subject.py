"""Topics that a follow-up tells by what went before: "about it", "what about dunes?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.question.asked import read_asked
from retrieval.question.choosing import ALL
from retrieval.question.kinds import Kind
from retrieval.question.mentions import looks_named
from retrieval.question.topic import mentioned
from retrieval.question.typed import Question, Turn
from retrieval.question.words import ABOUT, MANY_WORKS, OPENED

_ABOUT_IT = re.compile(
    rf"^(?:\w+\W+){{0,3}}?(?:which|what|how many|any|list|show|are there)\b.*\b{MANY_WORKS}\b.*"
    rf"\b{ABOUT} (?:it|this|that|them|these|those|(?:this|that|the same) "
    r"(?:topic|subject|theme|problem|method|idea|area|field|task|thing)s?)(?: too| as well)?\W*$",
    re.I,
)
_ABOUT = re.compile(r"\b(?:about|on|regarding|concerning)\s+(?P<topic>[^?]+?)\W*$", re.I)
_ANOTHER = re.compile(
    rf"^{OPENED}(?:what about|how about|what of|about|"
    r"on)\s+(?P<topic>(?!(?:the|its?|this|that|these|those|them|their|his|her|all|any|how|"
    r"which|what|whom?|in|on|with|by|from|for|to|at)\b)[^?]+?)\W*$",
    re.I,
)
_NARROWED = re.compile(
    r"\bof (?:them|these|those)(?: (?:are|is|do|does|did|also|really|mainly|mostly|papers|"
    rf"works))* (?:{ABOUT}|with) (?P<topic>[^?]+?)\W*$|"
    rf"^{OPENED}which(?: ones?)? (?:are |is )?(?:{ABOUT}) "
    r"(?P<which>[^?]+?)\W*$|"
    rf"^{OPENED}(?:only|just|show(?: me)?|list)(?: only)?"
    r"(?: the| those| these)? "
    rf"(?:(?P<kind>(?!one\b)[\w-]+(?: [\w-]+){{0,2}}) ones|(?:ones? |papers |works )?"
    rf"(?:that |which )?(?:are |is )?(?:{ABOUT}) (?P<these>[^?]+?))\W*$",
    re.I,
)
_MEANT = re.compile(
    r"^(?:(?:no|nope|nah|sorry|oh|wait|actually|well|not (?:that|this)(?: one)?|but)\b[\s,.!–-]*)*"
    r"(?:i (?:mean|meant|was (?:asking|talking) (?:about|of))\s+)?"
    r"(?:the|that|a) (?:one|ones|paper|papers|work|study)s? (?:(?:that|which|where) (?:is|are|was|"
    r"deals?|they|it)? ?)?(?:about|on|with|using)?\s*(?P<topic>.+?)\W*$",
    re.I,
)
_CORRECTS = re.compile(
    r"^(?:no|nope|nah|sorry|wait|actually|not (?:that|this))\b|\bi meant?\b", re.I
)


def meant(question: Question, turns: Sequence[Turn]) -> Question | None:
    """The question with the topic that it means; None where it means none by what went before."""
    if question.works:
        return None
    return _corrected(question) or _same(question, turns) or _another(question, turns[-1])


def narrowed(question: Question, before: Turn) -> Question:
    """The question as one for works on a topic among those before: "which of them use CLIP?"."""
    if question.kind is Kind.CONTENT and question.choice != ALL:  # "which have five authors?"
        return replace(question, kind=Kind.LIST, content="")
    found = _NARROWED.search(question.text)
    if (
        question.kind is not Kind.CONTENT
        or question.choice.coauthors
        or question.windows
        or not found
    ):
        return question
    told = next(group for group in ("topic", "which", "kind", "these") if found[group])
    topic, said = found[told], mentioned(question.text[: found.start(told)])
    return replace(question, kind=Kind.WORKS_ABOUT, content=topic, mentioned=said)


def _corrected(question: Question) -> Question | None:
    """What was meant in place of the work before: "no, I meant the one about dunes"."""
    found = _MEANT.match(question.text) if _CORRECTS.search(question.text) else None
    if found is None:
        return None
    return replace(question, kind=Kind.CONTENT, content=found["topic"])


def _same(question: Question, turns: Sequence[Turn]) -> Question | None:
    """Works about what was asked before: "which of her papers are about it?"."""
    asked = _ABOUT_IT.search(question.text)
    if asked is None or question.kind not in (
        Kind.CONTENT,
        Kind.LIST,
        Kind.COUNT,
        Kind.WORKS_ABOUT,
    ):
        return None
    topic = next((topic for turn in reversed(turns) if (topic := _topic(turn))), None)
    kind = Kind.COUNT if question.kind is Kind.COUNT else Kind.WORKS_ABOUT
    return replace(question, kind=kind, content=topic) if topic else None


def other_topic(question: Question) -> str:
    """The topic of a follow-up that names no more: "and about dunes?"; "" where it is none."""
    if question.windows or question.choice != ALL:
        return ""
    found = _ANOTHER.match(question.text)
    return found["topic"] if found else ""


def _topic(before: Turn) -> str:
    """What a question was about: its topic, or else the name that it asks of."""
    if before.kind is not Kind.CONTENT:
        return before.content
    asked = read_asked(before.content or before.question)
    return " ".join(asked.names or asked.words)


def _another(question: Question, before: Turn) -> Question | None:
    """The same asked of another topic; of the work before, where that was asked of by name."""
    found = _ANOTHER.match(question.content or question.text)
    if found is None or before.exact or question.windows or question.choice.coauthors:
        return None
    content = found["topic"]
    if before.kind is Kind.CONTENT:
        about = _ABOUT.search(before.content)
        if about is None or any(map(looks_named, about["topic"].split())):
            return None
        content = f"{before.content[: about.start('topic')]}{content}"
    elif not before.content:
        return None
    return replace(
        question,
        kind=before.kind,
        content=content,
        window=before.window,
        windows=before.times,
        choice=question.choice.instead(before.choice),
        mentioned=before.mentioned,
    )
