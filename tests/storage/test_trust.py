import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.trust import snapshot


def test_an_imported_record_of_35_works_is_21_emerging() -> None:
    trust = snapshot(1, 35, 0, affiliation_known=False, orcid_linked=False)
    assert (trust.score, trust.band) == (21, "Emerging")
    assert [(p.label, p.points) for p in trust.points] == [
        ("Identity", 10),
        ("Record", 11),
        ("Community", 0),
        ("Completeness", 0),
    ]


@pytest.mark.parametrize(
    ("level", "works", "followers", "score", "band"),
    [
        (0, 0, 0, 0, "New"),
        (4, 20_000, 10_000, 100, "Distinguished"),
        (3, 100, 9, 59, "Established"),
    ],
)
def test_bands(level: int, works: int, followers: int, score: int, band: str) -> None:
    complete = level >= 3
    trust = snapshot(level, works, followers, complete, complete)
    assert (trust.score, trust.band) == (score, band)


@given(
    st.integers(0, 4), st.integers(0, 10**6), st.integers(0, 10**6), st.booleans(), st.booleans()
)
def test_every_point_is_explained_and_says_what_would_raise_it(
    level: int, works: int, followers: int, affiliation: bool, orcid: bool
) -> None:
    trust = snapshot(level, works, followers, affiliation, orcid)
    assert 0 <= trust.score <= 100
    assert trust.score == sum(point.points for point in trust.points)
    for point in trust.points:
        assert point.reason
        assert 0 <= point.points <= point.of
        assert (point.raise_by is None) == (point.points == point.of)


@pytest.mark.parametrize("facts", [(5, 1, 1), (-1, 1, 1), (1, -1, 0), (1, 0, -1)])
def test_impossible_facts_are_refused(facts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no such record"):
        snapshot(*facts, affiliation_known=False, orcid_linked=False)
