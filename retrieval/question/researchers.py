"""The researchers whom a question is about, and those whom it names as their co-authors."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question import people, surnames
from retrieval.question.settling import MORE_WITH
from retrieval.question.spans import Span, blanked, overlaps
from retrieval.question.typed import Turn
from retrieval.question.words import MONTHS, SEASONS, WORKS
from retrieval.text import terms
from storage import finding, researchers
from storage import terms as statistics
from storage.errors import AmbiguousResearcher
from storage.finding import Mention
from storage.researchers import Researcher, described
from storage.works import Work


@dataclass(frozen=True, slots=True)
class Given:
    """A text and all that tells what it means; how often something left out was cut from it."""

    text: str
    history: tuple[Turn, ...]
    default: Researcher | None
    pinned: Researcher | None
    hidden_ids: Collection[int]
    today: date
    cuts: int = 0


async def named(
    session: AsyncSession, text: str, hidden_ids: Collection[int]
) -> tuple[list[Mention], list[people.Person], surnames.Surnames]:
    """The researchers that a text names, all that reads as a person's name in it, and who judges
    the words that may be one.

    All words of the text are looked up in the statistics at once, for whoever asks word by word.
    """
    held = await statistics.works_with(session, terms(text))
    total, _ = await statistics.corpus(session)
    judge = surnames.Surnames(text, held, total)
    called = await finding.named(session, text, hidden_ids, judge.meant)
    authors = {span: name for span, name in called.authors.items() if judge.whole(*span)}
    persons = people.named(text, authors)
    spans = [person.span for person in persons]
    return surnames.with_given(text, called.records, spans), persons, judge


def with_given(
    asked: Given,
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
    if given.casefold() not in asked.text.casefold():
        return list(found)
    others = [person.span for person in persons if person.name.casefold() != given.casefold()]
    taken = [*((m.start, m.end) for m in found), *others]
    spans = [
        m.span("given")
        for m in _by_given(given).finditer(asked.text)
        if (m["how"] or m["owns"]) and (m["given"] == given or judge.meant(*m.span("given"), False))
    ]
    free = [span for span in spans if not overlaps(span, taken)]
    return sorted([*found, *(Mention(chosen, *span) for span in free)], key=lambda m: m.start)


@lru_cache(maxsize=64)
def _by_given(name: str) -> re.Pattern[str]:
    """How somebody is called by a given name, and where: behind "by", or before a possessive."""
    return re.compile(
        r"\b(?P<how>(?i:does|did|has|had|is|was|by|from|of|with|where|that)\s+)?"
        rf"(?P<given>(?i:{re.escape(name)}))(?![\w-])(?! [A-Z])(?P<owns>['’]s?)?"
    )


SHORTEST_GIVEN = 3
"""Letters of a given name by which somebody may be called."""
_OF_THE_YEAR = frozenset((*MONTHS, *SEASONS))


async def slips(
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


def months_out(text: str, persons: Sequence[people.Person]) -> str:
    """The text without people who are called like a month: "by April Jones"."""
    called = [person for person in persons if " " in person.name and person.name.istitle()]
    return blanked(text, [p.span for p in called if _MONTH.match(p.name)])


_MONTH = re.compile(
    rf"(?:{'|'.join(name.title() for name in (*MONTHS, *(m[:3] for m in MONTHS), *SEASONS))})\b"
)


def roles(
    text: str, found: Sequence[Mention], pinned: Researcher | None
) -> tuple[list[Mention], list[Mention]]:
    """Researchers whose works are asked for, and those named as their co-authors ("with …")."""
    own: list[Mention] = []
    partners: list[Mention] = []
    compares = people.OF_TWO.search(text) and not MORE_WITH.search(text)
    for mention in found:
        joined = _WITH.search(text[: mention.start])
        beside = bool(own) or pinned is not None or _THEY.search(text)
        with_them = joined and (joined["with"] or together(text))
        herself = pinned is not None and mention.researcher.id == pinned.id
        if with_them and beside and not compares and not herself:
            partners.append(mention)
        else:
            own.append(mention)
    return own, partners


def together(text: str) -> bool:
    """Whether people are spoken of who did something together."""
    return _TOGETHER.search(text) is not None


_TOGETHER = re.compile(
    r"\b(?:together|joint(?:ly)?|both|co-?(?:wr|author|publi)\w*)\b", re.IGNORECASE
)


def either(text: str, names: Sequence[Span]) -> bool:
    """Whether people are joined by an "or"."""
    gaps = [text[end:start] for (_, end), (start, _) in pairwise(sorted(names))]
    return any(map(_OR.fullmatch, gaps))


_OR = re.compile(r",? or (?:(?:with|by) )?", re.IGNORECASE)
_THEY = re.compile(r"\b(?:he|she|they)\b", re.IGNORECASE)


async def whose(
    session: AsyncSession, asked: Given, own: Sequence[Mention]
) -> tuple[Researcher, ...]:
    """The researchers whose works are asked for: those named, or chosen, or meant before.

    Raises:
        AmbiguousResearcher: a name belongs to several records.
    """
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


def nobody(text: str, who: Sequence[Researcher], named: Sequence[Work]) -> tuple[str, ...]:
    """A "he" or "she" that stands for nobody: everybody's works are not meant."""
    found = _SOMEBODY.search(text)
    return (found[0].lower(),) if found and not who and not named else ()


_PERSONAL = re.compile(
    rf"{_SOMEBODY.pattern}|\b(?:co-?authors?|collaborators?|affiliation|"
    r"research interests)\b(?! (?:of|on|for|behind)\b)|\b(?:first|last|lead|senior)[- ]author"
    r"(?:ed)?\b(?= )(?! (?:of|on|for|behind)\b)|"
    rf"\b{WORKS} as (?:the )?(?:first|last|lead|senior) author\b",
    re.IGNORECASE,
)


async def _only(session: AsyncSession, hidden_ids: Collection[int]) -> tuple[Researcher, ...]:
    """The one researcher who is stored: "who are his co-authors?" can mean nobody else."""
    stored = await researchers.only(session)
    if stored is None or stored in hidden_ids:
        return ()
    return tuple(await researchers.by_ids(session, [stored]))
