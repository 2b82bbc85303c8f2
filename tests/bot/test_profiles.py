"""Profiles, works and help as cards: what they show, and that anything fits."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import profiles
from bot.pictures import split, timeline
from bot.views import Layout
from storage import trust
from storage.researchers import Collaborator, Profile, Researcher
from storage.topics import Topic
from tests.bot.test_markdown import LAYOUT, MENTION, text
from tests.bot.test_render import PERSON, long_text, whole, work


@settings(deadline=None, max_examples=60)
@given(text, text, st.lists(text, max_size=8), st.lists(text, max_size=40))
def test_any_profile_fits_and_mentions_nobody(
    name: str, description: str, collaborators: list[str], topics: list[str]
) -> None:
    person = replace(PERSON, name=name, description=description * 40, affiliation=name * 9)
    card = profiles.profile(profile(person, collaborators, topics))
    assert Layout(card).content_length() <= 4000
    assert not MENTION.search(whole([card]))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(text, long_text), min_size=1, max_size=5), text)
def test_any_works_and_abstracts_fit(entries: list[tuple[str, str]], query: str) -> None:
    page = [work(n, title, abstract) for n, (title, abstract) in enumerate(entries, start=1)]
    card = profiles.works(PERSON, page, 99, 0, year=2019, query=query)
    assert Layout(card).content_length() <= 4000
    for entry in page:
        assert f"({entry.url})" in whole([card])
        abstract = profiles.abstract(entry)
        assert Layout(abstract).content_length() <= 4000
        assert not MENTION.search(whole([card, abstract]))


def test_beside_its_picture_stands_a_place_that_has_no_room_there() -> None:
    for place, cut in (("MIT", False), ("Institute for Advanced Study, Princeton", True)):
        person = replace(PERSON, affiliation=place, affiliation_stated=True)
        shown = whole([profiles.profile(profile(person, [], []), drawn=True)])
        assert (f"Researcher · {place} (their own word)" in shown) is cut


def test_a_profile_shows_what_the_page_shows() -> None:
    page = profile(PERSON, ["Yunhe Wang"], ["binary networks", "pruning"])
    shown = whole([profiles.profile(page)])
    for part in (
        "## Kai Han",
        "Researcher · Affiliation not imported",
        "Open to collaborate once claimed · Not claimed · Verification level L1",
        "-# The imported page says: “Kai Han contributes to research discovery",
        "**Trust 21 · Emerging**",
        "Identity 10 of 40 · L1: imported from a public source, unclaimed",
        "Record 11 of 30 · 35 works on record",
        "Community 0 of 20 · 0 followers",
        "Completeness 0 of 10",
        "**35** works · **0** followers · **2** topics · **1** close collaborator",
        "binary networks · pruning",
        "Yunhe Wang (3)",
    ):
        assert part in shown


def test_beside_its_picture_a_profile_says_only_what_that_does_not_show() -> None:
    names = [f"topic number {n} of many" for n in range(20)]
    page = profile(PERSON, ["Yunhe Wang"], names)
    shown = whole([profiles.profile(page, drawn=True)])
    for part in (
        "## Kai Han",
        "-# Identity · L1: imported from a public source, unclaimed; raised by a proved claim",
        "**More topics**",
        names[12],
        "Yunhe Wang (3)",
    ):
        assert part in shown
    for part in ("**35** works", "Trust 21", "Affiliation not", "10 of 40", names[0]):
        assert part not in shown
    few = whole([profiles.profile(profile(PERSON, [], names[:2]), drawn=True)])
    assert "topics" not in few.lower(), "all of them are on the picture"


def test_beside_pictures_of_people_and_times_stand_only_those_without_room() -> None:
    people = tuple(split.Person(f"field {n}", 9 - n, 2020, 2021) for n in range(9))
    shown = whole([profiles.people(PERSON, split.Facts("Kai Han", people), drawn=True)])
    assert "9 people may share the name Kai Han" in shown
    assert "**field 8** · 1 work, 2020–2021" in shown
    assert "field 7" not in shown
    lanes = (timeline.Lane("dunes", ((2020, 1),)),)
    facts = timeline.Facts("Kai Han", 1, 2020, 2020, lanes)
    assert whole([profiles.timeline(facts, drawn=True)]).strip() == "## Timeline of Kai Han"
    assert "dunes" in whole([profiles.timeline(facts)])


def test_what_an_import_says_of_somebody_is_not_said_as_known() -> None:
    own = replace(PERSON, description="I count sand.", description_stated=True)
    shown = whole([profiles.profile(profile(own, [], []))])
    assert "\nI count sand." in shown
    assert "imported page" not in shown
    nothing = replace(PERSON, description="")
    assert "says" not in whole([profiles.profile(profile(nothing, [], []))])


def test_an_affiliation_is_shown_when_known() -> None:
    person = replace(PERSON, affiliation="Huawei *Noah*", open_to_collaborate=False, claimed=True)
    shown = whole([profiles.profile(profile(person, [], []))])
    assert r"Researcher · Huawei \*Noah\*" in shown
    assert "Not open to collaborate · Claimed" in shown


def test_a_page_of_works_says_where_it_stands() -> None:
    card = profiles.works(PERSON, [work(6, "Six $\\Delta$")], 7, 5, year=2019, query="binary")
    assert "6 of 7 works in 2019 with “binary”, newest first" in card.sections[0]
    assert "[Six Δ](https://arxiv.org/abs/1911.00006)" in card.sections[1]
    assert "Preprint · 2019 · arXiv · Kai Han and Yunhe Wang" in card.sections[1]


def test_a_single_work_has_no_order() -> None:
    assert "-# 1 work\n" in whole([profiles.works(PERSON, [work(1, "One")], 1, 0)]) + "\n"


def test_no_works_is_said() -> None:
    assert "There are none in 1999." in whole([profiles.works(PERSON, [], 0, 0, year=1999)])


def test_found_people_are_listed_and_nobody_is_said() -> None:
    assert "**Kai Han** · 35 works" in whole([profiles.found("han", [PERSON])])
    assert "I know nobody called “\\*zz\\*”" in whole([profiles.found("*zz*", [])])


def test_help_gives_examples_about_somebody_who_is_stored() -> None:
    shown = whole([profiles.help_card(profiles.Examples(PERSON.name, 2022, "binary networks"))])
    assert "Which papers of Kai Han are about binary networks?" in shown
    assert "in 2022?" in shown
    assert not LAYOUT.search(shown.replace("###", "").replace("-#", ""))


def profile(person: Researcher, collaborators: list[str], topics: list[str]) -> Profile:
    return Profile(
        researcher=person,
        works=person.works,
        followers=0,
        topics=tuple(Topic(name, (1, 2)) for name in topics),
        close_collaborators=tuple(Collaborator(name, 3) for name in collaborators),
        trust=trust.snapshot(person.level, person.works, 0, False, False),
    )
