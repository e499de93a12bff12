"""Candidates who did not sit the exam, and sign-ins that were wrong.

Staff may end an attempt that never began, and reverse that while the sitting is open. The attempt
is *registered* again, so the candidate has to sign in.
"""

from sqlite_utils import Database

from kiosk.exam.attempt.states import BEFORE, NOT_SAT, AttemptState, EndReason
from kiosk.exam.errors import AttemptEnded, IllegalTransition
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.attempt.calls import withdraw_open
from kiosk.hall.attempt.pauses import Pauses
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import SittingState
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.centre import terminals
from kiosk.store.exam import attempts, messages, personal_forms, tallies
from kiosk.store.exam.attempts import Attempt


class Attendance:
    """Ends before the start, their reversal, and undoing a sign-in."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        progress: AttemptTransitions,
        pauses: Pauses,
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress
        self._pauses = pauses

    def end(self, attempt_id: str, ending: EndReason, reason: str, by: str) -> None:
        """End an attempt that has not begun, for one of the reasons ``NOT_SAT``.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such attempt.
            SittingState: the sitting is over.
            AttemptEnded: the attempt has ended.
            IllegalTransition: the exam has begun.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._open(db, attempt_id)
            _require_before(attempt, AttemptState.ENDED)
            self._transitions.end(db, attempt, ending, by, why=why)

        self._context.store.write(job)

    def reopen(self, attempt_id: str, reason: str, by: str) -> None:
        """Reverse an attempt's end while the sitting is open.

        After an end before the start the candidate may sign in again, even if entry is closed.
        After another end see :meth:`Pauses.reopen`.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such attempt.
            SittingState: the sitting is over.
            AttemptEnded: the attempt has not ended, or its end is final.
        """
        attempt = self._transitions.get(self._context.store.read(), attempt_id)
        if attempt.end_reason not in NOT_SAT:
            self._pauses.reopen(attempt_id, reason, by)
            return
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._open(db, attempt_id)
            if attempt.state is not AttemptState.ENDED or attempt.end_reason not in NOT_SAT:
                raise AttemptEnded(state=attempt.state, target=AttemptState.REGISTERED)
            self._back(db, attempt)
            attempts.admit_late(db, attempt_id)
            self._context.record(
                db, attempt.sitting_id, EventKind.ATTEMPT_REOPENED, by, attempt_id, why=why
            )

        self._context.store.write(job)

    def undo_sign_in(self, attempt_id: str, reason: str, by: str) -> None:
        """Undo a wrong sign-in before the exam has begun, which also frees the terminal.

        A candidate with several sittings is asked to choose at the next sign-in.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such attempt.
            SittingState: the sitting is over.
            AttemptEnded: the attempt has ended.
            IllegalTransition: the exam has begun.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._open(db, attempt_id)
            _require_before(attempt, AttemptState.REGISTERED)
            self._back(db, attempt)
            personal_forms.forget(db, attempt_id)
            tallies.forget(db, attempt_id, EventKind.PLEDGE_GIVEN)
            withdraw_open(self._context, db, attempt_id, by)
            messages.unconfirm(db, attempt_id)
            attempts.set_sign_in_undone(db, attempt_id, undone=True)
            self._context.record(
                db, attempt.sitting_id, EventKind.SIGN_IN_UNDONE, by, attempt_id, why=why
            )

        self._context.store.write(job)

    def _back(self, db: Database, attempt: Attempt) -> None:
        terminals.end_sessions(db, attempt.id)
        attempts.back_to_registered(db, attempt)

    def _open(self, db: Database, attempt_id: str) -> Attempt:
        """Return the attempt if its sitting is open."""
        attempt = self._transitions.get(db, attempt_id)
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        if sitting.over:
            raise SittingState(state=sitting.state)
        return attempt


def _require_before(attempt: Attempt, target: AttemptState) -> None:
    if attempt.state not in BEFORE:
        error = AttemptEnded if attempt.ended_at else IllegalTransition
        raise error(state=attempt.state, target=target)
