"""Follow-ups: what a person who asks on is answered, a few words at a time."""

from dataclasses import replace
from datetime import date

import pytest
from pydantic import TypeAdapter

from retrieval.answer import Answerer
from retrieval.cited import Answer
from retrieval.embedding import Embedder
from retrieval.question.kinds import Kind
from retrieval.question.typed import Turn
from storage import researchers, storing
from storage.database import Database
from storage.errors import UnknownResearcher
from storage.works import Paper
from tests.retrieval.library import PAPERS, Library

TODAY = date(2026, 11, 22)
GRAIN, SURVEY, SONG, INK, QUICKSAND = (paper.title for paper in PAPERS)


def _of_2024(month: int, title: str, abstract: str, *authors: str) -> Paper:
    return Paper(
        source_id=f"arxiv:24{month:02d}.00001",
        title=title,
        abstract=abstract,
        year=2024,
        authors=("Mara Lindqvist", *authors),
        published=date(2024, month, 2),
        url=f"https://arxiv.org/abs/24{month:02d}.00001",
    )


MORE = (
    _of_2024(
        2,
        "DuneRAG: Asking a Desert Archive",
        "Desert archives are hard to ask. We propose DuneRAG, which looks for letters of "
        "travellers and trains its reader by reinforcement learning. It outperforms keyword "
        "search by 15% on SandQA, 2OasisQA and CamelSet.",
        "Ana Sousa",
    ),
    _of_2024(
        4,
        "Glass from Desert Sand",
        "Desert sand is too round for concrete. We melt it into glass and test its strength.",
    ),
    _of_2024(
        6,
        "Fog Nets in the Namib",
        "Fog nets collect water at night. We weigh the water of one season.",
        "Tom Okafor",
    ),
    _of_2024(
        9,
        "Sand Cats at Night",
        "Sand cats hunt in the dark. We follow their tracks with cameras.",
    ),
)
RAG, GLASS, FOG, CATS = (paper.title for paper in MORE)


class Talk:
    """A conversation; every answer is kept and read back as it is in storage."""

    _TURN: TypeAdapter[Turn] = TypeAdapter(Turn)

    def __init__(self, library: Library) -> None:
        self._answerer = Answerer(library.database, library.search, today=lambda: TODAY)
        self._mara = library.mara.id

    async def __call__(self, *texts: str) -> Answer:
        """The answer to the last of the questions."""
        turns: list[Turn] = []
        for text in texts:
            answer = await self._answerer.answer(text, history=turns, default_id=self._mara)
            kept = self._TURN.dump_python(answer.turn, mode="json")
            turns.append(self._TURN.validate_python(kept))
        return answer


@pytest.fixture(scope="module")
async def library(shared_database: Database, embedder: Embedder) -> Library:
    return await Library(shared_database, embedder).fill((*PAPERS, *MORE))


@pytest.fixture
def talk(library: Library) -> Talk:
    return Talk(library)


def titles(answer: Answer) -> list[str]:
    return [citation.title for citation in answer.citations]


def test_a_turn_kept_by_an_earlier_release_is_read() -> None:
    kept = {
        "question": "How many papers in 2020?",
        "researcher_ids": [1],
        "work_ids": [2],
        "window": {"start": "2020-01-01", "end": "2020-12-31", "label": "in 2020"},
        "kind": "how many",
        "content": "",
    }
    turn = TypeAdapter(Turn).validate_python(kept)
    assert [window.label for window in turn.times] == ["in 2020"]


# All that were meant ----------------------------------------------------------------------


@pytest.mark.parametrize("text", ["which ones?", "list them", "show them all", "which?"])
async def test_works_that_were_counted_are_listed_all(talk: Talk, text: str) -> None:
    answer = await talk("How many papers did Mara Lindqvist publish in 2024?", text)
    assert titles(answer) == [CATS, FOG, GLASS, RAG]


async def test_works_counted_with_a_co_author_are_listed(talk: Talk) -> None:
    answer = await talk("How many papers did she write with Tom Okafor?", "which ones?")
    assert titles(answer) == [FOG, SONG, GRAIN]


async def test_works_on_a_topic_that_were_counted_are_listed(talk: Talk) -> None:
    counted = await talk("How many papers are about dunes?")
    listed = await talk("How many papers are about dunes?", "which ones?")
    assert counted.text.split(" work")[0].split()[-1] == str(len(titles(listed)))


@pytest.mark.parametrize("text", ["what did she publish that year?", "list them"])
async def test_the_busiest_year_is_remembered(talk: Talk, text: str) -> None:
    answer = await talk("What was Mara Lindqvist's busiest year?", text)
    assert titles(answer) == [CATS, FOG, GLASS, RAG]


async def test_those_that_were_counted_are_searched_for_a_topic(talk: Talk) -> None:
    answer = await talk("How many papers in 2024?", "which of them are about fog?")
    assert titles(answer) == [FOG]


# Narrowed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("how many of them are from 2021?", "That is 2 works in 2021"),
        ("how many of those were published in 2022?", "None of those works is in 2022."),
    ],
)
async def test_works_named_before_are_counted_in_a_time(talk: Talk, text: str, said: str) -> None:
    assert said in (await talk("Which papers did she write before 2022?", text)).text


async def test_none_of_those_counted_is_of_another_time(talk: Talk) -> None:
    answer = await talk("How many papers in 2024?", "which of them are from 2021?")
    assert answer.text == "None of those works is in 2021."


async def test_this_year_points_at_no_works(talk: Talk) -> None:
    answer = await talk("How many papers in 2024?", "how many papers were there this year?")
    assert "in 2026" in answer.text


@pytest.mark.parametrize("text", ["which of them are from 2020?", "only the ones from 2020"])
async def test_works_named_before_are_narrowed_by_a_time(talk: Talk, text: str) -> None:
    assert titles(await talk("Which papers did she write before 2022?", text)) == [GRAIN]


async def test_works_named_before_are_narrowed_by_a_person(talk: Talk) -> None:
    answer = await talk("What did she publish in 2024?", "only those with Tom Okafor")
    assert titles(answer) == [FOG]


@pytest.mark.parametrize("text", ["only by tom okafor", "just those with okafor", "with okafor?"])
async def test_works_named_before_are_narrowed_by_a_name_as_it_is_typed(
    talk: Talk, text: str
) -> None:
    answer = await talk("What did she publish in 2024?", text)
    assert titles(answer) == [FOG]


async def test_another_time_is_asked_for_the_topic_that_narrowed(talk: Talk) -> None:
    first = ("What did she publish in 2024?", "which of those are about fog?")
    assert (await talk(*first, "and in 2020?")).refused
    assert "about fog" in (await talk(*first, "and in 2020?")).text


async def test_of_works_narrowed_to_a_time_another_time_is_asked_for(talk: Talk) -> None:
    first = "Which papers did she write before 2022?"
    answer = await talk(first, "how many of them are from 2021?", "and in 2020?")
    assert "1 work in 2020" in answer.text


async def test_works_narrowed_once_are_narrowed_again(talk: Talk) -> None:
    first = "Which papers did she write before 2022?"
    answer = await talk(first, "which of them are from 2021?", "only those with Ana Sousa")
    assert titles(answer) == [SONG]


@pytest.mark.parametrize(
    ("first", "text", "heading", "found"),
    [
        ("How many papers in 2024?", "which of them are about sand?", "2 of", [GLASS, CATS]),
        ("What did she publish in 2024?", "which of those use cameras?", "1 of those 4", [CATS]),
        ("papers with Ana Sousa", "are any of them about ink?", "1 of those 3", [INK]),
        ("papers with Ana Sousa", "only the ones about ink", "1 of those 3", [INK]),
        ("papers with Ana Sousa", "just the ink ones", "1 of those 3", [INK]),
    ],
)
async def test_those_about_a_topic_are_listed_and_only_those(
    talk: Talk, first: str, text: str, heading: str, found: list[str]
) -> None:
    answer = await talk(first, text)
    assert answer.text.startswith(heading)
    assert sorted(titles(answer)) == sorted(found)


async def test_that_none_of_those_is_about_a_topic_is_said_of_them(talk: Talk) -> None:
    answer = await talk("papers with Ana Sousa", "which of them are about volcanoes?")
    assert answer.refused
    assert "those 3 works" in answer.text


# One of a list ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tell me more about the third one", "melt it into glass"),
        ("what is the third one about?", "melt it into glass"),
        ("the third one: what does it do?", "melt it into glass"),
        ("who wrote the second?", "Tom Okafor"),
        ("when was number 4 published?", "2 February 2024"),
        ("ok and the third?", "melt it into glass"),
    ],
)
async def test_one_of_a_list_is_meant_by_its_place(talk: Talk, text: str, said: str) -> None:
    answer = await talk("What did she publish in 2024?", text)
    assert said in answer.text
    assert len(answer.citations) == 1


async def test_the_next_of_a_list_is_asked_the_same(talk: Talk) -> None:
    answer = await talk("What did she publish in 2024?", "who wrote the first one?", "and the 2nd?")
    assert titles(answer) == [FOG]
    assert "Tom Okafor" in answer.text


async def test_them_are_the_list_before_the_one_that_was_picked(talk: Talk) -> None:
    first = ("What did she publish in 2024?", "what is the first one about?")
    assert titles(await talk(*first, "do any of them use reinforcement learning?")) == [RAG]


async def test_a_place_that_the_list_does_not_have_is_said(talk: Talk) -> None:
    answer = await talk("What did she publish in 2024?", "who wrote the seventh?")
    assert answer.refused
    assert answer.citations == ()


async def test_after_one_of_a_list_the_list_is_asked_for_another_time(talk: Talk) -> None:
    answer = await talk("What did she publish in 2024?", "who wrote the first one?", "and in 2020?")
    assert titles(answer) == [GRAIN]


# It ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["when?", "and when?", "which year?"])
async def test_one_word_asks_of_the_work_before(talk: Talk, text: str) -> None:
    answer = await talk("What is GrainNet?", "who wrote it?", text)
    assert "from 2020" in answer.text


async def test_who_alone_asks_for_the_authors(talk: Talk) -> None:
    assert "Tom Okafor" in (await talk("What is GrainNet?", "by whom?")).text


@pytest.mark.parametrize(
    ("work", "text", "said"),
    [
        ("GrainNet", "what is the accuracy?", "91.4%"),
        ("GrainNet", "and how much faster?", "12 times"),
        ("GrainNet", "is there a website?", "example.org"),
        ("DuneRAG", "which data sets does it use?", "2OasisQA"),
        ("DuneRAG", "by how much does it beat the baselines?", "15%"),
        ("DuneRAG", "does it use reinforcement learning?", "reinforcement learning"),
        ("DuneRAG", "compared to what?", "keyword search"),
    ],
)
async def test_what_the_work_before_says_is_quoted(
    talk: Talk, work: str, text: str, said: str
) -> None:
    answer = await talk(f"What is {work}?", text)
    assert said in answer.text
    assert len(answer.citations) == 1


@pytest.mark.parametrize("work", ["GrainNet", "DuneRAG"])
@pytest.mark.parametrize(
    "text",
    [
        "how many GPUs was it trained on?",
        "what is the learning rate?",
        "how many parameters does it have?",
        "which optimizer?",
        "does it work on Chinese?",
        "how many annotators?",
        "what is its BLEU score?",
        "does it use diffusion?",
        "what hardware was it trained on?",
        "is it better than humans?",
        "what are its limitations?",
        "which llm does it use?",
        "why?",
    ],
)
async def test_what_the_work_before_does_not_say_is_refused(
    talk: Talk, work: str, text: str
) -> None:
    answer = await talk(f"What is {work}?", text)
    assert answer.refused
    assert "the abstract does not say" in answer.text


async def test_a_refused_question_of_nothing_known_is_not_answered_from_elsewhere(
    talk: Talk,
) -> None:
    assert (await talk("What is FooBarNet?", "on which data sets?")).refused


async def test_a_refusal_does_not_lose_the_work(talk: Talk) -> None:
    refused = await talk("What is GrainNet?", "what was the batch size?")
    assert refused.refused
    answer = await talk("What is GrainNet?", "what was the batch size?", "on which data sets?")
    assert "BeachSet" in answer.text


async def test_thanks_change_nothing(talk: Talk) -> None:
    answer = await talk("What is GrainNet?", "thanks!", "how accurate is it?")
    assert "91.4%" in answer.text


async def test_a_relative_clause_points_at_nothing_before(talk: Talk) -> None:
    answer = await talk("What is GrainNet?", "is there a paper that collects water at night?")
    assert titles(answer) == [FOG]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("latest paper?", CATS),
        ("list all papers", CATS),
        ("what is her first paper?", GRAIN),
        ("anything on ink?", INK),
        ("singing dunes", SONG),
        ("Is it possible to make glass from sand?", GLASS),
    ],
)
async def test_a_short_question_may_stand_for_itself(talk: Talk, text: str, first: str) -> None:
    assert titles(await talk("What is GrainNet?", text))[0] == first


async def test_the_same_is_asked_of_another_work(talk: Talk) -> None:
    answer = await talk("How accurate is GrainNet?", "and what does DuneRAG do?")
    assert titles(answer) == [RAG]
    answer = await talk("When was GrainNet published?", "and DuneRAG?")
    assert "2 February 2024" in answer.text


# The work as a whole ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "what did they find?",
        "what are the results?",
        "what were the main findings",
        "what's the conclusion?",
        "and the key takeaways?",
        "what did it find",
    ],
)
async def test_what_came_out_is_told_and_not_what_was_tried(talk: Talk, text: str) -> None:
    answer = await talk("What is GrainNet?", text)
    assert "91.4%" in answer.text
    assert "by hand is slow" not in answer.text
    assert "We propose" not in answer.text


async def test_what_came_out_of_each_of_several_works(talk: Talk) -> None:
    answer = await talk("Which papers are about dunes or archives?", "what did they find?")
    assert "Dunes grow fastest in early spring" in answer.text
    assert "outperforms keyword search by 15%" in answer.text


async def test_how_a_work_goes_about_it_is_no_greeting(talk: Talk) -> None:
    answer = await talk("What is GrainNet?", "how does it work?")
    assert "counts grains in a single photograph" in answer.text
    assert "91.4%" not in answer.text


async def test_how_does_this_work_is_one_after_a_greeting(talk: Talk) -> None:
    answer = await talk("What is GrainNet?", "thanks!", "how does this work?")
    assert "Ask me about" in answer.text


async def test_by_how_much(talk: Talk) -> None:
    answer = await talk("What is DuneRAG?", "is it better than keyword search?", "by how much?")
    assert "15%" in answer.text


@pytest.mark.parametrize("first", ["What is GDE?", "What is GrainNet?"])
async def test_what_a_short_form_stands_for(talk: Talk, first: str) -> None:
    answer = await talk(first, "what does it stand for?")
    assert "Grain Density Estimator" in answer.text


@pytest.mark.parametrize("text", ["whats the title?", "which paper is that?", "what is it called"])
async def test_which_paper_it_was_is_told_from_the_record(talk: Talk, text: str) -> None:
    answer = await talk("How accurate is GrainNet?", text)
    assert GRAIN in answer.text
    assert "2020" in answer.text
    assert "https://arxiv.org/abs/2001.00001" in answer.text


async def test_who_is_the_last_author_is_asked_of_the_work_before(talk: Talk) -> None:
    answer = await talk("What is GrainNet?", "who is the last author")
    assert answer.text == f"The last author of “{GRAIN}” is Tom Okafor [1]."


async def test_what_the_work_before_says_is_not_looked_for_elsewhere(talk: Talk) -> None:
    answer = await talk("What is quicksand?", "where does the water rise through sand?")
    assert titles(answer) == [QUICKSAND]
    answer = await talk("What is quicksand?", "which fog nets collect water at night?")
    assert titles(answer) == [FOG]
    for text in ("what is reinforcement learning?", "desert archives"):
        assert (await talk("What is DuneRAG?", text)).scope == "Mara Lindqvist, 9 works"


@pytest.mark.parametrize("text", ["what's it about?", "what are the main contributions?"])
async def test_what_it_is_about_is_asked_of_the_work_before(talk: Talk, text: str) -> None:
    answer = await talk("When was DuneRAG published?", text)
    assert "looks for letters of travellers" in answer.text


async def test_which_work_goes_on_from_another_is_not_known(talk: Talk) -> None:
    answer = await talk("What is GrainNet?", "was there a follow-up paper?", "how accurate is it?")
    assert "91.4%" in answer.text
    assert (await talk("What is GrainNet?", "was there a follow-up paper?")).refused


# The newest of those ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "text", "found"),
    [
        (["papers with Ana Sousa"], "which is the oldest?", SONG),
        (["papers with Tom Okafor"], "the newest?", FOG),
        (["How many papers with Tom Okafor?"], "which is the newest?", FOG),
        (["How many papers with Tom Okafor?", "list them"], "which one is the latest", FOG),
        (["What did she publish in 2024?"], "which of those is the oldest", RAG),
        (["Which papers are about dunes?"], "which one came first?", SURVEY),
        (["What is DuneRAG?", "and GrainNet?"], "which one is newer?", RAG),
        (["What is DuneRAG?", "who wrote it?", "and GrainNet?"], "which is older?", GRAIN),
    ],
)
async def test_the_newest_is_that_of_the_works_before(
    talk: Talk, before: list[str], text: str, found: str
) -> None:
    assert titles(await talk(*before, text)) == [found]


async def test_of_those_is_said_with_the_newest_of_them(talk: Talk) -> None:
    answer = await talk("papers with Tom Okafor", "which is the newest?")
    assert answer.text.startswith(f"The latest of those 3 works is “{FOG}”")


async def test_one_work_has_no_newest(talk: Talk) -> None:
    assert titles(await talk("What is GrainNet?", "which is the newest?")) == [CATS]


# People and topics meant ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["what did they write together?"], [RAG, INK, SONG]),
        (["what did she write with the first?"], [RAG, INK, SONG]),
        (["what did they write together?", "and with the second?"], [FOG, SONG, GRAIN]),
        (["what did they write together?", "the oldest of those?"], [SONG]),
    ],
)
async def test_what_was_written_with_the_co_authors_named(
    talk: Talk, texts: list[str], found: list[str]
) -> None:
    assert titles(await talk("Who does Mara Lindqvist write with most?", *texts)) == found


async def test_what_else_the_authors_of_the_work_before_wrote(talk: Talk) -> None:
    answer = await talk("Who wrote GrainNet?", "what else did they publish?")
    assert titles(answer) == [FOG, SONG, GRAIN]


async def test_what_else_an_author_of_the_work_before_wrote(talk: Talk) -> None:
    answer = await talk("Who wrote GrainNet?", "what else did the last author write?")
    assert titles(answer) == [FOG, SONG, GRAIN]


async def test_what_else_somebody_hidden_wrote_is_not_told(library: Library) -> None:
    answerer = Answerer(library.database, library.search, today=lambda: TODAY)
    hidden = [library.mara.id]
    turn = (await answerer.answer("Who wrote GrainNet?", hidden=hidden)).turn
    with pytest.raises(UnknownResearcher):
        await answerer.answer(
            "what else did the first author write?", history=[turn], hidden=hidden
        )


async def test_another_topic_is_looked_for_everywhere(talk: Talk) -> None:
    first = "What does Mara Lindqvist say about glass?"
    assert titles(await talk(first, "what about fog nets?")) == [FOG]
    assert titles(await talk("How many papers are about ink?", "and about fog nets?")) == [FOG]


async def test_what_about_is_asked_of_the_work_that_was_named(talk: Talk) -> None:
    assert titles(await talk("What is GrainNet?", "what about the accuracy?")) == [GRAIN]


async def test_works_about_it_are_those_about_what_was_asked(talk: Talk) -> None:
    answer = await talk("What is quicksand?", "which of her papers are about it?")
    assert titles(answer) == [QUICKSAND]


async def test_what_was_meant_instead_is_looked_for_anew(talk: Talk) -> None:
    answer = await talk("What is GrainNet?", "no, I meant the one about fog nets")
    assert titles(answer) == [FOG]


# Before and after -------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["and the one before?", "the previous one?"])
async def test_the_work_before_the_newest(talk: Talk, text: str) -> None:
    assert titles(await talk("What is her latest paper?", text)) == [FOG]


async def test_the_work_before_that(talk: Talk) -> None:
    answer = await talk("latest paper?", "and the one before?", "and the one before that?")
    assert titles(answer) == [GLASS]


async def test_what_is_asked_of_the_newest_does_not_lose_its_place(talk: Talk) -> None:
    answer = await talk("latest paper?", "what is it about?", "and the one before?")
    assert titles(answer) == [FOG]


async def test_after_a_question_of_one_work_the_year_moves_on(talk: Talk) -> None:
    first = ("What did she publish in 2021?", "who wrote the second one?")
    assert titles(await talk(*first, "and the year after?")) == [INK]


async def test_the_twelve_months_before_the_last_year(talk: Talk) -> None:
    answer = await talk("Which papers came out in the last year?", "and the year before that?")
    assert answer.scope.endswith("from 22 November 2024 to 21 November 2025")


async def test_the_month_after(talk: Talk) -> None:
    answer = await talk("What did she publish in March 2024?", "and the month after?")
    assert titles(answer) == [GLASS]


# What is chosen, kept ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["papers with Tom Okafor", "as first author?"], [FOG, SONG, GRAIN]),
        (["papers with Tom Okafor", "and as last author?"], []),
        (["papers with Tom Okafor", "newest first", "only those from 2024"], [FOG]),
        (["busiest year?", "and the year before?"], [QUICKSAND]),
        (["busiest year?", "list those"], [CATS, FOG, GLASS, RAG]),
        (["busiest year?", "with Tom Okafor"], [FOG]),
        (["What did she publish in 2021?", "any with Ana Sousa too?"], [SONG]),
        (["papers with Ana Sousa", "and with Tom Okafor too?"], [SONG]),
        (["papers with Ana Sousa", "and in 2021?", "and in 2022?"], [INK]),
    ],
)
async def test_what_was_chosen_is_kept_part_by_part(
    talk: Talk, texts: list[str], found: list[str]
) -> None:
    assert titles(await talk(*texts)) == found


async def test_how_many_of_those_in_a_role_are_the_researchers(talk: Talk) -> None:
    answer = await talk("How many papers with Tom Okafor?", "how many of those as first author?")
    assert answer.text.startswith("Mara Lindqvist has 3 works as first author with Tom Okafor")


async def test_a_month_that_was_named_is_meant_next(talk: Talk) -> None:
    answer = await talk("busiest month in 2021?", "list those")
    assert "in January 2021" in answer.scope


@pytest.mark.parametrize("text", ["is there code?", "any code?", "does it have code?"])
async def test_code_is_asked_for_of_the_work_before(talk: Talk, text: str) -> None:
    answer = await talk("What is GrainNet?", text)
    assert "https://example.org/grainnet" in answer.text


async def test_which_of_them_has_code(talk: Talk) -> None:
    assert titles(await talk("papers with Tom Okafor", "which of them has code?")) == [GRAIN]


@pytest.mark.parametrize("text", ["compare it with DuneRAG", "how does it differ from DuneRAG?"])
async def test_it_is_compared_with_another(talk: Talk, text: str) -> None:
    assert set(titles(await talk("What is GrainNet?", text))) == {GRAIN, RAG}


async def test_which_has_the_most_authors_is_asked_of_all(talk: Talk) -> None:
    answer = await talk("What is GrainNet?", "which has the most authors?")
    assert SONG in answer.text


@pytest.mark.parametrize(
    "text",
    ["papers with Okafor and Sousa", "works with both Sousa and Okafor", "by Sousa & Okafor"],
)
async def test_two_people_are_named_by_their_surnames(talk: Talk, text: str) -> None:
    assert titles(await talk(text)) == [SONG]


async def test_counts_is_nobodys_name(talk: Talk) -> None:
    assert "Ana Sousa (3 works)" in (await talk("top 2 co-authors with counts")).text


async def test_a_topic_does_not_begin_with_a_verb(talk: Talk) -> None:
    assert (await talk("anything that is fog-free?")).question.content == "fog-free"
    answer = await talk("Which papers are about dunes?", "on sand cats then?")
    assert answer.question.content == "sand cats"


# Several of those shown -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("the first two", [CATS, FOG]),
        ("only the first two please", [CATS, FOG]),
        ("and the last two?", [GLASS, RAG]),
        ("the top 3", [CATS, FOG, GLASS]),
        ("who wrote the first two?", [CATS, FOG]),
    ],
)
async def test_the_first_few_of_a_list_are_meant(talk: Talk, text: str, which: list[str]) -> None:
    answer = await talk("papers in 2024", text)
    assert sorted(titles(answer)) == sorted(which)


async def test_the_first_few_are_compared_and_told_of(talk: Talk) -> None:
    few = ("papers in 2024", "the last two")
    assert (await talk(*few, "compare them")).question.kind == "compare"
    told = await talk(*few, "what are they about?")
    assert "melt it into glass" in told.text
    assert "DuneRAG" in told.text


@pytest.mark.parametrize("text", ["which one is better?", "which of them is the most interesting?"])
async def test_works_shown_are_not_judged(talk: Talk, text: str) -> None:
    answer = await talk("compare GrainNet and DuneRAG", text)
    assert "do not judge" in answer.text


async def test_abstracts_of_works_shown_are_told_in_full(talk: Talk) -> None:
    answer = await talk("compare GrainNet and DuneRAG", "abstracts please")
    assert "Counting sand by hand is slow." in answer.text
    assert "Desert archives are hard to ask." in answer.text
    many = await talk("papers in 2024", "abstracts")
    assert many.note == "These are 3 of the 4 abstracts."
    assert titles(many) == [CATS, FOG, GLASS]


@pytest.mark.parametrize("text", ["and the first author?", "first author?", "its first author"])
async def test_the_first_author_is_that_of_the_work_shown(talk: Talk, text: str) -> None:
    answer = await talk("what is GrainNet?", text)
    assert answer.text.startswith("The first author of “GrainNet")


async def test_he_is_the_author_who_was_told(talk: Talk) -> None:
    answer = await talk("last author of GrainNet?", "other papers with him?")
    assert titles(answer) == [FOG, SONG, GRAIN]


async def test_the_first_author_of_a_list_still_chooses_works(talk: Talk) -> None:
    answer = await talk("papers in 2024", "as first author?")
    assert titles(answer) == [CATS, FOG, GLASS, RAG]


async def test_an_average_of_another_time_is_asked_for_again(talk: Talk) -> None:
    answer = await talk("average number of authors per paper", "and in 2021?", "and in 2024?")
    assert "works in 2024 have 1.5 authors on average" in answer.text


@pytest.mark.parametrize(
    "text", ["which of them has the most letters?", "which of them is the most accurate?"]
)
async def test_numbers_of_those_shown_are_not_compared(talk: Talk, text: str) -> None:
    answer = await talk("papers in 2024", text)
    assert answer.text.startswith("I do not compare numbers across works")


async def test_how_short_an_answer_is_to_be_is_no_topic(talk: Talk) -> None:
    answer = await talk("what is GrainNet?", "cheers :) in two sentences please")
    assert titles(answer) == [GRAIN]


@pytest.mark.parametrize(
    "text", ["how do they differ?", "compare them", "what do they have in common?"]
)
async def test_the_works_before_are_compared(talk: Talk, text: str) -> None:
    answer = await talk("which papers are about dunes?", text)
    assert len(answer.citations) == len((await talk("which papers are about dunes?")).citations)
    assert answer.question.kind is Kind.COMPARE
    assert len(answer.citations) > 1


@pytest.mark.parametrize(
    "text",
    ["how many sites did each look at?", "how many sites do they report?", "and how many sites?"],
)
async def test_works_that_were_compared_are_asked_each(talk: Talk, text: str) -> None:
    answer = await talk("compare the ink paper with the singing sand paper", text)
    assert "does not say" in answer.text
    assert "at 17 sites" in answer.text
    assert len(answer.citations) == 2


async def test_a_work_is_compared_with_the_one_before(talk: Talk) -> None:
    answer = await talk("what is GrainNet?", f"compare it with “{GLASS}”")
    assert "does not say" not in answer.text
    assert len(answer.citations) == 2


async def test_works_described_together_are_not_those_before(talk: Talk) -> None:
    answer = await talk("what is GrainNet?", "how do the fog paper and the sand cat paper differ?")
    assert titles(answer) == [FOG, CATS]


# Nobody, nothing and no more --------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["how many?", "and in 2020?", "as first author?", "which of them are about sand?"]
)
async def test_what_is_asked_of_somebody_unknown_is_not_answered_of_everybody(
    talk: Talk, text: str
) -> None:
    answer = await talk("papers with Nobody Smith", text)
    assert answer.refused
    assert "called Nobody Smith" in answer.text


async def test_another_question_after_somebody_unknown_is_answered(talk: Talk) -> None:
    assert titles(await talk("papers with Nobody Smith", "quicksand then")) == [QUICKSAND]
    assert titles(await talk("papers with Nobody Smith", "papers with Ana Sousa")) == [
        RAG,
        INK,
        SONG,
    ]


@pytest.mark.parametrize(
    "text", ["who wrote it?", "the second one?", "how accurate is it?", "when was that?"]
)
async def test_what_only_points_is_asked_back_where_nothing_went_before(
    talk: Talk, text: str
) -> None:
    answer = await talk(text)
    assert answer.refused
    assert answer.text.startswith("Please say which paper you mean")


async def test_what_says_of_what_it_asks_is_answered_by_itself(talk: Talk) -> None:
    assert titles(await talk("is it true that dunes sing?")) == [SONG]


# People -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["what did they write together?", "papers together?"])
async def test_what_a_co_author_just_named_wrote_together(talk: Talk, text: str) -> None:
    assert titles(await talk("who is Tom Okafor?", text)) == [FOG, SONG, GRAIN]


async def test_how_many_with_a_co_author_just_named(talk: Talk) -> None:
    answer = await talk("who is Tom Okafor?", "how many papers together?")
    assert "3 works with Tom Okafor" in answer.text


@pytest.mark.parametrize("text", ["and second most?", "the second one?", "who comes second?"])
async def test_who_comes_second_of_the_co_authors(talk: Talk, text: str) -> None:
    answer = await talk("whom does she write with most?", text)
    assert "second most often" in answer.text


async def test_their_latest_is_of_both(talk: Talk) -> None:
    answer = await talk("papers with Tom Okafor", "what's their latest together?")
    assert titles(answer) == [FOG]


# Put right --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["no, I meant with Ana Sousa", "I meant with Ana Sousa", "sorry, I mean with Ana Sousa"],
)
async def test_whom_one_meant_instead(talk: Talk, text: str) -> None:
    assert titles(await talk("papers with Tom Okafor", text)) == [RAG, INK, SONG]


async def test_what_end_one_meant_instead(talk: Talk) -> None:
    assert titles(await talk("what is her oldest paper?", "no i meant the newest")) == [CATS]


@pytest.mark.parametrize("text", ["only 2021", "just 2021", "no, 2021"])
async def test_the_year_alone_is_enough(talk: Talk, text: str) -> None:
    assert titles(await talk("papers in 2024", text)) == [SONG, SURVEY]


# Older, newer, the next -------------------------------------------------------------------


async def test_older_ones_are_those_before(talk: Talk) -> None:
    older = await talk("papers in 2021", "the second one?", "ok and older ones?")
    assert titles(older) == [GRAIN]
    assert "before 2021" in older.text
    newer = await talk("her first paper?", "anything newer?")
    assert titles(newer)[:2] == [CATS, FOG]
    assert GRAIN not in titles(newer)


@pytest.mark.parametrize(
    ("talked", "title"),
    [
        (("papers in 2024", "the second one?", "and the next one?"), GLASS),
        (("papers in 2024", "the second one?", "the previous one"), CATS),
        (("her first paper", "and the next one?"), SURVEY),
        (("her latest paper", "and the next one?"), FOG),
        (("her latest paper", "and the one before?", "and before?"), GLASS),
    ],
)
async def test_the_next_one_is_the_next_shown(
    talk: Talk, talked: tuple[str, ...], title: str
) -> None:
    assert titles(await talk(*talked)) == [title]


# Lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "title"), [("the first one?", CATS), ("the last one?", RAG)])
async def test_one_of_a_list_is_told_and_not_listed(talk: Talk, text: str, title: str) -> None:
    answer = await talk("papers in 2024", text)
    assert titles(answer) == [title]
    assert answer.question.kind is Kind.CONTENT


async def test_those_counted_among_others_are_meant(talk: Talk) -> None:
    counted = ("papers in 2024", "how many of those are about sand?")
    listed = await talk(*counted, "list them")
    assert f"{len(titles(listed))} works" in (await talk(*counted)).text
    assert FOG not in titles(listed)


async def test_titles_only_are_those_of_the_list(talk: Talk) -> None:
    about = await talk("which papers are about dunes?")
    answer = await talk("which papers are about dunes?", "titles only please")
    assert set(titles(answer)) == set(titles(about))
    assert answer.question.kind is Kind.LIST


async def test_another_topic_is_looked_for_among_the_same(talk: Talk) -> None:
    answer = await talk("papers in 2024", "which of them are about fog?", "and about sand?")
    assert "of those 4 works" in answer.text
    assert GLASS in titles(answer)


async def test_how_many_of_something_in_a_work_is_no_topic(talk: Talk) -> None:
    answer = await talk("which papers are about singing sand?", "at how many sites?")
    assert titles(answer) == [SONG]
    assert "17 sites" in answer.text


async def test_with_so_many_authors_narrows_what_was_asked(talk: Talk) -> None:
    answer = await talk("how many papers in 2021?", "and with at least 2 authors?")
    assert "1 work with 2 authors or more in 2021" in answer.text


@pytest.mark.parametrize("text", ["thanks, that helps", "ok cool", "perfect, thanks!", "nvm"])
async def test_thanks_are_asked_of_nothing(talk: Talk, text: str) -> None:
    assert (await talk("what is GrainNet?", text)).question.kind is Kind.HELP


@pytest.mark.parametrize("text", ["is it on arxiv?", "sources?", "reference please"])
async def test_the_paper_itself_is_a_source(talk: Talk, text: str) -> None:
    answer = await talk("what is GrainNet?", text)
    assert "https://arxiv.org/abs/" in answer.text


@pytest.mark.parametrize("text", ["how good is it?", "how big is the improvement?"])
async def test_how_good_a_work_is_are_its_results(talk: Talk, text: str) -> None:
    answer = await talk("what is GrainNet?", text)
    assert "91.4%" in answer.text


def _many() -> list[Paper]:
    return [
        Paper(
            source_id=f"arxiv:1501.{n:05d}",
            title=f"Beach Report Number {n}",
            abstract="We walk along a beach and report.",
            year=1980 + n,
            authors=("Mara Lindqvist",),
        )
        for n in range(30)
    ]


async def test_a_long_list_goes_on(database: Database, embedder: Embedder) -> None:
    talk = Talk(await Library(database, embedder).fill(_many()))
    assert "… and 5 more: say “more”" in (await talk("list all papers")).text
    rest = await talk("list all papers", "more")
    assert titles(rest) == [f"Beach Report Number {n}" for n in (4, 3, 2, 1, 0)]
    assert "these are 26 to 30" in rest.text
    assert "no more" in (await talk("list all papers", "show me more", "more please")).text
    first = await talk("list all papers", "oldest first")
    assert titles(first)[0] == "Beach Report Number 0"
    assert titles(await talk("list all papers", "oldest first", "more"))[-1].endswith(" 29")


# The other end, and both ------------------------------------------------------------------


@pytest.mark.parametrize("text", ["and the first?", "and the oldest?", "the very first?"])
async def test_the_oldest_of_a_topic_whose_newest_was_told(talk: Talk, text: str) -> None:
    assert titles(await talk("her latest paper on sand?", text)) == [GRAIN]


async def test_before_a_time_that_was_asked_about(talk: Talk) -> None:
    answer = await talk("how many papers with Tom Okafor since 2022?", "and before?")
    assert "2 works with Tom Okafor before 2022" in answer.text


async def test_what_was_published_then_is_listed(talk: Talk) -> None:
    answer = await talk("what was her busiest year?", "what was published then?")
    assert titles(answer) == [CATS, FOG, GLASS, RAG]
    among = await talk("what was her busiest year?", "anything on fog among those?")
    assert titles(among) == [FOG]


async def test_both_are_the_last_two(talk: Talk) -> None:
    answer = await talk("who wrote GrainNet?", "and DuneRAG?", "links to both")
    assert set(titles(answer)) == {GRAIN, RAG}


async def test_how_often_is_how_many(talk: Talk) -> None:
    answer = await talk("did she publish with Tom Okafor?", "how often?")
    assert "3 works with Tom Okafor" in answer.text


async def test_written_alone_is_said_without_more_words(talk: Talk) -> None:
    answer = await talk("papers in 2024", "single author?")
    assert titles(answer) == [CATS, GLASS]


async def test_older_without_more_is_of_those_shown(talk: Talk) -> None:
    assert titles(await talk("papers in 2024", "older?")) == [RAG]


async def test_the_same_for_somebody_is_the_same_kind(talk: Talk) -> None:
    answer = await talk("how many papers in 2021?", "same for Mara Lindqvist")
    assert answer.question.kind is Kind.COUNT
    assert "2 works in 2021" in answer.text


async def test_he_is_the_author_who_was_just_named(database: Database, embedder: Embedder) -> None:
    library = await Library(database, embedder).fill()
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Byron", "arXiv")
        paper = replace(MORE[3], source_id="arxiv:2409.09999", authors=("Ada Byron",))
        await storing.store(session, [paper], ada)
    answerer = Answerer(database, library.search, today=lambda: TODAY)
    first = await answerer.answer("papers by Tom Okafor")
    answer = await answerer.answer("what else did he write?", history=[first.turn])
    assert titles(answer) == [SONG, GRAIN]


async def test_a_work_of_another_is_not_said_to_be_theirs(
    database: Database, embedder: Embedder
) -> None:
    library = await Library(database, embedder).fill()
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Byron", "arXiv")
        paper = replace(MORE[3], source_id="arxiv:2409.09999", authors=("Ada Byron",))
        await storing.store(session, [paper], ada)
    answerer = Answerer(database, library.search, today=lambda: TODAY)
    turns: list[Turn] = []
    for text in ("latest paper of Ada Byron", "and of Mara Lindqvist?", "which is newer?"):
        answer = await answerer.answer(text, history=turns)
        turns.append(answer.turn)
    assert titles(answer) == [CATS]
    assert "Mara" not in answer.scope
