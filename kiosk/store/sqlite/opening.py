"""Opens connections to the database, even on a full disk, and checks for damage first."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from kiosk.store.errors import StorageDamaged, StorageFull, StoreError, StoreLocked
from kiosk.store.failures import storage_error
from kiosk.store.sqlite.migrations import migrate, require_known
from kiosk.store.sqlite.reserve import Reserve

BUSY_SECONDS = 1.0
"""How long SQLite waits for another program's lock before it reports it."""

TRIES = 20
"""How often to wait for a lock: a request waits at most this many times ``BUSY_SECONDS``."""

SHARED, ALONE = "", "&vfs=unix-excl"
"""Where the index of the write-ahead log is: on disk, where other processes see it, or in this
process's memory, which needs no room on the disk.
"""


def open_writer(path: Path, reserve: Reserve) -> tuple[Database, str]:
    """Open or create the database; return the connection and the mode that readers must use, too.

    On a full disk the reserve is released step by step; when nothing is left of it, the
    database is opened in a mode that needs no room.

    Raises:
        StoreError: it cannot be opened.
    """
    for _ in range(TRIES):
        try:
            return _open(path, SHARED), SHARED
        except StorageFull:
            if not reserve.give():
                return _open(path, ALONE), ALONE
        except StoreLocked:
            continue
    return _open(path, SHARED), SHARED


def open_reader(path: Path, mode: str = SHARED) -> Database:
    """Open a read-only connection."""
    conn = _connect(path, f"ro{mode}")
    return Database(conn, recursive_triggers=False)


def open_unchanged(path: Path) -> Database:
    """Open a database that no process has open, without creating or changing any file.

    The write-ahead log is not read: it must be empty or not there.

    Raises:
        NewerSchema: a newer version wrote it.
    """
    db = Database(_connect(path, "ro&immutable=1"), recursive_triggers=False)
    try:
        require_known(db)
    except BaseException:
        db.conn.close()
        raise
    return db


def damage(db: Database, *, thorough: bool = False) -> str | None:
    """Return what is wrong with the database's pages, or None.

    Reads every page. ``thorough``: also compare indexes with their tables, which takes several
    times as long.
    """
    pragma = "integrity_check" if thorough else "quick_check"
    try:
        found = [str(row[0]) for row in db.conn.execute(f"PRAGMA {pragma}(3)")]
    except sqlite3.DatabaseError as error:
        if isinstance(storage_error(error), StorageDamaged):
            return str(error)
        raise
    return None if found == ["ok"] else "; ".join(found)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


def _open(path: Path, mode: str) -> Database:
    conn = None
    try:
        conn = _connect(path, f"rwc{mode}")
        path.chmod(0o600)
        return _prepared(conn)
    except BaseException as error:
        if conn is not None:
            conn.close()  # at once: an open one sets the mode of the whole process
        failure = storage_error(error, path.parent)
        if failure is None or isinstance(error, StoreError):
            raise
        raise failure from error


def _prepared(conn: sqlite3.Connection) -> Database:
    db = Database(conn)
    require_known(db)  # before anything is changed
    # FULL: with NORMAL a power cut can lose commits that were acknowledged. secure_delete: what
    # the retention period deletes must not stay in free pages.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        conn.execute(f"PRAGMA {pragma}")
    conn.execute("BEGIN IMMEDIATE")  # fails early on a lock, or a file that cannot be written
    conn.execute("ROLLBACK")
    found = damage(db)
    if found is not None:
        raise StorageDamaged(found)
    # After the check: migrating a damaged database could destroy what is still readable.
    migrate(db)
    return db
