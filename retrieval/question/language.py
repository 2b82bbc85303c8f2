"""Which questions are not in English, and whether their words were met all the same.

The model behind the vectors knows English only and puts a question in another language near to
anything, so there only words in common count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from retrieval.text import terms
from storage.works import Work

LEAST_MET = 0.5
"""The part of a foreign question's words that a work has to hold to be an answer."""

# Small and asking words of Danish, Dutch, French, German, Indonesian, Italian, Norwegian, Polish,
# Portuguese, Spanish, Swedish and Turkish that are neither English words nor parts of names.
SMALL = frozenset(
    """
    af alla ao aos apa auf aus aux av avec bedeutet bei beim berapa bir bonjour ce cela ces cette
    che chi chì combien como cual cuales cuando cuantas cuanto cuantos cui cuál cuáles cuándo
    cuántas cuánto cuántos czy dans das dei dein della delle des desde dla donde du durch dónde
    een ein eine einem einen einer elles este estos et fra fur für gibt gli gracias habla hablan
    hallo hangi heeft hei het hoe hoeveel hola hur hva hvad hvem hvilke hvor hvordan hvorfor
    hvornår ich ile ils ilu ist jag jak jaka jaki jakie je jest kadar kan kannst kaç ke kiedy
    które können le les leur los lui maar mais mengapa merci mit na nasıl nedir nel nella nerede
    nicht niet nos notre não obrigado och oder og olá onde ou oui où para parlent perche perché
    peut por porque porquê pour pourquoi qu quais qual quali quand quando quantas quante quanti
    quanto quantos que quel quelle quelles quels qui quien quién quoi qué sagt siapa significa
    signifie sind sobre som sono sont sul sulla sur tiene tienen trata uber um una und une uns
    unter vad varför veel vem viele vilka voici vom voor waarom wann warum wat welche welchem
    welchen welcher welches welk welke wer werden wie wieviele wir wo wurde y yang zum zur à é és
    över über
    """.split()
)
# English ones that are no words of those languages.
_ENGLISH = frozenset(
    """
    about and any are been does each find from gives had has have his how into it its many much not
    of paper papers shows that the their them there these they this to used using were what when
    where which who why with works would you
    """.split()
)
_WORD = re.compile(r"[^\W\d_]+")


def foreign(text: str) -> bool:
    """Whether a text is, by its letters or its small words, in another language than English."""
    words = [unicodedata.normalize("NFC", word) for word in _WORD.findall(text.casefold())]
    english = sum(word in _ENGLISH for word in words)
    if not english and any(_of_another_script(word) for word in words):
        return True
    letters = "".join(words)
    if sum(map(_latin, letters)) < len(letters) / 2:
        return True
    return "¿" in text or "¡" in text or sum(word in SMALL for word in words) > english


def _latin(letter: str) -> bool:
    return "LATIN" in unicodedata.name(letter, "")


def _of_another_script(word: str) -> bool:
    """A stretch of it, that is: single letters, as α and β, are signs of mathematics."""
    return sum(not _latin(letter) for letter in word) > 1


def met(text: str, works: Iterable[Work]) -> bool:
    """Whether the words that carry a foreign question occur in one of the works."""
    words = {word for word in _WORD.findall(text.casefold()) if word not in SMALL | _ENGLISH}
    asked = {term for word in words for term in terms(word)}
    if not asked:
        return False
    held = [asked & set(terms(f"{work.title} {work.abstract}")) for work in works]
    return any(len(both) >= LEAST_MET * len(asked) for both in held)
