"""A sender whose pictures end the analysis is set aside, seen by staff, and wrongs nobody else."""

from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.exam.identity.bands import Bands
from kiosk.hall.errors import NotFound, PicturesSetAside, ReasonMissing
from kiosk.hall.proctoring.face_analysis import Faces
from kiosk.hall.views.incidents import IncidentView
from kiosk.hall.views.room import SeatRow
from kiosk.settings import DEFAULT_PACK
from kiosk.vision.analysis.checkin import CardResult, PortraitResult
from kiosk.vision.analysis.monitor import Task
from kiosk.vision.errors import (
    AnalysisAway,
    AnalysisLost,
    AnalysisOverran,
    BrokenPicture,
    PictureTooCostly,
    VisionError,
)
from kiosk.vision.workers.pool import OnAnswer
from tests.centres import ManualClock, Site
from tests.faces import live
from tests.hall.conftest import BY, SITTING, Room, open_room
from tests.hall.halls import honest
from tests.wire.test_jpeg import with_scans

BAD, FINE = live(0, 7), live(0)


class Guarded:
    """A pool to which one picture is too much."""

    workers, stopped, deaths = 1, False, 0

    def __init__(self) -> None:
        self.error: VisionError = AnalysisOverran(seconds=2.0)
        self.seen: list[str] = []
        self._answer: OnAnswer = lambda *_: None

    def on_answer(self, listener: OnAnswer) -> None:
        """Whom to call."""
        self._answer = listener

    def watch(self, key: str, task: Task) -> None:
        """Look at a frame now."""
        self.seen.append(key)
        self._answer(key, self.error if task.jpeg == BAD else honest(task.at))

    def examine(self, task: Any, _sender: str | None = None) -> Any:
        """Look at a picture of a check-in."""
        if task.jpeg == BAD:
            raise self.error
        if type(task).__name__ == "PortraitTask":
            return PortraitResult(bytes(8), 1, ())
        return CardResult(advice=("no_card",))

    def forget(self, key: str) -> None:
        """The terminal has gone."""

    def cost_s(self) -> float:
        """Nothing."""
        return 0.0

    def frames_per_s(self) -> float:
        """Nothing."""
        return 0.0


@pytest.fixture
def pool() -> Guarded:
    """The analysis."""
    return Guarded()


@pytest.fixture
def room(site: Site, clock: ManualClock, pool: Any) -> Iterator[Room]:
    """A centre whose analysis one picture can hold up."""
    with open_room(site, clock, Faces(pool, DEFAULT_PACK, Bands(0.45, 0.4), 1000)) as room:
        yield room


def send(room: Room, attempt_id: str, seconds: int, picture: bytes = FINE) -> None:
    """A frame a second."""
    for _ in range(seconds):
        room.clock.pass_time(1)
        room.hall.proctoring.frame(attempt_id, picture)
        room.hall.proctoring.tick()


def found(room: Room) -> list[IncidentView]:
    """Incidents, oldest first."""
    return list(reversed(room.hall.rooms.incidents(SITTING)))


def row(room: Room, attempt_id: str) -> SeatRow:
    """The seat as staff see it."""
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    return next(row for row in rows if row.attempt_id == attempt_id)


def test_a_picture_that_overruns_sets_its_sender_aside_with_an_incident(
    room: Room, pool: Guarded
) -> None:
    bad, good = room.begin(2)
    send(room, bad, 3)
    send(room, bad, 1, BAD)
    before = pool.seen.count(bad)
    for _ in range(20):
        send(room, good, 1)
        room.hall.proctoring.frame(bad, FINE)
    assert pool.seen.count(bad) == before, "nothing of this sender is analysed"
    (incident,) = found(room)
    assert (incident.rule, incident.follow_up) == ("analysis_overran", "staff")
    assert (incident.attempt_id, incident.threshold) == (bad, 2.0)
    assert "pictures_set_aside" in room.hall.proctoring.alerts(SITTING)
    assert row(room, bad).set_aside_until is not None
    assert row(room, good).set_aside_until is None


def test_who_is_set_aside_is_analysed_again_after_a_while_and_longer_each_time(
    room: Room, pool: Guarded
) -> None:
    (bad,) = room.begin(1)
    for seconds in (60, 120):
        send(room, bad, 1, BAD)
        assert row(room, bad).set_aside_until is not None
        send(room, bad, seconds - 1)
        assert row(room, bad).set_aside_until is not None
        send(room, bad, 2)
        assert row(room, bad).set_aside_until is None
        assert found(room)[-1].ended_at is not None
    assert [incident.rule for incident in found(room)] == ["analysis_overran"] * 2


def test_staff_reinstate_a_sender_with_a_reason(room: Room, pool: Guarded) -> None:
    (bad,) = room.begin(1)
    send(room, bad, 1, BAD)
    with pytest.raises(ReasonMissing):
        room.hall.set_aside.reinstate(bad, " ", BY)
    with pytest.raises(NotFound):
        room.hall.set_aside.reinstate("nobody", "looked at it", BY)
    room.hall.set_aside.reinstate(bad, "the camera was changed", BY)
    before = pool.seen.count(bad)
    send(room, bad, 2)
    assert pool.seen.count(bad) == before + 2
    assert found(room)[0].ended_at is not None
    assert "pictures_reinstated" in room.kinds()


def test_a_worker_that_dies_once_with_a_picture_is_nobodys_fault(room: Room, pool: Guarded) -> None:
    pool.error = AnalysisLost()
    (attempt,) = room.begin(1)
    send(room, attempt, 1, BAD)
    send(room, attempt, 5)
    assert found(room) == []
    send(room, attempt, 1, BAD)
    assert [incident.rule for incident in found(room)] == ["analysis_overran"]


def test_who_meets_an_analysis_that_is_away_is_not_set_aside(room: Room, pool: Guarded) -> None:
    pool.error = AnalysisAway()
    (attempt,) = room.begin(1)
    send(room, attempt, 3, BAD)
    assert found(room) == []


def test_workers_that_die_with_anybodys_picture_set_nobody_aside(room: Room, pool: Guarded) -> None:
    pool.error = AnalysisLost()
    everybody = room.begin(3)
    for _ in range(2):
        for attempt in everybody:
            send(room, attempt, 1, BAD)
    assert found(room) == []


def test_one_who_kills_workers_among_others_deaths_is_set_aside(room: Room, pool: Guarded) -> None:
    pool.error = AnalysisLost()
    bad, *others = room.begin(3)
    for attempt in [*others, bad, *others, bad]:
        send(room, attempt, 1, BAD)
    assert found(room) == []
    send(room, bad, 1, BAD)
    assert [incident.attempt_id for incident in found(room)] == [bad]


def test_at_check_in_too_and_staff_can_still_decide(room: Room, pool: Guarded) -> None:
    room.unlock()
    numbers = ("2026T0001", "99000119900101001X")
    terminal = room.terminal()
    attempt_id = room.hall.checkin.sign_in(terminal, *numbers, True, "127.0.0.1").attempt_id
    desk = room.hall.verification
    desk.begin_face_check(attempt_id)
    with pytest.raises(AnalysisOverran):
        desk.face_check(attempt_id, BAD)
    with pytest.raises(PicturesSetAside):
        desk.face_check(attempt_id, FINE)
    assert [incident.rule for incident in found(room)] == ["analysis_overran"]
    desk.decide(attempt_id, True, "identity card compared", BY)
    assert row(room, attempt_id).state == "ready"


def test_a_picture_made_to_be_slow_is_refused_before_it_reaches_the_analysis(
    room: Room, pool: Guarded
) -> None:
    (attempt,) = room.begin(1)
    bomb = with_scans(500)
    for _ in range(30):
        room.clock.pass_time(1)
        with pytest.raises(PictureTooCostly):
            room.hall.proctoring.frame(attempt, bomb)
        room.hall.proctoring.tick()
    assert pool.seen == []
    assert [incident.rule for incident in found(room)] == ["camera_lost"]
    assert room.kinds().count("frame_refused") == 1


def test_pictures_that_are_none_keep_no_camera_alive(room: Room, pool: Guarded) -> None:
    pool.error = BrokenPicture()
    (attempt,) = room.begin(1)
    send(room, attempt, 3)
    send(room, attempt, 10, BAD)
    assert [incident.rule for incident in found(room)] == ["camera_lost"]
