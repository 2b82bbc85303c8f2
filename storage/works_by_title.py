"""Works by their titles: those that hold typed words, and the one that is meant."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.folding import holds
from storage.schema import WorkRow
from storage.works import NEWEST_FIRST, scoped

MOST_TITLE_WORDS = 100  # more, and it is a text; databases bound how much is asked at once


async def like(
    session: AsyncSession, text: str, researcher_id: int | None = None, limit: int | None = None
) -> list[tuple[int, str]]:
    """Ids and titles in which every word of the text occurs, newest first; none of a text with more
    words than a title has.
    """
    words = dict.fromkeys(text.split())
    if len(words) > MOST_TITLE_WORDS:
        return []
    query = scoped(
        select(WorkRow.id, WorkRow.title), [researcher_id] if researcher_id else [], None
    )
    for word in words:
        query = query.where(holds(WorkRow.title, word))
    rows = await session.execute(query.order_by(*NEWEST_FIRST).limit(limit))
    return [(work_id, title) for work_id, title in rows]


async def meant(session: AsyncSession, text: str, researcher_id: int | None = None) -> int | None:
    """The work that a typed title means: the one of just that title, else with just that before its
    colon, else that begins with these words, else that holds them; of several the newest.
    """
    found = await like(session, text, researcher_id)
    typed = " ".join(text.casefold().split())
    best = min(found, key=lambda one: _farness(typed, one[1]), default=None)
    return best[0] if best else None


def _farness(typed: str, title: str) -> int:
    """How far a title is from what was typed, in small letters."""
    whole = " ".join(title.casefold().split())
    if typed == whole:
        return 0
    if typed == whole.partition(":")[0].rstrip():
        return 1
    # "GhostNet" begins "GhostNet-V2" as a word of its own, and "GhostNets" not.
    return 2 if re.match(rf"{re.escape(typed)}(?!\w)", whole) else 3
