"""Reads what is still readable in a damaged database, without changing it."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kiosk.exam.items.item import AnswerValue
from kiosk.store.errors import StorageDamaged
from kiosk.store.sqlite.migrations import migrate
from kiosk.store.sqlite.opening import open_reader
from kiosk.store.sqlite.raw_answers import raw_answers

WITHOUT = ("answers", "latest_answers", "tallies")
"""Tables that are not copied: answers, and those that only count other rows."""
LOST_IN_A_ROW = 2000
"""How many row numbers are tried one by one behind a damaged page; then the steps double."""
FARTHEST = 1 << 40
LOWEST = -(1 << 62)

Readable = tuple[int, str, AnswerValue, str | None]
"""A readable answer: sequence number, item, value, the terminal's time."""


def readable_answers(damaged: Path) -> dict[str, list[Readable]]:
    """Return the answers that are still readable, by attempt, in order.

    Reads page by page: neither the schema nor the B-trees need be intact.
    """
    found: dict[str, dict[int, Readable]] = {}
    for attempt_id, seq, item_id, text, client_at, _ in raw_answers(damaged):
        try:
            answer = (seq, item_id, json.loads(text), client_at)
        except ValueError:
            continue
        found.setdefault(attempt_id, {})[seq] = answer
    return {name: [row[seq] for seq in sorted(row)] for name, row in sorted(found.items())}


def salvage(damaged: Path, target: Path) -> int:
    """Copy every readable row except answers into a new database; return how many.

    Rows that refer to a lost row are left out.

    Raises:
        StorageDamaged: nothing is readable.
    """
    target.unlink(missing_ok=True)
    with closing(_reader(damaged)) as conn, closing(sqlite3.connect(target)) as fresh:
        target.chmod(0o600)
        db = Database(fresh)
        migrate(db)
        copied = sum(_copy(conn, db, table) for table in _tables(db))
        # Deleting an orphan can orphan rows that refer to it, so repeat until none are left.
        while _drop_orphans(db):
            continue
        with fresh:
            fresh.execute("UPDATE attempts SET answer_bytes = 0")
    return copied


def _reader(path: Path) -> sqlite3.Connection:
    conn = open_reader(path).conn
    conn.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    try:
        conn.execute("SELECT name FROM sqlite_master").fetchall()
    except sqlite3.DatabaseError as error:
        conn.close()
        raise StorageDamaged(f"nothing in {path} can be read: {error}") from error
    return conn


def _walk(conn: sqlite3.Connection, sql: str) -> Iterator[Sequence[Any]]:
    """Yield rows by number; after a damaged page continue with the next readable number.

    The statement returns rows whose number is above its parameter, in order, the number first.
    """
    last, lost, step = LOWEST, 0, 1
    while step < FARTHEST:
        try:
            for row in conn.execute(sql, [last]):
                last, lost, step = row[0], 0, 1
                yield row
            return
        except sqlite3.DatabaseError:
            lost += 1
            step = 1 if lost < LOST_IN_A_ROW else step * 2
            last = max(last, 0) + step


def _tables(db: Database) -> list[str]:
    names = db.table_names()
    return [name for name in names if not name.startswith(("_", "sqlite_", *WITHOUT))]


def _copy(conn: sqlite3.Connection, db: Database, table: str) -> int:
    try:
        theirs = {row[1] for row in conn.execute(f'PRAGMA table_info("{table}")')}
    except sqlite3.DatabaseError:
        return 0
    names = [column.name for column in db.table(table).columns if column.name in theirs]
    if not names:
        return 0
    listed = ", ".join(f'"{name}"' for name in names)
    holes = ", ".join("?" for _ in names)
    insert = f'INSERT OR IGNORE INTO "{table}" ({listed}) VALUES ({holes})'  # noqa: S608
    if keys := _keys_instead_of_numbers(db, table):
        rows = _from_both_ends(conn, table, listed, keys)
    else:
        select = f'SELECT rowid, {listed} FROM "{table}" WHERE rowid > ? ORDER BY rowid'  # noqa: S608
        rows = (row[1:] for row in _walk(conn, select))
    return sum(_insert(db.conn, insert, row) for row in rows)


def _keys_instead_of_numbers(db: Database, table: str) -> list[str]:
    """Return the primary key of a table whose rows have no numbers; empty for all others."""
    [(without,)] = db.conn.execute("SELECT wr FROM pragma_table_list(?)", [table]).fetchall()
    return list(db.table(table).pks) if without else []


def _from_both_ends(
    conn: sqlite3.Connection, table: str, listed: str, keys: Sequence[str]
) -> Iterator[Sequence[Any]]:
    """Yield the rows before the first damaged page of a table, and those behind the last."""
    for way in ("ASC", "DESC"):
        order = ", ".join(f'"{key}" {way}' for key in keys)
        try:
            yield from conn.execute(f'SELECT {listed} FROM "{table}" ORDER BY {order}')  # noqa: S608
            return
        except sqlite3.DatabaseError:
            continue


def _insert(conn: sqlite3.Connection, insert: str, values: Sequence[Any]) -> int:
    """Insert a row; return 0 for one that violates the schema because damage has garbled it."""
    try:
        with conn:
            return conn.execute(insert, values).rowcount
    except (sqlite3.IntegrityError, sqlite3.DataError):
        return 0


def _drop_orphans(db: Database) -> bool:
    broken = db.conn.execute("PRAGMA foreign_key_check").fetchall()
    with db.conn:
        for table, rowid, _, number in broken:
            if rowid is None:
                _drop_without(db.conn, table, number)
            else:
                db.conn.execute(f'DELETE FROM "{table}" WHERE rowid = ?', [rowid])  # noqa: S608
    return bool(broken)


def _drop_without(conn: sqlite3.Connection, table: str, number: int) -> None:
    """Delete the rows of a table without row numbers that lack what a foreign key refers to."""
    keys = conn.execute("SELECT * FROM pragma_foreign_key_list(?)", [table]).fetchall()
    # Columns: number of the key, position in it, the other table, own column, the other's column.
    [(parent, own, other)] = [row[2:5] for row in keys if row[0] == number]
    known = f'SELECT "{other}" FROM "{parent}"'  # noqa: S608
    conn.execute(f'DELETE FROM "{table}" WHERE "{own}" NOT IN ({known})')  # noqa: S608
