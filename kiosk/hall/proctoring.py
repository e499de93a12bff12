"""Watching camera and microphone during the whole exam (R5, R15-R17, R20).

Frames and snippets of sound go to worker processes; what comes back feeds one watch per attempt,
whose rules open and close incidents with their evidence. Nothing here ever ends an attempt or
delays an answer.
"""

import logging
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kiosk.exam.attempt import require_in_progress
from kiosk.exam.proctoring import Hearing, Observation, RuleEvent, Watch
from kiosk.exam.timing import remaining
from kiosk.hall.centre import Centre
from kiosk.hall.clock import exam_time
from kiosk.hall.errors import NotFound, ReasonMissing
from kiosk.hall.faces import Faces
from kiosk.hall.incident_log import IncidentLog
from kiosk.hall.papers import Papers
from kiosk.hall.views import FrameReply
from kiosk.store import attempts, incidents
from kiosk.store.attempts import Attempt
from kiosk.vision.errors import VisionError

_log = logging.getLogger(__name__)

FULL_FRAMES = 3
BEFORE, AFTER = timedelta(seconds=15), timedelta(seconds=10)
"""How much of what led to an incident, and of what followed, is kept in small pictures."""

REFUSED_EVERY = timedelta(minutes=1)
"""How often the journal says that an attempt's pictures cannot be read."""


@dataclass
class _Seat:
    """What is known of one attempt's camera since this process started."""

    watch: Watch
    sitting_id: str
    identity_seconds: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    full: deque[tuple[datetime, bytes]] = field(default_factory=lambda: deque(maxlen=FULL_FRAMES))
    small: deque[tuple[datetime, bytes]] = field(default_factory=deque)
    advice: tuple[str, ...] = ()
    open: dict[str, str] = field(default_factory=dict)
    followed: dict[str, datetime] = field(default_factory=dict)
    refused_at: datetime | None = None


class Proctoring:
    """The camera's and the microphone's side of the exam hall."""

    def __init__(self, centre: Centre, papers: Papers, faces: Faces) -> None:
        self._centre = centre
        self._papers = papers
        self._faces = faces
        self._log = IncidentLog(centre)
        self._seats: dict[str, _Seat] = {}
        self._suspects = 0
        self._deaths = 0
        self._blind = False
        self._lock = threading.Lock()
        faces.on_answers(self._observed, self._heard, self._refused)

    @property
    def interval_ms(self) -> int:
        """How often terminals send a frame now; longer under load, at most 5 s."""
        return self._faces.interval_ms(len(self._seats), self._suspects)

    def frame(self, attempt_id: str, jpeg: bytes) -> FrameReply:
        """Take one frame of a running attempt for analysis.

        Only the newest frame of a terminal waits. Raises AttemptNotStarted, AttemptEnded, or a
        VisionError for something that is no acceptable JPEG.
        """
        attempt, seat = self._running(attempt_id)
        now = self._centre.time.now()
        self._faces.watch(
            attempt_id, jpeg, self._references(attempt), now.timestamp(), seat.identity_seconds
        )
        with seat.lock:
            seat.full.append((now, jpeg))
            suspect = seat.watch.suspicious
            interval = self._faces.interval_ms(len(self._seats), self._suspects, suspect)
            left = remaining(now, attempt.ends_at or now).total_seconds()
            return FrameReply(interval, seat.advice, seat.watch.advised, left)

    def sound(self, attempt_id: str, pcm: bytes) -> None:
        """Take a snippet of sound in which somebody may be speaking.

        It is listened to and forgotten. Raises AttemptNotStarted, AttemptEnded, or SoundRefused.
        """
        self._running(attempt_id)
        self._faces.listen(attempt_id, pcm, self._centre.time.now().timestamp())

    def _running(self, attempt_id: str) -> tuple[Attempt, _Seat]:
        attempt = attempts.get(self._centre.store.read(), attempt_id)
        if attempt is None:
            raise NotFound()
        require_in_progress(attempt.state)
        return attempt, self._seat(attempt_id, attempt.sitting_id)

    def _references(self, attempt: Attempt) -> tuple[bytes | None, bytes | None]:
        """Portrait, and the entry picture if staff accepted it: neither ever adapts.

        Only what :meth:`prepare` has made ready: a request never waits for the analysis.
        """
        if not attempt.consent_face:
            return None, None
        portrait = self._faces.known(attempt.sitting_id, attempt.admission_no)
        if attempt.check_in != "by_hand":
            return portrait, None
        return portrait, self._faces.known(attempt.id, "entry")

    def prepare(self) -> None:
        """Beside the requests: make ready the faces that running attempts are compared with."""
        for attempt in attempts.in_progress(self._centre.store.read()):
            if not attempt.consent_face:
                continue
            try:
                self._prepare(attempt)
            except (VisionError, FileNotFoundError):
                _log.exception("attempt %s cannot be compared with its portrait yet", attempt.id)

    def _prepare(self, attempt: Attempt) -> None:
        sitting_id, admission_no = attempt.sitting_id, attempt.admission_no
        self._faces.reference(
            sitting_id, admission_no, lambda: self._papers.portrait(sitting_id, admission_no)
        )
        if attempt.check_in == "by_hand":
            self._faces.reference(attempt.id, "entry", lambda: self._entry(attempt.id))

    def _entry(self, attempt_id: str) -> bytes | None:
        sha256 = incidents.accepted_picture(self._centre.store.read(), attempt_id)
        return None if sha256 is None else self._centre.open_sealed(sha256)

    def _seat(self, attempt_id: str, sitting_id: str) -> _Seat:
        with self._lock:
            seat = self._seats.get(attempt_id)
            if seat is None:
                rules = self._papers.programme(self._papers.sitting(sitting_id)).proctoring
                now = self._centre.time.now().timestamp()
                bands = self._faces.bands
                watch = Watch(rules, now, bands.staff_at, bands.pass_at)
                seat = self._seats[attempt_id] = _Seat(watch, sitting_id, rules.identity_seconds)
            return seat

    def _observed(self, attempt_id: str, observation: Observation, thumbnail: bytes) -> None:
        """Called from the analysis pool's thread for each analysed frame."""
        seat = self._seats.get(attempt_id)
        if seat is None:
            self._faces.forget(attempt_id)  # the attempt ended while its last frame was looked at
            return
        with seat.lock:
            seat.advice = observation.advice
            self._remember(seat, exam_time(observation.at), thumbnail)
            for event in seat.watch.observe(observation):
                self._record(attempt_id, seat, event)
            self._follow_up(attempt_id, seat, exam_time(observation.at))

    @staticmethod
    def _remember(seat: _Seat, at: datetime, thumbnail: bytes) -> None:
        seat.small.append((at, thumbnail))
        while at - seat.small[0][0] > BEFORE:
            seat.small.popleft()

    def _heard(self, attempt_id: str, hearing: Hearing) -> None:
        """Called from the analysis pool's thread for each snippet of sound."""
        seat = self._seats.get(attempt_id)
        if seat is None:
            return
        with seat.lock:
            for event in seat.watch.hear(hearing):
                self._record(attempt_id, seat, event)

    def _refused(self, attempt_id: str, error: VisionError) -> None:
        """A picture that cannot be read: say so in the journal, now and then; the exam goes on."""
        seat, now = self._seats.get(attempt_id), self._centre.time.now()
        if seat is None:
            return
        with seat.lock:
            if seat.refused_at is not None and now - seat.refused_at < REFUSED_EVERY:
                return
            seat.refused_at = now
            self._log.note(seat.sitting_id, attempt_id, "frame_refused", error=error.code)

    def tick(self) -> None:
        """Once a second: notice running attempts whose camera sends nothing, forget ended ones.

        While the analysis itself is down no camera counts as lost: that is not the candidate's.
        """
        running = {a.id: a for a in attempts.in_progress(self._centre.store.read())}
        for attempt_id in [known for known in list(self._seats) if known not in running]:
            self._forget(attempt_id)
        self._suspects = sum(seat.watch.suspicious for seat in list(self._seats.values()))
        now, interval_s = self._centre.time.now(), self.interval_ms / 1000
        blind = self._watch_analysis()
        for attempt in running.values():
            seat = self._seat(attempt.id, attempt.sitting_id)
            with seat.lock:
                for event in () if blind else seat.watch.tick(now.timestamp(), interval_s):
                    self._record(attempt.id, seat, event)
                self._follow_up(attempt.id, seat, now)

    def _watch_analysis(self) -> bool:
        """Put in the journal what befell the analysis; whether it is down."""
        deaths, blind = self._faces.deaths, self._faces.stopped
        if blind and not self._blind:
            self._log.note_everywhere("analysis_stopped")
        elif deaths > self._deaths:
            self._log.note_everywhere("analysis_restarted")
        self._deaths, self._blind = deaths, blind
        return blind

    def _forget(self, attempt_id: str) -> None:
        with self._lock:
            seat = self._seats.pop(attempt_id, None)
        self._faces.forget(attempt_id)
        if seat is not None:
            with seat.lock:
                self._follow_up(attempt_id, seat, self._centre.time.now() + AFTER)

    def _record(self, attempt_id: str, seat: _Seat, event: RuleEvent) -> None:
        if event.follow_up == "advice":
            if event.kind == "started":
                kind, values = f"advice_{event.rule}", (event.measured, event.threshold)
                data = dict(zip(("measured", "threshold"), values, strict=True))
                self._log.note(seat.sitting_id, attempt_id, kind, **data)
        elif event.kind == "started":
            small = [one for one in seat.small if one[0] >= exam_time(event.since) - BEFORE]
            opened = self._log.open(attempt_id, seat.sitting_id, event, list(seat.full), small)
            if opened is not None:
                seat.open[event.rule] = opened
                seat.followed[opened] = exam_time(event.at)
        elif (incident_id := seat.open.pop(event.rule, None)) is not None:
            self._log.close(seat.sitting_id, attempt_id, incident_id, event)

    def _follow_up(self, attempt_id: str, seat: _Seat, now: datetime) -> None:
        """Keep what was seen in the seconds after an incident began."""
        for incident_id, since in list(seat.followed.items()):
            if now - since >= AFTER:
                del seat.followed[incident_id]
                after = [(at, jpeg) for at, jpeg in seat.small if at > since]
                self._log.add_after(attempt_id, incident_id, after)

    def mark(self, attempt_id: str, rule: str, note: str, by: str) -> None:
        """Staff report what they see, with the pictures of now; raises ReasonMissing, NotFound."""
        if not note.strip():
            raise ReasonMissing()
        attempt, seat = self._running(attempt_id)
        with seat.lock:
            full, small = list(seat.full), list(seat.small)
        text = note.strip()[:500]
        self._log.mark(attempt_id, attempt.sitting_id, rule, text, by, full, small)

    def active_rules(self, attempt_id: str) -> list[str]:
        """Ids of the rules that are broken now."""
        seat = self._seats.get(attempt_id)
        return sorted(seat.watch.active) if seat else []

    def advised_rules(self, attempt_id: str) -> list[str]:
        """Those among them that the candidate is told of."""
        seat = self._seats.get(attempt_id)
        return sorted(seat.watch.advised) if seat else []

    def last_frame_at(self, attempt_id: str) -> datetime | None:
        """When the newest frame came, in exam time."""
        seat = self._seats.get(attempt_id)
        return seat.full[-1][0] if seat and seat.full else None

    def thumbnail(self, attempt_id: str) -> bytes | None:
        """The newest frame as JPEG, for the staff page only."""
        seat = self._seats.get(attempt_id)
        return seat.full[-1][1] if seat and seat.full else None

    def frames_per_s(self) -> float:
        """Frames analysed per second, over the last ten seconds."""
        return self._faces.frames_per_s()

    def alerts(self) -> list[str]:
        """What staff should know about the analysis itself."""
        return self._faces.alerts()
