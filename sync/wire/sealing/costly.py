"""Work that takes much memory: a bounded number at once, a short queue, and no more.

Argon2 takes 64 MiB for a password and up to 512 MiB for an unlock code. Whoever comes when the
queue is full is sent away at once, so that waiting requests never hold all threads of a server.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sync.wire.errors import TooBusy


class Queue:
    """Lets ``at_once`` callers in, keeps ``waiting`` more, and sends the others away."""

    def __init__(self, at_once: int = 1, waiting: int = 2) -> None:
        self._places = threading.Semaphore(at_once + waiting)
        self._work = threading.Semaphore(at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn; raises TooBusy when the queue is full."""
        if not self._places.acquire(blocking=False):
            raise TooBusy
        try:
            with self._work:
                yield
        finally:
            self._places.release()


passwords = Queue()
"""All checks and hashes of passwords in this process."""
