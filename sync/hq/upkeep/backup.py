"""``hq backup``: all rows of one moment, every object they refer to, the settings, the keys.

Rows are read in one snapshot while headquarters works. Objects come after them and never change,
so those that an earlier backup has are not copied again. A set appears by rename, complete or not
at all.
"""

import errno
import fcntl
import gzip
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from kiosk import __version__
from kiosk.durable import sync_folder, write_durably
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback
from sync.hq.core.sweep import referred_to
from sync.hq.errors import NotFound
from sync.hq.persistence.all_tables import metadata
from sync.hq.persistence.folder_blobs import FolderBlobs
from sync.hq.persistence.migrations.run import head
from sync.hq.persistence.tables import audit_log
from sync.hq.upkeep.backup_format import (
    KEYS,
    LOCK,
    MANIFEST,
    OBJECT_LIST,
    SETTINGS,
    STAMP,
    BackedFile,
    BackedTable,
    BackupManifest,
    described,
    lines_of,
    sets_of,
    table_file,
)
from sync.hq.upkeep.drill import Proof, prove
from sync.hq.upkeep.errors import BackupBroken, BackupRunning
from sync.hq.upkeep.key_vault import seal_keys
from sync.hq.upkeep.rows import Count, Shape, read_lines, shapes
from sync.wire.sealing import document
from sync.wire.sealing.certificate import Keys


@dataclass(frozen=True)
class Made:
    """A backup: its set, rows, objects and how many of them are new; ``removed``: old sets."""

    place: Path
    rows: int
    objects: int
    new_objects: int
    removed: int


class Backups:
    """Makes backups of headquarters while it works."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def make(
        self,
        folder: Path,
        data_dir: Path,
        by: str,
        progress: ProgressCallback,
        passphrase: str | None = None,
        keep: int = 30,
    ) -> Made:
        """Make a backup below ``folder``; the newest ``keep`` sets stay.

        ``passphrase``: also store the folder of keys, encrypted under it.

        Raises:
            DatabaseError: rows or objects cannot be read.
            BlobDamaged: an object is damaged.
            BackupBroken: an object that a row refers to is missing.
            BackupRunning: another one is being made into the folder.
            OSError: the folder cannot be written.
        """
        now = self._context.clock.now()
        place = folder / "sets" / now.strftime(STAMP)
        with _alone(folder):
            for old in (folder / "sets").glob("*.part"):  # of an interrupted backup
                shutil.rmtree(old)
            part = place.with_name(f"{place.name}.part")
            try:
                manifest, new = self._write(part, folder, data_dir, progress, passphrase, now)
                part.rename(place)
            except BaseException:
                # On a full disk it would keep room from the others.
                shutil.rmtree(part, ignore_errors=True)
                raise
            sync_folder(place.parent)
            rows = sum(table.rows for table in manifest.tables)
            with self._context.database.write() as connection:
                counts = {"rows": rows, "objects": manifest.objects, "keys": passphrase is not None}
                record(connection, now, AuditKind.BACKUP_MADE, by, **counts)
            # Last: a damaged older set stops the removal, but this one is complete and counts.
            return Made(place, rows, manifest.objects, new, remove_old(folder, keep))

    def restored(self, name: str, by: str, manifest: BackupManifest) -> Proof:
        """Note in the audit log that this headquarters was restored, and return its proof."""
        with self._context.database.write() as connection:
            now = self._context.clock.now()
            record(connection, now, AuditKind.BACKUP_RESTORED, by, set=name)
        return prove(self._context, sum(table.rows for table in manifest.tables))

    def newest(self) -> datetime | None:
        """Return when the last backup was made, or None."""
        made = audit_log.c.kind == AuditKind.BACKUP_MADE
        # From the end, where it usually is.
        query = select(audit_log.c.at).where(made).order_by(audit_log.c.seq.desc()).limit(1)
        with self._context.database.read() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found

    def overdue(self) -> bool:
        """Return whether the last backup, or without any the first event, is older than allowed."""
        hours = self._context.settings.backup.alarm_hours
        since = self.newest() or self._first_event()
        late = since is not None and self._context.clock.now() - since > timedelta(hours=hours)
        return bool(hours) and late

    def _first_event(self) -> datetime | None:
        query = select(audit_log.c.at).order_by(audit_log.c.seq).limit(1)
        with self._context.database.read() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found

    def _write(
        self,
        part: Path,
        folder: Path,
        data_dir: Path,
        progress: ProgressCallback,
        passphrase: str | None,
        now: datetime,
    ) -> tuple[BackupManifest, int]:
        """Write a set and the objects that are not there; return how many those were."""
        (part / "tables").mkdir(mode=0o700, parents=True)
        with self._context.database.read() as connection:
            tables = [write_table(connection, part, shape) for shape in shapes(metadata)]
            names = sorted(referred_to(connection))
        new, gone = self._copy_objects(folder, names, progress)
        kept = [name for name in names if name not in gone]
        _write_lines(part, OBJECT_LIST, [name.encode() for name in kept])
        files = [OBJECT_LIST, *self._settings_and_keys(part, data_dir, passphrase)]
        manifest = BackupManifest(
            made_at=now,
            software=f"exam-kiosk {__version__}",
            revision=head(),
            hq_keys=Keys.of(self._context.keys.public),
            tables=tuple(tables),
            objects=len(kept),
            gone=tuple(sorted(gone)),
            files={name: described(part, name) for name in files},
        )
        write_durably(part / MANIFEST, document.sign(manifest, self._context.keys))
        sync_folder(part)
        return manifest, new

    def _copy_objects(
        self, folder: Path, names: Sequence[str], progress: ProgressCallback
    ) -> tuple[int, set[str]]:
        """Copy objects that are not there; return how many, and those gone meanwhile."""
        target, new, missing = FolderBlobs(folder / "objects"), 0, set[str]()
        for done, name in enumerate(names, 1):
            if not target.has(name):
                try:
                    target.put(self._context.blobs.get(name))
                    new += 1
                except NotFound:
                    missing.add(name)
            progress(done, len(names))
        if missing:
            with self._context.database.read() as connection:
                if lost := referred_to(connection, sorted(missing)) & missing:
                    raise BackupBroken(place=f"object {min(lost)}", what="headquarters lacks it")
        return new, missing

    def _settings_and_keys(self, part: Path, data_dir: Path, passphrase: str | None) -> list[str]:
        write_durably(part / SETTINGS, (data_dir / SETTINGS).read_bytes())
        if passphrase is None:
            return [SETTINGS]
        sealed = seal_keys(data_dir / "keys", passphrase, self._context.entropy)
        write_durably(part / KEYS, sealed)
        return [SETTINGS, KEYS]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one backup at a time write into a folder: another would delete what is half done.

    Raises:
        BackupRunning: one is being made.
    """
    (folder / "sets").mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupRunning(folder=str(folder)) from error
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
            # Some network folders have no locks.
        yield


def remove_old(folder: Path, keep: int) -> int:
    """Delete all sets but the newest, and objects that none of those needs; return how many sets.

    What headquarters deleted, because its time was over, goes from the backups as well.
    """
    old = sets_of(folder)[: -max(keep, 1)]
    for place in old:
        (place / MANIFEST).unlink()  # from here on it is no set
        shutil.rmtree(place)
    if old:
        needed = {
            line.decode() for place in sets_of(folder) for line in lines_of(place, OBJECT_LIST)
        }
        objects = FolderBlobs(folder / "objects")
        for name in set(objects.names()) - needed:
            objects.drop(name)
    return len(old)


def write_table(connection: Connection, part: Path, shape: Shape) -> BackedTable:
    """Write a table's rows below ``part``; return what the manifest says of it."""
    count, name = Count(), table_file(shape.name)
    with gzip.open(part / name, "wb", compresslevel=3) as file:
        for lines in read_lines(connection, shape):
            file.writelines(line + b"\n" for line in lines)
            count = count.plus(lines)
    return BackedTable(
        name=shape.name,
        columns=tuple(shape.columns.items()),
        key=tuple(shape.key),
        rows=count.rows,
        digest=count.digest,
        file=_durable(part, name),
    )


def _write_lines(part: Path, name: str, lines: Iterable[bytes]) -> None:
    with gzip.open(part / name, "wb") as file:
        file.writelines(line + b"\n" for line in lines)
    _durable(part, name)


def _durable(part: Path, name: str) -> BackedFile:
    path = part / name
    path.chmod(0o600)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return described(part, name)
