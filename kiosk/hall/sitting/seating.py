"""Seats: planned before check-in, listed by room, and bound to terminals."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.programme.personal_form import PersonalField
from kiosk.exam.seating import (
    Neighbours,
    Place,
    PlanKind,
    Reason,
    Sitter,
    make_plan,
    position_key,
)
from kiosk.exam.states import SITTING_AHEAD
from kiosk.exam.typed_numbers import plain_number
from kiosk.exam.typed_texts import name_key
from kiosk.exam.values import of_attributes
from kiosk.hall.checkin.terminals import Terminals
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound, SeatsFixed
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.paper_titles import titles
from kiosk.hall.views.check_in import TerminalView
from kiosk.hall.views.sittings import RoomPlan, SeatEntry, SeatName, SeatPair
from kiosk.store.centre import portraits, sittings, terminals
from kiosk.store.centre.portraits import Lookalike
from kiosk.store.exam import attempts
from kiosk.store.exam.attempts import Attempt
from sync.wire.packages.contents import RosterCandidate


class Seating:
    """The seats of candidates and terminals."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, terminals_: Terminals
    ) -> None:
        self._context = context
        self._papers = papers
        self._terminals = terminals_

    def draw(self, sitting_id: str, kind: PlanKind, by: str) -> list[SeatPair]:
        """Assign the sitting's seats by lot or with neighbours apart; everybody keeps the room.

        Apart are candidates who look alike, as far as their portraits have been compared, and
        those with the same paper. The event log records the seed, so anyone can repeat the draw.

        Returns:
            Neighbours who look alike and whom the room does not bring apart.

        Raises:
            NotFound: there is no such sitting.
            SeatsFixed: a candidate has signed in, or the sitting has started.
        """
        seed = self._context.entropy(16)

        def job(db: Database) -> list[Neighbours]:
            sitting = self._papers.sitting_in(db, sitting_id)
            everybody = attempts.of_sitting(db, sitting_id)
            arrived = any(a.state is not AttemptState.REGISTERED for a in everybody)
            if arrived or sitting.state not in SITTING_AHEAD:
                raise SeatsFixed()
            people = _sitters(
                everybody,
                portraits.lookalikes(db, sitting_id),
                _employers(self._papers.roster(sitting).values()),
            )
            rooms = self._papers.package(sitting).manifest.sitting.rooms
            places = _places(everybody, {room.id: room.seats_per_row for room in rooms})
            plans = [
                make_plan(people[room], places[room], seed + room.encode(), kind)
                for room in sorted(people)
            ]
            ids = {attempt.admission_no: attempt.id for attempt in everybody}
            for plan in plans:
                for number, place in plan.places.items():
                    attempts.set_seat(db, ids[number], place.room, place.seat)
            sittings.keep_lots(db, sitting_id, seed.hex())
            details: dict[str, Any] = {
                "seed": seed.hex(),
                "seats": len(everybody),
                "plan": kind.value,
            }
            self._context.record(db, sitting_id, EventKind.SEATS_DRAWN, by, **details)
            return [pair for plan in plans for pair in plan.together]

        left = self._context.store.write(job)
        return self._alike(sitting_id, left)

    def _alike(self, sitting_id: str, left: Sequence[Neighbours]) -> list[SeatPair]:
        """Return the names of neighbours who look alike."""
        found = attempts.of_sitting(self._context.store.read(), sitting_id)
        roster = self._papers.roster(self._papers.sitting(sitting_id))
        known = {
            one.admission_no: SeatName(one.seat, roster[one.admission_no].name)
            for one in found
            if one.admission_no in roster
        }
        return [
            SeatPair(known[pair.first], known[pair.second])
            for pair in left
            if Reason.LOOK_ALIKE in pair.reasons and {pair.first, pair.second} <= known.keys()
        ]

    def plan(self, sitting_id: str, rooms: Collection[str] = ()) -> list[RoomPlan]:
        """Return who sits where, by rooms and in the order of seats.

        ``rooms``: leave out other rooms.

        Raises:
            NotFound: there is no such sitting.
        """
        sitting, db = self._papers.sitting(sitting_id), self._context.store.read()
        package, roster = self._papers.package(sitting), self._papers.roster(sitting)
        info = package.manifest.sitting
        papers = titles(info, package.programmes)
        everybody = sorted(
            attempts.of_sitting(db, sitting_id), key=lambda one: position_key(one.seat)
        )
        return [
            RoomPlan(
                room.name,
                [
                    _entry(one, roster[one.admission_no], papers[one.paper])
                    for one in everybody
                    if one.room == room.id and one.admission_no in roster
                ],
            )
            for room in info.rooms
            if not rooms or room.id in rooms
        ]

    def terminals(self, rooms: Collection[str] = ()) -> list[TerminalView]:
        """Return the terminals by number, with their seats; dead ones are left out.

        ``rooms``: leave out terminals that are bound to other rooms.
        """
        return [
            of_attributes(
                TerminalView,
                one,
                device_ok=None if one.device_check is None else bool(one.device_check["ok"]),
                spare=self._terminals.is_spare(one),
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


def _employers(roster: Iterable[RosterCandidate]) -> Mapping[str, str]:
    """Return the registered employers by admission number, to be compared."""
    return {
        candidate.admission_no: name_key((candidate.personal or {}).get(PersonalField.EMPLOYER, ""))
        for candidate in roster
    }


def _entry(one: Attempt, candidate: RosterCandidate, paper: dict[str, str]) -> SeatEntry:
    return SeatEntry(
        one.seat, candidate.name, one.admission_no, paper, one.extra_minutes, candidate.needs
    )


def _sitters(
    everybody: Iterable[Attempt], alike: Iterable[Lookalike], employers: Mapping[str, str]
) -> Mapping[str, list[Sitter]]:
    """Return the candidates of each room by admission number.

    That is on the roster, so anyone can repeat the draw.
    """
    pairs: dict[str, set[str]] = defaultdict(set)
    for pair in alike:
        pairs[pair.first].add(pair.second)
    people: dict[str, list[Sitter]] = defaultdict(list)
    for attempt in everybody:
        number = attempt.admission_no
        sitter = Sitter(number, attempt.paper, employers.get(number, ""), frozenset(pairs[number]))
        people[attempt.room].append(sitter)
    return people


def _places(
    everybody: Iterable[Attempt], seats_per_row: Mapping[str, int]
) -> Mapping[str, list[Place]]:
    """Return the seats of each room."""
    places: dict[str, list[Place]] = defaultdict(list)
    for attempt in everybody:
        per_row = seats_per_row.get(attempt.room, 0)
        places[attempt.room].append(Place(attempt.room, attempt.seat, per_row))
    return places
