"""What claimed researchers say of themselves."""

from __future__ import annotations

from typing import Any

import pytest

from storage import follows, own_words, researchers
from storage.database import Database
from storage.destinations import ensure_direct
from storage.errors import BadLink, NotClaimed, TextTooLong
from storage.own_words import OwnWords
from storage.proofs import Kind
from tests.storage.claiming import ADA, a_record, prove, start


async def test_own_words_stand_beside_the_record_and_raise_no_trust(database: Database) -> None:
    record = await a_record(database)
    with pytest.raises(NotClaimed):
        async with database.write() as session:
            await own_words.put(session, record, ADA, OwnWords("Mine!"))
    claim = await prove(database, await start(database, record, ADA))
    async with database.write() as session:
        before = (await researchers.profile(session, record)).trust.score
        words = OwnWords(" I  compute. ", "Somewhere grand", ("https://ada.example/x",), True)
        await own_words.put(session, record, ADA, words)
        to = await ensure_direct(session, ADA)
        await follows.add(session, record, to, user_id=ADA, set_by=ADA)
        profile = await researchers.profile(session, record)
        assert profile.trust.score == before  # neither by a word nor by following oneself
        assert profile.followers == 0
        assert profile.researcher.description == "I compute."
        assert profile.researcher.affiliation == "Somewhere grand"
        assert profile.researcher.open_to_collaborate
    await prove(database, claim, Kind.INSTITUTION)
    async with database.write() as session:
        profile = await researchers.profile(session, record)
        assert [p.points for p in profile.trust.points] == [40, 0, 0, 5]
        await researchers.ensure(session, "Ada Lovelace", "arXiv", description="Imported anew")
        assert (await researchers.get(session, record)).description == "I compute."
        await own_words.put(session, record, ADA, OwnWords())
        assert (await researchers.get(session, record)).description == "Imported anew"


@pytest.mark.parametrize(
    "link",
    [
        "http://ada.example",
        "javascript:alert(1)",
        "https://localhost",
        "https://user@ada.example",
        "https://ada.example:8443",
        "https://127.0.0.1/x",
        "https://[::1]/",
        "https://ada.example/a b",
        "https://[bad",
        "https://ada.example/" + "x" * 300,
    ],
)
async def test_links_are_plain_https_addresses(link: str, tmp_path: Any) -> None:
    with pytest.raises(BadLink):
        own_words._links([link])
    with pytest.raises(BadLink):
        own_words._links([f"https://a{n}.example" for n in range(6)])
    with pytest.raises(TextTooLong):
        own_words._text("affiliation", "x" * 200)
