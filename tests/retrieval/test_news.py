"""What is new, and what filters would have kept back; see `test_watch` for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np

from retrieval.news import preview
from storage import researchers, storing
from storage.database import Database
from storage.follows import Filter
from storage.vectors import Matrix
from tests.storage.papers import paper

SINCE = datetime.fromisoformat("2026-03-01T12:00")


class Listening:
    """An embedder to which texts about engines are alike, and that remembers what it was given."""

    name = "listening"
    dimensions = 2

    def __init__(self) -> None:
        self.given = list[Sequence[str]]()

    def encode(self, texts: Sequence[str]) -> Matrix:
        """(n, 2)"""
        self.given.append(texts)
        return np.array([[1, 0] if "engine" in t else [0, 1] for t in texts], np.float32)

    def encode_question(self, text: str) -> Matrix:
        """(2,)"""
        row: Matrix = self.encode([text])[0]
        return row


async def _ada(database: Database) -> int:
    async with database.write() as session:
        ada = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        days = {1: (2026, 2, 28), 2: (2026, 3, 1), 3: (2026, 3, 20), 4: (2026, 3, 25)}
        papers = [
            paper(n, title=title, year=2026, published=date(*days[n]))
            for n, title in ((1, "Old"), (2, "An engine"), (3, "Flowers"), (4, "More engines"))
        ]
        undated = paper(5, title="Undated", year=2026, published=None)
        await storing.store(session, [*papers, undated], ada)
    return ada


async def test_a_preview_shows_what_would_have_come_and_what_not(database: Database) -> None:
    ada = await _ada(database)
    shown = await preview(database, Listening(), ada, Filter(none_of=("flowers",)), SINCE)
    assert [(work.title, why) for work, why in shown] == [
        ("More engines", None),
        ("Flowers", "mentions flowers"),
        ("An engine", None),
    ]


async def test_a_preview_reads_only_what_it_compares_and_all_at_once(database: Database) -> None:
    ada, embedder = await _ada(database), Listening()
    wanted = Filter(similar_to="steam engine", threshold=0.5)
    shown = await preview(database, embedder, ada, wanted, SINCE)
    assert [work.title for work, why in shown if why is None] == ["More engines", "An engine"]
    [texts] = embedder.given
    assert len(texts) == 4
