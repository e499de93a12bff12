"""Pictures at check-in with the embedded pack: looks, cards, portraits, and who does not pass."""

from itertools import product

import cv2
import numpy as np
import pytest

from kiosk.exam.checkin.liveness import Ask, FaceCheckRules, FaceCheckSession, Flaw, card_band
from kiosk.exam.identity.bands import Band
from kiosk.vision.analysis.checkin import (
    CardTask,
    FaceCheckTask,
    PortraitTask,
    face_check,
    read_card,
    read_portrait,
)
from kiosk.vision.engine import FaceEngine
from kiosk.vision.images import Image, jpeg
from kiosk.vision.samples import PEOPLE, TURN, frame, sample_card, side_view
from tests.faces import live, portrait

YAW = {Ask.FRONT: 0.0, Ask.LEFT: TURN, Ask.RIGHT: -TURN}


class Sitter:
    """A person before the camera, who does what is asked unless told otherwise."""

    def __init__(self, engine: FaceEngine, portrait_of: int, *turns: Ask) -> None:
        self.engine = engine
        vector = read_portrait(engine, PortraitTask(portrait(portrait_of))).vector
        self.session = FaceCheckSession(FaceCheckRules(), engine.bands, turns, started_at=0.0)
        self._reference = vector
        self._held: bytes | None = None
        self._before: bytes | None = None
        self._seen: set[bytes] = set()
        self.at = 0.0

    def show(self, picture: bytes) -> None:
        """One frame, half a second after the last."""
        self.at += 0.5
        task = FaceCheckTask(picture, self.at, self._reference, self._held, self._before)
        sight = face_check(self.engine, task)
        if self._held is None and not sight.observation.advice:
            self._held = sight.vector
        self._before = sight.small
        self.session.see(sight.observation, sight.same, picture in self._seen)
        self._seen.add(picture)

    def obey(self, person: int) -> FaceCheckSession:
        """Turn as asked until the face check is over."""
        for number in range(60):
            if self.session.over:
                break
            self.show(live(person, number, YAW[self.session.ask]))
        return self.session


@pytest.mark.parametrize("person", range(PEOPLE))
def test_whoever_is_on_the_portrait_and_turns_as_asked_passes(
    engine: FaceEngine, person: int
) -> None:
    session = Sitter(engine, person, Ask.LEFT, Ask.RIGHT).obey(person)
    assert (session.flaw, session.verdict()) == (None, Band.PASS)


@pytest.mark.parametrize(
    ("person", "other"), [(p, o) for p, o in product(range(PEOPLE), repeat=2) if p != o]
)
def test_somebody_else_does_not_however_they_turn(
    engine: FaceEngine, person: int, other: int
) -> None:
    session = Sitter(engine, person, Ask.RIGHT, Ask.LEFT).obey(other)
    assert session.verdict() is Band.FAIL


def _tilted_photograph(person: int, number: int, yaw: float) -> bytes:
    """A printed picture that is turned about its upright axis before the camera."""
    flat = frame(person, 0)
    height, width = flat.shape[:2]
    squeeze = width / 2 * (1 - np.cos(np.radians(yaw)))
    drop = 40 * np.sin(np.radians(yaw))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    left, right = squeeze, width - squeeze
    held = np.array(
        [[left, drop], [right, -drop], [right, height + drop], [left, height - drop]], np.float32
    )
    turned = cv2.warpPerspective(
        flat, cv2.getPerspectiveTransform(corners, held), (width, height), borderValue=(90, 90, 90)
    )
    noise = np.random.default_rng(number).normal(0, 4, turned.shape)
    return jpeg(np.clip(turned + noise, 0, 255).astype(np.uint8), 70)


def test_a_printed_photograph_that_is_turned_about_does_not_pass(engine: FaceEngine) -> None:
    sitter = Sitter(engine, 0, Ask.LEFT, Ask.RIGHT)
    for number in range(60):
        swing = 40 * np.sin(number / 3)
        sitter.show(_tilted_photograph(0, number, 0.0 if number < 5 else swing))
    assert sitter.session.flaw is Flaw.TOO_SLOW
    assert sitter.session.verdict() is Band.FAIL


def test_a_film_of_other_turns_does_not_pass(engine: FaceEngine) -> None:
    sitter = Sitter(engine, 0, Ask.LEFT, Ask.RIGHT)
    film = [0, 0, 0, 0, 0, -TURN, -TURN, -TURN, 0, 0, TURN, TURN]
    for number, yaw in enumerate(film):
        sitter.show(live(0, number, yaw))
    assert sitter.session.flaw is Flaw.WRONG_TURN


def test_a_frozen_picture_is_found_at_once(engine: FaceEngine) -> None:
    sitter = Sitter(engine, 0, Ask.LEFT, Ask.RIGHT)
    sitter.show(live(0))
    sitter.show(live(0))
    assert sitter.session.flaw is Flaw.STILL


def test_somebody_else_who_takes_over_during_the_turn_is_found(engine: FaceEngine) -> None:
    sitter = Sitter(engine, 0, Ask.LEFT, Ask.RIGHT)
    while sitter.session.ask is not Ask.FRONT or sitter.session.step == 0:
        sitter.show(live(0, round(sitter.at * 2), YAW[sitter.session.ask]))
    for number in range(40, 60):
        sitter.show(live(2, number, (number % 5 - 2) * 10.0))
    assert sitter.session.flaw is Flaw.FACE_CHANGED


@pytest.mark.parametrize("person", [0, 1])
def test_a_real_head_turned_away_is_measured_as_turned(engine: FaceEngine, person: int) -> None:
    sight = face_check(engine, FaceCheckTask(jpeg(side_view(person))))
    assert sight.observation.faces == 1
    assert abs(sight.observation.yaw or 0) > FaceCheckRules().turn_degrees


def _covered(image: Image) -> Image:
    """A hand before the lower half of the face."""
    covered = image.copy()
    covered[262:400, 200:440] = (120, 140, 190)
    return covered


@pytest.mark.parametrize(
    ("image", "advice"),
    [
        (np.full((480, 640, 3), 12, np.uint8), "too_dark"),
        (np.full((480, 640, 3), 250, np.uint8), "too_bright"),
        (cv2.GaussianBlur(frame(1), (0, 0), 6), "not_clear"),
        (cv2.resize(frame(0), None, fx=0.4, fy=0.4), "too_far"),
        (frame(0, yaw=33), "turned"),
        (_covered(frame(0)), "face_covered"),
        (frame(0, other=2), "several_faces"),
    ],
)
def test_the_notices_words_say_what_to_change(
    engine: FaceEngine, image: Image, advice: str
) -> None:
    canvas = np.full((480, 640, 3), image[:5, :5].mean(), np.uint8)
    canvas[: image.shape[0], 200 : 200 + image.shape[1]] = image[:, :440]
    picture = jpeg(image if image.shape == (480, 640, 3) else canvas)
    assert advice in face_check(engine, FaceCheckTask(picture)).observation.advice


@pytest.mark.parametrize("person", range(PEOPLE))
def test_a_persons_own_card_passes(engine: FaceEngine, person: int) -> None:
    reference = read_portrait(engine, PortraitTask(portrait(person))).vector
    sight = read_card(engine, CardTask(sample_card(person), reference))
    scores = (sight.card_holder, sight.card_portrait, sight.holder_portrait)
    assert (sight.advice, card_band(scores, engine.bands)) == ((), Band.PASS)


@pytest.mark.parametrize("person", range(PEOPLE))
def test_a_card_of_somebody_else_is_left_to_staff(engine: FaceEngine, person: int) -> None:
    reference = read_portrait(engine, PortraitTask(portrait(person))).vector
    sight = read_card(engine, CardTask(sample_card(person, on_card=person + 1), reference))
    scores = (sight.card_holder, sight.card_portrait, sight.holder_portrait)
    assert card_band(scores, engine.bands) is Band.STAFF


def test_a_picture_without_a_card_says_so(engine: FaceEngine) -> None:
    assert read_card(engine, CardTask(live(0))).advice == ("no_card",)
    assert read_card(engine, CardTask(jpeg(frame(None)))).advice == ("no_face",)


def test_a_face_is_looked_for_where_it_was_and_else_everywhere(engine: FaceEngine) -> None:
    first = face_check(engine, FaceCheckTask(live(0)))
    box = first.observation.box
    assert box is not None
    near = face_check(engine, FaceCheckTask(live(0, 1), box=box)).observation
    far = face_check(engine, FaceCheckTask(live(0, 1), box=(0, 0, 120, 120))).observation
    assert near.faces == far.faces == 1
    assert face_check(engine, FaceCheckTask(jpeg(frame(None)), box=box)).observation.faces == 0


def test_a_good_portrait_has_nothing_wrong(engine: FaceEngine) -> None:
    for person in range(PEOPLE):
        sight = read_portrait(engine, PortraitTask(portrait(person)))
        assert (sight.faces, sight.advice, sight.vector is not None) == (1, (), True)


@pytest.mark.parametrize(
    ("image", "advice"),
    [
        (frame(None), "no_face"),
        (frame(0, other=2), "several_faces"),
        (cv2.GaussianBlur(frame(1), (0, 0), 6), "not_clear"),
        (frame(0, yaw=33), "turned"),
        ((frame(0) * 0.15).astype(np.uint8), "too_dark"),
    ],
)
def test_a_bad_portrait_says_why(engine: FaceEngine, image: Image, advice: str) -> None:
    assert advice in read_portrait(engine, PortraitTask(jpeg(image))).advice
