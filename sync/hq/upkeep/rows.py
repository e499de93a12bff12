"""Rows as lines of text, the same from SQLite and PostgreSQL, with a digest of each table.

A line is a JSON array of a row's values. The digest of a table is the sum of its lines' SHA-256
modulo 2^256, so it does not depend on their order. JSON columns travel as the text that is stored.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    cast,
    select,
)
from sqlalchemy.types import TypeEngine, UserDefinedType

from sync.hq.persistence.database import insert_missing
from sync.hq.persistence.types import UtcTime

AT_ONCE = 500
"""Rows read, or inserted, at a time."""

MODULUS = 1 << 256


class Kind(StrEnum):
    """What a column holds, whatever its engine calls it."""

    TEXT = "text"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    BYTES = "bytes"
    JSON = "json"
    TIME = "time"
    DATE = "date"


class JsonText(UserDefinedType[str]):
    """A JSON column, read and written as its text, so that NULL and ``null`` stay apart."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type's name in SQL."""
        return "JSON"

    def column_expression(self, colexpr: ColumnElement[Any]) -> ColumnElement[Any]:
        """Read the stored text."""
        return cast(colexpr, Text)


TYPES: Mapping[Kind, Callable[[], TypeEngine[Any]]] = {
    Kind.TEXT: Text,
    Kind.INTEGER: BigInteger,
    Kind.FLOAT: Float,
    Kind.BOOLEAN: Boolean,
    Kind.BYTES: LargeBinary,
    Kind.JSON: JsonText,
    Kind.TIME: UtcTime,
    Kind.DATE: Date,
}


@dataclass(frozen=True)
class Shape:
    """A table: its columns in order with their kinds, and its primary key."""

    name: str
    columns: Mapping[str, Kind]
    key: Sequence[str]

    def table(self) -> Table:
        """Return a description for reading and writing its rows."""
        return Table(
            self.name,
            MetaData(),
            *(
                Column(name, TYPES[kind](), primary_key=name in self.key)
                for name, kind in self.columns.items()
            ),
        )

    def line(self, row: Sequence[Any]) -> bytes:
        """Return a row as a line, without its line feed."""
        kinds = self.columns.values()
        values = [_plain(value, kind) for value, kind in zip(row, kinds, strict=True)]
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()

    def row(self, line: bytes) -> Mapping[str, Any]:
        """Return the values of a line by column.

        Raises:
            ValueError: it is no row of this table.
        """
        values = json.loads(line)
        if not isinstance(values, list):
            raise ValueError("a row is a list")
        named = zip(self.columns.items(), values, strict=True)
        return {name: _value(value, kind) for (name, kind), value in named}


@dataclass(frozen=True)
class Count:
    """How many rows a table has, and the digest over them."""

    rows: int = 0
    total: int = 0

    @property
    def digest(self) -> str:
        """The digest in hexadecimal."""
        return f"{self.total:064x}"

    def plus(self, lines: Iterable[bytes]) -> "Count":
        """Return the count with more rows."""
        rows, total = self.rows, self.total
        for line in lines:
            rows += 1
            total += int.from_bytes(sha256(line).digest())
        return Count(rows, total % MODULUS)


def shapes(metadata: MetaData) -> Sequence[Shape]:
    """Return all tables; each after those that it refers to."""
    return [
        Shape(
            table.name,
            {column.name: _kind(column.type) for column in table.columns},
            [column.name for column in table.primary_key],
        )
        for table in metadata.sorted_tables
    ]


def read_lines(connection: Connection, shape: Shape) -> Iterator[Sequence[bytes]]:
    """Yield a table's rows in batches, without holding all in memory."""
    table = shape.table()
    query = select(*table.columns).order_by(*table.primary_key)
    # Closed by the block, also where the reader stops early.
    with connection.execution_options(yield_per=AT_ONCE).execute(query) as rows:
        for batch in rows.partitions(AT_ONCE):
            yield [shape.line(tuple(row)) for row in batch]


def insert_lines(connection: Connection, shape: Shape, lines: Sequence[bytes]) -> None:
    """Insert rows; those whose primary key is there already are left as they are.

    Raises:
        ValueError: a line is no row of this table.
    """
    insert_missing(connection, shape.table(), [shape.row(line) for line in lines])


def count_of(connection: Connection, shape: Shape) -> Count:
    """Count a table's rows."""
    count = Count()
    for lines in read_lines(connection, shape):
        count = count.plus(lines)
    return count


def batches(lines: Iterable[bytes]) -> Iterator[Sequence[bytes]]:
    """Yield lines in batches."""
    rest = iter(lines)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def _kind(found: TypeEngine[Any]) -> Kind:
    kinds: Sequence[tuple[type, Kind]] = (
        (UtcTime, Kind.TIME),
        (Boolean, Kind.BOOLEAN),
        (Integer, Kind.INTEGER),
        (Float, Kind.FLOAT),
        (LargeBinary, Kind.BYTES),
        (JSON, Kind.JSON),
        (Date, Kind.DATE),
    )
    return next((kind for known, kind in kinds if isinstance(found, known)), Kind.TEXT)


def _plain(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    if kind is Kind.BYTES:
        return base64.b64encode(value).decode("ascii")
    if kind in (Kind.TIME, Kind.DATE):
        return value.isoformat()
    return value


def _value(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    if kind is Kind.BYTES:
        return base64.b64decode(value, validate=True)
    if kind is Kind.TIME:
        return datetime.fromisoformat(value)
    if kind is Kind.DATE:
        return date.fromisoformat(value)
    return value
