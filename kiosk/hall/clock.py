"""Exam time of the centre: runs :mod:`kiosk.exam.attempt.timing` and persists its ticks (R19)."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlite_utils import Database

from kiosk.exam.attempt.timing import Reading, advance, first_tick
from kiosk.exam.ports import Clock
from kiosk.store import meta
from kiosk.store.sqlite.database import Store


def exam_time(seconds: float) -> datetime:
    """Convert the seconds that rules and frames use into a UTC datetime."""
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True)
class Downtime:
    """How long this centre's server was down.

    ``sure``: measured by the monotonic clock of one boot, which cannot be set.
    """

    seconds: float
    sure: bool


class ExamTime:
    """Monotonic exam time, continued from the last tick in the database."""

    def __init__(self, store: Store, clock: Clock, *, anew: bool) -> None:
        """Continue from the last tick, or with ``anew`` from the wall clock.

        Use ``anew`` only while no attempt is running.
        """
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        last = meta.last_tick(store.read())
        wall, monotonic = clock.now(), clock.monotonic()
        fresh = first_tick(wall, monotonic, clock.boot_id)
        # Only running attempts need continuous time. Without them a wall clock that was wrong and
        # has been corrected is believed again.
        self._base = fresh if anew or last is None else last
        self._left_at = None if anew else last

    @property
    def restarted(self) -> bool:
        """Whether exam time was continued, so attempts were running when the server went down."""
        return self._left_at is not None

    def downtime(self, now: datetime) -> Downtime | None:
        """Return the time since the last tick before the start; None after a fresh start."""
        left = self._left_at
        if left is None:
            return None
        passed = (now - left.line).total_seconds()
        # Across a reboot only the wall clock measured it, and that may have been set.
        return Downtime(passed, sure=self._clock.boot_id == left.boot_id)

    def now(self) -> datetime:
        """Return exam time, which never goes back, whatever happens to the wall clock."""
        return self._read().tick.line

    def keep(self) -> Reading:
        """Store the current reading, and return it: it shows whether the wall clock was set."""
        return self._store.write(self.keep_in)

    def keep_in(self, db: Database) -> Reading:
        """Store the current reading inside a write job."""
        with self._lock:
            reading = self._read()
            # The next jump of the wall clock is measured from this tick.
            self._base = reading.tick
        meta.keep_tick(db, reading.tick)
        return reading

    def _read(self) -> Reading:
        clock = self._clock
        return advance(self._base, clock.now(), clock.monotonic(), clock.boot_id)
