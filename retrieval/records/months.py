"""The months in which there were the most works, or the fewest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from dateutil.relativedelta import relativedelta
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.phrases import joined, n_works, nth, owners, partners_of, possessive, time_of
from retrieval.question.kinds import MONTH, Kind
from retrieval.question.typed import Question
from retrieval.records.record import EXAMPLES, LISTED, Record, age, examples
from retrieval.scope import Scope, refusal
from storage import works
from storage.windows import Window
from storage.works import Work

NAMED = 5
"""Months with as many works that are named."""


def asked_for(question: Question) -> bool:
    """Whether a question asks for months and not for years."""
    of_time = question.kind in (Kind.BUSIEST, Kind.QUIETEST, Kind.PER_YEAR)
    return of_time and question.facet == MONTH


async def read(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """The month of the works in scope that is asked for."""
    if question.works:
        return of(question, question.works, scope, partners_of(question))
    inside = {}
    for work_id, day in await works.posted(session, [r.id for r in question.researchers]):
        in_scope = scope.work_ids is None or work_id in scope.work_ids
        if in_scope if day is None or scope.restricted else _within(question, day):
            inside[work_id] = day
    which = _asked(_numbers(question, inside), question)
    ids = [i for i, day in inside.items() if day and day.replace(day=1) in which]
    stored = list((await works.by_ids(session, ids)).values())
    return _told(question, inside, stored, scope, partners_of(question))


def of(question: Question, found: Sequence[Work], scope: Scope, topic: str) -> Record:
    """The month that is asked for of works that are at hand."""
    return _told(question, {work.id: work.published for work in found}, found, scope, topic)


def _within(question: Question, day: date) -> bool:
    """Whether a day is of the times that are asked about: a work of 2021 may be from 2020."""
    times = question.windows
    return not times or any(window.start <= day <= window.end for window in times)


def _told(
    question: Question,
    days: Mapping[int, date | None],
    found: Sequence[Work],
    scope: Scope,
    topic: str,
) -> Record:
    numbers = _numbers(question, days)
    which = _asked(numbers, question)
    if not which:
        return Record(refusal(question, scope), refused=True).added(_left_out(days))
    if question.kind is Kind.PER_YEAR:
        newest = tuple(sorted(found, key=age, reverse=True)[:EXAMPLES])
        return Record(_each(question, numbers, topic), newest).added(_left_out(days))
    shown = [w for w in found if w.published and w.published.replace(day=1) in which]
    shown = sorted(shown, key=age, reverse=True)[:EXAMPLES]
    marks = examples(shown, sum(numbers[month] for month in which))
    said = _said(question, which, numbers, f"{topic}{time_of(question)}")
    time = _month(which[0]) if len(which) == 1 else None
    return Record(f"{said}{marks}.", tuple(shown), time=time).added(_left_out(days))


def _month(first: date) -> Window:
    last = first + relativedelta(months=1, days=-1)
    return Window(first, last, f"in {first:%B %Y}")


def _said(
    question: Question, which: Sequence[date], numbers: Mapping[date, int], topic: str
) -> str:
    """As: "June 2025 was Ada's busiest month, with 5 works"."""
    kind = "quietest" if question.kind is Kind.QUIETEST else "busiest"
    word, number = nth(question.place, kind), n_works(numbers[which[0]])
    of = f" of {owners(question)}" if question.researchers else ""
    for_ = f" for works{topic}" if topic else ""
    if question.limit and len(which) > 1:
        each = joined([f"{month:%B %Y} ({n_works(numbers[month])})" for month in which])
        return f"The {len(which)} {word} months{of}{for_} were {each}"
    if len(which) > NAMED:
        return f"No month{of}{for_} is the {word}: {len(which)} have {number} each"
    names = joined([f"{month:%B %Y}" for month in which])
    whose = possessive(owners(question)) if question.researchers else "the"
    was = f"were {whose} {word} months" if len(which) > 1 else f"was {whose} {word} month"
    return f"{names} {was}{for_}, with {number}{' each' if len(which) > 1 else ''}"


def _each(question: Question, numbers: Mapping[date, int], topic: str) -> str:
    """How many there are of each month, the newest first, and how many on average."""
    first, last = min(numbers), max(numbers)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    span = [last - relativedelta(months=n) for n in range(months)]
    shown = span if months <= LISTED else [month for month in span if month in numbers][:LISTED]
    more = sum(numbers.values()) - sum(numbers.get(month, 0) for month in shown)
    there = f"{owners(question)} has" if question.researchers else "There are"
    total = sum(numbers.values())
    lines = [f"{month:%B %Y}: {numbers.get(month, 0)}" for month in shown]
    lines += [f"… and {n_works(more)} before."] if more else []
    return (
        f"{there} {n_works(total)}{topic}{time_of(question)}, {total / months:.1f} a month on "
        f"average from {first:%B %Y} on, by month:\n" + "\n".join(lines)
    )


def _numbers(question: Question, days: Mapping[int, date | None]) -> Counter[date]:
    """How many works there are of each month, by its first day."""
    within = (day for day in days.values() if day and _within(question, day))
    return Counter(day.replace(day=1) for day in within)


def _asked(numbers: Mapping[date, int], question: Question) -> list[date]:
    """The months with the most works, or the fewest, or the second most …; none where none is.

    Where several are asked for, so many; the newer first of those with as many works.
    """
    if question.kind is Kind.PER_YEAR:  # the newest are shown
        return sorted(numbers)[-EXAMPLES:]
    most = question.kind is Kind.BUSIEST
    if question.limit:
        rows = sorted(sorted(numbers, reverse=True), key=lambda m: numbers[m], reverse=most)
        return rows[: question.limit]
    ends = sorted(set(numbers.values()), reverse=most)[question.place - 1 : question.place]
    return sorted(month for month, number in numbers.items() if number in ends)


def _left_out(days: Mapping[int, date | None]) -> str:
    """How many works could not be counted, said aloud."""
    number = sum(day is None for day in days.values())
    verb = "is" if number == 1 else "are"
    return f"{n_works(number)} of which only the year is known {verb} left out." if number else ""
