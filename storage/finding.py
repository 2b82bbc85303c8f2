"""Finding author records by name: what is typed into a menu, and who is named in a text."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import AmbiguousResearcher, UnknownResearcher
from storage.names import name_key
from storage.researchers import Researcher, by_ids, described, everyone, joins
from storage.schema import ResearcherNameRow, ResearcherRow

FUZZY_SCORE = 80.0
TYPO_SCORE = 88.0
LONGEST_NAME = 6
MOST_PAIRS = 20  # of neighbouring words that are compared with every name


@dataclass(frozen=True, slots=True)
class Mention:
    """A record named in a text, and where: `text[start:end]`."""

    researcher: Researcher
    start: int
    end: int


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
    words = re.findall(r"\w+", text.lower())
    if len(words) < 2:
        return []
    shown = func.lower(ResearcherRow.name + " " + ResearcherRow.label)
    rows = await session.scalars(
        select(ResearcherRow.id)
        .where(
            ResearcherRow.record_id.is_not(None),
            ResearcherRow.record_id.not_in(await joins(session)),
            *(shown.contains(word, autoescape=True) for word in words),
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
    raise UnknownResearcher(name=text.strip(), suggestions=tuple(r.name for r in near))


async def mentioned(
    session: AsyncSession, text: str, hidden: Collection[int] = ()
) -> list[Mention]:
    """Records named in a text, in order; the longest form wins where names overlap.

    A surname alone counts only when it is written with a capital and is not the first word; a
    name without spaces only in its own script ("lean" is no An Le); two neighbouring capitalised
    words that nearly are a name count as that name.

    Raises:
        UnknownResearcher: a name is that of `hidden` records only.
    """
    words = _words(text)
    spans: dict[str, list[tuple[int, int]]] = {}
    for start in range(len(words)):
        for size in range(1, min(LONGEST_NAME, len(words) - start) + 1):
            first, last = words[start], words[start + size - 1]
            key = name_key(text[first[0] : last[1]])
            spans.setdefault(key, []).append((start, start + size))
    if not spans:
        return []
    rows = await session.execute(_NAMED, {"keys": list(spans)})
    hits: list[tuple[int, int, int]] = []
    for researcher_id, key, form in rows:
        for start, end in spans[key]:
            capital = text[words[start][0]].isupper() or not text[words[start][0]].islower()
            if form == "surname" and not (capital and (start > 0 or len(words) == 1)):
                continue
            span = text[words[start][0] : words[end - 1][1]]
            if form == "romanised" and end - start == 1 and span.isascii():
                continue
            hits.append((start, end, researcher_id))
    chosen = _longest(hits) or await _misspelt(session, text, words, hidden)
    if not chosen:
        return []
    kept = await joins(session)
    chosen = sorted({(start, end, kept.get(i, i)) for start, end, i in chosen})
    shown = [hit for hit in chosen if hit[2] not in hidden]
    for start, end in {hit[:2] for hit in chosen} - {hit[:2] for hit in shown}:
        raise UnknownResearcher(name=text[words[start][0] : words[end - 1][1]], suggestions=())
    people = {r.id: r for r in await by_ids(session, [hit[2] for hit in shown])}
    return [
        Mention(people[i], words[start][0], words[end - 1][1])
        for start, end, i in shown
        if i in people
    ]


_NAMED = select(
    ResearcherNameRow.researcher_id, ResearcherNameRow.key, ResearcherNameRow.form
).where(ResearcherNameRow.key.in_(bindparam("keys", expanding=True)))


async def _kept(session: AsyncSession, ids: Sequence[int]) -> list[Researcher]:
    """The records of these ids, a joined one as the record that it was joined to."""
    kept = await joins(session)
    return await by_ids(session, [kept.get(i, i) for i in ids])


async def _near(
    session: AsyncSession, key: str, limit: int, hidden: Collection[int] = ()
) -> list[int]:
    """The records whose names are nearest to a key, best first."""
    names = await _full_names(session, hidden)

    def nearest() -> list[int]:
        matches = process.extract(
            key, names, scorer=fuzz.token_sort_ratio, limit=limit, score_cutoff=FUZZY_SCORE
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
