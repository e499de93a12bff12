"""A candidate moves to another seat or room, before the exam or during it."""

from sqlite_utils import Database

from kiosk.exam.attempt.groups import Group
from kiosk.exam.attempt.states import OVER, AttemptState, PauseReason
from kiosk.exam.errors import AttemptEnded
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.attempt.leases import Leases
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import SittingState
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.seats import Seats
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.centre import terminals
from kiosk.store.exam import attempts, groups


class Moves:
    """Moves candidates; their answers, time and paper go along."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        progress: AttemptTransitions,
        leases: Leases,
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress
        self._leases = leases
        self._seats = Seats(papers)

    def move(self, attempt_id: str, room: str, seat: str, reason: str, by: str) -> None:
        """Give a candidate another seat; the terminal is released, so the candidate signs in there.

        Time that has begun to run runs on. Whoever has not begun starts with the new room, and a
        pause of the new room holds for the candidate from now on.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such attempt or room.
            SittingState: the sitting is over.
            AttemptEnded: the attempt has ended.
            SeatTaken: somebody else has that seat at that time.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            sitting = self._papers.sitting_in(db, attempt.sitting_id)
            if sitting.over:
                raise SittingState(state=sitting.state)
            if attempt.state in OVER:
                raise AttemptEnded(state=attempt.state, target=attempt.state)
            self._papers.require_group(sitting, Group(room=room))
            self._seats.require_free(db, sitting, room, seat, attempt.id)
            attempts.set_seat(db, attempt_id, room, seat)
            if attempt.terminal_id is not None:
                terminals.end_sessions(db, attempt_id)
                attempts.leave_terminal(db, attempt_id)
                self._leases.drop(db, attempt)
            self._context.record(
                db,
                sitting.id,
                EventKind.SEAT_CHANGED,
                by,
                attempt_id,
                room=room,
                seat=seat,
                former_room=attempt.room,
                former_seat=attempt.seat,
                reason=why,
            )
            self._follow_group(db, attempt_id, by)

        self._context.store.write(job)

    def _follow_group(self, db: Database, attempt_id: str, by: str) -> None:
        """Let the starts and pauses of the new room hold for the candidate."""
        attempt = self._transitions.get(db, attempt_id)
        paused = groups.times_of(db, attempt.sitting_id).paused(attempt.room, attempt.paper)
        if attempt.state is AttemptState.READY:
            sitting = self._papers.sitting_in(db, attempt.sitting_id)
            self._transitions.begin(db, sitting, attempt)
        elif attempt.state is AttemptState.IN_PROGRESS and paused:
            self._transitions.pause(db, attempt, PauseReason.ROOM, by)
        elif attempt.pause_reason is PauseReason.ROOM and not paused:
            self._transitions.resume(db, attempt, by)
