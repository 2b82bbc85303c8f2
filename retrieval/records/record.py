"""An answer of record: its text, and the works that it cites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from storage.phrases import plural
from storage.windows import Window
from storage.works import Work

LISTED = 25
"""Works listed in one answer."""
EXAMPLES = 3
"""Works cited as examples of those counted."""


@dataclass(frozen=True, slots=True)
class Record:
    """An answer of record: the text, with marks [1] … for `works` in order.

    Attributes:
        time: the one that it names, of which the works are then meant.
        meant: the works that are counted, where they were chosen from others that were named.
    """

    text: str
    works: tuple[Work, ...] = ()
    refused: bool = False
    time: Window | None = None
    meant: tuple[Work, ...] = ()

    def added(self, said: str) -> Record:
        """The record with a sentence more, below a list; itself where there is none."""
        space = "\n" if "\n" in self.text else " "
        return replace(self, text=f"{self.text}{space}{said}") if said else self


def and_others(number: int) -> str:
    """As: ", and 3 others"; nothing of none."""
    return f", and {plural(number, 'other')}" if number else ""


def examples(found: Sequence[Work], number: int, cited: int = 0) -> str:
    """Marks of the first few of a number of works, after as many as are cited before them."""
    marks = [f"[{cited + n}]" for n in range(1, min(len(found), EXAMPLES) + 1)]
    among = ", for example" if number > len(marks) else ""
    return f"{among} {''.join(marks)}" if marks else ""


def age(work: Work) -> tuple[int, date, str]:
    """What works are put in order by, the oldest first."""
    return work.year, work.published or date(work.year, 1, 1), work.source_id
