"""Which sentence of the right work answers: the one that defines, says how, why, or how much."""

import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from storage.database import Database
from storage.works import Paper
from tests.retrieval.library import PAPERS, Library

DRIFT = Paper(
    source_id="arxiv:2401.00011",
    title="Drift Recognition with DriftNet",
    abstract=(
        "The ability to tell whether a dune has moved since it was seen is critical for roads. "
        "This task is termed drift recognition (DR) and has received attention in recent years. "
        "However, methods that follow the crest fail on corners. "
        "Our algorithm first connects the crests of neighbouring images. "
        "Comparisons were made with established methods, including SiltGAN and Grain2Grain. "
        "Then it regroups what it connected by filtering those that the wind cannot explain. "
        "DriftNet outperforms CrestNet by 8.1% and cuts the latency of mapping by 42%. "
        "Finally, we estimate the number of dunes without counting them."
    ),
    year=2024,
    authors=("Mara Lindqvist",),
)
RIPENING = Paper(
    source_id="arxiv:2401.00012",
    title="RIP-S: Resting In Place",
    abstract=(
        "Sand ripening is a process in which grains at rest grow. "
        "We follow it from March 2022 to May 2023 with a microscope. "
    ),
    year=2024,
    authors=("Mara Lindqvist",),
)
SHIFT = Paper(
    source_id="arxiv:2401.00013",
    title="ShiftCam: Watching Shingle",
    abstract=(
        "ShiftCam films shingle at 79 FPS. Pebbles are told apart with an MPE of 12 cm. "
        "Warnings come with sub ninety millisecond latency."
    ),
    year=2024,
    authors=("Mara Lindqvist",),
)

CONTEST = Paper(
    source_id="arxiv:2401.00014",
    title="The Shingle Challenge: Telling Shingle from Gravel",
    abstract=(
        "The Shingle Challenge asks teams to tell shingle from gravel. "
        "Danish and Swedish speakers described each photograph of shingle. "
        "Twelve teams took part, and the best entry reached a Dice of 0.91, well above a guess."
    ),
    year=2024,
    authors=("Mara Lindqvist",),
)
WON = Paper(
    source_id="arxiv:2401.00015",
    title="The Lagoon Challenge: Mapping Lagoons",
    abstract=(
        "The Lagoon Challenge asks teams to map lagoons from the air. "
        "Nine teams took part. The best entry, by MudLarks, maps a lagoon in a minute."
    ),
    year=2024,
    authors=("Mara Lindqvist",),
)
SPRINKLED = Paper(
    source_id="arxiv:2401.00016",
    title="Levees that Mend Themselves",
    abstract=(
        "Sparse gravel collectors (SGCs) hold back floods without a wall. "
        "We grow them along a river, with the SLOP-X model of its bed."
    ),
    year=2024,
    authors=("Mara Lindqvist",),
)
BENCH = Paper(
    source_id="arxiv:2401.00017",
    title="A Yardstick for Levees",
    abstract=(
        "Which levees hold, nobody has measured. We compare walls, ditches and SGCs at 30 rivers, "
        "modelled by SLOP. Walls hold longest."
    ),
    year=2024,
    authors=("Mara Lindqvist",),
)


@pytest.fixture(scope="module")
async def answerer(shared_database: Database, embedder: Embedder) -> Answerer:
    library = await Library(shared_database, embedder).fill(
        [*PAPERS, DRIFT, RIPENING, SHIFT, CONTEST, WON, SPRINKLED, BENCH]
    )
    return Answerer(library.database, library.search)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("what is drift recognition?", "tell whether a dune has moved"),
        ("what is sand ripening?", "grains at rest grow"),
        ("what is rip-s?", "Sand ripening is a process"),
        ("give me the key result of DriftNet", "outperforms CrestNet"),
        ("how does DriftNet regroup what it connected?", "by filtering those"),
        ("what is wrong with methods that follow the crest?", "fail on corners"),
        ("how does DriftNet compare with CrestNet?", "outperforms CrestNet"),
        ("by how much does DriftNet cut the latency?", "42%"),
        ("DriftNet latency", "42%"),
        ("did the drift paper estimate the number of dunes?", "estimate the number of dunes"),
        ("what does RIP stand for?", "Resting In Place"),
        ("what period does RIP-S cover?", "March 2022"),
        ("mean pebble error of ShiftCam", "MPE of 12"),
        ("how many frames per second does ShiftCam reach?", "79 FPS"),
        ("ShiftCam latency", "ninety millisecond"),
        ("what was DriftNet compared against?", "SiltGAN"),
        ("which team won the Lagoon Challenge?", "MudLarks"),
        ("what did Swedish speakers describe in the Shingle Challenge?", "each photograph"),
    ],
)
async def test_the_sentence_that_answers_is_quoted(
    answerer: Answerer, text: str, said: str
) -> None:
    answer = await answerer.answer(text)
    assert said in answer.text, answer.text


async def test_two_titles_in_one_question_are_both_read(answerer: Answerer) -> None:
    text = "which came first, Listening to Singing Sand or Drift Recognition with DriftNet?"
    answer = await answerer.answer(text)
    assert "2021" in answer.text
    assert "2024" in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "does DriftNet work for speech recognition?",
        "how long does DriftNet take to train?",
        "what did it cost to label the dunes of DriftNet?",
        "why did DriftNet get worse on satellite images?",
        "how does RIP-S help with glacier compared to snow?",
        "who won the Shingle Challenge?",
        "which team won the Shingle Challenge?",
        "what did Finnish speakers describe in the Shingle Challenge?",
    ],
)
async def test_what_a_named_work_does_not_speak_of_is_refused(
    answerer: Answerer, text: str
) -> None:
    assert (await answerer.answer(text)).refused


async def test_what_is_new_is_quoted_for_a_topic(answerer: Answerer) -> None:
    answer = await answerer.answer("papers about GrainNet")
    assert "We propose the Grain Density Estimator" in answer.text


async def test_a_method_used_for_something_else_is_not_mentioned(answerer: Answerer) -> None:
    answer = await answerer.answer("did they use DriftNet for sentiment analysis on twitter?")
    assert answer.refused


async def cited(answerer: Answerer, text: str) -> set[str]:
    return {c.work.title for c in (await answerer.answer(text)).citations}


async def test_a_short_form_counts_that_another_work_gives(answerer: Answerer) -> None:
    both = {SPRINKLED.title, BENCH.title}
    assert await cited(answerer, "which papers use sparse gravel collectors?") == both


async def test_a_name_a_letter_longer_is_another_one(answerer: Answerer) -> None:
    assert await cited(answerer, "which abstracts mention SLOP-X?") == {SPRINKLED.title}


async def test_what_works_do_is_shown_as_it_was_said(answerer: Answerer) -> None:
    answer = await answerer.answer("works where speakers described photographs of shingle")
    assert "fits “speakers described photographs of shingle”" in answer.text


async def test_a_name_of_many_words_is_no_description(answerer: Answerer) -> None:
    answer = await answerer.answer("is there anything on rain nowcasting from weather radar")
    assert answer.refused
