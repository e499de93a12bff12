"""Camera and microphone during the whole exam (R5, R15-R17, R20).

Frames and snippets of sound go to worker processes. Their answers feed one watch per attempt,
whose rules open and close incidents with evidence. Nothing here ends an attempt or delays an
answer.
"""

import threading
from collections import Counter
from datetime import datetime

from kiosk.exam.attempt.states import require_in_progress
from kiosk.exam.attempt.timing import remaining
from kiosk.exam.checkin.devices import rules_off, switched_off
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.proctoring import Hearing, Observation, Watch
from kiosk.exam.proctoring.room import Analysis, RoomWatch
from kiosk.hall.clock import exam_time
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound, OnBreak, ReasonMissing
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.proctoring.disturbances import Disturbances
from kiosk.hall.proctoring.face_analysis import Faces
from kiosk.hall.proctoring.incidents import IncidentLog
from kiosk.hall.proctoring.references import References
from kiosk.hall.proctoring.seat_events import SeatEvents
from kiosk.hall.proctoring.set_aside import SetAside
from kiosk.hall.proctoring.watched import AFTER, HOLD_SECONDS, WatchedSeat
from kiosk.hall.views.attempt import FrameReply
from kiosk.hall.views.room import DisturbanceView
from kiosk.store.exam import attempts, breaks, devices
from kiosk.store.exam.attempts import Attempt
from kiosk.vision.errors import AnalysisLost, AnalysisOverran, PictureRefused, VisionError


class Proctoring:
    """Watches the cameras and microphones of running attempts."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        faces: Faces,
        log: IncidentLog,
        set_aside: SetAside,
    ) -> None:
        self._context = context
        self._papers = papers
        self._faces = faces
        self._references = References(context, papers, faces)
        self._log = log
        self._events = SeatEvents(log)
        self._set_aside = set_aside
        self._disturbances = Disturbances(context)
        self._seats: dict[str, WatchedSeat] = {}
        self._suspects = 0
        self._deaths = 0
        self._answered_at = self._context.time.now()
        self._lock = threading.Lock()
        faces.on_answers(self._observed, self._heard, self._refused)

    @property
    def interval_ms(self) -> int:
        """Interval at which terminals send frames now; longer under load, at most 5 s."""
        return self._faces.interval_ms(len(self._seats), self._suspects)

    def frame(self, attempt_id: str, jpeg: bytes) -> FrameReply:
        """Accept a frame of a running attempt for analysis.

        Only the newest frame of a terminal waits; none is analysed while its sender is set aside.

        Raises:
            NotFound: there is no such attempt.
            AttemptNotStarted, AttemptPaused, AttemptEnded: the attempt is not in progress.
            OnBreak: the candidate is on a toilet break.
            VisionError: it is not an acceptable JPEG.
        """
        attempt, seat = self._running(attempt_id)
        now = self._context.time.now()
        with seat.lock:
            suspect = seat.watch.suspicious
            interval = self._faces.interval_ms(len(self._seats), self._suspects, suspect)
        if self._set_aside.until(attempt_id) is None:
            self._queue(attempt, seat, jpeg, now, interval)
        with seat.lock:
            left = remaining(now, attempt.ends_at or now).total_seconds()
            return FrameReply(interval, seat.advice, seat.watch.advised, left)

    def _queue(
        self, attempt: Attempt, seat: WatchedSeat, jpeg: bytes, now: datetime, interval_ms: int
    ) -> None:
        """Check a frame, note its arrival and queue it for analysis."""
        references = self._references.of(attempt)
        try:
            self._faces.check(jpeg)
        except VisionError as error:
            self._events.refused(attempt.id, seat, error, now)
            raise
        with seat.lock:
            # Before the frame is queued: the answer comes in another thread, perhaps at once.
            seat.arrive(now, jpeg, interval_ms)
        self._faces.watch(attempt.id, jpeg, references, now.timestamp(), seat.identity_seconds)

    def sound(self, attempt_id: str, pcm: bytes) -> None:
        """Accept a snippet of sound that may contain speech. It is analysed and never stored.

        Raises:
            NotFound: there is no such attempt.
            AttemptNotStarted, AttemptPaused, AttemptEnded: the attempt is not in progress.
            OnBreak: the candidate is on a toilet break.
            SoundRefused: it is not acceptable PCM.
        """
        self._running(attempt_id)
        self._faces.listen(attempt_id, pcm, self._context.time.now().timestamp())

    def _running(self, attempt_id: str) -> tuple[Attempt, WatchedSeat]:
        db = self._context.store.read()
        attempt = attempts.get(db, attempt_id)
        if attempt is None:
            raise NotFound()
        require_in_progress(attempt.state)
        if breaks.open_of(db, attempt_id) is not None:
            raise OnBreak()
        return attempt, self._seat(attempt)

    def prepare(self) -> None:
        """Compute the templates to compare with; call this outside of requests."""
        self._references.prepare()

    def _seat(self, attempt: Attempt) -> WatchedSeat:
        with self._lock:
            seat = self._seats.get(attempt.id)
            if seat is None:
                seat = self._seats[attempt.id] = self._new_seat(attempt)
            return seat

    def _new_seat(self, attempt: Attempt) -> WatchedSeat:
        """Start a watch without the rules that need devices which staff let fail (R13)."""
        without = devices.of_attempt(self._context.store.read(), attempt.id).without
        sitting = self._papers.sitting(attempt.sitting_id)
        own = self._papers.programme(sitting, attempt.paper).proctoring
        rules = switched_off(own, rules_off(without))
        now, bands = self._context.time.now(), self._faces.bands
        watch = Watch(rules, now.timestamp(), bands.staff_at, bands.pass_at)
        on = rules.camera_lost.enabled
        return WatchedSeat(
            watch, attempt.sitting_id, rules.identity_seconds, now, self.interval_ms, on
        )

    def _patience(self, sitting_id: str) -> float:
        """Return after how many seconds a camera counts as lost: the longest of the programmes.

        The room's disturbances are judged for all papers together; the longest span blames no
        candidate too early.
        """
        programmes = self._papers.programmes(self._papers.sitting(sitting_id))
        return max(one.proctoring.camera_lost.enter_seconds for one in programmes)

    def renew(self, attempt_id: str) -> None:
        """Apply the rules for the terminal's present devices; close incidents that were open."""
        seat = self._seats.get(attempt_id)
        if seat is None:
            return
        self._forget(attempt_id)
        for rule, incident_id in list(seat.open.items()):
            self._log.end(seat.sitting_id, attempt_id, incident_id, rule)

    def _observed(self, attempt_id: str, observation: Observation, thumbnail: bytes) -> None:
        """Judge an analysed frame; the pool's thread calls this."""
        seat, at = self._seats.get(attempt_id), exam_time(observation.at)
        self._answered_at = self._context.time.now()
        if seat is None:
            self._faces.forget(attempt_id)  # it ended while its last frame was analysed
            return
        with seat.lock:
            seat.advice = observation.advice
            seat.answer(at, usable=True)
            seat.remember(at, thumbnail)
            for event in seat.watch.observe(observation):
                self._events.record(attempt_id, seat, event)
            self._events.follow_up(attempt_id, seat, at)

    def _heard(self, attempt_id: str, hearing: Hearing) -> None:
        """Judge an analysed sound; the pool's thread calls this."""
        seat = self._seats.get(attempt_id)
        if seat is None:
            return
        with seat.lock:
            for event in seat.watch.hear(hearing):
                self._events.record(attempt_id, seat, event)

    def _refused(self, attempt_id: str, error: VisionError) -> None:
        """Handle a picture that is unusable, or on which the analysis failed."""
        seat = self._seats.get(attempt_id)
        self._answered_at = self._context.time.now()
        if seat is None:
            return
        with seat.lock:
            if isinstance(error, PictureRefused) and seat.arrived is not None:
                # An unusable picture counts as none: a camera that sends only such pictures
                # becomes silent.
                seat.answer(seat.arrived, usable=False)
            seat.waiting = None
            small = list(seat.small)
        if isinstance(error, AnalysisOverran | AnalysisLost):
            self._set_aside.failed(attempt_id, seat.sitting_id, error, small)
        else:
            self._events.refused(attempt_id, seat, error, self._answered_at)

    def tick(self) -> None:
        """Judge rooms and silent cameras, and drop ended attempts; call this every second.

        What the server, the analysis or the network delays is the room's disturbance, not an
        incident. A candidate whom staff released, or who is on a toilet break, is at no terminal:
        no camera is missing.
        """
        db = self._context.store.read()
        out = breaks.all_out(db)
        running = {a.id: a for a in attempts.at_desks(db) if a.id not in out}
        for attempt_id in [known for known in list(self._seats) if known not in running]:
            self._forget(attempt_id)
        self._suspects = sum(seat.watch.suspicious for seat in list(self._seats.values()))
        self._set_aside.tick()
        self._note_deaths()
        rooms = Counter(attempt.sitting_id for attempt in running.values())
        self._disturbances.forget_others(set(rooms))
        for sitting_id in rooms:
            seats = {
                attempt.id: self._seat(attempt)
                for attempt in running.values()
                if attempt.sitting_id == sitting_id
            }
            self._judge(sitting_id, seats)

    def _judge(self, sitting_id: str, seats: dict[str, WatchedSeat]) -> None:
        now = self._context.time.now()
        cameras = {
            attempt_id: seat.camera(now)
            for attempt_id, seat in seats.items()
            if seat.camera_on and self._set_aside.until(attempt_id) is None
        }
        room = self._disturbances.judge(
            sitting_id, self._patience(sitting_id), cameras, self._analysis(now), self.interval_ms
        )
        for attempt_id, seat in seats.items():
            with seat.lock:
                judged = attempt_id in cameras and room.judges(attempt_id)
                self._judge_silence(attempt_id, seat, room, now, judged=judged)
                self._events.follow_up(attempt_id, seat, now)

    def _analysis(self, now: datetime) -> Analysis:
        return Analysis(
            stopped=self._faces.stopped,
            short=self._faces.short(len(self._seats)),
            quiet_s=(now - self._answered_at).total_seconds(),
        )

    def _judge_silence(
        self, attempt_id: str, seat: WatchedSeat, room: RoomWatch, now: datetime, *, judged: bool
    ) -> None:
        """Count a camera's silence from the end of a disturbance, unless others are silent, too."""
        interval_s, at = seat.interval_ms / 1000, now.timestamp()
        heard = max(seat.last_frame.timestamp(), room.judged_from)
        held = at - heard < seat.watch.patience(interval_s) + interval_s + HOLD_SECONDS
        # ``at`` means no silence: the room is disturbed, or it is too early to know whether
        # others fall silent as well.
        last_frame = at if held or not judged else heard
        for event in seat.watch.tick(at, interval_s, last_frame):
            self._events.record(attempt_id, seat, event)

    def _note_deaths(self) -> None:
        """Record that a worker died and was replaced."""
        deaths = self._faces.deaths
        if deaths > self._deaths and not self._faces.stopped:
            self._log.note_everywhere(EventKind.ANALYSIS_RESTARTED)
        self._deaths = deaths

    def _forget(self, attempt_id: str) -> None:
        with self._lock:
            seat = self._seats.pop(attempt_id, None)
        self._faces.forget(attempt_id)
        if seat is not None:
            with seat.lock:
                # Ahead of time, so that incidents near the end get their pictures from after,
                # too.
                self._events.follow_up(attempt_id, seat, self._context.time.now() + AFTER)

    def mark(
        self, attempt_id: str, rule: str, note: str, by: str, act_id: str | None = None
    ) -> None:
        """Record what staff saw, with the present pictures; once for an ``act_id``.

        Raises:
            ReasonMissing: the note is empty.
            NotFound: there is no such attempt.
            AttemptNotStarted, AttemptPaused, AttemptEnded: the attempt is not in progress.
            OnBreak: the candidate is on a toilet break.
            DoneOtherwise: something else was done under this ``act_id``.
        """
        if not note.strip():
            raise ReasonMissing()
        attempt, seat = self._running(attempt_id)
        with seat.lock:
            full, small = list(seat.full), list(seat.small)
        text = note.strip()[:500]
        self._log.mark(attempt_id, attempt.sitting_id, rule, text, by, full, small, act_id)

    def active_rules(self, attempt_id: str) -> list[str]:
        """Return ids of the rules that are broken now."""
        seat = self._seats.get(attempt_id)
        return sorted(seat.watch.active) if seat else []

    def advised_rules(self, attempt_id: str) -> list[str]:
        """Return ids of the broken rules that the candidate is shown."""
        seat = self._seats.get(attempt_id)
        return sorted(seat.watch.advised) if seat else []

    def last_frame_at(self, attempt_id: str) -> datetime | None:
        """Return the exam time at which the newest frame arrived, or None."""
        seat = self._seats.get(attempt_id)
        return seat.full[-1][0] if seat and seat.full else None

    def thumbnail(self, attempt_id: str) -> bytes | None:
        """Return the newest frame as JPEG, for staff pages only."""
        seat = self._seats.get(attempt_id)
        return seat.full[-1][1] if seat and seat.full else None

    def frames_per_s(self) -> float:
        """Return the frames analysed per second, over the last ten seconds."""
        return self._faces.frames_per_s()

    def alerts(self, sitting_id: str | None = None) -> list[str]:
        """Return ids of what staff should know about the analysis."""
        own: list[str] = ["pictures_set_aside"] if self._set_aside.anybody() else []
        found = [*self._faces.alerts(), *self._disturbances.active(sitting_id), *own]
        return list(dict.fromkeys(found))

    def disturbances(self, sitting_id: str) -> list[DisturbanceView]:
        """Return spans in which frames were missing or late for the room, newest first."""
        return self._disturbances.view(sitting_id)

    def set_aside_until(self, attempt_id: str) -> datetime | None:
        """Return until when this candidate's pictures are not analysed, or None."""
        return self._set_aside.until(attempt_id)
