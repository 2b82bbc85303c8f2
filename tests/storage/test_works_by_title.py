import pytest

from storage import finding, researchers, storing, works, works_by_title
from storage.database import Database
from tests.storage.papers import paper


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
        await storing.store(session, papers, record)
        found = await works_by_title.meant(session, typed, record)
        assert await works_by_title.meant(session, "goblins") is None
        assert found is not None
        assert (await works.by_ids(session, [found]))[found].title == title


async def test_a_text_of_many_words_is_no_title_and_no_fault(database: Database) -> None:
    async with database.write() as session:
        await storing.store(session, [paper(1, title="On Wheels")], None)
        for text in (" ".join(map(str, range(1200))), "wheels " * 1200):
            found = await works_by_title.like(session, text)
            assert [title for _, title in found] == ([] if "0" in text else ["On Wheels"])
            assert await finding.find(session, text) == []
