from storage import joining, persons, places, researchers, storing
from storage.database import Database
from storage.persons import Part, Placed
from storage.places import Place
from tests.storage.papers import paper


async def test_a_channels_word_goes_before_its_servers(database: Database) -> None:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        alan = await researchers.ensure(session, "Alan Turing", "arXiv")
        await places.set_researcher(session, 1, None, ada)
        await places.set_researcher(session, 1, 10, alan)
        await places.set_answers(session, 1, 10, False)
        assert await places.get(session, 1, 10) == Place(alan, answers=False)
        assert await places.get(session, 1, 11) == Place(ada)
        assert await places.get(session, 2, 10) == Place()
        assert await places.get(session, None) == Place()
        await places.set_researcher(session, 1, 10, None)
        assert await places.get(session, 1, 10) == Place(ada, answers=False)
        assert await places.overrides(session, 1) == {10: Place(ada, answers=False)}


async def test_a_joined_record_is_the_one_that_stands_for_both(database: Database) -> None:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        other = await researchers.ensure(session, "Ada Lovelace", "OpenAlex")
        await storing.store(session, [paper(1), paper(2)], other)
        parts = [Part(f"part {n}", (Placed(n, 0.8, "shares Bo"),)) for n in (1, 2)]
        await persons.save(session, other, parts)
        person, _ = await persons.of_record(session, other)
        await places.set_researcher(session, 1, None, other)
        await places.set_researcher(session, 1, 10, person.researcher.id)
        await joining.join(session, other, ada, 7)
        assert (await places.get(session, 1)).researcher_id == ada
        assert (await places.get(session, 1, 10)).researcher_id == person.researcher.id
        await joining.part(session, other, 7)
        assert (await places.get(session, 1)).researcher_id == other
