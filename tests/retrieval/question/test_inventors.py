"""Who invented a thing is told by what an abstract says of it, and not by who wrote about it."""

import pytest

from retrieval.question.inventors import tells_inventor

SAID = "The House-Tree (HT) test, introduced by Ada Byron in 1948, is still used."


@pytest.mark.parametrize(
    ("sentence", "asked", "told"),
    [
        (SAID, "who came up with the House-Tree test and when?", True),
        (SAID, "who invented the House-Tree test?", True),
        (SAID, "who wrote about the House-Tree test?", False),
        (SAID, "who invented the dune test?", False),
        ("House-Tree tests are introduced by us.", "who invented the House-Tree test?", False),
    ],
)
def test_a_sentence_tells_who_invented_a_thing(sentence: str, asked: str, told: bool) -> None:
    assert tells_inventor(sentence, asked) is told
