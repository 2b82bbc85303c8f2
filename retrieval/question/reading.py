"""Text (and what went before) -> a typed Question. No language model is asked.

What looks like a filter and is not understood is kept in `not_understood`, so that the answer can
say it aloud.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question import (
    choosing,
    filing,
    framed,
    leaving,
    masking,
    mentions,
    people,
    researchers,
    spelling,
    surnames,
    together,
    unsaid,
    windows,
)
from retrieval.question.followup import alone, corrected, followed
from retrieval.question.kinds import OF_MANY, OF_WORKS, Kind
from retrieval.question.mentions import looks_named, spelt
from retrieval.question.researchers import Given
from retrieval.question.settling import ON_CONTENT, ON_EACH, of_gist, settled
from retrieval.question.shown import OF_ALL
from retrieval.question.spans import Span, blanked, overlaps
from retrieval.question.typed import Question, Turn
from retrieval.question.wording import Wording, read_kind
from retrieval.text import terms
from storage import works_by_author
from storage.errors import AmbiguousAuthor
from storage.finding import Mention
from storage.researchers import Researcher
from storage.windows import Window
from storage.works import Work


async def read(
    session: AsyncSession,
    text: str,
    *,
    history: Sequence[Turn] = (),
    default: Researcher | None = None,
    pinned: Researcher | None = None,
    hidden_ids: Collection[int] = (),
    today: date,
) -> Question:
    """Read a question.

    `pinned` is the researcher chosen for this question, `default` the place's; a name in the text
    wins over both, what went before over the default. No name means one of
    `hidden_ids`.

    Raises:
        EmptyQuestion: there is no word in it.
        QuestionTooLong: it has more than MAX_CHARACTERS.
        AmbiguousResearcher: a name in it belongs to several records.
        AmbiguousAuthor: a surname in it belongs to several authors.
        UnknownResearcher: a name in it is of hidden records only.
    """
    text = corrected(masking.tidy(text)) if history else masking.tidy(text)
    slips = await spelling.slips(session, text)
    text = spelling.written(text, slips)
    asked = Given(text, tuple(history), default, pinned, hidden_ids, today)
    misspelt = tuple((typed, to) for typed, to in slips.items() if spelt(typed) != spelt(to))
    return replace(await _understood(session, asked), misspelt=misspelt)


async def _understood(session: AsyncSession, asked: Given) -> Question:
    """The question that a text asks, by itself and by what went before."""
    found, persons, judge = await researchers.named(session, asked.text, asked.hidden_ids)
    if without := await _without(session, asked, found, persons):
        return without
    found = researchers.with_given(asked, found, persons, judge)
    question, strangers = await _read(session, asked, found, persons, judge)
    if slips := await researchers.slips(session, strangers, asked.hidden_ids):
        found = sorted([*found, *slips], key=lambda mention: mention.start)
        question, _ = await _read(session, asked, found, persons, judge)
    if asked.history:
        return of_gist(await followed(session, question, asked.history))
    return of_gist(alone(question))


async def _read(
    session: AsyncSession,
    asked: Given,
    found: Sequence[Mention],
    persons: Sequence[people.Person],
    judge: surnames.Surnames,
) -> tuple[Question, tuple[people.Person, ...]]:
    """The question by itself, and the people in it whom nobody knows."""
    text = asked.text
    own, partners = researchers.roles(text, found, asked.pinned)
    who = await researchers.whose(session, asked, own)
    ids = [r.id for r in who]
    records_at = [(m.start, m.end) for m in (*own, *partners)]
    corrected = masking.corrected(blanked(text, records_at))
    filed = filing.filed_in(corrected)
    corrected = blanked(corrected, filed.spans)
    dated = researchers.months_out(corrected, persons)
    when = windows.find(dated, asked.today)
    authors = [person.span for person in persons if person.author]
    untitled = blanked(corrected, [*when.spans, *authors])
    named = await mentions.named_works(session, untitled, ids)
    when = when if _WHETHER.match(text) else _of_publication(when, named.works)
    masked = masking.masked(corrected, own, named.spans, when.spans)
    known = [*records_at, *named.spans, *when.spans, *filed.spans]
    called = [r.name for r in who]
    others = await people.find(session, text, persons, known, ids, called, asked.hidden_ids)
    if stray := await _alone(session, asked, blanked(masked, others.spans), ids, judge):
        persons = [*persons, *stray.persons]
        when = windows.find(dated, asked.today, stray.years)
        masked = masking.masked(corrected, own, named.spans, when.spans)
        known = [*known, *when.spans]
        others = await people.find(session, text, persons, known, ids, called, asked.hidden_ids)
    hidden = [*when.spans, *filed.spans, *others.spans, *records_at]
    bare = blanked(text, hidden)
    chosen = bool(others.spans or partners or when.spans or filed.spans)
    wording = read_kind(masking.names_out(masked, others.spans, partners), chosen=chosen)
    described = together.described(bare, named.spans, named.own)
    each = wording.kind in ON_EACH and together.of_each(masked)
    compared = named.apart if each and not (described and described.wordy) else ()
    if not compared and wording.kind in ON_EACH and together.of_several(masked):
        several = tuple({work.id: work for work, _ in named.together}.values())
        compared = several if _as_many(several, described) else ()
    if compared:
        wording = replace(wording, kind=Kind.COMPARE)
    strangers = [person.name for person in others.unknown]
    content = _content(text, wording, hidden, named.spans)
    passed_over: tuple[str, ...] = ()
    if wording.kind in OF_ALL:
        passed_over = _passed_over(blanked(bare, named.spans), content)
    choice = _chosen(text, wording, partners, others, named)
    question = Question(
        text=text,
        kind=wording.kind,
        researchers=who,
        works=compared or _works(wording, named),
        window=when.windows[0] if len(when.windows) == 1 else None,
        windows=when.windows,
        content=content,
        not_understood=(*when.not_understood, *passed_over),
        exact=named.exact,
        facet=wording.facet,
        limit=wording.limit,
        unknown=(*strangers, *named.unknown, *researchers.nobody(text, who, named.works)),
        end=None if named.works else wording.end,
        mentioned=wording.mentioned or (wording.topic is not None and _of_a_name(content)),
        place=wording.place,
        choice=replace(choice, category=filed.category, filing=filed.place),
        described=None if compared else described,
    )
    names = [*named.spans, *(span for _, span in named.together if compared)]
    return _of_each(settled(question, corrected), bare, names), others.unknown


@dataclass(frozen=True, slots=True)
class _Alone:
    """People and years that stand where neither is looked for, as nothing else is said."""

    persons: tuple[people.Person, ...]
    years: tuple[int, ...]


async def _alone(
    session: AsyncSession,
    asked: Given,
    masked: str,
    ids: Sequence[int],
    judge: surnames.Surnames,
) -> _Alone | None:
    """The people and the years of a text that has no other word with content beside them:
    "Sincan: how many in 2025; 2026?". None where it has one, or where nothing is left.
    """
    spans = _joined(masked, list(framed.left(masked)))
    if not spans or len(spans) > MOST_ALONE:
        return None
    persons, years = [], []
    for start, end in spans:
        said = asked.text[start:end]
        person = people.Person(re.sub(r"['’]s?$", "", said), "with", (start, end), author=True)
        if re.fullmatch(r"(?:19|20)\d\d", said):
            years.append(start)
        elif all(judge.rare(word.casefold()) for word in person.name.split()) and (
            await people.printed(session, person, ids, asked.hidden_ids)
        ):
            persons.append(person)
        else:
            return None
    return _Alone(tuple(persons), tuple(years))


def _as_many(found: Sequence[Work], described: together.Described | None) -> bool:
    """Whether no more works are spoken of than are found by their names."""
    return described is None or len(found) >= max(2, len(described.sides), described.number)


MOST_ALONE = 4
"""People and years that stand alone in a text."""


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Stretches of a text, those that only a space parts as one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and text[joined[-1][1] : start] == " ":
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _works(wording: Wording, named: mentions.Named) -> tuple[Work, ...]:
    """The works that a question asks of, of those that it names."""
    if wording.choice.titled or wording.choice.untitled:
        return ()
    return named.works + (named.holders if wording.kind in ON_CONTENT else ())


def _chosen(
    text: str,
    wording: Wording,
    partners: Sequence[Mention],
    others: people.People,
    named: mentions.Named,
) -> choosing.Choice:
    """Which works are wanted, by the wording and by the people who are named as co-authors."""
    return replace(
        wording.choice,
        coauthors=tuple(dict.fromkeys((*(m.researcher.name for m in partners), *others.coauthors))),
        either=researchers.either(text, [*((m.start, m.end) for m in partners), *others.spans]),
        together=bool(partners) or researchers.together(text),
        titled=masking.restored(wording.choice.titled, text, named.spans),
        untitled=masking.restored(wording.choice.untitled, text, named.spans),
    )


_WHETHER = re.compile(r"\W*(?:is|was|are|were|did|has|have|when)\b", re.IGNORECASE)
"""How it is asked whether a work is of some year."""


def _of_publication(when: windows.Found, named: Sequence[Work]) -> windows.Found:
    """The times of a text, but a year that the named works speak of themselves: "why did they take
    only papers from 2024?".
    """
    if len(when.windows) != 1 or not named:
        return when
    [window] = when.windows
    meant = not window.whole_years or any(window.holds(work) for work in named)
    said = all(str(window.start.year) in work.abstract for work in named)
    return when if meant or not said else windows.Found((), (), when.not_understood)


def _of_each(question: Question, bare: str, names: Sequence[Span]) -> Question:
    """The question, with what is asked of each of the works that it compares by their names."""
    if question.kind is not Kind.COMPARE or not question.works:
        return question
    meant = question.described
    if meant and meant.wordy:
        return replace(question, kind=Kind.CONTENT)
    asked = meant.asked if meant else together.asked_of_each(masking.masked(bare, (), names, ()))
    return replace(question, content=asked, described=None)


def _of_a_name(topic: str) -> bool:
    """Whether a topic is a method's name alone, "GrainNet", and no short form like "LLMs"."""
    mixed = " " not in topic and re.search(r"[a-z]", topic.rstrip("s")) is not None
    return mixed and mentions.looks_named(topic)


# What is left out -------------------------------------------------------------------------


_WHICH_ONES = re.compile(r"^(?:which|what) ones?(?=\W*$)", re.IGNORECASE)


async def _without(
    session: AsyncSession,
    asked: Given,
    found: Sequence[Mention],
    persons: Sequence[people.Person],
) -> Question | None:
    """The question for works without the people and times that it leaves out; None where it
    leaves nothing out, or asks for no works.

    What is left out otherwise is not understood, and has to be said.
    """
    text = asked.text
    filed = filing.filed_in(text)
    aside = filed.spans if filed.place else ()  # "in cs.CV, but not as the first"
    if not leaving.NEGATES.search(blanked(text, aside)):
        return None
    named = [(m.start, m.end) for m in found] + [person.span for person in persons]
    named += await unsaid.things(session, text)
    dated = researchers.months_out(text, persons)
    out = leaving.left_out(text, [*named, *windows.find(dated, asked.today).spans])
    if out is None:
        return None
    if asked.cuts == MOST_CUTS:
        out = replace(out, end=len(text), said=text[out.start :], understood=False)
    other = out.rest(text)
    if not asked.history:  # "which ones are not about dunes?" is asked of all then
        other = _WHICH_ONES.sub("which papers", other)
    rest = replace(asked, text=other, cuts=asked.cuts + 1)
    question = await _understood(session, rest)
    if question.kind in leaving.NOT_OF_WORKS:
        return None
    question = replace(question, text=text)
    ids = [r.id for r in question.researchers]
    names = await _names_out(session, out, found, persons, ids, asked.hidden_ids)
    when = windows.find(dated[out.what : out.end], asked.today)
    gone_by = when.windows if out.understood else ()
    left = windows.without(question.windows, gone_by, asked.today) if gone_by else question.windows
    own = {r.name for r in question.researchers} & set(names)
    alone = question.kind in OF_WORKS and bool(question.works)  # asked of one, and not chosen
    filed = out.filed(text)
    if (out.roles or filed.category) and question.kind in OF_ALL and not alone:
        choice = replace(
            question.choice, unplaced=out.roles, unfiled=filed.category, unfiling=filed.place
        )
        return replace(question, choice=choice)
    if not (names or gone_by or alone) and question.kind in OF_ALL:
        called = [p.name for p in persons if out.holds(p.span)]
        nobody = any(" " in name or not looks_named(name) for name in called)
        if topics := () if nobody else out.topics(text):
            return unsaid.left_out(question, topics)
    if own or alone or not (names or gone_by) or (gone_by and not left):
        return replace(question, not_understood=(*question.not_understood, out.said))
    gone = {i for name in names for i in await works_by_author.ids(session, name)}
    return replace(
        question,
        works=tuple(w for w in question.works if w.id not in gone and not _of(w, gone_by)),
        window=left[0] if len(left) == 1 else None,
        windows=left,
        choice=replace(
            question.choice,
            without=tuple(dict.fromkeys((*question.choice.without, *names))),
        ),
    )


MOST_CUTS = 4
"""Stretches that may leave something out; what comes behind them is not understood."""


def _of(work: Work, times: Sequence[Window]) -> bool:
    return any(window.holds(work) for window in times)


async def _names_out(
    session: AsyncSession,
    out: leaving.LeftOut,
    found: Sequence[Mention],
    persons: Sequence[people.Person],
    researcher_ids: Sequence[int],
    hidden_ids: Collection[int],
) -> tuple[str, ...]:
    """The people whom a question leaves out, as they are printed; none unless all are known."""
    if not out.understood:
        return ()
    inside = [m for m in found if out.holds((m.start, m.end))]
    names = [m.researcher.name for m in inside]
    taken = [(m.start, m.end) for m in inside]
    for person in persons:
        if out.holds(person.span) and not overlaps(person.span, taken):
            printed = await people.printed(session, person, researcher_ids, hidden_ids)
            if len(printed) > 1:
                raise AmbiguousAuthor(name=person.name, authors=people.listed(printed))
            if not printed:
                return ()
            names += printed
    return tuple(dict.fromkeys(names))


_FROM = re.compile(
    r"\b(?P<said>(?:(?:from|by|at) (?:the )?(?P<named>[A-Z][\w.&-]*(?: (?:of )?[A-Z][\w.&-]*)*)|"
    r"from (?P<small>(?!the\b|here\b|this\b|that\b|scratch\b)[a-z][\w.&-]+)"
    r"(?= (?:on|about|regarding)\b))(?: (?:group|team|lab|people|researchers))?)"
)
"""Where works are said to come from: of a house, perhaps, whose name nobody is called by."""


def _passed_over(text: str, topic: str) -> tuple[str, ...]:
    """What works are wanted from, as it is said, and what is no part of their topic either.

    Who works where is not known of authors, so it narrows nothing.
    """
    found = [(m["said"], m["named"] or m["small"]) for m in _FROM.finditer(text)]
    return tuple(said for said, name in found if terms(name) and name.lower() not in topic.lower())


# What to search for -----------------------------------------------------------------------


def _content(text: str, wording: Wording, hidden: Sequence[Span], works_: Sequence[Span]) -> str:
    """What to search for: the topic where one was found, else the text without names and times."""
    bare = masking.unmasked(blanked(text, hidden))
    if wording.topic:
        wanted = masking.restored(wording.topic, text, works_)
        return re.sub(r"(?:[\s?.!,;:]|\(\s*\))+$", "", wanted)
    if wording.kind in (Kind.CONTENT, Kind.COMPARE):
        return bare
    if wording.kind in OF_WORKS:
        if wording.facet == "whether" or re.search(r"\bauthor\W*$", text, re.IGNORECASE):
            return ""  # which work is meant has to be told otherwise
        known = works_ or wording.end or wording.facet in OF_MANY
        return "" if known or (hidden and framed.bare(bare)) else bare
    return ""
