"""Pauses of one candidate; pauses of groups are in :mod:`kiosk.hall.attempt.group_pauses`."""

from sqlite_utils import Database

from kiosk.exam.attempt.states import (
    REOPENABLE,
    AttemptState,
    PauseReason,
    require_step,
)
from kiosk.exam.errors import AttemptEnded, AttemptNotStarted
from kiosk.exam.states import SittingStatus
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import RoomPaused, SittingState
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.exam import groups


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
            RoomPaused: the candidate's group is paused.
            SittingState: the sitting is over.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            require_step(attempt.state, AttemptState.IN_PROGRESS)
            sitting = self._papers.sitting_in(db, attempt.sitting_id)
            if sitting.over:
                raise SittingState(state=sitting.state)
            if groups.times_of(db, sitting.id).paused(attempt.room, attempt.paper):
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
