"""What the composition root hands down, to the bot and to the command line alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings
    from retrieval.answer import Answerer
    from retrieval.embedding import Embedder
    from retrieval.index import Index
    from retrieval.search import Search
    from storage.database import Database


def today() -> date:
    """The day that "this year" and "the last six months" are counted from, in UTC."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Whoever opened them closes them."""

    settings: Settings
    database: Database
    embedder: Embedder
    index: Index
    search: Search
    answerer: Answerer
    today: Callable[[], date] = today
