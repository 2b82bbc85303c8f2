"""Questions of record, answered from SQL exactly: how many, which, when, who."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.phrases import joined, n_works, of_whom, owners, partners_of, time_of
from retrieval.question.kinds import OF_SIZE, OF_WORKS, OFTEN, SHARE, Kind
from retrieval.question.typed import Question
from retrieval.records.people import collaborators_on, person
from retrieval.records.record import EXAMPLES, Record
from retrieval.records.shelf import from_shelf, of_works, read, stood
from retrieval.records.unanswered import greeting, not_kept, unknown
from retrieval.scope import Scope, refusal
from storage import works
from storage.works import Work

PERHAPS_SAID = ("figures", "venue")
"""What is not kept of a work, but an abstract may speak of ("reviews from which journal?")."""


async def answer(session: AsyncSession, question: Question, scope: Scope) -> Record | None:
    """The answer to a question of record; None where abstracts have to be searched."""
    if question.kind is Kind.HELP:
        return Record(greeting(question))
    if question.unknown:
        return Record(unknown(question), refused=True)
    if question.kind is Kind.NOT_KEPT:
        return Record(not_kept(question), refused=True)
    if question.kind in (Kind.CONTENT, Kind.WORKS_ABOUT):
        return None
    if question.kind is Kind.COMPARE:
        return await _compare(session, question, scope)
    if question.kind is Kind.PROFILE or (
        question.kind is Kind.COLLABORATORS and not question.content
    ):
        return await person(session, question)
    if question.kind in OF_WORKS and question.works:
        return of_works(question, question.works)
    if question.content:
        return None
    if question.kind in OF_WORKS:
        return await _of_one(session, question, scope)
    if question.kind is Kind.COUNT and not question.works:
        return await _count(session, question, scope)
    return await _shelved(session, question, scope)


def of_topic(question: Question, scope: Scope, found: Sequence[Work], *, some: bool) -> Record:
    """The answer to a question of record about the works found on its topic.

    With `some` there may be more of them than were found.
    """
    if question.kind in OF_WORKS and not question.end:
        return of_works(question, found[:EXAMPLES] if question.kind is Kind.WHEN else found[:1])
    about = "about or mentioning" if question.mentioned else "about"
    topic = f" {about} {question.content}"
    if question.kind is Kind.COLLABORATORS:
        return collaborators_on(question, found, topic)
    record = from_shelf(stood(question, found, topic, some=some), scope)
    return _added(record, _share(question, len(found), scope.works))


async def _shelved(session: AsyncSession, question: Question, scope: Scope) -> Record:
    partners = partners_of(question)
    if question.works:
        shelf = stood(question, question.works, partners)
    elif scope.restricted:
        stored = await works.by_ids(session, sorted(scope.work_ids or ()))
        shelf = stood(question, list(stored.values()), partners)
    else:
        shelf = await read(session, question)
    record = from_shelf(shelf, scope)
    if question.choice.team:
        return _added(record, await _unsure(session, question))
    if question.without and not record.refused:
        return _added(record, _perhaps_theirs(question, shelf.works))
    if question.works or scope.restricted or question.kind not in (Kind.LIST, Kind.COUNT):
        return record
    return _added(record, await _undated(session, question))


def _added(record: Record, said: str) -> Record:
    """The record with a sentence more, below a list."""
    space = "\n" if "\n" in record.text else " "
    return replace(record, text=f"{record.text}{space}{said}") if said else record


def _share(question: Question, number: int, total: int) -> str:
    """What part of all works a number is, where that is asked."""
    if question.facet != SHARE:
        return ""
    return f"That is {number / total:.0%} of {n_works(total)}."


async def _count(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """How many works, for each researcher and each window that is named."""
    several = len(question.researchers) > 1 or len(question.windows) > 1
    if several and not scope.restricted:
        return _each_told(await _counted(session, question))
    record = await _shelved(session, question, scope)
    if not record.refused:
        total = await works.count(session, [r.id for r in question.researchers])
        return _added(record, _share(question, scope.works, total))
    none = f"None: I know of no works{of_whom(question)}{time_of(question)}."
    return _added(Record(none), await _undated(session, question))


async def _counted(session: AsyncSession, question: Question) -> list[tuple[str, dict[str, int]]]:
    """How many works there are, by researcher, and for each by the time."""
    rows: list[tuple[str, dict[str, int]]] = []
    for researcher in question.researchers or (None,):
        ids = [researcher.id] if researcher else []
        counts = {
            window.label if window else "": await works.count(session, ids, window)
            for window in question.windows or (None,)
        }
        rows.append((researcher.name if researcher else "", counts))
    return rows


def _each_told(rows: Sequence[tuple[str, Mapping[str, int]]]) -> Record:
    return Record(" ".join(f"{_told(name, counts)}." for name, counts in rows))


def _told(name: str, counts: Mapping[str, int]) -> str:
    """As: "Ada has 3 works in 2020", and of several times "There are 5 works: 3 in 2020 and …"."""
    total = sum(counts.values())
    there = f"{name} has" if name else "There are" if total != 1 else "There is"
    if len(counts) == 1:
        [(when, number)] = counts.items()
        return f"{there} {n_works(number)}{f' {when}' if when else ''}"
    each = joined([f"{number} {when}" for when, number in counts.items()])
    return f"{there} {n_works(total)}: {each}"


async def _undated(session: AsyncSession, question: Question) -> str:
    """What a window finer than a year had to leave out, said aloud."""
    if question.window is None or question.window.whole_years:
        return ""
    ids = [r.id for r in question.researchers]
    number = await works.count_undated(session, ids, question.window)
    verb = "is" if number == 1 else "are"
    return f"{n_works(number)} of which only the year is known {verb} left out." if number else ""


async def _unsure(session: AsyncSession, question: Question) -> str:
    """What a number of authors had to leave out, said aloud."""
    ids = [r.id for r in question.researchers]
    number = await works.count_unsure_authors(session, ids, question.window)
    verb = "is" if number == 1 else "are"
    said = f"{n_works(number)} whose authors are not all stored {verb} left out."
    return said if number else ""


def _perhaps_theirs(question: Question, found: Sequence[Work]) -> str:
    """How many works may be those of somebody who was left out, said aloud."""
    number = sum(not work.authors_complete for work in found)
    if not number:
        return ""
    one = joined(question.without, "or")
    return f"Of {n_works(number)} not all authors are stored, and {one} may be one of them."


async def _with_whom(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """With which of several co-authors there are more works."""
    numbers = {}
    for name in question.coauthors:
        theirs = await works.ids_by_author(session, name, [r.id for r in question.researchers])
        numbers[f" with {name}"] = len(set(theirs) & (scope.work_ids or set()))
    there = f"{owners(question)} has" if question.researchers else "There are"
    return Record(f"{there} {_more(numbers)}{time_of(question)}.")


async def _compare(session: AsyncSession, question: Question, scope: Scope) -> Record | None:
    """Who, or which time, has more works; None where works are to be compared."""
    if len(question.works) >= 2:
        return None
    if question.either:
        return await _with_whom(session, question, scope)
    rows = await _counted(session, question)
    if len(rows) == 1:
        [(name, counts)] = rows
        there = f"{name} has" if name else "There are"
        return Record(f"{there} {_more({f' {when}': n for when, n in counts.items()})}.")
    if len(question.windows) > 1:
        return _each_told(rows)
    totals = [(name, sum(counts.values())) for name, counts in rows]
    return Record(f"{_most(totals)}{time_of(question)}.")


def _more(counts: Mapping[str, int]) -> str:
    """As: "more works in 2022 (14) than in 2021 (5)", "as many works in 2021 as in 2022: 5 each".

    The times come with a space before them.
    """
    ordered = sorted(counts, key=lambda when: -counts[when])
    first, *rest = ordered
    if len(set(counts.values())) == 1:
        return f"as many works{' as'.join(counts)}: {counts[first]} each"
    if len(counts) == 2:
        return f"more works{first} ({counts[first]}) than{rest[0]} ({counts[rest[0]]})"
    then = joined([f"{when.strip()} ({counts[when]})" for when in rest])
    return f"most works{first} ({counts[first]}), then {then}"


def _most(totals: Sequence[tuple[str, int]]) -> str:
    """As: "Ada has more works (3) than Bob (2)", "Ada and Bob have as many works, 3 each"."""
    (first, number), *rest = sorted(totals, key=lambda total: -total[1])
    if number == rest[-1][1]:
        return f"{joined([name for name, _ in totals])} have as many works, {number} each"
    others = joined([f"{name} ({fewer})" for name, fewer in rest])
    if len(rest) == 1:
        return f"{first} has more works ({number}) than {others}"
    return f"{first} has most works ({number}), then {others}"


async def _of_one(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """What is asked of a work that is told by its place among the others."""
    if question.facet == OFTEN:
        return await _first_authors(session, question, scope)
    if question.facet in OF_SIZE:
        return await _by_authors(session, question, scope)
    if question.end:
        return await _shelved(session, question, scope)
    return Record(
        "Please say which paper you mean, by its title or the name of its method.", refused=True
    )


async def _first_authors(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """Who is the first author most often."""
    inside = scope.work_ids
    ids = await works.ids_of(session, [], None) if inside is None else sorted(inside)
    stored = (await works.by_ids(session, ids)).values()
    first = Counter(work.authors[0] for work in stored if work.authors)
    if not first:
        return Record(refusal(question, scope), refused=True)
    (most, number), *others = first.most_common(LISTED_NAMES)
    then = joined([f"{name} ({fewer})" for name, fewer in others])
    then = f", then {then}" if then else ""
    return Record(
        f"Of {scope.searched}, the first author is most often {most} ({n_works(number)}){then}."
    )


LISTED_NAMES = 5


async def _by_authors(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """The works with the most authors, or the fewest."""
    ids = [r.id for r in question.researchers]
    rows = await works.by_authors(session, ids, fewest=question.facet == "fewest")
    rows = [row for row in rows if scope.work_ids is None or row[0] in scope.work_ids]
    if not rows:
        refused = Record(refusal(question, scope), refused=True)
        return _added(refused, await _unsure(session, question))
    ends = [work_id for work_id, number in rows if number == rows[0][1]]
    stored = await works.by_ids(session, ends[:EXAMPLES])
    record = of_works(replace(question, facet="count"), list(stored.values()))
    more = len(ends) - len(stored)
    also = f"\n{n_works(more)} more {'has' if more == 1 else 'have'} as many." if more else ""
    record = replace(record, text=record.text + also)
    return _added(record, await _unsure(session, question))
