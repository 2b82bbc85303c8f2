"""Questions of record, answered from SQL exactly: how many, which, when, who."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.highlights import contribution
from retrieval.phrases import (
    dated,
    joined,
    n_works,
    nth,
    of_whom,
    owners,
    partners_of,
    possessive,
    time_of,
)
from retrieval.question.kinds import OF_WORKS, Kind
from retrieval.question.typed import Question
from retrieval.scope import Scope, ids_inside, refusal
from retrieval.text import readable
from storage import researchers, works
from storage.names import name_forms, name_key
from storage.researchers import Researcher
from storage.trust import LEVELS
from storage.works import Work

LISTED = 25
"""Works listed in one answer."""
EXAMPLES = 3
"""Works cited as examples of those counted."""
PERHAPS_SAID = ("figures", "venue")
"""What is not kept of a work, but an abstract may speak of ("reviews from which journal?")."""


@dataclass(frozen=True, slots=True)
class Record:
    """An answer of record: the text, with marks [1] … for `works` in order."""

    text: str
    works: tuple[Work, ...] = ()
    refused: bool = False


@dataclass(frozen=True, slots=True)
class _Shelf:
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


# Answers ----------------------------------------------------------------------------------


async def answer(session: AsyncSession, question: Question, scope: Scope) -> Record | None:
    """The answer to a question of record; None where abstracts have to be searched."""
    if question.kind is Kind.HELP:
        return Record(_help(question))
    if question.unknown:
        return Record(_unknown(question), refused=True)
    if question.kind is Kind.NOT_KEPT:
        return Record(_not_kept(question), refused=True)
    if question.kind in (Kind.CONTENT, Kind.WORKS_ABOUT):
        return None
    if question.kind is Kind.COMPARE:
        return await _compare(session, question)
    if question.kind is Kind.PROFILE or (
        question.kind is Kind.COLLABORATORS and not question.content
    ):
        return await _person(session, question)
    if question.kind in OF_WORKS and question.works:
        return _of_works(question, question.works)
    if question.content:
        return None
    if question.kind in OF_WORKS and question.end:
        return await _shelved(session, question, scope)
    if question.kind in OF_WORKS:
        return Record(
            "Please say which paper you mean, by its title or the name of its method.", refused=True
        )
    if question.kind is Kind.COUNT and not question.works:
        return await _count(session, question, scope)
    return await _shelved(session, question, scope)


def of_topic(question: Question, scope: Scope, found: Sequence[Work], *, some: bool) -> Record:
    """The answer to a question of record about the works found on its topic.

    With `some` there may be more of them than were found.
    """
    if question.kind in OF_WORKS and not question.end:
        return _of_works(question, found[:EXAMPLES] if question.kind is Kind.WHEN else found[:1])
    about = "about or mentioning" if question.mentioned else "about"
    topic = f" {about} {question.content}"
    if question.kind is Kind.COLLABORATORS:
        return _collaborators_on(question, found, topic)
    return _from_shelf(_stood(question, found, topic, some=some), scope)


def _collaborators_on(question: Question, found: Sequence[Work], topic: str) -> Record:
    """Who else wrote the works on a topic, most works first."""
    own = {key for r in question.researchers for key in name_forms(r.name)}
    numbers = Counter(name for work in found for name in work.authors if name_key(name) not in own)
    pairs = numbers.most_common()
    theirs = f"{topic}{time_of(question)}"
    if len(pairs) < question.place:
        return Record(f"No more co-authors of works{theirs} are stored.", refused=True)
    if question.facet == "count":
        return Record(f"{len(pairs)} others wrote the {n_works(len(found))}{theirs}.")
    wanted = pairs[question.place - 1 :][: question.limit or (5 if question.place == 1 else 1)]
    top = joined([f"{name} ({n_works(number)})" for name, number in wanted])
    more = _and_others(len(pairs) - len(wanted) if question.place == 1 else 0)
    often = nth(question.place, "most often")
    if question.researchers:
        by = f"In {n_works(len(found))}{theirs}, {owners(question)} writes {often} with"
    else:
        by = f"{n_works(len(found)).capitalize()}{theirs}: {often} by"
    examples = sorted((w for w in found if wanted[0][0] in w.authors), key=_age, reverse=True)
    shown = tuple(examples[:EXAMPLES])
    return Record(f"{by} {top}{more}{_examples(shown, len(examples))}.", shown)


def _and_others(number: int) -> str:
    return f", and {number} other{'s' if number > 1 else ''}" if number else ""


async def _shelved(session: AsyncSession, question: Question, scope: Scope) -> Record:
    partners = partners_of(question)
    if question.works:
        shelf = _stood(question, question.works, partners)
    elif scope.restricted:
        stored = await works.by_ids(session, sorted(scope.work_ids or ()))
        shelf = _stood(question, list(stored.values()), partners)
    else:
        shelf = await _read(session, question)
    record = _from_shelf(shelf, scope)
    if question.works or scope.restricted or question.kind not in (Kind.LIST, Kind.COUNT):
        return record
    return replace(record, text=record.text + await _undated(session, question))


def _stood(question: Question, found: Sequence[Work], topic: str, *, some: bool = False) -> _Shelf:
    """A shelf of works that are at hand."""
    years = Counter(work.year for work in found)
    if question.kind in _BY_YEAR:
        which = _extreme(years, question)
        found = [work for work in found if work.year in which]
    ordered = sorted(found, key=_age, reverse=not _oldest_first(question))
    return _Shelf(question, years, tuple(ordered), owners(question), topic, some)


async def _read(session: AsyncSession, question: Question) -> _Shelf:
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
            limit=question.limit or LISTED,
        )
    ordered = sorted(
        {w.id: w for w in shown}.values(), key=_age, reverse=not _oldest_first(question)
    )
    return _Shelf(question, years, tuple(ordered), owners(question))


def _oldest_first(question: Question) -> bool:
    return Kind.EARLIEST in (question.kind, question.end)


_BY_YEAR = (Kind.BUSIEST, Kind.QUIETEST)


def _extreme(years: Mapping[int, int], question: Question) -> list[int]:
    """The years with the most works, or the fewest, or the second most …; none where none is."""
    ordered = sorted(set(years.values()), reverse=question.kind is Kind.BUSIEST)
    ends = ordered[question.place - 1 : question.place]
    return sorted(year for year, number in years.items() if number in ends)


def _from_shelf(shelf: _Shelf, scope: Scope) -> Record:
    question = shelf.question
    if not shelf.works:
        return Record(refusal(question, scope), refused=True)
    kind = question.kind
    if question.place > len(shelf.works):
        return Record(f"{_has(shelf)}{time_of(question)} and no more.", shelf.works)
    if kind in OF_WORKS:
        start = question.place - 1
        return _of_works(question, shelf.works[start : start + (question.limit or 1)])
    if kind is Kind.COUNT:
        return Record(
            f"{_has(shelf)}{time_of(question)}{_examples(shelf.works, shelf.number)}.",
            shelf.works[:EXAMPLES],
        )
    if kind in _BY_YEAR:
        return _busiest(shelf)
    if kind is Kind.PER_YEAR:
        lines = [f"{year}: {shelf.years[year]}" for year in sorted(shelf.years, reverse=True)]
        return Record(
            f"{_has(shelf)}{time_of(question)}{_average(shelf)}, by year:\n" + "\n".join(lines),
            shelf.works[:EXAMPLES],
        )
    if kind in (Kind.LATEST, Kind.EARLIEST):
        return _ends(shelf)
    return _listed(shelf)


def _listed(shelf: _Shelf) -> Record:
    number = shelf.number
    shown = shelf.works[: shelf.question.limit or LISTED]
    lines = [f"{n}. {readable(w.title)} ({w.year}) [{n}]" for n, w in enumerate(shown, start=1)]
    more = (
        f"\n… and {number - len(shown)} more."
        if number > len(shown) and not shelf.question.limit
        else ""
    )
    return Record(f"{_has(shelf)}{time_of(shelf.question)}:\n" + "\n".join(lines) + more, shown)


def _ends(shelf: _Shelf) -> Record:
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


def _average(shelf: _Shelf) -> str:
    """How many a year on average, where that is asked: years without any count too."""
    if not re.search(r"\baverage|\bmean\b", shelf.question.text, re.IGNORECASE):
        return ""
    span = max(shelf.years) - min(shelf.years) + 1
    return f", {shelf.number / span:.1f} a year on average from {min(shelf.years)} on"


def _busiest(shelf: _Shelf) -> Record:
    which = _extreme(shelf.years, shelf.question)
    kind = "quietest" if shelf.question.kind is Kind.QUIETEST else "busiest"
    word = nth(shelf.question.place, kind)
    names = joined([str(year) for year in which])
    each = " each" if len(which) > 1 else ""
    verb, noun = ("were", "years") if len(which) > 1 else ("was", "year")
    whose = possessive(shelf.whose) if shelf.question.researchers else "the"
    for_ = f" for works{shelf.topic}" if shelf.topic else ""
    return Record(
        f"{names} {verb} {whose} {word} {noun}{for_}, with "
        f"{n_works(shelf.years[which[0]])}{each}"
        f"{_examples(shelf.works, sum(shelf.years[year] for year in which))}.",
        shelf.works[:EXAMPLES],
    )


async def _count(session: AsyncSession, question: Question, scope: Scope) -> Record:
    """How many works, for each researcher and each window that is named."""
    several = len(question.researchers) > 1 or len(question.windows) > 1
    if several and not scope.restricted:
        return Record(". ".join(line for line, _ in await _counted(session, question)) + ".")
    record = await _shelved(session, question, scope)
    if not record.refused:
        return record
    none = f"None: I know of no works{of_whom(question)}{time_of(question)}."
    return Record(none + await _undated(session, question))


async def _counted(session: AsyncSession, question: Question) -> list[tuple[str, int]]:
    lines = []
    for researcher in question.researchers or (None,):
        ids = [researcher.id] if researcher else []
        for window in question.windows or (None,):
            number = await works.count(session, ids, window)
            name = f"{researcher.name} has" if researcher else "There are"
            lines.append(
                (f"{name} {n_works(number)}{' ' + window.label if window else ''}", number)
            )
    return lines


async def _undated(session: AsyncSession, question: Question) -> str:
    """What a window finer than a year had to leave out, said aloud."""
    if question.window is None or question.window.whole_years:
        return ""
    ids = [r.id for r in question.researchers]
    number = await works.count_undated(session, ids, question.window)
    verb = "is" if number == 1 else "are"
    return f" {n_works(number)} of which only the year is known {verb} left out." if number else ""


async def _compare(session: AsyncSession, question: Question) -> Record | None:
    """Who, or which time, has more works; None where works are to be compared."""
    if len(question.works) >= 2:
        return None
    lines = await _counted(session, question)
    lines.sort(key=lambda line: -line[1])
    same = len({number for _, number in lines}) == 1
    joint = ", and just as many: " if same else "; "
    return Record(joint.join(line for line, _ in lines) + ".")


def _of_works(question: Question, found: Sequence[Work]) -> Record:
    """Date, authors or address of the works that are named."""
    lines: list[str] = []
    shown: list[Work] = []
    for work in found:
        line = _fact(question, work)
        if line:
            shown.append(work)
            lines.append(f"{line} [{len(shown)}].")
    if not lines:
        missing = "authors" if question.kind is Kind.AUTHORS else "address"
        return Record(f"The {missing} of “{readable(found[0].title)}” is not stored.", refused=True)
    return Record("\n".join(lines), tuple(shown))


def _fact(question: Question, work: Work) -> str:
    title = f"“{readable(work.title)}”"
    if question.kind in (Kind.WHEN, Kind.YEAR):
        return f"{title} is {dated(work)}"
    if question.facet == "title":
        return f"{title} is {dated(work)}" + (f", at {work.url}" if work.url else "")
    if question.kind is Kind.LINK:
        return f"{title} is at {work.url}" if work.url else ""
    if not work.authors:
        return ""
    if question.facet == "first":
        return f"The first author of {title} is {work.authors[0]}"
    if question.facet == "last" and work.authors_complete:
        return f"The last author of {title} is {work.authors[-1]}"
    if question.facet == "count":
        at_least = "" if work.authors_complete else "at least "
        return f"{title} has {at_least}{len(work.authors)} authors: {joined(work.authors)}"
    rest = "" if work.authors_complete else " and others (the stored list is not complete)"
    return f"{title} is by {joined(work.authors)}{rest}"


async def _person(session: AsyncSession, question: Question) -> Record:
    """What the records of researchers say beyond the works."""
    if not question.researchers:
        return Record("Please say which researcher you mean.", refused=True)
    say = _collaborators if question.kind is Kind.COLLABORATORS else _profile
    told: list[Record] = []
    for researcher in question.researchers:
        told.append(await say(session, question, researcher, sum(len(r.works) for r in told)))
    return Record(
        "\n".join(record.text for record in told),
        tuple(work for record in told for work in record.works),
        refused=all(record.refused for record in told),
    )


async def _profile(
    session: AsyncSession, question: Question, researcher: Researcher, cited: int
) -> Record:
    if question.facet == "affiliation":
        if researcher.affiliation:
            return Record(f"{researcher.name}'s affiliation is {researcher.affiliation}.")
        return Record(f"{researcher.name}'s affiliation is not stored.", refused=True)
    if question.facet == "open":
        said = "is" if researcher.open_to_collaborate else "has not said to be"
        return Record(f"{researcher.name} {said} open to collaborate.")
    profile = await researchers.profile(session, researcher.id)
    if question.facet == "trust":
        trust = profile.trust
        return Record(
            f"{researcher.name}'s trust is {trust.score} of 100 ({trust.band}), at verification "
            f"level {trust.level}: {LEVELS[trust.level]}."
        )
    years = await works.per_year(session, [researcher.id])
    newest = await works.of_researchers(session, [researcher.id], limit=EXAMPLES)
    span = f" from {min(years)} to {max(years)}" if len(years) > 1 else ""
    topics = joined([topic.name for topic in profile.topics])
    on = f", mostly on {topics}" if topics else ""
    return Record(
        f"{researcher.name} has {n_works(researcher.works)}{span}{on}"
        f"{_examples(newest, researcher.works, cited)}.",
        tuple(newest),
    )


async def _collaborators(
    session: AsyncSession, question: Question, researcher: Researcher, cited: int
) -> Record:
    numbers: Counter[str] = Counter()
    for window in question.windows or (None,):
        for one in await researchers.collaborators(session, researcher.id, window):
            numbers[one.name] += one.shared_works
    pairs = numbers.most_common()
    when = time_of(question)
    if not pairs:
        return Record(f"No co-authors of {researcher.name} are stored{when}.", refused=True)
    if question.facet == "count":
        return Record(
            f"{researcher.name} has {len(pairs)} co-authors{when}; the most "
            f"frequent is {pairs[0][0]}."
        )
    pairs = pairs[question.place - 1 :]
    if not pairs:
        return Record(f"{researcher.name} has fewer co-authors{when}.", refused=True)
    most = 1 if question.place > 1 else 5
    top = [f"{name} ({n_works(number)})" for name, number in pairs[: question.limit or most]]
    shared = set(await works.ids_by_author(session, pairs[0][0], [researcher.id]))
    inside = await ids_inside(session, [researcher.id], question.windows)
    stored = await works.by_ids(session, sorted(shared & (inside or shared)))
    examples = sorted(stored.values(), key=_age, reverse=True)[:EXAMPLES]
    others = len(pairs) - len(top) if question.place == 1 else 0
    more = _and_others(others)
    return Record(
        f"{researcher.name} writes{when} {nth(question.place, 'most often')} with "
        f"{joined(top)}{more}{_examples(examples, len(stored), cited)}.",
        tuple(examples),
    )


# Sentences --------------------------------------------------------------------------------


_MISSING = {
    "figures": "I keep titles, abstracts, authors and dates; how often works are "
    "cited or downloaded is not among them.",
    "venue": "I keep titles, abstracts, authors and dates; where works were "
    "published or presented is not among them.",
    "task": "I can only answer questions from the stored abstracts.",
    "follow-up": "I keep titles, abstracts, authors and dates; which work goes on from "
    "another is not among them.",
    "life": "I keep what is published, and nothing about people's lives.",
}


def _not_kept(question: Question) -> str:
    return _MISSING[question.facet]


def _unknown(question: Question) -> str:
    names = joined(question.unknown)
    if names in ("he", "she", "him", "his", "her", "hers", "they"):
        return f"Please say which researcher you mean by “{names}”."
    if any(name.startswith(("arXiv:", "“")) for name in question.unknown):
        return f"I have no work stored as {names}."
    whose = f" among the works of {owners(question)}" if question.researchers else ""
    return f"I know no researcher or co-author called {names}{whose}."


def _help(question: Question) -> str:
    if question.facet == "researchers":
        return "Ask me about anybody by name; in Discord, /researcher search finds whom I know."
    who = question.researchers[0].name if question.researchers else "a researcher"
    hello = (
        "You are welcome!" if re.match(r"(?:thank|thx|cheers)", question.text, re.I) else "Hello!"
    )
    return (
        f"{hello} Ask me about {who}'s papers, for example: which papers are about a topic, "
        "what a method does or how well, how many papers there were in a year, or who wrote one."
    )


def _has(shelf: _Shelf) -> str:
    number = f"at least {n_works(shelf.number)}" if shelf.some else n_works(shelf.number)
    if shelf.question.exact and shelf.question.works:
        return f"That is {number}"
    if not shelf.whose:
        return f"There {'is' if shelf.number == 1 else 'are'} {number}{shelf.topic}"
    have = "have" if len(shelf.question.researchers) > 1 else "has"
    return f"{shelf.whose} {have} {number}{shelf.topic}"


def _of(shelf: _Shelf) -> str:
    return f"{shelf.topic} of {shelf.whose}" if shelf.whose else shelf.topic


def _examples(found: Sequence[Work], number: int, cited: int = 0) -> str:
    """Marks of the first few of a number of works, after as many as are cited before them."""
    marks = [f"[{cited + n}]" for n in range(1, min(len(found), EXAMPLES) + 1)]
    among = ", for example" if number > len(marks) else ""
    return f"{among} {''.join(marks)}" if marks else ""


def _plural(text: str) -> bool:
    words = text.lower().split()
    return any(
        word.strip("?!.,")
        in ("papers", "works", "publications", "articles", "preprints", "ones", "studies")
        for word in words
    )


def _age(work: Work) -> tuple[int, date, str]:
    return work.year, work.published or date(work.year, 1, 1), work.source_id
