"""The works that answers have shown, and which of them a follow-up means."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question import pointing
from retrieval.question.asked import read_asked
from retrieval.question.kinds import Kind
from retrieval.question.mentions import looks_named
from retrieval.question.typed import Question, Turn
from retrieval.question.unsaid import is_of
from retrieval.question.wants import Want
from retrieval.text import split_sentences
from retrieval.writers.matching import ALIKE, bag, by_letters
from retrieval.writers.values import value
from storage import works, works_by_author
from storage.works import Work

OF_ALL = (
    Kind.LIST, Kind.COUNT, Kind.WORKS_ABOUT, Kind.PER_YEAR, Kind.BUSIEST, Kind.QUIETEST,
    Kind.LATEST, Kind.EARLIEST,
)  # fmt: skip
"""Asked of all works that are meant, were they shown or not."""
OF_LISTS = (Kind.LIST, Kind.WORKS_ABOUT, Kind.LATEST, Kind.EARLIEST)
"""Answered with works in an order."""
MORE = re.compile(
    r"(?:(?:and|ok(?:ay)?|now|show(?: me)?|list|give me|what are|the|please) )*"
    r"(?:more(?: (?:of (?:them|those|these)|papers|works))?|next(?: page| ones)?|rest|"
    r"(?:next|other|remaining) (?:\d+|ones|papers|works))(?: please)?\W*",
    re.I,
)
"""Asks to go on with a list."""


def goes_on(before: Turn) -> bool:
    """Whether an answer is a list that has more pages than one."""
    return before.kind is Kind.LIST and (before.examples or before.start > 0)


def meant(turns: Sequence[Turn], several: int = 1, *, place: int | None = None) -> Turn | None:
    """What "it" and "those" mean: the last answer with works, unless something else was named.

    Where that has fewer works than are spoken of, the last that has as many. A `place` is one in a
    list, and not among the works of which some sentences were quoted.
    """
    last: Turn | None = None
    for turn in reversed(turns):
        if place is not None and turn.kind is Kind.CONTENT and _listed(turn, turns):
            continue
        counted = turn.examples and (turn.work_ids or turn.kind in OF_ALL)
        if len(turn.work_ids) >= several or (counted and several <= 2):
            return turn
        last = last or (turn if turn.work_ids else None)
        if last is None and names_in(turn.question) and not pointing.POINTS.search(turn.question):
            return turn
    return last


def _listed(quoted: Turn, turns: Sequence[Turn]) -> bool:
    """Whether all the works quoted are of a list before."""
    before = turns[: turns.index(quoted)]
    ids = set(quoted.work_ids)
    return len(ids) > 1 and any(
        ids <= set(turn.work_ids) and turn.kind is not Kind.CONTENT for turn in before
    )


def pair(turns: Sequence[Turn]) -> Turn | None:
    """The last two works, where each was an answer of its own."""
    shown = [turn for turn in turns if turn.work_ids]
    ids = list(
        dict.fromkeys(turn.work_ids[0] for turn in reversed(shown) if len(turn.work_ids) == 1)
    )
    if len(ids) < 2 or any(len(turn.work_ids) > 1 for turn in shown[-2:]):
        return None
    return replace(shown[-1], work_ids=(ids[1], ids[0]), exact=True, examples=False)


async def narrowed(
    session: AsyncSession, question: Question, shown: Turn, found: Sequence[Work]
) -> list[Work]:
    """The works that are of the people and the times which the question names."""
    people = [r.id for r in question.researchers]
    kept = {work.id for work in found}
    if len(found) > 1 and people and set(people) != set(shown.researcher_ids):
        kept &= set(await works.ids_of(session, people))
    for name in question.choice.coauthors:
        kept &= set(await works_by_author.ids(session, name, people))
    if question.choice.role and question.researchers:
        kept &= await in_role(session, question, question.choice.role)
    times = question.windows
    return [
        w
        for w in found
        if w.id in kept
        and (not times or any(t.holds(w) for t in times))
        and question.choice.fits(
            w.title, len(w.authors) if w.authors_complete else None, w.categories
        )
        and (not question.choice.sort or is_of(question.choice.sort, w.title, w.abstract))
    ]


async def in_role(session: AsyncSession, question: Question, role: str) -> set[int]:
    """The works of the researchers in a role."""
    if role == "alone":
        return set(await works_by_author.ids_of_one(session, [r.id for r in question.researchers]))
    each = [await works_by_author.ids(session, r.name, [r.id], role) for r in question.researchers]
    return set().union(*each)


async def holds_names(session: AsyncSession, before: Turn, text: str) -> bool:
    """Whether one work was shown that has every name of a text, which calls no other then."""
    if len(before.work_ids) != 1 or before.examples:
        return False
    return known(text, (await works.by_ids(session, before.work_ids)).values())


def known(text: str, found: Collection[Work]) -> bool:
    """Whether the works hold every name that a text has."""
    said = " ".join(f"{work.title} {work.abstract}" for work in found).lower()
    return all(name.lower().rstrip("s") in said for name in names_in(text))


def names_in(text: str) -> list[str]:
    """The words of a text that are written like names."""
    return [word for word in re.findall(r"[\w-]+", text) if looks_named(word)]


DEFINES = re.compile(
    r"^what(?:['’]?s| is| are)(?! (?:the|its?|their|new|this|that|th[eo]se|they)\b)", re.I
)
"""How one asks about something, whatever was shown: "what is distillation?"."""
_ASKS = re.compile(r"\b(?:which|how|why|what|where|when|did|do|does|was|were|is|are|can)\b", re.I)


async def says(session: AsyncSession, question: Question, before: Turn) -> bool:
    """Whether the one work shown before says all that is asked, each word of it in one sentence.

    "Which fading model was used?" is asked of that work then, and else of everything.
    """
    if question.kind is not Kind.CONTENT or len(before.work_ids) != 1 or before.examples:
        return False
    asked = read_asked(question.content)
    if len(asked.words) < 2 or asked.names or asked.proper:
        return False
    if DEFINES.search(question.text) or not _ASKS.search(question.text):
        return False
    for work in (await works.by_ids(session, before.work_ids)).values():
        for sentence in split_sentences(work.abstract):
            held = [by_letters(bag(sentence), word) > ALIKE for word in asked.words]
            if all(held) and (asked.want is Want.ANYTHING or value(asked, sentence)):
                return True
    return False
