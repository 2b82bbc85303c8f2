"""Questions asked of a work at hand, such as one that was just announced.

"What does it propose?" says that it is asked of that work, "which loss function is used?" does not:
with nothing at hand it is asked of all works. Who asks of a work need not name it, or say "it".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question.asked import read_asked
from retrieval.question.kinds import Kind
from retrieval.question.mentions import Tie, belongs
from retrieval.question.shown import DEFINES
from retrieval.question.typed import Question, Turn
from retrieval.question.words import WORKS, WRITE
from storage import researchers, works
from storage.names import name_key
from storage.researchers import Researcher
from storage.works import Work

_OF_WORKS = re.compile(rf"\b(?:{WORKS}|{WRITE})\b", re.IGNORECASE)
_OPEN = (Kind.CONTENT, Kind.WORKS_ABOUT, Kind.LATEST)
"""How a question reads that may be asked of one work: "what is new here?" reads as LATEST."""
_COAUTHORS = re.compile(
    r"^(?:who (?:are|were|is|was) )?(?:the |its |all )*(?:co-?authors?|collaborators?)\W*$",
    re.IGNORECASE,
)
"""Of a researcher they are those of all works, of a work its authors."""


def of(announced: Sequence[Work], researcher_ids: Sequence[int]) -> Turn:
    """Works that are at hand, as what went before the first question; several are a list."""
    titles = {work.id: work.title for work in announced}
    one = len(titles) == 1
    return Turn(
        question=announced[0].title if one else "",
        researcher_ids=tuple(dict.fromkeys(researcher_ids)),
        work_ids=tuple(titles),
        kind=Kind.CONTENT if one else Kind.LIST,
        exact=True,
    )


async def put_to(
    session: AsyncSession, question: Question, at_hand: Turn, before: Turn
) -> Question:
    """The question put to the one work at hand, unless it names others or asks of all works.

    So it is as long as nothing else was spoken of: `before` is the turn before the question.
    """
    if len(at_hand.work_ids) != 1 or before.work_ids != at_hand.work_ids:
        return question
    kind = _of_one(question)
    whose = await researchers.by_ids(session, at_hand.researcher_ids)
    if kind is None or _narrowed(question, whose):
        return question
    stored = await works.by_ids(session, at_hand.work_ids)
    for work in stored.values():
        if _names_another(question, work) or _defines_another(question, work):
            return question
        content = question.content if question.kind is Kind.CONTENT else question.text
        content = content if kind is Kind.CONTENT else ""
        return replace(question, kind=kind, content=content, works=(work,), exact=True, end=None)
    return question


def _of_one(question: Question) -> Kind | None:
    """What a question asks of the one work at hand; None where it is no question of that."""
    if _COAUTHORS.match(question.text):
        return Kind.AUTHORS
    apart = question.described is not None and question.described.surely
    if question.exact or apart or question.kind not in _OPEN:
        return None
    of_all = question.kind is not Kind.CONTENT and _OF_WORKS.search(question.text)
    return None if of_all else Kind.CONTENT


def _narrowed(question: Question, whose: Sequence[Researcher]) -> bool:
    """Whether a question names people or times, and so means other works."""
    choice = question.choice
    named = (choice.coauthors, choice.without, choice.category, question.windows)
    if any(named) or question.unknown:
        return True
    others = whose and {r.id for r in question.researchers} != {r.id for r in whose}
    return bool(others) or any(_is_named(r, question.text) for r in question.researchers)


def _is_named(person: Researcher, text: str) -> bool:
    """Whether a text calls a researcher by the surname, or says he or she."""
    surname = name_key(person.name).split()[-1:]
    said = re.findall(r"[^\W_]+", text.casefold())
    return not {*surname, "he", "she", "his", "her"}.isdisjoint(said)


def _names_another(question: Question, work: Work) -> bool:
    """Whether a question has a name from another work's title: "GhostNet", and not "GPU"."""
    others = [other for other in question.works if other.id != work.id]
    words = re.findall(r"[\w-]+", question.text)
    return any(belongs(w, o.title, o.abstract) <= Tie.TITLE for w in words for o in others)


def _defines_another(question: Question, work: Work) -> bool:
    """Whether a question asks what something is of which the work says nothing."""
    asked = read_asked(question.content)
    if question.kind is not Kind.CONTENT or not (asked.short or DEFINES.search(question.text)):
        return False
    said = re.findall(r"\w[\w-]*", f"{work.title} {work.abstract}".lower())
    wanted = {word.lower().rstrip("s") for word in (*asked.words, *asked.names, asked.short)}
    return not all(any(other.startswith(word) for other in said) for word in wanted)
