from storage import places, researchers
from storage.database import Database
from storage.places import Place


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
