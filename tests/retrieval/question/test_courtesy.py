"""Courtesies around a question change nothing of it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.question.courtesy import bare
from storage.database import Database
from tests.retrieval.library import Library

QUESTIONS = (
    "who wrote GrainNet?",
    "how many papers did she publish in 2021?",
    "which papers are about dunes?",
    "what does GDE stand for?",
    "when was GrainNet published?",
    "newest paper?",
    "does any paper mention 42 field studies?",
    "why do dunes move?",
    "and the one before?",
)
BEFORE = (
    "hi! ",
    "hello there, ",
    "Good evening. ",
    "hey ",
    "thx! ",
    "great, ",
    "sorry to bother you, but ",
    "sorry if this was asked before, but ",
    "quick question for you: ",
    "I have a quick question: ",
    "just curious, ",
    "out of curiosity: ",
    "by the way, ",
    "if you don't mind, ",
    "Hi all :) ",
    "🙏 ",
)
BEFORE_A_WORD_THAT_ASKS = (
    "could you tell me ",
    "could you maybe tell me, if it is not too much trouble, ",
    "my supervisor wants to know ",
    "a friend of mine asked me ",
    "I was wondering ",
    "do you happen to know ",
    "I'd be grateful if you could tell me ",
    "please ",
)
BEHIND = (
    " thanks",
    ", thanks a lot!!",
    " Thank you so much in advance!",
    " cheers",
    ", please",
    ", if you don't mind",
    " if possible",
    " - no rush",
    " (just curious)",
    ", in two sentences please",
    " :)",
    " 😅🙏",
    " lol",
)


@given(
    st.sampled_from(QUESTIONS),
    st.lists(st.sampled_from(BEFORE), max_size=2),
    st.sampled_from(("", *BEFORE_A_WORD_THAT_ASKS)),
    st.lists(st.sampled_from(BEHIND), max_size=2),
)
def test_a_wrapped_question_reads_as_the_bare_one(
    question: str, before: list[str], asking: str, behind: list[str]
) -> None:
    asks = question.split()[0] in ("who", "how", "which", "what", "when", "why")
    wrapped = f"{''.join(before)}{asking if asks else ''}{question}{''.join(behind)}"
    assert bare(wrapped) == question


@given(st.text(max_size=300))
def test_something_is_left_of_every_text_that_says_something(text: str) -> None:
    assert bare(text).strip() or not text.strip()
    assert bare(bare(text)) == bare(text)


@pytest.mark.parametrize(
    "text",
    [
        "thanks!",
        "hello",
        "please",
        "hi-res images of dunes",
        "hello world programs?",
        "great papers about dunes",
        "which papers are about apologies",
        "is it good?",
        "sorry, I meant the one about dunes",
        "how does it detect errors in a sentence?",
        "papers on M☉ and L☉",
        "dunes, please",
        "ok, who wrote it?",
    ],
)
def test_what_only_looks_like_a_courtesy_stays(text: str) -> None:
    assert bare(text) == text


def test_a_claim_that_is_to_be_confirmed_is_asked() -> None:
    text = "I was told that GrainNet is faster than counting by hand; is that so?"
    assert bare(text) == "GrainNet is faster than counting by hand?"


@pytest.mark.parametrize(
    "text", ["!?" * 2000, "please " * 570, "(" * 4000, "hi " * 1300, "a, " * 1300]
)
def test_no_text_takes_long(text: str) -> None:
    started = time.perf_counter()
    bare(text)
    assert time.perf_counter() - started < 2.0


async def test_a_polite_question_is_answered_like_a_curt_one(
    shared_database: Database, embedder: Embedder
) -> None:
    library = await Library(shared_database, embedder).fill()
    answerer = Answerer(library.database, library.search)
    curt = await answerer.answer("how accurate is GrainNet?")
    polite = await answerer.answer(
        "hi! could you maybe tell me, if it is not too much trouble, how accurate is GrainNet, "
        "thanks a lot!!"
    )
    assert "91.4%" in curt.text
    assert polite.text == curt.text
