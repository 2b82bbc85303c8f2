"""Pictures: everything on them is whole, apart and on the sheet, in both themes, with words."""

from __future__ import annotations

import itertools
import re
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pictures import card, chain, network, split, statistics, timeline
from bot.pictures.sheet import WIDTH, Drawing, Sheet, png
from bot.pictures.theme import DARK, LIGHT, Theme, contrast, mixed
from retrieval.graph.nodes import Edge, Neighbourhood, Tie
from retrieval.graph.paths import Path
from storage import trust
from storage.researchers import Collaborator, Profile, Researcher
from storage.statistics import Statistics
from storage.topics import Topic
from tests.bot.pictures.graphs import hood, hoods, node
from tests.bot.test_render import work

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])


def profile(
    name: str = "Kai Han", topics: tuple[str, ...] = ("sand dunes", "novel category discovery")
) -> Profile:
    person = Researcher(
        1, name, "Researcher", "", None, None, True, 1, False, "arXiv", 35
    )  # fmt: skip
    return Profile(
        person,
        35,
        0,
        tuple(Topic(topic, (1,)) for topic in topics),
        (Collaborator("Yunhe Wang", 14),),
        trust.snapshot(1, 35, 0, affiliation_known=False, orcid_linked=False),
    )


def facts(name: str = "Kai Han") -> card.Facts:
    return card.Facts.of(profile(name), {2019: 3, 2020: 11, 2022: 21})


def lanes() -> timeline.Facts:
    works = [work(n) for n in range(1, 6)]
    return timeline.Facts.of("Kai Han", works, [Topic("sand dunes", (1, 2)), Topic("rain", (3,))])


def numbers(most: int = 9) -> statistics.Facts:
    days = tuple((date(2026, 10, 1) + timedelta(n), n * 7 % (most + 1)) for n in range(30))
    counted = Statistics(
        days=days, people=12, good=31, poor=2, followed=4, sent=17, researchers=9, works=70_000
    )  # fmt: skip
    return statistics.Facts("Lab", counted)


def path(*labels: str) -> Path:
    nodes = tuple(node(n, label=label) for n, label in enumerate(labels))
    edges = tuple(
        Edge(a.key, b.key, Tie.CO_WROTE, 2.0, f"2 works together, the latest “{'Long ' * 40}”")
        for a, b in itertools.pairwise(nodes)
    )
    return Path(nodes, edges)


def apart_and_inside(sheet: Sheet) -> None:
    """No text lies on another or leaves the sheet."""
    for text, box in sheet.texts:
        assert box.x >= 0, text
        assert box.right <= sheet.width, text
        assert box.y >= 0, text
        assert box.bottom <= sheet.height, text
    for (one, box), (other, beside) in itertools.combinations(sheet.texts, 2):
        assert not box.overlaps(beside), (one, other)


PEOPLE = split.Facts(
    "Kai Han",
    (
        split.Person("Kai Han · vision", 21, 2019, 2026, ("sand dunes",), ("Yunhe Wang",), 0.93),
        split.Person("Kai Han · networks", 9, 2004, 2015, ("sensor networks", "rain")),
        split.Person("Kai Han", 1, 2020, 2020),
    ),
)
DRAWINGS: dict[str, Callable[[Theme], Drawing]] = {
    "card": lambda theme: card.picture(facts(), theme),
    "graph": lambda theme: network.picture(hood([f"Name {n}" for n in range(24)]), theme),
    "timeline": lambda theme: timeline.picture(lanes(), theme),
    "split": lambda theme: split.picture(PEOPLE, theme),
    "statistics": lambda theme: statistics.picture(numbers(), theme),
    "path": lambda theme: chain.picture(path("Ada", "Grace", "Mary"), theme),
}


@THEMES
@pytest.mark.parametrize("name", DRAWINGS)
def test_a_picture_is_an_image_of_its_own_size(name: str, theme: Theme) -> None:
    drawing = DRAWINGS[name](theme)
    image = png(drawing.svg)
    assert image.startswith(b"\x89PNG")
    wide, high = struct.unpack(">II", image[16:24])
    assert wide == WIDTH
    assert 300 < high < 2600
    assert 15_000 < len(image) < 600_000, "not empty, and soon sent"


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_picture_refers_to_nothing_outside_it(name: str) -> None:
    svg = DRAWINGS[name](DARK).svg
    ElementTree.fromstring(svg)
    assert re.findall(r'href="(?!#)|url\(|<text|<image', svg) == []


def test_every_picture_says_in_words_what_it_shows() -> None:
    said = {name: draw(DARK).alt for name, draw in DRAWINGS.items()}
    assert "trust 21 of 100, Emerging" in said["card"]
    assert "35 works, 0 followers, 2 topics, 1 close collaborator" in said["card"]
    assert "2020: 11" in said["card"]
    assert "Ada Lovelace: 6 works: Name 1, Name 5" in said["graph"]
    assert "sand dunes 2019: 2" in said["timeline"]
    assert "everything else 2019: 2" in said["timeline"]
    assert "12 people asked" in said["statistics"]
    assert "70,000 works stored" in said["statistics"]
    assert "02 Oct: 7" in said["statistics"]
    assert "The name Kai Han: 31 works of 3 people; Kai Han · vision, 21 works" in said["split"]
    assert "9 works, 2004–2015, about sensor networks and rain" in said["split"]
    assert "Ada – Grace – Mary" in said["path"]


@THEMES
def test_colours_can_be_told_from_their_ground(theme: Theme) -> None:
    for ink in (theme.ink, theme.soft, theme.faint):
        assert contrast(ink, theme.ground) >= 4.5
        assert contrast(ink, theme.panel) >= 4.5 or ink == theme.faint
    for hue in theme.hues:
        assert contrast(hue, theme.ground) >= 3, "shapes"
        assert contrast(hue, theme.on_hue) >= 4.5, "letters on them"
        assert contrast(theme.ink, mixed(theme.ground, hue, 0.22)) >= 4.5, "letters on pills"


@settings(max_examples=20, deadline=None)
@given(hoods())
def test_labels_of_a_graph_never_overlap_or_run_out(found: Neighbourhood) -> None:
    apart_and_inside(network.draw(found, DARK))


def test_a_crowded_graph_is_laid_out_as_well() -> None:
    labels = [f"A rather long name of somebody or something {n}" for n in range(40)]
    every = list(itertools.combinations(range(40), 2))[::3]
    apart_and_inside(network.draw(hood(labels, every), LIGHT))


def test_a_graph_is_drawn_the_same_each_time() -> None:
    found = hood([f"Name {n}" for n in range(12)], [(0, 4), (1, 5), (2, 6)])
    assert network.picture(found, DARK) == network.picture(found, DARK)


def test_who_belongs_together_has_one_colour() -> None:
    found = hood([f"Name {n}" for n in range(8)], [(0, 1), (1, 2), (0, 2), (4, 5), (5, 6), (4, 6)])
    svg = network.picture(found, DARK).svg
    assert DARK.hues[0] in svg
    assert DARK.hues[1] in svg
    assert DARK.hues[2] not in svg


NAMES = st.one_of(st.text(max_size=120), st.sampled_from(["محمد بن موسى", "韩凯", "", " "]))


@settings(max_examples=20, deadline=None)
@given(
    NAMES,
    st.lists(NAMES, max_size=12),
    st.dictionaries(st.integers(1900, 2100), st.integers(1, 5000), max_size=60),
)
def test_a_card_holds_any_name_topics_and_years(
    name: str, topics: list[str], years: dict[int, int]
) -> None:
    apart_and_inside(card.draw(card.Facts.of(profile(name, tuple(topics)), years), DARK))


@settings(max_examples=20, deadline=None)
@given(
    NAMES,
    st.lists(
        st.tuples(NAMES, st.dictionaries(st.integers(1990, 2030), st.integers(1, 90), min_size=1)),
        max_size=9,
    ),
)
def test_a_timeline_holds_any_topics(name: str, given: list[tuple[str, dict[int, int]]]) -> None:
    found = tuple(timeline.Lane(t, tuple(sorted(years.items()))) for t, years in given)
    spans = [year for lane in found for year, _ in lane.years]
    whole = timeline.Facts(name, len(spans), min(spans, default=0), max(spans, default=0), found)
    sheet = timeline.draw(whole, DARK)
    for text, box in sheet.texts:
        assert box.x >= 0, text
        assert box.right <= sheet.width, text


@settings(max_examples=15, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=7))
def test_a_chain_holds_any_names(labels: list[str]) -> None:
    apart_and_inside(chain.draw(path(*labels), DARK))


@settings(max_examples=20, deadline=None)
@given(
    NAMES,
    st.lists(
        st.builds(
            split.Person,
            label=NAMES,
            works=st.integers(1, 5000),
            first=st.just(1990),
            last=st.integers(1990, 2030),
            topics=st.lists(NAMES, max_size=5).map(tuple),
            coauthors=st.lists(NAMES, max_size=5).map(tuple),
            certainty=st.none() | st.floats(0, 1),
        ),
        max_size=12,
    ),
    st.lists(st.integers(1, 3), max_size=3),
)
def test_a_split_holds_any_people(name: str, people: list[split.Person], others: list[int]) -> None:
    apart_and_inside(split.draw(split.Facts(name, tuple(people), tuple(others)), DARK))


@pytest.mark.parametrize("most", [0, 1, 100_000])
def test_statistics_hold_quiet_and_busy_servers(most: int) -> None:
    apart_and_inside(statistics.draw(numbers(most), DARK))


def test_a_card_says_whose_word_an_affiliation_is() -> None:
    shown = facts()

    def drawn(affiliation: str, *, stated: bool) -> Drawing:
        person = replace(
            shown.profile.researcher, affiliation=affiliation, affiliation_stated=stated
        )
        return card.picture(
            replace(shown, profile=replace(shown.profile, researcher=person)), LIGHT
        )

    assert drawn("MIT", stated=True) == drawn("in their own word: MIT", stated=False)
    assert drawn("MIT", stated=True) != drawn("MIT", stated=False)
