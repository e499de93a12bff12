"""What a camera sees, and what it must not invent: labelled frames through engine and rules."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from kiosk.exam.identity.bands import Band
from kiosk.exam.proctoring import Observation, ProctoringSettings, RuleEvent, Watch
from kiosk.vision.analysis.checkin import PortraitTask, read_portrait
from kiosk.vision.analysis.monitor import Task, examine
from kiosk.vision.analysis.track import Track
from kiosk.vision.engine import FaceEngine
from kiosk.vision.images import Image
from kiosk.vision.samples import PEOPLE
from tests.faces import portrait
from tests.vision.scenes import beside, leaning, masked, noisy, papered_wall, plain_wall, seated

URGENT = "staff_urgent"


@dataclass
class Seat:
    """A candidate's camera, one frame a second, and what the rules made of it."""

    engine: FaceEngine
    person: int
    watch: Watch = field(init=False)
    track: Track = field(default_factory=Track)
    at: float = 0.0
    seen: list[Observation] = field(default_factory=list)
    events: list[RuleEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        portrayed = read_portrait(self.engine, PortraitTask(portrait(self.person)))
        self.reference = portrayed.vector
        self.watch = Watch(ProctoringSettings(), 0.0, self.engine.bands.staff_at)

    def show(self, pictures: Iterable[Image]) -> None:
        """The next frames."""
        for picture in pictures:
            self.at += 1
            frame = noisy(picture, round(self.at))
            found = examine(self.engine, Task(frame, self.at, self.reference, 5.0, self.track))
            self.track = found.track
            self.seen.append(found.observation)
            self.events += self.watch.observe(found.observation)

    def sit(self, seconds: int, wall: Image) -> None:
        """The candidate sits and moves a little."""
        self.show(seated(self.person, wall, n, (n % 5 - 2, n % 3)) for n in range(seconds))

    @property
    def incidents(self) -> set[str]:
        """Rules that began to be broken, without mere advice."""
        return {e.rule for e in self.events if e.kind == "started" and e.follow_up != "advice"}


@pytest.fixture
def seat(engine: FaceEngine) -> Seat:
    """Person 0 sits there."""
    return Seat(engine, 0)


MASKS = {"white": (225, 222, 218), "blue": (205, 170, 130), "black": (32, 30, 30)}


@pytest.mark.parametrize(("person", "colour"), list(enumerate([*MASKS, "white"])))
def test_a_mask_is_a_covered_face_and_nobody_else(
    engine: FaceEngine, person: int, colour: str
) -> None:
    seat = Seat(engine, person)
    seat.sit(5, plain_wall())
    seat.show(masked(person, MASKS[colour], n) for n in range(15))
    assert seat.incidents == {"face_covered"}
    assert {seen.band for seen in seat.seen[-12:]} <= {None, Band.PASS}


@pytest.mark.parametrize("person", range(PEOPLE))
def test_a_free_face_is_not_covered(engine: FaceEngine, person: int) -> None:
    seat = Seat(engine, person)
    seat.sit(20, papered_wall())
    assert seat.incidents == set()


@pytest.mark.parametrize("degrees", [90, -90, 75, -75])
def test_a_head_on_the_desk_lies_down_and_is_nobody_else(seat: Seat, degrees: int) -> None:
    seat.sit(5, plain_wall())
    lying = [leaning(seated(0, plain_wall(), n), degrees) for n in range(15)]
    seat.show(lying)
    assert seat.incidents == {"turned_away"}
    assert all(event.follow_up != URGENT for event in seat.events)


@pytest.mark.parametrize("degrees", [-20, -12, 12, 20])
@pytest.mark.parametrize("person", range(PEOPLE))
def test_a_tilted_head_is_still_recognised(engine: FaceEngine, person: int, degrees: int) -> None:
    seat = Seat(engine, person)
    seat.show(leaning(seated(person, plain_wall(), n), degrees) for n in range(8))
    bands = [seen.band for seen in seat.seen if seen.band is not None]
    assert bands
    assert set(bands) == {Band.PASS}


@pytest.mark.parametrize("wall", [plain_wall(), plain_wall(225), plain_wall(90), papered_wall()])
def test_an_empty_seat_is_nobody_and_no_covered_lens(seat: Seat, wall: Image) -> None:
    seat.sit(8, wall)
    seat.show([wall] * 12)
    assert seat.incidents == {"nobody"}


def _hand_on_lens() -> Image:
    glow = np.zeros((480, 640, 3), np.float32)
    cv2.circle(glow, (420, 300), 190, (40, 55, 150), -1)
    return np.asarray(cv2.GaussianBlur(glow, (0, 0), 70) + np.array([18, 20, 45]), np.uint8)


COVERS = {
    "tape": np.full((480, 640, 3), 4, np.uint8),
    "hand": _hand_on_lens(),
    "grey paper": np.full((480, 640, 3), 95, np.uint8),
    "note": np.full((480, 640, 3), (120, 205, 225), np.uint8),
}


@pytest.mark.parametrize("cover", COVERS)
@pytest.mark.parametrize("wall", [plain_wall(), papered_wall()])
def test_something_on_the_lens_is_a_covered_camera(seat: Seat, wall: Image, cover: str) -> None:
    seat.sit(8, wall)
    seat.show([COVERS[cover]] * 12)
    assert seat.incidents == {"covered"}


@pytest.mark.parametrize("share", [0.3, 0.36, 0.5, 0.8])
def test_a_second_person_is_noticed_within_ten_seconds(seat: Seat, share: float) -> None:
    seat.sit(20, papered_wall())
    width = round(share * 138)
    seat.show(
        beside(seated(0, papered_wall(), n), 2, width, (20 + n % 4, 40 + n % 3)) for n in range(10)
    )
    assert seat.incidents == {"several_people"}


def test_a_poster_at_seating_is_no_second_person_and_hides_none(seat: Seat) -> None:
    with_poster = beside(papered_wall(), 3, 60, (40, 40))
    seat.sit(40, with_poster)
    assert seat.incidents == set()
    seat.show(
        beside(seated(0, with_poster, n), 2, 60, (520 + n % 3, 250 + n % 4)) for n in range(12)
    )
    assert seat.incidents == {"several_people"}


@pytest.mark.parametrize("width", [24, 26])
def test_a_poster_that_only_a_search_finds_is_masked_too(seat: Seat, width: int) -> None:
    for number in range(90):
        far = cv2.resize(seated(0, plain_wall(), number), None, fx=0.6, fy=0.6)
        room = beside(plain_wall(), 3, width, (30, 30))
        room[150:438, 128:512] = far
        seat.show([room])
    assert seat.incidents == set()


def test_whoever_moves_at_seating_counts_at_once(seat: Seat) -> None:
    seat.show(
        beside(seated(0, papered_wall(), n), 2, 60, (30 + 9 * (n % 5), 40 + 5 * (n % 3)))
        for n in range(8)
    )
    assert seat.incidents == {"several_people"}


@pytest.mark.parametrize("stranger", [1, 2, 3])
def test_another_person_in_the_seat_is_noticed(seat: Seat, stranger: int) -> None:
    seat.sit(6, papered_wall())
    seat.show(seated(stranger, papered_wall(), n) for n in range(20))
    assert seat.incidents == {"another_person"}


def blurred(image: Image, sigma: float) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


@pytest.mark.parametrize(("sigma", "told"), [(0.0, False), (1.0, False), (4.5, True), (6.0, True)])
def test_blur_is_told_from_where_matches_suffer(seat: Seat, sigma: float, told: bool) -> None:
    sharp = [seated(0, plain_wall(), n) for n in range(10)]
    seat.show(blurred(image, sigma) if sigma else image for image in sharp)
    assert ("not_clear" in {event.rule for event in seat.events}) is told


def test_strong_light_on_a_face_is_not_a_cover(seat: Seat) -> None:
    down, across = np.mgrid[0:480, 0:640]
    for number in range(16):
        spot = np.exp(-(((across - 270 - 6 * number) / 60) ** 2 + ((down - 250) / 90) ** 2))
        lit = seated(0, plain_wall(), number) + 170 * spot[..., None]
        seat.show([np.asarray(np.clip(lit, 0, 255), np.uint8)])
    assert "face_covered" not in seat.incidents
