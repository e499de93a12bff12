"""Objects in a folder. Files and their folder entries are on disk before ``put`` returns."""

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from kiosk.durable import sync_folder, write_durably
from sync.hq.errors import BlobDamaged, BlobsUnreachable, NotFound, StorageFull
from sync.hq.persistence.blobs import Blobs, Opened, checked, is_name
from sync.wire.canonical import digest

_log = logging.getLogger(__name__)


class FolderBlobs(Blobs):
    """One file per object, in subfolders named by the first two hex digits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Store ``data`` durably and return its SHA-256.

        A sound object that exists already gets a new age; a damaged one is replaced.
        """
        name = digest(data)
        with _translated():
            if not self._renewed(name):
                self._write(name, data)
                self.get(name)
        return name

    def has(self, sha256: str) -> bool:
        """Return whether the object exists."""
        return self._path(sha256).exists()

    def open(self, sha256: str) -> Opened:
        """Open the object to send parts of it, unchecked.

        Raises:
            NotFound: it does not exist.
        """
        try:
            stream = self._path(sha256).open("rb")
        except FileNotFoundError as error:
            raise NotFound(what="object") from error
        except OSError as error:
            raise _unreadable(error) from error
        return Opened(stream, os.fstat(stream.fileno()).st_size)

    def drop(self, sha256: str, older_than: datetime | None = None) -> bool:
        """Delete an object if it exists and was last put before ``older_than``."""
        path = self._path(sha256)
        try:
            if older_than is not None and _put_at(path) >= older_than:
                return False
            path.unlink()
        except FileNotFoundError:
            return False
        return True

    def names(self, older_than: datetime | None = None) -> Iterator[str]:
        """Return the names of all objects, or of those last put before ``older_than``."""
        for path in sorted(self._folder.glob("??/*")):
            if is_name(path.name) and (older_than is None or _put_at(path) < older_than):
                yield path.name

    def check(self) -> None:
        """Check that the folder can be read and written.

        Raises:
            BlobsUnreachable: it cannot.
        """
        if not os.access(self._folder, os.R_OK | os.W_OK | os.X_OK):
            raise BlobsUnreachable

    def _read(self, sha256: str) -> bytes:
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(what="object") from error
        except OSError as error:
            raise _unreadable(error) from error

    def _renewed(self, name: str) -> bool:
        """Reset the age of a sound object; return False if there is none."""
        try:
            # The age first, then the check: the sweep must not delete the object in between.
            os.utime(self._path(name))
            self.get(name)
        except (FileNotFoundError, NotFound, BlobDamaged):
            return False
        # The process that wrote it may have been killed before its folder entry was on disk.
        sync_folder(self._path(name).parent)
        sync_folder(self._folder)
        return True

    def _write(self, name: str, data: bytes) -> None:
        target = self._path(name)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        sync_folder(self._folder)
        write_durably(target, data)

    def _path(self, sha256: str) -> Path:
        return self._folder / checked(sha256)[:2] / sha256


@contextmanager
def _translated() -> Iterator[None]:
    """Translate errors of the disk."""
    try:
        yield
    except OSError as error:
        _log.error("an object cannot be kept: %s", error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull from error
        raise BlobsUnreachable from error


def _unreadable(error: OSError) -> BlobsUnreachable:
    _log.error("an object cannot be read: %s", error)
    return BlobsUnreachable()


def _put_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
