"""The embedded pack, built once for all vision tests."""

from pathlib import Path

import pytest

from kiosk.vision.dlib.engine import DlibEngine
from kiosk.vision.dlib.pack import build
from kiosk.vision.engine import FaceEngine
from kiosk.vision.packs import read_pack


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built pack in it."""
    folder = tmp_path_factory.mktemp("weights")
    build(read_pack("dlib"), folder, lambda *_: None)
    return folder


@pytest.fixture(scope="session")
def engine(weights: Path) -> FaceEngine:
    """The pack at work."""
    return DlibEngine(weights / "dlib", read_pack("dlib").decision_bands)
