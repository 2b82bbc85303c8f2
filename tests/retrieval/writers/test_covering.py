"""Of several things asked of one work, each is told by a sentence."""

import pytest

from retrieval.question.apart import things
from retrieval.question.asked import read_asked
from retrieval.search import Passage, Sentence
from retrieval.text import pieces
from retrieval.writers.covering import covering
from retrieval.writers.weighing import Beside, Candidate
from storage.works import Work

TITLE = "WindGauge: Reading the Wind"
ABSTRACT = (
    "We film 300 flags at 12 sites. Two kinds of wind are told apart: (1) steady wind and "
    "(2) gusts. Steady flags are read with an error of 0.4. Gusts are read with an error of 0.9. "
    "It scores by (i) height, (ii) colour and (iii) age."
)


def candidate(text: str, abstract: str = ABSTRACT) -> Candidate:
    work = Work(
        source_id="t:1", title=TITLE, abstract=abstract, year=2026, authors=("A. Author",), id=1
    )
    texts = pieces(TITLE, abstract)
    sentences = tuple(Sentence(t, 0.5, n) for n, t in enumerate(texts))
    passage = Passage(work, score=1.0, cosine=0.5, lexical=1.0, sentences=sentences)
    asked = read_asked(text)
    return Candidate(0, passage, asked, dict.fromkeys(asked.words, 1.0), False, Beside([passage]))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("WindGauge: flags, error for gusts", [1, 4]),
        ("how many flags and sites, and which error for gusts?", [1, 4]),
        ("the flags, the sites and the error?", [1]),
        ("which two kinds of wind?", [2]),
        ("the three things by which it scores", [5]),
        ("which error has it?", []),
    ],
)
def test_each_thing_is_told_once(text: str, places: list[int]) -> None:
    told = covering(candidate(text), [], text)
    assert [sentence.position for sentence in told][: len(places)] == places


SITES = (
    "We film flags at every site. In all, flags: 300. We focus on upper Gusts (GU), lower Breezes "
    "(BR), and Storms (ST), each with its own colour. A flag is read once."
)


@pytest.mark.parametrize(
    ("text", "place"), [("from how many sites, how many flags?", 2), ("which three winds", 3)]
)
def test_what_is_counted_may_stand_before_its_number_and_lists_have_short_forms(
    text: str, place: int
) -> None:
    asked = f"{text} are upper?" if "three" in text else text
    told = covering(candidate(asked, SITES), [], asked)
    assert place in [sentence.position for sentence in told]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "WindGauge: number of flags and sites, and its error rate?",
            ("number of flags", "number of sites", "its error rate?"),
        ),
        ("WindGauge - flags, sites + error", ("flags", "sites", "error")),
        (
            "how many flags, sites and poles?",
            ("how many flags", "how many sites", "how many poles?"),
        ),
        ("number of flags? number of sites?", ("number of flags", "number of sites?")),
        ("In the wind paper, what is read?", ()),
        ("how do flags and gusts differ?", ()),
        (
            "A flag tells the wind. Which flag is it, and which wind?",
            ("Which flag is it", "which wind?"),
        ),
    ],
)
def test_things_are_read_apart(text: str, asked: tuple[str, ...]) -> None:
    assert things(text) == asked


NAMED = (
    "Sailors need to know the wind. We present WindGauge, which watches flags. "
    "Flags in a gale are read best."
)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("which of her papers looks at flags in a gale?", [2, 3]),
        ("what method watches flags?", [2, 3]),
        ("is there a study of gales?", [2, 3]),
        ("how well are flags read?", [3]),
        ("which method is read best?", [3]),
    ],
)
def test_which_work_it_is_is_said(text: str, places: list[int]) -> None:
    asked = candidate(text, NAMED)
    told = covering(asked, asked.body[2:], text)
    assert [sentence.position for sentence in told] == places
