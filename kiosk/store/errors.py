"""Errors of the store.

``StoreError``
 ├─ ``StorageFull``     no room on the disk: nothing was saved, the caller may try again
 ├─ ``StorageFailed``   the disk failed: nothing more is acknowledged, the process must end
 ├─ ``StorageReadOnly`` the disk or the database's file cannot be written: nothing was saved
 ├─ ``StorageDamaged``  the database is damaged: nothing more is served from it
 ├─ ``FileTrouble``     one file cannot be read or written
 ├─ ``StoreStarved``    no file handles or memory are left: try again
 ├─ ``StorageUnusable`` the data directory cannot be opened
 ├─ ``StoreLocked``     another program has locked the database: nothing was saved, try again
 ├─ ``StoreBusy``       another process uses this data directory
 ├─ ``ResultsFinal``    data of the sitting were deleted: its results can no longer change
 ├─ ``StaleState``      a compare-and-set found another state than expected
 ├─ ``DoneOtherwise``   an act that is sent again differs from the one that was done
 └─ ``NewerSchema``     the database was written by a newer version of the product
"""

from kiosk.exam.errors import ExamError


class StoreError(ExamError):
    """Base of the store's errors."""

    code = "store_error"
    message = "The centre's database could not be used."


class StorageFull(StoreError):
    """The disk is full; the transaction was rolled back."""

    code = "storage_full"
    message = "The disk of the centre's machine is full; nothing was saved."


class StorageFailed(StoreError):
    """The disk reported an error at commit; only a restart can tell what reached it."""

    code = "storage_failed"
    message = "The disk of the centre's machine failed; the last change was not saved."


class ResultsFinal(StoreError):
    """Data of the sitting have been deleted after their retention period."""

    code = "results_final"
    message = (
        "Data of this sitting were deleted when their period was over. Its results are final;"
        " nothing was changed."
    )


class StorageReadOnly(StoreError):
    """The database cannot be written; pages can still be read."""

    code = "storage_read_only"
    message = (
        "The centre's database cannot be written: its disk is mounted read-only, or its files"
        " belong to another user. Nothing was saved."
    )


class StorageDamaged(StoreError):
    """SQLite found malformed pages, or a file that is not a database."""

    code = "storage_damaged"
    message = (
        "The centre's database is damaged. Do not delete anything. Restore the newest backup"
        " with `kiosk restore`; then `kiosk rescue` recovers the answers that can still be read."
    )


class FileTrouble(StoreError):
    """A disk error or missing permission prevents reading or writing one file."""

    code = "file_trouble"
    message = "%(file)s cannot be read or written: %(why)s."


class StoreStarved(StoreError):
    """The process has no file handles left, or the machine no memory."""

    code = "store_starved"
    message = (
        "The centre server cannot open more files, or has no memory left. Nothing was saved. Try"
        " again in a moment."
    )
    retry_after = 2


class StorageUnusable(StoreError):
    """The data directory is missing, or this user may not use it."""

    code = "storage_unusable"
    message = "The data directory %(data)s cannot be opened: %(why)s."


class StoreLocked(StoreError):
    """Another program locked the database for longer than a request can wait."""

    code = "store_locked"
    message = "Another program is using the centre's database. Close it, then try again."
    retry_after = 2


class StoreBusy(StoreError):
    """Another process has this data directory open for writing."""

    code = "store_busy"
    message = "The centre server is running on %(data)s; use its staff page, or stop it first."


class LostAtHeadquarters(StoreError):
    """Headquarters asks again for what was deleted here when its period ended."""

    code = "lost_at_headquarters"
    message = (
        "Headquarters has lost this after its receipt, and it was deleted here when its period"
        " ended."
    )


class StaleState(StoreError):
    """The row has been changed by another request in the meantime."""

    code = "stale_state"
    message = "Someone else has changed this. Look at the current state, then try again."


class DoneOtherwise(StoreError):
    """An act under this id was done already, with other values."""

    code = "done_otherwise"
    message = (
        "Your first try was carried out, with other values than now. Look before you repeat it."
    )


class NewerSchema(StoreError):
    """The database has migrations that this version does not know."""

    code = "newer_schema"
    message = "This database was written by a newer version; install that version or newer."


class OlderSchema(StoreError):
    """The database was made before the first version whose data later versions read."""

    code = "older_schema"
    message = (
        "This database was made before version 0.2.0, or by another program, and cannot be opened."
        " Nothing was changed. Set up the centre again with `kiosk init` in another data directory."
    )
