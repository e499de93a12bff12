"""Pauses of one candidate or the room, and the end of a sitting whose pause lasts too long."""

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
"""Why the room is paused after a reboot that seems too long: staff must say how long it was."""

SERVER_OUTAGE = "server_outage"
"""Why the room is paused after an outage about which staff decide."""


class Pauses:
    """Pauses and resumes by staff. The time of a pause is credited automatically."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, progress: AttemptTransitions
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress

    def pause(self, attempt_id: str, reason: str, by: str) -> None:
        """Pause one candidate.

        Raises:
            ReasonMissing: the reason is empty.
            AttemptNotStarted, AttemptEnded: the attempt is not in progress.
        """
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
        """Resume one candidate, also one paused by a rule.

        Raises:
            ReasonMissing: the reason is empty.
            IllegalTransition: the attempt is not paused.
            RoomPaused: the whole room is paused.
            SittingState: the sitting is over.
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
        """Reverse an end by a rule or by staff while the sitting is running.

        The attempt is paused then, with the time since its end to be credited.

        Raises:
            ReasonMissing: the reason is empty.
            AttemptEnded: the end is final.
            SittingState: the sitting is not running.
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
        """Pause everyone.

        Raises:
            ReasonMissing: the reason is empty.
            SittingState: the sitting is not running, or the room is paused.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            self._pause_room(db, self._running(db, sitting_id), why, by)

        self._context.store.write(job)

    def pause_room_in(self, db: Database, sitting: Sitting, reason: str) -> None:
        """Pause everyone on behalf of the system, inside a write job."""
        self._pause_room(db, sitting, reason, "system")

    def _pause_room(self, db: Database, sitting: Sitting, reason: str, by: str) -> None:
        sittings.set_paused(db, sitting.id, self._context.time.now(), reason)
        self._context.record(db, sitting.id, EventKind.ROOM_PAUSED, by, reason=reason)
        for attempt in attempts.of_sitting(db, sitting.id):
            if attempt.state is AttemptState.IN_PROGRESS:
                self._transitions.pause(db, attempt, PauseReason.ROOM, by)

    def resume_room(self, sitting_id: str, reason: str, by: str) -> None:
        """Resume everyone with the time credited; ready candidates begin.

        Attempts that staff or a rule paused individually stay paused.

        Raises:
            ReasonMissing: the reason is empty.
            SittingState: the room is not paused, or the sitting is not running.
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
            # Must precede the loop: begin() copies the room's credits, including this one, to
            # ready candidates.
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
        """Stop the sitting for good, to be rescheduled, inside a write job. Saved answers remain.

        ``figures``: further data of the event.
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
        """Stop sittings paused for longer than their repair limit; return how many."""
        now, db = self._context.time.now(), self._context.store.read()
        overdue = [
            sitting
            for sitting in sittings.everyone(db)
            if sitting.state is SittingStatus.STARTED
            and sitting.paused_at is not None
            # While the clock is in doubt the pause may look hours long: only staff may stop the
            # sitting then.
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
        """Return how long a room may be paused before its sitting is stopped."""
        return timedelta(minutes=self._papers.programme(sitting).time.repair_minutes)

    def _running(self, db: Database, sitting_id: str) -> Sitting:
        sitting = self._papers.sitting_in(db, sitting_id)
        if sitting.state is not SittingStatus.STARTED or sitting.paused_at is not None:
            raise SittingState(state=sitting.state)
        return sitting
