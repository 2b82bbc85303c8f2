from datetime import date

import pytest

from storage import finding, researchers, works
from storage.database import Database
from storage.works import Window
from tests.storage.papers import paper


async def test_storing_twice_keeps_one_work(database: Database) -> None:
    async with database.write() as session:
        first = await works.store(session, [paper(1), paper(2)])
    async with database.write() as session:
        second = await works.store(session, [paper(1), paper(2), paper(3)])
    assert len(first.new) == 2
    assert (len(second.new), second.changed, second.same) == (1, (), 2)


async def test_a_new_version_is_the_same_work_with_its_newest_text(database: Database) -> None:
    async with database.write() as session:
        stored = await works.store(session, [paper(1)])
        newer = paper(1, version=2, title="A better title", authors=("Ada Lovelace",))
        changed = await works.store(session, [newer])
    assert changed.changed == stored.new
    async with database.write() as session:
        await works.store(session, [paper(1, version=1)])
        kept = (await works.by_ids(session, stored.new))[stored.new[0]]
    assert (kept.title, kept.version, kept.authors) == ("A better title", 2, ("Ada Lovelace",))


async def test_a_cross_list_changes_categories_but_not_the_text(database: Database) -> None:
    async with database.write() as session:
        await works.store(session, [paper(1, categories=("cs.CV",))])
        again = await works.store(session, [paper(1, categories=("cs.CV", "cs.LG"))])
        [work] = await works.by_source_ids(session, ["arxiv:2001.00001"])
    assert again == works.Stored((), (), 1)
    assert work.categories == ("cs.CV", "cs.LG")


async def test_a_window_of_years_counts_the_year_people_file_it_under(database: Database) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        await works.store(
            session,
            [
                paper(1, year=2022, published=date(2021, 12, 30)),
                paper(2, year=2021, published=date(2021, 12, 30)),
                paper(3, year=2022, published=None),
            ],
            record,
        )
        year = Window(date(2022, 1, 1), date(2022, 12, 31), "in 2022")
        december = Window(date(2021, 12, 1), date(2021, 12, 31), "in December 2021")
        assert await works.count(session, [record], year) == 2
        assert await works.count(session, [record], december) == 2
        assert await works.count_undated(session, [record], december) == 0
        march = Window(date(2022, 3, 1), date(2022, 3, 31), "in March 2022")
        assert await works.count_undated(session, [record], march) == 1
        assert await works.per_year(session, [record]) == {2021: 1, 2022: 2}


async def test_works_come_newest_first_and_undated_last_in_their_year(database: Database) -> None:
    async with database.write() as session:
        await works.store(
            session,
            [
                paper(1, year=2020, published=date(2020, 5, 1)),
                paper(2, year=2021, published=None),
                paper(3, year=2021, published=date(2021, 2, 1)),
            ],
        )
        ordered = [work.title for work in await works.of_researchers(session, [])]
        oldest = await works.of_researchers(session, [], oldest_first=True, limit=2)
        in_2021 = await works.of_researchers(session, [], years=[2021])
    assert ordered == ["Paper 3", "Paper 2", "Paper 1"]
    assert [work.title for work in oldest] == ["Paper 1", "Paper 2"]
    assert [work.title for work in in_2021] == ["Paper 3", "Paper 2"]


async def test_works_of_which_the_month_is_known_come_in_the_order_of_their_numbers(
    database: Database,
) -> None:
    month = date(2021, 2, 1)
    async with database.write() as session:
        papers = [paper(n, year=2021, published=month) for n in (7, 12, 3)]
        await works.store(session, papers)
        newest = await works.of_researchers(session, [])
        oldest = await works.of_researchers(session, [], oldest_first=True)
    assert [work.title for work in newest] == ["Paper 12", "Paper 7", "Paper 3"]
    assert [work.title for work in oldest] == ["Paper 3", "Paper 7", "Paper 12"]


@pytest.mark.parametrize(("name", "titles"), [("Yun Wang", {"Paper 2"}), ("Y. Wang", None)])
async def test_a_given_name_is_no_beginning_of_another(
    database: Database, name: str, titles: set[str] | None
) -> None:
    everybody = ["Yunhe Wang", "Yun B. Wang", "Ada Lovelace"]
    async with database.write() as session:
        await works.store(session, [paper(n, authors=(who,)) for n, who in enumerate(everybody, 1)])
        ids = await works.ids_by_author(session, name)
        found = {work.title for work in (await works.by_ids(session, ids)).values()}
    assert found == (titles or {"Paper 1", "Paper 2"})


@pytest.mark.parametrize(
    ("place", "titles"), [("", {"Paper 1", "Paper 2"}), ("first", {"Paper 1"}), ("last", set())]
)
async def test_an_author_is_found_at_a_place(
    database: Database, place: str, titles: set[str]
) -> None:
    async with database.write() as session:
        await works.store(
            session,
            [
                paper(1, authors=("Ada Lovelace", "Mary Somerville")),
                paper(2, authors=("Mary Somerville", "Ada Lovelace"), authors_complete=False),
                paper(3, authors=("Mary Somerville",)),
            ],
        )
        ids = await works.ids_by_author(session, "Ada Lovelace", place=place)
        found = (await works.by_ids(session, ids)).values()
        alone = (await works.by_ids(session, await works.ids_by_one(session))).values()
    assert {work.title for work in found} == titles
    assert [work.title for work in alone] == ["Paper 3"]


@pytest.mark.parametrize("query", ["100%", "a_b", "back\\slash", "'; DROP TABLE works; --"])
async def test_a_query_is_text_and_never_a_pattern(database: Database, query: str) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        await works.store(session, [paper(1, title=f"On {query}"), paper(2)], record)
        found, total = await works.page(session, record, query=query)
        titles = await works.titles_like(session, query, record)
    assert (total, [work.title for work in found]) == (1, [f"On {query}"])
    assert [title for _, title in titles] == [f"On {query}"]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("ghosts", "Ghosts"),
        ("Ghost", "Ghost: More  From Less"),
        ("ghost: more from less", "Ghost: More  From Less"),
        ("Ghost-Like", "Ghost-Like Ones on Phones"),
        ("A Ghost", "A Ghost Again"),
        ("less", "Ghost: More  From Less"),
        ("again", "On Ghosts Again"),
    ],
)
async def test_a_typed_title_means_the_work_that_it_fits_best(
    database: Database, typed: str, title: str
) -> None:
    titles = (
        "Ghosts",
        "Ghost: More  From Less",
        "A Ghost Again",
        "Ghost-Like Ones on Phones",
        "Ghosts on Phones",
        "On Ghosts Again",
    )
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        papers = [paper(n, title=one, year=2000 + n) for n, one in enumerate(titles)]
        await works.store(session, papers, record)
        found = await works.titled(session, typed, record)
        assert await works.titled(session, "goblins") is None
        assert found is not None
        assert (await works.by_ids(session, [found]))[found].title == title


async def test_a_text_of_many_words_is_no_title_and_no_fault(database: Database) -> None:
    async with database.write() as session:
        await works.store(session, [paper(1, title="On Wheels")], None)
        for text in (" ".join(map(str, range(1200))), "wheels " * 1200):
            found = await works.titles_like(session, text)
            assert [title for _, title in found] == ([] if "0" in text else ["On Wheels"])
            assert await finding.find(session, text) == []


async def test_pages_cover_every_work_once(database: Database) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        await works.store(session, [paper(n) for n in range(1, 13)], record)
        seen: list[str] = []
        for offset in (0, 5, 10):
            page, total = await works.page(session, record, offset=offset, limit=5)
            assert total == 12
            seen += [work.title for work in page]
    assert sorted(seen) == sorted(f"Paper {n}" for n in range(1, 13))


@pytest.mark.parametrize(
    ("categories", "either", "found"),
    [
        (["cs.CV"], False, [0, 1]),
        (["CS.cv"], True, [0, 1]),
        (["cs.CV", "cs.LG"], False, [1]),
        (["cs.CV", "astro-ph"], True, [0, 1, 2]),
        (["cs"], False, [0, 1]),
        (["astro"], False, []),
        (["100%"], False, []),
    ],
)
async def test_works_are_found_by_their_categories(
    database: Database, categories: list[str], either: bool, found: list[int]
) -> None:
    under: list[tuple[str, ...]] = [("cs.CV",), ("cs.LG", "cs.CV"), ("astro-ph.GA",), ()]
    async with database.write() as session:
        papers = [paper(n, categories=each) for n, each in enumerate(under, start=1)]
        new = (await works.store(session, papers)).new
        filed = await works.ids_filed(session, categories, (), either=either)
        assert sorted(filed) == [new[n] for n in found]
        assert await works.count_unfiled(session, ()) == 1
