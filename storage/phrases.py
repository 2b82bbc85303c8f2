"""Parts of sentences that every room writes: how many, which years, which day."""

from __future__ import annotations

from datetime import date, datetime

FILE = "snapshot"  # the source of what came from a file that names none


def plural(number: int, noun: str, many: str = "") -> str:
    """A number with its noun, as "1 work", "2,000 works" or, with its own plural, "2 people"."""
    return f"{number:,} {nouns(number, noun, many)}"


def nouns(number: int, noun: str, many: str = "") -> str:
    """The noun as it stands beside a number that is written apart."""
    return noun if number == 1 else many or f"{noun}s"


def people(number: int) -> str:
    """As in "1 person" or "3 people"."""
    return plural(number, "person", "people")


def origin(source: str) -> str:
    """A source as people read it: what is imported from a file has none of its own."""
    return "a file" if source == FILE else source


def span(first: int, last: int) -> str:
    """As in "2020" or "2019–2022"."""
    return str(first) if first == last else f"{first}–{last}"


def day(moment: date) -> str:
    """A day as people write it: "22 December 2026"."""
    return f"{moment.day} {moment:%B %Y}"


def minute(moment: datetime) -> str:
    """A moment in UTC to the minute: "22 December 2026, 14:05 UTC"."""
    return f"{day(moment)}, {moment:%H:%M} UTC"


def length(seconds: int) -> str:
    """A length of time in its largest fitting unit, rounded up."""
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds > size:
            return f"{-(-seconds // size)} {unit}s"
    return plural(seconds, "second")
