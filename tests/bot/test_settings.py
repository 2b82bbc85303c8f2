"""Wrong settings name the key and the cure in one line; secrets stay secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import _keys, load
from storage.errors import BadSetting

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing set from outside, and nothing that a test's .env sets left behind."""
    monkeypatch.setattr(os, "environ", dict[str, str]())
    monkeypatch.chdir(tmp_path)


def write(text: str, name: str = "config.yaml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


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


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write("limits:\n  per_hour: 7\n  per_day: 9\ndata_dir: here\n")
    monkeypatch.setenv("COLLOQUY_LIMITS__PER_HOUR", "200")
    monkeypatch.setenv("COLLOQUY_DATA_DIR", "/there")
    settings = load()
    assert (settings.limits.per_hour, settings.limits.per_day) == (200, 9)
    assert settings.data_dir == Path("/there")
    assert settings.database_url == "sqlite+aiosqlite:////there/colloquy.sqlite"


def test_a_key_with_nothing_behind_it_keeps_its_default() -> None:
    assert load(write("arxiv:\n  url:\nlimits:\n")) == load(write(""))


def test_the_model_has_a_short_form() -> None:
    assert load(write('model: "ollama:llama3.2"\n')).model.name == "ollama:llama3.2"


def test_a_plain_postgresql_address_is_understood() -> None:
    settings = load(write("storage:\n  url: postgresql://me:pw@host/papers\n"))
    assert settings.database_url == "postgresql+asyncpg://me:pw@host/papers"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "limits:\n  per_hours: 3",
            "limits.per_hours: there is no such setting; perhaps limits.per_hour is meant.",
        ),
        (
            "limits:\n  per_hour: often",
            "limits.per_hour: it must be a whole number from 1 to 10000, but it is 'often'; "
            "the default is 80.",
        ),
        (
            "limits:\n  per_hour: yes",
            "limits.per_hour: it must be a whole number from 1 to 10000, but it is 'True'; "
            "the default is 80.",
        ),
        (
            "model:\n  timeout_s: .nan",
            "model.timeout_s: it must be a number above 0, up to 600, but it is 'nan'; "
            "the default is 30.",
        ),
        (
            "pictures:\n  on: maybe",
            "pictures.on: it must be true or false, but it is 'maybe'; the default is true.",
        ),
        (
            "index:\n  collection: a b",
            "index.collection: it must be 3 to 62 of a-z, A-Z, 0-9, dot, underscore and hyphen, "
            "with a letter or digit first and last, but it is 'a b'; the default is works.",
        ),
        (
            f"discord:\n  status: {'x' * 129}",
            f"discord.status: it must be text of at most 128 characters, but it is '{'x' * 40}…'; "
            "the default is /ask about research.",
        ),
        (
            "data_dir: 3",
            "data_dir: it must be the path of a folder, but it is '3'; the default is data.",
        ),
        (
            "storage:\n  url: 'sqlite://'",
            "storage.url: it must name a file, as sqlite:///papers.sqlite; "
            "leave it out to use what is built in.",
        ),
        ("limits: 3", "limits: it holds keys of its own; indent them below it."),
        (
            "colour: red",
            "colour: there is no such setting; config.yaml lists every key there is.",
        ),
        (
            "DISCORD_TOKEN: abc",
            "DISCORD_TOKEN: there is no such setting;"
            " the bot's token belongs into .env, as DISCORD_TOKEN=…, and nowhere else.",
        ),
        ("limitz:\n  per_hour: 3", "limitz: there is no such setting; perhaps limits is meant."),
        (
            "claims:\n  review_servers: mine",
            "claims.review_servers: it must be ids of servers, separated by commas, "
            "but it is 'mine'; leave it out to use what is built in.",
        ),
        (
            "claims:\n  review_servers: [12, abc]",
            "claims.review_servers: it must be ids of servers, separated by commas, "
            "but it is [12, abc]; leave it out to use what is built in.",
        ),
        (
            "limits:\n  per_hour: {most: 3}",
            "limits.per_hour: it must be a whole number from 1 to 10000, but it is {most: 3}; "
            "the default is 80.",
        ),
        (
            "arxiv:\n  contact: nomail",
            "arxiv.contact: it must be a mail address or a web address, but it is 'nomail'; "
            "leave it out to use what is built in.",
        ),
        (
            "embedding:\n  model: bge-small",
            "embedding.model: it must come with another embedding.provider than bundled, "
            "but it is 'bge-small'; leave it out to use what is built in.",
        ),
        (
            "logging:\n  level: loud",
            "logging.level: it must be debug, info, warning or error, but it is 'loud'; "
            "the default is info.",
        ),
        (
            "arxiv:\n  url: ftp://x",
            "arxiv.url: it must be an address that starts with http:// or https://, but it is "
            "'ftp://x'; the default is https://export.arxiv.org/api/query.",
        ),
        (
            "index:\n  server: localhost:8000",
            "index.server: it must be an address that starts with http:// or https://, but it is "
            "'localhost:8000'; leave it out to use what is built in.",
        ),
        (
            "model:\n  base_url: http://",
            "model.base_url: it must be an address that starts with http:// or https://, but it is "
            "'http://'; leave it out to use what is built in.",
        ),
        (
            "openalex:\n  url: https://me:hunter2@x:port",
            "openalex.url: it must be an address that starts with http:// or https://; "
            "the default is https://api.openalex.org.",
        ),
        (
            "limits:\n  - per_hour",
            "limits: it holds keys of its own; indent them below it.",
        ),
        (
            "limits: [",
            "config.yaml: line 1 is not YAML; write `key: value` lines, indented with spaces.",
        ),
        (
            "limits: [\n",
            "config.yaml: line 1 is not YAML; write `key: value` lines, indented with spaces.",
        ),
        (
            "limits:\n  per_hour: 3\ndata_dir: 'here\nmodel:\n  name: x",
            "config.yaml: line 3 is not YAML; write `key: value` lines, indented with spaces.",
        ),
        (
            "limits:\n  per_hour: 3\n bad: 4",
            "config.yaml: line 3 is not YAML; write `key: value` lines, indented with spaces.",
        ),
        (
            "just words",
            "config.yaml: it holds no sections; start from the config.yaml that came along.",
        ),
    ],
)
def test_a_wrong_setting_is_one_line_with_the_key_and_the_cure(text: str, expected: str) -> None:
    with pytest.raises(BadSetting) as caught:
        load(write(text))
    assert caught.value.sentence == expected


def test_a_wrong_variable_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLOQUY_LIMIT__PER_HOUR", "3")
    with pytest.raises(BadSetting, match="perhaps COLLOQUY_LIMITS__PER_HOUR is meant"):
        load()


@pytest.mark.parametrize("variable", sorted(_keys("COLLOQUY_", "__").values()))
def test_no_value_of_any_setting_is_answered_in_a_library_s_words(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("abc", "3.7", "-1", "99999999", "true", "[]", '{"a": 1}', "a b", "x" * 300):
        monkeypatch.setenv(variable, value)
        try:
            load()
        except BadSetting as error:
            said = error.sentence
            assert said.startswith(f"{variable}: it must "), said
            assert not set(said.lower().split()) & {"valid", "input", "string", "integer"}, said
            assert said.count("\n") == 0


def test_a_variable_like_none_gets_no_far_fetched_suggestion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLLOQUY_FOO", "3")
    with pytest.raises(BadSetting, match=r"config\.yaml lists every key there is"):
        load()


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


def test_a_named_file_must_be_there() -> None:
    with pytest.raises(BadSetting, match="there is no such file"):
        load(Path("elsewhere.yaml"))


def test_secrets_come_from_env_and_are_never_shown() -> None:
    write("DISCORD_TOKEN=abc.def.ghi\nCOLLOQUY_LIMITS__PER_DAY=11\n", ".env")
    settings = load()
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == "abc.def.ghi"
    assert settings.limits.per_day == 11
    assert "abc.def.ghi" not in repr(settings) + str(settings.model_dump())


def test_a_database_password_is_not_shown() -> None:
    with pytest.raises(BadSetting) as caught:
        load(write("storage:\n  url: mysql://me:hunter2@host/papers\n"))
    assert "hunter2" not in caught.value.sentence
