"""Vectors kept between runs of a benchmark, so that a text is embedded once."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from retrieval.embedding import Embedder
from storage.vectors import Matrix

_STEP = 512


class KeptVectors:
    """An embedder that remembers, in a SQLite file of `folder`, what it embedded before.

    Only `encode` is remembered: questions are embedded anew, because their time is measured.
    """

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._embedder = embedder
        self._lock = Lock()
        path = folder / f"{embedder.name.replace('/', '-')}.vectors"
        self._kept = sqlite3.connect(path, check_same_thread=False)
        self._kept.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, data BLOB)")

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        return self._embedder.dimensions

    def encode(self, texts: Sequence[str]) -> Matrix:
        with self._lock:
            keys = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in texts]
            known = {key: self._read(key) for key in keys}
            missing = {
                key: text for key, text in zip(keys, texts, strict=True) if known[key] is None
            }
            known |= self._embed(missing)
        rows = [np.frombuffer(known[key] or b"", np.float32) for key in keys]
        return np.stack(rows) if rows else np.empty((0, self.dimensions), np.float32)

    def encode_question(self, text: str) -> Matrix:
        return self._embedder.encode_question(text)

    def _read(self, key: bytes) -> bytes | None:
        row = self._kept.execute("SELECT data FROM vectors WHERE text = ?", (key,)).fetchone()
        return None if row is None else bytes(row[0])

    def _embed(self, missing: dict[bytes, str]) -> dict[bytes, bytes | None]:
        done: dict[bytes, bytes | None] = {}
        items = list(missing.items())
        for start in range(0, len(items), _STEP):
            step = items[start : start + _STEP]
            vectors = self._embedder.encode([text for _, text in step])
            rows = [(key, row.tobytes()) for (key, _), row in zip(step, vectors, strict=True)]
            with self._kept:
                self._kept.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            done |= dict(rows)
        return done
