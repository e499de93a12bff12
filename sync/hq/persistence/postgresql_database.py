"""The database in PostgreSQL, for any number of processes.

An advisory lock, held until the transaction ends, does for processes what the lock file does on
one machine: ``write`` acquires it exclusively, ``write_shared`` shared. PostgreSQL queues the
waiters in order, so neither kind starves the other.
"""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, TextClause, create_engine, event, text
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sync.hq.errors import DatabaseUnreachable, DatabaseUnsuitable, StorageFull, ValueRefused
from sync.hq.persistence.database import Database
from sync.hq.persistence.migrations.run import migrate
from sync.hq.persistence.waiting import Patience

LOCK = 0x6578616D
"""Number of our advisory lock in the database (``exam`` in ASCII)."""
WRITERS = 8
READERS = 16
"""Most connections of one process for writing and reading; a quarter stays open when idle."""
WAIT_SECONDS = 30
CONNECT_SECONDS = 10

CONNECTION = {
    "connect_timeout": CONNECT_SECONDS,
    "application_name": "exam-hq",
    "client_encoding": "utf8",
    # A machine that lost power closes no connection; the kernel would wait 15 minutes.
    "tcp_user_timeout": CONNECT_SECONDS * 1000,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}

SESSION = {
    "TimeZone": "UTC",
    # A client that died without closing its connection must not hold the lock for long.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "300s",
}

_DURABLE = (
    "set_config('synchronous_commit', CASE current_setting('synchronous_commit')"
    " WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true)"
)
"""Overrides the server's setting: an acknowledgement must follow a commit that is on disk."""
_OURS = f"{LOCK}, hashtext(current_schema())"
"""Advisory locks are per database; another headquarters in another schema gets its own lock."""
_ALONE = text(f"SELECT pg_advisory_xact_lock({_OURS}), {_DURABLE}")
_SHARED = text(f"SELECT pg_advisory_xact_lock_shared({_OURS}), {_DURABLE}")
# True only where text is compared by bytes: inventory pages are ranges of ids that centres sort
# by bytes.
_ORDER = text("SELECT current_setting('server_encoding'), 'B' < 'a' AND 'b-' < 'ba'")
DISK_FULL = "53100"
_PASSING = ("40", "55", "57014")
"""SQLSTATE prefixes of errors in which the server still answers: conflicts, locks,
cancellation.
"""

_log = logging.getLogger(__name__)


class PostgresqlDatabase(Database):
    """Rows in a database that several processes share."""

    def __init__(self, url: URL, empty_to: str | None = None) -> None:
        """Connect and migrate the tables; those of an empty database up to ``empty_to``.

        Raises:
            DatabaseUnreachable: the server does not answer.
            DatabaseUnsuitable: encoding or sort order is wrong.
            NewerDatabase: the tables are from a newer version.
        """
        self._patience = Patience()
        self._writer = _engine(url, WRITERS)
        reader = _engine(url, READERS)
        # One snapshot for the whole block, as with SQLite; the default would see other commits
        # midway.
        self._reader = reader.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        with ExitStack() as undo:
            undo.callback(self.close)
            self._prepare(empty_to)
            undo.pop_all()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open an exclusive transaction that commits, or rolls back on an error."""
        with _transaction(self._patience, self._writer, _ALONE) as connection:
            yield connection

    @contextmanager
    def write_shared(self) -> Iterator[Connection]:
        """Open a transaction that runs beside others of its kind."""
        with _transaction(self._patience, self._writer, _SHARED) as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a snapshot of what is committed."""
        with _transaction(self._patience, self._reader) as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._reader.dispose()
        self._writer.dispose()

    def _prepare(self, empty_to: str | None) -> None:
        with self.write() as connection:
            encoding, by_bytes = connection.execute(_ORDER).one()
            if encoding != "UTF8" or not by_bytes:
                raise DatabaseUnsuitable
            migrate(connection, empty_to)


@contextmanager
def _transaction(
    patience: Patience, engine: Engine, first: TextClause | None = None
) -> Iterator[Connection]:
    try:
        with _connected(patience, engine) as connection, connection.begin():
            if first is not None:
                # The lock before anything else, so that what follows sees every commit made
                # before it.
                connection.execute(first)
            yield connection
    except DataError as error:
        raise ValueRefused from error
    except PoolTimeout as error:
        raise _unreachable(error) from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == DISK_FULL:
            raise StorageFull from error
        if not _lost(error):
            raise
        raise _unreachable(error) from error


def _connected(patience: Patience, engine: Engine) -> Connection:
    if not patience.may_try():
        raise DatabaseUnreachable
    began = patience.now()
    try:
        connection = engine.connect()
    except DBAPIError:
        patience.failed(began)
        raise
    patience.answered()
    return connection


def _lost(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None) or ""
    return isinstance(error, OperationalError | InterfaceError) and not state.startswith(_PASSING)


def _unreachable(error: Exception) -> DatabaseUnreachable:
    reason = str(getattr(error, "orig", None) or error).strip()
    _log.error("the database cannot be reached: %s", reason)
    return DatabaseUnreachable()


def _engine(url: URL, most: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=most // 4,
        max_overflow=most - most // 4,
        pool_timeout=WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args=CONNECTION,
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            for name, value in SESSION.items():
                cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
        connection.commit()

    return engine
