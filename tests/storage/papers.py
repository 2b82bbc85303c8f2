"""Papers to store in tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from storage.works import Paper


def paper(number: int, **facts: Any) -> Paper:
    """A paper with a source id of its own; any field can be set."""
    defaults: dict[str, Any] = {
        "source_id": f"arxiv:2001.{number:05d}",
        "title": f"Paper {number}",
        "abstract": f"We study subject {number}.",
        "year": 2020,
        "authors": ("Ada Lovelace", "Charles Babbage"),
        "published": date(2020, 1, number % 28 + 1),
        "version": 1,
    }
    return Paper(**(defaults | facts))
