"""Topics of which one is enough, or all are wanted, are told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.alternatives import alternatives, apart, two


@pytest.mark.parametrize(
    ("topic", "each"),
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
        ("raking or sieving sand", ["raking sand", "sieving sand"]),
        ("raking, sieving or washing sand", ["raking sand", "sieving sand", "washing sand"]),
        ("cracks or dents of the hull", ["cracks of the hull", "dents of the hull"]),
        ("sand (dunes, wet beaches)", ["sand", "dunes", "wet beaches"]),
        ("how dunes / ripples move", ["how dunes move", "how ripples move"]),
        ("dunes, with a fence or otherwise", ["dunes, with a fence"]),
        ("dunes, ripples and so on", ["dunes, ripples"]),
        ("sand: dunes, ripples", ["dunes", "ripples"]),
        ("sand, e.g. dunes, ripples or waves", ["sand", "dunes", "ripples", "waves"]),
    ],
)
def test_one_of_several_topics_is_enough(topic: str, each: list[str]) -> None:
    assert alternatives(topic) == (each, False)


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ("wet sand and polar bears", ("wet sand", "polar bears")),
        ("both dunes and ripples", ()),
        ("dunes, ripples and waves", ()),
        ("dunes", ()),
    ],
)
def test_two_things_are_told_apart(topic: str, found: tuple[str, ...]) -> None:
    assert two(topic) == found


def test_parts_of_a_topic_do_not_stand_for_themselves() -> None:
    assert apart("dunes or ripples") == ["dunes", "ripples"]
    assert apart("sand (dunes, wet beaches)") == ["sand (dunes, wet beaches)"]


def test_both_are_wanted() -> None:
    assert alternatives("both dunes and ripples") == (["dunes", "ripples"], True)


@given(st.text(alphabet="ab or,/()-", max_size=60))
def test_any_topic_leaves_one(topic: str) -> None:
    found, _ = alternatives(topic)
    assert found


@pytest.mark.parametrize(
    ("topic", "each"),
    [
        ("images of cats or of dogs", ["images of cats", "images of dogs"]),
        ("learning with or without labels", ["learning with or without labels"]),
        ("dunes and/or ripples", ["dunes", "ripples"]),
        ("either dunes or ripples", ["dunes", "ripples"]),
    ],
)
def test_what_only_looks_like_two_stays_together(topic: str, each: list[str]) -> None:
    assert alternatives(topic) == (each, False)
