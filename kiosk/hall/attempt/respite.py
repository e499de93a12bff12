"""A respite from time-outs while pages reconnect.

While the server stalls (restart, suspend, an overloaded machine), or one page cannot reach it,
answers wait at the terminals. If time ran out in that span, they would be late, so the attempt
stays open a little longer. Pages hide the paper when their own clock is at zero, so this gives
nobody more time to write.
"""

from datetime import datetime, timedelta

from kiosk.exam.attempt.timing import GRACE
from kiosk.hall.clock import ExamTime

RETURN = timedelta(seconds=30)
"""Time for pages to reconnect; their retries are at most 19 s apart."""

STALL = timedelta(seconds=5)
"""A gap of this length between two runs of the every-second job means that the server stalled."""


class Respite:
    """Decides how long after its end an attempt accepts answers."""

    def __init__(self, time: ExamTime) -> None:
        """Start with a respite if the server was restarted during attempts."""
        self._time = time
        self._beat_at: datetime | None = None
        self._until: datetime | None = None
        self._awaited: set[str] = set()
        self.served()

    def beat(self) -> None:
        """Detect a stall; call this every second."""
        now = self._time.now()
        if self._stalled(now):
            self._until = now + RETURN
        self._beat_at = now

    def served(self) -> None:
        """Begin the respite after a restart again, because pages are served only from now on."""
        if self._time.restarted:
            self._until = self._time.now() + RETURN

    def wait_for(self, attempt_id: str) -> None:
        """Give the attempt a longer grace: its page was silent when its time ran out."""
        self._awaited.add(attempt_id)

    def grace(self, attempt_id: str) -> timedelta:
        """Return how long after its end the attempt still accepts answers."""
        return RETURN if attempt_id in self._awaited else GRACE

    def lasts(self) -> bool:
        """Whether no attempt may time out now, because the server has just stalled or restarted."""
        now = self._time.now()
        # Requests may come before the first beat after a stall, so the gap is looked at here,
        # too.
        return self._stalled(now) or (self._until is not None and now < self._until)

    def _stalled(self, now: datetime) -> bool:
        return self._beat_at is not None and now - self._beat_at > STALL
