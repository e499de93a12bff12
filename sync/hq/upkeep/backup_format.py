"""A folder of backups: sets of rows side by side, and the objects that they share.

``objects/ab/SHA256``, each once for all sets. ``sets/TIME/`` has ``manifest.json`` with the count
and digest of everything, ``tables/NAME.jsonl.gz``, ``objects.txt.gz``, ``hq.toml`` and perhaps
``keys.sealed``. The manifest is signed by headquarters.
"""

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Literal

from pydantic import Field

from sync.hq.upkeep.errors import BackupBroken, BackupMissing
from sync.hq.upkeep.rows import Kind, Shape
from sync.wire.errors import WireError
from sync.wire.model import Sha256, Utc, WireModel, from_value
from sync.wire.sealing import document
from sync.wire.sealing.certificate import Keys
from sync.wire.sealing.keys import Verifier

FORMAT: Literal["hq-backup/1"] = "hq-backup/1"
MANIFEST, SETTINGS, KEYS, OBJECT_LIST = "manifest.json", "hq.toml", "keys.sealed", "objects.txt.gz"
LOCK = "backup.lock"
STAMP = "%Y%m%dT%H%M%S%fZ"
_SET = re.compile(r"[0-9]{8}T[0-9]{12}Z")
MAX_MANIFEST = 4 << 20
MAX_LINE = 64 << 20
"""Largest row in bytes."""


class BackedFile(WireModel):
    """A file of a set: size in bytes and SHA-256."""

    size: int = Field(ge=0)
    sha256: Sha256


class BackedTable(WireModel):
    """A table: its shape, the count and digest of its rows, and its file."""

    name: str
    columns: tuple[tuple[str, Kind], ...]
    key: tuple[str, ...]
    rows: int = Field(ge=0)
    digest: Sha256
    file: BackedFile

    @property
    def shape(self) -> Shape:
        """The shape that the rows have."""
        return Shape(self.name, dict(self.columns), self.key)

    @property
    def path(self) -> str:
        """The file's name in the set."""
        return table_file(self.name)


class BackupManifest(WireModel):
    """All of a set. ``revision``: of the tables; ``hq_keys``: who signed it.

    ``gone``: objects whose last row was deleted while the backup was made.
    """

    format: Literal["hq-backup/1"] = FORMAT
    made_at: Utc
    software: str = Field(max_length=100)
    revision: str = Field(max_length=100)
    hq_keys: Keys
    tables: tuple[BackedTable, ...]
    objects: int = Field(ge=0)
    gone: tuple[Sha256, ...] = ()
    files: Mapping[str, BackedFile]
    """The other files: the list of objects, the settings, the keys."""


def table_file(name: str) -> str:
    return f"tables/{name}.jsonl.gz"


def sets_of(folder: Path) -> Sequence[Path]:
    """Return the complete sets, oldest first.

    Not those that are being written, nor folders that somebody has put beside them.
    """
    found = (path.parent for path in folder.glob(f"sets/*/{MANIFEST}") if path.is_file())
    return sorted(place for place in found if _SET.fullmatch(place.name))


def set_of(folder: Path, name: str | None) -> Path:
    """Return the named set, or the newest.

    Raises:
        BackupMissing: there is none.
    """
    found = [path for path in sets_of(folder) if name in (None, path.name)]
    if not found:
        raise BackupMissing(folder=str(folder), name=name or "any time")
    return found[-1]


def made_at(place: Path) -> datetime:
    """Return when a set was made, by its name."""
    return datetime.strptime(f"{place.name[:-1]}+0000", f"{STAMP[:-1]}%z")


def read_manifest(place: Path, keys: Verifier | None) -> BackupManifest:
    """Read a set's manifest; without ``keys`` its signature is checked by the keys it names.

    Raises:
        BackupBroken: it is damaged, or not signed by these keys.
    """
    try:
        data = (place / MANIFEST).read_bytes()
        body = document.peek(data, MAX_MANIFEST)
        claimed = from_value(BackupManifest, body, FORMAT, WireError)
        document.verify(data, keys or claimed.hq_keys.public, MAX_MANIFEST)
    except (OSError, WireError) as error:
        raise BackupBroken(place=MANIFEST, what=str(error)) from error
    return claimed


def require_files(place: Path, manifest: BackupManifest) -> None:
    """Check size and digest of every file of a set.

    Raises:
        BackupBroken: names the first that differs.
    """
    named = {table.path: table.file for table in manifest.tables}
    for name, wanted in {**named, **manifest.files}.items():
        if described(place, name) != wanted:
            raise BackupBroken(place=name, what="it is not as it was written")


def described(place: Path, name: str) -> BackedFile:
    """Return size and digest of a file.

    Raises:
        BackupBroken: it is missing, or its name leads elsewhere.
    """
    path = place / name
    if place.resolve() not in path.resolve().parents:
        raise BackupBroken(place=name, what="its name leads elsewhere")
    try:
        with path.open("rb") as file:
            return BackedFile(
                size=path.stat().st_size, sha256=file_digest(file, "sha256").hexdigest()
            )
    except OSError as error:
        raise BackupBroken(place=name, what="it is missing or cannot be read") from error


def lines_of(place: Path, name: str) -> Iterator[bytes]:
    """Yield the lines of a compressed file.

    Raises:
        BackupBroken: it is damaged.
    """
    try:
        with gzip.open(place / name) as file:
            while line := file.readline(MAX_LINE):
                yield line.rstrip(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        raise BackupBroken(place=name, what="it cannot be unpacked") from error
