"""Answers and the passages they rest on -> cards. Pure: nothing here sends anything.

Whatever goes in, a card stays within Discord's limits, keeps every source and mentions nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.cards import CARD_LIMIT, INK, QUIET, TITLE_SHOWN, Card, begun, lines, small
from bot.markdown import escape, inline, link, split, width
from bot.profiles import facts
from retrieval.question.kinds import Kind
from retrieval.text import readable, split_sentences
from storage.works import Work

if TYPE_CHECKING:
    from retrieval.cited import Answer, Citation

QUESTION_SHOWN = 300


# Answers ----------------------------------------------------------------------------------


def answer(answer: Answer, *, asked: str | None = None) -> list[Card]:
    """An answer as cards: scope, text, then every source, whole, in the last ones.

    `asked` is the question where it is not to be seen above the answer anyway.
    """
    colour = QUIET if answer.refused else INK
    in_text = () if answer.refused else _titles_in(answer.text, answer.citations)
    head = lines(
        f"**{inline(asked, QUESTION_SHOWN)}**" if asked else "",
        small(_scope(answer.scope)),
    )
    body = _prose(answer.text, in_text)
    sources = [source(c) for c in answer.citations if c not in in_text]
    foot = lines(
        small(inline(answer.note, 500)) if answer.note else "",
        small(_writer(answer)),
    )
    return _cards(head, body, sources, foot, colour)


def draft(text: str, *, asked: str | None = None) -> Card:
    """An answer that is still being written."""
    head = f"**{inline(asked, QUESTION_SHOWN)}**" if asked else ""
    body = begun(f"{escape(text)} …", CARD_LIMIT - width(head))
    return Card(tuple(section for section in (head, body) if section), QUIET)


def source(citation: Citation) -> str:
    """One source on one line."""
    work = citation.work
    label = link(readable(work.title), work.url, TITLE_SHOWN)
    return f"{small(f'[{citation.number}]')} {label} · {work.year}"


WRITERS = {
    "quoting": "Quoted word for word from the abstracts",
    "record": "Looked up in the stored records",
}


def _writer(answer: Answer) -> str:
    """Where the answer comes from; nothing of what is none, and of a greeting."""
    if answer.refused or answer.question.kind is Kind.HELP:
        return ""
    model = f"Written by {inline(answer.writer, 60)}, checked against the abstracts"
    return WRITERS.get(answer.writer, model)


def _scope(scope: str) -> str:
    return f"About {inline(scope, 300)}" if scope else ""


def _titles_in(text: str, citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """Citations whose titles stand in the text with their numbers: they become links there."""
    written = text.splitlines()
    return tuple(
        c
        for c in citations
        if text.count(f"[{c.number}]") == 1 and any(_titled(c, line) for line in written)
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
    said = [str(passage.get("quote") or "") for passage in group]
    quotes = [s for quote in said if quote != first["title"] for s in split_sentences(quote)]
    head = f"**[{numbers}]** {link(readable(str(first['title'])), first.get('url'), TITLE_SHOWN)}"
    about = small(facts(work)) if work else small(str(first["year"]))
    text = work.abstract if work else "\n".join(quotes)
    room = CARD_LIMIT - width(head) - width(about) - 2
    body = begun(_emphasised(text, quotes), room)
    return Card(tuple(section for section in (lines(head, about), body) if section))


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
