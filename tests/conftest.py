"""For all tests: nothing is judged by how long it took, the machines are shared."""

from pathlib import Path

import pytest
from hypothesis import settings

from kiosk.settings import DEFAULT_PACK
from kiosk.vision.installation.python_packages import build_from_package
from kiosk.vision.packs.manifest import default_weights, read_pack

settings.register_profile("shared-machine", deadline=None)
settings.load_profile("shared-machine")


def quiet(*_progress: object) -> None:
    """Nobody looks at the progress."""


@pytest.fixture(scope="session")
def weights() -> Path:
    """The folder of this user's packs, with the embedded pack in it; tests only read it."""
    return build_from_package(read_pack(DEFAULT_PACK), default_weights(), quiet).parent


@pytest.fixture(scope="session")
def dlib_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built dlib pack in it."""
    folder = tmp_path_factory.mktemp("weights")
    return build_from_package(read_pack("dlib"), folder, quiet).parent
