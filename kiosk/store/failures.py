"""Classifies errors of SQLite and the system: locked, full, read-only, damaged, failed.

Only these concern the whole database. Every other error of SQLite (a constraint, a mistake in a
statement) belongs to the job that caused it.
"""

import errno
import os
import sqlite3
import tempfile
from pathlib import Path

from kiosk.store.errors import (
    FileTrouble,
    StorageDamaged,
    StorageFailed,
    StorageFull,
    StorageReadOnly,
    StoreError,
    StoreLocked,
    StoreStarved,
)

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_STARVED = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
_FILE = (errno.EIO, errno.EUCLEAN, errno.EBADMSG, errno.ESTALE, errno.ENXIO, errno.ENODEV,
         errno.EACCES, errno.EPERM, errno.EFBIG)  # fmt: skip

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

_UNEXPLAINED = (
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMMAP,
    sqlite3.SQLITE_CANTOPEN,
)
"""SQLite calls only ENOSPC "full": an exhausted quota, a disk remounted read-only and too many open
files look like these. A failed fsync does not: what it wrote is known only after a restart.
"""

PROBE_BYTES = 64 << 10

# The index of the write-ahead log could not grow: the one I/O error that means "full".
_SHARED_MEMORY_FULL = sqlite3.SQLITE_IOERR_SHMSIZE


def storage_error(error: BaseException | None, folder: Path | None = None) -> StoreError | None:
    """Return what an error of SQLite means for the whole database, or None.

    Follows the chain of contexts: after "full" or "failed" SQLite has already rolled back, and
    leaving the savepoint raises a second error over the first. Where SQLite gives no reason, a
    test write in the database's ``folder`` finds it.
    """
    while error is not None:
        code = getattr(error, "sqlite_errorcode", None)
        if isinstance(error, sqlite3.Error) and code is not None:
            # The low byte of an extended result code is the primary one.
            kind = StorageFull if code == _SHARED_MEMORY_FULL else _KINDS.get(code & 0xFF)
            if kind is not None:
                explained = _probed(folder) if folder and code in _UNEXPLAINED else None
                return explained or kind(str(error))
        error = error.__context__
    return None


def os_error(error: OSError) -> StoreError | None:
    """Return what an error of the operating system means for the disk or a file, or None."""
    if error.errno in NO_ROOM:
        return StorageFull(str(error))
    if error.errno == errno.EROFS:
        return StorageReadOnly(str(error))
    if error.errno in _STARVED:
        return StoreStarved(str(error))
    if error.errno in _FILE:
        return _file_trouble(error)
    return None


def item_error(error: OSError) -> StoreError:
    """Return what kept one file from being read, a missing file included."""
    return os_error(error) or _file_trouble(error)


def _file_trouble(error: OSError) -> FileTrouble:
    why = os.strerror(error.errno) if error.errno else type(error).__name__
    return FileTrouble(file=error.filename or "A file", why=why)


def _probed(folder: Path) -> StoreError | None:
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            os.pwrite(file.fileno(), bytes(PROBE_BYTES), 0)
    except OSError as error:
        failure = os_error(error)
        # Trouble with the probe's own file says nothing about the database.
        return None if isinstance(failure, FileTrouble) else failure
    return None
