"""Files beside the database: durable when ``put`` returns, named by content, never by input."""

import hashlib
import json
import logging
import os
import re
import shutil
from datetime import datetime
from pathlib import Path

from kiosk import durable
from kiosk.durable import sync_folder
from kiosk.store.errors import FileTrouble, StorageFull
from kiosk.store.failures import NO_ROOM

_log = logging.getLogger(__name__)

_NAME = re.compile(r"[0-9a-f]{64}")


def write_durably(target: Path, data: bytes) -> None:
    """Write a file atomically; on return the file and its directory entry are durable.

    After an error the file has its previous or its new content, never a mixture.

    Raises:
        StorageFull: no room on the disk.
        FileTrouble: a folder has that name.
        OSError: any other error of the disk.
    """
    try:
        durable.write_durably(target, data)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull(target.name) from error
        if target.is_dir():
            raise FileTrouble(file=target, why="a folder is in its place") from error
        raise


def read_numbers(path: Path) -> dict[str, int]:
    """Read a small JSON file of names and numbers; empty when it is missing or damaged.

    Use it only for what the database knows, too: the next change rewrites the file.
    """
    try:
        found = json.loads(path.read_bytes())
        return {str(name): int(number) for name, number in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        _log.warning("%s is damaged and will be made again: %s", path, error)
        return {}


def _make_folder(path: Path) -> None:
    """Create a folder if there is room: an updated server must still start on a full disk."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        _log.warning("no room for the folder %s: %s", path, error)


class Folder:
    """A folder of files named by a SHA-256, written atomically and synced with their entry."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        if create:
            _make_folder(path)
        self._path = path

    def put(self, name: str, data: bytes) -> None:
        """Store ``data`` under ``name``; on return it is durable, like its directory entry."""
        write_durably(self._file(name), data)

    def put_content(self, data: bytes) -> str:
        """Store ``data`` under its SHA-256 and return that."""
        name = hashlib.sha256(data).hexdigest()
        self.put(name, data)
        return name

    def get(self, name: str) -> bytes:
        """Return the bytes under ``name``.

        Raises:
            FileNotFoundError: there is no such file, or ``name`` is not a SHA-256.
        """
        return self._file(name).read_bytes()

    def has(self, name: str) -> bool:
        return self._file(name).exists()

    def drop(self, name: str) -> None:
        """Delete a file; no effect when it does not exist."""
        self._file(name).unlink(missing_ok=True)

    def shred(self, name: str) -> None:
        """Overwrite a file and delete it durably; no effect when it does not exist.

        An SSD or a copy-on-write file system may retain the old blocks for a while. They
        contain sealed bytes only.
        """
        path = self._file(name)
        if not path.exists():
            return
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync_folder(self._path)

    def names_before(self, moment: datetime) -> set[str]:
        """Return the files that were written before a moment, by the machine's clock."""
        return {
            path.name
            for path in self._path.iterdir()
            if _NAME.fullmatch(path.name) and path.stat().st_mtime < moment.timestamp()
        }

    def path(self, name: str) -> Path:
        """Return where the file under ``name`` is or would be."""
        return self._file(name)

    def free_bytes(self) -> int:
        """Return the free space of the folder's disk."""
        return shutil.disk_usage(self._path).free

    def _file(self, name: str) -> Path:
        # A name with dots and slashes would leave the folder.
        if not _NAME.fullmatch(name):
            raise FileNotFoundError(name)
        return self._path / name
