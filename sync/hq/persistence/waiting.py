"""Backoff for storage that does not answer: one caller tries, the others fail at once.

Each attempt to reach a dead machine costs a connect time-out. Without this, every thread of the
server would wait in one, and pages that need no storage would get no thread.
"""

import threading
import time
from collections.abc import Callable

SLOW_SECONDS = 1.0
"""A failure faster than this blocks no thread for long and starts no backoff."""

PAUSE_SECONDS = 5.0
"""Time until the next caller may try."""


class Patience:
    """Remembers that the storage did not answer in time."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """``now`` returns seconds."""
        self.now = now
        self._lock = threading.Lock()
        self._next_try: float | None = None

    def may_try(self) -> bool:
        """Return whether this caller may ask the storage; False while another one is trying."""
        with self._lock:
            if self._next_try is None:
                return True
            # One caller per pause may try; moving the time forward refuses the others meanwhile.
            if self.now() < self._next_try:
                return False
            self._next_try = self.now() + PAUSE_SECONDS
            return True

    def answered(self) -> None:
        """Record that the storage answered."""
        with self._lock:
            self._next_try = None

    def failed(self, began: float) -> None:
        """Record that the storage, asked at ``began``, was not reached."""
        with self._lock:
            if self._next_try is not None or self.now() - began >= SLOW_SECONDS:
                self._next_try = self.now() + PAUSE_SECONDS
