"""Letters: nothing is missing, nothing runs out, and right-to-left names read as they should."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pictures import letters
from bot.pictures.letters import BOLD, REGULAR

NAMES = [
    "Kai Han",
    "Łukasz Żółć-Ðević",
    "Nguyễn Thị Ánh Tuyết",
    "Ελένη Παπαδοπούλου",
    "Александр Ёлкин",
    "Հայկ Նահապետյան",
    "შოთა რუსთაველი",
    "محمد بن موسى الخوارزمي",
    "משה בן מימון",
    "अमर्त्य सेन",
    "சத்யேந்திர நாத் போசு",
    "สมชาย ใจดี",
    "韩凯",  # simplified
    "韓凱",  # traditional
    "田中さくら",
    "김철수",
    "አበበ በሶ",
    "Zoë 😀",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("weight", [REGULAR, BOLD])
def test_the_worlds_names_are_written_without_an_empty_box(name: str, weight: int) -> None:
    line = letters.line(name, weight)
    assert line.text == name, "it is written in its own letters"
    assert line.glyphs
    assert line.width > 1
    assert all(glyph.number != 0 for glyph in line.glyphs), "number 0 is the empty box"
    assert any(letters.outline(g.face, g.number, weight) for g in line.glyphs)


def test_what_no_face_has_is_written_in_latin_letters_or_left_out() -> None:
    assert letters.line("\U00013000 Ra").text == "A1 Ra"  # a hieroglyph
    assert letters.line("a\U000e0041b\u0000c\uffff").text == "abc"
    assert letters.line("\u202eevil\n name").text == "evil name"


def test_arabic_letters_join_and_run_from_right_to_left() -> None:
    joined = letters.line("محمد")
    alone = [letters.line(letter).glyphs[0].number for letter in "محمد"]
    assert [glyph.number for glyph in joined.glyphs] != alone
    mixed = letters.line("Smith محمد")
    latin = letters.line("Smith").width
    arabic = [glyph for glyph in mixed.glyphs if glyph.face == joined.glyphs[0].face]
    assert min(glyph.x for glyph in arabic) > latin, "after the name that comes first"
    first = letters.line("محمد Smith")
    assert first.glyphs[0].face == letters.line("S").glyphs[0].face, "Smith is at the left"


def test_east_asian_faces_follow_the_language() -> None:
    faces = {text: letters.line(text).glyphs[0].face for text in ("直", "直さ", "直한")}
    assert len(set(faces.values())) == 3


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_anything_can_be_written(text: str) -> None:
    line = letters.line(text)
    assert all(glyph.number != 0 for glyph in line.glyphs)
    assert line.width >= 0


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80), st.floats(3, 20), st.integers(1, 3))
def test_lines_stay_within_their_width(text: str, width: float, most: int) -> None:
    lines = letters.wrapped(text, REGULAR, width, most)
    assert len(lines) <= most
    assert all(line.width <= width + 1e-6 or len(line.text) <= 2 for line in lines)
    assert letters.clipped(text, REGULAR, width).width <= width + 1e-6


def test_words_stay_whole_where_they_can() -> None:
    lines = letters.wrapped("Novel Category Discovery without Forgetting", REGULAR, 10, 3)
    assert [line.text for line in lines] == ["Novel Category", "Discovery without", "Forgetting"]
    assert letters.clipped("Novel Category Discovery", REGULAR, 9.5).text == "Novel Category…"
    chinese = letters.wrapped("深度学习的研究进展", REGULAR, 5, 2)
    assert [line.text for line in chinese] == ["深度学习的", "研究进展"]
