"""Tells apart what SQLite reports: locked, full, read-only, damaged, failed.

Only these five concern the whole database. Every other error of SQLite (a constraint, a mistake
in a statement) belongs to the job that caused it.
"""

import sqlite3

from kiosk.store.errors import (
    StorageDamaged,
    StorageFailed,
    StorageFull,
    StorageReadOnly,
    StoreError,
    StoreLocked,
)

_KINDS: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_BUSY: StoreLocked,
    sqlite3.SQLITE_LOCKED: StoreLocked,
    sqlite3.SQLITE_FULL: StorageFull,
    sqlite3.SQLITE_READONLY: StorageReadOnly,
    sqlite3.SQLITE_CORRUPT: StorageDamaged,
    sqlite3.SQLITE_NOTADB: StorageDamaged,
    sqlite3.SQLITE_IOERR: StorageFailed,
    sqlite3.SQLITE_CANTOPEN: StorageFailed,
    sqlite3.SQLITE_PROTOCOL: StorageFailed,
}

# The index of the write-ahead log could not grow: the one I/O error that means "full".
_SHARED_MEMORY_FULL = sqlite3.SQLITE_IOERR_SHMSIZE


def storage_error(error: BaseException | None) -> StoreError | None:
    """Return what an error of SQLite says about the database, or None.

    Looks at the causes too: after "full" or "failed" SQLite has rolled back already, and leaving
    the savepoint raises a second error over the first.
    """
    while error is not None:
        code = getattr(error, "sqlite_errorcode", None)
        if isinstance(error, sqlite3.Error) and code is not None:
            kind = StorageFull if code == _SHARED_MEMORY_FULL else _KINDS.get(code & 0xFF)
            if kind is not None:
                return kind(str(error))
        error = error.__context__
    return None
