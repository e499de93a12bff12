"""How attempts end that never began, and how such an end is taken back (B.8)."""

import pytest

from kiosk.exam.attempt.states import NOT_SAT, EndReason
from kiosk.exam.errors import AttemptEnded, IllegalTransition
from kiosk.hall.errors import ReasonMissing, SittingState
from tests.centres import REASON
from tests.hall.conftest import BY, SITTING, Room


def ends(room: Room) -> dict[str, str | None]:
    """Admission number to how the attempt ended."""
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    return {row.admission_no: row.end_reason for row in rows}


def sign_in(room: Room, number: int = 1) -> str:
    """A candidate who has signed in and waits for staff."""
    numbers = (f"2026T{number:04d}", f"99000119900101{number:03d}X")
    return room.hall.checkin.sign_in(room.terminal(), *numbers, False, "127.0.0.1").attempt_id


def attempt_of(room: Room, number: int = 1) -> str:
    """The attempt of a candidate."""
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    return next(row.attempt_id for row in rows if row.admission_no == f"2026T{number:04d}")


def test_who_waits_for_staff_when_the_sitting_closes_was_present(room: Room) -> None:
    room.unlock()
    sign_in(room, 1)
    refused = sign_in(room, 2)
    room.hall.verification.decide(refused, False, "another person", BY)
    room.hall.starts.start(SITTING, BY)
    room.close()
    assert ends(room) == {
        "2026T0001": "not_begun",
        "2026T0002": "not_admitted",
        "2026T0003": "absent",
    }


def test_who_is_ready_but_did_not_begin_was_present(room: Room) -> None:
    room.unlock()
    room.hall.starts.start(SITTING, BY)
    room.hall.group_pauses.pause(SITTING, "fire alarm", BY)
    room.ready(1)
    room.close()
    assert ends(room)["2026T0001"] == "not_begun"


@pytest.mark.parametrize("ending", sorted(NOT_SAT))
def test_staff_say_how_it_ended_and_take_it_back(room: Room, ending: EndReason) -> None:
    room.unlock()
    attempt_id = sign_in(room)
    room.hall.starts.start(SITTING, BY)
    room.hall.attendance.end(attempt_id, ending, REASON, BY)
    assert ends(room)["2026T0001"] == ending
    room.clock.pass_time(3600)  # the entry is closed by now
    room.hall.attendance.reopen(attempt_id, "was a mistake", BY)
    assert room.hall.attempts.view(attempt_id).state == "registered"
    assert sign_in(room) == attempt_id
    assert "attempt_reopened" in room.kinds()


def test_each_of_them_reaches_headquarters(room: Room) -> None:
    room.unlock()
    for number, ending in enumerate((EndReason.NOT_ADMITTED, EndReason.WITHDRAWN), start=1):
        room.hall.attendance.end(attempt_of(room, number), ending, REASON, BY)
    assert room.hall.results.sweep() == 2
    room.hall.attendance.reopen(attempt_of(room, 1), "was a mistake", BY)
    assert room.hall.results.sweep() == 0
    room.hall.starts.start(SITTING, BY)
    room.close()
    assert room.hall.results.sweep() == 2, "the one that was reopened, and the one who never came"


def test_an_exam_that_has_begun_ends_otherwise(room: Room) -> None:
    (attempt_id,) = room.begin()
    with pytest.raises(IllegalTransition):
        room.hall.attendance.end(attempt_id, EndReason.WITHDRAWN, REASON, BY)
    room.hall.ends.end_by_staff(attempt_id, REASON, BY)
    with pytest.raises(AttemptEnded):
        room.hall.attendance.end(attempt_id, EndReason.WITHDRAWN, REASON, BY)
    room.hall.attendance.reopen(attempt_id, "was a mistake", BY)
    assert room.hall.attempts.view(attempt_id).state == "paused"


def test_nothing_is_taken_back_after_the_sitting(room: Room) -> None:
    room.begin()
    room.close()
    absent = attempt_of(room, 2)
    assert not [
        row for row in room.hall.rooms.room(SITTING, room.hall.sync.view()).rows if row.reopenable
    ]
    with pytest.raises(SittingState):
        room.hall.attendance.reopen(absent, "came after all", BY)


def test_every_such_act_wants_a_reason(room: Room) -> None:
    room.unlock()
    attempt_id = attempt_of(room)
    with pytest.raises(ReasonMissing):
        room.hall.attendance.end(attempt_id, EndReason.ABSENT, " ", BY)
    room.hall.attendance.end(attempt_id, EndReason.ABSENT, REASON, BY)
    with pytest.raises(ReasonMissing):
        room.hall.attendance.reopen(attempt_id, "", BY)
