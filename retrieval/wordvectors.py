"""How near words are in meaning, by the table of word vectors in the bundled model.

The table is the first layer of all-MiniLM-L6-v2: a vector for each of 30,522 pieces of words,
learnt with the rest of the model. A word is the mean of its pieces. Comparing words takes
microseconds, and finds "physician" for "doctor" and "inexpensive" for "cheap" without a list of
synonyms. No model is run, and no vector is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import structlog
from numpy.typing import NDArray

from retrieval.embedding import Matrix, package_file
from storage.errors import EmbeddingUnavailable

_TABLE = "embeddings.word_embeddings.weight"
_INSIDE = "##"
"""Marks a piece that does not begin a word."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Pieces:
    places: Mapping[str, int]
    vectors: NDArray[np.float16]

    def of(self, word: str) -> Iterator[int]:
        """The longest pieces that make up the word, as WordPiece cuts it."""
        start = 0
        while start < len(word):
            prefix = _INSIDE if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if prefix + word[start:end] in self.places), None)
            if end is None:
                return
            yield self.places[prefix + word[start:end]]
            start = end


@lru_cache(maxsize=1)
def _pieces() -> _Pieces:
    """The table, centred; an empty one where the bundled model is not installed."""
    try:
        from safetensors import safe_open

        content = json.loads(package_file("tokenizer.json").read_text("utf-8"))
        with safe_open(package_file("model.safetensors"), "numpy") as weights:
            table = weights.get_tensor(_TABLE)
    except (
        EmbeddingUnavailable,
        OSError,
        ValueError,
        KeyError,
    ) as error:  # without it words are compared by their letters alone
        _log.warning("words.without_vectors", why=str(error))
        return _Pieces({}, np.zeros((0, 0), np.float16))
    return _Pieces(content["model"]["vocab"], (table - table.mean(axis=0)).astype(np.float16))


def load() -> None:
    """Read the table now, which takes a moment, rather than when a word is first looked up."""
    _pieces()


def cut(word: str) -> int:
    """How many pieces a lower-case word is made of: one that is frequent of one, a slip of many."""
    return len(list(_pieces().of(word)))


@lru_cache(maxsize=32768)
def vector(word: str) -> Matrix | None:
    """The (384,) unit vector of a lower-case word; None where it has no piece in the table."""
    table = _pieces()
    places = list(table.of(word))
    if not places:
        return None
    mean = table.vectors[places].mean(axis=0, dtype=np.float32)
    length = float(np.linalg.norm(mean))
    return mean / length if length else None


def matrix(words: Sequence[str]) -> Matrix:
    """(n, 384) unit rows, one for each word that has a vector."""
    known = [v for v in map(vector, words) if v is not None]
    return np.stack(known) if known else np.zeros((0, 384), np.float32)
