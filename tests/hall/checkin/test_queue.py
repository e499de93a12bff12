"""The queue at check-in: who waits for staff, what for, and since when."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.exam.attempt.calls import CallReason
from kiosk.exam.checkin.inspection import Clearing
from kiosk.exam.checkin.waiting import NO_WAIT, Wait, WaitReason, wait_of
from kiosk.hall.views.room import SeatRow
from tests.centres import ManualClock, Package, Site
from tests.hall.conftest import BY, SITTING, Room, open_room
from tests.hall.eyes import face_check, seeing_room, sign_in


@pytest.fixture
def seeing(site: Site, clock: ManualClock, weights: Path) -> Iterator[Room]:
    """A centre that recognises faces, with an unlocked sitting that wants no identity card."""
    with seeing_room(site, clock, weights) as room:
        room.unlock(rules={"check_in": {"id_card": False}})
        yield room


def row(room: Room, attempt_id: str) -> SeatRow:
    """The candidate on the board."""
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    return next(row for row in rows if row.attempt_id == attempt_id)


def waits(room: Room, attempt_id: str) -> tuple[list[str], datetime | None]:
    """What the candidate waits for, and since when."""
    found = row(room, attempt_id)
    return [reason.value for reason in found.waits_for], found.waits_since


def by_hand(room: Room, number: int = 1) -> str:
    """A candidate who declined face recognition and has just signed in; returns the attempt."""
    numbers = (f"2026T{number:04d}", f"99000119900101{number:03d}X")
    session = room.hall.checkin.sign_in(room.terminal(), *numbers, False, "127.0.0.1")
    return session.attempt_id


def now(room: Room) -> datetime:
    """The centre's time."""
    return room.clock.now()


def test_a_wait_began_with_the_oldest_of_its_reasons() -> None:
    at = datetime.fromisoformat("2026-04-25T06:00:00Z")
    since = {WaitReason.INSPECTION: at, WaitReason.CALL: at + timedelta(minutes=3)}
    assert wait_of(since) == Wait((WaitReason.CALL, WaitReason.INSPECTION), at)
    assert wait_of({WaitReason.DEVICES: None, WaitReason.CALL: at}).since == at
    assert wait_of({}) == wait_of({WaitReason.DEVICES: None}) == NO_WAIT


def test_who_declined_the_face_check_waits_from_the_sign_in_to_the_decision(seeing: Room) -> None:
    attempt_id, arrived = by_hand(seeing), now(seeing)
    seeing.clock.pass_time(240)
    assert waits(seeing, attempt_id) == (["by_hand"], arrived)
    seeing.hall.verification.decide(attempt_id, True, "same person", BY)
    assert waits(seeing, attempt_id) == ([], None)


def test_a_refused_candidate_waits_no_more(seeing: Room) -> None:
    attempt_id = by_hand(seeing)
    seeing.hall.verification.decide(attempt_id, False, "another person", BY)
    assert waits(seeing, attempt_id) == ([], None)


def test_who_may_try_again_waits_for_nobody_until_the_machine_asks_staff(seeing: Room) -> None:
    attempt_id = sign_in(seeing)
    assert waits(seeing, attempt_id) == ([], None)
    for _ in range(2):
        face_check(seeing, attempt_id, 1)
        assert waits(seeing, attempt_id) == ([], None)
    face_check(seeing, attempt_id, 1)
    asked = now(seeing)
    seeing.clock.pass_time(60)
    assert waits(seeing, attempt_id) == (["identity"], asked)


def test_who_was_passed_waits_for_a_person_from_then_on(seeing: Room) -> None:
    attempt_id = sign_in(seeing)
    face_check(seeing, attempt_id, 0)
    passed = now(seeing)
    seeing.clock.pass_time(60)
    assert waits(seeing, attempt_id) == (["inspection"], passed)
    shown = row(seeing, attempt_id)
    assert (shown.picture_at, shown.inspection_due) == (passed, True)
    seeing.hall.inspections.nothing_to_object(attempt_id, shown.picture, BY)
    assert waits(seeing, attempt_id) == ([], None)


def test_a_finding_waits_from_when_it_was_noted_until_it_is_cleared(seeing: Room) -> None:
    attempt_id = seeing.ready()
    seeing.clock.pass_time(60)
    seeing.hall.inspections.find(attempt_id, "hat", BY)
    noted = now(seeing)
    seeing.clock.pass_time(60)
    assert waits(seeing, attempt_id) == (["findings"], noted)
    seeing.hall.inspections.clear(attempt_id, "hat", Clearing.TAKEN_OFF, BY)
    assert waits(seeing, attempt_id) == ([], None)


def test_a_call_before_the_start_waits_until_somebody_comes(seeing: Room) -> None:
    attempt_id = seeing.ready()
    seeing.clock.pass_time(60)
    call = seeing.hall.calls.make(attempt_id, CallReason.QUESTION, "")
    assert waits(seeing, attempt_id) == (["call"], now(seeing))
    seeing.hall.calls.come(attempt_id, call.number, BY)
    assert waits(seeing, attempt_id) == ([], None)


def test_nobody_waits_at_check_in_who_left_the_terminal_or_has_begun(seeing: Room) -> None:
    left, begun = by_hand(seeing, 1), seeing.ready(2)
    seeing.hall.checkin.release_terminal(left, "wrong seat", BY)
    seeing.hall.starts.start(SITTING, BY)
    seeing.hall.calls.make(begun, CallReason.QUESTION, "")
    assert waits(seeing, left) == waits(seeing, begun) == ([], None)


def test_the_queue_is_the_same_after_the_server_was_killed(
    site: Site, clock: ManualClock, weights: Path
) -> None:
    with seeing_room(site, clock, weights) as room:
        package: Package = site.package(rules={"check_in": {"id_card": False}})
        room.hall.sittings.import_package(package.data, BY)
        passed = sign_in(room)
        face_check(room, passed, 0)
        clock.pass_time(30)
        declined = by_hand(room, 2)
        before = [waits(room, attempt_id) for attempt_id in (passed, declined)]
    clock.pass_time(300)
    with open_room(site, clock) as room:
        assert [waits(room, attempt_id) for attempt_id in (passed, declined)] == before
    assert before[0][1] is not None
    assert before[1][1] is not None
    assert before[0][1] < before[1][1]
