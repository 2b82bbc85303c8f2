"""What questions leave out: where it stands, and what is left of the question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.leaving import left_out


def _marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text whose names stand in brackets, without them, and where the names stand."""
    names: list[tuple[int, int]] = []
    while "[" in text:
        start, end = text.index("["), text.index("]") - 1
        text = text.replace("[", "", 1).replace("]", "", 1)
        names.append((start, end))
    return text, names


@pytest.mark.parametrize(
    ("text", "said", "rest"),
    [
        ("papers not by [Ada] about ships", "not by Ada", "papers about ships"),
        ("papers not about ships [in 2020]", "not about ships", "papers in 2020"),
        ("how many papers without [Ada] or [Bo]?", "without Ada or Bo", "how many papers ?"),
        ("papers by anyone but [Ada]", "by anyone but Ada", "papers"),
        ("papers did [Ada] not write with [Bo]?", "not write with Bo", "papers did Ada ?"),
        ("papers but not which", "but not", "papers which"),
        ("but not those with [Ada]", "but not those with Ada", "which ones?"),
        (
            "Leaving ships aside entirely, what has he written?",
            "Leaving ships aside entirely",
            ", what has he written?",
        ),
        ("ships aside, which papers are there?", "ships aside", ", which papers are there?"),
        ("which methods learn without labels?", None, None),
        ("why is it not used?", None, None),
        ("papers on agents, not just on models", None, None),
        ("papers that do not only use images", None, None),
    ],
)
def test_what_is_left_out_is_cut(text: str, said: str | None, rest: str | None) -> None:
    text, names = _marked(text)
    out = left_out(text, names)
    assert (out and out.said, out and out.rest(text)) == (said, rest)


_WORDS = st.sampled_from(
    "papers which works not without but except by with from in 2020 that are don't did he or "
    "and , ? anyone published nothing ones".split()
)


@given(st.lists(_WORDS, max_size=30).map(" ".join))
def test_whatever_is_cut_something_is_still_asked(text: str) -> None:
    cuts = 0
    while out := left_out(text, []):
        shorter = out.rest(text)
        assert len(shorter) < len(text) or shorter == "which ones?"
        text, cuts = shorter, cuts + 1
        assert cuts < 40
    assert not cuts or any(letter.isalnum() for letter in text)
