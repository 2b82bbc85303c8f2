"""Topics of which one is enough, or all are wanted, are told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.alternatives import alternatives


@pytest.mark.parametrize(
    ("topic", "apart"),
    [
        ("dunes", ["dunes"]),
        ("dunes or ripples", ["dunes", "ripples"]),
        ("dunes / ripples", ["dunes", "ripples"]),
        ("dunes (ripples)", ["dunes", "ripples"]),
        ("dunes and on ripples", ["dunes", "ripples"]),
        ("dunes, ripples or waves", ["dunes", "ripples", "waves"]),
        ("cats or dogs or birds in cities", ["cats", "dogs", "birds in cities"]),
        ("wet or dry sand", ["wet", "dry sand"]),
        ("elastic or viscous sand", ["elastic sand", "viscous sand"]),
        ("how people or models choose", ["how people choose", "how models choose"]),
        ("the grain of wet or dry sand", ["the grain of wet sand", "the grain of dry sand"]),
        ("maps of sea ice or polar bears", ["maps of sea ice", "maps of polar bears"]),
        ("shrinking or stretching dunes", ["shrinking dunes", "stretching dunes"]),
        ("dunes in some form", ["dunes"]),
        ("dunes, with a fence or otherwise", ["dunes, with a fence"]),
        ("dunes, ripples and so on", ["dunes, ripples"]),
    ],
)
def test_one_of_several_topics_is_enough(topic: str, apart: list[str]) -> None:
    assert alternatives(topic) == (apart, False)


def test_both_are_wanted() -> None:
    assert alternatives("both dunes and ripples") == (["dunes", "ripples"], True)


@given(st.text(alphabet="ab or,/()-", max_size=60))
def test_any_topic_leaves_one(topic: str) -> None:
    found, _ = alternatives(topic)
    assert found


@pytest.mark.parametrize(
    ("topic", "apart"),
    [
        ("images of cats or of dogs", ["images of cats", "images of dogs"]),
        ("learning with or without labels", ["learning with or without labels"]),
        ("dunes and/or ripples", ["dunes", "ripples"]),
        ("either dunes or ripples", ["dunes", "ripples"]),
    ],
)
def test_what_only_looks_like_two_stays_together(topic: str, apart: list[str]) -> None:
    assert alternatives(topic) == (apart, False)
