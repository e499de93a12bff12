"""How much room the disk has left, in hours of exam, and what is given up when it runs short.

Pictures are given up first, while there is still plenty of room for answers; answers last.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

MB = 1_000_000
PLANNED_BYTES = 3 * MB
"""What one candidate needs in an hour, at most, while nothing has been measured: pictures of
incidents and of the check-in, answers, the event log."""
LOW_HOURS = 4.0
"""With room for fewer hours staff are warned: one sitting and the next."""
WINDOW_SECONDS = 1800.0
"""How far back growth is measured."""
SURE_SECONDS = 600.0
"""A measurement over less time says nothing yet."""


class DiskLevel(StrEnum):
    """``ok``; ``low``: make room soon; ``shedding``: no pictures are kept; ``full``: the reserve
    for answers is being used."""

    OK = "ok"
    LOW = "low"
    SHEDDING = "shedding"
    FULL = "full"


@dataclass(frozen=True)
class DiskSpace:
    """The disk as staff see it; ``hours`` of exam with the present candidates, at most 999."""

    level: DiskLevel
    free_mb: int
    reserve_mb: int
    hours: float


@dataclass
class Growth:
    """Measures how fast free room shrinks."""

    _samples: deque[tuple[float, int]] = field(default_factory=deque)

    def add(self, seconds: float, free: int) -> None:
        """Take a sample: bytes free at a time of the monotonic clock."""
        self._samples.append((seconds, free))
        while seconds - self._samples[0][0] > WINDOW_SECONDS:
            self._samples.popleft()

    def per_hour(self) -> float | None:
        """Bytes per hour, or None while nothing is known."""
        if not self._samples:
            return None
        (first, before), (last, now) = self._samples[0], self._samples[-1]
        if last - first < SURE_SECONDS:
            return None
        return max(0.0, (before - now) / (last - first) * 3600)


def hours_left(free: int, measured: float | None, candidates: int) -> float:
    """Hours until the disk is full, by what was measured or planned, whichever is more."""
    planned = max(candidates, 1) * PLANNED_BYTES
    return round(min(999.0, free / max(planned, measured or 0.0)), 1)


def disk_space(free: int, reserve: int, wanted: int, pictures_stop: int, hours: float) -> DiskSpace:
    """Judge the room on the disk; all sizes in bytes, ``wanted`` is the reserve of the settings."""
    if free < pictures_stop:
        level = DiskLevel.FULL if free < min(wanted, pictures_stop) // 2 else DiskLevel.SHEDDING
    else:
        level = DiskLevel.LOW if hours < LOW_HOURS else DiskLevel.OK
    return DiskSpace(level, free // MB, reserve // MB, hours)
