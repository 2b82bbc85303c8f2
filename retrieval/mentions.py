"""Works and co-authors that a question names: titles, method names, arXiv identifiers, people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.text import terms
from storage import terms as statistics
from storage import works
from storage.works import Work

Span = tuple[int, int]

MAX_NAMES = 6
"""How many name-like words of one question are looked up among the titles."""

RARE_WORKS = 5
"""In how many works of a small collection a word may occur and still be rare."""

_ARXIV = re.compile(
    r"(?:https?://)?(?:(?:www\.)?arxiv(?:\.org/(?:abs|pdf)/|:\s*|\s+))?"
    r"(?<![\w.])(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?(?![\w])",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“”«„]\s*([^\"“”»„]{4,300}?)\s*[\"“”»]|(?<!\w)['‘]([^'‘’]{8,300}?)['’](?!\w)")
_WORD = re.compile(r"[^\W_](?:[\w+-]*\w)?")
_HEAD = re.compile(r"^\s*(?P<head>[^:–—]{2,60}?)\s*(?::|\s[–—-]\s)")


@dataclass(frozen=True, slots=True)
class Named:
    """Works a text names and where.

    Attributes:
        exact: named by identifier or title: nothing else is meant.
        spans: the wording, to be left out when the kind is read.
        unknown: identifiers and quoted titles under which nothing is stored.
    """

    works: tuple[Work, ...] = ()
    exact: bool = False
    spans: tuple[Span, ...] = ()
    unknown: tuple[str, ...] = ()


def looks_named(word: str) -> bool:
    """Whether a word has the shape of a name: GhostNet, PS-FCN, CMT-S, 3DGS, but not Kai.

    >>> [looks_named(word) for word in ("GhostNet", "PS-FCN", "U2", "Which", "3D", "state-of-the-art")]
    [True, True, True, False, True, False]
    """
    if not any(letter.isupper() for letter in word):
        return False
    inner = word[1:]
    return any(letter.isupper() or letter.isdigit() for letter in inner) or word[0].isdigit()


def shouted(text: str) -> bool:
    """Whether a text is written all in capitals, which then say nothing about names."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 12 and sum(letter.isupper() for letter in letters) > 0.8 * len(letters)


def flat(text: str) -> str:
    """A text as its lower-case words and numbers, for comparing titles."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


async def named_works(
    session: AsyncSession, text: str, researcher_ids: Sequence[int]
) -> Named:
    """The works that a text names by arXiv identifier, by (quoted) title or by method name."""
    spans: list[Span] = []
    ids: list[int] = []
    unknown: list[str] = []
    for m in _ARXIV.finditer(text):
        stored = await works.by_source_ids(session, [f"arxiv:{m['id']}"])
        ids += [work.id for work in stored]
        spans.append(m.span())
        if not stored:
            unknown.append(f"arXiv:{m['id']}")
    for m in _QUOTED.finditer(text):
        quoted = m[1] or m[2]
        if found := await _titled(session, quoted, researcher_ids):
            ids += found
            spans.append(m.span())
        elif len(flat(quoted).split()) > 4:
            unknown.append(f"“{quoted}”")
    if not ids:
        by_title = await _title_in(session, text, researcher_ids)
        ids += [work_id for work_id, _ in by_title]
        spans += [span for _, span in by_title]
    exact = bool(ids)
    if not ids:
        by_name = await _method_names(session, text, researcher_ids)
        ids += [work_id for work_id, _ in by_name]
        spans += [span for _, span in by_name]
    unique = list(dict.fromkeys(ids))
    stored_works = await works.by_ids(session, unique)
    chosen = tuple(stored_works[i] for i in unique if i in stored_works)
    return Named(chosen, exact, tuple(dict.fromkeys(spans)), tuple(unknown))


async def _candidates(
    session: AsyncSession, words: str, researcher_ids: Sequence[int], limit: int = 25
) -> list[tuple[int, str]]:
    """Titles in which all the words occur, among the works of the researchers if any."""
    if not words:
        return []
    found: list[tuple[int, str]] = []
    for researcher_id in researcher_ids or [None]:
        found += await works.titles_like(session, words, researcher_id, limit)
    return found


async def _titled(
    session: AsyncSession, quoted: str, researcher_ids: Sequence[int]
) -> list[int]:
    """Works whose title is, or begins with, the quoted words; else the one title that holds them."""
    words = re.sub(r"[^\w\s-]", " ", quoted)
    wanted = flat(quoted)
    rows = await _candidates(session, words, researcher_ids)
    whole = [i for i, title in rows if flat(title) == wanted]
    begins = [i for i, title in rows if flat(title).startswith(wanted)]
    holds = [i for i, title in rows if wanted in flat(title)]
    return whole or begins or (holds if len(holds) == 1 else [])


async def _title_in(
    session: AsyncSession, text: str, researcher_ids: Sequence[int]
) -> list[tuple[int, Span]]:
    """Titles, or the part of a title before its colon, written out in the text without quotes."""
    found: list[tuple[int, Span]] = []
    for run in _title_case_runs(text):
        for work_id, title in await _candidates(session, text[run[0] : run[1]], researcher_ids):
            head = _HEAD.match(title)
            for name in (title, head["head"] if head else title):
                if len(flat(name).split()) >= 2 and (span := _find(name, text)):
                    found.append((work_id, span))
                    break
    longest = max((end - start for _, (start, end) in found), default=0)
    return [(i, span) for i, span in found if span[1] - span[0] == longest]


def _title_case_runs(text: str) -> list[Span]:
    """Stretches of neighbouring words of which the first two are capitalised or name-like."""
    words = [m.span() for m in _WORD.finditer(text)]
    runs: list[Span] = []
    for (start, end), (next_start, next_end) in zip(words, words[1:], strict=False):
        small_gap = next_start - end <= 2
        if text[start].isupper() and text[next_start].isupper() and small_gap:
            runs.append((start, next_end))
    return runs[: MAX_NAMES * 2]


def _find(name: str, text: str) -> Span | None:
    """Where a name's words stand in a text, one after the other, whatever is between them."""
    words = re.findall(r"[^\W_]+", name)
    m = re.search(r"\b" + r"[\W_]+".join(map(re.escape, words)) + r"\b", text, re.IGNORECASE)
    return m.span() if m else None


async def _method_names(
    session: AsyncSession, text: str, researcher_ids: Sequence[int]
) -> list[tuple[int, Span]]:
    """Works whose title carries a name-like word of the text; before a colon it weighs more."""
    if shouted(text):
        text = text.lower()
    found: list[tuple[int, Span]] = []
    words = list(_WORD.finditer(text))
    rare = await _rare(session, [m[0] for m in words if m[0].islower() and len(m[0]) >= 4])
    for m in [m for m in words if looks_named(m[0]) or m[0] in rare][:MAX_NAMES]:
        word = m[0]
        rows = [
            (_rank(word, title), work_id)
            for work_id, title in await _candidates(session, word, researcher_ids)
        ]
        best = min((rank for rank, _ in rows), default=9)
        span = (m.start(), m.start() + len(word))
        found += [(work_id, span) for rank, work_id in rows if rank == best <= 2]
    return found


async def _rare(session: AsyncSession, words: Sequence[str]) -> set[str]:
    """Words written small that few works hold: they may be a name that nobody capitalised."""
    stems = {word: stem for word in words for stem in terms(word)}
    total, _ = await statistics.corpus(session)
    frequency = await statistics.works_with(session, stems.values())
    most = max(RARE_WORKS, total // 200)
    return {word for word, stem in stems.items() if 0 < frequency[stem] <= most}


def _rank(word: str, title: str) -> int:
    """0: the title's own name; 1: a name-like word of it; 2: its plural; 9: neither.

    A word written in small letters counts only where the title writes it as a name.
    """
    head = _HEAD.match(title)
    if head and head["head"].lower() == word.lower() and _own_name(head["head"]):
        return 0
    for other in _WORD.findall(title):
        if other.lower() == word.lower() and looks_named(other):
            return 1
        if other.lower() == word.lower() + "s" and looks_named(other):
            return 2
    return 9


def _own_name(head: str) -> bool:
    return looks_named(head) or len(head.split()) == 1


_PERSON = re.compile(
    r"\b(?P<how>with|and|by|from|of|did|does|has|have|is|was|about|or|than|vs\.?)\s+"
    r"(?:(?:Dr|Prof|Professor|Mr|Ms|Mrs)\.?\s+)?"
    r"(?P<name>(?:[^\W\d_][\w'’-]*\.?\s+){1,3}?[^\W\d_][\w'’-]*[^\W\d_])(?=['’]s|\W|$)"
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person's name in a text: how it is joined to the sentence ("with"), and where it stands."""

    name: str
    how: str
    span: Span


def people(text: str) -> list[Person]:
    """Stretches that are written as a person's name: two to four capitalised words."""
    found: list[Person] = []
    for m in _PERSON.finditer(text):
        words = m["name"].split()
        while words and not words[-1][0].isupper():
            words.pop()
        if len(words) < 2 or any(not w[0].isupper() or looks_named(w.strip(".")) for w in words):
            continue
        name = " ".join(words)
        found.append(Person(name, m["how"].lower(), (m.start("name"), m.start("name") + len(name))))
    return found
