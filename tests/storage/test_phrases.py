"""Numbers, years and days read the same in every sentence."""

from __future__ import annotations

from datetime import datetime

from storage.phrases import day, length, minute, people, plural, span

MOMENT = datetime.fromisoformat("2026-12-02T09:05")


def test_a_number_stands_before_the_form_of_its_noun() -> None:
    assert plural(1, "work") == "1 work"
    assert plural(2000, "work") == "2,000 works"
    assert plural(0, "row is", "rows are") == "0 rows are"
    assert (people(1), people(3)) == ("1 person", "3 people")


def test_one_year_is_no_span() -> None:
    assert span(2022, 2022) == "2022"
    assert span(2019, 2022) == "2019–2022"


def test_a_moment_says_its_day_and_its_zone() -> None:
    assert day(MOMENT) == "2 December 2026"
    assert minute(MOMENT) == "2 December 2026, 09:05 UTC"


def test_a_length_of_time_is_rounded_up() -> None:
    assert [length(seconds) for seconds in (1, 60, 61, 3601)] == [
        "1 second",
        "60 seconds",
        "2 minutes",
        "2 hours",
    ]
