"""Sources of the portraits of a candidate file: a folder or a ZIP archive."""

import posixpath
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from kiosk.exam.typed_numbers import plain_number
from sync.hq.imports.archives import Archive
from sync.hq.problems import Phrase
from sync.wire.jpeg import BrokenJpeg, CostlyJpeg, read_jpeg_header

MAX_PORTRAIT = 512 * 1024
"""Largest portrait, in bytes."""
_ENDINGS = (".jpg", ".jpeg", ".JPG", ".JPEG")
_JPEG = (b"\xff\xd8\xff", b"\xff\xd9")


class PortraitUnusable(Exception):
    """Not a complete JPEG, too large, or too costly to decode; ``reason`` says which."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


class PortraitFiles(Protocol):
    """Finds portraits by file name."""

    def find(self, names: Iterable[str]) -> tuple[str, bytes] | None:
        """Return name and bytes of the first match, with or without extension; None if none."""
        ...

    def unused(self) -> Iterable[str]:
        """Return the files that no row has used."""
        ...


class NoPortraits:
    """An empty source."""

    def find(self, names: Iterable[str]) -> tuple[str, bytes] | None:
        """Return None."""

    def unused(self) -> Iterable[str]:
        return ()


class PortraitFolder:
    """JPEG files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._paths = {path.name: path for path in folder.iterdir() if path.is_file()}
        self._names = _Names(self._paths)
        self._used: set[str] = set()

    def find(self, names: Iterable[str]) -> tuple[str, bytes] | None:
        """Return name and bytes of the first match.

        Raises:
            PortraitUnusable: the file cannot be used.
        """
        name = self._names.first(names)
        if name is None:
            return None
        self._used.add(name)
        path = self._paths[name]
        if path.stat().st_size > MAX_PORTRAIT:
            raise PortraitUnusable(_too_large(path.stat().st_size))
        return name, checked(path.read_bytes())

    def unused(self) -> Iterable[str]:
        """Return the JPEG files that no row has used."""
        return sorted(n for n in set(self._paths) - self._used if n.endswith(_ENDINGS))


class PortraitArchive:
    """JPEG files in a ZIP archive, by their names without folders."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._members = {
            posixpath.basename(name): name for name in archive.names if name.endswith(_ENDINGS)
        }
        self._names = _Names(self._members)
        self._used: set[str] = set()

    def find(self, names: Iterable[str]) -> tuple[str, bytes] | None:
        """Return name and bytes of the first match.

        Raises:
            PortraitUnusable: the file cannot be used.
            BadImport: the archive is damaged.
        """
        name = self._names.first(names)
        if name is None:
            return None
        self._used.add(name)
        return name, checked(self._archive.read(self._members[name]))

    def unused(self) -> Iterable[str]:
        """Return the JPEG files that no row has used."""
        return sorted(set(self._members) - self._used)


def checked(data: bytes) -> bytes:
    """Return ``data`` if it is a complete JPEG of acceptable size.

    Raises:
        PortraitUnusable: it is not.
    """
    if len(data) > MAX_PORTRAIT:
        raise PortraitUnusable(_too_large(len(data)))
    if not (data.startswith(_JPEG[0]) and data.rstrip(b"\0").endswith(_JPEG[1])):
        raise PortraitUnusable(Phrase("not a complete JPEG"))
    with suppress(BrokenJpeg):  # the portrait check reports broken headers
        _require_cheap(data)
    return data


def _too_large(size: int) -> Phrase:
    return Phrase("it has %(size)s bytes, at most %(limit)s", {"size": size, "limit": MAX_PORTRAIT})


def _require_cheap(data: bytes) -> None:
    try:
        read_jpeg_header(data)
    except CostlyJpeg as error:
        raise PortraitUnusable(Phrase("it would take too long to decode")) from error


class _Names:
    """Matches names exactly, or else in the plain form in which numbers are compared."""

    def __init__(self, files: Iterable[str]) -> None:
        self._files = set(files)
        self._plain = {plain_number(name): name for name in sorted(self._files)}

    def first(self, names: Iterable[str]) -> str | None:
        """Return the first file that matches, with or without extension."""
        for name in filter(None, names):
            for ending in ("", *_ENDINGS):
                wanted = name + ending
                if wanted in self._files:
                    return wanted
                if plain := self._plain.get(plain_number(wanted)):
                    return plain
        return None
