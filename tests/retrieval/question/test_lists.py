"""Requests for works are told from other questions, and their topic is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question import lists
from retrieval.question.topic import asked_for


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("which papers are about kelp?", "kelp"),
        ("anything on kelp forests?", "kelp forests"),
        ("kelp stuff?", "kelp"),
        ("who works with kelp here", "kelp"),
        ("I'm after publications that count kelp from space", "counting kelp from space"),
        ("does anybody do kelp genomics", "kelp genomics"),
        ("List the works trained without labels", "trained without labels"),
        (
            "show me works that shrink or quantise kelp models",
            "shrinking or quantising kelp models",
        ),
        ("my thesis is on kelp. Anything for me?", "kelp"),
        ("has the lab done something on kelp farming, and if so which papers?", "kelp farming"),
        ("papers on antennas whose position can be moved", "antennas whose position can be moved"),
        ("anything on measuring the novelty of papers?", "measuring the novelty of papers"),
        ("in which papers is the growth rate of kelp worked out", "the growth rate of kelp"),
        ("who of these draw a kelp map?", "drawing a kelp map"),
        (
            "which papers test crabs by having them eat kelp?",
            "testing crabs by having them eat kelp",
        ),
        ("which papers come with a new public atlas?", "a new public atlas"),
        (
            "who found that kelp makes water worse in some way? list the papers",
            "kelp makes water worse",
        ),
        ("which methods need no boat?", "need no boat"),
        ("kelp — anywhere it is used", "kelp"),
        ("Kelp farming. List of works, please, central or not.", "Kelp farming"),
        ("For a talk about fish: where in this body of work does kelp come up?", "kelp"),
        ("I need the works in which mind reading plays a part", "mind reading"),
        ("whole leaf scans: all works", "whole leaf scans"),
        ("results on KELP-20 (they spell it every which way), which papers", "KELP-20"),
        ("Is there anything to do with kelp? I run a diving club and we love it.", "kelp"),
        ("As a cook I'd welcome a list of those concerned with kelp.", "kelp"),
        ("are any of the tools written in Fortran?", "written in Fortran"),
        (
            "Which works dry, press or mount specimens of kelp?",
            "drying, pressing or mounting specimens of kelp",
        ),
        ("Which works use or breed kelp?", "kelp"),
        ("Which papers press or compare leaves?", "pressing or comparing leaves"),
        ("Which of the papers name a kelp species among those they count?", "a kelp species"),
        (
            "Which studies take a farm as the site, whether for kelp or for crabs?",
            "a farm as the site",
        ),
        (
            "which works sense what kelp does at night without any light?",
            "sensing what kelp does at night without any light",
        ),
        ("Which works study rafting, that is, kelp adrift in the open sea?", "rafting"),
        (
            "Which works use storms - at sea, ashore, or both - to spread kelp?",
            "storms to spread kelp",
        ),
        (
            "works where a diver picks out the plants that are to be counted?",
            "a diver picks out the plants that are to be counted",
        ),
    ],
)
def test_works_on_a_topic_are_asked_for(text: str, topic: str) -> None:
    found = asked_for(text)
    assert found is not None
    assert found[0] == topic


@pytest.mark.parametrize(
    "text",
    [
        "What does NPD stand for?",
        "how many kelp plants were counted?",
        "There are two cures for kelp rot, I gather; which of the pair obliges one to dive?",
        "I keep a kelp farm. How deep should the lines hang?",
        "kelp forests: how many species live there?",
        "why do the papers disagree on kelp?",
        "growing kelp in glass tubes without any light",
        "does the study say anything about how deep kelp grows?",
        "which drug worked in the stroke study?",
        "what is the accuracy of KelpNet on the test set",
        "in the paper on kelp, how fast does it grow?",
        "compared to what?",
        "which works better against moss, kelp or salt?",
        "which of her papers was the first?",
        "which one?",
    ],
)
def test_a_question_is_no_request_for_works(text: str) -> None:
    assert asked_for(text) is None


def test_works_that_use_something_need_not_be_about_it() -> None:
    assert asked_for("which papers use kelp?") == ("kelp", True)
    assert asked_for("papers with kelp") == ("kelp", True)
    assert asked_for("kelp comes up in which papers?") == ("kelp", True)
    assert asked_for("in what papers did they report a growth rate") == ("a growth rate", True)
    assert asked_for("did any of the papers run a field trial? which ones") == (
        "a field trial",
        True,
    )
    assert asked_for("which papers are about kelp?") == ("kelp", False)


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    assert 0.0 <= lists.likelihood(text) <= 1.0
    start, end = lists.topic(text)
    assert 0 <= start <= end <= len(text)


def test_the_name_of_a_researcher_is_no_letter() -> None:
    """`R` stands for whoever is asked about; "r" may be a language or a reproduction number."""
    known = frozenset({"R"})
    named, letter = (lists.asked_features(lists.tokens(text), known) for text in ("R", "r"))
    assert "R" in named
    assert "R" not in letter


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("does R work on kelp?", ("kelp", False)),
        ("has R studied kelp?", ("kelp", False)),
        ("papers without labels", ("without labels", False)),
        ("papers that can run on a phone", ("running on a phone", False)),
        ("papers that mostly use kelp", ("kelp", True)),
        ("papers on either kelp or moss", ("kelp or moss", False)),
        (
            "which papers release a benchmark or dataset?",
            ("releasing a benchmark or dataset", False),
        ),
        ("which ones release code?", ("releasing code", False)),
        ("works with code on github", ("having code on github", True)),
        ("which papers have a project page?", ("having a project page", False)),
        ("which works report results on COCO?", ("COCO", True)),
        ("stuff about faces", ("faces", False)),
        ("anything about faces?", ("faces", False)),
    ],
)
def test_a_topic_is_said_as_it_was_meant(text: str, found: tuple[str, bool]) -> None:
    assert asked_for(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "what are kelp forests?",
        "how do the papers on kelp measure depth?",
        "which methods are used for kelp?",
        "has anyone shown that kelp sleeps?",
        "which models beat the baseline in the kelp paper?",
        "which languages does the kelp survey cover?",
        "does W have code?",
        "papers similar to W",
    ],
)
def test_what_is_asked_of_works_or_things_is_no_list(text: str) -> None:
    assert asked_for(text) is None


def test_where_nothing_is_likelier_no_topic_is_found() -> None:
    text = "what else have you got"
    assert lists.topic(text) == (0, 0)
    assert lists.topic("") == (0, 0)


def test_the_request_may_stand_at_the_end_of_a_story() -> None:
    story = "So, I spent the whole winter by the sea and thought about it. " * 12
    assert asked_for(f"{story}Which papers are about kelp?") is not None
