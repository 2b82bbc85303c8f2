import pytest

from retrieval import graph
from retrieval.exact import Exact, Vector
from retrieval.graph.nearby import Nearby
from retrieval.graph.nodes import Edge, Kind, Neighbourhood, Node, Tie
from retrieval.graph.paths import path
from retrieval.graph.prose import chain, sentences, suggestions
from storage import attributions, persons, researchers, storing, works, works_by_title
from storage.database import Database
from storage.errors import NoPath, UnknownNode, UnknownResearcher
from storage.persons import Part, Placed
from storage.works import Paper
from tests.retrieval.graph.graphs import ADA, BOB, CY, DI, EVE, MODEL, fill
from tests.storage.papers import paper


def _near(database: Database) -> Nearby:
    return Nearby(MODEL, Exact(database, MODEL))


async def _asked(database: Database, name: str, **options: object) -> dict[str, str]:
    """Label of each neighbour -> why."""
    async with database.read() as session:
        center = await graph.person(session, name)
        found = await graph.neighbours(session, center, **options)  # type: ignore[arg-type]
    return {n.node.label: f"{n.edge.kind}: {n.edge.reason}" for n in found}


async def test_around_a_record_are_co_authors_topics_and_works_each_with_its_reason(
    database: Database,
) -> None:
    await fill(database)
    found = await _asked(database, ADA)
    assert list(found.items()) == [
        (BOB, "co-wrote: 2 works together, 2019–2020"),
        (CY, "co-wrote: 1 work together, 2020"),
        ("dune", "about: 2 works about it, 2019–2020"),
        ("singing dune", "about: 1 work about it, 2019"),
        ("Dunes That Walk", "wrote: first author"),
        ("Dunes That Sing", "wrote: first author"),
    ]


async def test_a_co_author_without_a_record_is_a_person_too(database: Database) -> None:
    ada = await fill(database)
    async with database.read() as session:
        bob = await graph.person(session, "chen, bob")
        found = await graph.neighbours(session, bob, kinds=[Kind.PERSON])
    assert (bob.label, bob.researcher_id, bob.detail) == (BOB, None, "3 works")
    assert [(n.node.label, n.node.researcher_id) for n in found] == [(CY, None), (ADA, ada)]


async def test_years_narrow_what_is_found(database: Database) -> None:
    await fill(database)
    found = await _asked(database, BOB, years=(2021, 2022))
    assert found == {CY: "co-wrote: 1 work together, 2021", "Wind over Sand": "wrote: first author"}


async def test_of_two_records_of_a_name_the_one_with_fewer_works_has_a_work(
    database: Database,
) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Kit Lee", "arXiv")
        person = await researchers.ensure(session, "Kit Lee", "a split")
        stored = await storing.store(
            session, [paper(n, authors=("Kit Lee", "Mo Poe")) for n in range(3)], record
        )
        await attributions.attribute(session, person, stored.new[:1])
        mo = await graph.person(session, "Mo Poe")
        found = await graph.neighbours(session, mo, kinds=[Kind.PERSON])
    assert {n.node.researcher_id: n.edge.weight for n in found} == {record: 2.0, person: 1.0}


async def test_every_node_is_found_again_by_its_short_token(database: Database) -> None:
    await fill(database)
    async with database.read() as session:
        ada = await graph.person(session, ADA)
        seen = [ada, *(n.node for n in await graph.neighbours(session, ada))]
        again = [await graph.node(session, node.token) for node in seen]
    assert [node.key for node in again] == [node.key for node in seen]
    assert all(len(node.token) <= 24 and node.token.isascii() for node in seen)


@pytest.mark.parametrize("token", ["", "w999", "r999", "a1.99", "t1.00000000", "i9", "x1", "w1;"])
async def test_a_token_of_nothing_says_so(database: Database, token: str) -> None:
    await fill(database)
    async with database.read() as session:
        with pytest.raises(UnknownNode):
            await graph.node(session, token)


async def test_a_name_that_nobody_bears_is_unknown(database: Database) -> None:
    await fill(database)
    async with database.read() as session:
        with pytest.raises(UnknownResearcher):
            await graph.person(session, "Nemo")


async def test_around_a_work_are_its_authors_its_topics_and_what_is_near(
    database: Database,
) -> None:
    await fill(database)
    async with database.read() as session:
        ada = await graph.person(session, ADA)
        hood = await graph.neighbourhood(session, ada, kinds=[Kind.WORK])
        hood = await graph.neighbourhood(session, hood.nodes[0], near=_near(database), limit=6)
    assert {node.label for node in hood.nodes if node.kind is Kind.PERSON} == {ADA, BOB, CY}
    near = [edge.reason for edge in hood.edges if edge.kind is Tie.NEAR]
    assert near[0].startswith("cosine ")
    assert "dune" in {node.label for node in hood.nodes}


async def test_around_a_topic_are_its_people_and_works(database: Database) -> None:
    await fill(database)
    async with database.read() as session:
        ada = await graph.person(session, ADA)
        topic = (await graph.neighbours(session, ada, kinds=[Kind.TOPIC]))[0].node
        found = await graph.neighbours(session, topic)
    labels = {n.node.label: n.edge.kind for n in found}
    assert labels[BOB] is labels[ADA] is Tie.ABOUT
    assert labels["singing dune"] is Tie.NEAR
    assert "Dunes That Walk" in labels


async def test_a_neighbourhood_keeps_to_its_limit_and_ties_the_neighbours_to_each_other(
    database: Database,
) -> None:
    await fill(database)
    async with database.read() as session:
        ada = await graph.person(session, ADA)
        small = await graph.neighbourhood(session, ada, limit=3)
        whole = await graph.neighbourhood(session, ada)
    assert len(small.nodes) == 3
    assert small.totals == {Kind.PERSON: 2, Kind.TOPIC: 2, Kind.WORK: 2}
    keys = {whole.center.key, *(node.key for node in whole.nodes)}
    assert all(edge.a in keys and edge.b in keys for edge in whole.edges)
    assert any(
        edge.kind is Tie.CO_WROTE and whole.center.key not in (edge.a, edge.b)
        for edge in whole.edges
    )


async def test_the_text_names_every_node_that_is_drawn(database: Database) -> None:
    await fill(database)
    async with database.read() as session:
        ada = await graph.person(session, ADA)
        hood = await graph.neighbourhood(session, ada, limit=4)
    text = " ".join(sentences(hood))
    assert all(node.label in text for node in (hood.center, *hood.nodes))
    assert "Ada Byron wrote with Bob Chen (2 works together, 2019–2020)" in text
    assert "Not shown: " in text


async def test_two_people_are_connected_through_the_fewest_co_authors(database: Database) -> None:
    await fill(database)
    async with database.read() as session:
        ada, di = await graph.person(session, ADA), await graph.person(session, DI)
        found = await path(session, ada, di)
        back = await path(session, di, ada)
    assert [node.label for node in found.nodes] == [ADA, CY, DI]
    assert [node.label for node in back.nodes] == [DI, CY, ADA]
    assert chain(found) == [
        "Ada Byron wrote with Cy Diaz (1 work together, 2020, “Dunes That Walk”).",
        "Cy Diaz wrote with Di Evans (1 work together, 2021, “Grains and Waves”).",
        "Cy Diaz is known by name only; several people may bear it.",
    ]


async def test_co_authors_are_connected_directly_and_strangers_not_at_all(
    database: Database,
) -> None:
    await fill(database)
    async with database.read() as session:
        ada, bob, eve = [await graph.person(session, name) for name in (ADA, BOB, EVE)]
        direct = await path(session, ada, bob)
        assert [node.label for node in direct.nodes] == [ADA, BOB]
        assert direct.edges[0].weight == 2
        assert (await path(session, ada, ada)).edges == ()
        with pytest.raises(NoPath):
            await path(session, ada, eve)


async def test_of_chains_as_short_the_stronger_is_shown(database: Database) -> None:
    crowd = tuple(f"Author {n}" for n in range(9))
    async with database.write() as session:
        await storing.store(
            session,
            [
                paper(1, authors=("Al Ho", "Zed Weak", *crowd)),
                paper(2, authors=("Zed Weak", "Ed Ro", "Yan Xi", *crowd[:3])),
                paper(3, authors=("Al Ho", "Vi Strong")),
                paper(4, authors=("Vi Strong", "Ed Ro")),
            ],
        )
        ends = [await graph.person(session, name) for name in ("Al Ho", "Ed Ro")]
        found = await path(session, *ends)
    assert [node.label for node in found.nodes] == ["Al Ho", "Vi Strong", "Ed Ro"]


async def test_the_longest_chain_has_six_ties(database: Database) -> None:
    async with database.write() as session:
        await storing.store(
            session, [paper(n, authors=(f"Link {n:c}", f"Link {n + 1:c}")) for n in range(65, 72)]
        )
        ends = [await graph.person(session, f"Link {end}") for end in "AGH"]
        found = await path(session, ends[0], ends[1])
        assert [node.label[-1] for node in found.nodes] == list("ABCDEFG")
        assert {edge.weight for edge in found.edges} == {1.0}
        with pytest.raises(NoPath, match="Link A to Link H"):
            await path(session, ends[0], ends[2])


async def test_a_record_in_between_has_the_works_of_its_profile(database: Database) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Kit Lee", "arXiv")
        await storing.store(
            session,
            [
                paper(1, authors=("Kit Lee", "Mo Poe")),
                paper(2, authors=("Kit Lee", "Al Roe")),
                paper(3, authors=("K. Lee",)),
                paper(4, authors=()),
            ],
            record,
        )
        ends = [await graph.person(session, name) for name in ("Mo Poe", "Al Roe")]
        found = await path(session, *ends)
    assert [(n.label, n.detail) for n in found.nodes[1:-1]] == [("Kit Lee", "4 works")]
    assert found.unsure == ()


async def test_a_chain_counts_the_works_of_the_person_and_not_those_of_the_name(
    database: Database,
) -> None:
    """Also those that print the record's name otherwise, and none that is a namesake's."""
    async with database.write() as session:
        record = await researchers.ensure(session, "Kit Lee", "arXiv")
        theirs = [
            paper(2, title="Kilns", authors=("Kit Lee", "Mo Poe")),
            paper(3, title="Bricks", authors=("K. Lee", "Mo Poe")),
            paper(4, title="Tiles", authors=("Kit Lee", "Al Roe")),
        ]
        await storing.store(session, theirs, record)
        await storing.store(
            session, [paper(n, title=f"Fish {n}", authors=("Kit Lee", "Mo Poe")) for n in (1, 5, 6)]
        )
        ends = [await graph.person(session, name) for name in ("Mo Poe", "Al Roe")]
        found = await path(session, *ends)
    assert [(n.label, n.detail) for n in found.nodes[1:-1]] == [("Kit Lee", "3 works")]
    assert [edge.weight for edge in found.edges] == [2.0, 1.0]
    assert found.edges[0].reason.startswith("2 works together, ")
    assert "“Bricks”" in found.edges[0].reason


async def _two_of_a_name(database: Database, *others: Paper) -> None:
    """Kit Lee as two people, who wrote with Mo Poe and Sue Ray, and with Al Roe."""
    async with database.write() as session:
        record = await researchers.ensure(session, "Kit Lee", "arXiv")
        written = [
            paper(n, authors=("Kit Lee", other))
            for n, other in enumerate(("Mo Poe", "Sue Ray", "Al Roe"))
        ]
        await storing.store(session, written, record)
        await storing.store(session, others)
        stored = await works.by_source_ids(session, [each.source_id for each in written])
        ids = {work.title: work.id for work in stored}
        placed = [persons.Placed(ids[each.title], 0.9, "a test") for each in written]
        parts = [persons.Part("a", tuple(placed[:2])), persons.Part("b", tuple(placed[2:]))]
        await persons.save(session, record, parts)


async def _chain(database: Database, a: str, b: str) -> tuple[list[tuple[str, str]], str]:
    """Those on the chain with what is said of each, and the last sentence of its text."""
    async with database.read() as session:
        ends = [await graph.person(session, name) for name in (a, b)]
        found = await path(session, *ends)
    return [(node.label, node.detail) for node in found.nodes], chain(found)[-1]


async def test_a_chain_goes_through_one_of_several_people_of_a_name(database: Database) -> None:
    await _two_of_a_name(
        database, paper(8, authors=("Mo Poe", "Ty Bo")), paper(9, authors=("Ty Bo", "Al Roe"))
    )
    nodes, said = await _chain(database, "Mo Poe", "Sue Ray")
    assert nodes[1:-1] == [("Kit Lee · a", "2 works · one of 2 people")]
    assert said == (
        "Several people may share the name Kit Lee (2 so far); "
        "as far as their works tell, one of them wrote with both."
    )
    nodes, _ = await _chain(database, "Mo Poe", "Al Roe")
    assert [label for label, _ in nodes] == ["Mo Poe", "Ty Bo", "Al Roe"]
    nodes, _ = await _chain(database, "Sue Ray", "Al Roe")  # longer, but not through two people
    assert [label for label, _ in nodes] == ["Sue Ray", "Kit Lee · a", "Mo Poe", "Ty Bo", "Al Roe"]


async def test_a_chain_that_may_go_through_two_people_says_so(database: Database) -> None:
    await _two_of_a_name(database)
    nodes, said = await _chain(database, "Mo Poe", "Al Roe")
    assert nodes[1:-1] == [("Kit Lee", "3 works · may be 2 people")]
    assert said == (
        "Several people may share the name Kit Lee (2 so far); "
        "those who wrote with both may be two of them."
    )
    nodes, said = await _chain(database, "Kit Lee", "Al Roe")
    assert nodes[0] == ("Kit Lee", "3 works · may be 2 people")
    assert said == "Several people may share the name Kit Lee (2 so far)."


async def test_a_chain_passes_by_those_who_are_left_out(database: Database) -> None:
    ada = await fill(database)
    async with database.write() as session:
        await storing.store(
            session, [paper(n, authors=(a, b)) for n, (a, b) in enumerate(((ADA, EVE), (CY, EVE)))]
        )
        bob, eve = [await graph.person(session, name) for name in (BOB, EVE)]
        through = await path(session, bob, eve)
        past = await path(session, bob, eve, without=await graph.unseen(session, {ada}))
    assert ADA in [node.label for node in through.nodes]
    assert [node.label for node in past.nodes] == [BOB, CY, EVE]


async def test_people_near_have_never_written_with_the_person(database: Database) -> None:
    await fill(database)
    async with database.read() as session:
        ada = await graph.person(session, ADA)
    found = await graph.people_near(database, ada, _near(database))
    labels = [n.node.label for n in found]
    assert not {ADA, BOB, CY} & set(labels)
    assert labels[:2] == [DI, EVE] or labels[:2] == [EVE, DI]
    reasons = {n.node.label: n.edge.reason for n in found}
    assert "“Sand in the Wind” is near “Dunes That Sing”" in reasons[EVE]
    assert "1 co-author in common, as Cy Diaz" in reasons[DI]
    assert suggestions(ada, found)[0].startswith(f"{labels[0]}: ")


async def test_nothing_is_left_of_who_is_not_to_be_shown(database: Database) -> None:
    ada = await fill(database)
    async with database.write() as session:
        await storing.store(
            session, [paper(1, authors=("A. Byron", CY)), paper(2, authors=(CY, EVE))]
        )
        unseen = await graph.unseen(session, {ada})
        assert {f"r{ada}", "n:ada byron", "n:a byron"} <= unseen
        cy = await graph.person(session, CY)
        hood = await graph.neighbourhood(session, cy, without=unseen)
        gone = {node.key for node in hood.nodes} & unseen
        assert (gone, hood.totals[Kind.PERSON]) == (set(), 3)
        assert unseen.isdisjoint(key for edge in hood.edges for key in (edge.a, edge.b))
        bob = await graph.person(session, BOB)
        near = await graph.people_near(database, bob, _near(database), without=unseen)
        assert all(ADA not in neighbour.edge.reason for neighbour in near)
        neither = await graph.unseen(session, set()) | {cy.key}
        found = await graph.people_near(database, bob, _near(database), without=neither)
        assert EVE in [neighbour.node.label for neighbour in found]
        assert all(CY not in neighbour.edge.reason for neighbour in found)


async def test_no_connection_is_kept_while_the_index_is_asked(database: Database) -> None:
    class Watching(Exact):
        async def nearest(self, vector: Vector, k: int) -> list[tuple[int, float]]:
            open_now.append(len(database._open))
            return await super().nearest(vector, k)

    open_now: list[int] = []
    await fill(database)
    async with database.read() as session:
        ada = await graph.person(session, ADA)
    assert await graph.people_near(database, ada, Nearby(MODEL, Watching(database, MODEL)))
    assert len(open_now) > 1
    assert set(open_now) == {0}


async def test_works_near_a_work_come_nearest_first(database: Database) -> None:
    await fill(database)
    async with database.read() as session:
        [(sing, _)] = await works_by_title.like(session, "Dunes That Sing", None, 1)
        found = await _near(database).similar(session, sing, 3)
        nothing = await Nearby("another", Exact(database, "another")).similar(session, 1)
    assert [n.node.label for n in found] == [
        "Sand in the Wind",
        "Dunes That Walk",
        "Wind over Sand",
    ]
    assert nothing == []


def test_nothing_around_a_node_is_said_in_a_sentence() -> None:
    node = Node(Kind.PERSON, "n:x", "X", "a1.0")
    assert sentences(Neighbourhood(node, (), (), {})) == ["Nothing is known around X."]
    assert suggestions(node, []) == ["I found nothing near X."]
    edge = Edge("n:x", "w1", Tie.WROTE, 1.0, "the only author")
    work = Node(Kind.WORK, "w1", "On Y", "w1")
    assert sentences(Neighbourhood(node, (work,), (edge,), {Kind.WORK: 3})) == [
        "X wrote “On Y” (the only author).",
        "Not shown: 2 more works.",
    ]


async def test_one_of_several_people_is_neither_their_own_co_author_nor_far_from_their_record(
    database: Database,
) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Kit Lee", "arXiv")
        stored = await storing.store(
            session, [paper(n, authors=("Lee, Kit", "Mo Poe")) for n in range(3)], record
        )
        parts = [
            Part(label, tuple(Placed(i, 1.0, "sure") for i in ids))
            for label, ids in (("dunes", stored.new[:2]), ("rain", stored.new[2:]))
        ]
        one, two = await persons.save(session, record, parts)
        person = await graph.node(session, f"r{one}")
        found = await graph.neighbours(session, person, kinds=[Kind.PERSON])
        assert [(n.node.label, n.edge.weight) for n in found] == [("Mo Poe", 2.0)]
        whole = await graph.node(session, f"r{record}")
        same = await path(session, person, whole)
        assert same.edges == ()
        assert chain(same) == [
            "Kit Lee · dunes and Kit Lee may be one and the same: several people share that name."
        ]
        between = await path(session, person, await graph.node(session, f"r{two}"))
        assert [node.label for node in between.nodes] == [
            "Kit Lee · dunes",
            "Mo Poe",
            "Kit Lee · rain",
        ]
        assert sum("share the name Kit Lee (2 so far)" in said for said in chain(between)) == 2
