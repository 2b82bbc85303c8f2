"""Sentence vectors: what embedding worked out, kept in SQL so that the index can be rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import batches
from storage.schema import VectorRow, WorkRow
from storage.works import Work, by_ids

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WorkVectors:
    """One work under one model.

    Attributes:
        document: (d,) unit vector of the whole work.
        sentences: verbatim pieces of the text; the first is the title.
        matrix: (n, d) unit rows; row i belongs to `sentences[i]`.
    """

    work_id: int
    document: Matrix
    sentences: tuple[str, ...]
    matrix: Matrix


async def pending(session: AsyncSession, model: str, limit: int) -> list[Work]:
    """Works that have no vectors of this model, or whose text has changed since; oldest first."""
    current = (
        select(VectorRow.work_id)
        .where(
            VectorRow.work_id == WorkRow.id,
            VectorRow.model == model,
            VectorRow.text_hash == WorkRow.text_hash,
        )
        .exists()
    )
    ids = list(
        await session.scalars(select(WorkRow.id).where(~current).order_by(WorkRow.id).limit(limit))
    )
    return list((await by_ids(session, ids)).values())


async def count_pending(session: AsyncSession, model: str) -> int:
    """How many works `pending` would return without a limit."""
    total = await session.scalar(select(func.count(WorkRow.id))) or 0
    done = await session.scalar(
        select(func.count(VectorRow.work_id))
        .join(WorkRow, WorkRow.id == VectorRow.work_id)
        .where(VectorRow.model == model, VectorRow.text_hash == WorkRow.text_hash)
    )
    return total - (done or 0)


async def save(session: AsyncSession, model: str, rows: Sequence[WorkVectors]) -> None:
    """Keep vectors, each under a number greater than any before, and forget older ones.

    Stored as float16: (1 + n, d), the document's vector first.
    """
    ids = [row.work_id for row in rows]
    if not ids:
        return
    if session.get_bind().dialect.name == "postgresql":
        # Numbers must become visible in order, or a reader of `since` would step over one.
        await session.execute(text("LOCK TABLE vectors IN SHARE ROW EXCLUSIVE MODE"))
    seq = await newest(session)
    hashes = dict(
        (
            await session.execute(select(WorkRow.id, WorkRow.text_hash).where(WorkRow.id.in_(ids)))
        ).all()
    )
    await session.execute(
        delete(VectorRow).where(VectorRow.model == model, VectorRow.work_id.in_(ids))
    )
    await session.execute(
        insert(VectorRow),
        [
            {
                "work_id": row.work_id,
                "model": model,
                "text_hash": hashes[row.work_id],
                "seq": seq + n,
                "sentences": list(row.sentences),
                "data": np.vstack([row.document[None], row.matrix]).astype(np.float16).tobytes(),
            }
            for n, row in enumerate(rows, start=1)
            if row.work_id in hashes
        ],
    )


async def forget(session: AsyncSession, work_ids: Sequence[int]) -> None:
    """Remove the vectors of these works; numbers go on rising while any others are left.

    Once none is left they begin anew, so a reader of `since` compares `newest` with where it is.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("LOCK TABLE vectors IN SHARE ROW EXCLUSIVE MODE"))
    last = await newest(session)
    await session.execute(delete(VectorRow).where(VectorRow.work_id.in_(work_ids)))
    left = await newest(session)
    if left < last:  # else a reader of `since` would miss what follows
        await session.execute(update(VectorRow).where(VectorRow.seq == left).values(seq=last + 1))


async def newest(session: AsyncSession) -> int:
    """The greatest number of all models' vectors; 0 where none are stored."""
    return await session.scalar(select(func.max(VectorRow.seq))) or 0


_OF_WORKS = select(VectorRow.work_id, VectorRow.sentences, VectorRow.data).where(
    VectorRow.model == bindparam("given"),
    VectorRow.work_id.in_(bindparam("ids", expanding=True)),
)  # put together once


async def load(
    session: AsyncSession, model: str, work_ids: Sequence[int]
) -> dict[int, WorkVectors]:
    """The vectors of these works; works that have none yet are left out."""
    found: dict[int, WorkVectors] = {}
    for part in batches(work_ids):
        rows = await session.execute(_OF_WORKS, {"given": model, "ids": part})
        for work_id, sentences, data in rows:
            matrix = _matrix(data, len(sentences) + 1)
            found[work_id] = WorkVectors(work_id, matrix[0], tuple(sentences), matrix[1:])
    return found


async def since(
    session: AsyncSession, model: str, seq: int, limit: int
) -> list[tuple[int, int, Matrix]]:
    """(number, work id, document vector) of what was saved after `seq`, in order."""
    rows = await session.execute(
        select(VectorRow.seq, VectorRow.work_id, VectorRow.data, VectorRow.sentences)
        .where(VectorRow.model == model, VectorRow.seq > seq)
        .order_by(VectorRow.seq)
        .limit(limit)
    )
    return [
        (number, work_id, _matrix(data, len(sentences) + 1)[0])
        for number, work_id, data, sentences in rows
    ]


async def count(session: AsyncSession, model: str) -> int:
    """How many works have vectors of this model."""
    query = select(func.count(VectorRow.work_id)).where(VectorRow.model == model)
    return await session.scalar(query) or 0


def _matrix(data: bytes, rows: int) -> Matrix:
    return np.frombuffer(data, dtype=np.float16).reshape(rows, -1).astype(np.float32)
