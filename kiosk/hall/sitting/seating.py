"""Seats: drawn by lot before check-in, and bound to terminals."""

from sqlite_utils import Database

from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.papers.paper import shuffled
from kiosk.exam.states import SITTING_AHEAD
from kiosk.exam.typed_numbers import plain_number
from kiosk.exam.values import of_attributes
from kiosk.hall.checkin.terminals import Terminals
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound, SeatsFixed
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.views.check_in import TerminalView
from kiosk.store.centre import sittings, terminals
from kiosk.store.exam import attempts


class Seating:
    """The seats of candidates and terminals."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, terminals_: Terminals
    ) -> None:
        self._context = context
        self._papers = papers
        self._terminals = terminals_

    def draw(self, sitting_id: str, by: str) -> None:
        """Assign the sitting's seats by lot.

        The event log records the seed, so anyone can repeat the draw.

        Raises:
            NotFound: there is no such sitting.
            SeatsFixed: a candidate has signed in, or the sitting has started.
        """
        seed = self._context.entropy(16)

        def job(db: Database) -> None:
            sitting = self._papers.sitting_in(db, sitting_id)
            everybody = sorted(attempts.of_sitting(db, sitting_id), key=lambda a: a.admission_no)
            arrived = any(a.state is not AttemptState.REGISTERED for a in everybody)
            if arrived or sitting.state not in SITTING_AHEAD:
                raise SeatsFixed()
            # Both lists are sorted, or the same seed would not give the same seats again.
            seats = shuffled(sorted(a.seat for a in everybody), seed, "seats")
            for attempt, seat in zip(everybody, seats, strict=True):
                attempts.set_seat(db, attempt.id, seat)
            sittings.keep_lots(db, sitting_id, seed.hex())
            self._context.record(
                db, sitting_id, EventKind.SEATS_DRAWN, by, seed=seed.hex(), seats=len(seats)
            )

        self._context.store.write(job)

    def terminals(self) -> list[TerminalView]:
        """Return the terminals by number, with their seats; dead ones are left out."""
        return [
            of_attributes(
                TerminalView,
                one,
                device_ok=None if one.device_check is None else bool(one.device_check["ok"]),
            )
            for one in self._terminals.listed()
        ]

    def bind(self, terminal_id: str, seat: str | None, by: str) -> None:
        """Bind a terminal to a seat, or with None to no seat.

        Raises:
            NotFound: there is no such terminal.
        """
        place = plain_number(seat or "")[:16] or None

        def job(db: Database) -> None:
            terminal = terminals.get(db, terminal_id)
            if terminal is None:
                raise NotFound()
            terminals.bind(db, terminal_id, place)
            for sitting in sittings.everyone(db):
                if not sitting.over:
                    self._context.record(
                        db,
                        sitting.id,
                        EventKind.TERMINAL_BOUND,
                        by,
                        terminal=terminal.name,
                        seat=place,
                    )

        self._context.store.write(job)
