"""Backups on demand, and the age of the newest one.

Each backup is proved at once: unpacked and checked as a restore would do it.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlite_utils import Database

from kiosk.exam.errors import ExamError
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import BackupRunning, NotFound
from kiosk.hall.views.backups import BackupDone, BackupPlace, BackupProof, BackupRun, BackupView
from kiosk.store.centre import sittings

_log = logging.getLogger(__name__)

FAILED = "backup_failed"


class BackupMaker(Protocol):
    """Writes backups into folders of this machine."""

    def places(self) -> Sequence[BackupPlace]:
        """Return where a backup can go now: the folder of the settings, and USB sticks."""

    def make(self, folder: Path, prove: Callable[[], None]) -> BackupProof:
        """Write a backup, call ``prove``, then check the backup.

        Raises:
            ExamError: writing or checking failed.
        """


class Backups:
    """Makes backups on demand, one at a time, also during exams."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context
        self._maker: BackupMaker | None = None
        self._trigger: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._run: BackupRun | None = None
        self._last: BackupDone | None = None

    def use(self, maker: BackupMaker, trigger: Callable[[], None]) -> None:
        """Set who makes backups; ``trigger`` has :meth:`work` called in the background."""
        self._maker, self._trigger = maker, trigger

    def view(self) -> BackupView:
        """Return the possible places, the running backup and the last outcome."""
        places = self._places()
        settings = self._context.settings.backup
        return BackupView(
            places=list(places),
            run=self._run,
            last=self._last,
            newest_at=_newest(places),
            every_minutes=settings.every_minutes if settings.to else None,
            old=self._old(places),
            before_closing=self._before_closing(_newest(places)),
        )

    def hours(self) -> float | None:
        """Return the age of the newest visible backup in hours; None without one."""
        newest = _newest(self._places())
        if newest is None:
            return None
        return max(0.0, (self._context.clock.now() - newest).total_seconds() / 3600)

    @property
    def is_used(self) -> bool:
        """Whether this server can make backups."""
        return self._maker is not None

    def is_old(self) -> bool:
        """Whether there is no backup, or the newest is older than twice its interval."""
        return self._old(self._places())

    def _old(self, places: Sequence[BackupPlace]) -> bool:
        newest = _newest(places)
        limit = timedelta(minutes=2 * self._context.settings.backup.every_minutes)
        return newest is None or self._context.clock.now() - newest > limit

    def _before_closing(self, newest: datetime | None) -> bool:
        """Whether a sitting was closed after the newest backup."""
        closed = sittings.last_closed_at(self._context.store.read())
        return closed is not None and newest is not None and newest < closed

    def _places(self) -> Sequence[BackupPlace]:
        return self._maker.places() if self._maker else ()

    def begin(self, folder: str, by: str) -> None:
        """Request a backup in one of the places.

        Raises:
            NotFound: the folder is not one of the places.
            BackupRunning: a backup is being made.
        """
        # Only folders that this server offered: a path from the browser is never written to.
        if folder not in {place.folder for place in self._places() if place.is_there}:
            raise NotFound()
        with self._lock:
            if self._run is not None:
                raise BackupRunning()
            self._run = BackupRun(folder, "writing", by, self._context.clock.now())
        self._trigger()

    def work(self) -> None:
        """Make the requested backup, if any."""
        run, maker = self._run, self._maker
        if run is None or maker is None:
            return
        proof: BackupProof | None = None
        error: str | None = FAILED
        try:
            proof, error = maker.make(Path(run.folder), self._prove), None
        except ExamError as failure:
            _log.warning("%s", failure)
            error = failure.code
        except OSError:
            _log.exception("the backup failed")
        finally:  # after any error another backup can be requested
            done = BackupDone(run.folder, run.by, self._context.clock.now(), proof, error)
            with self._lock:
                self._last, self._run = done, None
        self._note(done)

    def _prove(self) -> None:
        with self._lock:
            if self._run is not None:
                self._run = BackupRun(self._run.folder, "proving", self._run.by, self._run.since)

    def _note(self, done: BackupDone) -> None:
        """Record the outcome in every sitting that is not over."""
        kind = EventKind.BACKUP_MADE if done.error is None else EventKind.BACKUP_FAILED
        facts = {"file": done.proof.file} if done.proof else {"error": done.error}

        def job(db: Database) -> None:
            for sitting in sittings.everyone(db):
                if not sitting.over:
                    self._context.record(db, sitting.id, kind, done.by, folder=done.folder, **facts)

        self._context.store.write(job)


def _newest(places: Sequence[BackupPlace]) -> datetime | None:
    return max((place.newest_at for place in places if place.newest_at), default=None)
