"""Objects named by their SHA-256 in a folder; durable before ``put`` returns."""

import os
import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sync.hq.errors import BlobDamaged, NotFound
from sync.wire.canonical import digest

_WRITERS = 8
_NAME = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """``put``, ``get`` and ``has`` by content. Writing the same content twice costs nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Store ``data`` and return its SHA-256; file and folder entries are on disk then."""
        name = digest(data)
        if self.has(name):
            return name
        target = self._path(name)
        if not target.parent.exists():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(self._folder)
        part = target.with_name(f"{name}.{os.getpid()}-{threading.get_ident()}.part")
        _write(part, data)
        part.replace(target)
        _sync_folder(target.parent)
        self.get(name)
        return name

    def put_all(self, objects: Sequence[bytes | None]) -> list[str | None]:
        """Store several objects, which takes less waiting for the disk than one after another."""
        with ThreadPoolExecutor(_WRITERS) as pool:
            return list(pool.map(lambda one: None if one is None else self.put(one), objects))

    def get(self, sha256: str) -> bytes:
        """The object; raises :class:`NotFound` or :class:`BlobDamaged`."""
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(what="object") from error
        if digest(data) != sha256:
            raise BlobDamaged(sha256=sha256)
        return data

    def drop(self, sha256: str) -> None:
        """Forget an object; no effect when it is not there. Only for what nothing refers to."""
        self._path(sha256).unlink(missing_ok=True)

    def has(self, sha256: str) -> bool:
        """Whether the object is there."""
        return self._path(sha256).exists()

    def path(self, sha256: str) -> Path:
        """The object's file, to send parts of it; raises :class:`NotFound`."""
        path = self._path(sha256)
        if not path.exists():
            raise NotFound(what="object")
        return path

    def _path(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise NotFound(what="object")
        return self._folder / sha256[:2] / sha256


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
