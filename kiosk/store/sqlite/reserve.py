"""Disk space reserved for answers, and released in steps when the disk is full."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

STEP = 4 << 20
"""Bytes released at a time: the most that the write-ahead log needs before a checkpoint.

In steps, because whatever fills the disk would use up all of it at once.
"""


class Reserve:
    """A preallocated file beside the database."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def size(self) -> int:
        """Bytes that are reserved now."""
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0

    def fill(self, wanted: int) -> None:
        """Reserve ``wanted`` bytes, but at most a quarter of the space there is.

        A disk that keeps filling up does not win back what was released, until there is space
        again.
        """
        have = self.size
        size = min(wanted, (shutil.disk_usage(self._path.parent).free + have) // 4)
        if size > have:
            with suppress(OSError):  # something else used the space; nothing is changed
                self._allocate(size)

    def give(self) -> bool:
        """Release one step; return False when nothing is left."""
        size = self.size
        if size <= STEP:
            self._path.unlink(missing_ok=True)
        else:
            os.truncate(self._path, size - STEP)
        return size > 0

    def _allocate(self, size: int) -> None:
        have = self.size
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            # Not truncate: a sparse file would reserve nothing.
            os.posix_fallocate(handle, 0, size)
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, have)
            raise
        finally:
            os.close(handle)
