"""Free disk space in hours of exam, and what the server gives up when space runs short.

It stops storing pictures first, while there is still plenty of room for answers; answers last.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

MB = 1_000_000
PLANNED_BYTES = 3 * MB
"""Most bytes that one candidate needs per hour, until growth has been measured: pictures of
incidents and check-in, answers, the event log.
"""
LOW_HOURS = 4.0
"""Below this many hours staff are warned: enough for this sitting and the next."""
WINDOW_SECONDS = 1800.0
"""How far back growth is measured."""
SURE_SECONDS = 600.0
"""Growth measured over a shorter time is ignored."""


class DiskLevel(StrEnum):
    """How short disk space is.

    ``ok``; ``low``: free some space soon; ``shedding``: pictures are no longer stored;
    ``full``: the reserve for answers is in use.
    """

    OK = "ok"
    LOW = "low"
    SHEDDING = "shedding"
    FULL = "full"


@dataclass(frozen=True)
class DiskSpace:
    """Disk space as staff see it; ``hours`` of exam with the present candidates, at most 999."""

    level: DiskLevel
    free_mb: int
    reserve_mb: int
    hours: float


@dataclass
class Growth:
    """Measures how fast free space shrinks."""

    _samples: deque[tuple[float, int]] = field(default_factory=deque)

    def add(self, seconds: float, free: int) -> None:
        """Add a sample: bytes free at a time of the monotonic clock."""
        self._samples.append((seconds, free))
        while seconds - self._samples[0][0] > WINDOW_SECONDS:
            self._samples.popleft()

    def per_hour(self) -> float | None:
        """Return the growth in bytes per hour, or None until it has been measured."""
        if not self._samples:
            return None
        (first, before), (last, now) = self._samples[0], self._samples[-1]
        if last - first < SURE_SECONDS:
            return None
        return max(0.0, (before - now) / (last - first) * 3600)


def hours_left(free: int, measured: float | None, candidates: int) -> float:
    """Return hours until the disk is full.

    Uses the faster of the measured growth and that planned for ``candidates``; at most 999.
    """
    planned = max(candidates, 1) * PLANNED_BYTES
    return round(min(999.0, free / max(planned, measured or 0.0)), 1)


def disk_space(free: int, reserve: int, wanted: int, pictures_stop: int, hours: float) -> DiskSpace:
    """Judge free disk space. All sizes are bytes.

    ``reserve``: the size of the reserve now; ``wanted``: its size in the settings.
    ``pictures_stop``: below this much free space pictures are no longer stored.
    """
    if free < pictures_stop:
        level = DiskLevel.FULL if free < min(wanted, pictures_stop) // 2 else DiskLevel.SHEDDING
    else:
        level = DiskLevel.LOW if hours < LOW_HOURS else DiskLevel.OK
    return DiskSpace(level, free // MB, reserve // MB, hours)
