"""What is fitted is what is weighed."""

from __future__ import annotations

from retrieval.question.asked import read_asked
from retrieval.search import Passage, Sentence
from retrieval.text import pieces
from retrieval.writers.coefficients import ABOUT, AMONG, SENTENCE, WORK, Signals, log_odds
from retrieval.writers.weighing import Beside, Candidate
from storage.works import Work


def candidate() -> Candidate:
    title, abstract = "Flags in the Wind", "We film 300 flags. Gusts are read with an error of 0.9."
    work = Work(source_id="t:1", title=title, abstract=abstract, year=2026, id=1)
    sentences = tuple(Sentence(t, 0.5, n) for n, t in enumerate(pieces(title, abstract)))
    passage = Passage(work, score=1.0, cosine=0.5, lexical=1.0, sentences=sentences)
    asked = read_asked("how many flags are filmed?")
    return Candidate(0, passage, asked, dict.fromkeys(asked.words, 1.0), False, Beside([passage]))


def test_every_signal_that_has_a_coefficient_is_there() -> None:
    one = candidate()
    made: list[tuple[Signals, Signals]] = [
        (WORK, one.signals),
        (SENTENCE, one.sentence_signals[0]),
        (ABOUT, one.topic),
        (AMONG, one.topic),
    ]
    for coefficients, signals in made:
        assert coefficients.keys() - {"bias"} <= signals.keys()


def test_the_more_of_what_speaks_for_a_work_the_likelier_it_is() -> None:
    nothing = dict.fromkeys(WORK, 0.0)
    assert log_odds(nothing, WORK) == WORK["bias"]
    assert log_odds({**nothing, "words": 1.0}, WORK) > log_odds(nothing, WORK)
    assert log_odds({**nothing, "no value": 1.0}, WORK) < log_odds(nothing, WORK)
