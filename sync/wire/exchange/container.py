"""A stick: a folder, or one ZIP file that holds the same. Names are compared, never followed."""

import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Protocol

from zipstream import ZipStream

from kiosk.durable import sync_folder
from sync.wire.errors import MediaDamaged
from sync.wire.packages.broken_zip import BROKEN_ZIP

Files = Iterable[tuple[str, bytes]]
"""Names and contents in the order in which they are to be written, the index last."""


class MediaContainer(Protocol):
    """Something to read files from."""

    def names(self) -> Sequence[str]:
        """All files, with ``/`` between folders."""
        ...

    def read(self, name: str, limit: int) -> bytes:
        """A file of at most ``limit`` bytes; raises :class:`MediaDamaged`."""
        ...


class FolderContainer:
    """A folder: the stick as it is mounted. Links are not followed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self) -> Sequence[str]:
        """See :class:`MediaContainer`."""
        found = (
            Path(folder, name).relative_to(self._root).as_posix()
            for folder, _, files in os.walk(self._root)
            for name in files
        )
        return sorted(found)

    def read(self, name: str, limit: int) -> bytes:
        """See :class:`MediaContainer`."""
        try:
            descriptor = os.open(self._root / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                return _bounded(name, file.read(limit + 1), limit)
        except (OSError, ValueError) as error:
            raise MediaDamaged(what=f"{name} cannot be read") from error


class ZipContainer:
    """A ZIP file, as a page gives it out and takes it in; nothing in it is unpacked to disk."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._archive = zipfile.ZipFile(file)
        except BROKEN_ZIP as error:
            raise MediaDamaged(what="the file is not whole") from error

    def names(self) -> Sequence[str]:
        """See :class:`MediaContainer`."""
        names = (entry.filename for entry in self._archive.infolist())
        return sorted(name for name in names if name and not name.endswith("/"))

    def read(self, name: str, limit: int) -> bytes:
        """See :class:`MediaContainer`."""
        try:
            with self._archive.open(name) as file:
                return _bounded(name, file.read(limit + 1), limit)
        except BROKEN_ZIP as error:
            raise MediaDamaged(what=f"{name} cannot be read") from error


def write_folder(root: Path, files: Files, done: Callable[[str], None]) -> int:
    """Write files below ``root``, each in one step and durably; returns how many there are.

    What is there already with the same bytes is not written again, so that an export that broke
    off goes on. ``done`` is called after each. Raises OSError, also when the stick is full, and
    :class:`MediaDamaged` for a stick whose folders lead elsewhere.
    """
    count, top = 0, root.resolve()
    for name, data in files:
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.parent.resolve() != (top / name).parent:
            raise MediaDamaged(what=f"{target.parent} leads elsewhere")
        if not _same(target, data):
            _write(target, data)
        count += 1
        done(name)
    return count


def zip_parts(files: Files) -> Iterator[bytes]:
    """The same as one ZIP file (stored), part by part; nothing is held but the present file."""
    archive = ZipStream()
    for name, data in files:
        archive.add(data, name)
        yield from archive.all_files()
    yield from archive.finalize()


def _bounded(name: str, data: bytes, limit: int) -> bytes:
    if len(data) > limit:
        raise MediaDamaged(what=f"{name} is too large")
    return data


def _same(target: Path, data: bytes) -> bool:
    try:
        return target.stat().st_size == len(data) and target.read_bytes() == data
    except OSError:
        return False


def _write(target: Path, data: bytes) -> None:
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    with part.open("xb") as file:  # a new file: a link of that name would lead elsewhere
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    sync_folder(target.parent)
