"""`check` names every part, and what is wrong with its cure."""

from __future__ import annotations

import shutil
from pathlib import Path

import discord
import pytest
from simcord import Env

from bot import importing
from bot.checkup import Finding, check, findings, permissions
from bot.client import Colloquy
from bot.datadir import held
from bot.loading import load

MADE_ANEW = "the next start makes it anew, or `python -m bot rebuild-index`"


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with no settings, and a data directory that is not there yet."""
    folder = tmp_path / "fresh"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLLOQUY_DATA_DIR", str(folder))
    return folder


async def looked_at(config: Path | None = None) -> dict[str, Finding]:
    return {finding.part: finding async for finding in findings(config)}


async def of(bot: Colloquy) -> dict[str, Finding]:
    return {finding.part: finding async for finding in permissions(bot)}


async def test_a_fresh_machine_is_fine(fresh: Path) -> None:
    found = await looked_at()
    assert {finding.state for finding in found.values()} == {"ok", "note"}
    assert "filled at the first start" in found["database"].text
    assert "opens the try-out" in found["token"].text
    assert not list(fresh.rglob("*.sqlite")), "looking makes nothing"


async def test_what_is_stored_is_counted(
    fresh: Path, filled_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLLOQUY_DATA_DIR", str(filled_data_dir))
    found = await looked_at()
    assert found["papers"].text == "35 works, 1 researcher"
    assert found["index"] == Finding("index", "ok", "35 works, all in it")


@pytest.fixture
def filled(fresh: Path, filled_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with the sample in it, that may be damaged."""
    shutil.copytree(filled_data_dir, fresh, symlinks=True)
    return fresh


async def test_an_index_server_that_is_not_there_is_named(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLLOQUY_INDEX__SERVER", "http://127.0.0.1:9")
    found = (await looked_at())["index"]
    assert found.state == "bad"
    assert found.text.startswith("The search index on http://127.0.0.1:9 cannot be used (")
    assert found.text.endswith(
        "; start that Chroma server, or correct index.server in config.yaml."
    )


async def test_an_index_that_is_gone_comes_back_by_itself(filled: Path) -> None:
    shutil.rmtree(filled / "index", ignore_errors=True)
    found = (await looked_at())["index"]
    assert found == Finding("index", "note", f"it was not made yet; {MADE_ANEW}")


async def test_a_damaged_index_is_named_and_mends_itself(filled: Path) -> None:
    (file,) = (filled / "index").glob("*.sqlite3")
    file.write_bytes(b"damaged" * 1000)
    found = (await looked_at())["index"]
    assert found.state == "note"
    assert found.text.endswith(f"; {MADE_ANEW}")


async def test_a_file_in_place_of_the_index_is_named_and_put_aside(filled: Path) -> None:
    index = filled / "index"
    shutil.rmtree(index)
    index.write_text("not an index")
    found = (await looked_at())["index"]
    why = f"{index} is a file where its folder should be"
    assert found == Finding("index", "note", f"{why}; {MADE_ANEW}")
    for _ in range(2):  # a folder in place of the file that was put aside, too
        await importing.rebuild(load())
        found = (await looked_at())["index"]
        assert found == Finding("index", "ok", "35 works, all in it")


async def test_everything_is_printed_and_one_wrong_thing_is_enough(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await check(None)
    monkeypatch.setenv("COLLOQUY_MODEL__NAME", "nobody:nothing")
    assert not await check(None)
    lines = capsys.readouterr().out.splitlines()
    [line] = [line for line in lines if line.startswith("bad")]
    assert line.startswith("bad  model: The language model cannot be used")


async def test_a_model_server_that_refuses_connections_is_named(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai", reason="the extra `models` is not installed")
    monkeypatch.setenv("COLLOQUY_MODEL__NAME", "openai:any")
    monkeypatch.setenv("COLLOQUY_MODEL__BASE_URL", "http://127.0.0.1:9/v1")
    found = (await looked_at())["model"]
    text = (
        "The language model cannot be used (it cannot be reached; "
        "start its server, or correct model.base_url in config.yaml)."
    )
    assert found == Finding("model", "bad", text)


async def test_an_embedding_that_is_not_there_is_named(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLLOQUY_EMBEDDING__PROVIDER", "nobody")
    found = (await looked_at())["embedding"]
    assert found.state == "bad"
    assert "check the embedding section of config.yaml" in found.text


async def test_a_wrong_setting_stops_the_rest(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLOQUY_LIMITS__PER_HOUR", "0")
    [finding] = (await looked_at()).values()
    assert finding.state == "bad"
    assert finding.text.startswith("COLLOQUY_LIMITS__PER_HOUR: ")


async def test_an_unreachable_database_is_named(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLLOQUY_STORAGE__URL", "postgresql://me:hunter2@127.0.0.1:1/papers")
    found = (await looked_at())["database"]
    assert found.state == "bad"
    assert "check storage.url" in found.text
    assert "hunter2" not in found.text


async def test_a_running_bot_is_no_fault(fresh: Path) -> None:
    with held(fresh):
        found = (await looked_at())["data directory"]
    assert found.state == "ok"
    assert "in use by process" in found.text


async def test_missing_permissions_are_named_with_the_link(env: Env, bot: Colloquy) -> None:
    fine, poor = env.create_guild("Fine"), env.create_guild("Poor")
    for role in env.backend.guilds[poor.id].roles.values():
        role.permissions = discord.Permissions(view_channel=True, send_messages=True).value
    deny = discord.PermissionOverwrite(send_messages=False)
    fine.create_text_channel("quiet", overwrites={fine.default_role: deny})
    found = await of(bot)
    assert found["permissions in Fine"].state == "ok"
    assert "“Send Messages”" in found["permissions in Fine, #quiet"].text
    assert found["permissions in Poor"].state == "bad"
    assert "“Embed Links”" in found["permissions in Poor"].text
    assert "discord.com/oauth2/authorize" in found["permissions in Poor"].text


async def test_servers_that_were_not_looked_at_are_counted(
    env: Env, bot: Colloquy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.checkup.SERVERS_LOOKED_AT", 2)
    for number in range(5):
        env.create_guild(f"Lab {number}")
    found = await of(bot)
    assert len(found) == 3
    assert found["permissions"].text.startswith("3 further servers not looked at; `/admin check`")


async def test_a_bot_in_no_server_gets_the_link(env: Env, bot: Colloquy) -> None:
    assert "discord.com" in (await of(bot))["permissions"].text
