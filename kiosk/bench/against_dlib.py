"""The dlib pack compared with dlib itself, if the package ``dlib-bin`` is installed.

Both find faces of at least 100 pixels with the same detector network in the same pictures,
place the same five points, and compute a vector with the same recogniser.
"""

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.bench.pipeline import sample_images
from kiosk.vision.dlib.engine import NEAR_FACE, WINDOW
from kiosk.vision.dlib.pack import source_folder
from kiosk.vision.engine import FaceEngine

SAME = 0.6
"""Distance below which dlib takes two vectors for one person."""

Found = tuple[int, NDArray[np.float64]]
"""Number of faces, and the vector of the largest."""


@dataclass(frozen=True)
class Comparison:
    """CPU milliseconds per picture, and the share of decisions on which both agree."""

    dlib_ms: float
    own_ms: float
    agreement: float

    @property
    def ratio(self) -> float:
        """Return how many times faster the pack is than dlib."""
        return self.dlib_ms / self.own_ms


def compare(engine: FaceEngine) -> Comparison | None:
    """Compare both on the sample pictures; return None if dlib is not installed."""
    if importlib.util.find_spec("_dlib_pybind11") is None:
        return None
    images = sample_images()
    dlib_ms, dlib_found = _timed(_dlib(), images)
    own_ms, own_found = _timed(lambda image: _own(engine, image), images)
    return Comparison(dlib_ms, own_ms, _agreement(dlib_found, own_found))


def _timed(detect: Callable[[Any], Found], images: list[Any]) -> tuple[float, list[Found]]:
    detect(images[0])
    began = time.process_time()
    found = [detect(image) for image in images]
    return 1000 * (time.process_time() - began) / len(images), found


def _own(engine: FaceEngine, image: Any) -> Found:
    faces = engine.detect(image)
    vector = engine.embed(image, faces[0]) if faces else np.zeros(128)
    return len(faces), np.asarray(vector, np.float64)


def _dlib() -> Callable[[Any], Found]:
    import dlib  # the package may be missing

    folder = source_folder()
    detector = dlib.cnn_face_detection_model_v1(str(folder / "mmod_human_face_detector.dat"))
    predictor = dlib.shape_predictor(str(folder / "shape_predictor_5_face_landmarks.dat"))
    recogniser = dlib.face_recognition_model_v1(
        str(folder / "dlib_face_recognition_resnet_model_v1.dat")
    )
    scale = WINDOW / NEAR_FACE  # dlib's smallest face is as large as its window

    def detect(image: Any) -> Found:
        rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        small = cv2.resize(rgb, None, fx=scale, fy=scale)
        found = sorted(detector(small, 0), key=lambda one: -one.rect.width())
        if not found:
            return 0, np.zeros(128)
        rect = found[0].rect
        edges = (rect.left(), rect.top(), rect.right(), rect.bottom())
        shape = predictor(rgb, dlib.rectangle(*(round(edge / scale) for edge in edges)))
        return len(found), np.array(recogniser.compute_face_descriptor(rgb, shape))

    return detect


def _agreement(one: list[Found], other: list[Found]) -> float:
    """Return the share of equal face counts, and of equal decisions about each pair of pictures."""
    counts = [a[0] == b[0] for a, b in zip(one, other, strict=True)]
    pairs = [
        _same(one, first, second) == _same(other, first, second)
        for first, second in combinations(range(len(one)), 2)
    ]
    return float(np.mean(counts + pairs))


def _same(found: list[Found], first: int, second: int) -> bool:
    return bool(np.linalg.norm(found[first][1] - found[second][1]) < SAME)
