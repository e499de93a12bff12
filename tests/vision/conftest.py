"""The embedded pack at work."""

from pathlib import Path

import pytest

from kiosk.settings import DEFAULT_PACK
from kiosk.vision.engine import FaceEngine
from kiosk.vision.workers.loading import EngineSpec, load_engine


@pytest.fixture(scope="session")
def engine(weights: Path) -> FaceEngine:
    """The embedded pack."""
    return load_engine(EngineSpec(DEFAULT_PACK, weights))
