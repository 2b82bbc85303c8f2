import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import database as database_module
from storage import researchers
from storage.database import Database, in_turn, latest_schema
from storage.errors import DatabaseBusy, DatabaseTooNew, DatabaseUnavailable
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
    ("url", "why"),
    [
        ("no url at all", "its address cannot be read"),
        ("postgresql+asyncpg://me@host:port/papers", "its address cannot be read"),
        ("postgresql+asyncpg://me@127.0.0.1:1/papers", "nothing answers at its address"),
        ("oracle+nothing://x", ""),
        ("sqlite+aiosqlite:////proc/none/x.db", "No such file or directory"),
    ],
)
async def test_an_unusable_url_is_one_sentence(url: str, why: str) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        await Database(url).migrate()
    assert why in caught.value.sentence
    assert "please check storage.url" in caught.value.sentence


@pytest.fixture
def stranger(postgres_server: URL) -> Iterator[URL]:
    """Somebody who has to say a password, and may have no connection even then."""
    access = Path(str(postgres_server.query["host"])) / "pg_hba.conf"
    before = access.read_text()
    access.write_text(f"local all stranger scram-sha-256\n{before}")
    _execute(
        postgres_server,
        "CREATE ROLE stranger LOGIN PASSWORD 'right' CONNECTION LIMIT 0",
        "SELECT pg_reload_conf()",
    )
    yield postgres_server.set(username="stranger", password="right")
    access.write_text(before)
    _execute(postgres_server, "DROP ROLE stranger", "SELECT pg_reload_conf()")


def _execute(url: URL, *statements: str) -> None:
    async def execute() -> None:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(address)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(execute())


async def refusal(url: URL) -> str:
    database = Database(url.render_as_string(hide_password=False))
    with pytest.raises(DatabaseUnavailable) as caught:
        await database.migrate()
    await database.close()
    return caught.value.sentence


async def test_what_a_server_refuses_is_one_sentence_with_its_cure(
    stranger: URL, postgres_server: URL
) -> None:
    for url, why in (
        (stranger.set(username="nobody"), 'role "nobody" does not exist'),
        (stranger.set(password="wrong"), 'password authentication failed for user "stranger"'),
        (postgres_server.set(database="none"), 'database "none" does not exist'),
    ):
        assert await refusal(url) == (
            f"The database cannot be opened ({why}); please check storage.url in config.yaml."
        )
    assert await refusal(stranger) == (
        'The database is busy (too many connections for role "stranger"); '
        "please try again in a moment."
    )


async def test_a_server_that_goes_away_is_one_sentence(postgres_server: URL) -> None:
    database = Database(postgres_server.render_as_string(hide_password=False))
    with pytest.raises(DatabaseUnavailable, match="administrator command"):
        async with database.read() as session:
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    await database.close()


@asynccontextmanager
async def network(server: URL) -> AsyncIterator[tuple[URL, Callable[[], None]]]:
    """A way to the server, and what makes it forget every connection there is: on those, nothing
    comes through any more, and nobody hears that they are gone.
    """
    socket = f"{server.query['host']}/.s.PGSQL.5432"
    forgotten, under_way = set[asyncio.Task[None]](), set[asyncio.Task[None]]()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            while data := await reader.read(65536):
                if asyncio.current_task() in forgotten:
                    await asyncio.Event().wait()
                writer.write(data)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_server = await asyncio.open_unix_connection(socket)
        for one, other in ((reader, to_server[1]), (to_server[0], writer)):
            under_way.add(asyncio.create_task(pass_on(one, other)))

    way = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = way.sockets[0].getsockname()
    yield (
        server.set(host=host, port=port, query={"ssl": "disable"}, password="x"),
        lambda: forgotten.update(under_way),
    )
    way.close()
    for task in under_way:
        task.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)


async def test_connections_that_the_network_forgot_are_made_anew(
    postgres_server: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.STILL_THERE_S", 0.3)

    async def ask() -> object:
        async with database.read() as session:
            return await session.scalar(text("SELECT 1 FROM pg_sleep(0.1)"))

    async with network(postgres_server) as (url, forget), asyncio.timeout(30):
        database = Database(url.render_as_string(hide_password=False))
        await asyncio.gather(*(ask() for _ in range(5)))
        forget()
        assert await asyncio.gather(*(ask() for _ in range(8))) == [1] * 8
        await database.close()


async def test_a_connection_that_is_forgotten_while_it_is_used_is_given_up(
    postgres_server: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.STATEMENT_S", 0.3)
    async with network(postgres_server) as (url, forget), asyncio.timeout(30):
        database = Database(url.render_as_string(hide_password=False))

        async def ask() -> None:
            async with database.write() as session:
                forget()
                await session.execute(text("SELECT 1"))

        with pytest.raises(DatabaseUnavailable, match="does not answer"):
            await ask()
        async with database.read() as session:
            assert await session.scalar(text("SELECT 1")) == 1
        await database.close()


async def test_a_migration_may_take_longer_than_any_other_statement(
    postgres_template: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here it waits for another bot that migrates, as it would for a long table."""
    monkeypatch.setattr("storage.database.STATEMENT_S", 0.3)
    monkeypatch.setattr("storage.database.latest_schema", lambda: "newer than the database")
    url = postgres_template.render_as_string(hide_password=False)
    one, other = Database(url), Database(url)
    async with one.read() as session:
        await in_turn(session, database_module._MIGRATING)
        migrating = asyncio.create_task(other.migrate())
        done, _ = await asyncio.wait([migrating], timeout=1)
        assert not done
    await migrating
    for database in (one, other):
        await database.close()


async def test_more_at_once_than_there_are_connections_is_one_sentence(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database._engine.pool, "_timeout", 0.1)
    async with AsyncExitStack() as stack:
        for _ in range(15):
            await stack.enter_async_context(database.read())
        with pytest.raises(DatabaseUnavailable) as caught:
            await stack.enter_async_context(database.read())
    assert caught.value.sentence == (
        "The database is busy (all its connections are in use); please try again in a moment."
    )


async def test_a_file_that_another_writes_to_for_long_is_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_S", 0.1)
    one, other = [Database(f"sqlite+aiosqlite:///{tmp_path / 'colloquy.db'}") for _ in range(2)]
    await one.migrate()
    async with one.write():
        with pytest.raises(DatabaseBusy) as caught:
            async with other.write():
                pass
    assert caught.value.sentence == (
        "The database is busy (database is locked); please try again in a moment."
    )
    for database in (one, other):
        await database.close()


async def test_an_error_quotes_nothing_of_what_was_being_stored(database: Database) -> None:
    insert = text("INSERT INTO keys (name, value) VALUES ('x', :secret)")
    given = {"secret": b"what somebody asked"}
    async with database.write() as session:
        await session.execute(insert, given)
        with pytest.raises(IntegrityError) as caught:
            async with session.begin_nested():
                await session.execute(insert, given)
    assert "somebody" not in str(caught.value)


async def test_what_is_wrong_with_a_statement_stays_a_defect(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            await session.execute(text("INSERT INTO researchers (id) VALUES (1)"))
    if database.dialect == "postgresql":
        for wrong in ("SELECT 1 / 0", "SELECT * FROM none"):
            with pytest.raises(DBAPIError):
                async with database.read() as session:
                    await session.execute(text(wrong))


async def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "colloquy.db"
    path.write_bytes(b"this is no database, it only looks like a file " * 100)
    with pytest.raises(DatabaseUnavailable) as caught:
        await Database(f"sqlite+aiosqlite:///{path}").migrate()
    assert caught.value.sentence == (
        f"The database {path} is damaged (file is not a database); put a copy that you kept in its "
        "place, or move it away to start afresh."
    )
