"""What is asked of the authors of works: who is the first most often, which work has the most."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.phrases import joined, n_works
from retrieval.question.typed import Question
from retrieval.records.record import EXAMPLES, Record
from retrieval.records.shelf import of_works
from retrieval.scope import Scope, refusal
from storage import works, works_by_author
from storage.works import Work

NAMED = 5
"""Authors who are named."""


async def first_authors(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """Who is the first author most often."""
    inside = scope.work_ids
    rows = await works_by_author.firsts(session, [r.id for r in question.researchers])
    first = Counter(name for work_id, name in rows if inside is None or work_id in inside)
    if not first:
        return Record(refusal(question, scope), refused=True)
    (most, number), *others = first.most_common(NAMED)
    then = joined([f"{name} ({fewer})" for name, fewer in others])
    then = f", then {then}" if then else ""
    return Record(
        f"Of {scope.searched}, the first author is most often {most} ({n_works(number)}){then}."
    )


async def by_authors(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """The works with the most authors, or the fewest."""
    ids = [r.id for r in question.researchers]
    rows = await works_by_author.numbers(session, ids, fewest=question.facet == "fewest")
    rows = [row for row in rows if scope.work_ids is None or row[0] in scope.work_ids]
    if not rows:
        refused = Record(refusal(question, scope), refused=True)
        return refused.added(await unsure(session, question))
    ends = [work_id for work_id, number in rows if number == rows[0][1]]
    stored = await works.by_ids(session, ends[:EXAMPLES])
    record = of_works(replace(question, facet="count"), list(stored.values()))
    more = len(ends) - len(stored)
    also = f"\n{n_works(more)} more {'has' if more == 1 else 'have'} as many." if more else ""
    record = replace(record, text=record.text + also)
    return record.added(await unsure(session, question))


async def on_average(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """How many authors a work in scope has on average."""
    inside = {work.id for work in question.works} if question.works else scope.work_ids
    rows = await works_by_author.numbers(session, [r.id for r in question.researchers])
    numbers = [number for work_id, number in rows if inside is None or work_id in inside]
    said = averaged(question, numbers, scope.searched)
    return (said or Record(refusal(question, scope), refused=True)).added(
        await unsure(session, question)
    )


def averaged(question: Question, numbers: Sequence[int], of: str) -> Record | None:
    """The average of the numbers of authors of some works; None of none."""
    if not numbers:
        return None
    mean, middle = statistics.mean(numbers), statistics.median(numbers)
    have = "has" if len(numbers) == 1 else "have"
    said = f"{of[0].upper()}{of[1:]} {have} {mean:.1f} authors on average"
    beside = re.search(r"\bco-?(?:authors|writers)\b", question.text, re.IGNORECASE)
    if beside and len(question.researchers) == 1:
        said += f", which is {mean - 1:.1f} co-authors"
    return Record(
        f"{said}; the median is {middle:g}, the least {min(numbers)} and the most {max(numbers)}."
    )


async def unsure(session: AsyncSession, question: Question) -> str:
    """What a number of authors had to leave out, said aloud."""
    ids = [r.id for r in question.researchers]
    number = await works_by_author.count_unsure(session, ids, question.window)
    verb = "is" if number == 1 else "are"
    said = f"{n_works(number)} whose authors are not all stored {verb} left out."
    return said if number else ""


def perhaps_theirs(question: Question, found: Sequence[Work]) -> str:
    """How many works may be those of somebody who was left out, said aloud."""
    number = sum(not work.authors_complete for work in found)
    if not number:
        return ""
    one = joined(question.choice.without, "or")
    return f"Of {n_works(number)} not all authors are stored, and {one} may be one of them."
