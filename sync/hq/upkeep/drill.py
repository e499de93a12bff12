"""A drill: a backup is restored into a temporary directory, and has to prove that it is whole."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.exam.ports import Clock, Entropy, Ids
from sync.hq.context import HqContext
from sync.hq.core.audit_log import AuditLog
from sync.hq.core.progress import ProgressCallback
from sync.hq.core.sweep import referred_to
from sync.hq.persistence.key_folder import KeyFolder
from sync.hq.persistence.opening import open_blobs, open_database
from sync.hq.results.recompute import Recomputation
from sync.hq.settings import StorageSettings, load_settings
from sync.hq.upkeep.backup_format import SETTINGS
from sync.hq.upkeep.errors import BackupBroken
from sync.hq.upkeep.restore import Source, restore


@dataclass(frozen=True)
class Proof:
    """What a restored headquarters says of itself.

    ``broken_at``: the first event that breaks the audit log's chain, or None. ``differing``: how
    many results compute to something else than what is stored.
    """

    rows: int
    objects: int
    broken_at: int | None
    differing: int

    @property
    def is_sound(self) -> bool:
        """Whether the audit log is intact and all results compute to the same."""
        return self.broken_at is None and not self.differing


@dataclass(frozen=True)
class Means:
    """Clock, ids and random bytes for the restored headquarters."""

    clock: Clock
    ids: Ids
    entropy: Entropy


def drill(source: Source, means: Means, work: Path | None, progress: ProgressCallback) -> Proof:
    """Restore into a temporary directory below ``work`` and return the proof; raises as restore.

    Raises:
        BackupBroken: also if an object that a row refers to is missing.
    """
    with tempfile.TemporaryDirectory(dir=work, prefix="hq-drill-") as name:
        data_dir = Path(name) / "hq"
        manifest = restore(source, data_dir, StorageSettings(), progress)
        with _opened(data_dir, means) as context:
            return prove(context, sum(table.rows for table in manifest.tables))


def prove(context: HqContext, rows: int) -> Proof:
    """Check objects, audit log and results of a restored headquarters.

    Raises:
        BackupBroken: an object that a row refers to is missing.
    """
    with context.database.read() as connection:
        names = referred_to(connection)
    lacking = sorted(name for name in names if not context.blobs.has(name))
    if lacking:
        raise BackupBroken(place=f"object {lacking[0]}", what=f"{len(lacking)} are missing")
    differing = Recomputation(context).check()
    return Proof(rows, len(names), AuditLog(context.database).verify().broken_at, len(differing))


@contextmanager
def _opened(data_dir: Path, means: Means) -> Iterator[HqContext]:
    settings = load_settings(data_dir / SETTINGS)
    database = open_database(settings.storage.database, data_dir)
    try:
        yield HqContext(
            database=database,
            blobs=open_blobs(settings.storage.blobs, data_dir),
            keys=KeyFolder(data_dir / "keys"),
            clock=means.clock,
            ids=means.ids,
            entropy=means.entropy,
            settings=settings,
        )
    finally:
        database.close()
