"""Questions of record, answered from SQL exactly: how many, which, when, who."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.phrases import n_works, of_whom, partners_of, time_of
from retrieval.question.kinds import AVERAGE, OF_SIZE, OF_WORKS, OFTEN, SHARE, Kind
from retrieval.question.typed import Question
from retrieval.question.words import MANY_WORKS
from retrieval.records import months
from retrieval.records.authors import (
    averaged,
    by_authors,
    first_authors,
    on_average,
    perhaps_theirs,
    unsure,
)
from retrieval.records.counts import compare, counted, each_told
from retrieval.records.people import collaborators_on, person
from retrieval.records.record import EXAMPLES, LISTED, Record, age
from retrieval.records.shelf import from_shelf, of_works, read, stood
from retrieval.records.unanswered import greeting, not_kept, unknown
from retrieval.scope import Scope, refusal
from storage import works, works_by_category
from storage.works import Work

PERHAPS_SAID = ("figures", "venue")
"""What is not kept of a work, but an abstract may speak of ("reviews from which journal?")."""


async def answer(session: AsyncSession, question: Question, scope: Scope) -> Record | None:
    """The answer to a question of record; None where abstracts have to be searched."""
    if told := _at_once(question):
        return told
    if question.kind in (Kind.CONTENT, Kind.WORKS_ABOUT):
        return None
    if question.kind is Kind.COMPARE:
        return await compare(session, question, scope)
    if question.kind is Kind.PROFILE or (
        question.kind is Kind.COLLABORATORS and not question.content
    ):
        return await person(session, question)
    if question.kind in OF_WORKS and question.works and question.facet != AVERAGE:
        return of_works(question, question.works)
    if question.content:
        return None
    if question.kind in OF_WORKS:
        return await _of_one(session, question, scope)
    if months.asked_for(question):
        return await months.read(session, question, scope)
    if question.kind is Kind.COUNT and not question.works:
        return await _count(session, question, scope)
    return await _shelved(session, question, scope)


_OF_THOSE = re.compile(rf"\b{MANY_WORKS}\b", re.IGNORECASE)


def _at_once(question: Question) -> Record | None:
    """What is said where nothing has to be looked up."""
    if question.exact and not question.works:
        return _none_of_those(question)
    if question.kind is Kind.HELP:
        return Record(greeting(question))
    if question.unknown:
        return Record(unknown(question), refused=True)
    if question.kind is Kind.NOT_KEPT:
        return Record(not_kept(question), refused=True)
    return None


def _none_of_those(question: Question) -> Record:
    """The answer about works that an earlier answer named, of which none is meant."""
    narrowed = [f"with {name}" for name in question.choice.coauthors]
    narrowed += [f"without {name}" for name in question.choice.without]
    narrowed += [window.label for window in question.windows]
    if not narrowed:
        return Record("My last answer names no such work.", refused=True)
    return Record(f"None of those works is {' and '.join(narrowed)}.")


async def of_topic(
    session: AsyncSession, question: Question, scope: Scope, found: Sequence[Work], *, some: bool
) -> Record:
    """The answer to a question of record about the works found on its topic.

    With `some` there may be more of them than were found.
    """
    if question.facet == AVERAGE:
        numbers = [len(work.authors) for work in found if work.authors_complete]
        of = f"{n_works(len(found))} about {question.content}"
        return averaged(question, numbers, of) or Record(refusal(question, scope), refused=True)
    if question.kind in OF_WORKS and not question.end:
        return of_works(question, found[:EXAMPLES] if question.kind is Kind.WHEN else found[:1])
    about = "about or mentioning" if question.mentioned else "about"
    topic = f" {about} {question.content}{partners_of(question)}"
    if question.kind is Kind.COLLABORATORS:
        return await collaborators_on(session, question, found, topic)
    if months.asked_for(question):
        return months.of(question, found, scope, topic)
    record = from_shelf(stood(question, found, topic, some=some), scope)
    if question.kind is Kind.COUNT and question.exact:
        record = replace(record, meant=tuple(found))
    return record.added(_share(question, len(found), scope.works))


async def _shelved(session: AsyncSession, question: Question, scope: Scope) -> Record:
    partners = partners_of(question)
    if question.works:
        shelf = stood(question, question.works, partners)
    elif scope.restricted:
        stored = await works.by_ids(session, sorted(scope.work_ids or ()))
        shelf = stood(question, list(stored.values()), partners)
    else:
        shelf = await read(session, question)
    record = from_shelf(shelf, scope).added(await _unfiled(session, question))
    if question.choice.team and not question.works:
        return record.added(await unsure(session, question))
    if question.choice.without and not record.refused:
        return record.added(perhaps_theirs(question, shelf.works))
    if question.works or scope.restricted or question.kind not in (Kind.LIST, Kind.COUNT):
        return record
    return record.added(await _undated(session, question))


def _share(question: Question, number: int, total: int) -> str:
    """What part of all works a number is, where that is asked."""
    narrowings = bool(question.windows) + bool(question.content) + question.choice.narrowings
    if question.facet != SHARE or narrowings != 1:
        return ""  # of two it would not be clear which is the part, and which the whole
    return f"That is {number / total:.0%} of {n_works(total)}."


async def _count(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """How many works, for each researcher and each window that is named."""
    several = len(question.researchers) > 1 or len(question.windows) > 1
    if several and not scope.restricted:
        return each_told(await counted(session, question, scope))
    record = await _shelved(session, question, scope)
    if not record.refused:
        total = await works.count(session, [r.id for r in question.researchers])
        return record.added(_share(question, scope.works, total))
    none = f"None: I know of no works{of_whom(question)}{time_of(question)}."
    undated, unfiled = await _undated(session, question), await _unfiled(session, question)
    return Record(none).added(undated).added(unfiled)


async def _unfiled(session: AsyncSession, question: Question) -> str:
    """What a category had to leave out, said aloud."""
    if not question.choice.category:
        return ""
    number = await works_by_category.count_unfiled(session, [r.id for r in question.researchers])
    verb = "is" if number == 1 else "are"
    said = f"{n_works(number)} whose categories are not stored {verb} left out."
    return said if number else ""


async def _undated(session: AsyncSession, question: Question) -> str:
    """What a window finer than a year had to leave out, said aloud."""
    if question.window is None or question.window.whole_years:
        return ""
    ids = [r.id for r in question.researchers]
    number = await works.count_undated(session, ids, question.window)
    verb = "is" if number == 1 else "are"
    return f"{n_works(number)} of which only the year is known {verb} left out." if number else ""


async def _of_one(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """What is asked of a work that is told by its place among the others."""
    if question.facet == OFTEN:
        return await first_authors(session, question, scope)
    if question.facet == AVERAGE:
        return await on_average(session, question, scope)
    if question.facet in OF_SIZE:
        return await by_authors(session, question, scope)
    if question.end:
        return await _shelved(session, question, scope)
    narrowed = question.windows or question.choice.narrowings
    if narrowed and scope.work_ids and _OF_THOSE.search(question.text):
        stored = await works.by_ids(session, sorted(scope.work_ids))
        newest = sorted(stored.values(), key=age, reverse=True)
        if len(newest) <= LISTED:
            return of_works(question, newest)
    return Record(
        "Please say which paper you mean, by its title or the name of its method.", refused=True
    )
