"""Windows of time, and whether a work lies in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import ColumnElement

from storage.schema import WorkRow


class Dated(Protocol):
    """What has a year, and a day where it is known, as works have."""

    @property
    def year(self) -> int: ...

    @property
    def published(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days, both ends included; `label` is what is shown back ("in 2022")."""

    start: date
    end: date
    label: str

    @property
    def whole_years(self) -> bool:
        """Whether the window is made of calendar years and so selects on a work's year."""
        return (self.start.month, self.start.day, self.end.month, self.end.day) == (1, 1, 12, 31)

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year that lie in it whole; none where the first is the later."""
        first, last = self.start, self.end
        return (
            first.year + ((first.month, first.day) != (1, 1)),
            last.year - ((last.month, last.day) != (12, 31)),
        )

    def holds(self, work: Dated) -> bool:
        """Whether a work lies in it: by its day, or by its year where that is all that counts."""
        if self.whole_years or work.published is None:
            first, last = self.years
            return first <= work.year <= last
        return self.start <= work.published <= self.end


def in_window(window: Window) -> ColumnElement[bool]:
    """The condition that a work lies in the window, by year or by day (see `Window.holds`)."""
    in_years = WorkRow.year.between(*window.years)
    if window.whole_years:
        return in_years
    undated = WorkRow.published.is_(None) & in_years
    return WorkRow.published.between(window.start, window.end) | undated
