"""Standstill: pauses of one candidate or the room, and what follows when it lasts too long."""

from datetime import timedelta

from sqlite_utils import Database

from kiosk.exam.attempt.states import (
    REOPENABLE,
    AttemptState,
    EndReason,
    PauseReason,
    require_step,
)
from kiosk.exam.errors import AttemptEnded, AttemptNotStarted
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.states import SittingStatus
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import RoomPaused, SittingState
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.centre import sittings
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import attempts
from kiosk.store.exam.attempts import Attempt

CLOCK_UNSURE = "clock_unsure"
"""Why the room is paused after a reboot that seems too long: only people know how long it was."""

SERVER_OUTAGE = "server_outage"
"""Why the room is paused after an outage that staff are to decide about."""


class Pauses:
    """Staff pause and resume; time comes back by itself."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, progress: AttemptTransitions
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress

    def pause(self, attempt_id: str, reason: str, by: str) -> None:
        """Stop one candidate's clock; raise ReasonMissing, AttemptNotStarted or AttemptEnded."""
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            if attempt.state in (AttemptState.CHECKED_IN, AttemptState.READY):
                raise AttemptNotStarted(state=attempt.state, target=AttemptState.PAUSED)
            if attempt.state is AttemptState.ENDED:
                raise AttemptEnded(state=attempt.state, target=AttemptState.PAUSED)
            self._transitions.pause(db, attempt, PauseReason.STAFF, by, why=why)

        self._context.store.write(job)

    def resume(self, attempt_id: str, reason: str, by: str) -> None:
        """Let one candidate go on, also one whom a rule holds.

        Raises ReasonMissing, RoomPaused while the whole room is paused, IllegalTransition when
        the attempt is not paused, or SittingState when its sitting is over.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            require_step(attempt.state, AttemptState.IN_PROGRESS)
            sitting = self._papers.sitting_in(db, attempt.sitting_id)
            if sitting.over:
                raise SittingState(state=sitting.state)
            if sitting.paused_at is not None:
                raise RoomPaused()
            self._transitions.resume(db, attempt, by, why=why)

        self._context.store.write(job)

    def reopen(self, attempt_id: str, reason: str, by: str) -> None:
        """Take back an end by rule or staff while the sitting lasts; the attempt is paused then.

        Raises ReasonMissing, AttemptEnded for an end that is final, or SittingState.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            sitting = self._papers.sitting_in(db, attempt.sitting_id)
            if sitting.state is not SittingStatus.STARTED:
                raise SittingState(state=sitting.state)
            if attempt.end_reason not in REOPENABLE or attempt.started_at is None:
                raise AttemptEnded(state=attempt.state, target=AttemptState.PAUSED)
            self._transitions.pause(db, attempt, PauseReason.REOPENED, by, why=why)

        self._context.store.write(job)

    def pause_room(self, sitting_id: str, reason: str, by: str) -> None:
        """Stop everybody's clock; raise ReasonMissing, or SittingState unless it is running."""
        why = reasoned(reason)

        def job(db: Database) -> None:
            self._pause_room(db, self._running(db, sitting_id), why, by)

        self._context.store.write(job)

    def pause_room_in(self, db: Database, sitting: Sitting, reason: str) -> None:
        """The same by the system, inside a write job."""
        self._pause_room(db, sitting, reason, "system")

    def _pause_room(self, db: Database, sitting: Sitting, reason: str, by: str) -> None:
        sittings.set_paused(db, sitting.id, self._context.time.now(), reason)
        self._context.record(db, sitting.id, EventKind.ROOM_PAUSED, by, reason=reason)
        for attempt in attempts.of_sitting(db, sitting.id):
            if attempt.state is AttemptState.IN_PROGRESS:
                self._transitions.pause(db, attempt, PauseReason.ROOM, by)

    def resume_room(self, sitting_id: str, reason: str, by: str) -> None:
        """Everybody goes on with the time given back; who is ready begins.

        Whom staff or a rule paused for themselves stays paused. Raises ReasonMissing or
        SittingState.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            sitting = self._papers.sitting_in(db, sitting_id)
            if sitting.paused_at is None or sitting.state is not SittingStatus.STARTED:
                raise SittingState(state=sitting.state)
            seconds = (self._context.time.now() - sitting.paused_at).total_seconds()
            sittings.set_resumed(db, sitting_id)
            self._context.record(
                db, sitting_id, EventKind.ROOM_RESUMED, by, reason=why, seconds=round(seconds, 3)
            )
            paused = attempts.of_sitting(db, sitting_id)
            self._transitions.credit_later(db, sitting, "pause", seconds, PauseReason.ROOM)
            for attempt in paused:
                self._go_on(db, attempt, by)

        self._context.store.write(job)

    def _go_on(self, db: Database, attempt: Attempt, by: str) -> None:
        if attempt.pause_reason is PauseReason.ROOM:
            self._transitions.resume(db, attempt, by)
        elif attempt.state is AttemptState.READY:
            self._transitions.begin(db, self._papers.sitting_in(db, attempt.sitting_id), attempt)

    def stop_in(self, db: Database, sitting: Sitting, reason: str, by: str, **figures: int) -> None:
        """Stop the sitting for good inside a write job, to be sat again; what was saved is kept.

        ``figures``: what else the event says.
        """
        sittings.set_stopped(db, sitting.id, self._context.time.now())
        for attempt in attempts.of_sitting(db, sitting.id):
            if attempt.state not in (AttemptState.ENDED, AttemptState.VOIDED):
                absent = attempt.state is AttemptState.REGISTERED
                end = EndReason.ABSENT if absent else EndReason.STOPPED
                self._transitions.end(db, attempt, end, by)
        self._context.record(
            db, sitting.id, EventKind.SITTING_STOPPED, by, None, reason=reason, **figures
        )

    def sweep(self) -> int:
        """Stop sittings that have stood still beyond the repair limit; returns how many."""
        now, db = self._context.time.now(), self._context.store.read()
        overdue = [
            sitting
            for sitting in sittings.everyone(db)
            if sitting.state is SittingStatus.STARTED
            and sitting.paused_at is not None
            and sitting.pause_reason != CLOCK_UNSURE
            and now - sitting.paused_at >= self.repair_limit(sitting)
        ]

        def job(db: Database) -> None:
            for sitting in overdue:
                current = self._papers.sitting_in(db, sitting.id)
                if current.state is SittingStatus.STARTED and current.paused_at is not None:
                    self.stop_in(db, current, "repair_limit", "system")

        if overdue:
            self._context.store.write(job)
        return len(overdue)

    def repair_limit(self, sitting: Sitting) -> timedelta:
        """How long a standstill may last."""
        return timedelta(minutes=self._papers.programme(sitting).time.repair_minutes)

    def _running(self, db: Database, sitting_id: str) -> Sitting:
        sitting = self._papers.sitting_in(db, sitting_id)
        if sitting.state is not SittingStatus.STARTED or sitting.paused_at is not None:
            raise SittingState(state=sitting.state)
        return sitting
