"""Whether headquarters is well: asked by anybody, so the storage is asked seldom, by one at a time.

While the database is away each question costs its connect time-out and holds a thread. Others
get the last answer meanwhile.
"""

import threading
import time
from collections.abc import Callable

from flask import Flask, Response, jsonify

from sync.hq.errors import DatabaseError

FRESH_SECONDS = 3.0
"""How long an answer serves everybody."""


class Health:
    """The last answer of the storage; opened storage is well until it is asked."""

    def __init__(self, ask: Callable[[], None], now: Callable[[], float] = time.monotonic) -> None:
        """``ask`` raises a DatabaseError when the storage is not well; ``now`` in seconds."""
        self._ask = ask
        self._now = now
        self._asking = threading.Lock()
        self._answered_at = -FRESH_SECONDS
        self._trouble: DatabaseError | None = None

    def trouble(self) -> DatabaseError | None:
        """What is wrong with the storage, at most a few seconds old; None when it is well."""
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
        self._answered_at = self._now()


def install(app: Flask, health: Health) -> None:
    """Answer at `/healthz`; says nothing about the content of the storage."""

    def healthz() -> tuple[Response, int]:
        trouble = health.trouble()
        if trouble is not None:
            return jsonify(status="unavailable", code=trouble.code), 503
        return jsonify(status="ok"), 200

    app.add_url_rule("/healthz", "healthz", healthz)
