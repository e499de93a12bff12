"""Every table of a damaged database is copied that the rescue says it copies."""

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from kiosk.store.sqlite.migrations import migrate
from kiosk.store.sqlite.rescue import WITHOUT, salvage

SAME = {"TEXT": "2026-04-25T06:00:00.000000Z", "INTEGER": 1, "REAL": 1.0, "BLOB": b"1"}
"""One value for each type, so that every row refers to others that are there."""


@pytest.fixture
def whole(tmp_path: Path) -> Database:
    """A database with a row in each table."""
    db = Database(sqlite3.connect(tmp_path / "whole.sqlite"))
    migrate(db)
    for table in map(db.table, db.table_names()):
        if not table.name.startswith("_") and not table.count:
            table.insert({column.name: SAME[column.type] for column in table.columns})
    db.conn.commit()
    return db


def rescued(folder: Path) -> Database:
    """What the rescue makes of it."""
    salvage(folder / "whole.sqlite", folder / "rescued.sqlite")
    return Database(sqlite3.connect(folder / "rescued.sqlite"))


def test_every_table_is_copied_also_one_without_row_numbers(
    whole: Database, tmp_path: Path
) -> None:
    fresh = rescued(tmp_path)
    lost = {
        name for name in whole.table_names() if fresh.table(name).count < whole.table(name).count
    }
    assert lost == set(WITHOUT)


def test_rows_without_numbers_go_with_what_they_refer_to(whole: Database, tmp_path: Path) -> None:
    whole.conn.execute("PRAGMA foreign_keys = OFF")
    whole.conn.execute("INSERT INTO staff_rooms (username, room) VALUES ('lost', '1')")
    whole.conn.execute("DELETE FROM messages")
    whole.conn.commit()
    fresh = rescued(tmp_path)
    kept = {name: fresh.table(name).count for name in ("staff_rooms", "acts", "message_receipts")}
    assert kept == {"staff_rooms": 1, "acts": 1, "message_receipts": 0}


def test_a_damaged_page_costs_only_its_own_rows(whole: Database, tmp_path: Path) -> None:
    user = SAME["TEXT"]
    whole.conn.executemany(
        "INSERT INTO staff_rooms (username, room) VALUES (?, ?)",
        [(user, f"room {number:04}") for number in range(2000)],
    )
    whole.conn.commit()
    size = whole.conn.execute("PRAGMA page_size").fetchone()[0]
    whole.close()
    file = tmp_path / "whole.sqlite"
    data = file.read_bytes()
    start = data.index(b"room 1000") // size * size
    file.write_bytes(data[:start] + b"\xff" * size + data[start + size :])
    rooms = {row["room"] for row in rescued(tmp_path).query("SELECT room FROM staff_rooms")}
    assert {"room 0000", "room 1999"} <= rooms
    assert 1500 < len(rooms) < 2001
