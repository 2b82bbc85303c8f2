import pytest

from storage import storing, works, works_by_author
from storage.database import Database
from tests.storage.papers import paper


@pytest.mark.parametrize(("name", "titles"), [("Yun Wang", {"Paper 2"}), ("Y. Wang", None)])
async def test_a_given_name_is_no_beginning_of_another(
    database: Database, name: str, titles: set[str] | None
) -> None:
    everybody = ["Yunhe Wang", "Yun B. Wang", "Ada Lovelace"]
    async with database.write() as session:
        await storing.store(
            session, [paper(n, authors=(who,)) for n, who in enumerate(everybody, 1)]
        )
        ids = await works_by_author.ids(session, name)
        found = {work.title for work in (await works.by_ids(session, ids)).values()}
    assert found == (titles or {"Paper 1", "Paper 2"})


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (
            "Md. Rafi Islam",
            {"Md. Rafi Islam", "Md R. Islam", "Md Rafi A. Islam", "Md A. Rafi Islam"},
        ),
        ("Md R. Islam", {"Md. Rafi Islam", "Md R. Islam", "Md Rafi A. Islam", "Md Rafid Islam"}),
    ],
)
async def test_a_middle_name_that_is_typed_tells_namesakes_apart(
    database: Database, name: str, found: set[str]
) -> None:
    everybody = [
        "Md. Rafi Islam", "Md R. Islam", "Md Rafi A. Islam", "Md A. Rafi Islam", "Md Rafid Islam",
        "Md Zabir Islam",
    ]  # fmt: skip
    async with database.write() as session:
        await storing.store(
            session, [paper(n, authors=(who,)) for n, who in enumerate(everybody, 1)]
        )
        ids = await works_by_author.ids(session, name)
        stored = (await works.by_ids(session, ids)).values()
    assert {work.authors[0] for work in stored} >= found
    assert "Md Zabir Islam" not in {work.authors[0] for work in stored}
    assert ("Md Rafid Islam" in {work.authors[0] for work in stored}) is ("R." in name)


@pytest.mark.parametrize(
    ("place", "titles"), [("", {"Paper 1", "Paper 2"}), ("first", {"Paper 1"}), ("last", set())]
)
async def test_an_author_is_found_at_a_place(
    database: Database, place: str, titles: set[str]
) -> None:
    async with database.write() as session:
        await storing.store(
            session,
            [
                paper(1, authors=("Ada Lovelace", "Mary Somerville")),
                paper(2, authors=("Mary Somerville", "Ada Lovelace"), authors_complete=False),
                paper(3, authors=("Mary Somerville",)),
            ],
        )
        ids = await works_by_author.ids(session, "Ada Lovelace", place=place)
        found = (await works.by_ids(session, ids)).values()
        alone = (await works.by_ids(session, await works_by_author.ids_of_one(session))).values()
    assert {work.title for work in found} == titles
    assert [work.title for work in alone] == ["Paper 3"]
