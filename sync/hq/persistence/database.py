"""The database: rows, written in transactions and read in snapshots, on SQLite or PostgreSQL.

Services see the class :class:`Database` and nothing else of the engines. There are two kinds of
writes. ``write`` has the database to itself: what it looks up stays true until it is left, so a
service may look first and insert then. ``write_shared`` runs beside others of its kind (never
beside a ``write``) and is for few, hot paths that are safe by their statements alone: they insert
with :func:`insert_new`, number with :func:`next_number`, and take locks of rows in one order.
The audit log is appended to under ``write`` only.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, Table, update
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from sync.hq.persistence import tables


class Database(ABC):
    """All rows of headquarters. A write is durable when it has been left without an error."""

    @abstractmethod
    def write(self) -> AbstractContextManager[Connection]:
        """A transaction that has the database to itself; commits, or rolls back on an error."""

    @abstractmethod
    def write_shared(self) -> AbstractContextManager[Connection]:
        """A transaction beside others of its kind, for what is safe by its statements alone."""

    @abstractmethod
    def read(self) -> AbstractContextManager[Connection]:
        """A view of what is committed, the same until it is left."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections."""


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert unless a row with the same key is there; True when it is new."""
    keys = list(table.primary_key)
    new = _insert(connection, table).values(**values).on_conflict_do_nothing(index_elements=keys)
    return connection.execute(new.returning(keys[0])).first() is not None


def put(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    keep: Sequence[str] = (),
) -> None:
    """Insert rows; those whose key is there already are overwritten, but for columns to keep."""
    if not rows:
        return
    new = _insert(connection, table)
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


def _insert(connection: Connection, table: Table) -> PostgresqlInsert | SqliteInsert:
    postgresql = connection.dialect.name == "postgresql"
    return postgresql_insert(table) if postgresql else sqlite_insert(table)
