"""Where the portraits of a candidate file come from: a folder, or a ZIP archive."""

import posixpath
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from kiosk.exam.typed_numbers import plain_number
from sync.hq.imports.archives import Archive
from sync.wire.jpeg import BrokenJpeg, CostlyJpeg, read_jpeg_header

MAX_PORTRAIT = 512 * 1024
"""Largest portrait in bytes."""
_ENDINGS = (".jpg", ".jpeg", ".JPG", ".JPEG")
_JPEG = (b"\xff\xd8\xff", b"\xff\xd9")


class PortraitUnusable(Exception):
    """Not a complete JPEG of bearable size; the text says why."""


class PortraitFiles(Protocol):
    """Finds portraits by name."""

    def find(self, names: Iterable[str]) -> tuple[str, bytes] | None:
        """The first file of these names, with or without its ending; None if none is there."""
        ...

    def unused(self) -> Iterable[str]:
        """Files that nobody asked for."""
        ...


class NoPortraits:
    """There are none."""

    def find(self, names: Iterable[str]) -> tuple[str, bytes] | None:
        """None."""

    def unused(self) -> Iterable[str]:
        """Nothing."""
        return ()


class PortraitFolder:
    """The JPEG files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._paths = {path.name: path for path in folder.iterdir() if path.is_file()}
        self._names = _Names(self._paths)
        self._used: set[str] = set()

    def find(self, names: Iterable[str]) -> tuple[str, bytes] | None:
        """The first file of these names; raises :class:`PortraitUnusable`."""
        name = self._names.first(names)
        if name is None:
            return None
        self._used.add(name)
        path = self._paths[name]
        if path.stat().st_size > MAX_PORTRAIT:
            raise PortraitUnusable(f"{path.stat().st_size} bytes, at most {MAX_PORTRAIT}")
        return name, checked(path.read_bytes())

    def unused(self) -> Iterable[str]:
        """JPEG files that nobody asked for."""
        return sorted(n for n in set(self._paths) - self._used if n.endswith(_ENDINGS))


class PortraitArchive:
    """The JPEG files of a ZIP, by their names without folders."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._members = {
            posixpath.basename(name): name for name in archive.names if name.endswith(_ENDINGS)
        }
        self._names = _Names(self._members)
        self._used: set[str] = set()

    def find(self, names: Iterable[str]) -> tuple[str, bytes] | None:
        """The first file of these names; raises :class:`PortraitUnusable` or ``BadImport``."""
        name = self._names.first(names)
        if name is None:
            return None
        self._used.add(name)
        return name, checked(self._archive.read(self._members[name]))

    def unused(self) -> Iterable[str]:
        """JPEG files that nobody asked for."""
        return sorted(set(self._members) - self._used)


def checked(data: bytes) -> bytes:
    """The JPEG's bytes, if it is a whole one of bearable size; raises :class:`PortraitUnusable`."""
    if len(data) > MAX_PORTRAIT:
        raise PortraitUnusable(f"{len(data)} bytes, at most {MAX_PORTRAIT}")
    if not (data.startswith(_JPEG[0]) and data.rstrip(b"\0").endswith(_JPEG[1])):
        raise PortraitUnusable("not a complete JPEG")
    with suppress(BrokenJpeg):  # the check of portraits says what is wrong with it
        _require_cheap(data)
    return data


def _require_cheap(data: bytes) -> None:
    try:
        read_jpeg_header(data)
    except CostlyJpeg as error:
        raise PortraitUnusable(str(error)) from error


class _Names:
    """The names of files, found as they are written, or as numbers are typed."""

    def __init__(self, files: Iterable[str]) -> None:
        self._files = set(files)
        self._plain = {plain_number(name): name for name in sorted(self._files)}

    def first(self, names: Iterable[str]) -> str | None:
        """The first file of these names, with or without its ending."""
        for name in filter(None, names):
            for ending in ("", *_ENDINGS):
                wanted = name + ending
                if wanted in self._files:
                    return wanted
                if plain := self._plain.get(plain_number(wanted)):
                    return plain
        return None
