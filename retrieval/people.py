"""People named in a question who are no author records: co-authors, and people nobody knows.

A name that is not noticed would silently widen the answer to everybody's works, so a text that
makes somebody the subject of writing is never answered as if nobody had been named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.kinds import WORKS
from retrieval.text import terms
from storage import terms as statistics
from storage import works

Span = tuple[int, int]

LONGEST = 4
"""Words of a name."""

_HOW = re.compile(
    r"(?:^|\b(?P<how>with|and|by|from|of|did|does|do|has|have|had|is|was|about|or|than|vs\.?|"
    r"versus)\s+)(?:(?:Dr|Prof|Professor|Mr|Ms|Mrs)\.?\s+)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]\.|[^\W\d_](?:[\w-]|['’](?!s\b))*")
_PARTICLES = frozenset("al bin da de del della der di dos du el la le ten van von".split())
_CAMEL = re.compile(r"(?:Mc|Mac|O['’]|De|Di|Du|Fitz|La|Le|Van)[A-Z][a-z]+")
_PLAIN = re.compile(r"[A-Z][a-z'’]*|[A-Z]\.")
_WRITES = r"(?:(?:ever|also|already|first|last|last time) )?(?:publish|wr[io]t|author|co-?author)"
# Who is not written as people are ("yann lecun", "OpenAI") is told by the wording alone.
_SUBJECT = re.compile(
    rf"\b(?:did|does|has|have)\s+(?P<a>(?:[^\W\d_][\w'’-]+\s+){{1,3}}){_WRITES}|"
    rf"\b(?:{WORKS}|written|published|authored|(?P<with>with))\s+(?(with)|by\s+)"
    r"(?P<b>[^\W\d_][\w'’-]+(?:\s+[^\W\d_][\w'’-]+){1,2}?)"
    r"(?=\s*[?.!,]*$|\s+(?:in|since|from|between|before|after|about|on|write|published?)\b)",
    re.IGNORECASE,
)
_NO_NAME = frozenset(
    """
    a actually all already also and any anybody anyone area at author authors been by citation
    citations co-author co-authors coauthor coauthors collaborator collaborators date each even
    ever every everybody everyone field for group he her him his i in it its least month more most
    much my name no nobody not of on only or order other others our paper papers people
    publication really relevance research researcher researchers she some somebody someone team
    than that the their them there these they this those title to together topic type venue we who
    whom work works year you your
    """.split()
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person's name in a text: how it is joined to the sentence ("with"), and where it stands.

    Attributes:
        doubtful: told by the wording alone, and so perhaps no name at all.
    """

    name: str
    how: str
    span: Span
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """Co-authors in scope, people nobody knows, and where both stand in the text."""

    coauthors: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


async def find(
    session: AsyncSession,
    text: str,
    persons: Sequence[Person],
    known: Sequence[Span],
    researcher_ids: Sequence[int],
    familiar: Sequence[str] = (),
) -> People:
    """Which of the `persons` named in a text are meant, its `known` stretches (records, works)
    aside.

    `familiar` are names of the researchers in scope, who may be called by one of them.
    """
    coauthors: list[str] = []
    unknown: list[str] = []
    spans: list[Span] = []
    own = {word.lower() for name in familiar for word in name.split()}
    for person in persons:
        start, end = person.span
        if any(start < other_end and other_start < end for other_start, other_end in known):
            continue
        if {word.lower() for word in person.name.split()} <= own:
            continue
        if await works.ids_by_author(session, person.name, researcher_ids):
            coauthors.append(person.name)
        elif _is_subject(text, person, known) and not await _is_thing(session, text, person):
            unknown.append(person.name)
        else:
            continue
        spans.append(person.span)
    return People(tuple(coauthors), tuple(unknown), tuple(spans))


def named(text: str) -> list[Person]:
    """Stretches that are written as a person's name, or stand where only a name can."""
    found = [person for m in _HOW.finditer(text) if (person := _at(text, m))]
    taken = [person.span for person in found]
    return found + [
        person
        for person in _by_wording(text)
        if not any(person.span[0] < end and start < person.span[1] for start, end in taken)
    ]


def _at(text: str, m: re.Match[str]) -> Person | None:
    """The name that stands where the match ends."""
    how = (m["how"] or "").lower()
    words = list(_words(text, m.end()))
    while words and words[-1][0].lower() in _PARTICLES:
        words.pop()
    if not words:
        return None
    start, end = words[0].start(), words[-1].end()
    if not how and not _OWNS.match(text[end:]):
        return None
    caseless = not any(letter.isupper() for letter in text[start:end])
    alone = caseless or how in _DOING or not how
    return Person(text[start:end], how, (start, end)) if len(words) > 1 or alone else None


def _words(text: str, at: int) -> Iterator[re.Match[str]]:
    """Neighbouring words that may be a name's."""
    for n in range(LONGEST):
        m = _WORD.match(text, at)
        if m is None or not (_personal(m[0]) or (n and m[0].lower() in _PARTICLES)):
            return
        yield m
        if not text[m.end() : m.end() + 1].isspace():
            return
        at = m.end() + 1


def _personal(word: str) -> bool:
    """Whether a word may be part of a person's name: Kai, Fei-Fei, Hung-yi, McAllester, K., 凯.

    >>> [_personal(word) for word in ("Hung-yi", "LeCun", "GhostNet", "PS-FCN", "CMT", "he")]
    [True, True, False, False, False, False]
    """
    if not any(letter.isupper() or letter.islower() for letter in word):
        return True
    first, *rest = word.split("-")
    unaccented = "".join(letter if letter.isascii() else "Aa"[letter.islower()] for letter in first)
    shape = _PLAIN.fullmatch(unaccented) or _CAMEL.fullmatch(unaccented)
    return shape is not None and all(part.istitle() or part.islower() for part in rest)


def _by_wording(text: str) -> list[Person]:
    found = []
    for m in _SUBJECT.finditer(text) if _OF_WRITING.search(text) else ():
        group = "a" if m["a"] else "b"
        name = m[group].strip()
        words = name.lower().split()
        if (m["a"] or name == name.lower()) and not _NO_NAME.intersection(words):
            start = m.start(group)
            how = "did" if m["a"] else "with" if m["with"] else "by"
            found.append(Person(name, how, (start, start + len(name)), doubtful=True))
    return found


async def _is_thing(session: AsyncSession, text: str, person: Person) -> bool:
    """Whether the words are those of abstracts: "how does Vision Transformer work?"."""
    stems = list(terms(person.name))
    publishes = person.how not in _DOING or _PUBLISHING.match(text[person.span[1] :])
    if publishes or not stems:
        return False
    held = await statistics.works_with(session, stems)
    return all(held.get(stem) for stem in stems)


_DOING = ("did", "does", "has", "have")
_WRITING = re.compile(
    r"\s+(?:\w+\s+)?(?:publish|wr[io]t|author|propos|work(?:s|ed)?\b|stud(?:y|ied)|paper|"
    r"publication|contribut|collaborat|research|find|found|say|said|show|do\b|done\b|think)",
    re.IGNORECASE,
)
_PUBLISHING = re.compile(rf"\s+{_WRITES}", re.IGNORECASE)
_PUBLISHED = re.compile(rf"\b{WORKS}\b|\bpublish", re.IGNORECASE)
_OWNS = re.compile(
    r"['’]s?\s+(?:\w+\s+){0,2}(?:papers?|works?|publications?|research|articles?|year)\b",
    re.IGNORECASE,
)
_OF_WRITING = re.compile(
    rf"\b{WORKS}\b|\bpublish|\bwr[io]t|\bcollaborat|\bco-?author|\bwork", re.IGNORECASE
)
_SAID_OF_TWO = re.compile(r"\bcompar|\bdiffer|\bmore\b|\bvs\b|\bversus\b|\bbusier\b", re.IGNORECASE)


def _is_subject(text: str, person: Person, known: Sequence[Span]) -> bool:
    """Whether the wording makes a name that of somebody who writes."""
    before, after = text[: person.span[0]], text[person.span[1] :]
    if person.doubtful and person.how == "with":
        return False  # "trained with knowledge distillation"
    if person.how in _DOING:
        if person.doubtful or " " not in person.name:  # "does Whisper find", "did GPT-4 write code"
            return bool(_PUBLISHING.match(after) and _PUBLISHED.search(text))
        return bool(_WRITING.match(after))
    if person.how in ("by", "with", "from"):
        return bool(_OF_WRITING.search(text))
    if person.how == "of" and re.search(rf"\b{WORKS}\s+of\s+$", before, re.IGNORECASE):
        return True
    beside = any(re.fullmatch(r",?\s*\w+\.?\s+", text[end : person.span[0]]) for _, end in known)
    if person.how in ("and", "or", "than", "vs", "vs.", "versus") and beside:
        return bool(_SAID_OF_TWO.search(text))
    return bool(_OWNS.match(after))
