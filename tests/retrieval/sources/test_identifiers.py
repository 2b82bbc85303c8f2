from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sources.identifiers import parse_arxiv_id
from storage.errors import BadIdentifier


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1911.11907", "1911.11907"),
        ("  2605.05940v2 ", "2605.05940v2"),
        ("0706.0001", "0706.0001"),
        ("arXiv:1911.11907v12", "1911.11907v12"),
        ("ARXIV: 1911.11907", "1911.11907"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("math.GT/0309136v1", "math/0309136v1"),
        ("Astro-Ph/0601001", "astro-ph/0601001"),
        ("https://arxiv.org/abs/1911.11907", "1911.11907"),
        ("http://arxiv.org/abs/hep-th/9901001v3", "hep-th/9901001v3"),
        ("https://www.arxiv.org/pdf/1911.11907v2.pdf", "1911.11907v2"),
        ("https://arxiv.org/pdf/1911.11907", "1911.11907"),
        ("https://arxiv.org/abs/1911.11907?context=cs.CV#x", "1911.11907"),
        ("export.arxiv.org/html/1911.11907/", "1911.11907"),
        ("<https://arxiv.org/abs/1911.11907>", "1911.11907"),
        ("https://doi.org/10.48550/arXiv.1911.11907", "1911.11907"),
        ("10.48550/arxiv.hep-th/9901001", "hep-th/9901001"),
        ("0000.0000", "0000.0000"),
    ],
)
def test_identifiers_are_read_as_people_write_them(written: str, read: str) -> None:
    assert str(parse_arxiv_id(written)) == read


@pytest.mark.parametrize(
    "written",
    [
        "",
        "  ",
        "abc",
        "1911",
        "1911.119",
        "1911.1190734",
        "1911.11907v0",
        "1911.11907v",
        "1911.11907,2001.00001",
        "1911.11907 OR au:x",
        "hep-th/99010",
        "/9901001",
        "https://example.org/abs/1911.11907",
        "https://arxiv.org.example.org/abs/1911.11907",
        "https://arxiv.org/abs/",
        "١٩١١.١١٩٠٧",
        "../1911.11907",
        "1" * 10_000,
        "arxiv.org/abs/" * 1_000,
    ],
)
def test_anything_else_is_refused_with_what_to_write(written: str) -> None:
    with pytest.raises(BadIdentifier) as caught:
        parse_arxiv_id(written)
    assert caught.value.sentence.endswith("it should look like 1911.11907 or hep-th/9901001.")
    assert len(caught.value.sentence) < 180


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        identifier = parse_arxiv_id(text)
    except BadIdentifier:
        return
    assert parse_arxiv_id(str(identifier)) == identifier
    assert parse_arxiv_id(identifier.url).source_id == identifier.source_id


@pytest.mark.parametrize(
    ("identifier", "month"),
    [
        ("1911.11907", date(2019, 11, 1)),
        ("hep-th/9901001", date(1999, 1, 1)),
        ("astro-ph/0601001", date(2006, 1, 1)),
        ("0000.0000", None),
        ("1913.00001", None),
    ],
)
def test_an_identifier_tells_its_month(identifier: str, month: date | None) -> None:
    assert parse_arxiv_id(identifier).month == month
