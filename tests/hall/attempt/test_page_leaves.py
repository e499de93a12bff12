"""Page leaves: one for all signals of an absence, reversible, with a limit (R18)."""

import pytest

from kiosk.exam.attempt.states import AttemptState, EndReason, PauseReason
from kiosk.hall.errors import NotFound, ReasonMissing
from kiosk.hall.inputs import ConductSignal
from sync.wire.delivery.bundle import open_bundle
from tests.centres import CENTRE
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room

LEFT, RETURNED = ConductSignal("left", "blur"), ConductSignal("returned")


def leave(room: Room, attempt_id: str, times: int) -> None:
    """Leave the page so many times, three seconds each, a minute apart."""
    for _ in range(times):
        room.clock.pass_time(57)
        room.hall.page_leaves.conduct(attempt_id, [LEFT, ConductSignal("left", "hidden")])
        room.clock.pass_time(3)
        if room.hall.attempts.view(attempt_id).state != AttemptState.IN_PROGRESS:
            return
        room.hall.page_leaves.conduct(attempt_id, [RETURNED])


def test_a_page_leave_is_timed_by_the_server_and_merged(room: Room) -> None:
    (one,) = room.begin()
    leave(room, one, 1)
    room.clock.pass_time(1)
    reply = room.hall.page_leaves.conduct(one, [LEFT])  # a dialog closed: the same page leave
    assert (reply.leaves, reply.warn) == (1, False)
    room.clock.pass_time(4)
    room.hall.page_leaves.conduct(one, [RETURNED])
    (entry,) = room.hall.page_leaves.of_attempt(one)
    assert (entry.seconds, entry.cause, entry.signals) == (8, "blur", 3)
    assert reply.remaining_s > 0


@pytest.mark.parametrize(
    "signal", [ConductSignal("fullscreen", "left"), ConductSignal("left", "fullscreen")]
)
def test_leaving_full_screen_alone_is_noted_and_no_page_leave(
    room: Room, signal: ConductSignal
) -> None:
    """Pages from before this version call it a page leave; it is none from them either."""
    (one,) = room.begin()
    for _ in range(6):
        room.clock.pass_time(60)
        reply = room.hall.page_leaves.conduct(one, [signal, RETURNED])
        assert (reply.leaves, reply.warn, reply.state) == (0, False, "in_progress")
    assert room.hall.page_leaves.of_attempt(one) == []
    assert room.kinds().count("page_fullscreen") == 6


def test_a_reversed_page_leave_no_longer_counts_towards_the_limit(room: Room) -> None:
    (one,) = room.begin()
    leave(room, one, 4)
    with pytest.raises(ReasonMissing):
        room.hall.page_leaves.reverse(one, 2, " ", BY)
    with pytest.raises(NotFound):
        room.hall.page_leaves.reverse(one, 9, "why", BY)
    room.hall.page_leaves.reverse(one, 2, "a window of the system", BY)
    leave(room, one, 1)
    assert room.hall.attempts.view(one).state == AttemptState.IN_PROGRESS
    leave(room, one, 1)
    assert room.hall.attempts.view(one).end_reason == EndReason.RULE
    assert "page_leave_reversed" in room.kinds()


def test_an_end_by_the_rule_is_taken_back_after_a_reversal(room: Room) -> None:
    (one,) = room.begin()
    leave(room, one, 5)
    assert room.hall.attempts.view(one).end_reason == EndReason.RULE
    assert room.hall.results.sweep() == 1
    room.hall.page_leaves.reverse(one, 5, "our update", BY)
    room.hall.pauses.reopen(one, "our update", BY)
    room.hall.pauses.resume(one, "goes on", BY)
    leave(room, one, 1)
    assert room.hall.attempts.view(one).end_reason == EndReason.RULE


def test_where_the_programme_says_so_the_limit_holds_for_staff(room: Room) -> None:
    (one,) = room.begin(rules={"conduct": {"at_limit": "hold"}})
    leave(room, one, 5)
    view = room.hall.attempts.view(one)
    assert (view.state, view.pause_reason) == (AttemptState.PAUSED, PauseReason.HELD)
    room.hall.pauses.resume(one, "warned", BY)
    leave(room, one, 1)
    assert room.hall.attempts.view(one).pause_reason == PauseReason.HELD
    room.hall.ends.end_by_staff(one, "left again", BY)
    assert room.hall.attempts.view(one).end_reason == EndReason.STAFF


def test_the_bundle_tells_every_page_leave_and_what_became_of_it(room: Room) -> None:
    (one,) = room.begin()
    leave(room, one, 2)
    room.hall.page_leaves.reverse(one, 1, "our update", BY)
    room.hall.ends.hand_in(one)
    room.hall.results.sweep()
    (file,) = (room.site.data / "outbox").iterdir()
    bundle, _ = open_bundle(file.read_bytes(), room.site.hq, room.site.centre.public, CENTRE)
    assert bundle.conduct.leaves == 1
    reversals = [entry.reversal for entry in bundle.conduct.page_leaves]
    assert reversals == ["our update", None]
    assert "page_leave_reversed" not in bundle.conduct.signals  # staff did that, not the candidate


def test_a_page_that_is_loaded_again_ends_the_page_leave(room: Room) -> None:
    (one,) = room.begin()
    room.open_page(one)
    room.hall.page_leaves.conduct(one, [LEFT])
    room.clock.pass_time(20)
    room.open_page(one)
    (entry,) = room.hall.page_leaves.of_attempt(one)
    assert entry.seconds == 20


CALCULATOR = ConductSignal("calculator")


def test_the_first_use_of_the_calculator_is_recorded_once_and_counts_for_nothing(
    room: Room,
) -> None:
    one, other = room.begin(2)
    for _ in range(200):
        reply = room.hall.page_leaves.conduct(one, [CALCULATOR, CALCULATOR])
        assert (reply.leaves, reply.warn, reply.state) == (0, False, "in_progress")
    assert room.kinds().count("calculator_opened") == 1
    room.hall.page_leaves.conduct(other, [CALCULATOR])
    events = event_log(room.hall, SITTING, 1000)
    used = [event for event in events if event.kind == "calculator_opened"]
    assert [event.admission_no for event in used] == ["2026T0002", "2026T0001"]
    assert {event.who for event in used} == {"candidate"}


def test_a_calculator_that_the_programme_does_not_have_leaves_no_record(room: Room) -> None:
    (one,) = room.begin(rules={"tools": {"calculator": False}})
    assert room.hall.attempts.view(one).calculator is False
    room.hall.page_leaves.conduct(one, [CALCULATOR])
    assert "calculator_opened" not in room.kinds()
