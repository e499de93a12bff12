"""Health of headquarters: anyone may ask, so the storage is asked rarely and by one at a time.

While the database is down, each check costs its connect time-out and blocks a thread. Other
requests get the last answer meanwhile.
"""

import threading
import time
from collections.abc import Callable

from flask import Flask, Response, jsonify

from sync.hq.errors import DatabaseError

FRESH_SECONDS = 3.0
"""Age up to which an answer is reused."""


class Health:
    """The last answer of the storage, which counts as healthy until it is first asked."""

    def __init__(self, ask: Callable[[], None], now: Callable[[], float] = time.monotonic) -> None:
        """``ask`` raises a DatabaseError if the storage is not healthy; ``now`` is in seconds."""
        self._ask = ask
        self._now = now
        self._asking = threading.Lock()
        self._answered_at = -FRESH_SECONDS
        self._trouble: DatabaseError | None = None

    def trouble(self) -> DatabaseError | None:
        """Return what is wrong with the storage, at most a few seconds old; None if healthy."""
        if self._now() - self._answered_at >= FRESH_SECONDS and self._asking.acquire(
            blocking=False
        ):
            try:
                self._renew()
            finally:
                self._asking.release()
        return self._trouble

    def _renew(self) -> None:
        try:
            self._ask()
            self._trouble = None
        except DatabaseError as error:
            self._trouble = error
        # The time after the check, which may itself have lasted a time-out.
        self._answered_at = self._now()


def install(app: Flask, health: Health) -> None:
    """Add ``/healthz``, which reveals nothing about the content of the storage."""

    def healthz() -> tuple[Response, int]:
        trouble = health.trouble()
        if trouble is not None:
            return jsonify(status="unavailable", code=trouble.code), 503
        return jsonify(status="ok"), 200

    app.add_url_rule("/healthz", "healthz", healthz)
