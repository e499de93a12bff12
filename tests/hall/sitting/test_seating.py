"""Seats drawn by lot, and terminals that admit only the candidate of their seat."""

import pytest

from kiosk.exam.programme.personal_form import PersonalField
from kiosk.exam.seating import Place, PlanKind, Sitter, make_plan
from kiosk.hall.errors import NotFound, SeatsFixed, WrongSeat
from kiosk.store.centre import portraits
from kiosk.store.centre.portraits import Lookalike
from kiosk.store.exam import attempts
from tests.centres import NOON, candidates, sat, seated
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room

NUMBERS = ("2026T0001", "99000119900101001X")


def seats(room: Room) -> dict[str, str]:
    """Admission number to seat."""
    found = attempts.of_sitting(room.store.read(), SITTING)
    return {attempt.admission_no: attempt.seat for attempt in found}


def test_the_draw_deals_the_same_seats_out_and_can_be_checked(room: Room) -> None:
    room.unlock(roster=candidates(40, 0))
    before = seats(room)
    room.hall.seating.draw(SITTING, PlanKind.LOT, BY)
    after = seats(room)
    assert sorted(after.values()) == sorted(before.values())
    assert after != before
    event = next(e for e in event_log(room.hall, SITTING) if e.kind == "seats_drawn")
    again = make_plan(
        [Sitter(number, "1") for number in before],
        [Place("1", seat) for seat in before.values()],
        bytes.fromhex(event.data["seed"]) + b"1",
        PlanKind(event.data["plan"]),
    )
    assert {number: place.seat for number, place in again.places.items()} == after


def test_neighbours_have_different_papers_and_look_alikes_sit_apart(room: Room) -> None:
    places = [("1", paper) for paper in "ab" for _ in range(4)]
    room.unlock(papers=(sat("a"), sat("b", programme="trader")), roster=seated(*places))
    pair = Lookalike("2026T0001", "2026T0005", 0.9)
    room.store.write(lambda db: portraits.set_lookalikes(db, SITTING, [pair], NOON))
    assert room.hall.seating.draw(SITTING, PlanKind.APART, BY) == []
    (plan,) = room.hall.seating.plan(SITTING)
    assert [entry.seat for entry in plan.seats] == [f"A{n:02d}" for n in range(1, 9)]
    papers = [entry.paper["zh"] for entry in plan.seats]
    assert all(papers[n] != papers[n + 1] for n in range(7))
    order = [entry.admission_no for entry in plan.seats]
    assert abs(order.index(pair.first) - order.index(pair.second)) > 1


def test_what_was_granted_is_on_the_board_and_in_the_seat_plan(room: Room) -> None:
    given, other = candidates(2, 0)
    given = given.model_copy(update={"extra_minutes": 30, "needs": "大字试卷"})
    room.unlock(roster=(given, other))
    (plan,) = room.hall.seating.plan(SITTING)
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    for shown in (plan.seats, rows):
        assert [(one.extra_minutes, one.needs) for one in shown] == [(30, "大字试卷"), (0, "")]
    assert [entry.granted for entry in plan.seats] == [True, False]


def test_people_of_one_employer_sit_apart(room: Room) -> None:
    employed = {PersonalField.EMPLOYER: "北京 电厂"}, {PersonalField.EMPLOYER: "北京电厂"}
    first, second, *others = candidates(6, 0)
    colleagues = [
        person.model_copy(update={"personal": personal})
        for person, personal in zip((first, second), employed, strict=True)
    ]
    room.unlock(roster=(*colleagues, *others))
    room.hall.seating.draw(SITTING, PlanKind.APART, BY)
    numbers = [int(seats(room)[person.admission_no][1:]) for person in colleagues]
    assert abs(numbers[0] - numbers[1]) > 1


def test_look_alikes_whom_the_room_does_not_bring_apart_are_named(room: Room) -> None:
    room.unlock(roster=candidates(2, 0))
    pair = Lookalike("2026T0001", "2026T0002", 0.9)
    room.store.write(lambda db: portraits.set_lookalikes(db, SITTING, [pair], NOON))
    (left,) = room.hall.seating.draw(SITTING, PlanKind.APART, BY)
    assert {left.first.name, left.second.name} == {"考生1", "考生2"}


def test_once_somebody_has_signed_in_the_seats_are_fixed(room: Room) -> None:
    room.unlock()
    room.ready(1)
    with pytest.raises(SeatsFixed):
        room.hall.seating.draw(SITTING, PlanKind.LOT, BY)


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
    room.unlock()
    first, second = room.terminal(), room.terminal()
    room.hall.seating.bind(first.terminal_id, "1", "A01", BY)
    room.hall.seating.bind(second.terminal_id, "1", "A01", BY)
    assert [one.seat for one in room.hall.seating.terminals()] == [None, "A01"]
    room.hall.seating.bind(second.terminal_id, "1", " ", BY)
    assert [one.seat for one in room.hall.seating.terminals()] == [None, None]
    with pytest.raises(NotFound):
        room.hall.seating.bind("nowhere", "1", "A01", BY)
