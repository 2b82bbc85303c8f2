"""What a file gives, and what is said of the lines and files that give nothing."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.sources import Papers
from retrieval.sources.snapshot import LONGEST_LINE, read_snapshot, title_hash
from storage.errors import UnreadableSnapshot
from storage.works import Paper
from tests.arxiv_loopback import SAMPLE, shared_data

ROW = {"title": "On Networks", "abstract": "We study networks.", "year": 2022}


def row(**changes: object) -> str:
    return json.dumps({**ROW, **changes})


def write(folder: Path, *lines: str | bytes, name: str = "works.jsonl") -> Path:
    path = folder / name
    encoded = [line if isinstance(line, bytes) else line.encode() for line in lines]
    path.write_bytes(b"\n".join(encoded))
    return path


async def read(path: Path, author: str | None = None) -> tuple[list[Paper], list[str], Papers]:
    papers = read_snapshot(path, author)
    arrived = [paper async for paper in papers]
    return arrived, [error.sentence for error in papers.left_out], papers


async def refusal(path: Path) -> str:
    with pytest.raises(UnreadableSnapshot) as caught:
        await read(path)
    return caught.value.sentence


async def one(folder: Path, **changes: object) -> Paper:
    [paper], _, _ = await read(write(folder, row(**changes)))
    return paper


async def test_the_bundled_sample_arrives_whole() -> None:
    arrived, left_out, _ = await read(SAMPLE)
    assert len({paper.source_id for paper in arrived}) == len(arrived) == 35
    assert left_out == []
    first, unlisted = arrived[0], arrived[18]
    assert first.source_id == "arxiv:2605.05940"
    assert (first.year, first.published, first.authors_complete) == (2026, date(2026, 5, 1), True)
    assert (first.authors[0], first.url) == ("Miao Rang", "https://arxiv.org/abs/2605.05940")
    assert "$Δ$-IFD" in first.abstract
    assert unlisted.source_id == f"snapshot:{title_hash(unlisted.title)}"
    assert (unlisted.published, unlisted.authors_complete, unlisted.url) == (None, False, None)
    assert [len(arrived[n].authors) for n in (20, 21)] == [0, 0]


async def test_a_record_keeps_its_works_without_complete_authors() -> None:
    arrived, _, papers = await read(SAMPLE, author="kai han")
    assert len(arrived) == 35
    assert papers.passed_over == 0


async def test_a_mixed_file_gives_the_works_that_name_the_researcher(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        row(title="A", authors=["Jane Li", "Bo Ek"]),
        row(title="B"),
        row(title="C", authors=["Li, Jane"], authors_completeness="partial"),
        row(title="D", authors=["Jané  LI"]),
        row(title="E", authors=["Bo Ek"]),
        row(title="F", authors=["Bo Ek"], authors_completeness="partial"),
        row(title="G", authors=["Jane Lin"]),
    )
    arrived, _, papers = await read(path, author="Jane Li")
    assert [paper.title for paper in arrived] == ["A", "C", "D"]
    assert papers.passed_over == 4


async def test_the_shared_collection_arrives(tmp_path: Path) -> None:
    with gzip.open(shared_data() / "arxiv_2025_2026.jsonl.gz") as lines:
        path = write(
            tmp_path, *(line.rstrip() for line, _ in zip(lines, range(2000), strict=False))
        )
    arrived, left_out, _ = await read(path)
    assert len({paper.source_id for paper in arrived}) == 2000
    assert left_out == []
    assert all(p.published and p.year == p.published.year and p.authors for p in arrived)
    assert not any("\n" in p.abstract or "  " in p.title for p in arrived)


async def test_text_is_kept_and_white_space_is_not(tmp_path: Path) -> None:
    paper = await one(
        tmp_path,
        title="  The $\\Delta$\n method\u0000 ",
        abstract="One\r\n  two.\tThree",
        authors=[" Ada\nLovelace ", ""],
    )
    assert (paper.title, paper.abstract) == ("The $\\Delta$ method", "One two. Three")
    assert paper.authors == ("Ada Lovelace",)


@pytest.mark.parametrize(
    ("fields", "year", "published"),
    [
        ({"year": 2022}, 2022, None),
        ({"year": "2022"}, 2022, None),
        ({"arxiv_id": "2107.06263", "year": 2022}, 2022, date(2021, 7, 1)),
        ({"arxiv_id": "2107.06263"}, 2021, date(2021, 7, 1)),
        ({"arxiv_month": "2021-07", "year": 2022}, 2022, date(2021, 7, 1)),
        ({"id_month": "2025-03", "listed": "2025-03-18"}, 2025, date(2025, 3, 18)),
        ({"id_month": "2024-12", "listed": "2025-03-18"}, 2024, date(2024, 12, 1)),
        ({"id_month": "2025-02", "listed": "2025-03-03"}, 2025, date(2025, 2, 28)),
        ({"listed": "2025-03-18"}, 2025, date(2025, 3, 18)),
        ({"published": "2020-02-29T10:00:00Z", "listed": "2025-03-18"}, 2020, date(2020, 2, 29)),
    ],
)
async def test_dates(
    tmp_path: Path, fields: dict[str, object], year: int, published: date | None
) -> None:
    paper = await one(tmp_path, **{"year": None, **fields})
    assert (paper.year, paper.published) == (year, published)


async def test_versions_and_links(tmp_path: Path) -> None:
    paper = await one(tmp_path, arxiv_id="https://arxiv.org/abs/2107.06263v3")
    assert (paper.source_id, paper.version) == ("arxiv:2107.06263", 3)
    assert (await one(tmp_path, doi="10.1/x")).url == "https://doi.org/10.1/x"
    assert (await one(tmp_path, url="https://example.org/a")).url == "https://example.org/a"
    assert (await one(tmp_path, url="javascript:alert(1)")).url is None
    assert (await one(tmp_path, source="DBLP", type="article")).source == "DBLP"


async def test_a_work_without_identifier_is_known_by_its_title(tmp_path: Path) -> None:
    first = await one(tmp_path, title="On  Networks: a Study")
    second = await one(tmp_path, title="on networks — A STUDY.")
    other = await one(tmp_path, title="On Networks: a Survey")
    assert first.source_id == second.source_id != other.source_id
    assert first.source_id.startswith("snapshot:")
    assert title_hash("深層学習") != title_hash("強化学習")
    assert title_hash("???") != title_hash("!!!")


LIST_OF_NAMES = 'give "authors" as a list of names of at most 300 characters'
BAD_ROWS = {
    "{": "it is not valid JSON; write each work as {…} on one line",
    '"text"': "it is not a work; write each work as {…} on one line",
    "[" + row() + "]": "it holds a list; write one work a line, as {…}, without the brackets",
    "[" * 100_000: "it holds a list; write one work a line, as {…}, without the brackets",
    '{"a":' * 100_000: "it is not valid JSON; write each work as {…} on one line",
    f'{{"year": {"9" * 5000}}}': "it is not valid JSON; write each work as {…} on one line",
    row(title=None): 'give "title" as text',
    row(title=" "): 'give "title" as text',
    row(title="\ud800"): 'give "title" as text',
    '{"title": "x", "year": 2022}': 'give "abstract" as text',
    row(abstract=["x"]): 'give "abstract" as text',
    row(year=None): 'give "year" as a number like 2022',
    row(year="soon"): 'give "year" as a number like 2022',
    row(year=20222): 'give "year" as a number like 2022',
    row(authors="Ada, Bo"): LIST_OF_NAMES,
    row(authors=[{"name": "Ada"}]): LIST_OF_NAMES,
    row(authors=["Ada " * 100]): LIST_OF_NAMES,
    row(doi="10.1/" + "x" * 300): 'give "doi" as a short text',
    row(authors_completeness="some"): '"authors_completeness" is one of "full", "partial", "none"',
    row(arxiv_id="abc"): 'give "arxiv_id" like "1911.11907", or leave it out',
    row(published="yesterday"): 'give "published" like "2025-03-18"',
    row(listed=20250318): 'give "listed" like "2025-03-18"',
    row(id_month="2025-13"): 'give "id_month" like "2025-03"',
    row(categories="cs.CV"): 'give "categories" as a list like ["cs.CV"]',
    row(type="x" * 41): 'give "type" as a short text',
}


@pytest.mark.parametrize("bad", BAD_ROWS, ids=BAD_ROWS.values())
async def test_one_bad_line_is_named_and_costs_only_itself(tmp_path: Path, bad: str) -> None:
    path = write(tmp_path, row(title="A"), "", bad, row(title="B"))
    arrived, left_out, _ = await read(path)
    assert [paper.title for paper in arrived] == ["A", "B"]
    assert left_out == [f"I cannot read {path}, line 3: {BAD_ROWS[bad]}."]


async def test_a_line_in_another_encoding(tmp_path: Path) -> None:
    path = write(tmp_path, row(), b'{"title": "Caf\xe9"}')
    _, left_out, _ = await read(path)
    assert left_out == [f"I cannot read {path}, line 2: it is not UTF-8; save the file as UTF-8."]


async def test_a_huge_line_is_left_out_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "works.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(f"{row(title='A')}\n".encode())
        for _ in range(20):
            file.write(b"x" * LONGEST_LINE)
        file.write(f"\n{row(title='B')}".encode())
    tracemalloc.start()
    arrived, left_out, _ = await read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [paper.title for paper in arrived] == ["A", "B"]
    assert left_out == [f"I cannot read {path}, line 2: the line is too long for a work."]
    assert peak < 5 * LONGEST_LINE


async def test_two_works_of_one_title_stay_two(tmp_path: Path) -> None:
    path = write(tmp_path, row(), row(title="on networks"), row(abstract="Something else."))
    arrived, left_out, _ = await read(path)
    assert len(arrived) == 2
    assert left_out == [
        f"I cannot read {path}, line 3: it has the title of line 1; "
        "give it an “arxiv_id” or another title."
    ]


async def test_very_many_bad_lines_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path, row(), *["x"] * 5000)
    _, left_out, papers = await read(path)
    assert len(left_out) == 1000
    assert papers.left_out_count == 5000


async def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf" + row(title="A").encode() + b"\r", row(title="B"), "")
    arrived, left_out, _ = await read(path)
    assert ([paper.title for paper in arrived], left_out) == (["A", "B"], [])


async def test_compression_is_recognised_by_content(tmp_path: Path) -> None:
    packed = gzip.compress(f"{row(title='A')}\n{row(title='B')}\n".encode())
    arrived, _, _ = await read(write(tmp_path, packed))
    assert [paper.title for paper in arrived] == ["A", "B"]
    arrived, _, _ = await read(write(tmp_path, row(), name="plain.gz"))
    assert len(arrived) == 1


async def test_an_archive_that_breaks_off_gives_what_it_holds(tmp_path: Path) -> None:
    lines = "\n".join(row(title=f"{n} {n * 7919 % 1009}") for n in range(5000)).encode()
    whole = gzip.compress(lines)
    path = write(tmp_path, whole[: len(whole) // 2])
    arrived = []

    async def read_all() -> None:
        async for paper in read_snapshot(path):
            arrived.append(paper)  # noqa: PERF401 -- what came before the end counts

    with pytest.raises(UnreadableSnapshot, match="it breaks off after line") as caught:
        await read_all()
    assert len(arrived) > 500
    assert "fetch it again to have the rest" in caught.value.sentence


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"\n \n\n", "the file is empty"),
        (gzip.compress(b"", mtime=0), "the file is empty"),
        (row().encode("utf-16"), "it is saved as UTF-16; save it as UTF-8"),
        (b"PK\x03\x04rest", "it is a zip archive; unpack it first"),
        (b"BZh91AY&SY", "it is compressed with bzip2; unpack it or use gzip"),
        (
            f"[{row()},\n{row()}]".encode(),
            "it holds a list; write one work a line, as {…}, without the brackets",
        ),
        (
            b"[\n" + row().encode() + b"\n]",
            "it holds a list; write one work a line, as {…}, without the brackets",
        ),
        (
            json.dumps(ROW, indent=1).encode(),
            "none of its 5 lines is a work; line 1: it is not valid JSON; "
            "write each work as {…} on one line",
        ),
        (
            b"title,year\nx,2022\n",
            "none of its 2 lines is a work; line 1: it is not valid JSON; "
            "write each work as {…} on one line",
        ),
    ],
)
async def test_a_file_of_another_kind(tmp_path: Path, content: bytes, why: str) -> None:
    path = write(tmp_path, content)
    assert await refusal(path) == f"I cannot read {path}: {why}."


async def test_no_file_or_no_ordinary_file(tmp_path: Path) -> None:
    missing = tmp_path / "absent.jsonl"
    assert await refusal(missing) == (
        f"I cannot read {missing}: there is no such file; check its name."
    )
    assert (
        await refusal(tmp_path) == f"I cannot read {tmp_path}: it is a folder; name a file in it."
    )
    assert "file name too long" in await refusal(tmp_path / ("x" * 300))
    assert "its name is not valid" in await refusal(tmp_path / "a\0b")


@settings(max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(["title", "abstract", "year", "arxiv_id", "authors", "published", "doi"]),
        st.none() | st.text() | st.integers() | st.floats() | st.lists(st.text()) | st.booleans(),
    )
)
async def test_any_row_is_a_work_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, fields: dict[str, object]
) -> None:
    path = write(tmp_path_factory.mktemp("any"), row(title="sound"), json.dumps(fields))
    arrived, left_out, _ = await read(path)
    assert arrived[0].title == "sound"
    assert len(arrived) + len(left_out) == 2
    for paper in arrived:
        assert paper.title
        assert "\0" not in paper.title + paper.abstract
        (paper.title + paper.abstract).encode()
