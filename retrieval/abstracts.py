"""Questions of content, answered from the abstracts.

Four ways lead into them. Works of a sort, as data sets, are told by what they bring along. Works
that a question describes together are found first, each by its description, and then asked. Works
that are named are read whole. Everything else is searched for in all works in scope.

Nothing is written without passages, and every quote is compared with the stored text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import records
from retrieval.cited import QUOTED, Answer, Found, checked, from_record, written
from retrieval.phrases import n_works
from retrieval.question import language
from retrieval.question.alternatives import apart, two
from retrieval.question.asked import is_phrase
from retrieval.question.choosing import NEWEST_FIRST, OLDEST_FIRST
from retrieval.question.inventors import INVENTED, tells_inventor
from retrieval.question.kinds import OF_WORKS, Kind
from retrieval.question.sorts import DATA_SETS
from retrieval.question.typed import Question
from retrieval.records.record import age
from retrieval.records.shelf import of_works
from retrieval.scope import Scope, scope_of, unread_yet, within
from retrieval.writers import DraftSentence, Quote
from retrieval.writers.answering import MOST_GIVEN
from retrieval.writers.matching import mentions
from retrieval.writers.meant import meant_by, unmet
from retrieval.writers.members import puts_forward
from retrieval.writers.quoting import QuotingWriter
from storage import works

if TYPE_CHECKING:
    from retrieval.question.together import Described
    from retrieval.search import Ahead, Passage, Search
    from storage.works import Work

PASSAGES = 10
"""Passages read for a question of content."""
SEVERAL = 2
"""Works that have to speak of what is only named to be listed."""
TOPIC_PASSAGES = 60
"""Passages looked at when all works about a topic are wanted."""


def queries(question: Question) -> tuple[str, ...]:
    """What has to be searched for to answer a question."""
    meant, alone = _described(question), question.choice.sort == DATA_SETS
    whole = (question.text,) if meant or alone else ()
    return (_query(question), *whole, *(meant.queries if meant else ()))


def _query(question: Question) -> str:
    """What sentences are to be near to: of works that are compared all that is said of them."""
    return question.text if question.kind is Kind.COMPARE else question.content or question.text


class Abstracts:
    """Answers questions of content in quotes; safe to share between tasks."""

    writer = QuotingWriter.name
    """Who an answer in quotes is by."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._quoting = QuotingWriter(search.interaction)

    async def answer(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: Ahead
    ) -> Found:
        """The answer; of one work, where no works of the sort asked for fit: "which data sets have
        labels?" may have been asked of what one of them uses.

        Raises:
            EmbeddingUnavailable: what is searched for could not be embedded.
        """
        if listed := await self._of_phrase(session, question, scope, ahead):
            return Found(listed, scope)
        found = Found(await self._answered(session, question, scope, ahead), scope)
        if not found.answer.refused or question.choice.sort != DATA_SETS:
            return found
        anything = replace(question.choice, sort="")
        asked = replace(question, kind=Kind.CONTENT, content="", choice=anything)
        scope = await scope_of(session, asked)
        answer = await self._answered(session, asked, scope, ahead)
        return found if answer.refused else Found(answer, scope)

    async def _of_phrase(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: Ahead
    ) -> Answer | None:
        """The works on what is only named, "text-to-SQL", where several speak of it."""
        more = question.exact or question.facet or question.choice.sort
        if question.kind is not Kind.CONTENT or more or not is_phrase(question.content):
            return None
        topic = replace(question, kind=Kind.WORKS_ABOUT, works=())
        answer = await self._answered(session, topic, scope, ahead)
        texts = [f"{c.work.title}. {c.work.abstract}" for c in answer.citations]
        saying = await asyncio.to_thread(lambda: [mentions(t, question.content) for t in texts])
        return answer if sum(saying) >= SEVERAL else None

    async def _answered(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: Ahead
    ) -> Answer:
        """The answer, and what it may lack as it is still being read in."""
        answer = await self._of_described(session, question, scope, ahead)
        named = question.works if question.exact and answer.refused else ()
        if late := await self._search.unread_of(session, named):
            others = answer.text if len(late) < len(named) else ""
            return replace(answer, text=" ".join(filter(None, (others, unread_yet(late)))))
        if answer.refused and (unread := await self._search.unread(session)):
            still, was = ("is", "was") if unread == 1 else ("are", "were")
            note = f"{n_works(unread)} {still} still being read in and {was} not searched."
            answer = replace(answer, note=f"{answer.note} {note}" if answer.note else note)
        return answer

    # Works that are described -----------------------------------------------------------------

    async def _of_described(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: Ahead
    ) -> Answer:
        """The answer of the works that the question describes together; of all in scope where it
        describes none, or where those that it may have described do not say.
        """
        together = await self._together(session, question, scope, ahead)
        if together.works and together.kind in OF_WORKS:
            return from_record(together, scope, of_works(together, together.works))
        answer = await self._searched(session, together, scope, ahead)
        if answer.refused and together.described and not together.described.compared:
            alone = replace(question, described=None)
            answer = await self._searched(session, alone, scope, ahead)
        return answer

    async def _together(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: Ahead
    ) -> Question:
        """The question put to the works that it describes; as it is where they are not found."""
        meant = _described(question)
        if meant is None:
            return replace(question, described=None)
        found = []
        for query in meant.queries:
            topic = replace(
                question,
                kind=Kind.WORKS_ABOUT,
                content=query,
                works=(),
                described=None,
                exact=False,
            )
            passages = await self._passages(session, topic, scope, ahead)
            found.append(await self._quoting.candidates(session, topic, passages))
        if found:
            chosen = await asyncio.to_thread(meant_by, meant, found, question.works)
        else:
            chosen = await _all_of(session, scope, meant.number)
        if not chosen:
            return replace(question, described=None, unknown=unmet(meant, found))
        return replace(question, kind=meant.kind, works=chosen, content=meant.asked)

    # Passages and their sentences -------------------------------------------------------------

    async def _searched(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: Ahead
    ) -> Answer:
        """The answer in quotes from what is found."""
        passages = await self._passages(session, question, scope, ahead)
        if told := _crediting(question, passages):
            said = replace(question, kind=Kind.CONTENT)
            return written(said, scope, passages, told, self.writer)
        if question.kind not in QUOTED:
            return await self._about(session, question, scope, passages)
        quoted = await self._quotes(session, question, passages)
        return written(question, scope, passages, quoted, self.writer)

    async def _passages(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: Ahead
    ) -> list[Passage]:
        """The passages for a question of content; works that it names are always among them."""
        query = _query(question)
        vector = ahead.of(query)
        named = [w.id for w in question.works if within(w, question.window)]
        alone = question.kind is Kind.COMPARE or question.exact
        if (alone and not named) or (scope.work_ids is not None and not scope.work_ids):
            return []
        if alone:
            return await self._search.passages(
                query, work_ids=named, limit=len(named), session=session, vector=vector
            )
        limit = PASSAGES if question.kind is Kind.CONTENT else TOPIC_PASSAGES
        found = await self._search.passages(
            query,
            work_ids=sorted(scope.work_ids or ()),
            limit=limit,
            session=session,
            vector=vector,
        )
        missing = [i for i in named if i not in {p.work.id for p in found}]
        if missing:
            found += await self._search.passages(
                query, work_ids=missing, limit=len(missing), session=session, vector=vector
            )
        return found

    async def _apart(
        self, session: AsyncSession, question: Question, passages: Sequence[Passage]
    ) -> Sequence[Sequence[Passage]]:
        """The passages as they answer each of several topics, in the same order."""
        topics = apart(question.content)
        ids = [p.work.id for p in passages]
        if question.kind is not Kind.WORKS_ABOUT or len(topics) < 2 or not self._search.quick:
            return []
        found: list[Sequence[Passage]] = []
        for topic in topics:
            each = await self._search.passages(topic, work_ids=ids, limit=len(ids), session=session)
            found.append(sorted(each, key=lambda p: ids.index(p.work.id)))
        return found

    async def _quotes(
        self, session: AsyncSession, question: Question, passages: Sequence[Passage]
    ) -> list[DraftSentence]:
        """The sentences that answer, verbatim; none where the question is in another language and
        shares no words with the works that they are from.
        """
        apart = await self._apart(session, question, passages)
        drafted = await self._quoting.write(session, question, passages, apart)
        sentences = checked(drafted, passages)
        if not language.foreign(question.text):
            return sentences
        cited = {quote.passage for sentence in sentences for quote in sentence.quotes}
        found = [passages[place].work for place in cited]
        return sentences if language.met(question.content or question.text, found) else []

    # Works about a topic ----------------------------------------------------------------------

    async def _about(
        self,
        session: AsyncSession,
        question: Question,
        scope: Scope,
        passages: Sequence[Passage],
    ) -> Answer:
        """Works about a topic: listed, or counted, dated and so on where that is asked."""
        topic = question.content
        question, sentences = await self._nearest(session, question, passages)
        note = (
            None
            if question.content == topic
            else f"No abstract names both {topic}; these are on either."
        )
        sentences = _in_order(question, sentences, passages)
        found = _by_inventors(question, passages, [_work(s, passages) for s in sentences])
        if question.kind is Kind.WORKS_ABOUT or not found:
            told = sentences if found else []
            return replace(written(question, scope, passages, told, self.writer), note=note)
        # All that were looked at are about it: there may be more.
        some = len(found) == len(passages) < scope.works
        record = await records.of_topic(session, question, scope, found, some=some)
        return replace(from_record(question, scope, record), note=note)

    async def _nearest(
        self, session: AsyncSession, question: Question, passages: Sequence[Passage]
    ) -> tuple[Question, list[DraftSentence]]:
        """A sentence of each work about a topic, and the question that they answer: where there is
        none, that for works which mention it; where none speaks of both things that it names, that
        for works about either.
        """
        saying = replace(question, mentioned=True)
        for asked in (question, saying):
            if sentences := await self._on_topic(session, asked, passages):
                question = asked
                break
        if each := two(question.content):
            found = [_work(sentence, passages) for sentence in sentences]
            if not await asyncio.to_thread(_any_says, found, each):
                apart = replace(question, content=" or ".join(each), mentioned=False)
                if others := await self._on_topic(session, apart, passages):
                    return apart, others
        return question, sentences

    async def _on_topic(
        self, session: AsyncSession, question: Question, passages: Sequence[Passage]
    ) -> list[DraftSentence]:
        """A sentence of each work that is about a topic, or that only mentions it, as asked."""
        return await self._quotes(session, replace(question, kind=Kind.WORKS_ABOUT), passages)


def _described(question: Question) -> Described | None:
    """The works that a question may be asked of which it describes together."""
    meant = question.described
    if meant is None or (question.exact and not meant.named):
        return None
    acting = meant.acting and question.kind in (Kind.WORKS_ABOUT, Kind.COUNT)
    return meant if acting or question.kind in (Kind.CONTENT, *OF_WORKS) else None


async def _all_of(session: AsyncSession, scope: Scope, number: int) -> tuple[Work, ...]:
    """All works in scope, if they are as many as are spoken of."""
    ids = scope.work_ids or frozenset()
    if len(ids) != number if number else not 2 <= len(ids) <= MOST_GIVEN:
        return ()
    stored = await works.by_ids(session, sorted(ids))
    return tuple(sorted(stored.values(), key=age))


def _work(sentence: DraftSentence, passages: Sequence[Passage]) -> Work:
    return passages[sentence.quotes[0].passage].work


def _any_says(found: Sequence[Work], things: Sequence[str]) -> bool:
    """Whether a work speaks of all these things."""
    texts = (f"{work.title}. {work.abstract}" for work in found)
    return any(all(mentions(text, thing) for thing in things) for text in texts)


def _in_order(
    question: Question, sentences: list[DraftSentence], passages: Sequence[Passage]
) -> list[DraftSentence]:
    """The sentences by the age of their works, where that order is wanted."""
    if question.facet not in (OLDEST_FIRST, NEWEST_FIRST):
        return sentences

    def of(sentence: DraftSentence) -> tuple[int, date, str]:
        return age(_work(sentence, passages))

    return sorted(sentences, key=of, reverse=question.facet == NEWEST_FIRST)


def _crediting(question: Question, passages: Sequence[Passage]) -> list[DraftSentence]:
    """The sentence that says by whom that was put forward whose inventor is asked for."""
    said = (
        DraftSentence(s.text, (Quote(place, s.text),))
        for place, passage in enumerate(passages)
        for s in passage.sentences
        if tells_inventor(s.text, question.text)
    )
    return list(islice(said, 1)) if INVENTED.match(question.text) else []


def _by_inventors(question: Question, passages: Sequence[Passage], found: list[Work]) -> list[Work]:
    """Of the works found on a topic, where its inventors are asked for, those that put it forward,
    the oldest first.
    """
    invented = INVENTED.match(question.text) if question.kind is Kind.AUTHORS else None
    if invented is None:
        return found
    thing, new = invented["thing"], bool(invented["new"])
    first = [p.work for p in passages if p.work in found and puts_forward(p, thing, new=new)]
    return sorted(first, key=age) if first or new else found
