"""A candidate goes out with an escort: the clock runs, the paper is covered, nobody is blamed."""

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.exam.errors import AttemptEnded, AttemptNotStarted, ExamError
from kiosk.exam.proctoring import RuleEvent
from kiosk.hall.attempt.breaks import MOST_BREAKS
from kiosk.hall.errors import BreakNotAllowed, OnBreak, TooManyBreaks
from kiosk.hall.inputs import AnswerWrite, ConductSignal
from kiosk.hall.proctoring.incidents import IncidentLog
from kiosk.hall.views.room import SeatRow
from kiosk.store.errors import StaleState
from kiosk.store.exam import breaks, incidents
from tests.centres import ManualClock, Site
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room, open_room

ESCORT = "王芳"
RULES = {"breaks": {"most": 1, "not_in_first_minutes": 5, "not_in_last_minutes": 10}}


def go(room: Room, attempt_id: str, reason: str = "", escort: str = ESCORT) -> None:
    room.hall.breaks.begin(attempt_id, escort, reason, BY)


def back(room: Room, attempt_id: str, checked: bool = False) -> None:
    room.hall.breaks.end(attempt_id, checked, BY)


def row(room: Room, attempt_id: str) -> SeatRow:
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    return next(seat for seat in rows if seat.attempt_id == attempt_id)


def data_of(room: Room, kind: str) -> list[dict[str, Any]]:
    return [dict(event.data) for event in event_log(room.hall, SITTING) if event.kind == kind]


def test_a_break_covers_the_paper_while_the_clock_runs(room: Room, sitting: str) -> None:
    before = room.left(sitting)
    go(room, sitting)
    shown = room.hall.attempts.view(sitting)
    assert (shown.state, shown.items, shown.answers) == ("in_progress", [], {})
    assert shown.on_break is not None
    assert shown.on_break == room.hall.attempts.time(sitting).on_break
    room.clock.pass_time(240)
    assert room.left(sitting) == pytest.approx(before - 4, abs=0.01)
    back(room, sitting, checked=True)
    assert room.left(sitting) == pytest.approx(before - 4, abs=0.01)
    assert room.hall.attempts.view(sitting).items
    (begun,), (ended,) = data_of(room, "break_begun"), data_of(room, "break_ended")
    assert begun == {"number": 1, "escort": ESCORT}
    assert (ended["seconds"], ended["identity_checked"]) == (240, True)


def test_the_board_shows_who_is_out_with_whom_and_for_too_long(room: Room, sitting: str) -> None:
    go(room, sitting)
    out = row(room, sitting).on_break
    assert out is not None
    assert (out.escort, out.overdue, out.said_back) == (ESCORT, False, False)
    room.clock.pass_time(601)
    out = row(room, sitting).on_break
    assert out is not None
    assert out.overdue
    room.hall.breaks.say_back(sitting)
    room.hall.breaks.say_back(sitting)
    out = row(room, sitting).on_break
    assert out is not None
    assert out.said_back
    assert room.kinds().count("break_back") == 1
    back(room, sitting)
    assert row(room, sitting).on_break is None


def test_answers_on_their_way_are_saved_and_nothing_else_is_done(room: Room, sitting: str) -> None:
    item = room.hall.attempts.view(sitting).items[0]
    late = AnswerWrite(1, item.id, item.options[0].id, None)
    go(room, sitting)
    room.clock.pass_time(60)
    assert room.hall.attempts.save(sitting, [late]).acked_through == 1
    with pytest.raises(OnBreak):
        room.hall.ends.hand_in(sitting)
    with pytest.raises(OnBreak):
        room.hall.proctoring.frame(sitting, b"")
    with pytest.raises(OnBreak):
        room.hall.proctoring.sound(sitting, b"")


def test_nothing_of_page_or_camera_is_held_against_somebody_who_is_out(
    room: Room, sitting: str
) -> None:
    room.hall.page_leaves.conduct(sitting, [ConductSignal("left", "blur")])
    go(room, sitting)
    room.hall.proctoring.tick()
    signals = [ConductSignal("left", "hidden"), ConductSignal("fullscreen", "left")]
    for _ in range(10):
        room.clock.pass_time(30)
        room.hall.proctoring.tick()
        reply = room.hall.page_leaves.conduct(sitting, signals)
    assert (reply.leaves, reply.warn) == (1, False)
    (leave,) = room.hall.page_leaves.of_attempt(sitting)
    assert leave.seconds is not None
    log = IncidentLog(room.hall.rooms._context)
    now = room.clock.now().timestamp()
    event = RuleEvent("nobody", "started", now, now, 0.0, 1.0, "review")
    assert log.open(sitting, SITTING, event, [], []) is None
    assert incidents.of_sitting(room.store.read(), SITTING) == []
    back(room, sitting)
    assert log.open(sitting, SITTING, event, [], []) is not None


def test_a_second_break_waits_for_the_end_of_the_first(room: Room, sitting: str) -> None:
    go(room, sitting)
    with pytest.raises(OnBreak):
        go(room, sitting)
    back(room, sitting)
    with pytest.raises(StaleState):
        back(room, sitting)
    go(room, sitting)
    assert [out.number for out in breaks.of_attempt(room.store.read(), sitting)] == [1, 2]


def test_the_rules_of_the_programme_are_told_and_a_reason_overrides_them(room: Room) -> None:
    (attempt_id,) = room.begin(1, rules=RULES)
    assert room.hall.breaks.choices(attempt_id).objections == ("too_early",)
    with pytest.raises(BreakNotAllowed):
        go(room, attempt_id)
    room.clock.pass_time(300)
    go(room, attempt_id, escort="李强")
    back(room, attempt_id)
    told = room.hall.breaks.choices(attempt_id)
    assert (told.objections, told.escorts, told.before) == (("too_many",), ["李强"], 1)
    go(room, attempt_id, "身体不适")
    assert data_of(room, "break_begun")[0] == {
        "number": 2,
        "escort": ESCORT,
        "objections": ["too_many"],
        "reason": "身体不适",
    }
    assert room.hall.breaks.choices(attempt_id).escorts == [ESCORT, "李强"]


def test_breaks_are_bounded_whatever_the_reason(room: Room, sitting: str) -> None:
    for _ in range(MOST_BREAKS):
        go(room, sitting)
        back(room, sitting)
    with pytest.raises(TooManyBreaks):
        go(room, sitting, "again")


def test_only_who_sits_an_exam_goes_out(room: Room) -> None:
    room.unlock()
    attempt_id = room.ready()
    with pytest.raises(AttemptNotStarted):
        go(room, attempt_id)
    room.hall.starts.start(SITTING, BY)
    room.hall.ends.end_by_staff(attempt_id, "gave up", BY)
    with pytest.raises(AttemptEnded):
        go(room, attempt_id)


def test_time_that_is_up_ends_the_exam_and_closes_the_record(room: Room, sitting: str) -> None:
    left = room.left(sitting)
    go(room, sitting)
    room.clock.pass_time(left * 60 + 10)
    room.hall.ends.sweep()
    assert room.hall.attempts.view(sitting).end_reason == "time_out"
    (ended,) = data_of(room, "break_ended")
    assert ended["seconds"] == pytest.approx(left * 60, abs=1)
    assert room.kinds().index("break_ended") < room.kinds().index("attempt_ended")
    with pytest.raises(StaleState):
        back(room, sitting)


def test_a_break_that_began_during_a_pause_ends_with_the_exam(room: Room, sitting: str) -> None:
    room.hall.pauses.pause(sitting, "a reason", BY)
    room.clock.pass_time(30)
    go(room, sitting)
    room.clock.pass_time(45)
    room.hall.ends.end_by_staff(sitting, "gave up", BY)
    assert data_of(room, "break_ended")[0]["seconds"] == 45


def test_the_closing_check_names_who_is_out_and_closing_ends_the_break(
    room: Room, sitting: str
) -> None:
    go(room, sitting)
    assert len(room.hall.closing.view(SITTING).out) == 1
    room.close()
    assert breaks.all_out(room.store.read()) == set()
    assert data_of(room, "break_ended")


def test_a_server_that_starts_again_keeps_the_break(site: Site, clock: ManualClock) -> None:
    with open_room(site, clock) as room:
        room.unlock()
        attempt_id = room.ready()
        room.hall.starts.start(SITTING, BY)
        go(room, attempt_id)
    clock.pass_time(5)
    with open_room(site, clock) as room:
        out = row(room, attempt_id).on_break
        assert out is not None
        assert out.escort == ESCORT
        back(room, attempt_id)
        assert room.hall.attempts.view(attempt_id).items


def test_a_page_that_was_closed_during_the_break_has_lost_no_time(room: Room) -> None:
    (attempt_id,) = room.begin(1, rules={"time": {"terminal_outage": "one"}})
    room.open_page(attempt_id)
    left = room.left(attempt_id)
    go(room, attempt_id)
    room.clock.pass_time(120)
    room.open_page(attempt_id)
    room.clock.pass_time(60)
    back(room, attempt_id)
    assert room.left(attempt_id) == pytest.approx(left - 3, abs=0.05)
    assert "terminal_outage" not in room.kinds()


def test_the_room_record_lists_breaks(room: Room, sitting: str) -> None:
    go(room, sitting)
    room.clock.pass_time(90)
    back(room, sitting)
    (out,) = room.hall.prints.sitting(SITTING).rooms[0].breaks
    assert (out.escort, out.minutes, out.reason) == (ESCORT, 1.5, "")
    assert out.ended_at is not None


STEP = st.tuples(st.sampled_from(["out", "back", "pause", "resume", "wait"]), st.integers(1, 90))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, max_size=12))
def test_only_pauses_stop_the_clock_and_breaks_never_overlap(
    room: Room, sitting: str, steps: list[tuple[str, int]]
) -> None:
    acts = {
        "out": lambda: go(room, sitting),
        "back": lambda: back(room, sitting),
        "pause": lambda: room.hall.pauses.pause(sitting, "a reason", BY),
        "resume": lambda: room.hall.pauses.resume(sitting, "a reason", BY),
        "wait": lambda: None,
    }
    left = room.left(sitting)
    if left < 30 or len(breaks.of_attempt(room.store.read(), sitting)) > MOST_BREAKS - 12:
        return
    running = 0
    for act, seconds in steps:
        with suppress(ExamError):  # a step that the state does not allow changes nothing
            acts[act]()
        paused = room.hall.attempts.time(sitting).state == "paused"
        room.clock.pass_time(seconds)
        running += 0 if paused else seconds
    assert room.left(sitting) == pytest.approx(left - running / 60, abs=0.02)
    found = breaks.of_attempt(room.store.read(), sitting)
    for earlier, later in pairwise(found):
        assert earlier.over_at is not None
        assert earlier.over_at <= later.at
