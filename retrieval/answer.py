"""A question in, an answer out: read, look up or search, write, check, and say what was looked at.

Questions of record are answered from SQL (`retrieval.records`). For questions of content nothing is
written without passages, every quote is compared with the stored text, and what remains without a
citation is a refusal.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Protocol, Self

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import language, records
from retrieval.kinds import OF_WORKS, Kind
from retrieval.phrases import n_works
from retrieval.question import MAX_CHARACTERS, Question, Turn, read
from retrieval.scope import Scope, about_heading, refusal, scope_of, within
from retrieval.text import readable
from retrieval.wording import read_kind
from retrieval.writers import Draft, DraftSentence
from retrieval.writers.asked import parts, read_asked
from retrieval.writers.quoting import QuotingWriter
from storage import researchers, works
from storage.database import Database
from storage.errors import ModelUnavailable, NothingImported, UnknownResearcher
from storage.works import Work

if TYPE_CHECKING:
    from retrieval.embedding import Matrix
    from retrieval.search import Passage, Search

PASSAGES = 10
"""Passages read for a question of content."""
TOPIC_PASSAGES = 60
"""Passages looked at when all works about a topic are wanted."""

_QUOTED = (Kind.CONTENT, Kind.COMPARE)  # answered in sentences; the others are lists or facts

_OF_ALL = {
    Kind.COUNT, Kind.PER_YEAR, Kind.LATEST, Kind.EARLIEST, Kind.BUSIEST, Kind.QUIETEST,
}  # fmt: skip
"""Said of all works in scope; two of them asked together are two answers."""

_COUNTED = (Kind.COUNT, Kind.PER_YEAR, Kind.BUSIEST, Kind.QUIETEST, Kind.PROFILE)
"""Answers in which a few works stand for all that are meant."""

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
class Citation:
    """A work cited as [number], with the verbatim sentences that the answer rests on."""

    number: int
    work: Work
    quote: str

    @property
    def title(self) -> str:
        return readable(self.work.title)

    @property
    def url(self) -> str | None:
        return self.work.url

    @property
    def year(self) -> int:
        return self.work.year


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown, and what it rests on.

    Attributes:
        text: with citation marks [n], readable Unicode, no markup.
        refused: nothing in scope answers; there are no citations then.
        scope: whose works, how many, and when: "Kai Han, 14 works, in 2022".
        writer: "quoting", "record" or the name of a model.
        note: what has to be said aloud: a filter not understood, a fallback and its reason.
        seconds: how long it took.
    """

    question: Question
    text: str
    citations: tuple[Citation, ...]
    refused: bool
    scope: str
    writer: str
    note: str | None = None
    passages: tuple[Passage, ...] = ()
    seconds: float = 0.0

    @property
    def turn(self) -> Turn:
        """This answer as what went before the next question.

        An answer that cites nothing is still about the works that it looked in. Of works that are
        counted a few are cited, and all are meant.
        """
        cited = [c.work.id for c in self.citations]
        named = [work.id for work in self.question.works]
        some = self.question.kind in _COUNTED or len(cited) == records.LISTED
        if self.question.exact and some:
            cited = list(dict.fromkeys((*cited, *named)))
        return self.question.turn(cited or named, examples=some and not self.question.exact)


class _Ahead:
    """Vectors of what is searched for.

    Most questions are searched for as typed, so a model that takes milliseconds starts on the text
    while it is still being read. One that is paid for, or far away, waits until it is needed.
    """

    def __init__(self, search: Search, text: str) -> None:
        self._search = search
        self._vectors: dict[str, asyncio.Task[Matrix]] = {}
        if search.quick:
            self.of(" ".join(text.split()))

    def of(self, query: str) -> asyncio.Task[Matrix]:
        """The vector of a query; EmbeddingUnavailable where it is awaited."""
        if query not in self._vectors:
            self._vectors[query] = asyncio.create_task(self._search.vector(query))
        return self._vectors[query]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Wait, as a thread cannot be stopped; an error that nobody asked for says nothing."""
        await asyncio.gather(*self._vectors.values(), return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer in quotes or from the record, before a model has put it in words."""

    answer: Answer
    scope: Scope


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
        self._model = writer
        self._quoting = QuotingWriter()
        self._today = today

    async def answer(
        self,
        text: str,
        *,
        history: Sequence[Turn] = (),
        default_id: int | None = None,
        pinned_id: int | None = None,
        hidden: Collection[int] = (),
        on_draft: OnDraft | None = None,
    ) -> Answer:
        """Answer a question; one of record and what is asked beside it, one after the other.

        `pinned_id` is the researcher chosen for this question, `default_id` the place's; `hidden`
        are those who are not to be known there. `on_draft` is awaited with the text so far while a
        model writes.

        Raises:
            EmptyQuestion, QuestionTooLong, AmbiguousResearcher: see `retrieval.question.read`.
            UnknownResearcher: `default_id` or `pinned_id` is no longer stored, or it is about
                somebody hidden.
            NothingImported: there are no works at all.
        """
        started = time.perf_counter()

        async def find(part: str, before: Sequence[Turn]) -> _Found:
            return await self._find(part, before, default_id, pinned_id, hidden)

        found = await self._apart(text, history, find) or [await find(text, history)]
        told = [await self._told(one, history, on_draft) for one in found]
        answer = told[0] if len(told) == 1 else _beside(text, *told)
        return replace(answer, seconds=time.perf_counter() - started)

    async def _apart(
        self,
        text: str,
        history: Sequence[Turn],
        find: Callable[[str, Sequence[Turn]], Awaitable[_Found]],
    ) -> list[_Found]:
        """The answers to two questions put in one; none where the text is better read as one.

        Both have to be answered, and from the same works unless both are about all works.
        """
        asked = parts(text) if len(text) <= MAX_CHARACTERS else ()
        if len(asked) != 2:
            return []
        kinds = {read_kind(part).kind for part in asked}
        of_all = kinds <= _OF_ALL and len(kinds) == 2
        if not of_all and not kinds & set(OF_WORKS):
            return []
        if not of_all and not (await find(text, history)).answer.question.works:
            return []
        first = await find(asked[0], history)
        turn = first.answer.turn
        before = [*history, replace(turn, work_ids=()) if of_all else turn]
        second = await find(asked[1], before)
        window = first.answer.question.window
        if of_all and window and not second.answer.question.windows:
            second = await find(f"{asked[1].rstrip('?!. ')} {window.label}?", before)
        both = (first.answer, second.answer)
        cited = [[c.work.id for c in answer.citations] for answer in both]
        apart = not any(answer.refused for answer in both) and both[0].text != both[1].text
        return [first, second] if apart and (of_all or cited[0] == cited[1]) else []

    async def _find(
        self,
        text: str,
        history: Sequence[Turn],
        default_id: int | None,
        pinned_id: int | None,
        hidden: Collection[int],
    ) -> _Found:
        """The answer to a question of one kind."""
        async with _Ahead(self._search, text) as ahead:
            async with self._database.read() as session:
                question = await read(
                    session,
                    text,
                    history=history,
                    default=await researchers.get(session, default_id) if default_id else None,
                    pinned=await researchers.get(session, pinned_id) if pinned_id else None,
                    hidden_ids=hidden,
                    today=self._today(),
                )
                for person in question.researchers:
                    if person.id in hidden:
                        raise UnknownResearcher(name=person.name, suggestions=())
                scope = await scope_of(session, question)
                if not scope.works and not await works.count(session, ()):
                    raise NothingImported()
                if question.exact and not question.works:
                    return _Found(_from_record(question, scope, _none_of_those(question)), scope)
                record = await records.answer(session, question, scope)
                put = _put_to_abstracts(question, record)
                quoted = None
                if put and self._search.quick:
                    quoted = await self._from_content(session, put, scope, ahead)
            if put and not quoted:  # nobody's connection waits for a model that is far away
                await ahead.of(put.content or put.text)
                async with self._database.read() as session:
                    quoted = await self._from_content(session, put, scope, ahead)
        if quoted and not (record and quoted.refused):
            return _Found(quoted, scope)
        assert record is not None
        return _Found(_from_record(question, scope, record), scope)

    async def _told(self, found: _Found, history: Sequence[Turn], say: OnDraft | None) -> Answer:
        """The answer in a model's words where there is one, and with what has to be said aloud."""
        answer = found.answer
        quoted = answer.writer == self._quoting.name and answer.citations
        if self._model is not None and quoted and answer.question.kind in _QUOTED:
            answer = await self._by_model(self._model, answer, found.scope, history, say)
        return replace(answer, note=_note(answer.question, answer))

    # Content ------------------------------------------------------------------------------

    async def _from_content(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: _Ahead
    ) -> Answer:
        passages = await self._passages(session, question, scope, ahead)
        if question.kind not in _QUOTED:
            answer = await self._about(session, question, scope, passages)
        else:
            quoted = _checked(await self._quoting.write(session, question, passages), passages)
            met = _met(question, quoted, passages)
            answer = _written(question, scope, passages, met, self._quoting.name)
        if answer.refused and (unread := await self._search.unread(session)):
            still, was = ("is", "was") if unread == 1 else ("are", "were")
            note = f"{n_works(unread)} {still} still being read in and {was} not searched."
            answer = replace(answer, note=note)
        return answer

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
                history=[turn.question for turn in history],
                on_draft=_relay(passages, on_draft),
            )
        except ModelUnavailable as error:
            return replace(quoted, note=f"{error.sentence} These are quotes instead.")
        return _written(question, scope, passages, _checked(draft, passages), model.name)

    async def _passages(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: _Ahead
    ) -> list[Passage]:
        """The passages for a question of content; works that it names are always among them."""
        query = question.content or question.text
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

    async def _about(
        self,
        session: AsyncSession,
        question: Question,
        scope: Scope,
        passages: Sequence[Passage],
    ) -> Answer:
        """Works about a topic: listed, or counted, dated and so on where that is asked."""
        topic = replace(question, kind=Kind.WORKS_ABOUT)
        written = _checked(await self._quoting.write(session, topic, passages), passages)
        sentences = _met(question, written, passages)
        found = [passages[s.quotes[0].passage].work for s in sentences]
        if question.kind is Kind.WORKS_ABOUT or not found:
            return _written(question, scope, passages, sentences, self._quoting.name)
        # All that were looked at are about it: there may be more.
        some = len(found) == len(passages) < scope.works
        return _from_record(question, scope, records.of_topic(question, scope, found, some=some))


def _relay(
    passages: Sequence[Passage], on_draft: OnDraft | None
) -> Callable[[Draft], Awaitable[None]] | None:
    if on_draft is None:
        return None

    async def relay(draft: Draft) -> None:
        text, _ = _composed(_checked(draft, passages), passages)
        await on_draft(text)

    return relay


def _checked(draft: Draft, passages: Sequence[Passage]) -> list[DraftSentence]:
    """The sentences whose quotes stand verbatim in the works they are ascribed to."""
    kept = []
    for sentence in draft.sentences:
        quotes = tuple(
            quote
            for quote in sentence.quotes
            if 0 <= quote.passage < len(passages)
            and quote.text
            and _verbatim(quote.text, passages[quote.passage].work)
        )
        if quotes:
            kept.append(replace(sentence, quotes=quotes))
    return kept


def _verbatim(quote: str, work: Work) -> bool:
    return quote in work.abstract or quote in work.title


def _met(
    question: Question, sentences: list[DraftSentence], passages: Sequence[Passage]
) -> list[DraftSentence]:
    """The sentences; none where the question is in another language and shares no words with the
    works that they are from.
    """
    cited = {quote.passage for sentence in sentences for quote in sentence.quotes}
    works_ = [passages[place].work for place in cited]
    bare = question.content or question.text
    lost = language.foreign(question.text) and not language.met(bare, works_)
    return [] if lost else sentences


def _composed(
    sentences: Sequence[DraftSentence], passages: Sequence[Passage]
) -> tuple[str, tuple[Citation, ...]]:
    """The text with its marks, and the works cited in the order of their first mention."""
    numbers: dict[int, int] = {}
    quotes: dict[int, list[str]] = {}
    parts: list[str] = []
    for sentence in sentences:
        cited = list(dict.fromkeys(quote.passage for quote in sentence.quotes))
        for quote in sentence.quotes:
            numbers.setdefault(quote.passage, len(numbers) + 1)
            if quote.text not in quotes.setdefault(quote.passage, []):
                quotes[quote.passage].append(quote.text)
        marks = "".join(f"[{numbers[place]}]" for place in cited)
        parts.append(f"{readable(sentence.text)} {marks}")
    citations = tuple(
        Citation(number, passages[place].work, " ".join(quotes[place]))
        for place, number in numbers.items()
    )
    return " ".join(parts), citations


def _written(
    question: Question,
    scope: Scope,
    passages: Sequence[Passage],
    sentences: Sequence[DraftSentence],
    writer: str,
) -> Answer:
    if not sentences:
        return Answer(
            question,
            refusal(question, scope),
            (),
            True,
            scope.label,
            writer,
            passages=tuple(passages),
        )
    shown = sentences[: question.limit] if question.kind is Kind.WORKS_ABOUT else sentences
    text, citations = _composed(shown, passages)
    if question.kind is Kind.WORKS_ABOUT:
        some = len(sentences) == len(passages) < scope.works
        text = (
            about_heading(question, scope, len(sentences), some=some)
            + "\n"
            + "\n".join(
                f"{c.number}. {c.title} ({c.year}): {readable(c.quote)} [{c.number}]"
                for c in citations
            )
        )
    return Answer(question, text, citations, False, scope.label, writer, passages=tuple(passages))


def _beside(text: str, first: Answer, second: Answer) -> Answer:
    """Two answers as one."""
    told = (first, second)
    quoted = next((answer for answer in told if answer.writer != "record"), first)
    cited = {c.work.id: c for answer in (quoted, *told) for c in reversed(answer.citations)}
    order = list(dict.fromkeys(c.work.id for answer in told for c in answer.citations))
    numbers = {work_id: number for number, work_id in enumerate(order, start=1)}
    return replace(
        first,
        question=replace(first.question, text=text),
        text=" ".join(_renumbered(answer, numbers) for answer in told),
        citations=tuple(replace(cited[i], number=numbers[i]) for i in order),
        writer=quoted.writer,
        note=" ".join(dict.fromkeys(a.note for a in told if a.note)) or None,
        passages=quoted.passages,
    )


def _renumbered(answer: Answer, numbers: Mapping[int, int]) -> str:
    """The text with the marks of its works by these numbers."""
    own = {citation.number: numbers[citation.work.id] for citation in answer.citations}
    return re.sub(r"\[(\d+)\]", lambda m: f"[{own.get(int(m[1]), m[1])}]", answer.text)


def _put_to_abstracts(question: Question, record: records.Record | None) -> Question | None:
    """The question as the abstracts are searched for it; None where the record says all."""
    if record is None:
        return question
    perhaps = question.facet in records.PERHAPS_SAID and read_asked(question.text).attributes
    if question.kind is Kind.NOT_KEPT and perhaps:
        return replace(question, kind=Kind.CONTENT, facet="")
    return None


def _none_of_those(question: Question) -> records.Record:
    """The answer about works that an earlier answer named, of which none is meant."""
    narrowed = [f"with {name}" for name in question.coauthors]
    narrowed += [window.label for window in question.windows]
    if not narrowed:
        return records.Record("My last answer names no such work.", refused=True)
    return records.Record(f"None of those works is {' and '.join(narrowed)}.")


def _from_record(question: Question, scope: Scope, record: records.Record) -> Answer:
    citations = tuple(
        Citation(number, work, work.title) for number, work in enumerate(record.works, start=1)
    )
    if record.refused:
        citations = ()
    return Answer(question, record.text, citations, record.refused, scope.label, "record")


def _note(question: Question, answer: Answer) -> str | None:
    """What has to be said aloud beside the answer."""
    notes = [answer.note] if answer.note else []
    cited = " ".join(f"{c.work.title} {c.work.abstract}" for c in answer.citations).lower()
    for phrase in question.not_understood:
        if question.kind is Kind.CONTENT and phrase.split()[-1].lower() in cited:
            continue  # it belongs to what was asked
        notes.append(f"I did not understand “{phrase}”, so it does not narrow the answer.")
    return " ".join(notes) or None
