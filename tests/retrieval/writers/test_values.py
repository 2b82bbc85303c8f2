"""A sentence is told to hold the kind of value that is asked for, or not to."""

import pytest

from retrieval.question.asked import read_asked
from retrieval.question.wants import Want
from retrieval.writers.values import shortened, value


@pytest.mark.parametrize(
    ("question", "want", "sentence", "held"),
    [
        ("which countries are covered?", Want.COUNTRY, "Fields in Latvia and Kenya.", True),
        ("which five countries?", Want.COUNTRY, "We release maps of five countries.", False),
        ("which countries?", Want.COUNTRY, "A Dutch hospital took part.", True),
        ("which countries?", Want.COUNTRY, "We use Dutch texts.", False),
        ("which countries beside Kenya?", Want.COUNTRY, "We went to Kenya.", False),
        ("when was the probe launched?", Want.DATE, "It was launched in 2019.", True),
        ("when was the probe launched?", Want.DATE, "It was launched into orbit.", False),
        ("which VLM did they use?", Want.LLM, "A VLM writes them.", False),
        ("which VLM did they use?", Want.LLM, "Qwen2.5-VL writes them.", True),
        (
            "how many people took part?",
            Want.COUNT,
            "With leave-two-subjects-out validation.",
            False,
        ),
        ("how many people took part?", Want.COUNT, "We asked two subjects.", True),
        ("how many operators does it have?", Want.COUNT, "It has only a single operator.", True),
        ("how many images were used?", Want.COUNT, "It works from a single image.", False),
        ("what latency does it reach?", Want.DURATION, "We cut GPU latency by 42%.", True),
        ("what latency does it reach?", Want.DURATION, "It is 14x smaller on FLOPs.", False),
        ("what latency does it reach?", Want.DURATION, "Within sub ninety milliseconds.", True),
        ("how accurate is it?", Want.NUMBER, "It is right in ninety percent of cases.", True),
        ("what accuracy in percent?", Want.NUMBER, "It has 115 questions.", False),
        ("what accuracy in percent?", Want.NUMBER, "It reaches 82\\%.", True),
        ("how many models were tried?", Want.COUNT, "We try six recent LLMs.", True),
        ("compare the sizes of the works", Want.NUMBER, "In 44% of the turns.", False),
        (
            "what does SCC stand for?",
            Want.EXPANSION,
            "With a slow coastal current, sand moves.",
            True,
        ),
        ("how large is the ink dataset?", Want.NUMBER, "We collected 4,100 letters.", True),
        ("how large is the ink dataset?", Want.NUMBER, "Annotators agree with 0.86.", False),
        ("ink: dataset size?", Want.NUMBER, "A corpus of 293K posts of 2024.", True),
        ("ink: dataset size?", Want.NUMBER, "We study the ink of 2024.", False),
        ("how big were the gains on the two datasets?", Want.NUMBER, "They gain 3.7%.", True),
        ("predicting how long a look lasts?", Want.ANYTHING, "Looks last 3 s.", False),
    ],
)
def test_a_value_of_the_kind_is_found(question: str, want: Want, sentence: str, held: bool) -> None:
    asked = read_asked(question)
    assert asked.want is want
    assert (value(asked, sentence) > 0) is held


def test_short_forms_are_read_off_a_text() -> None:
    text = "Sparse gravel collectors (SGCs) need no dense gravel (see Fig. 2), nor a truck (new)."
    assert list(shortened(text)) == ["SGC"]
