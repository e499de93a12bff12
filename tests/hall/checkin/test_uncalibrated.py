"""With a pack that has no calibration the machine passes nobody, and staff are told (R15)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.centres import ManualClock, Site, candidates
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room
from tests.hall.eyes import face_check, seeing_room, sign_in


@pytest.fixture
def room(site: Site, clock: ManualClock, dlib_weights: Path) -> Iterator[Room]:
    """A centre with the dlib pack, which has no calibration."""
    with seeing_room(site, clock, dlib_weights, "dlib") as opened:
        opened.unlock(roster=candidates(4, 4))
        yield opened


def test_whoever_is_on_the_portrait_goes_to_staff_with_both_pictures(room: Room) -> None:
    attempt_id = sign_in(room, 3)
    result = face_check(room, attempt_id, 2)
    assert result.outcome == "staff"
    assert room.hall.verification.latest_picture(attempt_id) is not None
    room.hall.verification.decide(attempt_id, True, "compared both pictures", BY)


def test_a_stranger_goes_to_staff_too_and_is_refused_by_no_machine(room: Room) -> None:
    assert face_check(room, sign_in(room, 3), 3).outcome == "staff"


def test_the_staff_page_says_that_staff_decide_every_check(room: Room) -> None:
    assert room.hall.proctoring.alerts() == ["staff_decide_all"]
    room.hall.proctoring.tick()
    kinds = [event.kind for event in event_log(room.hall, SITTING)]
    assert "analysis_stopped" not in kinds
