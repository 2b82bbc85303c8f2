"""The graph in a message: its state in a button, its cards within Discord's limits."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import graphs
from bot.cards import CARD_LIMIT, Card
from bot.graphs import Look
from retrieval.graph.nodes import Edge, Kind, Neighbour, Neighbourhood, Tie
from storage.errors import BadYears
from tests.bot.pictures.graphs import hood, hoods, node
from tests.bot.test_markdown import MENTION

TOKENS = st.from_regex(r"[writ][0-9]{1,9}(\.[0-9a-f]{8})?|a[0-9]{1,9}\.[0-9]{1,4}", fullmatch=True)
LOOKS = st.builds(
    Look,
    token=TOKENS,
    kinds=st.frozensets(st.sampled_from(list(Kind)), min_size=1),
    years=st.none() | st.tuples(st.integers(1900, 2050), st.integers(2051, 2199)),
    wide=st.booleans(),
    back=st.lists(TOKENS, max_size=9).map(tuple),
)


@settings(max_examples=25)
@given(LOOKS)
def test_a_button_carries_how_the_graph_is_looked_at(look: Look) -> None:
    written = look.written()
    assert len(f"graphtext:1:{written}") <= 100
    read = Look.read(written)
    assert read is not None
    assert replace(read, back=()) == replace(look, back=())
    assert read.back == look.back[len(look.back) - len(read.back) :]
    assert len(read.back) >= min(1, len(look.back)), "at least one step back"


@pytest.mark.parametrize("text", ["", "f", "ff", "g-r1", "ff-", "ff-R1", "ff2019-r1", "ff-r1--r2"])
def test_what_was_not_written_is_not_read(text: str) -> None:
    assert Look.read(text) is None


def test_steps_go_there_and_back() -> None:
    start = Look("r1", years=(2019, 2022), wide=True)
    there = start.to("w5")
    assert (there.token, there.back) == ("w5", ("r1",))
    assert there.to("w5") == there
    assert there.returned() == start
    assert start.returned() == start


def test_kinds_can_be_left_out_but_never_all() -> None:
    there = frozenset({Kind.PERSON, Kind.WORK, Kind.TOPIC})
    look = Look("r1", frozenset({Kind.PERSON, Kind.WORK, Kind.INSTITUTION}))
    without = look.toggled(Kind.WORK, there)
    assert without.kinds == {Kind.PERSON, Kind.INSTITUTION}
    assert without.toggled(Kind.PERSON, there).kinds == frozenset(Kind), (
        "institutions are not there"
    )
    assert look.toggled(Kind.TOPIC, there).kinds == frozenset(Kind)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        (None, None),
        (" ", None),
        ("2020", (2020, 2020)),
        ("2019-2022", (2019, 2022)),
        ("2022 – 2019", (2019, 2022)),
        ("2019 to 2022", (2019, 2022)),
        ("2019-", (2019, 2199)),
    ],
)
def test_years_are_read_as_people_write_them(
    text: str | None, years: tuple[int, int] | None
) -> None:
    assert graphs.years(text) == years


@pytest.mark.parametrize("text", ["last year", "20", "2019-2020-2021", "12345"])
def test_other_years_get_a_sentence(text: str) -> None:
    with pytest.raises(BadYears, match="write them like 2022, 2019-2022 or 2019-"):
        graphs.years(text)


def fits(card: Card) -> None:
    assert card.width <= CARD_LIMIT
    assert not any(MENTION.search(section) for section in card.sections)


@settings(max_examples=25, deadline=None)
@given(hoods(), LOOKS)
def test_cards_fit_and_mention_nobody(found: Neighbourhood, look: Look) -> None:
    fits(graphs.neighbourhood(found, look))
    for card in graphs.in_words(found):
        fits(card)
    entries = graphs.steps_to(found)
    assert len({token for token, _, _ in entries}) == len(entries)


def test_the_text_in_place_of_a_picture_names_everybody() -> None:
    found = hood(["Yunhe Wang", "Sand Dunes", "sand", "Royal Society", "Chang Xu"])
    found = replace(found, totals=found.totals | {Kind.PERSON: 99})
    shown = "\n".join(graphs.neighbourhood(found, Look("r0")).sections)
    assert "**People** 2 of 99\nYunhe Wang (1) · Chang Xu (2)" in shown
    assert "**Works**\n- [Sand Dunes](https://arxiv.org/abs/1911.11907) · 2020" in shown
    assert "**Topics**" in shown
    assert "**Institutions**" in shown
    beside = "\n".join(graphs.neighbourhood(found, Look("r0"), drawn=True).sections)
    assert "[Sand Dunes](" in beside, "a picture has no links"
    assert "Yunhe Wang" not in beside


def test_what_is_left_out_is_said() -> None:
    look = Look("r1", frozenset({Kind.PERSON}), (2019, 2022))
    head = graphs.neighbourhood(hood(["Ada", "Dunes"]), look).sections[0]
    assert "only people · 2019–2022" in head
    assert "only" not in graphs.neighbourhood(hood(["Ada"]), look).sections[0], "nothing else is"
    one_year = replace(look, years=(2022, 2022))
    assert "· 2022" in graphs.neighbourhood(hood(["Ada"]), one_year).sections[0]
    assert "2022–2022" not in graphs.neighbourhood(hood(["Ada"]), one_year).sections[0]
    bare = replace(hood([]), center=node(1))
    assert "known by name only" in graphs.neighbourhood(bare, Look("r1")).sections[0]


def test_the_whole_graph_in_words_takes_as_many_cards_as_it_needs() -> None:
    labels = [f"A rather long name of somebody or something {n}" for n in range(40)]
    found = hood(labels, list(itertools.combinations(range(40), 2))[::2])
    cards = graphs.in_words(found)
    assert len(cards) > 1
    whole = "\n".join(section for card in cards for section in card.sections)
    assert all(label in whole for label in labels)


def test_long_lists_end_with_how_many_are_left() -> None:
    labels = [f"{'A very long title of a work ' * 4}{n}" for n in range(40)]
    works = tuple(node(n, Kind.WORK, label) for n, label in enumerate(labels))
    edges = tuple(Edge("r0", w.key, Tie.WROTE, 1.0, "an author") for w in works)
    found = Neighbourhood(node(0), works, edges, {Kind.WORK: 40})
    card = graphs.neighbourhood(found, Look("r0"))
    fits(card)
    assert re.search(r"- and \d\d more", card.sections[-1])
    near = [Neighbour(w, e) for w, e in zip(works, edges, strict=True)]
    fits(graphs.similar(works[0], near))
    fits(graphs.people(node(0), near))


def test_people_and_works_near_come_with_the_reason() -> None:
    tie = Edge("r0", "r1", Tie.NEAR, 1.0, "2 near works, never a co-author")
    card = graphs.people(node(0, label="Ada"), [Neighbour(node(1, label="Mary @here"), tie)])
    assert "## Whom Ada might talk to" in card.sections[0]
    assert "**Mary @\u200bhere**\n-# 2 near works, never a co-author" in card.sections[1]
    fits(card)
