"""Where settings come from, and which of several holds; secrets stay secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.loading import load
from storage.errors import BadSetting
from tests.bot.configs import write

pytestmark = pytest.mark.usefixtures("clean_environment")


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


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("DISCORD_TOKEN=secret\n".encode("utf-16"), "it is not saved as UTF-8"),
        ("DISCORD_TOKEN=secret\n".encode("utf-16-le"), "it is not saved as UTF-8"),
        ("# für Ada\nDISCORD_TOKEN=secret\n".encode("latin-1"), "it is not saved as UTF-8"),
        (b"# Ada's\n\nDISCORD_TOKEN: secret\n", "line 3 is no assignment"),
        (b"secret\n", "line 1 is no assignment"),
    ],
)
def test_an_env_file_that_cannot_be_read_is_one_sentence(content: bytes, why: str) -> None:
    Path(".env").write_bytes(content)
    with pytest.raises(BadSetting) as caught:
        load()
    assert caught.value.sentence == f".env: {why}; write `NAME=value` lines, in UTF-8."


def test_an_env_file_may_begin_with_the_mark_of_utf_8() -> None:
    Path(".env").write_bytes("DISCORD_TOKEN=abc\nexport COLLOQUY_DATA_DIR=x\n".encode("utf-8-sig"))
    settings = load()
    assert settings.discord_token is not None
    assert settings.data_dir == Path("x")


def test_the_data_directory_may_be_in_ones_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("USERPROFILE", "/home/ada")
    assert load(write("data_dir: ~/papers")).data_dir == Path("/home/ada/papers")
