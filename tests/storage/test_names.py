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


@given(st.text(max_size=60))
def test_a_key_is_stable_and_a_name_is_found_under_it(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    forms = name_forms(name)
    assert all(form.strip() == form and form for form in forms)
    assert list(forms.values())[:1] in ([], ["full"])
