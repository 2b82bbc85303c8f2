"""The graph in words reads as people would say it."""

from __future__ import annotations

from retrieval.graph import prose
from retrieval.graph.nodes import Edge, Kind, Neighbourhood, Node, Tie

ADA = Node(Kind.PERSON, "r1", "Ada", "r1")
WORK = Node(Kind.WORK, "w1", "Dunes", "w1")
TOPIC = Node(Kind.TOPIC, "t:sand", "sand", "t1")
PLACE = Node(Kind.INSTITUTION, "i1", "Uppsala", "i1")


def test_people_work_on_topics_that_works_are_about() -> None:
    about = [Edge(key, TOPIC.key, Tie.ABOUT, 1.0, "about it") for key in (ADA.key, WORK.key)]
    around_ada = prose.sentences(Neighbourhood(ADA, (WORK, TOPIC), tuple(about)))
    assert around_ada == ["Ada works on sand (about it).", "“Dunes” is about sand."]
    around_work = prose.sentences(Neighbourhood(WORK, (ADA, TOPIC), tuple(about[::-1])))
    assert around_work == ["“Dunes” is about sand (about it).", "Ada works on sand."]


def test_people_work_at_places_where_works_were_written() -> None:
    there = [Edge(key, PLACE.key, Tie.WORKS_AT, 1.0, "signed") for key in (ADA.key, WORK.key)]
    assert prose.sentences(Neighbourhood(ADA, (PLACE,), (there[0],))) == [
        "Ada works at Uppsala (signed)."
    ]
    assert prose.sentences(Neighbourhood(WORK, (PLACE,), (there[1],))) == [
        "“Dunes” was written at Uppsala (signed)."
    ]
