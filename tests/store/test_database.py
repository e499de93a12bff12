"""One writer, shared commits, durable when ``write`` returns, nothing half done."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from kiosk.store import meta
from kiosk.store.errors import (
    NewerSchema,
    StaleState,
    StorageDamaged,
    StorageFailed,
    StorageFull,
    StorageReadOnly,
    StorageUnusable,
    StoreBusy,
    StoreLocked,
)
from kiosk.store.sqlite import database
from kiosk.store.sqlite.database import Store
from kiosk.store.sqlite.opening import BUSY_SECONDS


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh store."""
    opened = Store(tmp_path)
    yield opened
    opened.close()


def put(key: str) -> Callable[[Database], None]:
    """A job that keeps one value."""
    return lambda db: meta.put(db, key, "kept")


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    first = Store(tmp_path)
    first.write(put("a"))
    first.close()
    second = Store(tmp_path)
    assert meta.get(second.read(), "a") == "kept"
    second.close()


def test_the_database_is_in_wal_mode_and_syncs_fully(store: Store) -> None:
    assert store.write(lambda db: db.conn.execute("PRAGMA journal_mode").fetchone()[0]) == "wal"
    assert store.write(lambda db: db.conn.execute("PRAGMA synchronous").fetchone()[0]) == 2


def test_a_job_that_fails_leaves_nothing_and_harms_no_other(store: Store) -> None:
    def bad(db: Database) -> None:
        meta.put(db, "half", "done")
        raise StaleState()

    with pytest.raises(StaleState):
        store.write(bad)
    store.write(put("good"))
    assert meta.get(store.read(), "half") is None
    assert meta.get(store.read(), "good") == "kept"


def test_jobs_that_wait_share_one_commit(store: Store) -> None:
    commits: list[str] = []
    gate, running = threading.Event(), threading.Event()

    def hold(_: Database) -> None:
        running.set()
        gate.wait(5)

    store.write(lambda db: db.conn.set_trace_callback(commits.append))
    holder = store.write_later(hold)
    running.wait(5)
    waiting = [store.write_later(put(str(number))) for number in range(20)]
    gate.set()
    for future in [holder, *waiting]:
        future.result(5)
    assert len([text for text in commits if text == "COMMIT"]) <= 3


def test_readers_cannot_write(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        meta.put(store.read(), "a", "b")


def test_a_second_process_is_kept_away(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreBusy, match="running"):
        Store(tmp_path)


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    first = Store(tmp_path)
    row = {"migration_set": "kiosk", "name": "from_the_future", "applied_at": "2030"}
    first.write(lambda db: db.table("_sqlite_migrations").insert(row))
    first.close()
    with pytest.raises(NewerSchema, match="from_the_future"):
        Store(tmp_path)


def test_a_full_disk_is_said_and_the_store_goes_on(store: Store) -> None:
    pages = store.write(lambda db: db.conn.execute("PRAGMA page_count").fetchone()[0])
    store.write(lambda db: db.conn.execute(f"PRAGMA max_page_count = {pages + 2}").fetchone())
    with pytest.raises(StorageFull):
        store.write(lambda db: meta.put(db, "big", "x" * 100_000))
    store.write(lambda db: db.conn.execute("PRAGMA max_page_count = 1000000").fetchone())
    store.write(put("later"))
    assert meta.get(store.read(), "later") == "kept"


def test_a_lock_of_another_program_passes_unnoticed(store: Store, tmp_path: Path) -> None:
    """It is held for longer than SQLite itself waits."""
    foreign = sqlite3.connect(
        tmp_path / "kiosk.sqlite", isolation_level=None, check_same_thread=False
    )
    foreign.execute("BEGIN IMMEDIATE")
    waiting = store.write_later(put("a"))
    release = threading.Timer(2.5 * BUSY_SECONDS, foreign.rollback)
    release.start()
    waiting.result(30)
    release.join(10)
    assert meta.get(store.read(), "a") == "kept"
    foreign.close()


def test_a_lock_that_stays_is_said_and_the_store_goes_on_afterwards(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "TRIES", 2)
    foreign = sqlite3.connect(tmp_path / "kiosk.sqlite", isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreLocked):
        store.write_later(put("a")).result(30)
    foreign.close()
    store.write_later(put("b")).result(30)
    assert meta.get(store.read(), "b") == "kept"


def test_a_database_that_cannot_be_written_is_said_and_still_read(store: Store) -> None:
    store.write(put("a"))
    store.write(lambda db: db.conn.execute("PRAGMA query_only=ON"))
    with pytest.raises(StorageReadOnly):
        store.write(put("b"))
    assert meta.get(store.read(), "a") == "kept"


def test_a_mistake_in_one_job_is_its_own(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        store.write(lambda db: db.conn.execute("SELECT * FROM nowhere"))
    store.write(put("a"))


def test_what_is_small_is_saved_beside_what_is_too_large(store: Store) -> None:
    pages = store.write(lambda db: db.conn.execute("PRAGMA page_count").fetchone()[0])
    store.write(lambda db: db.conn.execute(f"PRAGMA max_page_count = {pages + 2}").fetchone())
    gate = threading.Event()
    holder = store.write_later(lambda _: gate.wait(5))
    large = store.write_later(lambda db: meta.put(db, "big", "x" * 100_000))
    small = store.write_later(put("small"))
    gate.set()
    holder.result(10)
    assert isinstance(large.exception(10), StorageFull)
    small.result(10)
    assert meta.get(store.read(), "small") == "kept"


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB])
def test_damage_that_is_found_later_ends_the_server(tmp_path: Path, code: int) -> None:
    failed = threading.Event()
    store = Store(tmp_path, on_failure=failed.set)

    def fail(_: Database) -> None:
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = code
        raise error

    with pytest.raises(StorageDamaged):
        store.write(fail)
    assert failed.is_set()
    with pytest.raises(StorageFailed):
        store.write(put("more"))
    store.close()


def test_a_directory_that_is_not_there_or_no_directory_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for data in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StorageUnusable, match="cannot be opened"):
            Store(data)


def test_after_a_failing_disk_nothing_is_acknowledged(tmp_path: Path) -> None:
    failed = threading.Event()
    store = Store(tmp_path, on_failure=failed.set)

    def fail(_: Database) -> None:
        raise sqlite3_io_error()

    with pytest.raises(StorageFailed):
        store.write(fail)
    assert failed.is_set()
    with pytest.raises(StorageFailed):
        store.write(put("more"))
    store.close()


@pytest.mark.parametrize("alone", [False, True])
def test_what_nobody_foresaw_in_the_writer_ends_the_server_and_leaves_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, alone: bool
) -> None:
    ended = threading.Event()
    store = Store(tmp_path, on_failure=ended.set)

    def fail(*_: object) -> None:
        raise OSError("the disk does not answer")

    monkeypatch.setattr(store, "_run_alone" if alone else "_commit", fail)
    with pytest.raises(StorageFailed):
        store.compact() if alone else store.write(put("a"))
    assert ended.wait(5)
    with pytest.raises(StorageFailed):
        store.write(put("b"))
    store.close()


def sqlite3_io_error() -> sqlite3.OperationalError:
    """What SQLite raises when a write or fsync fails."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return error


WRITER = """
import sys
from pathlib import Path
from kiosk.store import meta
from kiosk.store.sqlite.database import Store
store = Store(Path(sys.argv[1]))
for number in range(100000):
    store.write(lambda db: meta.put(db, "count", str(number)))
    print(number, flush=True)
"""


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = 0
        while told < 200:
            told = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read().splitlines()
    told = int(rest[-1]) if rest and rest[-1].isdigit() else told
    store = Store(tmp_path)
    assert int(meta.get(store.read(), "count") or -1) >= told
    assert store.read().conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    store.close()
