"""Topics that a question leaves out, "but not CIFAR", and which works mention them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question import sorts
from retrieval.question.mentions import looks_named
from retrieval.question.spans import Span
from retrieval.question.typed import Question
from retrieval.text import terms
from retrieval.writers import brought
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
        each = [await _holding(session, topic) for topic in topics]
        return set().union(*each)
    texts = await works.texts(session, researcher_ids)
    return await asyncio.to_thread(saying, texts, topics)


async def _holding(session: AsyncSession, topic: str) -> set[int]:
    """Of very many works, those that mention a topic by all of its words; of surveys, those."""
    if sorts.are_surveys(topic):
        return await ids_of_sort(session, (), sorts.SURVEYS)
    return await statistics.holding(session, terms(topic))


def saying(texts: Sequence[tuple[int, str, str]], topics: Sequence[str]) -> set[int]:
    """The works, of these titles and abstracts, that mention one of the topics."""
    return {
        work_id
        for work_id, title, abstract in texts
        if any(_says(title, abstract, topic) for topic in topics)
    }


def _says(title: str, abstract: str, topic: str) -> bool:
    """Whether a work mentions a topic; of surveys, whether it is one."""
    if sorts.are_surveys(topic):
        return brought.is_survey(title, abstract)
    text = f"{title}. {abstract}"
    return mentions(text, topic) or bool(_adjective(topic).search(text))


@lru_cache(maxsize=64)
def _adjective(topic: str) -> re.Pattern[str]:
    """A topic of one word as it is said of other things: "financial" of "finance"."""
    stem = re.sub(r"(?:e|y|ics?|s)$", "", topic, flags=re.IGNORECASE)
    alone = len(stem) >= LEAST_STEM and topic.isalpha()
    return re.compile(rf"\b{stem}i?c?al(?:ly)?\b" if alone else r"(?!)", re.IGNORECASE)


LEAST_STEM = 4


async def ids_of_sort(session: AsyncSession, researcher_ids: Sequence[int], sort: str) -> set[int]:
    """The works of the researchers, or of all, that are of a sort: surveys, or with data sets.

    Among very many, of those that use its words most.
    """
    if await works.count(session, researcher_ids) > FEW:
        texts = await statistics.holders(session, terms(_WORDS[sort]), researcher_ids, SORTED)
    else:
        texts = await works.texts(session, researcher_ids)
    return await asyncio.to_thread(_of_sort, texts, sort)


SORTED = 2000
"""Works of which it is told what sort they are, where there are very many."""
_WORDS = {
    sorts.SURVEYS: "survey review overview tutorial",
    sorts.DATA_SETS: "dataset benchmark corpus corpora database",
    sorts.BENCHMARKS: "benchmark",
    sorts.LINKS: "https http github",
    sorts.GITHUB: "github",
}


def _of_sort(texts: Sequence[tuple[int, str, str]], sort: str) -> set[int]:
    return {work_id for work_id, title, abstract in texts if is_of(sort, title, abstract)}


def is_of(sort: str, title: str, abstract: str) -> bool:
    """Whether a work is of a sort."""
    if sort in _ADDRESSES:
        return _ADDRESSES[sort].search(abstract) is not None
    return _KINDS[sort](title, abstract)


_KINDS = {
    sorts.SURVEYS: brought.is_survey,
    sorts.DATA_SETS: brought.brings_data,
    sorts.BENCHMARKS: brought.brings_benchmark,
}


_ADDRESSES = {
    sorts.LINKS: re.compile(r"https?:|\bwww\.|\b(?:github|gitlab)\.(?:com|io)\b", re.IGNORECASE),
    sorts.GITHUB: re.compile(r"\b(?:github|gitlab)\.(?:com|io)\b", re.IGNORECASE),
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
    return tuple(w for w in found if not any(_says(w.title, w.abstract, t) for t in topics))


async def is_name(session: AsyncSession, word: str) -> bool:
    """Whether a word is written like a name, or by most works that have it: "cifar"."""
    if looks_named(word):
        return True
    found = await statistics.holders(session, terms(word), (), ASKED)
    written = re.compile(rf"(?<![\w-]){re.escape(word)}[\w-]*", re.IGNORECASE)
    said = [m[0] for _, *text in found if (m := written.search(". ".join(text)))]
    return 2 * sum(map(looks_named, said)) > len(said)
