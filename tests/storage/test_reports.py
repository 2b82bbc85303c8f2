from storage import privacy, reports, researchers, storing, works
from storage.database import Database
from tests.storage.papers import paper


async def test_a_persons_newest_word_counts_and_goes_with_them(database: Database) -> None:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        [work] = (await storing.store(session, [paper(1)], ada)).new
        await reports.report(session, 1, ada, work, theirs=False)
        await reports.report(session, 2, ada, work, theirs=False)
        assert await reports.against(session, ada) == {work: 2}
        await reports.report(session, 2, ada, work, theirs=True)
        assert await reports.against(session, ada) == {work: 1}
        await privacy.erase(session, 1)
        assert await reports.against(session, ada) == {}
        assert await works.count(session, [ada]) == 1
