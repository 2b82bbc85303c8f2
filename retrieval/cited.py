"""An answer: its text, its citations, and how the two are put together.

Every quote is compared with the stored text; a sentence left without one is dropped, and an answer
left without sentences is a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.phrases import joined, listed
from retrieval.question.kinds import Kind
from retrieval.question.part import ABSTRACT
from retrieval.question.typed import Question, Turn
from retrieval.records.record import LISTED, Record
from retrieval.scope import Scope, about_heading, refusal
from retrieval.text import readable
from retrieval.writers import Draft, DraftSentence
from retrieval.writers.quoting import MOST_ABSTRACTS
from storage.windows import Window
from storage.works import Work

if TYPE_CHECKING:
    from retrieval.search import Passage

QUOTED = (Kind.CONTENT, Kind.COMPARE)
"""Answered in sentences; the others are lists or facts."""

_COUNTED = (Kind.COUNT, Kind.PER_YEAR, Kind.BUSIEST, Kind.QUIETEST, Kind.PROFILE)
"""Answers in which a few works stand for all that are meant."""

_MARK = re.compile(r"\[(\d+)\]")


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
        time: the one that it names, as the busiest year: "those" are the works of that time.
        meant: "those", where they are all works counted, of which a few are cited.
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
    time: Window | None = None
    meant: tuple[Work, ...] = ()

    @property
    def turn(self) -> Turn:
        """This answer as what went before the next question.

        An answer that cites nothing is still about the works that it looked in. Of works that are
        counted a few are cited, and all are meant.
        """
        if self.meant:
            return self.question.turn([work.id for work in self.meant])
        cited = [c.work.id for c in self.citations]
        named = [work.id for work in self.question.works]
        some = self.question.kind in _COUNTED or len(cited) == LISTED
        if self.question.exact and some:
            cited = list(dict.fromkeys((*cited, *named)))
        turn = self.question.turn(cited or named, examples=some and not self.question.exact)
        if self.time is None:
            return turn
        return replace(turn, kind=Kind.LIST, window=self.time, windows=(self.time,), examples=True)


@dataclass(frozen=True, slots=True)
class Found:
    """An answer in quotes or from the record, before a model has put it in words, and its scope."""

    answer: Answer
    scope: Scope


def checked(draft: Draft, passages: Sequence[Passage]) -> list[DraftSentence]:
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


def composed(
    sentences: Sequence[DraftSentence], passages: Sequence[Passage], between: str = " "
) -> tuple[str, tuple[Citation, ...]]:
    """The text with its marks, and the works cited in the order of their first mention.

    `between` is what stands between two sentences of different works.
    """
    numbers: dict[int, int] = {}
    quotes: dict[int, list[str]] = {}
    text, before = "", None
    for sentence in sentences:
        cited = list(dict.fromkeys(quote.passage for quote in sentence.quotes))
        for quote in sentence.quotes:
            numbers.setdefault(quote.passage, len(numbers) + 1)
            if quote.text not in quotes.setdefault(quote.passage, []):
                quotes[quote.passage].append(quote.text)
        marks = "".join(f"[{numbers[place]}]" for place in cited)
        space = "" if before is None else " " if before == cited else between
        text, before = f"{text}{space}{readable(sentence.text)} {marks}", cited
    citations = tuple(
        Citation(number, passages[place].work, " ".join(quotes[place]))
        for place, number in numbers.items()
    )
    return text, citations


def written(
    question: Question,
    scope: Scope,
    passages: Sequence[Passage],
    sentences: Sequence[DraftSentence],
    writer: str,
) -> Answer:
    """The sentences as an answer, a list of works or a text; a refusal where there are none."""
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
    apart = "\n" if question.kind is Kind.COMPARE else " "  # each work on a line of its own
    text, citations = composed(shown, passages, apart)
    if question.kind is Kind.WORKS_ABOUT:
        some = len(sentences) == len(passages) < scope.works
        heading = about_heading(question, scope, len(sentences), some=some)
        lines = (
            f"{c.number}. {c.title} ({listed(question, c.work)}): {readable(c.quote)} [{c.number}]"
            for c in citations
        )
        text = "\n".join((heading, *lines))
    return Answer(question, text, citations, False, scope.label, writer, passages=tuple(passages))


def beside(text: str, *told: Answer) -> Answer:
    """Several answers as one."""
    quoted = next((answer for answer in told if answer.writer != "record"), told[0])
    cited = {c.work.id: c for answer in (quoted, *told) for c in reversed(answer.citations)}
    order = list(dict.fromkeys(c.work.id for answer in told for c in answer.citations))
    numbers = {work_id: number for number, work_id in enumerate(order, start=1)}
    return replace(
        told[0],
        question=replace(told[0].question, text=text),
        text=("\n" if any("\n" in answer.text for answer in told) else " ").join(
            _renumbered(answer, numbers) for answer in told
        ),
        citations=tuple(replace(cited[i], number=numbers[i]) for i in order),
        writer=quoted.writer,
        note=" ".join(dict.fromkeys(a.note for a in told if a.note)) or None,
        passages=quoted.passages,
    )


def _renumbered(answer: Answer, numbers: Mapping[int, int]) -> str:
    """The text with the marks of its works by these numbers; what is quoted stays as it is, also
    where it holds a number in brackets itself.
    """
    own = {citation.number: numbers[citation.work.id] for citation in answer.citations}
    sentences = (readable(s.text) for passage in answer.passages for s in passage.sentences)
    quoted = {
        text for text in (*sentences, *(c.title for c in answer.citations)) if _MARK.search(text)
    }
    kept = map(re.escape, sorted(quoted, key=len, reverse=True))
    return re.sub(
        "|".join((*kept, _MARK.pattern)),
        lambda found: f"[{own.get(int(found[1]), found[1])}]" if found[1] else found[0],
        answer.text,
    )


def from_record(question: Question, scope: Scope, record: Record) -> Answer:
    """What the record says as an answer; its works are cited by their titles."""
    citations = tuple(
        Citation(number, work, work.title) for number, work in enumerate(record.works, start=1)
    )
    if record.refused:
        citations = ()
    return Answer(
        question,
        record.text,
        citations,
        record.refused,
        scope.label,
        "record",
        time=record.time,
        meant=record.meant,
    )


def aloud(answer: Answer) -> str | None:
    """What has to be said aloud beside the answer."""
    question, notes = answer.question, [answer.note] if answer.note else []
    if question.facet == ABSTRACT and len(question.works) > MOST_ABSTRACTS:
        notes.append(f"These are {MOST_ABSTRACTS} of the {len(question.works)} abstracts.")
    cited = " ".join(f"{c.work.title} {c.work.abstract}" for c in answer.citations).lower()
    for phrase in question.not_understood:
        last = phrase.split()[-1].lower()
        if question.kind is Kind.CONTENT and (last in cited or last.isdigit()):
            continue  # it belongs to what was asked
        notes.append(f"I did not understand “{phrase}”, so it does not narrow the answer.")
    notes += [f"I read “{typed}” as “{meant}”." for typed, meant in question.misspelt]
    if question.unknown and question.kind in QUOTED and not answer.refused:
        notes.append(f"No abstract speaks of {joined([f'“{w}”' for w in question.unknown])}.")
    meant = question.described
    if meant and not answer.refused and meant.number > len(question.works):
        few = len(question.works)
        notes.append(f"I found only {few} such {'work' if few == 1 else 'works'}.")
    return " ".join(notes) or None
