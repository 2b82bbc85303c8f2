import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.names import name_forms, name_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Kai Han", "kai han"),
        ("HAN, Kai", "kai han"),
        ("Jean-Pierre  Müller", "jean pierre muller"),
        ("Søren O'Neill", "soren oneill"),
        ("Łukasz Kaiser", "lukasz kaiser"),
        ("Martin Luther King, Jr.", "martin luther king jr"),
        ("", ""),
    ],
)
def test_key(name: str, key: str) -> None:
    assert name_key(name) == key


def test_forms_keep_particles_with_the_surname() -> None:
    forms = name_forms("Laurens van der Maaten")
    assert forms["van der maaten"] == "surname"
    assert forms["l van der maaten"] == "initials"


@pytest.mark.parametrize(
    ("record", "typed"),
    [
        ("Kai Han", "韩凯"),
        ("韩凯", "Kai Han"),
        ("韩凯", "Han Kai"),
        ("Wei-Shi Zheng", "郑伟诗"),
        ("郑伟诗", "Weishi Zheng"),
        ("郑伟诗", "Zheng, Wei-Shi"),
        ("김민수", "Min-Su Gim"),
        ("Wei-Shi Zheng", "Zheng Weishi"),
        ("Wei-Shi Zheng", "W. Zheng"),
        ("Kağan Öztürk", "K Ozturk"),
    ],
)
def test_one_name_in_other_scripts_and_orders_is_a_candidate(record: str, typed: str) -> None:
    assert name_forms(record)[name_key(typed)] != "surname"


@given(st.text(max_size=60))
def test_a_key_is_stable_and_a_name_is_found_under_it(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    forms = name_forms(name)
    assert all(form.strip() == form and form for form in forms)
    assert list(forms.values())[:1] in ([], ["full"])
