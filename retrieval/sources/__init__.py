"""Where papers come from. Every source hands out `Papers`: read them once with `async for`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Final

from storage.errors import ColloquyError
from storage.works import Paper

REPORTED: Final = 1000
"""How many failures are kept word for word; the rest are only counted."""


class Papers(AsyncIterator[Paper]):
    """The papers of one import, and what there is to say about them.

    Read lazily, once. What was yielded before an error is good and may be kept.

    Attributes:
        source: who sends them, for people: "arXiv", or a file name.
        total: how many works the source says there are; None as long as nobody knows.
        left_out: the first `REPORTED` things that were left out, each with its sentence.
        left_out_count: how many were left out in all.
        passed_over: rows of a file that are somebody else's, when one researcher was asked for.
    """

    def __init__(self, source: str, read: Callable[[Papers], AsyncIterator[Paper]]) -> None:
        self.source = source
        self.total: int | None = None
        self.left_out: list[ColloquyError] = []
        self.left_out_count = 0
        self.passed_over = 0
        self._papers = read(self)

    def __aiter__(self) -> Papers:
        return self

    async def __anext__(self) -> Paper:
        return await anext(self._papers)

    async def aclose(self) -> None:
        """Let go of what the source holds open, when not all of its papers are wanted."""
        if isinstance(self._papers, AsyncGenerator):
            await self._papers.aclose()

    def leave_out(self, error: ColloquyError) -> None:
        """Note that something was left out; the import goes on."""
        self.left_out_count += 1
        if len(self.left_out) < REPORTED:
            self.left_out.append(error)
