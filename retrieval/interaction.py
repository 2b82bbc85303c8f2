"""Late interaction: a closer look at works between which search can hardly choose.

One vector says what a text is about as a whole. Here each word of the question is compared with
every word of a work, all in their contexts, and counts as the one nearest to it ("MaxSim": Khattab
and Zaharia 2020, "ColBERT"), with the token vectors of a model that was trained for whole texts.
It takes milliseconds a work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from retrieval.embedding import Matrix, MiniLM, Tokens

LEAST_WEIGHT = 0.5
"""What the words that only ask weigh beside those that carry the question, which are worth up to 1:
in their context they say something too."""

_WORD = re.compile(r"[^\W_](?:[\w+]|[-.](?=\w))*")


def interaction(model: MiniLM, question: str, weights: Mapping[str, float], text: str) -> float:
    """How well the words of a question are met by those of a text, a cosine in [-1, 1].

    `weights` are those of the words, in small letters. Blocking.

    Raises:
        EmbeddingUnavailable: the model cannot be loaded.
    """
    asked, said = model.encode_tokens(question), model.encode_tokens(text)
    if not len(asked.matrix) or not len(said.matrix):
        return 0.0
    nearest = (asked.matrix @ said.matrix.T).max(axis=1)
    return float(np.average(nearest, weights=_weighed(question, asked, weights)))


def _weighed(question: str, tokens: Tokens, weights: Mapping[str, float]) -> Matrix:
    """(n,) the weight of each token: that of the word which it is a piece of."""
    found = np.full(len(tokens.spans), LEAST_WEIGHT, np.float32)
    for m in _WORD.finditer(question):
        weight = max(weights.get(m[0].lower(), 0.0), LEAST_WEIGHT)
        inside = [start < m.end() and m.start() < end for start, end in tokens.spans]
        found[inside] = weight
    return found
