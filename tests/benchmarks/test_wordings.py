"""The models of wordings learn what frames a request, and are judged by hands they did not see."""

import json
from pathlib import Path

import pytest

from benchmarks.wordings import (
    QUESTIONS,
    Text,
    fitted,
    found,
    left_out,
    of_hands,
    of_questions,
    told_apart,
    with_names,
)
from retrieval.question import lists

NOUNS = "kelp dunes moss ice larks tides salt wolves".split()


def texts() -> list[Text]:
    """Eight hands that ask alike, each about other things."""
    result = []
    for n, noun in enumerate(NOUNS * 2):
        hand = f"hand {n % 8}"
        for before, after in (("papers on ", " please"), ("anything about ", "?")):
            text = f"{before}{noun}{after}"
            result.append(Text(hand, text, True, (len(before), len(before) + len(noun))))
        result.append(Text(hand, f"how fast does {noun} move?", False))
        result.append(Text(hand, f"why is {noun} so heavy", False))
    return result


def test_what_frames_a_request_is_learnt() -> None:
    model = fitted(texts())
    assert "papers" in model.words
    assert not model.words & set(NOUNS)
    assert lists.likelihood("papers on rubies please", model) > 0.8
    assert lists.likelihood("how fast does ruby move?", model) < 0.2
    asked = "anything about red rubies?"
    assert asked[slice(*lists.topic(asked, model))] == "red rubies"


def test_it_is_judged_by_hands_that_were_not_seen() -> None:
    judged = list(left_out(texts(), [{"hand 0"}, {"hand 1"}]))
    assert {text.hand for text, _ in judged} == {"hand 0", "hand 1"}
    assert told_apart(judged)["recall"] == pytest.approx(1.0)
    assert found(judged)["exact"] == pytest.approx(1.0)


def test_topics_stand_in_their_texts() -> None:
    hands = of_hands(QUESTIONS / "wordings.jsonl")
    assert len(hands) > 3000
    assert all(text.told for text in hands if text.asked)


def test_the_weights_are_those_of_the_wordings() -> None:
    """Nothing is left of an earlier form of the features, and researchers are known by `R`."""
    content = json.loads(Path(lists.WEIGHTS).read_text("utf-8"))
    words = frozenset(content["words"])
    assert "R" in words
    texts = [*of_hands(QUESTIONS / "wordings.jsonl"), *of_questions(QUESTIONS.glob("tune*.jsonl"))]
    seen = {
        name
        for text in with_names(texts)
        for name in lists.asked_features(lists.tokens(text.text), words)
    }
    assert content["asked"].keys() - seen == {"bias"}
