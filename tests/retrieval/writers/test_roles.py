"""The part that a sentence plays is told by how authors speak."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.question.asked import read_asked
from retrieval.writers.roles import (
    defines,
    introduces,
    is_background,
    refers_back,
    tells_means,
    tells_reason,
    tells_trouble,
)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("what is sand ripening?", "sand ripening"),
        ("so what's a dune field", "dune field"),
        ("define grain density", "grain density"),
        ("what does dune drift mean?", "dune drift"),
        ("what is meant by ink fatigue?", "ink fatigue"),
        ("what is EPIC in the influence paper?", "EPIC"),
        ("why do dunes move?", ""),
        ("what does GDE stand for?", ""),
        ("what does GrainNet do about wet sand?", ""),
        ("what did they find?", ""),
    ],
)
def test_what_is_to_be_defined_is_read(text: str, term: str) -> None:
    assert read_asked(text).defined == term


@pytest.mark.parametrize(
    ("sentence", "defined", "introduced"),
    [
        ("Sand ripening is the growth of grains at rest.", True, False),
        ("Sand-ripening (SR) refers to the growth of grains.", True, False),
        ("Sand ripening, the growth of grains, is slow.", True, False),
        ("This growth is termed sand ripening.", False, True),
        ("We study a new setting, naming it 'Sand Ripening'.", False, True),
        ("Sand ripening has attracted much attention.", False, False),
        ("Grains of sand grow while fruit is ripening.", False, False),
    ],
)
def test_a_definition_is_told_from_a_mention(
    sentence: str, defined: bool, introduced: bool
) -> None:
    assert defines(sentence, "sand ripening") is defined
    assert introduces(sentence, "sand ripening") is introduced


def test_nothing_is_defined_where_nothing_is_asked() -> None:
    assert not defines("It is the best.", "")
    assert not introduces("We call it sand.", "")


@example("A-A")
@given(st.from_regex(r"[^\W_]{1,9}([ -][^\W_]{1,9}){0,3}", fullmatch=True))
def test_any_term_is_found_where_it_is_defined(term: str) -> None:
    assert defines(f"A {term} is a kind of sand.", term)
    assert introduces(f"We call it {term}.", term)


@given(st.text(max_size=80), st.text(max_size=40))
def test_no_term_is_found_where_there_are_no_words(term: str, marks: str) -> None:
    assert not defines("".join(c for c in marks if not c.isalnum()), term)


def test_parts_are_told() -> None:
    assert refers_back("This task is termed OSR.")
    assert is_background("Dunes have attracted attention in recent years.")
    assert tells_means("The dunes are counted by filming them from above.")
    assert tells_reason("This fails because the wind turns.")
    assert tells_trouble("However, such models struggle with wet sand.")
    assert not tells_trouble("Dunes move.")
