"""Topics that a question leaves out, "but not CIFAR": which works mention them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question.mentions import looks_named
from retrieval.writers.matching import mentions
from storage import works
from storage.works import Work

FEW = 2000
"""Works that are looked at closely; of more, only how the words are spelt counts."""


async def ids_saying(
    session: AsyncSession, researcher_ids: Sequence[int], topics: Sequence[str]
) -> set[int]:
    """The works of the researchers, or of all, that mention one of the topics."""
    if not topics:
        return set()
    texts = await works.texts(session, researcher_ids)
    return await asyncio.to_thread(_saying, texts, topics)


def _saying(texts: Sequence[tuple[int, str, str]], topics: Sequence[str]) -> set[int]:
    closely = len(texts) <= FEW
    return {
        work_id
        for work_id, title, abstract in texts
        if any(mentions(f"{title}. {abstract}", topic, closely=closely) for topic in topics)
    }


def without(found: Iterable[Work], topics: Sequence[str]) -> tuple[Work, ...]:
    """The works that mention none of the topics."""
    said = [(work, f"{work.title}. {work.abstract}") for work in found]
    return tuple(work for work, text in said if not any(mentions(text, t) for t in topics))


async def is_name(session: AsyncSession, word: str) -> bool:
    """Whether a word is written like a name, or by most works that have it: "cifar"."""
    if looks_named(word):
        return True
    texts = await works.texts(session, ())
    return await asyncio.to_thread(_written_as_name, texts, word)


def _written_as_name(texts: Sequence[tuple[int, str, str]], word: str) -> bool:
    written = re.compile(rf"(?<![\w-]){re.escape(word)}[\w-]*", re.IGNORECASE)
    found = [m[0] for _, title, abstract in texts if (m := written.search(f"{title}. {abstract}"))]
    return 2 * sum(map(looks_named, found)) > len(found)
