"""Cards: within Discord's limits, every source there, nothing that mentions or breaks anything."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cards, render
from bot.views import Layout
from retrieval.cited import Answer, Citation
from retrieval.question.kinds import Kind
from retrieval.question.typed import Question
from storage.researchers import Researcher
from storage.works import Work
from tests.bot.test_markdown import MENTION, text

PERSON = Researcher(
    id=1,
    name="Kai Han",
    role="Researcher",
    description="Kai Han contributes to research discovery and scholarly infrastructure.",
    affiliation=None,
    orcid=None,
    open_to_collaborate=True,
    level=1,
    claimed=False,
    source="arXiv",
    works=35,
)


def work(number: int = 1, title: str = "Binary Networks", abstract: str = "We do.") -> Work:
    return Work(
        id=number,
        source_id=f"arxiv:1911.{number:05}",
        title=title,
        abstract=abstract,
        year=2019,
        authors=("Kai Han", "Yunhe Wang"),
        published=date(2019, 11, 26),
        url=f"https://arxiv.org/abs/1911.{number:05}",
    )


def answer(
    said: str,
    citations: tuple[Citation, ...] = (),
    *,
    refused: bool = False,
    note: str | None = None,
) -> Answer:
    question = Question(text="?", kind=Kind.CONTENT, researchers=(PERSON,))
    return Answer(question, said, citations, refused, "Kai Han, 35 works", "quoting", note)


def whole(cards: list[cards.Card]) -> str:
    return "\n".join(section for card in cards for section in card.sections)


long_text = st.builds(lambda part, times: part * times, text, st.integers(1, 400))


@settings(deadline=None, max_examples=60)
@given(long_text, st.lists(text, max_size=40), text, text)
def test_any_answer_fits_keeps_its_sources_and_mentions_nobody(
    said: str, titles: list[str], asked: str, note: str
) -> None:
    cited = tuple(Citation(n, work(n, title), "q") for n, title in enumerate(titles, start=1))
    cards = render.answer(answer(said, cited, note=note), asked=asked)
    shown = whole(cards)
    for card in cards:
        layout = Layout(card)
        assert 0 < layout.content_length() <= card.width <= 4000
        assert all(section.strip() for section in card.sections)
    for citation in cited:
        assert shown.count(f"({citation.work.url})") == 1
    assert not MENTION.search(shown)


@settings(deadline=None, max_examples=60)
@given(long_text, text)
def test_any_passage_fits_with_the_quoted_words_in_it(abstract: str, quote: str) -> None:
    stored = work(1, abstract=abstract + quote)
    kept = [
        {"number": 1, "work_id": 1, "title": "T", "url": stored.url, "year": 2019, "quote": quote}
    ]
    (card,) = render.passages(kept, {1: stored})
    assert Layout(card).content_length() <= 4000
    assert not MENTION.search(whole([card]))


def test_an_answer_shows_scope_text_sources_and_writer() -> None:
    cited = (Citation(1, work(1, "Near-Policy"), "q"), Citation(2, work(2, "OnlineVPO"), "q"))
    (card,) = render.answer(answer("It is faster [1]. So is that [2].", cited), asked="How fast?")
    head, body, sources, foot = card.sections
    assert head == "**How fast?**\n-# About Kai Han, 35 works"
    assert body == "It is faster [1]. So is that [2]."
    assert sources.splitlines() == [
        "-# [1] [Near-Policy](https://arxiv.org/abs/1911.00001) · 2019",
        "-# [2] [OnlineVPO](https://arxiv.org/abs/1911.00002) · 2019",
    ]
    assert foot == "-# Quoted word for word from the abstracts"


def test_a_list_links_its_titles_and_does_not_repeat_them() -> None:
    cited = (Citation(1, work(1, "One_A"), ""), Citation(2, work(2, "Two"), ""))
    said = "Kai Han has 2 works:\n1. One_A (2019) [1]\n2. Two (2019) [2]"
    (card,) = render.answer(answer(said, cited))
    assert card.sections[1].splitlines() == [
        "Kai Han has 2 works:",
        r"1. [One\_A](https://arxiv.org/abs/1911.00001) (2019)",
        "2. [Two](https://arxiv.org/abs/1911.00002) (2019)",
    ]
    assert whole([card]).count("arxiv.org") == 2


def test_a_title_named_twice_stays_in_the_sources() -> None:
    cited = (Citation(1, work(1, "One"), ""),)
    (card,) = render.answer(answer("“One” is new [1]. It is good [1].", cited))
    assert "[1] [One](https://arxiv.org/abs/1911.00001)" in card.sections[2]


def test_a_mark_that_pretends_to_be_a_link_is_none() -> None:
    shown = whole(
        render.answer(answer("See [1](https://evil.example) [1]", (Citation(1, work(), "q"),)))
    )
    assert "[1](https://evil.example)" not in shown.replace("\\[1\\](https://evil.example)", "")
    assert "\\[1\\](https://evil.example) [1]" in shown


def test_a_refusal_is_quiet_and_claims_no_source() -> None:
    (card,) = render.answer(answer("I searched 35 works, and none says that.", refused=True))
    assert card.colour == cards.QUIET
    assert whole([card]).splitlines() == [
        "-# About Kai Han, 35 works",
        "I searched 35 works, and none says that.",
    ]


def test_a_note_is_said_aloud() -> None:
    (card,) = render.answer(answer("Yes.", note="I did not understand “since forever”."))
    assert "I did not understand “since forever”." in card.sections[-1]


def test_long_answers_end_with_whole_sources() -> None:
    cited = tuple(Citation(n, work(n, f"Title {n} " + "long " * 30), "q") for n in range(1, 41))
    cards = render.answer(answer("A sentence of an answer. " * 400, cited))
    assert len(cards) > 3
    sources = re.findall(r"-# \[(\d+)\] \[Title", whole(cards))
    assert sources == [str(n) for n in range(1, 41)]


def test_passages_of_one_work_are_one_card_with_every_quote_bold() -> None:
    stored = work(1, "T", "First it rains. Then it $\\Delta$ shines. Then it ends.")
    kept = [
        {
            "number": 1,
            "work_id": 1,
            "title": "T",
            "url": stored.url,
            "year": 2019,
            "quote": "First it rains. Then it ends.",
        }
    ]
    (card,) = render.passages(kept, {1: stored})
    assert card.sections[1] == "**First it rains.** Then it Δ shines. **Then it ends.**"


def test_a_title_that_was_cited_is_not_bold_inside_the_abstract() -> None:
    stored = work(1, "Learning to Rain", "We call it Learning to Rain, which it is.")
    kept = [
        {
            "number": 1,
            "work_id": 1,
            "title": stored.title,
            "url": stored.url,
            "year": 2019,
            "quote": stored.title,
        }
    ]
    (card,) = render.passages(kept, {1: stored})
    assert card.sections[1] == "We call it Learning to Rain, which it is."


def test_a_passage_whose_work_is_gone_still_shows_its_quote() -> None:
    kept = [
        {"number": 2, "work_id": 9, "title": "T", "url": None, "year": 2019, "quote": "It is so."}
    ]
    (card,) = render.passages(kept, {})
    assert card.sections == ("**[2]** T\n-# 2019", "**It is so.**")
