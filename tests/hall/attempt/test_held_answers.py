"""Answers that the server refused stay at their terminal until staff decide about them (B.3)."""

import pytest

from kiosk.hall.attempt.late_answers import MOST
from kiosk.hall.errors import (
    LateAnswersForeign,
    LateAnswersRefused,
    NotFound,
    ReasonMissing,
)
from kiosk.hall.views.check_in import HeldDecision, TerminalSession
from kiosk.hall.views.records import HeldView
from tests.event_logs import event_log
from tests.hall.attempt.test_late_answers import chosen, file_of
from tests.hall.conftest import BY, SITTING, Room, open_room

WHY = "the terminal was exchanged"
FOREIGN = "late_answers_foreign"


@pytest.fixture
def one(room: Room) -> str:
    """A candidate who answers; returns the attempt."""
    (attempt_id,) = room.begin()
    return attempt_id


@pytest.fixture
def terminal(room: Room) -> TerminalSession:
    """A terminal that nobody is signed in at."""
    return room.terminal()


def report(room: Room, terminal: TerminalSession, **held: int) -> dict[str, HeldDecision]:
    """The terminal says what it holds."""
    return room.hall.held_answers.report(terminal, held, dict.fromkeys(held, FOREIGN))


def decide(room: Room, terminal: TerminalSession, attempt_id: str, *, wanted: bool) -> None:
    """Staff decide about it."""
    whose = (terminal.terminal_id, attempt_id)
    room.hall.held_answers.decide(SITTING, whose, wanted, WHY, BY)


def deliver(room: Room, terminal: TerminalSession, attempt_id: str, count: int = 1) -> bool:
    """The terminal sends what no page of the attempt wrote."""
    file = file_of(room, attempt_id, chosen(room, attempt_id, count))
    return room.hall.late_answers.deliver(file, terminal.terminal_id)


def test_staff_see_which_terminal_holds_answers_of_whom(
    room: Room, one: str, terminal: TerminalSession
) -> None:
    for _ in range(3):
        assert report(room, terminal, **{one: 2, "UNKNOWN": 1}) == {}
    whose = {"terminal_id": terminal.terminal_id, "terminal": "T02", "why": FOREIGN}
    known, unknown = sorted(room.hall.held_answers.views(), key=lambda held: -held.answers)
    assert known == HeldView(
        attempt_id=one, admission_no="2026T0001", name="考生1", answers=2, state="held", **whose
    )
    assert unknown == HeldView(
        attempt_id="UNKNOWN", admission_no="", name="", answers=1, state="held", **whose
    )
    assert room.kinds().count("answers_held") == 1
    report(room, terminal)
    assert room.hall.held_answers.views() == []


def test_a_restart_of_the_server_forgets_nothing(room: Room, one: str) -> None:
    report(room, room.terminal(), **{one: 2})
    room.store.close()
    with open_room(room.site, room.clock) as again:
        assert [held.answers for held in again.hall.held_answers.views()] == [2]


def test_a_terminal_that_says_it_again_and_again_does_not_fill_the_event_log(
    room: Room, one: str, terminal: TerminalSession
) -> None:
    for _ in range(70):
        report(room, terminal, **{one: 1})
        report(room, terminal)
    assert room.kinds().count("answers_held") == 51  # fifty, and the sixty-fourth


def test_wanted_answers_are_delivered_and_wait_for_a_decision(
    room: Room, one: str, terminal: TerminalSession
) -> None:
    with pytest.raises(LateAnswersForeign):
        deliver(room, terminal, one)
    report(room, terminal, **{one: 1})
    decide(room, terminal, one, wanted=True)
    assert report(room, terminal, **{one: 1}) == {one: HeldDecision("wanted", 1)}
    with pytest.raises(LateAnswersForeign):
        deliver(room, room.terminal(), one)  # another terminal was not asked
    for _ in range(2):  # its reply was lost
        assert not deliver(room, terminal, one)
    (late,) = room.hall.late_answers.of_attempt(one)
    assert (late.state, late.from_terminal, late.answers) == ("waiting", False, 1)
    assert report(room, terminal) == {}
    assert room.hall.held_answers.views() == []
    asked = next(e for e in event_log(room.hall, SITTING) if e.kind == "held_answers_wanted")
    assert asked.data == {"terminal": "T02", "answers": 1, "reason": WHY}


def test_wanted_answers_that_still_cannot_be_taken_come_back_to_staff(
    room: Room, one: str, terminal: TerminalSession
) -> None:
    room.hall.ends.end_by_staff(one, "gave up", BY)
    room.hall.ends.void(one, "impersonation", BY)
    report(room, terminal, **{one: 1})
    decide(room, terminal, one, wanted=True)
    with pytest.raises(LateAnswersRefused):
        deliver(room, terminal, one)
    (held,) = room.hall.held_answers.views()
    assert (held.state, held.why) == ("held", "late_answers_refused")
    assert report(room, terminal, **{one: 1}) == {}


def test_more_deliveries_than_usual_are_taken_when_staff_ask(
    room: Room, one: str, terminal: TerminalSession
) -> None:
    page = room.open_page(one)
    answers = chosen(room, one, 1)
    for seq in range(1, MOST + 1):
        file = file_of(room, one, [{**answers[0], "seq": seq}], lease=page.lease)
        room.hall.late_answers.deliver(file, terminal.terminal_id)
    with pytest.raises(LateAnswersRefused):
        room.hall.late_answers.deliver(
            file_of(room, one, chosen(room, one, 2), lease=page.lease), terminal.terminal_id
        )
    report(room, terminal, **{one: 2})
    decide(room, terminal, one, wanted=True)
    deliver(room, terminal, one, 2)
    assert len(room.hall.late_answers.of_attempt(one)) == MOST + 1


def test_undeliverable_answers_are_kept_as_refused_and_end_the_matter(
    room: Room, one: str, terminal: TerminalSession
) -> None:
    report(room, terminal, **{one: 1})
    decide(room, terminal, one, wanted=False)
    assert report(room, terminal, **{one: 1}) == {one: HeldDecision("undeliverable", 1)}
    assert room.hall.held_answers.views() == []
    assert not deliver(room, terminal, one)
    (late,) = room.hall.late_answers.of_attempt(one)
    assert (late.state, late.by, late.reason) == ("refused", BY, WHY)
    assert "held_answers_undeliverable" in room.kinds()


def test_more_answers_than_were_decided_about_are_a_new_matter(
    room: Room, one: str, terminal: TerminalSession
) -> None:
    report(room, terminal, **{one: 1})
    decide(room, terminal, one, wanted=False)
    assert report(room, terminal, **{one: 2}) == {}
    assert [held.answers for held in room.hall.held_answers.views()] == [2]


def test_answers_of_nobody_known_are_noted_in_the_sitting_where_staff_are(
    room: Room, one: str, terminal: TerminalSession
) -> None:
    report(room, terminal, UNKNOWN=1)
    with pytest.raises(NotFound):
        decide(room, terminal, "UNKNOWN", wanted=True)
    with pytest.raises(NotFound):
        decide(room, terminal, one, wanted=True)  # nothing is held of that one
    whose = (terminal.terminal_id, "UNKNOWN")
    with pytest.raises(ReasonMissing):
        room.hall.held_answers.decide(SITTING, whose, False, " ", BY)
    decide(room, terminal, "UNKNOWN", wanted=False)
    assert room.kinds()[-1] == "held_answers_undeliverable"


def test_a_terminal_that_is_forgotten_takes_its_entries_along(room: Room, one: str) -> None:
    for _ in range(300):
        report(room, room.hall.terminals.register("10.9.9.9", "test"), **{one: 1})
    report(room, room.hall.terminals.register("10.9.9.9", "test"), **{one: 1})
    assert len(room.hall.held_answers.views()) == 300
