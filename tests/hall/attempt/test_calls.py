"""A candidate calls, somebody comes; nothing is lost, and no page fills the event log."""

from collections.abc import Callable, Sequence

import pytest

from kiosk.exam.attempt.calls import CallReason
from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.errors import AttemptEnded
from kiosk.hall.attempt.calls import APART, MOST_CALLS
from kiosk.hall.errors import CalledTooOften, CalledTooSoon, NotFound
from kiosk.hall.views.calls import CallView, OwnCallView
from kiosk.store.errors import StaleState
from kiosk.store.exam import calls
from tests.centres import ManualClock, Site
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room, open_room


def call(room: Room, attempt_id: str, reason: str = "question", note: str = "") -> OwnCallView:
    return room.hall.calls.make(attempt_id, CallReason(reason), note)


def on_board(room: Room, attempt_id: str) -> CallView | None:
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    return next(row.call for row in rows if row.attempt_id == attempt_id)


def own(room: Room, attempt_id: str) -> OwnCallView | None:
    shown = room.hall.attempts.time(attempt_id).call
    assert shown == room.hall.attempts.view(attempt_id).call
    return shown


def pass_apart(room: Room) -> None:
    room.clock.pass_time(APART.total_seconds())


def test_a_call_is_seen_answered_and_closed(room: Room, sitting: str) -> None:
    made = call(room, sitting, "unwell", "头晕")
    shown = on_board(room, sitting)
    assert shown is not None
    assert (shown.reason, shown.note, shown.urgent, shown.coming_at) == (
        "unwell",
        "头晕",
        True,
        None,
    )
    assert own(room, sitting) == made
    assert not made.coming
    room.hall.calls.come(sitting, made.number, BY)
    shown, answered = on_board(room, sitting), own(room, sitting)
    assert shown is not None
    assert shown.coming_by == BY
    assert answered is not None
    assert answered.coming
    room.hall.calls.close(sitting, made.number, "给了水", BY)
    assert (on_board(room, sitting), own(room, sitting)) == (None, None)
    found = [event for event in event_log(room.hall, SITTING) if "call_" in event.kind]
    assert [(event.kind, event.who) for event in reversed(found)] == [
        ("call_made", "candidate"),
        ("call_answered", BY),
        ("call_closed", BY),
    ]
    assert [event.data for event in reversed(found)] == [
        {"number": 1, "reason": "unwell", "note": "头晕"},
        {"number": 1},
        {"number": 1, "outcome": "给了水"},
    ]


@pytest.mark.parametrize("reason", ["question", "technical", "toilet", "other"])
def test_only_somebody_unwell_is_urgent(room: Room, sitting: str, reason: str) -> None:
    call(room, sitting, reason)
    shown = on_board(room, sitting)
    assert shown is not None
    assert not shown.urgent


def test_candidates_call_from_check_in_to_the_end_also_while_paused(room: Room) -> None:
    room.unlock()
    attempt_id = room.ready()
    steps: Sequence[tuple[AttemptState, Callable[[], None]]] = (
        (AttemptState.READY, lambda: room.hall.starts.start(SITTING, BY)),
        (AttemptState.IN_PROGRESS, lambda: room.hall.pauses.pause(attempt_id, "unwell", BY)),
        (AttemptState.PAUSED, lambda: room.hall.pauses.resume(attempt_id, "well again", BY)),
    )
    for state, next_step in steps:
        assert room.hall.attempts.view(attempt_id).state is state
        room.hall.calls.withdraw(attempt_id, call(room, attempt_id).number)
        pass_apart(room)
        next_step()
    room.hall.ends.end_by_staff(attempt_id, "went home", BY)
    with pytest.raises(AttemptEnded):
        call(room, attempt_id)
    with pytest.raises(NotFound):
        call(room, "nobody")


def test_the_same_call_sent_again_is_one_call(room: Room, sitting: str) -> None:
    assert call(room, sitting) == call(room, sitting, "toilet")
    assert room.kinds().count("call_made") == 1


def test_a_withdrawn_call_is_over_and_withdrawing_again_changes_nothing(
    room: Room, sitting: str
) -> None:
    number = call(room, sitting).number
    room.hall.calls.withdraw(sitting, number)
    room.hall.calls.withdraw(sitting, number)
    assert on_board(room, sitting) is None
    assert room.kinds().count("call_withdrawn") == 1
    with pytest.raises(StaleState):
        room.hall.calls.come(sitting, number, BY)
    with pytest.raises(StaleState):
        room.hall.calls.close(sitting, number, "", BY)


def test_one_of_staff_comes_and_the_second_reads_so(room: Room, sitting: str) -> None:
    number = call(room, sitting).number
    room.hall.calls.come(sitting, number, BY)
    with pytest.raises(StaleState):
        room.hall.calls.come(sitting, number, "staff:li")
    room.hall.calls.close(sitting, number, "", "staff:li")
    pass_apart(room)
    # Whoever still sees the first call does not close the second one.
    call(room, sitting)
    with pytest.raises(StaleState):
        room.hall.calls.close(sitting, number, "", "staff:li")


def test_calls_are_bounded_in_pace_and_number(room: Room, sitting: str) -> None:
    for number in range(1, MOST_CALLS + 1):
        made = call(room, sitting)
        assert made.number == number
        room.hall.calls.withdraw(sitting, number)
        if number == 1:
            with pytest.raises(CalledTooSoon) as refused:
                call(room, sitting)
            assert refused.value.params["retry_after"] == APART.total_seconds()
        pass_apart(room)
    with pytest.raises(CalledTooOften):
        call(room, sitting)
    assert room.kinds().count("call_made") == MOST_CALLS


def test_a_call_outlasts_the_servers_end(site: Site, clock: ManualClock) -> None:
    with open_room(site, clock) as room:
        attempt_id = room.begin()[0]
        room.hall.calls.come(attempt_id, call(room, attempt_id, "toilet").number, BY)
    with open_room(site, clock) as room:
        shown = on_board(room, attempt_id)
        assert shown is not None
        assert (shown.reason, shown.coming_by) == ("toilet", BY)


def test_a_call_of_somebody_who_has_handed_in_is_still_closed_by_staff(
    room: Room, sitting: str
) -> None:
    number = call(room, sitting, "unwell").number
    room.hall.ends.end_by_staff(sitting, "unwell", BY)
    assert on_board(room, sitting) is not None
    room.hall.calls.close(sitting, number, "", BY)
    assert on_board(room, sitting) is None


def test_an_undone_sign_in_takes_its_call_along(room: Room) -> None:
    room.unlock()
    attempt_id = room.ready()
    call(room, attempt_id)
    room.hall.attendance.undo_sign_in(attempt_id, "signed in with another's ticket", BY)
    assert calls.open_of(room.store.read(), attempt_id) is None
    assert "call_withdrawn" in room.kinds()
