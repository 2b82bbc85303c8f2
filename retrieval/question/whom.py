"""People that a follow-up means by what went before: "what did they write together?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question import shown
from retrieval.question.kinds import OF_WORKS, Kind
from retrieval.question.pointing import NTH
from retrieval.question.typed import Question, Turn
from retrieval.question.wording import read_kind
from retrieval.question.words import OPENED, ORDINALS, ROLE, ROLES
from storage import researchers, unlisted, works
from storage.names import name_forms, name_key

WITH = re.compile(
    rf"\b(?:together|jointly|with (?:(?:the )?(?P<nth>{'|'.join(NTH)})(?: one| person)?|"
    r"each other|him|her|them|that (?:one|person))(?=\s*[?.!,]*$| (?:in|about|on)\b))",
    re.I,
)
_ONLY_BY = re.compile(
    rf"^{OPENED}(?:(?:show(?: me)?|list|only|just|those|these|the ones|"
    r"which|of (?:them|those|these)|are|were|is|ones|papers|works|written)\s+)*"
    r"(?:by|with|from|of)\s+(?P<name>[^\W\d][\w'’.-]*(?: [^\W\d][\w'’.-]*){0,3}?)\W*$",
    re.I,
)
_AUTHOR = re.compile(
    rf"\b(?:the|its|their|this|that) (?P<which>{ROLE})[ -]author\b",
    re.I,
)
_HOW_MANY = re.compile(r"\bhow (?:many|much|often)\b", re.I)


async def meant(
    session: AsyncSession, question: Question, turns: Sequence[Turn]
) -> Question | None:
    """The question put to the works of the person meant; None where no person is meant so."""
    if question.choice.coauthors or question.works:
        return None
    for read in (
        _named_before,
        _nth_partner,
        _among_shown,
        _with_partner,
        _with_told,
        _of_author,
        _of_authors,
    ):
        if found := await read(session, question, turns):
            return found
    return None


async def _named_before(
    session: AsyncSession, question: Question, turns: Sequence[Turn]
) -> Question | None:
    """What somebody wrote who has no record and was just named: "Tim Vieira?", "what else did he
    write?".
    """
    last = turns[-1]
    if question.unknown not in (("he",), ("she",), ("him",), ("his",), ("her",)):
        return None
    if last.researcher_ids or len(last.choice.coauthors) != 1:
        return None
    return _narrowed(question, last.choice.coauthors[0])


async def _nth_partner(
    session: AsyncSession, question: Question, turns: Sequence[Turn]
) -> Question | None:
    """Who comes second of the co-authors told before: "and second most?"."""
    named = _NTH.fullmatch(question.text)
    if named is None or turns[-1].kind is not Kind.COLLABORATORS:
        return None
    place = NTH[named["nth"].lower()] + 1
    return replace(question, kind=Kind.COLLABORATORS, content="", place=place, end=None)


_NTH = re.compile(
    rf"(?:(?:and|so|who(?:['’]s| is| was| comes)?|what about|the|number) )*"
    rf"(?P<nth>{'|'.join(ORDINALS)})"
    r"(?: (?:most|most often|one|person|place|closest|then))*\W*",
    re.I,
)


async def _among_shown(
    session: AsyncSession, question: Question, turns: Sequence[Turn]
) -> Question | None:
    """Those of the works before that have an author, also by surname: "only those by sousa"."""
    named, before = _ONLY_BY.match(question.text), shown.meant(turns, 2)
    if named is None or before is None or before.examples:
        return None
    name = name_key(named["name"]).split()
    stored = await works.by_ids(session, before.work_ids)
    found = [
        stored[i]
        for i in before.work_ids
        if i in stored and any(name_key(a).split()[-len(name) :] == name for a in stored[i].authors)
    ]
    if not found:
        return None
    return replace(question, kind=Kind.LIST, content="", works=tuple(found), exact=True, unknown=())


async def _with_partner(
    session: AsyncSession, question: Question, turns: Sequence[Turn]
) -> Question | None:
    """What a researcher wrote with one of the co-authors that were named before."""
    named, before = WITH.search(question.text), _company(turns)
    if named is None or before is None or question.kind is Kind.COLLABORATORS:
        return None
    if before.kind is not Kind.COLLABORATORS:  # "who is Ada Byron?"
        return replace(_narrowed(question, ""), choice=before.choice)
    others = await researchers.collaborators(session, before.researcher_ids[0], before.window)
    first = read_kind(before.question).place - 1
    place = NTH[named["nth"].lower()] if named["nth"] else 0
    if first + place >= len(others):
        return None
    if question.kind is Kind.WORKS_ABOUT and question.content.lower() in named[0].lower():
        question = replace(question, kind=Kind.CONTENT)  # "with the first" is no topic
    return _narrowed(question, others[first + place if place >= 0 else place].name)


def _company(turns: Sequence[Turn]) -> Turn | None:
    """The last answer that named co-authors; what came since may only be about them.

    Where nobody named any, it is the last question that named one.
    """
    for turn in reversed(turns):
        if turn.kind is Kind.COLLABORATORS:
            return turn if len(turn.researcher_ids) == 1 else None
        if not turn.choice.coauthors:
            break
    last = turns[-1]
    return last if last.researcher_ids and len(last.choice.coauthors) == 1 else None


async def _with_told(
    session: AsyncSession, question: Question, turns: Sequence[Turn]
) -> Question | None:
    """What is by the author, or with the one, whom the answer before told by the place: "other
    papers with him?" after "who is the first author?".
    """
    last, named = turns[-1], _HIM.search(question.text)
    told = _AUTHOR.search(f"the {last.question}") or _AUTHOR.search(last.question)
    one = last.kind is Kind.AUTHORS and len(last.work_ids) == 1
    if not (named and told and one) or question.kind in (*OF_WORKS, Kind.COLLABORATORS):
        return None
    stored = await works.by_ids(session, last.work_ids)
    authors = [author for work in stored.values() for author in work.authors]
    place = NTH[ROLES[told["which"].lower()]]
    if place >= len(authors) or not authors:
        return None
    own = {key for r in question.researchers for key in name_forms(r.name)}
    if name_key(authors[place]) in own:
        return replace(_narrowed(question, ""), choice=replace(question.choice, coauthors=()))
    question = replace(
        question, content="" if _HIM.fullmatch(question.content) else question.content
    )
    found = _narrowed(question, authors[place])
    both = named["with"] or (named["they"] and re.search(r"\bwith\b", question.text, re.I))
    return found if both else replace(found, researchers=())


_HIM = re.compile(
    r"(?:(?P<with>with)|by|from|of) (?:him|her|them|that (?:person|author|one|guy))\b|"
    r"\b(?:else|other|more)\b.* (?P<they>he|she|they)\b",
    re.I,
)


async def _of_author(
    session: AsyncSession, question: Question, turns: Sequence[Turn]
) -> Question | None:
    """What the first or the last author of the work before wrote beside it."""
    named = _AUTHOR.search(question.text)
    asked_whom = question.kind in (Kind.AUTHORS, Kind.COLLABORATORS)
    if named is None or asked_whom or len(turns[-1].work_ids) != 1:
        return None
    stored = await works.by_ids(session, turns[-1].work_ids)
    authors = [author for work in stored.values() for author in work.authors]
    place = NTH[ROLES[named["which"].lower()]]
    if place >= len(authors) or not authors:
        return None
    return replace(_narrowed(question, authors[place]), researchers=())


async def _of_authors(
    session: AsyncSession, question: Question, turns: Sequence[Turn]
) -> Question | None:
    """What the authors of the work before wrote beside it: "what else did they publish?"."""
    they = re.search(r"\bthey\b", question.text, re.I)
    whose = len(question.researchers) if turns[-1].kind is Kind.AUTHORS else 0
    if not they or question.kind is not Kind.LIST or len(turns[-1].work_ids) != 1:
        return None
    if whose > 1 or (question.researchers and not whose):
        return None
    stored = await unlisted.names_on(session, turns[-1].work_ids)
    authors = [author for names in stored.values() for author in names]
    if not 0 < len(authors) <= MOST_AUTHORS:
        return replace(question, unknown=("they",))
    choice = replace(question.choice, coauthors=tuple(authors), together=False)
    return replace(_narrowed(question, ""), choice=choice, researchers=())


MOST_AUTHORS = 6
"""Authors of one work of whom all works together may be asked."""


def _narrowed(question: Question, name: str) -> Question:
    kind = Kind.COUNT if _HOW_MANY.search(question.text) else Kind.LIST
    return replace(
        question,
        kind=question.kind if question.kind in shown.OF_ALL else kind,
        content=question.content if question.kind is Kind.WORKS_ABOUT else "",
        choice=replace(question.choice, coauthors=(name,), together=False),
        unknown=(),
    )
