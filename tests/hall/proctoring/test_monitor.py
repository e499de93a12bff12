"""Watching: incidents with pictures before and after, warnings, bounds; nothing on one frame."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kiosk.bootstrap.setup import SETTINGS
from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.errors import ExamError
from kiosk.hall.errors import ReasonMissing
from kiosk.hall.views.incidents import IncidentView
from kiosk.settings import DEFAULT_PACK
from kiosk.vision.errors import NotAJpeg, SoundRefused
from kiosk.vision.images import jpeg
from kiosk.vision.packs.manifest import read_pack
from kiosk.vision.samples import frame
from tests.centres import ManualClock, Site
from tests.faces import live
from tests.hall.conftest import BY, SITTING, Room
from tests.hall.eyes import face_check, seated, seeing_room, sign_in
from tests.vision.sounds import pcm, typing, voice

NOBODY = jpeg(frame(None))


@pytest.fixture
def hall(site: Site, clock: ManualClock, weights: Path) -> Iterator[Room]:
    """A centre that recognises faces."""
    with seeing_room(site, clock, weights) as room:
        yield room


def watch(hall: Room, attempt_id: str, seconds: int, person: int = 0, **how: object) -> None:
    """So many seconds of somebody at the terminal, a frame each."""
    for number in range(seconds):
        show(hall, attempt_id, jpeg(frame(person, number % 40, **how), 70))  # type: ignore[arg-type]


def show(hall: Room, attempt_id: str, picture: bytes) -> None:
    """One frame, and the server's jobs."""
    hall.clock.pass_time(1)
    hall.hall.proctoring.prepare()
    hall.hall.proctoring.frame(attempt_id, picture)
    hall.hall.proctoring.tick()


def found(hall: Room) -> list[IncidentView]:
    """Incidents, oldest first."""
    return list(reversed(hall.hall.rooms.incidents(SITTING)))


def test_somebody_who_sits_the_exam_gives_no_incident(hall: Room) -> None:
    attempt_id = seated(hall)
    watch(hall, attempt_id, 40)
    assert found(hall) == []
    assert hall.hall.proctoring.advised_rules(attempt_id) == []


def test_an_empty_chair_is_an_incident_with_pictures_before_and_after(hall: Room) -> None:
    attempt_id = seated(hall)
    watch(hall, attempt_id, 10)
    for number in range(12):
        empty = jpeg(frame(None, number))
        show(hall, attempt_id, empty)
    (incident,) = found(hall)
    assert (incident.rule, incident.follow_up, incident.measured) == ("nobody", "warn", 0.0)
    assert incident.threshold == 1
    assert hall.hall.proctoring.advised_rules(attempt_id) == ["nobody"]
    watch(hall, attempt_id, 15)
    (incident,) = found(hall)
    assert incident.ended_at is not None
    kinds = [one.kind for one in incident.evidence]
    assert kinds == ["before", "frame", "frame", "frame", "after"]
    for one in incident.evidence:
        assert hall.hall.rooms.evidence(one.sha256).startswith(b"\xff\xd8")
    assert hall.hall.attempts.view(attempt_id).state is AttemptState.IN_PROGRESS


def test_a_picture_that_is_kept_after_the_end_belongs_to_the_result(hall: Room) -> None:
    """The sweep may bundle an attempt before the camera's last incident has its sheet."""
    attempt_id = seated(hall)
    watch(hall, attempt_id, 10)
    for number in range(7):
        show(hall, attempt_id, jpeg(frame(None, number)))
    assert len(found(hall)) == 1
    hall.hall.ends.end_by_staff(attempt_id, "left", BY)
    assert hall.hall.results.sweep() == 1
    hall.clock.pass_time(15)
    hall.hall.proctoring.tick()
    (incident,) = found(hall)
    assert "after" in [one.kind for one in incident.evidence]
    assert hall.hall.results.sweep() == 1, "a further revision names the picture"
    assert hall.hall.results.sweep() == 0


def test_one_frame_without_a_face_is_nothing(hall: Room) -> None:
    attempt_id = seated(hall)
    for second in range(20):
        watch(hall, attempt_id, 3)
        show(hall, attempt_id, jpeg(frame(None, second)))
    assert found(hall) == []


def test_another_person_calls_staff_at_once_and_ends_nothing(hall: Room) -> None:
    attempt_id = seated(hall)
    watch(hall, attempt_id, 6)
    watch(hall, attempt_id, 25, person=1)
    (incident,) = found(hall)
    assert (incident.rule, incident.follow_up) == ("another_person", "staff_urgent")
    assert incident.measured is not None
    assert incident.threshold is not None
    assert (
        incident.measured
        < incident.threshold
        == pytest.approx(read_pack(DEFAULT_PACK).decision_bands.staff_at)
    )
    assert hall.hall.attempts.view(attempt_id).state is AttemptState.IN_PROGRESS


def test_whom_staff_accepted_with_an_old_portrait_is_not_accused_again(hall: Room) -> None:
    hall.unlock()
    attempt_id = sign_in(hall)
    for _ in range(3):
        face_check(hall, attempt_id, 1)
    hall.hall.verification.decide(attempt_id, True, "an old portrait, card compared", BY)
    hall.hall.starts.start(SITTING, BY)
    watch(hall, attempt_id, 25, person=1)
    assert found(hall) == []
    watch(hall, attempt_id, 25, person=2)
    assert [one.rule for one in found(hall)] == ["another_person"]


def test_a_second_person_calls_staff(hall: Room) -> None:
    attempt_id = seated(hall)
    watch(hall, attempt_id, 6)
    watch(hall, attempt_id, 8, other=2)
    assert [(one.rule, one.follow_up) for one in found(hall)] == [("several_people", "staff")]


@pytest.mark.parametrize(
    ("picture", "rule"),
    [
        (np.full((480, 640, 3), 2, np.uint8), "covered"),
        (np.full((480, 640, 3), 70, np.uint8), "covered"),
    ],
)
def test_a_covered_camera_is_told_from_an_empty_chair(
    hall: Room, picture: np.ndarray, rule: str
) -> None:
    attempt_id = seated(hall)
    watch(hall, attempt_id, 3)
    for number in range(8):
        noisy = np.clip(picture.astype(int) + number % 3, 0, 255).astype(np.uint8)
        show(hall, attempt_id, jpeg(noisy))
    assert rule in [one.rule for one in found(hall)]
    assert "nobody" not in [one.rule for one in found(hall)]


def test_a_frozen_picture_is_noticed(hall: Room) -> None:
    attempt_id = seated(hall)
    for _ in range(15):
        show(hall, attempt_id, live(0))
    assert [one.rule for one in found(hall)] == ["frozen"]


def test_a_camera_that_sends_nothing_is_lost(hall: Room) -> None:
    attempt_id = seated(hall)
    watch(hall, attempt_id, 3)
    for _ in range(8):
        hall.clock.pass_time(1)
        hall.hall.proctoring.tick()
    assert [one.rule for one in found(hall)] == ["camera_lost"]


def test_who_moves_to_another_terminal_is_blamed_for_no_missing_camera(hall: Room) -> None:
    attempt_id = seated(hall)
    watch(hall, attempt_id, 3)
    hall.hall.checkin.release_terminal(attempt_id, "machine failed", BY)
    for _ in range(60):
        hall.clock.pass_time(1)
        hall.hall.proctoring.tick()
    assert sign_in(hall) == attempt_id
    for _ in range(15):
        hall.clock.pass_time(1)
        hall.hall.proctoring.tick()
    assert found(hall) == []
    watch(hall, attempt_id, 3)
    for _ in range(8):
        hall.clock.pass_time(1)
        hall.hall.proctoring.tick()
    assert [one.rule for one in found(hall)] == ["camera_lost"]


def test_moving_to_another_terminal_ends_what_the_old_camera_lacked(hall: Room) -> None:
    attempt_id = seated(hall)
    watch(hall, attempt_id, 3)
    for _ in range(8):
        hall.clock.pass_time(1)
        hall.hall.proctoring.tick()
    assert [one.ended_at for one in found(hall)] == [None]
    hall.hall.checkin.release_terminal(attempt_id, "machine failed", BY)
    assert [one.ended_at is None for one in found(hall)] == [False]


def test_while_the_analysis_is_down_no_camera_counts_as_lost(hall: Room) -> None:
    attempt_id = seated(hall)
    watch(hall, attempt_id, 3)
    hall.hall.proctoring._faces._pool.stopped = True  # type: ignore[misc]
    for _ in range(8):
        hall.clock.pass_time(1)
        hall.hall.proctoring.tick()
    assert hall.hall.proctoring.alerts() == ["analysis_stopped"]
    assert hall.kinds().count("analysis_stopped") == 1
    assert found(hall) == []


def test_a_worker_that_died_is_told_in_the_event_log_and_the_exam_goes_on(hall: Room) -> None:
    attempt_id = seated(hall)
    watch(hall, attempt_id, 2)
    hall.hall.proctoring._faces._pool.deaths = 1
    watch(hall, attempt_id, 4)
    assert hall.kinds().count("analysis_restarted") == 1
    assert hall.hall.attempts.view(attempt_id).state is AttemptState.IN_PROGRESS


def test_bad_light_is_advice_to_the_candidate_and_no_incident(hall: Room) -> None:
    attempt_id = seated(hall)
    for number in range(12):
        dim = (frame(0, number) * 0.2).astype(np.uint8)
        show(hall, attempt_id, jpeg(dim))
    assert "too_dark" in hall.hall.proctoring.advised_rules(attempt_id)
    assert "too_dark" not in [one.rule for one in found(hall)]
    assert "advice_too_dark" in hall.kinds()


def test_talking_is_heard_and_no_sound_is_kept(hall: Room) -> None:
    attempt_id = seated(hall)
    for _ in range(4):
        hall.clock.pass_time(2)
        hall.hall.proctoring.sound(attempt_id, pcm(voice()))
    (incident,) = [one for one in found(hall) if one.rule == "talking"]
    assert (incident.follow_up, incident.threshold) == ("staff", 0.35)
    needle = pcm(voice())[8000:8200]
    kept = [path for path in hall.site.data.rglob("*") if path.is_file()]
    assert not any(needle in path.read_bytes() for path in kept)


def test_typing_is_not_talking(hall: Room) -> None:
    attempt_id = seated(hall)
    for _ in range(5):
        hall.clock.pass_time(2)
        hall.hall.proctoring.sound(attempt_id, pcm(typing()))
    assert [one.rule for one in found(hall) if one.rule == "talking"] == []


def test_bad_input_is_refused_or_noted_and_the_exam_goes_on(hall: Room) -> None:
    attempt_id = seated(hall)
    with pytest.raises(NotAJpeg):
        hall.hall.proctoring.frame(attempt_id, b"GIF89a")
    with pytest.raises(SoundRefused):
        hall.hall.proctoring.sound(attempt_id, b"odd")
    for number in range(5):
        show(hall, attempt_id, live(0, number)[:400])
    assert hall.kinds().count("frame_refused") == 1
    watch(hall, attempt_id, 5)
    assert hall.hall.attempts.view(attempt_id).state is AttemptState.IN_PROGRESS


@pytest.mark.parametrize(
    ("bound", "most_pictures", "most_bytes"),
    [("evidence_per_attempt = 6", 6, 1_000_000), ("evidence_mb = 1", 60, 1_100_000)],
)
def test_pictures_have_bounds_and_incidents_are_kept_beyond_them(
    site: Site, clock: ManualClock, weights: Path, bound: str, most_pictures: int, most_bytes: int
) -> None:
    settings = site.data / SETTINGS
    text = settings.read_text(encoding="utf-8")
    name = bound.split()[0]
    settings.write_text(re.sub(rf"(?m)^{name} = .*$", bound, text), encoding="utf-8")
    with seeing_room(site, clock, weights) as hall:
        attempt_id = seated(hall)
        for _ in range(14):
            watch(hall, attempt_id, 3)
            hall.hall.proctoring.mark(attempt_id, "headphones", "seen", BY)
        incidents = found(hall)
    assert len(incidents) == 14
    assert len(incidents[0].evidence) == 4
    assert incidents[-1].evidence == []
    assert sum(len(one.evidence) for one in incidents) <= most_pictures
    stored = [path.stat().st_size for path in (site.data / "evidence").rglob("*") if path.is_file()]
    assert sum(stored) <= most_bytes


def test_staff_report_what_no_camera_can_prove(hall: Room) -> None:
    attempt_id = seated(hall)
    watch(hall, attempt_id, 4)
    with pytest.raises(ReasonMissing):
        hall.hall.proctoring.mark(attempt_id, "eating", " ", BY)
    hall.hall.proctoring.mark(attempt_id, "eating", "an apple", BY)
    (incident,) = found(hall)
    assert (incident.rule, incident.by, incident.note) == ("eating", BY, "an apple")
    assert [one.kind for one in incident.evidence] == ["before", "frame", "frame", "frame"]


def test_after_the_end_nothing_is_watched(hall: Room) -> None:
    attempt_id = seated(hall)
    watch(hall, attempt_id, 3)
    hall.hall.ends.end_by_staff(attempt_id, "ill", BY)
    with pytest.raises(ExamError):
        hall.hall.proctoring.frame(attempt_id, live(0))
    hall.hall.proctoring.tick()
    assert hall.hall.proctoring.thumbnail(attempt_id) is None


def test_who_does_not_agree_is_counted_and_never_compared(hall: Room) -> None:
    hall.unlock()
    attempt_id = hall.ready()
    hall.hall.starts.start(SITTING, BY)
    watch(hall, attempt_id, 25, person=1)
    assert found(hall) == []
    for number in range(12):
        show(hall, attempt_id, jpeg(frame(None, number)))
    assert [one.rule for one in found(hall)] == ["nobody"]


def test_a_frame_never_waits_for_the_portrait_to_be_read(
    hall: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt_id = seated(hall)

    def blocked(*_what: object) -> None:
        raise AssertionError("a request asked the analysis and waited")

    with monkeypatch.context() as patch:
        patch.setattr("kiosk.hall.proctoring.face_analysis.Faces.reference", blocked)
        assert hall.hall.proctoring.frame(attempt_id, live(0)).warnings == ()


def test_an_incident_is_told_even_when_no_picture_can_be_written(
    hall: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt_id = seated(hall)

    def full(*_what: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.store.files.write_durably", full)
    watch(hall, attempt_id, 3)
    for _ in range(10):
        show(hall, attempt_id, NOBODY)
    (incident,) = found(hall)
    assert (incident.rule, incident.evidence) == ("nobody", [])
    assert "rule_nobody" in hall.kinds()
