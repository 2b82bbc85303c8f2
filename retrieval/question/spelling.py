"""Slips of the pen: a word that nobody writes, read as the one beside it that stored works use.

A word is nobody's if it falls into many small pieces, as the bundled model cuts words. One of the
language is never taken for a slip, whether or not a work has it, and neither is what may be a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rapidfuzz.distance import OSA
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import wordvectors
from retrieval.text import terms
from storage import terms as statistics

LONG, LONGER = 7, 11
"""Letters from which a word may have one slip in it, and from which it may have two."""
SMALL = 3.4
"""Letters that the pieces of a slip have on average, at most."""
HOLDERS = 3
"""Works in which the word that is meant is looked for."""

_WORD = re.compile(rf"(?<![\w-])[a-z]{{{LONG},}}(?![\w-])")
_PREFIX = re.compile(r"(?:re|un|non|pre|mis|de|co|sub|over|multi|inter|semi|anti)(?=[a-z]{4})")


async def slips(session: AsyncSession, text: str) -> dict[str, str]:
    """Word of the text that is misspelt -> what it is read as."""
    stems = {word: terms(word) for word in _WORD.findall(text) if _is_nobodys(word)}
    alone = {word: next(iter(found)) for word, found in stems.items() if len(found) == 1}
    if not alone:
        return {}
    known = await statistics.works_with(session, terms(text))
    meant = {
        word: await _meant(session, word, stem) for word, stem in alone.items() if not known[stem]
    }
    return {word: other for word, other in meant.items() if other}


def written(text: str, misspelt: Mapping[str, str]) -> str:
    """The text with its slips put right."""
    return _WORD.sub(lambda m: misspelt.get(m[0], m[0]), text)


def _is_nobodys(word: str) -> bool:
    bare = _PREFIX.sub("", word, count=1)
    pieces = wordvectors.cut(word)
    return pieces > 1 and len(word) <= SMALL * pieces and wordvectors.cut(bare) != 1


async def _meant(session: AsyncSession, word: str, stem: str) -> str:
    """The word of stored works that is nearest to a misspelt one; "" where none is near."""
    most = 1 if len(word) < LONGER else 2
    near = [
        term
        for term in await statistics.like(session, stem, most)
        if OSA.distance(stem, term, score_cutoff=most) <= most
    ]
    held = await statistics.holders(session, near, [], HOLDERS)
    forms = _forms((f"{title} {abstract}" for _, title, abstract in held), set(near))
    far = {form: OSA.distance(word, form, score_cutoff=most) for form in forms}
    return min((form for form in far if far[form] <= most), key=far.__getitem__, default="")


def _forms(texts: Iterable[str], stems: set[str]) -> list[str]:
    """The words of some texts that have one of the stems."""
    words = dict.fromkeys(w.lower() for text in texts for w in re.findall(r"[^\W\d_]+", text))
    return [word for word in words if stems & set(terms(word))]
