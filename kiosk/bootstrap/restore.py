"""Restoring a backup, or proving in a drill that it could be restored."""

import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from kiosk.bootstrap.backup import FOLDERS, RESTORING, SINGLE, drop_leftovers
from kiosk.bootstrap.kept_files import sitting_keys
from kiosk.bootstrap.setup import CERTIFICATE, SETTINGS
from kiosk.durable import sync_folder
from kiosk.settings import SetupRefused, load_settings
from kiosk.store.centre.hq_trust import HQ_KEYS
from kiosk.store.centre.packages import is_whole
from kiosk.store.centre.sitting_keys import SITTING_KEYS, SittingKeys
from kiosk.store.files import read_numbers, write_durably
from kiosk.store.sqlite.backup import Contents, contents
from kiosk.store.sqlite.database import DATABASE, UNFINISHED, DataLock
from kiosk.system import SystemClock
from sync.wire import canonical
from sync.wire.errors import BackupDamaged, WireError
from sync.wire.sealing.keys import KeyPair
from sync.wire.sealing.sealed_stream import SealedReader

_MEMBER = re.compile(rf"({'|'.join(FOLDERS)})/[0-9a-f]{{64}}")

_FORMER = re.compile(r"before-[0-9TZ]+\.sqlite")


@dataclass(frozen=True)
class Proof:
    """The contents of a backup; ``unreadable``: pictures that these keys cannot open."""

    contents: Contents
    packages: int
    pictures: int
    unreadable: int


def drill(data: Path, backup: Path, keys: Path | None = None) -> Proof:
    """Unpack a backup beside the centre's data, check all of it, and remove it again.

    Allowed while the server runs.

    Raises:
        BackupDamaged: the file was cut or altered.
        WrongRecipient: it was sealed to other keys.
        BadSignature: it was not made by the owner of these keys.
        KeysUnusable: the keys cannot be read.
        StoreError: its database is damaged or newer than this version.
    """
    with _unpacked(data, backup, keys or data / "keys") as folder:
        return _prove(folder, KeyPair.load(keys or data / "keys"))


def restore(data: Path, backup: Path, keys: Path | None = None) -> tuple[Proof, Path | None]:
    """Restore a backup; return its contents and the path of the previous database, if any.

    Existing pictures, packages and settings remain. On an empty machine, ``keys`` is the copy
    of the centre's keys. After an interrupted restore the server does not start until the
    restore is repeated.

    Raises:
        StoreBusy: the server is running.
        SetupRefused: the backup is of another centre.
        ExamError: those of :func:`drill`.
    """
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with DataLock(data), _unpacked(data, backup, keys or data / "keys") as folder:
        proof = _prove(folder, KeyPair.load(keys or data / "keys"))
        _require_same_centre(data, folder)
        if keys is not None and not (data / "keys").exists():
            _restore_keys(data, keys)
        _restore_files(data, folder, KeyPair.load(data / "keys"))
        return proof, swap_database(data, folder / DATABASE, proof.contents)


def swap_database(data: Path, database: Path, what: Contents) -> Path | None:
    """Replace the present database, which is set aside; return its new path.

    The next start begins an epoch. The caller holds the data directory's lock.
    """
    kept = _place_for_former(data)
    # From here until the mark is deleted, no server starts: the database may be missing or
    # mismatched.
    write_durably(data / UNFINISHED, kept.name.encode())
    _begin_epoch(data, what)
    _put_aside(data, kept)
    # The old log must be gone before: SQLite would replay it into the new database.
    database.replace(data / DATABASE)
    sync_folder(data)
    # Only after the folder is synced: the new database must be on the disk before the mark is
    # gone.
    (data / UNFINISHED).unlink()
    sync_folder(data)
    return kept if kept.exists() else None


def _begin_epoch(data: Path, what: Contents) -> None:
    """Set the file beside the database ahead of it, by which the next start detects the restore."""
    seen = read_numbers(data / "restore-detection.json")
    # At least one call ahead of the restored database, even where the file was lost.
    epoch, contact = max(
        (what.epoch, what.contact + 1), (seen.get("epoch", 1), seen.get("contact", 0))
    )
    write_durably(
        data / "restore-detection.json", canonical.dumps({"epoch": epoch, "contact": contact})
    )


def _place_for_former(data: Path) -> Path:
    """Return the path for the present database; a repeated restore uses the same one."""
    with suppress(OSError, UnicodeDecodeError):
        name = (data / UNFINISHED).read_text()
        if _FORMER.fullmatch(name):
            return data / name
    return data / f"before-{SystemClock().now():%Y%m%dT%H%M%S%fZ}.sqlite"


def _put_aside(data: Path, kept: Path) -> None:
    """Move the database and its write-ahead log together; the log fits no other database."""
    (data / f"{DATABASE}-shm").unlink(missing_ok=True)
    for suffix in ("", "-wal"):
        path, target = data / f"{DATABASE}{suffix}", kept.with_name(f"{kept.name}{suffix}")
        # A repeated restore must not overwrite the original database with what the first try put
        # in place.
        if path.exists() and not target.exists():
            path.replace(target)
    sync_folder(data)


@contextmanager
def _unpacked(data: Path, backup: Path, keys: Path) -> Iterator[Path]:
    pair = KeyPair.load(keys)
    drop_leftovers(data)
    with tempfile.TemporaryDirectory(dir=data, prefix=RESTORING) as name:
        folder = Path(name)
        try:
            with backup.open("rb") as source:
                reader = SealedReader(source, pair)
                with tarfile.open(fileobj=cast(IO[bytes], reader), mode="r|") as tar:
                    _unpack(tar, folder)
                reader.read()  # up to the end mark: without it a truncated backup would pass
        except (OSError, tarfile.TarError) as error:
            raise BackupDamaged(str(error)) from error
        yield folder


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    for member in tar:
        known = member.name in (DATABASE, *SINGLE) or _MEMBER.fullmatch(member.name)
        if not known or not member.isreg():
            raise BackupDamaged(f"{member.name!r} does not belong in it")
        # Names are checked against a list and only regular files pass: no member can leave the
        # folder.
        tar.extract(member, folder, set_attrs=False, filter="data")


def _prove(folder: Path, keys: KeyPair) -> Proof:
    found, own = contents(folder / DATABASE), sitting_keys(folder, keys)
    for path in (folder / "packages").glob("*"):
        if not _is_whole(path, own):
            raise BackupDamaged(f"package {path.name} is not what its name says")
    pictures = list((folder / "evidence").glob("*"))
    unreadable = sum(not _opens(path, own) for path in pictures)
    return Proof(found, len(_heads(folder)), len(pictures), unreadable)


def _heads(folder: Path) -> list[Path]:
    """Return one file per package: its head, or the whole package. The other parts are sealed."""
    files = (folder / "packages").glob("*")
    return [path for path in files if canonical.digest(path.read_bytes()) == path.name]


def _is_whole(path: Path, keys: SittingKeys) -> bool:
    try:
        return is_whole(path.name, path.read_bytes(), keys)
    except FileNotFoundError:  # its key was destroyed while the backup was written
        return True
    except WireError:
        return False


def _opens(path: Path, keys: SittingKeys) -> bool:
    try:
        return canonical.digest(keys.open(path.read_bytes())) == path.name
    except (FileNotFoundError, WireError):
        return False


def _require_same_centre(data: Path, folder: Path) -> None:
    if not (data / SETTINGS).exists():
        return
    ours, theirs = load_settings(data / SETTINGS), load_settings(folder / SETTINGS)
    if ours.centre_code != theirs.centre_code:
        raise SetupRefused(reason=f"This backup is of centre {theirs.centre_code}.")


def _restore_keys(data: Path, keys: Path) -> None:
    part = data / f"{RESTORING}keys"
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(keys, part)
    part.chmod(0o700)
    for path in part.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    # In one step: a folder with half the keys would look like a centre's.
    part.rename(data / "keys")
    sync_folder(data)


def _is_key(path: Path, keys: KeyPair) -> bool:
    try:
        keys.unseal(path.read_bytes())
    except WireError:
        return False
    return True


def _restore_files(data: Path, folder: Path, keys: KeyPair) -> None:
    for name in (SETTINGS, CERTIFICATE, HQ_KEYS, "enrolment-request.json"):
        if (folder / name).exists() and not (data / name).exists():
            write_durably(data / name, (folder / name).read_bytes())
    marks = read_numbers(folder / "package-versions.json")
    for sitting, version in read_numbers(data / "package-versions.json").items():
        # The higher version wins, so that a restore cannot bring back a replaced package.
        marks[sitting] = max(version, marks.get(sitting, 0))
    write_durably(data / "package-versions.json", canonical.dumps(dict(marks)))
    for name in FOLDERS:
        (data / name).mkdir(mode=0o700, exist_ok=True)
        for path in (folder / name).glob("*"):
            target = data / name / path.name
            # Except for keys, files are named by their content: one of the same size is the same,
            # a shorter one was cut off.
            whole = target.exists() and target.stat().st_size == path.stat().st_size
            if not whole or (name == SITTING_KEYS and not _is_key(target, keys)):
                write_durably(target, path.read_bytes())
