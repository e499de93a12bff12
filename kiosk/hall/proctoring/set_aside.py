"""Senders whose pictures ended the analysis: for a while nothing of theirs is analysed.

One candidate's pictures must not blind the hall. Each time the pause is twice as long; staff see
it and may end it. Workers that die again and again with pictures of the same sender count the
same; when they die with anybody's, it is the machine.
"""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.exam.event_kinds import EventKind
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound, PicturesSetAside
from kiosk.hall.proctoring.incidents import IncidentLog, Pictures
from kiosk.hall.reasons import reasoned
from kiosk.store.exam import attempts
from kiosk.vision.errors import AnalysisAway, AnalysisLost, AnalysisOverran, VisionError

RULE = "analysis_overran"
"""The incident that tells of it."""

FIRST, LONGEST = timedelta(minutes=1), timedelta(minutes=30)
BLAMED_WITHIN = timedelta(minutes=10)
SURE = 3
"""This many deaths with one sender's pictures are no accident, whatever the others met."""


@dataclass
class _Sender:
    times: int = 0
    until: datetime | None = None
    incident_id: str | None = None


class Senders:
    """Who is set aside, by attempt. Lives in memory: a restart gives everybody another try."""

    def __init__(self) -> None:
        self._senders: dict[str, _Sender] = {}
        self._deaths: deque[tuple[datetime, str]] = deque(maxlen=500)
        self._lock = threading.Lock()

    def add(self, attempt_id: str, now: datetime) -> datetime:
        """Set a sender aside; returns until when."""
        with self._lock:
            sender = self._senders.setdefault(attempt_id, _Sender())
            sender.until = now + min(LONGEST, FIRST * 2**sender.times)
            sender.times = min(sender.times + 1, 10)
            return sender.until

    def blame(self, attempt_id: str, now: datetime) -> bool:
        """A worker died with this sender's picture; whether the sender is set aside for it.

        Two deaths of late are enough when they are most of all deaths.
        """
        with self._lock:
            self._deaths.append((now, attempt_id))
            lately = [name for at, name in self._deaths if now - at <= BLAMED_WITHIN]
            mine = lately.count(attempt_id)
            return mine >= SURE or (mine > 1 and 2 * mine > len(lately))

    def until(self, attempt_id: str, now: datetime) -> datetime | None:
        """Until when a sender is set aside, or None."""
        sender = self._senders.get(attempt_id)
        return sender.until if sender and sender.until and now < sender.until else None

    def shown_by(self, attempt_id: str, incident_id: str | None) -> None:
        """Remember the incident that tells of it, to be closed in the end."""
        with self._lock:
            self._senders.setdefault(attempt_id, _Sender()).incident_id = incident_id

    def reinstate(self, attempt_id: str) -> str | None:
        """End it now; the next time is as the first. Returns its open incident."""
        with self._lock:
            sender = self._senders.pop(attempt_id, _Sender())
            return sender.incident_id

    def over(self, now: datetime) -> dict[str, str]:
        """Incidents of those whose time is up, by attempt; each is returned once."""
        with self._lock:
            found = {}
            for attempt_id, sender in self._senders.items():
                if sender.incident_id and sender.until and now >= sender.until:
                    found[attempt_id], sender.incident_id = sender.incident_id, None
            return found

    def anybody(self, now: datetime) -> set[str]:
        """All who are set aside now."""
        return {name for name in list(self._senders) if self.until(name, now)}


class SetAside:
    """What follows from pictures that end the analysis: an incident, a pause, staff's word."""

    def __init__(self, context: CentreContext, log: IncidentLog) -> None:
        self._context = context
        self._log = log
        self._senders = Senders()

    def failed(
        self, attempt_id: str, sitting_id: str, error: VisionError, small: Pictures = ()
    ) -> None:
        """The analysis of a sender's picture did not come to its end."""
        now = self._context.time.now()
        died = isinstance(error, AnalysisLost) and not isinstance(error, AnalysisAway)
        lost = died and self._senders.blame(attempt_id, now)
        if not lost and not isinstance(error, AnalysisOverran):
            return
        if self._senders.until(attempt_id, now) is not None:
            return
        until = self._senders.add(attempt_id, now)
        seconds = None if lost else float(str(error.params["seconds"]))
        incident_id = self._log.report(
            attempt_id, sitting_id, RULE, small, None, seconds, until=until.isoformat()
        )
        self._senders.shown_by(attempt_id, incident_id)

    def until(self, attempt_id: str) -> datetime | None:
        """Until when nothing of this sender is analysed, or None."""
        return self._senders.until(attempt_id, self._context.time.now())

    def require(self, attempt_id: str) -> None:
        """Raise PicturesSetAside while nothing of this sender is analysed."""
        if self.until(attempt_id) is not None:
            raise PicturesSetAside()

    def anybody(self) -> bool:
        """Whether somebody is set aside now."""
        return bool(self._senders.anybody(self._context.time.now()))

    def tick(self) -> None:
        """Close the incidents of those whose time is up."""
        for attempt_id, incident_id in self._senders.over(self._context.time.now()).items():
            self._close(attempt_id, incident_id)

    def reinstate(self, attempt_id: str, reason: str, by: str) -> None:
        """Analyse a sender's pictures again; raises ReasonMissing or NotFound."""
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = attempts.get(db, attempt_id)
            if attempt is None:
                raise NotFound()
            self._context.record(
                db, attempt.sitting_id, EventKind.PICTURES_REINSTATED, by, attempt_id, reason=why
            )

        self._context.store.write(job)
        incident_id = self._senders.reinstate(attempt_id)
        if incident_id is not None:
            self._close(attempt_id, incident_id)

    def _close(self, attempt_id: str, incident_id: str) -> None:
        attempt = attempts.get(self._context.store.read(), attempt_id)
        if attempt is not None:
            self._log.end(attempt.sitting_id, attempt_id, incident_id, RULE)
