"""Moves the storage: rows to another database, objects to other storage, either way.

The source is locked against writes and only read. Rows and objects that are at the target already
stay, so an interrupted move continues. At the end every table has the same count and digest at
both ends, and every object was read back and hashed.
"""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from kiosk.durable import sync_folder, write_durably
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback
from sync.hq.core.sweep import referred_to
from sync.hq.persistence.all_tables import metadata
from sync.hq.persistence.blobs import Blobs
from sync.hq.persistence.database import Database
from sync.hq.persistence.opening import open_blobs, open_database
from sync.hq.settings import StorageSettings
from sync.hq.upkeep.errors import CopyDiffers, NothingToMove, OtherMove, TargetInUse
from sync.hq.upkeep.rows import Count, Shape, count_of, insert_lines, read_lines, shapes
from sync.hq.upkeep.serving import stopped

MARK = "move.json"
WORKERS = 8


@dataclass(frozen=True)
class Moved:
    """Rows and digest of each table, and the number of objects; empty if they stayed."""

    tables: Mapping[str, Count]
    objects: int


@dataclass(frozen=True)
class Watch:
    """Callbacks for progress, of rows and of objects."""

    rows: ProgressCallback
    objects: ProgressCallback


def move(
    data_dir: Path,
    source: StorageSettings,
    target: StorageSettings,
    now: datetime,
    by: str,
    watch: Watch,
) -> Moved:
    """Copy what differs between the two settings, and verify it.

    Raises:
        StillServing: a server of this machine runs.
        NothingToMove: the settings are the same.
        TargetInUse: the target is not empty, and not from the same interrupted move.
        OtherMove: another move was interrupted.
        CopyDiffers: the copy is not what was read.
        DatabaseError: one end cannot be used.
    """
    if source == target:
        raise NothingToMove
    with ExitStack() as stack:
        stack.enter_context(stopped(data_dir))
        rows = open_database(source.database, data_dir)
        stack.callback(rows.close)
        new_rows = rows
        if target.database != source.database:
            new_rows = open_database(target.database, data_dir)
            stack.callback(new_rows.close)
        old_objects, new_objects = (open_blobs(end.blobs, data_dir) for end in (source, target))
        if not _continues(data_dir, source, target):
            _require_empty(source, target, new_rows, new_objects)
            _mark(data_dir, source, target)
            with rows.write() as connection:  # so that the copy has it too
                record(connection, now, AuditKind.STORAGE_MOVED, by, **_moving(source, target))
        # Held until the end: what is copied does not change.
        stack.enter_context(rows.write())
        tables, objects = dict[str, Count](), 0
        if new_rows is not rows:
            tables = copy_rows(rows, new_rows, watch.rows)
        if target.blobs != source.blobs:
            objects = copy_objects(old_objects, new_objects, watch.objects)
            _require_all(rows, new_objects)
    return Moved(tables, objects)


def finish(data_dir: Path) -> None:
    """Forget the move, once the settings name the target or somebody was told to change them."""
    (data_dir / MARK).unlink(missing_ok=True)
    sync_folder(data_dir)


def copy_rows(source: Database, target: Database, progress: ProgressCallback) -> dict[str, Count]:
    """Copy all tables and compare them.

    Raises:
        CopyDiffers: one differs.
    """
    counts = dict[str, Count]()
    every = shapes(metadata)
    with source.read() as reading:
        for done, shape in enumerate(every, 1):
            counts[shape.name] = _copy_table(reading, target, shape)
            progress(done, len(every))
    with target.read() as connection:
        for shape in every:
            require_same(shape, counts[shape.name], connection)
    return counts


def require_same(shape: Shape, wanted: Count, connection: Connection) -> None:
    """Require that a table has these rows.

    Raises:
        CopyDiffers: it has others.
    """
    found = count_of(connection, shape)
    if found != wanted:
        what = f"{found.rows} rows instead of {wanted.rows}, digest {found.digest[:16]}"
        raise CopyDiffers(place=f"table {shape.name}", what=what)


def copy_objects(source: Blobs, target: Blobs, progress: ProgressCallback) -> int:
    """Copy all objects, each hashed when it is read and again at its target; return how many."""
    names, there = sorted(source.names()), set(target.names())

    def copy(name: str) -> None:
        if name in there:
            target.get(name)  # hashed: an interrupted move may have left anything
        else:
            target.put(source.get(name))

    with ThreadPoolExecutor(WORKERS) as pool:
        for done, _ in enumerate(pool.map(copy, names), 1):
            progress(done, len(names))
    return len(names)


def _copy_table(reading: Connection, target: Database, shape: Shape) -> Count:
    count = Count()
    for lines in read_lines(reading, shape):
        with target.write() as connection:
            insert_lines(connection, shape, lines)
        count = count.plus(lines)
    return count


def _require_all(rows: Database, objects: Blobs) -> None:
    """Require every object that a row refers to.

    Raises:
        CopyDiffers: one is missing; it was missing at the source as well.
    """
    with rows.read() as connection:
        missing = sorted(referred_to(connection) - set(objects.names()))
    if missing:
        raise CopyDiffers(place=f"object {missing[0]}", what=f"{len(missing)} objects are missing")


def _continues(data_dir: Path, source: StorageSettings, target: StorageSettings) -> bool:
    """Return whether this move was interrupted before.

    Raises:
        OtherMove: another one was.
    """
    path = data_dir / MARK
    if not path.exists():
        return False
    noted = json.loads(path.read_text())
    if noted != _note(source, target):
        raise OtherMove(target=json.dumps(noted["to"]), file=str(path))
    return True


def _moving(source: StorageSettings, target: StorageSettings) -> Mapping[str, bool]:
    return {
        "database": target.database != source.database,
        "objects": target.blobs != source.blobs,
    }


def _mark(data_dir: Path, source: StorageSettings, target: StorageSettings) -> None:
    write_durably(data_dir / MARK, json.dumps(_note(source, target)).encode())


def _note(source: StorageSettings, target: StorageSettings) -> Mapping[str, Mapping[str, str]]:
    return {"from": source.model_dump(), "to": target.model_dump()}


def _require_empty(
    source: StorageSettings, target: StorageSettings, rows: Database, objects: Blobs
) -> None:
    if target.database != source.database:
        require_no_rows(rows, shapes(metadata), target.database)
    if target.blobs != source.blobs:
        require_no_objects(objects, target.blobs)


def require_no_rows(database: Database, every: Sequence[Shape], name: str) -> None:
    """Require an empty database.

    Raises:
        TargetInUse: it has rows.
    """
    with database.read() as connection:
        for shape in every:
            if any(read_lines(connection, shape)):
                raise TargetInUse(target=name, what=f"rows in {shape.name}")


def require_no_objects(objects: Blobs, name: str) -> None:
    """Require empty object storage.

    Raises:
        TargetInUse: it has objects.
    """
    if any(True for _ in objects.names()):
        raise TargetInUse(target=name, what="objects")
