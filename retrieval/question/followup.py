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
from functools import reduce

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question import (
    courtesy,
    moments,
    pointing,
    several,
    shown,
    subject,
    whom,
)
from retrieval.question.asked import read_asked
from retrieval.question.choosing import ALL, NEWEST_FIRST, OLDEST_FIRST
from retrieval.question.kinds import OF_MANY, OF_WORKS, Kind
from retrieval.question.mentions import Tie, belongs
from retrieval.question.part import read_part
from retrieval.question.pointed import (
    OF_THOSE,
    beside,
    compared_with_it,
    narrowed_otherwise,
    other_end,
    owned,
    pointed,
    put_to,
    unnamed,
)
from retrieval.question.pointing import ASKING, FOLLOWS, words_left
from retrieval.question.typed import Question, Turn
from retrieval.question.wants import Want
from retrieval.question.wording import read_kind
from retrieval.question.words import ROLE, ROLES, WORKS
from retrieval.writers.brought import bare_things
from storage.works import Work


def corrected(text: str) -> str:
    """What was meant in place of what was answered, as a follow-up of what went before."""
    return _CORRECTS.sub("and ", text)


async def followed(session: AsyncSession, question: Question, history: Sequence[Turn]) -> Question:
    """The question read in the light of what went before, where it leans on it."""
    turns = [turn for turn in history if turn.kind is not Kind.HELP]
    apart = question.described is not None and question.described.surely
    if not turns or apart or (question.works and question.exact):
        return await compared_with_it(session, question, turns, question.text) or question
    if history[-1].kind is not Kind.HELP:
        question = _of_its_author(_of_work(question, turns[-1]), turns[-1])
    question, text = await _timed(session, question, turns)
    if other := await _other(session, question, turns, text):
        return other
    called = [work for work in question.works if _called(work, text)]
    if not called and (next_to_it := await beside(session, question, turns, text)):
        return next_to_it
    opening = FOLLOWS.match(text)
    rest = FOLLOWS.sub("", text).strip(" ?!.")
    if opening and question.kind is Kind.PROFILE and _names_only(rest, question):
        question = replace(question, kind=Kind.CONTENT, facet="", content="")
    ordered = question.facet in (NEWEST_FIRST, OLDEST_FIRST)
    changed = bool(question.windows or question.choice.narrowings or ordered)
    short = len(_unpeopled(rest, question)) <= _FEW
    leaning = opening is not None or short or _CHOOSES.match(text) is not None
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
        return await pointed(session, question, turns, text)
    return question


async def _other(
    session: AsyncSession, question: Question, turns: Sequence[Turn], text: str
) -> Question | None:
    """The question that wordings of their own ask by what went before; None where there is none."""
    if _of_nobody(question, turns[-1], text):
        return replace(question, unknown=turns[-1].unknown)
    if shown.MORE.fullmatch(text) and shown.goes_on(turns[-1]):
        return _going_on(question, turns[-1])
    return (
        subject.meant(question, turns)
        or await _of_others(session, question, turns)
        or await compared_with_it(session, question, turns, text)
        or await narrowed_otherwise(session, question, turns)
    )


def _of_nobody(question: Question, before: Turn, text: str) -> bool:
    """Whether a question is asked of somebody whom the one before named, and whom nobody knows."""
    named = question.unknown or question.works or question.choice.coauthors
    whose = {r.id for r in question.researchers}
    if not before.unknown or named or not whose <= set(before.researcher_ids):
        return False
    if pointing.POINTS.search(text) or whom.WITH.search(text):
        return True
    rest = FOLLOWS.sub("", text).strip(" ?!.")
    if len(rest.split()) > _FEW or re.search(rf"\b{WORKS}\b", text, re.I):
        return False
    if question.kind in (Kind.CONTENT, Kind.LIST):
        return _bare(question, (), rest)
    return question.kind in (*shown.OF_ALL, *OF_WORKS) and not words_left(question.content)


def alone(question: Question) -> Question:
    """A question with nothing before it; one that only points at a work points at none then."""
    points = _AT_NOTHING.search(question.text) or pointing.place(question.text) is not None
    named = question.works or question.unknown or question.described or question.end
    if not points or named or question.kind not in (Kind.CONTENT, *OF_WORKS):
        return question
    words = ASKING.sub(" ", pointing.POINTING.sub(" ", question.text)).split()
    return replace(question, unknown=("it",)) if len(words) <= 1 else question


_AT_NOTHING = re.compile(r"\b(?:its?|them)\b|\b(?:this|that|these|those)\W*$", re.I)


def _going_on(question: Question, before: Turn) -> Question:
    """The list before, from where it broke off."""
    told = read_kind(before.question)
    return replace(
        question,
        kind=Kind.LIST,
        facet=told.facet if told.kind is Kind.LIST else "",
        content="",
        window=before.window,
        windows=before.times,
        choice=before.choice,
        start=before.start + len(before.work_ids),
    )


async def _of_others(
    session: AsyncSession, question: Question, turns: Sequence[Turn]
) -> Question | None:
    """The question put to people, or to several works, that it means by what went before."""
    of_people = await whom.meant(session, question, turns)
    return of_people or await several.meant(session, question, turns)


def _of_work(question: Question, before: Turn) -> Question:
    """A question that only after others is one: "how does it work?", "which one is newer?"."""
    told = question.kind is Kind.HELP or (
        question.kind is Kind.PROFILE and not question.researchers
    )
    said = courtesy.alone(question.text)  # "that helps"
    if told and not said and re.search(r"\b(?:it|this|that|they)\b", question.text, re.I):
        return replace(question, kind=Kind.CONTENT, facet="", content=question.text)
    if question.kind is Kind.CONTENT and pointing.FOLLOW_UP.search(question.text):
        return replace(question, kind=Kind.NOT_KEPT, facet="follow-up")
    newer = pointing.newer(question.text)
    if before.kind in (Kind.LATEST, Kind.EARLIEST) and (end := _FIRST_LAST.match(question.text)):
        kind = Kind.EARLIEST if end["first"] else Kind.LATEST
        return other_end(replace(question, kind=kind, content=""), before)
    if question.kind is Kind.CONTENT and newer is not None:
        return replace(question, kind=Kind.LATEST if newer else Kind.EARLIEST, content="")
    return question


_FIRST_LAST = re.compile(
    r"^(?:(?:and|what about|ok(?:ay)?|so)\W+)*(?:the |his |her |their )?"
    r"(?:(?P<first>(?:very )?first)|last)(?: (?:one|paper|work))?\W*$",
    re.I,
)
"""After the newest, "the first?" is the oldest, and no place in a list."""


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
_CORRECTS = re.compile(
    r"^(?:(?:(?:no|nope|nah|sorry|wait|oh|actually|well)\b[\s,.!–-]*)*"
    r"i (?:mean|meant|was (?:asking|talking) (?:about|of))\b[\s,:]*|(?:no|nope|nah)[,.!]+\s*)"
    r"(?=\w)(?!i (?:mean|was)|(?:the|that|a) (?:one|paper|work|study)s?\b)",
    re.I,
)
"""How one says what was meant in place of what was answered: "no, I meant with Ada"."""
_CHOOSES = re.compile(r"(?:with|without|by|from|in|since|before|after|not)\b", re.I)
"""How a follow-up begins that only chooses among the works before."""
_FEW = 4
"""Words with which a follow-up seldom stands for itself."""
_OPEN = (Kind.CONTENT, Kind.LIST, Kind.WORKS_ABOUT)
"""How a follow-up reads that only names a work, a time or a person, and so asks the same again."""

_FULL = re.compile(
    r"\b(?:what|which|who|when|how|list|show|did|does|do|has|have|publish\w*|"
    r"wrote|written|write)\b",
    re.I,
)


def _names_only(rest: str, question: Question) -> bool:
    """Whether a follow-up only names researchers: "and Ada Byron's?"."""
    names = {word for r in question.researchers for word in re.findall(r"\w+", r.name.lower())}
    return set(re.findall(r"\w+", re.sub(r"['’]s\b", "", rest.lower()))) <= names


def _called(work: Work, text: str) -> bool:
    """Whether a text calls a work by its own name, or by the beginning of its title."""
    begins = re.findall(r"[^\W_]+", work.title)[:2]
    if re.search(r"\b" + r"[\W_]+".join(map(re.escape, begins)) + r"\b", text, re.I):
        return True
    return any(owned(word, work) for word in re.findall(r"[\w-]+", text))


async def _not_called(
    session: AsyncSession, called: Sequence[Work], before: Turn, text: str
) -> bool:
    """Whether works with a name of the text in their titles are not meant: those shown are."""
    if OF_THOSE.search(text):
        return True
    names = shown.names_in(text)
    heads = [w for w in called for n in names if belongs(n, w.title, w.abstract) is Tie.HEAD]
    return bool(names) and not heads and await shown.holds_names(session, before, text)


def _bare(question: Question, called: Sequence[Work], rest: str) -> bool:
    """Whether a follow-up names a time, people or works, and asks nothing of its own."""
    if _FULL.search(rest):
        return False
    titles = " ".join(work.title for work in called).lower()
    said = rest if called else FOLLOWS.sub("", question.content)
    words = [
        word
        for word in re.findall(r"[\w-]+", said)
        if word.lower() not in titles and not any(owned(word, work) for work in called)
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
        content = await unnamed(session, last)
        return put_to(replace(question, kind=last.kind, content=content), called)
    before = next((turn for turn in reversed(turns) if not turn.exact), last)
    since = turns[turns.index(before) :]  # and how its works were narrowed since
    times = question.windows or next((t.times for t in reversed(since) if t.times), ())
    same = {r.id for r in question.researchers} == set(before.researcher_ids)
    chosen = reduce(lambda kept, turn: turn.choice.among(kept), since, ALL)
    chosen = chosen if same else replace(chosen, together=False)
    also = re.search(r"\b(?:too|also|as well)\b", question.text, re.I)
    topic = last.kind is Kind.WORKS_ABOUT and bool(last.content)
    kind = last.kind if last.kind in shown.OF_ALL else before.kind
    if kind in (Kind.LATEST, Kind.EARLIEST) and moments.others(question.text, last):
        kind = Kind.LIST  # "anything newer?"
    told = (read_kind(turn.question) for turn in reversed(turns))
    ordered = question.facet in (NEWEST_FIRST, OLDEST_FIRST)
    facet = question.facet if ordered else next((one.facet for one in told if one.kind is kind), "")
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
    more = FOLLOWS.sub("", rest).strip(" ?!.")
    timed = replace(
        question,
        kind=question.kind if more else Kind.CONTENT,
        window=window,
        windows=(window,),
        content=question.content.replace(words, " ") if more else "",
        not_understood=(),
    )
    return timed, rest
