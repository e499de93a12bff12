"""Room on the disk that is kept for answers, and given up in steps when the disk is full."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

STEP = 4 << 20
"""Bytes given up at a time: what the write-ahead log needs at most before it is folded in.

In steps, because whatever fills the disk would take all of it at once.
"""


class Reserve:
    """A preallocated file beside the database."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0

    def fill(self, wanted: int) -> None:
        """Keep ``wanted`` bytes, but no more than a quarter of the room there is.

        So a disk that fills up gets nothing back of what was given up, until room returns.
        """
        have = self.size
        size = min(wanted, (shutil.disk_usage(self._path.parent).free + have) // 4)
        if size > have:
            with suppress(OSError):  # something else took the room meanwhile; nothing is changed
                self._allocate(size)

    def give(self) -> bool:
        """Give up a step of it; False when nothing is left."""
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
            os.posix_fallocate(handle, 0, size)
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, have)
            raise
        finally:
            os.close(handle)
