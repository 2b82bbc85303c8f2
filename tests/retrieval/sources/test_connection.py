from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests

from retrieval.sources.connection import Pacing, retry_after


def answer(header: str | None) -> requests.Response:
    response = requests.Response()
    if header is not None:
        response.headers["Retry-After"] = header
    return response


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("120", 120),
        (" 7 ", 7),
        ("-5", 0),
        ("soon", 0),
        ("1e3", 0),
        ("٣", 0),
        ("9" * 5000, 999_999_999),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 99 Jan 1970 00:00:00 GMT", 0),
    ],
)
def test_retry_after_in_seconds(header: str | None, seconds: float) -> None:
    assert retry_after(answer(header)) == seconds


def test_retry_after_as_a_date() -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True)
    assert 110 < retry_after(answer(when)) <= 120


def test_patience_by_default_is_what_arxiv_asks_for() -> None:
    pacing = Pacing()
    assert pacing.spacing >= 3
    assert min(pacing.again) >= 3
    assert sum(pacing.backoff) > 5 * 60
    assert 0 < pacing.connect < pacing.read < pacing.whole
