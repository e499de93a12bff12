"""Building the embedded pack from the model files inside ``face_recognition_models``.

Nothing is downloaded: the files come with that PyPI package, and their digests are checked
against ``pack.toml``. The result is three files that load in a fraction of a second.
"""

import hashlib
import importlib.util
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kiosk.vision.dlib import networks
from kiosk.vision.dlib.landmarks import Predictor, read_predictor
from kiosk.vision.dlib.reader import read_layers
from kiosk.vision.errors import PackUnusable
from kiosk.vision.packs import PackInfo

DETECTOR, RECOGNISER, LANDMARKS, BUILT = (
    "detector.onnx",
    "recogniser.onnx",
    "landmarks.npz",
    "built.json",
)
LAYOUT = 2
"""Of the built files; a pack of another layout is built again."""
Progress = Callable[[str, int, int], None]
"""Called with what is being done, its number, and how many there are."""


def sources() -> Path:
    """The folder with dlib's model files; raises PackUnusable when the package is missing."""
    # find_spec does not run the package, which asks for a pkg_resources that is no more.
    spec = importlib.util.find_spec("face_recognition_models")
    if spec is None or not spec.submodule_search_locations:
        raise PackUnusable("the package face_recognition_models is not installed", pack="dlib")
    return Path(next(iter(spec.submodule_search_locations))) / "models"


def build(info: PackInfo, weights: Path, progress: Progress) -> Path:
    """Compile the pack into ``weights/dlib``, in one step as seen from outside.

    Returns at once when it is built and whole. Raises PackUnusable when a source file is not
    the expected one.
    """
    target = weights / "dlib"
    if is_whole(target, info):
        return target
    part = weights / f".dlib-{os.getpid()}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    _compile(info, part, progress)
    if is_whole(target, info):  # another process was faster
        shutil.rmtree(part)
        return target
    shutil.rmtree(target, ignore_errors=True)
    part.replace(target)
    return target


def is_whole(target: Path, info: PackInfo) -> bool:
    """Whether the pack is built from these sources and none of its files has changed."""
    if not (target / BUILT).exists():
        return False
    built = json.loads((target / BUILT).read_text())
    if built.get("layout") != LAYOUT:
        return False
    if built["sources"] != {file.name: file.sha256 for file in info.files}:
        return False
    return all(
        (target / name).exists() and _digest((target / name).read_bytes()) == digest
        for name, digest in built["files"].items()
    )


def _compile(info: PackInfo, part: Path, progress: Progress) -> None:
    folder = sources()
    data = {file.name: _checked(folder / file.name, file.sha256, info.id) for file in info.files}
    progress("detector", 1, 3)
    layers = list(read_layers(data["mmod_human_face_detector.dat"]))
    (part / DETECTOR).write_bytes(networks.detector(layers).SerializeToString())
    progress("recogniser", 2, 3)
    layers = list(read_layers(data["dlib_face_recognition_resnet_model_v1.dat"]))
    (part / RECOGNISER).write_bytes(networks.recogniser(layers).SerializeToString())
    progress("landmarks", 3, 3)
    predictor = read_predictor(data["shape_predictor_5_face_landmarks.dat"])
    np.savez(part / LANDMARKS, **vars(predictor))
    files = {
        name: _digest((part / name).read_bytes()) for name in (DETECTOR, RECOGNISER, LANDMARKS)
    }
    built = {
        "layout": LAYOUT,
        "sources": {file.name: file.sha256 for file in info.files},
        "files": files,
    }
    (part / BUILT).write_text(json.dumps(built, indent=1))


def load_landmarks(folder: Path) -> Predictor:
    """The shape predictor of a built pack."""
    with np.load(folder / LANDMARKS) as arrays:
        return Predictor(**{name: arrays[name] for name in arrays.files})


def _checked(path: Path, sha256: str, pack: str) -> bytes:
    data = path.read_bytes() if path.exists() else b""
    if _digest(data) != sha256:
        raise PackUnusable(f"{path.name} is missing or not the expected file", pack=pack)
    return data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
