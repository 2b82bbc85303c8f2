"""A question in, an answer out: read, look up or search, write, check, and say what was looked at.

Questions of record are answered from SQL (`retrieval.records`). For questions of content nothing is
written without passages, every quote is compared with the stored text, and what remains without a
citation is a refusal.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Protocol, Self

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import at_hand as hand
from retrieval import records
from retrieval.cited import Answer, beside, checked, composed, from_record, written
from retrieval.phrases import joined, n_works
from retrieval.question import language
from retrieval.question.apart import over, parts, with_its
from retrieval.question.asked import read_asked
from retrieval.question.choosing import NEWEST_FIRST, OLDEST_FIRST
from retrieval.question.kinds import OF_WORKS, RANKED, WORKS, Kind
from retrieval.question.masking import tidy
from retrieval.question.part import ABSTRACT
from retrieval.question.reading import read
from retrieval.question.shown import OF_ALL
from retrieval.question.sorts import DATA_SETS
from retrieval.question.typed import Question, Turn
from retrieval.question.wording import read_kind
from retrieval.records.record import Record, age
from retrieval.records.shelf import of_works
from retrieval.scope import Scope, scope_of, unread_yet, within
from retrieval.text import terms
from retrieval.writers import Draft, DraftSentence
from retrieval.writers.meant import meant_by, unmet
from retrieval.writers.quoting import (
    MOST_ABSTRACTS,
    MOST_GIVEN,
    QuotingWriter,
    numbered,
    puts_forward,
)
from storage import finding, own_words, researchers, works
from storage.database import Database
from storage.errors import ModelUnavailable, NothingImported, UnknownResearcher

if TYPE_CHECKING:
    from retrieval.embedding import Matrix
    from retrieval.question.together import Described
    from retrieval.search import Passage, Search
    from storage.works import Work

PASSAGES = 10
"""Passages read for a question of content."""
TOPIC_PASSAGES = 60
"""Passages looked at when all works about a topic are wanted."""

MOST_PARTS = 3
"""Questions put in one that are answered one by one."""

_QUOTED = (Kind.CONTENT, Kind.COMPARE)  # answered in sentences; the others are lists or facts

_OF_ALL = {
    Kind.COUNT, Kind.PER_YEAR, Kind.LATEST, Kind.EARLIEST, Kind.BUSIEST, Kind.QUIETEST,
}  # fmt: skip
"""Said of all works in scope; two of them asked together are two answers."""

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
        self._quoting = QuotingWriter(search.interaction)
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
                somebody hidden.
            NothingImported: there are no works at all.
        """
        started = time.perf_counter()
        text = tidy(text)
        if at_hand is not None:
            history = [at_hand, *history]

        async def find(part: str, before: Sequence[Turn]) -> _Found:
            return await self._find(part, before, at_hand, default_id, pinned_id, hidden)

        found = await self._find_each(text, history, find)
        told = [await self._told(one, history, on_draft) for one in found]
        answer = told[0] if len(told) == 1 else beside(text, *told)
        return replace(answer, seconds=time.perf_counter() - started)

    async def _find_each(
        self,
        text: str,
        history: Sequence[Turn],
        find: Callable[[str, Sequence[Turn]], Awaitable[_Found]],
    ) -> list[_Found]:
        """The answers to questions put in one; a single one where it is better read as one.

        Those about all works have to be answered; of one work, what it does not say is said.
        """
        asked = _asked_apart(text)
        narrows = bool(asked) and _narrow(asked)
        of_all = narrows or (bool(asked) and all(read_kind(p).kind in _OF_ALL for p in asked))
        whole = None if of_all else await find(text, history)
        if whole and not asked:
            return await _of_each(text, whole, lambda part: find(part, history))
        found = [await find(asked[0], history)]
        first = found[0].answer
        if whole and not (whole.answer.question.works or len(first.citations) == 1):
            return [whole]
        alone = of_all and not narrows
        before = [*history, replace(first.turn, work_ids=()) if alone else first.turn]
        for part in asked[1:]:
            found.append(await find(part, before))
            window = first.question.window
            if of_all and window and not found[-1].answer.question.windows:
                found[-1] = await find(f"{part.rstrip('?!. ')} {window.label}?", before)
        return _fitting(asked, found, of_all=of_all) or [whole or await find(text, history)]

    async def _find(
        self,
        text: str,
        history: Sequence[Turn],
        at_hand: Turn | None,
        default_id: int | None,
        pinned_id: int | None,
        hidden: Collection[int],
    ) -> _Found:
        """The answer to a question of one kind."""
        async with _Ahead(self._search, text) as ahead:
            async with self._database.read() as session:
                await own_words.leave_out(session, hidden)
                question = await read(
                    session,
                    text,
                    history=history,
                    default=await researchers.get(session, default_id) if default_id else None,
                    pinned=await researchers.get(session, pinned_id) if pinned_id else None,
                    hidden_ids=hidden,
                    today=self._today(),
                )
                if at_hand is not None:
                    question = await hand.put_to(session, question, at_hand, history[-1])
                for person in question.researchers:
                    if person.id in hidden:
                        raise UnknownResearcher(name=person.name, suggestions=())
                choice = question.choice  # also by what went before
                for name in (*choice.coauthors, *choice.without) if hidden else ():
                    await finding.mentioned(session, name, hidden)
                scope = await scope_of(session, question)
                if not scope.works and not await works.count(session, ()):
                    raise NothingImported()
                if question.exact and not question.works:
                    return _Found(from_record(question, scope, _none_of_those(question)), scope)
                record = await records.answer(session, question, scope)
                put = _put_to_abstracts(question, record)
                quoted = None
                if put and self._search.quick:
                    quoted = await self._from_abstracts(session, put, scope, ahead)
            if put and not quoted:  # nobody's connection waits for a model that is far away
                for query in _queries(put):
                    await ahead.of(query)
                async with self._database.read() as session:
                    await own_words.leave_out(session, hidden)
                    quoted = await self._from_abstracts(session, put, scope, ahead)
        if quoted and not (record and quoted.answer.refused):
            return quoted
        assert record is not None
        return _Found(from_record(question, scope, record), scope)

    async def _told(self, found: _Found, history: Sequence[Turn], say: OnDraft | None) -> Answer:
        """The answer in a model's words where there is one, and with what has to be said aloud."""
        answer = found.answer
        quoted = answer.writer == self._quoting.name and answer.citations
        if self._model is not None and quoted and answer.question.kind in _QUOTED:
            answer = await self._by_model(self._model, answer, found.scope, history, say)
        return replace(answer, note=_note(answer.question, answer))

    # Content ------------------------------------------------------------------------------

    async def _from_abstracts(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: _Ahead
    ) -> _Found:
        """The answer from the abstracts; of one work, where no works of the sort asked for fit:
        "which data sets have labels?" may have been asked of what one of them uses.
        """
        found = _Found(await self._from_content(session, question, scope, ahead), scope)
        if not found.answer.refused or question.choice.sort != DATA_SETS:
            return found
        anything = replace(question.choice, sort="")
        asked = replace(question, kind=Kind.CONTENT, content="", choice=anything)
        scope = await scope_of(session, asked)
        answer = await self._from_content(session, asked, scope, ahead)
        return found if answer.refused else _Found(answer, scope)

    async def _from_content(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: _Ahead
    ) -> Answer:
        together = await self._together(session, question, scope, ahead)
        if together.works and together.kind in OF_WORKS:  # described, and found
            return from_record(together, scope, of_works(together, together.works))
        answer = await self._searched(session, together, scope, ahead)
        if answer.refused and together.described and not together.described.compared:
            alone = replace(question, described=None)
            answer = await self._searched(session, alone, scope, ahead)
        named = question.works if question.exact and answer.refused else ()
        if late := await self._search.unread_of(session, named):
            others = answer.text if len(late) < len(named) else ""
            return replace(answer, text=" ".join(filter(None, (others, unread_yet(late)))))
        if answer.refused and (unread := await self._search.unread(session)):
            still, was = ("is", "was") if unread == 1 else ("are", "were")
            note = f"{n_works(unread)} {still} still being read in and {was} not searched."
            answer = replace(answer, note=f"{answer.note} {note}" if answer.note else note)
        return answer

    async def _searched(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: _Ahead
    ) -> Answer:
        """The answer in quotes from what is found."""
        passages = await self._passages(session, question, scope, ahead)
        if question.kind not in _QUOTED:
            return await self._about(session, question, scope, passages)
        quoted = checked(await self._quoting.write(session, question, passages), passages)
        met = _met(question, quoted, passages)
        return written(question, scope, passages, met, self._quoting.name)

    async def _together(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: _Ahead
    ) -> Question:
        """The question put to the works that it describes; as it is where they are not found."""
        meant = _described(question)
        if meant is None:
            return replace(question, described=None)
        found = []
        for query in meant.queries:
            topic = replace(
                question, kind=Kind.WORKS_ABOUT, content=query, works=(), described=None
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

    async def _passages(
        self, session: AsyncSession, question: Question, scope: Scope, ahead: _Ahead
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

    async def _about(
        self,
        session: AsyncSession,
        question: Question,
        scope: Scope,
        passages: Sequence[Passage],
    ) -> Answer:
        """Works about a topic: listed, or counted, dated and so on where that is asked."""
        sentences = await self._on_topic(session, question, passages)
        if not sentences and not question.mentioned:
            saying = replace(question, mentioned=True)
            sentences = await self._on_topic(session, saying, passages)
            question = saying if sentences else question
        sentences = _in_order(question, sentences, passages)
        if question.facet == RANKED:
            sentences = numbered(question, sentences, passages)
        found = [passages[s.quotes[0].passage].work for s in sentences]
        if question.kind is Kind.AUTHORS and (thing := _INVENTED.match(question.text)):
            first = [
                p.work for p in passages if puts_forward(p, thing["thing"], new=bool(thing["new"]))
            ]
            first = sorted((work for work in first if work in found), key=age)
            found = first if first or thing["new"] else found
            sentences = sentences if found else []
        if question.kind is Kind.WORKS_ABOUT or not found:
            return written(question, scope, passages, sentences, self._quoting.name)
        # All that were looked at are about it: there may be more.
        some = len(found) == len(passages) < scope.works
        return from_record(question, scope, records.of_topic(question, scope, found, some=some))

    async def _on_topic(
        self, session: AsyncSession, question: Question, passages: Sequence[Passage]
    ) -> list[DraftSentence]:
        """A sentence of each work that is about a topic, or that only mentions it, as asked."""
        topic = replace(question, kind=Kind.WORKS_ABOUT)
        drafted = await self._quoting.write(session, topic, passages)
        return _met(question, checked(drafted, passages), passages)


async def _all_of(session: AsyncSession, scope: Scope, number: int) -> tuple[Work, ...]:
    """All works in scope, if they are as many as are spoken of."""
    ids = scope.work_ids or frozenset()
    if len(ids) != number if number else not 2 <= len(ids) <= MOST_GIVEN:
        return ()
    stored = await works.by_ids(session, sorted(ids))
    return tuple(sorted(stored.values(), key=age))


def _described(question: Question) -> Described | None:
    """The works that a question may be asked of which it describes together."""
    meant = question.described
    if meant is None or question.exact:
        return None
    acting = meant.acting and question.kind in (Kind.WORKS_ABOUT, Kind.COUNT)
    return meant if acting or question.kind in (Kind.CONTENT, *OF_WORKS) else None


def _queries(question: Question) -> tuple[str, ...]:
    """What has to be searched for to answer a question."""
    meant, alone = _described(question), question.choice.sort == DATA_SETS
    whole = (question.text,) if meant or alone else ()
    return (_query(question), *whole, *(meant.queries if meant else ()))


def _query(question: Question) -> str:
    """What sentences are to be near to: of works that are compared all that is said of them."""
    return question.text if question.kind is Kind.COMPARE else question.content or question.text


def _asked_apart(text: str) -> tuple[str, ...]:
    """The two or three questions that may be put in one text; none where it is surely one."""
    asked = parts(text)
    if len(asked) == 1 and (beside_it := with_its(text)):
        asked = beside_it
    if not 2 <= len(asked) <= MOST_PARTS:
        return ()
    kinds = {read_kind(part).kind for part in asked}
    apart = bool(kinds & set(OF_WORKS)) or (len(kinds & _OF_ALL) == len(asked)) or _narrow(asked)
    return asked if apart else ()


def _narrow(asked: Sequence[str]) -> bool:
    """Whether works are asked for, and then some of them: "how many …, and which of them …"."""
    return read_kind(asked[0]).kind in OF_ALL and all(map(_OF_THEM.match, asked[1:]))


_OF_THEM = re.compile(r"(?:which|what|how many)(?: ones)? of (?:them|these|those)\b", re.IGNORECASE)


def _fitting(asked: Sequence[str], found: Sequence[_Found], *, of_all: bool) -> list[_Found]:
    """The answers to the parts of a question that belong together, and what they leave open; none
    where they do not.
    """
    told = [one for one in found if not one.answer.refused]
    if not told or len({one.answer.text for one in told}) < len(told):
        return []
    if of_all:
        return told if len(told) == len(found) else []
    cited = {tuple(c.work.id for c in one.answer.citations) for one in told}
    silent = [(part, one) for part, one in zip(asked, found, strict=True) if one.answer.refused]
    meant = [tuple(work.id for work in one.answer.question.works) for _, one in silent]
    if len(cited) > 1 or not cited.issuperset(meant):
        return []
    return [*told[:-1], _leaving_open(told[-1], [part for part, _ in silent])]


def _leaving_open(found: _Found, silent: Sequence[str]) -> _Found:
    """The answer, and to which questions there is none."""
    open_ = joined([f"“{part.rstrip('?!. ')}”" for part in silent])
    note = f"I found no answer to {open_}." if silent else None
    return replace(found, answer=replace(found.answer, note=note or found.answer.note))


async def _of_each(
    text: str, whole: _Found, find: Callable[[str], Awaitable[_Found]]
) -> list[_Found]:
    """The answers about each of two things of which the same is asked, where one work does not
    speak of both; else that to the whole.
    """
    sides, question = over(text), whole.answer.question
    if not sides or question.kind is not Kind.CONTENT or question.exact:
        return [whole]
    said = " ".join(f"{c.work.title} {c.work.abstract}" for c in whole.answer.citations)
    if said and all(terms(thing).keys() <= terms(said).keys() for thing in sides):
        return [whole]
    found = {part: await find(part) for part in sides.values()}
    told = [one for one in found.values() if not one.answer.refused]
    alike = all(one.answer.question.kind is Kind.CONTENT for one in found.values())
    cited = {tuple(c.work.id for c in one.answer.citations) for one in told}
    if not (told and alike) or (len(told) > 1 and len(cited) == 1):
        return [whole]
    silent = [part for part, one in found.items() if one.answer.refused]
    return [*told[:-1], _leaving_open(told[-1], silent)]


def _relay(
    passages: Sequence[Passage], on_draft: OnDraft | None
) -> Callable[[Draft], Awaitable[None]] | None:
    if on_draft is None:
        return None

    async def relay(draft: Draft) -> None:
        text, _ = composed(checked(draft, passages), passages)
        await on_draft(text)

    return relay


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


_INVENTED = re.compile(
    r"who (?:first )?(?:(?P<new>invented|came up with|created)|proposed|introduced|developed) "
    rf"(?P<thing>(?!the {WORKS}\b|.*\b{WORKS}\W*$).+)",
    re.IGNORECASE,
)
"""Asks who first put something forward, and not who wrote about it."""


def _in_order(
    question: Question, sentences: list[DraftSentence], passages: Sequence[Passage]
) -> list[DraftSentence]:
    """The sentences by the age of their works, where that order is wanted."""
    if question.facet not in (OLDEST_FIRST, NEWEST_FIRST):
        return sentences

    def of(sentence: DraftSentence) -> tuple[int, date, str]:
        return age(passages[sentence.quotes[0].passage].work)

    return sorted(sentences, key=of, reverse=question.facet == NEWEST_FIRST)


def _put_to_abstracts(question: Question, record: Record | None) -> Question | None:
    """The question as the abstracts are searched for it; None where the record says all."""
    if record is None:
        return question
    perhaps = question.facet in records.PERHAPS_SAID and read_asked(question.text).attributes
    if question.kind is Kind.NOT_KEPT and perhaps:
        return replace(question, kind=Kind.CONTENT, facet="")
    return None


def _none_of_those(question: Question) -> Record:
    """The answer about works that an earlier answer named, of which none is meant."""
    narrowed = [f"with {name}" for name in question.choice.coauthors]
    narrowed += [f"without {name}" for name in question.choice.without]
    narrowed += [window.label for window in question.windows]
    if not narrowed:
        return Record("My last answer names no such work.", refused=True)
    return Record(f"None of those works is {' and '.join(narrowed)}.")


def _note(question: Question, answer: Answer) -> str | None:
    """What has to be said aloud beside the answer."""
    notes = [answer.note] if answer.note else []
    if question.facet == ABSTRACT and len(question.works) > MOST_ABSTRACTS:
        notes.append(f"These are {MOST_ABSTRACTS} of the {len(question.works)} abstracts.")
    cited = " ".join(f"{c.work.title} {c.work.abstract}" for c in answer.citations).lower()
    for phrase in question.not_understood:
        last = phrase.split()[-1].lower()
        if question.kind is Kind.CONTENT and (last in cited or last.isdigit()):
            continue  # it belongs to what was asked
        notes.append(f"I did not understand “{phrase}”, so it does not narrow the answer.")
    notes += [f"I read “{typed}” as “{meant}”." for typed, meant in question.misspelt]
    if question.unknown and question.kind in _QUOTED and not answer.refused:
        notes.append(f"No abstract speaks of {joined([f'“{w}”' for w in question.unknown])}.")
    meant = question.described
    if meant and not answer.refused and meant.number > len(question.works):
        few = len(question.works)
        notes.append(f"I found only {few} such {'work' if few == 1 else 'works'}.")
    return " ".join(notes) or None
