"""Two portraits of one person are found; those of different people and unusable ones are not."""

from pathlib import Path

import pytest

from kiosk.settings import DEFAULT_PACK
from kiosk.vision.analysis.look_alikes import find_look_alikes
from kiosk.vision.engine import FaceEngine
from kiosk.vision.samples import sample_portrait
from kiosk.vision.workers.loading import EngineSpec, load_engine


@pytest.fixture(scope="module")
def engine(weights: Path) -> FaceEngine:
    return load_engine(EngineSpec(DEFAULT_PACK, weights))


def test_the_same_face_twice_is_a_pair(engine: FaceEngine) -> None:
    read: list[int] = []
    portraits = {
        "c": sample_portrait(0),
        "b": sample_portrait(1),
        "a": sample_portrait(0),
        "x": b"no picture",
    }
    found = find_look_alikes(engine, portraits.items(), read.append)
    assert list(found) == [("a", "c")]
    assert found["a", "c"] > engine.bands.pass_at
    assert read == [1, 2, 3, 4]
