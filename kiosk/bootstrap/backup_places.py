"""Where a centre's backups can be written: the configured folder, and USB sticks."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from kiosk.bootstrap.backup import BackupFailed, made_at, make_backup, newest
from kiosk.bootstrap.restore import drill
from kiosk.exam.disk_space import MB
from kiosk.hall.views.backups import BackupPlace, BackupProof
from kiosk.settings import BackupSettings

MOUNTS = Path("/proc/self/mounts")
REMOVABLE = ("/media/", "/run/media/", "/mnt/")
"""Directories under which desktops and administrators mount sticks and second disks."""


class BackupPlaces:
    """Writes backups to the configured folder, or to a stick on which the service may write."""

    def __init__(self, data: Path, settings: BackupSettings, mounts: Path = MOUNTS) -> None:
        self._data = data
        self._settings = settings
        self._mounts = mounts

    def places(self) -> list[BackupPlace]:
        """Return the configured folder first, then the sticks on which this server may write."""
        usual = self._settings.to
        removable_media = [path for path in sorted(set(self._removable_drives())) if path != usual]
        named = [] if usual is None else [self._place(usual, usual=True)]
        return [*named, *(self._place(path, usual=False) for path in removable_media)]

    def make(self, folder: Path, prove: Callable[[], None]) -> BackupProof:
        """Write a backup to a folder and prove that it can be restored.

        ``prove`` is called between writing and proving, to report progress.

        Raises:
            BackupFailed: the folder is missing, or the backup could not be written.
            ExamError: those of :func:`make_backup` and :func:`drill`.
        """
        if not folder.is_dir():
            raise BackupFailed(target=folder, why="it is not there")
        # Backups on a stick are never deleted: the centre decides what is on it.
        keep = self._settings.keep if folder == self._settings.to else None
        file = make_backup(self._data, folder, keep)
        prove()
        proof = drill(self._data, file)
        held = proof.contents
        return BackupProof(
            file=file.name,
            megabytes=round(file.stat().st_size / MB, 1),
            sittings=held.sittings,
            attempts=held.attempts,
            answers=held.answers,
            pictures=proof.pictures,
            unreadable=proof.unreadable,
        )

    def _place(self, folder: Path, *, usual: bool) -> BackupPlace:
        there = folder.is_dir()
        found = newest(folder) if there else None
        return BackupPlace(
            folder=str(folder),
            usual=usual,
            is_there=there,
            same_disk=there and folder.stat().st_dev == self._data.stat().st_dev,
            free_mb=shutil.disk_usage(folder).free // MB if there else 0,
            newest_at=made_at(found) if found else None,
        )

    def _removable_drives(self) -> Iterator[Path]:
        for line in self._mounts.read_text(encoding="utf-8", errors="replace").splitlines():
            path = Path(_unescaped(line.split(" ")[1]))
            if str(path).startswith(REMOVABLE) and path.is_dir() and os.access(path, os.W_OK):
                yield path


def _unescaped(text: str) -> str:
    """Return a mount point as a path: the kernel writes spaces and the like as octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), text)
