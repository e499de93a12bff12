"""A frame costs little while a face stays in place, and nobody slips in meanwhile."""

from dataclasses import dataclass

import pytest

from kiosk.exam.identity.bands import Band, Bands
from kiosk.exam.proctoring import Observation
from kiosk.exam.proctoring.observation import Box
from kiosk.vision.analysis.checkin import PortraitTask, read_portrait
from kiosk.vision.analysis.monitor import Task, examine
from kiosk.vision.analysis.track import Track
from kiosk.vision.engine import Face, FaceEngine, Vector
from kiosk.vision.images import Image, jpeg
from kiosk.vision.samples import frame, side_view
from tests.faces import live, portrait


class Counting:
    """An engine that counts what is asked of it."""

    def __init__(self, engine: FaceEngine) -> None:
        self._engine = engine
        self.pack_id: str = engine.pack_id
        self.bands: Bands = engine.bands
        self.calls: list[str] = []

    def detect(self, image: Image) -> list[Face]:
        """Counted."""
        self.calls.append("detect")
        return self._engine.detect(image)

    def search(self, image: Image) -> list[Face]:
        """Counted."""
        self.calls.append("search")
        return self._engine.search(image)

    def follow(self, image: Image, box: Box) -> Face | None:
        """Counted."""
        self.calls.append("follow")
        return self._engine.follow(image, box)

    def embed(self, image: Image, face: Face) -> Vector:
        """Counted."""
        self.calls.append("embed")
        return self._engine.embed(image, face)

    def reliable(self, vector: Vector) -> bool:
        """Not counted."""
        return self._engine.reliable(vector)

    def similarity(self, one: Vector, other: Vector) -> float:
        """Not counted."""
        return self._engine.similarity(one, other)


@dataclass
class Camera:
    """One terminal's camera before a person whose portrait is known."""

    engine: Counting
    reference: bytes
    track: Track

    def see(self, picture: bytes, at: float) -> tuple[Observation, list[str]]:
        """What a frame said, and what it took."""
        self.engine.calls = []
        finding = examine(self.engine, Task(picture, at, self.reference, 5.0, self.track))
        self.track = finding.track
        return finding.observation, self.engine.calls


@pytest.fixture
def camera(engine: FaceEngine) -> Camera:
    """The camera before person 0."""
    vector = read_portrait(engine, PortraitTask(portrait(0))).vector
    assert vector
    return Camera(Counting(engine), vector, Track())


NOBODY, TWO = jpeg(frame(None)), jpeg(frame(0, other=2))


def test_the_first_frame_is_searched_and_compared(camera: Camera) -> None:
    seen, calls = camera.see(live(0), 0.0)
    assert (calls, seen.band) == (["search", "embed"], Band.PASS)


def test_a_face_that_stays_is_not_compared_each_time(camera: Camera) -> None:
    camera.see(live(0), 0.0)
    for second in (1, 2, 3):
        seen, calls = camera.see(live(0, second), float(second))
        assert (calls, seen.faces, seen.band) == (["follow", "detect"], 1, None)


def test_every_few_seconds_small_faces_are_searched_and_identity_compared_again(
    camera: Camera,
) -> None:
    asked = [camera.see(live(0, second), float(second))[1] for second in range(12)]
    assert [second for second, calls in enumerate(asked) if "search" in calls] == [0, 4, 8]
    assert [second for second, calls in enumerate(asked) if "embed" in calls] == [0, 5, 10]


def test_a_second_person_is_seen_at_once(camera: Camera) -> None:
    for second in range(3):
        camera.see(live(0, second), float(second))
    counts = [camera.see(TWO, float(second))[0].faces for second in range(20, 26)]
    assert counts[0] == 2


def test_whoever_sits_down_after_a_break_is_compared_at_once(camera: Camera) -> None:
    camera.see(live(0), 0.0)
    for second in (1, 2, 3):
        assert camera.see(NOBODY, float(second))[0].faces == 0
    seen, calls = camera.see(live(1), 4.0)
    assert "embed" in calls
    assert seen.band is Band.FAIL


def test_a_change_of_person_without_a_break_is_found_at_the_next_comparison(
    camera: Camera,
) -> None:
    camera.see(live(0), 0.0)
    bands = [camera.see(live(1, second), float(second))[0].band for second in range(1, 8)]
    assert Band.FAIL in bands
    assert Band.PASS not in bands


def test_while_a_doubt_stands_every_frame_is_compared(camera: Camera) -> None:
    camera.see(live(1), 0.0)
    for second in (1, 2):
        assert camera.see(live(1, second), float(second))[0].band is Band.FAIL


def test_the_reference_never_drifts(camera: Camera) -> None:
    scores = [camera.see(live(0, 1), float(at))[0].match for at in range(0, 60, 6)]
    assert len({score for score in scores if score is not None}) == 1


def test_a_picture_that_comes_again_shows_no_change(camera: Camera) -> None:
    camera.see(live(0), 0.0)
    assert camera.see(live(0), 1.0)[0].change == 0
    assert (camera.see(live(0, 1), 2.0)[0].change or 0) > 0.5


@pytest.mark.parametrize("person", [0, 1])
def test_a_turned_head_is_measured_and_not_compared(camera: Camera, person: int) -> None:
    seen, calls = camera.see(jpeg(side_view(person)), 0.0)
    assert abs(seen.yaw or 0) > 25
    assert (seen.band, "embed" in calls, "turned" in seen.advice) == (None, False, True)
