"""A typed question, and what is kept of it and its answer for the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.question.choosing import ALL, Choice
from retrieval.question.kinds import Kind
from retrieval.question.together import Described
from storage.researchers import Researcher
from storage.windows import Window
from storage.works import Work


@dataclass(frozen=True, slots=True)
class Turn:
    """What went before: a question, what it was understood as, and the works it was answered with.

    Attributes:
        work_ids: the works in the order in which they were shown.
        window: the one window of time; `windows` holds all when several are named.
        exact: only the works were asked about.
        examples: the works are only some of those meant, which the other attributes choose.
        mentioned: works that only mention `content`, or use it, were wanted too.
        unknown: people, titles and identifiers that it named, under which nothing is stored.
        start: how many works of the list had been shown before.
    """

    question: str
    researcher_ids: tuple[int, ...] = ()
    work_ids: tuple[int, ...] = ()
    window: Window | None = None
    kind: Kind = Kind.CONTENT
    content: str = ""
    windows: tuple[Window, ...] = ()
    choice: Choice = ALL
    exact: bool = False
    examples: bool = False
    mentioned: bool = False
    unknown: tuple[str, ...] = ()
    start: int = 0

    @property
    def times(self) -> tuple[Window, ...]:
        """All its windows."""
        return self.windows or ((self.window,) if self.window else ())


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        text: as asked, white space tidied.
        kind: what kind of answer it wants.
        researchers: whose works; () means everybody's.
        works: works that it names, or that an earlier answer named.
        window: the one window of time; `windows` holds all when several are named.
        content: what to search for, without names of researchers, times and asking words; "" where
            a question of record has no topic, and where works are only compared.
        exact: `works` were named by title, identifier or an earlier answer; nothing else is meant.
        facet: which part of the kind ("first" author, "affiliation" …).
        limit: how many works are wanted ("the three latest").
        not_understood: filters that could not be read, as written.
        unknown: people, titles and identifiers under which nothing is stored.
        end: LATEST or EARLIEST, where something else is asked of that work.
        mentioned: works that only mention `content`, or use it, are wanted too.
        place: of what comes in an order (newest, busiest …), which one: 2 for the second.
        whether: times that the date of a work is compared with ("was it published in 2020?").
        choice: which works are wanted, whatever they are about.
        misspelt: words as typed, and as what they were read.
        described: works that it describes and asks about together; where they are found, that is
            what is asked.
        start: how many works of the list have been shown already.
    """

    text: str
    kind: Kind
    researchers: tuple[Researcher, ...] = ()
    works: tuple[Work, ...] = ()
    window: Window | None = None
    content: str = ""
    not_understood: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    exact: bool = False
    facet: str = ""
    limit: int | None = None
    unknown: tuple[str, ...] = ()
    end: Kind | None = None
    mentioned: bool = False
    place: int = 1
    choice: Choice = ALL
    whether: tuple[Window, ...] = ()
    misspelt: tuple[tuple[str, str], ...] = ()
    described: Described | None = None
    start: int = 0

    def turn(self, work_ids: Sequence[int], *, examples: bool = False) -> Turn:
        """This question as what went before the next.

        `work_ids` are the works answered with; `examples` says that they are only some of those
        meant.
        """
        return Turn(
            question=self.text,
            researcher_ids=tuple(r.id for r in self.researchers),
            work_ids=tuple(work_ids),
            window=self.window,
            kind=self.kind,
            content=self.content,
            windows=self.windows,
            choice=self.choice,
            exact=self.exact,
            examples=examples,
            mentioned=self.mentioned,
            unknown=self.unknown,
            start=self.start,
        )
