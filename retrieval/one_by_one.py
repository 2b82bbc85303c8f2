"""Several questions put in one text, answered one after the other where that is better.

Which questions they may be is read off the wording (see `retrieval.question.apart`); whether they
are is told by the answers: those about all works have to be answered each, and of one work, what it
does not say is said.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from retrieval.cited import Found
from retrieval.phrases import joined
from retrieval.question.apart import over, parts, with_its
from retrieval.question.inventors import INVENTED
from retrieval.question.kinds import OF_WORKS, Kind
from retrieval.question.shown import OF_ALL
from retrieval.question.typed import Turn
from retrieval.question.wording import read_kind
from retrieval.text import terms

MOST_PARTS = 3
"""Questions put in one that are answered one by one."""

_OF_SCOPE = {
    Kind.COUNT, Kind.PER_YEAR, Kind.LATEST, Kind.EARLIEST, Kind.BUSIEST, Kind.QUIETEST,
}  # fmt: skip
"""Said of all works in scope; two of them asked together are two answers."""

Find = Callable[[str, Sequence[Turn]], Awaitable[Found]]
"""Finds the answer to a question of one kind, after what went before."""


async def each(text: str, history: Sequence[Turn], find: Find) -> list[Found]:
    """The answers to questions put in one; a single one where it is better read as one."""
    asked = _asked_apart(text)
    narrows = bool(asked) and _narrow(asked)
    of_all = narrows or (bool(asked) and all(read_kind(p).kind in _OF_SCOPE for p in asked))
    whole = None if of_all else await find(text, history)
    if whole and not asked:
        return await _of_two(text, whole, lambda part: find(part, history))
    if whole and INVENTED.match(text) and whole.answer.question.kind is Kind.CONTENT:
        return [whole]
    found = [await find(asked[0], history)]
    first = found[0].answer
    if whole and not (whole.answer.question.works or len(first.citations) == 1):
        return [whole]
    alone = of_all and not narrows
    before = [*history, replace(first.turn, work_ids=()) if alone else first.turn]
    for part in asked[1:]:
        found.append(await find(part, before))
        window = first.question.window
        if of_all and window and not found[-1].answer.question.windows:
            found[-1] = await find(f"{part.rstrip('?!. ')} {window.label}?", before)
    return _fitting(asked, found, of_all=of_all) or [whole or await find(text, history)]


def _asked_apart(text: str) -> tuple[str, ...]:
    """The two or three questions that may be put in one text; none where it is surely one."""
    asked = parts(text)
    if len(asked) == 1 and (beside_it := with_its(text)):
        asked = beside_it
    if not 2 <= len(asked) <= MOST_PARTS:
        return ()
    kinds = {read_kind(part).kind for part in asked}
    apart = bool(kinds & set(OF_WORKS)) or (len(kinds & _OF_SCOPE) == len(asked)) or _narrow(asked)
    return asked if apart else ()


def _narrow(asked: Sequence[str]) -> bool:
    """Whether works are asked for, and then some of them: "how many …, and which of them …"."""
    return read_kind(asked[0]).kind in OF_ALL and all(map(_OF_THEM.match, asked[1:]))


_OF_THEM = re.compile(r"(?:which|what|how many)(?: ones)? of (?:them|these|those)\b", re.IGNORECASE)


def _fitting(asked: Sequence[str], found: Sequence[Found], *, of_all: bool) -> list[Found]:
    """The answers to the parts of a question that belong together, and what they leave open; none
    where they do not.
    """
    told = [one for one in found if not one.answer.refused]
    if not told or len({one.answer.text for one in told}) < len(told):
        return []
    if of_all:
        return told if len(told) == len(found) else []
    silent = [(part, one) for part, one in zip(asked, found, strict=True) if one.answer.refused]
    meant = [tuple(work.id for work in one.answer.question.works) for _, one in silent]
    cited = _cited(told)
    if len(cited) > 1 or not cited.issuperset(meant):
        return []
    return [*told[:-1], _leaving_open(told[-1], [part for part, _ in silent])]


async def _of_two(text: str, whole: Found, find: Callable[[str], Awaitable[Found]]) -> list[Found]:
    """The answers about each of two things of which the same is asked, where one work does not
    speak of both; else that to the whole.
    """
    sides, question = over(text), whole.answer.question
    if not sides or question.kind is not Kind.CONTENT or question.exact:
        return [whole]
    said = " ".join(f"{c.work.title} {c.work.abstract}" for c in whole.answer.citations)
    if said and all(terms(thing).keys() <= terms(said).keys() for thing in sides):
        return [whole]
    found = {part: await find(part) for part in sides.values()}
    told = [one for one in found.values() if not one.answer.refused]
    alike = all(one.answer.question.kind is Kind.CONTENT for one in found.values())
    if not (told and alike) or (len(told) > 1 and len(_cited(told)) == 1):
        return [whole]
    silent = [part for part, one in found.items() if one.answer.refused]
    return [*told[:-1], _leaving_open(told[-1], silent)]


def _cited(told: Sequence[Found]) -> set[tuple[int, ...]]:
    """The works that answers cite: of each answer all together."""
    return {tuple(c.work.id for c in one.answer.citations) for one in told}


def _leaving_open(found: Found, silent: Sequence[str]) -> Found:
    """The answer, and to which questions there is none."""
    open_ = joined([f"“{part.rstrip('?!. ')}”" for part in silent])
    note = f"I found no answer to {open_}." if silent else None
    return replace(found, answer=replace(found.answer, note=note or found.answer.note))
