from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sources.arxiv import author_query, user_agent
from storage.errors import UnreadableName


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Kai Han", 'au:"Kai Han"'),
        ("  Kai \n Han ", 'au:"Kai Han"'),
        ("Han, Kai", 'au:"Kai Han"'),
        ("Martin Luther King, Jr.", 'au:"Martin Luther King Jr"'),
        ("K. Han", 'au:"K Han"'),
        ("J.-P. Serre", 'au:"J-P Serre"'),
        ("Jean–Pierre Serre", 'au:"Jean-Pierre Serre"'),
        ("Conan O’Brien", 'au:"Conan O\'Brien"'),
        ("Jürgen Müller", 'au:"Jürgen Müller" OR au:"Jurgen Muller"'),
        ("Ju\u0308rgen", 'au:"Jürgen" OR au:"Jurgen"'),
        ("Łukasz Kaiser", 'au:"Łukasz Kaiser" OR au:"Lukasz Kaiser"'),
        ("韩凯", 'au:"韩凯"'),
        ("Юрий Нестеров", 'au:"Юрий Нестеров"'),
        ('Kai" OR all:"x', 'au:"Kai OR all x"'),
        ("Kai\\", 'au:"Kai"'),
        ("(Kai) ANDNOT [Han] au:*", 'au:"Kai ANDNOT Han au"'),
    ],
)
def test_a_name_becomes_one_phrase(name: str, query: str) -> None:
    assert author_query(name) == query


@given(st.text())
def test_no_name_leaves_its_phrase(name: str) -> None:
    try:
        query = author_query(name)
    except UnreadableName:
        return
    assert re.fullmatch(r'au:"[^"\\:()\[\]*?]+"(?: OR au:"[^"\\:()\[\]*?]+")?', query)


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        ("", "Colloquy/1.0"),
        ("ada@example.org", "Colloquy/1.0 (ada@example.org)"),
        ("ada\r\nX-Evil: 1", "Colloquy/1.0 (ada X-Evil: 1)"),
        ("Zoë (lab)", "Colloquy/1.0 (Zo lab)"),
    ],
)
def test_the_product_names_itself(contact: str, agent: str) -> None:
    assert user_agent("1.0", contact) == agent
