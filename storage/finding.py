"""Finding author records by name: what is typed into a menu, and who is named in a text."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA
from sqlalchemy import CompoundSelect, bindparam, func, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from storage import unlisted
from storage.circles import joins
from storage.errors import AmbiguousResearcher, UnknownResearcher
from storage.folding import holds
from storage.names import name_key
from storage.phrases import plural
from storage.researchers import Researcher, by_ids, described, everyone
from storage.schema import AuthorshipRow, ResearcherNameRow, ResearcherRow, WorkRow
from storage.works import scoped

FUZZY_SCORE = 80.0
TYPO_SCORE = 88.0
LONGEST_NAME = 6
LONGEST_PRINTED = 4  # words of an author who is known without a record
MOST_LABEL_WORDS = 50  # in what tells a person from others of the name, and more than there are
MOST_PAIRS = 20  # of neighbouring words that are compared with every name
ONE_SLIP = 9  # letters of a full name in which one may be wrong

_MONTHS = frozenset("april august december february january july june march may".split())

Judge = Callable[[int, int, bool], bool]
"""Whether `text[start:end]`, a surname that may be another word, is meant as a name there; True
where it would be a possessive without its apostrophe ("planks")."""


def _no_name(_start: int, _end: int, _owning: bool) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Mention:
    """A record named in a text, and where: `text[start:end]`.

    Attributes:
        surname: named by the surname alone.
        owning: a possessive without its apostrophe, "s" and all.
    """

    researcher: Researcher
    start: int
    end: int
    surname: bool = False
    owning: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """A name as printed on so many works, whoever bears it."""

    name: str
    works: int

    @property
    def hint(self) -> str:
        """How to ask about them, for who looks for a record."""
        return (
            f"{self.name} is an author of {plural(self.works, 'work')} here, without a record; "
            f"ask about “papers by {self.name}”."
        )


async def find(session: AsyncSession, text: str, limit: int = 25) -> list[Researcher]:
    """Records whose name is, begins, contains or nearly is the text, best first, and behind each
    the persons who share it, as far as there is room.
    """
    return await _with_persons(session, await _find(session, text, limit), limit)


async def _with_persons(
    session: AsyncSession, records: Sequence[Researcher], limit: int
) -> list[Researcher]:
    rows = await session.execute(
        select(ResearcherRow.id)
        .where(ResearcherRow.record_id.in_([record.id for record in records]))
        .order_by(ResearcherRow.part)
    )
    persons = sorted(await by_ids(session, [i for (i,) in rows]), key=lambda p: -p.works)
    room = limit - len(records)
    found: list[Researcher] = []
    for record in records:
        theirs = [p for p in persons if p.record_id == record.id][: max(room, 0)]
        room -= len(theirs)
        found += [record, *theirs]
    return found


async def _find(session: AsyncSession, text: str, limit: int) -> list[Researcher]:
    key = name_key(text)
    if not key:
        return await everyone(session, limit)
    rows = (
        await session.execute(
            select(ResearcherNameRow.researcher_id, ResearcherNameRow.key)
            .where(ResearcherNameRow.key.contains(key, autoescape=True))
            .order_by(func.length(ResearcherNameRow.key), ResearcherNameRow.key)
            .limit(1000)
        )
    ).all()
    if not rows:
        labelled = await _labelled(session, text, limit)
        return labelled or await by_ids(session, await _near(session, key, limit))
    best: dict[int, tuple[int, int]] = {}
    for researcher_id, name in rows:
        rank = (0 if name == key else 1 if name.startswith(key) else 2, len(name))
        best[researcher_id] = min(best.get(researcher_id, (9, 0)), rank)
    ranked = sorted(best, key=lambda i: (best[i], i))
    return (await _kept(session, ranked))[:limit]


async def _labelled(session: AsyncSession, text: str, limit: int) -> list[Researcher]:
    """Persons who share a name, by words of it and of what tells them from the others."""
    words = set(re.findall(r"\w+", text.lower()))
    if not 2 <= len(words) <= MOST_LABEL_WORDS:
        return []
    shown = ResearcherRow.name + " " + ResearcherRow.label
    rows = await session.scalars(
        select(ResearcherRow.id)
        .where(
            ResearcherRow.record_id.is_not(None),
            ResearcherRow.record_id.not_in(await joins(session)),
            *(holds(shown, word) for word in words),
        )
        .order_by(ResearcherRow.record_id, ResearcherRow.part)
        .limit(limit)
    )
    return await by_ids(session, list(rows))


async def resolve(session: AsyncSession, text: str, hidden: Collection[int] = ()) -> Researcher:
    """The one record meant by a name; those of the `hidden` are as if they were not there.

    Raises:
        UnknownResearcher: no record has the name; near names are suggested.
        AmbiguousResearcher: several have it.
    """
    key = name_key(text)
    rows = await session.execute(
        select(ResearcherNameRow.researcher_id, ResearcherNameRow.form).where(
            ResearcherNameRow.key == key
        )
    )
    kept = await joins(session)
    named = [(kept.get(i, i), form) for i, form in rows if kept.get(i, i) not in hidden]
    full = [i for i, form in named if form == "full"]
    found = await by_ids(session, full or [i for i, _ in named])
    if len(found) == 1:
        return found[0]
    if found:
        choices = tuple((r.id, described(r)) for r in found)
        raise AmbiguousResearcher(name=text.strip(), choices=choices)
    near = await by_ids(session, await _near(session, key, 3, hidden))
    author = None if near else await author_named(session, text, hidden)
    raise UnknownResearcher(
        name=text.strip(),
        suggestions=tuple(r.name for r in near),
        author=author and author.name,
        hint=author and author.hint,
    )


async def author_named(
    session: AsyncSession, text: str, hidden: Collection[int] = ()
) -> Author | None:
    """Who is printed on the most works under a name that is the text, or has it as whole words;
    nobody who opted out or is among the `hidden`.
    """
    key = name_key(text)
    if not key:
        return None
    listed = (await unlisted.of(session, hidden)).listed()
    printed = AuthorshipRow.name_key
    for fits in (printed == key, (" " + printed + " ").contains(f" {key} ", autoescape=True)):
        row = (
            await session.execute(
                select(func.max(AuthorshipRow.name), func.count())
                .where(fits, listed)
                .group_by(printed)
                .order_by(func.count().desc(), printed)
                .limit(1)
            )
        ).first()
        if row is not None:
            return Author(*row)
    return None


async def authors_like(
    session: AsyncSession, text: str, limit: int, hidden: Collection[int] = ()
) -> list[Author]:
    """Names as printed in which a word begins with the text, on the most works first; nobody who
    opted out or is among the `hidden`.
    """
    key = name_key(text)
    if not key:
        return []
    listed = (await unlisted.of(session, hidden)).listed()
    printed = AuthorshipRow.name_key
    rows = await session.execute(
        select(func.max(AuthorshipRow.name), func.count())
        .where((" " + printed).contains(f" {key}", autoescape=True), listed)
        .group_by(printed)
        .order_by(func.count().desc(), printed)
        .limit(limit)
    )
    return [Author(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Named:
    """Who is named in a text: records, in order, and authors of works by their whole names.

    Attributes:
        authors: names as printed, by where they stand: `text[start:end]`.
    """

    records: list[Mention]
    authors: Mapping[tuple[int, int], str]


async def mentioned(
    session: AsyncSession, text: str, hidden: Collection[int] = (), judge: Judge = _no_name
) -> list[Mention]:
    """The records of `named`."""
    return (await named(session, text, hidden, judge)).records


async def named(
    session: AsyncSession, text: str, hidden: Collection[int] = (), judge: Judge = _no_name
) -> Named:
    """Who is named in a text; the longest form wins where names overlap.

    A record's surname alone counts when it is written with a capital, is not the first word and no
    month; of any other, and of one with a bare "s" behind ("planks"), the `judge` says whether it
    is meant. A name without spaces counts only in its own script ("lean" is no An Le); two
    neighbouring capitalised words that nearly are a name count as that name. An author is named by
    all words of the name, in any case.

    Raises:
        UnknownResearcher: a name is only that of `hidden` records, or of authors who may not be
            listed (see `storage.unlisted`).
    """
    words = _words(text)
    spans = _keys(text, words)
    if not spans:
        return Named([], {})
    names = [key for key in spans if 0 < key.count(" ") < LONGEST_PRINTED]
    rows = (await session.execute(_NAMED, {"keys": list(spans), "names": names})).all()
    found = _found(rows, spans, _Written(text, words, judge))
    longest = _longest([(start, end, 0) for start, end in found.printed])
    authors = {
        (words[start][0], words[end - 1][1]): found.printed[start, end] for start, end, _ in longest
    }
    chosen = _longest(found.records) or await _misspelt(session, text, words, hidden)
    await _check_listed(session, authors, {words[start][0] for start, _, _ in chosen}, hidden)
    if not chosen:
        return Named([], authors)
    kept = await joins(session)
    chosen = sorted({(start, end, kept.get(i, i)) for start, end, i in chosen})
    shown = [hit for hit in chosen if hit[2] not in hidden]
    for start, end in {hit[:2] for hit in chosen} - {hit[:2] for hit in shown}:
        raise UnknownResearcher(name=text[words[start][0] : words[end - 1][1]], suggestions=())
    people = {r.id: r for r in await by_ids(session, [hit[2] for hit in shown])}
    records = [
        Mention(
            people[i],
            words[start][0],
            words[end - 1][1],
            surname=(start, end) in found.surnames,
            owning=(start, end) in found.owning,
        )
        for start, end, i in shown
        if i in people
    ]
    return Named(records, authors)


async def _check_listed(
    session: AsyncSession,
    authors: Mapping[tuple[int, int], str],
    on_record: Collection[int],
    hidden: Collection[int],
) -> None:
    """Raise UnknownResearcher for an author who may be listed on no work, unless a record's name
    begins there.
    """
    named = {name_key(name): name for (start, _), name in authors.items() if start not in on_record}
    left_out = await unlisted.of(session, hidden) if named else None
    if left_out is None or left_out.keys.isdisjoint(named):
        return
    asked = AuthorshipRow.name_key.in_(left_out.keys.intersection(named))
    shown = await session.scalars(select(AuthorshipRow.name_key).where(asked, left_out.listed()))
    for key in left_out.keys.intersection(named).difference(shown):
        raise UnknownResearcher(name=named[key], suggestions=())


@dataclass(slots=True)
class _Found:
    """Where words, from the first to before the last, name a record or an author.

    Attributes:
        records: (first, last, record).
        surnames: where that is by the surname alone.
        owning: where an "s" is left over.
        printed: where the whole name of an author stands.
    """

    records: list[tuple[int, int, int]] = field(default_factory=list)
    surnames: set[tuple[int, int]] = field(default_factory=set)
    owning: set[tuple[int, int]] = field(default_factory=set)
    printed: dict[tuple[int, int], str] = field(default_factory=dict)


def _found(
    rows: Iterable[Any], spans: Mapping[str, Sequence[tuple[int, int]]], written: _Written
) -> _Found:
    """What is named of what the rows of `_NAMED` know, where the keys stand."""
    found = _Found()
    for researcher_id, key, form, name in rows:
        for start, end in spans[key]:
            whole = written.whole(start, end, key)
            if name and whole:
                found.printed[start, end] = name
            if name or not written.as_form(form, start, end, key):
                continue
            found.records.append((start, end, researcher_id))
            if form == "surname":
                found.surnames.add((start, end))
            if not whole:
                found.owning.add((start, end))
    return found


def _keys(text: str, words: Sequence[tuple[int, int]]) -> dict[str, list[tuple[int, int]]]:
    """The keys that a text's words may be the name of, each with where its words stand."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for start in range(len(words)):
        for size in range(1, min(LONGEST_NAME, len(words) - start) + 1):
            place = (start, start + size)
            key = name_key(text[words[start][0] : words[start + size - 1][1]])
            spans.setdefault(key, []).append(place)
            if _OWNING.search(key):
                spans.setdefault(key[:-1], []).append(place)
    return spans


_OWNING = re.compile(r"[^\W\d_]{2}[^\Ws]s$")
"""The end of a word that may be a possessive without its apostrophe."""


@dataclass(frozen=True, slots=True)
class _Written:
    """How a text writes the words that are a name."""

    text: str
    words: Sequence[tuple[int, int]]
    judge: Judge

    def as_form(self, form: str, start: int, end: int, key: str) -> bool:
        """Whether the words from `start` on are meant as this form of a record's name."""
        if form == "surname":
            return self.surname(start, end, key)
        if form == "initials":
            return self.initials(start, end)
        if form == "romanised" and end - start == 1:
            return not self.text[self.words[start][0] : self.words[end - 1][1]].isascii()
        return True

    def whole(self, start: int, end: int, key: str) -> bool:
        """Whether the words from `start` on are the name of the key, and no "s" is left over."""
        return name_key(self.text[self.words[start][0] : self.words[end - 1][1]]) == key

    def surname(self, start: int, end: int, key: str) -> bool:
        """Whether the words from `start` on are meant as the surname of the key."""
        first, last = self.words[start][0], self.words[end - 1][1]
        capital = self.text[first].isupper() or not self.text[first].islower()
        placed = start > 0 or len(self.words) == 1
        whole = self.whole(start, end, key)
        shouted = self.text.isupper() and len(self.words) > 2
        told = capital and placed and whole and key not in _MONTHS and not shouted
        return told or self.judge(first, last, not whole)

    def initials(self, start: int, end: int) -> bool:
        """Whether the words from `start` on are initials and a surname: "A. Long", not "a long"."""
        first, last = self.words[start][0], self.words[end - 1][1]
        return _ARTICLE.match(self.text[first:last]) is None


_ARTICLE = re.compile(r"[ai]\s")


async def surnamed(
    session: AsyncSession,
    surname: str,
    researcher_ids: Sequence[int],
    hidden: Collection[int] = (),
) -> list[Author]:
    """Who has this surname among the authors of the records' works, or of all works, most works
    first; nobody who opted out or is among the `hidden`.
    """
    key = name_key(surname)
    if not key:
        return []
    listed = (await unlisted.of(session, hidden)).listed()
    theirs = scoped(select(WorkRow.id), researcher_ids, None)
    rows = await session.execute(
        select(func.max(AuthorshipRow.name), func.count())
        .where(
            AuthorshipRow.work_id.in_(theirs),
            AuthorshipRow.name_key.endswith(f" {key}", autoescape=True),
            listed,
        )
        .group_by(AuthorshipRow.name_key)
        .order_by(func.count().desc(), AuthorshipRow.name_key)
    )
    return [Author(name, number) for name, number in rows]


async def nearly(
    session: AsyncSession, name: str, hidden: Collection[int] = ()
) -> Researcher | None:
    """The one record whose full name a long name misses by a single slip of the pen, or who has
    the given name that is all that is said.
    """
    key = name_key(name)
    names = await _full_names(session, hidden)
    if " " not in key:
        ids = {place[0] for place, full in names.items() if key and full.startswith(f"{key} ")}
    elif len(key) >= ONE_SLIP:
        near = await asyncio.to_thread(
            process.extract, key, names, scorer=OSA.distance, score_cutoff=1, limit=3
        )
        ids = {place[0] for _, _, place in near}
    else:
        ids = set()
    found = await by_ids(session, list(ids)) if len(ids) == 1 else []
    return found[0] if found else None


# Both in one statement, as every question asks it.
_NAMED: CompoundSelect[int, str, str, str] = union_all(
    select(
        ResearcherNameRow.researcher_id,
        ResearcherNameRow.key,
        ResearcherNameRow.form,
        literal_column("''").label("name"),
    ).where(ResearcherNameRow.key.in_(bindparam("keys", expanding=True))),
    select(
        literal_column("0"),
        AuthorshipRow.name_key,
        literal_column("''"),
        func.max(AuthorshipRow.name),
    )
    .where(AuthorshipRow.name_key.in_(bindparam("names", expanding=True)))
    .group_by(AuthorshipRow.name_key),
)


async def _kept(session: AsyncSession, ids: Sequence[int]) -> list[Researcher]:
    """The records of these ids, a joined one as the record that it was joined to."""
    kept = await joins(session)
    return await by_ids(session, [kept.get(i, i) for i in ids])


async def _near(
    session: AsyncSession, key: str, limit: int, hidden: Collection[int] = ()
) -> list[int]:
    """The records whose names are nearest to a key, best first; of one word alone, those that have
    a word like it.
    """
    names = await _full_names(session, hidden)

    def nearest() -> list[int]:
        if " " in key:
            compared, scorer = names, fuzz.token_sort_ratio
        else:
            words = ((i, word) for i, name in names for word in (name, *name.split()))
            compared, scorer = {each: each[1] for each in words}, fuzz.ratio
        matches = process.extract(
            key, compared, scorer=scorer, limit=limit, score_cutoff=FUZZY_SCORE
        )
        return list(dict.fromkeys(found[0] for _, _, found in matches))

    return await asyncio.to_thread(nearest)


async def _full_names(session: AsyncSession, hidden: Collection[int]) -> dict[tuple[int, str], str]:
    """Every full name that is not of the `hidden`, under the record that it means and itself."""
    rows = await session.execute(
        select(ResearcherNameRow.researcher_id, ResearcherNameRow.key).where(
            ResearcherNameRow.form == "full"
        )
    )
    kept = await joins(session)
    named = [(kept.get(i, i), name) for i, name in rows]
    return {(i, name): name for i, name in named if i not in hidden}


def _words(text: str) -> list[tuple[int, int]]:
    """Spans of words; a possessive ending belongs to none."""
    spans = []
    for match in re.finditer(r"[^\W_][\w.\-’']*", text):
        word = re.sub(r"(?:['’]s?|[.\-]+)$", "", match[0])
        if word:
            spans.append((match.start(), match.start() + len(word)))
    return spans


def _longest(hits: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Hits that no longer hit overlaps; several records of one span all stay."""
    chosen: list[tuple[int, int, int]] = []
    for hit in sorted(hits, key=lambda h: (h[0] - h[1], h[0], h[2])):
        span = (hit[0], hit[1])
        if all(
            span == (other[0], other[1]) or hit[1] <= other[0] or other[1] <= hit[0]
            for other in chosen
        ):
            chosen.append(hit)
    return sorted(set(chosen))


async def _misspelt(
    session: AsyncSession, text: str, words: Sequence[tuple[int, int]], hidden: Collection[int]
) -> list[tuple[int, int, int]]:
    """The first two neighbouring capitalised words that nearly are a name."""
    keys = {
        n: name_key(text[words[n][0] : words[n + 1][1]])
        for n in range(len(words) - 1)
        if text[words[n][0]].isupper() and text[words[n + 1][0]].isupper()
    }
    if not keys:
        return []
    compared = dict(list(keys.items())[:MOST_PAIRS])
    found = await asyncio.to_thread(_first_near, compared, await _full_names(session, hidden))
    return [(found[0], found[0] + 2, found[1])] if found else []


def _first_near(
    keys: Mapping[int, str], names: Mapping[tuple[int, str], str]
) -> tuple[int, int] | None:
    """The place of the first key that nearly is a name, with the record of the name."""
    for place, key in keys.items():
        match = process.extractOne(
            key, names, scorer=fuzz.token_sort_ratio, score_cutoff=TYPO_SCORE
        )
        if match is not None:
            return place, match[2][0]
    return None
