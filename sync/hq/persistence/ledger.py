"""The ledger: SQLAlchemy on SQLite, one writer at a time, readers that only read.

SQLite before 3.51.3 can corrupt a WAL file when two connections write or checkpoint at the same
moment. So each process has a single writing connection, and a lock file makes processes (the
server and the command line) take turns; everything else is opened read-only.
"""

import fcntl
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.pool import QueuePool

from sync.hq.errors import NewerLedger, OlderLedger
from sync.hq.persistence import tables

BUSY_SECONDS = 30
READERS = 16


class Ledger:
    """All rows of headquarters. ``write`` is durable when it has been left without an error."""

    def __init__(self, path: Path) -> None:
        """Open or create the file; raises :class:`NewerLedger` or :class:`OlderLedger`."""
        self._turn = threading.RLock()
        self._lock_file = path.with_suffix(".lock").open("w")
        self._writer = _engine(path, "rwc", size=1, begin="BEGIN IMMEDIATE")
        self._reader = _engine(path, "ro", size=READERS, begin="BEGIN")
        self._prepare(path)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that has the ledger to itself; commits, or rolls back on an error."""
        with self._exclusive(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A view of what is committed, the same until it is left."""
        with self._reader.begin() as connection:
            yield connection

    def close(self) -> None:
        """Fold the log into the file and let go of it."""
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

    def _prepare(self, path: Path) -> None:
        try:
            with self.write() as connection:
                _migrate(connection)
        except (NewerLedger, OlderLedger):
            self.close()
            raise
        path.chmod(0o600)


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert unless a row with the same key is there; True when it is new."""
    postgresql = connection.dialect.name == "postgresql"
    new = postgresql_insert(table) if postgresql else sqlite_insert(table)
    return connection.execute(new.values(**values).on_conflict_do_nothing()).rowcount == 1


def put(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    keep: Sequence[str] = (),
) -> None:
    """Insert rows; those whose key is there already are overwritten, but for columns to keep."""
    if not rows:
        return
    postgresql = connection.dialect.name == "postgresql"
    new = postgresql_insert(table) if postgresql else sqlite_insert(table)
    keys = [column.name for column in table.primary_key]
    kept = {*keys, *keep}
    changes = {name: new.excluded[name] for name in rows[0] if name not in kept}
    connection.execute(new.on_conflict_do_update(index_elements=keys, set_=changes), list(rows))


def next_number(connection: Connection, name: str) -> int:
    """The next value of a counter, from 1 on.

    The counter's row is locked until the transaction ends, so that numbers become visible in
    their order: a reader that goes on after a number never misses a lower one.
    """
    insert_new(connection, tables.counters, name=name, value=0)
    counter = tables.counters
    raised = (
        update(counter)
        .where(counter.c.name == name)
        .values(value=counter.c.value + 1)
        .returning(counter.c.value)
    )
    return int(connection.execute(raised).scalar_one())


def _engine(path: Path, mode: str, size: int, begin: str) -> Engine:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)

    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=size, max_overflow=0
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        if mode != "ro":
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _migrate(connection: Connection) -> None:
    tables.metadata.create_all(connection, tables=[tables.meta])
    shape = connection.execute(
        select(tables.meta.c.value).where(tables.meta.c.key == "shape")
    ).scalar_one_or_none()
    if shape is not None and int(shape) > tables.SHAPE:
        raise NewerLedger(found=shape, known=tables.SHAPE)
    if shape is not None and int(shape) < tables.SHAPE:
        raise OlderLedger(found=shape, known=tables.SHAPE)
    if shape is None:
        tables.metadata.create_all(connection)
        connection.execute(insert(tables.meta).values(key="shape", value=str(tables.SHAPE)))
