import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from storage import researchers
from storage.database import Database, latest_schema
from storage.errors import DatabaseTooNew, DatabaseUnavailable
from storage.schema import Base, ResearcherRow


async def test_migrations_make_exactly_the_tables_of_the_schema(database: Database) -> None:
    def difference(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    async with database.read() as session:
        connection = await session.connection()
        assert await connection.run_sync(difference) == []
    assert await database.schema_version() == latest_schema()


async def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    async with database.write() as session:
        await researchers.ensure(session, "Ada Lovelace", "arXiv")
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew) as caught:
        await database.migrate()
    assert "newer Colloquy (schema 9999" in caught.value.sentence
    assert "Nothing was changed" in caught.value.sentence
    async with database.read() as session:
        assert await researchers.count(session) == 1


async def test_what_fails_half_way_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as session:
            await researchers.ensure(session, "Ada Lovelace", "arXiv")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.read() as session:
        assert await researchers.count(session) == 0


async def test_what_is_cancelled_at_any_moment_gives_its_connection_back(
    database_url: str,
) -> None:
    async def write() -> None:
        async with database.write() as session:
            await researchers.ensure(session, "Ada Lovelace", "arXiv")

    for moment in range(40):
        database = Database(database_url)
        writing = asyncio.create_task(write())
        for _ in range(moment):
            await asyncio.sleep(0.0003)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await database.close()
        assert "Connections in pool: 0" in (status := database._engine.pool.status())
        assert "Current Checked out connections: 0" in status


async def test_many_writers_at_once_all_succeed(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.write() as session:
            before = await researchers.count(session)
            await asyncio.sleep(0)
            await researchers.ensure(session, f"Person {number} of {before}", "arXiv")

    await asyncio.gather(*(write(number) for number in range(12)))
    async with database.read() as session:
        assert await researchers.count(session) == 12


async def test_reading_never_changes_anything(database: Database) -> None:
    async with database.read() as session:
        session.add(
            ResearcherRow(
                name="A",
                name_key="a",
                source="arXiv",
                role="",
                description="",
                open_to_collaborate=False,
                level=1,
                claimed=False,
            )
        )
        await session.flush()
    async with database.read() as session:
        assert await researchers.count(session) == 0


@pytest.mark.parametrize(
    "url", ["no url at all", "oracle+nothing://x", "sqlite+aiosqlite:////proc/none/x.db"]
)
async def test_an_unusable_url_is_one_sentence(url: str) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        await Database(url).migrate()
    assert "please check storage.url" in caught.value.sentence


async def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "colloquy.db"
    path.write_bytes(b"this is no database, it only looks like a file " * 100)
    with pytest.raises(DatabaseUnavailable) as caught:
        await Database(f"sqlite+aiosqlite:///{path}").migrate()
    assert caught.value.sentence == (
        f"The database {path} is damaged (file is not a database); put a copy that you kept in its "
        "place, or move it away to start afresh."
    )
