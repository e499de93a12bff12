"""Limits how many writes of one terminal are processed at a time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app

from kiosk.hall.errors import TooManyAtOnce

AT_ONCE = 2
"""Maximum number of writes of one terminal that are processed at the same time."""

_KEY = "exam-in-work"


class InWork:
    """Running writes by terminal. A further one is refused at once and never waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    @contextmanager
    def place(self, terminal_id: str) -> Iterator[None]:
        """Count one write while it is processed.

        Raises:
            TooManyAtOnce: the terminal has ``AT_ONCE`` writes in progress.
        """
        with self._lock:
            if self._counts[terminal_id] >= AT_ONCE:
                raise TooManyAtOnce()
            self._counts[terminal_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._counts[terminal_id] -= 1
                # Otherwise the counter would grow with every terminal that ever connected.
                if not self._counts[terminal_id]:
                    del self._counts[terminal_id]


def install(app: Flask) -> None:
    """Create the app's counts."""
    app.extensions[_KEY] = InWork()


def in_work() -> InWork:
    found: InWork = current_app.extensions[_KEY]
    return found
