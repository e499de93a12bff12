"""Answers read from pages: the newest state of each page is in the log beside the database."""

import sqlite3
from pathlib import Path

import pytest

from kiosk.store.sqlite.raw_answers import raw_answers

SCHEMA = (
    "CREATE TABLE answers (attempt_id TEXT, seq INTEGER, item_id TEXT, value TEXT, client_at TEXT,"
    " saved_at TEXT, PRIMARY KEY (attempt_id, seq)) WITHOUT ROWID"
)
WAL_HEADER = 32


def saved(connection: sqlite3.Connection, numbers: range) -> None:
    """Save an answer for each number, each in a transaction of its own."""
    for number in numbers:
        row = ("A", number, "Q1", f"answer {number}", None, "2026-04-25T06:30:00Z")
        connection.execute("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)", row)
        connection.commit()


def found(path: Path) -> set[int]:
    return {row[1] for row in raw_answers(path)}


@pytest.fixture
def restarted(tmp_path: Path) -> Path:
    """Forty answers; the log was begun again after thirty, its older frames lie behind."""
    path = tmp_path / "centre.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute(SCHEMA)
    saved(connection, range(30))
    connection.execute("PRAGMA wal_checkpoint(RESTART)")
    saved(connection, range(30, 40))
    copy = tmp_path / "copy.sqlite"
    for end in ("", "-wal"):
        copy.with_name(copy.name + end).write_bytes(path.with_name(path.name + end).read_bytes())
    connection.close()
    return copy


def test_frames_of_an_earlier_log_do_not_hide_the_newest_answers(restarted: Path) -> None:
    assert found(restarted) == set(range(40))


def test_without_the_logs_header_its_frames_are_read_all_the_same(restarted: Path) -> None:
    log = restarted.with_name(f"{restarted.name}-wal")
    data = log.read_bytes()
    log.write_bytes(data[:16] + bytes(8) + data[24:WAL_HEADER] + data[WAL_HEADER:])
    assert found(restarted) >= set(range(30))
