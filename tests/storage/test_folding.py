"""What is typed is found whatever its capitals are, on either database."""

from __future__ import annotations

import pytest

from storage import finding, persons, researchers, storing, works, works_by_title
from storage.database import Database
from storage.persons import Part, Placed
from tests.storage.papers import paper


@pytest.mark.parametrize("typed", ["über", "ÜBER", "schrö", "SCHRÖDINGER", "operators", "100%"])
async def test_capitals_of_every_script_are_found(database: Database, typed: str) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        first = paper(1, title="Über SCHRÖDINGER Operators", abstract="ÉTUDE, 100%")
        titled = paper(2, title="Études at 100%: über Schrödinger operators")
        await storing.store(session, [first, titled, paper(3)], record)
        found, total = await works.page(session, record, query=typed)
        titles = await works_by_title.like(session, typed, record)
    assert total == len(found) == 2
    assert len(titles) == (1 if typed == "100%" else 2)


async def test_persons_are_found_by_what_tells_them_apart(database: Database) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Émile Borel", "arXiv")
        one, two = (await storing.store(session, [paper(1), paper(2)], record)).new
        parts = [Part(label, (Placed(i, 1.0, ""),)) for label, i in (("Ölfarben", one), ("x", two))]
        [painter, _] = await persons.save(session, record, parts)
        found = await finding.find(session, "borel ölfarben")
    assert [person.id for person in found] == [painter]
