"""Exam time of the centre: :mod:`kiosk.exam.attempt.timing` kept running and kept on disk (R19)."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlite_utils import Database

from kiosk.exam.attempt.timing import Reading, advance, first_tick
from kiosk.exam.ports import Clock
from kiosk.store import meta
from kiosk.store.sqlite.database import Store


def exam_time(seconds: float) -> datetime:
    """The moment that rules and frames write as seconds."""
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True)
class Downtime:
    """How long this centre's server was down. ``sure``: measured by a clock that nobody can set."""

    seconds: float
    sure: bool


class ExamTime:
    """The line of exam time, continued from the last tick on disk."""

    def __init__(self, store: Store, clock: Clock, *, anew: bool) -> None:
        """Continue the line; ``anew`` anchors it to the wall clock (no attempt is running)."""
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        last = meta.last_tick(store.read())
        wall, monotonic = clock.now(), clock.monotonic()
        fresh = first_tick(wall, monotonic, clock.boot_id)
        self._base = fresh if anew or last is None else last
        self._left_at = None if anew else last

    @property
    def restarted(self) -> bool:
        """Whether the line was continued: attempts were running when the server went down."""
        return self._left_at is not None

    def downtime(self, now: datetime) -> Downtime | None:
        """How long nobody had kept the line until ``now``, or None when it began anew."""
        left = self._left_at
        if left is None:
            return None
        passed = (now - left.line).total_seconds()
        return Downtime(passed, sure=self._clock.boot_id == left.boot_id)

    def now(self) -> datetime:
        """The line's time; never goes back, whatever the wall clock does."""
        return self._read().tick.line

    def keep(self) -> Reading:
        """Persist the present reading, and tell whether the wall clock was set meanwhile."""
        return self._store.write(self.keep_in)

    def keep_in(self, db: Database) -> Reading:
        """The same inside a write job."""
        with self._lock:
            reading = self._read()
            self._base = reading.tick
        meta.keep_tick(db, reading.tick)
        return reading

    def _read(self) -> Reading:
        clock = self._clock
        return advance(self._base, clock.now(), clock.monotonic(), clock.boot_id)
