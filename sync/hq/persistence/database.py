"""The database: rows, written in transactions and read in snapshots, on SQLite or PostgreSQL.

Services use only the class :class:`Database`. There are two kinds of writes.

``write`` is exclusive: no other write runs, so a service may look something up and then insert.

``write_shared`` runs beside others of its kind, never beside a ``write``. It is for a few hot
paths that are safe by their statements alone: they insert with :func:`insert_new`, number with
:func:`next_number`, and lock rows in one order.

The audit log is appended to only in a ``write``.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from sync.hq.persistence import tables


class Database(ABC):
    """All rows of headquarters. A write is durable once its block ends without an error."""

    @abstractmethod
    def write(self) -> AbstractContextManager[Connection]:
        """Open an exclusive transaction that commits, or rolls back on an error."""

    @abstractmethod
    def write_shared(self) -> AbstractContextManager[Connection]:
        """Open a transaction that runs beside others of its kind."""

    @abstractmethod
    def read(self) -> AbstractContextManager[Connection]:
        """Open a snapshot of what is committed."""

    @abstractmethod
    def close(self) -> None:
        """Close all files and connections."""


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless its primary key exists; return whether it was inserted."""
    keys = list(table.primary_key)
    new = _insert(connection, table).values(**values).on_conflict_do_nothing(index_elements=keys)
    return connection.execute(new.returning(keys[0])).first() is not None


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, except those whose primary key exists."""
    if rows:
        keys = list(table.primary_key)
        new = _insert(connection, table).on_conflict_do_nothing(index_elements=keys)
        connection.execute(new, list(rows))


def put(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    keep: Sequence[str] = (),
) -> None:
    """Insert rows, or overwrite those whose primary key exists, except the columns in ``keep``."""
    if not rows:
        return
    new = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    kept = {*keys, *keep}
    changes = {name: new.excluded[name] for name in rows[0] if name not in kept}
    connection.execute(new.on_conflict_do_update(index_elements=keys, set_=changes), list(rows))


def next_number(connection: Connection, name: str) -> int:
    """Return the next value of a counter, starting at 1, as :func:`reserve_numbers`."""
    return reserve_numbers(connection, name, 1)[0]


def reserve_numbers(connection: Connection, name: str, count: int) -> range:
    """Return the next values of a counter, starting at 1.

    The counter's row stays locked until the transaction ends, so numbers become visible in
    order: a reader that continues after a number never misses a lower one.
    """
    # Creates the counter on first use, without a race.
    insert_new(connection, tables.counters, name=name, value=0)
    counter = tables.counters
    raised = (
        update(counter)
        .where(counter.c.name == name)
        .values(value=counter.c.value + count)
        .returning(counter.c.value)
    )
    last = int(connection.execute(raised).scalar_one())
    return range(last - count + 1, last + 1)


def last_number(connection: Connection, name: str) -> int:
    """Return the value that a counter has given last; 0: none yet."""
    counter = tables.counters
    found = connection.execute(select(counter.c.value).where(counter.c.name == name)).scalar()
    return int(found or 0)


def _insert(connection: Connection, table: Table) -> PostgresqlInsert | SqliteInsert:
    postgresql = connection.dialect.name == "postgresql"
    return postgresql_insert(table) if postgresql else sqlite_insert(table)
