"""A registered portrait is a colour picture on blue, of two inches, of one face from ahead (R9)."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.settings import DEFAULT_PACK
from kiosk.vision.analysis.portrait_check import FINDINGS, check_portrait
from kiosk.vision.engine import FaceEngine
from kiosk.vision.images import jpeg
from kiosk.vision.samples import sample_portrait, turned_head
from kiosk.vision.workers.loading import EngineSpec, load_engine

LIGHT_BLUE, ROYAL_BLUE = (219, 142, 67), (190, 60, 20)
WHITE, RED = (255, 255, 255), (40, 40, 200)


@pytest.fixture(scope="module")
def engine(weights: Path) -> FaceEngine:
    return load_engine(EngineSpec(DEFAULT_PACK, weights))


def portrait(
    *people: int,
    colour: tuple[int, int, int] = LIGHT_BLUE,
    size: tuple[int, int] = (413, 579),
    face: float = 0.75,
    grey: bool = False,
    yaw: float = 0.0,
) -> bytes:
    """Sample heads on a plain background."""
    width, height = size
    canvas = np.full((height, width, 3), colour, np.uint8)
    side = round(face * width / max(1, len(people)))
    for number, person in enumerate(people):
        head = cv2.imdecode(np.frombuffer(sample_portrait(person), np.uint8), cv2.IMREAD_COLOR)
        head = turned_head(np.asarray(head, np.uint8), yaw)
        x = (width - side * len(people)) // 2 + number * side
        y = (height - side) // 2
        canvas[y : y + side, x : x + side] = cv2.resize(head, (side, side))
    if grey:
        canvas[:] = cv2.cvtColor(cv2.cvtColor(canvas, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return jpeg(canvas, 90)


@pytest.mark.parametrize("person", [0, 1, 2])
@pytest.mark.parametrize("colour", [LIGHT_BLUE, ROYAL_BLUE])
def test_a_sound_portrait_has_no_findings(
    engine: FaceEngine, person: int, colour: tuple[int, int, int]
) -> None:
    assert check_portrait(engine, portrait(person, colour=colour)) == ()


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (portrait(0, colour=WHITE), "not_blue"),
        (portrait(0, colour=RED), "not_blue"),
        (portrait(0, grey=True), "no_colour"),
        (portrait(), "no_face"),
        (portrait(0, 1, face=0.98, size=(826, 1158)), "several_faces"),
        (portrait(0, size=(206, 289)), "too_few_pixels"),
        (portrait(0, size=(600, 600)), "wrong_shape"),
        (portrait(0, face=0.3, size=(826, 1158)), "face_too_small"),
        (portrait(0, yaw=30), "turned"),
        (b"\xff\xd8\xff nothing \xff\xd9", "not_a_picture"),
        (b"", "not_a_picture"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_named(engine: FaceEngine, data: bytes, finding: str) -> None:
    found = check_portrait(engine, data)
    assert finding in found
    assert set(found) <= set(FINDINGS)
