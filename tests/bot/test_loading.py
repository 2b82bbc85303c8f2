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
