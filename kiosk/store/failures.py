"""Tells apart what SQLite and the system report: locked, full, read-only, damaged, failed.

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
"""SQLite calls only ENOSPC "full": a used-up quota, a disk that became read-only and too many
open files look like these. A failed fsync does not: after that only a restart shows the truth."""

PROBE_BYTES = 64 << 10

# The index of the write-ahead log could not grow: the one I/O error that means "full".
_SHARED_MEMORY_FULL = sqlite3.SQLITE_IOERR_SHMSIZE


def storage_error(error: BaseException | None, folder: Path | None = None) -> StoreError | None:
    """Return what an error of SQLite says about the database, or None.

    Looks at the causes too: after "full" or "failed" SQLite has rolled back already, and leaving
    the savepoint raises a second error over the first. Where SQLite does not say why, writing in
    the database's ``folder`` does.
    """
    while error is not None:
        code = getattr(error, "sqlite_errorcode", None)
        if isinstance(error, sqlite3.Error) and code is not None:
            kind = StorageFull if code == _SHARED_MEMORY_FULL else _KINDS.get(code & 0xFF)
            if kind is not None:
                explained = _probed(folder) if folder and code in _UNEXPLAINED else None
                return explained or kind(str(error))
        error = error.__context__
    return None


def os_error(error: OSError) -> StoreError | None:
    """Return what an error of the system says about the disk or a file, or None."""
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
        told = os_error(error)
        return None if isinstance(told, FileTrouble) else told
    return None
