"""For all tests: nothing is judged by how long it took, the machines are shared."""

from pathlib import Path

import pytest
from hypothesis import settings

from kiosk.vision.dlib.pack import build
from kiosk.vision.packs import read_pack

settings.register_profile("shared-machine", deadline=None)
settings.load_profile("shared-machine")


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built embedded pack in it."""
    folder = tmp_path_factory.mktemp("weights")
    build(read_pack("dlib"), folder, lambda *_: None)
    return folder
