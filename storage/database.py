"""The engine, the two session scopes, and bringing the schema up to date."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, ExceptionContext, Table, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    InterfaceError,
    InvalidatePoolError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry

from storage import folding
from storage.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseTooNew,
    DatabaseUnavailable,
    NoDiskSpace,
    StorageError,
)
from storage.schema import Base
from storage.sqlite import connect

T = TypeVar("T")

MIGRATIONS = Path(__file__).parent / "migrations"
BATCH = 500  # ids in one statement: databases bound how much is asked at once
BUSY_TIMEOUT_S = 30
CLOSING_S = 10
CONNECTING_S, STATEMENT_S = 10, 60  # a server that is not heard of for so long is given up
STILL_THERE_S = 5  # which an old connection has to prove before it is used
_MIGRATING = 0x636F6C6C6F717579  # a lock of PostgreSQL's; no person has this id

# How the SQLSTATEs begin: deadlocks, too little of something, locks, starting or shutting down;
_BUSY = ("40", "53", "55P03", "57")
# and no connection, no such user or password, no such database, no rights, a copy to read only.
_UNAVAILABLE = ("08", "28", "3D", "42501", "25006", "58")


class Database:
    """An open database. `read()` sessions never commit; `write()` sessions commit at exit.

    Raises:
        DatabaseUnavailable: the URL names no usable database.
    """

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
            self._engine = self._connecting(command_timeout=STATEMENT_S)
        except ImportError as error:
            raise DatabaseUnavailable(why=str(error)) from error
        except (ArgumentError, ValueError) as error:
            raise DatabaseUnavailable(why="its address cannot be read") from error
        prepare = _prepare_server if self._is_server() else _prepare_sqlite
        prepare(self._engine.sync_engine)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._open: set[asyncio.Future[None]] = set()
        self._closing = False

    def _connecting(self, **to_server: float) -> AsyncEngine:
        """An engine, not connected yet; the options are those of a server's driver."""
        return create_async_engine(
            self.url,
            hide_parameters=True,  # they hold questions, and an error is logged
            connect_args={"timeout": CONNECTING_S, **to_server} if self._is_server() else {},
        )

    def _is_server(self) -> bool:
        return self.url.get_backend_name() != "sqlite"

    @property
    def dialect(self) -> str:
        """`"sqlite"` or `"postgresql"`."""
        return self.url.get_backend_name()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session whose changes are discarded."""
        async with self._translated(), self._session() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction: committed at exit, rolled back on any error.

        On SQLite the write lock is taken at the start, so that reading first and writing later
        cannot fail half-way because another writer came between.
        """
        async with self._translated(), self._session(writes=True) as session:
            yield session

    @asynccontextmanager
    async def _session(self, *, writes: bool = False) -> AsyncIterator[AsyncSession]:
        """A connected session, which gives its connection back even when its task is cancelled.

        A task that is cancelled while it connects, commits or closes would leave the connection,
        and SQLite's write lock, to the garbage collector: so these run in tasks of their own, one
        after the other, and `close` waits for them.
        """
        if self._closing:
            raise DatabaseUnavailable(why="it is being closed")
        session = self._sessions()
        turn = asyncio.Lock()
        ended = asyncio.get_running_loop().create_future()
        self._open.add(ended)
        ended.add_done_callback(self._open.discard)
        try:
            await _uncut(turn, session.connection(execution_options={"writes": writes}))
            yield session
            if writes:
                await _uncut(turn, session.commit())
        finally:
            await _uncut(turn, session.close(), then=lambda: ended.set_result(None))

    @asynccontextmanager
    async def _translated(self) -> AsyncIterator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeout, OSError) as error:
            ours = _ours(error, self.url.database)
            if ours is None:
                raise
            raise ours from error

    async def migrate(self) -> None:
        """Bring the schema up to date, or leave it alone if it is newer than this program.

        Raises:
            DatabaseTooNew: a newer Colloquy wrote this database.
        """
        async with self._translated():
            await asyncio.to_thread(_make_parent, self.url.database, self.dialect)
            if await self.schema_version() == latest_schema():
                return  # without waiting for whoever is writing
            if self._is_server():
                engine = self._connecting()  # to change a long table may take any time
                try:
                    await _migrate(engine)
                finally:
                    await engine.dispose()
            else:
                await _migrate(self._engine)

    async def schema_version(self) -> str | None:
        """The migration that this database is at, or None when it is empty or not there."""
        if not self._is_server() and not await asyncio.to_thread(self._has_file):
            return None  # connecting would make the file
        async with self._translated(), self._engine.connect() as connection:
            return await connection.run_sync(_current)

    def _has_file(self) -> bool:
        return self.url.database in (None, "", ":memory:") or Path(self.url.database).exists()

    async def close(self) -> None:
        """Let go of every connection, once what is under way has ended; nothing can begin anew."""
        self._closing = True
        if self._open:
            await asyncio.wait(self._open, timeout=CLOSING_S)
        with contextlib.suppress(TimeoutError):  # a server that is not heard of closes nothing
            async with asyncio.timeout(CLOSING_S):
                await self._engine.dispose()


async def _uncut(
    turn: asyncio.Lock, step: Awaitable[object], then: Callable[[], None] = lambda: None
) -> None:
    """Wait for a step, which runs to its end in its turn although the waiting be cancelled."""

    async def run() -> None:
        async with turn:
            try:
                await step
            finally:
                then()

    task = asyncio.create_task(run())
    task.add_done_callback(lambda done: done.cancelled() or done.exception())  # it is looked at
    await asyncio.shield(task)


async def in_turn(session: AsyncSession, whose: int) -> None:
    """Let transactions that are about the same person or server come one after the other, so that
    what is counted in one is not changed by another meanwhile: SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(whose)))


def upsert(session: AsyncSession, table: type[Base]) -> Any:
    """An `INSERT` with `on_conflict_do_update/nothing`, in the session's dialect."""
    sqlite_session = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(table) if sqlite_session else postgresql.insert(table)


def batches(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    """These ids in parts, of which each can be asked for in one statement."""
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def bare(table: type[Base]) -> Table:
    """The table alone, to insert many rows into: as objects each of them would be looked at."""
    found = table.__table__
    assert isinstance(found, Table)
    return found


@cache  # to look means to run the file of every migration
def latest_schema() -> str:
    """The newest migration this program knows."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head is not None
    return head


def _prepare_server(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _fresh(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["fresh"] = True

    @event.listens_for(engine, "checkout")
    def _still_there(connection: Any, record: ConnectionPoolEntry, _: object) -> None:
        """What the network has forgotten is never heard of again, and `pool_pre_ping` would wait
        for it as long as for an answer.
        """
        if record.info.pop("fresh", False):
            return
        try:
            connection.run_async(lambda driver: driver.execute("SELECT 1", timeout=STILL_THERE_S))
        except Exception as error:
            raise InvalidatePoolError from error  # a new connection is made, also for the others


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "do_connect")
    def _in_one_step(_dialect: object, _record: object, _: object, options: Any) -> None:
        options["async_creator_fn"] = connect

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where `_begin` says, not by guess
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_S * 1000}",
            "cache_size=-65536",
            "mmap_size=1073741824",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        folding.prepare(connection)

    @event.listens_for(engine, "handle_error")
    def _still_there(context: ExceptionContext) -> None:
        # The driver's thread ends a statement whose task was cancelled. To close the connection
        # then would leave its transaction, and the write lock, to the garbage collector.
        if isinstance(context.original_exception, asyncio.CancelledError):
            context.is_disconnect = False

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("migrates"):
            # A changed table is made anew, and dropping the old one would empty all that refer
            # to it. Only outside a transaction can this be switched.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        writes = options.get("writes") or options.get("migrates")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


async def _migrate(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execution_options(migrates=True)
        server = engine.dialect.name != "sqlite"
        if server:  # of several that start at once, one migrates
            await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
        await connection.run_sync(upgrade)
        await connection.commit()
        if not server:
            await connection.run_sync(_switch_foreign_keys_on)


def _make_parent(database: str | None, dialect: str) -> None:
    if dialect == "sqlite" and database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _switch_foreign_keys_on(connection: Connection) -> None:
    cursor = connection.connection.cursor()  # at the driver: SQLAlchemy would begin a transaction
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations up to a revision, on a connection in a transaction.

    Raises:
        DatabaseTooNew: the database is at a revision that this program does not know.
    """
    found = _current(connection)
    known: Sequence[str] = [s.revision for s in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
    if found is not None and found not in known:
        raise DatabaseTooNew(found=found, known=latest_schema())
    if found == latest_schema():
        return
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _ours(error: Exception, path: str | None) -> StorageError | None:
    """What went wrong in our words; None for a defect, such as a broken constraint.

    asyncpg's errors are told apart by their SQLSTATE: SQLAlchemy has no class for most of them.
    """
    if isinstance(error, PoolTimeout):
        return DatabaseBusy(why="all its connections are in use")
    cause = error.orig if isinstance(error, DBAPIError) else error
    if _disk_full(cause):
        return NoDiskSpace(path=path)
    refused = isinstance(cause, ConnectionRefusedError)
    why = "nothing answers at its address" if refused else str(cause) or "it does not answer"
    # A bare DatabaseError is SQLite's word for a file that is no database or is damaged.
    if type(error) is DatabaseError:
        return DatabaseDamaged(path=path, why=why)
    state = getattr(cause, "sqlstate", None) or ""
    if state.startswith(_BUSY) or _sqlite_busy(cause):
        return DatabaseBusy(why=why)
    known = isinstance(error, OperationalError | InterfaceError | OSError)
    return DatabaseUnavailable(why=why) if known or state.startswith(_UNAVAILABLE) else None


def _sqlite_busy(cause: BaseException | None) -> bool:
    """Whether another writer took longer than is waited for."""
    code = getattr(cause, "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)  # the rest says why


def _disk_full(cause: BaseException | None) -> bool:
    if isinstance(cause, OSError) and not isinstance(cause, sqlite3.Error):
        return cause.errno == errno.ENOSPC
    text = str(cause).lower()
    return "database or disk is full" in text or "no space left on device" in text
