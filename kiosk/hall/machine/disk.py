"""Watches the disk: keeps a reserve for answers, and tells staff long before it is full."""

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
    """The centre's disk as the hall sees it."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context
        self._growth = Growth()
        self._noted = False
        self.backup_problem: str | None = None

    def view(self, candidates: int) -> DiskSpace:
        """How much room is left, for that many candidates."""
        settings, free = self._context.settings.disk, self._free()
        return disk_space(
            free,
            self._context.store.reserve.size,
            settings.reserve_mb * MB,
            settings.pictures_stop_mb * MB,
            hours_left(free, self._growth.per_hour(), candidates),
        )

    def alerts(self) -> list[str]:
        """What staff should know besides the room that is left."""
        return [self.backup_problem] if self.backup_problem else []

    def sweep(self) -> None:
        """Measure; make the reserve again when room has returned; note a shortage in the log."""
        self._growth.add(self._context.clock.monotonic(), self._free())
        self._context.store.reserve.fill(self._context.settings.disk.reserve_mb * MB)
        short = self.view(1).level in SHORT
        if short != self._noted:
            self._noted = short
            self._note(EventKind.PICTURES_STOPPED if short else EventKind.PICTURES_RESUMED)

    def require_database(self) -> None:
        """Raise an error of SQLite unless the database can be read."""
        sittings.everyone(self._context.store.read())

    def database_error(self, error: sqlite3.Error) -> StoreError | None:
        """Say what an error while reading means; damage ends the server."""
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
