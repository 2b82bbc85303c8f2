"""What an import from arXiv gives when arXiv behaves, and when it does not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from retrieval.sources import Papers
from retrieval.sources.arxiv import Arxiv
from retrieval.sources.connection import Pacing
from storage.errors import (
    BadIdentifier,
    BadQuery,
    ColloquyError,
    SourceUnavailable,
    UnreadableName,
)
from storage.works import Paper
from tests.arxiv_loopback import (
    FAULTS,
    LoopbackArxiv,
    Request,
    sample_works,
    shared_data,
    shared_works,
)

SPACING = 0.02
QUICK = Pacing(
    spacing=SPACING,
    backoff=(0.03, 0.04, 0.05),
    again=(0.01, 0.02, 0.03),
    connect=1,
    read=0.3,
    whole=0.4,
    longest_wait=3,
)
NAME = "Kai Han"


@pytest.fixture
def server() -> Iterator[LoopbackArxiv]:
    with LoopbackArxiv(sample_works()) as running:
        yield running


@pytest.fixture
async def arxiv(server: LoopbackArxiv) -> AsyncIterator[Arxiv]:
    source = Arxiv("1.0", "ada@example.org", pacing=QUICK, url=server.url, page_size=8)
    yield source
    source.close()


async def read(papers: Papers) -> tuple[list[Paper], str]:
    """What arrived, and the sentence that ended it."""
    arrived: list[Paper] = []
    while True:
        try:
            arrived.append(await anext(papers))
        except StopAsyncIteration:
            return arrived, ""
        except ColloquyError as error:
            return arrived, error.sentence


def expected(server: LoopbackArxiv) -> list[str]:
    query = {"search_query": f'au:"{NAME}"', "sortBy": "submittedDate"}
    return [work.source_id for work in server.found(query)]


def ids(papers: list[Paper]) -> list[str]:
    return [paper.source_id for paper in papers]


def assert_polite(server: LoopbackArxiv, spacing: float = SPACING) -> None:
    # The server does not notice that a client has given up waiting.
    if not {"stall", "trickle", "flood"} & {request.fault for request in server.requests}:
        assert server.most_at_once == 1
    assert all(gap >= spacing for gap in server.gaps), server.gaps


async def test_all_works_of_a_name_come_once_and_newest_first(
    arxiv: Arxiv, server: LoopbackArxiv
) -> None:
    papers = arxiv.by_author(NAME)
    arrived, sentence = await read(papers)
    assert ids(arrived) == expected(server)
    assert len(arrived) > 3 * 8
    assert sentence == ""
    assert papers.total == len(arrived)
    assert papers.left_out == []
    assert [request.offset for request in server.requests] == [0, 8, 16, 24]
    assert_polite(server)


async def test_a_paper_holds_what_arxiv_says(arxiv: Arxiv, server: LoopbackArxiv) -> None:
    work = server.works[0]
    server.replace(
        work.arxiv_id,
        title="A  $\\Delta$-method\n for <networks>",
        version=3,
        updated="2026-07-01T00:30:00Z",
        categories=("cs.LG", "cs.CV"),
    )
    [paper], _ = await read(arxiv.by_ids([work.arxiv_id]))
    assert paper.source_id == work.source_id
    assert paper.title == "A $\\Delta$-method for <networks>"
    assert paper.abstract == " ".join(work.abstract.split())
    assert paper.authors == work.authors
    assert (paper.version, paper.year) == (3, int(work.published[:4]))
    assert (str(paper.published), str(paper.updated)) == (work.published[:10], "2026-07-01")
    assert paper.url == f"https://arxiv.org/abs/{work.arxiv_id}"
    assert paper.categories == ("cs.LG", "cs.CV")


async def test_arxiv_learns_who_asks(arxiv: Arxiv, server: LoopbackArxiv) -> None:
    await read(arxiv.by_author(NAME, limit=1))
    assert server.requests[0].headers["user-agent"] == "Colloquy/1.0 (ada@example.org)"


async def test_requests_share_one_connection(arxiv: Arxiv, server: LoopbackArxiv) -> None:
    await read(arxiv.by_author(NAME))
    assert len({request.client for request in server.requests}) == 1


PASSING: list[list[str | None]] = [
    ["503"],
    ["503", "503", "503"],
    ["429", "429"],
    ["500"],
    [None, "429"],
    [None, None, "503", "503"],
    ["rate text"],
    ["empty"],
    ["empty zero"],
    ["empty zero", "empty"],
    [None, "empty"],
    [None, "empty zero"],
    [None, "empty", "empty", "empty zero"],
    ["short"],
    [None, "short", "short"],
    ["html"],
    [None, "html"],
    ["html in feed"],
    ["nothing"],
    ["cut xml"],
    [None, "cut xml"],
    ["cut body"],
    [None, "cut body"],
    ["reset"],
    [None, "reset", "reset"],
    ["stall"],
    [None, "stall"],
    ["trickle"],
    ["flood"],
    ["bomb"],
    [None, "bomb"],
    ["outside"],
    [None, "deep"],
    [None, "repeat"],
    ["no authors"],
    [None, "no title", "no id"],
    [None, "no dates"],
    ["redirect"],
    ["503", "html", "reset", "429", "empty"],
]


@pytest.mark.parametrize("faults", PASSING, ids=lambda faults: ",".join(f or "ok" for f in faults))
async def test_passing_trouble_costs_nothing(
    arxiv: Arxiv, server: LoopbackArxiv, faults: list[str | None]
) -> None:
    server.faults = list(faults)
    papers = arxiv.by_author(NAME)
    arrived, sentence = await asyncio.wait_for(read(papers), 20)
    assert ids(arrived) == expected(server)
    assert sentence == ""
    assert papers.left_out == []
    assert all(paper.authors and paper.title and paper.abstract for paper in arrived)
    if "redirect" not in faults:  # Its circle is walked without waiting.
        assert_polite(server)


LASTING = {
    "429": "it asks us to slow down, HTTP 429",
    "503": "it is not available, HTTP 503",
    "500": "it has an error of its own, HTTP 500",
    "403": "it refuses the request, HTTP 403",
    "rate text": "it asks us to slow down",
    "empty": "it counts 29 papers but its page is empty",
    "html": "it sent a web page instead of results",
    "html in feed": "it sent a web page instead of results",
    "nothing": "its answer breaks off",
    "cut xml": "its answer breaks off",
    "cut body": "its answer broke off",
    "reset": "the connection failed",
    "stall": "it does not answer",
    "trickle": "its answer does not end",
    "flood": "its answer does not end",
    "bomb": "its answer is not a list of papers",
    "outside": "its answer is not a list of papers",
    "deep": "its answer is damaged",
    "redirect": "its answer broke off",
    "repeat": "it repeats a page that it has already sent",
}


@pytest.mark.parametrize("fault", LASTING)
async def test_lasting_trouble_is_said_and_keeps_what_came_before(
    arxiv: Arxiv, server: LoopbackArxiv, fault: str
) -> None:
    server.faults = [None, *[fault] * 1000]
    arrived, sentence = await asyncio.wait_for(read(arxiv.by_author(NAME)), 30)
    assert ids(arrived) == expected(server)[:8]
    assert sentence == (
        f"arXiv cannot be reached right now ({LASTING[fault]}); what is stored still works, so "
        "please run the import again later and it will go on where it stopped."
    )
    assert 2 <= len(server.requests) <= 20


def test_every_fault_of_the_loopback_is_put_to_the_source() -> None:
    tried = {fault for faults in PASSING for fault in faults if fault} | set(LASTING)
    assert set(FAULTS) - tried == {"endless", "error entry"}  # These have tests of their own.


async def test_empty_first_pages_are_unknown_and_not_nothing(
    arxiv: Arxiv, server: LoopbackArxiv
) -> None:
    server.faults = ["empty"] * 100
    arrived, sentence = await read(arxiv.by_author(NAME))
    assert arrived == []
    assert "it counts 29 papers but its page is empty" in sentence


async def test_nothing_is_believed_when_arxiv_says_so_repeatedly(
    arxiv: Arxiv, server: LoopbackArxiv
) -> None:
    papers = arxiv.by_author("Nobody Of This Name")
    assert await read(papers) == ([], "")
    assert papers.total == 0
    assert len(server.requests) == 3
    assert_polite(server)


@pytest.mark.parametrize("said", [8, 10, 16, 17])
async def test_a_count_that_is_too_small_loses_nothing(
    arxiv: Arxiv, server: LoopbackArxiv, said: int
) -> None:
    server.total = said
    arrived, sentence = await read(arxiv.by_author(NAME))
    assert ids(arrived) == expected(server)
    assert sentence == ""


async def test_a_count_that_is_too_large_ends_with_a_sentence(
    arxiv: Arxiv, server: LoopbackArxiv
) -> None:
    server.total = 40
    arrived, sentence = await read(arxiv.by_author(NAME))
    assert ids(arrived) == expected(server)
    assert "it counts 40 papers but its page is empty" in sentence


async def test_a_count_that_shrinks_on_the_way_is_believed(
    arxiv: Arxiv, server: LoopbackArxiv
) -> None:
    def withdraw_the_last(request: Request) -> None:
        if len(server.requests) == 2:
            server.works = [work for work in server.works if work.source_id != wanted[-1]]

    wanted = expected(server)
    server.before = withdraw_the_last
    arrived, sentence = await read(arxiv.by_author(NAME))
    assert ids(arrived) == wanted[:-1]
    assert sentence == ""


async def test_works_that_appear_on_the_way_double_and_lose_nothing(
    arxiv: Arxiv, server: LoopbackArxiv
) -> None:
    def submit(request: Request) -> None:
        if len(server.requests) == 2:
            server.works = [
                *server.works,
                *(replace(server.works[0], arxiv_id=i, published="2026-11-01T00:00:00Z")
                  for i in ("2611.00001", "2611.00002", "2611.00003", "2611.00004")),
            ]  # fmt: skip

    wanted = expected(server)
    server.before = submit
    arrived, sentence = await read(arxiv.by_author(NAME))
    assert ids(arrived) == wanted
    assert sentence == ""


async def test_a_feed_that_never_ends_is_stopped(
    arxiv: Arxiv, server: LoopbackArxiv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.sources.arxiv.MOST", 30)
    server.faults = ["endless"] * 100
    papers = arxiv.by_author(NAME)
    arrived, _ = await read(papers)
    assert 30 <= len(arrived) <= 40
    assert "gives out the newest 30 only" in papers.left_out[0].sentence


async def test_a_damaged_entry_that_stays_damaged_is_named(
    arxiv: Arxiv, server: LoopbackArxiv
) -> None:
    server.faults = ["no authors"] * 3
    papers = arxiv.by_author(NAME)
    arrived, sentence = await read(papers)
    wanted = expected(server)
    assert ids(arrived) == [wanted[0], *wanted[2:]]
    assert sentence == ""
    identifier = wanted[1].removeprefix("arxiv:")
    assert [error.sentence for error in papers.left_out] == [
        f"arXiv sent {identifier}v1 without its authors, so I left it out; "
        "please run the import again later."
    ]


async def test_two_versions_of_a_work_are_one_work(arxiv: Arxiv, server: LoopbackArxiv) -> None:
    second = replace(server.works[2], version=2, title="Second Thoughts")
    server.works.insert(2, second)
    arrived, _ = await read(arxiv.by_query("all:networks"))
    again = [paper for paper in arrived if paper.source_id == second.source_id]
    assert [(paper.version, paper.title) for paper in again] == [(2, "Second Thoughts")]
    assert len(arrived) == len(server.works) - 1


async def test_dates_and_cross_lists_may_change(arxiv: Arxiv, server: LoopbackArxiv) -> None:
    work = server.works[0]
    [before], _ = await read(arxiv.by_ids([work.arxiv_id]))
    server.replace(work.arxiv_id, updated="2026-01-02T00:00:00Z", categories=("cs.CV", "cs.AI"))
    [after], _ = await read(arxiv.by_ids([work.arxiv_id]))
    assert (before.source_id, before.published) == (after.source_id, after.published)
    assert str(after.updated) == "2026-01-02"
    assert after.categories == ("cs.CV", "cs.AI")


async def test_retry_after_is_honoured(arxiv: Arxiv, server: LoopbackArxiv) -> None:
    server.faults, server.retry_after = ["429"], "1"
    arrived, _ = await read(arxiv.by_author(NAME, limit=3))
    assert len(arrived) == 3
    assert server.gaps[0] >= 1


async def test_a_wait_beyond_patience_is_said_at_once(arxiv: Arxiv, server: LoopbackArxiv) -> None:
    server.faults, server.retry_after = ["503"] * 9, "3600"
    arrived, sentence = await read(arxiv.by_author(NAME))
    assert arrived == []
    assert "it is not available, HTTP 503, and to come back in 60 minutes" in sentence
    assert len(server.requests) == 1


async def test_waiting_is_announced(server: LoopbackArxiv) -> None:
    said: list[str] = []
    source = Arxiv("1.0", pacing=QUICK, url=server.url, say=said.append)
    server.faults = ["429", "html"]
    await read(source.by_author(NAME))
    source.close()
    assert said == [
        "arXiv: it asks us to slow down, HTTP 429; trying again in 1 s",
        "arXiv: it sent a web page instead of results; trying again in 1 s",
    ]


async def test_everybody_on_the_connection_waits_while_it_backs_off(
    arxiv: Arxiv, server: LoopbackArxiv
) -> None:
    server.faults, server.retry_after = ["429"], "1"
    several = await asyncio.gather(*(read(arxiv.by_author(NAME)) for _ in range(3)))
    assert [ids(arrived) for arrived, _ in several] == [expected(server)] * 3
    assert server.gaps[0] >= 1
    assert_polite(server)


async def test_the_event_loop_is_never_held_up(arxiv: Arxiv, server: LoopbackArxiv) -> None:
    server.faults = ["stall", "trickle", "429"]
    longest, last = 0.0, time.monotonic()

    async def watch() -> None:
        nonlocal longest, last
        while True:
            await asyncio.sleep(0.005)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()

    watching = asyncio.create_task(watch())
    arrived, _ = await read(arxiv.by_author(NAME))
    watching.cancel()
    assert ids(arrived) == expected(server)
    assert longest < 0.25  # A stalled request alone takes 0.3 s.


async def test_an_import_can_be_given_up_at_any_moment(arxiv: Arxiv, server: LoopbackArxiv) -> None:
    server.faults = [None, "stall"]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(read(arxiv.by_author(NAME)), 0.2)
    arrived, _ = await read(arxiv.by_author(NAME))
    assert ids(arrived) == expected(server)
    assert_polite(server)


async def test_spacing_counts_from_the_end_of_an_answer(
    arxiv: Arxiv, server: LoopbackArxiv
) -> None:
    server.before = lambda _: time.sleep(0.1)
    await read(arxiv.by_author(NAME))
    assert_polite(server, spacing=0.1 + SPACING)


async def test_only_what_is_wanted_is_asked_for(arxiv: Arxiv, server: LoopbackArxiv) -> None:
    papers = arxiv.by_author(NAME, limit=5)
    arrived, _ = await read(papers)
    assert ids(arrived) == expected(server)[:5]
    assert papers.total == 5
    assert [request.params["max_results"] for request in server.requests] == ["5"]


async def test_newest_first_can_be_stopped_after_a_page(
    arxiv: Arxiv, server: LoopbackArxiv
) -> None:
    async for paper in arxiv.by_author(NAME):
        assert paper.source_id == expected(server)[0]
        break
    assert server.requests[0].params["sortBy"] == "submittedDate"
    assert server.requests[0].params["sortOrder"] == "descending"
    assert len(server.requests) == 1


async def test_many_identifiers_go_in_one_request(arxiv: Arxiv, server: LoopbackArxiv) -> None:
    wanted = [work.arxiv_id for work in server.works[:8]]
    arrived, _ = await read(arxiv.by_ids(wanted))
    assert sorted(ids(arrived)) == sorted(f"arxiv:{name}" for name in wanted)
    assert [request.params["id_list"] for request in server.requests] == [",".join(wanted)]


async def test_unknown_identifiers_are_named_and_the_others_arrive(
    arxiv: Arxiv, server: LoopbackArxiv
) -> None:
    known = server.works[0].arxiv_id
    papers = arxiv.by_ids([f"https://arxiv.org/pdf/{known}v1.pdf", "0808.05394", known])
    arrived, sentence = await read(papers)
    assert (ids(arrived), sentence) == ([f"arxiv:{known}"], "")
    assert [error.sentence for error in papers.left_out] == [
        "arXiv has no paper 0808.05394; please check the number."
    ]


async def test_identifiers_survive_trouble(arxiv: Arxiv, server: LoopbackArxiv) -> None:
    wanted = [work.arxiv_id for work in server.works[:20]]
    server.faults = ["empty", "short", "429", "empty zero", "html"]
    papers = arxiv.by_ids(wanted)
    arrived, sentence = await read(papers)
    assert sorted(ids(arrived)) == sorted(f"arxiv:{name}" for name in wanted)
    assert sentence == ""
    assert papers.left_out == []


def test_a_malformed_identifier_is_refused_before_anything_is_asked(
    server: LoopbackArxiv,
) -> None:
    source = Arxiv("1.0", pacing=QUICK, url=server.url)
    with pytest.raises(BadIdentifier, match="“19 11” is not an arXiv identifier"):
        source.by_ids(["1911.11907", "19 11"])
    source.close()
    assert server.requests == []


async def test_a_query_that_arxiv_does_not_understand(arxiv: Arxiv, server: LoopbackArxiv) -> None:
    server.faults = ["error entry"]
    _, sentence = await read(arxiv.by_query("au:("))
    assert sentence.startswith("arXiv does not understand the query “au:(” (bad query)")
    with pytest.raises(BadQuery):
        arxiv.by_query("  ")


def test_a_name_without_letters_is_refused(server: LoopbackArxiv) -> None:
    source = Arxiv("1.0", url=server.url)
    with pytest.raises(UnreadableName, match='“"42"” holds no name'):
        source.by_author('"42"')
    source.close()


async def test_nobody_listening_is_said(server: LoopbackArxiv) -> None:
    source = Arxiv("1.0", pacing=QUICK, url="http://127.0.0.1:9/api/query")
    with pytest.raises(SourceUnavailable, match="the connection failed"):
        await anext(source.by_author(NAME))
    source.close()


@pytest.mark.slow
async def test_three_seconds_lie_between_requests_by_default(server: LoopbackArxiv) -> None:
    source = Arxiv("1.0", url=server.url, page_size=20)
    server.faults = ["reset"]
    await read(source.by_author(NAME))
    source.close()
    assert_polite(server, spacing=3.0)


# Recorded answers and a larger collection ---------------------------------------------------


async def test_recorded_pages_arrive_as_they_are(server: LoopbackArxiv) -> None:
    server.load_fixtures(shared_data() / "atom_fixtures")
    source = Arxiv("1.0", pacing=QUICK, url=server.url)
    papers = source.by_query("testing", limit=100)
    arrived, sentence = await read(papers)
    assert len(ids(arrived)) == len(set(ids(arrived))) == 100
    assert sentence == ""
    assert papers.left_out == []
    assert all(paper.title and paper.abstract and paper.authors for paper in arrived)
    old, _ = await read(source.by_ids(["astro-ph/0601001"]))
    assert [(p.source_id, p.year, p.authors[0]) for p in old] == [
        ("arxiv:astro-ph/0601001", 2006, "Andrew Gould")
    ]
    source.close()


async def test_a_recorded_error_is_said_in_arxivs_words(server: LoopbackArxiv) -> None:
    folder = shared_data() / "atom_fixtures"
    [body] = [path.read_bytes() for path in folder.glob("id_abc_*.xml")]
    server.fixtures[("abc", "", 0, 100)] = (400, body)
    source = Arxiv("1.0", pacing=QUICK, url=server.url)
    _, sentence = await read(source.by_query("abc"))
    source.close()
    assert "(incorrect id format for abc)" in sentence


async def test_hundreds_of_works_through_every_passing_fault(server: LoopbackArxiv) -> None:
    server.works = shared_works(257)
    source = Arxiv("1.0", pacing=QUICK, url=server.url, page_size=50)
    server.faults = [
        *("503", None, "empty", "429", None, "short", "reset", "html", None, "cut xml"),
        *("empty zero", "no authors", None, "cut body", None),
    ]
    arrived, sentence = await read(source.by_query("cat:cs.CV"))
    source.close()
    found = server.found({"sortBy": "submittedDate"})
    assert ids(arrived) == [work.source_id for work in found]
    assert [paper.authors for paper in arrived] == [work.authors for work in found]
    assert sentence == ""
    assert_polite(server)
