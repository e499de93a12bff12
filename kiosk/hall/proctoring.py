"""Watching the camera during the whole exam (R5, R15-R17, R20).

Frames go to worker processes; what comes back feeds one watch per attempt, whose rules open and
close incidents with their evidence. Nothing here ever ends an attempt or delays an answer.
"""

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlite_utils import Database

from kiosk.exam.attempt import AttemptState, require_in_progress
from kiosk.exam.proctoring import Observation, RuleEvent, Watch
from kiosk.hall.centre import Centre
from kiosk.hall.errors import NotFound
from kiosk.hall.faces import Faces
from kiosk.hall.papers import Papers
from kiosk.hall.views import FrameReply
from kiosk.store import attempts, incidents
from kiosk.store.attempts import Attempt
from kiosk.store.incidents import EvidenceRow, Incident

PICTURES_BEFORE = 2
"""Frames kept in memory before the one that starts an incident."""


@dataclass
class _Seat:
    """What is known of one attempt's camera since this process started."""

    watch: Watch
    sitting_id: str
    lock: threading.Lock = field(default_factory=threading.Lock)
    pictures: deque[tuple[datetime, bytes]] = field(
        default_factory=lambda: deque(maxlen=PICTURES_BEFORE + 1)
    )
    advice: tuple[str, ...] = ()
    open: dict[str, str] = field(default_factory=dict)


class Proctoring:
    """The camera's side of the exam hall."""

    def __init__(self, centre: Centre, papers: Papers, faces: Faces) -> None:
        self._centre = centre
        self._papers = papers
        self._faces = faces
        self._seats: dict[str, _Seat] = {}
        self._lock = threading.Lock()
        faces.on_observation(self._observed)

    @property
    def interval_ms(self) -> int:
        """How often each terminal sends a frame now; longer under load, at most 5 s."""
        return self._faces.interval_ms(len(self._seats))

    def frame(self, attempt_id: str, jpeg: bytes) -> FrameReply:
        """Take one frame of a running attempt for analysis.

        Only the newest frame of a terminal waits. Raises AttemptNotStarted, AttemptEnded, or a
        VisionError for something that is no acceptable JPEG.
        """
        attempt = attempts.get(self._centre.store.read(), attempt_id)
        if attempt is None:
            raise NotFound()
        require_in_progress(attempt.state)
        seat = self._seat(attempt_id, attempt.sitting_id)
        now = self._centre.time.now()
        reference = self._reference(attempt) if attempt.consent_face else None
        self._faces.watch(attempt_id, jpeg, reference, now.timestamp())
        with seat.lock:
            seat.pictures.append((now, jpeg))
            return FrameReply(self.interval_ms, seat.advice, tuple(seat.watch.active))

    def _reference(self, attempt: Attempt) -> bytes | None:
        sitting_id, admission_no = attempt.sitting_id, attempt.admission_no
        return self._faces.reference(
            sitting_id, admission_no, lambda: self._papers.portrait(sitting_id, admission_no)
        )

    def _seat(self, attempt_id: str, sitting_id: str) -> _Seat:
        with self._lock:
            seat = self._seats.get(attempt_id)
            if seat is None:
                programme = self._papers.programme(self._papers.sitting(sitting_id))
                now = self._centre.time.now().timestamp()
                seat = _Seat(
                    Watch(programme.proctoring, now, self._faces.bands.staff_at), sitting_id
                )
                self._seats[attempt_id] = seat
            return seat

    def _observed(self, attempt_id: str, observation: Observation) -> None:
        """Called from the analysis pool's thread for each analysed frame."""
        seat = self._seats.get(attempt_id)
        if seat is None:
            return
        with seat.lock:
            seat.advice = observation.advice
            found = seat.watch.observe(observation)
            for event in found:
                self._record(attempt_id, seat, event)

    def tick(self) -> None:
        """Once a second: notice running attempts whose camera sends nothing, forget ended ones."""
        running = {a.id: a for a in attempts.in_progress(self._centre.store.read())}
        for attempt_id in [known for known in self._seats if known not in running]:
            with self._lock:
                self._seats.pop(attempt_id, None)
        now = self._centre.time.now().timestamp()
        for attempt in running.values():
            seat = self._seat(attempt.id, attempt.sitting_id)
            with seat.lock:
                for event in seat.watch.tick(now):
                    self._record(attempt.id, seat, event)

    def _record(self, attempt_id: str, seat: _Seat, event: RuleEvent) -> None:
        if event.kind == "started":
            self._start(attempt_id, seat, event)
        else:
            self._end(attempt_id, seat, event)

    def _start(self, attempt_id: str, seat: _Seat, event: RuleEvent) -> None:
        centre = self._centre
        incident = Incident(
            centre.ids(),
            attempt_id,
            event.rule,
            _time(event.since),
            None,
            event.measured,
            event.threshold,
        )
        pictures = [(at, centre.keep_sealed(jpeg), len(jpeg)) for at, jpeg in seat.pictures]
        limit = centre.settings.vision.evidence_per_attempt

        def job(db: Database) -> bool:
            attempt = attempts.get(db, attempt_id)
            if attempt is None or attempt.state is not AttemptState.IN_PROGRESS:
                return False
            incidents.open_incident(db, incident)
            room = limit - incidents.evidence_count(db, attempt_id)
            for at, sha256, size in pictures[: max(0, room)]:
                row = EvidenceRow(sha256, attempt_id, incident.id, "frame", at, size)
                incidents.add_evidence(db, row)
            centre.record(
                db,
                seat.sitting_id,
                f"rule_{event.rule}",
                "camera",
                attempt_id,
                incident=incident.id,
                measured=event.measured,
                threshold=event.threshold,
            )
            return True

        if centre.store.write(job):
            seat.open[event.rule] = incident.id

    def _end(self, attempt_id: str, seat: _Seat, event: RuleEvent) -> None:
        incident_id = seat.open.pop(event.rule, None)
        if incident_id is None:
            return

        def job(db: Database) -> None:
            incidents.close_incident(db, incident_id, _time(event.at))
            self._centre.record(
                db,
                seat.sitting_id,
                f"rule_{event.rule}_over",
                "camera",
                attempt_id,
                incident=incident_id,
            )

        self._centre.store.write(job)

    def active_rules(self, attempt_id: str) -> list[str]:
        """Ids of the rules that are broken now."""
        seat = self._seats.get(attempt_id)
        return sorted(seat.watch.active) if seat else []

    def last_frame_at(self, attempt_id: str) -> datetime | None:
        """When the newest frame came, in exam time."""
        seat = self._seats.get(attempt_id)
        return seat.pictures[-1][0] if seat and seat.pictures else None

    def thumbnail(self, attempt_id: str) -> bytes | None:
        """The newest frame as JPEG, for the staff page only."""
        seat = self._seats.get(attempt_id)
        return seat.pictures[-1][1] if seat and seat.pictures else None

    def frames_per_s(self) -> float:
        """Frames analysed per second, over the last ten seconds."""
        return self._faces.frames_per_s()

    def alerts(self) -> list[str]:
        """What staff should know about the analysis itself."""
        return self._faces.alerts()


def _time(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
