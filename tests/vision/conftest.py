"""The embedded pack at work."""

from pathlib import Path

import pytest

from kiosk.vision.dlib.engine import DlibEngine
from kiosk.vision.engine import FaceEngine
from kiosk.vision.packs import read_pack


@pytest.fixture(scope="session")
def engine(weights: Path) -> FaceEngine:
    """The pack at work."""
    return DlibEngine(weights / "dlib", read_pack("dlib").decision_bands)
