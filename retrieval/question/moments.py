"""Times that a follow-up tells by what went before: "the year after", "in the same year"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question import windows
from retrieval.question.typed import Turn
from storage import works
from storage.windows import Window

_UNIT = r"(?P<unit{}>year|month)"
_LATER = re.compile(
    rf"\b(?:the )?(?:{_UNIT.format(1)} (?:after|later)(?: that)?(?! \d{{4}})|"
    rf"(?:following|next) {_UNIT.format(2)}|next one)\b",
    re.I,
)
_EARLIER = re.compile(
    rf"\b(?:the )?(?:{_UNIT.format(1)} (?:before|earlier)(?: that)?(?! \d{{4}})|"
    rf"(?:previous|preceding) {_UNIT.format(2)})\b",
    re.I,
)
_OTHERS = re.compile(
    r"^(?:(?P<any>any(?:thing)?|something|some)\b\W*|(?:and|but|so|ok(?:ay)?|now|are there|"
    r"is there|what about|how about|show|list|me|the)\b\W*)*"
    r"(?:(?P<older>older|earlier)|newer|later|more recent)(?: (?P<many>ones|papers|works|stuff))?"
    r"(?: (?:too|as well|(?:than|on) (?:that|those|these|this|them|it)))*\W*$",
    re.I,
)
"""Asks for works older than those before, or newer: "any older ones?"."""
_BEYOND = re.compile(
    r"^(?:(?:and|ok(?:ay)?|what about|how about)\W+)*(?:(?P<older>before)|after)"
    r"(?: (?:that|then))?\W*$",
    re.I,
)
_SAME_YEAR = re.compile(
    r"\b(?:(?:in|of|from|during) )?(?:that|the same|this same) year\b|\bthen(?=\s*[?.!]*$)", re.I
)
_ASKS = re.compile(
    r"(?:and |so )?(?:how|what|which|whom?|when|where|did|does|was|were|is|are|has|have)\b", re.I
)
"""Before a "then" that is a time; that of "quantization then?" is none."""


async def told(
    session: AsyncSession, text: str, turns: Sequence[Turn]
) -> tuple[str, Window] | None:
    """The words of a text that tell a time by what went before, and the time; None without any."""
    before = next((turn for turn in reversed(turns) if turn.times or not turn.exact), turns[-1])
    if (m := _SAME_YEAR.search(text)) and (m[0].lower() != "then" or _ASKS.match(text)):
        window = await year_of(session, turns[-1])
    elif m := _LATER.search(text) or _EARLIER.search(text):
        if turns[-1].exact and m[0].lower().endswith("next one"):
            return None  # of one work it is the next in a list
        window = _moved(before.window, m["unit1"] or m["unit2"], later=m.re is _LATER)
    elif m := others(text, turns[-1]):
        window = await _beyond(session, turns, older=m["older"] is not None)
    return (m[0], window) if m and window else None


def others(text: str, before: Turn) -> re.Match[str] | None:
    """Whether works beside those before are asked for, in time."""
    others = _OTHERS.match(text)
    if others and (others["any"] or others["many"]):
        return others
    return _BEYOND.match(text) if before.times and not before.exact else None


async def _beyond(session: AsyncSession, turns: Sequence[Turn], *, older: bool) -> Window | None:
    """The time before what was asked about, or answered with, or the time after."""
    before = next((turn for turn in reversed(turns) if turn.times or turn.work_ids), turns[-1])
    stored = (await works.by_ids(session, before.work_ids)).values()
    times = before.times or [year_window(work.year) for work in stored]
    if not times:
        return None
    first, last = windows.FIRST_DAY, date.max
    if older:
        last = min(time.start for time in times)
        last = last - timedelta(days=1) if last > first else last
    else:
        first = max(time.end for time in times)
        first = first + timedelta(days=1) if first < last else first
    return Window(first, last, windows.label(first, last, "before" if older else "since"))


async def year_of(session: AsyncSession, before: Turn) -> Window | None:
    """The year that was asked about, or answered with."""
    if before.window and before.window.start.year == before.window.end.year:
        return year_window(before.window.end.year)
    years = {work.year for work in (await works.by_ids(session, before.work_ids)).values()}
    return year_window(years.pop()) if len(years) == 1 else None


def _moved(window: Window | None, unit: str | None, *, later: bool) -> Window | None:
    """The calendar year or month beside a window; the twelve months beside a year up to a day."""
    if window is None or (not later and window.start == windows.FIRST_DAY):
        return None
    beside = window.end + timedelta(days=1) if later else window.start - timedelta(days=1)
    if unit == "month":
        first = beside.replace(day=1)
        last = first + relativedelta(months=1, days=-1)
    elif not window.whole_years and window.end - window.start > timedelta(days=300):
        first = beside if later else window.start - relativedelta(years=1)
        last = beside + relativedelta(years=1, days=-1) if later else beside
    else:
        return year_window(window.end.year + 1 if later else window.start.year - 1)
    return Window(first, last, windows.label(first, last))


def year_window(year: int) -> Window:
    """A whole year."""
    return Window(date(year, 1, 1), date(year, 12, 31), f"in {year}")


def common(one: Window, other: Window) -> Window | None:
    """The days that two windows have in common."""
    if one.start <= other.start and other.end <= one.end:
        return other
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Window(start, end, windows.label(start, end)) if start <= end else None


def apart(named: Sequence[Window], before: Sequence[Window]) -> bool:
    """Whether another time is meant than before, so that the works before cannot be."""
    pairs = [(one, other) for one in named for other in before]
    return bool(pairs) and not any(common(one, other) for one, other in pairs)
