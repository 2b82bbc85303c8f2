"""Works that a question of record is about, and what is said of them: how many, which, when."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.highlights import contribution
from retrieval.phrases import (
    dated,
    joined,
    listed,
    n_works,
    nth,
    owners,
    possessive,
    time_of,
)
from retrieval.question.choosing import OLDEST_FIRST
from retrieval.question.kinds import CATEGORY, OF_WORKS, Kind
from retrieval.question.moments import year_window
from retrieval.question.typed import Question
from retrieval.records.record import EXAMPLES, LISTED, Record, age, examples
from retrieval.scope import Scope, refusal
from retrieval.text import readable
from storage import works
from storage.phrases import plural
from storage.works import Work
from storage.works_by_author import PLACES


@dataclass(frozen=True, slots=True)
class Shelf:
    """The works a question of record is about, and how they are called.

    Attributes:
        years: how many there are of each year.
        works: those that may be shown, from the end that is asked for: newest first, as a rule.
        some: there may be more than are known.
    """

    question: Question
    years: Mapping[int, int]
    works: tuple[Work, ...]
    whose: str
    topic: str = ""
    some: bool = False

    @property
    def number(self) -> int:
        return sum(self.years.values())


def stood(question: Question, found: Sequence[Work], topic: str, *, some: bool = False) -> Shelf:
    """A shelf of works that are at hand."""
    years = Counter(work.year for work in found)
    if question.kind in _BY_YEAR:
        which = _extreme(years, question)
        found = [work for work in found if work.year in which]
    ordered = sorted(found, key=age, reverse=not _oldest_first(question))
    return Shelf(question, years, tuple(ordered), owners(question), topic, some)


async def read(session: AsyncSession, question: Question) -> Shelf:
    """A shelf of all works in scope, of which only those are read that may be shown."""
    ids = [r.id for r in question.researchers]
    times = question.windows or (None,)
    years: Counter[int] = Counter()
    for window in times:
        years.update(await works.per_year(session, ids, window))
    which = _extreme(years, question) if question.kind in _BY_YEAR else ()
    shown: list[Work] = []
    for window in times:
        shown += await works.of_researchers(
            session,
            ids,
            window,
            years=which,
            oldest_first=_oldest_first(question),
            limit=LISTED if which else question.limit or question.start + LISTED,
        )
    ordered = sorted(
        {w.id: w for w in shown}.values(), key=age, reverse=not _oldest_first(question)
    )
    return Shelf(question, years, tuple(ordered), owners(question))


def _oldest_first(question: Question) -> bool:
    return Kind.EARLIEST in (question.kind, question.end) or question.facet == OLDEST_FIRST


_BY_YEAR = (Kind.BUSIEST, Kind.QUIETEST)


def _extreme(years: Mapping[int, int], question: Question) -> list[int]:
    """The years with the most works, or the fewest, or the second most …; none where none is.

    Where several are asked for, so many; the newer first of those with as many works.
    """
    most = question.kind is Kind.BUSIEST
    if question.limit:
        rows = sorted(years, key=lambda year: (years[year] * (-1 if most else 1), -year))
        return rows[: question.limit]
    ordered = sorted(set(years.values()), reverse=most)
    ends = ordered[question.place - 1 : question.place]
    return sorted(year for year, number in years.items() if number in ends)


def from_shelf(shelf: Shelf, scope: Scope) -> Record:
    """What a question of record says of the works on a shelf."""
    question = shelf.question
    if not shelf.works:
        return Record(refusal(question, scope), refused=True)
    kind = question.kind
    if question.place > len(shelf.works):
        return Record(f"{_has(shelf)}{time_of(question)} and no more.", shelf.works)
    if kind in OF_WORKS:
        start = question.place - 1
        return of_works(question, shelf.works[start : start + (question.limit or 1)])
    if kind is Kind.COUNT:
        return Record(
            f"{_has(shelf)}{time_of(question)}{examples(shelf.works, shelf.number)}.",
            shelf.works[:EXAMPLES],
        )
    if kind in _BY_YEAR:
        return _busiest(shelf)
    if kind is Kind.PER_YEAR:
        lines = [f"{year}: {shelf.years.get(year, 0)}" for year in _years(shelf)]
        return Record(
            f"{_has(shelf)}{time_of(question)}{_average(shelf)}, by year:\n" + "\n".join(lines),
            shelf.works[:EXAMPLES],
        )
    if kind in (Kind.LATEST, Kind.EARLIEST):
        return _ends(shelf)
    return _listed(shelf)


def _years(shelf: Shelf) -> list[int]:
    """The years from the newest to the oldest; those without works too, unless they are many."""
    first, last = min(shelf.years), max(shelf.years)
    whole = range(last, first - 1, -1)
    return list(whole) if len(whole) <= LISTED else sorted(shelf.years, reverse=True)


def _listed(shelf: Shelf) -> Record:
    number, start = shelf.number, shelf.question.start
    shown = shelf.works[start : start + (shelf.question.limit or LISTED)]
    if not shown:
        return Record(f"{_has(shelf)}{time_of(shelf.question)} and no more.", refused=True)
    lines = [
        f"{start + n}. {readable(w.title)} ({listed(shelf.question, w)}) [{n}]"
        for n, w in enumerate(shown, start=1)
    ]
    left = 0 if shelf.question.limit else number - start - len(shown)
    more = f"\n… and {left} more: say “more” to see them." if left else ""
    these = f"; these are {start + 1} to {start + len(shown)}" if start else ""
    text = f"{_has(shelf)}{time_of(shelf.question)}{these}:\n" + "\n".join(lines) + more
    return Record(text, shown)


def _ends(shelf: Shelf) -> Record:
    question = shelf.question
    those = (
        f" of those {n_works(shelf.number)}" if question.exact and len(question.works) > 1 else ""
    )
    which = nth(question.place, question.kind)
    start = question.place - 1
    wanted = question.limit or (5 if _plural(question.text) else 1)
    shown = shelf.works[start : start + wanted]
    if len(shown) == 1:
        return Record(
            f"The {which}{those or f' work{_of(shelf)}'}{time_of(question)} is "
            f"“{readable(shown[0].title)}”, {dated(shown[0])} [1]."
            f"{f' {said} [1]' if (said := _says(question, shown[0])) else ''}",
            shown,
        )
    lines = [
        f"{n}. {readable(w.title)}, {dated(w)}{f': {said}' if (said := _says(question, w)) else ''}"
        f" [{n}]"
        for n, w in enumerate(shown, start=1)
    ]
    return Record(
        f"The {which}{those or f' works{_of(shelf)}'}{time_of(question)}:\n" + "\n".join(lines),
        shown,
    )


def _says(question: Question, work: Work) -> str:
    """What a work is about, in its own words, where the question asks for that as well."""
    if question.content or not re.search(r"\babout\b", question.text, re.IGNORECASE):
        return ""
    return "".join(f"“{readable(sentence)}”" for sentence in contribution(work.abstract, 1))


def _average(shelf: Shelf) -> str:
    """How many a year on average, where that is asked: years without any count too."""
    if not re.search(r"\baverage|\bmean\b", shelf.question.text, re.IGNORECASE):
        return ""
    span = max(shelf.years) - min(shelf.years) + 1
    return f", {shelf.number / span:.1f} a year on average from {min(shelf.years)} on"


def _busiest(shelf: Shelf) -> Record:
    which = _extreme(shelf.years, shelf.question)
    kind = "quietest" if shelf.question.kind is Kind.QUIETEST else "busiest"
    word, of = nth(shelf.question.place, kind), ""
    when = time_of(shelf.question)
    if not which:  # years with as many works share a place
        return Record(
            f"{_has(shelf)}{when}, and no {word} year among them.", shelf.works[:EXAMPLES]
        )
    if len(shelf.question.windows) == len(shelf.years) == 2 and shelf.question.place == 1:
        of, when = f"Of {joined([str(year) for year in sorted(shelf.years)])}, ", ""
        word = kind.replace("iest", "ier").replace("etest", "eter")
    if shelf.question.limit and len(which) > 1:
        numbers = joined([f"{year} ({n_works(shelf.years[year])})" for year in which])
        return Record(
            f"The {len(which)} {word} years{_of(shelf)}{when} were {numbers}"
            f"{examples(shelf.works, sum(shelf.years[year] for year in which))}.",
            shelf.works[:EXAMPLES],
        )
    names = joined([str(year) for year in which])
    each = " each" if len(which) > 1 else ""
    if of and not each:
        [(other, number)] = [row for row in shelf.years.items() if row[0] not in which]
        each = f" to {number} in {other}"
    verb, noun = ("were", "years") if len(which) > 1 else ("was", "year")
    whose = possessive(shelf.whose) if shelf.question.researchers else "the"
    for_ = f" for works{shelf.topic}" if shelf.topic else ""
    return Record(
        f"{of}{names} {verb} {whose} {word} {noun}{when}{for_}, with "
        f"{n_works(shelf.years[which[0]])}{each}"
        f"{examples(shelf.works, sum(shelf.years[year] for year in which))}.",
        shelf.works[:EXAMPLES],
        time=year_window(which[0]) if len(which) == 1 else None,
    )


def of_works(question: Question, found: Sequence[Work]) -> Record:
    """Date, authors or address of the works that are named."""
    lines: list[str] = []
    shown: list[Work] = []
    for work in found:
        line = _fact(question, work)
        if line:
            shown.append(work)
            lines.append(f"{line} [{len(shown)}].")
    if not lines:
        missing, are = ("authors", "are") if question.kind is Kind.AUTHORS else ("address", "is")
        missing = "category" if question.facet == CATEGORY else missing
        text = f"The {missing} of “{readable(found[0].title)}” {are} not stored."
        return Record(text, refused=True)
    return Record("\n".join(lines), tuple(shown))


def _fact(question: Question, work: Work) -> str:
    title = f"“{readable(work.title)}”"
    if question.kind in (Kind.WHEN, Kind.YEAR):
        return f"{_whether(question, work)}{title} is {dated(work)}"
    if question.facet == "title":
        return f"{title} is {dated(work)}" + (f", at {work.url}" if work.url else "")
    if question.facet == CATEGORY:
        first, *others = work.categories or ("",)
        also = f", and cross-listed in {joined(others)}" if others else ""
        return f"{title} is filed under {first}{also}" if first else ""
    if question.kind is Kind.LINK:
        return f"{title} is at {work.url}" if work.url else ""
    if not work.authors:
        return ""
    if question.facet in PLACES:
        place = PLACES.index(question.facet)
        if place >= len(work.authors):
            return f"{title} has no {question.facet} author"
        return f"The {question.facet} author of {title} is {work.authors[place]}"
    if question.facet == "last" and work.authors_complete:
        return f"The last author of {title} is {work.authors[-1]}"
    if question.facet == "count":
        at_least = "" if work.authors_complete else "at least "
        number = plural(len(work.authors), "author")
        return f"{title} has {at_least}{number}: {joined(work.authors)}"
    rest = "" if work.authors_complete else " and others (the stored list is not complete)"
    return f"{title} is by {joined(work.authors)}{rest}"


def _whether(question: Question, work: Work) -> str:
    """Yes or no, where a date is asked about; neither where year and first posting disagree."""
    if not question.whether:
        return ""
    posted = work.published is not None and replace(work, year=work.published.year)
    said = {any(window.holds(one) for window in question.whether) for one in (work, posted) if one}
    return "" if len(said) > 1 else "Yes: " if True in said else "No: "


def _has(shelf: Shelf) -> str:
    number = f"at least {n_works(shelf.number)}" if shelf.some else n_works(shelf.number)
    if shelf.question.exact and shelf.question.works:
        return f"That is {number}"
    if not shelf.whose:
        return f"There {'is' if shelf.number == 1 else 'are'} {number}{shelf.topic}"
    have = "have" if len(shelf.question.researchers) > 1 else "has"
    return f"{shelf.whose} {have} {number}{shelf.topic}"


def _of(shelf: Shelf) -> str:
    return f" of {shelf.whose}{shelf.topic}" if shelf.whose else shelf.topic


def _plural(text: str) -> bool:
    words = text.lower().split()
    return any(
        word.strip("?!.,")
        in ("papers", "works", "publications", "articles", "preprints", "ones", "studies")
        for word in words
    )
