"""How likely abstracts are to tell what is asked in such words. Pure.

Whatever a work is about, its abstract hardly ever says who paid for it or why a rival lost, and
mostly says how well it does. So beside what a work holds, the words of the question speak for an
answer or against it: a linear model of their mean vector. The weights in `told.json` are fitted by
`python -m benchmarks.weights --write`.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from retrieval import wordvectors
from retrieval.embedding import Matrix

WEIGHTS = Path(__file__).with_name("told.json")
MOST = 0.5
"""The most that an easy wording adds: it does not make up for what a work lacks."""
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|which|why|how|when|where|is|are|was|were|do|does|did|can|could|has|"
    r"have|had|will|would|should)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+")


def mean_vector(text: str) -> Matrix:
    """(384,) the mean of the vectors of a text's words; zeros where none has one."""
    found = wordvectors.matrix(_WORD.findall(text.lower()))
    result: Matrix = found.mean(axis=0) if len(found) else np.zeros(384, np.float32)
    return result


@lru_cache(maxsize=256)
def tendency(text: str) -> float:
    """What the words of a question add to the log-odds that it is answered.

    0 without vectors, and for a text that asks nothing: "the ink paper and the sand paper".
    """
    if not _ASKS.search(text):
        return 0.0
    vector = mean_vector(text)
    weights, bias = _model()
    return min(float(vector @ weights) + bias, MOST) if vector.any() else 0.0


@cache
def _model() -> tuple[Matrix, float]:
    read = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return np.array(read["weights"], np.float32), read["bias"]
