"""Other languages are told from English, whatever their letters."""

from __future__ import annotations

import pytest

from retrieval.question.language import foreign


@pytest.mark.parametrize(
    "text",
    [
        "ماذا تقول الأبحاث عن السيارات ذاتية القيادة في عام 2021؟",
        "ما معنى NPD؟",
        "מה זה NPD?",
        "GhostNet是什么?",
        "Что такое NPD?",
        "Wie viele Artikel hat Kai Han 2022 veröffentlicht?",
        "Combien d'articles en 2022 ?",
        "¿Cuántos artículos en 2022?",
        "Quanti articoli nel 2022?",
        "Ile artykułów opublikowano w 2022 roku?",
        "Kaç makale 2022 yılında yayınlandı?",
    ],
)
def test_another_language(text: str) -> None:
    assert foreign(text)


@pytest.mark.parametrize(
    "text",
    [
        "What does NPD stand for?",
        "binary networks",
        "de novo design",
        "Which papers of 韩凯 are about GhostNet?",
        "Does the Erdős-Rényi model of van der Hofstad use α-divergence?",
        "nets 4 phones pls",
        "🤔",
    ],
)
def test_english(text: str) -> None:
    assert not foreign(text)
