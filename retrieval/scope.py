"""What an answer looks at: whose works, of when, and how that is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.phrases import joined, n_works, of_whom, owners, partners_of, possessive, time_of
from retrieval.question import filing, language, shown, unsaid
from retrieval.question.alternatives import alternatives
from retrieval.question.kinds import Kind
from retrieval.question.typed import Question
from retrieval.question.words import MANY_WORKS
from retrieval.text import readable
from retrieval.writers.brought import things
from storage import works, works_by_author, works_by_category, works_by_title
from storage.windows import Window
from storage.works import Work

NAMED = 3
"""Works that a refusal names; of more it says how many."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an answer looks at.

    Attributes:
        label: shown with every answer: "Kai Han, 14 works, in 2022"; where only named works are
            meant, "Kai Han, 1 of 35 works".
        searched: the same in a sentence: "Kai Han's 14 works in 2022", "those 4 works".
        works: how many works that is.
        restricted: only some works of the researchers are meant, by who else wrote them.
        work_ids: the works; None means all that are stored.
    """

    label: str
    searched: str
    works: int
    restricted: bool = False
    work_ids: frozenset[int] | None = None


async def scope_of(session: AsyncSession, question: Question) -> Scope:
    """Whose works a question is about, and how many they are."""
    ids = [r.id for r in question.researchers]
    whose = owners(question)
    shown = joined([r.distinct_name for r in question.researchers])
    when = " and ".join(w.label for w in question.windows)
    partners = "" if question.kind is Kind.COLLABORATORS else partners_of(question).strip()
    if partners or question.choice.together:
        inside: frozenset[int] | None = await _shared_ids(session, question)
        restricted = True
    else:
        inside, restricted = await ids_inside(session, ids, question.windows), False
    narrowed = bool(partners or when) or not question.exact
    if not narrowed and inside is not None and any(w.id not in inside for w in question.works):
        return await scope_of(session, replace(question, researchers=()))  # of several people
    number = await works.count(session, ()) if inside is None else len(inside)
    few = f"{len(question.works)} of " if question.exact and question.works else ""
    everybodys = f"{'all ' if number > 1 else ''}{n_works(number)}"
    works_of = (shown, few + n_works(number)) if ids else (few + everybodys,)
    label = ", ".join(part for part in (*works_of, partners, when) if part)
    owner = f"{possessive(whose)} {n_works(number)}" if ids else everybodys
    searched = " ".join(part for part in (owner, partners, when) if part)
    if question.exact and len(question.works) > 1:
        number, searched = len(question.works), f"those {n_works(len(question.works))}"
    return Scope(label, searched, number, restricted, inside)


async def ids_inside(
    session: AsyncSession, researcher_ids: Sequence[int], windows: Sequence[Window]
) -> frozenset[int] | None:
    """The works of the researchers in any of the windows; None where neither narrows anything."""
    if not researcher_ids and not windows:
        return None
    return frozenset(await _ids_of(session, researcher_ids, windows))


async def _ids_of(
    session: AsyncSession, researcher_ids: Sequence[int], windows: Sequence[Window]
) -> set[int]:
    each = [await works.ids_of(session, researcher_ids, w) for w in windows or (None,)]
    return set().union(*each)


async def _shared_ids(session: AsyncSession, question: Question) -> frozenset[int]:
    """Works that carry every named co-author, and all researchers where they are meant together;
    those whom the role is asked of, in that role; and none of those who are left out.
    """
    ids, choice = [r.id for r in question.researchers], question.choice
    place = "" if choice.role == "alone" else choice.role
    together = choice.together and len(ids) > 1
    sets = [await _ids_of(session, [i], question.windows) for i in ids] if together else []
    sets = sets or [await _ids_of(session, ids, question.windows)]
    as_what = "" if choice.theirs else place
    theirs = [set(await works_by_author.ids(session, n, ids, as_what)) for n in choice.coauthors]
    sets += [set().union(*theirs)] if choice.either else theirs
    if choice.role == "alone":
        sets.append(set(await works_by_author.ids_of_one(session, ids)))
    elif place and (choice.theirs or not choice.coauthors):
        sets.append(await shown.in_role(session, question, place))
    if choice.team:
        low, high = choice.team
        numbers = await works_by_author.numbers(session, ids)
        sets.append({work_id for work_id, number in numbers if low <= number <= high})
    if choice.titled or choice.untitled:
        words = replace(choice, team=None, category="")
        titles = await works_by_title.like(session, "")
        sets.append({work_id for work_id, title in titles if words.fits(title, None, ())})
    if choice.category:
        sets.append(await _filed(session, ids, choice.category, choice.filing))
    if choice.sort:
        sets.append(await unsaid.ids_of_sort(session, ids, choice.sort))
    out = [set(await works_by_author.ids(session, name, ids)) for name in choice.without]
    out.append(await unsaid.ids_saying(session, ids, choice.unsaid))
    out += [await _placed(session, question, place) for place in choice.unplaced]
    if choice.unfiled:
        any_of = " or ".join(filing.categories_of(choice.unfiled)[0])
        out.append(await _filed(session, ids, any_of, choice.unfiling))
    return frozenset(set.intersection(*sets).difference(*out))


async def _filed(
    session: AsyncSession, researcher_ids: Sequence[int], wanted: str, place: str
) -> set[int]:
    """The works under categories, at that place among theirs."""
    named, either = filing.categories_of(wanted)
    inside = await works_by_category.ids(session, named, researcher_ids, either=either)
    if not place:
        return set(inside)
    stored = await works.by_ids(session, inside)
    return {i for i, work in stored.items() if filing.filed(work.categories, wanted, place)}


async def _placed(session: AsyncSession, question: Question, place: str) -> set[int]:
    """The works that print the co-authors who are named at a place, or else the researchers."""
    ids, names = [r.id for r in question.researchers], question.choice.coauthors
    if not names:
        return await shown.in_role(session, question, place)
    each = [await works_by_author.ids(session, name, ids, place) for name in names]
    return set().union(*each)


def within(work: Work, window: Window | None) -> bool:
    """Whether a work lies in a window, by year or by day (see `storage.windows.Window`)."""
    return window is None or window.holds(work)


def refusal(question: Question, scope: Scope) -> str:
    """The one sentence of an answer that is none: what was searched."""
    if language.foreign(question.text):
        return f"I understand questions in English only; in {scope.searched} I found no answer."
    if not scope.works:
        none = f"I know of no works{of_whom(question)}{time_of(question)}"
        return f"{none}." if question.kind in _OF_RECORD else f"{none}, so I cannot answer that."
    meant = question.exact or question.kind is Kind.COMPARE
    if meant and question.works and _few(question):
        titles = joined([f"“{readable(work.title)}”" for work in question.works])
        said = "the abstract does not say" if len(question.works) == 1 else "no abstract says that"
        return f"I looked in {titles}, and {said}."
    if question.kind in shown.OF_ALL and question.content:
        said = _speaks(question, one=True)
        return f"I searched {scope.searched}, and none of the abstracts {said}."
    return f"I searched {scope.searched}, and none of the abstracts says that."


def unread_yet(found: Sequence[Work]) -> str:
    """That works which a question names are stored and cannot be searched yet."""
    titles = joined([f"“{readable(work.title)}”" for work in found[:NAMED]])
    return f"{titles} {'is' if len(found) == 1 else 'are'} not read in yet; please ask again soon."


_OF_RECORD = (Kind.LIST, Kind.COUNT, Kind.LATEST, Kind.EARLIEST, Kind.WORKS_ABOUT)


def _few(question: Question) -> bool:
    """Whether works were asked that can all be named, and not for those about something."""
    alone = len(question.works) == 1
    return alone or (len(question.works) <= NAMED and question.kind is not Kind.WORKS_ABOUT)


def _speaks(question: Question, *, one: bool) -> str:
    """What works do that were found by topic, one of them or several, and the topic."""
    wanted, _ = alternatives(question.content)
    if things(wanted):
        return f"{'speaks' if one else 'speak'} of {question.content}"
    if _is_clause(question):
        return f"{'fits' if one else 'fit'} “{question.content}”"
    about = "is about" if one else "are about"
    mention = f" or {'mentions' if one else 'mention'}" if question.mentioned else ""
    return f"{about}{mention} {question.content}"


def _is_clause(question: Question) -> bool:
    """Whether the topic is what works do, as it was said, and no name of something."""
    start = question.text.find(question.content)
    doing = _DO.search(question.text[: max(start, 0)]) or _THEY.match(question.content)
    return start >= 0 and doing is not None


_DO = re.compile(rf"\b(?:{MANY_WORKS}|ones|that|which|where|who|he|she|they) $", re.IGNORECASE)
_THEY = re.compile(r"(?:they|their)\b", re.IGNORECASE)


def about_heading(question: Question, scope: Scope, number: int, *, some: bool) -> str:
    """The line above the works on a topic, of which there may be more with `some`."""
    said = _speaks(question, one=number == 1)
    found = f"{'At least ' if some else ''}{number} of {scope.searched} {said}"
    shown = f"; {question.limit} of them" if question.limit and question.limit < number else ""
    return f"{found}{shown}:"
