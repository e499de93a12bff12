"""``hq restore``: a backup into an empty directory and empty storage, on either engine.

Nothing of the backup is believed before it was checked: the signature of the manifest, size and
digest of each file, count and digest of each table after it was stored, each object by its name.
The settings are written last; without them the directory does not open, and the same command
continues.
"""

import json
import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kiosk.durable import sync_folder, write_durably
from sync.hq.core.progress import ProgressCallback
from sync.hq.errors import NotFound
from sync.hq.persistence.blobs import Blobs
from sync.hq.persistence.database import Database
from sync.hq.persistence.folder_blobs import FolderBlobs
from sync.hq.persistence.key_folder import KeyFolder
from sync.hq.persistence.opening import open_blobs, open_database
from sync.hq.settings import StorageSettings
from sync.hq.upkeep.backup_format import (
    KEYS,
    OBJECT_LIST,
    SETTINGS,
    BackedTable,
    BackupManifest,
    lines_of,
    read_manifest,
    require_files,
)
from sync.hq.upkeep.errors import BackupBroken, CopyDiffers, KeysNeeded, NotEmpty
from sync.hq.upkeep.key_vault import open_keys
from sync.hq.upkeep.move import require_no_objects, require_no_rows, require_same
from sync.hq.upkeep.rows import Count, batches, insert_lines
from sync.hq.upkeep.settings_file import with_storage

MARK = "restoring.json"


@dataclass(frozen=True)
class Source:
    """A set of a folder of backups, and the keys for it: a copy of the folder, or a passphrase."""

    folder: Path
    place: Path
    keys: Path | None = None
    passphrase: str | None = None


def restore(
    source: Source, data_dir: Path, storage: StorageSettings, progress: ProgressCallback
) -> BackupManifest:
    """Restore into an empty directory and the storage named; return what the backup said.

    Raises:
        NotEmpty, TargetInUse: the directory or storage is in use.
        KeysNeeded, PassphraseWrong: the keys are missing.
        BackupBroken: the backup is damaged; names the place.
        NewerDatabase: a newer version of the software made it.
    """
    manifest = read_manifest(source.place, None)
    require_files(source.place, manifest)
    checked = _begin(data_dir, source.place.name)
    keys = _keys(source, data_dir)
    if not keys.owns(manifest.hq_keys.public.key_id):
        raise BackupBroken(place="manifest.json", what="other keys have signed it")
    database = open_database(storage.database, data_dir, manifest.revision)
    with closing(database):
        blobs = open_blobs(storage.blobs, data_dir)
        if not checked:
            every = [table.shape for table in manifest.tables]
            require_no_rows(database, every, storage.database)
            require_no_objects(blobs, storage.blobs)
            _mark(data_dir, source.place.name, checked=True)
        restore_rows(source.place, manifest.tables, database)
        _restore_objects(source, blobs, progress)
    text = (source.place / SETTINGS).read_text(encoding="utf-8")
    write_durably(data_dir / SETTINGS, with_storage(text, storage).encode())
    (data_dir / MARK).unlink()
    sync_folder(data_dir)
    return manifest


def restore_rows(place: Path, every: Sequence[BackedTable], database: Database) -> None:
    """Store the rows of a set, and compare each table with its manifest.

    Raises:
        BackupBroken: a table is not what the manifest says.
    """
    for table in every:
        count = Count()
        for lines in batches(lines_of(place, table.path)):
            count = count.plus(lines)
            try:
                with database.write() as connection:
                    insert_lines(connection, table.shape, lines)
            except (ValueError, KeyError, TypeError) as error:
                raise BackupBroken(place=table.path, what="a row is no row of it") from error
        if (count.rows, count.digest) != (table.rows, table.digest):
            raise BackupBroken(place=table.path, what="its rows are not those of the manifest")
        with database.read() as connection:
            try:
                require_same(table.shape, count, connection)
            except CopyDiffers as error:
                raise BackupBroken(place=table.path, what=str(error)) from error


def _restore_objects(source: Source, target: Blobs, progress: ProgressCallback) -> None:
    names = [line.decode() for line in lines_of(source.place, OBJECT_LIST)]
    objects, there = FolderBlobs(source.folder / "objects"), set(target.names())
    for done, name in enumerate(names, 1):
        data = _whole_object(objects, name)
        if name not in there:
            target.put(data)
        progress(done, len(names))


def _whole_object(objects: FolderBlobs, name: str) -> bytes:
    try:
        return objects.get(name)
    except NotFound as error:
        raise BackupBroken(place=f"object {name}", what="it is missing") from error


def _begin(data_dir: Path, name: str) -> bool:
    """Make the directory; return whether this restore was there before and found empty storage."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark = data_dir / MARK
    if mark.exists():
        noted = json.loads(mark.read_text())
        if noted["set"] != name:
            raise NotEmpty(folder=str(data_dir))
        return bool(noted["checked"])
    if any(data_dir.iterdir()):
        raise NotEmpty(folder=str(data_dir))
    _mark(data_dir, name, checked=False)
    return False


def _mark(data_dir: Path, name: str, *, checked: bool) -> None:
    write_durably(data_dir / MARK, json.dumps({"set": name, "checked": checked}).encode())


def _keys(source: Source, data_dir: Path) -> KeyFolder:
    folder, part = data_dir / "keys", data_dir / "keys.part"
    if not folder.exists():
        shutil.rmtree(part, ignore_errors=True)
        if source.keys is not None:
            shutil.copytree(source.keys, part)
        elif source.passphrase is not None and (source.place / KEYS).exists():
            open_keys((source.place / KEYS).read_bytes(), source.passphrase, part)
        else:
            raise KeysNeeded
        part.rename(folder)
        sync_folder(data_dir)
    return KeyFolder(folder)
