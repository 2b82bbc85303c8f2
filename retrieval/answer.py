"""A question in, an answer out: read, look up or search, write, check, and say what was looked at.

Questions of record are answered from SQL (`retrieval.records`), questions of content from the
abstracts (`retrieval.abstracts`). What remains without a citation is a refusal.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import at_hand as hand
from retrieval import one_by_one, records
from retrieval.abstracts import Abstracts, queries
from retrieval.cited import (
    QUOTED,
    Answer,
    Found,
    aloud,
    beside,
    checked,
    composed,
    from_record,
    written,
)
from retrieval.question import unkept
from retrieval.question.asked import read_asked
from retrieval.question.kinds import Kind
from retrieval.question.masking import tidy
from retrieval.question.reading import read
from retrieval.question.typed import Question, Turn
from retrieval.records.record import Record
from retrieval.scope import Scope, scope_of
from retrieval.search import Ahead
from retrieval.writers import Draft
from storage import finding, own_words, researchers, works
from storage.database import Database
from storage.errors import ModelUnavailable, NothingImported, UnknownResearcher

if TYPE_CHECKING:
    from retrieval.search import Passage, Search

OnDraft = Callable[[str], Awaitable[None]]


class ModelWriter(Protocol):
    """A writer with a language model, as `retrieval.writers.model` has it."""

    name: str

    async def write(
        self,
        question: str,
        passages: Sequence[Passage],
        *,
        history: Sequence[str] = (),
        on_draft: Callable[[Draft], Awaitable[None]] | None = None,
    ) -> Draft: ...


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a question: the turn that was at hand before the first one, whose works
    are meant where it names nobody, and who is not to be known.
    """

    at_hand: Turn | None
    default_id: int | None
    pinned_id: int | None
    hidden: Collection[int]


class Answerer:
    """Answers questions; safe to share between tasks."""

    def __init__(
        self,
        database: Database,
        search: Search,
        writer: ModelWriter | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        """`writer` is a model's writer; without one (or when it fails) sentences are quoted."""
        self._database = database
        self._search = search
        self._abstracts = Abstracts(search)
        self._model = writer
        self._today = today

    async def answer(
        self,
        text: str,
        *,
        history: Sequence[Turn] = (),
        at_hand: Turn | None = None,
        default_id: int | None = None,
        pinned_id: int | None = None,
        hidden: Collection[int] = (),
        on_draft: OnDraft | None = None,
    ) -> Answer:
        """Answer a question; one of record and what is asked beside it, one after the other.

        `at_hand` is what was there before the first question (see `retrieval.at_hand`);
        `pinned_id` is the researcher chosen for this question, `default_id` the place's; `hidden`
        are those who are not to be known there. `on_draft` is awaited with the text so far while a
        model writes.

        Raises:
            EmptyQuestion, QuestionTooLong, AmbiguousResearcher, AmbiguousAuthor: see
                `retrieval.question.reading.read`.
            UnknownResearcher: `default_id` or `pinned_id` is no longer stored, or it is about
                somebody hidden, or who opted out.
            NothingImported: there are no works at all.
        """
        started = time.perf_counter()
        text = tidy(text)
        history = history if at_hand is None else [at_hand, *history]
        around = _Around(at_hand, default_id, pinned_id, hidden)

        async def find(part: str, before: Sequence[Turn]) -> Found:
            return await self._find(part, before, around)

        found = await one_by_one.each(text, history, find)
        told = [await self._told(one, history, on_draft) for one in found]
        answer = told[0] if len(told) == 1 else beside(text, *told)
        return replace(answer, seconds=time.perf_counter() - started)

    async def _find(self, text: str, history: Sequence[Turn], around: _Around) -> Found:
        """The answer to a question of one kind, from the record or in quotes."""
        async with Ahead(self._search, text) as ahead:
            async with self._known(around) as session:
                question = await self._read(session, text, history, around)
                scope = await scope_of(session, question)
                if not scope.works and not await works.count(session, ()):
                    raise NothingImported()
                record = await records.answer(session, question, scope)
                put = _put_to_abstracts(question, record)
                quoted = None
                if put and self._search.quick:
                    quoted = await self._abstracts.answer(session, put, scope, ahead)
            if put and not quoted:  # nobody's connection waits for a model that is far away
                for query in queries(put):
                    await ahead.of(query)
                async with self._known(around) as session:
                    quoted = await self._abstracts.answer(session, put, scope, ahead)
        if quoted and not (record and quoted.answer.refused):
            return quoted
        assert record is not None
        return Found(from_record(question, scope, record), scope)

    @asynccontextmanager
    async def _known(self, around: _Around) -> AsyncIterator[AsyncSession]:
        """A session in which nobody hidden is known by what they say of themselves."""
        async with self._database.read() as session:
            await own_words.leave_out(session, around.hidden)
            yield session

    async def _read(
        self, session: AsyncSession, text: str, history: Sequence[Turn], around: _Around
    ) -> Question:
        """The question that a text asks, about nobody who is hidden or opted out."""
        default, pinned = around.default_id, around.pinned_id
        question = await read(
            session,
            text,
            history=history,
            default=await researchers.get(session, default) if default else None,
            pinned=await researchers.get(session, pinned) if pinned else None,
            hidden_ids=around.hidden,
            today=self._today(),
        )
        if around.at_hand is not None:
            question = await hand.put_to(session, question, around.at_hand, history[-1])
        for person in question.researchers:
            if person.id in around.hidden:
                raise UnknownResearcher(name=person.name, suggestions=())
        choice = question.choice  # also by what went before
        for name in (*choice.coauthors, *choice.without):
            await finding.mentioned(session, name, around.hidden)
        return question

    async def _told(self, found: Found, history: Sequence[Turn], say: OnDraft | None) -> Answer:
        """The answer in a model's words where there is one, and with what has to be said aloud."""
        answer = found.answer
        quoted = answer.writer == Abstracts.writer and answer.citations
        if self._model is not None and quoted and answer.question.kind in QUOTED:
            answer = await self._by_model(self._model, answer, found.scope, history, say)
        return replace(answer, note=aloud(answer))

    async def _by_model(
        self,
        model: ModelWriter,
        quoted: Answer,
        scope: Scope,
        history: Sequence[Turn],
        on_draft: OnDraft | None,
    ) -> Answer:
        """The same passages in a model's words; the quotes where it fails."""
        question, passages = quoted.question, quoted.passages
        try:
            draft = await model.write(
                question.text,
                passages,
                history=[turn.question for turn in history if turn.question],
                on_draft=_relay(passages, on_draft),
            )
        except ModelUnavailable as error:
            return replace(quoted, note=f"{error.sentence} These are quotes instead.")
        return written(question, scope, passages, checked(draft, passages), model.name)


def _put_to_abstracts(question: Question, record: Record | None) -> Question | None:
    """The question as the abstracts are searched for it; None where the record says all."""
    if record is None:
        return question
    perhaps = question.facet in records.PERHAPS_SAID and (
        read_asked(question.text).attributes or unkept.of_content(question.text)
    )
    if question.kind is Kind.NOT_KEPT and perhaps:
        return replace(question, kind=Kind.CONTENT, facet="")
    return None


def _relay(
    passages: Sequence[Passage], on_draft: OnDraft | None
) -> Callable[[Draft], Awaitable[None]] | None:
    """What hands a model's draft on as the text that it makes so far."""
    if on_draft is None:
        return None

    async def relay(draft: Draft) -> None:
        text, _ = composed(checked(draft, passages), passages)
        await on_draft(text)

    return relay
