"""People named in a question who are no author records: co-authors, and people nobody knows.

A name that is not noticed would silently widen the answer to everybody's works, so a text that
makes somebody the subject of writing is never answered as if nobody had been named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question.spans import Span, overlaps
from retrieval.question.surnames import ENDS, HAS, PAPERS_OF
from retrieval.question.words import LEAVES_OUT, MANY_WORKS, ROLE, VERSUS, WORKS, WRITES
from retrieval.text import terms
from storage import finding, works, works_by_author
from storage import terms as statistics
from storage.errors import AmbiguousAuthor
from storage.names import name_key

LONGEST = 4
"""Words of a name."""
NOBODY: Mapping[Span, str] = MappingProxyType({})

_HOW = re.compile(
    r"(?:^|,\s+|\b(?P<how>with|and|by|both|either|compare|from|of|did|does|do|has|have|had|is|was|"
    rf"where|about|or|than|vs\.?|versus|{LEAVES_OUT})\s+)"
    r"(?:(?:Dr|Prof|Professor|Mr|Ms|Mrs)\.?\s+)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]\.|[^\W\d_](?:[\w-]|['’](?!s\b))*")
_PARTICLES = frozenset("al bin da de del della der di dos du el la le ten van von".split())
_CAMEL = re.compile(r"(?:Mc|Mac|O['’]|De|Di|Du|Fitz|La|Le|Van)[A-Z][a-z]+")
_PLAIN = re.compile(r"[A-Z][a-z'’]*|[A-Z]\.")
_NOT_DONE = (
    r"(?:(?<=written )|(?<=published )|(?<=authored )|(?<=posted )|(?<=released )|"
    r"(?<!ed )(?<!en )(?<!ing ))"
)
"""Before "by": no participle of what things do ("affected by overfitting")."""
_SPEAKS = (
    r"(?:ever |also )?(?:say|said|think|claim|argue|believe|collaborat|studied|study|research)"
)
_NAMED = r"(?!(?:and|or|with|by)\b)[^\W\d_][\w.'’-]*"
# Who is not written as people are ("yann lecun", "OpenAI") is told by the wording alone.
_SUBJECT = re.compile(
    rf"\b(?:did|does|has|have)\s+(?P<a>(?:[^\W\d_][\w'’-]+\s+){{1,3}}?){WRITES}|"
    rf"\b(?:{WORKS}|written|published|authored)\s+by\s+(?P<b>{_NAMED}(?:\s+{_NAMED}){{1,2}}?)"
    rf"(?={ENDS.pattern})",
    re.IGNORECASE,
)
# So is, where none of the words is one of the abstracts', who can hardly be anything else.
_LIKELY = re.compile(
    rf"\b(?:{_NOT_DONE}(?P<by>by)|(?P<with>with)|{WORKS}\s+(?P<has>has)|(?:{WORKS}|latest|newest|recent)\s+(?P<from>from))\s+"
    rf"(?P<c>{_NAMED}(?:\s+{_NAMED}){{0,2}}?)(?={ENDS.pattern})|"
    rf"\b(?:{WORKS}\s+(?P<does>does|do|did)|(?P<and>and))\s+"
    rf"(?P<d>{_NAMED}(?:\s+{_NAMED}){{0,2}}?)(?=\s+(?:still\s+|ever\s+)?(?:have|{WRITES}))|"
    rf"\b(?P<do>do|did|does|have)\s+(?P<f>{_NAMED}(?:\s+{_NAMED}){{0,2}}?)"
    rf"(?=\s+and\s+{_NAMED}(?:\s+{_NAMED})?\s+(?:ever\s+)?(?:have|collaborat|work|{WRITES}))|"
    rf"\b(?P<says>did|does|has)\s+(?P<h>{_NAMED}(?:\s+{_NAMED}){{1,2}}?)(?=\s+{_SPEAKS})|"
    rf"\bwho(?:['’]s|\s+is|\s+was)\s+(?P<i>{_NAMED}(?:\s+{_NAMED}){{1,2}}?)(?=\s*[?.!]*$)|"
    rf"\b(?P<also>and)\s+(?P<g>{_NAMED}(?:\s+{_NAMED}){{0,2}}?)(?={ENDS.pattern})|"
    rf"(?:(?<=^)|(?<=\s))(?P<e>(?:{_NAMED}\s+)?[^\W\d_][\w-]*)(?=['’]s?\s+(?:\w+\s+){{0,2}}{WORKS})|"
    rf"\b(?P<the>the)\s+(?:(?:two|three|four|five|\d)\s+)?"
    rf"(?P<j>(?!two\b|three\b|four\b|five\b)[^\W\d_][\w-]*)(?=\s+(?:[\w-]+\s+){{0,3}}{MANY_WORKS}\b)",
    re.IGNORECASE,
)
_LIKELY_AFTER = ("by", "with", "has", "from", "does", "do", "and", "also", "says", "the")
_NO_NAME = frozenset(
    """
    a actually all already also always an and any anybody anyone area at author authors been by
    citation citations co-author co-authors coauthor coauthors collaborator collaborators count
    counts date day decade each even ever every everybody everyone fewer fewest field find for get
    give group he her him his i in it its least list month more most much my name never no nobody
    not of often on only or order other others our paper papers people publication really relevance
    research researcher researchers see she show some somebody someone sometimes team tell than
    that the their them there these they this those title to today together topic type venue we
    week who whom work works year yesterday you your once twice times one two three four five six
    seven eight nine ten
    """.split()
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person's name in a text: how it is joined to the sentence ("with"), and where it stands.

    Attributes:
        how: "the" before "Plank papers", which are on what is nobody's surname.
        doubtful: told by the wording alone, and so perhaps no name at all.
        likely: no name at all where a word of it is one of the abstracts'.
        author: an author of stored works has the whole name, which is given as printed.
    """

    name: str
    how: str
    span: Span
    doubtful: bool = False
    likely: bool = False
    author: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """Co-authors in scope, people nobody knows, and where both stand in the text."""

    coauthors: tuple[str, ...] = ()
    unknown: tuple[Person, ...] = ()
    spans: tuple[Span, ...] = ()


async def find(
    session: AsyncSession,
    text: str,
    persons: Sequence[Person],
    known: Sequence[Span],
    researcher_ids: Sequence[int],
    familiar: Sequence[str] = (),
    hidden_ids: Collection[int] = (),
) -> People:
    """Which of the `persons` named in a text are meant, its `known` stretches (records, works)
    aside.

    `familiar` are names of the researchers in scope, who may be called by one of them.

    Raises:
        AmbiguousAuthor: somebody is named by a surname that several authors have.
    """
    coauthors: list[str] = []
    unknown: list[Person] = []
    spans: list[Span] = []
    own = {word.lower() for name in familiar for word in name.split()}
    for person in persons:
        if _NOT_WANTED.fullmatch(person.how) or overlaps(person.span, known):
            continue
        if {word.lower() for word in person.name.split()} <= own:
            continue
        beside = _beside(text, person, [*known, *spans])
        if person.likely and not (_ends_well(text, person) or beside):
            continue
        if " " not in person.name and person.likely and await _is_thing(session, text, person):
            continue
        meant = (person.author and bool(person.how)) or _is_subject(
            text, person, known, among=bool(own)
        )
        alone = meant or person.likely or _works_on(text, person)
        names = await printed(session, person, researcher_ids, hidden_ids, alone=alone)
        if len(names) == 1:
            coauthors += names
        elif names and (meant or not person.likely or person.name[0].isupper()):
            raise AmbiguousAuthor(name=person.name, authors=listed(names))
        elif meant and person.how != "the" and not await _is_thing(session, text, person):
            unknown.append(person)
        else:
            continue
        spans.append(person.span)
    return People(tuple(coauthors), tuple(unknown), tuple(spans))


def _works_on(text: str, person: Person) -> bool:
    """Whether a capitalised name is asked for what it works on, as a method might be, too."""
    after = text[person.span[1] :]
    return person.how in _DOING and person.name[0].isupper() and bool(_WRITING.match(after))


def listed(names: Sequence[str]) -> str:
    """The first of several names, and how many more there are."""
    more = len(names) - CHOICES
    return ", ".join(names[:CHOICES]) + (f" and {more} more" if more > 0 else "")


CHOICES = 8
"""Authors of one surname who are named."""


async def printed(
    session: AsyncSession,
    person: Person,
    researcher_ids: Sequence[int],
    hidden_ids: Collection[int] = (),
    *,
    alone: bool = True,
) -> list[str]:
    """The name of a co-author in scope; typed small, as it is printed. Of a surname `alone`, all
    who have it.
    """
    if " " not in person.name:
        theirs = await finding.surnamed(session, person.name, researcher_ids, hidden_ids)
        return [author.name for author in theirs] if alone else []
    ids = await works_by_author.ids(session, person.name, researcher_ids)
    if ids and person.name == person.name.lower():
        return [await _capitalised(session, person.name, ids[:1])]
    return [person.name] if ids else []


async def _capitalised(session: AsyncSession, name: str, work_ids: Sequence[int]) -> str:
    """A name typed in small letters, as an author of the work has it."""
    typed = name_key(name).split()
    for work in (await works.by_ids(session, work_ids)).values():
        for author in work.authors:
            words = name_key(author).split()
            if words and words[-1] == typed[-1] and words[0][0] == typed[0][0]:
                return author
    return name


def _ends_well(text: str, person: Person) -> bool:
    """Whether a likely name stands otherwise than as one thing beside another."""
    return person.how != "and" or _ALSO.match(text[person.span[1] :]) is not None


def _beside(text: str, person: Person, known: Sequence[Span]) -> bool:
    """Whether a name is joined to one that is known: "by Wong and Hinton"."""
    before = [
        start for start, end in known if re.fullmatch(r",?\s*\w+\.?\s+", text[end : person.span[0]])
    ]
    return any(_OF_WHOM.search(text[:start]) for start in before)


def named(text: str, authors: Mapping[Span, str] = NOBODY) -> list[Person]:
    """Stretches that are the whole name of one of the `authors` (as printed, by where they stand),
    are written as a person's name, or stand where only a name can.
    """
    hows = {m.end(): _how(m) for m in _HOW.finditer(text)}
    found = [Person(name, hows.get(at[0], ""), at, author=True) for at, name in authors.items()]
    found = _with(found, [person for m in _HOW.finditer(text) if (person := _at(text, m))])
    return _with(found, _by_wording(text))


def _with(found: Sequence[Person], others: Sequence[Person]) -> list[Person]:
    """The people found, and those of the others who stand elsewhere."""
    taken = [person.span for person in found]
    return [*found, *(person for person in others if not overlaps(person.span, taken))]


def _how(m: re.Match[str]) -> str:
    return (m["how"] or ("and" if m[0].startswith(",") else "")).lower()


def _at(text: str, m: re.Match[str]) -> Person | None:
    """The name that stands where the match ends."""
    how = _how(m)
    words = list(_words(text, m.end()))
    while words and words[-1][0].lower() in _PARTICLES:
        words.pop()
    if not words:
        return None
    start, end = words[0].start(), words[-1].end()
    if not how and not _OWNS.match(text[end:]):
        return None
    caseless = not any(letter.isupper() for letter in text[start:end])
    owner = _OWNS.match(text[end:]) is not None
    if len(words) > 1 or caseless or how in _DOING or not how:
        return Person(text[start:end], how, (start, end))
    ends = ENDS.match(text[end:]) or _AND_ANOTHER.match(text[end:])
    joined = _JOINING.fullmatch(how) and ends
    if owner or joined:
        return Person(text[start:end], how, (start, end), likely=True)
    return None


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
    found: list[Person] = []
    if not (_OF_WRITING.search(text) or _SPOKEN_OF.search(text)):
        return found
    for m in _SUBJECT.finditer(text):
        group = "a" if m["a"] else "b"
        how = "did" if m["a"] else "by"
        found += _worded(text, m.span(group), how, any_case=how == "did")
    taken = [person.span for person in found]
    for m in _LIKELY.finditer(text):
        group = next(group for group in "cdefghij" if m[group])
        how = next((m[how].lower() for how in _LIKELY_AFTER if m[how]), "of")
        if not overlaps(m.span(group), taken):
            start, end = m.span(group)
            first, _, last = m[group].partition(" ")
            if group == "e" and last and _DETERMINER.fullmatch(first):
                continue
            if group == "e" and last and (first.lower() in _NO_NAME or not terms(first)):
                start = end - len(last.lstrip())
            found += _worded(text, (start, end), how, any_case=group == "j", likely=True)
    return found


_DETERMINER = re.compile(r"the|this|that|these|those|an?|my|your|his|her|our|their|its", re.I)


def _worded(
    text: str, span: Span, how: str, *, any_case: bool, likely: bool = False
) -> list[Person]:
    """A name that the wording tells, unless its words are those of any sentence."""
    name = text[slice(*span)].rstrip(" .")
    words = name.lower().split()
    if _NO_NAME.intersection(words) or not (any_case or name == name.lower()):
        return []
    if likely and not all(terms(word) or word in _PARTICLES for word in words):
        return []
    return [Person(name, how, (span[0], span[0] + len(name)), doubtful=True, likely=likely)]


async def _is_thing(session: AsyncSession, text: str, person: Person) -> bool:
    """Whether the words are those of abstracts: "how does Vision Transformer work?"."""
    stems = list(terms(person.name))
    publishes = person.how not in _DOING or _PUBLISHING.match(text[person.span[1] :])
    if not stems or (publishes and not person.likely):
        return False
    held = await statistics.works_with(session, stems)
    return (any if person.likely else all)(held.get(stem) for stem in stems)


_DOING = ("did", "does", "has", "have")
_NOT_WANTED = re.compile(LEAVES_OUT)
_JOINING = re.compile(rf"with|by|and|or|both|either|from|{LEAVES_OUT}")
_AND_ANOTHER = re.compile(r",?\s+(?:and|or|&)\s+(?=[^\W\d_a-z])")
_SPOKEN_OF = re.compile(rf"^who\b|\b(?:latest|newest)\b|\b{_SPEAKS}", re.IGNORECASE)
_SAYS = re.compile(rf"\s+{_SPEAKS}", re.IGNORECASE)
_OF_WHOM = re.compile(r"\b(?:by|with|from|of)\s+(?:(?:both|either)\s+)?$", re.IGNORECASE)
_PAPERS_WITH = re.compile(
    rf"(?:^|\b(?:{WORKS}|and|many|ones|those|only)\s+)with\s+$", re.IGNORECASE
)
_WRITING = re.compile(
    r"\s+(?:\w+\s+)?(?:publish|wr[io]t|author|propos|work(?:s|ed)?\b|stud(?:y|ied)|paper|"
    r"publication|contribut|collaborat|research|find|found|say|said|show|do\b|done\b|think)",
    re.IGNORECASE,
)
_PAPERS = re.compile(rf"\b{WORKS}\s+of\s+$", re.IGNORECASE)
_IN_ROLE = re.compile(
    rf"\s+(?:(?:is|was|ever|also|the|an?) ){{0,4}}{ROLE}[ -]author\b",
    re.IGNORECASE,
)
_ALSO = re.compile(rf"\s+(?:still\s+|ever\s+)?(?:have|{WRITES})", re.IGNORECASE)
_PUBLISHING = re.compile(rf"\s+{WRITES}", re.IGNORECASE)
_PUBLISHED = re.compile(rf"\b{WORKS}\b|\bpublish", re.IGNORECASE)
_OWNS = re.compile(
    rf"['’]s?\s+(?:\w+\s+){{0,2}}(?:{WORKS}|research|year)\b",
    re.IGNORECASE,
)
_OF_WRITING = re.compile(
    rf"(?:^|\b(?:and|many|ones?|those|only|just)\s+)(?:by|with|from)\b|\b{WORKS}\b|\bpublish|\bwr[io]t|\bcollaborat|\bco-?author|\bwork",
    re.IGNORECASE,
)
OF_TWO = re.compile(rf"\b(?:{VERSUS}|more|busier)\b", re.IGNORECASE)
"""Says something of two people that sets them against each other."""


def _is_subject(text: str, person: Person, known: Sequence[Span], *, among: bool) -> bool:
    """Whether the wording makes a name that of somebody who writes, perhaps `among` others."""
    before, after = text[: person.span[0]], text[person.span[1] :]
    if person.likely and person.how == "with":  # not "trained with knowledge distillation"
        several = " " in person.name  # words: "does it work with mamba" speaks of nobody
        if several and among:
            return True
        papers = several and _PAPERS_WITH.search(before)
        return bool(papers)
    if person.how == "and" and ENDS.match(after) and _beside(text, person, known):
        return bool(_OF_WRITING.search(text))
    if person.likely and person.how == "and":
        return bool(_ALSO.match(after))
    if person.likely and (_SAYS.match(after) or _SPOKEN_OF.search(before)):
        return True
    if person.likely or (PAPERS_OF.search(before) and HAS.match(after)):
        return bool(_OF_WRITING.search(text))
    if person.how in _DOING:
        if person.doubtful or " " not in person.name:  # "does Whisper find", "did GPT-4 write code"
            return bool(_PUBLISHING.match(after) and _PUBLISHED.search(text))
        return bool(_WRITING.match(after))
    if person.how in ("by", "with", "from"):
        return bool(_OF_WRITING.search(text))
    if _PAPERS.search(before) if person.how == "of" else _IN_ROLE.match(after):
        return True
    beside = any(re.fullmatch(r",?\s*\w+\.?\s+", text[end : person.span[0]]) for _, end in known)
    if person.how in ("and", "or", "than", "vs", "vs.", "versus") and beside:
        return bool(OF_TWO.search(text))
    return bool(_OWNS.match(after))
