"""How far proofs go."""

from __future__ import annotations

import pytest

from storage import proofs
from storage.answers import utcnow
from storage.proofs import Kind


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ((Kind.GITHUB, "https://github.com/a"), (Kind.HOMEPAGE, "https://a.example"), 4),
        ((Kind.REVIEW, "server 7"), (Kind.INSTITUTION, "https://cs.cam.ac.uk/a"), 4),
        ((Kind.REVIEW, "server 7"), (Kind.REVIEW, "server 8"), 3),
        ((Kind.HOMEPAGE, "https://a.example"), (Kind.HOMEPAGE, "https://b.example"), 3),
    ],
)
async def test_two_proofs_count_twice_only_of_different_kinds(
    one: tuple[Kind, str], other: tuple[Kind, str], level: int
) -> None:
    kept = [proofs.Proof(kind, page, True, "", utcnow()) for kind, page in (one, other)]
    assert proofs.level(kept) == level
    assert proofs.level(kept[:1]) == 3
    assert proofs.level([]) == 2
