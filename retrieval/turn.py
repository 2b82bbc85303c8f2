"""What is kept of a question and its answer for the next question."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.kinds import Kind
from storage.works import Window


@dataclass(frozen=True, slots=True)
class Turn:
    """What went before: a question, what it was understood as, and the works it was answered with.

    Attributes:
        work_ids: the works in the order in which they were shown.
        window: the one window of time; `windows` holds all when several are named.
        exact: only the works were asked about.
        examples: the works are only some of those meant, which the other attributes choose.
        mentioned: works that only mention `content`, or use it, were wanted too.
    """

    question: str
    researcher_ids: tuple[int, ...] = ()
    work_ids: tuple[int, ...] = ()
    window: Window | None = None
    kind: Kind = Kind.CONTENT
    content: str = ""
    windows: tuple[Window, ...] = ()
    coauthors: tuple[str, ...] = ()
    together: bool = False
    exact: bool = False
    examples: bool = False
    mentioned: bool = False

    @property
    def times(self) -> tuple[Window, ...]:
        """All its windows."""
        return self.windows or ((self.window,) if self.window else ())
