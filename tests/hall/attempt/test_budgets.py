"""What one terminal repeats without end costs nobody else anything, and loses nothing honest."""

import pytest

from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.proctoring import RuleEvent
from kiosk.hall.attempt import attempts as saving
from kiosk.hall.attempt.late_answers import MOST
from kiosk.hall.checkin import terminals as registering
from kiosk.hall.errors import LateAnswersRefused, TooManyAnswers
from kiosk.hall.inputs import AnswerWrite, ConductSignal
from kiosk.hall.proctoring import incidents
from kiosk.hall.proctoring.incidents import IncidentLog
from kiosk.store.exam import events, tallies
from sync.wire.delivery.bundle import open_bundle
from tests.centres import CENTRE
from tests.hall.attempt.test_late_answers import chosen, file_of
from tests.hall.conftest import BY, SITTING, Room


def count(room: Room, kind: str) -> int:
    """How many events of a kind there are."""
    newest = events.of_sitting(room.store.read(), SITTING)
    return sum(event.kind == kind for event in newest)


def test_page_signals_are_all_counted_and_some_of_them_noted(room: Room) -> None:
    (one,) = room.begin()
    for _ in range(20):
        room.hall.page_leaves.conduct(one, [ConductSignal("context_menu")] * 100)
    room.hall.page_leaves.conduct(one, [ConductSignal("copy")] * 3)
    assert count(room, "page_context_menu") == tallies.NOTED + 5  # 64, 128, … 1024
    assert count(room, "page_copy") == 3
    room.hall.ends.hand_in(one)
    sealed = room.hall.results.bundle(one)
    data = (room.site.data / "outbox" / sealed).read_bytes()
    bundle, _ = open_bundle(data, room.site.hq, room.site.centre.public, CENTRE)
    assert bundle.conduct.signals == {"page_context_menu": 2000, "page_copy": 3}


def test_leaving_and_returning_within_a_moment_is_one_page_leave_and_few_events(
    room: Room,
) -> None:
    (one,) = room.begin()
    for _ in range(10):
        signals = [ConductSignal("left", "blur"), ConductSignal("returned")] * 50
        reply = room.hall.page_leaves.conduct(one, signals)
    assert (reply.leaves, reply.state) == (1, AttemptState.IN_PROGRESS)
    assert count(room, "page_left") + count(room, "page_returned") < 3 * tallies.NOTED
    (entry,) = room.hall.page_leaves.of_attempt(one)
    assert entry.signals == 500


def test_every_page_leave_is_noted_however_many_there_are(room: Room) -> None:
    (one,) = room.begin(rules={"conduct": {"leave_limit": 100}})
    for _ in range(80):
        room.hall.page_leaves.conduct(one, [ConductSignal("left", "blur")])
        room.hall.page_leaves.conduct(one, [ConductSignal("returned")])
        room.clock.pass_time(10)
    assert count(room, "page_left") == 80


def answer(room: Room, attempt_id: str, first: int, number: int) -> int:
    """Send so many new answers at once; returns what was acknowledged."""
    view = room.hall.attempts.view(attempt_id)
    item = next(item for item in view.items if item.type == "single_choice")
    options = [option.id for option in item.options]
    writes = [
        AnswerWrite(seq, item.id, options[seq % len(options)])
        for seq in range(first, first + number)
    ]
    return room.hall.attempts.save(attempt_id, writes).acked_through


def test_far_too_many_answers_are_slowed_down_and_none_is_lost(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "FREE_REVISIONS", 40)
    (one,) = room.begin()
    assert answer(room, one, 1, 40) == 40
    for _ in range(3):
        with pytest.raises(TooManyAnswers) as refused:
            answer(room, one, 41, 50)
        assert refused.value.params["retry_after"] == 10
    room.clock.pass_time(10)
    assert answer(room, one, 41, 50) == 60  # a part of it; the page sends the rest again
    room.clock.pass_time(10)
    assert answer(room, one, 61, 30) == 80
    assert count(room, "answer_refused") == 1
    room.clock.pass_time(10)
    assert answer(room, one, 81, 10) == 90


def test_repeating_what_is_saved_is_never_slowed_down(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "FREE_REVISIONS", 10)
    (one,) = room.begin()
    for _ in range(4):
        assert answer(room, one, 1, 10) == 10


def test_terminals_that_nobody_uses_make_room_and_staff_are_told_once(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "MOST_OF_ADDRESS", 10)
    room.unlock()
    used = room.ready()
    for _ in range(50):
        room.hall.terminals.register("10.0.0.66", "flood")
    honest = room.hall.terminals.register("10.0.0.7", "honest")
    assert room.hall.terminals.session(honest.token).name == honest.name
    assert len(room.hall.seating.terminals()) == 12
    assert count(room, "terminals_crowded") == 1
    assert room.hall.attempts.view(used).state == AttemptState.READY


def test_incidents_of_one_rule_are_counted_once_there_are_very_many(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incidents, "MOST_OF_RULE", 60)
    (one,) = room.begin()
    log = IncidentLog(room.hall.proctoring._context)
    at = room.clock.now().timestamp()
    event = RuleEvent("nobody", "started", at, at, 1.0, 2.0, "record")
    opened = [log.open(one, SITTING, event, [], []) for _ in range(200)]
    assert sum(found is not None for found in opened) == 60
    assert len(room.hall.rooms.incidents(SITTING)) == 60
    assert count(room, "rule_nobody") == 60 + 2  # the 64th and the 128th
    newest = events.of_sitting(room.store.read(), SITTING, 1)[0]
    assert newest.data["number"] == 128


def test_late_answers_beyond_ten_deliveries_are_refused_and_noted_once(room: Room) -> None:
    (one,) = room.begin()
    answers = chosen(room, one, 3)
    room.hall.ends.end_by_staff(one, "over", BY)
    for number in range(MOST):
        file = file_of(room, one, answers, written_at=f"2026-04-25T08:00:0{number}.000Z")
        room.hall.late_answers.receive(file, "terminal", "candidate", one)
    for _ in range(3):
        with pytest.raises(LateAnswersRefused):
            room.hall.late_answers.receive(file_of(room, one, answers), "file", BY)
    assert count(room, "late_answers_full") == 1


def test_signing_in_again_and_again_fills_no_event_log(room: Room) -> None:
    room.unlock()
    terminal = room.terminal()
    for _ in range(tallies.NOTED + 20):
        room.hall.checkin.sign_in(terminal, "2026T0001", "99000119900101001X", False, "10.0.0.1")
    assert count(room, "signed_in") == tallies.NOTED + 1
