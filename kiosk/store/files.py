"""Files beside the database: durable when ``put`` returns, named by content, never by input."""

import hashlib
import os
import re
import shutil
import threading
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{64}")


def write_durably(target: Path, data: bytes) -> None:
    """Write a file in one step; on return it and its directory entry are on the disk."""
    # Of its own for each thread: two that write the same target must not share it.
    part = target.with_name(f"{target.name}.{os.getpid()}-{threading.get_ident()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


class Folder:
    """A folder of files named by a SHA-256, written atomically and synced with their entry."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
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
