"""Errors of the store.

``StoreError``
 ├─ ``StorageFull``     no room on the disk: nothing was saved, the caller may try again
 ├─ ``StorageFailed``   the disk failed: nothing more is acknowledged, the process must end
 ├─ ``StoreBusy``       another process holds this data directory
 ├─ ``StaleState``      a compare-and-set found another state than expected
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
    """The disk reported an error at commit; what is on it is known only after a restart."""

    code = "storage_failed"
    message = "The disk of the centre's machine failed; the last change was not saved."


class StoreBusy(StoreError):
    """Another process has this data directory open for writing."""

    code = "store_busy"
    message = "The centre server is running on {data}; use its staff page, or stop it first."


class StaleState(StoreError):
    """The row was changed by somebody else meanwhile."""

    code = "stale_state"
    message = "Somebody else changed this meanwhile; look again and repeat."


class NewerSchema(StoreError):
    """The database has migrations that this version does not know."""

    code = "newer_schema"
    message = "This database was written by a newer version; install that version or newer."
