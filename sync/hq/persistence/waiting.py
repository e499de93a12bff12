"""Storage that is away: few callers wait for it, the others are refused at once.

A machine that is gone costs each caller a connect time-out. Without this every thread of the
server would wait in one, and pages that need no storage would wait for a thread.
"""

import threading
import time
from collections.abc import Callable

SLOW_SECONDS = 1.0
"""A failure that took no longer costs nobody a thread, and changes nothing."""

PAUSE_SECONDS = 5.0
"""Until the next caller may try."""


class Patience:
    """Remembers that storage did not answer in time."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """``now`` in seconds."""
        self.now = now
        self._lock = threading.Lock()
        self._next_try: float | None = None

    def may_try(self) -> bool:
        """Whether this caller may ask the storage; False while another one finds out."""
        with self._lock:
            if self._next_try is None:
                return True
            if self.now() < self._next_try:
                return False
            self._next_try = self.now() + PAUSE_SECONDS
            return True

    def answered(self) -> None:
        """The storage is there."""
        with self._lock:
            self._next_try = None

    def failed(self, began: float) -> None:
        """The storage was not reached; ``began`` is when it was asked."""
        with self._lock:
            if self._next_try is not None or self.now() - began >= SLOW_SECONDS:
                self._next_try = self.now() + PAUSE_SECONDS
