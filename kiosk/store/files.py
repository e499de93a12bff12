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
    """Write a file in one step; on return it and its directory entry are on the disk.

    Raises StorageFull, FileTrouble for a folder of that name, or OSError; then what was there
    before is still there.
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
    """Read a small file of names and numbers; empty when it is missing or damaged.

    Only for what the database knows too: such a file is made again with its next change.
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
    """Make a folder; a full disk must not keep a server from starting that was updated."""
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
        """Keep ``data`` under ``name``; on return file and directory entry are on the disk."""
        write_durably(self._file(name), data)

    def put_content(self, data: bytes) -> str:
        """Keep ``data`` under its own SHA-256 and return that."""
        name = hashlib.sha256(data).hexdigest()
        self.put(name, data)
        return name

    def get(self, name: str) -> bytes:
        """The bytes under ``name``; raises FileNotFoundError."""
        return self._file(name).read_bytes()

    def has(self, name: str) -> bool:
        """Whether there is a file under ``name``."""
        return self._file(name).exists()

    def drop(self, name: str) -> None:
        """Forget a file; no effect when it is not there."""
        self._file(name).unlink(missing_ok=True)

    def shred(self, name: str) -> None:
        """Overwrite a file, then remove it; on return that is on the disk. None there: no effect.

        A disk that writes elsewhere (SSD, copy on write) may keep the old blocks for a while: they
        hold sealed bytes.
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
        """Files that were written before a moment, by the machine's clock."""
        return {
            path.name
            for path in self._path.iterdir()
            if _NAME.fullmatch(path.name) and path.stat().st_mtime < moment.timestamp()
        }

    def path(self, name: str) -> Path:
        """Where the file under ``name`` is or would be."""
        return self._file(name)

    def free_bytes(self) -> int:
        """How much room the disk has left for files here."""
        return shutil.disk_usage(self._path).free

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise FileNotFoundError(name)
        return self._path / name
