import pytest

from storage import persons, privacy, reports, researchers, storing, works
from storage.database import Database
from storage.errors import UnknownResearcher, WorkNotListed
from storage.persons import MODERATOR, Part, Placed
from tests.storage.papers import paper


async def test_a_persons_newest_word_counts_and_goes_with_them(database: Database) -> None:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        [work] = (await storing.store(session, [paper(1)], ada)).new
        await reports.report(session, 1, ada, work, theirs=False)
        await reports.report(session, 2, ada, work, theirs=False)
        [found] = await reports.waiting(session)
        assert (found.researcher.id, found.work.id) == (ada, work)
        assert (found.not_theirs, found.theirs) == (2, 0)
        await reports.report(session, 2, ada, work, theirs=True)
        [found] = await reports.waiting(session, [ada])
        assert (found.not_theirs, found.theirs) == (1, 1)
        await privacy.erase(session, 1)
        await privacy.erase(session, 2)
        assert await reports.waiting(session) == []
        assert await works.count(session, [ada]) == 1


async def test_a_report_waits_until_it_is_decided_and_again_after_that_is_taken_back(
    database: Database,
) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        one, two = (await storing.store(session, [paper(1), paper(2)], record)).new
        parts = [Part(f"topic {n}", (Placed(n, 0.9, "sure"),)) for n in (one, two)]
        ada, other = await persons.save(session, record, parts)
        await reports.report(session, 1, other, one, theirs=True)
        for about in ([ada], [other], [ada, other], None):  # who would lose the work sees it, too
            assert len(await reports.waiting(session, about)) == 1
        await persons.decide(session, ada, one, theirs=True, user_id=7, said_by=MODERATOR)
        assert await reports.waiting(session) == []
        await persons.undo(session, ada, one, user_id=7, before=())
        assert len(await reports.waiting(session)) == 1
        await reports.report(session, 1, record, two, theirs=False)
        await persons.decide(session, record, two, theirs=False, user_id=7, said_by=MODERATOR)
        assert [found.work.id for found in await reports.waiting(session)] == [one]


async def test_a_word_on_what_is_gone_is_refused_with_a_sentence(database: Database) -> None:
    async with database.write() as session:
        ada, bob = [await researchers.ensure(session, name, "arXiv") for name in ("Ada", "Bob")]
        [work] = (await storing.store(session, [paper(1)], ada)).new
        for whose, which in ((ada, work + 1), (bob, work)):
            with pytest.raises(WorkNotListed):
                await reports.report(session, 1, whose, which, theirs=False)
        with pytest.raises(UnknownResearcher):
            await reports.report(session, 1, bob + 1, work, theirs=False)
