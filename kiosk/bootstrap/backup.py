"""Backups of a centre: one sealed file with everything but its keys.

A backup is sealed to the centre's own keys and signed with them, so a stick that is lost
reveals nothing. Restoring it on another machine needs the folder ``keys``, of which the centre
keeps a copy in its safe (decision 0016).
"""

import errno
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from kiosk.bootstrap.setup import CERTIFICATE, REQUEST, SETTINGS
from kiosk.durable import sync_folder
from kiosk.exam.errors import ExamError
from kiosk.settings import load_settings
from kiosk.store.centre.hq_trust import HQ_KEYS
from kiosk.store.centre.sitting_keys import SITTING_KEYS
from kiosk.store.failures import NO_ROOM
from kiosk.store.sqlite.backup import contents, snapshot
from kiosk.store.sqlite.database import DATABASE
from kiosk.system import SystemClock, entropy
from sync.wire.sealing.keys import KeyPair
from sync.wire.sealing.sealed_stream import SealedWriter

SUFFIX = ".backup"
STAMP = "%Y%m%dT%H%M%S%fZ"
MARKS = ("package-versions.json", "restore-detection.json")
SINGLE = (SETTINGS, CERTIFICATE, HQ_KEYS, REQUEST, *MARKS)
FOLDERS = ("packages", "evidence", "outbox", SITTING_KEYS)
"""Folders in a backup. The keys come last, so that those of all files before them are included."""
SNAPSHOT, RESTORING = "snapshot-", "restoring-"
"""Prefixes of temporary folders that a power cut may leave in the data directory."""
LEFTOVER_SECONDS = 86_400
SPARE = 16 << 20
"""Bytes that must remain free beside the copy."""


class BackupFailed(ExamError):
    """A backup could not be written; older backups are unchanged."""

    code = "backup_failed"
    message = "The backup could not be written to %(target)s: %(why)s. Older backups are untouched."


def make_backup(data: Path, target: Path, keep: int | None = None) -> Path:
    """Write a backup, even while the server runs; return the file.

    ``target``: the new file, or a folder in which only the newest ``keep`` backups remain (all
    if None).

    Raises:
        BackupFailed: the file could not be written.
        SettingsError: the settings cannot be read.
        KeysUnusable: the centre's keys cannot be read.
        StoreError: the database is damaged or cannot be copied.
    """
    code, keys = load_settings(data / SETTINGS).centre_code, KeyPair.load(data / "keys")
    file = target / _name(code, SystemClock().now()) if target.is_dir() else target
    part = file.with_name(f"{file.name}.part")
    try:
        _require_room(data)
        with tempfile.TemporaryDirectory(dir=data, prefix=SNAPSHOT) as folder:
            copy = Path(folder) / DATABASE
            snapshot(data / DATABASE, copy)
            contents(copy)  # a damaged database must not displace the last good backup
            _write(data, copy, part, keys)
        # Renamed only when complete: a backup's final name never belongs to half a file.
        part.replace(file)
        # The new name must be on the disk before older backups are deleted below.
        sync_folder(file.parent)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        why = "there is not enough room" if error.errno in NO_ROOM else error.strerror
        raise BackupFailed(target=target, why=why) from error
    if keep is not None and target.is_dir():
        _forget_oldest(target, code, keep)
    return file


def drop_leftovers(data: Path) -> None:
    """Remove temporary folders that are more than a day old, which no process uses any more."""
    before = SystemClock().now().timestamp() - LEFTOVER_SECONDS
    for prefix in (SNAPSHOT, RESTORING):
        for folder in data.glob(f"{prefix}*"):
            if folder.is_dir() and folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)


def _require_room(data: Path) -> None:
    """Check that the temporary copy of the database does not use up the room for answers."""
    drop_leftovers(data)
    wanted = (data / DATABASE).stat().st_size + SPARE
    if shutil.disk_usage(data).free < wanted:
        raise OSError(errno.ENOSPC, "no room for a copy")


def newest(folder: Path) -> Path | None:
    """Return the newest backup in a folder, by the time in its name."""
    found = sorted(folder.glob(f"*{SUFFIX}"))
    return found[-1] if found else None


def made_at(backup: Path) -> datetime:
    """When a backup was made, by its name: a copy's file is as old as the copying.

    For a file that somebody renamed, the time of its last change.
    """
    written = backup.name.removesuffix(SUFFIX).rpartition("-")[2]
    try:
        return datetime.strptime(written, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(backup.stat().st_mtime, UTC)


def _name(code: str, now: datetime) -> str:
    return f"{code}-{now.strftime(STAMP)}{SUFFIX}"


def _forget_oldest(folder: Path, code: str, keep: int) -> None:
    for path in sorted(folder.glob(f"{code}-*{SUFFIX}"))[:-keep]:
        path.unlink()


def _write(data: Path, copy: Path, part: Path, keys: KeyPair) -> None:
    # Created with its mode: a later chmod would leave the file readable for a moment.
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        sealed = SealedWriter(out, keys, entropy)
        # A stream: the backup is sealed as it is written and never exists in the clear.
        with tarfile.open(fileobj=cast(IO[bytes], sealed), mode="w|") as tar:
            tar.add(copy, DATABASE)
            for path in _files(data):
                _add(tar, path, data)
        sealed.finish()
        out.flush()
        os.fsync(out.fileno())


def _files(data: Path) -> Iterator[Path]:
    yield from (path for name in SINGLE if (path := data / name).exists())
    for folder in FOLDERS:
        # Complete files have names of 64 hexadecimal digits; partial ones have longer names.
        yield from sorted((data / folder).glob("?" * 64))


def _add(tar: tarfile.TarFile, path: Path, data: Path) -> None:
    """Add a file, unless headquarters has confirmed it and it was deleted meanwhile."""
    try:
        tar.add(path, str(path.relative_to(data)))
    except FileNotFoundError:
        return
