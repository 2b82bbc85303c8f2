"""What a question asks for, and what a sentence says towards it."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.embedding import Embedder, MiniLM
from retrieval.interaction import interaction
from retrieval.question.apart import parts
from retrieval.question.asked import read_asked
from retrieval.question.wants import Want
from retrieval.search import Passage, Sentence
from retrieval.text import pieces, whole
from retrieval.writers.answering import foremost, quotes
from retrieval.writers.gazetteer import nations
from retrieval.writers.matching import bag, has_name, holds, near_together, says
from retrieval.writers.values import counts, expansion, names_in, value
from retrieval.writers.weighing import Beside, Candidate, Closely
from storage.works import Work


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("What does NPD stand for?", Want.EXPANSION),
        ('what is the NPD in "M-NPD" short for', Want.EXPANSION),
        ("which of the 116 languages was worst", Want.LANGUAGE),
        ("how many hours of commercials are in AdsQA?", Want.COUNT),
        ("number of samples in MCTED", Want.COUNT),
        ("by how much does the baseline lose?", Want.NUMBER),
        ("ghostnet top-1 imagenet", Want.NUMBER),
        ("which data sets was it tried on", Want.DATA_SETS),
        ("where is the code of CMT?", Want.LINK),
        ("where's the code for CMT?", Want.LINK),
        ("code for CMT?", Want.LINK),
        ("github link for CMT", Want.LINK),
        ("is CMT open source?", Want.LINK),
        ("Where was the height model tested?", Want.PLACE),
        ("how many frames per second does it reach?", Want.RATE),
        ("In which city were the vehicles filmed?", Want.PLACE),
        ("what did the LED wall cost", Want.MONEY),
        ("speed in frames per second?", Want.RATE),
        ("latency of the spin measurement", Want.DURATION),
        ("at what temperature were they measured?", Want.TEMPERATURE),
        ("why do dunes move?", Want.ANYTHING),
        ("what decides how high the sand sings?", Want.ANYTHING),
        ("price per ton of sand?", Want.MONEY),
        ("which value do agents use?", Want.ANYTHING),
        ("what sings better, colour or size?", Want.ANYTHING),
        ("grain size?", Want.NUMBER),
        ("which single factor explains it best?", Want.ANYTHING),
        ("by what factor is it faster?", Want.NUMBER),
        ("lost with a street map instead of photos", Want.ANYTHING),
        ("GrainNet's mAP on COCO", Want.NUMBER),
        ("is there a trick so that the model sings?", Want.ANYTHING),
        ("is there a public model?", Want.LINK),
    ],
)
def test_the_kind_of_value_is_read(text: str, want: Want) -> None:
    assert read_asked(text).want is want


def test_names_and_proper_nouns_are_told_apart_from_words() -> None:
    asked = read_asked("In the Danish corpus, how many speakers does EmoNet-2 have?")
    assert asked.names == ("EmoNet-2",)
    assert asked.proper == ("Danish",)
    assert asked.words == ("danish", "corpus", "speakers", "emonet-2")


def test_technical_attributes_have_to_be_said() -> None:
    assert read_asked("what learning rate was used?").attributes == ("learning rate",)
    assert read_asked("how many GPUs?").attributes == ("GPUs",)
    assert read_asked("what does it do?").attributes == ()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("why do dunes move?", ("why do dunes move?",)),
        ("What is GDE, and how fast is it?", ("What is GDE", "how fast is it?")),
        (
            "what is mixed and by how much does it fade?",
            ("what is mixed", "by how much does it fade?"),
        ),
        ("How old is the ink? Is it brown?", ("How old is the ink", "Is it brown?")),
        ("dunes and what moves them", ("dunes and what moves them",)),
        ("sand and water", ("sand and water",)),
        ("GrainNet: authors + speed?", ("who wrote GrainNet?", "GrainNet: speed?")),
        ("ink: colour + age?", ("ink: colour?", "ink: age?")),
        ("link and date of GDE", ("link to GDE", "when was GDE published?")),
        ("what is GDE + how fast is it", ("what is GDE", "how fast is it")),
        ("sand + water", ("sand + water",)),
        ("dunes: how do they move?", ("dunes: how do they move?",)),
    ],
)
def test_questions_put_in_one_are_told_apart(text: str, asked: tuple[str, ...]) -> None:
    assert parts(text) == asked


def test_rows_of_spaces_do_not_keep_anybody_waiting() -> None:
    assert parts(" " * 3999 + "x") == (" " * 3999 + "x",)  # it would take minutes


def test_what_goes_by_a_name_is_asked_for_by_it() -> None:
    assert read_asked("Which optimizer trains GrainNet?").by_name
    assert read_asked("what LLM runs the agents?").by_name
    assert read_asked("what are the names of the dunes?").by_name
    assert read_asked("which of the 12 firms paid?").by_name
    assert not read_asked("which parts of a dune sing?").by_name


def test_what_says_that_a_short_form_is_meant_is_not_looked_for() -> None:
    assert read_asked("What is NPD an abbreviation of?").words == ("npd",)


@pytest.mark.parametrize(
    ("text", "winner"),
    [
        ("who won the dune challenge?", True),
        ("which team won the dune challenge?", True),
        ("Winners of the dune challenge", True),
        ("who wins more say?", False),
        ("which approach to dunes was tried?", False),
        ("how did the winners of the dune challenge train?", False),
    ],
)
def test_a_winner_is_asked_for(text: str, winner: bool) -> None:
    assert read_asked(text).winner is winner


def test_nations_are_known_by_their_people_and_tongues() -> None:
    assert nations("Egyptian and Dutch texts") == nations("from Egypt and the Netherlands")
    assert nations("speakers of British and American English") == nations("in England")
    assert not nations("Gaussian noise")
    assert nations("Danish") != nations("Swedish")


def test_a_capital_that_opens_a_sentence_is_no_name() -> None:
    assert names_in("Sand is counted with AdamW on ImageNet.") == {"adamw", "imagenet"}
    assert names_in("We train it.") == set()


def test_shouting_names_nothing() -> None:
    assert read_asked("HOW MANY IMAGES DOES IT NEED?").names == ()


@pytest.mark.parametrize(
    ("short", "sentence", "long"),
    [
        (
            "NPD",
            "we propose Near-Policy Distillation (NPD), an approach",
            "Near-Policy Distillation",
        ),
        ("SSB", "we present the 'Semantic Shift Benchmark' (SSB), which", None),
        ("RA", "Among them, rotatable antenna (RA) has emerged", "rotatable antenna"),
        ("VDMs", "Video diffusion models (VDMs) have", "Video diffusion models"),
        ("WER", "a lower WER (word error rate) than", "word error rate"),
        ("IoT", "in the Internet of Things (IoT)", "Internet of Things"),
        (
            "CAIM-Net",
            "named CAIM-Net (Change Area Inference from Moment Network), to",
            "Change Area Inference from Moment Network",
        ),
        ("JTG", "we Jointly Train the image Generator (dubbed as JTG).", None),
        (
            "PACT",
            "We present PACT, the Preference and Culture Trade-off, which",
            "Preference and Culture Trade-off",
        ),
        ("TH2T", "propose Think-How-to-Think (TH2T), a strategy", "Think-How-to-Think"),
        ("CCS", "Probes such as Contrast-Consistent Search (CCS)", "Contrast-Consistent Search"),
    ],
)
def test_a_long_form_stands_beside_its_short_form(
    short: str, sentence: str, long: str | None
) -> None:
    found = expansion(short, sentence)
    assert found is not None
    if long:
        assert found == long


def test_a_bracket_that_spells_something_else_is_no_long_form() -> None:
    assert expansion("NPD", "The result is better (see NPD)") is None
    assert expansion("GPU", "on a laptop (GPU)") is None


def test_a_number_of_the_question_is_no_answer() -> None:
    asked = read_asked("how far apart must two vowels be?")
    assert value(asked, "We compare two vowels.") == 0.0
    assert value(asked, "They are 14 mels apart.") == 1.0


@pytest.mark.parametrize(
    ("text", "sentence", "held"),
    [
        ("which LLM plays the clerk?", "We let Qwen2.5-7B play the clerk.", 1.0),
        ("which LLM plays the clerk?", "A large language model (LLM) plays the clerk.", 0.0),
        ("which LLM plays the clerk, is it GPT-4?", "It is better than gpt-4 was.", 0.0),
        ("what language was recorded?", "Akan speech was recorded.", 1.0),
        ("what language was recorded?", "We recorded speakers of Wolaita.", 0.6),
        ("which Indian languages are tried?", "We try three Indian languages.", 0.0),
    ],
)
def test_what_goes_by_a_name_is_answered_by_a_name(text: str, sentence: str, held: float) -> None:
    assert value(read_asked(text), sentence) == held


def test_how_many_are_saved_is_a_number() -> None:
    asked = read_asked("how many model calls does it save?")
    assert value(asked, "It reduces the number of model calls by about 69 percent.") == 1.0


@pytest.mark.parametrize("written", ["a trade-off", "tradeoffs", "the trade-offs", "a tradeoff"])
def test_a_word_with_a_hyphen_is_met_however_it_is_written(written: str) -> None:
    text = bag(f"We find {written} between wind and water.")
    assert near_together(text, ["trade-offs"])
    assert near_together(text, ["trade-off", "wind"])
    assert not near_together(text, ["trade-offs", "sand"])


def test_a_power_in_a_name_is_typed_as_a_number() -> None:
    assert has_name(bag("MF-LPR$^2$ reads plates"), "MF-LPR2")
    assert not has_name(bag("a factor of 10$^2$"), "102x")


def test_a_long_form_does_not_reach_beyond_its_clause() -> None:
    assert not has_name(bag("Graph networks. Architectures for trees (ours) are fast."), "GAT")
    assert has_name(bag("We use graph attention transformers."), "GAT")


def test_a_family_of_models_is_named_by_its_members() -> None:
    assert has_name(bag("We fine-tune Qwen3-1.7B."), "Qwen")
    assert not has_name(bag("We fine-tune Qwenty."), "Qwen")


def test_a_name_with_another_number_is_another_name() -> None:
    assert not has_name(bag("We improve MOOSE-Chem2 on six tasks."), "MOOSE-Chem5")


def test_a_name_with_a_word_behind_it_is_held_in_other_forms_of_the_word() -> None:
    assert has_name(bag("Both problems are NP-complete."), "NP-completeness")
    assert not has_name(bag("The proof of the NP is complete."), "NP-completeness")


def test_a_short_form_that_is_said_to_be_one_may_leave_words_out() -> None:
    sentence = "a Balanced Binary Neural Network with Gated Residual (BBG for short)"
    assert expansion("BBG", sentence) == "Balanced Binary Neural Network with Gated Residual"


def test_being_curious_is_said_and_asked_about() -> None:
    assert "curious" not in read_asked("just curious, which games are played?").words
    assert "curious" in read_asked("whose way of being curious do models imitate?").words


def test_capitals_that_stress_a_word_and_dimensions_are_no_names() -> None:
    assert read_asked("what could GrainNet NOT count in 3D?").names == ("GrainNet",)


def test_a_short_form_may_be_a_small_word_elsewhere() -> None:
    assert read_asked("What does VoM stand for?").short == "VoM"
    assert "vom" in read_asked("What does VoM stand for?").words
    assert read_asked("SFMS meaning?").short == "SFMS"


@pytest.mark.parametrize(
    ("question", "sentence", "held"),
    [
        ("how many players?", "we ask all of the Dota 2 players", 0.0),
        ("how many players?", "we ask 12 players", 1.0),
        ("how many teachers?", "nine state-of-the-art domain-specific teachers", 1.0),
        ("how many teachers?", "19 million pairs taken from teachers", 0.0),
        ("how many models?", "on a 0 to 100 scale how often a model agrees", 0.0),
        ("how many participants took part?", "with 20 participants aged 18 to 30", 1.0),
        ("how many people took part?", "with 20 participants", 0.6),
        ("how many data sets?", "evaluated on two fMRI datasets", 1.0),
        ("how many images does it take?", "an arbitrary number of images", 1.0),
        ("how many images are there?", "we reduce FLOPs by 46% of the image model", 0.0),
        ("how many patients?", "lower in patients (p=0.02, p=0.014) than in controls", 0.0),
        ("how many pipelines?", "resulting in 1,063,044 valid pipelines.", 1.0),
        ("how many hours of video?", "with 22.7 hours of video", 1.0),
    ],
)
def test_counting_needs_a_quantity_of_the_thing(question: str, sentence: str, held: float) -> None:
    assert counts(read_asked(question), sentence) == held


@pytest.mark.parametrize(
    ("text", "word", "held"),
    [
        ("transformers for vision", "transformer", 1.0),
        ("a series of linear transformations", "transformers", 0.8),
        ("evaluated on two datasets", "data-set", 1.0),
        ("the emotional dog", "emotoinal", 0.7),
        ("convolutional neural networks", "CNN", 0.9),
        ("twenty participants", "people", 0.8),
        ("a tumor and its behavior", "tumours", 1.0),
        ("a tumor and its behavior", "behaviour", 1.0),
        ("attacks by spearphishing", "phishing", 0.7),
        ("unsupervised", "supervised", 0.0),
        ("we tune Llama3-8B", "llama", 1.0),
        ("the language models of today", "LMs", 0.9),
        ("a large margin", "LM", 0.0),
    ],
)
def test_a_word_is_held_by_its_letters(text: str, word: str, held: float) -> None:
    assert holds(bag(text), word) == held


def test_a_stem_in_common_does_not_say_a_technical_term() -> None:
    assert says(bag("an optimal trade-off"), "optimizer") < 0.5
    assert says(bag("two optimizers are compared"), "optimizer") == 1.0


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("the replies of a physician", "doctor", "volcano"),
        ("an inexpensive sensor", "cheap", "protein"),
        ("a database of judicial decisions", "court", "ocean"),
    ],
)
def test_a_word_is_held_by_one_near_in_meaning(text: str, near: str, far: str) -> None:
    assert holds(bag(text), near) > 0.3
    assert holds(bag(text), far) < 0.2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("we present PanGu-$π$ here", "PanGu-pi"),
        ("the A(3)-cluster proteins", "A3"),
        ("on CIFAR 10/100", "CIFAR-10"),
        ("large language models", "LLM"),
        ("several GhostNets", "GhostNet"),
        ("GhostNet's modules", "ghostnet"),
        ("trains Res-MoCoDiff with", "Res-MoCoDif"),
        ("the Noise2Noise loss", "Noise2Noise"),
        ("RFID tags on shoes", "RFID-based"),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, name: str) -> None:
    assert has_name(bag(text), name)


def test_a_name_inside_another_word_is_not_found() -> None:
    assert not has_name(bag("the factor of the catalogue"), "CAT")
    assert not has_name(bag("we study MobileNetV3"), "V2")


@given(st.text(max_size=150), st.text(max_size=150))
def test_any_question_and_sentence_can_be_weighed(question: str, sentence: str) -> None:
    asked = read_asked(question)
    assert 0.0 <= value(asked, sentence) <= 1.0
    assert all(0.0 <= holds(bag(sentence), word) <= 1.0 for word in asked.words)


def passage(score: float, title: str, abstract: str) -> Passage:
    """A work as search finds it."""
    work = Work(
        id=len(title),
        source_id=title,
        title=title,
        abstract=abstract,
        year=2025,
        authors=(),
    )
    sentences = tuple(Sentence(text, 0.5, n) for n, text in enumerate(pieces(title, abstract)))
    return Passage(work, score, 0.5, 0.0, sentences)


def candidates(closely: Closely, scores: tuple[float, float]) -> list[Candidate]:
    passages = [
        passage(
            scores[0],
            "Delusions and Distress",
            "People in distress ask bots for support. We measure how often one makes it worse.",
        ),
        passage(
            scores[1],
            "Let Them Down Easy",
            "Models decline harmful requests. We compare ways of refusing: partial compliance is "
            "received best.",
        ),
    ]
    asked = read_asked("which way of saying no to people is liked most?")
    beside = Beside(passages)
    return [
        Candidate(n, p, asked, {}, False, beside, closely=closely) for n, p in enumerate(passages)
    ]


def test_between_two_works_as_likely_a_look_at_each_word_decides(embedder: Embedder) -> None:
    assert isinstance(embedder, MiniLM)

    def closely(question: str, weights: Mapping[str, float], work: Work) -> float:
        looked_at.append(work.title)
        return interaction(embedder, question, weights, whole(work.title, work.abstract))

    looked_at: list[str] = []
    best = foremost(candidates(closely, (0.9, 0.88)))
    assert best is not None
    assert best.passage.work.title == "Let Them Down Easy"
    looked_at.clear()
    best = foremost(candidates(closely, (0.9, 0.5)))
    assert best is not None
    assert (best.passage.work.title, looked_at) == ("Delusions and Distress", [])


def test_of_a_list_that_is_begun_the_rest_is_quoted() -> None:
    told = passage(
        1.0,
        "Lighthouse",
        "Lighthouse is built on two pillars: (1) Lamps: a lamp shines at night. It is bright. "
        "(2) Horns: a horn sounds in fog. We built it in 2020.",
    )
    asked = read_asked("name the two pillars Lighthouse rests on")
    weights = dict.fromkeys(asked.words, 1.0)
    said = [s.text for s in quotes(Candidate(0, told, asked, weights, True, Beside([told])))]
    assert any(text.startswith("(2) Horns") for text in said)
