"""R13: what failed its check starts no exam unless staff admit it; which camera looks on."""

from dataclasses import replace

import pytest

from kiosk.hall.checkin.devices import MOST_CHANGES
from kiosk.hall.checkin.terminals import CHECK_LASTS
from kiosk.hall.errors import DeviceCheckMissing, DevicesFine, ReasonMissing
from kiosk.hall.inputs import DeviceCheck
from kiosk.hall.views.check_in import TerminalSession
from kiosk.hall.views.room import SeatRow
from sync.wire.delivery.bundle import open_bundle
from sync.wire.delivery.result import ResultBundle
from tests.centres import CENTRE
from tests.faces import live
from tests.hall.conftest import BY, SITTING, Room

FINE = DeviceCheck(
    camera=True, microphone=True, loudspeaker=True, server_ms=5, details={"camera": "C920"}
)
NUMBERS = ("2026T0001", "99000119900101001X")


def terminal_with(room: Room, check: DeviceCheck) -> TerminalSession:
    """A terminal after that device check."""
    terminal = room.hall.terminals.register("127.0.0.1", "test")
    room.hall.terminals.record_check(terminal.terminal_id, check)
    return terminal


def sign_in(room: Room, check: DeviceCheck) -> tuple[str, TerminalSession]:
    """The first candidate at a terminal after that check, identified by staff."""
    room.unlock()
    terminal = terminal_with(room, check)
    session = room.hall.checkin.sign_in(terminal, *NUMBERS, False, "127.0.0.1")
    room.hall.verification.decide(session.attempt_id, True, "same person", BY)
    return session.attempt_id, terminal


def row(room: Room) -> SeatRow:
    """The first candidate as staff see them."""
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    return next(row for row in rows if row.admission_no == NUMBERS[0])


def bundle(room: Room, attempt_id: str) -> ResultBundle:
    """What headquarters gets."""
    room.hall.ends.end_by_staff(attempt_id, "over", BY)
    name = room.hall.results.bundle(attempt_id)
    data = (room.site.data / "outbox" / name).read_bytes()
    return open_bundle(data, room.site.hq, room.site.centre.public, CENTRE)[0]


FAILURES = [
    ("camera", replace(FINE, camera=False)),
    ("microphone", replace(FINE, microphone=False)),
    ("loudspeaker", replace(FINE, loudspeaker=False)),
    ("network", replace(FINE, server_ms=20_000)),
]


@pytest.mark.parametrize(("device", "check"), FAILURES)
def test_a_terminal_that_failed_its_check_starts_no_exam(
    room: Room, device: str, check: DeviceCheck
) -> None:
    attempt_id, _ = sign_in(room, check)
    room.hall.starts.start(SITTING, BY)
    assert room.hall.attempts.view(attempt_id).state == "checked_in"
    assert room.hall.attempts.view(attempt_id).devices_missing == [device]
    assert row(room).devices_missing == [device]
    assert "devices_failed" in room.kinds()


@pytest.mark.parametrize(("device", "check"), FAILURES)
def test_staff_admit_it_with_a_reason_and_the_result_says_so(
    room: Room, device: str, check: DeviceCheck
) -> None:
    attempt_id, _ = sign_in(room, check)
    with pytest.raises(ReasonMissing):
        room.hall.devices.admit(attempt_id, " ", BY)
    room.hall.devices.admit(attempt_id, "no other terminal is free", BY)
    assert row(room).state == "ready"
    assert row(room).devices_without == [device]
    room.hall.starts.start(SITTING, BY)
    record = bundle(room, attempt_id).device_check
    assert record is not None
    assert record.without == (device,)
    assert (record.admitted_by, record.reason) == (BY, "no other terminal is free")
    off = {"camera": "nobody", "microphone": "talking", "network": "camera_lost"}.get(device)
    assert (off in record.rules_off) == (off is not None)
    assert ("talking" in record.rules_off) == (device == "microphone")


def test_the_rules_that_a_missing_camera_cannot_serve_are_off(room: Room) -> None:
    attempt_id, _ = sign_in(room, replace(FINE, camera=False))
    room.hall.devices.admit(attempt_id, "no other terminal is free", BY)
    room.hall.starts.start(SITTING, BY)
    for _ in range(60):
        room.clock.pass_time(1)
        room.hall.proctoring.tick()
    assert room.hall.rooms.incidents(SITTING) == []


def test_what_was_admitted_before_the_start_is_no_pardon_for_another_device(room: Room) -> None:
    attempt_id, terminal = sign_in(room, replace(FINE, microphone=False))
    room.hall.devices.admit(attempt_id, "the microphone is broken", BY)
    room.hall.terminals.record_check(
        terminal.terminal_id, replace(FINE, microphone=False, camera=False)
    )
    assert row(room).state == "checked_in"
    assert (row(room).devices_missing, row(room).devices_without) == (["camera"], ["microphone"])


def test_a_repaired_terminal_goes_on_by_its_next_check(room: Room) -> None:
    attempt_id, terminal = sign_in(room, replace(FINE, camera=False))
    assert row(room).state == "checked_in"
    room.hall.terminals.record_check(terminal.terminal_id, FINE)
    assert row(room).state == "ready"
    room.hall.terminals.record_check(terminal.terminal_id, replace(FINE, camera=False))
    assert row(room).state == "checked_in"
    with pytest.raises(ReasonMissing):
        room.hall.devices.admit(attempt_id, "", BY)


def test_nothing_that_works_has_to_be_admitted(room: Room) -> None:
    attempt_id, _ = sign_in(room, FINE)
    with pytest.raises(DevicesFine):
        room.hall.devices.admit(attempt_id, "to be sure", BY)


def test_a_broken_microphone_alone_forbids_no_face_check(room: Room) -> None:
    room.unlock()
    terminal = terminal_with(room, replace(FINE, microphone=False))
    session = room.hall.checkin.sign_in(terminal, *NUMBERS, True, "127.0.0.1")
    assert room.hall.attempts.view(session.attempt_id).consent_face


def test_who_moves_to_a_working_terminal_is_watched_by_all_rules_again(room: Room) -> None:
    attempt_id, _ = sign_in(room, replace(FINE, camera=False))
    room.hall.devices.admit(attempt_id, "no other terminal is free", BY)
    room.hall.starts.start(SITTING, BY)
    room.hall.proctoring.tick()
    room.hall.checkin.release_terminal(attempt_id, "another terminal is free", BY)
    room.hall.checkin.sign_in(terminal_with(room, FINE), *NUMBERS, False, "127.0.0.1")
    for _ in range(40):
        room.clock.pass_time(1)
        room.hall.proctoring.tick()
    assert [found.rule for found in room.hall.rooms.incidents(SITTING)] == ["camera_lost"]
    assert row(room).devices_without == []


def sitting(room: Room, check: DeviceCheck = FINE) -> str:
    """A candidate who answers at a terminal after that check."""
    attempt_id, _ = sign_in(room, check)
    room.hall.starts.start(SITTING, BY)
    return attempt_id


def test_staff_see_the_cameras_label_and_so_does_headquarters(room: Room) -> None:
    attempt_id = sitting(room)
    assert (row(room).camera, row(room).camera_virtual) == ("C920", False)
    room.hall.devices.report_camera(attempt_id, "C920")
    assert room.hall.rooms.incidents(SITTING) == []
    record = bundle(room, attempt_id).device_check
    assert record is not None
    assert (record.camera_label, record.camera_changes) == ("C920", 0)


def test_another_camera_during_the_exam_is_noted_for_review(room: Room) -> None:
    attempt_id = sitting(room)
    room.hall.devices.report_camera(attempt_id, "Brio")
    (incident,) = room.hall.rooms.incidents(SITTING)
    assert (incident.rule, incident.follow_up) == ("camera_changed", "review")
    assert incident.note == "C920 → Brio"
    assert (row(room).camera, row(room).camera_changes) == ("Brio", 1)


def test_a_virtual_camera_is_noted_once(room: Room) -> None:
    attempt_id = sitting(room, replace(FINE, details={"camera": "OBS Virtual Camera"}))
    assert row(room).camera_virtual
    for _ in range(3):
        room.hall.devices.report_camera(attempt_id, "OBS Virtual Camera")
    found = room.hall.rooms.incidents(SITTING)
    assert [incident.rule for incident in found] == ["camera_virtual"]
    assert "camera_virtual" in room.kinds()


def test_labels_without_end_are_noted_so_often_and_no_more(room: Room) -> None:
    attempt_id = sitting(room)
    for number in range(3 * MOST_CHANGES):
        room.hall.devices.report_camera(attempt_id, f"camera {number}")
    assert len(room.hall.rooms.incidents(SITTING)) == MOST_CHANGES


def test_a_label_is_cut_and_cleaned(room: Room) -> None:
    attempt_id = sitting(room)
    room.hall.devices.report_camera(attempt_id, "a\u202e\x00b\n" + "x" * 5000)
    assert row(room).camera == ("ab " + "x" * 117)


def test_a_page_before_the_exam_only_says_which_camera_it_has(room: Room) -> None:
    attempt_id, _ = sign_in(room, FINE)
    room.hall.devices.report_camera(attempt_id, "Brio")
    assert room.hall.rooms.incidents(SITTING) == []
    assert row(room).camera == "Brio"
    room.hall.starts.start(SITTING, BY)
    room.hall.proctoring.frame(attempt_id, live(0))


# --- after the check: restarts, plugs and other terminals


def missing(room: Room, attempt_id: str, *devices: str) -> None:
    """The candidate's page says which devices have gone."""
    room.hall.devices.report_missing(attempt_id, devices)


def test_a_camera_unplugged_after_the_check_starts_no_exam_until_it_is_back(room: Room) -> None:
    attempt_id, _ = sign_in(room, FINE)
    missing(room, attempt_id, "camera")
    room.hall.starts.start(SITTING, BY)
    assert row(room).state == "checked_in"
    assert row(room).devices_missing == ["camera"]
    missing(room, attempt_id)
    assert (row(room).state, row(room).devices_missing) == ("in_progress", [])
    assert room.kinds().count("devices_failed") == 1


def test_what_failed_the_check_stays_failed_whatever_the_page_has(room: Room) -> None:
    attempt_id, _ = sign_in(room, replace(FINE, microphone=False))
    missing(room, attempt_id)
    assert row(room).devices_missing == ["microphone"]
    missing(room, attempt_id, "camera")
    assert row(room).devices_missing == ["camera", "microphone"]


def test_a_device_that_goes_during_the_exam_is_shown_and_can_be_admitted(room: Room) -> None:
    attempt_id = sitting(room)
    missing(room, attempt_id, "microphone")
    assert (row(room).state, row(room).devices_missing) == ("in_progress", ["microphone"])
    room.hall.devices.admit(attempt_id, "the plug is broken", BY)
    assert row(room).devices_without == ["microphone"]


def test_an_admission_ends_when_the_device_works_again(room: Room) -> None:
    attempt_id = sitting(room)
    missing(room, attempt_id, "camera")
    room.hall.devices.admit(attempt_id, "it is being exchanged", BY)
    missing(room, attempt_id)
    missing(room, attempt_id, "camera")
    assert (row(room).devices_missing, row(room).devices_without) == (["camera"], [])


def test_a_page_that_says_so_again_and_again_forgets_no_rule_and_fills_no_log(room: Room) -> None:
    attempt_id = sitting(room)
    room.hall.proctoring.tick()
    for _ in range(40):
        room.clock.pass_time(1)
        missing(room, attempt_id, "camera")
        missing(room, attempt_id)
        room.hall.proctoring.tick()
    assert [found.rule for found in room.hall.rooms.incidents(SITTING)] == ["camera_lost"]
    for _ in range(60):
        missing(room, attempt_id, "camera")
        missing(room, attempt_id)
    assert room.kinds().count("devices_failed") == 51


def test_an_end_is_not_changed_by_it(room: Room) -> None:
    attempt_id = sitting(room)
    room.hall.ends.end_by_staff(attempt_id, "gave up", BY)
    missing(room, attempt_id, "camera")
    assert row(room).devices_missing == []


def test_a_check_of_another_day_does_not_count_for_who_sits_down(room: Room) -> None:
    room.unlock()
    terminal = terminal_with(room, FINE)
    room.clock.pass_time(CHECK_LASTS.total_seconds())
    with pytest.raises(DeviceCheckMissing):
        room.hall.checkin.sign_in(terminal, *NUMBERS, False, "127.0.0.1")
    room.hall.terminals.record_check(terminal.terminal_id, FINE)
    room.hall.checkin.sign_in(terminal, *NUMBERS, False, "127.0.0.1")
