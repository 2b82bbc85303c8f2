"""Whether it makes a difference to an answer which of the people of a shared name is meant."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.cited import Answer
from retrieval.question.kinds import OF_WORKS, Kind
from storage import persons, works
from storage.persons import Person

DOUBTFUL = 0.6
"""Somebody with a single work in question, of which we are less sure, may be nobody."""
_OF_SOME = (Kind.CONTENT, Kind.COMPARE, Kind.WORKS_ABOUT)
"""Answers that rest on the works they cite; others rest on all that were looked at."""


async def matters(session: AsyncSession, answer: Answer) -> bool:
    """Whether an answer about a record rests on works of several persons; one about a person
    always could be about another.

    What all of them together do not say, none of them does; and one work that answers is one
    person's, whoever that is.
    """
    question = answer.question
    about, kind = question.researchers, question.kind
    named = question.exact or (question.works and kind in OF_WORKS)
    one = (kind is Kind.CONTENT or named) and len(answer.citations) == 1
    if answer.refused or one or kind is Kind.HELP:
        return False
    if len(about) != 1 or about[0].record_id is not None:
        return len(about) == 1
    ids = {citation.work.id for citation in answer.citations}
    if kind not in _OF_SOME and not question.exact:
        for window in question.windows or (None,):
            ids |= set(await works.ids_of(session, [about[0].id], window))
    behind = await persons.of_record(session, about[0].id)
    return sum(_is_meant(person, ids) for person in behind) > 1


def _is_meant(person: Person, ids: Collection[int]) -> bool:
    """Whether some of these works are a person's, and more than a single doubtful one."""
    theirs = [place.certainty for place in person.works if place.work_id in ids]
    return len(theirs) > 1 or any(certainty >= DOUBTFUL for certainty in theirs)
