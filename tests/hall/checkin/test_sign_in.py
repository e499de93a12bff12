"""Who signs in where; and a person can always decide instead of the camera."""

import pytest

from kiosk.exam.attempt.states import AttemptState
from kiosk.hall.errors import (
    AttemptElsewhere,
    DeviceCheckMissing,
    NotSignedIn,
    NotVerifiable,
    ReasonMissing,
    SignInRefused,
    WrongIdentity,
)
from kiosk.hall.inputs import DeviceCheck
from tests.centres import PASSWORD, USERNAME
from tests.hall.conftest import BY, Room

NUMBERS = ("2026T0001", "99000119900101001X")


@pytest.fixture
def hall(room: Room) -> Room:
    """A centre with an imported sitting."""
    room.hall.sittings.import_package(room.site.package().data, BY)
    return room


def test_both_numbers_must_belong_together(hall: Room) -> None:
    terminal = hall.terminal()
    for numbers in (("2026T0001", "x"), ("2026T0002", NUMBERS[1]), ("nobody", "0")):
        with pytest.raises(WrongIdentity):
            hall.hall.checkin.sign_in(terminal, *numbers, True, "127.0.0.1")
    small = (NUMBERS[0], NUMBERS[1].lower())
    assert hall.hall.checkin.sign_in(terminal, *small, True, "127.0.0.1").attempt_id


def test_a_terminal_without_a_device_check_is_refused(hall: Room) -> None:
    terminal = hall.hall.terminals.register("127.0.0.1", "test")
    with pytest.raises(DeviceCheckMissing):
        hall.hall.checkin.sign_in(terminal, *NUMBERS, True, "127.0.0.1")


def test_without_a_camera_staff_decide(hall: Room) -> None:
    terminal = hall.hall.terminals.register("127.0.0.1", "test")
    check = DeviceCheck(camera=False, microphone=True, loudspeaker=True, server_ms=1)
    hall.hall.terminals.record_check(terminal.terminal_id, check)
    session = hall.hall.checkin.sign_in(terminal, *NUMBERS, True, "127.0.0.1")
    assert not hall.hall.attempts.view(session.attempt_id).consent_face
    with pytest.raises(NotVerifiable):
        hall.hall.verification.begin_face_check(session.attempt_id)


def test_a_second_terminal_needs_a_release(hall: Room) -> None:
    session = hall.hall.checkin.sign_in(hall.terminal(), *NUMBERS, False, "127.0.0.1")
    with pytest.raises(AttemptElsewhere):
        hall.hall.checkin.sign_in(hall.terminal(), *NUMBERS, False, "127.0.0.1")
    hall.hall.checkin.release_terminal(session.attempt_id, "machine failed", BY)
    moved = hall.hall.checkin.sign_in(hall.terminal(), *NUMBERS, False, "127.0.0.1")
    assert moved.attempt_id == session.attempt_id


def test_a_second_terminal_is_told_in_the_event_log_and_not_each_time(hall: Room) -> None:
    session = hall.hall.checkin.sign_in(hall.terminal(), *NUMBERS, False, "127.0.0.1")
    other = hall.terminal()
    for _ in range(3):
        with pytest.raises(AttemptElsewhere):
            hall.hall.checkin.sign_in(other, *NUMBERS, False, "127.0.0.1")
        with pytest.raises(NotSignedIn):
            hall.hall.checkin.session(session.token, other.token)
    assert hall.kinds().count("second_terminal") == 1
    hall.clock.pass_time(61)
    with pytest.raises(NotSignedIn):
        hall.hall.checkin.session(session.token, other.token)
    assert hall.kinds().count("second_terminal") == 2
    assert hall.hall.attempts.view(session.attempt_id).state is AttemptState.CHECKED_IN


def test_a_session_is_worth_nothing_at_another_terminal(hall: Room) -> None:
    own, other = hall.terminal(), hall.terminal()
    session = hall.hall.checkin.sign_in(own, *NUMBERS, False, "127.0.0.1")
    assert hall.hall.checkin.session(session.token, own.token).attempt_id == session.attempt_id
    for tokens in ((session.token, other.token), (session.token, None), ("x", own.token)):
        with pytest.raises(NotSignedIn):
            hall.hall.checkin.session(*tokens)


def test_staff_decide_with_a_reason_and_may_decide_again(hall: Room) -> None:
    session = hall.hall.checkin.sign_in(hall.terminal(), *NUMBERS, False, "127.0.0.1")
    with pytest.raises(ReasonMissing):
        hall.hall.verification.decide(session.attempt_id, True, " ", BY)
    hall.hall.verification.decide(session.attempt_id, False, "another person", BY)
    assert hall.hall.attempts.view(session.attempt_id).check_in == "refused"
    hall.hall.verification.decide(session.attempt_id, True, "looked again", BY)
    assert hall.hall.attempts.view(session.attempt_id).state is AttemptState.READY


def test_staff_sign_in_with_their_password_only(hall: Room) -> None:
    session = hall.hall.staff.sign_in(USERNAME, PASSWORD, "127.0.0.1")
    assert hall.hall.staff.session(session.token, active=True).username == USERNAME
    for username, password in ((USERNAME, "wrong"), ("nobody", PASSWORD)):
        with pytest.raises(SignInRefused):
            hall.hall.staff.sign_in(username, password, "127.0.0.1")


def test_a_signed_out_session_cannot_be_replayed(hall: Room) -> None:
    session = hall.hall.staff.sign_in(USERNAME, PASSWORD, "127.0.0.1")
    hall.hall.staff.sign_out(session.token)
    with pytest.raises(NotSignedIn):
        hall.hall.staff.session(session.token, active=True)


def test_a_staff_session_ends_by_itself(hall: Room) -> None:
    session = hall.hall.staff.sign_in(USERNAME, PASSWORD, "127.0.0.1")
    hall.clock.pass_time(13 * 3600)
    with pytest.raises(NotSignedIn):
        hall.hall.staff.session(session.token, active=True)
