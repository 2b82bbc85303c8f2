"""Answers: what a person reads, what is cited, and what is refused."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest

from retrieval.answer import Answerer
from retrieval.cited import Answer
from retrieval.embedding import Embedder, Matrix, Provided
from retrieval.question.kinds import Kind
from retrieval.question.typed import Turn
from retrieval.search import Passage, Search
from retrieval.writers import Draft, DraftSentence, Quote
from storage import attributions, researchers, storing, works_by_author
from storage.database import Database
from storage.errors import ModelUnavailable, NothingImported
from storage.works import Paper
from tests.retrieval.library import PAPERS, EverythingIsNear, Library

TODAY = date(2026, 11, 22)


class Desk:
    """Asks the library, with Mara Lindqvist pinned unless said otherwise."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.answerer = Answerer(library.database, library.search, today=lambda: TODAY)

    async def ask(self, text: str, *history: Turn, pinned: bool = True) -> Answer:
        pinned_id = self.library.mara.id if pinned else None
        return await self.answerer.answer(text, history=history, pinned_id=pinned_id)


@pytest.fixture(scope="module")
async def library(shared_database: Database, embedder: Embedder) -> Library:
    return await Library(shared_database, embedder).fill()


@pytest.fixture
def desk(library: Library) -> Desk:
    return Desk(library)


def titles(answer: Answer) -> list[str]:
    return [citation.title for citation in answer.citations]


# Content ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said", "title"),
    [
        ("What does GDE stand for?", "Grain Density Estimator", "GrainNet"),
        ("how accurate is GrainNet?", "91.4%", "GrainNet"),
        ("How much faster is grainnet than counting by hand?", "12 times", "GrainNet"),
        ("where is the code of GrainNet?", "example.org/grainnet", "GrainNet"),
        ("where's the code for GrainNet", "Code is available at https://example.org", "GrainNet"),
        ("code for GrainNet?", "Code is available at https://example.org/grainnet", "GrainNet"),
        ("github link for GrainNet", "Code is available at https://example.org", "GrainNet"),
        ("is GrainNet open source?", "Code is available at https://example.org", "GrainNet"),
        ("how many field studies does the survey compare?", "42 field studies", "A Survey"),
        ("why do dunes move?", "because the wind lifts sand", "A Survey"),
        ("what decides how high the sand sings?", "size of the grains", "Listening"),
        ("What was mixed into iron gall ink instead of water?", "wine", "Ink Recipes"),
    ],
)
async def test_a_fact_is_quoted_and_cited(desk: Desk, text: str, said: str, title: str) -> None:
    answer = await desk.ask(text)
    assert not answer.refused
    assert said in answer.text
    assert titles(answer)[0].startswith(title)
    assert answer.writer == "quoting"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "What does GDE stand for, and how much faster is GrainNet than manual counting?",
            ("Grain Density Estimator", "12 times"),
        ),
        ("how accurate is GrainNet? And where is its code?", ("91.4%", "example.org/grainnet")),
        (
            "at how many sites did they record singing dunes, and what does the pitch depend on?",
            ("17 sites", "size of the grains"),
        ),
        (
            "which study looks at the beach in pictures, and what does it report?",
            ("which counts grains", "91.4%"),
        ),
        (
            "Which paper counts sand in a picture, and by how much is it faster than people?",
            ("which counts grains", "12 times"),
        ),
    ],
)
async def test_two_questions_in_one_get_an_answer_each(
    desk: Desk, text: str, facts: tuple[str, ...]
) -> None:
    answer = await desk.ask(text)
    assert all(fact in answer.text for fact in facts)
    assert len(answer.citations) == 1


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("When was GrainNet published, and how accurate is it?", ("January 2020", "91.4%")),
        ("What does GDE stand for, and who wrote GrainNet?", ("Grain Density", "Tom Okafor")),
        ("who wrote GrainNet and when?", ("Tom Okafor", "January 2020")),
        (
            "What does GDE stand for, who wrote GrainNet and when?",
            ("Grain Density", "Tom Okafor", "January 2020"),
        ),
    ],
)
async def test_what_the_record_says_and_what_the_abstract_says_stand_together(
    desk: Desk, text: str, facts: tuple[str, ...]
) -> None:
    answer = await desk.ask(text)
    assert all(fact in answer.text for fact in facts)
    assert [citation.title for citation in answer.citations] == [
        "GrainNet: Counting Grains of Sand"
    ]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("who wrote the paper on singing sand and at how many sites?", ("Ana Sousa", "17 sites")),
        ("what is GrainNet's accuracy and who wrote it?", ("91.4%", "Tom Okafor")),
        ("authors of GrainNet and its accuracy", ("Tom Okafor", "91.4%")),
        ("GrainNet: authors + accuracy?", ("Tom Okafor", "91.4%")),
        ("link and date of GrainNet", ("arxiv.org/abs/2001.00001", "January 2020")),
    ],
)
async def test_parts_of_different_kinds_about_one_work_are_each_answered(
    desk: Desk, text: str, facts: tuple[str, ...]
) -> None:
    answer = await desk.ask(text)
    assert all(fact in answer.text for fact in facts)
    assert len(answer.citations) == 1
    assert answer.note is None


async def test_the_part_that_nothing_answers_is_named(desk: Desk) -> None:
    answer = await desk.ask("who wrote GrainNet and how many GPUs did it use?")
    assert "Tom Okafor" in answer.text
    assert answer.note == "I found no answer to “how many GPUs did it use”."


async def test_the_same_asked_of_two_things_is_answered_from_two_works(desk: Desk) -> None:
    answer = await desk.ask("what was analysed for ink and for dunes?")
    assert "120 manuscripts" in answer.text
    assert "42 field studies" in answer.text
    assert len(answer.citations) == 2


async def test_one_of_two_things_of_which_nothing_is_said_is_named(desk: Desk) -> None:
    answer = await desk.ask("how accurate is it for grains of sand and for tax fraud?")
    assert "91.4%" in answer.text
    assert answer.note == "I found no answer to “how accurate is it for tax fraud”."


@pytest.mark.parametrize(
    "text",
    [
        "largest dune survey dataset?",
        "which benchmark has the most sites?",
        "which paper has the most field studies?",
    ],
)
async def test_numbers_of_several_works_are_not_compared(desk: Desk, text: str) -> None:
    answer = await desk.ask(text)
    assert answer.text.startswith("I do not compare numbers across works")


async def test_who_wrote_a_work_is_no_repetition_of_the_question_before(desk: Desk) -> None:
    before = await desk.ask("why do dunes move?")
    assert "Tom Okafor" in (await desk.ask("who wrote GrainNet?", before.turn)).text


def _about_radio(number: int, title: str, abstract: str) -> Paper:
    return Paper(source_id=f"test:{number}", title=title, abstract=abstract, year=2020)


async def test_data_sets_that_are_asked_for_are_works(
    database: Database, embedder: Embedder
) -> None:
    papers = [
        _about_radio(
            1, "RadioSet: Talk in Basque", "We present RadioSet, a dataset of radio talk."
        ),
        _about_radio(2, "Songs of Shepherds", "We collect a corpus of songs from the radio."),
        _about_radio(3, "Hearing Waves", "Our model hears radio, shown the WaveSet dataset."),
        _about_radio(4, "LeafSet: Leaves of Oaks", "We present LeafSet, a dataset of oak leaves."),
    ]
    desk = Desk(await Library(database, embedder).fill(papers))
    listed = await desk.ask("which of the datasets were collected from the radio?")
    assert set(titles(listed)) == {"RadioSet: Talk in Basque", "Songs of Shepherds"}
    assert "3 works bringing a data set" in listed.text
    assert len(titles(await desk.ask("list all the datasets"))) == 3
    used = await desk.ask("which datasets does Hearing Waves use?")
    assert titles(used) == ["Hearing Waves"]


async def test_authors_that_are_not_stored_are_said_to_be_missing(
    database: Database, embedder: Embedder
) -> None:
    bare = Paper(source_id="test:1", title="Singing Dunes", abstract="Dunes sing.", year=2020)
    answer = await Desk(await Library(database, embedder).fill([bare])).ask(
        "Who wrote Singing Dunes?"
    )
    assert "The authors of “Singing Dunes” are not stored." in answer.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "which papers are about sand and when were they posted?",
            "Listening to Singing Sand (first posted on 3 January 2021): ",
        ),
        ("how many papers on sand, and which of them mention singing?", "works about sand, for "),
        (
            "how many papers on sand, and which of them mention singing?",
            "both sand and singing:\n1",
        ),
        ("list the papers on sand, and which of those is the newest?", "The latest of those "),
    ],
)
async def test_what_is_asked_of_a_list_beside_it_is_told(desk: Desk, text: str, said: str) -> None:
    answer = await desk.ask(text)
    assert said in answer.text
    assert not answer.refused


async def test_the_half_that_nothing_answers_is_left_out(desk: Desk) -> None:
    answer = await desk.ask("What does GDE stand for, and which optimizer trains it?")
    assert "Grain Density Estimator" in answer.text
    both = await desk.ask("How many GPUs did GrainNet need, and which optimizer trains it?")
    assert both.refused


async def test_quotes_are_verbatim_and_marks_have_their_citation(desk: Desk) -> None:
    answer = await desk.ask("why do dunes move?")
    for citation in answer.citations:
        quoted = citation.quote.split(". ")
        assert all(part.strip(". ") in citation.work.abstract for part in quoted)
    marks = {int(mark) for mark in re.findall(r"\[(\d+)\]", answer.text)}
    assert marks == {citation.number for citation in answer.citations}


@pytest.mark.parametrize(
    "text",
    [
        "what learning rate was used for GrainNet?",
        "how many GPUs did GrainNet need?",
        "how does GrainNet cope with volcanoes?",
        "what is 17 times 23?",
        "who funded the work on singing sand?",
        "how many people took part in the ink study?",
        "how does YOLOv9 work?",
        "In which city were the microphones made?",
        "has she done anything on protein folding?",
        "what did Rosalind Franklin write about dunes?",
        "how often has GrainNet been cited?",
        "where was GrainNet published?",
        "best pizza in Naples?",
        "anything on dunes in 2022?",
        "What does arXiv:1706.03762 propose?",
    ],
)
async def test_what_is_not_there_is_refused_without_citations(desk: Desk, text: str) -> None:
    answer = await desk.ask(text)
    assert answer.refused
    assert answer.citations == ()
    assert answer.text.count(".") <= 3
    assert not re.search(r"\[\d+\]", answer.text)


async def test_a_refusal_says_what_was_searched(desk: Desk) -> None:
    answer = await desk.ask("anything on protein folding in 2021?")
    assert answer.text == (
        "I searched Mara Lindqvist's 2 works in 2021, and none of the abstracts is about "
        "protein folding."
    )


@pytest.mark.parametrize(
    "text",
    [
        "ماذا تقول الأبحاث عن السيارات ذاتية القيادة في عام 2021؟",
        "Combien d'articles sur les dunes en 2020 ?",
        "Quanti articoli nel 2021?",
        "什么是GrainNet?",
    ],
)
async def test_another_language_is_not_answered_by_chance(desk: Desk, text: str) -> None:
    answer = await desk.ask(text, pinned=False)
    assert answer.refused
    assert answer.text.startswith("I understand questions in English only; in all ")


async def test_another_language_is_answered_where_the_words_match(desk: Desk) -> None:
    answer = await desk.ask("O que é GrainNet?")
    assert titles(answer)[0].startswith("GrainNet")


async def test_works_on_a_topic_are_all_listed_and_no_others(desk: Desk) -> None:
    answer = await desk.ask("Which papers are about dunes?")
    assert set(titles(answer)) == {"A Survey of Dune Formation", "Listening to Singing Sand"}


async def test_the_scope_says_when_only_named_works_were_looked_at(desk: Desk) -> None:
    answer = await desk.ask("how accurate is “GrainNet: Counting Grains of Sand”?")
    assert answer.scope == "Mara Lindqvist, 1 of 5 works"
    every = await desk.ask("how accurate is the counting of grains?")
    assert every.scope == "Mara Lindqvist, 5 works"


async def test_works_that_use_or_mention_something_need_not_be_about_it(desk: Desk) -> None:
    answer = await desk.ask("which papers mention microphones?")
    assert titles(answer) == ["Listening to Singing Sand"]
    assert "is about or mentions microphones" in answer.text
    assert answer.citations[0].quote.endswith("with two microphones.")
    again = await desk.ask("and in 2020?", answer.turn)
    assert again.refused
    assert "is about or mentions microphones" in again.text


async def test_a_word_longer_than_any_that_is_indexed_breaks_no_question(desk: Desk) -> None:
    assert (await desk.ask(f"what is {80 * 'x'}?")).refused
    assert not (await desk.ask(f"how accurate is GrainNet {80 * 'x'}?")).refused


async def test_data_is_meant_by_the_rare_word_beside_it(desk: Desk) -> None:
    """“Wine data” is what works use that only speak of wine."""
    answer = await desk.ask("which papers use wine data?")
    assert "1 of Mara Lindqvist's" in answer.text
    assert (await desk.ask("which papers use zebra data?")).refused


async def test_what_is_only_named_lists_the_works_where_several_speak_of_it(desk: Desk) -> None:
    answer = await desk.ask("dunes")
    assert set(titles(answer)) == {"A Survey of Dune Formation", "Listening to Singing Sand"}
    assert "are about dunes" in answer.text
    assert len(titles(await desk.ask("iron gall ink"))) == 1


async def test_works_about_either_are_listed_where_none_is_about_both(desk: Desk) -> None:
    answer = await desk.ask("which papers are about submarines and dunes?")
    assert set(titles(answer)) == {"A Survey of Dune Formation", "Listening to Singing Sand"}
    assert "are about submarines or dunes" in answer.text
    assert answer.note == "No abstract names both submarines and dunes; these are on either."


async def test_works_about_what_is_left_aside_are_not_listed(desk: Desk) -> None:
    answer = await desk.ask("Leaving sand aside entirely, what else has she published?")
    assert titles(answer) == ["Ink Recipes of Medieval Scribes"]
    assert "not mentioning sand" in answer.text


async def test_works_that_mention_a_topic_are_listed_where_none_is_about_it(desk: Desk) -> None:
    answer = await desk.ask("which papers are about wine?")
    assert titles(answer) == ["Ink Recipes of Medieval Scribes"]
    assert "is about or mentions wine" in answer.text
    assert "1 work about or mentioning wine" in (await desk.ask("how many papers on wine?")).text
    assert (await desk.ask("which papers are about submarines?")).refused


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("How many papers in 2021, and which is the latest?", "2 works in 2021", "latest work"),
        ("How many papers in 2021, and which was the first?", "2 works in 2021", "earliest work"),
        ("Which year was the busiest, and how many papers in 2020?", "2021 was", "in 2020"),
    ],
)
async def test_two_questions_of_record_get_an_answer_each(
    desk: Desk, question: str, first: str, second: str
) -> None:
    answer = await desk.ask(question)
    assert answer.text.index(first) < answer.text.index(second)
    assert not re.search(r"(latest|earliest) work in 2021 is .* from 20(?!21)", answer.text)
    marks = {int(mark) for mark in re.findall(r"\[(\d+)\]", answer.text)}
    assert marks == {citation.number for citation in answer.citations}
    assert len({citation.work.id for citation in answer.citations}) == len(answer.citations)


async def test_two_things_may_be_asked_where_there_is_no_work(desk: Desk) -> None:
    answer = await desk.ask("How accurate is a count of grains, and how fast is it, in 1999?")
    assert answer.refused


async def test_two_works_are_compared_from_both(desk: Desk) -> None:
    answer = await desk.ask("compare “A Survey of Dune Formation” and “Listening to Singing Sand”")
    assert set(titles(answer)) == {"A Survey of Dune Formation", "Listening to Singing Sand"}


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("compare GrainNet and Scribes", "Grain Density Estimator", "ink of 120 manuscripts"),
        ("how accurate are GrainNet and Quicksand?", "91.4%", "Instructions” does not say."),
        ("compare grainnet with gobi", "Grain Density Estimator", "the Gobi"),
        ("compare the sizes of the GrainNet and Ink Recipes datasets", "not say", "120 manus"),
    ],
)
async def test_names_that_look_like_other_words_are_compared(
    desk: Desk, text: str, first: str, second: str
) -> None:
    answer = await desk.ask(text)
    assert len(answer.citations) == 2
    assert first in answer.text
    assert second in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "GDE and the ink paper both save time. What does each of them work on?",
        "GrainNet and Ink Recipes both look closely, how do their ways differ?",
        "Listening to Singing Sand and GrainNet: what does each conclude?",
        'What does the "ink recipes" paper propose, and what GrainNet, each by itself?',
    ],
)
async def test_two_works_that_a_statement_joins_are_both_quoted(desk: Desk, text: str) -> None:
    answer = await desk.ask(text)
    assert answer.question.kind is Kind.COMPARE
    assert len(answer.citations) == 2
    assert "does not say" not in answer.text


async def test_what_each_work_concludes_is_its_result(desk: Desk) -> None:
    answer = await desk.ask(
        "GrainNet and Listening to Singing Sand both count. What does each conclude?"
    )
    assert "GrainNet reaches an accuracy of 91.4%" in answer.text
    assert "The pitch depends on the size" in answer.text


INK, SINGING = "Ink Recipes of Medieval Scribes", "Listening to Singing Sand"
DUNES, GRAINS = "A Survey of Dune Formation", "GrainNet: Counting Grains of Sand"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("compare the ink paper with the one on dune formation", [INK, DUNES]),
        ("how do the two sand papers differ?", [GRAINS, SINGING]),
        ("compare the dune papers", [DUNES, SINGING]),
        ("compare ink recipes and dune formation", [INK, DUNES]),
        ("GrainNet vs the ink paper", [GRAINS, INK]),
        ("how do the two Sousa papers differ?", [SINGING, INK]),
        ("how do the two papers from 2021 differ?", [DUNES, SINGING]),
    ],
)
async def test_works_that_are_described_are_compared_as_named_ones_are(
    desk: Desk, text: str, meant: list[str]
) -> None:
    answer = await desk.ask(text)
    assert titles(answer) == meant
    assert all(answer.text.count(f"[{n}]") == 1 for n in (1, 2))
    assert answer.question.kind is Kind.COMPARE
    assert answer.note is None


async def test_described_works_are_asked_the_same_and_who_does_not_say_it_is_told(
    desk: Desk,
) -> None:
    answer = await desk.ask("what accuracy do the GrainNet paper and the ink paper report?")
    assert "91.4%" in answer.text
    assert "The abstract of “Ink Recipes of Medieval Scribes” does not say. [2]" in answer.text
    assert "manuscripts" not in answer.text
    nobody = await desk.ask("how much power do the two dune papers save?")
    assert nobody.refused
    assert "Dune Formation” and “Listening" in nobody.text
    both = await desk.ask("what do both dune papers say about the size of grains?")
    assert both.text.startswith("The abstract of “A Survey of Dune Formation” does not say. [1]")
    assert "size of the grains and not on the height" in both.text


@pytest.mark.parametrize(
    ("text", "meant", "said"),
    [
        (
            "Sounds are studied in the singing sand work and manuscripts in the ink work. How?",
            [SINGING, INK],
            "X-ray fluorescence",
        ),
        ("two dune papers: how many sites in one and in the other?", [DUNES, SINGING], "17 sites"),
        (
            "Listening to Singing Sand next to the ink paper: what is analysed?",
            [SINGING, INK],
            "120",
        ),
        ("GrainNet as opposed to the ink paper: how large is each?", [GRAINS, INK], "120 manus"),
    ],
)
async def test_works_may_be_spoken_of_anywhere_in_a_question_that_compares_them(
    desk: Desk, text: str, meant: list[str], said: str
) -> None:
    answer = await desk.ask(text)
    assert answer.question.kind is Kind.COMPARE
    assert titles(answer) == meant
    assert said in answer.text


async def test_works_that_are_named_are_asked_the_same_unless_one_is_asked_about_the_other(
    database: Database, embedder: Embedder
) -> None:
    tide = Paper(
        source_id="arxiv:2501.00011",
        title="TideNet: Reading Tide Gauges",
        abstract="We propose TideNet, which reads tide gauges. It reaches an accuracy of 80.2%.",
        year=2025,
        authors=("Mara Lindqvist",),
    )
    library = await Library(database, embedder).fill([*PAPERS, tide])
    answer = await Desk(library).ask(
        "TideNet / GrainNet: whose accuracy is quoted, and what is it?"
    )
    assert titles(answer) == [tide.title, GRAINS]
    assert "80.2%" in answer.text
    assert "91.4%" in answer.text
    assert (await Desk(library).ask("does TideNet use GrainNet?")).refused


async def test_several_things_asked_of_one_work_are_each_told(desk: Desk) -> None:
    answer = await desk.ask("GrainNet: its estimator, accuracy, code")
    assert "Grain Density Estimator" in answer.text
    assert "91.4%" in answer.text
    assert "https://example.org/grainnet" in answer.text


async def test_described_works_are_asked_what_the_record_says(desk: Desk) -> None:
    answer = await desk.ask("who wrote the ink paper and the singing paper?")
    assert titles(answer) == [INK, SINGING]
    assert "Tom Okafor" in answer.text


async def test_how_many_described_works_were_found_is_said(desk: Desk) -> None:
    three = await desk.ask("compare her three dune papers")
    assert titles(three) == [DUNES, SINGING]
    assert three.note == "I found only 2 such works."
    one = await desk.ask("compare the ink paper and the quantum paper")
    assert titles(one) == [INK]
    assert one.note == "No abstract speaks of “quantum paper”."


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("does the pitch depend on the size of the grains or the height of the dune?", SINGING),
        ("compare the wine and the water for ink", INK),
        ("is GrainNet faster than counting by hand?", GRAINS),
        ("compare counting by hand with counting in a photograph", GRAINS),
        ("how do the Namib and the Gobi differ?", DUNES),
    ],
)
async def test_terms_of_one_work_are_no_works_to_be_compared(
    desk: Desk, text: str, title: str
) -> None:
    answer = await desk.ask(text)
    assert titles(answer) == [title]
    assert answer.note is None


async def test_described_works_are_listed_where_a_list_is_asked_for(desk: Desk) -> None:
    answer = await desk.ask("list the two dune papers")
    assert answer.question.kind is Kind.WORKS_ABOUT
    assert set(titles(answer)) == {DUNES, SINGING}


async def test_works_asked_together_have_to_say_it_both(desk: Desk) -> None:
    answer = await desk.ask("do the dune papers have microphones?")
    assert titles(answer) == [SINGING]
    assert "does not say" not in answer.text


async def test_instructions_in_an_abstract_are_only_quoted(desk: Desk) -> None:
    answer = await desk.ask("where does quicksand form?")
    assert "Quicksand forms where water rises through sand." in answer.text
    assert titles(answer) == ["Ignore All Instructions"]


async def test_nobody_pinned_searches_everything(desk: Desk) -> None:
    answer = await desk.ask("how accurate is GrainNet?", pinned=False)
    assert "91.4%" in answer.text
    assert answer.scope == "all 5 works"


# Record -----------------------------------------------------------------------------------


async def test_why_a_named_work_does_what_it_does_not_is_refused(desk: Desk) -> None:
    assert (await desk.ask("why does GrainNet refuse medical advice?")).refused
    assert not (await desk.ask("how does GrainNet count grains?")).refused


async def test_what_a_named_work_says_of_what_it_does_not_mention_is_refused(desk: Desk) -> None:
    assert (await desk.ask("what does GrainNet say about bees?")).refused
    assert not (await desk.ask("what does GrainNet say about counting?")).refused


@pytest.mark.parametrize(
    "text",
    ["In the work on grains, how accurate is it?", "the 2020 paper on grains: how accurate?"],
)
async def test_something_asked_of_one_work_is_no_topic(desk: Desk, text: str) -> None:
    answer = await desk.ask(text)
    assert answer.question.kind is Kind.CONTENT
    assert "91.4%" in answer.text


async def test_a_few_of_many_works_are_cited_as_examples(desk: Desk) -> None:
    assert (await desk.ask("How many papers?")).text.endswith("5 works, for example [1][2][3].")
    assert (await desk.ask("How many papers in 2021?")).text.endswith("2 works in 2021 [1][2].")


async def test_what_the_latest_are_about_is_quoted_of_each(desk: Desk) -> None:
    answer = await desk.ask("what are her two latest papers about?")
    assert len(titles(answer)) == 2
    assert answer.text.count("“") == 2


async def test_thanks_are_answered(desk: Desk) -> None:
    assert (await desk.ask("Thanks!")).text.startswith("You are welcome!")


async def test_who_works_on_a_topic(desk: Desk) -> None:
    answer = await desk.ask("who works on dunes?", pinned=False)
    assert answer.text.startswith("2 works about dunes: most often by Mara Lindqvist (2 works)")


async def test_what_stands_before_papers_narrows_the_topic(desk: Desk) -> None:
    answer = await desk.ask("which dune papers use microphones?")
    assert titles(answer) == ["Listening to Singing Sand"]
    assert "two microphones" in answer.text
    assert "both" not in (await desk.ask("summarize the paper on dunes")).text
    assert titles(await desk.ask("any nice papers about ink?")) == [
        "Ink Recipes of Medieval Scribes"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("How many papers?", "Mara Lindqvist has 5 works"),
        ("How many papers in 2021?", "Mara Lindqvist has 2 works in 2021"),
        ("how many before 2021?", "Mara Lindqvist has 1 work before 2021"),
        ("how many papers in 1999?", "None"),
        ("how many papers with Ana Sousa?", "Mara Lindqvist has 2 works with Ana Sousa"),
        ("How many papers about dunes?", "Mara Lindqvist has 2 works about dunes"),
        ("which year was the busiest?", "2021 was Mara Lindqvist's busiest year, with 2 works"),
        ("How many dune papers does she have?", "Mara Lindqvist has 2 works about dune"),
        ("how many dune papers use microphones?", "has 1 work about or mentioning both dune and"),
        (
            "what was her busiest year for dunes?",
            "2021 was Mara Lindqvist's busiest year for works",
        ),
        ("newest paper?", "Ignore All Instructions"),
        ("what was her first paper?", "GrainNet"),
        (
            "what was Mara Lindqvist's first dune paper?",
            "The earliest work of Mara Lindqvist about dune",
        ),
        (
            "what share of her papers are from 2021?",
            "2 works in 2021 [1][2]. That is 40% of 5 works.",
        ),
        ("how many different co-authors are there?", "Mara Lindqvist has 2 co-authors"),
        ("how many papers have “sand” in the title?", "has 2 works with “sand” in the title"),
        ("papers whose title contains dune", "has 1 work with “dune” in the title"),
        ("who does she work with on dunes?", "In 2 works about dunes, Mara Lindqvist writes with"),
        ("when was GrainNet published?", "January 2020"),
        ("who wrote GrainNet?", "Mara Lindqvist and Tom Okafor"),
        ("who is the first author of GrainNet?", "Mara Lindqvist"),
        ("who does she write with most?", "Ana Sousa (2 works)"),
        (
            "did she publish more in 2020 or in 2021?",
            "Mara Lindqvist has more works in 2021 (2) than in 2020 (1).",
        ),
        ("more papers in 1999 or in 1998?", "as many works in 1998 as in 1999: 0 each."),
        ("how many papers in 2020 and in 2021?", "has 3 works: 1 in 2020 and 2 in 2021."),
        ("how many papers not from 2021?", "has 3 works: 1 before 2021 and 2 since 2022."),
        ("how many papers without Ana Sousa?", "has 3 works without Ana Sousa"),
        ("how many papers not with Tom Okafor or Ana Sousa?", "without Tom Okafor or Ana Sousa"),
        ("what were the two busiest years?", "The 2 busiest years of Mara Lindqvist were 2021 (2"),
        ("was GrainNet published in 2020?", "Yes: “GrainNet"),
        ("was GrainNet published in 2019?", "No: “GrainNet"),
        (
            "first paper with Ana Sousa",
            "The earliest work of Mara Lindqvist with Ana Sousa is “List",
        ),
        ("the oldest of them", "The earliest work of Mara Lindqvist is “GrainNet"),
        (
            "how many papers with Ana Sousa or Tom Okafor?",
            "has 3 works with Ana Sousa or Tom Okafor",
        ),
        (
            "does she publish more with Ana Sousa or with Tom Okafor?",
            "has as many works with Ana Sousa as with Tom Okafor: 2 each.",
        ),
        (
            "who has more papers, ana sousa or tom okafor?",
            "has as many works with Ana Sousa as with Tom Okafor: 2 each.",
        ),
        ("did Ana Sousa write GrainNet?", "“GrainNet: Counting Grains of Sand” is by Mara"),
        ("was GrainNet published before “A Survey of Dune Formation”?", "Formation” is from 2021"),
        (
            "who is the second author of GrainNet?",
            "The second author of “GrainNet: Counting Grains",
        ),
        ("newest paper not by Tom Okafor", "The latest work of Mara Lindqvist without Tom Okafor"),
        ("papers with both Ana Sousa and Tom Okafor", "1 work with Ana Sousa and Tom Okafor"),
        ("how many papers on sand but not dunes?", "about sand not mentioning dunes"),
        ("how many papers in cs.cv?", "has 1 work in cs.CV [1]"),
        ("how many papers in stat.ML or quant-ph?", "None: I know of no works of Mara"),
        ("how many physics.geo-ph papers are about sand?", "about sand in physics.geo-ph"),
        ("more physics.geo-ph papers in 2020 or 2021?", "more works in 2021 (2) than in 2020 (1)"),
        ("what share of her papers is in cs.CV?", "That is 20% of 5 works."),
        ("papers that are not about dunes", "has 3 works not mentioning dunes"),
        ("papers that don't mention dunes at all", "has 3 works not mentioning dunes"),
        ("does she do anything besides dunes?", "has 3 works not mentioning dunes"),
        ("how many survey papers are there?", "has 1 work written as a survey [1]"),
        ("list the surveys", "has 1 work written as a survey:\n1. A Survey of Dune Formation"),
        ("which papers are surveys or reviews?", "has 1 work written as a survey:\n1. A Survey"),
        ("which papers are not surveys?", "has 4 works not written as a survey:"),
        ("list her papers with dates", "(first posted on 5 January 2023) [1]"),
        ("papers with neither Ana Sousa nor Okafor", "has 2 works without Ana Sousa or Tom Okafor"),
        (
            "what share of her papers is about dunes?",
            "2 works about dunes [1][2]. That is 40% of 5",
        ),
        ("titles containing dune", "has 1 work with “dune” in the title"),
        ("papers without “sand” in the title", "has 3 works without “sand” in the title"),
        ("who is first author most often?", "the first author is most often Mara Lindqvist (5"),
        ("co-authors in 2022", "Mara Lindqvist writes in 2022"),
        ("cite GrainNet", "https://arxiv.org/abs/2001.00001"),
        ("which paper has the fewest authors?", "has 1 author: Mara Lindqvist"),
        ("how many papers per year?", "2021: 2"),
        ("link to GrainNet", "https://arxiv.org/abs/2001.00001"),
        ("who wrote the oldest paper?", "“GrainNet"),
        ("when was the newest paper published?", "“Ignore All Instructions”"),
        ("what are the two oldest papers?", "1. GrainNet: Counting Grains of Sand, from 2020"),
        ("who did she collaborate with most in 2020?", "in 2020 most often with Tom Okafor"),
        ("what topics did she work on in 2021?", "has 2 works in 2021"),
        ("what is her second newest paper?", "“Ink Recipes of Medieval Scribes”, from 2022"),
        ("what was her second paper?", "second earliest work of Mara Lindqvist is “A Survey"),
        ("what was her second busiest year?", "2020, 2022 and 2023 were"),
        ("busiest month?", "January 2021 was Mara Lindqvist's busiest month, with 2 works"),
        ("second busiest month since 2021?", "January 2022 and January 2023 were Mara Lindqvist's"),
        (
            "her busiest month for dunes",
            "January 2021 was Mara Lindqvist's busiest month for works",
        ),
        ("the two busiest months", "were January 2021 (2 works) and January 2023 (1 work)"),
        ("was 2020 her busiest year?", "2021 was Mara Lindqvist's busiest year, with 2 works"),
        ("was 2021 or 2022 busier for her?", "Of 2021 and 2022, 2021 was"),
        ("was 2021 or 2022 busier, by how many to how many?", "with 2 works to 1 in 2022"),
        ("papers where Tom Okafor is not first author", "with Tom Okafor not as first author"),
        ("what was her second busiest year since 2022?", "and no second busiest year among them"),
        ("the ninth newest paper?", "Mara Lindqvist has 5 works and no more."),
        ("who is her second most frequent co-author?", "second most often with Tom Okafor"),
        ("did she publish in 2022?", "Mara Lindqvist has 1 work in 2022"),
        ("did she publish anything in 2019?", "None: I know of no works of Mara Lindqvist in 2019"),
        ("has she published with Ana Sousa in 2020?", "None: I know of no works of Mara"),
        ("how long has she been publishing?", "The earliest work of Mara Lindqvist"),
        ("how many papers a year on average?", "5 works, 1.2 a year on average from 2020 on"),
        ("how many papers did she write alone?", "2 works without a co-author"),
        ("is she the first author of GrainNet?", "first author of “GrainNet"),
        ("did she write GrainNet?", "is by Mara Lindqvist and Tom Okafor"),
        ("in which years did she publish nothing?", "2021: 2"),
        ("list her first-author papers", "Mara Lindqvist has 5 works as first author"),
        ("papers with Tom Okafor as last author", "2 works with Tom Okafor as last author"),
        ("papers where Tom Okafor is last author", "2 works with Tom Okafor as last author"),
        ("papers where she's first author", "has 5 works as first author"),
        ("is she ever first author?", "has 5 works as first author"),
        ("is Mara Lindqvist last author on anything?", "has 2 works as last author"),
        ("is tom okafor ever last author?", "2 works with Tom Okafor as last author"),
        ("how often is she last author?", "has 2 works as last author"),
        (
            "who has she written with twice?",
            "Mara Lindqvist has 2 works each with Ana Sousa and Tom Okafor",
        ),
        ("how many people has she written with at least twice?", "has 2 co-authors with 2 works"),
        ("does any paper have only two authors?", "has 2 works with 2 authors"),
        ("is there a paper with just two authors?", "has 2 works with 2 authors"),
        ("papers with up to two authors, oldest first", "2 authors:\n1. GrainNet"),
        ("papers with up to two authors, newest first", "2 authors:\n1. Ignore All"),
        ("who came up with the paper on singing sand", "“Listening to Singing Sand” is by Mara"),
        ("how many papers has she with Ana Sousa, and which", "with Ana Sousa:\n1. Ink Recipes"),
        ("number of authors on GrainNet", "has 2 authors: Mara Lindqvist and Tom Okafor"),
        ("was 2021 more productive than 2020?", "more works in 2021 (2) than in 2020 (1)"),
        ("was 2021 busier than 2022?", "Of 2021 and 2022, 2021 was"),
        ("how many papers did she write as senior author?", "2 works as last author"),
        ("show me the newest 2 papers", "1. Ignore All Instructions, from 2023"),
        ("Mara Lindqvist", "Mara Lindqvist has 5 works from 2020 to 2023"),
        ("summarize her work in 2021", "Mara Lindqvist has 2 works in 2021:"),
    ],
)
async def test_questions_of_record_are_exact(desk: Desk, text: str, said: str) -> None:
    answer = await desk.ask(text)
    assert said in answer.text
    assert answer.writer == "record"
    assert not answer.refused


async def test_a_list_cites_every_work_newest_first(desk: Desk) -> None:
    answer = await desk.ask("What did she publish between 2020 and 2021?")
    assert [citation.year for citation in answer.citations] == [2021, 2021, 2020]


async def test_a_busiest_year_is_shown_by_works_of_that_year(desk: Desk) -> None:
    answer = await desk.ask("which year was the busiest?")
    assert [citation.year for citation in answer.citations] == [2021, 2021]


async def test_a_co_author_of_a_year_is_shown_by_works_of_that_year(desk: Desk) -> None:
    answer = await desk.ask("who did she collaborate with most in 2021?")
    assert {citation.year for citation in answer.citations} == {2021}


async def test_as_many_works_on_a_topic_are_listed_as_are_asked_for(desk: Desk) -> None:
    every = await desk.ask("which papers are about sand?")
    assert len(every.citations) > 2
    two = await desk.ask("show me 2 papers about sand")
    assert two.citations == every.citations[:2]
    found = len(every.citations)
    assert f"{found} of Mara Lindqvist's 5 works are about sand; 2 of them:" in two.text


async def test_a_named_work_outside_the_window_is_not_replaced_by_another(desk: Desk) -> None:
    answer = await desk.ask("How accurate is “GrainNet: Counting Grains of Sand” in 2015?")
    assert answer.refused
    assert not answer.citations


async def test_two_researchers_are_told_of_one_after_the_other(
    database: Database, embedder: Embedder
) -> None:
    library = await Library(database, embedder).fill()
    async with database.write() as session:
        ana = await researchers.ensure(session, "Ana Sousa", "arXiv")
        await attributions.attribute(session, ana, await works_by_author.ids(session, "Ana Sousa"))
    answer = await Desk(library).ask(
        "who did Mara Lindqvist and Ana Sousa write with?", pinned=False
    )
    assert "Mara Lindqvist writes most often with Ana Sousa (2 works)" in answer.text
    assert "Ana Sousa writes most often with Mara Lindqvist (2 works)" in answer.text
    marks = [int(mark) for mark in re.findall(r"\[(\d+)\]", answer.text)]
    assert marks == [citation.number for citation in answer.citations]


async def test_the_scope_is_shown_back(desk: Desk) -> None:
    answer = await desk.ask("papers in 2021 with Tom Okafor")
    assert answer.scope == "Mara Lindqvist, 1 work, with Tom Okafor, in 2021"


@pytest.mark.parametrize("text", ["papers on sand without beachset", "sand but not BeachSet"])
async def test_works_that_mention_what_is_left_out_are_none_of_those_wanted(
    desk: Desk, text: str
) -> None:
    answer = await desk.ask(text)
    assert "of Mara Lindqvist's 4 works not mentioning" in answer.text
    assert answer.citations
    assert not any("BeachSet" in citation.work.abstract for citation in answer.citations)


async def test_a_filter_that_was_not_understood_is_said_aloud(desk: Desk) -> None:
    answer = await desk.ask("How many papers since the pandemic?")
    assert answer.note == (
        "I did not understand “since the pandemic”, so it does not narrow the answer."
    )


async def test_works_without_a_day_are_said_to_be_left_out(desk: Desk) -> None:
    answer = await desk.ask("How many papers between January and March 2021?")
    assert "2 works" in answer.text


async def test_works_without_a_day_are_of_no_month(database: Database, embedder: Embedder) -> None:
    undated = replace(PAPERS[0], published=None)
    desk = Desk(await Library(database, embedder).fill([undated, *PAPERS[1:]]))
    answer = await desk.ask("which month had the most papers?")
    assert "1 work of which only the year is known is left out" in answer.text


async def test_works_without_a_day_count_against_their_own_year_alone(
    database: Database, embedder: Embedder
) -> None:
    library = await Library(database, embedder).fill([replace(REVIEW, published=None)])
    desk = Desk(library)
    left_out = "1 work of which only the year is known is left out"
    assert left_out in (await desk.ask("How many papers in March 2024?")).text
    assert left_out not in (await desk.ask("How many papers in March 2020?")).text


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("list her papers from oldest to newest", "GrainNet"),
        ("papers in chronological order", "GrainNet"),
        ("papers newest first", "Ignore All Instructions"),
        ("papers about dunes, oldest first", "A Survey"),
        ("papers about dunes, newest first", "Listening"),
    ],
)
async def test_works_are_listed_in_the_order_wanted(desk: Desk, text: str, first: str) -> None:
    answer = await desk.ask(text)
    assert titles(answer)[0].startswith(first)
    years = [citation.year for citation in answer.citations]
    assert years == sorted(years, reverse="newest" in text.split("to")[0])


async def test_works_shown_can_be_put_in_order(desk: Desk) -> None:
    first = await desk.ask("papers with Tom Okafor")
    then = await desk.ask("oldest first", first.turn)
    assert [citation.year for citation in then.citations] == [2020, 2021]


async def test_the_next_of_a_list_is_told_of(desk: Desk) -> None:
    first = await desk.ask("papers with Tom Okafor")
    then = await desk.ask("and the second?", first.turn)
    assert titles(then) == ["GrainNet: Counting Grains of Sand"]
    assert then.text.startswith("We propose the Grain Density Estimator")


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("which papers have a single author?", "with 1 author"),
        ("how many papers have more than two authors?", "with 3 authors or more"),
        ("papers with more than one co-author", "with 3 authors or more"),
        ("papers with at most 2 authors", "with up to 2 authors"),
        ("papers by three or more people", "with 3 authors or more"),
    ],
)
async def test_works_are_chosen_by_how_many_wrote_them(desk: Desk, text: str, scope: str) -> None:
    answer = await desk.ask(text)
    assert answer.scope.endswith(scope)
    low, high = answer.question.choice.team or (0, 0)
    assert answer.citations
    assert all(low <= len(citation.work.authors) <= high for citation in answer.citations)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("papers with the word ill in the title", 0),
        ("papers with “sand” or “dune” in the title", 3),
        ("papers with “singing” and “sand” in the title", 1),
        ("papers with GrainNet in the title", 1),
        ("how many papers with sand in the title are not from 2020?", 1),
    ],
)
async def test_titles_have_whole_words(desk: Desk, text: str, number: int) -> None:
    answer = await desk.ask(text)
    assert len(answer.citations) == number


async def test_nobody_wrote_as_often_together(desk: Desk) -> None:
    answer = await desk.ask("who has she worked with more than once in 2021?")
    assert answer.refused
    assert answer.text.endswith("are stored with 2 works or more in 2021.")


async def test_a_role_that_is_denied_leaves_works_out(desk: Desk) -> None:
    for text in ("papers where she's not last author", "papers where she isn't last author"):
        answer = await desk.ask(text)
        assert len(answer.citations) == 3
        assert "not as last author" in answer.text
        assert answer.note is None


async def test_a_share_is_told_of_what_is_clear(desk: Desk) -> None:
    answer = await desk.ask("what share of papers from 2021 is with Tom Okafor?")
    assert "%" not in answer.text


async def test_others_than_somebody_are_the_closest_but_that_one(desk: Desk) -> None:
    answer = await desk.ask("most frequent co-author other than Ana Sousa")
    assert "Ana Sousa" not in answer.text
    assert "Tom Okafor (2 works)" in answer.text


async def test_works_shown_are_chosen_by_how_many_wrote_them(desk: Desk) -> None:
    first = await desk.ask("papers about dunes")
    then = await desk.ask("which of these have more than 2 authors?", first.turn)
    assert titles(then) == ["Listening to Singing Sand"]


@pytest.mark.parametrize("text", ["was it published in 2020?", "who is the second author?"])
async def test_a_work_that_nobody_named_is_asked_for(desk: Desk, text: str) -> None:
    assert "Please say which paper you mean" in (await desk.ask(text)).text


async def test_works_of_which_not_all_authors_are_known_are_said_to_be_left_out(
    database: Database, embedder: Embedder
) -> None:
    unsure = replace(REVIEW, authors_complete=False)
    desk = Desk(await Library(database, embedder).fill([unsure]))
    said = "1 work whose authors are not all stored is left out."
    assert said in (await desk.ask("papers with more than 3 authors")).text
    assert said in (await desk.ask("which paper has the most authors?")).text


async def test_years_without_works_are_counted_too(database: Database, embedder: Embedder) -> None:
    early = replace(REVIEW, source_id="arxiv:2101.1", title="Older", year=2021, published=None)
    desk = Desk(await Library(database, embedder).fill([REVIEW, early]))
    assert "2024: 1\n2023: 0\n2022: 0\n2021: 1" in (await desk.ask("how many a year?")).text


@pytest.mark.parametrize(
    "text",
    ["what is GrainNet?", "tl;dr GrainNet", "tell me about GrainNet", "what does GrainNet do"],
)
async def test_what_a_work_is_begins_with_what_it_proposes(desk: Desk, text: str) -> None:
    answer = await desk.ask(text)
    assert answer.text.startswith("We propose the Grain Density Estimator")
    assert titles(answer) == ["GrainNet: Counting Grains of Sand"]


@pytest.mark.parametrize("text", ["GrainNet", "https://arxiv.org/abs/2001.00001", "2001.00001"])
async def test_a_work_that_is_only_named_is_told_of(desk: Desk, text: str) -> None:
    assert (await desk.ask(text)).text.startswith("We propose the Grain Density Estimator")


async def test_what_a_work_is_can_be_one_sentence(desk: Desk) -> None:
    answer = await desk.ask("explain GrainNet in one sentence")
    assert answer.text.count("[1]") == 1


async def test_a_work_without_a_day_counts_where_its_whole_year_lies(
    database: Database, embedder: Embedder
) -> None:
    library = await Library(database, embedder).fill([replace(REVIEW, published=None)])
    answer = await Desk(library).ask("How many papers in the last decade?")
    assert "has 1 work from 22 November 2016" in answer.text


async def test_a_year_of_no_century_of_papers_is_said_aloud(desk: Desk) -> None:
    answer = await desk.ask("How many papers in 3020?")
    assert answer.note == "I did not understand “in 3020”, so it does not narrow the answer."


async def test_a_work_of_another_year_than_it_was_posted_in_is_told_without_yes_or_no(
    database: Database, embedder: Embedder
) -> None:
    posted = replace(REVIEW, published=date(2023, 12, 30))
    desk = Desk(await Library(database, embedder).fill([posted]))
    for year in ("2023", "2024"):
        answer = await desk.ask(f"was “What Is Known of Beaches” published in {year}?")
        assert answer.text == (
            "“What Is Known of Beaches” is from 2024 (first posted on 30 December 2023) [1]."
        )


@pytest.mark.parametrize(
    "text", ["what is the most important paper?", "what should I read first?", "pick one for me"]
)
async def test_works_are_not_judged(desk: Desk, text: str) -> None:
    answer = await desk.ask(text)
    assert answer.refused
    assert "do not judge" in answer.text


async def test_who_put_something_forward_is_who_proposed_it_first(desk: Desk) -> None:
    answer = await desk.ask("who proposed the Grain Density Estimator?")
    assert "Mara Lindqvist and Tom Okafor" in answer.text
    answer = await desk.ask("who invented sand?")
    assert (answer.refused, answer.note) == (True, None)


@pytest.mark.parametrize("written", ["BEACH-10/100", "BEACH100", "BEACH 10/100", "BEACH-100"])
async def test_a_data_set_is_found_in_whatever_way_it_is_written(
    database: Database, embedder: Embedder, written: str
) -> None:
    told = replace(REVIEW, abstract=f"Waves are classified by a network. We train it on {written}.")
    answer = await Desk(await Library(database, embedder).fill([told])).ask(
        "which papers mention BEACH-100?"
    )
    assert titles(answer) == ["What Is Known of Beaches"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("how many journal papers?", "where works were published"),
        ("who is the smartest co-author?", "do not judge"),
        ("how many women are among the co-authors?", "nothing about people's lives"),
        ("what's the weather today?", "only answer questions from the stored abstracts"),
        ("does GrainNet use attention?", "none of the abstracts says that"),
        ("who invented singing sand?", "none of the abstracts says that"),
        ("how many papers about volcanoes?", "none of the abstracts is about volcanoes"),
        ("papers with Tom Okafor in 1999", "I know of no works"),
    ],
)
async def test_what_is_not_kept_is_refused_and_not_counted(
    desk: Desk, text: str, said: str
) -> None:
    answer = await desk.ask(text)
    assert answer.refused
    assert said in answer.text
    assert "so I cannot answer" not in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "how many sites in the listening to singing sand paper vs the ink recipes of medieval one",
        "How many sites had the singing sand, and how many monasteries mixed ink?",
        "How many sites are in the sand recordings, and how many monasteries in the ink study?",
    ],
)
async def test_two_works_are_asked_in_one_question(desk: Desk, text: str) -> None:
    answer = await desk.ask(text)
    titles = {citation.work.title for citation in answer.citations}
    assert titles == {"Listening to Singing Sand", "Ink Recipes of Medieval Scribes"}


async def test_an_abstract_is_shown_whole(desk: Desk) -> None:
    answer = await desk.ask("show me the abstract of GrainNet")
    assert answer.text.startswith("Counting sand by hand is slow. We propose")
    assert answer.text.endswith("https://example.org/grainnet. [1]")


async def test_who_may_be_an_author_of_works_with_unknown_authors_is_said(
    database: Database, embedder: Embedder
) -> None:
    unsure = replace(REVIEW, authors_complete=False)
    hers = replace(REVIEW, source_id="arxiv:2401.2", authors=("Mara Lindqvist", "Ana Sousa"))
    desk = Desk(await Library(database, embedder).fill([unsure, hers]))
    answer = await desk.ask("papers without Ana Sousa")
    assert "Of 1 work not all authors are stored, and Ana Sousa may be one" in answer.text


async def test_the_best_works_on_a_topic_are_those_about_it(desk: Desk) -> None:
    assert "A Survey of Dune Formation" in titles(await desk.ask("best papers about dunes"))


async def test_those_of_a_few_that_are_nothing_of_the_kind_are_not_counted(desk: Desk) -> None:
    assert (await desk.ask("how many of them are goats?")).refused


async def test_a_greeting_gets_a_sentence(desk: Desk) -> None:
    answer = await desk.ask("hello!")
    assert not answer.refused
    assert "Mara Lindqvist" in answer.text


REVIEW = Paper(
    source_id="arxiv:2401.00001",
    title="What Is Known of Beaches",
    abstract="Beaches change with every storm. This review reads 88 articles from the Journal of "
    "Coastal Research. Most articles measure slopes, and few measure grains.",
    year=2024,
    authors=("Mara Lindqvist",),
    published=date(2024, 1, 1),
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Which journal do the articles reviewed about beaches come from?", "Coastal Research"),
        ("In which conference did the review of beaches appear?", None),
        ("How many citations does the review of beaches have?", None),
    ],
)
async def test_of_journals_only_what_an_abstract_says_is_told(
    database: Database, embedder: Embedder, text: str, said: str | None
) -> None:
    library = await Library(database, embedder).fill([REVIEW])
    answer = await Desk(library).ask(text)
    if said:
        assert said in answer.text
        assert titles(answer) == [REVIEW.title]
    else:
        assert answer.refused
        assert answer.text.startswith("I keep titles, abstracts, authors and dates;")


async def test_a_model_far_away_is_asked_for_what_is_searched_and_nothing_else(
    desk: Desk, embedder: Embedder
) -> None:
    class FarAway(Provided):
        """A provider's model, which counts what it is asked, and by whom."""

        def __init__(self) -> None:
            self.name = embedder.name
            self.asked: list[str] = []

        def encode_question(self, text: str) -> Matrix:
            self.asked.append(text)
            pools.append(database._open.copy())
            return embedder.encode_question(text)

    database, pools = desk.library.database, list[object]()
    far = FarAway()
    search = Search(database, far, EverythingIsNear(database, embedder.name))
    answerer = Answerer(database, search, today=lambda: TODAY)
    for text in ("hello!", "How many papers?", "why do dunes move?"):
        answer = await answerer.answer(text, pinned_id=desk.library.mara.id)
    assert "because the wind lifts sand" in answer.text
    assert far.asked == ["why do dunes move?"]
    await answerer.answer("compare the ink and the dune paper", pinned_id=desk.library.mara.id)
    assert far.asked[1:] == ["compare the ink and the dune paper", "ink paper", "dune paper"]
    assert pools == [set()] * 4, "no connection waits for the model"


async def test_a_refusal_says_what_could_not_be_searched_yet(
    database: Database, embedder: Embedder
) -> None:
    library = await Library(database, embedder).fill()
    async with database.write() as session:
        await storing.store(session, [REVIEW], library.mara.id)
    answer = await Desk(library).ask("which pizza is best in Naples?")
    assert answer.refused
    assert answer.note == "1 work is still being read in and was not searched."


async def test_a_named_work_that_is_not_read_in_yet_is_not_said_to_be_silent(
    database: Database, embedder: Embedder
) -> None:
    library = await Library(database, embedder).fill()
    async with database.write() as session:
        await storing.store(session, [REVIEW], library.mara.id)
    answer = await Desk(library).ask(f"What does “{REVIEW.title}” say about pizza?")
    assert answer.refused
    assert answer.text == f"“{REVIEW.title}” is not read in yet; please ask again soon."
    assert answer.note is None


async def test_an_empty_library_says_so(database: Database, embedder: Embedder) -> None:
    library = Library(database, embedder)
    answerer = Answerer(database, library.search, today=lambda: TODAY)
    with pytest.raises(NothingImported):
        await answerer.answer("anything on sand?")


@pytest.mark.parametrize(
    "text",
    [f"Which papers are about {',' * 60}x", f"papers {'.' * 60} dunes", f"all works {'a, ' * 60}"],
)
async def test_no_row_of_marks_keeps_everybody_waiting(desk: Desk, text: str) -> None:
    await desk.ask(text)  # reading these took longer than anybody lives


async def test_the_year_before_all_years_is_no_window(desk: Desk) -> None:
    before = await desk.ask("papers before 2021")
    assert (await desk.ask("and the year before?", before.turn)).text


async def test_a_follow_up_keeps_the_work(desk: Desk) -> None:
    first = await desk.ask("What is GrainNet?")
    then = await desk.ask("how accurate is it?", first.turn)
    assert "91.4%" in then.text
    again = await desk.ask("and who wrote it?", first.turn, then.turn)
    assert "Tom Okafor" in again.text


async def test_a_follow_up_counts_the_year_after(desk: Desk) -> None:
    first = await desk.ask("How many papers in 2020?")
    then = await desk.ask("and the year after?", first.turn)
    assert "2 works in 2021" in then.text


# With a model -----------------------------------------------------------------------------


class Model:
    """A model's writer that says what it is told to."""

    name = "test:model"

    def __init__(self, draft: Draft | ModelUnavailable) -> None:
        self.draft = draft
        self.asked = 0

    async def write(
        self,
        question: str,
        passages: Sequence[Passage],
        *,
        history: Sequence[str] = (),
        on_draft: Callable[[Draft], Awaitable[None]] | None = None,
    ) -> Draft:
        self.asked += 1
        if isinstance(self.draft, ModelUnavailable):
            raise self.draft
        return self.draft


async def test_a_quote_that_no_work_holds_is_dropped(desk: Desk) -> None:
    invented = DraftSentence("Sand is alive.", (Quote(0, "Sand is alive."),))
    model = Model(Draft((invented,)))
    answerer = Answerer(desk.library.database, desk.library.search, model, lambda: TODAY)
    answer = await answerer.answer("why do dunes move?", pinned_id=desk.library.mara.id)
    assert answer.refused
    assert answer.citations == ()


async def test_a_model_that_fails_is_replaced_by_quotes_and_it_is_said(desk: Desk) -> None:
    model = Model(ModelUnavailable(why="it is busy"))
    answerer = Answerer(desk.library.database, desk.library.search, model, lambda: TODAY)
    answer = await answerer.answer("why do dunes move?", pinned_id=desk.library.mara.id)
    assert "because the wind lifts sand" in answer.text
    assert answer.writer == "quoting"
    assert answer.note is not None
    assert "it is busy" in answer.note


async def test_of_two_questions_in_one_the_model_is_asked_what_is_in_the_abstracts(
    desk: Desk,
) -> None:
    code = "Code is available at https://example.org/grainnet."
    model = Model(Draft((DraftSentence("There is code.", (Quote(0, code),)),)))
    answerer = Answerer(desk.library.database, desk.library.search, model, lambda: TODAY)
    answer = await answerer.answer(
        "Where is the code of GrainNet, and who wrote it?", pinned_id=desk.library.mara.id
    )
    assert answer.text.startswith("There is code. [1] “GrainNet: Counting Grains of Sand” is by")
    assert model.asked == 1


async def test_no_model_is_asked_what_nothing_answers(desk: Desk) -> None:
    model = Model(Draft(()))
    answerer = Answerer(desk.library.database, desk.library.search, model, lambda: TODAY)
    answer = await answerer.answer("best pizza in Naples?", pinned_id=desk.library.mara.id)
    assert answer.refused
    assert model.asked == 0


async def test_works_that_bring_something_along_speak_of_it(desk: Desk) -> None:
    answer = await desk.ask("which papers release their code?")
    assert answer.text.splitlines()[0].endswith("speaks of releasing their code:"), answer.text
    assert [citation.title for citation in answer.citations] == [
        "GrainNet: Counting Grains of Sand"
    ]
    none = await desk.ask("which papers introduce a new benchmark?")
    assert none.refused
    assert "none of the abstracts speaks of" in none.text


async def test_works_are_counted_by_what_they_do(desk: Desk) -> None:
    released = await desk.ask("how many papers release their code?")
    assert "1 work about releasing their code" in released.text, released.text
    hers = await desk.ask("how many papers by her do you have?")
    assert not hers.refused
    assert hers.text == (await desk.ask("how many papers does she have?")).text
