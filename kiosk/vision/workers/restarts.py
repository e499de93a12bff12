"""When a worker that died may start again: at once at first, then after longer and longer pauses.

It never ends: whatever killed the workers may pass, and the hall must see again without anybody
restarting the server. The pauses keep a cause that stays from using up the machine.
"""

import threading
from collections import deque

WINDOW_SECONDS = 600.0
AT_ONCE = 5
"""Deaths within the window that cost no pause."""

LONGEST_PAUSE = 30.0
_REMEMBERED = 50


class Restarts:
    """Deaths of all workers of a pool lately, and which workers are away."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        self._deaths: deque[float] = deque(maxlen=_REMEMBERED)
        self._away: set[int] = set()

    def pause(self, now: float) -> float:
        """A worker has died at ``now``: seconds until it may start again."""
        with self._lock:
            self._deaths.append(now)
            lately = sum(now - at <= WINDOW_SECONDS for at in self._deaths)
        beyond = lately - AT_ONCE
        return 0.0 if beyond <= 0 else min(LONGEST_PAUSE, 2.0 ** (beyond - 1))

    def leave(self, worker: int) -> bool:
        """A worker is away until it is back; whether no worker is left now."""
        with self._lock:
            self._away.add(worker)
            return self._nobody()

    def back(self, worker: int) -> None:
        """A worker is ready to analyse."""
        with self._lock:
            self._away.discard(worker)

    @property
    def nobody(self) -> bool:
        """Whether every worker is away."""
        with self._lock:
            return self._nobody()

    def _nobody(self) -> bool:
        return len(self._away) == self._workers
