import pytest
from sqlalchemy import event, insert

from storage import finding, joining, researchers, storing
from storage.database import Database
from storage.errors import AmbiguousResearcher, UnknownResearcher
from storage.schema import ResearcherNameRow, ResearcherRow
from tests.storage.papers import paper


async def _record(database: Database, *names: str) -> list[int]:
    async with database.write() as session:
        return [await researchers.ensure(session, name, "arXiv") for name in names]


@pytest.mark.parametrize(
    "written",
    ["José García", "jose garcia", "García, José", "J. García", "Garcia Jose", "JOSÉ GARCÍA"],
)
async def test_a_record_is_found_under_every_written_form(database: Database, written: str) -> None:
    [record] = await _record(database, "José García")
    async with database.read() as session:
        assert (await finding.resolve(session, written)).id == record


async def test_two_of_one_initial_are_a_choice_and_not_a_guess(database: Database) -> None:
    await _record(database, "Kai Han", "Kun Han")
    async with database.read() as session:
        with pytest.raises(AmbiguousResearcher) as caught:
            await finding.resolve(session, "K. Han")
        assert len(caught.value.choices) == 2
        assert (await finding.resolve(session, "Kun Han")).name == "Kun Han"


async def test_an_unknown_name_is_answered_with_the_near_ones(database: Database) -> None:
    await _record(database, "Grace Hopper")
    async with database.read() as session:
        with pytest.raises(UnknownResearcher) as near:
            await finding.resolve(session, "Grace Hoper")
        with pytest.raises(UnknownResearcher) as far:
            await finding.resolve(session, "Zhang Wei")
    assert near.value.sentence.endswith("Did you mean Grace Hopper?")
    assert "import" in far.value.sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what has Grace Hopper written?", ["Grace Hopper"]),
        ("Grace Hopper's papers on compilers", ["Grace Hopper"]),
        ("papers by Hopper on compilers", ["Grace Hopper"]),
        ("compare Grace Hopper and Ada Lovelace", ["Grace Hopper", "Ada Lovelace"]),
        ("papers by Grace Hoppper", ["Grace Hopper"]),
        ("the hopper of a harvester", []),
        ("grace under pressure", []),
        ("GRACE OF A HOPPER", []),
        ("kept since May", []),
        ("grace hoppers compilers", ["Grace Hopper"]),
        ("a may wind", []),
        ("", []),
    ],
)
async def test_names_in_a_question(database: Database, text: str, expected: list[str]) -> None:
    await _record(database, "Grace Hopper", "Ada Lovelace", "Ann May")
    async with database.read() as session:
        found = await finding.mentioned(session, text)
    assert [mention.researcher.name for mention in found] == expected
    if expected and expected[0] in text:
        assert text[found[0].start : found[0].end] == expected[0]


async def test_a_surname_that_may_be_a_word_is_judged(database: Database) -> None:
    await _record(database, "Grace Hopper")
    text = "the hopper, hoppers latest, Hopper"
    asked: list[tuple[str, bool]] = []

    def judge(start: int, end: int, owning: bool) -> bool:
        asked.append((text[start:end], owning))
        return owning

    async with database.read() as session:
        found = await finding.mentioned(session, text, judge=judge)
    assert sorted(asked) == [("hopper", False), ("hoppers", True)]
    assert [text[m.start : m.end] for m in found] == ["hoppers", "Hopper"]
    assert [(m.owning, m.surname) for m in found] == [(True, True), (False, True)]


async def test_authors_without_a_record_are_named_by_all_words_of_a_name(
    database: Database,
) -> None:
    await _record(database, "Grace Hopper")
    async with database.write() as session:
        authors = ("Zoë B. Lind", "B. Lind", "Grace Hopper", "Lind")
        await storing.store(session, [paper(1, authors=authors)])
    text = "grace hopper, zoe b. lind's, Lind"
    async with database.read() as session:
        found = await finding.named(session, text)
    assert [mention.researcher.name for mention in found.records] == ["Grace Hopper"]
    named = {text[start:end]: name for (start, end), name in found.authors.items()}
    assert named == {"grace hopper": "Grace Hopper", "zoe b. lind": "Zoë B. Lind"}


async def test_one_slip_in_a_full_name_means_the_one_who_has_it(database: Database) -> None:
    await _record(database, "Grace Hopper", "Ada Lovelace", "Ida Lovelace")
    async with database.read() as session:
        for typed, meant in (
            ("grace hoper", "Grace Hopper"),
            ("Grase Hopper", "Grace Hopper"),
            ("grace hooperr", None),
            ("oda lovelace", None),
            ("hoper", None),
            ("ada", "Ada Lovelace"),
            ("", None),
        ):
            found = await finding.nearly(session, typed)
            assert (found and found.name) == meant, typed
        hidden = [record.id for record in await finding.find(session, "Grace Hopper")]
        assert await finding.nearly(session, "grace hoper", hidden) is None


async def test_a_co_author_is_found_by_surname(database: Database) -> None:
    [ada] = await _record(database, "Ada Lovelace")
    async with database.write() as session:
        await storing.store(
            session,
            [
                paper(1, authors=("Ada Lovelace", "Bo Chen", "Émile Zola")),
                paper(2, authors=("Ada Lovelace", "Bo Chen")),
                paper(3, authors=("Ada Lovelace", "Li Chen")),
            ],
            ada,
        )
        await storing.store(session, [paper(4, authors=("Li Chen",))])
    async with database.read() as session:
        for surname, ids, names in (
            ("chen", [ada], [("Bo Chen", 2), ("Li Chen", 1)]),
            ("zola", [], [("Émile Zola", 1)]),
            ("hen", [ada], []),
            ("%", [ada], []),
        ):
            found = await finding.surnamed(session, surname, ids)
            assert [(author.name, author.works) for author in found] == names


async def test_who_opted_out_has_no_surname(database: Database) -> None:
    [ada] = await _record(database, "Ada Lovelace")
    async with database.write() as session:
        await storing.store(session, [paper(1, authors=("Ada Lovelace", "Bo Chen"))], ada)
    async with database.read() as session:
        assert await finding.surnamed(session, "lovelace", [], [ada]) == []


async def test_a_message_of_nothing_but_capitals_costs_no_more_than_a_question(
    database: Database,
) -> None:
    await _record(database, "Grace Hopper")
    async with database.read() as session:
        asked: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: asked.append(text))
        assert await finding.mentioned(session, "An Ode In Many Words " * 100) == []
    assert len([text for text in asked if "FROM researcher_names" in text]) == 2


async def test_a_name_without_spaces_counts_in_its_own_script_only(database: Database) -> None:
    await _record(database, "An Le", "Kai Han", "郑伟诗")
    for text, names in (
        ("What does lean training mean?", []),
        ("What has 韩凯 written?", ["Kai Han"]),
        ("What has 郑伟诗 written?", ["郑伟诗"]),
        ("What has Weishi Zheng written?", ["郑伟诗"]),
    ):
        async with database.read() as session:
            found = await finding.mentioned(session, text)
        assert [mention.researcher.name for mention in found] == names, text


async def test_close_collaborators_share_three_works_or_are_the_two_most_shared(
    database: Database,
) -> None:
    [few, many] = await _record(database, "Ada Lovelace", "Alan Turing")
    async with database.write() as session:
        await storing.store(
            session,
            [
                paper(1, authors=("Ada Lovelace", "B. B.", "C. C.")),
                paper(2, authors=("Ada Lovelace", "B. B.", "D. D.")),
            ],
            few,
        )
        await storing.store(
            session,
            [paper(n, authors=("Alan Turing", "E. E.", f"F{n} F.")) for n in (3, 4, 5)],
            many,
        )
        profile_few = await researchers.profile(session, few)
        profile_many = await researchers.profile(session, many)
    assert [c.name for c in profile_few.close_collaborators] == ["B. B.", "C. C."]
    assert [c.name for c in profile_many.close_collaborators] == ["E. E."]


async def test_asking_for_a_record_twice_makes_one_and_keeps_its_facts(database: Database) -> None:
    async with database.write() as session:
        first = await researchers.ensure(session, "Ada Lovelace", "arXiv", affiliation="London")
        second = await researchers.ensure(session, "ada  lovelace", "arXiv")
        assert first == second
        assert (await researchers.get(session, first)).affiliation == "London"
        await researchers.ensure(
            session, "Ada Lovelace", "arXiv", role="Countess", open_to_collaborate=True
        )
        await researchers.ensure(session, "Ada Lovelace", "arXiv")
        ada = await researchers.get(session, first)
        assert (ada.role, ada.open_to_collaborate, ada.affiliation) == ("Countess", True, "London")


@pytest.mark.parametrize("typed", ["hann", "Kaii", "Kay Han", "kaihan"])
async def test_finding_goes_on_with_near_names(database: Database, typed: str) -> None:
    await _record(database, "Kai Han", "Grace Hopper")
    async with database.read() as session:
        found = await finding.find(session, typed)
        nobody = await finding.find(session, "ham sandwich")
    assert [r.name for r in found] == ["Kai Han"]
    assert nobody == []


@pytest.mark.parametrize(
    "kept",
    [
        "Kai Han is an author record imported from arXiv.",
        "One of several people who publish as Kai Han.",
    ],
)
async def test_what_earlier_versions_made_up_is_no_description(
    database: Database, kept: str
) -> None:
    [record] = await _record(database, "Kai Han")
    async with database.write() as session:
        row = await session.get_one(ResearcherRow, record)
        row.description = kept
    async with database.read() as session:
        assert (await researchers.get(session, record)).description == ""


async def test_finding_begins_with_the_exact_name(database: Database) -> None:
    await _record(database, "Kai Hansen", "Kai Han", "Makai Handel")
    async with database.read() as session:
        found = await finding.find(session, "kai han")
    assert [r.name for r in found] == ["Kai Han", "Kai Hansen", "Makai Handel"]


async def test_the_exact_name_is_found_among_a_thousand_that_contain_it(
    database: Database,
) -> None:
    [first, _] = await _record(database, "Ada Lovelace", "Kai Han")
    longer = [
        {"researcher_id": first, "key": f"kai hansen {n}", "form": "full"} for n in range(1100)
    ]
    async with database.write() as session:
        await session.execute(insert(ResearcherNameRow), longer)
    async with database.read() as session:
        found = await finding.find(session, "kai han")
    assert [r.name for r in found] == ["Kai Han", "Ada Lovelace"]


async def test_only_one_record_with_works_goes_without_saying(database: Database) -> None:
    async with database.write() as session:
        assert await researchers.only(session) is None
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        assert await researchers.only(session) is None
        await storing.store(session, [paper(1)], ada)
        assert await researchers.only(session) == ada
        same = await researchers.ensure(session, "A Lovelace", "arXiv")
        await storing.store(session, [paper(2)], same)
        assert await researchers.only(session) is None
        await joining.join(session, same, ada, 1)
        assert await researchers.only(session) == ada
