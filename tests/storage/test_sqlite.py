"""SQLite's driver: what SQLAlchemy sees is what the plain one shows, with fewer steps."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from storage import sqlite


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Any]:
    opened: Any = await sqlite.connect(str(tmp_path / "colloquy.sqlite"), isolation_level=None)
    await opened.cursor().execute("CREATE TABLE papers (id INTEGER PRIMARY KEY, title TEXT UNIQUE)")
    yield opened
    await opened.close()


def kept(path: Path) -> list[str]:
    """The titles that another program finds in the file."""
    with sqlite3.connect(path) as other:
        titles = [title for (title,) in other.execute("SELECT title FROM papers ORDER BY id")]
    other.close()
    return titles


async def test_a_statement_with_all_its_rows_is_one_step(
    connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    plain = type(connection)._execute

    async def counted(self: Any, function: Any, *arguments: Any) -> Any:
        nonlocal steps
        steps += 1
        return await plain(self, function, *arguments)

    monkeypatch.setattr(type(connection), "_execute", counted)
    cursor = connection.cursor()
    await cursor.execute("BEGIN")
    await cursor.execute("SELECT 1 UNION SELECT 2 ORDER BY 1")
    assert await cursor.fetchall() == [(1,), (2,)]
    assert await cursor.fetchall() == [], "rows are handed out once"
    await cursor.close()
    assert steps == 1


async def test_what_a_statement_did_is_told(connection: Any) -> None:
    cursor = connection.cursor()
    await cursor.executemany("INSERT INTO papers (title) VALUES (?)", [("One",), ("Two",)])
    assert cursor.rowcount == 2
    await cursor.execute("INSERT INTO papers (title) VALUES (?)", ("Three",))
    assert cursor.lastrowid == 3
    assert cursor.description is None
    await cursor.execute("SELECT id, title FROM papers")
    assert cursor.description is not None
    assert [column[0] for column in cursor.description] == ["id", "title"]


async def test_what_is_rolled_back_was_never_there(connection: Any, tmp_path: Path) -> None:
    cursor = connection.cursor()
    await cursor.execute("BEGIN")
    await cursor.execute("INSERT INTO papers (title) VALUES ('Withdrawn')")
    await connection.rollback()
    await cursor.execute("BEGIN")
    await cursor.execute("INSERT INTO papers (title) VALUES ('Kept')")
    assert kept(tmp_path / "colloquy.sqlite") == [], "nothing is seen before the commit"
    await connection.commit()
    assert kept(tmp_path / "colloquy.sqlite") == ["Kept"]


async def test_a_transaction_in_which_nothing_was_done_locks_nobody_out(
    connection: Any, tmp_path: Path
) -> None:
    await connection.cursor().execute("BEGIN")
    with sqlite3.connect(tmp_path / "colloquy.sqlite", timeout=0) as other:
        other.execute("INSERT INTO papers (title) VALUES ('Of another')")
    other.close()
    await connection.rollback()
    assert not connection.in_transaction
    assert kept(tmp_path / "colloquy.sqlite") == ["Of another"]


async def test_a_failed_statement_leaves_the_connection_fit_for_the_next(
    connection: Any, tmp_path: Path
) -> None:
    cursor = connection.cursor()
    await cursor.execute("BEGIN")
    await cursor.execute("INSERT INTO papers (title) VALUES ('Once')")
    with pytest.raises(sqlite3.IntegrityError):
        await cursor.execute("INSERT INTO papers (title) VALUES ('Once')")
    await cursor.execute("INSERT INTO papers (title) VALUES ('Twice')")
    await connection.commit()
    assert kept(tmp_path / "colloquy.sqlite") == ["Once", "Twice"]
