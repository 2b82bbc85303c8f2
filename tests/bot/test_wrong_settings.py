"""Wrong settings name the key and the cure in one line."""

from __future__ import annotations

import pytest

from bot.loading import load
from bot.wrong_settings import keys
from storage.errors import BadSetting
from tests.bot.configs import write

pytestmark = pytest.mark.usefixtures("clean_environment")


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
        (
            "storage:\n  url: postgresql://me:hunter2@host/papers?sslmode=require&channel_binding=x",
            "storage.url: it must do without channel_binding; take that out of the address.",
        ),
        (
            "storage:\n  url: postgresql://me:hunter2@host/papers?sslmode=true",
            "storage.url: it must have disable, allow, prefer, require, verify-ca or verify-full "
            "as sslmode; leave it out to use what is built in.",
        ),
        (
            "limits: {1: 2}",
            "limits.1: there is no such setting; perhaps limits is meant.",
        ),
        (
            "limits:\n  per_hour: 2026-02-30",
            "limits.per_hour: it must be a whole number from 1 to 10000, but it is '2026-02-30'; "
            "the default is 80.",
        ),
        (
            "data_dir: ~nobody-of-that-name/x",
            "data_dir: it must be the path of a folder, but it is '~nobody-of-that-name/x'; "
            "write it without ~.",
        ),
        (
            "data_dir: !!timestamp 2026-02-30",
            "config.yaml: it is not YAML text; write `key: value` lines, indented with spaces.",
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


@pytest.mark.parametrize("variable", sorted(keys("COLLOQUY_", "__").values()))
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


def test_a_database_password_is_not_shown() -> None:
    with pytest.raises(BadSetting) as caught:
        load(write("storage:\n  url: mysql://me:hunter2@host/papers\n"))
    assert "hunter2" not in caught.value.sentence
