"""Writers turn passages into a draft; `retrieval.answer` checks the draft before anybody reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from retrieval.question import Question
    from retrieval.search import Passage


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence with what it rests on.

    Attributes:
        text: the sentence. The quoting writer's are verbatim; a model's are its own words.
        work_ids: the works it cites; a sentence without one is dropped.
        quote: the verbatim sentence of the (first) work that it rests on; "" where the writer names
            none and `retrieval.answer` looks for the nearest.
    """

    text: str
    work_ids: tuple[int, ...]
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Sentences in the order they are to be read; none means that nothing answers.

    Attributes:
        writer: who wrote it: "quoting" or the name of a model.
        note: what the reader should know about the writing (a fallback and its reason).
    """

    sentences: tuple[DraftSentence, ...]
    writer: str
    note: str | None = None


class Writer(Protocol):
    """Writes an answer from passages and nothing else."""

    async def write(
        self,
        question: Question,
        passages: Sequence[Passage],
        on_draft: Callable[[str], None] | None = None,
    ) -> Draft:
        """A draft; `on_draft` is given the text so far by writers that stream."""
        ...
