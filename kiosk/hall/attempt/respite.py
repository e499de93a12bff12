"""Time for pages to come back before time-outs go on.

While the server stands still (restart, suspend, a stalled machine) or one page cannot reach it,
answers wait at the terminals. An end of time that falls into such a span would make them late,
so the attempt stays open a little longer. The pages hide the paper when their own clock is at zero;
nobody gains time to write.
"""

from datetime import datetime, timedelta

from kiosk.exam.attempt.timing import GRACE
from kiosk.hall.clock import ExamTime

RETURN = timedelta(seconds=30)
"""How long pages may take to come back; their retries are at most 19 s apart."""

STALL = timedelta(seconds=5)
"""A server that has not come to its every-second job for so long has stood still."""


class Respite:
    """Says how long after its end an attempt still takes answers."""

    def __init__(self, time: ExamTime) -> None:
        """After a restart there is a respite, and it begins again when pages are served."""
        self._time = time
        self._beat_at: datetime | None = None
        self._until: datetime | None = None
        self._awaited: set[str] = set()
        self.served()

    def beat(self) -> None:
        """Run every second; a gap means that the server stood still."""
        now = self._time.now()
        if self._stalled(now):
            self._until = now + RETURN
        self._beat_at = now

    def served(self) -> None:
        """Pages are served from now on."""
        if self._time.restarted:
            self._until = self._time.now() + RETURN

    def wait_for(self, attempt_id: str) -> None:
        """The attempt's page was silent when its time ran out."""
        self._awaited.add(attempt_id)

    def grace(self, attempt_id: str) -> timedelta:
        """How long after its end the attempt still takes answers."""
        return RETURN if attempt_id in self._awaited else GRACE

    def lasts(self) -> bool:
        """Whether nobody's time may run out now, because the server has just stood still."""
        now = self._time.now()
        return self._stalled(now) or (self._until is not None and now < self._until)

    def _stalled(self, now: datetime) -> bool:
        return self._beat_at is not None and now - self._beat_at > STALL
