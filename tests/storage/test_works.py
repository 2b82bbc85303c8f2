from datetime import date

import pytest

from storage import researchers, storing, works, works_by_title
from storage.database import Database
from tests.storage.papers import paper


async def test_works_come_newest_first_and_undated_last_in_their_year(database: Database) -> None:
    async with database.write() as session:
        await storing.store(
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
        await storing.store(session, papers)
        newest = await works.of_researchers(session, [])
        oldest = await works.of_researchers(session, [], oldest_first=True)
    assert [work.title for work in newest] == ["Paper 12", "Paper 7", "Paper 3"]
    assert [work.title for work in oldest] == ["Paper 3", "Paper 7", "Paper 12"]


@pytest.mark.parametrize("query", ["100%", "a_b", "back\\slash", "'; DROP TABLE works; --"])
async def test_a_query_is_text_and_never_a_pattern(database: Database, query: str) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        await storing.store(session, [paper(1, title=f"On {query}"), paper(2)], record)
        found, total = await works.page(session, record, query=query)
        titles = await works_by_title.like(session, query, record)
    assert (total, [work.title for work in found]) == (1, [f"On {query}"])
    assert [title for _, title in titles] == [f"On {query}"]


async def test_pages_cover_every_work_once(database: Database) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        await storing.store(session, [paper(n) for n in range(1, 13)], record)
        seen: list[str] = []
        for offset in (0, 5, 10):
            page, total = await works.page(session, record, offset=offset, limit=5)
            assert total == 12
            seen += [work.title for work in page]
    assert sorted(seen) == sorted(f"Paper {n}" for n in range(1, 13))
