"""Consistent copies of the database, and the check of a copy."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from kiosk.store import meta
from kiosk.store.errors import StorageDamaged, StorageFull
from kiosk.store.failures import storage_error
from kiosk.store.sqlite.migrations import require_known
from kiosk.store.sqlite.opening import damage, open_reader

TABLES = ("sittings", "attempts", "answers", "events")


@dataclass(frozen=True)
class Contents:
    """Contents of a copy of the database: its epoch, number of calls to HQ, and row counts."""

    epoch: int
    contact: int
    sittings: int
    attempts: int
    answers: int
    events: int


def snapshot(database: Path, target: Path) -> None:
    """Copy the database while it is in use; the copy is a consistent snapshot.

    Raises:
        StorageFull: no room on the disk.
        StoreError: any other error; see :func:`kiosk.store.failures.storage_error`.
    """
    target.unlink(missing_ok=True)
    reader = open_reader(database)
    try:
        with closing(reader.conn), closing(sqlite3.connect(target)) as copy:
            target.chmod(0o600)
            # All pages in one step: between steps, any commit would restart the copy.
            reader.conn.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        failure = storage_error(error)
        raise (failure or StorageFull(str(error))) from error


def contents(database: Path) -> Contents:
    """Check every page, index and row of a copy, and count its rows.

    Raises:
        StorageDamaged: the copy is damaged.
        NewerSchema: a newer version wrote it.
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
        db = Database(conn)
        try:
            found = damage(db, thorough=True)
            if found is not None:
                raise StorageDamaged(found)
            require_known(db)
            counts = [int(db.table(name).count) for name in TABLES]
            return Contents(meta.epoch(db), meta.contact_number(db), *counts)
        except sqlite3.DatabaseError as error:
            raise StorageDamaged(str(error)) from error
