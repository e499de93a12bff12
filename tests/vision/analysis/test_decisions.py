"""Both ways: the right person passes, the wrong person does not."""

import cv2
import numpy as np
import pytest
from skimage import data

from kiosk.exam.identity.bands import Band
from kiosk.vision.analysis.checkin import PortraitTask, read_portrait
from kiosk.vision.analysis.monitor import Task, examine
from kiosk.vision.engine import FaceEngine
from kiosk.vision.images import Image
from kiosk.vision.samples import PEOPLE, frame
from tests.faces import live, portrait


@pytest.fixture(scope="module")
def references(engine: FaceEngine) -> list[bytes]:
    """The vectors of everybody's portrait."""
    sights = [read_portrait(engine, PortraitTask(portrait(person))) for person in range(PEOPLE)]
    return [sight.vector for sight in sights if sight.vector is not None]


def test_every_portrait_can_be_compared_with(references: list[bytes]) -> None:
    assert len(references) == PEOPLE


@pytest.mark.parametrize("person", range(PEOPLE))
def test_the_right_person_passes(engine: FaceEngine, references: list[bytes], person: int) -> None:
    seen = [
        examine(engine, Task(live(person, variation), reference=references[person])).observation
        for variation in range(3)
    ]
    assert [one.band for one in seen] == [Band.PASS] * 3


@pytest.mark.parametrize("person", range(PEOPLE))
def test_nobody_else_does(engine: FaceEngine, references: list[bytes], person: int) -> None:
    others = [reference for n, reference in enumerate(references) if n != person]
    picture = live(person, 1)
    bands = {examine(engine, Task(picture, reference=other)).observation.band for other in others}
    assert bands == {Band.FAIL}


def test_an_astronaut_is_herself_and_none_of_the_four(
    engine: FaceEngine, references: list[bytes]
) -> None:
    astronaut: Image = data.astronaut()  # type: ignore[no-untyped-call]
    picture = cv2.cvtColor(astronaut, cv2.COLOR_RGB2BGR)
    darker = np.clip(picture.astype(np.float32) * 0.8, 0, 255).astype(np.uint8)
    one, other = (cv2.imencode(".jpg", image)[1].tobytes() for image in (picture, darker))
    own = read_portrait(engine, PortraitTask(one)).vector
    assert examine(engine, Task(other, reference=own)).observation.band is Band.PASS
    assert {
        examine(engine, Task(one, reference=reference)).observation.band for reference in references
    } == {Band.FAIL}


def test_an_empty_chair_and_a_second_person_are_seen(engine: FaceEngine) -> None:
    pictures = {"nobody": frame(None), "one": frame(0), "two": frame(0, other=2)}
    faces = {
        name: examine(engine, Task(cv2.imencode(".jpg", image)[1].tobytes())).observation.faces
        for name, image in pictures.items()
    }
    assert faces == {"nobody": 0, "one": 1, "two": 2}


def test_without_a_face_nothing_is_compared(engine: FaceEngine) -> None:
    nobody = cv2.imencode(".jpg", frame(None))[1].tobytes()
    seen = examine(engine, Task(nobody, reference=bytes(512)))
    assert (seen.observation.faces, seen.observation.match) == (0, None)
