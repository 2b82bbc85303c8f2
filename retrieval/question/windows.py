"""Time windows in questions: "since last spring", "between 2020 and 2021", "the past two years".

A small descent parser: a *window* is what a preposition makes of one or two periods (see
`retrieval.question.periods`): "before P", "from P to P".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from retrieval.question.periods import Period, period_at, speaks_of_time, years_period
from retrieval.question.spans import Span
from retrieval.question.words import LEAVES_OUT, MANY_WORKS, WORKS
from storage.phrases import day as written
from storage.windows import Window

FIRST_DAY = date.min
"""Where a window without a beginning starts ("before 2021")."""


@dataclass(frozen=True, slots=True)
class Found:
    """The windows a text names, where they stand in it, and what looked like time but is not."""

    windows: tuple[Window, ...]
    spans: tuple[Span, ...]
    not_understood: tuple[str, ...]


_BETWEEN = re.compile(r"(?:in |the years )?between\s+", re.I)
_FROM = re.compile(r"from\s+", re.I)
_END = r"\s+(?:(?:the )?(?:very )?end of )?"
_AND = re.compile(rf"\s+(?:and|to|until|till|through){_END}|\s*[-–—/]\s*", re.I)
_TO = re.compile(rf"\s+(?:to|until|till|through|up to|thru){_END}|\s*[-–—]\s*", re.I)
_SINCE = re.compile(r"(?:(?:ever )?since|starting(?: in| from)?|beginning in)\s+", re.I)
_FROM_ON = re.compile(r"(?:as of|from)\s+", re.I)
_ONWARDS = re.compile(
    r",?\s+(?:onwards?|on(?=\s*(?:[?.!,;:]|$|(?:about|on|with|by|did|do|does|has|have|are|is|were)\b))|"
    r"(?:and|or) (?:later|after|newer|onwards?|since))\b",
    re.I,
)
_DOWNWARDS = re.compile(r"\s+(?:and|or) (?:earlier|before|older)\b", re.I)
_AFTER = re.compile(r"(?:after|later than|newer than|post[- ])\s*(?=\S)", re.I)
_BEFORE = re.compile(r"(?:before|prior to|earlier than|older than|pre[- ])\s*(?=\S)", re.I)
_UNTIL = re.compile(r"(?:until|till|up to|up until|through|by(?: the)?|no later than)\s+", re.I)
_IN = re.compile(
    r"(?:in|during|throughout|within|over|for|of|from|on|about|around|at|between)\s+"
    r"(?:the years? )?",
    re.I,
)
_LIST = re.compile(r"\s*(?:,|,?\s+(?:and|or|vs\.?|versus|than|&))\s+(?:in )?", re.I)
_OTHER_YEAR = re.compile(r"\s*(?:,|,?\s+(?:and|or|vs\.?|versus|&))\s+(?:in )?(?:19|20)\d\d\b", re.I)
_SHORT_YEAR = re.compile(r"\s*[-–/]\s*(\d\d)\b(?![-\d])")


def _until_now(start: date, today: date) -> Period:
    """Open towards today; whole years stay whole, so that works without a day are counted."""
    whole = start.month == start.day == 1
    return Period(start, max(start, date(today.year, 12, 31) if whole else today))


def _pair(text: str, at: int, joint: re.Pattern[str], today: date) -> tuple[Period, int] | None:
    """Two periods with a joint between them, as one; a missing year is taken from the other."""
    first = period_at(text, at, today)
    if first is None:
        return None
    if (short := _SHORT_YEAR.match(text, first[1])) and first[0].start.month == 1:
        last = first[0].start.year // 100 * 100 + int(short[1])
        if last >= first[0].start.year and first[0].end.month == 12:
            return years_period(first[0].start.year, last), short.end()
    m = joint.match(text, first[1])
    second = period_at(text, m.end(), today) if m else None
    if second is None:
        return None
    (begin, _), (finish, end) = first, second
    if begin.yearless and not finish.yearless:
        begin = _moved(begin, finish.end.year)
        if begin.start > finish.end:
            begin = _moved(begin, finish.end.year - 1)
    elif finish.yearless and not begin.yearless:
        finish = _moved(finish, begin.start.year)
        if finish.end < begin.start:
            finish = _moved(finish, begin.start.year + 1)
    elif begin.yearless and begin.start > finish.end:
        begin = _moved(begin, begin.start.year - 1)
    if begin.start > finish.end:
        begin, finish = finish, begin
    return Period(begin.start, finish.end), end


def _year_after(text: str, at: int, today: date) -> int | None:
    """The year of the times that a list goes on to: "in *November* or December 2025"."""
    while (m := _LIST.match(text, at)) and (found := period_at(text, m.end(), today)):
        period, at = found
        if not period.yearless:
            part = (period.end - period.start).days < _PART_OF_YEAR
            return period.start.year if part and not period.bare else None
    return None


_PART_OF_YEAR = 100
"""Days that a month or a season has at most."""


def _moved(period: Period, year: int) -> Period:
    """The same part of another year; the end of February stays its end."""
    by, day = relativedelta(years=year - period.start.year), timedelta(days=1)
    return Period(period.start + by, period.end + day + by - day)


_NOT_A_YEAR = re.compile(
    rf"\s+(?!(?:{MANY_WORKS}|entries|items|ones|was|is|has|does|as|versus|vs|pls|thanks)\b)"
    r"[a-z-]+s\b"
)
_WORKS = rf"(?:{WORKS}|study)\b"
_BEFORE_WORKS = re.compile(
    rf"['’]?s?\s+(?:\w+\s+)?{_WORKS}|\s+(?:an? )?(?:more|less) (?:productive|prolific|active)\b",
    re.I,
)
_NEAR = 40
"""Characters before a window that are looked at; whole texts would be read again for each year."""
# A researcher's name is blotted out.
_AFTER_WORKS = re.compile(
    rf"(?:{_WORKS}|\band|\bor|\babout|\bcompare|\bdated|\bposted|\badded|^|\0|"
    r"^(?:is|was|only|just|no|ok(?:ay)?|so|now)|"
    r"\b(?:productive|prolific|active|busier|quieter)(?:[\w ]{1,20})? than)[\s,:(]*$",
    re.I,
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
        if (m := opening.match(text, at)) and (found := period_at(text, m.end(), today)):
            onwards = _ONWARDS.match(text, found[1])
            if opening is _SINCE or onwards:
                end = onwards.end() if onwards else found[1]
                return _shown(_until_now(found[0].start, today), "since"), end
    if (m := _AFTER.match(text, at)) and (found := period_at(text, m.end(), today)):
        start = found[0].end + timedelta(days=1)
        return _shown(_until_now(start, today), "since"), found[1]
    if (m := _BEFORE.match(text, at)) and (found := period_at(text, m.end(), today)):
        last = found[0].start - timedelta(days=1)
        return _shown(Period(FIRST_DAY, last), "before"), found[1]
    if (m := _UNTIL.match(text, at)) and (found := period_at(text, m.end(), today)):
        return _shown(Period(FIRST_DAY, found[0].end), "until"), found[1]
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
    found = period_at(text, start, today)
    if found is None or _is_count(text, start, found[1]):
        return None
    period, end = found
    if period.yearless and (year := _year_after(text, end, today)):
        period = _moved(period, year)
    if m := _ONWARDS.match(text, end):
        return _shown(_until_now(period.start, today), "since"), m.end()
    if m := _DOWNWARDS.match(text, end):
        return _shown(Period(FIRST_DAY, period.end), "until"), m.end()
    beside_works = _BEFORE_WORKS.match(text, end) or _AFTER_WORKS.search(
        text[max(at - _NEAR, 0) : at]
    )
    alone = not text[end:].strip(" ?!.") and not text[:at].strip()
    listed = text[start:end].isdigit() and _OTHER_YEAR.match(text, end)
    if not (prepared or period.bare or beside_works or alone or listed):
        return None
    word = text[start:end].strip()
    if word in _AMBIGUOUS or (word.lower() in _AMBIGUOUS and not prepared):
        return None
    return _shown(period), end


def _shown(period: Period, how: str = "") -> Window:
    return Window(period.start, period.end, label(period.start, period.end, how))


def _day_label(day: date, *, year: bool = True) -> str:
    return written(day) if year else f"{day.day} {day:%B}"


def label(start: date, end: date, how: str = "") -> str:
    """How a window reads: "in 2022", "since March 2026", "from 22 May to 22 November 2026"."""
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
    return (m.start() for m in _START.finditer(text))


_START = re.compile(r"(?<![\w-])['’]?\w")


_HALF_BETWEEN = re.compile(r"\bbetween (?:[\w'’-]+ ){1,4}(?:and|to) $", re.I)
"""Before the end of a time whose beginning is not understood: "between Easter and today"."""
_EXCEPT = re.compile(rf"\b{LEAVES_OUT}\s+$", re.I)
_EVENT = (
    r"(?:pandemic|covid(?:-19)?|lockdown|christmas|easter|holidays?|halloween|phd|"
    r"ph\.d\.?|doctorate|"
    r"postdoc|sabbatical|internship|graduation|olympics|world cup|thanksgiving)"
)
_STRETCH = (
    r"(?:year|month|week|decade|century|spring|summer|autumn|winter|semester|term|career|tenure|"
    r"childhood|youth|period|era|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
_DID = (
    r"(?:he|she|they|R) (?:last |first )?(?:was|were|worked|joined|left|moved|started|became|"
    r"wrote|published|co-?authored|collaborated) [^,?.!]{2,60}"
)
_SINCE_THEN = re.compile(rf"\b(?:(?:ever )?since|before|after|until) {_DID}", re.IGNORECASE)
"""A time that is told by what somebody did; whoever it was with is no choice of works."""
_VAGUE = re.compile(
    r"\b(?:(?:ever )?since|before|after|until|till|around|during|throughout|prior "
    r"to|not in|except(?: in)?|"
    r"when|while|over|within|in|at|from)\s+"
    r"(?:"
    rf"(?:the |his |her |their |last |this |that |next |early |late )*{_EVENT}"
    rf"|(?:the |his |her |their |that |those )(?:\w+ ){{0,2}}(?:of )?(?:the |his |"
    rf"her |their |this )?{_STRETCH}"
    rf"|(?:last |next |early |late ){_STRETCH}|(?:the )?turn of the (?:century|millennium)"
    rf"|{_DID}"
    r")\b",
    re.IGNORECASE,
)
_NO_YEAR = re.compile(
    r"\b(?:in|from|of|since|before|after|until|during)\s+(?:the year )?\d{4}(?=\s*(?:[?.!,]|$))",
    re.I,
)
"""A year outside the centuries of papers: "in 3020"."""
_EVERY = re.compile(
    r"\b(?:per|each|every|which|what|a|by|year after|over the)\s+(?:year|month)", re.I
)


def find(text: str, today: date, bare: Sequence[int] = ()) -> Found:
    """All windows of a text in order of time; those that overlap become one.

    Years that stand where a place is `bare` can be nothing else, whatever is around them.
    Phrases that speak of time and were not resolved are returned in `not_understood` as written.
    """
    windows: list[Window] = []
    spans: list[Span] = []
    vague: list[str] = []
    covered = 0
    for at in _starts(text) if speaks_of_time(text) else ():
        if at < covered:
            continue
        found = _window_at(text, at, today)
        if found is None and spans and _LIST.fullmatch(text[covered:at]):
            found = _plain(text, at, at, today, prepared=True)
        excepted = _EXCEPT.search(text, max(at - _NEAR, 0), at)
        if found is None and (excepted or at in bare):
            found = _plain(text, at, at, today, prepared=True)
        if found is None:
            continue
        window, covered = found
        half = _HALF_BETWEEN.search(text, max(at - _NEAR, 0), at)
        if begun := excepted or half:
            vague.append(text[begun.start() : covered].strip())
        else:
            windows.append(window)
        spans.append((half.start() if half else at, covered))
    vague += _unresolved(text, spans)
    spans += [m.span() for m in _SINCE_THEN.finditer(text)]
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
            how = "until" if before.start == FIRST_DAY else ""
            joined[-1] = Window(before.start, window.end, label(before.start, window.end, how))
        else:
            joined.append(window)
    return joined


def without(asked: Sequence[Window], out: Sequence[Window], today: date) -> tuple[Window, ...]:
    """The times asked for, all when none are, as far as they are not left `out`."""
    ends = date(max(today.year, *(w.end.year for w in (*asked, *out))), 12, 31)
    left = [(w.start, w.end) for w in asked] or [(FIRST_DAY, ends)]
    day = timedelta(days=1)
    for gone in out:
        before = [(start, min(end, gone.start - day)) for start, end in left if start < gone.start]
        after = [(max(start, gone.end + day), end) for start, end in left if end > gone.end]
        left = sorted(before + after)
    return tuple(Window(start, end, _open_label(start, end, ends)) for start, end in left)


def _open_label(start: date, end: date, last: date) -> str:
    how = "before" if start == FIRST_DAY else "since" if end == last else ""
    return label(start, end, how)


def _unresolved(text: str, spans: list[Span]) -> list[str]:
    """What speaks of time outside the resolved spans."""
    rest = list(text)
    for start, end in spans:
        rest[start:end] = "\0" * (end - start)
    masked = "".join(rest)
    vague = [m[0].strip() for m in _VAGUE.finditer(masked) if not _EVERY.search(m[0])]
    return [m for m in vague if not re.search(r"\d{4}$", m)] + _NO_YEAR.findall(masked)
