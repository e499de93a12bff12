"""The database in an SQLite file: one writer at a time, readers that only read.

SQLite before 3.51.3 can corrupt a WAL file when two connections write or checkpoint at the same
moment. So each process has a single writing connection, and a lock file lets only one process
(the server or a command) write at a time. All other connections are read-only.
"""

import fcntl
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from sync.hq.errors import (
    DatabaseDamaged,
    DatabaseError,
    DatabaseUnreachable,
    StorageFull,
    ValueRefused,
)
from sync.hq.persistence.database import Database
from sync.hq.persistence.migrations.run import migrate

BUSY_SECONDS = 30
PRIMARY = 0xFF
"""Reduces SQLite's extended error codes to primary ones."""

AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)
"""Primary codes that mean the file is unusable now, whatever the statement."""

READ_ONLY = AWAY | {sqlite3.SQLITE_READONLY}
"""The same for the writer. For a reader, SQLITE_READONLY is a programming error."""

DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_log = logging.getLogger(__name__)
READERS = 16


class SqliteDatabase(Database):
    """Rows in one file, for the processes of one machine."""

    def __init__(self, path: Path, empty_to: str | None = None) -> None:
        """Open or create the file, and migrate the tables; a new one up to ``empty_to``.

        Raises:
            NewerDatabase, OlderDatabase: another version wrote it.
            DatabaseDamaged: it is damaged or no database.
        """
        # flock separates processes; threads share the open lock file and need a lock of their
        # own.
        self._turn = threading.RLock()
        self._lock_file = path.with_suffix(".lock").open("w")
        self._writer = _engine(path, "rwc", size=1, begin="BEGIN IMMEDIATE")
        self._reader = _engine(path, "ro", size=READERS, begin="BEGIN")
        self._prepare(path, empty_to)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open an exclusive transaction that commits, or rolls back on an error."""
        with _translated(READ_ONLY), self._exclusive(), self._writer.begin() as connection:
            yield connection

    def write_shared(self) -> AbstractContextManager[Connection]:
        """Open an exclusive transaction: SQLite has only one writer."""
        return self.write()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a snapshot of what is committed."""
        with _translated(), self._reader.begin() as connection:
            yield connection

    def close(self) -> None:
        """Checkpoint the WAL into the database file and close all connections."""
        # Readers first: the last connection to close checkpoints the WAL, which a reader cannot.
        self._reader.dispose()
        with self._exclusive():
            self._writer.dispose()
        self._lock_file.close()

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        with self._turn:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._lock_file, fcntl.LOCK_UN)

    def _prepare(self, path: Path, empty_to: str | None) -> None:
        try:
            with self._exclusive(), self._writer.connect() as connection:
                self._migrate(connection, empty_to)
        except DatabaseError:
            self.close()
            raise
        except DBAPIError as error:
            self.close()
            if getattr(error.orig, "sqlite_errorcode", 0) & PRIMARY in DAMAGED:
                raise DatabaseDamaged(str(error.orig), file=path) from error
            with _translated():
                raise
        # Personal data: only the account that runs headquarters may read it.
        path.chmod(0o600)

    @staticmethod
    def _migrate(connection: Connection, empty_to: str | None) -> None:
        """Bring the tables up to date.

        SQLite changes a table by replacing it with a copy under the old name, which foreign
        keys would not survive. They are switched off before the transaction, because the pragma
        has no effect inside one, and checked once at the end.
        """
        _references(connection, "OFF")
        try:
            with connection.begin():
                broken = (
                    migrate(connection, empty_to)
                    and connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                )
                if broken:
                    raise DatabaseError(f"a migration would break references: {tuple(broken)}")
        finally:
            _references(connection, "ON")


@contextmanager
def _translated(away: frozenset[int] = AWAY) -> Iterator[None]:
    """Translate errors of the disk or file; pass errors of statements on."""
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & PRIMARY
        if code == sqlite3.SQLITE_FULL:
            raise StorageFull from error
        if code not in away:
            raise
        _log.error("the database cannot be used: %s", error.orig)
        raise DatabaseUnreachable from error


def _refuse_value(context: ExceptionContext) -> None:
    """Translate a number beyond 64 bits, as PostgreSQL's database does with its own error."""
    # Only here, not around the block: services may have other reasons for an OverflowError.
    if isinstance(context.original_exception, OverflowError):
        raise ValueRefused from context.original_exception


def _references(connection: Connection, state: str) -> None:
    raw: Any = connection.connection.driver_connection
    raw.execute(f"PRAGMA foreign_keys={state}")


def _engine(path: Path, mode: str, size: int, begin: str) -> Engine:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)

    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=size, max_overflow=0
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the begin event starts transactions, not the driver
        if mode != "ro":
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "handle_error", _refuse_value)
    return engine
