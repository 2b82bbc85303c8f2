"""What is chosen is kept through a conversation, each part of it by itself."""

import pytest

from retrieval.question.choosing import ALL, Choice, chosen, says


def test_what_is_said_anew_stands_beside_what_was_wanted_before() -> None:
    before = Choice(category="cs.CV", coauthors=("Ada",), team=(2, 3))
    then = Choice(role="first").instead(before)
    kept = Choice(role="first", category="cs.CV", coauthors=("Ada",), team=(2, 3), theirs=True)
    assert then == kept, "a role that is said by itself is the researcher's, and not Ada's"
    assert Choice(category="cs.LG").instead(before).category == "cs.LG"
    assert ALL.instead(before) == before


def test_a_person_is_no_longer_wanted_who_is_left_out_now_and_the_other_way_round() -> None:
    before = Choice(coauthors=("Ada", "Bo"))
    without = Choice(without=("Bo",)).instead(before)
    assert (without.coauthors, without.without) == (("Ada",), ("Bo",))
    again = Choice(coauthors=("Bo",)).instead(without)
    assert (again.coauthors, again.without) == (("Bo",), ())


def test_among_works_that_were_shown_both_count() -> None:
    before = Choice(coauthors=("Ada",), unsaid=("ships",))
    then = Choice(coauthors=("Bo",), unsaid=("dunes",)).among(before)
    assert (then.coauthors, then.unsaid) == (("Ada", "Bo"), ("ships", "dunes"))


def test_the_ways_in_which_it_chooses_are_counted() -> None:
    assert ALL.narrowings == 0
    assert Choice(role="first", coauthors=("Ada",), either=True).narrowings == 2


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("which papers is she main author on?", "first"),
        ("papers where he is final author", "last"),
        ("her senior-author papers", "last"),
        ("lead author papers since 2020", "first"),
    ],
)
def test_a_place_among_the_authors_has_many_names(text: str, role: str) -> None:
    assert chosen(text)[1].role == role


@pytest.mark.parametrize(
    ("text", "rest", "team"),
    [
        ("those written by just two people.", "those.", (2, 2)),
        ("what do you hold that was written by exactly two authors?", None, (2, 2)),
        ("those with three people on the author list", "those", (3, 3)),
        ("papers written by two or three people", "papers", (2, 3)),
        ("two-author papers", " papers", (2, 2)),
        ("which papers have exactly two authors and are new", "which papers and are new", (2, 2)),
        ("papers with 2 people", "papers with 2 people", None),
    ],
)
def test_a_number_of_authors_is_said_in_many_ways(
    text: str, rest: str | None, team: tuple[int, int] | None
) -> None:
    left, choice = chosen(text)
    assert choice.team == team
    assert rest is None or left == rest


@pytest.mark.parametrize(
    ("words", "title", "fits"),
    [
        ("?", "Do Dunes Sing?", True),
        ("?", "Dunes Sing", False),
        ("^On", "On the Motion of Dunes", True),
        ("^On", "Dunes on the Move", False),
    ],
)
def test_titles_have_marks_and_beginnings(words: str, title: str, fits: bool) -> None:
    assert says(title, words) is fits
