"""Text (and what went before) -> a typed Question. No language model is asked.

What looks like a filter and is not understood is kept in `not_understood`, so that the answer can
say it aloud.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question import (
    choosing,
    leaving,
    masking,
    mentions,
    people,
    spelling,
    surnames,
    together,
    unsaid,
    windows,
)
from retrieval.question.followup import followed
from retrieval.question.kinds import OF_MANY, OF_WORKS, Kind
from retrieval.question.mentions import looks_named, spelt
from retrieval.question.settling import MORE_WITH, ON_CONTENT, of_gist, settled
from retrieval.question.shown import OF_ALL
from retrieval.question.spans import Span, blanked, overlaps
from retrieval.question.typed import Question, Turn
from retrieval.question.wording import Wording, read_kind
from retrieval.question.words import MONTHS, SEASONS
from retrieval.text import terms
from storage import finding, researchers, works_by_author
from storage import terms as statistics
from storage.errors import AmbiguousAuthor, AmbiguousResearcher
from storage.finding import Mention
from storage.researchers import Researcher, described
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
    text = masking.tidy(text)
    slips = await spelling.slips(session, text)
    text = spelling.written(text, slips)
    asked = _Asked(text, tuple(history), default, pinned, hidden_ids, today)
    misspelt = tuple((typed, to) for typed, to in slips.items() if spelt(typed) != spelt(to))
    return replace(await _understood(session, asked), misspelt=misspelt)


async def _understood(session: AsyncSession, asked: _Asked) -> Question:
    """The question that a text asks, by itself and by what went before."""
    found, persons, judge = await _people(session, asked.text, asked.hidden_ids)
    if without := await _without(session, asked, found, persons):
        return without
    found = _with_given(asked, found, persons, judge)
    question, strangers = await _read(session, asked, found, persons)
    if slips := await _slips(session, strangers, asked.hidden_ids):
        found = sorted([*found, *slips], key=lambda mention: mention.start)
        question, _ = await _read(session, asked, found, persons)
    if asked.history:
        question = await followed(session, question, asked.history)
    return of_gist(question)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text and all that tells what it means; how often something left out was cut from it."""

    text: str
    history: tuple[Turn, ...]
    default: Researcher | None
    pinned: Researcher | None
    hidden_ids: Collection[int]
    today: date
    cuts: int = 0


async def _read(
    session: AsyncSession,
    asked: _Asked,
    found: Sequence[Mention],
    persons: Sequence[people.Person],
) -> tuple[Question, tuple[people.Person, ...]]:
    """The question by itself, and the people in it whom nobody knows."""
    text = asked.text
    own, partners = _roles(text, found, asked.pinned)
    who = await _whose(session, asked, own)
    ids = [r.id for r in who]
    records_at = [(m.start, m.end) for m in (*own, *partners)]
    corrected = masking.corrected(blanked(text, records_at))
    category, filed = _category(corrected)
    corrected = blanked(corrected, filed)
    when = windows.find(_months_out(corrected, persons), asked.today)
    authors = [person.span for person in persons if person.author]
    untitled = blanked(corrected, [*when.spans, *authors])
    named = await mentions.named_works(session, untitled, ids)
    masked = masking.masked(corrected, own, named.spans, when.spans)
    known = [*records_at, *named.spans, *when.spans, *filed]
    called = [r.name for r in who]
    others = await people.find(session, text, persons, known, ids, called, asked.hidden_ids)
    hidden = [*when.spans, *filed, *others.spans, *records_at]
    wording = read_kind(masking.names_out(masked, others.spans, partners))
    of_titles = wording.choice.titled or wording.choice.untitled
    strangers = [person.name for person in others.unknown]
    content = _content(text, wording, hidden, named.spans)
    passed_over = (
        _passed_over(blanked(text, [*hidden, *named.spans]), content)
        if wording.kind in OF_ALL
        else ()
    )
    bare = blanked(text, hidden)
    question = Question(
        text=text,
        kind=wording.kind,
        researchers=who,
        works=()
        if of_titles
        else named.works + (named.holders if wording.kind in ON_CONTENT else ()),
        window=when.windows[0] if len(when.windows) == 1 else None,
        windows=when.windows,
        content=content,
        not_understood=(*when.not_understood, *passed_over),
        exact=named.exact,
        facet=wording.facet,
        limit=wording.limit,
        unknown=(*strangers, *named.unknown, *_nobody(text, who, named.works)),
        end=None if named.works else wording.end,
        mentioned=wording.mentioned or (wording.topic is not None and _of_a_name(content)),
        place=wording.place,
        choice=replace(
            wording.choice,
            coauthors=(*(m.researcher.name for m in partners), *others.coauthors),
            either=_either(text, [*((m.start, m.end) for m in partners), *others.spans]),
            together=bool(partners) or _together(text),
            titled=masking.restored(wording.choice.titled, text, named.spans),
            untitled=masking.restored(wording.choice.untitled, text, named.spans),
            category=category,
        ),
        described=together.described(bare, named.spans),
    )
    return _of_each(settled(question, corrected), bare, named.spans), others.unknown


def _of_each(question: Question, bare: str, names: Sequence[Span]) -> Question:
    """The question, with what is asked of each of the works that it compares by their names."""
    if question.kind is not Kind.COMPARE or not question.works:
        return question
    meant = question.described
    asked = meant.asked if meant else together.asked_of_each(masking.masked(bare, (), names, ()))
    return replace(question, content=asked, described=None)


def _category(text: str) -> tuple[str, list[Span]]:
    """The categories in which works are wanted, and where they stand."""
    category, span = choosing.categories_in(text)
    return category, [span] if span else []


def _of_a_name(topic: str) -> bool:
    """Whether a topic is a method's name alone, "GrainNet", and no short form like "LLMs"."""
    mixed = " " not in topic and re.search(r"[a-z]", topic.rstrip("s")) is not None
    return mixed and mentions.looks_named(topic)


# People -----------------------------------------------------------------------------------


async def _people(
    session: AsyncSession, text: str, hidden_ids: Collection[int]
) -> tuple[list[Mention], list[people.Person], surnames.Surnames]:
    """The researchers that a text names, all that reads as a person's name in it, and who judges
    the words that may be one.

    All words of the text are looked up in the statistics at once, for whoever asks word by word.
    """
    held = await statistics.works_with(session, terms(text))
    total, _ = await statistics.corpus(session)
    judge = surnames.Surnames(text, held, total)
    named = await finding.named(session, text, hidden_ids, judge.meant)
    authors = {span: name for span, name in named.authors.items() if judge.whole(*span)}
    persons = people.named(text, authors)
    spans = [person.span for person in persons]
    return surnames.with_given(text, named.records, spans), persons, judge


def _with_given(
    asked: _Asked,
    found: Sequence[Mention],
    persons: Sequence[people.Person],
    judge: surnames.Surnames,
) -> list[Mention]:
    """The mentions, and where the chosen researcher is called by the given name alone.

    Without a capital it has to stand where only somebody can.
    """
    chosen = asked.pinned or asked.default
    given = chosen.name.split()[0] if chosen and " " in chosen.name else ""
    if chosen is None or len(given) < SHORTEST_GIVEN or given.lower() in _OF_THE_YEAR:
        return list(found)
    others = [person.span for person in persons if person.name.casefold() != given.casefold()]
    taken = [*((m.start, m.end) for m in found), *others]
    called = re.compile(
        rf"\b(?P<how>(?i:does|did|has|had|is|was|by|from|of|with|where|that)\s+)?"
        rf"(?P<given>(?i:{re.escape(given)}))(?![\w-])(?! [A-Z])(?P<owns>['’]s?)?"
    )
    spans = [
        m.span("given")
        for m in called.finditer(asked.text)
        if (m["how"] or m["owns"]) and (m["given"] == given or judge.meant(*m.span("given"), False))
    ]
    free = [span for span in spans if not overlaps(span, taken)]
    return sorted([*found, *(Mention(chosen, *span) for span in free)], key=lambda m: m.start)


SHORTEST_GIVEN = 3
"""Letters of a given name by which somebody may be called."""
_OF_THE_YEAR = frozenset((*MONTHS, *SEASONS))


async def _slips(
    session: AsyncSession, strangers: Sequence[people.Person], hidden_ids: Collection[int]
) -> list[Mention]:
    """The researchers whose names are misspelt by those whom nobody knows."""
    return [
        Mention(meant, *person.span)
        for person in strangers
        if (meant := await finding.nearly(session, person.name, hidden_ids))
    ]


_WITH = re.compile(
    r"\b(?:(?P<with>(?:with|alongside)\s+(?:both\s+|either\s+)?(?:(?:[\w.'’-]+\s+){1,4}"
    r"(?:and|or)\s+(?:with\s+)?)?)|and\s+)(?:(?:Dr|Prof)\.?\s+)?$",
    re.I,
)


def _months_out(text: str, persons: Sequence[people.Person]) -> str:
    """The text without people who are called like a month: "by April Jones"."""
    called = [person for person in persons if " " in person.name and person.name.istitle()]
    return blanked(text, [p.span for p in called if _MONTH.match(p.name)])


_MONTH = re.compile(
    rf"(?:{'|'.join(name.title() for name in (*MONTHS, *(m[:3] for m in MONTHS), *SEASONS))})\b"
)


def _roles(
    text: str, found: Sequence[Mention], pinned: Researcher | None
) -> tuple[list[Mention], list[Mention]]:
    """Researchers whose works are asked for, and those named as their co-authors ("with …")."""
    own: list[Mention] = []
    partners: list[Mention] = []
    compares = people.OF_TWO.search(text) and not MORE_WITH.search(text)
    for mention in found:
        joined = _WITH.search(text[: mention.start])
        beside = bool(own) or pinned is not None or re.search(r"\b(?:he|she|they)\b", text, re.I)
        with_them = joined and (joined["with"] or _together(text))
        if with_them and beside and not compares:
            partners.append(mention)
        else:
            own.append(mention)
    return own, partners


def _together(text: str) -> bool:
    return bool(
        re.search(r"\b(?:together|joint(?:ly)?|both|co-?(?:wr|author|publi)\w*)\b", text, re.I)
    )


def _either(text: str, names: Sequence[Span]) -> bool:
    """Whether people are joined by an "or"."""
    gaps = [text[end:start] for (_, end), (start, _) in pairwise(sorted(names))]
    return any(re.fullmatch(r",? or (?:(?:with|by) )?", gap, re.IGNORECASE) for gap in gaps)


async def _whose(
    session: AsyncSession, asked: _Asked, own: Sequence[Mention]
) -> tuple[Researcher, ...]:
    default, pinned = asked.default, asked.pinned
    before = asked.history[-1] if asked.history else None
    by_span: dict[Span, list[Researcher]] = {}
    for mention in own:
        by_span.setdefault((mention.start, mention.end), []).append(mention.researcher)
    chosen: list[Researcher] = []
    known = {r.id for r in (pinned, default) if r} | set(before.researcher_ids if before else ())
    for span, same in by_span.items():
        preferred = [r for r in same if r.id in known] or same
        if len(preferred) > 1:
            choices = tuple((r.id, described(r)) for r in preferred)
            raise AmbiguousResearcher(name=asked.text[slice(*span)], choices=choices)
        chosen += [r for r in preferred if r not in chosen]
    if chosen:
        # A person was chosen from those of the name: the name means that person.
        persons = {r.record_id: r for r in (default, pinned) if r and r.record_id}
        return tuple(persons.get(r.id, r) for r in chosen)
    if pinned:
        return (pinned,)
    if before and before.researcher_ids:
        return tuple(await researchers.by_ids(session, before.researcher_ids))
    if default:
        return (default,)
    return await _only(session, asked.hidden_ids) if _PERSONAL.search(asked.text) else ()


_SOMEBODY = re.compile(r"\b(?:he|she|him|his|hers?)\b", re.IGNORECASE)


def _nobody(text: str, who: Sequence[Researcher], named: Sequence[Work]) -> tuple[str, ...]:
    """A "he" or "she" that stands for nobody: everybody's works are not meant."""
    found = _SOMEBODY.search(text)
    return (found[0].lower(),) if found and not who and not named else ()


_PERSONAL = re.compile(
    rf"{_SOMEBODY.pattern}|\b(?:co-?authors?|collaborators?|affiliation|"
    r"research interests)\b(?! (?:of|on|for|behind)\b)|\b(?:first|last|lead|senior)[- ]author"
    r"(?:ed)?\b(?= )(?! (?:of|on|for|behind)\b)",
    re.IGNORECASE,
)


async def _only(session: AsyncSession, hidden_ids: Collection[int]) -> tuple[Researcher, ...]:
    """The one researcher who is stored: "who are his co-authors?" can mean nobody else."""
    stored = await researchers.only(session)
    if stored is None or stored in hidden_ids:
        return ()
    return tuple(await researchers.by_ids(session, [stored]))


# What is left out -------------------------------------------------------------------------


async def _without(
    session: AsyncSession,
    asked: _Asked,
    found: Sequence[Mention],
    persons: Sequence[people.Person],
) -> Question | None:
    """The question for works without the people and times that it leaves out; None where it
    leaves nothing out, or asks for no works.

    What is left out otherwise is not understood, and has to be said.
    """
    text = asked.text
    if not leaving.NEGATES.search(text):
        return None
    named = [(m.start, m.end) for m in found] + [person.span for person in persons]
    named += await unsaid.things(session, text)
    dated = _months_out(text, persons)
    out = leaving.left_out(text, [*named, *windows.find(dated, asked.today).spans])
    if out is None:
        return None
    if asked.cuts == MOST_CUTS:
        out = replace(out, end=len(text), said=text[out.start :], understood=False)
    rest = replace(asked, text=out.rest(text), cuts=asked.cuts + 1)
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
        return "" if works_ or wording.end or wording.facet in OF_MANY else bare
    return ""
