import pytest

from storage import storing, works_by_category
from storage.database import Database
from tests.storage.papers import paper


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
        new = (await storing.store(session, papers)).new
        filed = await works_by_category.ids(session, categories, (), either=either)
        assert sorted(filed) == [new[n] for n in found]
        assert await works_by_category.count_unfiled(session, ()) == 1
