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
WARNED_SECONDS = 60.0
"""The same for what only the monitoring has to know: finding it out may read a long log."""
BACKUP_OVERDUE = "hq_backup_overdue"


class Health:
    """The last answer of the storage, which counts as healthy until it is first asked."""

    def __init__(
        self,
        ask: Callable[[], None],
        now: Callable[[], float] = time.monotonic,
        overdue: Callable[[], bool] = lambda: False,
    ) -> None:
        """``ask`` raises a DatabaseError if the storage is not healthy; ``now`` is in seconds.

        ``overdue``: whether the last backup is too old.
        """
        self._ask = ask
        self._now = now
        self._overdue = overdue
        self._warned_at = -WARNED_SECONDS
        self._warning: str | None = None
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

    def warning(self) -> str | None:
        """Return the code of what people have to mend soon, as it was last found out."""
        return self._warning

    def _renew(self) -> None:
        try:
            self._ask()
            self._warn()
            self._trouble = None
        except DatabaseError as error:
            self._trouble = error
        # The time after the check, which may itself have lasted a time-out.
        self._answered_at = self._now()

    def _warn(self) -> None:
        if self._now() - self._warned_at >= WARNED_SECONDS:
            self._warning = BACKUP_OVERDUE if self._overdue() else None
            self._warned_at = self._now()


def install(app: Flask, health: Health) -> None:
    """Add ``/healthz``, which reveals nothing about the content of the storage."""

    def healthz() -> tuple[Response, int]:
        trouble = health.trouble()
        if trouble is not None:
            return jsonify(status="unavailable", code=trouble.code), 503
        if warning := health.warning():
            # Still 200: a proxy must not leave out a process that works.
            return jsonify(status="warning", code=warning), 200
        return jsonify(status="ok"), 200

    app.add_url_rule("/healthz", "healthz", healthz)
