"""Closing or stopping a sitting: shown first, confirmed for exactly what was shown (B.9)."""

import pytest

from kiosk.exam.checkin.inspection import Finding
from kiosk.hall.errors import ClosingChanged, ReasonMissing, SittingState
from kiosk.hall.inputs import AnswerWrite
from kiosk.hall.views.sittings import ClosingView, OpenIncidents, SeatName, UndecidedCases
from kiosk.store.exam import incidents
from kiosk.store.exam.incidents import Incident
from tests.centres import NOON, candidates
from tests.event_logs import event_log
from tests.hall.attempt.test_late_answers import chosen, file_of
from tests.hall.conftest import BY, SITTING, Room
from tests.hall.sitting.test_attendance import sign_in

WHY = "time is over"


def seen(room: Room) -> ClosingView:
    """What somebody looks at before they close."""
    return room.hall.closing.view(SITTING)


def close(room: Room, view: ClosingView, writing: int | None = None, reason: str = WHY) -> None:
    """Confirm what was seen."""
    count = view.writing if writing is None else writing
    room.hall.closing.close(SITTING, view.mark, count, reason, BY)


def save(room: Room, attempt_id: str, count: int) -> None:
    """The candidate answers so many single-choice questions."""
    choices = [
        item for item in room.hall.attempts.view(attempt_id).items if item.type == "single_choice"
    ][:count]
    assert len(choices) == count
    writes = [AnswerWrite(n, item.id, item.options[0].id) for n, item in enumerate(choices, 1)]
    room.hall.attempts.save(attempt_id, writes)


def test_it_shows_who_writes_waits_and_is_undecided(room: Room) -> None:
    room.unlock(roster=candidates(5))
    one, _two = room.ready(1), room.ready(2)
    waiting = sign_in(room, 3)
    room.hall.starts.start(SITTING, BY)
    room.hall.given_time.give(one, 10, "terminal failed", BY)
    room.hall.inspections.find(waiting, Finding.HEADPHONES, BY)
    view = seen(room)
    assert (view.writing, view.not_here) == (2, 2)
    assert view.extra_time == [SeatName("A01", "考生1")]
    assert view.waiting == [SeatName("A03", "考生3")]
    assert view.undecided == [UndecidedCases("A03", "考生3", ["inspection"])]
    assert view.last_end == room.hall.attempts.view(one).ends_at


def test_it_names_who_answered_hardly_anything_and_the_log_counts_them(room: Room) -> None:
    one, two, three = room.begin(3)
    items = [item.id for item in room.hall.attempts.view(two).items]
    fifth = -(-len(items) // 5)
    for attempt_id, count in ((one, 0), (two, fifth - 1), (three, fifth)):
        if count:
            save(room, attempt_id, count)
    room.hall.ends.hand_in(two)
    view = seen(room)
    assert [(found.seat, found.answered) for found in view.nearly_empty] == [
        ("A01", 0), ("A02", fifth - 1),
    ]  # fmt: skip
    assert view.unsealed == 1
    room.hall.results.sweep()
    assert seen(room).unsealed == 0
    close(room, seen(room))
    (closed,) = [
        event for event in event_log(room.hall, SITTING, 50) if event.kind == "sitting_closed"
    ]
    assert (closed.data["nearly_empty"], closed.data["unsealed"]) == (2, 0)


def test_time_that_everybody_got_is_no_extra_time(room: Room) -> None:
    room.begin(2)
    room.hall.given_time.give_group(SITTING, 10, "late start", BY)
    assert seen(room).extra_time == []


def test_who_is_paused_alone_is_undecided(room: Room) -> None:
    one, _ = room.begin(2)
    room.hall.pauses.pause(one, "unwell", BY)
    view = seen(room)
    assert (view.writing, view.paused) == (2, 1)
    assert view.undecided == [UndecidedCases("A01", "考生1", ["held"])]


def test_it_names_answers_that_wait_incidents_and_who_sat_without_an_identity_check(
    room: Room,
) -> None:
    one, two, three = room.begin(3)
    file = file_of(room, one, chosen(room, one, 3))
    room.hall.ends.hand_in(one)
    room.hall.late_answers.receive(file, "file", BY)
    room.hall.held_answers.report(room.terminal(), {two: 2}, {two: "late_answers_foreign"})
    incident = Incident("I1", three, "face_absent", NOON, None, None, None)
    room.store.write(lambda db: incidents.open_incident(db, incident))
    room.store.write(
        lambda db: db.execute("UPDATE attempts SET check_in = 'none' WHERE id = ?", [three])
    )
    view = seen(room)
    assert view.undecided == [
        UndecidedCases("A01", "考生1", ["late_answers"]),
        UndecidedCases("A02", "考生2", ["held_answers"]),
    ]
    assert view.incidents == [OpenIncidents("A03", "考生3", 1)]
    assert view.unverified == [SeatName("A03", "考生3")]
    close(room, view)
    closed = event_log(room.hall, SITTING, 1)[0]
    assert closed.kind == "sitting_closed"
    figures = {key: closed.data[key] for key in ("undecided", "incidents", "unverified")}
    assert figures == {"undecided": 2, "incidents": 1, "unverified": 1}


def test_an_incident_that_begins_meanwhile_does_not_block_closing(room: Room) -> None:
    (one,) = room.begin()
    view = seen(room)
    incident = Incident("I1", one, "face_absent", NOON, None, None, None)
    room.store.write(lambda db: incidents.open_incident(db, incident))
    close(room, view)


def test_what_was_confirmed_is_what_happens(room: Room) -> None:
    one, _ = room.begin(2)
    close(room, seen(room))
    assert room.hall.attempts.view(one).end_reason == "staff"
    closed = event_log(room.hall, SITTING, 1)[0]
    assert (closed.kind, closed.data["writing"], closed.data["why"]) == ("sitting_closed", 2, WHY)


def test_a_confirmation_of_something_else_is_refused(room: Room) -> None:
    one, two = room.begin(2)
    before = seen(room)
    with pytest.raises(ClosingChanged):
        close(room, before, writing=1)
    room.hall.ends.hand_in(one)
    with pytest.raises(ClosingChanged):
        close(room, before)
    with pytest.raises(ClosingChanged):
        close(room, before, writing=1)
    given = seen(room)
    room.hall.given_time.give(two, 5, "terminal failed", BY)
    with pytest.raises(ClosingChanged):
        close(room, given)
    assert room.hall.attempts.view(two).state == "in_progress"
    close(room, seen(room))


def test_somebody_who_arrives_meanwhile_makes_the_confirmation_stale(room: Room) -> None:
    room.begin(1)
    before = seen(room)
    sign_in(room, 2)
    with pytest.raises(ClosingChanged):
        close(room, before)


def test_answers_that_go_on_coming_do_not(room: Room) -> None:
    (one,) = room.begin(1)
    before = seen(room)
    item = room.hall.attempts.view(one).items[0]
    value = [item.options[0].id] if item.type == "multiple_choice" else item.options[0].id
    room.hall.attempts.save(one, [AnswerWrite(1, item.id, value)])
    close(room, before)


def test_it_wants_a_reason_and_a_sitting_that_runs(room: Room) -> None:
    room.begin(1)
    with pytest.raises(ReasonMissing):
        close(room, seen(room), reason=" ")
    view = seen(room)
    close(room, view)
    with pytest.raises(SittingState):
        seen(room)
    with pytest.raises(SittingState):
        close(room, view)


def test_stopping_wants_the_same_confirmation_and_keeps_its_figures(room: Room) -> None:
    one, two = room.begin(2)
    before = seen(room)
    room.hall.ends.hand_in(one)
    for mark, writing in ((before.mark, 2), (seen(room).mark, 2)):
        with pytest.raises(ClosingChanged):
            room.hall.closing.stop(SITTING, mark, writing, "no power", BY)
    assert room.hall.attempts.view(two).state == "in_progress"
    room.stop()
    assert room.hall.attempts.view(one).end_reason == "handed_in"
    assert room.hall.attempts.view(two).end_reason == "stopped"
    stopped = event_log(room.hall, SITTING, 1)[0]
    assert stopped.kind == "sitting_stopped"
    assert (stopped.data["writing"], stopped.data["not_here"]) == (1, 1)
    with pytest.raises(SittingState):
        room.hall.closing.stop(SITTING, before.mark, 1, "no power", BY)


def test_a_paused_room_is_stopped_too(room: Room) -> None:
    (one,) = room.begin(1)
    room.hall.group_pauses.pause(SITTING, "fire alarm", BY)
    room.stop()
    assert room.hall.attempts.view(one).end_reason == "stopped"
