"""Disk space: maintains a reserve for answers, and warns staff long before the disk is full."""

import logging
import sqlite3

from sqlite_utils import Database

from kiosk.exam.disk_space import MB, DiskLevel, DiskSpace, Growth, disk_space, hours_left
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.context import CentreContext
from kiosk.store.centre import sittings
from kiosk.store.errors import StorageFull, StoreError

_log = logging.getLogger(__name__)

SHORT = (DiskLevel.SHEDDING, DiskLevel.FULL)


class DiskWatch:
    """Watches the disk of the centre's server."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context
        self._growth = Growth()
        self._noted = False
        self.backup_problem: str | None = None

    def view(self, candidates: int) -> DiskSpace:
        """Return the free space and how long it lasts for that many candidates."""
        settings, free = self._context.settings.disk, self._free()
        return disk_space(
            free,
            self._context.store.reserve.size,
            settings.reserve_mb * MB,
            settings.pictures_stop_mb * MB,
            hours_left(free, self._growth.per_hour(), candidates),
        )

    def alerts(self) -> list[str]:
        """Return further problems of the disk that staff should know."""
        return [self.backup_problem] if self.backup_problem else []

    def sweep(self) -> None:
        """Measure, refill the reserve if there is room, and record the change of a shortage."""
        self._growth.add(self._context.clock.monotonic(), self._free())
        self._context.store.reserve.fill(self._context.settings.disk.reserve_mb * MB)
        short = self.view(1).level in SHORT
        # Only changes are recorded; this runs periodically.
        if short != self._noted:
            self._noted = short
            self._note(EventKind.PICTURES_STOPPED if short else EventKind.PICTURES_RESUMED)

    def require_database(self) -> None:
        """Check that the database can be read.

        Raises:
            sqlite3.Error: it cannot.
        """
        sittings.everyone(self._context.store.read())

    def database_error(self, error: sqlite3.Error) -> StoreError | None:
        """Translate an error of a reader; a damaged database stops the server."""
        return self._context.store.report(error)

    def _free(self) -> int:
        return self._context.folders.evidence.free_bytes()

    def _note(self, kind: EventKind) -> None:
        def job(db: Database) -> None:
            for sitting in sittings.everyone(db):
                if not sitting.over:
                    self._context.record(db, sitting.id, kind, "system")

        try:
            self._context.store.write(job)
        except StorageFull:
            _log.warning("the disk is full: %s could not be recorded", kind)
