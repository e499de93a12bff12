"""A compiled module whose library is not there is noticed before any test runs."""

import subprocess
from pathlib import Path

import pydantic_core
import pytest

from tests.tools.conftest import TOOLS

MODULE = next(Path(pydantic_core.__file__).parent.glob("*.so"))


def check(venv: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sh", TOOLS / "check-libraries", venv], capture_output=True, text=True, check=False
    )


def spoilt() -> bytes:
    """The module, as if it needed a library that no system has."""
    name = b"libc.so.6\0"
    data = MODULE.read_bytes()
    assert name in data
    return data.replace(name, b"libq.so.6\0")


@pytest.mark.parametrize("place", ["cv2/cv2.abi3.so", "playwright/driver/node"])
def test_a_library_that_is_missing_is_named(tmp_path: Path, place: str) -> None:
    path = tmp_path / "lib" / "python3" / "site-packages" / place
    path.parent.mkdir(parents=True)
    path.write_bytes(spoilt())
    done = check(tmp_path)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "System libraries are missing: libq.so.6 " in done.stderr


def test_modules_that_have_everything_pass(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / MODULE.name).write_bytes(MODULE.read_bytes())
    done = check(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_windows_of_qt_are_not_needed(tmp_path: Path) -> None:
    path = tmp_path / "lib" / "cv2" / "qt" / "plugins" / "libqxcb.so"
    path.parent.mkdir(parents=True)
    path.write_bytes(spoilt())
    assert check(tmp_path).returncode == 0
