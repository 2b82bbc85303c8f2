"""Questions: kind, people, works, time and what to search for, read off the text."""

from datetime import date

import pytest

from retrieval.question.choosing import ALL
from retrieval.question.kinds import Kind
from retrieval.question.masking import MAX_CHARACTERS
from retrieval.question.reading import MOST_CUTS, read
from retrieval.question.typed import Question, Turn
from retrieval.text import work_terms
from storage import researchers, storing, terms, works
from storage.database import Database
from storage.errors import AmbiguousResearcher, EmptyQuestion, QuestionTooLong
from storage.researchers import Researcher
from storage.windows import Window
from storage.works import Paper

TODAY = date(2026, 11, 22)

PAPERS = [
    Paper(
        source_id="arxiv:2001.00001",
        title="GrainNet: Counting Grains of Sand",
        abstract="We propose GrainNet, which counts sand.",
        year=2020,
        authors=("Mara Lindqvist", "Tom Okafor"),
    ),
    Paper(
        source_id="arxiv:2101.00002",
        title="A Survey of Dune Formation",
        abstract="Dunes move. We present WindBench, a benchmark of dunes.",
        year=2021,
        authors=("Mara Lindqvist",),
    ),
    Paper(
        source_id="arxiv:2201.00003",
        title="Listening to Singing Sand",
        abstract="Some dunes sing. GrainNet is a baseline.",
        year=2022,
        authors=("Mara Lindqvist", "Ana Sousa", "Tom Okafor"),
    ),
]


class Desk:
    """A small library and a way to ask of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.mara: Researcher
        self.ids: dict[str, int] = {}

    async def fill(self) -> "Desk":
        async with self.database.write() as session:
            mara = await researchers.ensure(session, "Mara Lindqvist", "arXiv")
            await researchers.ensure(session, "Jo Berg", "arXiv")
            await researchers.ensure(session, "Jo Berg", "OpenAlex")
            await storing.store(session, PAPERS, mara)
            stored = await works.of_researchers(session, [mara])
            self.ids = {work.title: work.id for work in stored}
            await terms.save(session, {w.id: work_terms(w.title, w.abstract) for w in stored})
            self.mara = await researchers.get(session, mara)
        return self

    async def read(self, text: str, *history: Turn, pinned: bool = True) -> Question:
        async with self.database.read() as session:
            return await read(
                session,
                text,
                history=history,
                pinned=self.mara if pinned else None,
                today=TODAY,
            )


@pytest.fixture(scope="module")
async def desk(shared_database: Database) -> Desk:
    return await Desk(shared_database).fill()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How many papers in 2022?", Kind.COUNT),
        ("how many did she write between 2021 and 2023?", Kind.COUNT),
        ("how many came out this year?", Kind.COUNT),
        ("number of publications per year", Kind.PER_YEAR),
        ("How did Mara Lindqvist's output change?", Kind.PER_YEAR),
        ("which year was the busiest?", Kind.BUSIEST),
        ("Since when does Mara Lindqvist publish?", Kind.EARLIEST),
        ("papers by Mara Lindqvist posted in 2021", Kind.LIST),
        ("works of Mara Lindqvist dated 2021", Kind.LIST),
        ("Mara Lindqvist 2021", Kind.LIST),
        ("Compare 2020 and 2021 for Mara Lindqvist.", Kind.COMPARE),
        ("What is Mara Lindqvist's trust score?", Kind.PROFILE),
        ("Is Mara Lindqvist open to collaborate?", Kind.PROFILE),
        ("Which researchers do you know?", Kind.HELP),
        ("What does the Sand Class Identifier do?", Kind.CONTENT),
        ("what does the link function do?", Kind.CONTENT),
        ("what's the newest paper?", Kind.LATEST),
        ("her first paper", Kind.EARLIEST),
        ("whats the earliest one you've got", Kind.EARLIEST),
        ("which has the biggest team behind it?", Kind.AUTHORS),
        ("longest author list of all her papers", Kind.AUTHORS),
        ("was 2021 a more productive year for her than 2020?", Kind.COMPARE),
        ("more in cs.CV or in cs.LG?", Kind.COMPARE),
        ("in your honest opinion, is sand nice?", Kind.NOT_KEPT),
        ("when will the next paper on dunes be released?", Kind.NOT_KEPT),
        ("how many storms a year does the dune paper cite?", Kind.CONTENT),
        ("what appears in the computer vision category, cs.CV?", Kind.LIST),
        ("Tom Okafor is on two of them, I think. Which ones?", Kind.LIST),
        ("what is the newest thing she has done", Kind.LATEST),
        ("how many has she done with Tom Okafor?", Kind.COUNT),
        ("how many does she have", Kind.COUNT),
        ("how many grains does she count", Kind.CONTENT),
        ("what did Tom Okafor publish that day", Kind.LIST),
        ("list all papers", Kind.LIST),
        ("What did Mara Lindqvist publish in 2021?", Kind.LIST),
        ("when was GrainNet published?", Kind.WHEN),
        ("Which year is GrainNet from?", Kind.YEAR),
        ("who wrote GrainNet?", Kind.AUTHORS),
        ("who does she publish with most often?", Kind.COLLABORATORS),
        ("Which papers are about dunes?", Kind.WORKS_ABOUT),
        ("anything on singing sand?", Kind.WORKS_ABOUT),
        ("which papers combine dunes with wind?", Kind.WORKS_ABOUT),
        ("which ones deal with singing sand?", Kind.WORKS_ABOUT),
        ("dunes or ripples, any papers?", Kind.WORKS_ABOUT),
        ("month GrainNet was put on arxiv?", Kind.WHEN),
        ("how many abstracts did they go through for the dune survey?", Kind.CONTENT),
        ("has she done anything on protein folding?", Kind.WORKS_ABOUT),
        ("if two experts disagree, which label is taken?", Kind.CONTENT),
        ("GrainNet vs WindBench, what's the difference?", Kind.COMPARE),
        ("how often has GrainNet been cited?", Kind.NOT_KEPT),
        ("how old is she?", Kind.NOT_KEPT),
        ("hello there!", Kind.HELP),
        ("thanks a lot", Kind.HELP),
        ("how many grains does GrainNet count?", Kind.CONTENT),
        ("what years do the dune images cover?", Kind.CONTENT),
        ("how many people took part in the study?", Kind.CONTENT),
        ("which microphones did the sand recording use, like how many", Kind.CONTENT),
        ("at which sites did they record? how many were there", Kind.CONTENT),
        ("how many were there in the BeachSet dataset", Kind.CONTENT),
        ("how many are there?", Kind.COUNT),
        ("papers on dunes, how many are there?", Kind.COUNT),
        ("and how many?", Kind.COUNT),
        ("papers with singing sand", Kind.WORKS_ABOUT),
        ("what has she got on dunes?", Kind.WORKS_ABOUT),
        ("papers building on GrainNet", Kind.WORKS_ABOUT),
        ("papers where dunes move", Kind.WORKS_ABOUT),
        ("which of her papers are surveys?", Kind.LIST),
        ("anything that counts grains?", Kind.WORKS_ABOUT),
        ("papers in which year?", Kind.LIST),
        ("was GrainNet rejected?", Kind.NOT_KEPT),
        ("are rejected grains counted?", Kind.CONTENT),
        ("how does GrainNet handle broken links?", Kind.CONTENT),
        ("GrainNet link?", Kind.LINK),
        ("which company made the microphones?", Kind.CONTENT),
        ("which company does she work for?", Kind.PROFILE),
        ("who works on dunes?", Kind.COLLABORATORS),
        ("Why do some dunes sing?", Kind.CONTENT),
    ],
)
async def test_the_kind_is_read_off_the_wording(desk: Desk, text: str, kind: Kind) -> None:
    assert (await desk.read(text)).kind is kind


async def test_a_topic_is_searched_for_without_the_asking_words(desk: Desk) -> None:
    question = await desk.read("between 2020 and 2021, which papers were about dune formation?")
    assert question.content == "dune formation"
    assert question.window is not None
    assert question.window.label == "from 2020 to 2021"


async def test_a_count_can_have_a_topic(desk: Desk) -> None:
    question = await desk.read("How many papers about dunes?")
    assert (question.kind, question.content) == (Kind.COUNT, "dunes")


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("which papers combine dunes with wind?", "combining dunes with wind"),
        ("what is her newest desert work?", "desert"),
        ("dunes or ripples, any papers?", "dunes or ripples"),
        ("singing sand - anything?", "singing sand"),
        ("any work with singing sand?", "singing sand"),
        ("list the ones on dunes pls", "dunes"),
        ("list papers that simulate moving dunes", "simulating moving dunes"),
        ("papers which run on phones", "running on phones"),
        ("what has she published that has to do with dunes?", "dunes"),
        ("can you summarise the dune papers", "dune"),
        ("everything she has on dunes pls", "dunes"),
        ("dunes and ripples, what is there?", "dunes and ripples"),
        ("who counts grains? papers please", "counting grains"),
        ("show me the dune stuff", "dune"),
        ("what do we have on dunes?", "dunes"),
        ("is there more than one dune paper? name them", "dune"),
        ("papers on dunes? all of them", "dunes"),
        ("any papers doing dune tracking? which", "dune tracking"),
        ("gimme the dune ones", "dune"),
        ("dunes / ripples: what came in", "dunes / ripples"),
        ("dunes / ripples papers?", "dunes / ripples"),
        ("list the papers whose main topic is the dunes of Mars", "the dunes of Mars"),
        ("papers that are mainly on dunes", "dunes"),
        ("in which papers is a new dataset introduced?", "a new dataset"),
        ("which papers state that their nets count sand?", "their nets count sand"),
    ],
)
async def test_a_topic_is_read_out_of_other_wordings(desk: Desk, text: str, content: str) -> None:
    assert (await desk.read(text)).content == content


@pytest.mark.parametrize(
    ("text", "content", "unsaid"),
    [
        ("which papers are about dunes but not ripples?", "dunes", ("ripples",)),
        ("how many papers on dunes but not about ripples or waves?", "dunes", ("ripples", "waves")),
        ("dunes but not ripples", "dunes", ("ripples",)),
        ("got any papers that aren't about dunes?", "", ("dunes",)),
        ("anything that isn't about dunes?", "", ("dunes",)),
        ("show me papers other than dunes", "", ("dunes",)),
        ("papers on sand except dunes", "sand", ("dunes",)),
        ("papers on sand that are not about dunes", "sand", ("dunes",)),
        ("papers on sand without BeachSet", "sand", ("BeachSet",)),
        ("which papers are not about GrainNet?", "", ("GrainNet",)),
        ("papers that don't mention dunes at all", "", ("dunes",)),
        ("does she do anything besides dunes?", "", ("dunes",)),
        ("papers on sand that are not surveys", "sand", ("surveys",)),
        ("papers from 2021 that do not mention sand", "", ("sand",)),
    ],
)
async def test_a_topic_that_is_left_out_is_not_wanted(
    desk: Desk, text: str, content: str, unsaid: tuple[str, ...]
) -> None:
    question = await desk.read(text)
    assert (question.content, question.choice.unsaid) == (content, unsaid)
    assert question.not_understood == ()


@pytest.mark.parametrize(
    ("text", "kind", "content", "facet"),
    [
        ("papers about dunes ordered by date", Kind.WORKS_ABOUT, "dunes", "newest first"),
        ("papers about dunes sorted by year", Kind.WORKS_ABOUT, "dunes", "newest first"),
        ("newest first: her papers on dunes", Kind.WORKS_ABOUT, "dunes", "newest first"),
        ("dunes ordered by date, oldest first", Kind.WORKS_ABOUT, "dunes", "oldest first"),
        ("list everything by date ascending", Kind.LIST, "", "oldest first"),
        ("how many papers sorted by year?", Kind.PER_YEAR, "", ""),
    ],
)
async def test_an_order_is_no_part_of_a_topic(
    desk: Desk, text: str, kind: Kind, content: str, facet: str
) -> None:
    question = await desk.read(text)
    assert (question.kind, question.content, question.facet) == (kind, content, facet)


@pytest.mark.parametrize(
    ("text", "kind", "facet"),
    [
        ("busiest month?", Kind.BUSIEST, "month"),
        ("which month had the most papers", Kind.BUSIEST, "month"),
        ("in which month did she publish most?", Kind.BUSIEST, "month"),
        ("which month was the quietest", Kind.QUIETEST, "month"),
        ("which month had the most papers about dunes?", Kind.BUSIEST, "month"),
        ("in which month was GrainNet published?", Kind.WHEN, ""),
        ("who has written with her most often?", Kind.COLLABORATORS, ""),
        ("which papers did Ana Sousa co-author?", Kind.LIST, ""),
        ("list those from 2021", Kind.LIST, ""),
        ("papers abt dunes", Kind.WORKS_ABOUT, ""),
        ("how many people are in here?", Kind.HELP, "researchers"),
    ],
)
async def test_short_wordings_have_their_kind(
    desk: Desk, text: str, kind: Kind, facet: str
) -> None:
    question = await desk.read(text)
    assert (question.kind, question.facet) == (kind, facet)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("give me the three newest", 3),
        ("the 2 oldest ones", 2),
        ("latest three, newest first", 3),
        ("newest", None),
    ],
)
async def test_so_many_of_the_newest_are_asked_for(
    desk: Desk, text: str, limit: int | None
) -> None:
    assert (await desk.read(text)).limit == limit


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("number of items by Mara Lindqvist?", Kind.COUNT),
        ("Mara Lindqvist: paper tally", Kind.COUNT),
        ("2021 so far: n papers; 2022: n papers", Kind.COUNT),
        ("how big is the collection you hold for Mara Lindqvist, in papers", Kind.COUNT),
        ("what's the count for 2021, and for 2022?", Kind.COUNT),
        ("how does 2021 compare with 2022 in number of papers?", Kind.COMPARE),
        ("between October and December 2021 she put out...?", Kind.LIST),
        ("June 2021: what appeared?", Kind.LIST),
        ("all 2022 entries", Kind.LIST),
        ("entries under cs.LG, please", Kind.LIST),
        ("papers per annum?", Kind.PER_YEAR),
        ("oldest entry in the collection", Kind.EARLIEST),
        ("her debut?", Kind.EARLIEST),
        ("who appears alongside her most?", Kind.COLLABORATORS),
        ("what paper has the most authors, with the count", Kind.AUTHORS),
        ("GrainNet posted when? Month and year will do.", Kind.WHEN),
        ("papers on people", Kind.WORKS_ABOUT),
        ("papers with fewer labels", Kind.WORKS_ABOUT),
        ("how many labels are there?", Kind.CONTENT),
        ("how big is it?", Kind.CONTENT),
    ],
)
async def test_what_has_no_word_with_content_is_of_record(
    desk: Desk, text: str, kind: Kind
) -> None:
    question = await desk.read(text)
    assert question.kind is kind
    assert not question.content or kind in (Kind.WORKS_ABOUT, Kind.CONTENT, Kind.COMPARE)


@pytest.mark.parametrize(
    ("text", "kind", "coauthors"),
    [
        ("Okafor and Lindqvist, number of joint papers?", Kind.COUNT, ("Tom Okafor",)),
        ("Lindqvist & Sousa: shared papers", Kind.LIST, ("Ana Sousa",)),
        ("how many papers do Okafor and Lindqvist share?", Kind.COUNT, ("Tom Okafor",)),
        ("Sousa: list", Kind.LIST, ("Ana Sousa",)),
        ("Okafor's grains?", Kind.CONTENT, ()),
    ],
)
async def test_people_stand_anywhere_where_nothing_else_is_said(
    desk: Desk, text: str, kind: Kind, coauthors: tuple[str, ...]
) -> None:
    question = await desk.read(text)
    assert (question.kind, question.choice.coauthors) == (kind, coauthors)


async def test_a_day_that_is_pointed_at_is_not_today(desk: Desk) -> None:
    question = await desk.read("dune papers from this day")
    assert (question.content, question.windows) == ("dune", ())


@pytest.mark.parametrize(
    ("text", "unplaced", "unfiled"),
    [
        ("papers where Mara Lindqvist is not first author", ("first",), ""),
        ("on what papers is Lindqvist NOT the last author?", ("last",), ""),
        ("where is Lindqvist neither first nor last author?", ("first", "last"), ""),
        ("anything not in cs.CV?", (), "cs.CV"),
    ],
)
async def test_roles_and_categories_are_left_out(
    desk: Desk, text: str, unplaced: tuple[str, ...], unfiled: str
) -> None:
    question = await desk.read(text)
    assert (question.kind, question.not_understood) == (Kind.LIST, ())
    assert (question.choice.unplaced, question.choice.unfiled) == (unplaced, unfiled)


@pytest.mark.parametrize(
    ("text", "role", "titled"),
    [
        ("Okafor as first author: titles", "first", ""),
        ("where is Mara Lindqvist the lead author?", "first", ""),
        ("those in which she comes first in the author list", "first", ""),
        ("titles bearing the word 'Sand' or 'Sands'", "", "Sand or Sands"),
        ("titles that begin with or contain Listening", "", "Listening"),
        ("titles beginning with 'A'", "", "^A"),
        ("find me the titles with a question mark in them.", "", "?"),
        ('papers with "Dune" in the title, number', "", "Dune"),
        (
            "on how many papers does Mara Lindqvist's name stand last in the author list?",
            "last",
            "",
        ),
        ("papers written by one person alone", "alone", ""),
        ("which ones have Tom Okafor as first author", "first", ""),
        ("which titles have R1 in the name", "", "R1"),
    ],
)
async def test_roles_and_titles_choose_works(desk: Desk, text: str, role: str, titled: str) -> None:
    choice = (await desk.read(text)).choice
    assert (choice.role, choice.titled) == (role, titled)


@pytest.mark.parametrize(
    ("text", "kind", "content", "category"),
    [
        ("how many papers in cs.FL", Kind.COUNT, "", "cs.FL"),
        ("how many math.ap papers?", Kind.COUNT, "", "math.AP"),
        ("EESS.IV papers?", Kind.LIST, "", "eess.IV"),
        ("astro-ph.GA", Kind.LIST, "", "astro-ph.GA"),
        ("which papers about dunes are in quant-ph?", Kind.WORKS_ABOUT, "dunes", "quant-ph"),
        ("newest paper in cs.CV or cond-mat.soft", Kind.LATEST, "", "cs.CV or cond-mat.soft"),
        ("papers filed under cs.CV and cs.LG in 2021", Kind.LIST, "", "cs.CV and cs.LG"),
        ("how many are tagged cs.LG", Kind.COUNT, "", "cs.LG"),
        ("every cs.IT paper", Kind.LIST, "", "cs.IT"),
        ("everything carrying the cs.CL label, primary or not", Kind.LIST, "", "cs.CL"),
        (
            "is anything of hers catalogued under computer vision (cs.CV)? Which item?",
            Kind.LIST,
            "",
            "cs.CV",
        ),
        ("more cs.CV than cs.CL entries? figures for both", Kind.COMPARE, "", "cs.CV or cs.CL"),
        ("papers tagged with cs.LG and about dunes", Kind.WORKS_ABOUT, "dunes", "cs.LG"),
        ("what does cs.CV stand for?", Kind.CONTENT, "what does cs.CV stand for?", ""),
        ("papers about math", Kind.WORKS_ABOUT, "math", ""),
    ],
)
async def test_categories_choose_works(
    desk: Desk, text: str, kind: Kind, content: str, category: str
) -> None:
    question = await desk.read(text)
    assert (question.kind, question.content) == (kind, content)
    assert (question.choice.category, question.not_understood) == (category, ())


@pytest.mark.parametrize(
    ("text", "kind", "filing"),
    [
        ("how many of the works have cs.RO as their first category?", Kind.COUNT, "first"),
        ("which papers are filed first under cs.RO", Kind.LIST, "first"),
        ("how many are primarily cs.RO?", Kind.COUNT, "first"),
        ("works cross-listed in cs.RO", Kind.LIST, "others"),
        ("papers in cs.RO, but not as the main category", Kind.LIST, "others"),
        ("which papers are in cs.RO and nothing else?", Kind.LIST, "only"),
        ("which works are filed, first or otherwise, under cs.RO?", Kind.LIST, ""),
        ("what was her first paper in cs.RO?", Kind.EARLIEST, ""),
        ("which works are not in cs.RO first?", Kind.LIST, "not first"),
    ],
)
async def test_works_are_chosen_by_the_place_of_a_category(
    desk: Desk, text: str, kind: Kind, filing: str
) -> None:
    question = await desk.read(text)
    assert (question.kind, question.not_understood) == (kind, ())
    choice = question.choice
    said = f"not {choice.unfiling}" if choice.unfiled else choice.filing
    assert (choice.category or choice.unfiled, said) == ("cs.RO", filing)


async def test_who_somebody_wrote_with_at_some_time_is_no_choice(desk: Desk) -> None:
    question = await desk.read("how many papers since she last wrote with Ana Sousa?")
    assert question.choice.coauthors == ()
    assert question.not_understood == ("since she last wrote with Ana Sousa",)


async def test_a_category_is_kept_and_changed_by_what_follows(desk: Desk) -> None:
    first = await desk.read("how many papers in cs.CV?")
    then = await desk.read("and in 2021?", first.turn([]))
    assert (then.kind, then.choice.category) == (Kind.COUNT, "cs.CV")
    other = await desk.read("and in cs.LG?", first.turn([]))
    assert (other.kind, other.choice.category) == (Kind.COUNT, "cs.LG")


async def test_a_category_that_cannot_narrow_is_said(desk: Desk) -> None:
    question = await desk.read("who are her co-authors in cs.CV?")
    assert (question.choice.category, question.not_understood) == ("", ("in cs.CV",))


async def test_what_something_does_without_is_part_of_the_topic(desk: Desk) -> None:
    question = await desk.read("papers about counting without hands")
    assert (question.content, question.choice.unsaid) == ("counting without hands", ())


async def test_ones_that_are_not_about_something_are_of_all_works(desk: Desk) -> None:
    question = await desk.read("which ones are not about dunes?")
    assert (question.kind, question.choice.unsaid) == (Kind.LIST, ("dunes",))


async def test_a_topic_that_was_left_out_stays_so_in_another_year(desk: Desk) -> None:
    first = await desk.read("papers about sand but not dunes")
    then = await desk.read("and in 2021?", first.turn([]))
    assert (then.content, then.choice.unsaid) == ("sand", ("dunes",))


@pytest.mark.parametrize(
    "text", ["what do you have to feed GrainNet?", "who did GrainNet beat in the test?"]
)
async def test_what_only_begins_like_a_topic_or_authors_is_content(desk: Desk, text: str) -> None:
    assert (await desk.read(text)).kind is Kind.CONTENT


@pytest.mark.parametrize("text", ["first author papers in 2021?", "papers as first author"])
async def test_a_role_alone_is_of_who_alone_is_stored(desk: Desk, text: str) -> None:
    question = await desk.read(text, pinned=False)
    assert [researcher.name for researcher in question.researchers] == ["Mara Lindqvist"]


@pytest.mark.parametrize(
    "text",
    [
        "where does she write about grains?",
        "grains come up in which papers?",
        "in which papers do grains come up?",
        "papers on GrainNet",
    ],
)
async def test_what_comes_up_somewhere_need_not_be_what_it_is_about(desk: Desk, text: str) -> None:
    question = await desk.read(text)
    assert (question.kind, question.mentioned) == (Kind.WORKS_ABOUT, True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("which university were the dunes filmed at?", Kind.CONTENT),
        ("is there a faster way to do the work?", Kind.CONTENT),
        ("what happens to papers when the wind blows?", Kind.CONTENT),
        ("what is the newest thing from Mara Lindqvist?", Kind.LATEST),
        ("who's on the most papers with her?", Kind.COLLABORATORS),
        ("is she still active?", Kind.LATEST),
        ("show me all of her stuff", Kind.LIST),
    ],
)
async def test_what_only_looks_like_something_else(desk: Desk, text: str, kind: Kind) -> None:
    assert (await desk.read(text)).kind is kind


async def test_words_quoted_from_nowhere_are_no_title(desk: Desk) -> None:
    assert not (await desk.read("what does “i like this one more” mean?")).unknown
    assert (await desk.read("what does “The Art of Counting All Grains” find?")).unknown


async def test_what_works_come_with_is_a_topic_of_theirs(desk: Desk) -> None:
    question = await desk.read("how many papers with singing sand?")
    assert (question.kind, question.content) == (Kind.COUNT, "singing sand")
    assert question.mentioned


async def test_who_alone_is_stored_is_meant_by_a_pronoun(desk: Desk) -> None:
    his = await desk.read("who are her co-authors?", pinned=False)
    assert [researcher.name for researcher in his.researchers] == ["Mara Lindqvist"]
    assert not (await desk.read("where do dunes form?", pinned=False)).researchers


@pytest.mark.parametrize("name", ["GrainNet", "grainnet", "arXiv:2001.00001", "2001.00001v3"])
async def test_a_work_is_named_by_method_or_identifier(desk: Desk, name: str) -> None:
    question = await desk.read(f"when was {name} published?")
    assert [work.title for work in question.works] == ["GrainNet: Counting Grains of Sand"]


async def test_a_method_named_only_in_an_abstract_is_that_works(desk: Desk) -> None:
    question = await desk.read("When was WindBench released?")
    assert [work.title for work in question.works] == ["A Survey of Dune Formation"]


async def test_a_title_in_quotes_is_meant_exactly(desk: Desk) -> None:
    question = await desk.read("Who wrote “Listening to Singing Sand”?")
    assert question.exact
    assert [work.year for work in question.works] == [2022]


async def test_an_identifier_that_is_not_stored_is_said(desk: Desk) -> None:
    assert (await desk.read("summarise arXiv:1706.03762")).unknown == ("arXiv:1706.03762",)


async def test_a_researcher_named_in_the_text_wins(desk: Desk) -> None:
    question = await desk.read("How many papers has Mara Lindqvist written?", pinned=False)
    assert question.researchers == (desk.mara,)


async def test_two_records_of_one_name_are_offered(desk: Desk) -> None:
    with pytest.raises(AmbiguousResearcher):
        await desk.read("How many papers has Jo Berg written?", pinned=False)


async def test_a_co_author_narrows(desk: Desk) -> None:
    question = await desk.read("papers with Tom Okafor")
    assert (question.kind, question.choice.coauthors) == (Kind.LIST, ("Tom Okafor",))


async def test_somebody_unknown_is_said(desk: Desk) -> None:
    question = await desk.read("What did Rosalind Franklin write about dunes?")
    assert question.unknown == ("Rosalind Franklin",)


async def test_a_filter_that_is_not_understood_is_kept(desk: Desk) -> None:
    question = await desk.read("How many papers since the pandemic?")
    assert question.not_understood == ("since the pandemic",)
    assert question.window is None


async def test_slips_of_the_pen_do_not_hide_the_kind(desk: Desk) -> None:
    assert (await desk.read("which papres are about dunes?")).kind is Kind.WORKS_ABOUT


@pytest.mark.parametrize("text", ["", "   ", "?!", "👻", "\u200f", "<@12345>"])
async def test_nothing_to_read_is_an_error_with_a_sentence(desk: Desk, text: str) -> None:
    with pytest.raises(EmptyQuestion):
        await desk.read(text)


async def test_too_much_to_read_is_an_error_with_a_sentence(desk: Desk) -> None:
    with pytest.raises(QuestionTooLong) as caught:
        await desk.read("sand " * MAX_CHARACTERS)
    assert "4,000" in caught.value.sentence


@pytest.mark.parametrize(
    ("text", "content", "mentioned"),
    [
        ("which papers use microphones?", "microphones", True),
        ("which papers are evaluated on BeachSet?", "BeachSet", True),
        ("has Mara Lindqvist ever used microphones?", "microphones", True),
        ("how many papers mention the Gobi?", "the Gobi", True),
        ("Mara Lindqvist: papers about dunes", "dunes", False),
        ("which papers deal with dunes?", "dunes", False),
    ],
)
async def test_using_something_is_told_from_being_about_it(
    desk: Desk, text: str, content: str, mentioned: bool
) -> None:
    question = await desk.read(text)
    assert question.kind in (Kind.WORKS_ABOUT, Kind.COUNT)
    assert (question.content, question.mentioned) == (content, mentioned)


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE works; --",
        "**How many** `papers` in _2022_?",
        "מה כתבה מארה?",
        "你好，有什么论文？",
        "Wie viele Artikel gibt es über Dünen?",
        "papers 👻 about 👻 dunes",
        "@everyone <@&99> list papers",
        "ｗｈａｔ　ｉｓ　ＧｒａｉｎＮｅｔ？",
        "[a link](https://example.org) to GrainNet",
        "a%_b\\ LIKE 'x'",
    ],
)
async def test_odd_texts_are_read(desk: Desk, text: str) -> None:
    assert (await desk.read(text)).text


@pytest.mark.parametrize(
    "text",
    [
        "How many papers are not by Ana Sousa?",
        "Which papers are there except those by Ana Sousa?",
        "Which papers are about dunes but not those with Ana Sousa?",
        "papers without Sousa",
        "papers by anyone but Ana Sousa",
        "everything she wrote except with Ana Sousa",
        "which papers did she write, not with Ana Sousa?",
        "papers by neither Ana Sousa nor Tom Okafor",
        "papers about dunes not with Sousa",
    ],
)
async def test_who_is_left_out_is_not_wanted(desk: Desk, text: str) -> None:
    question = await desk.read(text)
    assert "Ana Sousa" in question.choice.without
    assert (question.choice.coauthors, question.unknown, question.not_understood) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("papers not published in 2021", ["before 2021", "since 2022"]),
        ("list everything except 2021", ["before 2021", "since 2022"]),
        ("papers since 2020 but not in 2022", ["from 2020 to 2021", "since 2023"]),
        ("how many papers outside 2021?", ["before 2021", "since 2022"]),
        ("papers from 2020 to 2022 except 2020 and 2022", ["in 2021"]),
    ],
)
async def test_a_time_that_is_left_out_is_not_wanted(
    desk: Desk, text: str, labels: list[str]
) -> None:
    question = await desk.read(text)
    assert [window.label for window in question.windows] == labels
    assert not question.not_understood


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("papers not by Nora Nobody", "not by Nora Nobody"),
        ("papers in 2021 but not in 2021", "but not in 2021"),
        ("papers without Nora Nobody", "without Nora Nobody"),
        ("everything except the oldest one", "except the oldest one"),
    ],
)
async def test_what_cannot_be_left_out_does_not_narrow_and_is_said(
    desk: Desk, text: str, said: str
) -> None:
    question = await desk.read(text)
    assert question.not_understood == (said,)
    assert (question.works, question.choice.without, question.unknown) == ((), (), ())


async def test_of_a_long_row_of_what_is_left_out_the_rest_is_said(desk: Desk) -> None:
    said = [f"not {year}" for year in range(1950, 2000)]
    question = await desk.read("papers " + " ".join(said))
    [rest] = question.not_understood
    assert rest == " ".join(said[MOST_CUTS:])
    assert [window.label for window in question.windows] == ["before 1950", "since 1954"]


async def test_who_is_left_out_and_then_asked_for_is_wanted(desk: Desk) -> None:
    first = await desk.read("how many papers without Ana Sousa?")
    then = await desk.read("and with Ana Sousa?", first.turn([]))
    assert (then.choice.coauthors, then.choice.without) == (("Ana Sousa",), ())


async def test_an_author_of_one_work_is_not_left_out_of_works(desk: Desk) -> None:
    question = await desk.read("authors of GrainNet except Tom Okafor")
    assert [work.year for work in question.works] == [2020]
    assert question.not_understood == ("except Tom Okafor",)


async def test_who_was_left_out_stays_so_in_another_year(desk: Desk) -> None:
    first = await desk.read("papers not by Ana Sousa")
    then = await desk.read("and in 2021?", first.turn([]))
    assert then.choice.without == ("Ana Sousa",)


@pytest.mark.parametrize(
    "text", ["how many papers with a single author?", "papers with “sand” in the title"]
)
async def test_works_stay_chosen_in_another_year(desk: Desk, text: str) -> None:
    first = await desk.read(text)
    then = await desk.read("and in 2021?", first.turn([]))
    assert then.choice == first.choice != ALL


async def test_works_shown_are_chosen_without_somebody(desk: Desk) -> None:
    first = await desk.read("papers by Mara Lindqvist")
    then = await desk.read(
        "which of them are not by Ana Sousa?", first.turn(list(desk.ids.values()))
    )
    assert sorted(work.year for work in then.works) == [2020, 2021]


@pytest.mark.parametrize(
    "text", ["why does GrainNet not count dunes?", "what is learnt without labels?"]
)
async def test_what_is_denied_of_things_leaves_nothing_out(desk: Desk, text: str) -> None:
    question = await desk.read(text)
    assert (question.kind, question.choice.without) == (Kind.CONTENT, ())
    assert "not" in question.content or "without" in question.content


@pytest.mark.parametrize(
    ("text", "limit"),
    [("which COVID-19 papers are there?", None), ("the 3 latest papers", 3)],
)
async def test_a_number_in_a_name_is_no_limit(desk: Desk, text: str, limit: int | None) -> None:
    assert (await desk.read(text)).limit == limit


async def test_words_that_link_may_come_often(desk: Desk) -> None:
    await desk.read(f"list papers{' from' * 40} zebra")  # took longer than the universe


# Follow-ups -------------------------------------------------------------------------------


async def test_and_the_year_after_moves_the_window(desk: Desk) -> None:
    first = await desk.read("How many papers in 2020?")
    then = await desk.read("and the year after?", first.turn([]))
    assert (then.kind, then.window and then.window.label) == (Kind.COUNT, "in 2021")


@pytest.mark.parametrize(
    ("first", "then", "label"),
    [
        ("papers before 2021", "and the following year?", "in 2021"),
        ("How many papers until 2020?", "and the year after?", "in 2021"),
    ],
)
async def test_after_a_window_without_a_beginning_comes_a_year(
    desk: Desk, first: str, then: str, label: str
) -> None:
    before = await desk.read(first)
    moved = (await desk.read(then, before.turn([]))).window
    assert moved
    assert moved.label == label


async def test_what_about_a_year_asks_the_same_again(desk: Desk) -> None:
    first = await desk.read("Which papers are about dunes?")
    then = await desk.read("what about 2021?", first.turn([desk.ids["A Survey of Dune Formation"]]))
    assert (then.kind, then.content) == (Kind.WORKS_ABOUT, "dunes")
    assert then.window == Window(date(2021, 1, 1), date(2021, 12, 31), "in 2021")


async def test_a_bare_question_is_put_to_the_work_before(desk: Desk) -> None:
    grain = desk.ids["GrainNet: Counting Grains of Sand"]
    first = await desk.read("What is GrainNet?")
    then = await desk.read("on which data sets?", first.turn([grain]))
    assert [work.id for work in then.works] == [grain]
    assert then.exact
    assert then.content == "on which data sets?"


async def test_it_is_the_work_before(desk: Desk) -> None:
    grain = desk.ids["GrainNet: Counting Grains of Sand"]
    first = await desk.read("What is GrainNet?")
    then = await desk.read("who wrote it?", first.turn([grain]))
    assert (then.kind, [work.id for work in then.works]) == (Kind.AUTHORS, [grain])


async def test_the_other_one_is_what_was_answered_before_that(desk: Desk) -> None:
    grain, song = (
        desk.ids["GrainNet: Counting Grains of Sand"],
        desk.ids["Listening to Singing Sand"],
    )
    first = (await desk.read("What is GrainNet?")).turn([grain, song])
    second = (await desk.read("when was it published?", first)).turn([grain])
    then = await desk.read("and the other one?", first, second)
    assert [work.id for work in then.works] == [song]
    assert then.kind is Kind.WHEN


async def test_how_many_of_those_counts_the_works_before(desk: Desk) -> None:
    ids = list(desk.ids.values())[:2]
    first = await desk.read("Which papers are about dunes?")
    then = await desk.read("how many of those?", first.turn(ids))
    assert then.kind is Kind.COUNT
    assert {work.id for work in then.works} == set(ids)


async def test_she_is_who_was_asked_about(desk: Desk) -> None:
    first = await desk.read("How many papers has Mara Lindqvist written?", pinned=False)
    then = await desk.read("what did she publish in 2022?", first.turn([]), pinned=False)
    assert then.researchers == (desk.mara,)
    assert then.kind is Kind.LIST


async def test_a_new_question_is_not_bent_by_the_last(desk: Desk) -> None:
    first = await desk.read("How many papers in 2020?")
    then = await desk.read("Why do some dunes sing when the wind blows over them?", first.turn([]))
    assert (then.kind, then.window, then.works) == (Kind.CONTENT, None, ())


async def test_works_by_year_can_have_a_topic(desk: Desk) -> None:
    question = await desk.read("list the dune papers by year")
    assert (question.kind, question.content) == (Kind.PER_YEAR, "dune")
    question = await desk.read("list the papers by year")
    assert (question.kind, question.content) == (Kind.PER_YEAR, "")


async def test_a_topic_in_quotes_is_no_title(desk: Desk) -> None:
    question = await desk.read("which papers are about “singing sand”?")
    assert question.kind is Kind.WORKS_ABOUT
    assert not question.works


async def test_what_works_do_not_do_is_said_not_to_narrow(desk: Desk) -> None:
    question = await desk.read("which papers do not need dunes?")
    assert question.not_understood == ("do not need dunes",)
    assert "dunes" not in question.content


@pytest.mark.parametrize("text", ["number of papers per year", "breakdown of her papers by year"])
async def test_what_only_counts_is_no_topic(desk: Desk, text: str) -> None:
    question = await desk.read(text)
    assert (question.kind, question.content) == (Kind.PER_YEAR, "")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("did she write something with Tom Okafor? which one", Kind.LIST),
        ("how many of the papers have her as first author", Kind.COUNT),
        ("how many works are listed on 3 January 2021?", Kind.COUNT),
        ("papers by her", Kind.LIST),
        ("which ones are there?", Kind.CONTENT),
        ("how many are with him?", Kind.COUNT),
        ("what's new with her?", Kind.LATEST),
        ("what's new in her work?", Kind.LATEST),
        ("thx! and who wrote it", Kind.AUTHORS),
    ],
)
async def test_words_that_are_left_over_are_no_topic(desk: Desk, text: str, kind: Kind) -> None:
    question = await desk.read(text)
    assert question.kind is kind
    if kind is not Kind.CONTENT and kind is not Kind.AUTHORS:
        assert question.content == ""


@pytest.mark.parametrize(
    "text", ["papers about the WHO", "papers on GrainNet", "papers about what decides the pitch"]
)
async def test_a_topic_of_few_or_small_words_is_one(desk: Desk, text: str) -> None:
    assert (await desk.read(text)).content


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("what's new in singing sand?", "singing sand"),
        ("whats new in text to 3d", "text to 3d"),
        ("anything new about dunes", "dunes"),
        ("is there something new with ink recipes?", "ink recipes"),
        ("latest in dune research", "dune research"),
        ("what are the latest developments in the field of dunes?", "dunes"),
        ("what's the latest around dunes", "dunes"),
    ],
)
async def test_news_are_wanted_on_their_topic(desk: Desk, text: str, topic: str) -> None:
    question = await desk.read(text)
    assert (question.kind, question.content) == (Kind.LATEST, topic)


@pytest.mark.parametrize(
    "text",
    ["what's new in the paper about dunes?", "what is new about it", "what is new in GrainNet"],
)
async def test_what_is_new_in_a_work_is_asked_of_it(desk: Desk, text: str) -> None:
    assert (await desk.read(text)).kind is not Kind.LATEST


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("anything from Google on dunes?", "from Google"),
        ("anything from google on dunes?", "from google"),
        ("did anyone from Google write about dunes?", "from Google"),
    ],
)
async def test_a_house_that_works_are_to_be_from_is_said_not_to_narrow(
    desk: Desk, text: str, said: str
) -> None:
    question = await desk.read(text)
    assert (question.kind, question.content) == (Kind.WORKS_ABOUT, "dunes")
    assert question.not_understood == (said,)


@pytest.mark.parametrize(
    "text", ["papers on learning from Demonstrations", "anything from the lab on dunes"]
)
async def test_what_belongs_to_a_topic_or_is_nobody_is_not_said_to_be_passed_over(
    desk: Desk, text: str
) -> None:
    assert (await desk.read(text)).not_understood == ()
