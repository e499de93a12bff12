"""A USB stick's files: in a folder, or in one ZIP file with the same content.

Names in a ZIP are compared and never used as paths; links in a folder are not followed.
"""

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
"""Names and contents in the order in which they have to be written, the index last."""


class MediaContainer(Protocol):
    """A source of files."""

    def names(self) -> Sequence[str]:
        """Return all file names, with ``/`` between folders."""
        ...

    def read(self, name: str, limit: int) -> bytes:
        """Return a file of at most ``limit`` bytes.

        Raises:
            MediaDamaged: it is larger, or cannot be read.
        """
        ...


class FolderContainer:
    """A folder: the mounted USB stick. Links are not followed."""

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
            # NONBLOCK: opening a named pipe on the stick must not hang.
            descriptor = os.open(self._root / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                return _bounded(name, file.read(limit + 1), limit)
        except (OSError, ValueError) as error:
            raise MediaDamaged(what=f"{name} cannot be read") from error


class ZipContainer:
    """A ZIP file, as pages offer and accept it; nothing in it is unpacked to disk."""

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
    """Write files below ``root``, each atomically and durably; return how many there are.

    A file that already exists with the same bytes is not written again, so an interrupted
    export continues. ``done`` is called after each file.

    Raises:
        OSError: a file cannot be written, or the stick is full.
        MediaDamaged: a folder of the stick is a link to elsewhere.
    """
    count, top = 0, root.resolve()
    for name, data in files:
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # A link on the stick must not make this process write into another folder.
        if target.parent.resolve() != (top / name).parent:
            raise MediaDamaged(what=f"{target.parent} leads elsewhere")
        if not _same(target, data):
            _write(target, data)
        count += 1
        done(name)
    return count


def zip_parts(files: Files) -> Iterator[bytes]:
    """Yield the same files as one ZIP (stored); only the present file is in memory."""
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
    with part.open("xb") as file:  # exclusive: a link of that name would lead elsewhere
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    sync_folder(target.parent)
