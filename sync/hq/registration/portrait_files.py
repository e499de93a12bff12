"""Sources of portraits: a folder or a ZIP archive, with all their folders."""

import os
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

from sync.hq.errors import BadImport
from sync.hq.imports.archives import MAX_MEMBERS, Archive, is_litter
from sync.hq.problems import Phrase, Problem
from sync.hq.registration.portrait_pictures import MAX_FILE, SUFFIXES, is_picture, too_large

_BEGINNING = 16


class PortraitFiles(Protocol):
    """Pictures by their paths."""

    @property
    def paths(self) -> Sequence[str]:
        """The paths of all pictures, with slashes between folders, in order."""
        ...

    def read(self, path: str) -> bytes:
        """Return the bytes of a picture.

        Raises:
            PortraitUnusable: it is too large.
            BadImport: it is damaged.
        """
        ...


class NoPortraits:
    """An empty source."""

    paths: Sequence[str] = ()

    def read(self, path: str) -> bytes:
        raise KeyError(path)


class PortraitFolder:
    """Pictures in a folder and the folders in it. Links are not followed."""

    def __init__(self, folder: Path) -> None:
        """List the pictures.

        Raises:
            BadImport: there are too many files.
        """
        self._folder = folder
        files = list(islice(files_in(folder), MAX_MEMBERS + 1))
        if len(files) > MAX_MEMBERS:
            reason = Phrase("it has more than %(limit)s files", {"limit": MAX_MEMBERS})
            raise BadImport([Problem("archive", "file", str(folder), params={"reason": reason})])
        self.paths = sorted(path for path in files if self._is_picture(path))

    def read(self, path: str) -> bytes:
        """Return the bytes of a picture.

        Raises:
            PortraitUnusable: it is too large.
        """
        file = self._folder / path
        if (size := file.stat().st_size) > MAX_FILE:
            raise too_large(size)
        return file.read_bytes()

    def _is_picture(self, path: str) -> bool:
        if path.casefold().endswith(SUFFIXES):
            return True
        with (self._folder / path).open("rb") as file:
            return is_picture(file.read(_BEGINNING))


class PortraitArchive:
    """Pictures in a ZIP archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.paths = sorted(name for name in archive.names if self._is_picture(name))

    def read(self, path: str) -> bytes:
        """Return the bytes of a picture.

        Raises:
            BadImport: it is damaged.
        """
        return self._archive.read(path)

    def _is_picture(self, path: str) -> bool:
        if path.casefold().endswith(SUFFIXES):
            return True
        return is_picture(self._archive.beginning(path, _BEGINNING))


def open_portraits(source: Path) -> PortraitFiles:
    """Return the pictures of a folder or a ZIP file.

    Raises:
        BadImport: it is neither, or contains what is not read.
    """
    if source.is_dir():
        return PortraitFolder(source)
    if not zipfile.is_zipfile(source):
        reason = Phrase("it is neither a folder nor a ZIP file")
        problem = Problem("unreadable", params={"format": "ZIP", "reason": reason})
        raise BadImport([problem])
    return archived_portraits(source.read_bytes())


def archived_portraits(data: bytes) -> PortraitFiles:
    """Return the pictures of a ZIP archive.

    Raises:
        BadImport: it is damaged, or contains what is not read.
    """
    archive = Archive(data)
    if archive.problems:
        raise BadImport(archive.problems)
    return PortraitArchive(archive)


def files_in(folder: Path) -> Iterator[str]:
    """Yield the paths of files in a folder and its folders, without links and litter."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in names:
            file = Path(place, name)
            path = file.relative_to(folder).as_posix()
            if not is_litter(path) and file.is_file() and not file.is_symlink():
                yield path
