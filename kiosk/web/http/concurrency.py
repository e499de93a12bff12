"""How many requests of one terminal are being worked on at a time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app

from kiosk.hall.errors import TooManyAtOnce

AT_ONCE = 2
"""Most writes of one terminal that are in work at the same time."""

_KEY = "exam-in-work"


class InWork:
    """Counts by terminal. Nobody waits here: a third request is refused at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    @contextmanager
    def place(self, terminal_id: str) -> Iterator[None]:
        """A place for one request; raises TooManyAtOnce when the terminal has none left."""
        with self._lock:
            if self._counts[terminal_id] >= AT_ONCE:
                raise TooManyAtOnce()
            self._counts[terminal_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._counts[terminal_id] -= 1
                if not self._counts[terminal_id]:
                    del self._counts[terminal_id]


def install(app: Flask) -> None:
    """Give `app` its counts."""
    app.extensions[_KEY] = InWork()


def in_work() -> InWork:
    """The counts of the running app."""
    found: InWork = current_app.extensions[_KEY]
    return found
