"""What can be set, and what holds where nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.loading import load
from tests.bot.configs import write

pytestmark = pytest.mark.usefixtures("clean_environment")

ROOT = Path(__file__).parents[2]


def test_nothing_has_to_be_set() -> None:
    settings = load()
    assert settings.database_url == "sqlite+aiosqlite:///data/colloquy.sqlite"
    assert settings.model.name == ""
    assert settings.discord_token is None


def test_the_file_that_comes_along_holds_the_defaults() -> None:
    assert load(ROOT / "config.yaml") == load()


def test_every_key_is_explained_in_the_file_that_comes_along() -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    section = None
    explained = set()
    for line in text.splitlines():
        word, colon, _ = line.strip("# ").partition(":")
        if colon and line[:1].isalpha():
            section = word
        elif colon and word.isidentifier():
            explained.add((section, word) if line.startswith(" ") else (word,))
    settings = load().model_dump()
    keys = {
        (name, key) for name, value in settings.items() if isinstance(value, dict) for key in value
    }
    assert keys <= explained


def test_the_model_has_a_short_form() -> None:
    assert load(write('model: "ollama:llama3.2"\n')).model.name == "ollama:llama3.2"


def test_a_plain_postgresql_address_is_understood() -> None:
    settings = load(write("storage:\n  url: postgresql://me:pw@host/papers\n"))
    assert settings.database_url == "postgresql+asyncpg://me:pw@host/papers"


def test_a_postgresql_address_of_a_provider_is_understood() -> None:
    url = "postgres://me:p%40w@host/papers?sslmode=require&target_session_attrs=read-write"
    assert load(write(f"storage:\n  url: {url}\n")).database_url == (
        "postgresql+asyncpg://me:p%40w@host/papers?ssl=require&target_session_attrs=read-write"
    )


def test_pictures_can_be_turned_off_in_the_file() -> None:
    assert load(write("pictures:\n  on: false")).pictures.on is False
    assert load(write("pictures:\n  on: off")).pictures.on is False


@pytest.mark.parametrize(
    "contact", ["ada@example.org", "me@localhost", "https://example.org/contact", "''"]
)
def test_arxiv_may_be_told_a_mail_address_or_a_page(contact: str) -> None:
    assert load(write(f"arxiv:\n  contact: {contact}")).arxiv.contact == contact.strip("'")


def test_a_model_of_another_provider_can_be_named() -> None:
    embedding = load(write("embedding:\n  model: bge-m3\n  provider: ollama")).embedding
    assert (embedding.provider, embedding.model) == ("ollama", "bge-m3")


def test_review_servers_are_written_as_one_would(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(write("claims:\n  review_servers: 12")).claims.review_servers == (12,)
    assert load(write("claims:\n  review_servers: [12, 34]")).claims.review_servers == (12, 34)
    monkeypatch.setenv("COLLOQUY_CLAIMS__REVIEW_SERVERS", "56, 78")
    assert load().claims.review_servers == (56, 78)
    monkeypatch.setenv("COLLOQUY_CLAIMS__REVIEW_SERVERS", "[56]")
    assert load().claims.review_servers == (56,)
