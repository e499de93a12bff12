"""From what an attempt's rules say to incidents, and to lines of the event log."""

from datetime import datetime, timedelta

from kiosk.exam.event_kinds import EventKind, advised
from kiosk.exam.proctoring import RuleEvent
from kiosk.hall.clock import exam_time
from kiosk.hall.proctoring.incidents import IncidentLog
from kiosk.hall.proctoring.watched import AFTER, BEFORE, WatchedSeat
from kiosk.vision.errors import VisionError

REFUSED_EVERY = timedelta(minutes=1)
"""How often the event log says that an attempt's pictures cannot be read."""


class SeatEvents:
    """Writes down what happens at a seat."""

    def __init__(self, log: IncidentLog) -> None:
        self._log = log

    def record(self, attempt_id: str, seat: WatchedSeat, event: RuleEvent) -> None:
        """A rule began or ceased: advice is noted, all else opens or closes an incident."""
        if event.follow_up == "advice":
            if event.kind == "started":
                kind, values = advised(event.rule), (event.measured, event.threshold)
                data = dict(zip(("measured", "threshold"), values, strict=True))
                self._log.note(seat.sitting_id, attempt_id, kind, **data)
        elif event.kind == "started":
            small = [shot for shot in seat.small if shot[0] >= exam_time(event.since) - BEFORE]
            opened = self._log.open(
                attempt_id, seat.sitting_id, event, list(seat.full), small, seat.interval_ms
            )
            if opened is not None:
                seat.open[event.rule] = opened
                seat.followed[opened] = exam_time(event.at)
        elif (incident_id := seat.open.pop(event.rule, None)) is not None:
            self._log.close(seat.sitting_id, attempt_id, incident_id, event)

    def follow_up(self, attempt_id: str, seat: WatchedSeat, now: datetime) -> None:
        """Keep what was seen in the seconds after an incident began."""
        for incident_id, since in list(seat.followed.items()):
            if now - since >= AFTER:
                del seat.followed[incident_id]
                after = [(at, jpeg) for at, jpeg in seat.small if at > since]
                self._log.add_after(seat.sitting_id, attempt_id, incident_id, after)

    def refused(
        self, attempt_id: str, seat: WatchedSeat, error: VisionError, now: datetime
    ) -> None:
        """A picture cannot be read: say so in the event log, now and then."""
        with seat.lock:
            if seat.refused_at is not None and now - seat.refused_at < REFUSED_EVERY:
                return
            seat.refused_at = now
        self._log.note(seat.sitting_id, attempt_id, EventKind.FRAME_REFUSED, error=error.code)
