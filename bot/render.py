"""Answers, profiles and works -> cards. Pure: nothing here sends anything.

A card is one message: sections of markdown with a thin line between them. Whatever goes in, a card
stays within Discord's limits, keeps every source and mentions nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.markdown import clip, escape, inline, link, split, width
from retrieval.text import readable, split_sentences
from storage.researchers import Profile, Researcher
from storage.works import Work

if TYPE_CHECKING:
    from retrieval.answer import Answer, Citation

CARD_LIMIT = 3900  # of the 4,000 characters that a message of components may show
QUESTION_SHOWN = 300
TITLE_SHOWN = 220
NAME_SHOWN = 80
AUTHORS_SHOWN = 4
TOPICS_SHOWN = 12
COLLABORATORS_SHOWN = 8
PAGE = 5  # works on a page

INK = 0x5B6EE1  # an answer
QUIET = 0x9AA0AA  # a refusal, a hint
SEED = 0x3FA796  # a person
AMBER = 0xD9A441  # asks before it does something


@dataclass(frozen=True, slots=True)
class Card:
    """One message: sections of markdown, each of paragraphs, and the colour of its edge."""

    sections: tuple[str, ...]
    colour: int = INK

    @property
    def width(self) -> int:
        return sum(width(section) for section in self.sections)


# Answers ----------------------------------------------------------------------------------


def answer(answer: Answer, *, asked: str | None = None) -> list[Card]:
    """An answer as cards: scope, text, then every source, whole, in the last ones.

    `asked` is the question where it is not to be seen above the answer anyway.
    """
    colour = QUIET if answer.refused else INK
    in_text = () if answer.refused else _titles_in(answer.text, answer.citations)
    head = _lines(
        f"**{inline(asked, QUESTION_SHOWN)}**" if asked else "",
        _small(_scope(answer.scope)),
    )
    body = _prose(answer.text, in_text)
    sources = [source(c) for c in answer.citations if c not in in_text]
    foot = _lines(
        _small(inline(answer.note, 500)) if answer.note else "",
        _small(
            WRITERS.get(answer.writer)
            or f"Written by {inline(answer.writer, 60)}, checked against the abstracts"
        )
        if not answer.refused
        else "",
    )
    return _cards(head, body, sources, foot, colour)


def draft(text: str, *, asked: str | None = None) -> Card:
    """An answer that is still being written."""
    head = f"**{inline(asked, QUESTION_SHOWN)}**" if asked else ""
    body = _begun(f"{escape(text)} …", CARD_LIMIT - width(head))
    return Card(tuple(section for section in (head, body) if section), QUIET)


def source(citation: Citation) -> str:
    """One source on one line."""
    work = citation.work
    label = link(readable(work.title), work.url, TITLE_SHOWN)
    return f"{_small(f'[{citation.number}]')} {label} · {work.year}"


WRITERS = {
    "quoting": "Quoted word for word from the abstracts",
    "record": "Counted from the stored records",
}


def _scope(scope: str) -> str:
    return f"About {inline(scope, 300)}" if scope else ""


def _titles_in(text: str, citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """Citations whose titles stand in the text with their numbers: they become links there."""
    lines = text.splitlines()
    return tuple(
        c
        for c in citations
        if text.count(f"[{c.number}]") == 1 and any(_titled(c, line) for line in lines)
    )


def _titled(citation: Citation, line: str) -> str | None:
    """The line's own wording of the citation's title, if it carries both title and number."""
    title = " ".join(readable(citation.work.title).split())
    return title if title and title in line and f"[{citation.number}]" in line else None


_MARK = re.compile(r"\\\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\\\](?!\()")
_ENTRY = re.compile(r"\s*(?:[-•*]|(\d{1,3})[.)])\s+")


def _prose(text: str, in_text: Sequence[Citation]) -> str:
    """The text as markdown: lists and the numbers of sources stay, titles become links."""
    return "\n".join(_line(line, in_text) for line in text.strip().splitlines())


def _line(line: str, in_text: Sequence[Citation]) -> str:
    entry = _ENTRY.match(line)
    rest = line[entry.end() :] if entry else line
    shown = ""
    for citation in in_text:
        title = _titled(citation, rest)
        if title:
            before, _, after = rest.partition(title)
            after = after.replace(f" [{citation.number}]", "", 1).replace(
                f"[{citation.number}]", "", 1
            )
            shown += _marked(before) + link(title, citation.work.url, TITLE_SHOWN)
            rest = after
    lead = "" if entry is None else f"{entry[1]}. " if entry[1] else "- "
    return lead + shown + _marked(rest)


def _marked(text: str) -> str:
    lead = len(text) - len(text.lstrip())
    return text[:lead] + _MARK.sub(r"[\1]", escape(text[lead:]))


def _cards(head: str, body: str, sources: Sequence[str], foot: str, colour: int) -> list[Card]:
    """As few cards as hold everything: the text first, the sources last and whole."""
    pieces = split(body, CARD_LIMIT - width(head) - 1) if body else []
    cards = [[piece] for piece in pieces] or [[]]
    if head:
        cards[0].insert(0, head)
    block = ""
    for line in sources:
        joined = f"{block}\n{line}" if block else line
        if sum(map(width, cards[-1])) + width(joined) > CARD_LIMIT:
            if block:
                cards[-1].append(block)
            cards.append([])
            joined = line
        block = joined
    if block:
        cards[-1].append(block)
    if foot:
        if sum(map(width, cards[-1])) + width(foot) > CARD_LIMIT:
            cards.append([])
        cards[-1].append(foot)
    return [Card(tuple(sections), colour) for sections in cards]


# Passages ---------------------------------------------------------------------------------


def passages(kept: Iterable[Mapping[str, Any]], works: Mapping[int, Work]) -> list[Card]:
    """What an answer rests on: a card a work, its abstract with the quoted words in bold."""
    by_work: dict[object, list[Mapping[str, Any]]] = {}
    for passage in kept:
        by_work.setdefault(passage.get("work_id") or passage["title"], []).append(passage)
    return [
        _passage(group, works.get(int(group[0].get("work_id") or 0))) for group in by_work.values()
    ]


def _passage(group: Sequence[Mapping[str, Any]], work: Work | None) -> Card:
    first = group[0]
    numbers = ", ".join(str(passage["number"]) for passage in group)
    quotes = [s for passage in group for s in split_sentences(str(passage.get("quote") or ""))]
    head = f"**[{numbers}]** {link(readable(str(first['title'])), first.get('url'), TITLE_SHOWN)}"
    about = _small(facts(work)) if work else _small(str(first["year"]))
    text = work.abstract if work else "\n".join(quotes)
    room = CARD_LIMIT - width(head) - width(about) - 2
    body = _begun(_emphasised(text, quotes), room)
    return Card(tuple(section for section in (_lines(head, about), body) if section))


def _emphasised(text: str, quotes: Sequence[str]) -> str:
    """The text with the quotes in it bold."""
    spans = sorted((at, at + len(q)) for q in quotes if q and (at := text.find(q)) >= 0)
    shown, position = "", 0
    for start, end in spans:
        if start < position:
            continue
        bold = escape(readable(text[start:end]).strip())
        between = escape(readable(text[position:start]).strip())
        shown += f"{between} **{bold}** "
        position = end
    return (shown + escape(readable(text[position:]).strip())).strip()


# Researchers ------------------------------------------------------------------------------


def profile(profile: Profile) -> Card:
    """The public page of a researcher: who, how trusted and why, what they work on, with whom."""
    person = profile.researcher
    trust = profile.trust
    head = _lines(
        f"## {inline(person.name, NAME_SHOWN)}",
        f"{inline(person.role, NAME_SHOWN)} · {affiliation(person)}",
        _small(
            " · ".join(
                (
                    "Open to collaborate"
                    if person.open_to_collaborate
                    else "Not open to collaborate",
                    "Claimed" if person.claimed else "Not claimed",
                    f"Verification level L{trust.level}",
                )
            )
        ),
    )
    snapshot = _lines(
        f"**Trust {trust.score} · {inline(trust.band)}**  {_bar(trust.score)}",
        *(
            _small(f"{inline(point.label)} {point.points} of {point.of} · {inline(point.reason)}")
            for point in trust.points
        ),
    )
    counts = " · ".join(
        f"**{number:,}** {noun if number == 1 else f'{noun}s'}"
        for number, noun in (
            (profile.works, "work"),
            (profile.followers, "follower"),
            (len(profile.topics), "topic"),
            (len(profile.close_collaborators), "close collaborator"),
        )
    )
    topics = [inline(readable(topic.name), NAME_SHOWN) for topic in profile.topics]
    people = [
        f"{inline(c.name, NAME_SHOWN)} ({c.shared_works})" for c in profile.close_collaborators
    ]
    record = _paragraphs(
        counts,
        f"**Topics**\n{_listed(topics, TOPICS_SHOWN)}" if topics else "",
        f"**Close collaborators**\n{_listed(people, COLLABORATORS_SHOWN)}" if people else "",
    )
    return Card((_paragraphs(head, inline(person.description, 600)), snapshot, record), SEED)


def affiliation(person: Researcher) -> str:
    """Where the person works, or that it is not known."""
    return inline(person.affiliation, 120) if person.affiliation else "Affiliation not imported"


def found(text: str, people: Sequence[Researcher]) -> Card:
    """Researchers found by a name."""
    if not people:
        return Card((f"I know nobody called “{inline(text, NAME_SHOWN)}”.",), QUIET)
    lines = [
        f"**{inline(p.name, NAME_SHOWN)}** · {plural(p.works, 'work')} · "
        f"{affiliation(p)} · from {inline(p.source, 40)}"
        for p in people
    ]
    kept = lines[:10]
    more = (
        _small(f"and {len(lines) - len(kept)} more; type more of the name")
        if len(lines) > 10
        else ""
    )
    return Card((f"Researchers like “{inline(text, NAME_SHOWN)}”", _lines(*kept, more)), SEED)


# Works ------------------------------------------------------------------------------------


def works(
    person: Researcher,
    page: Sequence[Work],
    total: int,
    offset: int,
    *,
    year: int | None = None,
    query: str | None = None,
) -> Card:
    """One page of a researcher's works."""
    which = "".join(
        (f" in {year}" if year else "", f" with “{inline(query, 60)}”" if query else "")
    )
    title = f"## Works of {inline(person.name, NAME_SHOWN)}"
    if not page:
        return Card((title, f"There are none{which}."), QUIET)
    span = f"{offset + 1}–{offset + len(page)} of " if total > len(page) else ""
    head = _lines(title, _small(f"{span}{plural(total, 'work')}{which}, newest first"))
    lines = [_lines(link(readable(w.title), w.url, TITLE_SHOWN), _small(facts(w))) for w in page]
    return Card((head, _paragraphs(*lines)), SEED)


def abstract(work: Work) -> Card:
    """A work with its abstract."""
    head = _lines(f"**{link(readable(work.title), work.url, TITLE_SHOWN)}**", _small(facts(work)))
    text = escape(readable(work.abstract).strip()) or "There is no abstract on record."
    room = CARD_LIMIT - width(head)
    return Card((head, _begun(text, room)), SEED)


def facts(work: Work) -> str:
    """Type, year, source and the first authors of a work."""
    authors = [inline(name, NAME_SHOWN) for name in work.authors[:AUTHORS_SHOWN]]
    if len(work.authors) > AUTHORS_SHOWN:
        authors.append(f"{len(work.authors) - AUTHORS_SHOWN} more")
    elif not work.authors_complete and authors:
        authors.append("others")
    return " · ".join(
        part
        for part in (
            inline(work.kind, 30).capitalize(),
            str(work.year),
            inline(work.source, 30),
            _and(authors),
        )
        if part
    )


def _begun(text: str, limit: int) -> str:
    """The text, or its beginning where it is longer than the limit."""
    pieces = split(text, limit - 2)
    return f"{pieces[0]} …" if len(pieces) > 1 else text


# Help -------------------------------------------------------------------------------------


def help_card(person: Researcher | None, busiest: int | None, topics: Sequence[str]) -> Card:
    """What can be done here, with examples about a researcher who is stored."""
    name = inline(person.name, NAME_SHOWN) if person else "Ada Lovelace"
    topic = inline(readable(topics[0]), 60) if topics else "neural networks"
    year = busiest or 2022
    asks = _lines(
        "### Ask",
        f"`/ask` Which papers of {name} are about {topic}?",
        f"`/ask` How many papers did {name} publish in {year}?",
        f"`/ask` What are the latest papers of {name} about?",
        _small(
            "Or mention me, write to me directly, or right-click a message › Apps › Ask about this."
        ),
        _small("To ask on, press “Ask a follow-up” or reply to my answer: and the year after?"),
    )
    looks = _lines(
        "### Look up",
        "`/researcher profile` who somebody is, how trusted the record is, and why",
        "`/researcher works` their papers, with abstracts, by year or by words",
        "`/researcher search` find somebody by name",
    )
    rest = _lines(
        "`/privacy` what is kept about you, as a file, and how to erase it",
        "`/admin` for moderators: whom I answer about, and where",
        _small("I answer from stored abstracts and cite them. What they do not say, I do not say."),
    )
    return Card((asks, looks, rest))


# Small things -----------------------------------------------------------------------------


def plural(number: int, noun: str) -> str:
    """A number with its noun, as "1 work" or "35 works"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def notice(text: str, colour: int = QUIET) -> Card:
    """A plain sentence of ours as a card."""
    return Card((text,), colour)


def option(text: str, limit: int = 100) -> str:
    """Plain text for a menu or a picker, where markdown is not read."""
    return clip(" ".join(readable(text).split()), limit) or "untitled"


def _bar(score: int, of: int = 100, cells: int = 10) -> str:
    full = round(cells * score / of)
    return "▰" * full + "▱" * (cells - full)


def _listed(names: Sequence[str], limit: int) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return " · ".join(names[:limit]) + more


def _and(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _small(text: str) -> str:
    return f"-# {text}" if text else ""


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
