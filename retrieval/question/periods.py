"""Periods of time: stretches of days that have a name.

"2021", "March 2021", "last spring", "the last six months": every rule is resolved against a given
day, so that the same text always gives the same days.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from retrieval.question.words import MONTHS, NUMBERS, SEASONS


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to `end`, both included, and how they were named.

    Attributes:
        bare: may stand without a preposition ("last year").
        rolling: counted back from today ("the last six months").
        yearless: a day, month or season whose year was left out.
    """

    start: date
    end: date
    bare: bool = False
    rolling: bool = False
    yearless: bool = False


_MONTHS = [
    "|".join(dict.fromkeys((name, *(["sept"] if name == "september" else []), name[:3])))
    for name in MONTHS
]
_MONTH = "(?P<month>" + "|".join(_MONTHS) + r")\b\.?"
_MONTH_NUMBER = {
    name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")
}
_SEASON = rf"(?P<season>{'|'.join(SEASONS)})"
_SEASON_START = dict(zip(SEASONS, (3, 6, 9, 9, 12), strict=True))
_YEAR = r"(?P<year>(?:18|19|20)\d\d)(?![\d.,]\d|%|\w)"
_NUMBERS = NUMBERS | {
    "zero": 0,
    "eleven": 11,
    "twelve": 12,
    "a": 1,
    "an": 1,
    "few": 3,
    "couple": 2,
    "couple of": 2,
    "several": 3,
    "fifteen": 15,
    "eighteen": 18,
    "twenty": 20,
    "twenty four": 24,
    "half a": 0,
}
_NUMBER = r"(?P<number>\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year|decade)"
_LAST = r"(?:last|past|previous|preceding|latest|most recent)"


def month_period(year: int, month: int, months: int = 1, **flags: bool) -> Period:
    """Whole months, from the first day of the first."""
    start = date(year, month, 1)
    return Period(start, start + relativedelta(months=months, days=-1), **flags)


def years_period(first: int, last: int, **flags: bool) -> Period:
    """Whole years, the last one included."""
    return Period(date(first, 1, 1), date(last, 12, 31), **flags)


def _calendar(unit: str, day: date) -> Period:
    """The calendar unit that holds the day."""
    if unit in ("week", "fortnight"):
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6), bare=True)
    if unit == "day":
        return Period(day, day, bare=True)
    if unit == "month":
        return month_period(day.year, day.month, bare=True)
    if unit == "quarter":
        return month_period(day.year, (day.month - 1) // 3 * 3 + 1, 3, bare=True)
    if unit == "decade":
        return years_period(day.year // 10 * 10, day.year // 10 * 10 + 9, bare=True)
    return years_period(day.year, day.year, bare=True)


def _step(unit: str, number: int) -> relativedelta:
    sizes = {
        "day": relativedelta(days=number),
        "week": relativedelta(weeks=number),
        "fortnight": relativedelta(weeks=2 * number),
        "month": relativedelta(months=number),
        "quarter": relativedelta(months=3 * number),
        "year": relativedelta(years=number),
        "decade": relativedelta(years=10 * number),
    }
    return sizes[unit]


def _number(text: str | None) -> int:
    if not text:
        return 1
    return int(text) if text.isdigit() else _NUMBERS[" ".join(text.lower().split())]


def _day(m: re.Match[str], today: date) -> Period:
    """A day, or the days up to another of its month; the latest that has begun without a year."""
    said = m.groupdict()
    year, last = said.get("year"), said.get("last") or m["day"]
    start = date(int(year or today.year), _month(m), int(m["day"]))
    if not year and start > today:
        start -= relativedelta(years=1)
    return Period(start, start.replace(day=int(last)), bare=bool(year), yearless=not year)


def _month(m: re.Match[str]) -> int:
    name = m["month"].lower()
    return int(name) if name.isdigit() else _MONTH_NUMBER[name]


def _numbered_month(m: re.Match[str], today: date) -> Period | None:
    month = int(m["month"])
    return month_period(int(m["year"]), month) if 1 <= month <= 12 else None


def _latest_month(m: re.Match[str], today: date) -> Period:
    """A month without its year: the latest that has begun ("last May" has ended, too)."""
    month = _month(m)
    ended = (m.groupdict().get("which") or "").lower() == "last"
    past = month < today.month or (month == today.month and not ended)
    return month_period(today.year - (not past), month, yearless=True)


def _season(m: re.Match[str], today: date) -> Period:
    first = _SEASON_START[m["season"].lower()]
    if m.groupdict().get("year"):
        return month_period(int(m["year"]), first, 3)
    which = (m["which"] or "").lower()
    year = today.year
    while True:
        season = month_period(year, first, 3, bare=which != "", yearless=which == "")
        if which == "this" or (season.start <= today and (which != "last" or season.end < today)):
            return season
        year -= 1


def _rolling(m: re.Match[str], today: date) -> Period:
    unit = m["unit"].lower()
    if (m["number"] or "").lower().startswith("half"):
        back = relativedelta(months=6) if unit == "year" else _step(unit, 1)
    else:
        back = _step(unit, _number(m["number"]))
        if m.groupdict().get("half"):
            back += relativedelta(months=6) if unit == "year" else relativedelta(weeks=2)
    return Period(today - back, today, bare=True, rolling=True)


def _ago(m: re.Match[str], today: date) -> Period:
    unit = m["unit"].lower()
    if m["number"].lower().startswith("half"):
        return _calendar("month", today - relativedelta(months=6))
    return _calendar(unit, today - _step(unit, _number(m["number"])))


def _this_or_last(m: re.Match[str], today: date) -> Period:
    unit = m["unit"].lower()
    back = 0 if m["which"].lower() in ("this", "current") else 1
    return _calendar(unit, today - _step(unit, back))


def _part_of_year(m: re.Match[str], today: date) -> Period:
    part = m["part"].lower().split()[0]
    year = int(m["year"]) if m.groupdict().get("year") else today.year
    first = {"early": 1, "beginning": 1, "start": 1, "mid": 5, "middle": 5}.get(part, 9)
    return month_period(year, first, 4)


def _part_of_decade(m: re.Match[str], today: date) -> Period:
    decade = int(m["decade"])
    part = (m["part"] or "").lower().rstrip("- ")
    first, last = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get(part, (0, 9))
    return years_period(decade + first, decade + last)


def _half_or_quarter(m: re.Match[str], today: date) -> Period:
    months = 3 if m["size"].lower() == "q" else 6
    nth = min(int(m["nth"]), 12 // months)
    return month_period(int(m["year"]), (nth - 1) * months + 1, months)


def _whole(m: re.Match[str], today: date) -> Period:
    """The month or the year of which a part is named."""
    said = m.groupdict()
    year = int(said["year"]) if said.get("year") else 0
    if said.get("month"):
        return month_period(year, _month(m)) if year else _latest_month(m, today)
    year = year or today.year - ((said["which"] or "").lower() in ("last", "previous"))
    return years_period(year, year)


def _stretch(m: re.Match[str], today: date) -> Period | None:
    """So many days, weeks, months, quarters or halves from the beginning or the end of a month or
    a year: "the last week of April", "the first three months of 2021".
    """
    whole, nth, unit = _whole(m, today), m["nth"].lower(), m["unit"].lower()
    months = (whole.end - whole.start).days > 31
    day = timedelta(days=1)
    if unit == "half" and not months:
        middle = whole.start + 15 * day
        early = nth in ("first", "1st", "opening")
        start, end = (whole.start, middle - day) if early else (middle, whole.end)
        return Period(start, end, yearless=whole.yearless)
    step = relativedelta(months=6) if unit == "half" else _step(unit, _number(m["number"]))
    if nth in ("last", "final"):
        start = max(whole.end + day - step, whole.start)
        return Period(start, whole.end, yearless=whole.yearless)
    at = ("first", "second", "third", "fourth").index(_ORDINALS.get(nth, nth))
    start = whole.start + at * step
    end = min(start + step - day, whole.end)
    return Period(start, end, yearless=whole.yearless) if start <= end else None


_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "opening": "first"}


def _third_of_month(m: re.Match[str], today: date) -> Period:
    """The early, the middle or the late days of a month, ten of them or so."""
    whole, part = _whole(m, today), m["part"].lower().split()[0]
    at = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1}.get(part, 2)
    start = whole.start + timedelta(days=10 * at)
    end = whole.end if at == 2 else start + timedelta(days=9)
    return Period(start, end, yearless=whole.yearless)


def _latest_quarter(m: re.Match[str], today: date) -> Period:
    """A quarter without its year: the latest that has begun."""
    first = 3 * int(m["nth"]) - 2
    return month_period(today.year - (first > today.month), first, 3, yearless=True)


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], "Period | None"]]


def _rule(pattern: str, resolve: Callable[[re.Match[str], date], Period | None]) -> _Rule:
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE), resolve


_TH = r"(?:st|nd|rd|th)?"
_UP_TO = r"\s*(?:-|–|to|until|through|and)\s*(?:the )?"
_DAYS = rf"(?P<day>[0-3]?\d){_TH}(?:{_UP_TO}(?P<last>[0-3]?\d){_TH})?"
_PART_OF = (
    r"(?:the )?(?P<nth>first|1st|opening|second|2nd|third|3rd|fourth|4th|last|final)"
    rf"(?: {_NUMBER})?[ -](?P<unit>day|week|month|quarter|half)s?(?: of|(?<=half)|(?<=quarter)) "
)
_RULES: tuple[_Rule, ...] = (
    _rule(rf"{_YEAR.replace(')(?!', ')-(?P<month>[01]?[0-9])-(?P<day>[0-3]?[0-9])(?!', 1)}", _day),
    _rule(rf"{_MONTH} {_DAYS}(?:,? {_YEAR}|\b(?![.,]?\d|%|-))", _day),
    _rule(rf"(?:the )?{_DAYS}(?: of)? {_MONTH}(?:,? {_YEAR})?", _day),
    _rule(rf"{_YEAR.replace(')(?!', ')-(?P<month>[01][0-9])(?!', 1)}", _numbered_month),
    _rule(rf"(?P<month>[01]?\d)/{_YEAR}", _numbered_month),
    _rule(rf"{_MONTH}(?: of)?,? {_YEAR}", lambda m, _: month_period(int(m["year"]), _month(m))),
    _rule(rf"(?:the )?{_SEASON}(?: of)?,? {_YEAR}", _season),
    _rule(
        r"(?:the )?(?:(?P<part>early|mid|late)[- ])?(?:the )?(?P<decade>(?:19|20)\d0)['’]?s\b",
        _part_of_decade,
    ),
    _rule(
        rf"(?:the )?(?P<part>early|mid|late|beginning of|start of|middle of|end of|"
        rf"early part of|later part of|latter part of)[- ]?(?:the )?(?:year )?{_YEAR}",
        _part_of_year,
    ),
    _rule(
        r"(?:the )?(?P<part>beginning of|start of|middle of|end of) (?:this|the) year\b",
        _part_of_year,
    ),
    _rule(
        rf"{_PART_OF}(?:(?:the )?(?P<which>this|the current|the|last|previous) year\b(?! \d)|"
        rf"(?:the year )?{_YEAR})",
        _stretch,
    ),
    _rule(rf"{_PART_OF}{_MONTH}(?:,? {_YEAR})?", _stretch),
    _rule(
        rf"(?:the )?(?P<part>early|mid|late|beginning of|start of|middle of|end of)[- ]?"
        rf"(?:days of )?{_MONTH}(?:,? {_YEAR})?",
        _third_of_month,
    ),
    _rule(r"(?P<size>Q)(?P<nth>[1-4])\b", _latest_quarter),
    _rule(rf"(?P<size>[QH])(?P<nth>[1-4])(?: of)?,? {_YEAR}", _half_or_quarter),
    _rule(rf"{_YEAR} (?P<size>[QH])(?P<nth>[1-4])\b", _half_or_quarter),
    _rule(
        rf"(?:the )?{_LAST} (?:year and a half)\b",
        lambda _, today: Period(today - relativedelta(months=18), today, True, True),
    ),
    _rule(rf"(?:the |his |her |their )?{_LAST} {_NUMBER}[ -]+{_UNIT}s?\b", _rolling),
    _rule(
        rf"(?:the )?(?:{_LAST} )(?:half[- ])(?P<number>)(?P<unit>year|month)\b",
        lambda _, today: Period(today - relativedelta(months=6), today, True, True),
    ),
    _rule(rf"(?:the last|(?:the )?past)(?P<number>) {_UNIT}s?\b", _rolling),
    _rule(r"(?:the )?last(?P<number>) (?P<unit>decade)\b", _rolling),
    _rule(
        r"(?:the )?(?:last|past|recent)(?P<number>) (?P<unit>year)s\b",
        lambda _, today: Period(today - relativedelta(years=3), today, True, True),
    ),
    _rule(rf"{_NUMBER} {_UNIT}s? ago\b", _ago),
    _rule(
        rf"(?:the )?(?P<which>(?:this|current)(?! day\b)|last|previous) {_UNIT}\b", _this_or_last
    ),
    _rule(rf"(?P<which>this|last) {_SEASON}\b", _season),
    _rule(rf"(?P<which>this|last) {_MONTH}", _latest_month),
    _rule(r"yesterday\b", lambda _, today: _calendar("day", today - timedelta(days=1))),
    _rule(r"(?:today|now|the present|present)\b", lambda _, today: _calendar("day", today)),
    _rule(
        rf"(?:the )?(?:calendar )?(?:year )?{_YEAR}",
        lambda m, _: years_period(int(m["year"]), int(m["year"])),
    ),
    _rule(
        r"['’](?P<year>[0-3]\d)\b",
        lambda m, _: years_period(2000 + int(m["year"]), 2000 + int(m["year"])),
    ),
    _rule(rf"{_MONTH}(?! be\b)", _latest_month),
    _rule(rf"(?:the )?(?P<which>){_SEASON}\b", _season),
)


_DIGIT = re.compile(r"\d")
_SAYING = (
    *(month[:3] for month in _MONTHS),
    *_SEASON_START,
    *("day", "week", "fortnight", "month", "quarter", "year", "decade", "now", "present"),
)


def speaks_of_time(text: str) -> bool:
    """Whether a text may name a period: each has a figure, or one of these words."""
    return bool(_DIGIT.search(text)) or any(map(text.lower().__contains__, _SAYING))


# Whether any rule matches: most places of a text are ruled out at once.
_PERIOD = re.compile(
    "|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern) for pattern, _ in _RULES),
    re.IGNORECASE,
)


def period_at(text: str, at: int, today: date) -> tuple[Period, int] | None:
    """The longest period that starts at a place of the text, and where it ends."""
    if not _PERIOD.match(text, at):
        return None
    best: tuple[Period, int] | None = None
    for pattern, resolve in _RULES:
        if (m := pattern.match(text, at)) and (best is None or m.end() > best[1]):
            try:
                period = resolve(m, today)
            except (ValueError, OverflowError):
                continue
            if period:
                best = period, m.end()
    return best
