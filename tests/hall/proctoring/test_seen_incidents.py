"""Acknowledged incidents and page leaves: the seat is calm until something new happens."""

import pytest

from kiosk.hall.errors import NotFound
from kiosk.hall.views.room import SeatRow
from kiosk.store.exam import incidents
from tests.event_logs import event_log
from tests.hall.attempt.test_page_leaves import leave
from tests.hall.conftest import BY, SITTING, Room


def row(room: Room) -> SeatRow:
    """The first candidate's row."""
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    return next(found for found in rows if found.admission_no == "2026T0001")


def known(room: Room, attempt_id: str) -> list[str]:
    """Ids of the attempt's incidents."""
    return [found.id for found in incidents.of_attempt(room.store.read(), attempt_id)]


def test_acknowledging_clears_what_was_seen_and_a_new_incident_raises_it_again(room: Room) -> None:
    [attempt_id] = room.begin()
    room.hall.proctoring.mark(attempt_id, "talking", "on the desk", BY)
    room.hall.proctoring.mark(attempt_id, "talking", "again", BY)
    first, second = known(room, attempt_id)
    assert room.hall.seen_incidents.acknowledge(attempt_id, [first], 0, BY) == 1
    assert (row(room).incidents, row(room).incidents_new) == (2, 1)
    assert room.hall.seen_incidents.acknowledge(attempt_id, [first, second, "x"], 0, BY) == 1
    assert row(room).incidents_new == 0
    room.hall.proctoring.mark(attempt_id, "talking", "a third time", BY)
    assert (row(room).incidents, row(room).incidents_new) == (3, 1)
    view = next(v for v in room.hall.rooms.incidents(SITTING) if v.id == first)
    assert (view.seen_by, view.seen_at) == (BY, room.clock.now())


def test_what_is_acknowledged_again_is_no_second_event(room: Room) -> None:
    [attempt_id] = room.begin()
    room.hall.proctoring.mark(attempt_id, "talking", "on the desk", BY)
    for _ in range(2):
        room.hall.seen_incidents.acknowledge(attempt_id, known(room, attempt_id), 0, BY)
    events = [e for e in event_log(room.hall, SITTING) if e.kind == "incidents_seen"]
    assert [(event.who, event.data) for event in events] == [
        (BY, {"incidents": 1, "rules": ["talking"]})
    ]


def test_page_leaves_are_acknowledged_up_to_a_number(room: Room) -> None:
    [attempt_id] = room.begin()
    leave(room, attempt_id, 2)
    assert row(room).leaves_new == 2
    room.hall.seen_incidents.acknowledge(attempt_id, [], 1, BY)
    assert row(room).leaves_new == 1
    room.hall.seen_incidents.acknowledge(attempt_id, [], 99, BY)
    assert (row(room).leaves, row(room).leaves_new) == (2, 0)
    room.hall.page_leaves.reverse(attempt_id, 1, "a window of the system", BY)
    assert (row(room).leaves, row(room).leaves_new) == (1, 0)
    leave(room, attempt_id, 1)
    assert (row(room).leaves, row(room).leaves_new) == (2, 1)


def test_incidents_of_another_attempt_stay_new(room: Room) -> None:
    first, second = room.begin(2)
    room.hall.proctoring.mark(first, "talking", "on the desk", BY)
    assert room.hall.seen_incidents.acknowledge(second, known(room, first), 0, BY) == 0
    assert row(room).incidents_new == 1
    with pytest.raises(NotFound):
        room.hall.seen_incidents.acknowledge("nobody", [], 0, BY)
