"""When a dead worker may restart: the first few at once, then after increasing pauses.

Restarting never gives up: the cause may pass, and the analysis must then work again without a
restart of the server. The pauses limit what a lasting cause costs the machine.
"""

import threading
from collections import deque

WINDOW_SECONDS = 600.0
AT_ONCE = 5
"""Deaths within the window that cause no pause."""

LONGEST_PAUSE = 30.0
_REMEMBERED = 50


class Restarts:
    """Recent deaths of all workers of a pool, and which workers are away."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        self._deaths: deque[float] = deque(maxlen=_REMEMBERED)
        self._away: set[int] = set()

    def pause(self, now: float) -> float:
        """Record a worker's death at ``now`` and return the seconds until it may restart."""
        with self._lock:
            self._deaths.append(now)
            lately = sum(now - at <= WINDOW_SECONDS for at in self._deaths)
        beyond = lately - AT_ONCE
        # 1, 2, 4, 8 and 16 seconds, then 30 for each further death.
        return 0.0 if beyond <= 0 else min(LONGEST_PAUSE, 2.0 ** (beyond - 1))

    def leave(self, worker: int) -> bool:
        """Mark a worker as away until it is back; return whether no worker is left."""
        with self._lock:
            self._away.add(worker)
            return self._nobody()

    def back(self, worker: int) -> None:
        """Mark a worker as ready."""
        with self._lock:
            self._away.discard(worker)

    @property
    def nobody(self) -> bool:
        """Return whether every worker is away."""
        with self._lock:
            return self._nobody()

    def _nobody(self) -> bool:
        return len(self._away) == self._workers
