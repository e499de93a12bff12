"""Rows of a first headquarters, copied under other keys in batches."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from sync.hq.persistence.database import Database
from sync.hq.persistence.tables import counters

Row = Mapping[str, Any]
BATCH = 1000


def every_row(database: Database, table: Table) -> list[Row]:
    """Return the rows that a table has now."""
    with database.read() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def first_row(database: Database, table: Table) -> Row:
    """Return one row of a table.

    Raises:
        AssertionError: the first headquarters has none.
    """
    rows = every_row(database, table)
    if not rows:
        raise AssertionError(f"nothing in {table.name}")
    return rows[0]


def copy(
    database: Database, table: Table, row: Row, numbers: Iterable[int], own: Callable[[int], Row]
) -> None:
    """Insert a copy of a row for each number, with what ``own`` changes in it."""
    add(database, table, ({**row, **own(number)} for number in numbers))


def add(database: Database, table: Table, rows: Iterable[Row]) -> None:
    """Insert rows in batches."""
    for some in _batches(iter(rows)):
        with database.write() as connection:
            connection.execute(insert(table), some)


def _batches(rows: Iterator[Row]) -> Iterator[list[dict[str, Any]]]:
    while some := [dict(row) for row in islice(rows, BATCH)]:
        yield some


def raise_counters(database: Database, tables: Mapping[str, tuple[Table, str]]) -> None:
    """Let each counter go on after the highest number of its table and column."""
    with database.write() as connection:
        for name, (table, column) in tables.items():
            _raise_counter(connection, name, table, column)


def _raise_counter(connection: Connection, name: str, table: Table, column: str) -> None:
    highest = connection.execute(select(func.max(table.c[column]))).scalar_one() or 0
    mine = counters.c.name == name
    if not connection.execute(update(counters).where(mine).values(value=highest)).rowcount:
        connection.execute(insert(counters).values(name=name, value=highest))
