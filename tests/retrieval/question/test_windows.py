"""Time windows: what a person writes, and the days and words that come back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.windows import FIRST_DAY, find, label

TODAY = date(2026, 11, 22)


def days(text: str) -> list[tuple[str, str]]:
    return [(w.start.isoformat(), w.end.isoformat()) for w in find(text, TODAY).windows]


@pytest.mark.parametrize(
    ("text", "start", "end", "label"),
    [
        ("papers in 2022?", "2022-01-01", "2022-12-31", "in 2022"),
        ("between 2020 and 2021", "2020-01-01", "2021-12-31", "from 2020 to 2021"),
        ("what since last spring?", "2026-03-01", "2026-11-22", "since March 2026"),
        ("the last six months", "2026-05-22", "2026-11-22", "from 22 May to 22 November 2026"),
        ("this year", "2026-01-01", "2026-12-31", "in 2026"),
        ("in March 2021", "2021-03-01", "2021-03-31", "in March 2021"),
        (
            "the past two years",
            "2024-11-22",
            "2026-11-22",
            "from 22 November 2024 to 22 November 2026",
        ),
        ("from May to July 2020", "2020-05-01", "2020-07-31", "from May to July 2020"),
        ("between March and June 2021", "2021-03-01", "2021-06-30", "from March to June 2021"),
        ("in the early 2020s", "2020-01-01", "2023-12-31", "from 2020 to 2023"),
        ("what about 2021?", "2021-01-01", "2021-12-31", "in 2021"),
        ("papers 2022", "2022-01-01", "2022-12-31", "in 2022"),
        ("since 2020", "2020-01-01", "2026-12-31", "since 2020"),
        (
            "in the last week of April 2021",
            "2021-04-24",
            "2021-04-30",
            "from 24 April to 30 April 2021",
        ),
        ("second half of March", "2026-03-16", "2026-03-31", "from 16 March to 31 March 2026"),
        ("in early May 2021", "2021-05-01", "2021-05-10", "from 1 May to 10 May 2021"),
        (
            "the first three months of 2021",
            "2021-01-01",
            "2021-03-31",
            "from January to March 2021",
        ),
        ("second quarter of last year", "2025-04-01", "2025-06-30", "from April to June 2025"),
        ("in Q3", "2026-07-01", "2026-09-30", "from July to September 2026"),
        ("from 2020 on", "2020-01-01", "2026-12-31", "since 2020"),
        ("in 2020 on dunes", "2020-01-01", "2020-12-31", "in 2020"),
        ("after March 2021", "2021-04-01", "2026-11-22", "since April 2021"),
        ("2020-21", "2020-01-01", "2021-12-31", "from 2020 to 2021"),
        ("last year", "2025-01-01", "2025-12-31", "in 2025"),
        (
            "in the last year",
            "2025-11-22",
            "2026-11-22",
            "from 22 November 2025 to 22 November 2026",
        ),
        ("in Q2 2021", "2021-04-01", "2021-06-30", "from April to June 2021"),
        ("in winter 2020", "2020-12-01", "2021-02-28", "from December 2020 to February 2021"),
        ("since May", "2026-05-01", "2026-11-22", "since May 2026"),
        ("in December", "2025-12-01", "2025-12-31", "in December 2025"),
        ("on 5 May 2021", "2021-05-05", "2021-05-05", "on 5 May 2021"),
        ("since 2021-05-03", "2021-05-03", "2026-11-22", "since 3 May 2021"),
        ("since 3 May", "2026-05-03", "2026-11-22", "since 3 May 2026"),
        ("since 25 November", "2025-11-25", "2026-11-22", "since 25 November 2025"),
        ("until May 5th", "0001-01-01", "2026-05-05", "up to 5 May 2026"),
        (
            "from January until the end of March 2026",
            "2026-01-01",
            "2026-03-31",
            "from January to March 2026",
        ),
        ("from May 3 to 5, 2021", "2021-05-03", "2021-05-05", "from 3 May to 5 May 2021"),
        ("between 3rd and 5th May", "2026-05-03", "2026-05-05", "from 3 May to 5 May 2026"),
        (
            "between 3 May and 4 November 2021",
            "2021-05-03",
            "2021-11-04",
            "from 3 May to 4 November 2021",
        ),
        (
            "from 22 May to 22 Nov 2026",
            "2026-05-22",
            "2026-11-22",
            "from 22 May to 22 November 2026",
        ),
        ("in '21", "2021-01-01", "2021-12-31", "in 2021"),
        ("two years ago", "2024-01-01", "2024-12-31", "in 2024"),
    ],
)
def test_a_window_is_resolved_against_today(text: str, start: str, end: str, label: str) -> None:
    (window,) = find(text, TODAY).windows
    assert (window.start.isoformat(), window.end.isoformat()) == (start, end)
    assert window.label == label


def test_before_a_year_is_open_at_the_beginning() -> None:
    (window,) = find("before 2021", TODAY).windows
    assert (window.start, window.end, window.label) == (
        FIRST_DAY,
        date(2020, 12, 31),
        "before 2021",
    )
    assert window.whole_years


def test_a_year_before_another_needs_no_preposition() -> None:
    found = find("was 2020 or 2022 busier?", TODAY)
    assert [window.label for window in found.windows] == ["in 2020", "in 2022"]


def test_what_is_open_at_the_beginning_stays_so_with_more() -> None:
    (window,) = find("papers before 2020 and in 2019 to 2021", TODAY).windows
    assert window.label == "up to 2021"


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("in november or december 2025?", ["in November 2025", "in December 2025"]),
        ("in March, April and May 2021", ["in March 2021", "in April 2021", "in May 2021"]),
        ("in spring or autumn 2020", ["from March to May 2020", "from September to November 2020"]),
        ("in March or last year", ["in 2025", "in March 2026"]),
    ],
)
def test_months_of_a_list_are_of_the_year_at_its_end(text: str, labels: list[str]) -> None:
    assert [window.label for window in find(text, TODAY).windows] == labels


def test_several_windows_stay_apart() -> None:
    assert [w.label for w in find("more in 2020 or in 2022?", TODAY).windows] == [
        "in 2020",
        "in 2022",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "accuracy on ImageNet ILSVRC 2012",
        "trained for 2000 epochs",
        "with 2020 images",
        "how does it change during endurance fatigue?",
        "what may be done about it",
        "how many papers per year?",
        "was HbA1c different at three years?",
        "the COCO 2017 benchmark",
    ],
)
def test_numbers_and_processes_are_no_time(text: str) -> None:
    found = find(text, TODAY)
    assert found.windows == ()
    assert found.not_understood == ()


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("papers since the pandemic", "since the pandemic"),
        ("works before his PhD", "before his PhD"),
        ("how many, not in 2021?", "not in 2021"),
    ],
)
def test_time_that_is_not_understood_is_kept(text: str, phrase: str) -> None:
    found = find(text, TODAY)
    assert found.windows == ()
    assert found.not_understood == (phrase,)


@given(st.text(max_size=200), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_any_text_is_read_without_failing(text: str, today: date) -> None:
    found = find(text, today)
    assert all(window.start <= window.end for window in found.windows)
    assert all(0 <= start < end <= len(text) for start, end in found.spans)


@given(st.integers(1950, 2074), st.integers(0, 25))
def test_between_two_years_holds_both(first: int, more: int) -> None:
    last = first + more
    assert days(f"between {first} and {last}") == [(f"{first}-01-01", f"{last}-12-31")]


@given(st.dates(date(1990, 1, 1), TODAY), st.dates(date(1990, 1, 1), TODAY))
def test_what_is_shown_back_can_be_asked_again(one: date, other: date) -> None:
    start, end = sorted((one, other))
    (window,) = find(f"papers {label(start, end)}", TODAY).windows
    assert (window.start, window.end) == (start, end)
