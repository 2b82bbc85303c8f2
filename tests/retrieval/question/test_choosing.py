"""What is chosen is kept through a conversation, each part of it by itself."""

import pytest

from retrieval.question.choosing import ALL, Choice, chosen


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
