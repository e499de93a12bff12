"""How attempts end: handed in, by staff, when their time is up; and how an end is voided."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.exam.attempt.states import OVER, AttemptState, EndReason, require_in_progress
from kiosk.exam.attempt.timing import GRACE, minute_of
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.attempt.breaks import require_here
from kiosk.hall.attempt.leases import Leases
from kiosk.hall.attempt.parts import AttemptParts
from kiosk.hall.attempt.presenter import AttemptPresenter
from kiosk.hall.attempt.respite import Respite
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import HandInTooEarly
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.attempt import ReceiptView
from kiosk.store.exam import attempts
from kiosk.store.exam.attempts import Attempt

QUIET = timedelta(seconds=8)
"""A page contacts the server at least every five seconds; after this silence it was cut off."""


class AttemptEnds:
    """Ends attempts."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        progress: AttemptTransitions,
        views: AttemptPresenter,
        leases: Leases,
        respite: Respite,
        parts: AttemptParts,
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress
        self._views = views
        self._leases = leases
        self._respite = respite
        self._parts = parts

    def hand_in(self, attempt_id: str) -> ReceiptView:
        """End the attempt at the candidate's request; repeating it returns the same receipt.

        Raises:
            HandInTooEarly, PartTooEarly: the earliest time to hand in is not reached.
            PartsLeft: parts follow that are sat in order.
            AttemptPaused, AttemptNotStarted: the attempt is not in progress.
            OnBreak: the candidate is on a toilet break.
        """

        def job(db: Database) -> Attempt:
            attempt = self._transitions.get(db, attempt_id)
            if attempt.state not in OVER:
                require_in_progress(attempt.state)
                require_here(db, attempt_id)
                self._parts.require_end(db, attempt)
                self._require_late_enough(db, attempt)
                self._transitions.end(db, attempt, EndReason.HANDED_IN, "candidate")
            return self._transitions.get(db, attempt_id)

        return self._views.receipt(self._context.store.write(job))

    def _require_late_enough(self, db: Database, attempt: Attempt) -> None:
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        minutes = self._papers.programme(sitting, attempt.paper).time.earliest_hand_in_minutes
        now = self._context.time.now()
        if attempt.counts_from and now < minute_of(attempt.counts_from, minutes):
            raise HandInTooEarly(minutes=minutes)

    def end_by_staff(self, attempt_id: str, reason: str, by: str) -> None:
        """End a running or paused attempt.

        Raises:
            ReasonMissing: the reason is empty.
            AttemptNotStarted, AttemptEnded: the attempt is not between start and end.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            if attempt.state is not AttemptState.PAUSED:
                require_in_progress(attempt.state)
            self._transitions.end(db, attempt, EndReason.STAFF, by, why=why)

        self._context.store.write(job)

    def void(self, attempt_id: str, reason: str, by: str) -> None:
        """Void an ended attempt at the centre (R21); a further bundle tells headquarters.

        Raises:
            ReasonMissing: the reason is empty.
            IllegalTransition: the attempt has not ended.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            attempts.step(db, attempt, AttemptState.VOIDED)
            attempts.want_bundle(db, attempt_id)
            self._context.record(
                db, attempt.sitting_id, EventKind.ATTEMPT_VOIDED, by, attempt_id, why=why
            )

        self._context.store.write(job)

    def sweep(self) -> int:
        """End attempts, or their open part, whose time is up (R22) and return how many.

        None ends during the respite, and one whose page was silent at its end has a longer grace.
        """
        if self._respite.lasts():
            return 0
        now = self._context.time.now()
        running = attempts.in_progress(self._context.store.read())
        for attempt in running:
            if _is_up(attempt, now, GRACE) and self._silent_at_end(attempt):
                self._respite.wait_for(attempt.id)
        # After wait_for(), which lengthens the grace that is_over() applies.
        late = [attempt.id for attempt in running if self.is_over(attempt, now)]

        def job(db: Database) -> None:
            for attempt_id in late:
                attempt = self._transitions.get(db, attempt_id)
                # Checked again inside the job: a pause or a credit may have come after the read.
                over = attempt.state is AttemptState.IN_PROGRESS and self.is_over(attempt, now)
                if over and not self._parts.move_on(db, attempt):
                    self._transitions.end(db, attempt, EndReason.TIME_OUT, "system")

        if late:
            self._context.store.write(job)
        return len(late)

    def is_over(self, attempt: Attempt, now: datetime) -> bool:
        """Whether its time is up, grace included."""
        return _is_up(attempt, now, self._respite.grace(attempt.id))

    def _silent_at_end(self, attempt: Attempt) -> bool:
        """Whether the page had not been heard for a while when its time ran out."""
        heard = self._leases.contact(attempt.id)
        return heard is not None and attempt.ends_at is not None and heard < attempt.ends_at - QUIET


def _is_up(attempt: Attempt, now: datetime, grace: timedelta) -> bool:
    return attempt.ends_at is not None and now >= attempt.ends_at + grace
