"""What OpenAlex says of stored works, and what becomes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest

from retrieval import graph
from retrieval.enrich import enrich
from retrieval.graph.nodes import Kind, Tie
from retrieval.sources.connection import Pacing
from retrieval.sources.openalex import OpenAlex
from storage import institutions, researchers, storing, works, works_by_title
from storage.database import Database
from storage.errors import OpenAlexKeyRefused, SourceUnavailable
from tests.openalex_loopback import KEY, LoopbackOpenAlex, answer
from tests.storage.papers import paper

QUICK = Pacing(spacing=0, backoff=(0.01, 0.01), again=(0.01,), connect=2, read=2, whole=4)
TODAY = date(2026, 5, 1)
LONDON, PARIS = ("I1", "University of London"), ("I2", "Sorbonne")
ADA = "Ada Lovelace"


@pytest.fixture
def server() -> Iterator[LoopbackOpenAlex]:
    found = [
        # By the DOI that arXiv gives a paper; the co-author is spelt otherwise.
        answer(
            10,
            "Engines",
            [(ADA, [LONDON]), ("C. Babbage", [PARIS])],
            doi="10.48550/arXiv.2001.00001",
        ),
        # By its own DOI, and it cites the first.
        answer(11, "Wheels", [(ADA, [LONDON])], doi="10.1000/Wheels", cites=[10, 999]),
        # By title, with another title of the same words and a namesake's work in the way.
        answer(12, "Looms and Cards!", [(ADA, [PARIS])]),
        answer(13, "Looms and Cards", [("Somebody Else", [LONDON])]),
    ]
    with LoopbackOpenAlex(found) as running:
        yield running


@pytest.fixture
async def source(server: LoopbackOpenAlex) -> AsyncIterator[OpenAlex]:
    opened = OpenAlex(KEY, "Colloquy/1.0", url=server.url, pacing=QUICK)
    yield opened
    opened.close()


async def _fill(database: Database) -> int:
    async with database.write() as session:
        ada = await researchers.ensure(session, ADA, "arXiv")
        papers = [
            paper(1, title="Engines", year=2020),
            paper(2, title="Wheels", authors=(ADA,), doi="10.1000/wheels", year=2021),
            paper(3, title="Looms and Cards", authors=(ADA,), year=2022),
            paper(4, title="Unknown to Anybody", authors=(ADA,), year=2022),
        ]
        await storing.store(session, papers, ada)
    return ada


async def test_works_are_found_by_doi_and_title_and_kept_with_source_and_day(
    database: Database, source: OpenAlex
) -> None:
    ada = await _fill(database)
    known = await enrich(database, source, ada, TODAY)
    assert (known.asked, known.found, known.affiliations) == (4, 3, 4)
    async with database.read() as session:
        theirs = {w.id: w.title for w in await works.of_researchers(session, [ada])}
        places = await institutions.on_works(session, list(theirs))
        assert await works.count(session, ()) == 4
    assert sorted((theirs[p.work_id], p.position, p.name) for p in places) == [
        ("Engines", 0, "University of London"),
        ("Engines", 1, "Sorbonne"),
        ("Looms and Cards", 0, "Sorbonne"),
        ("Wheels", 0, "University of London"),
    ]
    assert {(p.source, p.as_of) for p in places} == {("OpenAlex", TODAY)}


async def test_affiliations_and_citations_are_in_the_graph(
    database: Database, source: OpenAlex
) -> None:
    ada = await _fill(database)
    known = await enrich(database, source, ada, TODAY)
    again = await enrich(database, source, ada, TODAY)
    assert known == again
    assert known.affiliation == "University of London"
    async with database.read() as session:
        center = await graph.person(session, ADA)
        found = await graph.neighbours(session, center, kinds=[Kind.INSTITUTION])
        assert {(n.node.label, n.edge.reason) for n in found} == {
            ("Sorbonne", "on 1 work, 2022; OpenAlex 1 May 2026"),
            ("University of London", "on 2 works, 2020–2021; OpenAlex 1 May 2026"),
        }
        london = await graph.node(session, found[1].node.token)
        there = await graph.neighbours(session, london)
        assert [n.node.label for n in there] == [ADA, "Wheels", "Engines"]
        [(number, _)] = await works_by_title.like(session, "Wheels", None, 1)
        wheels = await graph.neighbours(
            session, await graph.node(session, f"w{number}"), kinds=[Kind.WORK]
        )
        assert [(n.node.label, n.edge.kind) for n in wheels] == [("Engines", Tie.CITES)]
        profile = await researchers.profile(session, ada)
        assert profile.researcher.affiliation == "University of London"


async def test_where_nothing_is_clear_the_affiliation_stays_not_imported(
    database: Database, server: LoopbackOpenAlex, source: OpenAlex
) -> None:
    server.works = [
        answer(n, f"Paper {n}", [(ADA, [(f"I{n}", f"Institute {n}")])]) for n in range(1, 4)
    ]
    async with database.write() as session:
        ada = await researchers.ensure(session, ADA, "arXiv")
        of_a_file = [paper(n, source_id=f"snapshot:{n}", authors=(ADA,)) for n in range(1, 4)]
        await storing.store(session, of_a_file, ada)
    known = await enrich(database, source, ada, TODAY)
    assert (known.found, known.affiliation) == (3, None)
    assert "doi:" not in server.asked, "none of them has one, and that finds any work at all"
    async with database.read() as session:
        assert (await researchers.get(session, ada)).affiliation is None


async def test_a_busy_server_is_asked_again_and_a_dead_one_given_up(
    database: Database, server: LoopbackOpenAlex, source: OpenAlex
) -> None:
    ada = await _fill(database)
    server.failures = [503, 429]
    assert (await enrich(database, source, ada, TODAY)).found == 3
    server.failures = [500] * 9
    with pytest.raises(SourceUnavailable):
        await enrich(database, source, ada, TODAY)


async def test_a_wrong_key_is_said_to_be_wrong(
    database: Database, server: LoopbackOpenAlex
) -> None:
    ada = await _fill(database)
    source = OpenAlex("another", "Colloquy/1.0", url=server.url, pacing=QUICK)
    with pytest.raises(OpenAlexKeyRefused):
        await enrich(database, source, ada, TODAY)
    source.close()
