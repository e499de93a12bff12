"""Seats: drawn by lot before check-in, and bound to terminals."""

from collections.abc import Collection, Iterator, Sequence

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
from kiosk.store.exam.attempts import Attempt
from sync.wire.model import FIRST


class Seating:
    """The seats of candidates and terminals."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, terminals_: Terminals
    ) -> None:
        self._context = context
        self._papers = papers
        self._terminals = terminals_

    def draw(self, sitting_id: str, by: str) -> None:
        """Assign the sitting's seats by lot; everybody stays in the own room.

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
            for attempt, seat in _drawn(everybody, seed):
                attempts.set_seat(db, attempt.id, attempt.room, seat)
            sittings.keep_lots(db, sitting_id, seed.hex())
            self._context.record(
                db, sitting_id, EventKind.SEATS_DRAWN, by, seed=seed.hex(), seats=len(everybody)
            )

        self._context.store.write(job)

    def terminals(self, rooms: Collection[str] = ()) -> list[TerminalView]:
        """Return the terminals by number, with their seats; dead ones are left out.

        ``rooms``: leave out terminals that are bound to other rooms.
        """
        return [
            of_attributes(
                TerminalView,
                one,
                device_ok=None if one.device_check is None else bool(one.device_check["ok"]),
            )
            for one in self._terminals.listed()
            if not rooms or one.room is None or one.room in rooms
        ]

    def bind(self, terminal_id: str, room: str, seat: str | None, by: str) -> None:
        """Bind a terminal to a seat of a room, or with None to no seat.

        Raises:
            NotFound: there is no such terminal, or no open sitting has that room.
        """
        place = plain_number(seat or "")[:16] or None
        if place is not None and room not in self._rooms():
            raise NotFound()

        def job(db: Database) -> None:
            terminal = terminals.get(db, terminal_id)
            if terminal is None:
                raise NotFound()
            if place is None:
                terminals.unbind(db, terminal_id)
            else:
                terminals.bind(db, terminal_id, room, place)
            where = {"room": room, "seat": place} if place else {"seat": None}
            for sitting in sittings.everyone(db):
                if not sitting.over:
                    self._context.record(
                        db,
                        sitting.id,
                        EventKind.TERMINAL_BOUND,
                        by,
                        terminal=terminal.name,
                        **where,
                    )

        self._context.store.write(job)

    def _rooms(self) -> set[str]:
        """Return the rooms of all sittings that are not over."""
        everyone = sittings.everyone(self._context.store.read())
        ahead = [one for one in everyone if not one.over and self._papers.readable(one)]
        return {room for sitting in ahead for room in self._papers.rooms(sitting)}


def _drawn(everybody: Sequence[Attempt], seed: bytes) -> Iterator[tuple[Attempt, str]]:
    """Return everybody with a seat of the own room; ``everybody`` is in order of the numbers."""
    for room in sorted({attempt.room for attempt in everybody}):
        members = [attempt for attempt in everybody if attempt.room == room]
        # Both lists are sorted, or the same seed would not give the same seats again. Room 1 is
        # drawn as version 0.2.0 drew the only room.
        purpose = "seats" if room == FIRST else f"seats {room}"
        seats = shuffled(sorted(attempt.seat for attempt in members), seed, purpose)
        yield from zip(members, seats, strict=True)
