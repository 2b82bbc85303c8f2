"""Questions that are put in one text, told apart."""

from __future__ import annotations

import re

from retrieval.question.asked import read_asked
from retrieval.question.wants import Want
from retrieval.question.words import QUESTION

_PARTS = re.compile(
    rf"\s*(?:,\s+|[,;]?\s+and\s+|;\s+|\s\+\s+)(?=(?:(?:by|to|in|on|at|for|from|with|of)\s+)?{QUESTION}\b)|"
    rf"\?\s+(?:and\s+|also,?\s+)?(?=(?:(?:by|to|in|on|at|for|from|with|of)\s+)?"
    rf"(?:{QUESTION}|is|are|does|do|did|can)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"\b{QUESTION}\b|^(?:please )?(?:list|show|name)\b", re.IGNORECASE)
_SHORT = {
    "when": "when was it published?",
    "in which year": "in which year was it published?",
    "in what year": "in which year was it published?",
    "what year": "in which year was it published?",
    "who": "who wrote it?",
    "by whom": "who wrote it?",
}
"""What may be left of a question put beside another."""


_KINDS = (
    (r"(?:co-?)?authors?|who", "who wrote {}?"),
    (r"(?:publication |release )?(?:year|date|month)|when", "when was {} published?"),
    (r"(?:arxiv )?(?:link|url|doi|address)s?", "link to {}"),
    (r"(?:full )?abstracts?", "abstract of {}"),
)
"""How what the record holds of a work is asked for, where a word of it is put beside others."""
_KIND = rf"(?:the |its )?(?:{'|'.join(words for words, _ in _KINDS)})"
_UNDER = re.compile(r"(?P<head>[^:;?!+]{2,80}):\s+(?P<parts>[^:;?!+]+(?:\s\+\s[^:;?!+]+)+)\W*")
_OF_ONE = re.compile(
    rf"(?P<parts>{_KIND}(?:(?:,| and|,? \+|,? &)+ {_KIND})+) (?:of|for|to|behind) "
    r"(?P<head>[^:;?!+]+?)\W*",
    re.IGNORECASE,
)
_ITS = re.compile(
    r"(?P<first>[^?]+?)(?:[?]|,? (?:and|&|\+)) (?:also |what(?:['’]?s| is| are) )?"
    r"(?P<its>its [^?]+?)\W*",
    re.IGNORECASE,
)


def parts(text: str) -> tuple[str, ...]:
    """The questions that are put in one: "What is X, and how fast is it?"; else the text alone.

    >>> parts("What does NPD stand for, and how fast is it?")
    ('What does NPD stand for', 'how fast is it?')
    >>> parts("GhostNet: authors + accuracy?")
    ('who wrote GhostNet?', 'GhostNet: accuracy?')
    """
    if m := _UNDER.fullmatch(text) or _OF_ONE.fullmatch(text):
        each = re.split(r"\s*(?:,|\band\b|\+|&)\s*" if m.re is _OF_ONE else r"\s\+\s", m["parts"])
        return tuple(_asked_of(m["head"], one.strip()) for one in each if one.strip())
    found: list[str] = []
    for part in _PARTS.split(" ".join(text.split())):  # rows of spaces would take minutes
        if found and not _ASKS.search(found[-1]):  # what comes before a question, and is none
            found[-1] = f"{found[-1]}, {part.strip()}"
        else:
            said = _SHORT.get(part.lower().strip(" ?!."), part.strip())
            found.append(_in_full(said, found[0]) if found else said)
    if len(found) == 1:
        return (text,)
    whole = all(len(read_asked(part).words) + len(part.split()) > 2 for part in found)
    return tuple(found) if whole else (text,)


_OF_OTHER = re.compile(
    r"(?:which|what|where|who)(?: ones?)? (?P<by>in|by|for|of|with|on|from) "
    r"(?P<it>.+)",
    re.IGNORECASE,
)


def _in_full(part: str, first: str) -> str:
    """A question that leaves out what the first of them says, "and which in the other study?"."""
    m = _OF_OTHER.fullmatch(part)
    head, by, _ = first.rpartition(f" {m['by']} ") if m else ("", "", "")
    return f"{head}{by}{m['it']}" if m and by else part


def _asked_of(head: str, part: str) -> str:
    """A part that stands beside others, as a question of what they all are about."""
    for words, asked in _KINDS:
        if re.fullmatch(rf"(?:the |its )?(?:{words})", part, re.IGNORECASE):
            return asked.format(head)
    return f"{head}: {part}?"


def with_its(text: str) -> tuple[str, str] | None:
    """A question and what is asked of the same work beside it, "authors of GhostNet and its
    accuracy"; None where nothing is.
    """
    m = _ITS.fullmatch(text)
    return (m["first"], f"what is {m['its']}?") if m else None


_PREPOSITION = r"(?P<by>for|on|in|of|with|from|about)"
_OVER = re.compile(
    rf"(?P<head>[^?;:]+?) {_PREPOSITION} (?P<one>[^?,;]+?),? (?:and|&|\+) (?:also )?(?P=by) "
    r"(?P<other>[^?;]+?)(?P<end>\W*)",
    re.IGNORECASE,
)


def over(text: str) -> dict[str, str]:
    """The same asked of two things, "accuracy for X and for Y": each of them, and what is asked of
    it; nothing else.

    >>> over("best accuracy for tea and for coffee?")
    {'tea': 'best accuracy for tea?', 'coffee': 'best accuracy for coffee?'}
    """
    m = _OVER.fullmatch(text)
    things = (m["one"], m["other"]) if m else ()
    return {thing: f"{m['head']} {m['by']} {thing}{m['end']}" for thing in things if m}


_HEADED = re.compile(r"(?P<head>[^:?]{2,80}?)(?::|\s[–—-]+)\s+(?P<rest>.+)", re.DOTALL)
_BETWEEN = re.compile(
    rf"\s*[,;]\s+(?:and\s+|or\s+)?|\?\s+(?:and\s+)?|\s+(?:\+|/|plus|as well as)\s+|"
    rf"\s+and\s+(?=(?:(?:by|to|in|into|on|at|for|from|with|of)\s+)?{QUESTION}\b|(?:the|its|number|size)\b)",
    re.IGNORECASE,
)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_ASKED = re.compile(rf"\b{QUESTION}\b|\b(?:numbers?|sizes?) of\b|^names?\b", re.IGNORECASE)
_BEFORE_IT = re.compile(r"^[^?]*[a-z)]\.\s+(?=[A-Z][^?]*\?)", re.DOTALL)
"""What is told before a question, in sentences of its own."""
_COUNTING = re.compile(r"\b(?P<how>how many|numbers? of) ", re.IGNORECASE)


def things(text: str) -> tuple[str, ...]:
    """The several things that one question asks of one work; none where it asks for one.

    >>> things("GrainNet: grains, dunes and best mAP?")
    ('grains', 'dunes', 'best mAP?')
    >>> things("how many grains and dunes, and which tool?"), things("how fast is GrainNet?")
    (('how many grains', 'how many dunes', 'which tool?'), ())
    """
    text = _BEFORE_IT.sub("", text)
    headed = _HEADED.match(text)
    found = [
        part for part in _BETWEEN.split(headed["rest"] if headed else text) if part.strip(" ?")
    ]
    if not headed and found and not _ASKED.search(found[0]):
        found = found[1:]  # what is asked about
    elif headed or len(found) > 1:
        found = [one for part in found for one in _AND.split(part)]
    if len(found) < 2:
        return ()
    counting, each = "", []
    for part in found:
        if _ASKED.search(part):
            m = _COUNTING.search(part)
            counting = f"{m['how']} " if m else ""
            each.append(part)
        elif read_asked(part).want is Want.NUMBER:  # "clips, and its success rate"
            each.append(part)
        else:
            each.append(f"{counting}{part}")
    return tuple(each)
