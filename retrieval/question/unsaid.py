"""Topics that a question leaves out, "but not CIFAR": which works mention them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question.mentions import looks_named
from retrieval.text import terms
from retrieval.writers.matching import mentions
from storage import terms as statistics
from storage import works
from storage.works import Work

FEW = 2000
"""Works that are looked at closely; of more, those count that have all words of the topic."""
ASKED = 50
"""Works that have a word, of which most have to write it as a name."""


async def ids_saying(
    session: AsyncSession, researcher_ids: Sequence[int], topics: Sequence[str]
) -> set[int]:
    """The works of the researchers, or of all, that mention one of the topics."""
    if not topics:
        return set()
    if await works.count(session, researcher_ids) > FEW:
        each = [await statistics.holding(session, terms(topic)) for topic in topics]
        return set().union(*each)
    texts = await works.texts(session, researcher_ids)
    return await asyncio.to_thread(_saying, texts, topics)


def _saying(texts: Sequence[tuple[int, str, str]], topics: Sequence[str]) -> set[int]:
    return {
        work_id
        for work_id, title, abstract in texts
        if any(mentions(f"{title}. {abstract}", topic) for topic in topics)
    }


def without(found: Iterable[Work], topics: Sequence[str]) -> tuple[Work, ...]:
    """The works that mention none of the topics."""
    said = [(work, f"{work.title}. {work.abstract}") for work in found]
    return tuple(work for work, text in said if not any(mentions(text, t) for t in topics))


async def is_name(session: AsyncSession, word: str) -> bool:
    """Whether a word is written like a name, or by most works that have it: "cifar"."""
    if looks_named(word):
        return True
    found = await statistics.holders(session, terms(word), (), ASKED)
    written = re.compile(rf"(?<![\w-]){re.escape(word)}[\w-]*", re.IGNORECASE)
    said = [m[0] for _, *text in found if (m := written.search(". ".join(text)))]
    return 2 * sum(map(looks_named, said)) > len(said)
