"""Surveys and data sets that are asked for are told from those that a work uses."""

import pytest

from retrieval.question.sorts import DATA_SETS, GITHUB, LINKS, SURVEYS, are_surveys, without_sort


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("list the surveys", "list the papers"),
        ("how many survey papers are there", "how many papers are there"),
        ("which papers are surveys or reviews", "which papers"),
        ("are any of her papers surveys?", "are any of her papers"),
        ("which of the lot are surveys", "which of the papers"),
        ("just the surveys please", "the papers please"),
        ("any surveys on moss?", "any papers on moss?"),
        ("is there a survey paper about moss?", "is there a papers about moss?"),
        ("which papers are surveys of moss?", "which papers on moss?"),
        ("newest survey", "newest papers"),
        ("which papers are surveys or state-of-the-art reports?", "which papers?"),
    ],
)
def test_surveys_are_works(text: str, rest: str) -> None:
    assert without_sort(text) == (rest, SURVEYS)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("list all the datasets", "list all the papers"),
        ("which of the data sets are in Basque?", "which of the papers are in Basque?"),
        ("Which of the corpora were collected from radio?", "Which of the papers are from radio?"),
        ("list the polar datasets", "list the polar papers"),
        ("Which exam sets cover botany?", "Which papers cover botany?"),
        ("what datasets has R built", "what papers has R published"),
        ("how many benchmarks has R released", "how many papers has R published"),
        ("which papers introduce a new dataset for moss?", "which papers on moss?"),
    ],
)
def test_data_sets_stand_for_the_works_that_bring_them(text: str, rest: str) -> None:
    assert without_sort(text) == (rest, DATA_SETS)


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("which abstract contains a GitHub address", GITHUB),
        ("do any abstracts link to GitHub? I only want ones with an actual URL.", GITHUB),
        ("does any abstract give a URL?", LINKS),
        ("which abstracts contain http?", LINKS),
        ("which abstracts mention URL classifiers", ""),
        ("which papers have code on GitHub?", ""),
        ("what is the GitHub address of MossNet?", ""),
    ],
)
def test_an_address_in_the_abstract_is_a_sort(text: str, sort: str) -> None:
    assert without_sort(text)[1] == sort


@pytest.mark.parametrize(
    "text",
    [
        "which datasets does MossNet use?",
        "which datasets were used?",
        "which data sets?",
        "which dataset is the largest",
        "which datasets does R use",
        "what does the survey on moss say about rain?",
        "which product reviews did they use?",
        "how many surveys did they send out?",
        "papers that use household surveys",
        "what is a survey?",
        "who wrote the survey on moss?",
        "which papers have a public data set",
        "to have an overview of the works on moss would help",
    ],
)
def test_what_a_work_uses_is_no_sort_of_works(text: str) -> None:
    assert without_sort(text) == (text, "")


def test_surveys_have_several_names() -> None:
    assert are_surveys("surveys")
    assert are_surveys("literature reviews")
    assert not are_surveys("surveys of nurses")
