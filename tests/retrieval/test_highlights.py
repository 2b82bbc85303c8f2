from hypothesis import given
from hypothesis import strategies as st

from retrieval.highlights import contribution

ABSTRACT = (
    "Large language models have become widely used. However, existing methods for compressing them"
    " remain slow on ordinary hardware. In this paper, we propose QuickPress, which removes whole"
    " layers at once. Each layer is given a score, which takes one pass over a few texts."
    " Experiments on five benchmarks show that QuickPress keeps 98% of the accuracy at half the"
    " size. Code is available at https://example.org/quickpress."
)


def test_what_was_done_and_what_came_out_are_chosen() -> None:
    done, came_out = contribution(ABSTRACT)
    assert done.startswith("In this paper, we propose QuickPress")
    assert came_out.startswith("Experiments on five benchmarks show")
    assert contribution(ABSTRACT, 1) == (done,)


def test_labels_of_structured_abstracts_are_left_out() -> None:
    text = "Objective. Patients see little. Results: We find that glasses help them to read again."
    assert "We find that glasses help them to read again." in contribution(text)


def test_a_short_abstract_is_shown_whole() -> None:
    text = "We prove a lower bound of three for the problem of the moving sofa."
    assert contribution(text) == (text,)
    assert contribution("") == ()


@given(st.text(max_size=600), st.integers(1, 3))
def test_every_sentence_is_verbatim_and_in_order(text: str, most: int) -> None:
    chosen = contribution(text, most)
    assert len(chosen) <= most
    at = 0
    for sentence in chosen:
        at = text.index(sentence, at) + len(sentence)
