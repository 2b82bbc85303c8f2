"""A list that a work gives in several sentences is quoted whole where it is asked for."""

import pytest

from retrieval.question.asked import read_asked
from retrieval.search import Passage, Sentence
from retrieval.text import pieces
from retrieval.writers.answering import quotes
from retrieval.writers.listing import with_each
from retrieval.writers.weighing import Beside, Candidate
from storage.works import Work

ORDINALS = (
    "Ships get lost. We propose three key improvements to lighthouses. First, we turn the lamp. "
    "Second, we paint the tower. It is red now. Third, we sound a horn in fog. Ships are safer."
)
UNMARKED = (
    "Ships get lost. We present two architectural variants. Full Lighthouse has a lamp and a horn. "
    "In contrast, Half Lighthouse saves the horn. Experiments show that ships are safer."
)
AT_ONCE = (
    "Ships get lost. We present two variants: Full Lighthouse and Half Lighthouse. Boats like it. "
    "Experiments show that ships are safer."
)
SHORT = (
    "We build lighthouses of two modules: a bright lamp (BL) and a foggy horn (FH). BL is seen far "
    "away. Towers are red. FH is heard at night."
)


def candidate(abstract: str, text: str) -> Candidate:
    work = Work(source_id="t:1", title="Lighthouse", abstract=abstract, year=2026, authors=(), id=1)
    sentences = tuple(Sentence(t, 0.5, n) for n, t in enumerate(pieces(work.title, abstract)))
    passage = Passage(work, score=1.0, cosine=0.5, lexical=1.0, sentences=sentences)
    asked = read_asked(text)
    return Candidate(0, passage, asked, dict.fromkeys(asked.words, 1.0), True, Beside([passage]))


@pytest.mark.parametrize(
    ("abstract", "text", "places"),
    [
        (ORDINALS, "What are the three improvements to lighthouses?", [2, 3, 4, 6]),
        (ORDINALS, "which improvements does Lighthouse propose?", [2, 3, 4, 6]),
        (UNMARKED, "Name the two variants of Lighthouse", [2, 3, 4]),
    ],
)
def test_what_is_announced_is_named(abstract: str, text: str, places: list[int]) -> None:
    assert [s.position for s in quotes(candidate(abstract, text))] == places


@pytest.mark.parametrize(
    ("abstract", "text"),
    [
        (AT_ONCE, "which two variants are there?"),
        (UNMARKED, "which four variants are there?"),
        (UNMARKED, "how many variants are there?"),
        (ORDINALS, "what happens in fog?"),
    ],
)
def test_what_is_not_announced_or_not_asked_for_is_not_added(abstract: str, text: str) -> None:
    asked = candidate(abstract, text)
    best = max(asked.sentences, key=lambda s: s.score).sentence
    assert best in quotes(asked)
    assert len(quotes(asked)) < len(asked.body) - 1


def test_of_each_thing_that_is_listed_it_is_told_what_is_asked() -> None:
    asked = candidate(SHORT, "which two modules are there, and what is each good for?")
    assert [s.position for s in with_each(asked, asked.body[:1])] == [1, 2, 4]
    asked = candidate(SHORT, "which two modules are there?")
    assert [s.position for s in with_each(asked, asked.body[:1])] == [1]
