"""Lexical statistics in SQL: the same BM25 ranking on SQLite and on PostgreSQL.

BM25 as Lucene computes it (Robertson and Zaragoza 2009; Kamphuis et al. 2020, "Lucene" variant):
idf = ln(1 + (N - n + 0.5) / (n + 0.5)), score = sum of qtf · idf · tf / (tf + k1·(1 - b + b·l/L)).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Float,
    Select,
    String,
    bindparam,
    column,
    delete,
    func,
    insert,
    select,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import bare, upsert
from storage.schema import PostingRow, TermRow, WorkLengthRow, WorkRow
from storage.works import OF_RECORDS

CORPUS = ""  # the row of `terms` that counts the works themselves
LONGEST = 64
_COUNTED = "terms counted"  # in a session's info: what one answer asks for several times


async def save(session: AsyncSession, rows: Mapping[int, Mapping[str, float]]) -> None:
    """Replace the postings of these works: work id -> term -> how often it occurs."""
    session.info.pop(_COUNTED, None)
    works, length = await _take_out(session, list(rows))
    postings = []
    lengths = []
    for work_id, terms in rows.items():
        kept = {term: weight for term, weight in terms.items() if 0 < len(term) <= LONGEST}
        size = float(sum(kept.values()))
        works.update(kept.keys())
        works[CORPUS] += 1
        length += size
        lengths.append({"work_id": work_id, "length": size})
        postings += [
            {"term": term, "work_id": work_id, "weight": float(weight), "length": size}
            for term, weight in kept.items()
        ]
    if lengths:
        await session.execute(insert(WorkLengthRow), lengths)
    if postings:
        await session.execute(insert(bare(PostingRow)), postings)
    await _add_to_statistics(session, works, length)


async def forget(session: AsyncSession, work_ids: Sequence[int]) -> None:
    """Remove the postings of these works, and count them no more."""
    session.info.pop(_COUNTED, None)
    works, length = await _take_out(session, work_ids)
    if works:
        await _add_to_statistics(session, works, length)


async def _take_out(session: AsyncSession, work_ids: Sequence[int]) -> tuple[Counter[str], float]:
    """Delete the postings of these works; what that changes in the statistics."""
    works: Counter[str] = Counter()
    known = (
        await session.execute(
            select(WorkLengthRow.work_id, WorkLengthRow.length).where(
                WorkLengthRow.work_id.in_(work_ids)
            )
        )
    ).all()
    if not known:
        return works, 0.0
    ids = [work_id for work_id, _ in known]
    stale = delete(PostingRow).where(PostingRow.work_id.in_(ids)).returning(PostingRow.term)
    works.subtract(await session.scalars(stale))
    await session.execute(delete(WorkLengthRow).where(WorkLengthRow.work_id.in_(ids)))
    works[CORPUS] -= len(ids)
    return works, -sum(size for _, size in known)


async def _add_to_statistics(session: AsyncSession, works: Counter[str], length: float) -> None:
    statement = upsert(session, TermRow)
    statement = statement.on_conflict_do_update(
        index_elements=["term"],
        set_={
            "works": TermRow.works + statement.excluded.works,
            "length": TermRow.length + statement.excluded.length,
        },
    )
    # In order of term, so that two writers lock the rows in the same order.
    changes = [
        {"term": term, "works": number, "length": length if term == CORPUS else 0.0}
        for term, number in sorted(works.items())
        if number or term == CORPUS
    ]
    if changes:
        await session.execute(statement, changes)


async def corpus(session: AsyncSession) -> tuple[int, float]:
    """How many works have postings, and their mean length in terms."""
    works, length = (await _counted(session, ()))[CORPUS]
    return (works, length / works) if works else (0, 0.0)


async def works_with(session: AsyncSession, terms: Iterable[str]) -> dict[str, int]:
    """In how many works each term occurs; 0 where it occurs in none."""
    wanted = dict.fromkeys(terms, 0)
    counted = await _counted(session, [term for term in wanted if 0 < len(term) <= LONGEST])
    return wanted | {term: counted[term][0] for term in wanted if term in counted}


_STATISTICS = select(TermRow.term, TermRow.works, TermRow.length).where(
    TermRow.term.in_(bindparam("terms", expanding=True))
)  # put together once


async def _counted(session: AsyncSession, terms: Sequence[str]) -> Mapping[str, tuple[int, float]]:
    """(works, length) of the terms and of the corpus; asked for once in a session."""
    known: dict[str, tuple[int, float]] = session.info.setdefault(_COUNTED, {})
    missing = {CORPUS, *terms} - known.keys()
    if missing:
        found = await session.execute(_STATISTICS, {"terms": list(missing)})
        known.update(dict.fromkeys(missing, (0, 0.0)))
        known.update({term: (works, length) for term, works, length in found})
    return known


async def like(session: AsyncSession, term: str, most: int) -> list[str]:
    """The terms with the same two letters first and about as long, the most frequent first."""
    first, size = term[:2], len(term)
    query = (
        select(TermRow.term)
        .where(TermRow.term >= first, TermRow.term < first[0] + chr(ord(first[1]) + 1))
        .where(func.length(TermRow.term).between(size - most, size + most), TermRow.works > 0)
        .order_by(TermRow.works.desc(), TermRow.term)
    )
    return list(await session.scalars(query))


async def holders(
    session: AsyncSession, terms: Iterable[str], researcher_ids: Sequence[int], limit: int
) -> list[tuple[int, str, str]]:
    """(id, title, abstract) of works that use any of the terms, most and most often first.

    Among the works of the researchers, if any are named.
    """
    wanted = [term for term in terms if 0 < len(term) <= LONGEST]
    if not wanted:
        return []
    given = {"terms": wanted, "most": limit, "ids": list(researcher_ids)}
    rows = await session.execute(_THEIRS if researcher_ids else _HOLDERS, given)
    return [(work_id, title, abstract) for work_id, title, abstract in rows]


async def holding(session: AsyncSession, terms: Iterable[str]) -> set[int]:
    """The works that use all of the terms; none where there are no terms."""
    wanted = {term for term in terms if 0 < len(term) <= LONGEST}
    query = (
        select(PostingRow.work_id)
        .where(PostingRow.term.in_(wanted))
        .group_by(PostingRow.work_id)
        .having(func.count() == len(wanted))
    )
    return set(await session.scalars(query)) if wanted else set()


_OFTEN = func.sum(PostingRow.weight / (PostingRow.weight + 1.0))
_HOLDERS = (
    select(WorkRow.id, WorkRow.title, WorkRow.abstract)
    .join(PostingRow, PostingRow.work_id == WorkRow.id)
    .where(PostingRow.term.in_(bindparam("terms", expanding=True)))
    .group_by(WorkRow.id)
    .order_by(_OFTEN.desc(), WorkRow.id)
    .limit(bindparam("most"))
)
_THEIRS = _HOLDERS.where(OF_RECORDS)


def idf(works: int, of: int) -> float:
    """The inverse document frequency of a term that occurs in `works` of `of` works."""
    return math.log(1 + (of - works + 0.5) / (works + 0.5))


async def attainable(session: AsyncSession, query_terms: Mapping[str, int], most: int) -> float:
    """The BM25 of a work that says the `most` terms that weigh most, again and again."""
    frequencies = await works_with(session, query_terms)
    total, _ = await corpus(session)
    weights = [query_terms[term] * idf(number, total) for term, number in frequencies.items()]
    return sum(sorted(weights)[-most:])


async def bm25(
    session: AsyncSession,
    query_terms: Mapping[str, int],
    work_ids: Sequence[int] | None = None,
    limit: int = 200,
    *,
    k1: float = 1.2,
    b: float = 0.75,
) -> list[tuple[int, float]]:
    """The best works for the terms (term -> how often the query repeats it), best first.

    `work_ids` restrict the candidates, never the statistics: a term's weight is that of the whole
    corpus.
    """
    frequencies = await works_with(session, query_terms)
    total, mean_length = await corpus(session)
    weights = [
        (term, query_terms[term] * idf(number, total))
        for term, number in frequencies.items()
        if number > 0
    ]
    if not weights or (work_ids is not None and not work_ids):
        return []
    query = _ranking(len(weights), among=work_ids is not None)
    given: dict[str, Any] = {"most": limit, "flat": k1 * (1 - b), "steep": k1 * b / mean_length}
    if work_ids is not None:
        given["ids"] = work_ids
    for n, (term, weight) in enumerate(weights):
        given |= {f"term{n}": term, f"weight{n}": weight}
    rows = await session.execute(query, given)
    return [(work_id, float(number)) for work_id, number in rows]


@lru_cache(maxsize=128)
def _ranking(number: int, *, among: bool) -> Select[*tuple[Any, ...]]:
    """Works and their scores for so many terms, best first: put together once for each number.

    With `among`, of the works in the parameter `ids` alone.

    The terms and their weights are a table to join with. It is written out, as SQLAlchemy compiles
    its own `values` anew each time, which takes longer than a small search.
    """
    rows = ", ".join(f"(:term{n}, :weight{n})" for n in range(number))
    terms = [bindparam(f"term{n}", type_=String) for n in range(number)]
    weights = [bindparam(f"weight{n}", type_=Float) for n in range(number)]
    listed = text(f"VALUES {rows}").bindparams(*terms, *weights)
    # Both databases call the columns of VALUES so.
    wanted = listed.columns(column("column1", String), column("column2", Float)).cte("wanted")
    flat, steep = bindparam("flat", type_=Float), bindparam("steep", type_=Float)
    norm = flat + steep * PostingRow.length
    score = func.sum(wanted.c.column2 * PostingRow.weight / (PostingRow.weight + norm))
    given = PostingRow.work_id.in_(bindparam("ids", expanding=True))
    return (
        select(PostingRow.work_id, score.label("score"))
        .select_from(wanted)
        .join(PostingRow, PostingRow.term == wanted.c.column1)
        .where(given if among else true())
        .group_by(PostingRow.work_id)
        .order_by(score.desc(), PostingRow.work_id)
        .limit(bindparam("most"))
    )
