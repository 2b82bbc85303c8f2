"""Time windows in questions: "since last spring", "between 2020 and 2021", "the past two years".

A small descent parser. A *period* is a stretch of days that has a name ("2021", "March 2021",
"last spring", "the last six months"); a *window* is what a preposition makes of one or two
periods ("before P", "from P to P"). Every rule is resolved against a given day, so that the same
text always gives the same days.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from storage.works import Window

Span = tuple[int, int]

FIRST_DAY = date.min
"""Where a window without a beginning starts ("before 2021")."""


@dataclass(frozen=True, slots=True)
class Found:
    """The windows a text names, where they stand in it, and what looked like time but is not."""

    windows: tuple[Window, ...]
    spans: tuple[Span, ...]
    not_understood: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Period:
    start: date
    end: date
    bare: bool = False  # may stand without a preposition ("last year")
    rolling: bool = False  # counted back from today ("the last six months")
    month_only: bool = False  # a month or season whose year was left out


_MONTHS = (
    "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug "
    "september|sept|sep october|oct november|nov december|dec"
).split()
_MONTH = "(?P<month>" + "|".join(_MONTHS) + r")\b\.?"
_MONTH_NUMBER = {
    name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")
}
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
_SEASON_START = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_YEAR = r"(?P<year>(?:18|19|20)\d\d)(?![\d.,]\d|%|\w)"
_NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {
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


def _month_period(year: int, month: int, months: int = 1, **flags: bool) -> _Period:
    start = date(year, month, 1)
    return _Period(start, start + relativedelta(months=months, days=-1), **flags)


def _years(first: int, last: int, **flags: bool) -> _Period:
    return _Period(date(first, 1, 1), date(last, 12, 31), **flags)


def _calendar(unit: str, day: date) -> _Period:
    """The calendar unit that holds the day."""
    if unit in ("week", "fortnight"):
        monday = day - timedelta(days=day.weekday())
        return _Period(monday, monday + timedelta(days=6), bare=True)
    if unit == "day":
        return _Period(day, day, bare=True)
    if unit == "month":
        return _month_period(day.year, day.month, bare=True)
    if unit == "quarter":
        return _month_period(day.year, (day.month - 1) // 3 * 3 + 1, 3, bare=True)
    if unit == "decade":
        return _years(day.year // 10 * 10, day.year // 10 * 10 + 9, bare=True)
    return _years(day.year, day.year, bare=True)


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


def _day(m: re.Match[str], today: date) -> _Period | None:
    try:
        day = date(int(m["year"]), _month(m), int(m["day"]))
    except ValueError:
        return None
    return _Period(day, day)


def _month(m: re.Match[str]) -> int:
    name = m["month"].lower()
    return int(name) if name.isdigit() else _MONTH_NUMBER[name]


def _numbered_month(m: re.Match[str], today: date) -> _Period | None:
    month = int(m["month"])
    return _month_period(int(m["year"]), month) if 1 <= month <= 12 else None


def _latest_month(m: re.Match[str], today: date) -> _Period:
    """A month without its year: the latest that has begun ("last May" has ended, too)."""
    month = _month(m)
    ended = (m.groupdict().get("which") or "").lower() == "last"
    past = month < today.month or (month == today.month and not ended)
    return _month_period(today.year - (not past), month, month_only=True)


def _season(m: re.Match[str], today: date) -> _Period:
    first = _SEASON_START[m["season"].lower()]
    if m.groupdict().get("year"):
        return _month_period(int(m["year"]), first, 3)
    which = (m["which"] or "").lower()
    year = today.year
    while True:
        season = _month_period(year, first, 3, bare=which != "", month_only=which == "")
        if which == "this" or (season.start <= today and (which != "last" or season.end < today)):
            return season
        year -= 1


def _rolling(m: re.Match[str], today: date) -> _Period:
    unit = m["unit"].lower()
    if (m["number"] or "").lower().startswith("half"):
        back = relativedelta(months=6) if unit == "year" else _step(unit, 1)
    else:
        back = _step(unit, _number(m["number"]))
        if m.groupdict().get("half"):
            back += relativedelta(months=6) if unit == "year" else relativedelta(weeks=2)
    return _Period(today - back, today, bare=True, rolling=True)


def _ago(m: re.Match[str], today: date) -> _Period:
    unit = m["unit"].lower()
    if m["number"].lower().startswith("half"):
        return _calendar("month", today - relativedelta(months=6))
    return _calendar(unit, today - _step(unit, _number(m["number"])))


def _this_or_last(m: re.Match[str], today: date) -> _Period:
    unit = m["unit"].lower()
    back = 0 if m["which"].lower() in ("this", "current") else 1
    return _calendar(unit, today - _step(unit, back))


def _part_of_year(m: re.Match[str], today: date) -> _Period:
    part = m["part"].lower().split()[0]
    year = int(m["year"]) if m.groupdict().get("year") else today.year
    first = {"early": 1, "beginning": 1, "start": 1, "mid": 5, "middle": 5}.get(part, 9)
    return _month_period(year, first, 4)


def _part_of_decade(m: re.Match[str], today: date) -> _Period:
    decade = int(m["decade"])
    part = (m["part"] or "").lower().rstrip("- ")
    first, last = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get(part, (0, 9))
    return _years(decade + first, decade + last)


def _half_or_quarter(m: re.Match[str], today: date) -> _Period:
    order = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4}
    order |= {"4th": 4, "last": 4 if m["size"].lower()[0] == "q" else 2, "1": 1, "2": 2}
    order |= {"3": 3, "4": 4}
    months = 3 if m["size"].lower()[0] == "q" else 6
    year = int(m["year"]) if m["year"] else today.year
    nth = min(order[m["nth"].lower()], 12 // months)
    return _month_period(year, (nth - 1) * months + 1, months)


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], "_Period | None"]]


def _rule(pattern: str, resolve: Callable[[re.Match[str], date], _Period | None]) -> _Rule:
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE), resolve


_ORDINAL = r"(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last)"
_RULES: tuple[_Rule, ...] = (
    _rule(rf"{_YEAR.replace(')(?!', ')-(?P<month>[01]?[0-9])-(?P<day>[0-3]?[0-9])(?!', 1)}", _day),
    _rule(rf"{_MONTH} (?P<day>[0-3]?\d)(?:st|nd|rd|th)?,? {_YEAR}", _day),
    _rule(rf"(?:the )?(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?: of)? {_MONTH},? {_YEAR}", _day),
    _rule(rf"{_YEAR.replace(')(?!', ')-(?P<month>[01][0-9])(?!', 1)}", _numbered_month),
    _rule(rf"(?P<month>[01]?\d)/{_YEAR}", _numbered_month),
    _rule(rf"{_MONTH}(?: of)?,? {_YEAR}", lambda m, _: _month_period(int(m["year"]), _month(m))),
    _rule(rf"(?:the )?{_SEASON}(?: of)?,? {_YEAR}", _season),
    _rule(
        r"(?:the )?(?:(?P<part>early|mid|late)[- ])?(?:the )?(?P<decade>(?:19|20)\d0)['’]?s\b",
        _part_of_decade,
    ),
    _rule(
        rf"(?:the )?(?P<part>early|mid|late|beginning of|start of|middle of|end of)[- ]?"
        rf"(?:the )?(?:year )?{_YEAR}",
        _part_of_year,
    ),
    _rule(
        r"(?:the )?(?P<part>beginning of|start of|middle of|end of) (?:this|the) year\b",
        _part_of_year,
    ),
    _rule(
        rf"(?:the )?{_ORDINAL} (?P<size>half|quarter)(?: of)?(?: the year)?(?: {_YEAR})",
        _half_or_quarter,
    ),
    _rule(rf"(?P<size>[QH])(?P<nth>[1-4])(?: of)?,? {_YEAR}", _half_or_quarter),
    _rule(rf"{_YEAR} (?P<size>[QH])(?P<nth>[1-4])\b", _half_or_quarter),
    _rule(
        rf"(?:the )?{_LAST} (?:year and a half)\b",
        lambda _, today: _Period(today - relativedelta(months=18), today, True, True),
    ),
    _rule(rf"(?:the |his |her |their )?{_LAST} {_NUMBER}[ -]+{_UNIT}s?\b", _rolling),
    _rule(
        rf"(?:the )?(?:{_LAST} )(?:half[- ])(?P<number>)(?P<unit>year|month)\b",
        lambda _, today: _Period(today - relativedelta(months=6), today, True, True),
    ),
    _rule(rf"(?:the )(?:last|past)(?P<number>) {_UNIT}s?\b", _rolling),
    _rule(rf"(?:the )?past(?P<number>) {_UNIT}s?\b", _rolling),
    _rule(r"(?:the )?last(?P<number>) (?P<unit>decade)\b", _rolling),
    _rule(
        r"(?:the )?(?:last|past|recent)(?P<number>) (?P<unit>year)s\b",
        lambda _, today: _Period(today - relativedelta(years=3), today, True, True),
    ),
    _rule(rf"{_NUMBER} {_UNIT}s? ago\b", _ago),
    _rule(rf"(?P<which>this|current|last|previous) {_UNIT}\b", _this_or_last),
    _rule(rf"the (?P<which>current|previous) {_UNIT}\b", _this_or_last),
    _rule(rf"(?P<which>this|last) {_SEASON}\b", _season),
    _rule(rf"(?P<which>this|last) {_MONTH}", _latest_month),
    _rule(r"yesterday\b", lambda _, today: _calendar("day", today - timedelta(days=1))),
    _rule(r"(?:today|now|the present|present)\b", lambda _, today: _calendar("day", today)),
    _rule(
        rf"(?:the )?(?:calendar )?(?:year )?{_YEAR}",
        lambda m, _: _years(int(m["year"]), int(m["year"])),
    ),
    _rule(
        r"['’](?P<year>[0-3]\d)\b",
        lambda m, _: _years(2000 + int(m["year"]), 2000 + int(m["year"])),
    ),
    _rule(rf"{_MONTH}(?! be\b)", _latest_month),
    _rule(rf"(?:the )?(?P<which>){_SEASON}\b", _season),
)


# Whether any rule matches: most places of a text are ruled out at once.
_PERIOD = re.compile(
    "|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern) for pattern, _ in _RULES),
    re.IGNORECASE,
)


def _period_at(text: str, at: int, today: date) -> tuple[_Period, int] | None:
    """The longest period that starts at a place of the text, and where it ends."""
    if not _PERIOD.match(text, at):
        return None
    best: tuple[_Period, int] | None = None
    for pattern, resolve in _RULES:
        if (m := pattern.match(text, at)) and (best is None or m.end() > best[1]):
            try:
                period = resolve(m, today)
            except (ValueError, OverflowError):
                continue
            if period:
                best = period, m.end()
    return best


_BETWEEN = re.compile(r"(?:in |the years )?between\s+", re.I)
_FROM = re.compile(r"from\s+", re.I)
_AND = re.compile(r"\s+(?:and|to|until|till|through)\s+|\s*[-–—/]\s*", re.I)
_TO = re.compile(r"\s+(?:to|until|till|through|up to|thru)\s+|\s*[-–—]\s*", re.I)
_SINCE = re.compile(r"(?:(?:ever )?since|starting(?: in| from)?|beginning in)\s+", re.I)
_FROM_ON = re.compile(r"(?:as of|from)\s+", re.I)
_ONWARDS = re.compile(
    r",?\s+(?:on(?:wards?)?|(?:and|or) (?:later|after|newer|onwards?|since))\b", re.I
)
_DOWNWARDS = re.compile(r"\s+(?:and|or) (?:earlier|before|older)\b", re.I)
_AFTER = re.compile(r"(?:after|later than|newer than|post[- ])\s*(?=\S)", re.I)
_BEFORE = re.compile(r"(?:before|prior to|earlier than|older than|pre[- ])\s*(?=\S)", re.I)
_UNTIL = re.compile(r"(?:until|till|up to|up until|through|by(?: the)?|no later than)\s+", re.I)
_IN = re.compile(
    r"(?:in|during|throughout|within|over|for|of|from|on|about|around|at)\s+(?:the years? )?", re.I
)
_LIST = re.compile(r"\s*(?:,|,?\s+(?:and|or|vs\.?|versus|than|&))\s+(?:in )?", re.I)
_SHORT_YEAR = re.compile(r"\s*[-–/]\s*(\d\d)\b(?![-\d])")


def _until_now(start: date, today: date) -> _Period:
    """Open towards today; whole years stay whole, so that works without a day are counted."""
    whole = start.month == start.day == 1
    return _Period(start, max(start, date(today.year, 12, 31) if whole else today))


def _pair(text: str, at: int, joint: re.Pattern[str], today: date) -> tuple[_Period, int] | None:
    """Two periods with a joint between them, as one; a missing year is taken from the other."""
    first = _period_at(text, at, today)
    if first is None:
        return None
    if (short := _SHORT_YEAR.match(text, first[1])) and first[0].start.month == 1:
        last = first[0].start.year // 100 * 100 + int(short[1])
        if last >= first[0].start.year and first[0].end.month == 12:
            return _years(first[0].start.year, last), short.end()
    m = joint.match(text, first[1])
    second = _period_at(text, m.end(), today) if m else None
    if second is None:
        return None
    (begin, _), (finish, end) = first, second
    if begin.month_only and not finish.month_only:
        begin = _moved(begin, finish.end.year)
        if begin.start > finish.end:
            begin = _moved(begin, finish.end.year - 1)
    elif finish.month_only and not begin.month_only:
        finish = _moved(finish, begin.start.year)
        if finish.end < begin.start:
            finish = _moved(finish, begin.start.year + 1)
    elif begin.month_only and begin.start > finish.end:
        begin = _moved(begin, begin.start.year - 1)
    if begin.start > finish.end:
        begin, finish = finish, begin
    return _Period(begin.start, finish.end), end


def _moved(period: _Period, year: int) -> _Period:
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    return _month_period(year, period.start.month, months)


_NOT_A_YEAR = re.compile(
    r"\s+(?!(?:works|papers|articles|preprints|publications|studies|was|is|has|does|"
    r"as|versus|vs)\b)"
    r"[a-z-]+s\b"
)
_WORKS = r"(?:works?|papers?|articles?|preprints?|publications?|studies|study|output|abstracts?)\b"
_BEFORE_WORKS = re.compile(rf"['’]?s?\s+(?:\w+\s+)?{_WORKS}", re.I)
# A researcher's name is blotted out.
_AFTER_WORKS = re.compile(
    rf"(?:{_WORKS}|\band|\bor|\babout|\bcompare|\bdated|\bposted|\badded|^|\0)[\s,:(]*$", re.I
)


def _is_count(text: str, at: int, end: int) -> bool:
    """Whether a bare four-digit number counts things ("for 2000 epochs") and is no year."""
    return text[at:end].strip().isdigit() and bool(_NOT_A_YEAR.match(text, end))


def _window_at(text: str, at: int, today: date) -> tuple[Window, int] | None:
    """The window whose wording starts exactly here, and where it ends."""
    for opening, joint in ((_BETWEEN, _AND), (_FROM, _TO)):
        if (m := opening.match(text, at)) and (pair := _pair(text, m.end(), joint, today)):
            return _shown(pair[0]), pair[1]
    for opening in (_SINCE, _FROM_ON):
        if (m := opening.match(text, at)) and (found := _period_at(text, m.end(), today)):
            onwards = _ONWARDS.match(text, found[1])
            if opening is _SINCE or onwards:
                end = onwards.end() if onwards else found[1]
                return _shown(_until_now(found[0].start, today), "since"), end
    if (m := _AFTER.match(text, at)) and (found := _period_at(text, m.end(), today)):
        start = found[0].end + timedelta(days=1)
        return _shown(_until_now(start, today), "since"), found[1]
    if (m := _BEFORE.match(text, at)) and (found := _period_at(text, m.end(), today)):
        last = found[0].start - timedelta(days=1)
        return _shown(_Period(FIRST_DAY, last), "before"), found[1]
    if (m := _UNTIL.match(text, at)) and (found := _period_at(text, m.end(), today)):
        return _shown(_Period(FIRST_DAY, found[0].end), "until"), found[1]
    if m := _IN.match(text, at):
        return _plain(text, at, m.end(), today, prepared=True)
    return _plain(text, at, at, today, prepared=False)


_AMBIGUOUS = frozenset({"may", "mar", "fall", "now", "present", "the present"})
"""Words of time that are more often something else, unless a preposition says otherwise."""


def _plain(
    text: str, at: int, start: int, today: date, *, prepared: bool
) -> tuple[Window, int] | None:
    """A pair or a period, with a preposition before it or fit to stand alone."""
    if pair := _pair(text, start, _TO, today):
        return _shown(pair[0]), pair[1]
    found = _period_at(text, start, today)
    if found is None or _is_count(text, start, found[1]):
        return None
    period, end = found
    if m := _ONWARDS.match(text, end):
        return _shown(_until_now(period.start, today), "since"), m.end()
    if m := _DOWNWARDS.match(text, end):
        return _shown(_Period(FIRST_DAY, period.end), "until"), m.end()
    beside_works = _BEFORE_WORKS.match(text, end) or _AFTER_WORKS.search(text[:at])
    alone = not text[end:].strip(" ?!.") and not text[:at].strip()
    if not (prepared or period.bare or beside_works or alone):
        return None
    word = text[start:end].strip()
    if word in _AMBIGUOUS or (word.lower() in _AMBIGUOUS and not prepared):
        return None
    return _shown(period), end


def _shown(period: _Period, how: str = "") -> Window:
    return Window(period.start, period.end, label(period.start, period.end, how))


def _day_label(day: date, *, year: bool = True) -> str:
    return f"{day:%b} {day.day}" + (f", {day.year}" if year else "")


def label(start: date, end: date, how: str = "") -> str:
    """How a window reads: "in 2022", "since March 2026", "from May 22 to Nov 22, 2026"."""
    whole_years = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
    if how == "since":
        if start.month == start.day == 1:
            return f"since {start.year}"
        return f"since {start:%B %Y}" if start.day == 1 else f"since {_day_label(start)}"
    if how in ("before", "until"):
        if (end.month, end.day) == (12, 31):
            return f"before {end.year + 1}" if how == "before" else f"up to {end.year}"
        after = end + timedelta(days=1)
        if after.day == 1:
            return f"before {after:%B %Y}" if how == "before" else f"up to {end:%B %Y}"
        return f"before {_day_label(after)}" if how == "before" else f"up to {_day_label(end)}"
    if whole_years:
        return f"in {start.year}" if start.year == end.year else f"from {start.year} to {end.year}"
    if start == end:
        return f"on {_day_label(start)}"
    if start.day == 1 and (end + timedelta(days=1)).day == 1:
        if (start.year, start.month) == (end.year, end.month):
            return f"in {start:%B %Y}"
        first = f"{start:%B}" if start.year == end.year else f"{start:%B %Y}"
        return f"from {first} to {end:%B %Y}"
    return f"from {_day_label(start, year=start.year != end.year)} to {_day_label(end)}"


def _starts(text: str) -> Iterator[int]:
    return (m.start() for m in re.finditer(r"(?<![\w-])['’]?\w", text))


_EXCEPT = re.compile(
    r"(?:except|excluding|but not|not|other than|outside(?: of)?|apart from)\s+$", re.I
)
_EVENT = (
    r"(?:pandemic|covid(?:-19)?|lockdown|christmas|easter|holidays?|halloween|phd|"
    r"ph\.d\.?|doctorate|"
    r"postdoc|sabbatical|internship|graduation|olympics|world cup|thanksgiving)"
)
_STRETCH = (
    r"(?:year|month|week|decade|century|spring|summer|autumn|winter|semester|term|career|tenure|"
    r"childhood|youth|period|era|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
_VAGUE = re.compile(
    r"\b(?:(?:ever )?since|before|after|until|till|around|during|throughout|prior "
    r"to|not in|except(?: in)?|"
    r"when|while|over|within|in|at|from)\s+"
    r"(?:"
    rf"(?:the |his |her |their |last |this |that |next |early |late )*{_EVENT}"
    rf"|(?:the |his |her |their |that |those )(?:\w+ ){{0,2}}(?:of )?(?:the |his |"
    rf"her |their |this )?{_STRETCH}"
    rf"|(?:last |next |early |late ){_STRETCH}|(?:the )?turn of the (?:century|millennium)"
    r"|(?:he|she|they|R) (?:was|were|worked|joined|left|moved|started|became) [^,?.!]{2,60}"
    r")\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"\b(?:per|each|every|which|what|a|by|year after|over the)\s+(?:year|month)", re.I
)


def find(text: str, today: date) -> Found:
    """All windows of a text in order of time; those that overlap become one.

    Phrases that speak of time and were not resolved are returned in `not_understood` as written.
    """
    windows: list[Window] = []
    spans: list[Span] = []
    vague: list[str] = []
    covered = 0
    for at in _starts(text):
        if at < covered:
            continue
        found = _window_at(text, at, today)
        if found is None and spans and (m := _LIST.fullmatch(text[covered:at])):
            found = _plain(text, at, at, today, prepared=True)
        excepted = _EXCEPT.search(text[:at])
        if found is None and excepted:
            found = _plain(text, at, at, today, prepared=True)
        if found is None:
            continue
        window, covered = found
        if m := excepted:
            vague.append(text[m.start() : covered].strip())
        else:
            windows.append(window)
        spans.append((m.start() if m else at, covered))
    vague += _unresolved(text, spans)
    return Found(tuple(_joined(windows)), tuple(spans), tuple(vague))


def _joined(windows: list[Window]) -> list[Window]:
    """Windows in order of time, overlapping ones as one."""
    ordered = sorted(windows, key=lambda window: window.start)
    joined: list[Window] = []
    for window in ordered:
        before = joined[-1] if joined else None
        if before and window.end <= before.end:
            continue
        if before and window.start <= before.end:
            joined[-1] = Window(before.start, window.end, label(before.start, window.end))
        else:
            joined.append(window)
    return joined


def _unresolved(text: str, spans: list[Span]) -> list[str]:
    """What speaks of time outside the resolved spans."""
    rest = list(text)
    for start, end in spans:
        rest[start:end] = "\0" * (end - start)
    masked = "".join(rest)
    return [
        m[0].strip()
        for m in _VAGUE.finditer(masked)
        if not _EVERY.search(m[0]) and not re.search(r"\d{4}$", m[0])
    ]
