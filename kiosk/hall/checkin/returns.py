"""Terminals that come back without their cookie: offered to staff, restored with one click.

Such a browser counts as a new terminal. It is offered for a candidate whose own terminal is
silent if it has the same address and browser, and no other terminal does; or if the candidate
entered both numbers there. After staff's decision its browser fetches the candidate's session.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from sqlite_utils import Database

from kiosk.credentials.tokens import new_token, token_hash
from kiosk.exam.attempt.states import OVER
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.attempt.leases import Leases
from kiosk.hall.checkin.devices import AttemptDevices
from kiosk.hall.checkin.terminals import Terminals
from kiosk.hall.context import CentreContext
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.views.check_in import CandidateSession, TerminalSession
from kiosk.hall.views.records import ReturnView
from kiosk.store.centre import terminals
from kiosk.store.centre.terminals import CandidateSessionRow, Terminal
from kiosk.store.exam import attempts, held_answers
from kiosk.store.exam.attempts import Attempt


class Returns:
    """Finds terminals that came back, and restores their candidates' sessions."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        leases: Leases,
        terminals_: Terminals,
        devices: AttemptDevices,
    ) -> None:
        self._context = context
        self._papers = papers
        self._leases = leases
        self._terminals = terminals_
        self._devices = devices
        self._asked: dict[str, str] = {}

    def hear(self, terminal_id: str) -> None:
        """Note that a terminal is active."""
        self._terminals.hear(terminal_id)

    def ask(self, attempt_id: str, terminal_id: str) -> None:
        """Note that a candidate entered both numbers while another terminal has the attempt."""
        self._asked[attempt_id] = terminal_id

    def offers(self, sitting_id: str, rooms: Collection[str] = ()) -> list[ReturnView]:
        """Return the terminals of that sitting, or of some rooms, that came back, by seat.

        Raises:
            NotFound: there is no such sitting.
        """
        self._papers.sitting(sitting_id)
        found = self._find(self._context.store.read())
        return [
            offer
            for attempt, offer in found
            if attempt.sitting_id == sitting_id and (not rooms or attempt.room in rooms)
        ]

    def _find(self, db: Database) -> list[tuple[Attempt, ReturnView]]:
        known, open_ = terminals.everyone(db), attempts.at_terminals(db)
        holders = {attempt.terminal_id for attempt in open_}
        lost = [
            attempt for attempt in open_ if self._terminals.is_silent(attempt.terminal_id or "")
        ]
        free = [
            terminal
            for terminal in known.values()
            if terminal.id not in holders and self._terminals.is_alive(terminal.id)
        ]
        places = Counter(known[attempt.terminal_id or ""].place for attempt in lost)
        by_place = _unique(free)
        found = []
        for attempt in lost:
            old, asked = known[attempt.terminal_id or ""], self._asked.get(attempt.id)
            asking = next((terminal for terminal in free if terminal.id == asked), None)
            # Two silent terminals of one address and browser cannot be told apart: offer neither.
            same = by_place.get(old.place) if places[old.place] == 1 else None
            new = asking or (same if same and self._is_newer(same, old) else None)
            if new is not None:
                how = "numbers" if asking else "address"
                found.append((attempt, self._view(attempt, old, new, how)))
        return found

    def _is_newer(self, new: Terminal, old: Terminal) -> bool:
        """Whether the browser became a terminal after the other one fell silent."""
        registered = new.registered_at
        return registered is not None and registered >= self._terminals.heard_at(old.id)

    def _view(self, attempt: Attempt, old: Terminal, new: Terminal, how: str) -> ReturnView:
        sitting = self._papers.sitting(attempt.sitting_id)
        candidate = self._papers.candidate(attempt.sitting_id, attempt.admission_no)
        return ReturnView(
            attempt_id=attempt.id,
            terminal_id=new.id,
            name=candidate.name,
            seat=self._papers.place(sitting, attempt.room, attempt.seat),
            terminal=old.name,
            here=new.name,
            how=how,
        )

    def take_back(self, sitting_id: str, wanted: Iterable[tuple[str, str]], by: str) -> int:
        """Restore candidates to terminals; return how many.

        ``wanted``: pairs of attempt and terminal from :meth:`offers`. Pairs that no longer
        apply are ignored.

        Raises:
            NotFound: there is no such sitting.
        """
        self._papers.sitting(sitting_id)
        chosen = set(wanted)

        def job(db: Database) -> list[str]:
            found = [
                (attempt, offer)
                # Searched again inside the job: the old terminal may have spoken meanwhile.
                for attempt, offer in self._find(db)
                if attempt.sitting_id == sitting_id
                and (offer.attempt_id, offer.terminal_id) in chosen
            ]
            for attempt, offer in found:
                self._give(db, attempt, offer, by)
            return [attempt.id for attempt, _ in found]

        taken = self._context.store.write(job)
        for attempt_id, _ in chosen:
            self._asked.pop(attempt_id, None)
        for attempt_id in taken:
            self._devices.renew(attempt_id)
        return len(taken)

    def _give(self, db: Database, attempt: Attempt, offer: ReturnView, by: str) -> None:
        old_id, new_id = attempt.terminal_id or "", offer.terminal_id
        terminals.end_sessions(db, attempt.id)
        self._leases.drop(db, attempt)
        # Same place: the browser becomes the old terminal again. Both numbers: the attempt moves
        # to the new one, which may be another computer.
        if offer.how == "address":
            terminals.move_identity(db, old_id, new_id)
            held_answers.move(db, new_id, old_id, offer.terminal)
            self._terminals.hear(old_id)
        else:
            old = terminals.get(db, old_id)
            attempts.set_terminal(db, attempt.id, new_id)
            if old is not None and old.room is not None and old.seat is not None:
                terminals.bind(db, new_id, old.room, old.seat)
            self._terminals.forget(old_id)
        target = old_id if offer.how == "address" else new_id
        terminals.set_returns_to(db, target, attempt.id)
        here = terminals.get(db, target)
        if here is not None and here.device_check is not None:
            self._devices.at_sign_in(db, attempt, here.device_check)
        self._context.record(
            db,
            attempt.sitting_id,
            EventKind.TERMINAL_RESTORED,
            by,
            attempt.id,
            terminal=offer.terminal,
            here=offer.here,
            how=offer.how,
        )

    def resume(self, terminal: TerminalSession) -> CandidateSession | None:
        """Open the session that staff gave back to a terminal, once; None if there is none."""
        context = self._context
        found = terminals.get(context.store.read(), terminal.terminal_id)
        if found is None or found.returns_to is None:
            return None
        token, csrf = new_token(context.entropy), new_token(context.entropy)

        def job(db: Database) -> str | None:
            now = terminals.get(db, terminal.terminal_id)
            attempt = attempts.get(db, now.returns_to) if now and now.returns_to else None
            # Cleared before the checks, so the offer works once, whatever they say.
            terminals.set_returns_to(db, terminal.terminal_id, None)
            if attempt is None or attempt.state in OVER:
                return None
            if attempt.terminal_id != terminal.terminal_id:
                return None
            row = CandidateSessionRow(attempt.id, terminal.terminal_id, csrf)
            terminals.add_session(db, token_hash(token), row, context.clock.now())
            return attempt.id

        attempt_id = context.store.write(job)
        if attempt_id is None:
            return None
        return CandidateSession(token, csrf, attempt_id, terminal.terminal_id)


def _unique(free: Iterable[Terminal]) -> dict[tuple[str, str], Terminal]:
    """Return terminals whose address and browser no other has, by these two."""
    found = list(free)
    count = Counter(terminal.place for terminal in found)
    return {terminal.place: terminal for terminal in found if count[terminal.place] == 1}
