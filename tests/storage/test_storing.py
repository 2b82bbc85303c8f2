from storage import storing, works
from storage.database import Database
from tests.storage.papers import paper


async def test_storing_twice_keeps_one_work(database: Database) -> None:
    async with database.write() as session:
        first = await storing.store(session, [paper(1), paper(2)])
    async with database.write() as session:
        second = await storing.store(session, [paper(1), paper(2), paper(3)])
    assert len(first.new) == 2
    assert (len(second.new), second.changed, second.same) == (1, (), 2)


async def test_a_new_version_is_the_same_work_with_its_newest_text(database: Database) -> None:
    async with database.write() as session:
        stored = await storing.store(session, [paper(1)])
        newer = paper(1, version=2, title="A better title", authors=("Ada Lovelace",))
        changed = await storing.store(session, [newer])
    assert changed.changed == stored.new
    async with database.write() as session:
        await storing.store(session, [paper(1, version=1)])
        kept = (await works.by_ids(session, stored.new))[stored.new[0]]
    assert (kept.title, kept.version, kept.authors) == ("A better title", 2, ("Ada Lovelace",))


async def test_a_cross_list_changes_categories_but_not_the_text(database: Database) -> None:
    async with database.write() as session:
        await storing.store(session, [paper(1, categories=("cs.CV",))])
        again = await storing.store(session, [paper(1, categories=("cs.CV", "cs.LG"))])
        [work] = await works.by_source_ids(session, ["arxiv:2001.00001"])
    assert again == storing.Stored((), (), 1)
    assert work.categories == ("cs.CV", "cs.LG")


async def test_names_as_long_as_a_file_may_hold_are_stored(database: Database) -> None:
    long = paper(1, authors=("\U0002a6d6" * 300, "\ufdfa" * 300), doi="字" * 300)
    async with database.write() as session:
        stored = await storing.store(session, [long])
        assert (await works.by_ids(session, stored.new))[stored.new[0]].authors == long.authors
