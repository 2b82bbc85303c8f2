"""Topics that a question leaves out, "but not CIFAR", and which works mention them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question.masking import Span
from retrieval.question.mentions import looks_named
from retrieval.question.typed import Question
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


def left_out(question: Question, topics: tuple[str, ...]) -> Question:
    """The question for works that mention none of the topics either."""
    topics = tuple(dict.fromkeys((*question.choice.unsaid, *topics)))
    return replace(
        question,
        works=without(question.works, topics),
        choice=replace(question.choice, unsaid=topics),
    )


async def things(session: AsyncSession, text: str) -> list[Span]:
    """The names of things behind a "without", which leaves out works: "on ImageNet without CIFAR".

    Any other word says more of a topic: "segmentation without labels".
    """
    m = _WITHOUT.search(text)
    words = [word for word in (m.span("one"), m.span("other")) if word[0] >= 0] if m else []
    named = [await is_name(session, text[start:end]) for start, end in words]
    return words if all(named) else []


_WITHOUT = re.compile(
    r"\b(?:without|minus|excluding) (?P<one>[\w-]+)(?:,? (?:or|and|nor) (?P<other>[\w-]+))?"
    r"(?=\W*$| (?:in|from|since|before|after|by|of)\b)",
    re.IGNORECASE,
)


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
