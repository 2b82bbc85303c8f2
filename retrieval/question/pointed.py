"""Works of an earlier answer that a follow-up points at, and what it asks of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question import masking, moments, pointing, shown, subject, together, windows
from retrieval.question.asked import read_asked
from retrieval.question.kinds import OF_WORKS, Kind
from retrieval.question.mentions import Tie, belongs, place_of
from retrieval.question.part import GIST, read_part
from retrieval.question.pointing import FOLLOWS, words_left
from retrieval.question.typed import Question, Turn
from retrieval.writers.values import expansion
from storage import works
from storage.windows import Window
from storage.works import Work

_ALONE = {
    "when": Kind.WHEN,
    "who": Kind.AUTHORS,
    "whom": Kind.AUTHORS,
    "year": Kind.YEAR,
    "date": Kind.WHEN,
    "author": Kind.AUTHORS,
    "authors": Kind.AUTHORS,
    "how many": Kind.COUNT,
}
"""What a question of one word asks for."""
_LITTLE = re.compile(r"\b(?:in|by|on|is|are|was|were|which|what|the)\b|\W")


async def pointed(
    session: AsyncSession, question: Question, turns: Sequence[Turn], text: str
) -> Question:
    """The question put to the works that an earlier answer named, as far as it narrows them."""
    place, other = pointing.place(text), pointing.OTHER.search(text)
    ends = question.kind in (Kind.LATEST, Kind.EARLIEST)
    many = place is not None or ends or pointing.MANY.search(text)
    several = max((place or 0) + 1, 2) if many else 1
    pairs = pointing.newer(text) is not None or (pointing.MANY.search(text) and place is None)
    before = shown.pair(turns) if pairs and not other else None
    before = before or shown.meant(turns, several, place=place)
    if before is None or question.kind in (Kind.HELP, Kind.PROFILE, Kind.COLLABORATORS):
        return question
    one = place is not None or (len(before.work_ids) == 1 and not before.examples)
    if one and ends and place is None:  # one work has no newest
        return other_end(question, before)
    if not one:
        question = subject.narrowed(question, before)
    question = await _asked(session, question, turns[-1], text, one=one)
    of_all = question.kind in (*shown.OF_ALL, Kind.CONTENT)
    if before.examples and of_all and place is None and not other:
        return await _chosen_anew(session, question, before)
    ids = list(before.work_ids)
    if place is not None:
        ids = ids[place : place + 1 or None]
    elif other:
        earlier = [i for turn in reversed(turns[:-1]) for i in turn.work_ids]
        ids = [i for i in dict.fromkeys(earlier) if i not in before.work_ids] or ids
    stored = await works.by_ids(session, ids)
    surely = OF_THOSE.search(text) or (one and _IT.search(text))
    if question.works and not surely and not shown.known(text, stored.values()):
        return question  # a name in it belongs elsewhere
    found = [stored[i] for i in ids if i in stored]
    question = _spelled_out(question, turns, found)
    found = await shown.narrowed(session, question, before, found)
    each = together.compares(text) or turns[-1].kind is Kind.COMPARE
    if question.kind is Kind.CONTENT and len(found) > 1 and each:
        return _compared(question, found, text)
    return put_to(question, found)


def other_end(question: Question, before: Turn) -> Question:
    """The oldest of those of which the newest was told, or the newest."""
    if before.exact or before.kind not in (Kind.LATEST, Kind.EARLIEST):
        return question
    return replace(
        question,
        content=before.content,
        window=before.window,
        windows=before.times,
        choice=question.choice.instead(before.choice),
        mentioned=before.mentioned,
    )


async def _asked(
    session: AsyncSession, question: Question, before: Turn, text: str, *, one: bool
) -> Question:
    """The question with the kind that it can only have, where it does little more than point."""
    if question.kind is Kind.WORKS_ABOUT and one:
        return replace(question, kind=Kind.CONTENT, content=text)
    if question.kind is not Kind.CONTENT:
        return question
    bare = FOLLOWS.sub("", text)
    if one and pointing.TITLE.match(bare.strip(" ?!.")):
        return replace(question, kind=Kind.LINK, facet="title", content="")
    words = _LITTLE.sub(" ", pointing.POINTING.sub(" ", bare.lower())).split()
    if not one and words in (["how"], ["why"]):
        return replace(question, content=f"{words[0]} {before.question}")
    if kind := _ALONE.get(" ".join(words)):
        return replace(question, kind=kind, content="")
    said = FOLLOWS.sub("", question.content)
    if words_left(pointing.POINTING.sub("", said)) or read_part(text):
        return question
    if (bare != text or pointing.OTHER.search(text)) and before.kind in (*OF_WORKS, Kind.CONTENT):
        return replace(question, kind=before.kind, content=await unnamed(session, before))
    one = one and not pointing.MANY.search(bare)
    return replace(question, kind=Kind.CONTENT if one else Kind.LIST, content="")


_STANDS_FOR = re.compile(
    r"^(?:and )?(?:what|wat)(?: (?:do|does|did|is|are)|['’]?s)? (?:it|that|this|they|the (?:name|"
    r"acronym|abbreviation|letters?|short form)s?) (?:actually )?(?:stand|stands|mean|means|short|"
    r"come from)\b|\b(?:acronym|abbreviation|stands? for|full (?:name|form)|long (?:name|form)|"
    r"spelled out)\b",
    re.I,
)


def _spelled_out(question: Question, turns: Sequence[Turn], found: Sequence[Work]) -> Question:
    """The question what a short form stands for with the one meant: that asked about last."""
    if question.kind is not Kind.CONTENT or not _STANDS_FOR.search(question.content):
        return question
    if len(found) != 1 or read_asked(question.content).short:
        return question
    asked = [word for turn in reversed(turns) for word in shown.names_in(turn.question)]
    held = shown.names_in(f"{found[0].title} {found[0].abstract}")
    names = (*asked, *(word for word in held if owned(word, found[0])))
    short = next((name for name in names if expansion(name, found[0].abstract)), None)
    return replace(question, content=f"what does {short} stand for") if short else question


async def _chosen_anew(session: AsyncSession, question: Question, before: Turn) -> Question:
    """The question about all works that were meant before, of which some were shown."""
    times = before.times
    if before.kind in (Kind.BUSIEST, Kind.QUIETEST) and not times:
        year = await moments.year_of(session, before)
        times = (year,) if year else ()
    if times and question.windows:
        pairs = [moments.common(one, other) for one in question.windows for other in times]
        if not any(pairs):
            return put_to(question, ())
        times = tuple(common for common in pairs if common)
    times = times or question.windows
    content = question.content or before.content
    if question.kind in shown.OF_ALL and question.content and before.content:
        content = f"both {before.content} and {question.content}"
    listed = question.kind is Kind.LIST and content
    return replace(
        question,
        kind=Kind.WORKS_ABOUT if listed else question.kind,
        content=content,
        window=times[0] if len(times) == 1 else None,
        windows=times,
        works=(),
        choice=question.choice.among(before.choice),
        mentioned=question.mentioned or before.mentioned,
    )


def put_to(question: Question, found: Sequence[Work], kind: Kind | None = None) -> Question:
    """The question put to these works and no others."""
    kind = kind or question.kind
    content = "" if kind in (*OF_WORKS, Kind.LIST) else question.content
    if kind is Kind.CONTENT and not words_left(content) and not read_part(content):
        content = " and ".join(work.title for work in found)  # what is said of them at all
    return replace(question, kind=kind, works=tuple(found), exact=True, content=content, end=None)


async def narrowed_otherwise(
    session: AsyncSession, question: Question, turns: Sequence[Turn]
) -> Question | None:
    """Another topic of the works that were narrowed to one: "which are on dunes?", "on cats?"."""
    last, topic = turns[-1], subject.other_topic(question)
    if not topic or not last.exact or last.kind is not Kind.WORKS_ABOUT or question.works:
        return None
    before = shown.meant(turns[:-1], 2)
    if before is None or not set(last.work_ids) <= set(before.work_ids):
        return None
    stored = await works.by_ids(session, before.work_ids)
    found = [stored[i] for i in before.work_ids if i in stored]
    asked = replace(question, kind=Kind.WORKS_ABOUT, content=topic)
    if before.examples:
        return await _chosen_anew(session, replace(asked, works=()), before)
    return replace(asked, works=tuple(found), exact=True)


async def beside(
    session: AsyncSession, question: Question, turns: Sequence[Turn], text: str
) -> Question | None:
    """The question put to the work next to the one before, in time: "and the previous one?"."""
    step, before = pointing.NEIGHBOUR.search(text), shown.meant(turns)
    if step is None or before is None or len(before.work_ids) != 1:
        return None
    if beside := await _next_listed(session, question, turns, before, step):
        return beside
    if before.content and not before.exact:
        return None
    stored = await works.by_ids(session, before.work_ids)
    ends = (turn.kind for turn in reversed(turns) if turn.kind in (Kind.LATEST, Kind.EARLIEST))
    newer = step["newer"] is not None
    if step["next"]:  # away from the end that was asked for
        newer = next(ends, Kind.EARLIEST) is Kind.EARLIEST
    for work in stored.values():
        first, last = date(work.year, 1, 1), date(work.year, 12, 31)
        span = Window(first, date.max, "") if newer else Window(windows.FIRST_DAY, last, "")
        ordered = await works.of_researchers(
            session, before.researcher_ids, span, oldest_first=newer, limit=_NEAR
        )
        ids = [other.id for other in ordered]
        if work.id in ids[:-1]:
            kind = question.kind if question.kind in OF_WORKS else Kind.WHEN
            return put_to(question, [ordered[ids.index(work.id) + 1]], kind)
    return None


async def _next_listed(
    session: AsyncSession,
    question: Question,
    turns: Sequence[Turn],
    before: Turn,
    step: re.Match[str],
) -> Question | None:
    """The question put to the work that a list before shows next to this one."""
    work = before.work_ids[0]
    lists = (t for t in turns if len(t.work_ids) > 1 and t.kind in shown.OF_LISTS)
    ids = next((t.work_ids for t in lists if work in t.work_ids), ())
    if not ids or not (step["next"] or step["previous"]):
        return None
    place = ids.index(work) + (1 if step["next"] else -1)
    if not 0 <= place < len(ids):
        return None
    found = list((await works.by_ids(session, [ids[place]])).values())
    kind = next((k for k in (question.kind, turns[-1].kind) if k in OF_WORKS), Kind.CONTENT)
    facet = GIST if kind is Kind.CONTENT else question.facet
    return put_to(replace(question, content="", facet=facet), found, kind)


async def compared_with_it(
    session: AsyncSession, question: Question, turns: Sequence[Turn], text: str
) -> Question | None:
    """The work before beside the one that is named: "compare it with DuneNet"."""
    before = shown.meant(turns) if question.works and _COMPARED.search(text) else None
    if before is None or len(before.work_ids) != 1:
        return None
    named = [work for work in question.works if work.id not in before.work_ids][:1]
    stored = await works.by_ids(session, before.work_ids)
    if not named or not stored:
        return None
    return _compared(question, [*stored.values(), *named], text)


def _compared(question: Question, found: Sequence[Work], text: str) -> Question:
    """The question what each of the works says of what is asked in the text."""
    marked = _THEM.sub("W", text)
    for work in found:
        if title := place_of(work.title, marked):
            marked = masking.masked(marked, (), [title], ())
        for word in re.findall(r"[\w-]+", text):
            if owned(word, work):
                marked = re.sub(rf"\b{re.escape(word)}\b", "W", marked)
    asked = together.asked_of_each(marked)
    return replace(put_to(question, found, Kind.COMPARE), content=asked, described=None)


_THEM = re.compile(
    r"\b(?:it|this|that|they|them|these|those|each)(?: (?:one|paper|work)s?)?\b(?! of\b)", re.I
)


_COMPARED = re.compile(
    r"\b(?:compar\w+|contrast)\b.*\b(?:it|this|that)\b|"
    r"\b(?:differs?|different|difference|compare|better|worse|faster|slower)\b.*\b(?:from|than|to|with)\b|"
    r"\b(?:it|this|that)\b.*\b(?:versus|vs)\b",
    re.I,
)
_IT = re.compile(r"\b(?:it|its)\b", re.I)
OF_THOSE = re.compile(r"\bof (?:them|these|those)\b", re.I)
_NEAR = 1000
"""Works looked through for the one next to another: far more than one researcher has in a year."""


def owned(word: str, work: Work) -> bool:
    """Whether a word is a work's own name."""
    return belongs(word, work.title, work.abstract) < Tie.HELD


async def unnamed(session: AsyncSession, before: Turn) -> str:
    """What was asked before, without the names of the works that it was asked of."""
    stored = (await works.by_ids(session, before.work_ids)).values()
    words = [
        word
        for word in before.content.split()
        if not any(owned(word.strip(".,?!:;()"), work) for work in stored)
    ]
    return " ".join(words)
