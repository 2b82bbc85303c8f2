"""Questions that lean on what went before: "and the year after?", "which ones?", "who wrote it?".

A follow-up does one of two things. It asks the same again with something changed (a time, a person,
a work), or it points at works of an earlier answer and asks something of them. The works pointed at
are those that the answer cited; where it cited a few of many as examples, they are all that were
meant, chosen anew in the same way. What else is named then narrows them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import reduce

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question import (
    masking,
    moments,
    pointing,
    several,
    shown,
    subject,
    together,
    whom,
    windows,
)
from retrieval.question.asked import read_asked
from retrieval.question.choosing import ALL, NEWEST_FIRST, OLDEST_FIRST
from retrieval.question.kinds import OF_MANY, OF_WORKS, Kind
from retrieval.question.mentions import Tie, belongs, place_of
from retrieval.question.part import read_part
from retrieval.question.typed import Question, Turn
from retrieval.question.wants import Want
from retrieval.question.wording import read_kind
from retrieval.question.words import OPENING, ROLE, ROLES, WORKS
from retrieval.writers.brought import bare_things
from retrieval.writers.values import expansion
from storage import works
from storage.windows import Window
from storage.works import Work

__all__ = ["Turn", "followed", "words_left"]


async def followed(session: AsyncSession, question: Question, history: Sequence[Turn]) -> Question:
    """The question read in the light of what went before, where it leans on it."""
    turns = [turn for turn in history if turn.kind is not Kind.HELP]
    apart = question.described is not None and question.described.surely
    if not turns or apart or (question.works and question.exact):
        return await _compared_with_it(session, question, turns, question.text) or question
    if history[-1].kind is not Kind.HELP:
        question = _of_its_author(_of_work(question), turns[-1])
    question, text = await _timed(session, question, turns)
    if other := subject.meant(question, turns) or await _of_others(session, question, turns):
        return other
    if beside_it := await _compared_with_it(session, question, turns, text):
        return beside_it
    called = [work for work in question.works if _called(work, text)]
    if not called and (beside := await _beside(session, question, turns, text)):
        return beside
    opening = _FOLLOWS.match(text)
    rest = _FOLLOWS.sub("", text).strip(" ?!.")
    if opening and question.kind is Kind.PROFILE and _names_only(rest, question):
        question = replace(question, kind=Kind.CONTENT, facet="", content="")
    ordered = question.facet in (NEWEST_FIRST, OLDEST_FIRST)
    changed = bool(question.windows or question.choice.narrowings or ordered)
    leaning = opening is not None or len(_unpeopled(rest, question)) <= _FEW
    elsewhere = opening is not None and moments.apart(question.windows, turns[-1].times)
    named = pointing.POINTS.search(text) or pointing.FOLLOW_UP.search(text)
    points = named is not None and not elsewhere
    if question.kind in (Kind.LATEST, Kind.EARLIEST):  # "her first paper" is none of a list
        listed = points and re.search(r"\b(?:those|these|them)\b", text, re.I)
        points = bool(listed or (not changed and pointing.newer(text) is not None))
    if called and (points or opening) and await _not_called(session, called, turns[-1], text):
        called = []
    last = turns[-1]
    alone = ordered and not (question.windows or question.choice.narrowings)
    points = points or (alone and last.exact and len(last.work_ids) > 1)  # "newest first"
    again = leaning and not points and bool(called or changed or opening)
    if again and question.kind in _OPEN and _bare(question, called, rest):
        return await _again(session, question, called, turns)
    if called or question.end:
        return question
    lacks = not changed and _lacks_works(question, rest, leaning=leaning)
    if points or lacks or (not changed and await shown.says(session, question, turns[-1])):
        return await _pointed(session, question, turns, text)
    return question


async def _of_others(
    session: AsyncSession, question: Question, turns: Sequence[Turn]
) -> Question | None:
    """The question put to people, or to several works, that it means by what went before."""
    of_people = await whom.meant(session, question, turns)
    return of_people or await several.meant(session, question, turns)


def _of_work(question: Question) -> Question:
    """A question that only after others is one: "how does it work?", "which one is newer?"."""
    told = question.kind is Kind.HELP or (
        question.kind is Kind.PROFILE and not question.researchers
    )
    if told and re.search(r"\b(?:it|this|that|they)\b", question.text, re.I):
        return replace(question, kind=Kind.CONTENT, facet="", content=question.text)
    if question.kind is Kind.CONTENT and pointing.FOLLOW_UP.search(question.text):
        return replace(question, kind=Kind.NOT_KEPT, facet="follow-up")
    newer = pointing.newer(question.text)
    if question.kind is Kind.CONTENT and newer is not None:
        return replace(question, kind=Kind.LATEST if newer else Kind.EARLIEST, content="")
    return question


def _of_its_author(question: Question, before: Turn) -> Question:
    """The question who has a place among the authors of the one work before: "and the first
    author?"; of several works it would choose those in which somebody has it.
    """
    asked = _ITS_AUTHOR.fullmatch(question.text)
    if asked is None or len(before.work_ids) != 1 or before.examples:
        return question
    facet = ROLES[asked["place"].lower()]
    choice = replace(question.choice, role="", theirs=False)
    return replace(question, kind=Kind.AUTHORS, facet=facet, content="", choice=choice)


_ITS_AUTHOR = re.compile(
    r"(?:(?:and|so|but|what about|how about|who(?:['’]s| is| was)?|the|its|name)\W+)*"
    rf"(?P<place>{ROLE})[ -]author\W*",
    re.I,
)
_FOLLOWS = re.compile(
    rf"^(?:(?:{OPENING}|what about|how about|what of|same (?:for|but))\b[\s,]*)+",
    re.I,
)
_FEW = 4
"""Words with which a follow-up seldom stands for itself."""
_OPEN = (Kind.CONTENT, Kind.LIST, Kind.WORKS_ABOUT)
"""How a follow-up reads that only names a work, a time or a person, and so asks the same again."""

_ASKING = re.compile(
    rf"\b(?:(?:what|who|how|that|it)['’]?s|"
    rf"what|which|who|when|how|did|does|do|is|are|was|were|the|a|an|in|on|of|by|"
    rf"from|has|have|he|"
    rf"she|they|it|about|and|or|for|there|any|anything|something|everything|stuff|all|me|list|show|"
    rf"please|his|her|their|published?|written|wrote|write|{WORKS})\b|\W",
    re.IGNORECASE,
)


_FULL = re.compile(
    r"\b(?:what|which|who|when|how|list|show|did|does|do|has|have|publish\w*|"
    r"wrote|written|write)\b",
    re.I,
)


def words_left(content: str) -> bool:
    """Whether there is anything to search for beside the words that ask."""
    return bool(_ASKING.sub("", content))


def _names_only(rest: str, question: Question) -> bool:
    """Whether a follow-up only names researchers: "and Ada Byron's?"."""
    names = {word for r in question.researchers for word in re.findall(r"\w+", r.name.lower())}
    return set(re.findall(r"\w+", re.sub(r"['’]s\b", "", rest.lower()))) <= names


def _called(work: Work, text: str) -> bool:
    """Whether a text calls a work by its own name, or by the beginning of its title."""
    begins = re.findall(r"[^\W_]+", work.title)[:2]
    if re.search(r"\b" + r"[\W_]+".join(map(re.escape, begins)) + r"\b", text, re.I):
        return True
    return any(_owned(word, work) for word in re.findall(r"[\w-]+", text))


async def _not_called(
    session: AsyncSession, called: Sequence[Work], before: Turn, text: str
) -> bool:
    """Whether works with a name of the text in their titles are not meant: those shown are."""
    if _OF_THOSE.search(text):
        return True
    names = shown.names_in(text)
    heads = [w for w in called for n in names if belongs(n, w.title, w.abstract) is Tie.HEAD]
    return bool(names) and not heads and await shown.holds_names(session, before, text)


def _owned(word: str, work: Work) -> bool:
    """Whether a word is a work's own name."""
    return belongs(word, work.title, work.abstract) < Tie.HELD


def _bare(question: Question, called: Sequence[Work], rest: str) -> bool:
    """Whether a follow-up names a time, people or works, and asks nothing of its own."""
    if _FULL.search(rest):
        return False
    titles = " ".join(work.title for work in called).lower()
    said = rest if called else question.content
    words = [
        word
        for word in re.findall(r"[\w-]+", said)
        if word.lower() not in titles and not any(_owned(word, work) for work in called)
    ]
    return not words_left(pointing.POINTING.sub("", " ".join(words)))


_ASKED = re.compile(
    r"\b(?:wh\w+|how|do|does|did|is|are|was|were|can|could|has|have|any|on|in|at|for|by|to|with|than|"
    r"compared|about|from|of)\b",
    re.I,
)
"""What a follow-up of a few words has, and the bare name of a topic has not."""


_OF_ONE = re.compile(
    r"\b(?:(?:first|last|lead|main|senior|other|all)\b|(?:co-?)?authors?|titles?|links?|url|doi|"
    r"pdf|arxiv|years?|date|publication|appear\w*|come|came|out)\b",
    re.I,
)
"""What a question of record asks of a work, and does not tell which."""


def _lacks_works(question: Question, rest: str, *, leaning: bool) -> bool:
    """Whether a question makes no sense without works that it does not name.

    One of a few words hardly does, unless they only name a topic; nor does one a little longer that
    asks for a value of something without saying of what.
    """
    if question.kind is Kind.COUNT:
        return leaning and not re.search(rf"\b{WORKS}\b", question.text, re.I)
    if question.facet in OF_MANY:  # "which has the most authors?" is asked of all
        return False
    if question.kind in OF_WORKS and not words_left(_OF_ONE.sub("", question.content)):
        return True
    if question.kind is Kind.WORKS_ABOUT and bare_things([question.content]):
        return leaning  # "is there code?"
    if question.kind is not Kind.CONTENT:
        return leaning and question.kind in (Kind.COMPARE, Kind.NOT_KEPT, *OF_WORKS)
    if read_part(question.content) or not words_left(pointing.POINTING.sub("", question.content)):
        return True
    asked = read_asked(question.content)
    of_value = asked.want is not Want.ANYTHING or bool(asked.attributes)
    if leaning:
        bare = not words_left(pointing.POINTING.sub("", rest)) or len(rest.split()) == 1
        asks = _ASKED.search(rest) and not shown.DEFINES.search(rest)
        return bare or of_value or rest != question.text.strip(" ?!.") or bool(asks)
    return of_value and not asked.names and len(rest.split()) <= _FEW + 2


# The same again ---------------------------------------------------------------------------


async def _again(
    session: AsyncSession, question: Question, called: Sequence[Work], turns: Sequence[Turn]
) -> Question:
    """The question before, with what this one changes.

    Another time or person makes nothing of a question about one work, so what is asked again then
    is the question that came before those.
    """
    last = turns[-1]
    if called:
        if last.kind not in (Kind.CONTENT, *OF_WORKS):
            return question
        content = await _unnamed(session, last)
        return _of(replace(question, kind=last.kind, content=content), called)
    before = next((turn for turn in reversed(turns) if not turn.exact), last)
    since = turns[turns.index(before) :]  # and how its works were narrowed since
    times = question.windows or next((t.times for t in reversed(since) if t.times), ())
    same = {r.id for r in question.researchers} == set(before.researcher_ids)
    chosen = reduce(lambda kept, turn: turn.choice.among(kept), since, ALL)
    chosen = chosen if same else replace(chosen, together=False)
    also = re.search(r"\b(?:too|also|as well)\b", question.text, re.I)
    topic = last.kind is Kind.WORKS_ABOUT and bool(last.content)
    kind = last.kind if last.kind in shown.OF_ALL else before.kind
    told = (read_kind(turn.question) for turn in reversed(turns))
    facet = next((one.facet for one in told if one.kind is kind), question.facet)
    return replace(
        question,
        kind=kind,
        facet=facet,
        content=last.content if topic else before.content,
        window=times[0] if len(times) == 1 else None,
        windows=times,
        works=(),
        choice=question.choice.among(chosen) if also else question.choice.instead(chosen),
        mentioned=last.mentioned if topic else before.mentioned,
    )


def _unpeopled(rest: str, question: Question) -> list[str]:
    """The words of a follow-up without the names of people, which may be long."""
    choice = question.choice
    people = {word for n in (*choice.coauthors, *choice.without) for word in n.lower().split()}
    return [word for word in rest.split() if word.lower() not in people]


async def _unnamed(session: AsyncSession, before: Turn) -> str:
    """What was asked before, without the names of the works that it was asked of."""
    stored = (await works.by_ids(session, before.work_ids)).values()
    words = [
        word
        for word in before.content.split()
        if not any(_owned(word.strip(".,?!:;()"), work) for work in stored)
    ]
    return " ".join(words)


async def _timed(
    session: AsyncSession, question: Question, turns: Sequence[Turn]
) -> tuple[Question, str]:
    """The question with the time that it names by what went before, and its text without it."""
    text = question.text
    told = await moments.told(session, text, turns)
    if told is None:
        return question, text
    words, window = told
    rest = " ".join(text.replace(words, " ").split())
    timed = replace(
        question,
        kind=question.kind if _FOLLOWS.sub("", rest).strip(" ?!.") else Kind.CONTENT,
        window=window,
        windows=(window,),
        content=question.content.replace(words, " "),
        not_understood=(),
    )
    return timed, rest


# Works ------------------------------------------------------------------------------------

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


async def _pointed(
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
    if one and ends and place is None:
        return question  # one work has no newest
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
    surely = _OF_THOSE.search(text) or (one and _IT.search(text))
    if question.works and not surely and not shown.known(text, stored.values()):
        return question  # a name in it belongs elsewhere
    found = [stored[i] for i in ids if i in stored]
    question = _spelled_out(question, turns, found)
    found = await shown.narrowed(session, question, before, found)
    each = together.compares(text) or turns[-1].kind is Kind.COMPARE
    if question.kind is Kind.CONTENT and len(found) > 1 and each:
        return _compared(question, found, text)
    return _of(question, found)


async def _asked(
    session: AsyncSession, question: Question, before: Turn, text: str, *, one: bool
) -> Question:
    """The question with the kind that it can only have, where it does little more than point."""
    if question.kind is Kind.WORKS_ABOUT and one:
        return replace(question, kind=Kind.CONTENT, content=text)
    if question.kind is not Kind.CONTENT:
        return question
    bare = _FOLLOWS.sub("", text)
    if one and pointing.TITLE.match(bare.strip(" ?!.")):
        return replace(question, kind=Kind.LINK, facet="title", content="")
    words = _LITTLE.sub(" ", pointing.POINTING.sub(" ", bare.lower())).split()
    if kind := _ALONE.get(" ".join(words)):
        return replace(question, kind=kind, content="")
    said = _FOLLOWS.sub("", question.content)
    if words_left(pointing.POINTING.sub("", said)) or read_part(text):
        return question
    if (bare != text or pointing.OTHER.search(text)) and before.kind in (*OF_WORKS, Kind.CONTENT):
        return replace(question, kind=before.kind, content=await _unnamed(session, before))
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
    names = (*asked, *(word for word in held if _owned(word, found[0])))
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
            return _of(question, ())
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


def _of(question: Question, found: Sequence[Work], kind: Kind | None = None) -> Question:
    """The question put to these works and no others."""
    kind = kind or question.kind
    content = "" if kind in (*OF_WORKS, Kind.LIST) else question.content
    if kind is Kind.CONTENT and not words_left(content) and not read_part(content):
        content = " and ".join(work.title for work in found)  # what is said of them at all
    return replace(question, kind=kind, works=tuple(found), exact=True, content=content, end=None)


async def _beside(
    session: AsyncSession, question: Question, turns: Sequence[Turn], text: str
) -> Question | None:
    """The question put to the work next to the one before, in time: "and the previous one?"."""
    step, before = pointing.NEIGHBOUR.search(text), shown.meant(turns)
    if step is None or before is None or len(before.work_ids) != 1:
        return None
    if before.content and not before.exact:
        return None
    stored = await works.by_ids(session, before.work_ids)
    newer = step["newer"] is not None
    for work in stored.values():
        first, last = date(work.year, 1, 1), date(work.year, 12, 31)
        span = Window(first, date.max, "") if newer else Window(windows.FIRST_DAY, last, "")
        ordered = await works.of_researchers(
            session, before.researcher_ids, span, oldest_first=newer, limit=_NEAR
        )
        ids = [other.id for other in ordered]
        if work.id in ids[:-1]:
            kind = question.kind if question.kind in OF_WORKS else Kind.WHEN
            return _of(question, [ordered[ids.index(work.id) + 1]], kind)
    return None


async def _compared_with_it(
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
            if _owned(word, work):
                marked = re.sub(rf"\b{re.escape(word)}\b", "W", marked)
    asked = together.asked_of_each(marked)
    return replace(_of(question, found, Kind.COMPARE), content=asked, described=None)


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
_OF_THOSE = re.compile(r"\bof (?:them|these|those)\b", re.I)
_NEAR = 1000
"""Works looked through for the one next to another: far more than one researcher has in a year."""
