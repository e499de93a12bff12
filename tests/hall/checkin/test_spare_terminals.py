"""Spare terminals: where a candidate whose terminal failed can sit down at once."""

import pytest

from kiosk.hall.checkin.terminals import CHECK_LASTS, SILENT
from kiosk.hall.inputs import DeviceCheck
from kiosk.hall.views.check_in import TerminalSession
from tests.hall.conftest import BY, Room


@pytest.fixture
def room(room: Room) -> Room:
    """A centre with an unlocked sitting."""
    room.unlock()
    return room


def spare(room: Room) -> list[str]:
    """Names of the spare terminals."""
    return [terminal.name for terminal in room.hall.seating.terminals() if terminal.spare]


def sign_in(room: Room, terminal: TerminalSession) -> str:
    """Sign the first candidate in there; returns the attempt."""
    numbers = ("2026T0001", "99000119900101001X")
    return room.hall.checkin.sign_in(terminal, *numbers, False, "127.0.0.1").attempt_id


def test_a_checked_and_free_terminal_is_spare_until_somebody_signs_in(room: Room) -> None:
    first, second = room.terminal(), room.terminal()
    assert spare(room) == [first.name, second.name]
    attempt_id = sign_in(room, first)
    assert spare(room) == [second.name]
    room.hall.checkin.release_terminal(attempt_id, "terminal failed", BY)
    assert spare(room) == [first.name, second.name]


def test_a_terminal_is_free_again_after_its_candidates_exam(room: Room) -> None:
    terminal = room.terminal()
    attempt_id = sign_in(room, terminal)
    room.hall.verification.decide(attempt_id, True, "same person", BY)
    room.hall.starts.start("S1", BY)
    assert spare(room) == []
    room.hall.ends.end_by_staff(attempt_id, "gave up", BY)
    assert spare(room) == [terminal.name]


def test_what_cannot_be_used_at_once_is_not_spare(room: Room) -> None:
    unchecked, failed, bound = (room.hall.terminals.register("127.0.0.1", "t") for _ in range(3))
    check = DeviceCheck(camera=False, microphone=True, loudspeaker=True, server_ms=1)
    room.hall.terminals.record_check(failed.terminal_id, check)
    good = DeviceCheck(camera=True, microphone=True, loudspeaker=True, server_ms=1)
    room.hall.terminals.record_check(bound.terminal_id, good)
    room.hall.seating.bind(bound.terminal_id, "1", "A02", BY)
    assert spare(room) == []
    assert unchecked.name in [terminal.name for terminal in room.hall.seating.terminals()]


def test_a_silent_terminal_and_an_old_check_are_not_spare(room: Room) -> None:
    terminal = room.terminal()
    room.clock.pass_time(SILENT.total_seconds())
    assert spare(room) == []
    room.hall.terminals.hear(terminal.terminal_id)
    assert spare(room) == [terminal.name]
    room.clock.pass_time(CHECK_LASTS.total_seconds())
    room.hall.terminals.hear(terminal.terminal_id)
    assert spare(room) == []
