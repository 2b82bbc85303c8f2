"""Watching arXiv for new papers of followed researchers."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.importing import open_arxiv
from bot.parts import Parts
from retrieval.ingest import embed_pending
from retrieval.watch import Watcher


@asynccontextmanager
async def watching(parts: Parts) -> AsyncIterator[Watcher]:
    """A watcher over arXiv, whose finds are searchable at once."""

    async def stored() -> None:
        await embed_pending(parts.database, parts.embedder)
        await parts.index.catch_up(parts.database)

    holder = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
    source = open_arxiv(parts.settings)
    watcher = Watcher(parts.database, source, parts.embedder, stored=stored, holder=holder)
    try:
        yield watcher
    finally:
        source.close()
        await watcher.close()
