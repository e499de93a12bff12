"""What a new version of a package means for the candidates who were on the former roster."""

from collections.abc import Sequence

from sqlite_utils import Database

from kiosk.exam.attempt.states import OVER, AttemptState, EndReason
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.values import of_attributes
from kiosk.hall.context import CentreContext
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.centre import terminals
from kiosk.store.exam import attempts, events, guests
from kiosk.store.exam.attempts import Attempt, RosterEntry
from sync.wire.packages.contents import RosterCandidate
from sync.wire.packages.package import OpenedPackage

GONE = "no longer on the roster"


class Rosters:
    """Registers the candidates of a package, and lets former ones go."""

    def __init__(self, context: CentreContext, papers: OpenedPackages) -> None:
        self._context = context
        self._transitions = AttemptTransitions(context, papers)

    def follow(self, db: Database, opened: OpenedPackage) -> Sequence[str]:
        """Register everybody; return the admission numbers of those who left without a trace.

        Seat, room, paper and extra time follow the roster. A candidate who is no longer on it,
        because headquarters withdrew, refused or moved the person, loses the attempt if it was
        never used; a used one ends as withdrawn, and the event log tells staff.
        """
        sitting_id = opened.manifest.sitting.id
        listed = {person.admission_no: person for person in opened.roster.candidates}
        by_hand = {guest.attempt_id for guest in guests.of_sitting(db, sitting_id)}
        removed = []
        for attempt in attempts.of_sitting(db, sitting_id):
            if attempt.admission_no in listed:
                self._keep(db, attempt, listed[attempt.admission_no])
            elif attempt.id not in by_hand and attempts.delete_unused(db, attempt.id):
                removed.append(attempt.admission_no)
            else:
                self._place(db, attempt, opened)
                if attempt.id not in by_hand and attempt.state not in OVER:
                    self._withdraw(db, attempt)
        for person in listed.values():
            entry = of_attributes(RosterEntry, person)
            attempts.register(db, self._context.ids(), sitting_id, entry)
        return removed

    def _keep(self, db: Database, attempt: Attempt, person: RosterCandidate) -> None:
        """Free the terminal of a candidate whose seat is another now; take back who is listed."""
        moved = (attempt.room, attempt.seat) != (person.room, person.seat)
        if moved and attempt.terminal_id is not None:
            attempts.leave_terminal(db, attempt.id)
            terminals.end_sessions(db, attempt.id)
            self._record(db, EventKind.TERMINAL_RELEASED, attempt, reason="another seat")
        if self._was_withdrawn(db, attempt):
            attempts.back_to_registered(db, attempt)
            self._record(db, EventKind.ATTEMPT_REOPENED, attempt, why="on the roster again")

    def _place(self, db: Database, attempt: Attempt, opened: OpenedPackage) -> None:
        """Give somebody beside the roster a room and a paper that the new package has.

        Board and result name both; the candidate has seen no paper yet.
        """
        info = opened.manifest.sitting
        papers, rooms = [one.id for one in info.papers], [one.id for one in info.rooms]
        if attempt.paper not in papers:
            attempts.set_paper(db, attempt.id, papers[0])
        if attempt.room not in rooms:
            attempts.set_seat(db, attempt.id, rooms[0], "")
        if attempt.paper not in papers or attempt.room not in rooms:
            now = attempts.get(db, attempt.id) or attempt
            former = {"former_room": attempt.room, "former_paper": attempt.paper}
            kind = EventKind.SEAT_CHANGED
            self._record(db, kind, attempt, room=now.room, paper=now.paper, **former)

    def _withdraw(self, db: Database, attempt: Attempt) -> None:
        self._record(db, EventKind.OFF_ROSTER, attempt, admission_no=attempt.admission_no)
        terminals.end_sessions(db, attempt.id)
        attempts.leave_terminal(db, attempt.id)
        self._transitions.end(db, attempt, EndReason.WITHDRAWN, "system", why=GONE)

    def _was_withdrawn(self, db: Database, attempt: Attempt) -> bool:
        """Whether an earlier version left the candidate out."""
        gone = attempt.state is AttemptState.ENDED and attempt.end_reason is EndReason.WITHDRAWN
        kind, number = EventKind.OFF_ROSTER, attempt.admission_no
        return gone and events.noted(db, attempt.sitting_id, kind, "admission_no", number)

    def _record(self, db: Database, kind: EventKind, attempt: Attempt, **data: object) -> None:
        self._context.record(db, attempt.sitting_id, kind, "system", attempt.id, **data)
