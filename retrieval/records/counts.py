"""Numbers of works beside one another: of several people, or of several times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.phrases import filed_in, joined, n_works, owners, time_of
from retrieval.question.filing import categories_of, filed
from retrieval.question.typed import Question
from retrieval.records.record import Record
from retrieval.scope import Scope
from storage import works, works_by_author
from storage.researchers import told_apart
from storage.windows import Window


async def compare(session: AsyncSession, question: Question, scope: Scope) -> Record | None:
    """Who, or which time, has more works; None where works are to be compared."""
    if len(question.works) >= 2:
        return None
    if question.choice.either:
        return await _with_whom(session, question, scope)
    if question.choice.category and not question.windows:
        return await _in_which(session, question, scope)
    rows = await counted(session, question, scope)
    if len(rows) == 1:
        [(name, counts)] = rows
        there = f"{name} has" if name else "There are"
        return Record(f"{there} {_more({f' {when}': n for when, n in counts.items()})}.")
    if len(question.windows) > 1:
        return each_told(rows)
    totals = [(name, sum(counts.values())) for name, counts in rows]
    return Record(f"{_most(totals)}{time_of(question)}.")


async def _with_whom(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """With which of several co-authors there are more works."""
    numbers = {}
    for name in question.choice.coauthors:
        theirs = await works_by_author.ids(session, name, [r.id for r in question.researchers])
        numbers[f" with {name}"] = len(set(theirs) & (scope.work_ids or set()))
    there = f"{owners(question)} has" if question.researchers else "There are"
    return Record(f"{there} {_more(numbers)}{time_of(question)}.")


async def _in_which(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """In which of several categories there are more works; those in both count in both."""
    choice = question.choice
    named, _ = categories_of(choice.category)
    stored = await works.by_ids(session, sorted(scope.work_ids or ()))
    numbers = {
        filed_in(one, choice.filing): sum(
            filed(work.categories, one, choice.filing) for work in stored.values()
        )
        for one in named
    }
    there = f"{owners(question)} has" if question.researchers else "There are"
    return Record(f"{there} {_more(numbers)}.")


async def counted(
    session: AsyncSession, question: Question, scope: Scope
) -> list[tuple[str, dict[str, int]]]:
    """How many works in scope there are, by researcher, and for each by the time."""
    rows: list[tuple[str, dict[str, int]]] = []
    names = told_apart(question.researchers) or [""]
    for name, researcher in zip(names, question.researchers or (None,), strict=True):
        ids = [researcher.id] if researcher else []
        counts = {
            window.label if window else "": await _number(session, ids, window, scope)
            for window in question.windows or (None,)
        }
        rows.append((name, counts))
    return rows


async def _number(
    session: AsyncSession, ids: Sequence[int], window: Window | None, scope: Scope
) -> int:
    if not scope.restricted:
        return await works.count(session, ids, window)
    return len(
        (scope.work_ids or frozenset()).intersection(await works.ids_of(session, ids, window))
    )


def each_told(rows: Sequence[tuple[str, Mapping[str, int]]]) -> Record:
    """The numbers of `counted`, a sentence for each researcher."""
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
