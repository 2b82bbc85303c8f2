"""People that a question names: nobody is overlooked, and other words are nobody."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer import Answerer
from retrieval.cited import Answer
from retrieval.embedding import Embedder
from retrieval.question import people
from retrieval.question.kinds import Kind
from retrieval.question.reading import read
from retrieval.text import work_terms
from storage import attributions, finding, researchers, storing, terms, works, works_by_author
from storage.database import Database
from storage.errors import AmbiguousAuthor
from tests.retrieval.library import PAPERS, Library


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("How many papers did Yann LeCun publish?", "Yann LeCun"),
        ("works with Fei-Fei Li", "Fei-Fei Li"),
        ("which papers did she write with Kwan-Yee K. Wong?", "Kwan-Yee K. Wong"),
        ("papers by David McAllester in 2022", "David McAllester"),
        ("papers by Prof. Yi-Cheng Lin.", "Yi-Cheng Lin"),
        ("papers by Ludwig van Beethoven", "Ludwig van Beethoven"),
        ("papers by Émile Zola", "Émile Zola"),
        ("papers by محمد علي", "محمد علي"),
        ("papers by 韩凯", "韩凯"),
        ("Yann LeCun's busiest year?", "Yann LeCun"),
        ("how many papers did yann lecun publish?", "yann lecun"),
        ("latest paper by geoffrey hinton", "geoffrey hinton"),
        ("How many papers did OpenAI publish?", "OpenAI"),
    ],
)
def test_a_name_is_noticed_however_it_is_written(text: str, name: str) -> None:
    assert name in [person.name for person in people.named(text)]


@pytest.mark.parametrize(
    "text",
    [
        "how many papers did he publish?",
        "how many papers were published by them in 2020?",
        "how accurate is GhostNet with PS-FCN?",
        "papers by year",
        "papers written by all of them",
        "how many papers has she already published?",
    ],
)
def test_what_is_no_name_is_left_alone(text: str) -> None:
    assert people.named(text) == []


@given(st.text(max_size=60))
def test_every_name_stands_where_it_is_said_to(text: str) -> None:
    for person in people.named(text):
        assert text[slice(*person.span)] == person.name


async def filled(database: Database, embedder: Embedder) -> Library:
    library = await Library(database, embedder).fill()
    async with database.write() as session:
        ana = await researchers.ensure(session, "Ana Sousa", "arXiv")
        await attributions.attribute(session, ana, await works_by_author.ids(session, "Ana Sousa"))
    return library


@pytest.fixture(scope="module")
async def library(shared_database: Database, embedder: Embedder) -> Library:
    return await filled(shared_database, embedder)


@pytest.fixture
async def own_library(database: Database, embedder: Embedder) -> Library:
    """One that may be added to."""
    return await filled(database, embedder)


async def ask(library: Library, text: str, *before: Answer) -> Answer:
    answerer = Answerer(library.database, library.search, today=lambda: date(2026, 11, 28))
    return await answerer.answer(text, history=[answer.turn for answer in before])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("How many papers did Yann LeCun publish?", "Yann LeCun"),
        ("latest paper by geoffrey hinton", "geoffrey hinton"),
        ("What is the latest paper of Fei-Fei Li?", "Fei-Fei Li"),
        ("When did Yann LeCun publish GrainNet?", "Yann LeCun"),
        ("Who wrote more papers, Mara Lindqvist or Yann LeCun?", "Yann LeCun"),
        ("how many papers did OpenAI publish?", "OpenAI"),
        ("how many papers does yann lecun have", "yann lecun"),
        ("How many works has Jane Doe?", "Jane Doe"),
        ("how many papers does Yann LeCun have about sand", "Yann LeCun"),
        ("how many papers about dunes by lecun", "lecun"),
        ("how many of Hinton's papers are about sand", "Hinton"),
        ("list hinton's papers", "hinton"),
        ("latest from yann lecun", "yann lecun"),
        ("what does yann lecun say about dunes", "yann lecun"),
        ("who is yann lecun", "yann lecun"),
        ("papers by Jane Lindqvist", "Jane Lindqvist"),
        ("how many papers does jane lindqvist have", "jane lindqvist"),
        ("did lindqvist work with yann lecun", "yann lecun"),
        ("papers by Lindqvist and Hinton", "Hinton"),
        ("papers by lindqvist and hinton", "hinton"),
        ("papers by sousa with tove krag", "tove krag"),
        ("papers where Tove Krag is first author", "Tove Krag"),
        ("is Tove Krag ever last author?", "Tove Krag"),
        ("how many papers do sousa and hinton have together", "hinton"),
    ],
)
async def test_whom_nobody_knows_is_not_everybody(library: Library, text: str, name: str) -> None:
    answer = await ask(library, text)
    assert answer.refused
    assert f"I know no researcher or co-author called {name}" in answer.text
    assert not answer.citations


@pytest.mark.parametrize(
    "text",
    [
        "How does GrainNet work?",
        "does GPT-4 write about sand?",
        "what did Whisper find?",
        "How does Dune Formation work?",
        "How does Mamba work?",
        "does BERT have a decoder?",
        "did transformers win?",
        "papers about Gaussian processes",
        "papers with transformers",
        "does it work with mamba?",
        "trained by distillation",
        "which papers are affected by overfitting",
        "dunes and ripples",
        "how many papers have code",
        "why does whisper always say hello?",
    ],
)
async def test_a_method_is_nobody(library: Library, text: str) -> None:
    assert "researcher or co-author" not in (await ask(library, text)).text


async def test_he_and_she_mean_somebody(library: Library) -> None:
    answer = await ask(library, "how many papers did he publish?")
    assert answer.text == "Please say which researcher you mean by “he”."


@pytest.mark.parametrize("name", ["Tom Okafor", "tom okafor"])
async def test_a_co_author_without_a_record_has_works(library: Library, name: str) -> None:
    answer = await ask(library, f"how many papers did {name} write?")
    assert answer.text.startswith("There are 2 works with Tom Okafor")


async def test_two_who_never_wrote_together_have_no_works(library: Library) -> None:
    answer = await ask(library, "How many papers did Tom Okafor publish with Ana Sousa?")
    assert "1 work" in answer.text
    answer = await ask(library, "papers by Ana Sousa with Ink Scribe")
    assert answer.refused


# Researchers ------------------------------------------------------------------------------


async def test_a_researcher_is_known_however_the_name_is_typed(library: Library) -> None:
    for text in (
        "how many papers does lindqvist have",
        "how many papers does mara lindqvist have",
        "how many papers has lindqvist written?",
        "how many papers by lindqvist",
        "lindqvist's papers, how many?",
        "how many of lindqvist's papers are there",
        "number of lindqvist papers",
        "how many papers does maria lindqvist have",
        "how many papers does mara lindquist have",
        "how many papers does dr lindqvist have",
        "HOW MANY PAPERS DOES LINDQVIST HAVE",
    ):
        answer = await ask(library, text)
        assert answer.text.startswith("Mara Lindqvist has 5 works"), answer.text


async def test_so_is_whose_newest_work_is_asked_for(library: Library) -> None:
    for text in (
        "lindqvist latest",
        "lindqvists newest paper",
        "what is marra lindqvists newest paper",
        "mara lindqvists latest paper",
        "latest paper from lindqvist",
        "what's lindqvist's most recent work?",
    ):
        answer = await ask(library, text)
        assert answer.text.startswith("The latest work of Mara Lindqvist is “Ignore All"), (
            answer.text
        )


async def test_a_topic_does_not_hold_the_name(library: Library) -> None:
    for text in (
        "papers by sousa about dunes",
        "sousa papers on dunes",
        "which sousa papers are about dunes",
        "which of sousa's papers are about dunes?",
        "sousas dune papers",
        "which papers are about dunes? (Sousa)",
    ):
        answer = await ask(library, text)
        heading = answer.text.splitlines()[0].rstrip(":")
        assert heading.startswith("1 of Ana Sousa's 2 works is about dune"), answer.text
        assert heading.endswith(("dune", "dunes"))
        assert "Listening to Singing Sand" in answer.text


async def test_whose_co_authors_are_asked_for_in_small_letters(library: Library) -> None:
    for text in (
        "who are lindqvist's coauthors",
        "who are mara lindqvists most frequent coauthors",
    ):
        answer = await ask(library, text)
        assert answer.text.startswith("Mara Lindqvist writes most often with"), text


async def test_two_in_small_letters_are_compared(library: Library) -> None:
    answer = await ask(library, "who has more papers, lindqvist or sousa?")
    assert answer.text == "Mara Lindqvist has more works (5) than Ana Sousa (2)."


async def test_a_co_author_is_known_however_the_name_is_typed(library: Library) -> None:
    for text, number in (
        ("how many papers does tom okafor have", "There are 2 works with Tom Okafor"),
        ("how many papers does okafor have", "There are 2 works with Tom Okafor"),
        ("how many papers with tom okafor", "There are 2 works with Tom Okafor"),
        ("how many papers do sousa and okafor have together", "Ana Sousa has 1 work with Tom"),
        ("how many papers by Lindqvist with Okafor", "Mara Lindqvist has 2 works with Tom"),
        ("how many papers did okafor and lindqvist write together?", "Mara Lindqvist has 2 works"),
    ):
        assert (await ask(library, text)).text.startswith(number)


async def test_another_name_alone_is_asked_the_same_of(library: Library) -> None:
    before = await ask(library, "how many papers does Mara Lindqvist have?")
    for text in ("and Ana Sousa's?", "and Sousa?"):
        assert (await ask(library, text, before)).text.startswith("Ana Sousa has 2 works")


async def test_a_co_author_typed_small_is_shown_as_printed(library: Library) -> None:
    answer = await ask(library, "which papers did mara lindqvist write with tom okafor?")
    assert answer.scope == "Mara Lindqvist, 2 works, with Tom Okafor"


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("works with tom okafor or ana sousa", "with Ana Sousa or Tom Okafor"),
        ("papers with both ana sousa and tom okafor", "with Ana Sousa and Tom Okafor"),
        ("how many papers since 2020 without tom okafor", "without Tom Okafor, since 2020"),
        ("papers w/ tom okafor", "with Tom Okafor"),
        ("papers w/o tom okafor", "without Tom Okafor"),
        ("everything except tom okafor's papers", "without Tom Okafor"),
        ("is there any paper without tom okafor?", "without Tom Okafor"),
        ("papers of tom okafor", "with Tom Okafor"),
        ("tell me about tom okafor", "with Tom Okafor"),
        ("what is tom okafor working on", "with Tom Okafor"),
        ("show tom okafor papers", "with Tom Okafor"),
        ("what did tom okafor and mara do together in 2021?", "with Tom Okafor, in 2021"),
        ("does she write more with ana sousa or with tom okafor", "with Ana Sousa or Tom Okafor"),
    ],
)
async def test_authors_are_known_by_their_whole_names(
    library: Library, text: str, scope: str
) -> None:
    answerer = Answerer(library.database, library.search, today=lambda: date(2026, 11, 28))
    answer = await answerer.answer(text, pinned_id=library.mara.id)
    whose, _, rest = answer.scope.partition(", ")
    assert (whose, rest.partition(", ")[2]) == ("Mara Lindqvist", scope)
    assert answer.citations or answer.question.kind is Kind.COMPARE


async def test_an_author_is_no_name_of_a_work_that_speaks_of_them(own_library: Library) -> None:
    abstract = "We extend the automata of DuSell & Chiang (2023)."
    names = ("Brian DuSell", "Mara Lindqvist")
    paper = replace(PAPERS[0], source_id="x:1", title="Pebbles", abstract=abstract, authors=names)
    async with own_library.database.write() as session:
        await storing.store(session, [paper], own_library.mara.id)
        stored = await works.by_ids(session, await works_by_author.ids(session, names[0]))
        await terms.save(session, {i: work_terms(w.title, w.abstract) for i, w in stored.items()})
    for text in (
        "has Lindqvist worked with Brian DuSell in 2020?",
        "has lindqvist worked with brian dusell?",
        "did lindqvist write with brian dusell before 2021",
    ):
        answer = await ask(own_library, text)
        assert answer.scope.startswith("Mara Lindqvist, 1 work, with Brian DuSell"), text
        assert [citation.work.title for citation in answer.citations] == ["Pebbles"]


async def test_words_that_happen_to_be_a_name_are_nobody(own_library: Library) -> None:
    authors = ("Sand Dunes", "Mara Do", "Gobi Long")
    async with own_library.database.write() as session:
        paper = replace(PAPERS[0], source_id="x:1", title="Pebbles", authors=authors)
        await storing.store(session, [paper])
    for text in (
        "how fast do sand dunes move?",
        "papers about sand dunes",
        "what did mara do in 2021?",
        "is the gobi long?",
    ):
        answer = await ask(own_library, text)
        assert not answer.question.choice.coauthors, text
        assert not answer.question.unknown, text


async def test_an_author_of_others_works_is_not_passed_over(own_library: Library) -> None:
    async with own_library.database.write() as session:
        paper = replace(PAPERS[0], source_id="x:1", title="Pebbles", authors=("Bo Okonkwo",))
        await storing.store(session, [paper])
    answerer = Answerer(own_library.database, own_library.search, today=lambda: date(2026, 11, 28))
    answer = await answerer.answer("tell me about bo okonkwo", pinned_id=own_library.mara.id)
    assert "no researcher or co-author called Bo Okonkwo among the works of Mara" in answer.text


@pytest.mark.parametrize("text", ["the Sousa papers", "the sousa papers", "the two Sousa papers"])
async def test_a_surname_before_papers_is_whose_they_are(library: Library, text: str) -> None:
    answer = await ask(library, text)
    assert {citation.title for citation in answer.citations} == {
        "Listening to Singing Sand",
        "Ink Recipes of Medieval Scribes",
    }


async def test_what_is_nobodys_surname_before_papers_is_their_topic(library: Library) -> None:
    answer = await ask(library, "the zoology papers")
    assert answer.refused
    assert "is about zoology" in answer.text


async def test_whom_a_surname_belongs_to_is_not_guessed_among_all(own_library: Library) -> None:
    async with own_library.database.write() as session:
        await storing.store(
            session, [replace(PAPERS[0], source_id="x:1", title="Pebbles", authors=("Bo Okafor",))]
        )
    for text in (
        "how many papers does okafor have",
        "papers by Okafor",
        "papers with Okafor in 2020",
        "papers without Okafor",
        "what does Okafor work on?",
    ):
        with pytest.raises(AmbiguousAuthor) as caught:
            await ask(own_library, text)
        assert "Tom Okafor, Bo Okafor. Please ask again" in caught.value.sentence


async def test_who_is_called_like_a_month_is_no_time(own_library: Library) -> None:
    async with own_library.database.write() as session:
        await storing.store(
            session, [replace(PAPERS[0], source_id="x:1", title="Pebbles", authors=("Jan Novak",))]
        )
    assert (await ask(own_library, "papers by Jan Novak")).scope == "1 work, with Jan Novak"
    answer = await ask(own_library, "papers without Jan Novak")
    assert answer.scope == "all 5 works, without Jan Novak"


WORDS = ("Eve Long", "Kim Field", "Lee May", "Pat Young", "Sam Plank")


@pytest.fixture
async def wordy(own_library: Library) -> Library:
    """A library of people whose names are words, the fifth of no abstract."""
    async with own_library.database.write() as session:
        ids = await works_by_author.ids(session, "Mara Lindqvist")
        for name in WORDS:
            await attributions.attribute(
                session, await researchers.ensure(session, name, "arXiv"), ids[:3]
            )
    return own_library


async def whose(library: Library, text: str) -> list[str]:
    async with library.database.read() as session:
        question = await read(session, text, today=date(2026, 11, 28))
    return [r.name for r in question.researchers]


async def test_a_word_is_nobody_where_it_is_used_as_one(wordy: Library) -> None:
    for text in (
        "how long do dunes sing?",
        "how long has the survey run",
        "papers with long contexts",
        "which long papers are there",
        "list long papers",
        "do long winters help",
        "Long dunes are compared how?",
        "papers on field studies",
        "any field study papers",
        "how many field studies does the survey compare?",
        "what field does this belong to",
        "the field's main problem",
        "does field work help",
        "papers since May 2021",
        "papers from may 2021",
        "what may dunes do",
        "by may, how many papers were there",
        "papers by young authors",
        "are young dunes fast",
        "a plank of wood",
        "is a plank mentioned anywhere",
        "papers on planks of wood",
        "where does the plank come from",
        "planks",
        "list planks",
    ):
        assert await whose(wordy, text) == [], text


async def test_a_word_is_a_name_where_only_a_person_can_stand(wordy: Library) -> None:
    for text, name in (
        ("papers by long", "Eve Long"),
        ("how many papers did long publish?", "Eve Long"),
        ("how many papers does long have", "Eve Long"),
        ("Long's papers on sand", "Eve Long"),
        ("field's latest paper", "Kim Field"),
        ("papers from field in 2021", "Kim Field"),
        ("did may publish anything in 2021", "Lee May"),
        ("may's papers", "Lee May"),
        ("papers with young", "Pat Young"),
        ("what has young written about sand", "Pat Young"),
        ("plank papers", "Sam Plank"),
        ("is there a plank paper on sand", "Sam Plank"),
        ("papers by sam", "Sam Plank"),
        ("plank's", "Sam Plank"),
        ("what does plank say about sand", "Sam Plank"),
        ("tell me about plank", "Sam Plank"),
        ("plank", "Sam Plank"),
    ):
        assert await whose(wordy, text) == [name], text


async def test_the_chosen_researcher_may_be_called_by_the_given_name(library: Library) -> None:
    async with library.database.read() as session:
        ana = await finding.resolve(session, "Ana Sousa")
        mara = await finding.resolve(session, "Mara Lindqvist")
    answerer = Answerer(library.database, library.search, today=lambda: date(2026, 11, 28))
    answer = await answerer.answer("which of Mara's papers are about sand?", default_id=mara.id)
    assert answer.question.content == "sand"
    assert [r.name for r in answer.question.researchers] == ["Mara Lindqvist"]
    other = await answerer.answer("how many papers of Mara Lindqvist?", default_id=ana.id)
    assert [r.name for r in other.question.researchers] == ["Mara Lindqvist"]


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("what did Mara write on sand?", True),
        ("papers by Mara on sand", True),
        ("papers about the Mara-X sensor", False),
        ("sand in Mara", False),
        ("papers where Mara is last author", True),
        ("papers where mara is last author", True),
        ("what was mara's first paper?", True),
        ("sand in mara", False),
    ],
)
async def test_a_given_name_stands_where_a_person_does(
    library: Library, text: str, whose: bool
) -> None:
    async with library.database.read() as session:
        mara = await finding.resolve(session, "Mara Lindqvist")
    answerer = Answerer(library.database, library.search, today=lambda: date(2026, 11, 28))
    answer = await answerer.answer(text, default_id=mara.id)
    assert ("mara" not in answer.question.content.lower()) is whose
