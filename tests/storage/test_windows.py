from datetime import date

from storage import researchers, storing, works
from storage.database import Database
from storage.windows import Window
from tests.storage.papers import paper


async def test_a_window_of_years_counts_the_year_people_file_it_under(database: Database) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        await storing.store(
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
