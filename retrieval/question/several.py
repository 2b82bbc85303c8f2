"""What a follow-up asks of several works that were shown: "the first two", "which is better?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question import pointing, shown, together
from retrieval.question.choosing import ALL
from retrieval.question.kinds import OF_WORKS, Kind
from retrieval.question.part import ABSTRACT, GIST
from retrieval.question.pointed import put_to
from retrieval.question.typed import Question, Turn
from retrieval.question.words import NUMBERS, OPENED, number
from storage import works

_FEW = re.compile(
    rf"\b(?:(?:the|only|just) )*(?P<end>first|last|top) (?P<n>{'|'.join(NUMBERS)}|[1-9]\d?)"
    r"(?: (?:ones|of (?:them|these|those|the list)))?"
    r"(?=\W*$|,| (?:are|do|does|did|say|says|please|about|for|with|and|in|have|use)\b)",
    re.IGNORECASE,
)
_ASK = (
    r"(?:(?:and|now|so|the|their|its|full|all|both|show(?: me)?|give me|can i (?:see|have)|i want|"
    r"with|please|what are) )*"
)
_OF_THOSE = (
    r"(?: (?:of|for) (?:(?:the (?:two|three)|all(?: of)?|both(?: of)?|them|those|these|each)"
    r"(?: (?:them|those|these|papers|works|ones))?)| too| as well| please)*"
)
_ABSTRACTS = re.compile(rf"{_ASK}abstracts{_OF_THOSE}\W*", re.IGNORECASE)
_BETTER = re.compile(
    rf"{OPENED}(?:which|what)(?: (?:one|paper|work|method|approach)s?)?"
    r"(?: of (?:them|these|those|the (?:two|three)))? (?:(?:is|was|are|would be|do you think is) "
    r"(?:the |your |a )?(?:better|best|worse|worst|nicer|nicest|favou?rite|preferable|"
    r"(?:more|most) (?:interesting|important|useful|relevant|impressive|promising))|"
    r"(?:do you|should i|would you) (?:prefer|like|recommend|read|use|pick|choose|take))"
    r"(?: (?:one|paper|work|choice))?(?: then| overall| now| first)*\W*",
    re.IGNORECASE,
)
_TELL = re.compile(
    r"\b(?:tell me|summar\w+|explain|describe|abouts?|details?|gist|overview|more)\b|"
    r"\bwhat (?:are|do)\b",
    re.IGNORECASE,
)
_THEM = r"(?:them|both|those|these|the (?:two|three|four)|all|each other)"
_ABOUT = re.compile(
    rf"{OPENED}(?:what (?:are|do|did) (?:they|{_THEM})"
    r"(?: (?:of them|papers|works))? (?:about|say|do|propose|find|show)|"
    r"(?:summari[sz]e|describe|explain) "
    rf"{_THEM}(?: (?:of them|papers|works))?|(?:tell me )?more (?:about|on) {_THEM})\W*",
    re.IGNORECASE,
)
MOST_TOLD = 4
"""Works that are told of together."""


async def meant(
    session: AsyncSession, question: Question, turns: Sequence[Turn]
) -> Question | None:
    """The question put to the works that it means; None where it means none so."""
    if question.works or question.windows or question.choice != ALL:
        return None
    few, text = _FEW.search(question.text), question.text
    if few and number(few["n"]) == 1:
        return None  # "the last one" is one work
    before = shown.meant(turns, number(few["n"]) if few else 2)
    ids = before.work_ids if before else ()
    if ids and _ABSTRACTS.fullmatch(text):
        return await _of(session, question, ids, Kind.CONTENT, ABSTRACT)
    if len(ids) < 2 or question.kind in (Kind.LATEST, Kind.EARLIEST):
        return None
    if few:
        return await _of_few(session, question, ids, few)
    if _BETTER.fullmatch(text):
        return replace(question, kind=Kind.NOT_KEPT, facet="judgement", content="")
    if len(ids) <= MOST_TOLD and _ABOUT.fullmatch(text):
        return await _of(session, question, ids, Kind.CONTENT, GIST)
    return None


async def _of_few(
    session: AsyncSession, question: Question, ids: Sequence[int], few: re.Match[str]
) -> Question:
    """The question put to the first few works, or the last."""
    n = number(few["n"])
    ids = ids[-n:] if few["end"].lower() == "last" else ids[:n]
    rest = question.text.replace(few[0], " ")
    if question.kind in OF_WORKS:
        return await _of(session, question, ids, question.kind, question.facet)
    if "abstract" in rest.lower():
        return await _of(session, question, ids, Kind.CONTENT, ABSTRACT)
    if together.compares(rest):
        return await _of(session, question, ids, Kind.COMPARE)
    if _TELL.search(rest):
        return await _of(session, question, ids, Kind.CONTENT, GIST)
    if not _WORDS.search(pointing.POINTING.sub("", rest)):
        return await _of(session, question, ids, Kind.LIST)
    asked = await _of(session, question, ids, Kind.CONTENT)
    return replace(asked, content=" ".join(rest.split()))


_WORDS = re.compile(
    r"\b(?!(?:and|the|of|to|me|show|give|list|just|only|please|what|about|how|ones|them|those|these|"
    r"papers|works|is|are|i|want|need|with|from|in|a|so|ok|now|then|for)\b)\w+",
    re.IGNORECASE,
)
"""What is asked beside the works that are pointed at."""


async def _of(
    session: AsyncSession, question: Question, ids: Sequence[int], kind: Kind, facet: str = ""
) -> Question:
    """The question, of a kind, put to works and no others."""
    stored = await works.by_ids(session, ids)
    asked = put_to(question, [stored[i] for i in ids if i in stored], kind)
    return replace(asked, facet=facet, content="", limit=None)
