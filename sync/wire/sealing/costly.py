"""Work that needs much memory: a bounded number at once, a short queue, and no more.

Argon2 needs 64 MiB for a password and up to 512 MiB for an unlock code. When the queue is full,
further callers are refused at once, so that waiting requests never occupy all threads of a server.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sync.wire.errors import TooBusy


class Queue:
    """Admits ``at_once`` callers, lets ``waiting`` more wait, and refuses the others."""

    def __init__(self, at_once: int = 1, waiting: int = 2) -> None:
        self._places = threading.Semaphore(at_once + waiting)
        self._work = threading.Semaphore(at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and end it with the block.

        Raises:
            TooBusy: the queue is full.
        """
        if not self._places.acquire(blocking=False):
            raise TooBusy
        try:
            with self._work:
                yield
        finally:
            self._places.release()


passwords = Queue()
"""Used by all checks and hashes of passwords in this process."""
