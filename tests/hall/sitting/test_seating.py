"""Seats drawn by lot, and terminals that admit only the candidate of their seat."""

import pytest

from kiosk.exam.papers.paper import shuffled
from kiosk.hall.errors import NotFound, SeatsFixed, WrongSeat
from kiosk.store.exam import attempts
from tests.centres import candidates
from tests.hall.conftest import BY, SITTING, Room

NUMBERS = ("2026T0001", "99000119900101001X")


def seats(room: Room) -> dict[str, str]:
    """Admission number to seat."""
    found = attempts.of_sitting(room.store.read(), SITTING)
    return {attempt.admission_no: attempt.seat for attempt in found}


def test_the_draw_deals_the_same_seats_out_and_can_be_checked(room: Room) -> None:
    room.unlock(roster=candidates(40, 0))
    before = seats(room)
    room.hall.seating.draw(SITTING, BY)
    after = seats(room)
    assert sorted(after.values()) == sorted(before.values())
    assert after != before
    event = next(e for e in room.hall.rooms.event_log(SITTING) if e.kind == "seats_drawn")
    again = shuffled(sorted(before.values()), bytes.fromhex(event.data["seed"]), "seats")
    assert [after[number] for number in sorted(after)] == again


def test_once_somebody_has_signed_in_the_seats_are_fixed(room: Room) -> None:
    room.unlock()
    room.ready(1)
    with pytest.raises(SeatsFixed):
        room.hall.seating.draw(SITTING, BY)


def test_a_bound_terminal_admits_only_its_seat(room: Room) -> None:
    room.unlock()
    terminal = room.terminal()
    room.hall.seating.bind(terminal.terminal_id, "1", "A02", BY)
    with pytest.raises(WrongSeat, match="your seat is A01"):
        room.hall.checkin.sign_in(terminal, *NUMBERS, False, "127.0.0.1")
    room.hall.seating.bind(terminal.terminal_id, "1", "A01", BY)
    room.hall.checkin.sign_in(terminal, *NUMBERS, False, "127.0.0.1")
    assert room.kinds().count("terminal_bound") == 2


def test_a_seat_has_one_terminal(room: Room) -> None:
    first, second = room.terminal(), room.terminal()
    room.hall.seating.bind(first.terminal_id, "1", "A01", BY)
    room.hall.seating.bind(second.terminal_id, "1", "A01", BY)
    assert [one.seat for one in room.hall.seating.terminals()] == [None, "A01"]
    room.hall.seating.bind(second.terminal_id, "1", " ", BY)
    assert [one.seat for one in room.hall.seating.terminals()] == [None, None]
    with pytest.raises(NotFound):
        room.hall.seating.bind("nowhere", "1", "A01", BY)
