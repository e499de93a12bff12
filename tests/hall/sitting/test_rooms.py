"""Rooms of a sitting: seats, terminals and guests in them; one seat has one person at one time."""

from datetime import timedelta

import pytest

from kiosk.hall.errors import NotFound, SeatTaken, WrongSeat
from kiosk.hall.views.check_in import NewGuest
from kiosk.store.exam import attempts
from tests.centres import NOON, sat, seated
from tests.hall.conftest import BY, SITTING, Room

ROOMS = (("1", "一号机房"), ("2", "二号机房"))
PLACES = (("1", "a"), ("1", "a"), ("2", "a"), ("2", "b"))
WHO = "990001199001010999"


@pytest.fixture
def rooms(room: Room) -> Room:
    """Two rooms, both with the seats A01 and A02; candidate 4 has the second paper."""
    room.unlock(
        papers=(sat("a"), sat("b", programme="trader")), rooms=ROOMS, roster=seated(*PLACES)
    )
    return room


def places(room: Room) -> dict[str, tuple[str, str, str]]:
    found = attempts.of_sitting(room.store.read(), SITTING)
    return {one.admission_no[-1]: (one.room, one.seat, one.paper) for one in found}


def test_seats_are_drawn_within_the_rooms(rooms: Room) -> None:
    for _ in range(4):
        rooms.hall.seating.draw(SITTING, BY)
        found = places(rooms)
        assert [(found[n][0], found[n][2]) for n in "1234"] == list(PLACES)
        for pair in ("12", "34"):
            assert {found[number][1] for number in pair} == {"A01", "A02"}


def test_a_terminal_is_bound_to_a_seat_of_one_room(rooms: Room) -> None:
    first, second = rooms.terminal(), rooms.terminal()
    rooms.hall.seating.bind(first.terminal_id, "1", "A01", BY)
    rooms.hall.seating.bind(second.terminal_id, "2", "A01", BY)
    bound = [(one.room, one.seat) for one in rooms.hall.seating.terminals()]
    assert bound == [("1", "A01"), ("2", "A01")]
    rooms.hall.seating.bind(second.terminal_id, "1", "A01", BY)
    bound = [(one.room, one.seat) for one in rooms.hall.seating.terminals()]
    assert bound == [(None, None), ("1", "A01")]
    with pytest.raises(NotFound):
        rooms.hall.seating.bind(first.terminal_id, "3", "A01", BY)


def test_check_in_says_which_room_and_seat_is_the_right_one(rooms: Room) -> None:
    terminal = rooms.terminal()
    rooms.hall.seating.bind(terminal.terminal_id, "2", "A01", BY)
    with pytest.raises(WrongSeat) as refused:
        rooms.hall.checkin.sign_in(terminal, "2026T0001", "99000119900101001X", False, "127.0.0.1")
    assert refused.value.params == {"here": "二号机房 A01", "seat": "一号机房 A01"}
    session = rooms.hall.checkin.sign_in(
        terminal, "2026T0003", "99000119900101003X", False, "127.0.0.1"
    )
    assert rooms.hall.attempts.view(session.attempt_id).room == "二号机房"


def test_a_guest_names_room_and_paper(rooms: Room) -> None:
    guests = rooms.hall.guests
    person = NewGuest("来宾", WHO, "2", "A09", "b")
    number = guests.admit(SITTING, person, "by telephone", BY)
    found = attempts.find(rooms.store.read(), SITTING, number)
    assert found is not None
    assert (found.room, found.seat, found.paper) == ("2", "A09", "b")
    for room, paper in (("3", "b"), ("2", "c")):
        with pytest.raises(NotFound):
            guests.admit(SITTING, NewGuest("别人", "99", room, "A10", paper), "by telephone", BY)


def test_a_guest_gets_no_seat_that_somebody_has(rooms: Room) -> None:
    with pytest.raises(SeatTaken):
        rooms.hall.guests.admit(
            SITTING, NewGuest("来宾", WHO, "2", "ａ０１", "a"), "by telephone", BY
        )
    rooms.hall.guests.admit(SITTING, NewGuest("来宾", WHO, "2", "", "a"), "by telephone", BY)


@pytest.mark.parametrize(("later", "taken"), [(60, True), (120, False)])
def test_sittings_that_overlap_share_no_seat(rooms: Room, later: int, taken: bool) -> None:
    other = rooms.site.package(
        sitting="S2",
        papers=(sat("a"),),
        rooms=ROOMS,
        roster=seated(("2", "a")),
        starts_at=NOON + timedelta(minutes=30 + later),
    )
    rooms.hall.sittings.import_package(other.data, BY)
    person = NewGuest("来宾", WHO, "2", "A02", "a")
    if taken:
        with pytest.raises(SeatTaken):
            rooms.hall.guests.admit("S2", person, "by telephone", BY)
    else:
        rooms.hall.guests.admit("S2", person, "by telephone", BY)


def test_a_sitting_with_one_room_shows_none(room: Room) -> None:
    room.unlock()
    assert room.hall.attempts.view(room.ready()).room == ""
