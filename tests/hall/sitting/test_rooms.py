"""Rooms of a sitting: seats, terminals and guests in them; one seat has one person at one time."""

from datetime import timedelta

import pytest

from kiosk.exam.attempt.groups import Group
from kiosk.exam.attempt.states import EndReason
from kiosk.exam.errors import AttemptEnded
from kiosk.exam.seating import PlanKind
from kiosk.hall.errors import NotFound, ReasonMissing, SeatTaken, WrongSeat
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
        rooms.hall.seating.draw(SITTING, PlanKind.LOT, BY)
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


def test_a_candidate_moves_and_signs_in_again_at_the_new_seat(rooms: Room) -> None:
    one = rooms.ready(1)
    rooms.hall.starts.start(SITTING, BY)
    rooms.clock.pass_time(600)
    rooms.hall.moves.move(one, "2", "A09", "terminal failed", BY)
    view = rooms.hall.attempts.view(one)
    assert (view.room, view.seat, view.state) == ("二号机房", "A09", "in_progress")
    stored = attempts.get(rooms.store.read(), one)
    assert stored is not None
    assert stored.terminal_id is None
    again = rooms.hall.checkin.sign_in(
        rooms.terminal(), "2026T0001", "99000119900101001X", False, "127.0.0.1"
    )
    assert again.attempt_id == one
    assert round(rooms.left(one)) == 110
    assert "seat_changed" in rooms.kinds()


def test_nobody_moves_to_a_taken_seat_or_a_room_that_is_not_there(rooms: Room) -> None:
    one = rooms.ready(1)
    with pytest.raises(SeatTaken):
        rooms.hall.moves.move(one, "2", "a 01", "terminal failed", BY)
    with pytest.raises(NotFound):
        rooms.hall.moves.move(one, "3", "A09", "terminal failed", BY)
    with pytest.raises(ReasonMissing):
        rooms.hall.moves.move(one, "2", "A09", " ", BY)
    rooms.hall.moves.move(one, "1", "A01", "the same", BY)
    rooms.hall.attendance.end(one, EndReason.WITHDRAWN, "went home", BY)
    with pytest.raises(AttemptEnded):
        rooms.hall.moves.move(one, "2", "A09", "terminal failed", BY)


def test_starts_and_pauses_of_the_new_room_hold(rooms: Room) -> None:
    first, second = rooms.ready(1), rooms.ready(3)
    rooms.hall.starts.start(SITTING, BY, Group(room="1"))
    rooms.clock.pass_time(600)
    rooms.hall.moves.move(second, "1", "A09", "no power in room 2", BY)  # begins there
    assert round(rooms.left(second)) == 110
    rooms.hall.starts.start(SITTING, BY, Group(room="2"))
    rooms.hall.group_pauses.pause(SITTING, "no power", BY, Group(room="2"))
    rooms.hall.moves.move(first, "2", "A09", "by mistake", BY)
    assert rooms.hall.attempts.view(first).state == "paused"
    rooms.clock.pass_time(300)
    rooms.hall.moves.move(first, "1", "A08", "corrected", BY)
    assert rooms.hall.attempts.view(first).state == "in_progress"
    assert round(rooms.left(first)) == 110  # its own start, and the pause given back


def test_terminals_of_a_room_serve_consecutive_sittings(rooms: Room) -> None:
    terminal = rooms.terminal()
    rooms.hall.seating.bind(terminal.terminal_id, "2", "A01", BY)
    who = ("2026T0003", "99000119900101003X", False, "127.0.0.1")
    first = rooms.hall.checkin.sign_in(terminal, *who)
    rooms.hall.verification.decide(first.attempt_id, True, "same person", BY)
    rooms.hall.starts.start(SITTING, BY)
    rooms.hall.ends.hand_in(first.attempt_id)
    later = rooms.site.package(
        sitting="S2",
        papers=(sat("a"),),
        rooms=ROOMS,
        roster=(seated(*PLACES)[2],),
        starts_at=NOON + timedelta(hours=4),
    )
    rooms.hall.sittings.import_package(later.data, BY)
    again = rooms.hall.checkin.sign_in(terminal, *who)
    assert again.attempt_id != first.attempt_id
    assert rooms.hall.rooms.room("S2", rooms.hall.sync.view()).rows[0].terminal == terminal.name


def test_a_sitting_with_one_room_shows_none(room: Room) -> None:
    room.unlock()
    assert room.hall.attempts.view(room.ready()).room == ""
