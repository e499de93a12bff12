"""Check-in with the camera: who passes, who is left to a person, and what is kept of it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.exam.attempt.states import AttemptState
from kiosk.hall.errors import AnalysisBusy, FaceCheckMissing, NotVerifiable
from kiosk.hall.proctoring.face_analysis import Faces
from kiosk.store.exam import incidents
from kiosk.vision.analysis.checkin import FaceCheckTask, FaceResult
from kiosk.vision.errors import BrokenPicture, NotAJpeg
from kiosk.vision.images import jpeg
from kiosk.vision.samples import frame, sample_card
from tests.centres import ManualClock, Site
from tests.faces import live
from tests.hall.conftest import BY, SITTING, Room
from tests.hall.eyes import face_check, seeing_room, sign_in


@pytest.fixture
def hall(site: Site, clock: ManualClock, weights: Path) -> Iterator[Room]:
    """A centre with an imported sitting that recognises faces."""
    with seeing_room(site, clock, weights) as room:
        room.hall.sittings.import_package(room.site.package().data, BY)
        yield room


def test_a_look_and_the_card_make_a_candidate_ready(hall: Room) -> None:
    attempt_id = sign_in(hall)
    assert face_check(hall, attempt_id, 0).outcome == "card"
    view = hall.hall.attempts.view(attempt_id)
    assert (view.check_in, view.state, view.card_wanted) == (
        "passed",
        AttemptState.CHECKED_IN,
        True,
    )
    assert hall.hall.verification.card(attempt_id, sample_card(0), final=False).outcome == "pass"
    assert hall.hall.attempts.view(attempt_id).state is AttemptState.READY


def test_every_look_is_kept_with_its_score_and_frame(hall: Room) -> None:
    attempt_id = sign_in(hall)
    face_check(hall, attempt_id, 1)
    face_check(hall, attempt_id, 0)
    kept = incidents.verifications(hall.store.read(), attempt_id)
    assert [one.outcome for one in kept] == ["retry", "pass"]
    assert kept[0].score is not None
    assert kept[1].score is not None
    assert kept[0].score < 0.4 < 0.45 < kept[1].score
    for one in kept:
        assert one.evidence is not None
        assert hall.hall.rooms.evidence(one.evidence).startswith(b"\xff\xd8")
    kinds = hall.kinds()
    assert kinds[-2:] == ["verification_retry", "verification_pass"]


def test_another_person_is_left_to_staff_after_three_looks(hall: Room) -> None:
    attempt_id = sign_in(hall)
    results = [face_check(hall, attempt_id, 1) for _ in range(3)]
    assert [(one.outcome, one.tries_left) for one in results] == [
        ("retry", 2),
        ("retry", 1),
        ("staff", 0),
    ]
    with pytest.raises(NotVerifiable):
        hall.hall.verification.begin_face_check(attempt_id)
    assert hall.hall.attempts.view(attempt_id).state is AttemptState.CHECKED_IN
    hall.hall.verification.decide(attempt_id, True, "twin, compared by hand", BY)
    assert hall.hall.attempts.view(attempt_id).state is AttemptState.READY


def test_beginning_again_does_not_buy_a_try(hall: Room) -> None:
    attempt_id = sign_in(hall)
    for _ in range(10):
        hall.hall.verification.begin_face_check(attempt_id)
    assert hall.hall.attempts.view(attempt_id).tries_left == 3
    for _ in range(3):
        face_check(hall, attempt_id, 1)
    assert hall.hall.attempts.view(attempt_id).tries_left == 0


def test_a_frame_that_comes_twice_costs_a_try_as_a_still_picture(hall: Room) -> None:
    attempt_id = sign_in(hall)
    hall.hall.verification.begin_face_check(attempt_id)
    picture = live(0)
    hall.hall.verification.face_check(attempt_id, picture)
    result = hall.hall.verification.face_check(attempt_id, picture).result
    assert result is not None
    assert (result.outcome, result.advice) == ("retry", ("still_picture",))


def test_time_is_the_servers(hall: Room) -> None:
    attempt_id = sign_in(hall)
    hall.hall.verification.begin_face_check(attempt_id)
    hall.clock.pass_time(60)
    result = hall.hall.verification.face_check(attempt_id, live(0)).result
    assert result is not None
    assert (result.outcome, result.advice) == ("retry", ("too_slow",))


def test_the_time_that_the_analysis_takes_is_not_the_candidates(
    hall: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt_id = sign_in(hall)
    plain = Faces.face_check

    def slow(faces: Faces, task: FaceCheckTask, sender: str) -> FaceResult:
        hall.clock.pass_time(10)
        return plain(faces, task, sender)

    monkeypatch.setattr(Faces, "face_check", slow)
    assert face_check(hall, attempt_id, 0).outcome == "card"


def test_when_too_many_are_looked_at_a_frame_waits_and_costs_nothing(
    hall: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt_id = sign_in(hall)
    desk = hall.hall.verification
    before = desk.begin_face_check(attempt_id).seconds_left
    monkeypatch.setattr(desk, "_places", threading.BoundedSemaphore(1))
    with desk._place():
        for _ in range(30):
            hall.clock.pass_time(1)
            with pytest.raises(AnalysisBusy):
                desk.face_check(attempt_id, live(0, 0))
        with pytest.raises(AnalysisBusy):
            desk.begin_face_check(attempt_id)
    assert desk.face_check(attempt_id, live(0, 1)).seconds_left >= before - 1.5
    assert hall.hall.attempts.view(attempt_id).tries_left == 3


def test_a_second_face_during_a_look_is_noticed(hall: Room) -> None:
    attempt_id = sign_in(hall)
    hall.hall.verification.begin_face_check(attempt_id)
    advice = [
        hall.hall.verification.face_check(attempt_id, jpeg(frame(0, number, other=2))).advice
        for number in range(4)
    ]
    assert "several_faces" in advice[0]
    assert "several_faces" in advice[3]


def test_a_look_that_is_over_takes_no_more_frames(hall: Room) -> None:
    attempt_id = sign_in(hall)
    with pytest.raises(FaceCheckMissing):
        hall.hall.verification.face_check(attempt_id, live(0))
    face_check(hall, attempt_id, 0)
    with pytest.raises(FaceCheckMissing):
        hall.hall.verification.face_check(attempt_id, live(0, 50))


@pytest.mark.parametrize(("data", "error"), [(b"GIF89a", NotAJpeg), (live(0)[:300], BrokenPicture)])
def test_a_bad_picture_costs_nothing(hall: Room, data: bytes, error: type[Exception]) -> None:
    attempt_id = sign_in(hall)
    hall.hall.verification.begin_face_check(attempt_id)
    with pytest.raises(error):
        hall.hall.verification.face_check(attempt_id, data)
    assert hall.hall.verification.face_check(attempt_id, live(0)).result is None
    assert hall.hall.attempts.view(attempt_id).tries_left == 3


def test_without_a_portrait_a_person_decides(hall: Room) -> None:
    with pytest.raises(NotVerifiable):
        hall.hall.verification.begin_face_check(sign_in(hall, 3))


def test_a_picture_without_a_card_costs_nothing(hall: Room) -> None:
    attempt_id = sign_in(hall)
    face_check(hall, attempt_id, 0)
    for number in range(5):
        result = hall.hall.verification.card(attempt_id, live(0, number), final=False)
        assert (result.outcome, result.advice, result.tries_left) == ("card", ("no_card",), 3)


def test_a_card_of_somebody_else_is_left_to_staff(hall: Room) -> None:
    attempt_id = sign_in(hall)
    face_check(hall, attempt_id, 0)
    outcomes = [
        hall.hall.verification.card(attempt_id, sample_card(0, n, on_card=1), final=False).outcome
        for n in range(3)
    ]
    assert outcomes == ["card", "card", "staff"]
    assert hall.hall.attempts.view(attempt_id).state is AttemptState.CHECKED_IN
    with pytest.raises(NotVerifiable):
        hall.hall.verification.card(attempt_id, sample_card(0), final=False)


def test_a_candidate_without_a_readable_card_may_ask_for_staff(hall: Room) -> None:
    attempt_id = sign_in(hall)
    face_check(hall, attempt_id, 0)
    result = hall.hall.verification.card(attempt_id, live(0, 9), final=True)
    assert result.outcome == "staff"
    assert hall.hall.verification.latest_picture(attempt_id) == live(0, 9)


def test_a_card_before_the_look_is_refused(hall: Room) -> None:
    with pytest.raises(NotVerifiable):
        hall.hall.verification.card(sign_in(hall), sample_card(0), final=False)


def test_a_new_portrait_gives_new_tries(hall: Room) -> None:
    attempt_id = sign_in(hall)
    for _ in range(3):
        face_check(hall, attempt_id, 1)
    hall.hall.portraits.enrol(SITTING, "2026T0001", live(1, 30), "old portrait", BY)
    assert face_check(hall, attempt_id, 1).outcome == "card"
